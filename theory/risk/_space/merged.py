"""Points of one label that coincide, as one point with their weights.

A best function has one value there, so nothing is lost; and neighbours of a point would all be the same few otherwise.
Sums of weights are rounded: the candidates that are found so are proved for the points themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from theory._types import Floats, Indices
from theory.risk._space.active_set import Near
from theory.risk._space.problem import Problem
from theory.risk._space.proof import Candidate


@dataclass(frozen=True)
class Merged:
    """Of `problem`: the place (p,) of each node, a node of each place (q,), and how many places have the label +1."""

    problem: Problem
    place: Indices
    first: Indices
    split: int

    @classmethod
    def of(cls, problem: Problem) -> Merged:
        """Places in the order of the labels, as nodes are."""
        place, first, before = np.empty(problem.count, dtype=np.intp), [], 0
        for members in problem.classes:
            _, at, each = np.unique(problem.points[members], axis=0, return_index=True, return_inverse=True)
            place[members] = before + each.ravel()
            first.append(members.start + at if members.start else at)
            before += len(at)
        return cls(problem, place, np.concatenate(first), len(first[0]))

    @property
    def any(self) -> bool:
        """Whether points coincide."""
        return len(self.first) < len(self.place)

    def problem_of(self, problem: Problem) -> Problem:
        """With a node a place; of `problem`, or of another with its points."""
        weights = np.bincount(self.place, problem.weights).astype(np.float64)
        return replace(problem, points=problem.points[self.first], split=self.split, weights=weights)

    def near_of(self, near: Near) -> Near:
        """What is known, place by place."""
        before, after = len(self.place), len(self.first)
        one, other = self.place[near.codes // before], self.place[near.codes % before]
        return Near(near.margins[:, self.first], np.unique(one * after + other))

    def restored(self, ways: Iterable[Iterable[Candidate]]) -> Iterator[Iterator[Candidate]]:
        """Candidates for the nodes, of those for the places."""
        return (map(self._restored, way) for way in ways)

    def _restored(self, found: Candidate) -> Candidate:
        pairs, rows, masses = self._shared(found.rows, found.masses)
        more, columns, masses = self._shared(found.columns[pairs], masses)
        return Candidate(found.margins[self.place], rows[more], columns, masses)

    def _shared(self, places: Indices, masses: Floats) -> tuple[Indices, Indices, Floats]:
        """Masses of some places shared out among the nodes there by their weights: which mass, node, and how much."""
        total = np.bincount(places, masses, len(self.first))
        weight = np.bincount(self.place, self.problem.weights)
        shares = (total / weight)[self.place] * self.problem.weights
        by_place = np.argsort(self.place, kind="stable")
        ends = np.cumsum(np.bincount(self.place)).tolist()
        nodes, left = by_place.tolist(), shares[by_place].tolist()
        now = [0, *ends[:-1]]
        found: list[tuple[int, int, float]] = []
        for which, (place, mass) in enumerate(zip(places.tolist(), masses.tolist(), strict=True)):
            while mass > 0:
                at = now[place]
                last = at == ends[place] - 1  # it takes what rounding leaves
                part = mass if last else min(mass, left[at])
                if part > 0:
                    found.append((which, nodes[at], part))
                mass, left[at] = mass - part, left[at] - part
                if not last and left[at] <= 0:
                    now[place] += 1
        pairs = np.array([each[:2] for each in found], dtype=np.intp).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1], np.array([part for *_, part in found], dtype=np.float64)
