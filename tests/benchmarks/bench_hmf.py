"""Radius of the nearest-neighbour classifier at 100 digits (64-D, 1,500 training points), against QP-exact.

QP-exact: Wang, Liu, Yi, Zhou and Hsieh, "Evaluating the Robustness of Nearest Neighbor Classifiers: A
Primal-Dual Perspective" (2019). For each point c of the other class, nearest first: skip it when a bound
from a few half-spaces already exceeds the best radius; otherwise solve the dual of the projection onto
the polyhedron where c is at least as near as every point of the class of x, by greedy coordinate ascent.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from threadpoolctl import threadpool_limits

from theory import highest_mountain

Floats = NDArray[np.float64]

TRAINING, QUERIES, REPEATS = 1500, 100, 15
PEER_REPEATS = 3
SCREENING_POINTS = 8
MAX_UPDATES, STOP = 20_000, 1e-12


def qp_exact(own: Floats, other: Floats, x: Floats) -> float:
    """The least |u| such that x + u is at least as near to `other` as to `own`."""
    to_own, to_other = _distances(own, x), _distances(other, x)
    witnesses = own[np.argsort(to_own)[:SCREENING_POINTS]]
    gram, best = own @ own.T, np.inf
    for c in other[np.argsort(to_other)]:
        if _half_space_bound(witnesses, c, x) < best:
            best = min(best, _dual_radius(own, gram, c, x))
    return best


def _half_space_bound(witnesses: Floats, c: Floats, x: Floats) -> float:
    excess = np.sum((x - c) ** 2) - np.sum((x - witnesses) ** 2, axis=1)
    return float(np.max(np.maximum(excess, 0) / (2 * _distances(witnesses, c))))


def _dual_radius(own: Floats, gram: Floats, c: Floats, x: Floats) -> float:
    """min |u| subject to (a - c) . u <= (|x - a|^2 - |x - c|^2) / 2 for every a, through its dual."""
    normals = own - c
    bounds = (np.sum((x - own) ** 2, axis=1) - np.sum((x - c) ** 2)) / 2
    cross = own @ c
    quadratic = gram - cross[:, None] - cross[None, :] + c @ c
    return float(np.linalg.norm(_coordinate_ascent(quadratic, bounds) @ normals))


def _coordinate_ascent(quadratic: Floats, linear: Floats) -> Floats:
    """Minimise v . Q v / 2 + linear . v over v >= 0, always moving the coordinate that moves farthest."""
    v, slope, curvature = np.zeros_like(linear), linear.copy(), np.diag(quadratic).copy()
    for _ in range(MAX_UPDATES):
        moves = np.maximum(v - slope / curvature, 0) - v
        i = int(np.abs(moves).argmax())
        if abs(moves[i]) < STOP:
            break
        v[i] += moves[i]
        slope += moves[i] * quadratic[i]
    return v


def _distances(points: Floats, x: Floats) -> Floats:
    return np.sqrt(np.sum((points - x) ** 2, axis=1))


def published(positive: Floats, negative: Floats, x: Floats) -> Floats:
    radii = []
    for query in x:
        sides = positive, negative
        nearer = int(_distances(negative, query).min() < _distances(positive, query).min())
        radii.append(qp_exact(sides[nearer], sides[1 - nearer], query))
    return np.array(radii)


def ours(positive: Floats, negative: Floats, x: Floats) -> Floats:
    return np.abs(highest_mountain(positive, negative)(x))


def seconds(call: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    images, digits = load_digits(return_X_y=True)
    training, low = images[:TRAINING], digits[:TRAINING] < 5
    problem = training[low], training[~low], images[TRAINING : TRAINING + QUERIES]
    with threadpool_limits(1):
        gap = float(np.abs(ours(*problem) - published(*problem)).max())
        mine, peer = seconds(lambda: ours(*problem), REPEATS), seconds(lambda: published(*problem), PEER_REPEATS)
    print(f"digits radius, 100 queries: ours {mine:.4f} s, peer {peer:.2f} s, ratio {peer / mine:.0f}")
    print(f"digits radius, largest difference: {gap:.1e}")
    if gap > 1e-6:
        raise SystemExit("the two methods disagree")


if __name__ == "__main__":
    main()
