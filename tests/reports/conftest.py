"""A small claims document with everything that a report may have to show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from checks.document import build_document
from checks.faults import Fault
from checks.implication import linear
from checks.ledger import Ledger, Statement
from checks.records import Document
from checks.verdict import Strength, Truth, Verdict
from checks.witness import identity, instance, refutation

HOLDS = Verdict(Truth.HOLDS, Strength.ARGUED)
FAILS = Verdict(Truth.FAILS, Strength.ARGUED)
SUPPORTED = Verdict(Truth.HOLDS, Strength.SUPPORTED)

STATEMENTS = [
    Statement(
        "th-1",
        "Section 1",
        "Squares are positive",
        "$x^2 > 0$ for every $x ∈ ℝ$.",
        FAILS,
        fault=Fault.FALSE,
        note="At $x = 0$; see `th-1.amended`, not `th-9`.",
    ),
    Statement(
        "th-1.amended",
        "Section 1, amended",
        "Squares are not negative",
        "$x^2 ≥ 0$ for every $x ∈ ℝ$.",
        HOLDS,
        ("$x$ is real",),
        ("lem-1",),
        "th-1",
        proof="From `lem-1`.",
    ),
    Statement("lem-1", "Section 1", "A sum of bounds", "If $a ≤ b$ then $a + c ≤ b + c$.", HOLDS, proof="Add $c$."),
    Statement("ex-1", "Section 2", "An example", "All of some cases.", SUPPORTED, depends_on=("lem-1",)),
]

LINE = {"positive": ["0", "10"], "negative": ["4"], "frontier": ["2", "7"]}
CONTEXT = {
    "version": "1.2.3",
    "commit": "0123456789ab",
    "datetime": "2030-01-02T03:04:05+00:00",
    "seed": 7,
    "scale": "quick",
    "device": "cpu",
    "claims_seed": 0,
    "pinned": False,
    "partial": False,
    "builds": [],
    "carried": {"checks": 0, "of": 4, "runs": []},
    "machine": {
        "system": "Linux",
        "architecture": "x86_64",
        "cores": 2,
        "python": "3.12.1",
        "packages": {"numpy": "2.0"},
    },
}


def check(claim: str, by: str, outcome: str = "holds", **more: Any) -> dict[str, Any]:
    """The record of a finished check; its witnesses bear out the facts of the same words."""
    record = {
        "kind": "check",
        "claim": claim,
        "by": by,
        "outcome": outcome,
        "reason": "",
        "facts": [],
        "witnesses": [],
        "values": {},
        "cases": 0,
        "seed": None,
        "rests_on": [],
        "figures": [],
        "found": [],
        "check": f"checks/test_some.py::test_{by}[as stated]",
        "seconds": 0.1,
        "carried": None,
    }
    for witness in more.get("witnesses", []):
        witness["claim"] = claim
    return record | more


def fact(says: str) -> dict[str, Any]:
    return {"says": says, "truth": True}


def records() -> list[dict[str, Any]]:
    zero = refutation(
        "x = 0 is no exception", given={"x": 0}, define={"q(t)": "t**2"}, hypotheses=["x == 0"], conclusion=["q(x) > 0"]
    )
    moved = linear("both sides move", ["a <= b", "c == 2/3"], "a + c <= b + 2/3")
    square = identity("a square", ("(a - b)**2", "a*a - 2*a*b + b*b"))
    long = instance("many data", given={"A": [[i, 10**40 + i] for i in range(100)]}, conclusion=["len(A) == 100"])
    line = {"kind": "line-hmf", "caption": "A line.", "data": LINE}
    return [
        check("th-1", "exact", "fails", witnesses=[zero]),
        check("th-1.amended", "symbolic", facts=[fact("a square")], witnesses=[square], rests_on=["a theorem"]),
        check("lem-1", "symbolic", facts=[fact("both sides move"), fact("many data")], witnesses=[moved, long]),
        check(
            "ex-1", "samples", facts=[fact("some cases")], cases=12_345, seed=3, values={"ratio": "1/3"}, figures=[line]
        ),
        {"kind": "sabotage", "claim": "lem-1", "name": "a sign flipped", "caught": True},
    ]


def document_of(items: list[dict[str, Any]], complete: bool = True) -> Document:
    ledger = Ledger({"title": "A Paper", "authors": ["A. Uthor"]}, {entry.id: entry for entry in STATEMENTS})
    collected: dict[str, int] = {}
    for record in items:
        if record["kind"] == "check":
            collected[record["claim"]] = collected.get(record["claim"], 0) + 1
    return build_document(ledger, items, collected, complete, CONTEXT)


@pytest.fixture(scope="session", name="records_of")
def records_of_fixture() -> Callable[[], list[dict[str, Any]]]:
    return records


@pytest.fixture(scope="session", name="documents_of")
def documents_of_fixture() -> Callable[..., Document]:
    return document_of


@pytest.fixture(name="records")
def records_fixture() -> Callable[[], list[dict[str, Any]]]:
    return records


@pytest.fixture(name="document_of")
def document_of_fixture() -> Callable[..., Document]:
    return document_of


@pytest.fixture
def document() -> Document:
    return document_of(records())


@pytest.fixture
def unexpected_document() -> Document:
    """`lem-1` was not finished with the expected verdict, and `ex-1` has no check."""
    kept = [record for record in records() if record["claim"] not in ("lem-1", "ex-1")]
    return document_of([*kept, check("lem-1", "exact", "undecided", reason="ran out of time")])
