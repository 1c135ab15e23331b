"""Every 1-Lipschitz function u of the line that attains the greatest Pu - Qu, through its slopes."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from theory._entries import entries, is_exact, shown
from theory._input import plain_number, real_array
from theory._rationals import exact_numbers
from theory._results import Shown
from theory._types import Array, Number
from theory.transport._measures import NumbersLike

GRAIN = 2**20
"""Random slopes are whole multiples of 1 / this: chosen, exact in float64 and as Fractions of small denominators."""


@dataclass(frozen=True, eq=False, repr=False)
class PiecewiseLinear(Shown):
    """A function of the line that is linear between knots, such as a Kantorovich potential (Béthune et al., equation
    6).

    Attributes:
        knots: (k,), increasing; Fractions in object arrays, or float64, as all four.
        values: (k,), at the knots.
        left, right: the slopes before the first knot and after the last.

    Raises:
        ValueError: other shapes, NaN, infinity, knots that do not increase.

    >>> PiecewiseLinear(np.array([0.0, 2.0]), np.array([0.0, 1.0]), 0.0, -1.0)([-1, 1, 3]).tolist()
    [0.0, 0.5, 0.0]
    """

    knots: Array
    values: Array
    left: Number
    right: Number

    def __post_init__(self) -> None:
        given = {name: entries(name, getattr(self, name)) for name in ("knots", "values", "left", "right")}
        exact = all(map(is_exact, given.values()))
        for name, array in given.items():
            taken = array.astype(object) if exact else real_array(name, array, rounded=True).copy()
            shape = () if name in ("left", "right") else given["knots"].shape
            if taken.shape != shape or len(shape) > 1 or not given["knots"].size:
                raise ValueError(f"{name} has shape {taken.shape}: pass knots and values (k,), k >= 1, and two slopes")
            object.__setattr__(self, name, taken if shape else plain_number(name, taken))
        if not (self.knots[1:] > self.knots[:-1]).all():
            raise ValueError(f"knots={shown(self.knots)} do not increase: sort them, each once")

    def __call__(self, x: NumbersLike | Number) -> Any:
        """u(x).

        Args:
            x: places, any shape.

        Returns:
            The shape of x: Fractions when the function and x are exact, float64 otherwise.

        Raises:
            ValueError: x is not made of finite numbers.
        """
        given = entries("x", x)
        points = exact_numbers(given) if self.knots.dtype == object else None
        if points is not None:
            return np.frompyfunc(self._exact, 1, 1)(points)
        return self._rounded(real_array("x", given))

    def _exact(self, x: int | Fraction) -> Fraction:
        segment = bisect_right(self.knots, x)
        if segment == 0:
            return self.values[0] + self.left * (x - self.knots[0])
        if segment == len(self.knots):
            return self.values[-1] + self.right * (x - self.knots[-1])
        below, above = self.knots[segment - 1 : segment + 1]
        start, end = self.values[segment - 1 : segment + 1]
        return start + (end - start) * Fraction(x - below) / (above - below)

    def _rounded(self, x: NDArray[np.float64]) -> Any:
        knots, values = self.knots.astype(np.float64), self.values.astype(np.float64)
        before, after = np.minimum(x - knots[0], 0.0), np.maximum(x - knots[-1], 0.0)
        return np.interp(x, knots, values) + float(self.left) * before + float(self.right) * after


@dataclass(frozen=True, eq=False, repr=False)
class KantorovichPotential(Shown):
    """All maximisers of Pu - Qu over the 1-Lipschitz functions u of the line; see `kantorovich_potential` (Béthune et
    al., equation 6 and Appendix E).

    Attributes:
        breakpoints: (m + 1,), the distinct atoms, increasing.
        slopes: (m,), between two atoms u has slope +1 or -1, or any 1-Lipschitz shape where the entry is None (exact
            data) or nan (float64).
        free: (m,), where that is so.
        cost: the greatest Pu - Qu, the cost of transport, in the unit of places times the unit of masses.

    >>> from theory.transport import kantorovich_potential
    >>> u = kantorovich_potential([0, 3], [1, 2])
    >>> u.slopes.tolist(), u.canonical([0, 1, 2, 3]).tolist() == [0, -1, -1, 0]
    ([-1, None, 1], True)
    """

    breakpoints: Array
    slopes: Array
    free: NDArray[np.bool_]
    cost: Number

    @cached_property
    def canonical(self) -> PiecewiseLinear:
        """The maximiser that is zero at the first atom and constant wherever it may be."""
        zero = self.cost * 0
        slopes = np.where(self.free, np.asarray(zero), self.slopes)
        return PiecewiseLinear(self.breakpoints, self._values(slopes, zero), zero, zero)

    def __call__(self, x: NumbersLike | Number) -> Any:
        """The canonical maximiser at x; result of the shape of x."""
        return self.canonical(x)

    def sample(self, rng: np.random.Generator) -> PiecewiseLinear:
        """A maximiser with random slopes in [-1, 1] wherever slopes are free, and a random translation.

        Linear between atoms, so it takes every possible set of values at the atoms. Fractions when the data are exact.

        Raises:
            ValueError: no generator of numpy's.
        """
        if not isinstance(rng, np.random.Generator):
            raise ValueError(f"rng={shown(rng)}: pass numpy.random.default_rng(seed)")
        draws = rng.integers(-GRAIN, GRAIN, size=len(self.slopes) + 3, endpoint=True)
        numbers = draws / GRAIN if self.breakpoints.dtype != object else _fractions(draws)
        slopes = np.where(self.free, numbers[3:], self.slopes)
        offset = numbers[0] * (self.breakpoints[-1] - self.breakpoints[0] + 1)
        return PiecewiseLinear(self.breakpoints, self._values(slopes, offset), numbers[1], numbers[2])

    def _values(self, slopes: Array, start: Number) -> Array:
        steps = slopes * (self.breakpoints[1:] - self.breakpoints[:-1])
        return np.cumsum(np.concatenate([np.asarray([start], dtype=self.breakpoints.dtype), steps]))


def _fractions(draws: NDArray[np.int64]) -> Array:
    return np.asarray([Fraction(int(draw), GRAIN) for draw in draws], dtype=object)
