"""Lower bounds on dist(x, V(c)) that spare almost every projection.

For any point a of the class of x, dist(x, V(c)) >= (|x - c|^2 - |x - a|^2) / (2 |a - c|), the distance to
one half-space. The anchors are the few a nearest to x. Every bound is lowered by what rounding may have
added to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from theory._scales import lengths
from theory._types import Floats, Indices
from theory.hmf._bisectors import bisectors, sharp_offsets
from theory.hmf._frame import Places
from theory.hmf._nearest import MatrixNeighbours, Neighbours, TreeNeighbours, rounding, squared
from theory.hmf._projection import UNKNOWN

ANCHORS = 3
"""Points of the own class that bound each candidate: chosen for time, it changes no value."""

FIRST_LOOK = 8
"""Nearest candidates among which the first to project onto is chosen: for time, it changes no value."""

PAIRS_LISTED = 2**20
"""Pairs of a query and a candidate that are listed at once: chosen for memory, 8 MB an array of numbers."""

MATRIX_FLOATS = 2**23
"""Numbers of the matrices of a batch: chosen for memory, 64 MB."""

MANY = 1 / 16
"""A query with this share of the tree's points in reach goes to a matrix product: chosen for time, it changes no
value."""


Bounded = tuple[Indices, Indices, Floats, Indices]
"""Queries, candidates, the bounds of these pairs, and the points of the queries' class whose half-spaces are to be
looked at first, or UNKNOWN."""


class Screen(Protocol):
    """Bounds for every query of a batch."""

    def best(self) -> tuple[Indices, Indices]:
        """A candidate of least bound for each query, and which half-space to look at first."""
        ...

    def below(self, radius: Floats) -> Iterator[Bounded]:
        """Pairs with a bound up to radius (m,): all those with dist(x, V(c)) <= radius are among them.

        They come in parts of bounded size, each with all the pairs of its queries, rows ascending.
        """
        ...


def screen(x: Places, own: Neighbours, other: Neighbours) -> Screen:
    """Bounds for m queries of the class `own` against the candidates `other`."""
    anchors = own.points[own.k_nearest(x.x, ANCHORS)]
    if isinstance(other, MatrixNeighbours):
        return MatrixScreen(x.x, anchors, other)
    assert isinstance(other, TreeNeighbours)
    return TreeScreen(x, anchors, own, other)


class MatrixScreen:
    """All pairs at once, by matrix products."""

    def __init__(self, x: Floats, anchors: Floats, other: MatrixNeighbours) -> None:
        slack = rounding(x) * (1 + squared(x) + 2 * other.half.max() + squared(anchors).max(axis=1))[:, None]
        size = squared(anchors)
        to_x = squared(x[:, None, :] - anchors)
        closeness = other.closeness(x)
        closeness *= -2.0
        closeness += squared(x)[:, None] - slack
        flat = other.closeness(anchors.reshape(-1, x.shape[1])).reshape(*size.shape, -1)
        self._bounds = np.zeros_like(closeness)
        for k in range(size.shape[1]):
            apart = flat[:, k]
            apart *= -2.0
            apart += size[:, k, None] + slack
            np.sqrt(apart, out=apart)
            np.maximum(self._bounds, (closeness - to_x[:, k, None]) / (2 * apart), out=self._bounds)

    def best(self) -> tuple[Indices, Indices]:
        return self._bounds.argmin(axis=1), np.full(len(self._bounds), UNKNOWN)

    def below(self, radius: Floats) -> Iterator[Bounded]:
        rows, found = np.nonzero(self._bounds <= radius[:, None])
        yield rows, found, self._bounds[rows, found], np.full(len(rows), UNKNOWN)


class TreeScreen:
    """Only candidates in reach: |x - c| <= d(x, own) + 2 radius."""

    def __init__(self, x: Places, anchors: Floats, own: Neighbours, other: TreeNeighbours) -> None:
        self._places, self._x, self._anchors, self._own, self._other = x, x.x, anchors, own, other
        self._nearest = lengths(x.x[:, None, :] - anchors).min(axis=1)

    def best(self) -> tuple[Indices, Indices]:
        found = self._other.k_nearest(self._x, FIRST_LOOK)
        rows = np.repeat(np.arange(len(self._x)), found.shape[1])
        bounds = self._bound(rows, found.ravel()).reshape(found.shape)
        best = found[np.arange(len(found)), bounds.argmin(axis=1)]
        return best, self._other.partners(self._own, best)

    def below(self, radius: Floats) -> Iterator[Bounded]:
        reach = self._nearest + 2 * radius
        count = self._other.count(self._x, reach)
        many = count > MANY * len(self._other.points)
        for rows, found, bounds, _ in self._all(np.flatnonzero(many), radius):
            yield self._sharper(rows, found, bounds, radius)
        for queries in _portions(np.flatnonzero(~many), count, PAIRS_LISTED):
            rows, found = self._other.within(self._x[queries], reach[queries])
            rows = queries[rows]
            bounds = self._bound(rows, found)
            keep = bounds <= radius[rows]
            yield self._sharper(rows[keep], found[keep], bounds[keep], radius)

    def _sharper(self, rows: Indices, found: Indices, bounds: Floats, radius: Floats) -> Bounded:
        """Pairs that the point of the class nearest to the candidate does not exclude either."""
        wall = self._other.partners(self._own, found)
        plane = bisectors(self._own.points[wall], self._other.points[found], self._places.take(rows))
        limit = radius[rows]
        unsure = np.flatnonzero((-plane.offset - plane.noise <= limit) & (-plane.offset + plane.noise > limit))
        plane.offset[unsure] = self._exact(wall[unsure], found[unsure], rows[unsure])
        plane.noise[unsure] = rounding(self._x) * np.abs(plane.offset[unsure])
        bounds = np.maximum(bounds, -plane.offset - plane.noise)
        keep = bounds <= limit
        return rows[keep], found[keep], bounds[keep], wall[keep]

    def _exact(self, wall: Indices, found: Indices, rows: Indices) -> Floats:
        return sharp_offsets(self._own.points[wall], self._other.points[found], self._places.take(rows))

    def _all(self, queries: Indices, radius: Floats) -> Iterator[Bounded]:
        """For queries with most candidates in reach, matrix products are quicker than lists."""
        if len(queries):
            matrix = MatrixNeighbours(self._other.points)
            each = np.full(len(self._x), (ANCHORS + 2) * len(matrix.points))
            for part in _portions(queries, each, MATRIX_FLOATS):
                screened = MatrixScreen(self._x[part], self._anchors[part], matrix)
                for rows, found, bounds, wall in screened.below(radius[part]):
                    yield part[rows], found, bounds, wall

    def _bound(self, rows: Indices, found: Indices) -> Floats:
        x, c = self._x[rows], self._other.points[found]
        best = np.zeros(len(rows))
        slack = rounding(x) * (1 + squared(x) + squared(c))
        to_c = squared(x - c) - slack
        for k in range(self._anchors.shape[1]):
            a = self._anchors[rows, k]
            apart = np.sqrt(squared(a - c) + slack)
            np.maximum(best, (to_c - squared(x - a)) / (2 * apart), out=best)
        return best


def _portions(rows: Indices, pairs: Indices, most: int) -> Iterator[Indices]:
    """Cut rows into parts of at most so many pairs, or of a single row."""
    ends = np.cumsum(pairs[rows])
    start = 0
    while start < len(rows):
        before = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + most, side="right")))
        yield rows[start:stop]
        start = stop
