"""The least risk over all L-Lipschitz functions of R^n on a sample, with constraints added as they are needed.

Constraints between points of opposite labels suffice, but few of them leave groups of points free to drift. Arcs
between near neighbours of any label hold the function together from the start: nearly all others then hold
within the stretch of the graph of neighbours, and few rounds add the rest. Arcs that carry no flow are dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
from scipy.spatial import cKDTree

from theory._neighbours import Indices
from theory._risk_barrier import solve_barrier
from theory._risk_bounds import feasible, mcshane, risk_above, risk_below, transport_cost
from theory._risk_flow import coupling_of_flow
from theory._risk_newton import Arcs
from theory._risk_programme import solve_programme
from theory._risk_reach import Distances
from theory._validation import Floats
from theory.losses import Loss, Number, PiecewiseLinear

ROUNDS = 60
ALL_PAIRS = 2**14
NEIGHBOURS = 8
CANDIDATES = 3
CROWDED = 7
LOOSE = 1e-2
DROP = 1e-2
SMALLEST = 1e-300


@dataclass(frozen=True)
class Sample:
    """Points of label +1 (a, n) and of label -1 (b, n), and the weights (a + b,) in this order; a node is an index."""

    plus: Floats
    minus: Floats
    weights: Floats

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


def least_risk_space(sample: Sample, lipschitz: float, loss: Loss, tolerance: float) -> SpaceSolution:
    """Both classes have points, and the least risk is finite."""
    return _Search(sample, lipschitz, loss, tolerance).run()


class _Search:
    def __init__(self, sample: Sample, lipschitz: float, loss: Loss, tolerance: float) -> None:
        self.sample, self.lipschitz, self.loss, self.tolerance = sample, lipschitz, loss, tolerance
        self.plus, self.count = len(sample.plus), len(sample.weights)
        self.distances = Distances(sample.plus, sample.minus)
        points = sample.points
        span = float(np.linalg.norm(points.max(axis=0) - points.min(axis=0)))
        margin = float(loss.kink[2]) if isinstance(loss, PiecewiseLinear) else 0.0
        self.reach = (margin + lipschitz * span) * (1 + 1e-12)

    def run(self) -> SpaceSolution:
        best: SpaceSolution | None = None
        margins, codes = self._start()
        complete = len(codes) == self.plus * (self.count - self.plus)
        lasting, inner = codes, self.tolerance / 4 if complete else LOOSE
        for _ in range(ROUNDS):
            arcs = self._arcs(codes)
            relaxed, flow = self._relax(arcs, margins, inner)
            middle, violated = self._look(relaxed)
            found = self._certify(arcs, relaxed, flow, middle)
            margins = found.margins
            best = found if best is None else _better(best, found)
            gap = relative_gap(best.risk, best.lower_bound)
            if gap <= self.tolerance:
                break
            used = arcs.start[flow > DROP * flow.mean()] * self.count + arcs.end[flow > DROP * flow.mean()]
            codes = np.unique(np.concatenate([lasting, used, violated]))
            inner = min(inner, max(self.tolerance / 4, gap / 20))
        assert best is not None
        return best

    def _start(self) -> tuple[Floats, Indices]:
        """Half the way to the nearest point of the other class is feasible; arcs that hold from the start."""
        margins, nearest = self._look(np.zeros(self.count), all_of_them=True)
        if self.plus * (self.count - self.plus) <= ALL_PAIRS:
            every = np.arange(self.plus)[:, None] * self.count + np.arange(self.plus, self.count)
            return margins, every.ravel()
        if self.sample.dimension >= CROWDED:
            return margins, nearest
        return margins, np.unique(np.concatenate([self._hops(), nearest]))

    def _hops(self) -> Indices:
        """Arcs both ways between near neighbours, those across from label +1 to label -1 aside."""
        points = self.sample.points
        near = cKDTree(points).query(points, k=min(NEIGHBOURS + 1, self.count))[1]
        one, other = np.repeat(np.arange(self.count), near.shape[1]), near.ravel()
        start, end = np.concatenate([one, other]), np.concatenate([other, one])
        distinct = (points[start] != points[end]).any(axis=1) & ~((start < self.plus) & (end >= self.plus))
        return np.unique(start[distinct] * self.count + end[distinct])

    def _arcs(self, codes: Indices) -> Arcs:
        crowded = self.sample.dimension >= CROWDED
        return Arcs(codes // self.count, codes % self.count, self.plus, self.count - self.plus, crowded)

    def _lengths(self, arcs: Arcs) -> Floats:
        points = self.sample.points
        difference = points[arcs.start] - points[arcs.end]
        return np.sqrt(np.einsum("ij,ij->i", difference, difference))

    def _relax(self, arcs: Arcs, margins: Floats, inner: float) -> tuple[Floats, Floats]:
        """The best margins under these arcs alone, and the flow that proves it."""
        costs = self.lipschitz * self._lengths(arcs)
        if isinstance(self.loss, PiecewiseLinear):
            return solve_programme(self.sample.weights, arcs, costs, self.loss, self.reach)
        steep = float(self.loss.multipliers[1])
        return solve_barrier(self.sample.weights, arcs, costs, margins, steep, inner)

    def _look(self, relaxed: Floats, all_of_them: bool = False) -> tuple[Floats, Indices]:
        """Feasible margins near the relaxed ones, and the opposite pairs that these violate most."""
        parts = slice(None, self.plus), slice(self.plus, None)
        reaches = [
            self.distances.least(side, self.lipschitz, relaxed[other], CANDIDATES)
            for side, other in ((0, parts[1]), (1, parts[0]))
        ]
        own = np.arange(self.count)
        firsts, seconds = reaches
        lacks = [reach.values - relaxed[part, None] for reach, part in zip(reaches, parts, strict=True)]
        codes = np.concatenate(
            [
                (own[: self.plus, None] * self.count + self.plus + firsts.found).ravel(),
                (seconds.found * self.count + own[self.plus :, None]).ravel(),
            ]
        )
        slack = np.concatenate([lack.ravel() for lack in lacks])
        half = relaxed + np.concatenate([lack[:, 0] for lack in lacks]) / 2
        return half, np.unique(codes[(slack < 0) | all_of_them])

    def _certify(self, arcs: Arcs, relaxed: Floats, flow: Floats, middle: Floats) -> SpaceSolution:
        weights, dimension = self.sample.weights, self.sample.dimension
        margins = mcshane(self.distances, self.lipschitz, middle, self.plus, dimension)
        rows, columns, masses = coupling_of_flow(arcs, flow, relaxed)
        ends = columns + self.plus
        masses = feasible(self.loss, weights, rows, ends, masses)
        lengths = self.distances.pairs(rows, columns)
        cost = transport_cost(self.lipschitz, lengths, masses, dimension)
        below = risk_below(self.loss, weights, rows, ends, masses, cost, self.reach)
        return SpaceSolution(margins, rows, columns, masses, risk_above(self.loss, weights, margins), below)


def relative_gap(risk: Number, lower_bound: Number) -> float:
    """The gap as a share of |risk|, zero where the range of float64 ends."""
    gap = float(risk - lower_bound)
    if not gap > SMALLEST:
        return 0.0
    return gap / abs(float(risk)) if risk else inf


def _better(one: SpaceSolution, other: SpaceSolution) -> SpaceSolution:
    """The lesser risk with the greater lower bound."""
    primal = min(one, other, key=lambda each: each.risk)
    dual = max(one, other, key=lambda each: each.lower_bound)
    return SpaceSolution(primal.margins, dual.rows, dual.columns, dual.masses, primal.risk, dual.lower_bound)
