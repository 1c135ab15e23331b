"""Arcs a -> b between points of a sample, for the constraints v_a - v_b <= c of a function v with margins t = y v."""

from __future__ import annotations

import numpy as np

from theory._scales import steps_between
from theory._types import Floats, Indices
from theory.risk._space.problem import Problem
from theory.risk._space.tuning import TUNING
from theory.risk._weighted_nearest import BOX_DIMENSION, neighbours


class Arcs:
    """Arcs start -> end between nodes, told as codes: start times the number of nodes, plus end.

    costs (e,): L times the distances.
    """

    def __init__(self, problem: Problem, codes: Indices) -> None:
        self.start, self.end = codes // problem.count, codes % problem.count
        self.split, self.count = problem.split, problem.count
        self.across = (self.start < self.split) & (self.end >= self.split)
        self.labels = problem.labels
        self.costs = problem.lipschitz * steps_between(problem.points, problem.points, self.start, self.end)

    def __len__(self) -> int:
        return len(self.start)

    def add(self, t: Floats) -> Floats:
        """The difference v_a - v_b along every arc, from margins (p,)."""
        v = self.labels * t
        return np.asarray(v[self.start] - v[self.end], dtype=np.float64)

    def gather(self, g: Floats, used: Indices) -> Floats:
        """The flow that leaves every node of label +1, or reaches every node of label -1, from flows (k,) along some.

        Few arcs carry any.
        """
        out, back = (np.bincount(ends[used], g, self.count) for ends in (self.start, self.end))
        return np.asarray(self.labels * (out - back), dtype=np.float64)


def hops(problem: Problem) -> Indices:
    """The codes of arcs both ways between near neighbours, those across from label +1 to label -1 aside."""
    points, count, split = problem.points, problem.count, problem.split
    most = TUNING.neighbours if problem.dimension <= BOX_DIMENSION else TUNING.few_neighbours
    near = neighbours(points, most + 1)
    one, other = np.repeat(np.arange(count), near.shape[1]), near.ravel()
    start, end = np.concatenate([one, other]), np.concatenate([other, one])
    distinct = (points[start] != points[end]).any(axis=1) & ~((start < split) & (end >= split))
    return np.unique(start[distinct] * count + end[distinct])
