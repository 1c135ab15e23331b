"""The least r with a positive semidefinite Q(r, t), t >= 0, by a barrier method for derivatives of rank two."""

from __future__ import annotations

from time import monotonic

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve, cholesky, solve_triangular

from theory._types import Floats
from theory.norms._semidefinite.problem import Problem

STEEPER = 8.0
"""The barrier's weight falls by this factor: chosen, two or three of Newton's steps each."""
INNER = 12
CLOSE_ENOUGH = 0.25
"""Newton's decrement at which a weight is done with."""
HALVINGS = 40
NOTHING = 2.0**-104
"""Of the r that layers reach one by one. Below, the least may be 0, and its root is beyond a float's precision."""


def least(problem: Problem, tolerance: float, until: float | None) -> tuple[float, Floats]:
    """(r, t) inside, r at most (1 + tolerance) times the least or next to nothing, unless the time is over before.

    Minimises r / w - log det Q - sum log t for falling w; then r is within w (N + M) of the least (Boyd and
    Vandenberghe 2004, section 11.2). Derivatives of Q have rank 2, so Newton's matrix is made of entrywise products.
    """
    r, t = problem.reached, problem.start.copy()
    size = problem.seen.value.shape[1] + problem.gates
    weight = r / 4
    while True:
        for _ in range(INNER):
            r, t, decrement = _step(problem, r, t, weight)
            if decrement < CLOSE_ENOUGH or (until is not None and monotonic() > until):
                break
        near = weight * size <= tolerance * r or r <= NOTHING * problem.reached
        if near or (until is not None and monotonic() > until):
            return r, t
        weight /= STEEPER


def _step(problem: Problem, r: float, t: Floats, weight: float) -> tuple[float, Floats, float]:
    n, gates, c = problem.inputs, problem.gates, problem.seen.value
    half, both = (problem.low + problem.high) / 2, problem.low * problem.high
    factor = cholesky(problem.form(r, t), lower=True, check_finite=False)
    inverse = solve_triangular(factor, np.eye(len(factor)), lower=True, check_finite=False)
    g = inverse.T @ inverse
    gc = g @ c.T
    x, y, z = g[n:, n:], gc[n:], c @ gc
    gradient = np.empty(gates + 1)
    gradient[0] = 1 / weight - np.trace(g[:n, :n])
    gradient[1:] = -(np.diag(x) + both * np.diag(z) - 2 * half * np.diag(y)) - 1 / t
    hessian = np.empty((gates + 1, gates + 1))
    hessian[0, 0] = (g[:n, :n] ** 2).sum()
    ge, ga = g[:n, n:], gc[:n]
    hessian[0, 1:] = hessian[1:, 0] = (
        (ge**2).sum(axis=0) + both * (ga**2).sum(axis=0) - 2 * half * (ge * ga).sum(axis=0)
    )
    hessian[1:, 1:] = _second(x, y, z, half, both)
    hessian[np.arange(1, gates + 1), np.arange(1, gates + 1)] += 1 / t**2
    scales = np.sqrt(np.diag(hessian))
    scaled = hessian / scales[:, None] / scales
    scaled[np.arange(gates + 1), np.arange(gates + 1)] += 1e-12
    step = -cho_solve(cho_factor(scaled, check_finite=False), gradient / scales) / scales
    decrement = float(np.sqrt(max(0.0, -(gradient @ step))))
    before = r / weight - 2 * np.log(np.diag(factor)).sum() - np.log(t).sum()
    length = 1.0
    for _ in range(HALVINGS):
        new_r, new_t = r + length * step[0], t + length * step[1:]
        if new_r > 0 and (new_t > 0).all():
            try:
                trial = cholesky(problem.form(new_r, new_t), lower=True, check_finite=False)
            except LinAlgError:
                pass
            else:
                value = new_r / weight - 2 * np.log(np.diag(trial)).sum() - np.log(new_t).sum()
                if value <= before + 0.1 * length * (gradient @ step) + 1e-9 * abs(before):
                    return float(new_r), new_t, decrement
        length /= 2
    return r, t, 0.0


def _second(x: Floats, y: Floats, z: Floats, half: Floats, both: Floats) -> Floats:
    """tr(G F_m G F_k) for F_m = (e, c) ((1, -h), (-h, q)) (e, c)', from G's forms in e and c."""
    h, q, k, p = half[:, None], both[:, None], half, both
    t = y.T
    found = (x - h * t) * (x - k * y) + (y - h * z) * (p * y - k * x)
    found += (q * t - h * x) * (t - k * z) + (q * z - h * y) * (p * z - k * t)
    return np.asarray(found)
