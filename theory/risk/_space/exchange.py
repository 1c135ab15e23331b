"""Least risks of losses with one kink as what they are, a transport problem: masses are sent along shortest paths.

Each point offers its base mass at the price of the greatest margin, `reach`, and the mass of its jump at that of the
kink. As long as a path from one class to the other costs less than both ends pay, the cheapest is taken, as full as it
goes (successive shortest paths: Ahuja, Magnanti and Orlin, Network Flows, section 9.7). Masses are only compared,
added and subtracted, so that light points keep their digits beside heavy ones, which a tolerance takes from them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from theory._types import Floats, Indices
from theory.risk._pace import Pace
from theory.risk._space.problem import Problem
from theory.risk._space.proof import Candidate
from theory.risk._space.tuning import TUNING


def exchanged(problem: Problem, pace: Pace) -> Candidate:
    """A candidate from all pairs of a small sample, for a loss with a kink."""
    rows, columns = np.indices((problem.split, problem.count - problem.split)).reshape(2, -1)
    costs = problem.lipschitz * problem.distances.pairs(rows, columns).reshape(problem.split, -1)
    market = _Market(problem, costs)
    for _ in range(TUNING.exchanges * problem.count):
        if pace.over or not market.exchange():
            break
    rows, columns = np.nonzero(market.flow)
    return Candidate(market.margins(), rows, columns + problem.split, market.flow[rows, columns])


class _Market:
    """flow (a, b), and what each node has sent or taken so far, (p,)."""

    def __init__(self, problem: Problem, costs: Floats) -> None:
        base, jump, self._margin = map(float, problem.loss.kink or ())
        self._costs, self._split, self._reach = costs, problem.split, problem.reach
        self._base, self._most = base * problem.weights, base * problem.weights + jump * problem.weights
        self._noise = 8 * float(np.finfo(np.float64).eps) * max(float(costs.max()), problem.reach)
        self.flow, self._used = np.zeros_like(costs), np.zeros(problem.count)

    def exchange(self) -> bool:
        """Send along the cheapest path, if it pays."""
        price, room = self._offers()
        _, last, before, back = self._labels(-price[: self._split], np.full(self._costs.shape[1], np.inf))
        gain = last - price[self._split :]
        target = int(np.argmin(np.where(room[self._split :] > 0, gain, np.inf)))
        if not (room[self._split + target] > 0 and gain[target] < -self._noise):
            return False
        path = self._path(target, before, back)
        source = path[0][0]
        mass = min(room[source], room[self._split + target])
        mass = min([mass, *(self.flow[i, j] for i, j in path[1::2])])
        for step, (i, j) in enumerate(path):
            self.flow[i, j] += -mass if step % 2 else mass
        for node in (source, self._split + target):
            full = mass == room[node]
            self._used[node] = self._full(node) if full else self._used[node] + mass
        return bool(mass > 0)

    def margins(self) -> Floats:
        """Prices under which nothing more pays, and all that was sent does."""
        price, _ = self._offers()
        paid = np.where(self._used > self._base, self._margin, self._reach)[self._split :]
        first, last, _, _ = self._labels(
            -price[: self._split], np.where(self._used[self._split :] > 0, paid, self._reach)
        )
        return np.concatenate([-first, last])

    def _full(self, node: int) -> float:
        """The amount at the end of the offer that the node is in."""
        return float(self._base[node] if self._used[node] < self._base[node] else self._most[node])

    def _offers(self) -> tuple[Floats, Floats]:
        """What each node pays for the next mass, and how much of it."""
        early, late = self._used < self._base, self._used < self._most
        price = np.where(early, self._reach, np.where(late, self._margin, -self._reach))
        return price, np.where(early, self._base, self._most) - self._used

    def _labels(self, first: Floats, last: Floats) -> tuple[Floats, Floats, Indices, Indices]:
        """Lengths of shortest paths to the nodes of either class, and the node before, -1 at the start of a path."""
        before, back = np.full(len(last), -1), np.full(len(first), -1)
        returns = np.where(self.flow > 0, -self._costs, np.inf)
        for _ in range(len(first) + len(last)):
            ways = first[:, None] + self._costs
            found = ways.argmin(axis=0)
            least = ways[found, np.arange(len(last))]
            better = least < last - self._noise
            if not better.any():
                break
            last, before = np.where(better, least, last), np.where(better, found, before)
            ways = last + returns
            found = ways.argmin(axis=1)
            least = ways[np.arange(len(first)), found]
            better = least < first - self._noise
            first, back = np.where(better, least, first), np.where(better, found, back)
        return first, last, before, back

    def _path(self, target: int, before: Any, back: Any) -> list[tuple[int, int]]:
        """Pairs (row, column), forward and backward in turns, from its start."""
        path, column, seen = [], target, set()
        while True:
            row = int(before[column])
            path.append((row, column))
            if back[row] < 0 or row in seen:
                return path[::-1]
            seen.add(row)
            column = int(back[row])
            path.append((row, column))
