"""The least risk that an L-Lipschitz function of the line reaches, with the dual solution that proves it.

Over values v at sorted points x the problem is: minimise the sum of w l(y v) under |v[i] - v[i + 1]| <= L (x[i + 1] -
x[i]). Its dual maximises, over gamma >= 0 from label +1 to label -1 with marginals alpha, the sum of w l°(alpha / w)
minus L times the sum of gamma |x[i] - x[j]|.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import accumulate, pairwise
from math import frexp, inf, nextafter
from typing import Any

import numpy as np

from theory._input import plain_number
from theory._rationals import as_whole, common_unit, floats, floats_below, fractions
from theory._scales import LARGEST_FLOAT, LEAST_SAFE, in_unit_of_span, outwards
from theory._types import Floats, Number
from theory.losses import Loss, NormalForm
from theory.risk._line.kinked import Chain, least_values, monotone_coupling, multipliers
from theory.risk._line.smooth import least_smooth
from theory.risk._proved_bounds import risk_above, unit_masses
from theory.risk._solution import Solution, constant

TINY = 1e-290
HALF = 0.5
"""What frexp makes of a power of two: dividing by it rounds nothing."""
LARGEST_REACH = Fraction(2) ** 900
"""Of T L times distances: beyond it sums overflow."""
MASS_ROUNDING = Fraction(1, 2**50)
"""Relative difference of class masses that rounding of the weights explains: 8 roundings, of the weights and the sum of
each class, of the slopes of the loss and of their products with the masses."""


def least_risk_line(
    positions: Any, labels: Any, weights: Any, lipschitz: Number, loss: Loss, tolerance: float
) -> Solution:
    """The least risk over the L-Lipschitz functions of the line.

    positions: (p,), not decreasing, float64 or Fractions. labels: (p,), +1 or -1. weights: (p,), positive.
    Fractions everywhere and a loss with at most one kink give exact Fractions; in floats that loss gives the float
    below the exact optimum of the floats given, and the one above the exact risk of the values, which are those of the
    optimum with margins rounded down. But the masses of the classes count as equal for KR, and their ratio as 1 +
    penalty for HKR, when they are so up to rounding of the weights. tolerance bounds (risk - lower_bound) / risk for
    smooth losses, where float64 has the range for it.
    """
    signs = np.asarray(labels, dtype=np.int64)
    if loss.kink is not None:
        return _piecewise_linear(positions, signs, weights, lipschitz, loss)
    if (signs == signs[0]).all():
        return constant(len(signs), float(signs[0]), loss)
    if loss.normal is not None:
        return _smooth(positions, signs, weights, lipschitz, loss, loss.normal, tolerance)
    raise ValueError(f"loss={loss!r} has no kink and no normal form: derive it as theory.losses says")


def _smooth(
    positions: Any, signs: Any, weights: Any, lipschitz: Number, loss: Loss, form: NormalForm, tolerance: float
) -> Solution:
    places, exponent = np.asarray(positions), 0
    if places.dtype == np.float64:
        scaled, exponent = in_unit_of_span("points", places[:, None])
        places = scaled[:, 0]
    rate, inner = _rates(Fraction(lipschitz) * Fraction(form.scale) / Fraction(2) ** exponent, places)

    def cost(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        gaps = np.abs(places[rows] - places[columns]).astype(np.float64)
        return np.maximum(rate * gaps, np.where(gaps > 0, LEAST_SAFE, 0.0))

    steps = inner * np.diff(places).astype(np.float64)
    steps = np.where(steps < LEAST_SAFE, 0.0, steps)  # lost digits: no step is feasible too
    masses, power = unit_masses(np.asarray(weights, dtype=np.float64), loss)
    found = least_smooth(steps, signs.astype(np.float64), masses, cost, form, tolerance)
    with np.errstate(under="ignore", over="ignore"):
        coupling = found.coupling.rows, found.coupling.columns, np.ldexp(found.coupling.masses * form.steepest, -power)
    upper, lower = _in_units(found.upper, inf, form), _in_units(found.lower, -inf, form)
    if 0 < upper < TINY:  # the products may have been rounded
        upper, lower = nextafter(upper, inf), 0.0
    values = found.values / float(form.scale)
    if (values * float(form.scale) != found.values).any() or frexp(float(form.scale))[0] != HALF:
        upper = max(upper, risk_above(loss, masses, signs * values))  # the values are rounded, and so is their loss
    return Solution(values, outwards(upper, -power, inf), outwards(lower, -power, -inf), True, coupling)


def _rates(rate: Fraction, places: Any) -> tuple[float, float]:
    """T L in units of the places: at least, and for steps that must be feasible, 0 where it underflows."""
    reach = rate * Fraction(places[-1] - places[0])
    if reach > LARGEST_REACH:
        raise ValueError("points times lipschitz, in units of the loss, reach more than 1e270: scale the points")
    return (float(rate), float(rate)) if rate >= Fraction(LEAST_SAFE) else (LEAST_SAFE, 0.0)


def _in_units(bound: float, outwards: float, form: NormalForm) -> float:
    """The bound times the unit of the form, rounded outwards."""
    return bound if form.unit == 1 or not bound else _rounded(Fraction(bound) * Fraction(form.unit), outwards)


def _piecewise_linear(positions: Any, signs: Any, weights: Any, lipschitz: Number, loss: Loss) -> Solution:
    exact = not (isinstance(positions, np.ndarray) and positions.dtype == np.float64)
    given, length, mass = _chain(positions, signs, weights, lipschitz, loss.kink)
    chain = given if exact else _forgiving(given)
    imbalance = _imbalance(chain)
    if imbalance:
        return constant(len(signs), float(imbalance), loss)
    values = least_values(chain)
    alpha = multipliers(chain, values)
    rows, columns, masses = monotone_coupling(alpha, chain.positive)
    bound = _dual(chain, alpha, (rows, columns, masses)) * length * mass
    indices = np.array(rows, dtype=np.intp), np.array(columns, dtype=np.intp)
    if exact:
        risk, coupling = _risk(chain, values) * length * mass, (*indices, fractions(masses, mass))
        return Solution(fractions(values, length), risk, bound, True, coupling)
    # Down: margins of opposite labels stay as close as they must be.
    margins = floats_below([value if up else -value for value, up in zip(values, chain.positive, strict=True)], length)
    risk = max(_risk_of(each, margins, length) for each in (chain, given)) * mass
    coupling = (*indices, floats(masses, mass))
    return Solution(signs * margins + 0.0, _rounded(risk, inf), _rounded(bound, -inf), True, coupling)


def _chain(positions: Any, signs: Any, weights: Any, lipschitz: Number, kink: Any) -> tuple[Chain, Fraction, Fraction]:
    """The problem in whole numbers, and the units of values and of masses."""
    places, masses = as_whole(positions), as_whole(weights)
    base, jump, margin = (Fraction(plain_number("kink", number)) for number in kink)
    (rate, corner), length = common_unit(places.unit * Fraction(lipschitz), margin)
    (base_rate, jump_rate), share = common_unit(base, jump)
    steps = [(after - before) * rate for before, after in pairwise(places.counts)]
    positive = (signs > 0).tolist()
    chain = Chain(
        steps, positive, [w * base_rate for w in masses.counts], [w * jump_rate for w in masses.counts], corner
    )
    return chain, length, masses.unit * share


def _imbalance(chain: Chain) -> int:
    """The sign of the constants that make the loss fall without end; 0 if there are none."""
    base, most = _class_sums(chain.base, chain), _class_sums(chain.jump, chain)
    if base[0] > base[1] + most[1]:
        return 1
    return -1 if base[1] > base[0] + most[0] else 0


def _forgiving(chain: Chain) -> Chain:
    """Where only rounding of the weights makes a loss unbounded, the heaviest point of the heavier class gives way."""
    sign = _imbalance(chain)
    if not sign:
        return chain
    base, most = _class_sums(chain.base, chain), _class_sums(chain.jump, chain)
    heavier, lighter = (0, 1) if sign > 0 else (1, 0)
    excess = base[heavier] - base[lighter] - most[lighter]
    members = [i for i, up in enumerate(chain.positive) if up == (sign > 0)]
    heaviest = max(members, key=chain.base.__getitem__)
    if excess > MASS_ROUNDING * base[heavier]:  # less is less than the heaviest of fewer than 2^50 points
        return chain
    lightened = chain.base.copy()
    lightened[heaviest] -= excess
    return replace(chain, base=lightened)


def _class_sums(masses: list[int], chain: Chain) -> tuple[int, int]:
    total = sum(masses)
    positive = sum(mass for mass, up in zip(masses, chain.positive, strict=True) if up)
    return positive, total - positive


def _risk(chain: Chain, values: list[int]) -> int:
    return _loss(
        chain, chain.margin, [value if up else -value for value, up in zip(values, chain.positive, strict=True)]
    )


def _risk_of(chain: Chain, margins: Floats, length: Fraction) -> Fraction:
    """The exact loss of margins in the unit of the caller, in units of mass."""
    whole = as_whole(margins)
    (rate, corner), unit = common_unit(whole.unit, chain.margin * length)
    return _loss(chain, corner, [count * rate for count in whole.counts]) * unit


def _loss(chain: Chain, margin: int, margins: list[int]) -> int:
    return sum(
        jump * max(0, margin - t) - base * t for t, base, jump in zip(margins, chain.base, chain.jump, strict=True)
    )


def _dual(chain: Chain, alpha: list[int], coupling: tuple[list[int], list[int], list[int]]) -> int:
    places = [0, *accumulate(chain.steps)]
    transport = sum(mass * abs(places[i] - places[j]) for i, j, mass in zip(*coupling, strict=True))
    return chain.margin * (sum(alpha) - sum(chain.base)) - transport


def _rounded(number: Fraction, towards: float) -> float:
    """The float nearest to the number on that side of it."""
    try:
        nearest = float(number)
    except OverflowError:
        end = LARGEST_FLOAT if number > 0 else -LARGEST_FLOAT
        return towards if (number > 0) == (towards > 0) else end
    wrong = Fraction(nearest) < number if towards > 0 else Fraction(nearest) > number
    return nextafter(nearest, towards) if wrong else nearest
