"""Attacks on theory.losses: values, conjugates and their bounds, in Fractions and in many digits."""

from __future__ import annotations

from fractions import Fraction
from math import inf

import mpmath
import numpy as np

from tests.fuzz.draws import Rng, chance, fraction, magnitude, pick, shifted
from tests.fuzz.targets import target
from tests.theory.extremes import number
from theory.losses import (
    BCE,
    HKR,
    KR,
    LOSSES,
    BentLoss,
    Hinge,
    Loss,
    NormalForm,
    PiecewiseLinearLoss,
    SmoothHinge,
    SmoothLoss,
    SquaredHinge,
    as_loss,
)

EXACT = 2.0**-1022
"""Below it products lose digits; values there are off by a few units of the least float."""


def rational(rng: Rng) -> Loss:
    margin, width = (abs(fraction(rng)) + Fraction(1, 6) for _ in range(2))
    return pick(rng, [Hinge(margin), HKR(margin, width), KR(), SquaredHinge(margin), SmoothHinge(margin, width)])


def value(loss: Loss, t):
    """l(t) by its definition, of exact numbers or many digits."""
    if isinstance(loss, PiecewiseLinearLoss):
        base, jump, margin = loss.kink
        return jump * max(0, margin - t) - base * t
    margin, width, most = loss.bend
    slack = max(0, margin - t)
    slope = min(slack / Fraction(width) if not isinstance(slack, mpmath.mpf) else slack / number(width), most)
    return slope * (slack - (width if not isinstance(slack, mpmath.mpf) else number(width)) * slope / 2)


@target(
    Loss,
    PiecewiseLinearLoss,
    BentLoss,
    Hinge,
    HKR,
    KR,
    SquaredHinge,
    SmoothHinge,
    as_loss,
    LOSSES,
    breaks={"value": lambda found: found + Fraction(1, 10**12)},
)
def exact_losses(rng: Rng) -> None:
    """Of Fractions: the definition, the slope between neighbours, and Fenchel's inequality, an equation at l'(t)."""
    loss, t, step = rational(rng), fraction(rng), Fraction(1, 10**9)
    found = loss.value(t)
    assert found == value(loss, t) and isinstance(found, Fraction | int)
    slope = loss.derivative(t)
    assert (loss.value(t + step) - found) / step >= slope >= (found - loss.value(t - step)) / step or (
        loss.value(t + step) - found
    ) / step == slope
    least, most = loss.multipliers
    assert least <= -slope <= most
    assert loss.conjugate(slope) == slope * t - found and loss.dual(-slope) == found - slope * t
    other = fraction(rng)
    if least <= other <= most:
        assert loss.dual(other) <= found + other * t
    else:
        assert loss.dual(other) == -inf
    if loss.rest < inf:
        assert loss.value(loss.rest) == 0 < loss.value(loss.rest - step)
    name = pick(rng, sorted(LOSSES))
    assert as_loss(name) == LOSSES[name]() and as_loss(loss) is loss


def rounded(rng: Rng) -> Loss:
    margin, width = magnitude(rng, -190, 190), magnitude(rng, -190, 190)
    return pick(
        rng,
        [
            BCE(magnitude(rng, -300, 300)),
            BCE(),
            BCE(0.3),
            Hinge(margin),
            Hinge(0.3),
            HKR(margin, width),
            HKR(),
            KR(),
            SquaredHinge(margin),
            SquaredHinge(),
            SmoothHinge(margin, width),
            SmoothHinge(0.3, 2),
        ],
    )


def in_digits(loss: Loss, t):
    if isinstance(loss, BCE):
        return mpmath.log1p(mpmath.exp(-number(loss.temperature) * t))
    if isinstance(loss, PiecewiseLinearLoss):
        base, jump, margin = map(number, loss.kink)
        return jump * max(mpmath.mpf(0), margin - t) - base * t
    margin, width, most = (number(each) if each < inf else mpmath.inf for each in loss.bend)
    slack = max(mpmath.mpf(0), margin - t)
    slope = min(slack / width, most)
    return slope * (slack - width * slope / 2)


def dual_in_digits(loss: Loss, a):
    if isinstance(loss, BCE):
        share = a / number(loss.temperature)
        parts = [-each * mpmath.log(each) for each in (share, 1 - share) if each > 0]
        return sum(parts, mpmath.mpf(0))
    if isinstance(loss, PiecewiseLinearLoss):
        base, _, margin = map(number, loss.kink)
        return margin * (a - base)
    margin, width, _ = (number(each) if each < inf else mpmath.inf for each in loss.bend)
    return margin * a - width * a**2 / 2


@target(
    BCE,
    SmoothLoss,
    NormalForm,
    Loss,
    breaks={"in_digits": lambda found: found * (1 + mpmath.mpf(10) ** -9)},
)
def bounds_of_losses(rng: Rng) -> None:
    """value_above >= l >= dual_below - a t, and floats are near what they stand for."""
    loss = rounded(rng)
    unit = float(getattr(loss, "margin", 1)) / float(getattr(loss, "temperature", 1))
    t = float(pick(rng, [unit, -unit, 0.0, unit * magnitude(rng, -60, 9), -unit * magnitude(rng, -60, 9)]))
    t = shifted(rng, t) if chance(rng, 0.5) else t
    with mpmath.workdps(60):
        mpmath.mp.prec += 2200
        right = in_digits(loss, mpmath.mpf(t))
        above = float(loss.value_above(np.array([t]))[0])
        assert right <= above
        size = abs(right) + number(float(loss.size(np.array([t]))[0]))
        near = float(loss.value(t))
        if not isinstance(loss, BCE) or abs(t) * float(loss.temperature) < 700:
            assert abs(near - right) <= size * mpmath.mpf(10) ** -13 + EXACT
        least, most = float(loss.multipliers[0]), min(loss.steepest, float(loss.multipliers[1]))
        a = least + (most - least) * pick(rng, [0.0, 1.0, 0.5, 1e-9, rng.random()])
        slack = np.array([16 * 2.0**-52])
        below = float(loss.dual_below(np.array([min(a, most)]), slack)[0])
        exact = dual_in_digits(loss, number(min(a, most)))
        assert below <= exact + EXACT
        plus, minus = magnitude(rng, -300, 200), magnitude(rng, -300, 200)
        if float(loss.multipliers[0]) * max(plus, minus) <= float(loss.multipliers[1]) * min(plus, minus):
            pooled = float(loss.pooled(np.array([plus]), np.array([minus]))[0])
            at = number(plus) * in_digits(loss, mpmath.mpf(t)) + number(minus) * in_digits(loss, -mpmath.mpf(t))
            size = number(plus) * abs(in_digits(loss, mpmath.mpf(t))) + number(minus) * abs(
                in_digits(loss, -mpmath.mpf(t))
            )
            assert pooled <= at + size * mpmath.mpf(10) ** -12 + EXACT
