"""What is proved of a least risk in space: all bounds are computed here, and nothing that a search hands in is trusted.

Candidate margins become those of a function that is L-Lipschitz in exact arithmetic, whose risk is above the least one;
candidate masses become a dual solution, whose value is below it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from theory._types import Floats, Indices
from theory.risk._pace import Pace
from theory.risk._proved_bounds import close, feasible, mcshane, relative_gap, risk_above, risk_below, transport_cost
from theory.risk._solution import Solution
from theory.risk._space.problem import Problem


@dataclass(frozen=True)
class Candidate:
    """Margins (p,), and masses (k,) that go from nodes `rows`, of label +1, to nodes `columns`, of label -1."""

    margins: Floats
    rows: Indices
    columns: Indices
    masses: Floats

    @classmethod
    def without_masses(cls, margins: Floats) -> Candidate:
        nowhere = np.empty(0, dtype=np.intp)
        return cls(margins, nowhere, nowhere, np.empty(0))


def prove(
    problem: Problem, ways: Iterable[Iterable[Candidate]], tolerance: float, pace: Pace | None = None
) -> Solution:
    """The least risk and the greatest lower bound of one way's candidates, up to the first with which they are close.

    ways: each leads to candidates, which may be none but for the last. The first way is taken whose gap is within the
    tolerance; else one whose gap is rounding; else the last. Values and coupling may come from different candidates,
    but not from different ways. Where the time is over, the way taken is that of the least gap.
    """
    pace = pace or Pace()
    ended: list[Solution] = []
    loss, weights, labels = problem.loss, problem.weights, problem.labels
    best: Solution | None = None
    spare: Solution | None = None
    for way in ways:
        best = None
        for candidate in way:
            found = _bounded(problem, candidate)
            best = found if best is None else _better(best, found)
            if close(loss, weights, labels * best.values, best.risk, best.lower_bound, tolerance):
                if relative_gap(best.risk, best.lower_bound) <= tolerance:
                    return best
                spare = spare or best
                break
            if pace.over:
                return min([*ended, best], key=lambda each: each.risk - each.lower_bound)
        if best is not None:
            ended.append(best)
    assert best is not None
    return spare or best


def _bounded(problem: Problem, candidate: Candidate) -> Solution:
    loss, weights, lipschitz, dimension = problem.loss, problem.weights, problem.lipschitz, problem.dimension
    rows, columns = candidate.rows, candidate.columns
    inner = lipschitz if problem.inner is None else problem.inner
    margins = mcshane(problem.distances, inner, candidate.margins, problem.split, dimension)
    masses = feasible(loss, weights, rows, columns, candidate.masses)
    cost = transport_cost(lipschitz, problem.distances.pairs(rows, columns - problem.split), masses, dimension)
    below = risk_below(loss, weights, rows, columns, masses, cost, problem.reach)
    above = risk_above(loss, weights, margins)
    return Solution(problem.labels * margins, above, below, True, (rows, columns, masses))


def _better(one: Solution, other: Solution) -> Solution:
    """The lesser risk with the greater lower bound."""
    primal = min(one, other, key=lambda each: each.risk)
    dual = max(one, other, key=lambda each: each.lower_bound)
    return replace(primal, lower_bound=dual.lower_bound, coupling=dual.coupling)
