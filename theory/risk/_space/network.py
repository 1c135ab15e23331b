"""Least risk of margins under arcs for losses with one kink: a flow of least cost, found by OR-tools.

The problem is that of `Programme`, whose numbers become integers: costs to a share of the accuracy asked, masses as
fine as 64 bits allow. OR-tools scales costs (Goldberg 1997, An efficient implementation of a scaling minimum-cost flow
algorithm) and gives the flow alone; the margins are prices that prove it optimal.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log2
from typing import Any

import numpy as np
from numpy.typing import NDArray

from theory._types import Floats, Indices
from theory.risk._pace import Pace
from theory.risk._space.arcs import Arcs
from theory.risk._space.flow_process import FlowProcess
from theory.risk._space.multipliers import Guess, dot
from theory.risk._space.potentials import Integers, greatest_below
from theory.risk._space.problem import Problem
from theory.risk._space.tuning import TUNING

COST_BITS = 58
"""Costs times the number of nodes stay below 2^58: OR-tools multiplies by it, and prices are a few times as large."""
MASS_BITS = 61
"""All masses that may leave or reach a node have a sum below 2^61."""


@dataclass(frozen=True)
class _Graph:
    """Arcs with greatest flows and costs, and what the nodes send (less what they take)."""

    start: Indices
    end: Indices
    most: Integers
    costs: Integers
    sent: Integers

    def flow(self, process: FlowProcess, seconds: float) -> Integers:
        ends = self.start.astype(np.int32), self.end.astype(np.int32)
        return process.flow([*ends, self.most, self.costs, self.sent], seconds)

    def prices(self, flow: Integers, near: Integers) -> Integers:
        """Those that prove the flow optimal, not far from others; 0 for the last node."""
        forth, back = flow < self.most, flow > 0
        start = np.concatenate([self.start[forth], self.end[back]])
        end = np.concatenate([self.end[forth], self.start[back]])
        found = greatest_below(start, end, np.concatenate([self.costs[forth], -self.costs[back]]), near)
        return found - found[-1]


class Network:
    """In flows, as `Programme`, with one more node, the market.

    From it every point takes the mass of its jump at the price of the kink, and sells what it lacks at that of `reach`.
    """

    def __init__(
        self, problem: Problem, kink: tuple[Any, Any, Any], tolerance: float, pace: Pace, process: FlowProcess
    ) -> None:
        self._weights, self._kink, self._reach = problem.weights, tuple(map(float, kink)), problem.reach
        self._pace, self._process = pace, process
        self._tolerance, self._finer, self._last = tolerance, 1.0, 0

    def improve(self, arcs: Arcs, now: Guess, accuracy: float) -> Guess:
        """The best margins under these arcs, near those given, and their flow; of coarse costs early in the search."""
        base, _, margin = self._kink
        # without a base mass, margins and functions beyond the kink gain nothing: longer arcs never bind
        used = np.flatnonzero(arcs.costs < 2 * margin) if not base else np.arange(len(arcs))
        if len(arcs) == self._last:  # the gap that is left is rounding
            self._finer *= TUNING.finer
        self._last = len(arcs)
        unit = self._unit_of_costs(arcs.costs[used], now, max(accuracy, self._tolerance) * self._finer)
        graph, mass = self._graph(arcs, used, unit)
        flow = graph.flow(self._process, self._pace.left)
        signs = np.where(np.arange(arcs.count) < arcs.split, 1.0, -1.0)
        most = self._reach if base else margin
        near = np.append(_whole(signs * np.clip(now.margins, -most, most) / unit), 0)
        margins = np.minimum(signs * graph.prices(flow, near)[:-1] * unit, np.inf if base else margin)
        full = np.zeros(len(arcs))
        full[used] = flow[: len(used)] * mass
        return Guess(margins, full)

    def _unit_of_costs(self, costs: Floats, now: Guess, accuracy: float) -> float:
        """A power of two; rounded to it, costs change the risk by less than a share of the accuracy."""
        base, jump, margin = self._kink
        risk = abs(dot(self._weights, jump * np.maximum(margin - now.margins, 0.0) - base * now.margins))
        mass = float(self._weights.sum()) * (base + jump)
        mass = min(float(now.flow.sum()) or mass, mass)
        largest = max(float(costs.max(initial=0.0)), margin, self._reach * bool(base)) or 1.0
        finest = ceil(log2(largest * (len(self._weights) + 2))) - COST_BITS
        typical = float(costs.mean()) if len(costs) else margin
        wanted = min(TUNING.rounded * accuracy * risk / mass, TUNING.coarsest * typical)
        return 2.0 ** max(finest, floor(log2(wanted)) if wanted else finest)

    def _graph(self, arcs: Arcs, used: Indices, unit: float) -> tuple[_Graph, float]:
        """The graph, and the unit of its masses, a power of two."""
        base, jump, margin = self._kink
        count, split = arcs.count, arcs.split
        start, end = arcs.start[used], arcs.end[used]
        degree = int(np.bincount(np.concatenate([start, end]), minlength=1).max()) + 4  # those of the market
        mass = 2.0 ** (ceil(log2(float(self._weights.sum()) * (base + jump) * degree)) - MASS_BITS)
        early, late = _whole(base * self._weights / mass), _whole(jump * self._weights / mass)
        market, every = np.full(count, count), np.arange(count)
        plus = every < split
        parts = [
            (start, end, np.full(len(used), (early + late).sum()), _whole(arcs.costs[used] / unit)),
            (*_either(plus, market, every), late, np.full(count, -round(margin / unit))),
        ]
        if base:
            parts.append((*_either(plus, every, market), early, np.full(count, round(self._reach / unit))))
        sent = np.where(plus, early, -early)
        starts, ends, most, costs = (np.concatenate(each) for each in zip(*parts, strict=True))
        return _Graph(starts, ends, most, costs, np.append(sent, -sent.sum())), mass


def _either(which: NDArray[np.bool_], one: Indices, other: Indices) -> tuple[Indices, Indices]:
    """Arcs from one to the other where it is so, elsewhere the other way."""
    return np.where(which, one, other), np.where(which, other, one)


def _whole(numbers: Floats) -> Integers:
    return np.rint(numbers).astype(np.int64)
