"""Wrong markers, broken ledgers and fixtures out of place are named."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        (lambda project: project.HOLDS.replace('"sum"', '"sun"'), "*claim 'sun' is not in the ledger*"),
        (lambda project: project.one("pass", sabotage="{}"), "*names no sabotage*"),
        (lambda project: project.one("pass", sabotage="['wrong']"), "*names no sabotage*"),
        (lambda project: project.one("pass", by="magic"), "*by='magic'; use one of*"),
        (
            "\n@claim('sum', by='exact', sabotage={'a': 1}, spoil=1)\ndef test_a(evidence, subject):\n    pass\n",
            "*spoil*",
        ),
        (
            lambda project: project.HOLDS.replace("(evidence, subject)", "(evidence)"),
            "*takes the fixtures 'evidence' and 'subject'*",
        ),
        (lambda project: "\n@claim('bound', by='exact', sabotage={'a': 1})" + project.HOLDS, "*two claim markers*"),
        (
            (
                "\nclass TestIt(__import__('unittest').TestCase):\n    @claim('sum', by='exact', sabotage={'a': 1})\n"
                "    def test_it(self):\n        pass\n"
            ),
            "*a check is a plain function or method*",
        ),
    ],
)
def test_a_wrong_marker_is_named(project: Any, checks: Any, words: str) -> None:
    result = project.write(checks if isinstance(checks, str) else checks(project)).run()
    assert result.ret in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERRUPTED)
    assert any(__import__("fnmatch").fnmatch(line, words) for line in result.outlines + result.errlines)
    assert not (project.path / "claims.json").exists()


def test_a_broken_ledger_is_a_usage_error(project: Any) -> None:
    result = project.write(ledger=project.LEDGER + "\n[[statement]]\nid = 3\n").run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {project.path / 'ledger.toml'}:33: statement 3: missing*"])


@pytest.mark.parametrize("fixture", ["evidence", "subject"])
def test_the_fixtures_are_for_checks(project: Any, fixture: str) -> None:
    result = project.write(f"\ndef test_it({fixture}):\n    pass\n").run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*UsageError: *for *of a ledger*"])
