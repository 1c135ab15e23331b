"""Nearest points of a finite set: matrix products in high dimension, a k-d tree in low dimension."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from theory._types import Floats, Indices

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


def closest(index: Neighbours, z: Floats) -> tuple[Indices, Floats]:
    """The nearest point of each row of z and its squared distance, judged from coordinate differences."""
    rows, found = index.nearly_nearest(z)
    distance = squared(z[rows] - index.points[found])
    order = np.lexsort((found, distance, rows))
    order = order[np.unique(rows[order], return_index=True)[1]]
    return found[order], distance[order]


def nearest_set(sets: Sequence[Neighbours], z: Floats) -> tuple[Indices, NDArray[np.bool_]]:
    """Which set is the nearest to each row of z, the first on a tie, and whether there is a tie.

    Squared distances to two close points differ by less than their rounding; here their difference is
    computed from the difference of the points.
    """
    near = [index.nearly_nearest(z) for index in sets]
    rows = np.concatenate([pair[0] for pair in near])
    points = np.concatenate([index.points[pair[1]] for index, pair in zip(sets, near, strict=True)])
    owner = np.repeat(np.arange(len(sets)), [len(pair[0]) for pair in near])
    order = np.lexsort((owner, rows))
    rows, points, owner = rows[order], points[order], owner[order]
    turn = np.arange(len(rows)) - np.searchsorted(rows, rows)
    best, tied = np.flatnonzero(turn == 0), np.zeros(len(z), bool)
    for k in range(1, turn.max(initial=0) + 1):
        other = np.flatnonzero(turn == k)
        row = rows[other]
        champion = best[row]
        gain = np.einsum(
            "ij,ij->i",
            points[champion] - points[other],
            (points[champion] - z[row]) + (points[other] - z[row]),
        )
        tied[row] = (gain <= 0) & (tied[row] | ((gain == 0) & (owner[champion] != owner[other])))
        best[row] = np.where(gain > 0, other, champion)
    return owner[best], tied


def squared(vectors: Floats) -> Floats:
    """Squared Euclidean norms along the last axis."""
    return np.einsum("...i,...i->...", vectors, vectors)


class MatrixNeighbours:
    """Every distance, by one matrix product a call."""

    def __init__(self, points: Floats) -> None:
        self.points = points
        self.half = squared(points) / 2
        self._transposed = np.ascontiguousarray(points.T)

    def closeness(self, z: Floats) -> Floats:
        """(|z|^2 - |z - a|^2) / 2 for all rows z and points a: the larger, the nearer."""
        product = z @ self._transposed
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
