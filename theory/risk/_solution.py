"""What a solver finds, on the line and in space."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, inf, nextafter
from typing import Any

import numpy as np

from theory._types import Number
from theory.losses import Loss

Coupling = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class Solution:
    """The least risk lies in [lower_bound, risk].

    values (p,): those of an L-Lipschitz function whose loss is at most `risk`; each is rounded to float64 when the
    data are floats. coupling: rows (label +1) and columns (label -1) in the order of the points, and masses gamma >= 0
    (rounded likewise) that give `lower_bound`. attained: is the infimum a minimum? Where it is not, the values are the
    limits, one infinity for all points, of constant functions whose loss decreases to the infimum.
    """

    values: Any
    risk: Number
    lower_bound: Number
    attained: bool
    coupling: Coupling


def constant(count: int, sign: float, loss: Loss) -> Solution:
    """The answer where constant functions of that sign are best: the least that attains the infimum, or their limit."""
    nothing = np.empty(0, dtype=np.intp)
    values = np.full(count, sign * float(loss.rest))
    return Solution(values, loss.infimum, loss.infimum, loss.rest < inf, (nothing, nothing, np.empty(0)))


def consistent(found: Solution, labels: Any, weights: Any, loss: Loss) -> Solution:
    """The solution, or where its bounds contradict each other those that no search can make false: of the function 0,
    and of the infimum of the loss."""
    if found.lower_bound <= found.risk:
        return found
    nothing = np.empty(0, dtype=np.intp)
    total = fsum(np.asarray(weights, dtype=np.float64)) * (1 + 2.0**-50)
    risk = float(loss.value_above(np.zeros(1))[0]) * total
    bound = loss.infimum * total if loss.infimum else 0.0
    coupling = nothing, nothing, np.empty(0)
    return Solution(np.zeros(len(labels)), nextafter(risk, inf), bound, True, coupling)
