"""Which points of a finite set are closer than a distance, decided in integers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from math import ceil

import numpy as np
from numpy.typing import NDArray

from theory._rationals import Point, over_one_unit

Graph = list[int]
"""For each point the bits of its neighbours."""

BELOW_INT64 = 2**62
"""Half of int64's range: with n size^2 below it no squared distance, nor a sum on the way to it, overflows."""


def conflicts(points: Sequence[Point], squared: Fraction) -> Graph:
    """For each point the bits of the others that are closer than the separation."""
    return WholePoints(points).conflicts(squared)


class WholePoints:
    """The points as integers >= 0 over one unit; int64 where squared distances fit."""

    def __init__(self, points: Sequence[Point]) -> None:
        whole, self.unit = over_one_unit(points)
        corner = [min(axis) for axis in zip(*whole, strict=True)]
        self.points = [tuple(x - low for x, low in zip(point, corner, strict=True)) for point in whole]
        self.size = max(max(point) for point in self.points) or 1
        self.small = len(corner) * self.size**2 < BELOW_INT64

    def conflicts(self, squared: Fraction) -> Graph:
        least = ceil(squared * self.unit**2)
        close = self._squares < least if self.small and least < BELOW_INT64 else self._screened(least)
        return [_bits(row) & ~(1 << k) for k, row in enumerate(close)]

    def next_square(self, squared: Fraction) -> Fraction:
        """The least squared distance >= squared that occurs, or a lower bound of it."""
        least = ceil(squared * self.unit**2)
        if not self.small or least >= BELOW_INT64:
            return squared
        far = self._squares[self._squares >= least]
        return Fraction(int(far.min()), self.unit**2) if far.size else squared

    def radius_squared(self) -> Fraction:
        """Of a ball around all of them, with the mean of the points as its centre."""
        count = len(self.points)
        total = [sum(axis) for axis in zip(*self.points, strict=True)]
        most = max(sum((count * x - t) ** 2 for x, t in zip(p, total, strict=True)) for p in self.points)
        return Fraction(most, (count * self.unit) ** 2)

    @cached_property
    def _squares(self) -> NDArray[np.int64]:
        return _squared_distances(np.array(self.points, dtype=np.int64))

    def _screened(self, least: int) -> NDArray[np.bool_]:
        """Which squared distances are below `least`: floats where they can tell, integers where not."""
        n, limit = len(self.points[0]), Fraction(least, self.size**2)
        near = _squared_distances(np.array([[float(Fraction(x, self.size)) for x in point] for point in self.points]))
        if limit > n:
            return np.ones(near.shape, dtype=np.bool_)
        close = near < float(limit)
        unsure = np.abs(near - float(limit)) <= _square_rounding(n)
        for i, j in np.argwhere(unsure).tolist():
            close[i, j] = sum((x - y) ** 2 for x, y in zip(self.points[i], self.points[j], strict=True)) < least
        return close


def _square_rounding(n: int) -> float:
    """What a squared distance less a limit may be off by in float64, for coordinates in [0, 1] and a limit <= n.

    With u = 2^-53: coordinates are off by u/2, differences by 3u/2, their squares by 4u; the n - 1 sums, each at most
    n, by n^2 u / 2 + n u together; the limit by n u; the last difference by a share u of itself.
    """
    return n * (n + 12) * 2.0**-53


def _bits(row: NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(row, bitorder="little").tobytes(), "little")


def _squared_distances(points: NDArray) -> NDArray:  # type: ignore[type-arg]
    """(count, count), of one kind of number."""
    found = np.zeros((len(points), len(points)), dtype=points.dtype)
    for axis in points.T:
        gap = axis[:, None] - axis[None, :]
        found += gap * gap
    return found
