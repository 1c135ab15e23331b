"""Upper bounds of independent sets by linear programmes whose duals are rounded to covers in integers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from theory._close_pairs import Graph
from theory._types import Floats
from theory.packing._independent_sets.clock import Clock
from theory.packing._independent_sets.reductions import members

Row = tuple[int, int]
"""Some vertices, and how many of them an independent set can have."""

COVER_UNITS = 1 << 30
"""A weight of 1 in a cover: weights are rounded up to whole units, so bounds are off by the sum of the ranks / 2^30."""

NO_WEIGHT = 1e-12
"""Weights up to it are noise of the linear programme: chosen below a unit, and what is then lacking is added."""


@dataclass(frozen=True)
class FractionalCover:
    """Weights of rows, and of single vertices, such that every vertex has a unit or more.

    total: of the weights, each times the rank of its row: no independent set has more units.
    covered: the units of each vertex. values: what the programme gave the vertices. active: rows with a weight.
    """

    graph: Graph
    vertices: list[int]
    total: int
    covered: list[int]
    values: Floats
    active: set[Row]

    @property
    def bound(self) -> int:
        return self.total // COVER_UNITS

    @cached_property
    def rounded(self) -> int:
        """An independent set: vertices by decreasing value, as long as they are independent."""
        chosen = blocked = 0
        for k in np.argsort(-self.values, kind="stable").tolist():
            if not blocked >> self.vertices[k] & 1:
                chosen |= 1 << self.vertices[k]
                blocked |= self.graph[self.vertices[k]]
        return chosen

    def useless(self, floor: int) -> int:
        """Vertices of no independent set with more than `floor` vertices.

        A set with k vertices has units k + (what its vertices have beyond a unit) <= total.
        """
        spare = self.total - (floor + 1) * COVER_UNITS
        pairs = zip(self.vertices, self.covered, strict=True)
        return sum(1 << v for v, units in pairs if units - COVER_UNITS > spare)

    def halfway(self, mask: int) -> int:
        """The vertex to branch on: of the value nearest to a half, with most neighbours."""
        near = (-np.abs(self.values - 0.5)).tolist()
        ranked = ((x, (self.graph[v] & mask).bit_count(), v) for x, v in zip(near, self.vertices, strict=True))
        return max(each for each in ranked if mask >> each[2] & 1)[2]


def fractional_cover(graph: Graph, mask: int, rows: list[Row], clock: Clock) -> FractionalCover:
    """The cover that a linear programme proposes, completed; whatever that returns, it is a cover."""
    vertices = members(mask)
    place = {v: k for k, v in enumerate(vertices)}
    # A row of as many vertices as its rank says nothing.
    kept = sorted({(row & mask, rank) for row, rank in rows if (row & mask).bit_count() > rank})
    entries = [[place[v] for v in members(row)] for row, _ in kept]
    values, duals = _proposed(entries, [rank for _, rank in kept], len(vertices), clock)
    weights = [int(w * COVER_UNITS) + 1 if w > NO_WEIGHT else 0 for w in duals.tolist()]
    total, covered = _completed(weights, entries, [rank for _, rank in kept], len(vertices))
    active = {row for row, weight in zip(kept, weights, strict=True) if weight}
    return FractionalCover(graph, vertices, total, covered, values, active)


def _proposed(entries: list[list[int]], ranks: list[int], count: int, clock: Clock) -> tuple[Floats, Floats]:
    """Values of the vertices and weights of the rows, from 0 to 1; all 0 where the programme was not solved."""
    if entries:
        from scipy.optimize import linprog
        from scipy.sparse import csr_array

        starts = np.cumsum([0, *map(len, entries)])
        columns = np.concatenate([np.array(entry, dtype=np.int32) for entry in entries])
        matrix = csr_array((np.ones(len(columns)), columns, starts), shape=(len(entries), count))
        options = {} if clock.left is None else {"time_limit": clock.left}
        solved = linprog(-np.ones(count), A_ub=matrix, b_ub=ranks, bounds=(0, 1), method="highs", options=options)
        if solved.status == 0:
            return np.clip(np.nan_to_num(solved.x), 0, 1), np.clip(np.nan_to_num(-solved.ineqlin.marginals), 0, 1)
    return np.zeros(count), np.zeros(len(entries))


def _completed(weights: list[int], entries: list[list[int]], ranks: list[int], count: int) -> tuple[int, list[int]]:
    """The total once every vertex has what it still lacks, and the units that each vertex then has."""
    covered = [0] * count
    for weight, entry in zip(weights, entries, strict=True):
        for k in entry if weight else ():
            covered[k] += weight
    lacking = sum(max(0, COVER_UNITS - each) for each in covered)
    total = sum(weight * rank for weight, rank in zip(weights, ranks, strict=True))
    return total + lacking, [max(COVER_UNITS, each) for each in covered]
