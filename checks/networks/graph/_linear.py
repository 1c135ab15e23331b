"""Affine operations but for convolutions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from checks.arrays import Floats
from checks.networks.graph._arrays import freeze
from checks.networks.graph._operation import FLOAT64, Arithmetic, Operation, Shape, Single


@dataclass(frozen=True, eq=False)
class Dense(Single):
    """W x + b along the last axis.

    Args:
        weight: (m, n).
        bias: (m,).

    >>> Dense([[1.0, 2.0]], [0.5]).apply(np.array([[1.0, 1.0]])).tolist()
    [[3.5]]
    """

    weight: Floats
    bias: Floats

    def __init__(self, weight: ArrayLike, bias: ArrayLike) -> None:
        freeze(self, "weight", weight, 2)
        freeze(self, "bias", bias, 1)
        if self.bias.shape != self.weight.shape[:1]:
            raise ValueError(f"bias has shape {self.bias.shape} beside a weight of shape {self.weight.shape}")

    def shape(self, *shapes: Shape) -> Shape:
        [shape] = shapes
        if not shape or shape[-1] != self.weight.shape[1]:
            raise ValueError(f"a dense layer of {self.weight.shape[1]} inputs is handed the shape {shape}")
        return (*shape[:-1], self.weight.shape[0])

    def apply(self, x: Floats) -> Floats:
        return x @ self.weight.T + self.bias

    def carry(self, x: Floats, error: Floats, result: Floats, arithmetic: Arithmetic) -> Floats:
        share = arithmetic.relative(self.weight.shape[1] + 1)
        bound = arithmetic.moved(x, error, share) @ np.abs(self.weight).T + share * np.abs(self.bias)
        return bound * (1 + share) + (self.weight.shape[1] + 2) * arithmetic.tiny

    def pull(self, gradient: Floats, x: Floats, result: Floats) -> Floats:
        return gradient @ self.weight


@dataclass(frozen=True, eq=False)
class Scaling(Single):
    """s x + t, entry by entry: batch normalisation in evaluation, constants that multiply or are added.

    Args:
        scale, shift: of the shape of a sample, or of one that numpy broadcasts to it.

    >>> Scaling(2.0, [1.0, 0.0]).apply(np.array([[1.0, 1.0]])).tolist()
    [[3.0, 2.0]]
    """

    scale: Floats
    shift: Floats

    def __init__(self, scale: ArrayLike, shift: ArrayLike) -> None:
        freeze(self, "scale", scale)
        freeze(self, "shift", shift)

    def shape(self, *shapes: Shape) -> Shape:
        [shape] = shapes
        if np.broadcast_shapes(shape, self.scale.shape, self.shift.shape) != shape:
            raise ValueError(f"scales {self.scale.shape} and shifts {self.shift.shape} do not fit the shape {shape}")
        return shape

    def apply(self, x: Floats) -> Floats:
        return self.scale * x + self.shift

    def carry(self, x: Floats, error: Floats, result: Floats, arithmetic: Arithmetic) -> Floats:
        share, scale = arithmetic.relative(2), np.abs(self.scale)
        bound = scale * arithmetic.moved(x, error, share) + share * np.abs(self.shift)
        return bound * (1 + share) + 2 * arithmetic.tiny

    def pull(self, gradient: Floats, x: Floats, result: Floats) -> Floats:
        return gradient * self.scale


@dataclass(frozen=True)
class Sum(Operation):
    """c_1 x_1 + ... + c_k x_k of arrays of one shape: residual connections.

    >>> Sum((1.0, -1.0)).forward(np.array([[3.0]]), np.array([[1.0]])).tolist()
    [[2.0]]
    """

    coefficients: tuple[float, ...]

    def shape(self, *shapes: Shape) -> Shape:
        if len(shapes) != len(self.coefficients) or len(set(shapes)) != 1:
            raise ValueError(f"a sum of {len(self.coefficients)} arrays is handed the shapes {shapes}")
        return shapes[0]

    def forward(self, *values: Floats) -> Floats:
        return np.asarray(sum(c * x for c, x in zip(self.coefficients, values, strict=True)))

    def spread(self, values: list[Floats], errors: list[Floats], result: Floats, arithmetic: Arithmetic) -> Floats:
        share = arithmetic.relative(len(values))
        terms = [
            abs(c) * arithmetic.moved(x, e, share) for c, x, e in zip(self.coefficients, values, errors, strict=True)
        ]
        return np.asarray(sum(terms)) * (1 + share) + len(values) * arithmetic.tiny

    def stretched(self, lengths: list[Floats], constant: float | None) -> Floats:
        terms = [abs(c) * length for c, length in zip(self.coefficients, lengths, strict=True)]
        return np.asarray(sum(terms)) * (1 + FLOAT64.relative(len(terms)))

    def backward(self, gradient: Floats, values: list[Floats], result: Floats) -> list[Floats]:
        return [c * gradient for c in self.coefficients]


@dataclass(frozen=True)
class Mean(Single):
    """The mean along the last axis, which goes.

    >>> Mean().apply(np.array([[1.0, 3.0]])).tolist()
    [2.0]
    """

    def shape(self, *shapes: Shape) -> Shape:
        [shape] = shapes
        if not shape or not shape[-1]:
            raise ValueError(f"a mean along the last axis is handed the shape {shape}")
        return shape[:-1]

    def apply(self, x: Floats) -> Floats:
        return x.mean(axis=-1)

    def carry(self, x: Floats, error: Floats, result: Floats, arithmetic: Arithmetic) -> Floats:
        share = arithmetic.relative(x.shape[-1] + 1)
        return (error + share * (np.abs(x) + error)).mean(axis=-1) * (1 + share) + arithmetic.tiny

    def pull(self, gradient: Floats, x: Floats, result: Floats) -> Floats:
        return np.broadcast_to(gradient[..., None] / x.shape[-1], x.shape)


@dataclass(frozen=True)
class Centre(Single):
    """x less its mean along the last axis: an orthogonal projection, of norm 1 (0 for one entry).

    >>> Centre().apply(np.array([[1.0, 3.0]])).tolist()
    [[-1.0, 1.0]]
    """

    def shape(self, *shapes: Shape) -> Shape:
        [shape] = shapes
        if not shape or not shape[-1]:
            raise ValueError(f"centring along the last axis is handed the shape {shape}")
        return shape

    def apply(self, x: Floats) -> Floats:
        return x - x.mean(axis=-1, keepdims=True)

    def carry(self, x: Floats, error: Floats, result: Floats, arithmetic: Arithmetic) -> Floats:
        share = arithmetic.relative(x.shape[-1] + 2)
        each = error + share * (np.abs(x) + error)
        return (each + each.mean(axis=-1, keepdims=True)) * (1 + share) + 2 * arithmetic.tiny

    def pull(self, gradient: Floats, x: Floats, result: Floats) -> Floats:
        return gradient - gradient.mean(axis=-1, keepdims=True)
