"""What a run writes, where it may write, and what it says of a run that is not whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

FAILS = "evidence.refute(refutation('x', given={'x': subject}, conclusion=['x > 1']))\n    subject = 1"
WITH_WITNESS = {"expected": "fails", "strength": "argued", "fault": "gap"}


def _witnessed(small, *names: str):
    """Statements that fail by a witness each, and the one that amends them."""
    small.statements.clear()
    for name in names:
        small.state(name, **WITH_WITNESS).state(f"{name}.amended", amends=name)
    body = "".join(small.check(name, FAILS) + small.check(f"{name}.amended") for name in names)
    return small.write(body)


def test_witnesses_of_statements_that_are_gone_are_removed_and_nothing_else(small):
    _witnessed(small, "a", "b").run("--claims-witnesses=witnesses")
    folder = Path(small.path) / "witnesses"
    (folder / "notes.txt").write_text("mine")
    (folder / "other.1.json").write_text('{"mine": 1}')
    (folder / "copy.json").write_text((folder / "a.1.json").read_text())
    (folder / "deep.1.json").write_text("[" * 100_000)
    assert _witnessed(small, "a").run("--claims-witnesses=witnesses").ret == 0
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["a.1.json", "copy.json", "deep.1.json", "notes.txt", "other.1.json"]


@pytest.mark.parametrize(
    ("option", "path", "said"),
    [
        ("json", ".", "*--claims-json .: this is a folder*"),
        ("json", "file/claims.json", "*--claims-json: nothing can be written in file*"),
        ("json", "file/deep/claims.json", "*--claims-json: nothing can be written in file/deep*"),
        ("witnesses", "file", "*--claims-witnesses: nothing can be written in file*"),
        ("witnesses", "file/deep", "*--claims-witnesses: nothing can be written in file/deep*"),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_at_once(small, option, path, said):
    (small.path / "file").touch()
    ran = small.check("sum", "open('ran', 'w').close()")
    small.state("sum").write(ran)
    result = small.pytester.runpytest_inprocess(f"--claims-{option}={path}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([said])
    assert not (small.path / "ran").exists()


def test_folders_that_are_missing_are_made(small):
    small.state("sum").write(small.check("sum"))
    assert small.pytester.runpytest_inprocess("--claims-json=deep/er/claims.json").ret == 0
    assert (small.path / "deep" / "er" / "claims.json").is_file()


@pytest.mark.parametrize("minutes", ["-1", "nan", "inf", "soon"])
def test_minutes_of_a_search_are_a_number_that_is_not_negative(small, minutes):
    result = small.run(f"--claims-search={minutes}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*--claims-search: '{minutes}': give a number of minutes*"])


@pytest.mark.parametrize(
    ("damage", "arguments"),
    [("[{", ()), ("3", ()), ('[{"says": "one"}]', ()), ('{"says": "one"}', ()), ("\ud800", ()), ("[{", ("-n", "1"))],
)
def test_damaged_counterexamples_are_named(small, damage, arguments):
    (small.path / "counterexamples").mkdir()
    path = small.path / "counterexamples" / "sum.json"
    path.write_bytes(damage.encode("utf-8", "surrogatepass"))
    small.state("sum").write(small.check("sum"))
    result = small.run(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {path}: *"])
    assert "Traceback" not in result.stderr.str()


@pytest.mark.parametrize(
    "arguments",
    [["--deselect=test_sums.py::test_b"], ["-k", "test_a"], ["--claims-by=exact"], ["test_sums.py::test_a"]],
)
@pytest.mark.parametrize("workers", [[], ["-n", "1"]])
def test_a_partial_run_says_so(small, arguments, workers):
    small.state("a").state("b").write(small.check("a") + small.check("b"))
    result = small.run(*arguments, *workers)
    assert result.ret == 0
    assert small.document()["partial"]
    result.stdout.fnmatch_lines(["a partial run: checks may have been left out, and a verdict here may rest on fewer*"])


def test_a_run_of_some_statements_says_so_and_a_whole_one_does_not(small):
    small.state("a").state("b").write(small.check("a") + small.check("b"))
    small.run("--claims-only=a").stdout.fnmatch_lines(
        ["a run of some statements only: 1 of 2 in the ledger were not run"]
    )
    whole = small.run()
    assert json.loads((small.path / "claims.json").read_text())["complete"]
    whole.stdout.no_fnmatch_line("a * run*")
    whole.stdout.no_fnmatch_line("a run of some*")


def test_last_failed_is_partial(small):
    small.state("a").state("b").write(small.check("a", "assert subject == 2") + small.check("b"))
    small.run()
    small.run("--lf").stdout.fnmatch_lines(["a partial run: *"])
