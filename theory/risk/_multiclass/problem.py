"""A sample of several classes with all that its least risk is made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import fsum

import numpy as np
from scipy.sparse.csgraph import connected_components

from theory._types import Floats, Indices
from theory.risk._multiclass.forms import Form
from theory.risk._multiclass.pairs import Pairs
from theory.risk._proved_bounds import EPSILON, LEAST_MASS


@dataclass(frozen=True, eq=False)
class Problem:
    """Points in units that float64 has room around; a node is a place where points are, all at distinct places.

    places: (p, n), of the nodes. node, label: (points,), of each point, labels from 0 to K - 1. weights: (points,).
    lipschitz: at least L; inner: at most L, 0 where L underflows. All labels occur.
    """

    places: Floats
    node: Indices
    label: Indices
    weights: Floats
    outputs: int
    lipschitz: float
    inner: float
    form: Form

    @property
    def count(self) -> int:
        return len(self.places)

    @property
    def dimension(self) -> int:
        return self.places.shape[1]

    @cached_property
    def pairs(self) -> Pairs:
        return Pairs(self.places)

    @cached_property
    def masses(self) -> Floats:
        """At most the weight of each label at each node, (p, K); what is below LEAST_MASS is given up."""
        cells = self.node * self.outputs + self.label
        solid = np.where(self.weights >= LEAST_MASS, self.weights, 0.0)
        crowd = np.bincount(cells, minlength=self.count * self.outputs)
        found = np.bincount(cells, solid, self.count * self.outputs) * (1 - (crowd + 2) * EPSILON)
        return np.asarray(found.reshape(self.count, self.outputs), dtype=np.float64)

    @cached_property
    def shares(self) -> Floats:
        """Of each label in the whole, (K,)."""
        found = np.array([fsum(self.weights[self.label == k]) for k in range(self.outputs)])
        return found / found.sum()

    @cached_property
    def span(self) -> float:
        """What the values may differ by, at most, about; 0 where all points are at one place."""
        sides = self.places.max(axis=0) - self.places.min(axis=0)
        return self.lipschitz * float(np.sqrt((sides * sides).sum()))

    def costs(self, codes: Indices) -> Floats:
        """L times the distances of pairs."""
        return self.lipschitz * self.pairs.distances(codes)

    def middle(self, whole: Floats) -> int:
        """A heavy node near the middle of these masses, (p,)."""
        centre = (whole / whole.sum()) @ self.places
        away = ((self.places - centre) ** 2).sum(axis=1)
        return int(np.where(whole >= whole.max() / 2, away, np.inf).argmin())

    def clusters(self, least: float) -> Indices:
        """The cluster of each node, where nodes that are no further apart than `least` are in one, chains too."""
        close = self.pairs.closer(least)
        return np.asarray(connected_components(close, directed=False)[1], dtype=np.intp)
