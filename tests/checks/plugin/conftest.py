"""A foreign project with a ledger of three statements, for the tests of the plugin here."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import hypothesis.internal.conjecture.providers  # noqa: F401  (once, not in each of the runs)
import jsonschema  # noqa: F401
import pytest

from checks._run import session, table  # noqa: F401
from checks.document import read_document

HEAD = """
import pytest
from checks.witness import identity, refutation

claim = pytest.mark.claim


def larger(x):
    return refutation("x = 2", given={"x": x}, conclusion=["x <= 1"])
"""

HOLDS = """
@claim("sum", by="symbolic", subject="a + b", sabotage={"minus": "a - b"})
def test_sum(evidence, subject):
    evidence.value("a third", __import__("fractions").Fraction(1, 3))
    evidence.certify(identity("addition is commutative", (subject, "b + a")))
"""

FAILS = """
@claim("bound", by="exact", subject=2, sabotage={"one": 1})
def test_bound(evidence, subject):
    evidence.refute(larger(subject))


@claim("bound.amended", by="exact", subject=2, sabotage={"three": 3})
def test_bound_amended(evidence, subject):
    evidence.fact("two is at most two", subject <= 2)
"""

ALL = HOLDS + FAILS


def entry(name: str, expected: str = "holds", strength: str = "argued", **more: Any) -> str:
    fields = {
        "id": name,
        "where": "p. 1",
        "title": f"Title of {name}",
        "statement": "$x$",
        "expected": expected,
        "strength": strength,
        "note" if expected == "fails" else "proof": "Because.",
    } | more
    return "\n".join(["[[statement]]", *(f"{key} = {json.dumps(value)}" for key, value in fields.items())])


PAPER = '[paper]\ntitle = "Sums"\n'
LEDGER = "\n".join(
    [
        PAPER,
        entry("sum"),
        entry("bound", "fails", depends_on=["sum"], fault="false"),
        entry("bound.amended", amends="bound", depends_on=["sum"]),
    ]
)


def one(body: str, by: str = "exact", sabotage: str = "{'wrong': None}", subject: str = "1") -> str:
    """A single check of the statement ``sum``; its sabotages fail unless the body deals with them."""
    return f"""
@claim("sum", by="{by}", subject={subject}, sabotage={sabotage})
def test_one(evidence, subject):
    assert subject is not None
    {body}
"""


ONE = PAPER + entry("sum")
MISSING = "not as expected: sum: no check bears its id"


class Project:
    """A folder with a ledger and checks, and what a run in it came to; texts for both."""

    HOLDS, FAILS, ALL, PAPER, LEDGER, ONE, MISSING = HOLDS, FAILS, ALL, PAPER, LEDGER, ONE, MISSING
    entry, one = staticmethod(entry), staticmethod(one)

    def __init__(self, pytester: pytest.Pytester, spared: Callable[[Sequence[str]], Sequence[str]]):
        self.pytester, self.path, self.spared = pytester, pytester.path, spared

    def write(self, checks: str = ALL, ledger: str = LEDGER, name: str = "test_sums") -> Project:
        (self.path / "ledger.toml").write_text(ledger, encoding="utf-8")
        (self.path / f"{name}.py").write_text(HEAD + checks, encoding="utf-8")
        return self

    def run(self, *arguments: str) -> pytest.RunResult:
        return self.pytester.runpytest_inprocess("--claims-json=claims.json", *self.spared(arguments), *arguments)

    def claims(self) -> dict[str, Any]:
        return {claim["id"]: claim for claim in read_document(self.path / "claims.json")["claims"]}

    def verdict(self, name: str) -> tuple[str, str, str]:
        verdict = self.claims()[name]["verdict"]
        return verdict["state"], verdict["truth"], verdict["reason"]

    def at(self, folder: str) -> Project:
        """The project of a folder inside."""
        other = Project(self.pytester, self.spared)
        other.path = self.path / folder
        return other


@pytest.fixture
def project(pytester: pytest.Pytester, spared: Callable[[Sequence[str]], Sequence[str]]) -> Project:
    return Project(pytester, spared)
