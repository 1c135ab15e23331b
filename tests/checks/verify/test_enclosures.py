"""Enclosures hold the number that they are of: exp, log, roots and powers beside mpmath, at arguments made to hurt."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.verify import FORMAT, WitnessError, verify
from checks.verify.enclosures import PRECISION, Enclosure, exponential, logarithm, square_root
from checks.verify.language import PRECISIONS

DIGITS = 900
"""Of mpmath: so many that a number next to 1 keeps the digits of its logarithm."""

integers = st.integers(1, 2**80)
positive = st.one_of(
    st.builds(Fraction, integers, integers),
    st.builds(lambda n, e: n * Fraction(2) ** e, integers, st.integers(-900, 900)),
    st.builds(
        lambda n, e, sign: 1 + sign * n * Fraction(2) ** -e, integers, st.integers(81, 900), st.sampled_from([-1, 1])
    ),
    st.integers(1, 20).map(Fraction),
)
bits = st.sampled_from(PRECISIONS)


def inside(found: Fraction | Enclosure, true: mpmath.mpf) -> bool:
    side = Enclosure.of(found)
    low, high = (mpmath.mpf(end.numerator) / end.denominator for end in (side.low, side.high))
    slack = abs(true) * mpmath.mpf(10) ** -500
    return bool(low <= true + slack and true - slack <= high)


def holds_at(function: Callable[[Fraction], Fraction | Enclosure], name: str, x: Fraction, precision: int) -> bool:
    token = PRECISION.set(precision)
    try:
        with mpmath.workdps(DIGITS):
            return inside(function(x), getattr(mpmath, name)(mpmath.mpf(x.numerator) / x.denominator))
    finally:
        PRECISION.reset(token)


@settings(max_examples=150, deadline=None)
@given(positive, bits, st.sampled_from([-1, 1]))
def test_functions_are_enclosed(x: Fraction, precision: int, sign: int) -> None:
    assert holds_at(logarithm, "log", x, precision)
    assert holds_at(square_root, "sqrt", x, precision)
    if x < 10_000:
        assert holds_at(exponential, "exp", sign * x, precision)


@settings(max_examples=150, deadline=None)
@given(st.integers(-140_000, 140_000), st.integers(-3, 3), bits)
def test_exp_where_its_rest_is_next_to_zero(count: int, ulps: int, precision: int) -> None:
    """A multiple of one of the bounds of log 2 that exp itself reckons with."""
    token = PRECISION.set(precision + 40)
    try:
        two = Enclosure.of(logarithm(Fraction(2)))
    finally:
        PRECISION.reset(token)
    for end in (two.low, two.high):
        x = count * end + Fraction(ulps, 2 ** (precision + 40))
        if abs(x) < 90_000:
            assert holds_at(exponential, "exp", x, precision)


def test_exp_of_less_than_minus_log_2_is_less_than_half() -> None:
    """The upper bound of log 2 in 104 bits: the rest that exp works with was taken as 0, and is below."""
    with mpmath.workdps(60):
        scaled = int(mpmath.ceil(mpmath.log(2) * 2**104))
    for more in range(60):
        given = {"t": f"-{scaled + more}/{2**104}"}
        with pytest.raises(WitnessError):
            verify({"format": FORMAT, "kind": "instance", "given": given, "conclusion": ["exp(t) >= 1/2"]})


@settings(max_examples=200, deadline=None)
@given(st.fractions(max_denominator=10**6), st.fractions(max_denominator=10**6), st.integers(-20, 60))
def test_powers_of_intervals(a: Fraction, b: Fraction, exponent: int) -> None:
    low, high = sorted((a, b))
    if exponent < 0 and low <= 0 <= high:
        return
    found = Enclosure(low, high) ** exponent
    for x in (low, high, (low + high) / 2, Fraction(0)):
        if low <= x <= high and (x or exponent >= 0):
            assert found.low <= x**exponent <= found.high
    if exponent >= 0 and exponent % 2 == 0:
        assert found.low >= 0
