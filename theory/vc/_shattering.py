"""Which finite sets the 1-Lipschitz functions shatter with a margin, with the functions that do it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, TypeAlias

import numpy as np
from flint import arb
from numpy.typing import ArrayLike

from theory._close_pairs import conflicts
from theory._input import queries, signs
from theory._rationals import (
    Length,
    Point,
    PointLike,
    PointsLike,
    positive_rational,
    rational_point,
    rational_points,
)
from theory._results import Shown
from theory._types import Floats
from theory.intervals import enclosure, sqrt

Labels: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, repr=False)
class MarginFunction(Shown):
    """f(x) = min(m, min over points x_j of label -1 of |x - x_j| - m): 1-Lipschitz, as a minimum of such.

    For the proof of Proposition 7 of Béthune et al. f is -m at the points of label -1, and m at those of label +1
    because they are at least 2m away from the others.

    Attributes:
        points: (p, n).
        labels: (p,) of +1 and -1.
        margin: m.

    >>> shatters([0, 4], 2).functions[-1, 1].at(3)
    Fraction(1, 1)
    """

    points: tuple[Point, ...]
    labels: Labels
    margin: Fraction

    @property
    def values(self) -> tuple[Fraction, ...]:
        """f at the points, (p,): m times the labels."""
        return tuple(label * self.margin for label in self.labels)

    def __call__(self, x: ArrayLike) -> Floats:
        """f(x) up to rounding.

        Args:
            x: points, (..., n).

        Returns:
            (...).

        Raises:
            ValueError: other shapes, NaN, infinity.
        """
        places = queries("x", x, len(self.points[0]))
        found = np.full(places.shape[:-1], float(self.margin))
        for point in self._low():
            with np.errstate(over="ignore"):  # infinity is farther than the margin, too
                gaps = np.linalg.norm(places - np.array(point, dtype=np.float64), axis=-1)
            found = np.minimum(found, gaps - float(self.margin))
        return found

    def at(self, x: PointLike) -> Fraction | arb:
        """f at one point: exact where the distance that matters is rational, else enclosed.

        Args:
            x: (n,).

        Raises:
            ValueError: a point of another dimension, NaN, infinity.
        """
        place = rational_point("x", x)
        if len(place) != len(self.points[0]):
            raise ValueError(f"x has {len(place)} coordinates: the points have dimension {len(self.points[0])}")
        nearest = min((_squared(place, point) for point in self._low()), default=None)
        if nearest is None or nearest >= 4 * self.margin**2:
            return self.margin
        distance = sqrt(nearest)
        return distance - self.margin if isinstance(distance, Fraction) else distance - enclosure(self.margin)

    def _low(self) -> Iterator[Point]:
        return (point for point, label in zip(self.points, self.labels, strict=True) if label < 0)


class MarginFunctions(Shown, Mapping[Labels, MarginFunction]):
    """The function for each of the 2^p labelings, made when it is asked for; empty for no shattering (Béthune et al.,
    Proposition 7).

    >>> functions = shatters([0, 4, 8], 2).functions
    >>> len(functions), functions[1, -1, 1].values
    (8, (Fraction(2, 1), Fraction(-2, 1), Fraction(2, 1)))
    """

    def __init__(self, points: tuple[Point, ...], margin: Fraction, shattered: bool) -> None:
        self._points, self._margin, self._shattered = points, margin, shattered

    def _parts(self) -> Iterator[tuple[str, Any]]:
        return ((name, getattr(self, f"_{name}")) for name in ("points", "margin", "shattered"))

    def __len__(self) -> int:
        return 2 ** len(self._points) if self._shattered else 0

    def __iter__(self) -> Iterator[Labels]:
        return product((-1, 1), repeat=len(self._points)) if self._shattered else iter(())

    def __getitem__(self, labels: Sequence[int]) -> MarginFunction:
        if not self._shattered:
            raise KeyError(labels)
        try:
            chosen = signs("labels", labels, len(self._points))
        except ValueError as error:
            raise KeyError(*error.args) from error
        return MarginFunction(self._points, tuple(map(int, chosen)), self._margin)


@dataclass(frozen=True, repr=False)
class Shattering(Shown):
    """Whether a set is shattered, as its truth value, and what proves it (Béthune et al., Proposition 7).

    Attributes:
        points: (p, n), as rationals.
        margin: m.
        pair: indices of two points closer than 2m, None when there are none; no 1-Lipschitz function has m at one and
            -m at the other.

    >>> bool(shatters([0, 1], 1)), shatters([0, 1], 1).pair
    (False, (0, 1))
    """

    points: tuple[Point, ...]
    margin: Fraction
    pair: tuple[int, int] | None

    def __bool__(self) -> bool:
        return self.pair is None

    @property
    def functions(self) -> MarginFunctions:
        """For each labeling, a tuple of +1 and -1, a 1-Lipschitz function with that sign and |f| >= m."""
        return MarginFunctions(self.points, self.margin, self.pair is None)


def _squared(a: Point, b: Point) -> Fraction:
    return sum(((x - y) ** 2 for x, y in zip(a, b, strict=True)), Fraction(0))


def shatters(points: PointsLike, margin: Length) -> Shattering:
    """Whether the 1-Lipschitz functions shatter the points with that margin (Béthune et al., Proposition 7).

    They do exactly when all pairs are at least 2m apart, compared in rational arithmetic.

    Args:
        points: (count, n), or (count,) on the line.
        margin: m > 0, in the unit of the points.

    Returns:
        True or false, with the function for each labeling, or a pair that is too close.

    Raises:
        ValueError: no points, NaN, infinity, a margin that is not a finite number greater than 0.

    >>> found = shatters([[0, 0], [3, 4]], 2.5)
    >>> bool(found), found.functions[1, -1]([[0, 0], [3, 4], [1.5, 2]])
    (True, array([ 2.5, -2.5,  0. ]))
    >>> shatters([[0, 0], [3, 4], [3, 5]], 2).pair
    (1, 2)
    """
    places, m = rational_points("points", points), positive_rational("margin", margin)
    for i, close in enumerate(conflicts(places, 4 * m**2)):
        if close:
            return Shattering(places, m, (i, (close & -close).bit_length() - 1))
    return Shattering(places, m, None)
