"""Records of earlier runs in the place of new ones: only of what has not changed, and only of what came out well."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks import store

CARRY = "--claims-carry"
RAN = """
def ran(name):
    with open("ran", "a") as file:
        file.write(name + " ")
"""
TWO = ("-n", "2", "--dist=loadgroup", "--no-loadscope-reorder")


def runs(small, *arguments: str) -> list[str]:
    """The names of the checks that a run ran, sabotages among them."""
    log = Path(small.path) / "ran"
    log.unlink(missing_ok=True)
    small.result = small.run(*arguments)
    return sorted(log.read_text().split()) if log.is_file() else []


@pytest.fixture
def pair(small):
    """The statements `base` and, resting on it, `top`, each with a check in a file of its own."""
    small.state("base").state("top", depends_on=["base"])
    for name in ("base", "top"):
        small.write(RAN + small.check(name, f"ran({name!r})"), f"test_{name}")
    return small


def test_without_the_option_everything_is_run(pair):
    for _ in range(2):
        assert runs(pair) == ["base", "base", "top", "top"]
        assert pair.document()["carried"] == {"checks": 0, "of": 2, "runs": []}


@pytest.mark.parametrize("arguments", [(), TWO])
def test_what_has_not_changed_is_not_run_again(pair, arguments):
    runs(pair, CARRY)
    first = pair.document()
    assert runs(pair, CARRY, *arguments) == []
    assert pair.result.ret == 0
    second = pair.document()
    assert (second["carried"]["checks"], second["carried"]["of"]) == (2, 2)
    [started] = second["carried"]["runs"]
    assert [record["carried"] for claim in second["claims"] for record in claim["evidence"]] == [started] * 2
    for claim in second["claims"]:
        claim["evidence"][0]["carried"] = None
    assert second["claims"] == first["claims"]
    pair.result.stdout.fnmatch_lines([f"2 of 2 checks carried over from runs of {started[:10]}"])


def test_a_stopped_run_goes_on_where_it_was(pair):
    pair.write(
        RAN
        + pair.check("top", "ran('top'); raise KeyboardInterrupt if not __import__('os').path.exists('on') else None"),
        "test_top",
    )
    pair.pytester.runpytest_subprocess()
    (pair.path / "on").touch()
    assert runs(pair, CARRY) == ["top", "top"]
    assert pair.document()["carried"]["checks"] == 1


def test_a_changed_check_is_run(pair):
    runs(pair)
    pair.write(RAN + pair.check("top", "ran('top') or 1"), "test_top")
    assert runs(pair, CARRY) == ["top", "top"]
    assert runs(pair, CARRY) == []


def test_a_changed_helper_is_run(pair):
    (pair.path / "helper.py").write_text("from deeper import VALUE\n")
    (pair.path / "deeper.py").write_text("VALUE = 1\n")
    pair.write(RAN + pair.check("top", "from helper import VALUE; ran('top')"), "test_top")
    pair.pytester.makeini("[pytest]\npythonpath = .")
    runs(pair)
    assert runs(pair, CARRY) == []
    (pair.path / "deeper.py").write_text("VALUE = 2\n")
    assert runs(pair, CARRY) == ["top", "top"]


def test_a_changed_conftest_is_seen(pair):
    runs(pair)
    (pair.path / "conftest.py").write_text("# new")
    assert runs(pair, CARRY) == ["base", "base", "top", "top"]


def test_a_changed_statement_is_run_with_all_that_rest_on_it(pair):
    runs(pair)
    pair.state("top", title="Another title")
    assert runs(pair, CARRY) == ["top", "top"]
    pair.state("base", statement="$y$")
    assert runs(pair, CARRY) == ["base", "base", "top", "top"]


@pytest.mark.parametrize("option", ["--claims-scale=paper", "--claims-device=cpu", "--claims-seed=1"])
def test_changed_options_mean_a_new_run(pair, option):
    runs(pair)
    assert len(runs(pair, CARRY, option)) == 4
    assert runs(pair, CARRY, option) == runs(pair, CARRY) == []


def test_changed_data_mean_a_new_run(pair):
    folder = pair.path / "data"
    folder.mkdir()
    (folder / "batch").write_text("a")
    runs(pair, f"--claims-data=images={folder}")
    assert runs(pair, CARRY, f"--claims-data=images={folder}") == []
    (folder / "batch").write_text("longer")
    assert len(runs(pair, CARRY, f"--claims-data=images={folder}")) == 4


def test_a_search_is_neither_kept_nor_replaced(pair):
    runs(pair, "--claims-search=0.001")
    assert len(runs(pair, CARRY)) == 4
    assert len(runs(pair, CARRY, "--claims-search=0.001")) == 4


def test_a_counterexample_that_was_found_meanwhile_is_tried(pair):
    runs(pair)
    (pair.path / "counterexamples").mkdir()
    (pair.path / "counterexamples" / "top.json").write_text("[]")
    assert runs(pair, CARRY) == ["top", "top"]


def test_what_fails_is_run_again(pair):
    pair.write(RAN + pair.check("top", "ran('top'); subject = 3 - subject"), "test_top")
    assert len(runs(pair)) == 4
    assert runs(pair, CARRY) == ["top", "top"]
    assert pair.result.ret == pytest.ExitCode.TESTS_FAILED
    assert pair.document()["carried"]["checks"] == 1


@pytest.mark.parametrize("where", ["setup", "teardown"])
def test_only_what_passes_from_beginning_to_end_is_kept(pair, where):
    fixture = """
@pytest.fixture(autouse=True)
def around():
    assert {setup}
    yield
    assert {teardown}
""".format(**{"setup": True, "teardown": True} | {where: False})
    pair.write(RAN + fixture + pair.check("top", "ran('top')"), "test_top")
    runs(pair)
    assert runs(pair, CARRY) == (["top", "top"] if where == "teardown" else [])
    assert pair.document()["carried"]["checks"] == 1


def test_nothing_is_built_or_set_up_for_what_is_carried(small):
    build = """
def build(scale, device):
    ran("build")
    return 1

@pytest.fixture(autouse=True)
def around():
    ran("around")
"""
    shared = {"build": "build", "sabotage": "{'two': lambda n: 2}", "subject": "None"}
    small.state("a").state("b").write(RAN + build + small.check("a", "ran('a')", **shared))
    small.write(RAN + small.check("b"), "test_b")
    assert runs(small) == ["a", "a", "around", "around", "build"]
    assert runs(small, CARRY) == []
    assert small.document()["builds"] == []


@pytest.mark.parametrize("damage", ["cut", "flipped", "foreign", "another's"])
def test_a_file_that_is_no_record_of_the_check_counts_as_none(pair, damage):
    runs(pair)
    files = sorted(path for path in (pair.path / ".cache" / "records").iterdir() if "." not in path.name)
    assert len(files) == 4
    texts = [path.read_bytes() for path in files]
    for path, text, other in zip(files, texts, [*texts[1:], texts[0]], strict=True):
        if damage == "foreign":
            store.store(path, {}, {"key": 1})
        else:
            path.write_bytes({"cut": text[:-5], "flipped": text[:80] + b"~" + text[81:], "another's": other}[damage])
    assert len(runs(pair, CARRY)) == 4
    assert pair.result.ret == 0
    assert runs(pair, CARRY) == []


def test_a_folder_that_cannot_be_written_keeps_nothing(pair, monkeypatch):
    (pair.path / "file").touch()
    monkeypatch.setenv("MANYFACES_CACHE", str(pair.path / "file"))
    for _ in range(2):
        assert len(runs(pair, CARRY)) == 4
        assert pair.result.ret == 0
