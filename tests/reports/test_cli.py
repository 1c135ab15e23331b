"""The `manyfaces` command, from a folder with a pytest project of its own in it."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checks.document import write_json
from checks.randomness import stream
from reports import _extras, builder, cli
from reports._progress import Steps
from reports.builder import compile_digest, compile_report
from reports.cli import _checking, _reporting

LEDGER = """
[paper]
title = "Sums"
authors = ["A. Uthor"]

[[statement]]
id = "sum"
where = "p. 1"
title = "Sums"
statement = "$a + a = 2 a$"
expected = "holds"
strength = "argued"
proof = "Because."

[[statement]]
id = "sum.mean"
where = "p. 1"
title = "Means"
statement = "$x < 1$"
expected = "holds"
strength = "supported"
"""

CHECKS = """
import pytest
from checks.witness import identity

claim = pytest.mark.claim


@claim("sum", by="symbolic", subject="2*a", sabotage={"three": "3*a"})
def test_sum(evidence, subject):
    evidence.certify(identity("twice", ("a + a", subject)))


@claim("sum.mean", by="samples", subject=1, sabotage={"less": 0})
def test_mean(evidence, subject):
    evidence.fact("below 1", evidence.rng(11).random() < subject)
    evidence.count(1, 11)
"""


@pytest.fixture
def sums(tmp_path_factory):
    """What makes the command run two small checks instead of the papers'."""
    folder = tmp_path_factory.mktemp("sums")
    (folder / "ledger.toml").write_text(LEDGER)
    (folder / "test_sums.py").write_text(CHECKS)
    return f"--project={folder}"


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A folder whose ini, conftest and package `checks` would break a run that minded them."""
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    (tmp_path / "conftest.py").write_text("raise RuntimeError('the conftest of another project')\n")
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "__init__.py").write_text("raise RuntimeError('the package of another project')\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_list_unchecked(capsys):
    assert cli.main(["list", "--unchecked", "--project=many-faces"]) == 0
    *left, total = capsys.readouterr().out.splitlines()
    assert re.fullmatch(rf"{len(left)} of \d+ assertions unchecked", total)
    assert cli.main(["list", "--unchecked", "prop-1"]) == 2
    assert "leave the ids out" in capsys.readouterr().err


def test_list(capsys):
    assert cli.main(["list", "eq-12*"]) == 0
    output = capsys.readouterr().out
    assert "eq-12.amended" in output and "fails, machine-checked" in output and "Appendix A" in output
    assert "prop-1" not in output


def test_redirected_output_is_utf_8():
    environment = os.environ | {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "reports.cli", "list", "prop-1.relative"]
    output = subprocess.run(command, capture_output=True, env=environment, check=True).stdout.decode("utf-8")
    assert "𝒳" in output


def test_version(capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out.startswith("manyfaces ")


def test_help_shows_examples(capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["--help"])
    assert stop.value.code == 0
    assert "manyfaces report --from report.json" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["check", "eq-122"], "'eq-122' matches no statement; did you mean eq-12"),
        (["list", "nothing-like-it"], "matches no statement"),
        (["verify", "nowhere.json"], "no such file: nowhere.json"),
        (["report", "--from", "nowhere.json"], "cannot be read as claims"),
        (["report", "--from", "some.json", "--", "-x"], "takes no options for pytest"),
    ],
)
def test_errors(words, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(words) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_places_of_checks(capsys, sums, monkeypatch):
    monkeypatch.chdir(sums.partition("=")[2])
    assert cli.main(["list", "--where", "sum.mean"]) == 0
    assert capsys.readouterr().out.split()[-1] == "test_sums.py:14"


def test_what_has_no_check_is_named(capsys, sums, monkeypatch):
    monkeypatch.setattr(_checking, "run_checks", lambda *given, **options: 5)
    folder = Path(sums.partition("=")[2])
    ledger = (folder / "ledger.toml").read_text(encoding="utf-8")
    added = (
        ledger + '\n[[statement]]\nid = "other"\nwhere = "p. 1"\ntitle = "O"\nstatement = "o"\nexpected = "undecided"\n'
    )
    (folder / "ledger.toml").write_text(added, encoding="utf-8")
    assert cli.main(["check", "sum.mean", sums]) == 5
    assert not capsys.readouterr().err
    assert cli.main(["check", "sum.mean", "other", sums]) == 5
    assert "other: no check that can be read from the text; in a test_*.py beside the" in capsys.readouterr().err


def test_papers(capsys, sums):
    assert cli.main(["papers", sums]) == 0
    output = capsys.readouterr().out
    assert "2 statements  Sums" in output and "376 statements  The Many Faces" in output


@pytest.mark.parametrize("words", [["report", "--fresh"], ["report", "--full"], ["audit", "model.pt2"]])
@pytest.mark.parametrize("output", ["report.xyz", "folder", "file/report.pdf"])
def test_bad_places_are_refused_before_anything_runs(words, output, capsys, tmp_path, monkeypatch, sums):
    monkeypatch.setattr(_reporting, "run_checks", lambda *given, **options: pytest.fail("it ran"))
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "model.pt2").touch()
    monkeypatch.chdir(tmp_path)
    assert cli.main([*words, "-o", output, *([sums] if words[0] == "report" else [])]) == 2
    assert output.split("/")[0] in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        (["check"], "pytest"),
        (["report"], "typst"),
        (["robust"], "hypothesis"),
        (["report", "--from", "x.json"], "typst"),
    ],
)
def test_without_the_extras_one_line_says_what_to_install(words, missing, capsys, monkeypatch, sums):
    monkeypatch.setattr(_extras, "find_spec", lambda name: None if name == missing else name)
    assert cli.main([*words, *([sums] if words[0] != "audit" else [])]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert missing in line and line.endswith("pip install 'manyfaces[check]'")


def test_a_selection_is_judged_alone(unexpected_document, tmp_path, capsys):
    write_json(unexpected_document, tmp_path / "claims.json")
    words = ["report", "--from", str(tmp_path / "claims.json"), "-o", str(tmp_path / "red.pdf")]
    assert cli.main([*words, "th-1*"]) == 0
    assert "2 of the 4 statements in the ledger, 0 not as expected" in capsys.readouterr().out
    assert cli.main([*words, "th-1", "lem-1"]) == 1
    assert "1 not as expected" in capsys.readouterr().out


def test_verify_quietly(document, tmp_path, capsys):
    write_json(document, tmp_path / "claims.json")
    assert cli.main(["verify", "--quiet", str(tmp_path / "claims.json")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == ["3 statements with good witnesses alone, 0 with a bad one", "4 good, 0 bad"]
    assert not any(line.startswith("good") for line in lines)


def test_cite(capsys, sums):
    assert cli.main(["cite"]) == 0
    output = capsys.readouterr().out
    assert re.search(r"@misc\{manyfaces,\n.*\{The manyfaces contributors\}", output)
    assert all(words in output for words in ("year   = {2026}", "version 0.1.0", "Béthune", "year   = {2021}"))
    assert cli.main(["cite", sums]) == 0
    output = capsys.readouterr().out
    assert "A. Uthor" in output and "Béthune" not in output


def test_an_interrupted_typesetting_says_how_to_go_on(document, tmp_path, capsys, monkeypatch):
    def interrupted(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr(builder, "build_digest", interrupted)
    write_json(document, tmp_path / "claims.json")
    assert cli.main(["report", "--from", str(tmp_path / "claims.json"), "-o", str(tmp_path / "out.pdf")]) == 130
    assert "the claims are kept: `manyfaces report --from" in capsys.readouterr().err


def test_steps_are_told(document, tmp_path, capsys):
    write_json(document, tmp_path / "claims.json")
    assert cli.main(["report", "--from", str(tmp_path / "claims.json"), "-o", str(tmp_path / "out.pdf"), "th-1"]) == 0
    assert capsys.readouterr().err == "verifying witnesses and drawing figures …\ntypesetting 1 statements …\n"


def test_a_terminal_is_told_the_seconds():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal, now = Terminal(), iter(range(100))
    with Steps(terminal, lambda: next(now)) as steps:
        steps.say("typesetting")
    assert "typesetting … 1 s" in terminal.getvalue() and terminal.getvalue().endswith("\r\x1b[K")


@pytest.mark.parametrize("command", ["check", "report"])
def test_data_reach_pytest(command, monkeypatch, tmp_path):
    seen = []
    for module in (_checking, _reporting):
        monkeypatch.setattr(module, "run_checks", lambda chosen, *, options, **rest: seen.extend(options) or 0)
    monkeypatch.chdir(tmp_path)
    cli.main([command, "fig-3a", "--data", "cifar10=data", "--", "-x"])
    assert seen == [f"--claims-data=cifar10={tmp_path / 'data'}", "-x"]


@pytest.mark.parametrize(("given", "jobs"), [([], None), (["--jobs", "3"], 3)])
def test_the_number_of_jobs_reaches_the_runner(given, jobs, monkeypatch):
    seen = []
    monkeypatch.setattr(_checking, "run_checks", lambda chosen, **rest: seen.append(rest["jobs"]) or 0)
    assert cli.main(["check", *given]) == 0
    assert seen == [jobs]


@pytest.mark.parametrize("jobs", ["0", "-1", "two"])
def test_a_wrong_number_of_jobs_is_refused(jobs, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["check", f"--jobs={jobs}"])
    assert stop.value.code == 2
    assert "1 or more" in capsys.readouterr().err


def test_options_for_pytest_where_none_is_run(capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["list", "--", "-x"])
    assert stop.value.code == 2
    assert "options after --" in capsys.readouterr().err


def test_check_runs_in_any_folder(elsewhere):
    command = [shutil.which("manyfaces", path=Path(sys.executable).parent), "check", "sec-2.2.monotone", "--", "-q"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "fails, machine-checked" in result.stdout
    assert {path.name for path in elsewhere.iterdir()} <= {"pytest.ini", "conftest.py", "checks", ".cache"}


def test_report_verify_and_table(elsewhere, sums, capfd):
    assert cli.main(["report", "-o", "out/sums.pdf", "sum", sums]) == 0
    assert Path("out/sums.pdf").read_bytes().startswith(b"%PDF")
    document = json.loads(Path("out/sums.json").read_text(encoding="utf-8"))
    assert [claim["id"] for claim in document["claims"] if claim["evidence"]] == ["sum"]
    assert cli.main(["verify", "out/sums.json"]) == 0
    assert cli.main(["table", "--from", "out/sums.json", "sum"]) == 0
    table = capfd.readouterr().out.partition("| statement |")[2]
    assert "| `sum` " in table
    assert cli.main(["table", "--from", "out/sums.json", "-o", "VERDICTS.md", "sum"]) == 0
    assert Path("VERDICTS.md").read_text(encoding="utf-8").endswith(table)


def test_full_writes_a_page_for_every_statement_besides(document, tmp_path, capsys):
    claims, target = tmp_path / "claims.json", tmp_path / "report.pdf"
    write_json(document, claims)
    assert cli.main(["report", "--full", "--from", str(claims), "-o", str(target)]) == 0
    short, whole = target.read_bytes(), target.with_stem("report-full").read_bytes()
    assert whole == compile_report(document) != short == compile_digest(document)
    assert "report-full.pdf: a page for every statement" in capsys.readouterr().out
    assert cli.main(["report", "--from", str(claims), "-o", str(target), "th-1"]) == 0
    assert target.read_bytes() == compile_report(document, ["th-1"])


def test_a_report_of_bad_witnesses_is_not_written(document, tmp_path, capsys):
    claims, target = tmp_path / "claims.json", tmp_path / "report.pdf"
    write_json(document, claims)
    assert cli.main(["report", "--from", str(claims), "-o", str(target)]) == 0
    assert not target.with_stem("report-full").exists()
    target.unlink()
    document["claims"][0]["evidence"][0]["witnesses"][0]["given"] = {"x": "1"}
    write_json(document, claims)
    assert cli.main(["report", "--from", str(claims), "-o", str(target)]) == 1
    error = capsys.readouterr().err
    assert "BAD   th-1: refutation: x = 0 is no exception\n      hypothesis 'x == 0' is not met" in error
    assert "BAD   th-1\n      it is said to fail, but no good witness of its own refutes it" in error
    assert "2 of its witnesses are bad; no report was written" in error
    assert not target.exists()


def test_seed_and_pinning_reach_the_document(elsewhere, sums):
    assert cli.main(["report", "-o", "r.pdf", "-j", "1", "--seed", "3", "--pinned", "sum.mean", sums]) == 0
    document = json.loads(Path("r.json").read_text())
    assert document["claims_seed"] == 3 and document["pinned"] is True
    [claim] = [claim for claim in document["claims"] if claim["id"] == "sum.mean"]
    assert stream(11, 3) in [record["seed"] for record in claim["evidence"]]


@pytest.mark.parametrize("seed", ["-1", "one", "10000000"])
def test_a_seed_that_is_none_is_refused(seed, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["check", "--seed", seed, "prop-1"])
    assert ended.value.code == 2
    assert "give a whole number from 0" in capsys.readouterr().err


def test_two_jobs_report_the_same(elsewhere, sums):
    claims = []
    for jobs in "12":
        assert cli.main(["report", "-o", f"{jobs}.pdf", "--jobs", jobs, "--fresh", sums]) == 0
        document = json.loads(Path(f"{jobs}.json").read_text())
        for record in (record for claim in document["claims"] for record in claim["evidence"]):
            del record["seconds"]
        claims.append(document["claims"])
    assert claims[0] == claims[1]


def test_a_red_run_still_gives_a_report(unexpected_document, tmp_path, capsys):
    write_json(unexpected_document, tmp_path / "claims.json")
    code = cli.main(["report", "--from", str(tmp_path / "claims.json"), "-o", str(tmp_path / "red.pdf")])
    assert code == 1
    assert (tmp_path / "red.pdf").is_file()
    assert "2 not as expected" in capsys.readouterr().out


def test_pytest_that_writes_no_claims_leaves_no_report(elsewhere, capfd):
    assert cli.main(["report", "-o", "r.pdf", "eq-12", "--", "--no-such-option"]) == 2
    assert "wrote no claims" in capfd.readouterr().err
    assert not Path("r.pdf").exists() and not Path("r.json").exists()
