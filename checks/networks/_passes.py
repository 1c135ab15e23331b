"""A network in float64, forwards and backwards, a block of points at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checks.arrays import Floats
from checks.networks._exact import ExactNetwork
from checks.networks._layers import Layers

_EPSILON = float(np.finfo(np.float64).eps)  # 2 u, u = 2^-53
_NORMAL = float(np.finfo(np.float64).tiny)  # below, numbers lose digits
_POINTS_AT_ONCE = 1024  # points evaluated at once: a layer of width 128 takes 1 MB, and stays in a core's cache

Watch = Callable[[int, Floats, Floats], None]


def in_blocks(function: Callable[[Floats], Floats], points: Floats, tail: tuple[int, ...]) -> Floats:
    """function of points (..., n), a block (p, n) at a time, each to (p, *tail); together (..., *tail)."""
    flat = points.reshape(-1, points.shape[-1])
    out = np.empty((len(flat), *tail))
    for start in range(0, len(flat), _POINTS_AT_ONCE):
        out[start : start + _POINTS_AT_ONCE] = function(flat[start : start + _POINTS_AT_ONCE])
    return out.reshape(points.shape[:-1] + tail)


def forward(network: Layers, points: Floats, watch: Watch | None = None) -> tuple[Floats, list[NDArray[Any]]]:
    """Values (p, K) at points (p, n), and which piece of the activation is active in every hidden layer.

    watch is shown each hidden layer's number, what enters it and what its gates decide on.
    """
    z, pieces = points, []
    for i, (weight, bias) in enumerate(zip(network.weights[:-1], network.biases[:-1], strict=True)):
        before = z @ weight.T
        np.add(before, bias, out=before)
        if watch:
            watch(i, z, before)
        z, piece = network.gates.forward(before)
        pieces.append(piece)
    return z @ network.weights[-1].T + network.biases[-1], pieces


def jacobians(network: Layers, sizes: Sequence[tuple[float, float]], points: Floats) -> Floats:
    """The gradients (p, K, n) of the outputs, in floats where all gates are decided so.

    sizes: of every layer, the greatest sum of |weights| in a row, and the greatest |bias|.
    """
    near, error = np.zeros(len(points), dtype=bool), np.zeros(len(points))

    def watch(i: int, entering: Floats, deciding: Floats) -> None:
        # An inner product of q numbers and one more is off by (q + 1) u of the sum of sizes (Higham 2002, section 3.1);
        # twice that covers the rounding of these bounds too. No activation enlarges the greatest error of a vector.
        nonlocal error
        rows, shift = sizes[i]
        largest = np.abs(entering).max(axis=-1)
        rounding = (entering.shape[-1] + 2) * _EPSILON
        error = (rows * (error + rounding * (largest + error)) + rounding * shift) * (1 + rounding) + _NORMAL
        near[:] |= ~(network.gates.gap(deciding) > 4 * error)

    with np.errstate(over="ignore", invalid="ignore"):
        found = _backward(network, forward(network, points, watch)[1], len(points))
    close = np.flatnonzero(near & np.isfinite(points).all(axis=-1))
    if close.size:
        exact = ExactNetwork(network)
        for k in close:
            rows = exact.rows([Fraction(value) for value in points[k].tolist()], creases=True)
            found[k] = [[float(slope) for slope in slopes] for _, slopes in rows]
    return found


def _backward(network: Layers, pieces: Sequence[NDArray[Any]], count: int) -> Floats:
    """The gradients (p, K, n) of the pieces that are active at p points."""
    last = network.weights[-1]
    gradient = np.repeat(last[:, None], count, axis=1)  # (K, p, w): pieces (p, ...) are the same for every output
    for weight, piece in zip(network.weights[-2::-1], reversed(pieces), strict=True):
        before = network.gates.backward(gradient, piece)
        gradient = (before.reshape(-1, before.shape[-1]) @ weight).reshape(len(last), count, -1)
    return gradient.swapaxes(0, 1)


def lengths_of(vectors: Floats) -> Floats:
    """Euclidean norms along the last axis, to a few units of rounding for each entry, whatever the scale."""
    most = np.abs(vectors).max(axis=-1, initial=0.0)
    scale = np.where((most > 0) & (most < np.inf), most, 1.0)
    with np.errstate(over="ignore", under="ignore"):
        return scale * np.linalg.norm(vectors / scale[..., None], axis=-1)


def value_error(network: Layers, norms: Sequence[float], lengths: Floats) -> Floats:
    """How far, in Euclidean norm, computed values may be from f(x), for |x| <= lengths, in whatever order sums are
    taken; infinite where float64 overflows.

    norms: of every layer, an upper bound. An inner product of q numbers and one more is off by (q + 1) u of the sum of
    sizes (Higham 2002, section 3.1); twice that covers the rounding of this bound too. No activation enlarges norms or
    distances.
    """
    size, error = lengths, np.zeros_like(lengths)
    with np.errstate(over="ignore", invalid="ignore"):
        for norm, weight, bias in zip(norms, network.weights, network.biases, strict=True):
            whole, shift = (float(lengths_of(part.ravel())) for part in (weight, bias))
            rounding = (weight.shape[1] + 2) * _EPSILON
            error = norm * error + rounding * (whole * (size + error) + shift) + _NORMAL
            size = norm * size + shift
    return np.where(np.isfinite(error), error, np.inf)
