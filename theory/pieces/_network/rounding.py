"""Rigorous constants of a network: norms of its layers, and rounding errors of values and gradients in float64.

Norms are Euclidean; homogeneous points have |x0| <= 1; gates may have any signs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from theory._types import Floats
from theory.pieces._network.network import Bits, Network

UNIT = 2.0**-53
# Covers the rounding of the few operations by which the bounds themselves are computed.
SLACK = 1.0 + 1e-9
UNDERFLOW = 1e-280


def gamma(terms: int) -> float:
    """Relative error of a float64 sum of products with this many terms, in any order (Higham 2002, (3.5))."""
    return SLACK * terms * UNIT / (1.0 - terms * UNIT)


def norm_bound(matrix: Floats) -> float:
    """An upper bound of the largest singular value: |G|^4 <= |G^4|_F for the Gram matrix G."""
    small = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    frobenius = np.linalg.norm(small)
    if not frobenius or not 1e-35 < frobenius < 1e35:
        return float(frobenius * SLACK + UNDERFLOW)
    error = gamma(max(small.shape) + 2)
    gram = small @ small.T
    square = gram @ gram
    top = np.linalg.norm(square @ square) + error * np.linalg.norm(square) ** 2
    root = np.sqrt(top) + error * np.linalg.norm(gram) ** 2
    return float(min(frobenius, np.sqrt(np.sqrt(root) + error * frobenius**2)) * SLACK)


def row_norms(matrix: Floats) -> Floats:
    return np.sqrt((matrix**2).sum(axis=1)) * SLACK + UNDERFLOW


@dataclass
class Errors:
    """Runs through the layers: `slope` and `error` bound the gradient of the layer's input and its float error."""

    slope: float = 1.0
    error: float = 0.0

    def rows(self, weight: Floats, bias: Floats, size: float) -> tuple[Floats, Floats]:
        """Of each row of the layer (w,): a bound of its gradient, and of the error of its value.

        size: the largest norm of a computed input of the layer.
        """
        norms, shifts = row_norms(weight), np.abs(bias)
        rounding = gamma(weight.shape[1] + 4)
        error = norms * self.error + rounding * (norms * (size + self.error) + shifts)
        return (norms * self.slope + shifts) * SLACK, error * SLACK + UNDERFLOW

    def advance(self, weight: Floats, bias: Floats, size: float) -> None:
        """Past the layer and its activation, which lengthens nothing."""
        norm, frobenius, shift = norm_bound(weight), np.linalg.norm(weight), np.linalg.norm(bias)
        rounding = gamma(weight.shape[1] + 4)
        fresh = rounding * (frobenius * (size + self.error) + shift)
        self.error = float(SLACK * (norm * self.error + fresh) + UNDERFLOW)
        self.slope = float(SLACK * (norm * self.slope + shift))


def pull_back(network: Network, minus: Sequence[Bits], rows: Floats, shifts: Floats) -> tuple[Floats, Floats]:
    """Affine functions of the input of layer len(minus), as functions (k, n + 1) of (x0, x) along gate signs.

    rows (k, w), shifts (k,), minus[i] (k, g_i). Also bounds (k,) of the Euclidean error of each. The functions given
    may themselves be differences of two exact ones, rounded.
    """
    error, drift = gamma(2) * row_norms(rows), gamma(2) * np.abs(shifts)
    for weight, bias, acting in reversed(list(zip(network.weights, network.biases, minus, strict=False))):
        rows = network.apply_gates(rows, acting)
        size, shift, rounding = row_norms(rows), float(np.linalg.norm(bias)) * SLACK, gamma(len(bias) + 4)
        shifts = shifts + rows @ bias
        drift = (drift + (error + rounding * size) * shift + gamma(2) * np.abs(shifts)) * SLACK + UNDERFLOW
        error = (error * norm_bound(weight) + rounding * size * float(np.linalg.norm(weight))) * SLACK + UNDERFLOW
        rows = rows @ weight
    return np.column_stack([shifts, rows]), (error + drift) * SLACK + UNDERFLOW
