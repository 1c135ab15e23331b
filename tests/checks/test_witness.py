"""The builders of witnesses: what they build is accepted, and what does not follow is not proved."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.implication import Implication, NotImplied, linear
from checks.verify import FORMAT, WitnessError, verify
from checks.witness import exact, identity, instance, refutation


def test_data_is_made_exact() -> None:
    witness = refutation("x", given={"x": [1, Fraction(-1, 3), (2, [3])]}, conclusion=["len(x) == 2"])
    assert witness["given"] == {"x": ["1", "-1/3", ["2", ["3"]]]}
    verify(witness)
    with pytest.raises(ValueError, match=r"value=0\.5 is a float"):
        exact([1, 0.5])


def test_builders_and_verifier_agree_on_the_form() -> None:
    for witness in (
        refutation("refutation", given={"x": 1}, hypotheses=["x > 0"], conclusion=["f(x) > 1"], define={"f(t)": "t"}),
        instance("instance", given={}, conclusion=["1 == 1"]),
        identity("identity", ("x", "x"), ("0", "y - y")),
        linear("linear", ["x >= 1"], "x > 0"),
    ):
        assert (witness["format"], witness["says"]) == (FORMAT, witness["kind"])
        verify(witness)


@pytest.mark.parametrize(
    ("hypotheses", "goal", "multipliers"),
    [
        (["x >= 0"], "1000*x >= 0", ["1000"]),
        (["x > 0"], "1000*x > 0", ["1000"]),
        (["x == 1"], "-2*x == -2", ["-2"]),
        (["123456789*x >= 987654321*y"], "x >= 987654321/123456789*y", ["1/123456789"]),
        (["7*x >= 1", "11*y >= 1"], "x + y >= 18/77", ["1/7", "1/11"]),
        ([], "1 > 0", []),
        ([], "x == x", []),
        (["x > 0", "y >= 0"], "x + y > 0", ["1", "1"]),
    ],
)
def test_certificates(hypotheses: list[str], goal: str, multipliers: list[str]) -> None:
    assert linear("", hypotheses, goal)["multipliers"] == multipliers


@pytest.mark.parametrize(
    ("hypotheses", "goal"),
    [
        (["x >= 0"], "x > 0"),
        (["x >= 0"], "x >= 1"),
        (["x >= 0"], "y >= 0"),
        ([], "0 > 0"),
        ([], "x >= 0"),
        (["x >= 1", "x <= 1"], "x == 1"),
        (["x == 1", "y >= 0"], "2*x == 3"),
        (["x*y >= 0"], "x >= 0"),
        (["x >= 0"], "-x >= 0"),
    ],
)
def test_what_does_not_follow(hypotheses: list[str], goal: str) -> None:
    with pytest.raises(NotImplied, match="does not follow"):
        linear("", hypotheses, goal)


def test_a_slip_of_the_pen_is_no_missing_implication() -> None:
    with pytest.raises(WitnessError) as caught:
        linear("", ["x >"], "x > 0")
    assert not isinstance(caught.value, AssertionError)


def test_implications_are_changed_by_name() -> None:
    step = Implication(("a <= b", "b <= c"), "a <= c")
    verify(step.proof("transitive"))
    for weaker in (step.without(0), step.without(0, 1), step.concluding("a < c"), step.concluding("a + 1 <= c")):
        with pytest.raises(NotImplied):
            weaker.proof("")


coefficients = st.lists(st.integers(-5, 5), min_size=3, max_size=3)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(coefficients, st.sampled_from([">=", ">", "=="])), min_size=1, max_size=4),
    st.lists(st.integers(0, 40), min_size=4, max_size=4),
    st.integers(0, 3),
)
def test_every_combination_is_found(system: Any, weights: list[int], slack: int) -> None:
    hypotheses = [f"{a}*x + ({b})*y + ({c}) {sign} 0" for (a, b, c), sign in system]
    row = [sum(weight * part[i] for (part, _), weight in zip(system, weights, strict=False)) for i in range(3)]
    verify(linear("", hypotheses, f"{row[0]}*x + ({row[1]})*y + ({row[2] + slack}) >= 0"))
