"""A sample of R^n with all that its least risk is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from theory._scales import lengths
from theory._types import Floats, Indices
from theory.losses import Loss
from theory.risk._weighted_nearest import Distances


@dataclass(frozen=True, eq=False)
class Problem:
    """Points (p, n), the first `split` of label +1, the others, one at least, of label -1; a node is an index.

    weights: (p,). Nothing is copied: the points of a class are a slice. inner: L too, but for functions that are
    proved to be L-Lipschitz, 0 where L underflows: `lipschitz` is then more than L.
    """

    points: Floats
    split: int
    weights: Floats
    lipschitz: float
    loss: Loss
    inner: float | None = None

    @property
    def count(self) -> int:
        return len(self.points)

    @property
    def dimension(self) -> int:
        return self.points.shape[1]

    @property
    def classes(self) -> tuple[slice, slice]:
        """The nodes of label +1, and those of label -1."""
        return slice(None, self.split), slice(self.split, None)

    @property
    def labels(self) -> Floats:
        return np.where(np.arange(self.count) < self.split, 1.0, -1.0)

    @cached_property
    def distances(self) -> Distances:
        """Between the classes."""
        plus, minus = self.classes
        return Distances(self.points[plus], self.points[minus])

    @cached_property
    def reach(self) -> float:
        """A bound on all margins of some best function."""
        span = float(lengths(self.points.max(axis=0) - self.points.min(axis=0)))
        margin = float(self.loss.kink[2]) if self.loss.kink is not None else 0.0
        return (margin + self.lipschitz * span) * (1 + 1e-12)

    def part(self, factor: int) -> tuple[Problem, Indices]:
        """One point of each class in so many, and which nodes they are; the masses of the classes stay."""
        rng, kept, weights = np.random.default_rng(0), [], []
        for members in self.classes:
            every = np.arange(self.count)[members]
            nodes = every[np.sort(rng.permutation(len(every))[: -(-len(every) // factor)])]
            kept.append(nodes)
            weights.append(self.weights[nodes] * (self.weights[members].sum() / self.weights[nodes].sum()))
        chosen = np.concatenate(kept)
        points = self.points[chosen]
        return replace(self, points=points, split=len(kept[0]), weights=np.concatenate(weights)), chosen
