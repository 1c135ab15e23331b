"""False statements, with steps by which the verifier once accepted them, or might have."""

from __future__ import annotations

from typing import Any

import pytest

from checks.verify import FORMAT, WitnessError, verify

Text = dict[str, Any]


def decision(kind: str, formal: Text, **more: Any) -> dict[str, Any]:
    return {"format": FORMAT, "kind": kind, "formal": formal, **more}


def derivation(formal: Text, *steps: Any, **more: Any) -> dict[str, Any]:
    return decision("derivation", formal, steps=list(steps), **more)


def refused(witness: dict[str, Any]) -> None:
    with pytest.raises(WitnessError):
        verify(witness)


def by_induction(base: list[Any], step: list[Any], first: str = "0") -> dict[str, Any]:
    return {"induction": "n", "from": first, "base": base, "step": step}


# --- induction -------------------------------------------------------------------------------------------------------


def test_no_hypothesis_hides_the_variable_in_a_definition() -> None:
    """At 0 the hypothesis is false, so that the base shows nothing; n = 5 is a counterexample."""
    text = {
        "for_all": {"n": "integer"},
        "define": {"g()": "n - 5", "f()": "g()"},
        "hypotheses": ["n >= 0", "f() >= 0"],
        "conclusion": ["n <= 4"],
    }
    step = [{"combine": "-1 >= 0", "multipliers": {"1": "1", "2": "1"}}]
    refused(derivation(text, by_induction([], step)))
    verify(decision("counterexample", text, given={"n": "5"}))


def test_no_domain_or_lemma_hides_it_either() -> None:
    for more in ({"for_all": {"n": "integer", "x": "real in [n, 3]"}}, {"lemmas": {"a": "n >= 7"}}):
        text = {"for_all": {"n": "integer"}, "hypotheses": ["n >= 0"], "conclusion": ["n <= 4"]} | more
        refused(derivation(text, by_induction([{"combine": "0 <= 4", "multipliers": {}}], [])))


def test_induction_begins_at_a_whole_number() -> None:
    """From 1/2 on there is no whole number that the steps of 1 meet; n = 1 is a counterexample."""
    text = {"for_all": {"n": "integer"}, "hypotheses": ["n >= 1/2"], "conclusion": ["n <= 1/2"]}
    step = [
        {"combine": "n > 0", "multipliers": {"0": "1"}},
        {"integer": "n"},
        {"combine": "0 >= 1", "multipliers": {"1": "2", "3": "2"}},
    ]
    refused(derivation(text, by_induction([], step, "1/2")))
    verify(decision("counterexample", text, given={"n": "1"}))


@pytest.mark.parametrize("bound", ["n >= 1 or n >= 0", "0 <= n", "n >= 0 and n >= 0", "n >= -1"])
def test_induction_needs_its_bound_as_it_stands(bound: str) -> None:
    text = {"for_all": {"n": "integer"}, "hypotheses": [bound], "conclusion": ["n >= 0"]}
    refused(derivation(text, by_induction([], [])))


# --- domains ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "domain",
    [
        "real in [0, 1 == 0]",
        "real in [not 0 == 0, 5]",
        "real in [0 == 0 or 0, 5]",
        "real in [0, 1] and [0, 1]",
        "real in [0, 1, 2]",
        "real in [0]",
        "real in [0, 1] in [[0, 1]]",
        "in [1, 2, 3] if item < 2",
        "in [1, 2] or 3",
        "in [item for item in [1, 2] if x == item]",
        "real in [x, x]",
        "real in [0, y]",
    ],
)
def test_a_domain_is_two_ends_or_a_list(domain: str) -> None:
    """Read as a part of a formula, the first of these was false, and everything followed."""
    for steps in ([], [{"cases": "x == 1", "branches": [[], [], []]}]):
        for conclusion in ("x > 7", "x == 1", "x < 0"):
            refused(derivation({"for_all": {"x": domain, "y": "real"}, "conclusion": [conclusion]}, *steps))


def test_nothing_is_chosen_from_an_empty_domain() -> None:
    for ends in ("1 == 1 or 1, 0", "1, 0"):
        text = {"there_is": {"y": f"real in [{ends}]"}, "conclusion": ["y == 7"]}
        refused(derivation(text, choose={"y": "7"}))


def test_a_choice_keeps_to_its_domain() -> None:
    text = {"for_all": {"x": "real"}, "there_is": {"y": "real in [x, x + 1]"}, "conclusion": ["y > x"]}
    verify(derivation(text, {"combine": "x + 1/2 > x", "multipliers": {}}, choose={"y": "x + 1/2"}))
    refused(derivation(text, {"combine": "x + 2 > x", "multipliers": {}}, choose={"y": "x + 2"}))


def test_a_list_is_not_one_number() -> None:
    """It was: then the least of a list is the greatest. [0, 1] is an example."""
    text = {"there_is": {"L": "list of real"}, "conclusion": ["min(L) < max(L)"]}
    steps = [
        {"axiom": "max", "of": ["L"]},
        {"axiom": "min", "of": ["L"]},
        {"combine": "0 > 0", "multipliers": {"0": "1", "2": "-1", "4": "1"}},
    ]
    refused(decision("impossible", text, given={}, steps=steps))
    verify(decision("example", text, given={"L": ["0", "1"]}))


def test_a_domain_of_values() -> None:
    text = {"for_all": {"x": "in [1, 2]", "y": "in [x, x + 1]"}, "conclusion": ["y <= 3"]}
    verify(decision("enumeration", text))
    branch = [
        {"cases": 1, "branches": [[{"combine": "y <= 3", "multipliers": w}] for w in ({"0": "-1", "1": "-1"},) * 2]}
    ]
    verify(derivation(text, {"cases": 0, "branches": [branch, branch]}))
    refused(derivation(text, {"cases": 0, "branches": [branch]}))


# --- nothing meets the hypotheses ------------------------------------------------------------------------------------


def test_boxes_on_which_nothing_is_said_decide_nothing() -> None:
    refused(
        decision("enclosure", {"for_all": {"x": "real in [0, 1]"}, "hypotheses": ["x > 2"], "conclusion": ["x > 5"]})
    )
    refused(decision("enclosure", {"for_all": {"x": "real in [1, 0]"}, "conclusion": ["x > 5"]}))
    refused(decision("enumeration", {"for_all": {"n": "integer in [2, 1]"}, "conclusion": ["n > 5"]}))


def test_an_enclosure_splits_where_a_hypothesis_may_hold() -> None:
    text = {"for_all": {"x": "real in [-1, 1]"}, "hypotheses": ["x > 1/3"], "conclusion": ["1/x > 1/2"]}
    verify(decision("enclosure", text))
    refused(decision("enclosure", text | {"conclusion": ["1/x > 1"]}))


# --- steps -----------------------------------------------------------------------------------------------------------

FREE: dict[str, Text] = {
    "a negative weight": {"combine": "x <= 0", "multipliers": {"0": "-1"}},
    "an equation from an inequality": {"combine": "x == 0", "multipliers": {"0": "1"}},
    "strictness from nothing": {"combine": "x > 0", "multipliers": {"0": "1"}},
    "an inequality times anything": {"times": 0, "by": "-1"},
    "the inverse of what may be 0": {"axiom": "divide", "of": ["x"]},
    "the logarithm of what may be 0": {"axiom": "log", "of": ["x"]},
    "a root without a sign": {"axiom": "sqrt", "of": ["x - 1"]},
    "a power of what may be 0": {"axiom": "power_sum", "of": ["x", "1/2", "-1/2"]},
    "a power of a power below 0": {"axiom": "power_power", "of": ["-1", "2", "1/2"]},
    "equal without knowing": {"congruence": "exp", "of": ["x"], "and": ["x + 0*y + 1"]},
    "a whole number that is none": {"integer": "n/2"},
    "a real as a whole number": {"integer": "x"},
    "numbers that are not so": {"numbers": "exp(1) > 3"},
    "numbers by a defined name": {"numbers": "c() > 3"},
    "a lemma with or": {"lemma": "x > 0 or x <= 0", "steps": []},
    "a lemma that is false": {"lemma": "False", "steps": []},
    "cases without one": {"cases": "x == 1", "branches": [[], []]},
    "cases of no hypothesis": {"cases": 0, "branches": []},
    "an index from behind": {"product": [-1, 0]},
    "a truth value as index": {"product": [True, False]},
    "an induction within": by_induction([], []),
}


@pytest.mark.parametrize("name", FREE)
def test_a_step_gives_nothing_for_free(name: str) -> None:
    text = {
        "for_all": {"x": "real", "y": "real", "n": "integer"},
        "define": {"c()": "4"},
        "hypotheses": ["x >= 0", "n > 0"],
        "conclusion": ["x >= 0"],
    }
    verify(derivation(text))
    refused(derivation(text, FREE[name]))


@pytest.mark.parametrize(
    "conclusion",
    [
        "not x < 1",
        "not 0 <= x < 1",
        "x != 0",
        "any(x == i for i in range(2))",
        "x > 1 or x < 1",
        "not all([x >= 0])",
        "False",
    ],
)
def test_formulas_that_do_not_follow(conclusion: str) -> None:
    refused(derivation({"for_all": {"x": "real"}, "hypotheses": ["x >= 0"], "conclusion": [conclusion]}))


@pytest.mark.parametrize(
    "conclusion",
    ["not x < 0", "not (x < 0 or False)", "x >= 0 or x == 7", "all(x >= -i for i in range(1))", "not -1 > x", "True"],
)
def test_formulas_that_do(conclusion: str) -> None:
    steps = [{"combine": "x >= -1", "multipliers": {"0": "1"}}]
    verify(derivation({"for_all": {"x": "real"}, "hypotheses": ["x >= 0"], "conclusion": [conclusion]}, *steps))


@pytest.mark.parametrize("name", ["exp", "x[0]", "_", "lambda", "all", "ö", "x y", "1x", ""])
def test_names_with_another_meaning(name: str) -> None:
    refused(derivation({"for_all": {name: "real"}, "conclusion": ["1 > 0"]}))


@pytest.mark.parametrize("name", ["inverse", "power", "item"])
def test_names_of_the_verifier_are_free(name: str) -> None:
    """They are variables where a text makes them such, and not what the verifier calls so."""
    verify(
        derivation(
            {"for_all": {name: "real", "x": "real"}, "hypotheses": [f"x == {name}"], "conclusion": [f"{name} == x"]}
        )
    )
    refused(derivation({"for_all": {name: "real", "x": "real"}, "conclusion": [f"x / {name} == 1"]}))
    refused(
        derivation({"for_all": {"x": "real"}, "define": {f"{name}(x)": "x"}, "conclusion": [f"1 / x == {name}(x)"]})
    )


def test_no_hypothesis_speaks_of_what_there_is() -> None:
    """Else 0 is a root of -1 where hypotheses are conditions, and all reals are where they are granted."""
    text = {"there_is": {"y": "real"}, "hypotheses": ["y * y == -1"], "conclusion": ["y * y == -1"]}
    refused(derivation(text, choose={"y": "0"}))
    hidden = {"define": {"f()": "y * y", "g(t)": "f() + t"}, "hypotheses": ["g(1) == 0"]}
    refused(derivation(text | hidden, choose={"y": "0"}))
    refused(derivation({**text, "hypotheses": [], "lemmas": {"a": "y * y == -1"}}, choose={"y": "0"}))
