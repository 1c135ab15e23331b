"""Least values of L |z - x_j| - o_j over many points x_j: nearest points with a head start of o_j.

Both the McShane repair of a function and the pairs that its constraints almost or quite break are such values. Blocks
of points close together are left out by their bounding boxes, so that most distances are never computed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from theory._compiled import installed
from theory._scales import FAINT, least_step, lengths, steps_between
from theory._types import Floats, Indices

BLOCK_POINTS = 128
"""Points of a block: chosen."""
COMPILED_POINTS = 32
"""Of one that is looked at by compiled loops: chosen for time, as sizes from 16 to 128 differ by half."""
FIRST_BLOCKS = 4
"""So many of the most promising blocks are looked at before others are left out: chosen."""
BOX_DIMENSION = 6
"""In more dimensions boxes spare little work: chosen."""
KEPT_DISTANCES = 2**25
"""So many distances at most are computed once and kept where boxes spare little work: 256 MB, chosen."""
PRODUCTS = 2**22
"""So many inner products at most are held at once: 32 MB, chosen."""
FEW_DISTANCES = 2**15
"""So many at most elsewhere: chosen."""
MANY_DISTANCES = 2**20
"""From so many on numba is worth its import, where it is installed: chosen, as it takes half a second."""
FEW_LEAST = 8
"""So many least entries, or fewer, are found one after the other; more by a partition: chosen for time."""


Between = Callable[[Floats, Floats], Floats]
"""All distances, (a, b), between points (a, n) and (b, n)."""


@dataclass(frozen=True)
class Reach:
    """The k least values for every z, (count, k) in increasing order, and the points that attain them."""

    values: Floats
    found: Indices


class Blocks:
    """Points (count, n) in an order that keeps neighbours together, cut into blocks with bounding boxes."""

    def __init__(self, points: Floats, size: int) -> None:
        order = cKDTree(points, leafsize=size // 4, balanced_tree=len(points) < 2**18).indices
        self.order = np.asarray(order, dtype=np.intp)
        self.points = np.ascontiguousarray(points[self.order])
        self.starts, self.size = np.arange(0, len(points), size), size
        self.low = np.minimum.reduceat(self.points, self.starts)
        self.high = np.maximum.reduceat(self.points, self.starts)

    def apart(self, low: Floats, high: Floats) -> Floats:
        """Distances (blocks,) from the box between low and high (n,) to every block."""
        gaps = np.maximum(np.maximum(self.low - high, low - self.high), 0.0)
        return np.sqrt(np.einsum("ij,ij->i", gaps, gaps))  # of gaps that underflow less, which leaves out less


class Distances:
    """Distances between two finite sets, looked at from both sides, as accurate as those of `lengths`.

    least_step: no two points that differ are closer. compiled: they are so many that compiled loops gain more than
    numba's import takes.
    """

    def __init__(self, plus: Floats, minus: Floats) -> None:
        self.least_step = least_step(np.concatenate([plus, minus]))
        self._between = _between if self.least_step >= FAINT else distances_between
        near, many = plus.shape[1] <= BOX_DIMENSION, len(plus) * len(minus) >= MANY_DISTANCES
        self.compiled = near and many and self._between is _between and installed()
        size = COMPILED_POINTS if self.compiled else BLOCK_POINTS
        self._sides = Blocks(plus, size), Blocks(minus, size)
        few = len(plus) * len(minus) <= (FEW_DISTANCES if near else KEPT_DISTANCES)
        self._kept = self._between(plus, minus) if few else None
        self._plus, self._minus = plus, minus

    def pairs(self, rows: Indices, columns: Indices) -> Floats:
        """Distances of those pairs alone."""
        if self._kept is not None:
            return self._kept[rows, columns]
        return steps_between(self._plus, self._minus, rows, columns)

    def least(self, side: int, scale: float, head_start: Floats, k: int = 1) -> Reach:
        """For every point z of `side` (0 plus, 1 minus) the k least of scale |z - x_j| - head_start_j.

        x_j runs over the points of the other side, in their given order; k is cut down to their number.
        """
        k = min(k, len(head_start))
        if self._kept is not None:
            return _dense(self._kept if side == 0 else self._kept.T, scale, head_start, k)
        own, other = self._sides[side], self._sides[1 - side]
        if self.compiled and k <= COMPILED_POINTS:
            return _point_by_point(own, other, scale, head_start, k)
        return _blockwise(own, other, scale, head_start, k, self._between)


def neighbours(points: Floats, k: int) -> Indices:
    """For every point k that are nearest to it, (count, k), itself among them unless others coincide with it.

    Up to rounding; in many dimensions of inner products, where a tree spares little work.
    """
    k = min(k, len(points))
    if points.shape[1] <= BOX_DIMENSION:
        return np.asarray(cKDTree(points).query(points, k=k)[1], dtype=np.intp).reshape(len(points), k)
    points = points - points.mean(axis=0)  # far from the origin differences would be lost in the products
    squares = np.einsum("ij,ij->i", points, points)
    parts = np.array_split(points, 1 + len(points) ** 2 // PRODUCTS)
    return np.concatenate([_select(squares - 2 * (part @ points.T), k)[1] for part in parts])


def _between(one: Floats, other: Floats) -> Floats:
    return np.asarray(cdist(one, other), dtype=np.float64)


def distances_between(one: Floats, other: Floats) -> Floats:
    """All distances, (a, b), also where squares of them may underflow."""
    found = _between(one, other)
    rows, columns = np.nonzero(found < FAINT)
    found[rows, columns] = lengths(one[rows] - other[columns])
    return found


def _dense(distances: Floats, scale: float, head_start: Floats, k: int) -> Reach:
    parts = np.array_split(np.arange(len(distances)), 1 + distances.size // 2**18)
    found = [_select(distances[part] * scale - head_start, k) for part in parts]
    return Reach(*(np.concatenate(each) for each in zip(*found, strict=True)))


def _blockwise(own: Blocks, other: Blocks, scale: float, head_start: Floats, k: int, between: Between) -> Reach:
    ordered = head_start[other.order]
    best = np.maximum.reduceat(ordered, other.starts)
    values, found = np.empty((len(own.points), k)), np.empty((len(own.points), k), dtype=np.intp)
    for start, low, high in zip(own.starts, own.low, own.high, strict=True):
        rows = own.order[start : start + own.size]
        # the shares of 1e-12 dwarf all rounding
        bounds = scale * other.apart(low, high) * (1 - 1e-12) - best - 1e-12 * np.abs(best)
        look = _Look(own.points[start : start + own.size], other, scale, ordered, between)
        values[rows], chosen = _search(look, k, bounds)
        found[rows] = other.order[chosen]
    return Reach(values, found)


def _point_by_point(own: Blocks, other: Blocks, scale: float, head_start: Floats, k: int) -> Reach:
    from theory.risk._nearest_few import nearest_few  # numba is slow to import

    ordered = head_start[other.order]
    ahead = np.maximum.reduceat(ordered, other.starts)
    values, found = np.empty((len(own.points), k)), np.empty((len(own.points), k), dtype=np.intp)
    boxes, others = ((blocks.starts, blocks.low, blocks.high) for blocks in (own, other))
    nearest_few(
        own.points, boxes, np.ascontiguousarray(other.points.T), others, ordered, ahead, float(scale), values, found
    )
    back = np.empty_like(own.order)
    back[own.order] = np.arange(len(back))
    return Reach(values[back], other.order[found[back]])


@dataclass(frozen=True)
class _Look:
    """Points z that look at blocks of others; head_start in the order of these."""

    z: Floats
    other: Blocks
    scale: float
    head_start: Floats
    between: Between

    def members(self, blocks: Indices) -> Indices:
        columns = (blocks[:, None] * self.other.size + np.arange(self.other.size)).ravel()
        return columns[columns < len(self.head_start)]

    def reach(self, columns: Indices) -> Floats:
        values = self.between(self.z, self.other.points[columns])
        values *= self.scale
        values -= self.head_start[columns]
        return values


def _search(look: _Look, k: int, bounds: Floats) -> tuple[Floats, Indices]:
    """Look at the most promising blocks, then at all those that may still hold one of the k least."""
    by_promise = np.argsort(bounds)
    first = max(FIRST_BLOCKS, -(-k // look.other.size) + 1)
    columns = look.members(by_promise[:first])
    worst = _select(look.reach(columns), min(k, len(columns)))[0][:, -1].max()
    if len(columns) < k:
        worst = np.inf
    columns = look.members(np.sort(by_promise[bounds[by_promise] <= worst + 1e-12 * abs(worst)]))
    values, chosen = _select(look.reach(columns), k)
    return values, columns[chosen]


def _select(values: Floats, k: int) -> tuple[Floats, Indices]:
    """The k least entries of every row, in increasing order, and where they are; `values` are overwritten."""
    if k <= FEW_LEAST:
        rows = np.arange(len(values))
        where, chosen = np.empty((len(values), k), dtype=np.intp), np.empty((len(values), k))
        for i in range(k):
            where[:, i] = values.argmin(axis=1)
            chosen[:, i] = values[rows, where[:, i]]
            values[rows, where[:, i]] = np.inf
        if k == 1 or np.isfinite(chosen).all():
            return chosen, where
        for i in reversed(range(k)):  # of entries that were found twice the first is right
            values[rows, where[:, i]] = chosen[:, i]
    if k < values.shape[1]:
        where = np.argpartition(values, k - 1, axis=1)[:, :k]
    else:
        where = np.broadcast_to(np.arange(k), values.shape)
    chosen = np.take_along_axis(values, where, axis=1)
    order = np.argsort(chosen, axis=1, kind="stable")
    return np.take_along_axis(chosen, order, axis=1), np.take_along_axis(where, order, axis=1)
