"""Least binary cross entropy of margins t under v_a - v_b <= c along arcs, t = y v: a primal-dual barrier method.

The conditions for optimality are w l'(t) + A' g = 0, s = c - A t and s g = mu at every arc, mu going down to zero
(predictor and corrector steps of Mehrotra; Nocedal and Wright, Numerical Optimization, section 19). The margins stay
strictly inside the constraints throughout. Nothing here is trusted: certificates are computed from t and g elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.linalg import LinAlgError
from scipy.special import entr, expit

from theory._risk_newton import Arcs
from theory._validation import Floats

PATIENCE = 30
TO_BOUNDARY = 0.99


@dataclass(frozen=True)
class State:
    """Margins t (p,), slacks s (e,) > 0, multipliers g (e,) > 0, and the relative gap between their bounds."""

    t: Floats
    s: Floats
    g: Floats
    gap: float


class LogisticBarrier:
    """min sum of w log(1 + exp(-t)), solved as min sum of w e^shift log(1 + e^-shift e^-u) in u = t - shift.

    The shift keeps exponentials in range where all margins are large.
    """

    def __init__(self, weights: Floats, arcs: Arcs, costs: Floats, shift: float) -> None:
        self._weights, self._arcs, self._shift = weights, arcs, shift
        self._costs = costs - shift * arcs.add(np.ones(arcs.plus + arcs.minus))

    def solve(self, t: Floats, tolerance: float) -> tuple[Floats, Floats]:
        """Margins (p,) and multipliers (e,) from a strictly feasible t; the multipliers in units of e^shift."""
        best = state = self._start(t - self._shift)
        stale = 0
        while best.gap > tolerance and stale < PATIENCE:
            try:
                state = self._step(state)
            except (LinAlgError, RuntimeError):  # a matrix that rounding has made singular
                break
            best, stale = (state, 0) if state.gap < best.gap else (best, stale + 1)
        return best.t + self._shift, best.g

    def _start(self, t: Floats) -> State:
        s = self._costs - self._arcs.add(t)
        g = self._slope(t).sum() / 2 / (1 / s).sum() / s
        return self._state(t, s, g)

    def _step(self, now: State) -> State:
        slope = self._slope(now.t)
        residual = slope - self._arcs.gather(now.g)
        solve = self._arcs.factor(slope * expit(now.t + self._shift), now.g / now.s)

        def direction(products: Floats) -> tuple[Floats, Floats, Floats]:
            dt = solve(residual + self._arcs.gather(products / now.s))
            ds = -self._arcs.add(dt)
            return dt, ds, -(products + now.g * ds) / now.s

        products = now.s * now.g
        _, ds, dg = direction(products)
        ahead = (now.s + _room(now.s, ds) * ds) @ (now.g + _room(now.g, dg) * dg)
        before = products.sum()
        centre = (ahead / before) ** 3 * before / len(products)
        dt, ds, dg = direction(products + ds * dg - centre)
        t = now.t + _room(now.s, ds, TO_BOUNDARY) * dt
        s = self._costs - self._arcs.add(t)
        if not (s > 0).all():
            raise LinAlgError("rounding has pushed a margin through its constraint")
        return self._state(t, s, now.g + _room(now.g, dg, TO_BOUNDARY) * dg)

    def _state(self, t: Floats, s: Floats, g: Floats) -> State:
        """With the gap between the loss at t and the dual bound of g, scaled down until it is feasible."""
        share = 1 / np.maximum(1.0, self._arcs.gather(g) / self._weights * np.exp(-self._shift))
        feasible = g * np.minimum(share[self._arcs.start], share[self._arcs.end])
        loss = self._weights @ self._value(t)
        bound = self._weights @ self._dual(self._arcs.gather(feasible) / self._weights) - feasible @ self._costs
        return State(t, s, g, float((loss - bound) / loss))

    def _slope(self, t: Floats) -> Floats:
        return self._weights * np.exp(self._shift - np.logaddexp(0.0, t + self._shift))

    def _value(self, t: Floats) -> Floats:
        margin = t + self._shift
        small = margin > 30
        log = np.where(small, -margin, np.log(np.logaddexp(0.0, np.where(small, 0.0, -margin))))
        return np.exp(self._shift + log)

    def _dual(self, a: Floats) -> Floats:
        a = np.maximum(a, 0.0)
        share = np.minimum(a * np.exp(-self._shift), 1.0)
        large = share > 1e-8
        safe = np.where(large, share, 0.5)
        ratio = np.where(large, entr(1 - safe) / safe, 1 - share / 2)
        return entr(a) + a * ratio


def _room(x: Floats, step: Floats, share: float = 1.0) -> float:
    """The longest step of at most 1 that keeps x positive, that share of it unless it is a whole step."""
    most = float(np.max(-step / x, initial=0.0))
    return 1.0 if most <= share else share / most


def solve_barrier(
    weights: Floats, arcs: Arcs, costs: Floats, margins: Floats, temperature: float, tolerance: float
) -> tuple[Floats, Floats]:
    """Margins (p,) and the flow along the arcs (e,), from margins that no arc forbids."""
    mass = float(weights.sum())
    costs = temperature * costs
    start = _inside(arcs, costs, temperature * margins)
    shift = max(0.0, float(start.min()))
    found, flow = LogisticBarrier(weights / mass, arcs, costs, shift).solve(start, tolerance)
    return found / temperature, flow * (mass * temperature * np.exp(-shift))


def _inside(arcs: Arcs, costs: Floats, t: Floats) -> Floats:
    """Margins near t, strictly inside: shrunk towards zero, and lowered a little for coinciding opposite points."""
    size = np.abs(t)
    shrink = min(0.1, 1 / max(float(size.max()), 1e-300))
    lower = np.full(len(t), 1e-3 * min(1.0, float(size.mean()) + 1e-9))
    inner = ~arcs.across
    for ends in (arcs.start[inner], arcs.end[inner]):
        np.minimum.at(lower, ends, shrink / 4 * costs[inner])
    return (1 - shrink) * t - lower
