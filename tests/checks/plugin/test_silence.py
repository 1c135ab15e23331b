"""Projects without claims notice nothing, and the installed checks run from anywhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SILENT = """
import sys

def pytest_unconfigure():
    heavy = {"checks._run.session", "checks._marker", "checks.ledger", "numpy", "torch", "sympy", "tomllib", "theory"}
    print("loaded:", sorted(heavy & set(sys.modules)) or "nothing")
"""
USES_NOTHING = "def test_it():\n    pass\n"
OWN_MARKER = "import pytest\n\n@pytest.mark.claim('of mine')\ndef test_it():\n    pass\n"


@pytest.mark.parametrize(("ledger", "test"), [(False, USES_NOTHING), (True, USES_NOTHING), (False, OWN_MARKER)])
def test_other_projects_notice_nothing(pytester: pytest.Pytester, project: Any, ledger: bool, test: str) -> None:
    pytester.makeconftest(SILENT)
    pytester.makepyfile(test_it=test)
    if ledger:
        (pytester.path / "ledger.toml").write_text(project.LEDGER, encoding="utf-8")
    result = pytester.runpytest_subprocess("--strict-markers", "-p", "no:hypothesispytest", "-p", "no:cacheprovider")
    assert result.ret == 0
    assert "claims" not in result.stdout.str()
    result.stdout.fnmatch_lines(["loaded: nothing"])
    assert "hypothesis" not in result.stdout.str()


def test_the_installed_checks_are_collected_from_anywhere(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "--pyargs", "checks", "-q", "--co", "-p", "no:cacheprovider"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0
    assert "::test_proposition_1[as stated]" in result.stdout
    assert "claims:" not in result.stdout
    assert list(tmp_path.iterdir()) == []
