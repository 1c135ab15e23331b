"""Problems in space in units that float64 has room around, all of them powers of two, so that nothing is rounded.

Points have a span of about 1, weights a sum of about 1, and values are counted in temperatures or margins, or, where a
linear loss has no end, in what L times the span is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import frexp, fsum, inf, ldexp, nextafter
from typing import Any

import numpy as np

from theory._scales import LARGEST_FLOAT, LEAST_FLOAT, LEAST_SAFE, in_unit_of_span, outwards
from theory._types import Floats
from theory.losses import BCE, Loss, PiecewiseLinearLoss
from theory.risk._proved_bounds import unit_masses
from theory.risk._solution import Solution
from theory.risk._space.problem import Problem

LARGEST_RISE = 2.0**900
"""Of values between points, in units of the loss: beyond it sums overflow."""

LEAST_SLOPE = 2.0**-40
"""Searches go no lower: chosen; the loss changes by as much, relative to the lighter class."""


@dataclass(frozen=True)
class Linear(PiecewiseLinearLoss):
    """The loss with these numbers (base, jump, margin)."""

    numbers: tuple[float, float, float]

    @property
    def kink(self) -> tuple[Any, Any, Any]:
        return self.numbers


@dataclass(frozen=True)
class Units:
    """problem is the given one with values times 2^value, weights times 2^mass, losses times 2^loss."""

    problem: Problem
    value: int
    mass: int
    loss: int

    @property
    def search(self) -> Problem:
        """Where values are constants but for rounding, programmes would be of numbers near 1e-308: those of a greater L
        lead to candidates as good."""
        problem = self.problem
        span = float((problem.points.max(axis=0) - problem.points.min(axis=0)).max())
        least = LEAST_SLOPE / max(span, 1.0)
        return replace(problem, lipschitz=least) if problem.lipschitz < least else problem

    def restored(self, found: Solution, steepest: float, weights: Floats) -> Solution:
        """The solution in the units of the caller, bounds rounded outwards, margins down where they underflow."""
        labels = self.problem.labels
        margins = _down(labels * np.asarray(found.values), -self.value)
        exponent = -self.mass - self.loss
        risk = outwards(float(found.risk), exponent, inf)
        if not (np.ldexp(margins, self.value) == labels * found.values).all():  # the loss of lower margins is greater
            risk = nextafter(risk + 4 * LEAST_FLOAT * steepest * fsum(weights), inf)
        rows, columns, masses = found.coupling
        with np.errstate(under="ignore", over="ignore"):
            masses = np.ldexp(masses, self.value - self.mass - self.loss)
        bound = outwards(float(found.lower_bound), exponent, -inf)
        return Solution(labels * margins, risk, bound, found.attained, (rows, columns, masses))


def _down(numbers: Floats, exponent: int) -> Floats:
    with np.errstate(under="ignore", over="ignore"):
        found = np.clip(np.ldexp(numbers, exponent), -LARGEST_FLOAT, LARGEST_FLOAT)
        return np.where(np.ldexp(found, -exponent) > numbers, np.nextafter(found, -inf), found)


def in_units(points: Floats, split: int, weights: Floats, lipschitz: float, loss: Loss) -> Units:
    """The problem of these points, the first `split` of label +1, in its units."""
    places, length = in_unit_of_span("points", points)
    masses, mass = unit_masses(weights, loss)
    span = float((places.max(axis=0) - places.min(axis=0)).max())
    rise = frexp(lipschitz)[1] + frexp(span)[1] - length  # the exponent of L times the span
    value = -_exponent_of_values(loss, rise)
    slope = ldexp(frexp(lipschitz)[0], min(frexp(lipschitz)[1] + value - length, 1024 - 2))
    if not slope * max(span, 1.0) <= LARGEST_RISE:
        raise ValueError(
            f"points times lipschitz reach {slope * span:.1e} in units of the loss (largest allowed "
            f"{LARGEST_RISE:.0e}): scale the points"
        )
    inner = slope if slope >= LEAST_SAFE else 0.0
    scaled, unit = _scaled(loss, value)
    return Units(Problem(places, split, masses, max(slope, LEAST_SAFE), scaled, inner), value, mass, unit)


def _exponent_of_values(loss: Loss, rise: int) -> int:
    if isinstance(loss, BCE):
        return 1 - frexp(float(loss.temperature))[1]
    if loss.kink is None:
        return 0
    base, _, margin = map(float, loss.kink)
    wanted = [frexp(margin)[1]] * bool(margin) + [rise] * bool(base or not margin)
    return max(wanted)


def _scaled(loss: Loss, value: int) -> tuple[Loss, int]:
    """The loss of values times 2^value, and the exponent of its own unit."""
    if isinstance(loss, BCE):
        return (replace(loss, temperature=outwards(float(loss.temperature), -value, inf)), 0) if value else (loss, 0)
    if loss.kink is None or not value:
        return loss, 0
    base, jump, margin = loss.kink
    return Linear((float(base), float(jump), outwards(float(margin), value, inf))), value
