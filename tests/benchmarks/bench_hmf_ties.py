"""Thousands of points as near as each other, and many points in many dimensions: time and memory of the radius.

The centre of two shells of 5,000 points against the distances between the shells (scipy's cdist), which every method
that looks at all pairs needs; the centroid of a simplex in 784-D against one dense factorisation; 60,000 x 784 points
against sorting them by one coordinate, a copy.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lu_factor
from scipy.spatial.distance import cdist
from threadpoolctl import threadpool_limits

from theory import highest_mountain

Floats = NDArray[np.float64]

REPEATS = 7
SHELL, SIMPLEX, IMAGES = 5_000, 784, (60_000, 784)


def shell(rng: np.random.Generator, radius: float) -> Floats:
    points = rng.normal(size=(SHELL, 3))
    return radius * points / np.linalg.norm(points, axis=1, keepdims=True)


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def compare(name: str, ours: Callable[[], object], peer: Callable[[], object], repeats: int = REPEATS) -> None:
    """In turns, so that other work on the machine falls on both sides; the least time is the least disturbed."""
    mine, theirs = (min(times) for times in zip(*[(seconds(ours), seconds(peer)) for _ in range(repeats)], strict=True))
    print(f"{name}: ours {mine:.4f} s, peer {theirs:.4f} s, ratio {theirs / mine:.2f}")


def peak() -> float:
    """MB, of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    rng = np.random.default_rng(0)
    inner, outer = shell(rng, 1.0), shell(rng, 2.0)
    f, centre = highest_mountain(inner, outer), np.zeros(3)
    compare("centre of two shells of 5,000", lambda: f(centre), lambda: cdist(inner, outer))
    corners = np.eye(SIMPLEX)
    before = peak()
    g, centroid = highest_mountain(corners[::2], corners[1::2]), np.full(SIMPLEX, 1 / SIMPLEX)
    if g(centroid) != 0:
        raise SystemExit("the centroid is as near to all corners")
    print(f"centroid of a simplex in {SIMPLEX}-D: {peak() - before:.0f} MB more")
    compare("centroid of a simplex", lambda: g(centroid), lambda: lu_factor(corners + 1.0))
    images = rng.random(IMAGES)
    positive, negative = images[: IMAGES[0] // 2], images[IMAGES[0] // 2 :]
    before, size = peak(), images.nbytes / 2**20
    highest_mountain(positive, negative)
    print(f"60,000 x 784 points: {(peak() - before) / size:.2f} times the data in memory")
    order = np.argsort(images[:, 0])
    compare("60,000 x 784 points", lambda: highest_mountain(positive, negative), lambda: images[order], 3)


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
