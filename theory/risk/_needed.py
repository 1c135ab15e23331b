"""The least Lipschitz constant with which a risk can be reached, between two proved bounds.

The least risk R(L) is convex and falls. A dual solution at one L bounds R from below by a line over all L, and the
functions found at two L, mixed, bound it from above by a chord. The next L is a Newton step, on log R where R is
positive: for BCE, R falls like an exponential.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import fsum, inf, log

import numpy as np
from numpy.typing import ArrayLike

from theory._entries import shown
from theory._input import finite_number, plain_number, positive_number
from theory._results import Shown
from theory._scales import LEAST_SAFE, in_unit_of_span, lengths, outwards, steps_between
from theory.intervals import lower_float, upper_float
from theory.losses import Loss, Number
from theory.risk._extremes import constant_risk, risk_floor
from theory.risk._least import solve_sample, supported_loss
from theory.risk._proved_bounds import unit_masses
from theory.risk._sample import Labelled, read_sample

STEPS = 200
"""A limit, chosen: it guards against not ending."""
ROOT_ROUNDING = 2.0**-44
"""Of a root and of the L that it starts from: 512 roundings, for some 7 of its formula and those of the slope, a sum of
masses times distances. These gather some 12 where up to 128 coordinates are added in pairs, as numpy adds them, and
half a rounding more for twice as many."""
LARGEST_LIPSCHITZ = 1e100
"""The search ends there, in units of the first L, a limit, chosen: it guards against not ending where a risk is nearly
out of reach."""
LEAST_SLOPE = 1e-290
"""Of slopes, in units of the sample, below this the products may have lost digits: they are taken for 0."""


@dataclass(frozen=True, repr=False)
class LipschitzBracket(Shown):
    """No L < `insufficient` allows the risk, `sufficient` does; see `lipschitz_needed` (Béthune et al., Proposition 3).

    Both are 0 when a constant function has the risk, and infinite when no function has it. `float` of it is
    `sufficient`.

    Attributes:
        insufficient: at most the least L with the risk.
        sufficient: at least the least L with the risk.

    >>> found = lipschitz_needed([0.0, 1.0], [1, -1], risk=0.5, loss="hinge")
    >>> bool(found.insufficient <= 1 <= float(found) <= 1 + 1e-5)
    True
    """

    insufficient: float
    sufficient: float

    def __float__(self) -> float:
        return self.sufficient


@dataclass(frozen=True)
class Point:
    """Bounds of the risk at L, and minus the slope of a line that is below the risk everywhere."""

    lipschitz: float
    risk: float
    lower_bound: float
    slope: float


class Bracket:
    """What is proved so far about the least L with R(L) <= target."""

    def __init__(self, target: float, constant: float) -> None:
        self.target = target
        self.left = Point(0.0, constant, constant, 0.0)
        self.right: Point | None = None
        self.low, self.high = 0.0, inf

    def add(self, point: Point) -> None:
        """Tighten both bounds by a new point."""
        if point.slope > 0:
            root = point.lipschitz + (point.lower_bound - self.target) / point.slope
            self.low = max(self.low, root - ROOT_ROUNDING * (abs(root) + 2 * point.lipschitz))
        elif point.lower_bound > self.target:
            self.low = max(self.low, point.lipschitz)
        if point.risk > self.target:
            self.left = max(self.left, point, key=lambda each: each.lipschitz)
        elif self.right is None or point.lipschitz < self.right.lipschitz:
            self.right, self.high = point, min(self.high, point.lipschitz)
        if self.right is not None and self.right.lipschitz > self.left.lipschitz:
            share = (self.left.risk - self.target) / (self.left.risk - self.right.risk)
            root = self.left.lipschitz + share * (self.right.lipschitz - self.left.lipschitz)
            self.high = min(self.high, root * (1 + ROOT_ROUNDING))

    def closed(self, tolerance: float) -> bool:
        return self.high < inf and self.high - self.low <= tolerance * self.high

    def next(self, last: Point, tolerance: float) -> float:
        """A Newton step from the last point, a little beyond what it aims at: proved sufficient, it ends the search."""
        step = last.risk - self.target
        if self.target > 0 and last.risk > 0:
            step = last.risk * log(last.risk / self.target)
        aim = (last.lipschitz + step / last.slope) * (1 + tolerance / 4) if last.slope > 0 else inf
        aim = max(aim, self.low * (1 + tolerance / 4))
        if aim < self.high:
            return min(aim, 16 * max(last.lipschitz, self.low))
        return 16 * last.lipschitz if self.high == inf else (self.low + self.high) / 2


def narrow(
    target: Number, constant: float, start: float, tolerance: float, at: Callable[[float, float], Point]
) -> LipschitzBracket:
    """Search from L = start. at(L, tolerance): the point there; constant: the risk of the best constant function."""
    bracket = Bracket(float(target), constant)
    lipschitz, inner = start, 1e-3
    for _ in range(STEPS):
        point = at(lipschitz, inner)
        bracket.add(point)
        if bracket.closed(tolerance):
            return LipschitzBracket(bracket.low, bracket.high)
        scale = max(abs(point.risk), 1e-300)
        wanted = tolerance * point.slope * lipschitz / (8 * scale)
        inner = max(min(inner, wanted if wanted > 0 else inner), 1e-13)
        lipschitz = bracket.next(point, tolerance)
        if not lipschitz < LARGEST_LIPSCHITZ * start:
            break
    raise ArithmeticError(
        f"the least Lipschitz constant is between {bracket.low} and {bracket.high}, undecided: pass a greater "
        "tolerance or another risk"
    )


def lipschitz_needed(
    points: ArrayLike,
    labels: ArrayLike,
    risk: float,
    loss: str | Loss = "bce",
    weights: ArrayLike | None = None,
    tolerance: float = 1e-6,
) -> LipschitzBracket:
    """The smallest L with which some L-Lipschitz function has that risk: Proposition 3 made exact.

    Béthune et al., Proposition 3.

    Args:
        points, labels, loss, weights: as for `minimize_risk`.
        risk: any finite number, exactly; not so near 0 that float64 rounds it to 0.
        tolerance: bounds the difference of the two numbers divided by `sufficient`.

    Returns:
        Two numbers, proved: no L below `insufficient` allows the risk, `sufficient` does. Both are 0 when a constant
        function has the risk, and both infinite when no function has it: opposite labels at one point put a floor
        under the risk, and no BCE is 0.

    Raises:
        ValueError: as `minimize_risk`; a risk that is NaN or infinite.
        ArithmeticError: rounding leaves the answer open, for a risk within rounding of the floor, for instance, or of
            the only risk of points that coincide; with the bounds reached.

    >>> from math import expm1, log
    >>> found = lipschitz_needed([[0.0, 0.0], [3.0, 4.0]], [1, -1], risk=0.1)
    >>> exact = -2 * log(expm1(0.1)) / 5
    >>> bool(found.insufficient <= exact <= found.sufficient <= found.insufficient * (1 + 2e-6))
    True
    """
    chosen = supported_loss(loss)
    tolerance = positive_number("tolerance", tolerance)
    near, exact = finite_number("risk", risk), plain_number("risk", risk)
    sample = read_sample(points, labels, weights, 1.0, chosen)
    sample = sample.take(np.flatnonzero(sample.weights))
    if near == exact:
        return _bracket(sample, near, chosen, tolerance)
    higher = _bracket(sample, upper_float(exact), chosen, tolerance / 2)
    lower = _bracket(sample, lower_float(exact), chosen, tolerance / 2)
    found = LipschitzBracket(higher.insufficient, lower.sufficient)
    if lower == higher or found.sufficient - found.insufficient <= tolerance * found.sufficient < inf:
        return found
    raise ArithmeticError(
        f"the least Lipschitz constant is between {found.insufficient} and {found.sufficient}, undecided: "
        f"risk={shown(risk)} is no float, pass another"
    )


def _bracket(sample: Labelled, risk: float, chosen: Loss, tolerance: float) -> LipschitzBracket:
    scaled, length, mass = _in_its_units(sample, chosen)
    target = outwards(risk, mass, inf)
    if 0 < abs(target) < LEAST_SAFE and mass < 0:  # it may have been rounded
        raise ValueError(f"risk={risk} is out of the range of float64 beside weights of sum 2^{-mass}: scale both")
    constant, floor = constant_risk(scaled, chosen), risk_floor(scaled, chosen)
    if target < floor.below or (chosen.rest == inf and target <= chosen.infimum * fsum(scaled.weights)):
        return LipschitzBracket(inf, inf)
    if target >= constant.above:
        return LipschitzBracket(0.0, 0.0)
    span = float(lengths(scaled.points.max(axis=0) - scaled.points.min(axis=0)))
    if not span:
        raise ArithmeticError(
            f"the least Lipschitz constant is 0 or inf, undecided: risk={risk} is within rounding of the only risk of "
            "points that coincide, pass another"
        )

    def at(lipschitz: float, inner: float) -> Point:
        found = solve_sample(replace(scaled, lipschitz=lipschitz), chosen, inner)
        steps = steps_between(scaled.points, scaled.points, found.rows, found.columns)
        slope, below = fsum(steps * found.masses), float(found.lower_bound)
        # Where what no loss falls below is more than the coupling's own bound, it is no point of the coupling's line.
        line = slope > LEAST_SLOPE and below > chosen.infimum * fsum(scaled.weights)
        return Point(lipschitz, float(found.risk), below, slope if line else 0.0)

    found = narrow(target, constant.above, _unit_of_values(chosen) / span, tolerance, at)
    return LipschitzBracket(outwards(found.insufficient, length, -inf), outwards(found.sufficient, length, inf))


def _in_its_units(sample: Labelled, loss: Loss) -> tuple[Labelled, int, int]:
    """The sample with a span and a total weight of about 1, and the exponents of both factors."""
    points, length = in_unit_of_span("points", sample.points)
    weights, mass = unit_masses(sample.weights, loss)
    return replace(sample, points=points, weights=weights), length, mass


def _unit_of_values(loss: Loss) -> float:
    """Where the loss bends, about."""
    if loss.normal is not None:
        return float(1 / Fraction(loss.normal.scale))
    return float(loss.kink[2]) or 1.0 if loss.kink is not None else 1.0
