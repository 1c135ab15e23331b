"""Claims files: a verdict needs a good witness of its own formal text."""

from __future__ import annotations

from typing import Any

import pytest

from checks.verify import FORMAT, examine

TEXT = {"for_all": {"x": "real"}, "conclusion": ["x**2 >= 0"]}
FALSE = {"for_all": {"x": "real"}, "conclusion": ["x**2 >= 1"]}
OTHER = {"for_all": {"x": "real"}, "conclusion": ["x**2 >= 2"]}


def shown(formal: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"format": FORMAT, "kind": "derivation", "formal": formal, "steps": [{"square": "x"}], "claim": "a"} | more


def refuted(formal: dict[str, Any]) -> dict[str, Any]:
    return {"format": FORMAT, "kind": "counterexample", "formal": formal, "given": {"x": "0"}, "claim": "a"}


def faults(
    truth: str, strength: str, formal: dict[str, Any] | None, *witnesses: Any, covers: str = "statement"
) -> list[str]:
    verdict = {"truth": truth, "strength": strength}
    own = formal and {"text": formal, "covers": covers, "says": ""}
    claim = {"id": "a", "formal": own, "verdict": verdict, "evidence": [{"witnesses": list(witnesses)}]}
    return [fault for _, fault in examine({"claims": [claim]}) if fault]


def test_what_is_decided_is_good() -> None:
    assert not faults("holds", "machine-checked", TEXT, shown(TEXT))
    assert not faults("fails", "machine-checked", FALSE, refuted(FALSE))
    assert not faults("fails", "machine-checked", FALSE, refuted(FALSE), covers="case")
    assert not faults("holds", "argued", TEXT, covers="part")
    assert not faults("holds", "argued", None)


CERTIFICATE = {"format": FORMAT, "kind": "identity", "identities": [["x", "x"]], "claim": "a"}


@pytest.mark.parametrize(
    ("formal", "witness", "covers"),
    [
        (FALSE, shown(TEXT), "statement"),
        (None, shown(TEXT), "statement"),
        (TEXT, shown(TEXT, claim="b"), "statement"),
        (TEXT, shown(TEXT), "part"),
        (TEXT, shown(TEXT), "case"),
        (TEXT, shown(TEXT, steps=[]), "statement"),
        (TEXT, CERTIFICATE, "statement"),
        (TEXT | {"lemmas": {"a": "1 > 0"}}, shown(TEXT | {"lemmas": {"a": "1 > 0"}}), "statement"),
        (TEXT, 3, "statement"),
    ],
)
def test_what_is_said_to_be_machine_checked_is(formal: Any, witness: Any, covers: str) -> None:
    assert "said to be machine-checked" in faults("holds", "machine-checked", formal, witness, covers=covers)[-1]


@pytest.mark.parametrize("formal", [None, FALSE])
def test_a_claim_is_refuted_by_its_own_text(formal: Any) -> None:
    [fault] = faults("fails", "argued", formal, refuted(OTHER))
    assert "said to fail" in fault


def test_a_derivation_refutes_nothing() -> None:
    found = faults("fails", "machine-checked", TEXT, shown(TEXT))
    assert len(found) == 2
