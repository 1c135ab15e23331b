"""The way to values and flows that are close: rounds of Newton's method, with pairs added as they are needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from theory._scales import LEAST_SAFE, lengths
from theory._types import Floats, Indices
from theory.risk._multiclass.newton import Edges, Round
from theory.risk._multiclass.problem import Problem
from theory.risk._multiclass.smoothed import smoothed
from theory.risk._multiclass.tuning import TUNING
from theory.risk._pace import Pace
from theory.risk._space.units import LARGEST_RISE

LARGEST_BLOCKS = 2**25
"""Numbers of the second derivatives of all nodes: 256 MB, chosen; there are a few such arrays."""


@dataclass(frozen=True)
class Candidate:
    """values: (p, K) at the nodes. codes (e,): pairs i < j, i times the number of nodes plus j. flow (e, K): of mass
    from i to j; less what flows out the masses of a node are those of its outputs. cluster: (p,), of each node."""

    values: Floats
    codes: Indices
    flow: Floats
    cluster: Indices


def candidates(problem: Problem, tolerance: float, pace: Pace) -> Iterator[Candidate]:
    """Constants and no flow; half the way to other labels; then round after round."""
    apart = np.arange(problem.count)
    constant = np.tile(problem.form.best(problem.shares[None]), (problem.count, 1))
    yield Candidate(constant, *_star(problem), apart)
    if not problem.span > LEAST_SAFE:
        return
    rounds = Rounds(problem, tolerance, pace)
    codes, start = _start(problem, rounds)
    yield Candidate(start, apart[:0], np.empty((0, problem.outputs)), apart)
    if pace.over or problem.count * problem.outputs**2 > LARGEST_BLOCKS:
        return
    if rounds.count > 1:
        yield from rounds.run(codes, [start, constant])


def _star(problem: Problem) -> tuple[Indices, Floats]:
    """The flow that is best where L is 0: from one node to all."""
    hub = problem.middle(problem.masses.sum(axis=1))
    others = np.flatnonzero(np.arange(problem.count) != hub)
    masses = problem.masses[others]
    flow = masses @ problem.form.exchange(problem.shares) - masses
    return problem.pairs.codes(others, np.full(len(others), hub)), np.where(hub < others, 1.0, -1.0)[:, None] * flow


def _start(problem: Problem, rounds: Rounds) -> tuple[Indices, Floats]:
    """The first pairs; and what is best for each cluster, cut to L / sqrt(2) times the distance to another kind.

    Nodes of one label each are so L-Lipschitz: the values of two labels are apart by L / sqrt(2) times sqrt(d^2 + d^2).
    """
    cluster = rounds.cluster
    masses = rounds.gathered(problem.masses)[cluster]
    kind = np.where((masses > 0).sum(axis=1) > 1, problem.outputs + cluster, masses.argmax(axis=1))
    codes, apart = problem.pairs.nearest(TUNING.neighbours, kind)
    best = problem.form.best(masses)
    sizes = np.maximum(np.sqrt((best * best).sum(axis=1)), LEAST_SAFE)
    heights = np.minimum(problem.inner * np.minimum(apart, LARGEST_RISE) / np.sqrt(2), sizes)
    return codes, best * (heights / sizes)[:, None]


class Rounds:
    """Of clusters of nodes, which have one value each: nodes close together would ask for values of many digits."""

    def __init__(self, problem: Problem, tolerance: float, pace: Pace) -> None:
        self._problem, self._pace, self._fine = problem, pace, min(tolerance, TUNING.finest)
        size = min(problem.form.unit, problem.span)
        self.cluster = problem.clusters(TUNING.merged * self._fine * size / problem.lipschitz)
        self.count = int(self.cluster.max()) + 1

    def run(self, codes: Indices, starts: list[Floats]) -> Iterator[Candidate]:
        """From some pairs and the best start."""
        problem, form = self._problem, self._problem.form
        masses = self.gathered(problem.masses)
        crowd = np.bincount(self.cluster, minlength=self.count)[:, None]
        values = min((self.gathered(each) / crowd for each in starts), key=lambda each: form.risk(each, masses))
        unit = float(np.abs(smoothed(masses, form).pull(values)).sum()) or 1.0
        loss = smoothed(masses / unit, form)
        codes = codes[self.cluster[codes // problem.count] != self.cluster[codes % problem.count]]
        flow = np.zeros((len(codes), problem.outputs))
        typical = float(np.median(problem.costs(codes))) if len(codes) else form.unit
        stiffness = TUNING.first_stiffness / (self.count * min(typical, form.unit))
        stiffest = TUNING.stiffest * stiffness
        hold, accuracy = TUNING.proximal / self.count / form.unit, TUNING.loose
        # an error of a pull costs L times a way across
        finest = TUNING.share * self._fine / (1 + problem.span / form.unit)
        for turn in range(TUNING.rounds):
            edges = self._edges(codes, stiffness, typical)
            values, flow, steps = Round(loss, edges, values, flow, hold, self._pace).minimised(accuracy)
            kept = (flow != 0).any(axis=1)
            shared = self._shared_out(loss.shares(values), codes[kept], flow[kept] * (unit / form.steepest))
            yield Candidate(values[self.cluster], *shared, self.cluster)
            if self._pace.over:
                return
            if turn >= TUNING.settled:
                kept |= lengths(values[edges.start] - values[edges.end]) > TUNING.near * edges.costs
                codes, flow = codes[kept], flow[kept]
            codes, flow = self._with_violated(codes, flow, values)
            faster = TUNING.quicker if steps < TUNING.quick else TUNING.stiffer if steps < TUNING.slow else 1.0
            stiffness = min(faster * stiffness, stiffest)
            loss.advance(values, faster)
            if steps < TUNING.newton_steps:
                accuracy, hold = max(accuracy / 2, finest), hold / TUNING.looser

    def gathered(self, numbers: Floats) -> Floats:
        """The sum of each cluster."""
        found = np.zeros((self.count, numbers.shape[1]))
        np.add.at(found, self.cluster, numbers)
        return found

    def _edges(self, codes: Indices, stiffness: float, typical: float) -> Edges:
        problem = self._problem
        costs = problem.costs(codes)
        springs = np.asarray(stiffness * np.clip(typical / costs, TUNING.farthest, TUNING.closest))
        start, end = self.cluster[codes // problem.count], self.cluster[codes % problem.count]
        return Edges(start, end, costs, springs, self.count)

    def _with_violated(self, codes: Indices, flow: Floats, values: Floats) -> tuple[Indices, Floats]:
        """With the pairs that are too far apart, without flow."""
        problem, spare = self._problem, TUNING.spare * self._fine
        look = problem.pairs.look(values[self.cluster], problem.lipschitz, spare, TUNING.candidates)
        fresh = np.setdiff1d(look.codes, codes)
        every = np.concatenate([codes, fresh])
        order = np.argsort(every)
        return every[order], np.concatenate([flow, np.zeros((len(fresh), problem.outputs))])[order]

    def _shared_out(self, shares: Floats, codes: Indices, flow: Floats) -> tuple[Indices, Floats]:
        """With flow between the nodes of each cluster, by way of its first: each label gets the outputs of its
        cluster."""
        problem, cluster = self._problem, self.cluster
        first = np.unique(cluster, return_index=True)[1][cluster]
        inner = np.flatnonzero(first != np.arange(problem.count))
        if not len(inner):
            return codes, flow
        out = np.zeros_like(problem.masses)
        np.add.at(out, codes // problem.count, flow)
        np.subtract.at(out, codes % problem.count, flow)
        wanted = np.einsum("ik,ikj->ij", problem.masses[inner], shares[cluster[inner]])
        change = wanted - (problem.masses[inner] - out[inner])
        own = problem.pairs.codes(first[inner], inner)  # the first comes first
        return np.concatenate([codes, own]), np.concatenate([flow, change])
