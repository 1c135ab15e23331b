"""Attacks on theory.norms: bounds between what a matrix written out attains, and slopes by high precision."""

from __future__ import annotations

from itertools import pairwise, product
from math import inf, ldexp
from typing import Any

import mpmath
import numpy as np

from tests.fuzz.draws import Rng, chance, pick, whole
from tests.fuzz.targets import target
from tests.theory.extremes import largest_singular_value
from theory.norms import (
    NormBounds,
    SemidefiniteBound,
    activation_slopes,
    conv_bound,
    matrix_bound,
    pool_bound,
    semidefinite_bound,
    softmax_lipschitz,
)
from theory.pieces import lipschitz_constant


def smaller(found: NormBounds) -> NormBounds:
    return NormBounds(found.lower, found.upper * 0.9)


def windows(size: list[int], taps: list[int], stride: list[int], pad: list[int], dilation: list[int], mode: str):
    """Of every window, the pixel that each tap reads; -1 is a zero."""
    lines = []
    for n, k, s, p, d in zip(size, taps, stride, pad, dilation, strict=True):
        index = np.arange(n)
        if mode == "zeros":
            line = np.pad(index, p, constant_values=-1)
        else:
            line = np.pad(index, p, mode={"circular": "wrap", "reflect": "reflect", "replicate": "edge"}[mode])
        starts = range(0, len(line) - d * (k - 1), s)
        lines.append([[int(line[start + d * u]) for u in range(k)] for start in starts])
    return lines


def written_out(kernel: np.ndarray, size: list[int], lines: list[list[list[int]]]) -> np.ndarray:
    """The convolution as a matrix, entry by entry."""
    outputs, inputs = kernel.shape[:2]
    grid = list(product(*map(range, map(len, lines))))
    matrix = np.zeros((outputs, len(grid), inputs, *size))
    for row, window in enumerate(grid):
        for taps in product(*map(range, kernel.shape[2:])):
            place = [line[w][u] for line, w, u in zip(lines, window, taps, strict=True)]
            if min(place) >= 0:
                matrix[(slice(None), row, slice(None), *place)] += kernel[(..., *taps)]
    return matrix.reshape(outputs * len(grid), -1)


@target(conv_bound, NormBounds, breaks={"conv_bound": smaller})
def convolutions(rng: Rng) -> None:
    """No matrix of a convolution has a norm above the bound; scales are exact; circular grids are attained."""
    axes = whole(rng, 1, 2)
    taps, dilation, pad, stride = (
        [whole(rng, low, high) for _ in range(axes)] for low, high in ((1, 4), (1, 2), (0, 3), (1, 3))
    )
    mode = pick(rng, ["zeros", "zeros", "circular", "reflect", "replicate"])
    size = [
        max(whole(rng, 2, 9 if axes == 1 else 6), d * (k - 1) + 1, p + 1)
        for k, d, p in zip(taps, dilation, pad, strict=True)
    ]
    kernel = rng.normal(size=(whole(rng, 1, 3), whole(rng, 1, 3), *taps))
    if chance(rng, 0.3):
        kernel = np.round(kernel)
    if chance(rng, 0.3):
        kernel = np.ones_like(kernel) * kernel.flat[0]
    order = pick(rng, [1, 2, 2, inf])
    how = {"stride": stride, "padding": pad, "dilation": dilation, "padding_mode": mode, "order": order}
    true = np.linalg.norm(written_out(kernel, size, windows(size, taps, stride, pad, dilation, mode)), order)
    free, sized = conv_bound(kernel, **how), conv_bound(kernel, **how, size=size)
    assert true <= min(free.upper, sized.upper) * (1 + 1e-12) and sized.upper <= free.upper * (1 + 1e-6)
    exponent = whole(rng, -1000, 900)
    moved = conv_bound(np.ldexp(kernel, exponent), **how)
    if (np.ldexp(np.ldexp(kernel, exponent), -exponent) == kernel).all():
        assert moved.lower <= ldexp(free.upper, exponent) and ldexp(free.lower, exponent) <= moved.upper


@target(matrix_bound, breaks={"matrix_bound": smaller})
def matrices(rng: Rng) -> None:
    """Of matrices almost orthogonal, of low rank, of one row, of any scale."""
    rows, columns = whole(rng, 1, 5), whole(rng, 1, 5)
    entries = rng.normal(size=(rows, columns))
    if chance(rng, 0.3):
        entries = np.outer(entries[:, 0], entries[0])
    if chance(rng, 0.3):
        entries = np.linalg.qr(entries)[0]
    if chance(rng, 0.3):
        entries = np.round(entries)
    entries = np.ldexp(entries, whole(rng, -1070, 1000))
    found = matrix_bound(entries)
    true = largest_singular_value(entries)
    with mpmath.workdps(50):
        assert found.lower <= true * (1 + mpmath.mpf(10) ** -40) and true * (1 - mpmath.mpf(10) ** -40) <= found.upper
        assert found.upper - found.lower <= true * mpmath.mpf(10) ** -9 + mpmath.mpf(2) ** -1070


@target(
    semidefinite_bound,
    SemidefiniteBound,
    breaks={"semidefinite_bound": lambda found: SemidefiniteBound(found.upper * 0.5, found.product, found.multipliers)},
)
def semidefinite(rng: Rng) -> None:
    """Between the steepest of all linear maps that signs of gates allow, some of which are there, and the product."""
    widths = [whole(rng, 1, 3), *(2 * whole(rng, 1, 3) for _ in range(whole(rng, 1, 2))), 1]
    weights = [rng.normal(size=(b, a)) for a, b in pairwise(widths)]
    exponents = [whole(rng, -300, 300) for _ in weights]
    moved = [np.ldexp(weight, exponent) for weight, exponent in zip(weights, exponents, strict=True)]
    activation = pick(rng, ["relu", "groupsort2"])
    found = semidefinite_bound(moved, activation=activation)
    zeros = [[0.0] * len(weight) for weight in weights]
    exact = lipschitz_constant(weights, zeros, "all", activation=activation)
    assert exact.value * (1 - 1e-9) <= float(np.ldexp(found.upper, -sum(exponents)))
    assert found.upper <= found.product


@target(pool_bound, breaks={"pool_bound": smaller})
def pools(rng: Rng) -> None:
    """A pixel that stands out changes as many windows as hold it; averages are convolutions written out."""
    window, stride = ([whole(rng, 1, 4) for _ in range(2)] for _ in range(2))
    size = [2 * w + s * whole(rng, 2, 3) for w, s in zip(window, stride, strict=True)]
    kind, order = pick(rng, ["max", "l2", "average"]), pick(rng, [1, 2, inf])
    found = pool_bound(kind, window, stride=stride, order=order)
    assert 0 < found.lower <= found.upper
    lines = windows(size, window, stride, [0, 0], [1, 1], "zeros")
    dense = written_out(np.ones((1, 1, *window)), size, lines)
    if kind == "average":
        true = np.linalg.norm(dense / np.prod(window), order)
    else:
        counts = dense.sum(axis=0).max()
        true = {1: counts, 2: np.sqrt(counts), inf: 1.0 if kind == "max" else np.sqrt(np.prod(window))}[order]
    assert true <= found.upper * (1 + 1e-12) and (kind == "average" or found.lower <= true * (1 + 1e-12))


SMOOTH = {
    "gelu": lambda x: x * mpmath.ncdf(x),
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "mish": lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(x))),
    "tanh": mpmath.tanh,
}


@target(activation_slopes, breaks={"activation_slopes": lambda slopes: (slopes[0], slopes[1] * 0.9)})
def slopes(rng: Rng) -> None:
    """Difference quotients in 40 digits, near the steepest place and elsewhere."""
    name = pick(rng, sorted(SMOOTH))
    low, high = activation_slopes(name)
    steep = {"gelu": 2**0.5, "silu": 2.3994, "mish": 1.4906, "sigmoid": 0.0, "tanh": 0.0, "softplus": 40.0}[name]
    x = steep if chance(rng, 0.5) else rng.normal() * 5
    with mpmath.workdps(40):
        step = mpmath.mpf(10) ** -whole(rng, 0, 8) * (1 if chance(rng, 0.5) else -1)
        quotient = (SMOOTH[name](x + step) - SMOOTH[name](mpmath.mpf(x))) / step
        assert low <= quotient <= high
        assert x != steep or abs(step) > 1e-4 or quotient >= high * (1 - mpmath.mpf(10) ** -6)


def p_norm(sizes: list[Any], p: float) -> Any:
    """mpmath's own takes whole p alone."""
    return max(sizes) if p == inf else mpmath.fsum(size**p for size in sizes) ** (1 / mpmath.mpf(p))


@target(softmax_lipschitz, breaks={"softmax_lipschitz": lambda found: found * 0.9})
def softmax(rng: Rng) -> None:
    """Two entries of almost the same share attain it; no pair exceeds it."""
    p, q = (pick(rng, [1, 1.5, 2, 3, 7, inf]) for _ in range(2))
    found = softmax_lipschitz(p, q)
    sharp = chance(rng, 0.3)
    pair = rng.normal(size=(2, whole(rng, 2, 6))) * 10.0 ** whole(rng, -3, 2)
    if sharp:
        pair = np.array([[0.0, 0.0], [1e-6, -1e-6]])
    with mpmath.workdps(40):
        shares = [[mpmath.exp(v) for v in row] for row in pair.tolist()]
        shares = [[v / mpmath.fsum(row) for v in row] for row in shares]
        moved, step = (
            p_norm([abs(mpmath.mpf(a) - b) for a, b in zip(*rows, strict=True)], order)
            for rows, order in ((shares, q), (pair.tolist(), p))
        )
        assert moved <= found * step
        assert not sharp or moved >= found * step * (1 - 1e-6)
