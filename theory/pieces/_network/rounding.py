"""Rigorous constants of a network: norms of its layers, and rounding errors of values and gradients in float64.

Norms are Euclidean; homogeneous points have |x0| <= 1; gates may have any signs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from theory._types import Floats
from theory.pieces._network.arrays import Bits
from theory.pieces._network.network import Network

UNIT = 2.0**-53
"""Unit roundoff u of float64, rounding to nearest."""

BOUND_SLACK = 1.0 + 1e-9
"""Covers the rounding of the operations by which bounds themselves are computed, 4 million: gamma(4e6) < 1e-9."""

UNDERFLOW = 1e-150
"""Added to norms and errors: a square below float64's range loses at most 2^-1074, so the root of a sum of k of them
at most 2.3e-162 sqrt(k); products and sums themselves lose at most 2^-1074 a term. Covers k up to 1e23."""

NETWORKS_KEPT = 4
"""Of which `layer_lengths` are remembered: chosen, a count has one or two."""


def gamma(terms: int) -> float:
    """Relative error of a float64 sum of products with this many terms, in any order (Higham 2002, (3.5))."""
    return BOUND_SLACK * terms * UNIT / (1.0 - terms * UNIT)


def norm(array: Floats) -> float:
    """An upper bound of the Euclidean norm of all entries, whatever their size."""
    return float(np.linalg.norm(array)) * BOUND_SLACK + UNDERFLOW


def norm_bound(matrix: Floats) -> float:
    """An upper bound of the largest singular value s: s^8 = |G^4| <= |G^4|_F for the Gram matrix G.

    Each product is off by gamma_k |A|_F |B|_F at most (Higham 2002, (3.13)), k the length of its sums. Rounded, G and
    G^2 need not be symmetric: hence |A|^2 = |A^T A|, which is true of all A, and not |A^2|. Scaled by a power of two to
    a Frobenius norm from 1 to 2, no sixteenth power, as |G^4|_F takes them, leaves float64's range.
    """
    whole = norm(matrix)
    if whole <= 2 * UNDERFLOW:
        return whole
    scale = 2.0 ** math.floor(math.log2(whole))
    small = (matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T) / scale
    frobenius = whole / scale
    error = gamma(max(small.shape) + 2)
    gram = small @ small.T
    square = gram.T @ gram
    top = np.linalg.norm(square.T @ square) + error * np.linalg.norm(square) ** 2
    root = np.sqrt(top) + error * np.linalg.norm(gram) ** 2
    return min(whole, float(scale * np.sqrt(np.sqrt(root) + error * frobenius**2)) * BOUND_SLACK)


class Lengths(NamedTuple):
    """Upper bounds of a layer: of its matrix's largest singular value, of all its entries, and of its biases."""

    spectral: float
    frobenius: float
    shift: float

    @classmethod
    def of(cls, weight: Floats, bias: Floats) -> Lengths:
        return cls(norm_bound(weight), norm(weight), norm(bias))


@lru_cache(maxsize=NETWORKS_KEPT)
def layer_lengths(network: Network) -> tuple[Lengths, ...]:
    return tuple(Lengths.of(*layer) for layer in zip(network.weights, network.biases, strict=True))


def row_norms(matrix: Floats) -> Floats:
    """Upper bounds of the norms of the rows."""
    return np.sqrt(np.einsum("ij,ij->i", matrix, matrix)) * BOUND_SLACK + UNDERFLOW


@dataclass
class Errors:
    """Runs through the layers: `slope` and `error` bound the gradient of the layer's input and its float error.

    stretch: of the activation. products: how many roundings it takes, one with a slope.
    """

    slope: float = 1.0
    error: float = 0.0
    stretch: float = 1.0
    products: int = 0

    @classmethod
    def of(cls, network: Network) -> Errors:
        return cls(stretch=network.stretch, products=int(network.rounds_slope))

    def rows(self, weight: Floats, bias: Floats, size: float) -> tuple[Floats, Floats]:
        """Of each row of the layer (w,): a bound of its gradient, and of the error of its value.

        size: the largest norm of a computed input of the layer.
        """
        norms, shifts = row_norms(weight), np.abs(bias)
        # The sum of products, its bias and the gate as a rounded difference of rows: 3 more than terms.
        rounding = gamma(weight.shape[1] + 4)
        error = norms * self.error + rounding * (norms * (size + self.error) + shifts)
        return (norms * self.slope + shifts) * BOUND_SLACK, error * BOUND_SLACK + UNDERFLOW

    def advance(self, weight: Floats, bias: Floats, size: float, lengths: Lengths | None = None) -> None:
        """Past the layer and its activation, which lengthens nothing more than `stretch` times.

        lengths: of the layer, where they are known.
        """
        spectral, frobenius, shift = Lengths.of(weight, bias) if lengths is None else lengths
        rounding = gamma(weight.shape[1] + 4 + self.products)
        fresh = rounding * (frobenius * (size + self.error) + shift)
        self.error = BOUND_SLACK * self.stretch * (spectral * self.error + fresh) + UNDERFLOW
        self.slope = BOUND_SLACK * self.stretch * (spectral * self.slope + shift)


def pull_back(network: Network, minus: Sequence[Bits], rows: Floats, shifts: Floats) -> tuple[Floats, Floats]:
    """Affine functions of the input of layer len(minus), as functions (k, n + 1) of (x0, x) along gate signs.

    rows (k, w), shifts (k,), minus[i] (k, g_i). Also bounds (k,) of the Euclidean error of each. The functions given
    may themselves be differences of two exact ones, rounded.
    """
    error, drift = gamma(2) * row_norms(rows), gamma(2) * np.abs(shifts)  # a rounded difference is off by a share u
    layers = list(zip(network.weights, network.biases, layer_lengths(network), minus, strict=False))
    for weight, bias, lengths, acting in reversed(layers):
        rows = network.apply_gates(rows, acting)
        if network.rounds_slope:
            error = (network.stretch * error + gamma(2) * row_norms(rows)) * BOUND_SLACK + UNDERFLOW
        size, shift, rounding = row_norms(rows), lengths.shift, gamma(len(bias) + 4)
        shifts = shifts + rows @ bias
        drift = (drift + (error + rounding * size) * shift + gamma(2) * np.abs(shifts)) * BOUND_SLACK + UNDERFLOW
        error = (error * lengths.spectral + rounding * size * lengths.frobenius) * BOUND_SLACK + UNDERFLOW
        rows = rows @ weight
    return np.column_stack([shifts, rows]), (error + drift) * BOUND_SLACK + UNDERFLOW
