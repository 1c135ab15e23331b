"""The least BCE on the line: interior point iterations until certified bounds are as close as asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from theory._risk_line_certificate import Coupled, coupled, feasible_values, lower_bound, upper_bound
from theory._risk_line_interior import Smooth, State, states
from theory._validation import Floats

LONGEST = 300
"""Iterations; some 15 to 60 are usual."""


@dataclass(frozen=True)
class Bounds:
    """values (p,) whose loss is at most `upper`, and a coupling whose dual objective is at least `lower`."""

    values: Floats
    upper: float
    coupling: Coupled
    lower: float

    @property
    def gap(self) -> float:
        return (self.upper - self.lower) / self.upper


def least_bce(
    steps: Floats, signs: Floats, weights: Floats, cost: Callable[[np.ndarray, np.ndarray], Floats], tolerance: float
) -> Bounds:
    """The least sum of w log(1 + exp(-y z)) with |z[i] - z[i + 1]| <= steps[i], to a relative gap.

    steps (p - 1,), at least 0, relative errors below 2^-50; signs (p,) with both labels; weights (p,), positive; cost:
    the sums of steps between pairs. Where float64 cannot reach the tolerance, the best bounds found.
    """
    starts = np.concatenate([[0], np.flatnonzero(steps > 0) + 1])
    ends = np.append(starts[1:] - 1, len(signs) - 1)
    total = float(weights.sum())
    problem = Smooth(signs, weights / total, starts, steps[steps > 0])
    target, best = tolerance / 4, None
    for count, state in enumerate(states(problem)):
        last = state
        if count >= LONGEST or state.gap <= target * _loss(problem, state):
            found = _certified(problem, state, total, weights, ends, cost)
            best = found if best is None else _better(best, found)
            if best.gap <= tolerance or count >= LONGEST:
                return best
            target /= 10
    found = _certified(problem, last, total, weights, ends, cost)
    return found if best is None else _better(best, found)


def _loss(problem: Smooth, state: State) -> float:
    return float(np.dot(problem.weights, np.logaddexp(0.0, -problem.at_points(state.z))))


def _certified(
    problem: Smooth, state: State, total: float, weights: Floats, ends: np.ndarray, cost: Callable[..., Floats]
) -> Bounds:
    room_down, room_up = state.pairs[2][1], state.pairs[3][1]
    falls = np.where(room_down < room_up, problem.bounds - room_down, room_up - problem.bounds)
    z = feasible_values(_centred(problem, state.z), falls, problem.bounds)
    margins = problem.at_points(z)
    coupling = coupled(state.alpha * total, problem.signs, weights, ends)
    upper, lower = upper_bound(margins, weights), lower_bound(coupling, weights, cost)
    return Bounds(margins * problem.signs, upper, coupling, lower)


def _centred(problem: Smooth, z: Floats) -> Floats:
    """z moved by the constant that Newton's method proposes."""
    margins = problem.at_points(z)
    wrong = problem.weights * expit(-margins)
    curvature = float(np.dot(wrong, expit(margins)))
    shift = float(np.dot(problem.signs, wrong)) / curvature if curvature else 0.0
    return z + (shift if abs(shift) < 1e-3 else 0.0)


def _better(one: Bounds, other: Bounds) -> Bounds:
    """The better bound of each kind."""
    low = one if one.lower >= other.lower else other
    high = one if one.upper <= other.upper else other
    return Bounds(high.values, high.upper, low.coupling, low.lower)
