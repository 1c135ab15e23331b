"""The certified least BCE beside cvxpy + Clarabel, with all pairs (small samples) and with pairs added as violated;
least risks of losses with a kink beside POT's network simplex with all pairs.

`OMP_NUM_THREADS=1 python tests/benchmarks/bench_risk.py [names]`: one process, sides in turns. The peer stops at
the same relative gap between its value and that of its values repaired by McShane's extension. Needs
`pip install cvxpy clarabel scikit-learn POT numba`.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from statistics import median

import cvxpy as cp
import numpy as np
import ot
from scipy.spatial.distance import cdist
from sklearn.datasets import load_digits

from theory import losses
from theory.risk import minimize_risk

TOLERANCE = 1e-6
Sample = tuple[np.ndarray, np.ndarray]


def plane(count: int, seed: int = 0) -> Sample:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(count, 2))
    return points, np.where(points[:, 0] + 0.5 * rng.normal(size=count) > 0, 1, -1)


def digits(count: int) -> Sample:
    data = load_digits()
    return data.data[:count] / 16, np.where(data.target[:count] < 5, 1, -1)


def relaxed(labels: np.ndarray, pairs: tuple[np.ndarray, np.ndarray], room: np.ndarray) -> np.ndarray:
    """Clarabel's values under some pairs (label +1, label -1) alone."""
    f = cp.Variable(len(labels))
    loss = cp.sum(cp.logistic(-cp.multiply(labels, f))) / len(labels)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cp.Problem(cp.Minimize(loss), [f[pairs[0]] - f[pairs[1]] <= room]).solve(solver=cp.CLARABEL)
    return f.value


def bce(labels: np.ndarray, values: np.ndarray) -> float:
    return float(np.logaddexp(0, -labels * values).mean())


def peer(sample: Sample, lipschitz: float, every: bool) -> float:
    """The least risk: by all pairs at once, or by the nearest ones and those most violated."""
    points, labels = sample
    plus, minus = np.flatnonzero(labels > 0), np.flatnonzero(labels < 0)
    far = lipschitz * cdist(points[plus], points[minus])
    used = np.ones(far.shape, dtype=bool)
    if not every:
        used = np.zeros(far.shape, dtype=bool)
        _mark(used, far, 5)
    while True:
        i, j = np.nonzero(used)
        values = relaxed(labels, (plus[i], minus[j]), far[i, j])
        slack = far - values[plus][:, None] + values[minus]
        repaired = values.copy()
        repaired[plus] += slack.min(axis=1)
        if every or bce(labels, repaired) - bce(labels, values) <= TOLERANCE * bce(labels, values):
            return bce(labels, repaired)
        _mark(used, np.where(slack < 0, slack, np.inf), 3)


def _mark(used: np.ndarray, price: np.ndarray, count: int) -> None:
    for axis in (0, 1):
        best = np.argsort(price, axis=axis).take(range(min(count, price.shape[axis])), axis=axis)
        chosen = np.zeros_like(used)
        np.put_along_axis(chosen, best, True, axis=axis)
        used |= chosen & np.isfinite(price)


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def compare(name: str, sample: Sample, lipschitz: float, every: bool, repeats: int) -> None:
    ours = minimize_risk(*sample, lipschitz, tolerance=TOLERANCE)
    try:
        theirs = peer(sample, lipschitz, every)
    except cp.error.SolverError:
        print(
            f"{name}, L = {lipschitz}: ours {seconds(lambda: minimize_risk(*sample, lipschitz)):.3f} s, Clarabel fails"
        )
        return
    assert abs(ours.risk - theirs) <= 1e-4 * ours.risk, (ours.risk, theirs)
    times = [
        (
            seconds(lambda: minimize_risk(*sample, lipschitz, tolerance=TOLERANCE)),
            seconds(lambda: peer(sample, lipschitz, every)),
        )
        for _ in range(repeats)
    ]
    mine, other = (median(side) for side in zip(*times, strict=True))
    print(
        f"{name}, L = {lipschitz}: ours {mine:.3f} s, peer {other:.3f} s, {other / mine:.1f} times faster", flush=True
    )


def peak() -> float:
    """The most memory that the process has held, in GB; nan where the system does not tell (Windows)."""
    try:
        import resource
    except ImportError:
        return float("nan")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2 ** (30 if sys.platform == "darwin" else 20)


def alone(name: str, sample: Sample, lipschitz: float, loss: str) -> None:
    start = time.perf_counter()
    found = minimize_risk(*sample, lipschitz, loss)
    spent = time.perf_counter() - start
    memory = peak()
    gap = (found.risk - found.lower_bound) / abs(found.risk)
    print(f"{name}, L = {lipschitz}, {loss}: {spent:.1f} s, relative gap {gap:.1e}, peak {memory:.2f} GB", flush=True)


def large() -> None:
    for lipschitz in (0.1, 1.0, 10.0):
        alone("20,000 points of the plane", plane(20_000), lipschitz, "bce")


def wide() -> None:
    """Digits with noise, a thousand and more of each, in 784 dimensions."""
    rng = np.random.default_rng(0)
    small, labels = digits(1_797)
    drawn = rng.integers(0, len(small), 10_000)
    points = small[drawn] @ rng.normal(size=(64, 784)) / 8 + 0.05 * rng.normal(size=(10_000, 784))
    for lipschitz in (0.01, 0.1, 1.0):
        alone("10,000 points in 784 dimensions", (points, labels[drawn]), lipschitz, "bce")


def linear() -> None:
    for loss in sorted(set(losses.LOSSES) - {"bce", "kr"}):
        alone("3,000 points of the plane", plane(3_000), 1.0, loss)
    alone("10,000 points of the plane", halves(10_000), 1.0, "kr")
    for lipschitz in (0.01, 1.0, 10.0):
        alone("10,000 points of the plane", plane(10_000), lipschitz, "hinge")
        alone("10,000 points of the plane", plane(10_000), lipschitz, "hkr")
    for loss in ("hinge", "hkr"):
        alone("20,000 points of the plane", plane(20_000), 1.0, loss)


def halves(count: int) -> Sample:
    points, _ = plane(count)
    return points, np.where(np.argsort(np.argsort(points[:, 0])) < count // 2, -1, 1)


def transported(sample: Sample, lipschitz: float, loss: str) -> float:
    """The least risk by POT, from the matrix of all distances; of a hinge, with a point for the mass that stays."""
    points, labels = sample
    plus, minus = points[labels > 0], points[labels < 0]
    hinge = loss == "hinge"
    prices = np.pad(lipschitz * cdist(plus, minus) - 2 * hinge, ((0, hinge), (0, hinge)))
    masses = [np.full(len(each), 1 / len(labels)) for each in (plus, minus)]
    if hinge:
        masses = [np.append(own, other.sum()) for own, other in zip(masses, masses[::-1], strict=True)]
    return -float(ot.emd2(*masses, prices, numItermax=10**7))


def beside_pot(name: str, sample: Sample, lipschitz: float, loss: str) -> None:
    found: list[float] = []
    mine = seconds(lambda: found.append(float(minimize_risk(*sample, lipschitz, loss).risk)))
    other = seconds(lambda: found.append(transported(sample, lipschitz, loss)))
    assert abs(found[0] - found[1]) <= 2e-6 * abs(found[1]), found
    print(f"{name}, L = {lipschitz}, {loss}: ours {mine:.1f} s, POT {other:.1f} s, {other / mine:.1f} times faster")


def flows() -> None:
    for lipschitz in (0.01, 1.0):
        beside_pot("3,000 points of the plane", plane(3_000), lipschitz, "hinge")
    beside_pot("3,000 points of the plane", halves(3_000), 1.0, "kr")


def small() -> None:
    for lipschitz in (0.1, 1.0, 10.0):
        compare("200 points, all pairs", plane(200), lipschitz, True, 5)


def medium() -> None:
    for lipschitz in (0.1, 1.0, 3.0):
        compare("3,000 points, pairs as violated", plane(3_000), lipschitz, False, 1)
    for seed in range(3):
        compare(f"3,000 points of seed {seed}, pairs as violated", plane(3_000, seed), 10.0, False, 3)


def real() -> None:
    for lipschitz in (0.1, 1.0, 10.0):
        compare("1,500 digits, pairs as violated", digits(1_500), lipschitz, False, 1)


PARTS = {
    "small": small,
    "digits": real,
    "medium": medium,
    "large": large,
    "wide": wide,
    "linear": linear,
    "flows": flows,
}


def main() -> None:
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main()
