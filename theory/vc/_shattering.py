"""Which finite sets the 1-Lipschitz functions shatter with a margin, with the functions that do it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TypeAlias

import numpy as np
from flint import arb
from numpy.typing import ArrayLike

from theory._input import Floats, queries
from theory._rationals import Point, PointLike, rational_point
from theory.intervals import enclosure, sqrt

Labels: TypeAlias = tuple[int, ...]


@dataclass(frozen=True)
class MarginFunction:
    """f(x) = min(m, min over points x_j of label -1 of |x - x_j| - m): 1-Lipschitz, as a minimum of such.

    points: (p, n). labels: (p,) of +1 and -1. margin: m. f is -m at the points of label -1, and m at those of
    label +1 because they are at least 2m away from the others.
    """

    points: tuple[Point, ...]
    labels: Labels
    margin: Fraction

    @property
    def values(self) -> tuple[Fraction, ...]:
        """f at the points, (p,): m times the labels."""
        return tuple(label * self.margin for label in self.labels)

    def __call__(self, x: ArrayLike) -> Floats:
        """f(x) up to rounding, (...), for x of shape (..., n). Raises ValueError for other shapes."""
        places = queries("x", x, len(self.points[0]))
        found = np.full(places.shape[:-1], float(self.margin))
        for point in self._low():
            gaps = np.linalg.norm(places - np.array(point, dtype=np.float64), axis=-1)
            found = np.minimum(found, gaps - float(self.margin))
        return found

    def at(self, x: PointLike) -> Fraction | arb:
        """f at one point (n,): exact where the distance that matters is rational, else enclosed.

        Raises ValueError for a point of another dimension.
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


class MarginFunctions(Mapping[Labels, MarginFunction]):
    """The function for each of the 2^p labelings, made when it is asked for; empty for no shattering."""

    def __init__(self, points: tuple[Point, ...], margin: Fraction, shattered: bool) -> None:
        self._points, self._margin, self._shattered = points, margin, shattered

    def __len__(self) -> int:
        return 2 ** len(self._points) if self._shattered else 0

    def __iter__(self) -> Iterator[Labels]:
        return product((-1, 1), repeat=len(self._points)) if self._shattered else iter(())

    def __getitem__(self, labels: Sequence[int]) -> MarginFunction:
        chosen = tuple(labels)
        if not self._shattered or len(chosen) != len(self._points) or not set(chosen) <= {-1, 1}:
            raise KeyError(labels)
        return MarginFunction(self._points, chosen, self._margin)


@dataclass(frozen=True)
class Shattering:
    """Whether a set is shattered, as its truth value, and what proves it.

    points: (p, n), as rationals. margin: m. pair: indices of two points closer than 2m, None when there are
    none; no 1-Lipschitz function has m at one and -m at the other.
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
