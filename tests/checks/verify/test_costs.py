"""Witnesses made to take long end within their steps, whatever the machine: each of these once ran for minutes."""

from __future__ import annotations

import time
from typing import Any

import pytest

from checks.verify import FORMAT, MalformedError, WitnessError, verify

SECONDS = 20
"""About a second alone; a loaded machine takes longer, and what is not counted takes minutes."""


def instance(text: str, **given: str) -> dict[str, Any]:
    return {"format": FORMAT, "kind": "instance", "given": given, "conclusion": [text]}


def decision(kind: str, formal: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"format": FORMAT, "kind": kind, "formal": formal, **more}


def derivation(formal: dict[str, Any], *steps: Any) -> dict[str, Any]:
    return decision("derivation", {"for_all": {"x": "real"}, **formal}, steps=list(steps))


def split(depth: int) -> list[Any]:
    return [{"cases": "x > 1", "branches": [split(depth - 1)] * 2}] if depth else []


NESTED = "g(" * 22 + "x" + ")" * 22
DOUBLING = {"define": {"g(x)": "exp(x * exp(x))"}, "conclusion": [f"{NESTED} > 0"]}

SLOW = {
    "a range of integers": decision(
        "enumeration", {"for_all": {"n": "integer in [0, 10**9]"}, "conclusion": ["n == n"]}
    ),
    "vectors of integers": decision(
        "enumeration", {"for_all": {"n": "integer^40 in [0, 1]"}, "conclusion": ["n == n"]}
    ),
    "powers of enclosures": instance("all(exp(1)**9999 > 1 for i in range(100000))"),
    "exp of large numbers": instance("all(exp(100000) > 1 for i in range(100000))"),
    "powers of large enclosures": instance("exp(100000)**3000 > 1"),
    "many exp": instance("all(exp(i + 1) > 0 for i in range(100000))"),
    "many log": instance("all(log(i + 2) > 0 for i in range(100000))"),
    "roots of long numbers": instance("all(sqrt(x) > 0 for i in range(100000))", x="1" * 9000),
    "exp of long numbers": instance("all(exp(x) > 0 for i in range(100000))", x="1" * 4000 + "/" + "3" * 4001),
    "names that double": derivation(DOUBLING),
    "many alternatives": derivation({"conclusion": ["any(x > i for i in range(25000))"]}),
    "long multipliers": derivation({"conclusion": ["x > 0"]}, {"combine": "1 > 0", "multipliers": {"0": "1e99999999"}}),
    "much known in many cases": derivation(
        {"hypotheses": ["x > 5", "0 > 1"], "conclusion": ["x < 7"]}, *[{"square": "x"}] * 9000, *split(12)
    ),
    "exponents of polynomials": derivation({"conclusion": ["x > 0"]}, {"axiom": "power_one", "of": ["10**300"]}),
    "boxes without end": decision("enclosure", {"for_all": {"x": "real in [0, 1]"}, "conclusion": ["x == x"]}),
}


@pytest.mark.parametrize("name", SLOW)
def test_it_ends(name: str) -> None:
    began = time.perf_counter()
    with pytest.raises(MalformedError):
        verify(SLOW[name])
    assert time.perf_counter() - began < SECONDS


@pytest.mark.parametrize("weight", ["1e1", " 1", "+1", "1_0", 0.5, True, None, ["1"], "nan"])
def test_multipliers_are_exact_numbers(weight: Any) -> None:
    formal = {"hypotheses": ["x > 0"], "conclusion": ["x >= 0"]}
    verify(derivation(formal, {"combine": "x >= 0", "multipliers": {"0": "1"}}))
    with pytest.raises(WitnessError):
        verify(derivation(formal, {"combine": "x >= 0", "multipliers": {"0": weight}}))


@pytest.mark.parametrize("index", ["-1", "1", "\u0661", " 0", "0.5", "x", ""])
def test_indexes_are_of_known_relations(index: str) -> None:
    with pytest.raises(WitnessError):
        verify(
            derivation(
                {"hypotheses": ["x > 0"], "conclusion": ["x > 0"]}, {"combine": "x > 0", "multipliers": {index: "1"}}
            )
        )
