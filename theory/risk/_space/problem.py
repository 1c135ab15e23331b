"""A sample of R^n and what is proved of its least risk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory._types import Floats, Indices


@dataclass(frozen=True)
class Sample:
    """Points of label +1 (a, n) and of label -1 (b, n), and the weights (a + b,) in this order; a node is an index."""

    plus: Floats
    minus: Floats
    weights: Floats

    def part(self, factor: int) -> tuple[Sample, Indices]:
        """One point of each class in so many, and which nodes they are; the masses of the classes stay."""
        rng, kept, weights = np.random.default_rng(0), [], []
        for first, points in ((0, self.plus), (len(self.plus), self.minus)):
            nodes = first + np.sort(rng.permutation(len(points))[: -(-len(points) // factor)])
            mass = self.weights[first : first + len(points)].sum()
            kept.append(nodes)
            weights.append(self.weights[nodes] * (mass / self.weights[nodes].sum()))
        chosen = np.concatenate(kept)
        return Sample(self.points[kept[0]], self.points[kept[1]], np.concatenate(weights)), chosen

    @property
    def points(self) -> Floats:
        return np.concatenate([self.plus, self.minus])

    @property
    def dimension(self) -> int:
        return self.plus.shape[1]


@dataclass(frozen=True)
class SpaceSolution:
    """Margins (p,), a coupling between nodes (k,), and the two bounds."""

    margins: Floats
    rows: Indices
    columns: Indices
    masses: Floats
    risk: float
    lower_bound: float


def better(one: SpaceSolution, other: SpaceSolution) -> SpaceSolution:
    """The lesser risk with the greater lower bound."""
    primal = min(one, other, key=lambda each: each.risk)
    dual = max(one, other, key=lambda each: each.lower_bound)
    return SpaceSolution(primal.margins, dual.rows, dual.columns, dual.masses, primal.risk, dual.lower_bound)
