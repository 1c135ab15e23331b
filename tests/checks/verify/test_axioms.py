"""Each axiom at random points where its premises hold, beside mpmath; and that atoms are named one way."""

from __future__ import annotations

import random
import re
from fractions import Fraction
from itertools import permutations
from typing import Any

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.verify import AXIOMS, Polynomial, Relation, WitnessError, printed
from checks.verify.axioms import axiom
from checks.verify.derivation import symbols, term

POINTS = 400
ARITY = {
    **dict.fromkeys(
        ["abs", "sign", "divide", "sqrt", "exp_positive", "exp_tangent", "log", "log_exp", "log_tangent"], 1
    ),
    **dict.fromkeys(["power_product", "power_sum", "power_power", "power_increasing", "power_exponent"], 3),
    "power_one": 1,
    "min": 3,
    "max": 3,
}
"""The others take two."""

SCOPE = symbols({"x": None, "y": None, "z": None})
TEXTS = [
    "x",
    "y",
    "z",
    "x*y",
    "x + 1",
    "-x",
    "x - y",
    "x**2",
    "0",
    "1",
    "2",
    "-1",
    "1/2",
    "3",
    "x/2 + y",
    "1/x",
    "abs(x)",
]


def _sign(t: Any) -> Any:
    return (t > 0) - (t < 0)


def value_of(form: Polynomial, point: dict[str, Fraction]) -> mpmath.mpf:
    """The polynomial by mpmath; an undefined part raises."""
    names = {
        "inverse": lambda t: 1 / t,
        "power": lambda b, n: b**n,
        "exp": mpmath.exp,
        "log": mpmath.log,
        "sqrt": mpmath.sqrt,
        "abs": abs,
        "min": min,
        "max": max,
        "sign": _sign,
        **{name: mpmath.mpf(value.numerator) / value.denominator for name, value in point.items()},
    }
    total = mpmath.mpf(0)
    for monomial, number in form.terms.items():
        product = mpmath.mpf(number.numerator) / number.denominator
        for name in monomial:
            exact = re.sub(r"\b([0-9]+)\b", r"N(\1)", name)
            product *= eval(exact, {"__builtins__": {}, "N": mpmath.mpf}, names)
        total += product
    return total


def true_relations(values: list[Polynomial], point: dict[str, Fraction]) -> list[Relation]:
    """All that an axiom might ask for, as far as it is true at the point."""
    forms = [*values, *(-value for value in values), *(value - Fraction(1) for value in values)]
    forms += [a - b for a, b in permutations(values, 2)]
    found = []
    for form in forms:
        value = value_of(form, point)
        if abs(value) < mpmath.mpf(10) ** -40:
            found.append(Relation(form, "=="))
        elif value > 0:
            found.append(Relation(form, ">"))
    return found


@pytest.mark.parametrize("name", AXIOMS)
def test_an_axiom_is_true(name: str) -> None:
    draw, used = random.Random(name), 0
    with mpmath.workdps(60):
        for _ in range(POINTS):
            point = {name: Fraction(draw.randint(-4, 6), draw.randint(1, 3)) for name in "xyz"}
            values = [term(draw.choice(TEXTS), SCOPE) for _ in range(ARITY.get(name, 2))]
            try:
                relations = axiom(name, true_relations(values, point), values)
                found = [(relation, value_of(relation.form, point)) for relation in relations]
            except (WitnessError, ZeroDivisionError):
                continue
            used += 1
            for relation, value in found:
                shown = f"{name} of {[printed(value) for value in values]} at {point}: {relation}"
                assert mpmath.im(value) == 0, shown
                assert value > -(mpmath.mpf(10) ** -40) * (1 + abs(value)), shown
                assert relation.sort != "==" or value < mpmath.mpf(10) ** -40, shown
                assert relation.sort != ">" or value > mpmath.mpf(10) ** -40, shown
    assert used > 10


# --- names -----------------------------------------------------------------------------------------------------------

leaves = st.sampled_from(["x", "y", "v[0]", "v[1]", "0", "1", "2", "1/2", "-3"])
EXPRESSIONS = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*"]), inner),
        st.builds("{}({})".format, st.sampled_from(["exp", "log", "sqrt", "abs", "sign", "inverse"]), inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max", "power"]), inner, inner),
        st.builds("({})**2".format, inner),
    ),
    max_leaves=8,
)
NAMES = symbols({"x": None, "y": None, "v": 2})


def read(text: str) -> Polynomial | None:
    try:
        return term(text, NAMES)
    except (WitnessError, ZeroDivisionError):
        return None


@settings(max_examples=300, deadline=None)
@given(EXPRESSIONS)
def test_what_is_printed_reads_as_the_same(text: str) -> None:
    form = read(text)
    if form is not None and len(printed(form)) < 9000:
        again = read(printed(form))
        assert again is not None
        assert again.terms == form.terms


@settings(max_examples=300, deadline=None)
@given(EXPRESSIONS, EXPRESSIONS)
def test_different_polynomials_are_printed_differently(one: str, other: str) -> None:
    first, second = read(one), read(other)
    if first is not None and second is not None:
        assert (printed(first) == printed(second)) == (first.terms == second.terms)
