"""Gradient attacks on a scalar classifier sign f: projected ones within a radius, and short walks across the frontier.

f is anything with f(x) and f.gradient(x) for x (p, n), such as `checks.networks.LipschitzNetwork`; all in float64.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from checks.arrays import Floats

_STEP = 0.3  # of the radius, at first; chosen
_CLOSER = 2.0**-30  # where bisections end, relative to the perturbation: 1e-9, far below the 1e-6 that callers allow
_TOO_LONG = 1 + 1e-6  # Newton steps: so that they end beyond the zero; bisection takes the excess back


def projected(
    f: Any, x: Floats, radius: Floats, restarts: int = 4, steps: int = 30, seed: int = 0
) -> tuple[Floats, Floats]:
    """The points z (p, n) with the least sign(f(x)) f(z) that were seen within the radii (p,) of x, and those values.

    Projected descent with normalised gradients and steps that shrink, from x and from random points of the spheres;
    from these only where no sign has changed yet.
    """
    sign, rng = np.sign(f(x)), np.random.default_rng(seed)
    best, lowest = x.copy(), sign * f(x)
    for restart in range(restarts):
        starts = x if restart == 0 else x + radius[:, None] * _units(rng.normal(size=x.shape))
        rows = np.flatnonzero((lowest > 0) | (restart == 0))
        if not len(rows):
            break
        z, around, most = starts[rows], x[rows], radius[rows]
        for step in range(steps):
            length = 2 * most if step == 0 and restart == 0 else most * _STEP * (1 - step / steps)
            z = _project(z - (sign[rows] * length)[:, None] * _units(f.gradient(z)), around, most)
            values = sign[rows] * f(z)
            lower = values < lowest[rows]
            best[rows[lower]], lowest[rows[lower]] = z[lower], values[lower]
    return best, lowest


def crossing(f: Any, x: Floats, steps: int = 30) -> Floats:
    """Lengths (p,) of perturbations of x (p, n) that change the sign of f: infinite where the walk finds none.

    Newton steps to the zero of f, each a little too long, then bisection between x and the end of the walk.
    """
    sign, z = np.sign(f(x)), x.copy()
    for _ in range(steps):
        values = f(z)
        there = sign * values <= 0
        if there.all():
            break
        slope = f.gradient(z)
        squared = (slope**2).sum(axis=1)
        length = np.divide(values, squared, out=np.zeros(len(z)), where=squared > 0)
        z = np.where(there[:, None], z, z - _TOO_LONG * length[:, None] * slope)
    found = sign * f(z) <= 0
    low, high = np.zeros(len(x)), np.ones(len(x))
    while (high - low).max() > _CLOSER:
        middle = (low + high) / 2
        over = sign * f(x + middle[:, None] * (z - x)) <= 0
        low, high = np.where(over, low, middle), np.where(over, middle, high)
    return np.where(found, high * np.linalg.norm(z - x, axis=1), np.inf)


def _units(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


def _project(z: Floats, x: Floats, radius: Floats) -> Floats:
    """To the balls, from outside; rounding stays far below the slack that a caller leaves."""
    lengths = np.linalg.norm(z - x, axis=1)
    shrink = np.minimum(1.0, radius / np.where(lengths > 0, lengths, 1.0))
    return x + shrink[:, None] * (z - x)
