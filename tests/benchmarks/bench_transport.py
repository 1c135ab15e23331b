"""Transport between two million atoms: the cost beside sorting, the whole certificate beside POT's cost.

`python tests/benchmarks/bench_transport.py`: one process, sides in turns, medians.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from statistics import median

import numpy as np
import ot

from theory import accuracy_range, transport_plan, wasserstein1

ATOMS, REPEATS = 10**6, 21
EXACT_ATOMS, FIGURE_4 = 10**4, 200


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def compare(name: str, ours: Callable[[], object], peer: Callable[[], object]) -> None:
    pairs = [(seconds(ours), seconds(peer)) for _ in range(REPEATS)]
    mine, theirs = (median(side) for side in zip(*pairs, strict=True))
    print(f"{name}: ours {mine:.4f} s, peer {theirs:.4f} s, ratio {mine / theirs:.2f}")


def report(name: str, call: Callable[[], object]) -> None:
    print(f"{name}: ours {median(seconds(call) for _ in range(3)):.3f} s")


def main() -> None:
    rng = np.random.default_rng(0)
    p, q = rng.normal(size=ATOMS), rng.normal(0.3, 1.0, ATOMS)
    compare("wasserstein1 beside sorting", lambda: wasserstein1(p, q), lambda: (np.sort(p), np.sort(q)))
    compare(
        "transport_plan beside emd2_1d",
        lambda: transport_plan(p, q),
        lambda: ot.emd2_1d(p, q, metric="euclidean"),
    )
    exact = [[Fraction(int(x), 997) for x in rng.integers(-(10**6), 10**6, EXACT_ATOMS)] for _ in range(2)]
    report("transport_plan of 10^4 + 10^4 Fractions, with its gap", lambda: transport_plan(*exact).gap)
    figure = [4 * i for i in range(FIGURE_4)], [4 * i + 3 for i in range(FIGURE_4)]
    report("accuracy_range of 200 + 200 atoms of Figure 4", lambda: accuracy_range(*figure))


if __name__ == "__main__":
    main()
