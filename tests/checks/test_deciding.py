"""Ways to decide a formal text: what they refuse, and how strong what they find is."""

from __future__ import annotations

from typing import Any

import pytest

from checks.derive import cases, have, square
from checks.evidence import Evidence
from checks.formal import Covers, Formal
from checks.implication import NotImplied
from checks.ledger import Statement
from checks.strength import strength_of
from checks.verdict import Strength, Truth, Verdict

TEXT = {"for_all": {"x": "real"}, "hypotheses": ["x >= 1"], "conclusion": ["x**2 >= x"]}


def record(text: dict[str, Any]) -> Evidence:
    return Evidence("a", by="formal", formal=text)


def strength(found: Evidence, formal: dict[str, Any] | None, covers: Covers = Covers.STATEMENT) -> Strength:
    expected = Verdict(Truth.HOLDS, Strength.ARGUED)
    own = None if formal is None else Formal(formal, covers)
    return strength_of(found.record(), Statement("a", "1", "A", "$1$", expected, proof="so", formal=own, note="n"))


CONTRADICTORY = [
    {"for_all": {"x": "real"}, "hypotheses": ["x > 1", "x < 1"], "conclusion": ["x == 7"]},
    {"for_all": {"x": "real"}, "hypotheses": ["abs(x) < 0"], "conclusion": ["x == 7"]},
    {"for_all": {"x": "real in [1, 0]"}, "conclusion": ["x == 7"]},
    {"for_all": {"x": "real"}, "hypotheses": ["x**2 < 0"], "conclusion": ["x == 7"]},
    {"for_all": {"x": "real"}, "hypotheses": ["x**2 < -1"], "conclusion": ["x**2 >= 5"]},
    {"for_all": {"x": "real"}, "hypotheses": ["x > 1 or x > 2", "x < 0"], "conclusion": ["x == 7"]},
    {"for_all": {"x": "real"}, "hypotheses": ["False"], "conclusion": ["x == 7"]},
    {"for_all": {"x": "real"}, "lemmas": {"a": "1 < 0"}, "conclusion": ["x == 7"]},
]


@pytest.mark.parametrize("text", CONTRADICTORY)
@pytest.mark.parametrize("script", [(), (square("x"),), (have("x**2 >= 0", square("x")),), (cases("x > 5", (), ()),)])
def test_nothing_is_derived_from_a_contradiction(text: dict[str, Any], script: Any) -> None:
    found = record(text)
    with pytest.raises(NotImplied):
        found.derive(*script)
    assert not found.witnesses


@pytest.mark.parametrize(
    ("conclusion", "script", "words"),
    [
        ("x**2 >= x", (), "the text is false for x = [0-9/]+"),
        ("x**2 >= x", (square("x"),), "the text is false for x = [0-9/]+"),
        ("x**6 + 1 >= x", (), "give steps, such as those of checks.derive"),
        ("x**6 + 1 >= x", (square("x"),), "give more steps"),
    ],
)
def test_what_is_not_derived_says_what_helps(conclusion: str, script: Any, words: str) -> None:
    with pytest.raises(NotImplied, match=f"was not reached; {words}"):
        record({"for_all": {"x": "real"}, "conclusion": [conclusion]}).derive(*script)


@pytest.mark.parametrize(
    ("domain", "decide", "words"),
    [
        ("integer", Evidence.enumerate, r"has no end: .*; give integer in \[a, b\]"),
        ("real", Evidence.enclose, r"is not an interval; give real in \[a, b\]"),
        ("integer in [0, 3]", Evidence.enumerate, "the conclusion is false for x = 3"),
        ("real in [0, 3]", Evidence.enclose, "the conclusion is false for x = [0-9]+/"),
    ],
)
def test_what_is_refused_says_why(domain: str, decide: Any, words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        decide(record({"for_all": {"x": domain}, "conclusion": ["x <= 2"]}))


def test_a_contradiction_with_a_choice() -> None:
    text = {"for_all": {"x": "real"}, "there_is": {"y": "real"}, "hypotheses": ["x > x"], "conclusion": ["y > x"]}
    with pytest.raises(NotImplied, match="contradict"):
        record(text).derive(choose={"y": "x"})
    record({**text, "hypotheses": []}).derive(choose={"y": "x + 1"})


def test_only_its_own_text_makes_a_statement_machine_checked() -> None:
    found = record(TEXT)
    found.derive()
    assert strength(found, TEXT) is Strength.MACHINE_CHECKED
    assert strength(found, TEXT | {"conclusion": ["x**2 >= 1"]}) is Strength.ARGUED
    assert strength(found, TEXT | {"hypotheses": []}) is Strength.ARGUED
    assert strength(found, TEXT | {"for_all": {"x": "integer"}}) is Strength.ARGUED
    assert strength(found, None) is Strength.ARGUED
    for covers in (Covers.PART, Covers.CASE):
        assert strength(found, TEXT, covers) is Strength.ARGUED


def test_lemmas_are_argued() -> None:
    text = TEXT | {"lemmas": {"a": "x**2 >= x"}}
    found = record(text)
    found.derive()
    assert strength(found, text) is Strength.ARGUED


def test_a_special_case_refutes_and_a_part_does_not() -> None:
    text = TEXT | {"conclusion": ["x**2 > x"]}
    found = record(text)
    found.counterexample(x=1)
    assert found.outcome()[0] is Truth.FAILS
    for covers in (Covers.STATEMENT, Covers.CASE):
        assert strength(found, text, covers) is Strength.MACHINE_CHECKED
    assert strength(found, text, Covers.PART) is Strength.ARGUED
    assert strength(found, TEXT) is Strength.ARGUED


@pytest.mark.parametrize("decide", [lambda e: e.enumerate(), lambda e: e.enclose(), lambda e: e.example(x=0)])
def test_a_text_of_another_form_is_not_decided(decide: Any) -> None:
    found = record(TEXT)
    with pytest.raises((AssertionError, ValueError)):
        decide(found)
    assert not found.witnesses
