"""Euclidean norms and softmax, along the last axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_softmax, softmax

from checks.arrays import Floats
from checks.networks.graph._operation import ULPS, Arithmetic, Shape, Single


@dataclass(frozen=True)
class Norm(Single):
    """sqrt(x_1^2 + ... + x_n^2 + offset) along the last axis, which goes: l2-pooling, once windows are gathered.

    >>> Norm().apply(np.array([[3.0, 4.0]])).tolist()
    [5.0]
    """

    offset: float = 0.0

    def shape(self, *shapes: Shape) -> Shape:
        [shape] = shapes
        if not shape or not 0 <= self.offset < np.inf:
            raise ValueError(f"a norm along the last axis, with offset {self.offset}, is handed the shape {shape}")
        return shape[:-1]

    def apply(self, x: Floats) -> Floats:
        return np.sqrt((x * x).sum(axis=-1) + self.offset)

    def carry(self, x: Floats, error: Floats, result: Floats, arithmetic: Arithmetic) -> Floats:
        count = x.shape[-1] + 2
        share = arithmetic.relative(count)
        moved = np.sqrt((error * error).sum(axis=-1)) + np.sqrt(count * arithmetic.tiny)  # squares may lose all digits
        return (moved + share * (result + moved)) * (1 + share)

    def pull(self, gradient: Floats, x: Floats, result: Floats) -> Floats:
        size = result[..., None]
        return gradient[..., None] * np.divide(x, size, out=np.zeros(x.shape), where=size > 0)


@dataclass(frozen=True)
class Softmax(Single):
    """exp(x_i) over the sum of all exp(x_j) along the last axis; its logarithm with `logarithm`.

    >>> Softmax().apply(np.array([[0.0, 0.0]])).tolist()
    [[0.5, 0.5]]
    """

    logarithm: bool = False

    def shape(self, *shapes: Shape) -> Shape:
        [shape] = shapes
        if not shape or not shape[-1]:
            raise ValueError(f"softmax along the last axis is handed the shape {shape}")
        return shape

    def apply(self, x: Floats) -> Floats:
        return np.asarray(log_softmax(x, axis=-1) if self.logarithm else softmax(x, axis=-1))

    def carry(self, x: Floats, error: Floats, result: Floats, arithmetic: Arithmetic) -> Floats:
        # |dp_i| <= 2 p_i (1 - p_i) max |dx| <= max |dx| / 2, and |d log p_i| <= 2 max |dx|.
        most = error.max(axis=-1, keepdims=True)
        share = arithmetic.relative(x.shape[-1] + ULPS)
        if self.logarithm:
            return (2 * most + share * (1 + np.abs(result) + np.abs(x) + 3 * most)) * (1 + share)
        return np.broadcast_to((most / 2 + share) * (1 + share), x.shape)

    def pull(self, gradient: Floats, x: Floats, result: Floats) -> Floats:
        if self.logarithm:
            return gradient - np.exp(result) * gradient.sum(axis=-1, keepdims=True)
        return result * (gradient - (gradient * result).sum(axis=-1, keepdims=True))
