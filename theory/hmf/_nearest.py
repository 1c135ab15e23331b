"""Nearest points of a finite set: matrix products in high dimension, a k-d tree in low dimension."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.spatial import KDTree

from theory._types import Floats, Indices
from theory.hmf._bisectors import doubled_squares, nearer
from theory.hmf._frame import Places

TREE_DIMENSION = 6
"""Up to so many coordinates a tree is taken, beyond them a matrix product: chosen for time, it changes no value but by
rounding."""

TREE_SIZE = 400
"""From so many points on a tree is taken, below a matrix product: chosen for time, like TREE_DIMENSION."""


class Neighbours(Protocol):
    """What the projection needs to know of a finite set."""

    points: Floats

    def nearest(self, z: Floats) -> Indices:
        """For each row of z (m, n) a nearest point, rounding aside."""
        ...

    def k_nearest(self, z: Floats, k: int) -> Indices:
        """For each row of z (m, n) the k nearest points, (m, k), rounding aside, in any order."""
        ...

    def nearly_nearest(self, z: Floats) -> tuple[Indices, Indices]:
        """All pairs (row of z, point) that rounding cannot tell from the nearest, one a row at least."""
        ...

    def within(self, z: Floats, radius: Floats) -> tuple[Indices, Indices]:
        """All pairs (row of z, point) with |z - point| <= radius, and perhaps some that rounding cannot
        exclude."""
        ...


def neighbours(points: Floats) -> Neighbours:
    """The structure that suits the size and the dimension of the set."""
    low = points.shape[1] <= TREE_DIMENSION and len(points) >= TREE_SIZE
    return TreeNeighbours(points) if low else MatrixNeighbours(points)


@dataclass
class Ties:
    """All the nearest points of m places among some sets: place, set, and point in the set (k,), in this order."""

    row: Indices
    owner: Indices
    point: Indices

    def first(self) -> Indices:
        """Where the pairs of each place begin (m,)."""
        return np.flatnonzero(np.r_[True, self.row[1:] != self.row[:-1]]) if len(self.row) else self.row


def nearest_ties(sets: Sequence[Neighbours], x: Places) -> Ties:
    """Which points are the nearest to each place, without rounding."""
    near = [index.nearly_nearest(x.x) for index in sets]
    row, point = (np.concatenate(part) for part in zip(*near, strict=True))
    owner = np.repeat(np.arange(len(sets)), [len(pair[0]) for pair in near])
    order = np.lexsort((point, owner, row))
    row, owner, point = row[order], owner[order], point[order]
    twice = np.bincount(row, minlength=len(x))[row] > 1
    if not twice.any():
        return Ties(row, owner, point)
    places = np.empty((len(row), x.x.shape[1]))
    for k, index in enumerate(sets):
        places[owner == k] = index.points[point[owner == k]]
    close = _close(row, places, x)
    row, owner, point, places, twice = row[close], owner[close], point[close], places[close], twice[close]
    best = _knockout(row, places, x)
    rival = np.flatnonzero(twice & (best[row] != np.arange(len(row))))
    keep = np.ones(len(row), bool)
    keep[rival] = nearer(places[best[row[rival]]], places[rival], x.take(row[rival])) == 0
    return Ties(row[keep], owner[keep], point[keep])


def _close(row: Indices, places: Floats, x: Places) -> Indices:
    """The pairs that twice the digits cannot tell from the nearest of their row."""
    high, low, error = doubled_squares(places, x.take(row))
    order = np.lexsort((low, high, row))
    best = order[np.flatnonzero(np.diff(row[order], prepend=-1))][row]
    # Of numbers within a factor of two the first difference is exact.
    return np.flatnonzero((high - high[best]) + (low - low[best]) <= 2 * (error + error[best]))


def _knockout(row: Indices, places: Floats, x: Places) -> Indices:
    """For each row the position of one nearest place; rows ascend, and each has one."""
    left = np.arange(len(row))
    while len(left) > len(x):
        turn = np.arange(len(left)) - np.searchsorted(row[left], row[left])
        second = np.flatnonzero(turn % 2 == 1)
        one, other = left[second - 1], left[second]
        wins = nearer(places[one], places[other], x.take(row[one])) > 0
        left[second - 1] = np.where(wins, other, one)
        left = np.delete(left, second)
    return left


def squared(vectors: Floats) -> Floats:
    """Squared Euclidean norms along the last axis."""
    return np.einsum("...i,...i->...", vectors, vectors)


class MatrixNeighbours:
    """Every distance, by one matrix product a call."""

    def __init__(self, points: Floats) -> None:
        self.points = points
        self.half = squared(points) / 2

    def closeness(self, z: Floats) -> Floats:
        """(|z|^2 - |z - a|^2) / 2 for all rows z and points a: the larger, the nearer."""
        product = z @ self.points.T
        product -= self.half
        return product

    def nearest(self, z: Floats) -> Indices:
        return self.closeness(z).argmax(axis=1)

    def k_nearest(self, z: Floats, k: int) -> Indices:
        count = len(self.points)
        if k >= count:
            return np.broadcast_to(np.arange(count), (len(z), count))
        return np.argpartition(self.closeness(z), count - k, axis=1)[:, count - k :]

    def nearly_nearest(self, z: Floats) -> tuple[Indices, Indices]:
        closeness = self.closeness(z)
        rows, found = np.nonzero(closeness >= (closeness.max(axis=1) - self._slack(z))[:, None])
        return rows, found

    def within(self, z: Floats, radius: Floats) -> tuple[Indices, Indices]:
        threshold = (squared(z) - radius**2) / 2 - self._slack(z)
        rows, found = np.nonzero(self.closeness(z) >= threshold[:, None])
        return rows, found

    def _slack(self, z: Floats) -> Floats:
        return rounding(z) * (1 + squared(z) + 2 * self.half.max())


class TreeNeighbours:
    """A k-d tree."""

    def __init__(self, points: Floats) -> None:
        self.points = points
        self._tree = KDTree(points)
        self._partners: Indices | None = None

    def nearest(self, z: Floats) -> Indices:
        return self._tree.query(z)[1]

    def k_nearest(self, z: Floats, k: int) -> Indices:
        k = min(k, len(self.points))
        return self._tree.query(z, k=np.arange(1, k + 1))[1]

    def nearly_nearest(self, z: Floats) -> tuple[Indices, Indices]:
        return self.within(z, self._tree.query(z)[0])

    def within(self, z: Floats, radius: Floats) -> tuple[Indices, Indices]:
        lists = self._tree.query_ball_point(z, radius * (1 + rounding(z)) + rounding(z))
        rows = np.repeat(np.arange(len(z)), [len(found) for found in lists])
        return rows, np.array([j for found in lists for j in found], dtype=np.intp)

    def partners(self, own: Neighbours, found: Indices) -> Indices:
        """A point of `own`, always the same set, near each of the points `found`; kept once it is known."""
        if self._partners is None:
            self._partners = np.full(len(self.points), -1)
        fresh = np.unique(found[self._partners[found] < 0])
        if len(fresh):
            self._partners[fresh] = own.nearest(self.points[fresh])
        return self._partners[found]

    def count(self, z: Floats, radius: Floats) -> Indices:
        """About how many pairs `within` would find for each row."""
        return self._tree.query_ball_point(z, radius, return_length=True)


def rounding(z: Floats) -> float:
    """8 (n + 4) u, u = 2^-53: of the size of the sums, what comparisons of two sums of n products may be off by.

    A sum of n products of differences is off by gamma_(n + 2), about (n + 2) u, of its terms' absolute values (Higham
    2002, (3.5)). |z|^2 - 2 z.a + |a|^2 is thus off by (n + 2) u (2 |z|^2 + 2 |a|^2), two of them by 4 (n + 2) u
    (|z|^2 + |a|^2). The other half is for square roots, products and differences after that: 4 (n + 4) u.
    """
    return 4 * (z.shape[-1] + 4) * np.finfo(float).eps
