"""Bounds of convolutions beside the dense matrix's singular value and Gram iteration; an audit of a dense network.

`python tests/benchmarks/bench_audit.py [largest]`, where `largest` (default 10) is the side of the largest images whose
matrix is written out with 64 channels. 64 channels on 32 x 32 pixels have a matrix of 65536 x 65536, 34 GB: what is
printed is the largest here, and the bound, which is for every size, takes one time for all. Everything in turns, in one
process.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import torch

from checks.audit import audit
from checks.networks.graph import Activation, Convolution, Dense, Graph
from theory.norms import conv_bound

REPEATS = 3
DEPTH, WIDTH = 5, 128


def timed(step: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = step()
    return time.perf_counter() - start, found


def matrix_of(kernel: np.ndarray, side: int) -> np.ndarray:
    """Of a zero-padded convolution: columns are images of one pixel."""
    inputs = kernel.shape[1]
    pad = kernel.shape[2] // 2
    layer = Convolution(kernel, np.zeros(len(kernel)), (1, 1), ((pad, pad), (pad, pad)), (1, 1))
    shape = (inputs, side, side)
    blocks = [
        layer.linear(np.eye(inputs * side * side)[i : i + 512].reshape(-1, *shape)).reshape(
            -1, len(kernel) * side * side
        )
        for i in range(0, inputs * side * side, 512)
    ]
    return np.concatenate(blocks).T


def gram_iteration(kernel: np.ndarray, size: int, steps: int = 6) -> float:
    """An upper bound for circular images of that size: of each frequency, |(A*A)^(2^t)|_F^(1 / 2^(t + 1)) (Delattre et
    al. 2023), in plain floats."""
    symbols = np.fft.fft2(kernel, (size, size)).transpose(2, 3, 0, 1).reshape(-1, *kernel.shape[:2])
    grams = symbols.conj().transpose(0, 2, 1) @ symbols
    logs = np.zeros(len(grams))
    for _ in range(steps):
        norms = np.linalg.norm(grams, axis=(1, 2), keepdims=True)
        logs = 2 * (logs + np.log(norms[:, 0, 0]))
        grams = grams / norms
        grams = grams @ grams
    logs = (logs + np.log(np.linalg.norm(grams, axis=(1, 2)))) / 2 ** (steps + 1)
    return float(np.exp(logs.max()))


def convolution(channels: int, side: int, repeats: int) -> None:
    kernel = np.random.default_rng(0).normal(size=(channels, channels, 3, 3)) / (3 * np.sqrt(channels))
    matrix = torch.from_numpy(matrix_of(kernel, side))
    steps: dict[str, Callable[[], Any]] = {
        "bound": lambda: conv_bound(kernel, padding=1),
        "gram": lambda: gram_iteration(kernel, 32),
        "svd": lambda: float(torch.linalg.svdvals(matrix)[0]),
    }
    runs = [{name: timed(step) for name, step in steps.items()} for _ in range(repeats)]
    took = {name: median(run[name][0] for run in runs) for name in steps}
    bound, gram, exact = (runs[0][name][1] for name in steps)
    print(
        f"{channels} x {channels} x 3 x 3 on {side} x {side}, a matrix of {len(matrix)} rows: svd {took['svd']:.2f} s, "
        f"bound {took['bound']:.3f} s: {took['svd'] / took['bound']:.0f} times as fast.\n"
        f"  The bound is {bound.upper / bound.lower - 1:.2%} above the supremum over sizes at most, "
        f"{bound.upper / exact - 1:.2%} above this size's norm.\n"
        f"  Gram iteration on a grid of 32 x 32: {took['gram']:.3f} s; bound / Gram {bound.upper / gram:.4f}."
    )


def dense_audit() -> None:
    rng = np.random.default_rng(0)
    layers: list[Any] = []
    for _ in range(DEPTH):
        layers += [Dense(np.linalg.qr(rng.normal(size=(WIDTH, WIDTH)))[0], rng.normal(size=WIDTH)), Activation("abs")]
    network = Graph.chain((WIDTH,), [*layers, Dense(np.full((1, WIDTH), WIDTH**-0.5), [0.0])])
    points = rng.normal(size=(200, WIDTH))
    labels = np.where(network(points)[:, 0] > 0, 1, -1)
    spent, found = timed(lambda: audit(network, points, labels))
    alone, _ = timed(lambda: audit(network))
    print(
        f"Audit of {DEPTH} x {WIDTH}: {spent:.1f} s with 200 points, {alone:.1f} s of the constant alone; "
        f"{found.verdict}, {found.lower:.9f} to {found.upper:.9f}."
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    convolution(8, 16, REPEATS)
    convolution(64, int(sys.argv[1]) if len(sys.argv) > 1 else 10, 1)
    dense_audit()
