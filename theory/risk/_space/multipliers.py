"""Least smooth loss of margins t = y v under v_a - v_b <= c along arcs: the method of multipliers.

One round minimises over t the loss plus the sum of (g + sigma (A t - c))_+^2 / (2 sigma), and takes (g + sigma (A t -
c))_+ as the new multipliers g: the flow along the arcs (Bertsekas, Constrained Optimization and Lagrange Multiplier
Methods, chapter 5). Newton's method for that function needs the arcs in force alone, about as many as a forest has, so
each system costs little more than its size. Nothing here is trusted: certificates are computed from t and g elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory._types import Floats, Indices
from theory.losses import NormalForm
from theory.risk._pace import Pace
from theory.risk._space.arcs import Arcs
from theory.risk._space.factors import solved
from theory.risk._space.tuning import TUNING
from theory.risk._steps import length_of

LEAST_DIVISOR = 1e-300
"""In place of a sum of slopes that has underflowed to 0: any positive normal number does."""


@dataclass(frozen=True)
class Guess:
    """Margins (p,) and the flow along the arcs (e,)."""

    margins: Floats
    flow: Floats


def dot(one: Floats, other: Floats) -> float:
    """The inner product in one thread: the threads of BLAS wait for one another on a busy machine."""
    return float(np.einsum("i,i->", one, other))


class Multipliers:
    """The loss, sum of w h(scale t) in normal form, and the stiffness sigma that grows from round to round."""

    def __init__(
        self, weights: Floats, form: NormalForm, start: Floats, typical: float, pace: Pace, compiled: bool
    ) -> None:
        self._mass, self._form, self._scale = float(weights.sum()), form, float(form.scale)
        self._weights, self._pace, self._compiled = weights / self._mass, pace, compiled
        # exponentials stay in range where all margins are large
        self._lift = form.lift(self._scale * float(start.min()))
        slope = self._slope(self._scale * start)
        first = TUNING.first_stiffness * float(slope.mean()) / (min(1.0, self._scale * typical) or 1.0)
        # beyond it the rounding of margins, times the stiffness, is no longer small beside the slopes
        size = self._scale * dot(slope, np.abs(start)) / max(float(slope.sum()), LEAST_DIVISOR)
        self._stiffest = TUNING.stiffest * float(slope.mean()) / max(1.0, size)
        self._stiffness, self._held_back = min(first, self._stiffest), 0
        self._hold, self._anchor = form.hold, self._scale * start
        self._unit = self._mass * form.steepest * np.exp(-self._lift)

    def improve(self, arcs: Arcs, now: Guess, accuracy: float) -> Guess:
        """One round: the slope of the loss and the flow out of the points agree up to that share of their sum."""
        t, g = now.margins * self._scale, now.flow / self._unit
        self._anchor = t
        t, steps = self._minimise(arcs, arcs.costs * self._scale, t, g, accuracy)
        g = self._flow(g, arcs.add(t) - arcs.costs * self._scale)
        self._hold /= TUNING.looser
        self._held_back = self._held_back + 1 if steps >= TUNING.slow else 0
        if self._held_back % TUNING.slow_rounds == 0:
            self._stiffness = min(TUNING.stiffer * self._stiffness, self._stiffest)
        return Guess(t / self._scale, g * self._unit)

    def _minimise(self, arcs: Arcs, costs: Floats, t: Floats, g: Floats, accuracy: float) -> tuple[Floats, int]:
        excess = arcs.add(t) - costs
        for count in range(TUNING.newton_steps):
            slope, flow = self._slope(t), self._flow(g, excess)
            tight = np.flatnonzero(flow > 0)
            gradient = arcs.gather(flow[tight], tight) - self._held(slope, t)
            if np.abs(gradient).sum() <= accuracy * slope.sum():
                return t, count
            if self._pace.over:
                break
            curvature = self._form.curvature(t, slope, self._weights)
            if self._hold:
                curvature += self._hold * self._weights
            try:
                step = self._newton(arcs, tight, curvature, -gradient)
            except RuntimeError:  # a curvature that underflows makes the system singular: rounding has the last word
                break
            if not np.isfinite(step).all():  # nor does one of subnormal numbers say more
                break
            rise = arcs.add(step)
            length = self._length(t, step, g, excess, rise, dot(gradient, step))
            if not length:
                break
            t, excess = t + length * step, excess + length * rise
        return t, TUNING.newton_steps

    def _newton(self, arcs: Arcs, tight: Indices, curvature: Floats, right: Floats) -> Floats:
        start, end, count = arcs.start[tight], arcs.end[tight], len(right)
        across = -arcs.labels[start] * arcs.labels[end] * self._stiffness
        degree = np.bincount(np.concatenate([start, end]), minlength=count) * self._stiffness
        diagonal = curvature + degree + TUNING.ridge * (degree + curvature.max())
        return solved((start, end, across), diagonal, right, self._compiled)

    def _length(self, t: Floats, step: Floats, g: Floats, excess: Floats, rise: Floats, fall: float) -> float:
        """A step length, at most 1, that nearly minimises the function along the step."""
        some = np.flatnonzero(self._flow(g, excess + np.maximum(rise, 0.0)) > 0)  # of all others no flow will come
        g, excess, rise = g[some], excess[some], rise[some]

        def derivative(length: float) -> float:
            flow = self._flow(g, excess + length * rise)
            there = t + length * step
            return float(dot(flow, rise) - dot(self._held(self._slope(there), there), step))

        return length_of(derivative, fall, TUNING.lengths, TUNING.slack_of_length)

    def _flow(self, g: Floats, excess: Floats) -> Floats:
        return np.maximum(g + self._stiffness * excess, 0.0)

    def _held(self, slope: Floats, t: Floats) -> Floats:
        """The slope less that of the proximal term."""
        return slope - self._hold * self._weights * (t - self._anchor) if self._hold else slope

    def _slope(self, t: Floats) -> Floats:
        return self._weights * self._form.share(t, self._lift)
