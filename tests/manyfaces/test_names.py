"""Projects whose own folders are called as ours are, with claims and without."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

LEDGER = """
[paper]
title = "Own folders"

[[statement]]
id = "sum"
where = "p. 1"
title = "Sums"
statement = "$a + a = 2 a$"
expected = "holds"
strength = "argued"
proof = "Because."
"""
CHECK = """
import pytest
from checks.own import TWICE
from checks.witness import identity
from theory import OWN

@pytest.mark.claim("sum", by="symbolic", subject=TWICE, sabotage={"three": "3*a"})
def test_sum(evidence, subject):
    assert OWN == "theory" and __import__("theory").hmf
    evidence.certify(identity("twice", ("a + a", subject)))
"""
PLAIN = """
import sys
import checks.own, reports, theory

def test_own_packages():
    assert (checks.OWN, reports.OWN, theory.OWN) == ("checks", "reports", "theory")
    assert checks.own.TWICE == "2*a"
    assert "manyfaces.house" in sys.modules  # the plugin is there
    assert not [name for name in sys.modules if name.startswith("checks._run")]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with packages of our names."""
    for name in ("checks", "theory", "reports"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f"OWN = {name!r}\n")
    (tmp_path / "checks" / "own.py").write_text('TWICE = "2*a"\n')
    return tmp_path


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """pytest with the plugin by its name, however this copy is installed."""
    plugin = ["-p", "no:manyfaces", "-p", "manyfaces.plugin", "-p", "no:cacheprovider"]
    command = [sys.executable, *words[:1], "-m", "pytest", *plugin, *words[1:]]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize("mode", ["prepend", "append", "importlib"])
def test_a_project_without_claims_keeps_its_packages(project, mode):
    (project / "test_plain.py").write_text(PLAIN)
    result = run(project, "-u", f"--import-mode={mode}")  # the current folder comes first on Python's path
    assert result.returncode == 0, result.stdout + result.stderr
    assert "claims:" not in result.stdout and "ledger" not in result.stdout


@pytest.mark.parametrize("place", ["", "checks", "reports"])
@pytest.mark.parametrize("first", ["-u", "-P"], ids=["their folder first", "ours first"])
def test_a_project_with_claims_has_both(project, place, first):
    (project / place / "ledger.toml").write_text(LEDGER)
    (project / place / "test_sum.py").write_text(CHECK)
    result = run(project, first)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 holds, argued; sabotages caught 1 of 1" in result.stdout


def test_folders_that_are_no_packages_are_no_hindrance(project):
    for name in ("checks", "theory", "reports"):
        (project / name / "__init__.py").unlink()
    check = CHECK.replace("from theory import OWN", "OWN = 'theory'").replace(
        "from checks.own import TWICE", "TWICE = '2*a'"
    )
    (project / "checks" / "ledger.toml").write_text(LEDGER)
    (project / "checks" / "test_sum.py").write_text(check)
    result = run(project, "-u", "checks")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("words", [["list"], ["check"], ["report", "-o", "out.pdf"]])
def test_the_command_goes_where_they_are_first_on_the_path(project, words):
    (project / "ledger.toml").write_text(LEDGER)
    (project / "test_sum.py").write_text(CHECK)
    path = os.pathsep.join([str(project), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-P", "-m", "manyfaces", *words]
    result = subprocess.run(command, cwd=project, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": path})
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_plugin_imports_none_of_ours_but_the_door():
    code = "import sys, pytest; before = set(sys.modules); import manyfaces.plugin; print(*(set(sys.modules) - before))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {name for name in loaded if name.partition(".")[0] in ("manyfaces", "checks", "theory", "reports")} == {
        "manyfaces",
        "manyfaces.house",
        "manyfaces.ledgers",
        "manyfaces.places",
        "manyfaces.plugin",
    }
    assert not {"numpy", "hypothesis", "tomllib", "json", "subprocess"} & set(loaded)
