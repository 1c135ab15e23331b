"""What the finder derives is true: random formal texts, tried at random points; and mutants are other texts."""

from __future__ import annotations

import re
from contextlib import suppress
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from checks import derive
from checks.derive import Effort, derivation, induction, numbers
from checks.implication import NotImplied
from checks.mutants import mutants
from checks.verify import FORMAT, FUNCTIONS, WitnessError, check_text, true_of, verify
from checks.verify.axioms import AXIOMS

VALUES = [Fraction(n, 2) for n in range(-4, 5, 2)]
EFFORT = 8
"""Linear programmes for each text: few, since most are false."""

small = st.integers(-2, 2)
linear = st.builds("{}*x + {}*y + {}".format, small, small, small)
terms = st.one_of(
    linear,
    st.builds("abs({})".format, linear),
    st.builds("max({}, {})".format, linear, linear),
    st.builds("min({}, {}, {})".format, linear, linear, small),
    st.builds("({}) * ({})".format, linear, linear),
    st.builds("sign({})".format, linear),
    st.builds("f({}, {})".format, linear, linear),
)
relations = st.builds("{} {} {}".format, terms, st.sampled_from(["<=", "<", ">=", ">", "==", "!="]), terms)
formulas = st.one_of(
    relations,
    st.builds("{} or {}".format, relations, relations),
    st.builds("not ({} and {})".format, relations, relations),
    st.builds("{} <= {} < {}".format, terms, terms, terms),
)
domains = st.sampled_from(["real", "integer", "real in [-1, 1]", "in [-1, 0, 2]", "integer in [0, 2]"])
texts = st.fixed_dictionaries(
    {
        "for_all": st.fixed_dictionaries({"x": domains, "y": domains}),
        "define": st.sampled_from([{"f(x, y)": "x - y"}, {"f(u, x)": "abs(u) + y"}]),
        "hypotheses": st.lists(formulas, max_size=3),
        "conclusion": st.lists(formulas, min_size=1, max_size=2),
    }
)


def derived(text: dict[str, Any]) -> dict[str, Any] | None:
    with suppress(NotImplied, WitnessError):
        return {
            "format": FORMAT,
            "kind": "derivation",
            "formal": text,
            "steps": derivation(text, effort=Effort(EFFORT)),
        }
    return None


@settings(max_examples=40, deadline=None)
@given(texts)
def test_what_is_derived_is_true(text: dict[str, Any]) -> None:
    witness = derived(text)
    event(f"derived: {witness is not None}")
    if witness is not None:
        verify(witness)
        for x, y in product(VALUES, repeat=2):
            with suppress(WitnessError):  # not of the domain
                assert true_of(text, {"x": str(x), "y": str(y)}), (x, y)


@settings(max_examples=15, deadline=None)
@given(texts)
def test_mutants_are_other_texts_of_the_language(text: dict[str, Any]) -> None:
    for name, other in mutants(text).items():
        check_text(other)
        assert other != text, name


def test_induction_in_all_its_parts() -> None:
    text = {
        "for_all": {"n": "integer"},
        "define": {"f(t)": "t * (t + 1)"},
        "hypotheses": ["n >= 3"],
        "conclusion": ["f(n) >= 4*n"],
    }
    steps = derivation(text, [induction("n", 3)])
    verify({"format": FORMAT, "kind": "derivation", "formal": text, "steps": steps})
    with pytest.raises(WitnessError):
        derivation(text, [induction("n", 2)])
    with pytest.raises((WitnessError, NotImplied)):
        derivation(text | {"conclusion": ["f(n) >= 5*n"]}, [induction("n", 3)])


@pytest.mark.parametrize(
    ("hypotheses", "conclusion"),
    [
        ([], "x**2 + y**2 >= 2*x*y"),
        ([], "x**2 + 4 >= 4*x"),
        ([], "2*x**2 + 2*x*y + 5*y**2 - 6*y + 5 > 0"),
        ([], "(x*x + y*y) * (z*z + 1) >= (x*z + y)**2"),
        (["x > 0", "z >= 0"], "((x + z / x) / 2)**2 >= z"),
        (["x + y == 1"], "4*x*y <= 1"),
    ],
)
def test_squares_are_found(hypotheses: list[str], conclusion: str) -> None:
    text = {"for_all": dict.fromkeys("xyz", "real"), "hypotheses": hypotheses, "conclusion": [conclusion]}
    verify({"format": FORMAT, "kind": "derivation", "formal": text, "steps": derivation(text)})
    with pytest.raises(NotImplied):
        derivation(text, effort=Effort(squares=False))


@pytest.mark.parametrize("conclusion", ["x**2 + y**2 >= 3*x*y", "x**2 + 4 >= 5*x", "x**2 + y**2 > 2*x*y"])
def test_no_square_shows_what_is_false(conclusion: str) -> None:
    with pytest.raises(NotImplied):
        derivation({"for_all": {"x": "real", "y": "real"}, "conclusion": [conclusion]})


DOCS = (Path(__file__).resolve().parents[2] / "docs" / "theorem-checker.md").read_text(encoding="utf-8")


def test_the_induction_of_the_docs() -> None:
    [example] = re.findall(r"```python\n(induction\(.*?)```", DOCS, re.DOTALL)
    script = eval(example, vars(derive))
    text = {
        "for_all": {"n": "integer", "h": "real"},
        "hypotheses": ["n >= 0", "h > -1"],
        "conclusion": ["(1 + h)**n >= 1 + n * h"],
    }
    verify({"format": FORMAT, "kind": "derivation", "formal": text, "steps": derivation(text, [script])})


def test_the_docs_name_all_there_is() -> None:
    steps = ("square", "product", "times", "have", "cases", "numbers", "congruence", "integer", "axiom")
    assert [name for name in (*FUNCTIONS, *AXIOMS, *steps) if not re.search(rf"`{name}[`(]", DOCS)] == []


def test_numbers_are_compared_by_enclosures() -> None:
    text = {"for_all": {"x": "real"}, "hypotheses": ["x >= exp(1)"], "conclusion": ["x > 271/100"]}
    steps = derivation(text, [numbers("exp(1) > 271/100")])
    verify({"format": FORMAT, "kind": "derivation", "formal": text, "steps": steps})
    with pytest.raises(WitnessError):
        derivation(text, [numbers("exp(1) > 272/100")])


@pytest.mark.parametrize(
    ("hypotheses", "conclusion"),
    [
        (["x <= z", "z <= y"], "abs(x - z) == abs(x - y) - abs(y - z)"),
        (["x >= y", "x <= y"], "2 * x == x + y"),
        (["max(x, y) <= z", "z <= min(x, y)"], "x == y"),
    ],
)
def test_an_equation_follows_from_inequalities_both_ways(hypotheses: list[str], conclusion: str) -> None:
    text = {"for_all": dict.fromkeys("xyz", "real"), "hypotheses": hypotheses, "conclusion": [conclusion]}
    verify({"format": FORMAT, "kind": "derivation", "formal": text, "steps": derivation(text)})
    with pytest.raises(NotImplied):
        derivation(text | {"hypotheses": hypotheses[:1]})
