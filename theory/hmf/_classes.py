"""Disjoint finite classes and the shortest way from a point out of its class, in batches of bounded
memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from theory._scales import lengths
from theory._types import Array, Floats, Indices
from theory.hmf._bisectors import units
from theory.hmf._exits import nearest_exits
from theory.hmf._frame import Frame, Places
from theory.hmf._nearest import MatrixNeighbours, Neighbours, Ties, nearest_ties, neighbours
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
    displacement (m, n) to the frontier and its direction, of length 1, the rival point (m, n) it leads to, its length
    `radius`, uniqueness, violation, and the direction (m, n) further into the rival's cell."""

    own: Indices
    tied: NDArray[np.bool_]
    displacement: Floats
    direction: Floats
    rival: Floats
    radius: Floats
    unique: NDArray[np.bool_]
    violation: Floats
    inward: Floats


class Classes:
    """K >= 2 disjoint sets of points, each (n_k, n), which go over into the frame where they are."""

    def __init__(self, sets: Sequence[Floats]) -> None:
        self.frame = Frame.around(sets)
        inside = [self.frame.settle(points) for points in sets]
        self._own = [neighbours(points) for points in inside]
        self._others = [self._rest(inside, k) for k in range(len(sets))]
        self._dimension = sets[0].shape[1]

    @property
    def sizes(self) -> list[int]:
        """How many points each class has."""
        return [len(index.points) for index in self._own]

    def points(self, k: int) -> Floats:
        """Those of class k, in the unit of the data."""
        return self.frame.leave(self._own[k].points)

    def _rest(self, inside: list[Floats], k: int) -> Neighbours:
        if len(inside) == 2:
            return self._own[1 - k]
        return neighbours(np.concatenate([points for j, points in enumerate(inside) if j != k]))

    def label(self, x: Floats) -> Indices:
        """The nearest class of each of the points x (..., n), flattened; the first on a tie."""
        parts = [ties.owner[ties.first()] for ties in map(self._ties, self._batches(x))]
        return np.concatenate([np.empty(0, np.intp), *parts])

    def solve(self, x: Floats) -> Outcome:
        """Everything about the points x (..., n), flattened to m rows, in the unit of the data."""
        none = self.frame.place(np.empty((0, self._dimension)))
        parts = [self._solve(part) for part in self._batches(x)] or [self._solve(none)]
        return Outcome(*(np.concatenate(columns) for columns in zip(*map(_columns, parts), strict=True)))

    def steepest(self, x: Floats, up: int, down: int) -> Floats:
        """(a - c)/|a - c| for the nearest a of class `up` and c of class `down`; nan where one is not unique."""
        parts = [self._steepest(part, up, down) for part in self._batches(x)]
        return np.concatenate([np.empty((0, self._dimension)), *parts])

    def _steepest(self, x: Places, up: int, down: int) -> Floats:
        result, one = [], np.ones(len(x), bool)
        for index in (self._own[up], self._own[down]):
            ties = nearest_ties([index], x)
            result.append(index.points[ties.point[ties.first()]])
            one &= np.bincount(ties.row, minlength=len(x)) == 1
        normal = units(*result)
        normal[~one] = np.nan
        return normal

    def cross(self, x: Floats, found: Outcome, overshoot: float) -> Floats:
        """Points (m, n) beyond the frontier, a little past the nearest frontier point."""
        foot = x.reshape(-1, self._dimension) + found.displacement
        way = lengths((found.rival - foot) / self.frame.scale) * self.frame.scale
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
            moved[todo] = foot[todo] + (share * way)[todo, None] * found.inward[todo]
            todo = todo[~self._left(moved[todo], found.own[todo])]
            moved[todo] = _between(foot[todo], found.rival[todo], share[todo])
            todo = todo[~self._left(moved[todo], found.own[todo]) & (share[todo] < 1)]
        return moved

    def _left(self, x: Floats, own: Indices) -> NDArray[np.bool_]:
        """Is another class than `own`, and it alone, the nearest?"""
        winners = [np.empty((2, 0), np.intp), *map(self._winners, self._batches(x))]
        first, last = np.concatenate(winners, axis=1)
        return (first != own) & (first == last)

    def _winners(self, x: Places) -> Indices:
        """The first and the last of the nearest classes, (2, m)."""
        ties = self._ties(x)
        begin = ties.first()
        return np.array([ties.owner[begin], np.maximum.reduceat(ties.owner, begin)])

    def _ties(self, x: Places) -> Ties:
        return nearest_ties(self._own, x)

    def _batches(self, x: Floats) -> Iterator[Places]:
        flat = x.reshape(-1, self._dimension)
        sets = [len(s.points) for s in self._own + self._others if isinstance(s, MatrixNeighbours)]
        row = (ANCHORS + 2) * max(sets, default=0) + FLOATS_A_COORDINATE * self._dimension
        size = max(1, min(BATCH_ROWS, BATCH_FLOATS // row))
        for start in range(0, len(flat), size):
            yield self.frame.place(flat[start : start + size])

    def _solve(self, x: Places) -> Outcome:
        ties = self._ties(x)
        m, begin, owner = len(x), ties.first(), ties.owner
        own = owner[begin]
        away, direction, rival, inward = (np.zeros_like(x.x) for _ in range(4))
        found = Outcome(
            own, np.zeros(m, bool), away, direction, rival, np.zeros(m), np.ones(m, bool), np.zeros(m), inward
        )
        # On the frontier there is no way to go: the rival is as near as the class.
        others = np.flatnonzero(owner != own[ties.row])
        for pair in others[np.unique(ties.row[others], return_index=True)[1]]:
            row, mine = ties.row[pair], self._own[own[ties.row[pair]]].points[ties.point[begin[ties.row[pair]]]]
            rivals = self._own[owner[pair]].points[ties.point[pair]]
            found.tied[row] = True
            found.rival[row] = self.frame.leave(rivals)
            found.inward[row] = units(rivals[None], mine[None])
        for k in range(len(self._own)):
            rows = np.flatnonzero((own == k) & ~found.tied)
            if len(rows):
                self._leave(k, x, rows, found)
        return found

    def _leave(self, k: int, x: Places, rows: Indices, found: Outcome) -> None:
        exits = nearest_exits(x.take(rows), self._own[k], self._others[k])
        found.displacement[rows] = exits.displacement * self.frame.scale
        size = lengths(exits.displacement)
        found.direction[rows] = units(exits.displacement, np.zeros_like(exits.displacement))
        found.radius[rows] = size * self.frame.scale
        found.rival[rows] = self.frame.leave(self._others[k].points[exits.rival])
        found.unique[rows] = exits.unique
        found.inward[rows] = exits.inward
        found.violation[rows] = np.maximum(exits.violation, 0.0) * self.frame.scale


def _columns(outcome: Outcome) -> tuple[Array, ...]:
    return (
        outcome.own,
        outcome.tied,
        outcome.displacement,
        outcome.direction,
        outcome.rival,
        outcome.radius,
        outcome.unique,
        outcome.violation,
        outcome.inward,
    )


def _between(start: Floats, end: Floats, share: Floats) -> Floats:
    return np.where(share[:, None] < 1, start + share[:, None] * (end - start), end)
