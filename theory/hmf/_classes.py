"""Disjoint finite classes and the shortest way from a point out of its class, in batches of bounded
memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from theory._types import Array, Floats, Indices
from theory.hmf._exits import nearest_exits
from theory.hmf._frame import Frame
from theory.hmf._nearest import MatrixNeighbours, Neighbours, closest, nearest_set, neighbours, rounding, squared
from theory.hmf._screening import ANCHORS

BATCH_FLOATS = 2**23
"""Numbers that a batch of queries may take: chosen for memory, 64 MB."""

BATCH_ROWS = 2**14
"""Most queries in a batch: chosen for memory in high dimension, where active sets take up to 2 n^2 numbers each."""

FLOATS_A_COORDINATE = 40
"""Numbers that a query takes for each of the n coordinates, distances aside: an estimate, for memory alone."""


@dataclass
class Outcome:
    """For m queries: the nearest class `own` (the first on a tie), whether another is as near, the shortest
    displacement (m, n) to the frontier, the rival point (m, n) it leads to, its length `radius`, uniqueness,
    violation, and the direction (m, n) further into the rival's cell."""

    own: Indices
    tied: NDArray[np.bool_]
    displacement: Floats
    rival: Floats
    radius: Floats
    unique: NDArray[np.bool_]
    violation: Floats
    inward: Floats


class Classes:
    """K >= 2 disjoint sets of points, each (n_k, n)."""

    def __init__(self, sets: Sequence[Floats]) -> None:
        self.frame = Frame.around(np.concatenate(sets))
        inside = [self.frame.enter(points) for points in sets]
        self._own = [neighbours(points) for points in inside]
        self._others = [self._rest(inside, k) for k in range(len(sets))]
        self._dimension = sets[0].shape[1]

    def _rest(self, inside: list[Floats], k: int) -> Neighbours:
        if len(inside) == 2:
            return self._own[1 - k]
        return neighbours(np.concatenate([points for j, points in enumerate(inside) if j != k]))

    def label(self, x: Floats) -> Indices:
        """The nearest class of each of the points x (..., n), flattened; the first on a tie."""
        parts = [nearest_set(self._own, part)[0] for part in self._batches(x)]
        return np.concatenate([np.empty(0, np.intp), *parts])

    def solve(self, x: Floats) -> Outcome:
        """Everything about the points x (..., n), flattened to m rows, in the unit of the data."""
        parts = [self._solve(part) for part in self._batches(x)] or [self._solve(np.empty((0, self._dimension)))]
        return Outcome(*(np.concatenate(columns) for columns in zip(*map(_columns, parts), strict=True)))

    def resolution(self, x: Floats) -> Floats:
        """The distances at x (m, n) that count as zero: what rounds off a frontier point of size 1 + |x|."""
        inside = self.frame.enter(x)
        return rounding(x) * (1 + np.sqrt(squared(inside))) * self.frame.scale

    def steepest(self, x: Floats, up: int, down: int) -> Floats:
        """(a - c)/|a - c| for the nearest a of class `up` and c of class `down`; nan where one is not unique."""
        inside = self.frame.enter(x)
        result = np.full_like(inside, np.nan)
        a, one_a = _only_nearest(self._own[up], inside)
        c, one_c = _only_nearest(self._own[down], inside)
        both = one_a & one_c
        normal = (a - c)[both]
        result[both] = normal / np.sqrt(squared(normal))[:, None]
        return result

    def cross(self, x: Floats, found: Outcome, overshoot: float) -> Floats:
        """Points (m, n) beyond the frontier, a little past the nearest frontier point."""
        foot = x.reshape(-1, self._dimension) + found.displacement
        way = _length((found.rival - foot) / self.frame.scale) * self.frame.scale
        step = overshoot * found.radius
        step = np.where(step > 0, np.minimum(step, way), np.minimum(overshoot, 1.0) * way)
        # Between adjacent numbers the foot may round to the rival itself.
        share = np.divide(step, way, out=np.ones_like(way), where=way > 0)
        moved = _between(foot, found.rival, share)
        # Between close points of opposite classes, a step towards the rival gains too little to be seen.
        todo = np.flatnonzero(~self._left(moved, found.own))
        moved[todo] = foot[todo] + step[todo, None] * found.inward[todo]
        todo = todo[~self._left(moved[todo], found.own[todo])]
        while len(todo):
            # Doubled from the least share that moves a point of size 1.
            share[todo] = np.minimum(2 * share[todo] + np.finfo(float).eps, 1.0)
            moved[todo] = _between(foot[todo], found.rival[todo], share[todo])
            todo = todo[~self._left(moved[todo], found.own[todo]) & (share[todo] < 1)]
        return moved

    def _left(self, x: Floats, own: Indices) -> NDArray[np.bool_]:
        """Is another class than `own` the nearest, by more than rounding?"""
        parts = [np.stack([closest(own, part)[1] for own in self._own], axis=1) for part in self._batches(x)]
        squares = np.concatenate([np.empty((0, len(self._own))), *parts])
        home = np.take_along_axis(squares, own[:, None], axis=1)[:, 0]
        # Two sums of squared differences are off by gamma_(n + 2) each, the product by 2 u: 2 (n + 3) u < rounding / 4.
        left = squares.min(axis=1) < home * (1 - rounding(x) / 4)
        for k in range(len(self._own)):
            todo = np.flatnonzero(~left & (own == k))
            if len(todo):
                ends = [self._gains(part, k) for part in self._batches(x[todo])]
                left[todo] = np.concatenate(ends)
        return left

    def _gains(self, x: Floats, own: int) -> NDArray[np.bool_]:
        """Is a point c of another class than `own` nearer than all of it, by the difference of squared distances?

        That is (a - c) . ((a - x) + (c - x)), off by a share of |a - c| (|a - x| + |c - x| + 1) alone, 1 being the size
        of the data.
        """
        row, found = self._own[own].nearly_nearest(x)
        a, nearer = self._own[own].points[found], np.zeros(len(x), bool)
        for index in self._own[:own] + self._own[own + 1 :]:
            c = index.points[closest(index, x)[0]][row]
            ways = a - x[row], c - x[row]
            gain = np.einsum("ij,ij->i", a - c, ways[0] + ways[1])
            error = rounding(x) / 4 * _length(a - c) * (_length(ways[0]) + _length(ways[1]) + 1)
            nearer |= np.bincount(row, gain <= error, minlength=len(x)) == 0
        return nearer

    def _batches(self, x: Floats) -> Iterator[Floats]:
        flat = x.reshape(-1, self._dimension)
        sets = [len(s.points) for s in self._own + self._others if isinstance(s, MatrixNeighbours)]
        row = (ANCHORS + 2) * max(sets, default=0) + FLOATS_A_COORDINATE * self._dimension
        size = max(1, min(BATCH_ROWS, BATCH_FLOATS // row))
        for start in range(0, len(flat), size):
            yield self.frame.enter(flat[start : start + size])

    def _solve(self, inside: Floats) -> Outcome:
        own, tied = nearest_set(self._own, inside)
        m = len(inside)
        away, rival, inward = (np.zeros_like(inside) for _ in range(3))
        found = Outcome(own, tied, away, rival, np.zeros(m), np.ones(m, bool), np.zeros(m), inward)
        for k in range(len(self._own)):
            rows = np.flatnonzero(own == k)
            if len(rows):
                self._leave(k, inside, rows, found)
        return found

    def _leave(self, k: int, inside: Floats, rows: Indices, found: Outcome) -> None:
        exits = nearest_exits(inside[rows], self._own[k], self._others[k])
        found.displacement[rows] = exits.displacement * self.frame.scale
        found.radius[rows] = _length(exits.displacement) * self.frame.scale
        found.rival[rows] = self.frame.leave(self._others[k].points[exits.rival])
        found.unique[rows] = exits.unique
        found.inward[rows] = exits.inward
        found.violation[rows] = np.maximum(exits.violation, 0.0) * self.frame.scale


def _columns(outcome: Outcome) -> tuple[Array, ...]:
    return (
        outcome.own,
        outcome.tied,
        outcome.displacement,
        outcome.rival,
        outcome.radius,
        outcome.unique,
        outcome.violation,
        outcome.inward,
    )


def _length(vectors: Floats) -> Floats:
    return np.sqrt(squared(vectors))


def _between(start: Floats, end: Floats, share: Floats) -> Floats:
    return np.where(share[:, None] < 1, start + share[:, None] * (end - start), end)


def _only_nearest(index: Neighbours, x: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """The nearest points, and whether no other point is as near up to rounding."""
    found, distance = closest(index, x)
    radius = np.sqrt(distance) * (1 + rounding(x)) + rounding(x)
    rows, candidates = index.within(x, radius)
    near = np.sqrt(squared(x[rows] - index.points[candidates])) <= radius[rows]
    count = np.bincount(rows[near], minlength=len(x))
    return index.points[found], count <= 1
