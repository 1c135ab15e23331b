"""Lower bounds on dist(x, V(c)) that spare almost every projection.

For any point a of the class of x, dist(x, V(c)) >= (|x - c|^2 - |x - a|^2) / (2 |a - c|), the distance to
one half-space. The anchors are the few a nearest to x. Every bound is lowered by what rounding may have
added to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from theory._types import Floats, Indices
from theory.hmf._nearest import MatrixNeighbours, Neighbours, TreeNeighbours, rounding, squared

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


# Queries, candidates, and the bounds of these pairs.
Bounded = tuple[Indices, Indices, Floats]


class Screen(Protocol):
    """Bounds for every query of a batch."""

    def best(self) -> Indices:
        """A candidate of least bound for each query."""
        ...

    def below(self, radius: Floats) -> Iterator[Bounded]:
        """Pairs with a bound up to radius (m,): all those with dist(x, V(c)) <= radius are among them.

        They come in parts of bounded size, each with all the pairs of its queries, rows ascending.
        """
        ...


def screen(x: Floats, own: Neighbours, other: Neighbours) -> Screen:
    """Bounds for queries x (m, n) of the class `own` against the candidates `other`."""
    anchors = own.points[own.k_nearest(x, ANCHORS)]
    if isinstance(other, MatrixNeighbours):
        return MatrixScreen(x, anchors, other)
    assert isinstance(other, TreeNeighbours)
    return TreeScreen(x, anchors, other)


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

    def best(self) -> Indices:
        return self._bounds.argmin(axis=1)

    def below(self, radius: Floats) -> Iterator[Bounded]:
        rows, found = np.nonzero(self._bounds <= radius[:, None])
        yield rows, found, self._bounds[rows, found]


class TreeScreen:
    """Only candidates in reach: |x - c| <= d(x, own) + 2 radius."""

    def __init__(self, x: Floats, anchors: Floats, other: TreeNeighbours) -> None:
        self._x, self._anchors, self._other = x, anchors, other
        self._nearest = np.sqrt(squared(x[:, None, :] - anchors).min(axis=1))

    def best(self) -> Indices:
        found = self._other.k_nearest(self._x, FIRST_LOOK)
        rows = np.repeat(np.arange(len(self._x)), found.shape[1])
        bounds = self._bound(rows, found.ravel()).reshape(found.shape)
        return found[np.arange(len(found)), bounds.argmin(axis=1)]

    def below(self, radius: Floats) -> Iterator[Bounded]:
        reach = self._nearest + 2 * radius
        count = self._other.count(self._x, reach)
        many = count > MANY * len(self._other.points)
        yield from self._all(np.flatnonzero(many), radius)
        for queries in _portions(np.flatnonzero(~many), count, PAIRS_LISTED):
            rows, found = self._other.within(self._x[queries], reach[queries])
            rows = queries[rows]
            bounds = self._bound(rows, found)
            keep = bounds <= radius[rows]
            yield rows[keep], found[keep], bounds[keep]

    def _all(self, queries: Indices, radius: Floats) -> Iterator[Bounded]:
        """For queries with most candidates in reach, matrix products are quicker than lists."""
        if len(queries):
            matrix = MatrixNeighbours(self._other.points)
            each = np.full(len(self._x), (ANCHORS + 2) * len(matrix.points))
            for part in _portions(queries, each, MATRIX_FLOATS):
                for rows, found, bounds in MatrixScreen(self._x[part], self._anchors[part], matrix).below(radius[part]):
                    yield part[rows], found, bounds

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
