"""Small foreign projects with a ledger of their own, for the tests of the plugin."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from checks._parallel import scheduler, watching  # noqa: F401  (runs in this process drop what they import)
from checks._run import session  # noqa: F401
from checks.document import read_document
from checks.kernel import installed
from checks.records import Document

collect_ignore = [] if installed() else ["test_kernel_run.py"]
"""Without Rocq, of which the summary of claims says so."""

HEAD = """
import pytest
from checks.witness import identity, refutation

claim = pytest.mark.claim
"""


def spared(arguments: Sequence[str]) -> Sequence[str]:
    """What keeps workers from importing hypothesis, a quarter of their time, only to add nothing to their summary."""
    return ("-p", "no:hypothesispytest") if any(word.startswith("-n") for word in arguments) else ()


class SmallProject:
    """A folder with a ledger and checks, and what a run in it came to."""

    def __init__(self, pytester: pytest.Pytester):
        self.pytester, self.path = pytester, pytester.path
        self.statements: dict[str, dict[str, Any]] = {}

    def state(self, name: str, **more: Any) -> SmallProject:
        """Put a statement into the ledger, or change it there."""
        usual = {
            "id": name,
            "where": "p. 1",
            "title": f"Title of {name}",
            "statement": "$x$",
            "expected": "holds",
            "strength": "argued",
            "proof": "Because.",
            "note": "Because.",
        }
        self.statements[name] = self.statements.get(name, usual) | more
        tables = [
            "\n".join(["[[statement]]", *(f"{key} = {json.dumps(value)}" for key, value in fields.items())])
            for fields in self.statements.values()
        ]
        (self.path / "ledger.toml").write_text(
            "\n".join(['[paper]\ntitle = "Sums"\ndata = { images = "a folder" }', *tables]), encoding="utf-8"
        )
        return self

    def write(self, checks: str, name: str = "test_sums") -> SmallProject:
        """A file of checks."""
        (self.path / f"{name}.py").write_text(HEAD + checks, encoding="utf-8")
        return self

    def check(self, name: str, body: str = "", **more: str) -> str:
        """A check of a statement by the fact that its subject is 1, with one sabotage."""
        arguments = {"by": "'exact'", "subject": "1", "sabotage": "{'two': 2}"} | more
        listed = ", ".join(f"{key}={value}" for key, value in arguments.items())
        function = f"test_{name.replace('.', '_').replace('-', '_')}"
        return (
            f"\n@claim({name!r}, {listed})\ndef {function}(evidence, subject):\n    {body or 'pass'}\n"
            "    evidence.fact('one', subject == 1)\n"
        )

    def run(self, *arguments: str) -> pytest.RunResult:
        """Run everything in the folder in this process; the claims go to claims.json."""
        return self.pytester.runpytest_inprocess("--claims-json=claims.json", *spared(arguments), *arguments)

    def document(self) -> Document:
        return read_document(Path(self.path) / "claims.json")

    def evidence(self, name: str) -> list[dict[str, Any]]:
        """The records of a statement's checks."""
        [claim] = [claim for claim in self.document()["claims"] if claim["id"] == name]
        found: list[dict[str, Any]] = claim["evidence"]
        return found


@pytest.fixture
def small(pytester: pytest.Pytester) -> SmallProject:
    return SmallProject(pytester)


@pytest.fixture(name="spared")
def spared_fixture() -> Callable[[Sequence[str]], Sequence[str]]:
    return spared
