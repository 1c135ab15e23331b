"""Packing numbers of random points beside HiGHS (an edge or a clique a row) and networkx, same process, in turns.

`python tests/benchmarks/bench_packing.py`. HiGHS is scipy's; networkx comes with torch (`pip install networkx`).
Peers get the same graph, built from float distances; ours compares distances exactly and verifies its bounds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.spatial.distance import pdist, squareform

from theory.packing import packing_number
from theory.vc import vc_groupsort

try:
    import networkx as nx
except ImportError:
    nx = None

REPEATS = 3
CASES = [(2, 100, 0.1), (2, 300, 0.1), (2, 300, 0.06), (3, 200, 0.3), (3, 300, 0.25), (5, 200, 0.6), (8, 120, 1.0)]
LARGE_CASES = [(2, 1000, 0.0437), (2, 2000, 0.0399), (2, 3000, 0.0252)]
"""Of the plane, with six, ten and six others too close to each on the average: a clique a row only."""

NETWORKX_CASES = [(2, 100, 0.3), (3, 100, 0.5)]


def close_pairs(points: np.ndarray, separation: float) -> np.ndarray:
    close = squareform(pdist(points)) < separation
    np.fill_diagonal(close, False)
    return close


def by_edges(points: np.ndarray, separation: float) -> int:
    rows = np.argwhere(np.triu(close_pairs(points, separation)))
    matrix = np.zeros((len(rows), len(points)))
    matrix[np.arange(len(rows))[:, None], rows] = 1
    return _solved(matrix, len(points))


def by_cliques(points: np.ndarray, separation: float) -> int:
    graph = nx.from_numpy_array(close_pairs(points, separation))
    cliques = list(nx.find_cliques(graph))
    matrix = np.zeros((len(cliques), len(points)))
    for row, clique in zip(matrix, cliques, strict=True):
        row[clique] = 1
    return _solved(matrix, len(points))


def _solved(matrix: np.ndarray, count: int) -> int:
    limits = LinearConstraint(matrix, ub=1) if len(matrix) else ()
    found = milp(-np.ones(count), constraints=limits, bounds=Bounds(0, 1), integrality=np.ones(count))
    return round(-found.fun)


def by_networkx(points: np.ndarray, separation: float) -> int:
    far = nx.complement(nx.from_numpy_array(close_pairs(points, separation)))
    return int(nx.max_weight_clique(far, weight=None)[1])


def seconds(call: Callable[[], int]) -> tuple[float, int]:
    start = time.perf_counter()
    found = call()
    return time.perf_counter() - start, found


def compare(peer: Callable[[np.ndarray, float], int], n: int, count: int, separation: float) -> None:
    points = np.random.default_rng(count).random((count, n))
    mine, theirs = [], []
    for _ in range(REPEATS):
        taken, size = seconds(lambda: packing_number(points, separation).size)
        peer_taken, peer_size = seconds(lambda: peer(points, separation))
        assert size == peer_size
        mine.append(taken)
        theirs.append(peer_taken)
    ours, other = median(mine), median(theirs)
    print(
        f"{count} points of [0,1]^{n} at {separation}: {size}, ours {ours:.3f} s, {peer.__name__} {other:.3f} s, "
        f"ratio {ours / other:.2f}"
    )


def main() -> None:
    packing_number(np.random.default_rng(0).random((50, 2)), 0.2)  # imports of scipy.optimize
    for case in CASES:
        compare(by_edges, *case)
        if nx is not None:
            compare(by_cliques, *case)
    for case in LARGE_CASES if nx is not None else ():
        compare(by_cliques, *case)
    if nx is None:
        print("networkx is absent: pip install networkx for the other peers")
    for case in NETWORKX_CASES if nx is not None else ():
        compare(by_networkx, *case)
    for widths in ([1000] * 10, [64] * 1000):
        taken, _ = seconds(lambda widths=widths: vc_groupsort(784, widths).bound)
        print(f"vc_groupsort of {len(widths)} layers of {widths[0]} neurons: {taken:.2f} s")


if __name__ == "__main__":
    main()
