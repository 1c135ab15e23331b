"""The certified least risk of several classes beside cvxpy + Clarabel with all pairs; alone on all digits.

`OMP_NUM_THREADS=1 python tests/benchmarks/bench_multiclass_risk.py [peer|alone]`: one process, sides in turns. The
peer's value comes without values that are L-Lipschitz, or a bound. Needs `pip install cvxpy clarabel scikit-learn`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median

import cvxpy as cp
import numpy as np
from sklearn.datasets import load_digits

from theory.risk import minimize_multiclass_risk

Sample = tuple[np.ndarray, np.ndarray]


def digits(count: int) -> Sample:
    data = load_digits()
    return data.data[:count] / 16, data.target[:count]


def plane(count: int) -> Sample:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(count, 2))
    angle = np.arctan2(points[:, 1], points[:, 0]) + 0.3 * rng.normal(size=count)
    return points, np.floor(angle / 1.3).astype(int) % 4


def peer(sample: Sample, lipschitz: float, loss: str) -> float:
    points, labels = sample
    own = np.eye(int(labels.max()) + 1)[labels]
    v = cp.Variable(own.shape)
    score = cp.sum(cp.multiply(own, v), axis=1)
    each = cp.log_sum_exp(v, axis=1) if loss == "bce" else cp.max(v + 1 - own, axis=1)
    rows, columns = np.triu_indices(len(labels), 1)
    room = lipschitz * np.linalg.norm(points[rows] - points[columns], axis=1)
    problem = cp.Problem(
        cp.Minimize(cp.sum(each - score) / len(labels)), [cp.norm(v[rows] - v[columns], axis=1) <= room]
    )
    return float(problem.solve(solver=cp.CLARABEL))


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def compare(name: str, sample: Sample, lipschitz: float, loss: str, repeats: int = 3) -> None:
    ours, theirs = minimize_multiclass_risk(*sample, lipschitz, loss), peer(sample, lipschitz, loss)
    assert ours.lower_bound * (1 - 1e-5) <= theirs <= ours.risk * (1 + 1e-5), (ours, theirs)
    times = [
        (
            seconds(lambda: minimize_multiclass_risk(*sample, lipschitz, loss)),
            seconds(lambda: peer(sample, lipschitz, loss)),
        )
        for _ in range(repeats)
    ]
    mine, other = (median(side) for side in zip(*times, strict=True))
    print(f"{name}, L = {lipschitz}, {loss}: ours {mine:.2f} s, peer {other:.2f} s, {other / mine:.1f} times faster")


def alone(name: str, sample: Sample, lipschitz: float, loss: str) -> None:
    start = time.perf_counter()
    found = minimize_multiclass_risk(*sample, lipschitz, loss, time_limit=120)
    gap = found.gap / found.risk if found.risk else 0.0
    print(f"{name}, L = {lipschitz}, {loss}: {time.perf_counter() - start:.1f} s, relative gap {gap:.1e}", flush=True)


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["peer", "alone"]
    if "peer" in wanted:
        for kind in ("bce", "hinge"):
            compare("60 digits", digits(60), 0.3, kind)
            compare("80 points of the plane", plane(80), 1.0, kind)
    if "alone" in wanted:
        for slope in (0.3, 1.0, 3.0):
            for kind in ("bce", "hinge"):
                alone("1,797 digits", digits(1797), slope, kind)
