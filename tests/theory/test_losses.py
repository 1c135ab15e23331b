"""Losses: value, derivative and conjugate against one another, by algebra and by search."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import inf
from numbers import Rational

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.losses import BCE, HKR, KR, LOSSES, Hinge, SmoothHinge, SquaredHinge, as_loss

quick = settings(derandomize=True, deadline=None, max_examples=25)
KINKED = [Hinge(), Hinge(Fraction(1, 3)), KR(), HKR(), HKR(Fraction(3, 2), Fraction(2, 7))]
BENT = [
    SquaredHinge(),
    SquaredHinge(Fraction(2, 7)),
    SmoothHinge(),
    SmoothHinge(3, Fraction(1, 4)),
    SmoothHinge(Fraction(1, 3), 5),
]
ALL = [BCE(), BCE(0.25), BCE(Fraction(7, 2)), Hinge(), Hinge(0.3), KR(), HKR(), HKR(0.1, 2.5)]

rationals = st.fractions(-20, 20, max_denominator=12)
floats = st.floats(-60, 60)


# Algebra


def test_the_formulas_of_bce_belong_together():
    """With a = -l'(t): l(t) + a t = l°(a) for l° the entropy, l° is concave, and inverts the derivative."""
    t, scale, odds, share = sympy.symbols("t T r q", positive=True)
    value = sympy.log(1 + sympy.exp(-scale * t))
    derivative = -scale / (1 + sympy.exp(scale * t))
    assert sympy.simplify(sympy.diff(value, t) - derivative) == 0
    dual = -share * sympy.log(share) - (1 - share) * sympy.log(1 - share)
    # with r = exp(T t), -l'(t) = T q where q = 1 / (1 + r)
    best = sympy.log(odds) / scale
    assert sympy.simplify(derivative.subs(t, best) + scale / (1 + odds)) == 0
    legendre = (value + scale / (1 + odds) * t).subs(t, best) - dual.subs(share, 1 / (1 + odds))
    logs = sympy.expand_log(sympy.simplify(legendre).rewrite(sympy.log), force=True)
    logs = logs.replace(sympy.log, lambda arg: sympy.expand_log(sympy.log(sympy.factor(arg)), force=True))
    assert sympy.simplify(logs) == 0
    assert sympy.simplify(sympy.diff(dual, share, 2) * share * (1 - share)) == -1
    for temperature, where, part in [(1, 2, 0.3), (3, -1, 0.9)]:
        loss = BCE(temperature)
        at = {scale: temperature, t: where, share: part}
        assert loss.value(where) == pytest.approx(float(value.subs(at)), rel=1e-15)
        assert loss.derivative(where) == pytest.approx(float(derivative.subs(at)), rel=1e-15)
        assert loss.dual(temperature * part) == pytest.approx(float(dual.subs(at)), rel=1e-14)
        assert loss.conjugate(-temperature * part) == -loss.dual(temperature * part)


def test_a_kinked_loss_has_its_conjugate_case_by_case():
    """l(t) + a t is linear on both sides of the margin: bounded below iff base <= a <= base + jump, least there."""
    t, a, base, jump, margin = sympy.symbols("t a base jump margin", real=True)
    left, right = jump * (margin - t) - base * t + a * t, -base * t + a * t
    assert sympy.simplify(sympy.diff(left, t) - (a - base - jump)) == 0  # <= 0 iff a <= base + jump
    assert sympy.simplify(sympy.diff(right, t) - (a - base)) == 0  # >= 0 iff a >= base
    assert sympy.simplify(left.subs(t, margin) - right.subs(t, margin)) == 0
    assert sympy.simplify(right.subs(t, margin) - margin * (a - base)) == 0
    for loss in KINKED:
        values = dict(zip((base, jump, margin), loss.kink, strict=True))
        for where in (Fraction(-3), Fraction(2, 7), Fraction(9)):
            side = left if where < loss.kink[2] else right
            expected = side.subs({a: 0, t: sympy.Rational(where), **_rational(values)})
            assert loss.value(where) == Fraction(int(expected.p), int(expected.q))


def _pieces(loss):
    """What the docstrings of the bent hinges print: l(t) in exact numbers, where it is which, and l* between its ends.

    (least t, value, derivative) from the right to the left, the conjugate, and the least slope.
    """
    t, s = sympy.symbols("t s", real=True)
    margin = sympy.Rational(Fraction(loss.margin))
    nothing = (margin, sympy.Integer(0))
    if isinstance(loss, SquaredHinge):
        return [nothing, (-sympy.oo, (margin - t) ** 2)], margin * s + s**2 / 4, -sympy.oo
    width = sympy.Rational(Fraction(loss.width))
    parabola = (margin - width, (margin - t) ** 2 / (2 * width))
    return [nothing, parabola, (-sympy.oo, margin - t - width / 2)], margin * s + width * s**2 / 2, -1


def _fraction(expression):
    return Fraction(int(expression.p), int(expression.q))


@pytest.mark.parametrize("loss", BENT)
def test_the_pieces_of_a_bent_loss_meet_smoothly_and_have_its_conjugate(loss):
    t, s = sympy.symbols("t s", real=True)
    pieces, conjugate, least = _pieces(loss)
    for (place, right), (_, left) in pairwise(pieces):
        for order in (0, 1):
            assert sympy.diff(right - left, t, order).subs(t, place) == 0
    _, parabola = pieces[1]
    [best] = sympy.solve(sympy.diff(s * t - parabola, t), t)
    assert sympy.expand((s * t - parabola).subs(t, best) - conjugate) == 0  # the supremum, as the parabola is convex
    assert sympy.diff(parabola, t, 2) > 0
    assert sympy.diff(pieces[0][1], t) == 0
    assert sympy.limit(sympy.diff(pieces[-1][1], t), t, -sympy.oo) == least


@quick
@given(st.sampled_from(BENT), st.one_of(rationals, st.integers(-20, 20)), rationals)
def test_a_bent_loss_is_its_formula_in_fractions(loss, t, s):
    pieces, conjugate, least = _pieces(loss)
    formula = next(formula for place, formula in pieces if sympy.Rational(t) >= place)
    at = {"t": sympy.Rational(t), "s": sympy.Rational(s)}
    by_name = {symbol: at[symbol.name] for symbol in formula.free_symbols | conjugate.free_symbols}
    assert loss.value(t) == _fraction(formula.subs(by_name))
    slope = sympy.diff(formula, sympy.Symbol("t", real=True)).subs(by_name)
    assert loss.derivative(t) == _fraction(slope)
    assert isinstance(loss.value(t), Rational) and isinstance(loss.derivative(t), Rational)
    assert loss.conjugate(s) == (_fraction(conjugate.subs(by_name)) if least <= s <= 0 else inf)
    assert loss.dual(-s) == -loss.conjugate(s)


def _rational(values):
    return {name: sympy.Rational(Fraction(value)) for name, value in values.items()}


# Search


@quick
@given(st.sampled_from(KINKED), rationals, rationals)
def test_fenchel_young_in_fractions(loss, t, a):
    dual = loss.dual(a)
    low, high = loss.multipliers
    assert (dual == -inf) == (not low <= a <= high)
    assert dual <= loss.value(t) + a * t
    assert loss.conjugate(-a) == -dual
    if low <= a <= high:
        margin = loss.kink[2]
        assert dual == loss.value(margin) + a * margin  # attained, so that it is the infimum


@quick
@given(st.sampled_from(BENT), rationals, st.one_of(rationals, st.just(None)))
def test_fenchel_young_of_bent_losses_is_tight_at_the_derivative_alone(loss, t, s):
    slope = loss.derivative(t)
    s = slope if s is None else s
    conjugate = loss.conjugate(s)
    assert conjugate == inf or isinstance(conjugate, Rational)
    gap = loss.value(t) + conjugate - s * t
    assert gap >= 0 and (gap == 0) == (s == slope)


@quick
@given(st.sampled_from(BENT), floats, st.floats(0, 1))
def test_bent_losses_in_floats_are_near_the_exact_numbers(loss, t, share):
    """A margin or width that is no float is rounded: relative errors are those of m - t, not of its difference."""
    size = abs(t) + float(loss.margin)
    exact_t = Fraction(t)
    slope = loss.derivative(exact_t)
    assert loss.derivative(t) == pytest.approx(float(slope), rel=1e-14, abs=1e-14 * size / float(loss.bend[1]))
    slack = 1e-14 * size * (float(-slope) + 1e-14 * size / float(loss.bend[1]))
    assert loss.value(t) == pytest.approx(float(loss.value(exact_t)), rel=1e-14, abs=slack)
    a = share * min(float(loss.multipliers[1]), 100.0)
    assert loss.dual(a) == pytest.approx(float(loss.dual(Fraction(a))), rel=1e-14, abs=1e-14 * a * (1 + a) * 5)


@quick
@given(st.sampled_from(ALL), floats, st.floats(0, 1))
def test_fenchel_young_in_floats(loss, t, share):
    low, high = map(float, loss.multipliers)
    a = min(low + share * (high - low), high)
    slack = 1e-12 * (1 + abs(t)) * (1 + high)
    assert loss.dual(a) <= loss.value(t) + a * t + slack
    own = -loss.derivative(t)
    assert low <= own <= high
    assert loss.dual(own) == pytest.approx(loss.value(t) + own * t, abs=slack)


@quick
@given(st.sampled_from(ALL), floats, floats)
def test_convex_not_increasing_and_lipschitz(loss, s, t):
    slack = 1e-12 * (1 + abs(s) + abs(t)) * float(loss.lipschitz)
    one, other = sorted((s, t))
    assert loss.value(other) <= loss.value(one) + slack
    assert loss.value(one) - loss.value(other) <= float(loss.lipschitz) * (other - one) + slack
    assert loss.value((s + t) / 2) <= (loss.value(s) + loss.value(t)) / 2 + slack
    assert loss.value(t) >= loss.value(s) + loss.derivative(s) * (t - s) - slack


@pytest.mark.parametrize("loss", ALL)
def test_conjugate_by_brute_force(loss):
    t = np.linspace(-60, 60, 120_001)
    low, high = map(float, loss.multipliers)
    for a in np.linspace(low, high, 5):
        assert loss.dual(a) == pytest.approx((loss.value(t) + a * t).min(), abs=1e-4)
    for outside in (low - 0.1, high + 0.1):
        assert loss.dual(outside) == -inf
        assert loss.conjugate(-outside) == inf


@pytest.mark.parametrize("loss", ALL)
def test_arrays_entry_by_entry(loss):
    t = np.array([[-2.0, 0.3], [1.0, 40.0]])
    for function in (loss.value, loss.derivative, loss.dual, loss.conjugate):
        found = function(t)
        assert found.shape == (2, 2)
        assert found.tolist() == [[float(function(each)) for each in row] for row in t]


@quick
@given(st.sampled_from(KINKED), rationals)
def test_fractions_stay_fractions(loss, t):
    assert isinstance(loss.value(t), Rational)
    assert isinstance(loss.derivative(t), Rational)
    margin = Fraction(loss.kink[2])
    assert loss.derivative(margin) == -loss.multipliers[0]  # at a kink the slope to the right
    low, high = loss.multipliers
    assert isinstance(loss.dual((Fraction(low) + high) / 2), Rational)


def test_bce_far_out():
    loss = BCE()
    assert loss.value(800.0) == 0
    assert loss.value(-800.0) == 800
    assert loss.value(40.0) == pytest.approx(np.exp(-40.0), rel=1e-15)
    assert loss.dual(0.0) == loss.dual(1.0) == 0


# Parameters and names


@pytest.mark.parametrize("bad", [0, -1, inf, np.nan, [1, 2], "a"])
@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("temperature", BCE),
        ("margin", Hinge),
        ("margin", lambda bad: HKR(bad, 1)),
        ("penalty", lambda bad: HKR(1, bad)),
    ],
)
def test_bad_parameters_are_refused(name, make, bad):
    with pytest.raises(ValueError, match=name):
        make(bad)


def test_names():
    classes = [BCE, Hinge, KR, HKR, SquaredHinge, SmoothHinge]
    names = ["bce", "hinge", "kr", "hkr", "squared_hinge", "smooth_hinge"]
    assert {name: type(as_loss(name)) for name in LOSSES} == dict(zip(names, classes, strict=True))
    loss = Hinge(3)
    assert as_loss(loss) is loss
    for unknown in ("mse", None, 3, BCE):
        with pytest.raises(ValueError, match="pass one of 'bce', 'hinge', 'kr', 'hkr'"):
            as_loss(unknown)


def test_floats_stay_floats_with_exact_parameters():
    loss = HKR(Fraction(3, 2), Fraction(2, 7))
    ends = np.array([float(a) for a in loss.multipliers])
    assert loss.value(np.zeros(2)).dtype == np.float64
    assert np.isfinite(loss.dual(ends)).all()


def test_derivatives_of_exact_numbers_are_exact():
    assert type(Hinge().derivative(Fraction(1, 2))) is int
    assert HKR(1, Fraction(1, 3)).derivative(Fraction(1, 2)) == Fraction(-4, 3)


def test_the_entropy_of_rare_events_keeps_its_linear_term():
    rare = 1e-20
    assert BCE().dual(rare) == pytest.approx(rare * (np.log(1 / rare) + 1), rel=1e-12)
