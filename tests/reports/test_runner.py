"""Runs that are interrupted, and go on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from checks.document import read_document
from reports import cli
from reports.cli import _checking, _reporting

COMMAND = """
import signal
import sys
from reports import cli

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has those in the background ignore it
sys.exit(cli.main(["report", "--project=proofs", *sys.argv[1:]]))
"""

LEDGER = """
[paper]
title = "Sums"
authors = ["A. Uthor"]
"""

STATEMENT = """
[[statement]]
id = "{0}"
where = "p. 1"
title = "{0}"
statement = "$x$"
expected = "holds"
strength = "argued"
proof = "Because."
"""

CHECKS = """
import os, time
import pytest

claim = pytest.mark.claim


@claim("quick", by="exact", subject=1, sabotage={"two": 2})
def test_quick(evidence, subject):
    evidence.fact("one", subject == 1)


@claim("slow", by="exact", subject=1, sabotage={"two": 2})
def test_slow(evidence, subject):
    if subject == 1:
        open("reached", "a").close()
        while not os.path.exists("go"):
            time.sleep(0.05)
    evidence.fact("one", subject == 1)
"""


@pytest.fixture
def proofs(tmp_path: Path) -> Path:
    """A folder with checks of which one lasts until there is a file "go"."""
    folder = tmp_path / "proofs"
    folder.mkdir()
    (folder / "ledger.toml").write_text(LEDGER + STATEMENT.format("quick") + STATEMENT.format("slow"))
    (folder / "test_sums.py").write_text(CHECKS)
    return tmp_path


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize(("jobs", "whom"), [("2", "all"), ("1", "all"), ("2", "the command alone")])
def test_an_interrupted_report_goes_on_where_it_was(proofs, jobs, whom):
    process = start(proofs, "--jobs", jobs)
    while not (proofs / "reached").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    (os.killpg if whom == "all" else os.kill)(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=300)
    assert process.returncode == 130, output + errors
    assert "the same command, without --fresh, goes on from there" in errors
    assert not (proofs / "report.pdf").exists() and not (proofs / "report.json").exists()
    if jobs == "1":  # of two workers, none need have told of what it finished
        assert "report-partial.json holds the 1 of 2 statements that were judged" in errors
        partial = read_document(proofs / "report-partial.json")
        assert [claim["verdict"]["state"] for claim in partial["claims"]] == ["judged", "unfinished"]
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)

    (proofs / "go").touch()
    process = start(proofs, "--jobs", jobs)
    output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, output + errors
    carried = json.loads((proofs / "report.json").read_text())["carried"]
    assert (carried["checks"], carried["of"]) == (1, 2)
    assert "1 of 2 checks carried over from runs of" in output


def test_an_interrupted_command_says_130(monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(_checking, "run_checks", interrupted)
    assert cli.main(["check"]) == 130
    assert capsys.readouterr().err == "manyfaces: interrupted\n"


@pytest.mark.parametrize(("words", "carry"), [(["report"], True), (["report", "--fresh"], False), (["check"], None)])
def test_only_reports_carry_over(words, carry, monkeypatch):
    seen = []
    for module in (_checking, _reporting):
        monkeypatch.setattr(module, "run_checks", lambda chosen, **rest: seen.append(rest.get("carry")) or 2)
    cli.main(words)
    assert seen == [carry]
