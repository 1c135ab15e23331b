"""The least risk over all L-Lipschitz functions of R^n on a sample, with constraints added as they are needed.

Constraints between points of opposite labels suffice, but few of them leave groups of points free to drift. Arcs
between near neighbours of any label hold the function together from the start: nearly all others then hold
within the stretch of the graph of neighbours, and few rounds add the rest. Arcs that carry no flow are dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from theory._compiled import installed
from theory._types import Floats, Indices
from theory.losses import NormalForm
from theory.risk._pace import Pace
from theory.risk._proved_bounds import EPSILON, relative_gap
from theory.risk._space.arcs import Arcs, hops
from theory.risk._space.barrier import Barrier
from theory.risk._space.exchange import exchanged
from theory.risk._space.flow import coupling_of_flow
from theory.risk._space.linear_programme import Programme
from theory.risk._space.multipliers import Guess, Multipliers, dot
from theory.risk._space.problem import Problem
from theory.risk._space.proof import Candidate
from theory.risk._space.tuning import TUNING
from theory.risk._weighted_nearest import Distances

if TYPE_CHECKING:
    from theory.risk._space.network import Network


@dataclass(frozen=True)
class State:
    """A guess with the arcs it is for, feasible margins near it with their risk, and the lower bound of the guess,
    about."""

    arcs: Arcs
    guess: Guess
    middle: Floats
    risk: float
    bound: float

    @property
    def gap(self) -> float:
        """The relative one."""
        return relative_gap(self.risk, self.bound)


@dataclass(frozen=True)
class Near:
    """What is known of a problem like this: feasible margins, a row each, and arcs that carried flow."""

    margins: Floats
    codes: Indices


class Search:
    """Ways to candidates for `prove`. The least risk is finite."""

    def __init__(
        self,
        problem: Problem,
        tolerance: float,
        true: Problem | None = None,
        pace: Pace | None = None,
        near: Near | None = None,
    ) -> None:
        """true: the problem itself, where that for programmes, see `Units.search`, is another."""
        self.problem, self.tolerance, self.true, self.pace = problem, tolerance, true or problem, pace or Pace()
        self.near = near

    def ways(self) -> Iterator[Iterable[Candidate]]:
        """All pairs at once for a small sample, then in rounds; neither where no loss is left."""
        problem, form = self.problem, self.problem.loss.normal
        half, _ = self.start
        if form is not None and float(form.scale) * float(half.min()) >= form.flat:
            yield [Candidate.without_masses(half)]
            return
        few = problem.split * (problem.count - problem.split) <= TUNING.all_pairs
        if form is not None and few:
            yield self._at_once(form)
        if form is None and not few and installed():
            yield self._in_rounds(flows=True)
        yield self._in_rounds()
        if form is None and few:
            yield self._by_exchange()

    def _by_exchange(self) -> Iterator[Candidate]:
        yield exchanged(self.true, self.pace)

    @cached_property
    def start(self) -> tuple[Floats, Indices]:
        """Half the way to the nearest point of the other class, which is feasible, then raised; and those pairs."""
        margins, nearest = self._look(np.zeros(self.problem.count), violated=False)
        for _ in range(TUNING.lifts):
            margins, _ = self._look(margins)
        return self._balanced(margins), nearest

    def _balanced(self, margins: Floats) -> Floats:
        """The margins of the best constant added to their function, where one class is far too light for it.

        The sum of the margins of opposite labels stays.
        """
        problem, form = self.problem, self.problem.loss.normal
        if form is None:
            return margins
        scale, signs, weights = float(form.scale), problem.labels, problem.weights

        def pulls(shift: float) -> tuple[float, float]:
            each = weights * form.share(scale * (margins + shift * signs))
            return tuple(float(each[members].sum()) for members in problem.classes)  # type: ignore[return-value]

        plus, minus = pulls(0.0)
        if max(plus, minus) <= TUNING.uneven * min(plus, minus) or not max(plus, minus):
            return margins
        heavier = 1 if plus > minus else -1
        low, high = 0.0, 1.0 / scale
        for _ in range(TUNING.shifts):
            plus, minus = pulls(heavier * high)
            if heavier * (plus - minus) <= 0:
                break
            low, high = high, 2 * high
        for _ in range(TUNING.shifts):
            middle = (low + high) / 2
            plus, minus = pulls(heavier * middle)
            low, high = (middle, high) if heavier * (plus - minus) > 0 else (low, middle)
        return np.asarray(margins + heavier * low * signs, dtype=np.float64)

    def _at_once(self, form: NormalForm) -> Iterator[Candidate]:
        """With all pairs from the start; none where margins are very large."""
        problem, scale, (half, _) = self.problem, float(form.scale), self.start
        start = scale * half - TUNING.inside * (min(1.0, scale * float(half.mean())) or 1.0)
        if start.min() > TUNING.farthest_start:
            return
        start = np.minimum(start, form.flat - TUNING.inside)
        mass = float(problem.weights.sum())
        rows, others = np.indices((problem.split, problem.count - problem.split)).reshape(2, -1)
        costs = scale * problem.lipschitz * problem.distances.pairs(rows, others)
        barrier = Barrier(problem.weights / mass, costs.reshape(problem.split, -1), form)
        state = barrier.solve(start, self.tolerance / 2, self.pace)
        middle, _ = self._look(state.t / scale)
        flow = state.g.ravel() * mass * form.steepest
        kept = flow > EPSILON * flow.sum()
        yield Candidate(middle, rows[kept], others[kept] + problem.split, flow[kept])

    def _in_rounds(self, flows: bool = False) -> Iterator[Candidate]:
        """Of the rounds whose gap is, about, the tolerance; if there are none, of the least risk with the greatest
        bound, and of the last."""
        near, least, greatest = False, None, None
        for state in self._rounds(flows):
            self.pace.at(state.gap, self.tolerance)
            least = state if least is None or state.risk < least.risk else least
            greatest = state if greatest is None or state.bound > greatest.bound else greatest
            if state.gap <= self.tolerance * TUNING.close:
                near = True
                yield _candidate(state)
        if not near:
            assert least is not None  # there is a first round
            assert greatest is not None
            yield replace(_candidate(greatest), margins=min(least.middle, self.start[0], key=self._risk))
            if state is not greatest or state is not least:
                yield _candidate(state)

    def approach(self, flows: bool) -> Floats:
        """Margins within the tolerance, without proof."""
        for state in self._rounds(flows):
            if state.gap <= self.tolerance:
                break
        return state.middle

    def _from_part(self, flows: bool) -> Floats | None:
        """Margins extended from those of a part of the sample, themselves found so.

        None for a small sample, for one where neighbours decide alone, as the margins between them are not small, and
        for linear programmes.
        """
        problem, loss = self.problem, self.problem.loss
        if problem.count <= TUNING.small or (loss.normal is None and not flows):
            return None
        typical = float(self.start[0].mean())
        if loss.normal is not None and typical * float(loss.normal.scale) > TUNING.local:
            return None
        if loss.kink is not None and float(loss.kink[2]) and typical > TUNING.local * float(loss.kink[2]):
            return None
        part, chosen = problem.part(TUNING.factor)
        known = Search(part, TUNING.coarse, pace=Pace(self.pace.end)).approach(flows)
        margins = np.empty(problem.count)
        for own, other in zip(problem.classes, part.classes[::-1], strict=True):
            distances = Distances(problem.points[own], part.points[other])
            margins[own] = distances.least(0, problem.lipschitz, known[other]).values[:, 0]
        margins[chosen] = known
        return margins

    def _rounds(self, flows: bool) -> Iterator[State]:
        problem, (half, nearest) = self.problem, self.start
        first, more = TUNING.first_candidates, TUNING.candidates
        known = self._from_part(flows) if self.near is None else min(self.near.margins, key=self._risk)
        carried = [] if self.near is None else [self.near.codes]
        if flows:
            first = more = TUNING.flow_candidates
        margins, near = (half, nearest) if known is None else self._look(known, violated=False, k=first)
        # where the part has few points nearby its margins mislead, and those far too low are slow to rise
        margins = min(margins, half, key=self._risk)
        codes = np.unique(np.concatenate([hops(problem), nearest, near, *carried]))
        arcs = Arcs(problem, codes)
        relaxation = self._relaxation(margins, arcs, flows)
        guess, accuracy = Guess(margins, np.zeros(len(codes))), TUNING.loose
        # an error of a multiplier counts as often as the margin is large
        finest = self.tolerance / (10 + 10 * float(np.abs(margins).max()))
        for turn in range(TUNING.rounds):
            try:
                if self.pace.over:
                    raise ArithmeticError("the time is over")
                guess = relaxation.improve(arcs, guess, accuracy)
            except ArithmeticError:  # a programme that HiGHS gives up, or no time is left
                if not turn:
                    yield State(arcs, guess, margins, self._risk(margins), -inf)
                return
            middle, violated = self._look(guess.margins, k=more)
            state = State(arcs, guess, middle, self._risk(middle), self._bound(arcs, guess))
            accuracy = max(min(accuracy / 2, state.gap * TUNING.share), finest)
            yield state
            kept = ~self._idle(arcs, guess, middle, turn)
            codes, flow = _with(codes[kept], guess.flow[kept], violated)
            if problem.loss.kink is not None and len(codes) == len(arcs):  # the same programme again
                return
            arcs, guess = Arcs(problem, codes), Guess(middle if flows else guess.margins, flow)

    def _risk(self, margins: Floats) -> float:
        return dot(self.problem.weights, self.problem.loss.value(margins))

    def _idle(self, arcs: Arcs, guess: Guess, middle: Floats, turn: int) -> NDArray[np.bool_]:
        """Arcs without flow that leave more room than the constraints that are missing move the margins.

        A linear programme jumps from vertex to vertex, so it keeps all arcs.
        """
        if turn >= TUNING.drops or self.problem.loss.kink is not None:
            return np.zeros(len(arcs), dtype=np.bool_)
        worst = float(np.abs(middle - guess.margins).max())
        return arcs.across & (guess.flow == 0) & (arcs.costs - arcs.add(guess.margins) > worst)

    def _bound(self, arcs: Arcs, guess: Guess) -> float:
        """Below the least risk, about."""
        weights, loss = self.problem.weights, self.problem.loss
        used = np.flatnonzero(guess.flow > 0)
        net = arcs.gather(guess.flow[used], used) / weights
        clipped = np.clip(net, float(loss.multipliers[0]), loss.steepest)
        return (
            dot(weights, loss.dual(clipped))
            - dot(guess.flow, arcs.costs)
            - self.problem.reach * dot(weights, np.abs(net - clipped))
        )

    def _relaxation(self, margins: Floats, arcs: Arcs, flows: bool) -> Multipliers | Programme | Network:
        problem, form, kink = self.problem, self.problem.loss.normal, self.problem.loss.kink
        if form is not None:
            typical = max(float(arcs.costs.mean()), 1e-3 * problem.reach)
            return Multipliers(problem.weights, form, margins, typical, self.pace, problem.distances.compiled)
        assert kink is not None  # one of the two, see `supported_loss`
        if flows:
            from theory.risk._space.network import Network  # numba is slow to import

            return Network(problem, kink, self.pace)
        return Programme(problem.weights, kink, problem.reach, self.pace)

    def _look(self, margins: Floats, violated: bool = True, k: int = 3) -> tuple[Floats, Indices]:
        """Feasible margins near those given, and the tightest opposite pairs, all or those that are violated."""
        problem, classes = self.problem, self.problem.classes
        sides = zip((0, 1), classes[::-1], strict=True)
        reaches = [problem.distances.least(side, problem.lipschitz, margins[other], k) for side, other in sides]
        lacks = [reach.values - margins[own, None] for reach, own in zip(reaches, classes, strict=True)]
        plus, minus = (np.arange(problem.count)[own, None] for own in classes)
        out = plus * problem.count + problem.split + reaches[0].found
        back = reaches[1].found * problem.count + minus
        codes = np.concatenate([out.ravel(), back.ravel()])
        if violated:
            codes = codes[np.concatenate([lack.ravel() for lack in lacks]) < 0]
        return margins + np.concatenate([lack[:, 0] for lack in lacks]) / 2, np.unique(codes)


def _candidate(state: State) -> Candidate:
    return Candidate(state.middle, *coupling_of_flow(state.arcs, state.guess.flow, state.guess.margins))


def _with(codes: Indices, flow: Floats, more: Indices) -> tuple[Indices, Floats]:
    """More arcs, without flow."""
    fresh = np.setdiff1d(more, codes, assume_unique=True)
    every = np.concatenate([codes, fresh])
    order = np.argsort(every, kind="stable")
    return every[order], np.concatenate([flow, np.zeros(len(fresh))])[order]
