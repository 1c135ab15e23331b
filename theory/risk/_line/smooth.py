"""The least smooth loss on the line: interior point iterations until certified bounds are as close as asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from theory._types import Floats
from theory.losses import NormalForm
from theory.risk._line.certificate import (
    TERM_ROUNDING,
    Coupled,
    Edges,
    coupled,
    feasible_values,
    lower_bound,
    upper_bound,
)
from theory.risk._line.interior_point import Smooth, State, states

LONGEST = 300
"""Iterations; some 15 to 60 are usual."""
BEYOND = 2.0**-30
"""So far beyond `flat` margins stay: well above rounding; its square, the loss's difference there, well below."""
LONGEST_STEP = 2.0**14
"""Of values whose loss decays exponentially: at a quarter of it, weights of float64's whole range apart, it is 0."""
UNDERFLOW = 1e-270
"""A least loss below this is not worth bounding from below."""


@dataclass(frozen=True)
class Bounds:
    """values (p,) whose loss is at most `upper`, and a coupling whose dual objective is at least `lower`."""

    values: Floats
    upper: float
    coupling: Coupled
    lower: float

    @property
    def gap(self) -> float:
        return (self.upper - self.lower) / self.upper if self.upper else 0.0


def least_smooth(
    steps: Floats,
    signs: Floats,
    weights: Floats,
    cost: Callable[[np.ndarray, np.ndarray], Floats],
    form: NormalForm,
    tolerance: float,
) -> Bounds:
    """The least sum of w h(y z) with |z[i] - z[i + 1]| <= steps[i], h the loss in normal form, to a relative gap.

    steps (p - 1,), at least 0, relative errors below 2^-50; signs (p,) with both labels; weights (p,), positive, of sum
    about 1; cost: the sums of steps between pairs. Where float64 cannot reach the tolerance, the best bounds found.
    """
    steps = np.minimum(steps, _longest_step(form))
    starts = np.concatenate([[0], np.flatnonzero(steps > 0) + 1])
    problem = Smooth(signs, weights, starts, steps[steps > 0], form)
    midway = _midway(signs, steps)[starts]
    if form.value(problem.at_points(midway).min()) < UNDERFLOW:
        nothing = Edges(_ends(problem), problem.bounds, problem.bounds, np.inf)
        return _certified(problem, midway, -np.diff(midway), np.zeros(len(signs)), nothing, cost)
    target, best = tolerance / 4, None
    for count, state in enumerate(states(problem)):
        last = count >= LONGEST
        if last or state.gap <= target * _loss(problem, state):
            found = _bounds(problem, state, cost, tolerance)
            best = found if best is None else _better(best, found)
            if last or best.gap <= tolerance or target < TERM_ROUNDING:
                break
            target /= 10
    return best or _bounds(problem, state, cost, tolerance)


def _longest_step(form: NormalForm) -> float:
    """No greater one is of use: margins beyond half of it lose nothing.

    Shorter steps are feasible, too, and values stay so small that their differences are not rounded away.
    """
    if form.flat < np.inf:
        return 4.0 * form.flat
    return LONGEST_STEP if not form.value(np.array([LONGEST_STEP / 4])).any() else np.inf


def _midway(signs: Floats, steps: Floats) -> Floats:
    """(distance to label -1 - distance to label +1) / 2: no values have a greater least margin."""
    places = np.concatenate([[0.0], np.cumsum(steps)])
    return (_distance(places, signs < 0) - _distance(places, signs > 0)) / 2


def _distance(places: Floats, chosen: np.ndarray) -> Floats:
    """Of every place to the nearest chosen one."""
    targets = places[chosen]
    after = np.clip(np.searchsorted(targets, places), 0, len(targets) - 1)
    return np.minimum(np.abs(places - targets[after]), np.abs(places - targets[np.maximum(after - 1, 0)]))


def _loss(problem: Smooth, state: State) -> float:
    return float(np.dot(problem.weights, problem.form.value(problem.at_points(state.z))))


def _ends(problem: Smooth) -> np.ndarray:
    """The last point of each node."""
    return np.append(problem.starts[1:] - 1, len(problem.signs) - 1)


def _bounds(problem: Smooth, state: State, cost: Callable[..., Floats], tolerance: float) -> Bounds:
    """The better of two couplings: one with flux cut only where it is tiny, one where it also costs too much."""
    down, up = state.pairs[2][1], state.pairs[3][1]
    size = np.abs(state.z)
    falls = np.where(down < up, problem.bounds - down, up - problem.bounds)
    falls = np.where(problem.bounds < size[:-1] + size[1:], falls, -np.diff(state.z))  # whichever is more accurate
    z = _centred(problem, state.z)
    mean = state.gap / (2 * len(down) + 2 * len(problem.signs))
    found = _certified(problem, z, falls, state.alpha, Edges(_ends(problem), down, up, np.inf), cost)
    if found.gap <= tolerance:
        return found
    return _better(found, _certified(problem, z, falls, state.alpha, Edges(_ends(problem), down, up, 100 * mean), cost))


def _certified(
    problem: Smooth, z: Floats, falls: Floats, alpha: Floats, edges: Edges, cost: Callable[..., Floats]
) -> Bounds:
    # Cut off where the loss is 0, and as far below: no term rises, and what is a line in h may be steeper in the loss.
    far = problem.form.flat * (1 + BEYOND)
    margins = problem.at_points(feasible_values(z, falls, problem.bounds)).clip(-far, far)
    coupling = coupled(alpha, problem.signs, problem.weights, edges)
    upper, lower = upper_bound(margins, problem), lower_bound(coupling, problem, cost)
    if lower <= 0:  # no coupling at all does as well
        coupling, lower = coupling.emptied(), 0.0
    return Bounds(margins * problem.signs, upper, coupling, lower)


def _centred(problem: Smooth, z: Floats) -> Floats:
    """z moved by the constant that Newton's method proposes."""
    margins = problem.at_points(z)
    wrong = problem.weights * problem.form.share(margins)
    curvature = float(problem.form.curvature(margins, wrong, problem.weights).sum())
    shift = float(np.dot(problem.signs, wrong)) / curvature if curvature else 0.0
    return z + (shift if abs(shift) < 1e-3 else 0.0)


def _better(one: Bounds, other: Bounds) -> Bounds:
    """The better bound of each kind."""
    low = one if one.lower >= other.lower else other
    high = one if one.upper <= other.upper else other
    return Bounds(high.values, high.upper, low.coupling, low.lower)
