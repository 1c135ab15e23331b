"""Certified comparisons and outward rounding, against exact rationals and mpmath."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import pytest
from flint import arb, ctx, fmpq, fmpz
from hypothesis import given, settings
from hypothesis import strategies as st

from theory import intervals
from theory.intervals import (
    Undecided,
    ball_volume,
    ceil,
    ceil_below,
    certainly_ge,
    certainly_gt,
    certainly_le,
    certainly_lt,
    decide_le,
    enclosure,
    endpoints,
    floor,
    floor_above,
    floor_below,
    lower_float,
    pi,
    sqrt,
    upper_float,
)

quick = settings(derandomize=True, deadline=None, max_examples=100)
rationals = st.fractions(-1000, 1000, max_denominator=1000)


@quick
@given(rationals, rationals)
def test_comparisons_of_rationals_are_exact(a, b):
    assert certainly_lt(a, b) == (a < b)
    assert certainly_le(a, b) == (a <= b)
    assert certainly_gt(a, b) == (a > b)
    assert certainly_ge(a, b) == (a >= b)


@quick
@given(rationals, rationals)
def test_what_is_certain_of_enclosures_is_true(a, b):
    wide = enclosure(a).union(enclosure(a + 1))
    for certain, true in [(certainly_lt, lambda x: x < b), (certainly_ge, lambda x: x >= b)]:
        assert certain(wide, b) <= (true(a) and true(a + 1))


def test_overlapping_enclosures_are_certain_of_nothing():
    for compare in (certainly_lt, certainly_le, certainly_gt, certainly_ge):
        assert not compare(arb(1, 1), arb(1, 1))
        assert not compare(arb("nan"), 0)


def test_equal_irrational_sides_are_undecided():
    with pytest.raises(Undecided, match="not decided with 65536 bits"):
        decide_le(lambda: arb(2).sqrt() * arb(3).sqrt(), lambda: arb(6).sqrt())
    with pytest.raises(Undecided):
        floor(lambda: arb(2).sqrt() ** 2)
    assert (floor_below(lambda: arb(2).sqrt() ** 2), floor_above(lambda: arb(2).sqrt() ** 2)) == (1, 2)
    assert ceil_below(lambda: arb(2).sqrt() ** 2) <= 2


def test_precision_rises_until_the_answer_is_known():
    convergent = Fraction(6134899525417045, 1952799169684491)  # of pi, off by 1e-31
    with mpmath.workdps(60):
        truth = bool(mpmath.pi <= mpmath.mpf(convergent.numerator) / convergent.denominator)
    assert decide_le(arb.pi, convergent) is truth
    with mpmath.workdps(340):
        digits = int(mpmath.floor(mpmath.pi * mpmath.mpf(10) ** 300))
    assert floor(lambda: arb.pi() * 10**300) == digits


@quick
@given(rationals)
def test_floor_and_ceiling_of_rationals(a):
    assert floor(a) == math.floor(a) == floor_above(a) == floor_below(a)
    assert ceil(a) == math.ceil(a) == ceil_below(a)


@quick
@given(
    st.one_of(rationals, st.fractions().map(lambda x: x / 10**320), st.floats(allow_nan=False, allow_infinity=False))
)
def test_floats_round_outward_and_tightly(a):
    exact = Fraction(a)
    low, high = lower_float(a), upper_float(a)
    assert Fraction(low) <= exact <= Fraction(high)
    assert high in (low, math.nextafter(low, math.inf))


def test_floats_of_an_enclosure_contain_it():
    low, high = endpoints(arb(1, 0.25))
    assert low <= Fraction(3, 4)
    assert high >= Fraction(5, 4)
    assert Fraction(lower_float(arb(1, 0.25))) <= low
    assert Fraction(upper_float(arb(1, 0.25))) >= high


def test_huge_numbers_are_refused_and_never_infinite():
    with pytest.raises(OverflowError):
        upper_float(10**400)
    with pytest.raises(OverflowError):
        lower_float(-(Fraction(10) ** 400))
    with pytest.raises(ArithmeticError, match="unbounded"):
        endpoints(arb("inf"))


def test_exact_values_and_flint_numbers():
    assert enclosure(0.1).is_exact()
    assert endpoints(enclosure(0.1)) == (Fraction(0.1), Fraction(0.1))
    assert endpoints(fmpq(1, 3))[0] == Fraction(1, 3)
    assert certainly_le(fmpz(2), 2)


@quick
@given(st.fractions(0, 1000, max_denominator=50))
def test_square_roots(a):
    assert sqrt(a * a) == a
    root = sqrt(a)
    if isinstance(root, Fraction):
        assert root**2 == a
    else:
        assert root.overlaps(arb(math.sqrt(a), 1e-10 * (1 + math.sqrt(a))))
        low, high = endpoints(root)
        assert low**2 <= a <= high**2


def test_ball_volumes_obey_the_recursion():
    """V_n = 2 pi / n V_{n-2}, V_0 = 1, V_1 = 2."""
    with ctx.workprec(200):
        expected = {0: arb(1), 1: arb(2)}
        for n in range(2, 60):
            expected[n] = expected[n - 2] * 2 * pi() / n
        for n, volume in expected.items():
            assert ball_volume(n).overlaps(volume)
            assert certainly_lt(ball_volume(n).rad(), 1e-40)
            assert ball_volume(n, Fraction(1, 2)).overlaps(volume / 2**n)


@pytest.mark.parametrize("value", [math.nan, math.inf, "a", None, 1j])
def test_refused_numbers(value):
    with pytest.raises(ValueError, match=r"value( has |=| is )"):
        enclosure(value)


def test_refused_arguments():
    with pytest.raises(ValueError, match="value=-1"):
        sqrt(-1)
    with pytest.raises(ValueError, match="dimension=-1"):
        ball_volume(-1)


def test_public_surface():
    assert all(hasattr(intervals, name) for name in intervals.__all__)
