"""Cells counted a second, with and without certificate, beside a search that asks linear programmes (HiGHS).

`python tests/benchmarks/bench_pieces.py`: one process and one thread, sides in turns, medians of its processor time,
which a busy machine does not lengthen as it does the clock's. The peer is the plain
method for this: depth first over sign patterns, one programme a question. It is given a small network of the same
kind, on which both sides are timed; the large networks would take it hours. With --ten-million, the memory that ten
million cells take is measured as well, in some half an hour.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pickle
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from statistics import median
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.stats import ortho_group

from theory.pieces import count_pieces, estimate_pieces

REPEATS = 5
TWO_IMAGES = np.random.default_rng(1).uniform(size=(2, 784))
Network = tuple[list[Any], list[Any]]


def he_network(n: int, width: int, depth: int, seed: int) -> Network:
    rng = np.random.default_rng(seed)
    sizes = [n, *[width] * depth, 1]
    weights = [rng.normal(size=(b, a)) * np.sqrt(2 / a) for a, b in pairwise(sizes)]
    return weights, [0.1 * rng.normal(size=b) for b in sizes[1:]]


def maxout_network(n: int, units: int, pieces: int, seed: int) -> Network:
    rng = np.random.default_rng(seed)
    shapes = [(pieces * units, n), (pieces * units, units), (1, units)]
    return [rng.normal(size=shape) / shape[1] ** 0.5 for shape in shapes], [0.1 * rng.normal(size=b) for b, _ in shapes]


def orthogonal_network(n: int, width: int, depth: int, seed: int, bias: float = 0.3) -> Network:
    rng = np.random.default_rng(seed)
    matrices = [ortho_group.rvs(width, random_state=seed + i) for i in range(depth)]
    weights = [matrices[0][:, :n], *matrices[1:], rng.normal(size=(1, width)) / width**0.5]
    return weights, [rng.uniform(-bias, bias, size=len(weight)) for weight in weights]


def seconds(call: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    found = call()
    return time.process_time() - start, found


def rates(name: str, network: Network, activation: str, box: Any = None, **more: Any) -> None:
    sides: tuple[list[float], list[float]] = ([], [])
    for _ in range(REPEATS):
        for certify, times in zip((False, True), sides, strict=True):
            took, found = seconds(lambda: count_pieces(*network, box, activation=activation, certify=certify, **more))  # noqa: B023
            times.append(took)
    plain, proved = map(median, sides)
    print(
        f"{name}: {found.cells} cells, {found.cells / plain:,.0f} a second; "
        f"certified {found.cells / proved:,.0f} a second, {proved / plain:.2f} times the plain count"
    )


def compare(name: str, network: Network, activation: str) -> None:
    pairs = []
    for _ in range(3):
        ours, found = seconds(lambda: count_pieces(*network, activation=activation))
        theirs, cells = seconds(lambda: programmes(network, activation))
        assert found.cells == cells
        pairs.append((ours, theirs))
    mine, peer = (median(side) for side in zip(*pairs, strict=True))
    print(f"{name}: {cells} cells, ours {mine:.4f} s, linear programmes {peer:.2f} s, ratio {mine / peer:.5f}")


class TwoWorkers:
    """An executor that runs tasks at once, pickled both ways, and keeps the processor time of two workers who take
    them in turn: a busy machine changes the clock of real ones."""

    _max_workers = 2

    def __init__(self) -> None:
        self.busy, self.tasks = [0.0, 0.0], 0.0

    def submit(self, function: Callable[..., Any], /, *args: Any) -> Any:
        took, found = seconds(lambda: pickle.loads(pickle.dumps(_called(pickle.dumps((function, args))))))
        self.busy = sorted([self.busy[0] + took, self.busy[1]])
        self.tasks += took
        return _Done(found)


class _Done:
    def __init__(self, found: Any) -> None:
        self._found = found

    def result(self) -> Any:
        return self._found


def _called(pickled: bytes) -> Any:
    function, args = pickle.loads(pickled)
    return function(*args)


def shared(name: str, network: Network, activation: str) -> None:
    pairs = []
    for _ in range(3):
        alone, found = seconds(lambda: count_pieces(*network, activation=activation))
        workers = TwoWorkers()
        took, same = seconds(lambda: count_pieces(*network, activation=activation, executor=workers))  # noqa: B023
        assert same.cells == found.cells
        pairs.append((alone, took - workers.tasks + max(workers.busy)))
    one, two = (median(side) for side in zip(*pairs, strict=True))
    print(f"{name}: {found.cells} cells, alone {one:.2f} s, two workers {two:.2f} s, gain {one / two:.2f}")


def stopped(name: str, network: Network, activation: str, limit: float) -> None:
    took, found = seconds(lambda: count_pieces(*network, activation=activation, time_limit=limit))
    print(f"{name}: {limit} s given, {took:.2f} s taken, {found.lower} to {float(found.upper):.2g} cells")


def scaled(name: str, network: Network, boxes: tuple[float, float], activation: str) -> None:
    """The rate on the larger box as a part of that on the smaller, in turns."""
    sides: tuple[list[float], list[float]] = ([], [])
    for _ in range(2):
        for box, speeds in zip(boxes, sides, strict=True):
            took, found = seconds(lambda: count_pieces(*network, (-box, box), activation=activation))  # noqa: B023
            speeds.append(found.cells / took)
    small, large = map(median, sides)
    print(
        f"{name}: {found.cells:,} cells, {large:,.0f} a second; {large / small:.2f} of the rate on a box of {boxes[0]}"
    )


def memory(name: str, network: Network, activation: str) -> None:
    """The most memory that counting took, in a process of its own, beside what it had taken before.

    Linux hands on to a new process what its parent holds, so that this has to come first.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        before = alone.submit(megabytes).result()
        found = alone.submit(count_pieces, *network, activation=activation).result().cells
        print(f"{name}: {found:,} cells, {alone.submit(megabytes).result():,.0f} MB, {before:,.0f} of them before")


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def estimated(name: str, network: Network, activation: str, descents: int) -> None:
    took, found = seconds(lambda: estimate_pieces(*network, activation=activation, descents=descents))
    spread = found.standard_error * descents**0.5 / found.estimate
    pace = f"{1000 * took / descents:.1f} ms a descent"
    print(f"{name}: {found.estimate:.3g} cells, {pace}, spread {spread:.1f} of the mean")


def programmes(network: Network, activation: str) -> int:
    """The peer: cells over [-1, 1]^n, a prefix of signs being kept when a ball of radius 1e-9 fits."""
    layers = list(zip(*network, strict=True))
    n = network[0][0].shape[1]

    def fits(rows: np.ndarray) -> bool:
        norms = np.linalg.norm(rows[:, 1:], axis=1)[:, None]
        upper = np.hstack([-rows[:, 1:], norms])
        found = linprog([0] * n + [-1], upper, rows[:, 0], bounds=[(-1, 1)] * n + [(None, 1)], method="highs")
        return bool(found.status == 0 and found.x[-1] > 1e-9)

    def grow(values: np.ndarray, layer: int, gate: int, rows: np.ndarray, signs: tuple[int, ...]) -> int:
        gates = values if activation == "relu" else values[1::2] - values[::2]
        if gate == len(gates):
            minus = np.array(signs[len(signs) - gate :]) < 0
            return step(acted(values, minus, activation), layer + 1, rows, signs)
        total = 0
        for side in (1, -1):
            longer = np.vstack([rows, side * gates[gate]])
            if fits(longer):
                total += grow(values, layer, gate + 1, longer, (*signs, side))
        return total

    def step(inputs: np.ndarray, layer: int, rows: np.ndarray, signs: tuple[int, ...]) -> int:
        if layer == len(layers) - 1:
            return 1
        weight, bias = layers[layer]
        values = weight @ inputs
        values[:, 0] += bias
        return grow(values, layer, 0, rows, signs)

    return step(np.eye(n, n + 1, 1), 0, np.zeros((0, n + 1)), ())


def acted(values: np.ndarray, minus: np.ndarray, activation: str) -> np.ndarray:
    if activation == "relu":
        return np.where(minus[:, None], 0.0, values)
    pairs = values.reshape(len(minus), 2, -1)
    return np.where(minus[:, None, None], pairs[:, ::-1], pairs).reshape(values.shape)


def main() -> None:
    twelve = he_network(2, 128, 12, 0)
    memory("ReLU, He, 2 inputs, twelve layers of 128", twelve, "relu")
    if "--ten-million" in sys.argv:
        memory("ReLU, He, 2 inputs, twenty-three layers of 256", he_network(2, 256, 23, 0), "relu")
    rates("ReLU, He, 2 inputs, three layers of 128", he_network(2, 128, 3, 0), "relu")
    rates("ReLU, He, 2 inputs, three layers of 28", he_network(2, 28, 3, 0), "relu")
    scaled("ReLU, He, 2 inputs, twelve layers of 128, 40,000 to a million cells", twelve, (0.05, 1.0), "relu")
    rates("ReLU, He, 3 inputs, three layers of 32", he_network(3, 32, 3, 0), "relu")
    rates("ReLU, He, 5 inputs, three layers of 10", he_network(5, 10, 3, 0), "relu")
    rates("GroupSort2, orthogonal, 2 inputs, three layers of 128", orthogonal_network(2, 128, 3, 0), "groupsort2")
    rates("the same over the plane", orthogonal_network(2, 128, 3, 0), "groupsort2", "all")
    deep = orthogonal_network(2, 128, 5, 0, bias=18.0)
    rates("GroupSort2, orthogonal, 2 inputs, five layers of 128, 120 wide", deep, "groupsort2", (-60, 60))
    rates("GroupSort2, orthogonal, 3 inputs, three layers of 64", orthogonal_network(3, 64, 3, 0), "groupsort2")
    rates("GroupSort2, orthogonal, 4 inputs, three layers of 32", orthogonal_network(4, 32, 3, 0), "groupsort2")
    shared("ReLU, He, 2 inputs, three layers of 192", he_network(2, 192, 3, 0), "relu")
    shared("ReLU, He, 5 inputs, three layers of 12", he_network(5, 12, 3, 0), "relu")
    shared("ReLU, He, 11 inputs, two layers of 6", he_network(11, 6, 2, 0), "relu")
    rates("ReLU, He, 16 inputs, two layers of 8", he_network(16, 8, 2, 0), "relu")
    stopped("ReLU, He, 784 inputs, two layers of 256", he_network(784, 256, 2, 0), "relu", 5.0)
    rates("ReLU, He, 784 inputs, along a segment", he_network(784, 256, 2, 0), "relu", through=TWO_IMAGES)
    rates("ReLU, He, 2 inputs, three layers of 256", he_network(2, 256, 3, 0), "relu")
    rates("leaky ReLU, He, 2 inputs, three layers of 128", he_network(2, 128, 3, 0), "leaky_relu")
    rates("GroupSort4, 2 inputs, three layers of 64", he_network(2, 64, 3, 0), "groupsort4")
    rates("maxout of 3, 2 inputs, two layers of 96", maxout_network(2, 32, 3, 0), "maxout3")
    rates("ReLU, He, 100 inputs, two layers of 5, over R^n", he_network(100, 5, 2, 0), "relu", "all")
    estimated("ReLU, He, 16 inputs, three layers of 16", he_network(16, 16, 3, 0), "relu", 100)
    compare("ReLU, He, 2 inputs, two layers of 12", he_network(2, 12, 2, 1), "relu")
    compare("GroupSort2, orthogonal, 3 inputs, two layers of 16", orthogonal_network(3, 16, 2, 0), "groupsort2")


if __name__ == "__main__":
    main()
