"""Least risk of margins under arcs for losses with one kink: a linear programme, solved by HiGHS."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from theory._types import Floats
from theory.risk._pace import Pace
from theory.risk._space.arcs import Arcs
from theory.risk._space.multipliers import Guess

EXACT = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
TIME_IS_OVER = 1
"""linprog's status."""


class Programme:
    """In flows: minimise the costs of the arcs minus m times the mass that leaves the nodes.

    That mass is between base w and (base + jump) w at each node; `reach`, a bound on the best margins, is the price of
    mass that they lack. The prices of the nodes are their margins.
    """

    def __init__(self, weights: Floats, kink: tuple[Any, Any, Any], reach: float, pace: Pace) -> None:
        self._weights, self._kink, self._reach, self._pace = weights, kink, reach, pace

    def improve(self, arcs: Arcs, now: Guess, accuracy: float) -> Guess:
        """The best margins under these arcs, and their flow, from scratch and to full accuracy."""
        base, jump, margin = map(float, self._kink)
        weights, reach, count = self._weights, self._reach, len(self._weights)
        unit, mass = max(float(np.abs(arcs.costs).mean()), margin, 1e-300), float(weights.mean())
        rows = np.concatenate([arcs.start, arcs.end, np.arange(count), np.arange(count)])
        columns = np.concatenate([np.tile(np.arange(len(arcs)), 2), len(arcs) + np.arange(2 * count)])
        entries = np.concatenate([arcs.labels[arcs.start], -arcs.labels[arcs.end], -np.ones(count), np.ones(count)])
        matrix = sp.csc_array((entries, (rows, columns)), shape=(count, len(arcs) + 2 * count))
        share = weights / mass
        price = np.concatenate([arcs.costs / unit, np.full(count, -margin / unit), np.full(count, reach / unit)])
        most = np.concatenate([np.full(len(arcs), np.inf), jump * share, np.full(count, np.inf if base else 0.0)])
        found = linprog(
            price,
            A_eq=matrix,
            b_eq=base * share,
            bounds=np.stack([np.zeros(len(most)), most], 1),
            method="highs",
            options=EXACT if self._pace.left == inf else {**EXACT, "time_limit": self._pace.left},
        )
        if found.x is None or found.status == TIME_IS_OVER:
            raise ArithmeticError(f"HiGHS found no optimum: {found.message}")
        margins = found.eqlin.marginals * unit
        if not base:  # beyond the kink a margin gains nothing, and lower ones leave more room
            margins = np.minimum(margins, margin)
        return Guess(margins, np.maximum(found.x[: len(arcs)], 0.0) * mass)
