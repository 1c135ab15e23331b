"""The least risk over all L-Lipschitz functions of R^n on a sample, with constraints added as they are needed.

Constraints between points of opposite labels suffice, but few of them leave groups of points free to drift. Arcs
between near neighbours of any label hold the function together from the start: nearly all others then hold
within the stretch of the graph of neighbours, and few rounds add the rest. Arcs that carry no flow are dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from theory._types import Floats, Indices
from theory.losses import Loss, NormalForm
from theory.risk._proved_bounds import (
    EPSILON,
    close,
    feasible,
    mcshane,
    relative_gap,
    risk_above,
    risk_below,
    transport_cost,
)
from theory.risk._space.arcs import Arcs
from theory.risk._space.barrier import Barrier
from theory.risk._space.flow import coupling_of_flow
from theory.risk._space.linear_programme import Programme
from theory.risk._space.multipliers import Guess, Multipliers, dot
from theory.risk._space.problem import Sample, SpaceSolution, better
from theory.risk._space.tuning import TUNING
from theory.risk._weighted_nearest import BOX_DIMENSION, Distances


@dataclass(frozen=True)
class State:
    """A guess with the arcs it is for, feasible margins near it, and the relative gap between the two, about."""

    arcs: Arcs
    guess: Guess
    middle: Floats
    gap: float


def least_risk_space(sample: Sample, lipschitz: float, loss: Loss, tolerance: float) -> SpaceSolution:
    """Both classes have points, and the least risk is finite."""
    search = _Search(sample, lipschitz, loss, tolerance)
    form = loss.normal
    if form is None:
        return search.run(None)
    if float(form.scale) * float(search.start[0].min()) >= form.flat:
        return search.flat()
    found = search.at_once(form) if len(sample.plus) * len(sample.minus) <= TUNING.all_pairs else None
    return found or search.run(_from_part(sample, search, form))


def _from_part(sample: Sample, whole: _Search, form: NormalForm) -> Floats | None:
    """Margins extended from those of a part of the sample, themselves found so.

    None for a small sample, and for one where neighbours decide alone: where the margins between them are not small.
    """
    lipschitz = whole.lipschitz
    if len(sample.weights) <= TUNING.small or float(whole.start[0].mean()) * float(form.scale) > TUNING.local:
        return None
    part, chosen = sample.part(TUNING.factor)
    search = _Search(part, lipschitz, whole.loss, TUNING.coarse)
    known = search.approach(_from_part(part, search, form))
    own, other = known[: len(part.plus)], known[len(part.plus) :]
    plus = Distances(sample.plus, part.minus).least(0, lipschitz, other).values[:, 0]
    minus = Distances(sample.minus, part.plus).least(0, lipschitz, own).values[:, 0]
    margins = np.concatenate([plus, minus])
    margins[chosen] = known
    return margins


class _Search:
    def __init__(self, sample: Sample, lipschitz: float, loss: Loss, tolerance: float) -> None:
        self.sample, self.lipschitz, self.loss, self.tolerance = sample, lipschitz, loss, tolerance
        self.plus, self.count = len(sample.plus), len(sample.weights)
        self.parts = slice(None, self.plus), slice(self.plus, None)
        self.distances = Distances(sample.plus, sample.minus)
        points = sample.points
        span = float(np.linalg.norm(points.max(axis=0) - points.min(axis=0)))
        margin = float(loss.kink[2]) if loss.kink is not None else 0.0
        self.reach = (margin + lipschitz * span) * (1 + 1e-12)

    @cached_property
    def start(self) -> tuple[Floats, Indices]:
        """Half the way to the nearest point of the other class, which is feasible, then raised; and those pairs."""
        margins, nearest = self._look(np.zeros(self.count), violated=False)
        for _ in range(TUNING.lifts):
            margins, _ = self._look(margins)
        return margins, nearest

    def run(self, margins: Floats | None) -> SpaceSolution:
        """From margins near the best ones, if they are known."""
        best: SpaceSolution | None = None
        for state in self._rounds(margins):
            if state.gap > self.tolerance * TUNING.close:
                continue
            found = self._certify(state)
            best = found if best is None else better(best, found)
            if self._close(best):
                return best
        return self._certify(state) if best is None else best

    def flat(self) -> SpaceSolution:
        """Where margins halfway between the classes leave no loss."""
        nothing = np.empty(0, dtype=np.intp)
        return self._proved(self.start[0], nothing, nothing, np.empty(0))

    def at_once(self, form: NormalForm) -> SpaceSolution | None:
        """With all pairs from the start; nothing if that fails, as it may where margins are very large."""
        scale, (half, _) = float(form.scale), self.start
        start = scale * half - TUNING.inside * (min(1.0, scale * float(half.mean())) or 1.0)
        if start.min() > TUNING.farthest_start:
            return None
        start = np.minimum(start, form.flat - TUNING.inside)
        mass = float(self.sample.weights.sum())
        rows, columns = np.indices((self.plus, self.count - self.plus)).reshape(2, -1)
        costs = scale * self.lipschitz * self.distances.pairs(rows, columns)
        barrier = Barrier(self.sample.weights / mass, costs.reshape(self.plus, -1), form)
        state = barrier.solve(start, self.tolerance / 2)
        middle, _ = self._look(state.t / scale)
        flow = state.g.ravel() * mass * form.steepest
        kept = flow > EPSILON * flow.sum()
        found = self._proved(middle, rows[kept], columns[kept], flow[kept])
        return found if self._close(found) else None

    def approach(self, margins: Floats | None) -> Floats:
        """Margins within the tolerance, without proof."""
        for state in self._rounds(margins):
            if state.gap <= self.tolerance:
                break
        return state.middle

    def _rounds(self, margins: Floats | None) -> Iterator[State]:
        half, nearest = self.start
        margins, near = (
            (half, nearest) if margins is None else self._look(margins, violated=False, k=TUNING.first_candidates)
        )
        # where the part has few points nearby its margins mislead, and those far too low are slow to rise
        margins = min(margins, half, key=lambda t: dot(self.sample.weights, self.loss.value(t)))
        codes = np.unique(np.concatenate([self._hops(), nearest, near]))
        arcs = self._arcs(codes)
        costs = self._costs(arcs)
        relaxation = self._relaxation(margins, costs)
        guess, accuracy = Guess(margins, np.zeros(len(codes))), TUNING.loose
        # an error of a multiplier counts as often as the margin is large
        finest = self.tolerance / (10 + 10 * float(np.abs(margins).max()))
        for turn in range(TUNING.rounds):
            guess = relaxation.improve(arcs, costs, guess, accuracy)
            middle, violated = self._look(guess.margins, k=TUNING.candidates)
            gap = self._gap(arcs, costs, guess, middle)
            accuracy = max(min(accuracy / 2, gap * TUNING.share), finest)
            yield State(arcs, guess, middle, gap)
            idle = (
                self._idle(arcs, costs, guess, middle) if turn < TUNING.drops else np.zeros(len(codes), dtype=np.bool_)
            )
            codes, flow = _with(codes[~idle], guess.flow[~idle], violated)
            arcs = self._arcs(codes)
            costs, guess = self._costs(arcs), Guess(guess.margins, flow)

    def _idle(self, arcs: Arcs, costs: Floats, guess: Guess, middle: Floats) -> NDArray[np.bool_]:
        """Arcs without flow that leave more room than the constraints that are missing move the margins.

        A linear programme jumps from vertex to vertex, so it keeps all arcs.
        """
        if self.loss.kink is not None:
            return np.zeros(len(arcs), dtype=np.bool_)
        worst = float(np.abs(middle - guess.margins).max())
        return arcs.across & (guess.flow == 0) & (costs - arcs.add(guess.margins) > worst)

    def _gap(self, arcs: Arcs, costs: Floats, guess: Guess, middle: Floats) -> float:
        """The relative gap, about."""
        weights = self.sample.weights
        net = arcs.gather(guess.flow) / weights
        clipped = np.clip(net, float(self.loss.multipliers[0]), self.loss.steepest)
        bound = (
            dot(weights, self.loss.dual(clipped))
            - dot(guess.flow, costs)
            - self.reach * dot(weights, np.abs(net - clipped))
        )
        return relative_gap(dot(weights, self.loss.value(middle)), bound)

    def _hops(self) -> Indices:
        """Arcs both ways between near neighbours, those across from label +1 to label -1 aside."""
        points = self.sample.points
        most = TUNING.neighbours if self.sample.dimension <= BOX_DIMENSION else TUNING.few_neighbours
        near = cKDTree(points).query(points, k=min(most + 1, self.count))[1]
        one, other = np.repeat(np.arange(self.count), near.shape[1]), near.ravel()
        start, end = np.concatenate([one, other]), np.concatenate([other, one])
        distinct = (points[start] != points[end]).any(axis=1) & ~((start < self.plus) & (end >= self.plus))
        return np.unique(start[distinct] * self.count + end[distinct])

    def _arcs(self, codes: Indices) -> Arcs:
        return Arcs(codes // self.count, codes % self.count, self.plus, self.count - self.plus)

    def _costs(self, arcs: Arcs) -> Floats:
        points = self.sample.points
        difference = points[arcs.start] - points[arcs.end]
        return self.lipschitz * np.sqrt(np.einsum("ij,ij->i", difference, difference))

    def _relaxation(self, margins: Floats, costs: Floats) -> Multipliers | Programme:
        weights, form, kink = self.sample.weights, self.loss.normal, self.loss.kink
        if form is not None:
            return Multipliers(weights, form, margins, max(float(costs.mean()), 1e-3 * self.reach))
        assert kink is not None  # one of the two, see `supported_loss`
        return Programme(weights, kink, self.reach)

    def _look(self, margins: Floats, violated: bool = True, k: int = 3) -> tuple[Floats, Indices]:
        """Feasible margins near those given, and the tightest opposite pairs, all or those that are violated."""
        sides = zip((0, 1), self.parts[::-1], strict=True)
        reaches = [self.distances.least(side, self.lipschitz, margins[other], k) for side, other in sides]
        lacks = [reach.values - margins[part, None] for reach, part in zip(reaches, self.parts, strict=True)]
        nodes = np.arange(self.count)[:, None]
        out = nodes[: self.plus] * self.count + self.plus + reaches[0].found
        back = reaches[1].found * self.count + nodes[self.plus :]
        codes = np.concatenate([out.ravel(), back.ravel()])
        if violated:
            codes = codes[np.concatenate([lack.ravel() for lack in lacks]) < 0]
        return margins + np.concatenate([lack[:, 0] for lack in lacks]) / 2, np.unique(codes)

    def _certify(self, state: State) -> SpaceSolution:
        return self._proved(state.middle, *coupling_of_flow(state.arcs, state.guess.flow, state.guess.margins))

    def _close(self, found: SpaceSolution) -> bool:
        weights = self.sample.weights
        return close(self.loss, weights, found.margins, found.risk, found.lower_bound, self.tolerance)

    def _proved(self, middle: Floats, rows: Indices, columns: Indices, masses: Floats) -> SpaceSolution:
        weights, dimension = self.sample.weights, self.sample.dimension
        margins = mcshane(self.distances, self.lipschitz, middle, self.plus, dimension)
        ends = columns + self.plus
        masses = feasible(self.loss, weights, rows, ends, masses)
        cost = transport_cost(self.lipschitz, self.distances.pairs(rows, columns), masses, dimension)
        below = risk_below(self.loss, weights, rows, ends, masses, cost, self.reach)
        return SpaceSolution(margins, rows, columns, masses, risk_above(self.loss, weights, margins), below)


def _with(codes: Indices, flow: Floats, more: Indices) -> tuple[Indices, Floats]:
    """More arcs, without flow."""
    fresh = np.setdiff1d(more, codes, assume_unique=True)
    every = np.concatenate([codes, fresh])
    order = np.argsort(every, kind="stable")
    return every[order], np.concatenate([flow, np.zeros(len(fresh))])[order]
