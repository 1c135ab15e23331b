"""Least risk of margins under arcs for losses with one kink: a flow of least cost, found by the network simplex.

The problem is that of `Programme`, whose numbers become integers as fine as 64 bits allow. The margins are prices that
prove the flow optimal.
"""

from __future__ import annotations

from math import ceil, log2
from typing import Any

import numpy as np
from numpy.typing import NDArray

from theory._types import Floats, Indices
from theory.risk._pace import Pace
from theory.risk._space.arcs import Arcs
from theory.risk._space.multipliers import Guess
from theory.risk._space.problem import Problem
from theory.risk._space.simplex import FlowSimplex, Integers

COST_BITS = 58
"""Costs times the number of nodes stay below 2^58: prices are sums along paths, and a difference of two is added to a
cost."""
MASS_BITS = 60
"""The sum of all masses stays below 2^60."""


class Network:
    """In flows, as `Programme`, with one more node, the market.

    From it every point takes the mass of its jump at the price of the kink, and sells what it lacks at that of `reach`.
    """

    def __init__(self, problem: Problem, kink: tuple[Any, Any, Any], pace: Pace) -> None:
        self._base, jump, self._margin = map(float, kink)
        weights, self._reach, self._pace = problem.weights, problem.reach, pace
        largest = 2 * max(self._margin, self._reach) or 1.0  # prices that are higher gain nothing
        self._unit = 2.0 ** (ceil(log2(largest * (len(weights) + 2))) - COST_BITS)
        self._mass = 2.0 ** (ceil(log2(float(weights.sum()) * (self._base + jump))) - MASS_BITS)
        early, late = _whole(self._base * weights / self._mass), _whole(jump * weights / self._mass)
        self._all = (early + late).sum()
        count, split = len(weights), problem.split
        market, every = np.full(count, count), np.arange(count)
        plus = every < split
        sold = (*_either(plus, every, market), early, np.full(count, round(self._reach / self._unit)))
        self._simplex = FlowSimplex(count, sold, round(largest / self._unit))
        self._simplex.add(*_either(plus, market, every), late, np.full(count, -round(self._margin / self._unit)))
        self._own = len(self._simplex.flow)
        self._codes = np.empty(0, dtype=np.intp)

    def improve(self, arcs: Arcs, now: Guess, accuracy: float) -> Guess:
        """The best margins under these arcs and their flow, both exact; the arcs are those before, and more."""
        del now, accuracy
        # without a base mass, margins and functions beyond the kink gain nothing: longer arcs never bind
        used = np.flatnonzero(arcs.costs < 2 * self._margin) if not self._base else np.arange(len(arcs))
        codes = arcs.start * arcs.count + arcs.end
        fresh = used[~np.isin(codes[used], self._codes)]
        most = np.full(len(fresh), self._all)
        self._simplex.add(arcs.start[fresh], arcs.end[fresh], most, _whole(arcs.costs[fresh] / self._unit))
        self._codes = np.concatenate([self._codes, codes[fresh]])
        prices = self._simplex.solve(self._pace)[:-1]
        signs = np.where(np.arange(arcs.count) < arcs.split, 1.0, -1.0)
        margins = np.minimum(-signs * prices * self._unit, np.inf if self._base else self._margin)
        flow = np.zeros(len(arcs))
        flow[np.searchsorted(codes, self._codes)] = self._simplex.flow[self._own :] * self._mass
        return Guess(margins, flow)


def _either(which: NDArray[np.bool_], one: Indices, other: Indices) -> tuple[Indices, Indices]:
    """Arcs from one to the other where it is so, elsewhere the other way."""
    return np.where(which, one, other), np.where(which, other, one)


def _whole(numbers: Floats) -> Integers:
    return np.rint(numbers).astype(np.int64)
