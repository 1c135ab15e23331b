"""Least smooth loss under all constraints t_i + t_j <= c_ij between two small classes: a barrier method.

h is a loss in normal form. The conditions for optimality are w h'(t) + (the sums of the rows and columns of g) = 0,
s = c - t_i - t_j and s g = mu for every pair, mu going down to zero (predictor and corrector steps of Mehrotra; Nocedal
and Wright, Numerical Optimization, section 19). Few steps on dense matrices: quickest where all pairs fit in
memory many times over.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.linalg import LinAlgError
from scipy.linalg import cho_solve, cholesky

from theory._scales import LEAST_SAFE
from theory._types import Floats
from theory.losses import NormalForm
from theory.risk._pace import Pace
from theory.risk._space.tuning import TUNING


@dataclass(frozen=True)
class State:
    """Margins t (a + b,), slacks s (a, b) > 0, multipliers g (a, b) > 0, and about the relative gap between bounds."""

    t: Floats
    s: Floats
    g: Floats
    gap: float


class Barrier:
    """Margins of both classes, in one array (a + b,); weights of total 1; costs c (a, b)."""

    def __init__(self, weights: Floats, costs: Floats, form: NormalForm) -> None:
        self._weights, self._costs, self._split, self._form = weights, costs, len(costs), form

    def solve(self, t: Floats, tolerance: float, pace: Pace) -> State:
        """From margins strictly inside the constraints; the best state met, even if it misses the tolerance."""
        s = self._slack(t)
        least = np.maximum(s, LEAST_SAFE)  # rounding may have used the slack up
        g = self._slope(t).sum() / 2 / (1 / least).sum() / least
        best = now = State(t, s, g, inf)
        stale = 0
        for _ in range(TUNING.barrier_steps):
            try:
                with np.errstate(over="raise", divide="raise", invalid="raise"):
                    now = self._step(now)
            except (LinAlgError, FloatingPointError):  # rounding has the last word
                break
            best, stale = (now, 0) if now.gap < best.gap else (best, stale + 1)
            if best.gap <= tolerance or stale > TUNING.patience or pace.over:
                break
        return best

    def _step(self, now: State) -> State:
        slope = self._slope(now.t)
        residual = slope - _sums(now.g)
        weight, products = now.g / now.s, now.s * now.g
        system = _System(self._form.curvature(now.t, slope, self._weights), weight)

        def direction(products: Floats) -> tuple[Floats, Floats, Floats]:
            dt = system.solve(residual + _sums(products / now.s))
            ds = -(dt[: self._split, None] + dt[self._split :])
            return dt, ds, -products / now.s - weight * ds

        _, ds, dg = direction(products)
        ahead = np.vdot(now.s + _room(now.s, ds) * ds, now.g + _room(now.g, dg) * dg)
        before = products.sum()
        centre = (ahead / before) ** 3 * before / products.size
        dt, ds, dg = direction(products + ds * dg - centre)
        t = now.t + _room(now.s, ds, TUNING.to_boundary) * dt
        s = self._slack(t)
        if not s.min() > 0:
            raise LinAlgError("a margin met its constraint")
        g = now.g + _room(now.g, dg, TUNING.to_boundary) * dg
        return State(t, s, g, self._gap(t, g))

    def _gap(self, t: Floats, g: Floats) -> float:
        mass = np.minimum(_sums(g), self._weights * (1 - 1e-15))
        loss = self._weights @ self._form.value(t)
        bound = self._form.dual(mass, self._weights).sum() - np.vdot(g, self._costs)
        return float((loss - bound) / loss) if loss else 0.0

    def _slack(self, t: Floats) -> Floats:
        return self._costs - t[: self._split, None] - t[self._split :]

    def _slope(self, t: Floats) -> Floats:
        return self._weights * self._form.share(t)


class _System:
    """(diagonal + A' diag(weight) A) x = b by elimination of the first class, A adding the ends of every pair."""

    def __init__(self, diagonal: Floats, weight: Floats) -> None:
        full = diagonal + _sums(weight)
        self._first = full[: len(weight)]
        self._scaled = weight / self._first[:, None]
        rest = -weight.T @ self._scaled
        rest[np.diag_indices_from(rest)] += full[len(weight) :]
        self._lower = cholesky(rest, lower=True, overwrite_a=True, check_finite=False)

    def solve(self, b: Floats) -> Floats:
        first, last = b[: len(self._first)], b[len(self._first) :]
        y = cho_solve((self._lower, True), last - first @ self._scaled, check_finite=False)
        return np.concatenate([first / self._first - self._scaled @ y, y])


def _sums(pairs: Floats) -> Floats:
    return np.concatenate([pairs.sum(axis=1), pairs.sum(axis=0)])


def _room(x: Floats, step: Floats, share: float = 1.0) -> float:
    """The longest step of at most 1 that keeps x positive, that share of it unless it is a whole step."""
    most = float(np.max(-step / x, initial=0.0))
    return 1.0 if most <= share else share / most
