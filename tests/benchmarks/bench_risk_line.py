"""The least risk on the line: a million points, growth from 10^4 to 10^6, and cvxpy with Clarabel in the same run.

`python tests/benchmarks/bench_risk_line.py`: one process, sides in turns, medians. The peer solves the same chain of
constraints to its default accuracy (1e-8), ours to a certified relative gap of 1e-10 for BCE and exactly for hinge.
The peer is part of the extra `dev`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from math import log
from statistics import median

import cvxpy
import numpy as np
from scipy.special import expit

from theory.losses import BCE, Hinge, Loss
from theory.risk._line.solve import least_risk_line
from theory.risk._solution import Solution

SIZES = (10**4, 10**5, 10**6)
PEER_SIZES = (3 * 10**3, 10**4)
EXACT_SIZE = 10**4
REPEATS = 3
Sample = tuple[np.ndarray, np.ndarray, np.ndarray]


def sample(count: int) -> Sample:
    """Overlapping classes whose log odds are 2 sin(3 x)."""
    rng = np.random.default_rng(0)
    x = np.sort(rng.normal(size=count))
    return x, np.where(rng.random(count) < expit(2 * np.sin(3 * x)), 1, -1), np.full(count, 1 / count)


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def ours(data: Sample, loss: Loss) -> Solution:
    return least_risk_line(*data, 1.0, loss, 1e-10)


def peer(data: Sample, loss: Loss) -> float:
    x, y, w = data
    v = cvxpy.Variable(len(x))
    margins = cvxpy.multiply(y, v)
    losses = cvxpy.logistic(-margins) if isinstance(loss, BCE) else cvxpy.pos(1 - margins)
    chain = [cvxpy.diff(v) <= np.diff(x), -cvxpy.diff(v) <= np.diff(x)]
    return cvxpy.Problem(cvxpy.Minimize(w @ losses), chain).solve(solver=cvxpy.CLARABEL)


def growth(name: str, loss: Loss) -> None:
    times = []
    for count in SIZES:
        data = sample(count)
        found = ours(data, loss)
        times.append(median(seconds(lambda data=data: ours(data, loss)) for _ in range(REPEATS)))
        gap = (found.risk - found.lower_bound) / found.risk
        print(f"{name}, {count} points: {times[-1]:.3f} s, relative gap {gap:.1e}")
    exponent = log(times[-1] / times[0]) / log(SIZES[-1] / SIZES[0])
    print(f"{name}: exponent {exponent:.2f} from {SIZES[0]} to {SIZES[-1]} points")


def compare(name: str, loss: Loss) -> None:
    for count in PEER_SIZES:
        data = sample(count)
        error = peer(data, loss) / float(ours(data, loss).risk) - 1
        pairs = [(seconds(lambda: ours(data, loss)), seconds(lambda: peer(data, loss))) for _ in range(REPEATS)]  # noqa: B023
        mine, theirs = (median(side) for side in zip(*pairs, strict=True))
        print(
            f"{name}, {count} points: ours {mine:.4f} s, cvxpy {theirs:.3f} s, {theirs / mine:.0f} times slower, "
            f"risk {error:+.1e} above ours"
        )


def exact(count: int) -> None:
    rng = np.random.default_rng(1)
    x = sorted(Fraction(int(t), 997) for t in rng.integers(-(10**6), 10**6, count))
    w = [Fraction(int(t), 12) for t in rng.integers(1, 60, count)]
    y = rng.choice([-1, 1], count)
    spent = median(
        seconds(lambda: least_risk_line(x, y, w, Fraction(1, 50), Hinge(Fraction(3, 2)), 0)) for _ in range(REPEATS)
    )
    print(f"hinge, {count} Fractions, gap 0: {spent:.3f} s")


def main() -> None:
    for name, loss in (("BCE", BCE()), ("hinge", Hinge())):
        growth(name, loss)
        compare(name, loss)
    exact(EXACT_SIZE)


if __name__ == "__main__":
    main()
