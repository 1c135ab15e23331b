"""Operator norms and Lipschitz constants of single operations, rounded up."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from functools import singledispatch

import numpy as np

from checks.networks._singular_values import singular_bounds
from checks.networks.graph import (
    Activation,
    Centre,
    Convolution,
    Dense,
    Gather,
    Householder,
    LeakyReLU,
    Max,
    Mean,
    Norm,
    Operation,
    Scaling,
    Shape,
    Softmax,
    Sort,
    TransposedConvolution,
)
from theory.intervals import root_floats, upper_float
from theory.norms import conv_bound, matrix_bound, softmax_lipschitz

EXACT_ENTRIES = 2**14
"""Of matrices whose norms are found in whole numbers, to 1e-14; beyond, in floats to 1e-9: chosen for time."""


@singledispatch
def constant_of(operation: Operation, shape: Shape, order: float) -> float:
    """A Lipschitz constant of an operation of one array of that shape, for Euclidean norms (2) or largest entries.

    Raises:
        ValueError: an operation without a rule.
        OverflowError: a constant beyond float64.
    """
    raise ValueError(f"no rule bounds the Lipschitz constant of {type(operation).__name__}")


@constant_of.register
def _(operation: Dense, shape: Shape, order: float) -> float:
    """One matrix for each place along the other axes: a block-diagonal matrix, of the same norm."""
    if order == 2 and operation.weight.size <= EXACT_ENTRIES:
        with suppress(ValueError):  # a norm beyond float64, which the next line says
            return singular_bounds(operation.weight).largest
    return matrix_bound(operation.weight, order=order).upper


@constant_of.register
def _(operation: Convolution, shape: Shape, order: float) -> float:
    return conv_bound(
        operation.kernel,
        stride=operation.stride,
        padding=operation.padding,
        dilation=operation.dilation,
        groups=operation.groups,
        padding_mode=operation.mode,
        size=shape[1:],
        order=order,
    ).upper


@constant_of.register
def _(operation: TransposedConvolution, shape: Shape, order: float) -> float:
    """A matrix and its transpose have one Euclidean norm; for largest entries it is the sum of the other's columns."""
    inner = operation.convolution
    return conv_bound(
        inner.kernel,
        stride=inner.stride,
        padding=inner.padding,
        dilation=inner.dilation,
        groups=inner.groups,
        size=operation.output[1:],
        order=2 if order == 2 else 1,
    ).upper


@constant_of.register
def _(operation: Scaling, shape: Shape, order: float) -> float:
    return float(np.abs(operation.scale).max(initial=0.0))


@constant_of.register
def _(operation: Mean, shape: Shape, order: float) -> float:
    return _root(Fraction(1, shape[-1])) if order == 2 else 1.0


@constant_of.register
def _(operation: Centre, shape: Shape, order: float) -> float:
    return 1.0 if order == 2 else 2.0


@constant_of.register
def _(operation: Norm, shape: Shape, order: float) -> float:
    return 1.0 if order == 2 else _root(shape[-1])


@constant_of.register
def _(operation: Softmax, shape: Shape, order: float) -> float:
    """Of the logarithm, x_i less a mean of x with weights: at worst all weight is on one entry."""
    if operation.logarithm:
        return _root(shape[-1]) if order == 2 else 2.0
    return softmax_lipschitz(order, order)


@constant_of.register
def _(operation: Activation, shape: Shape, order: float) -> float:
    if operation.name == "elu":  # scale times x, or times alpha (exp(rate x) - 1)
        alpha, scale, rate = map(Fraction, operation.parameters)
        return upper_float(scale * max(Fraction(1), alpha * rate))
    return max(map(abs, operation.slopes))


@constant_of.register
def _(operation: LeakyReLU, shape: Shape, order: float) -> float:
    return max(map(abs, operation.slopes))


@constant_of.register(Sort)
@constant_of.register(Max)
def _(operation: Operation, shape: Shape, order: float) -> float:
    """Sorting moves two points no further apart, in every p-norm (rearrangement); a maximum is its last entry."""
    return 1.0


@constant_of.register
def _(operation: Householder, shape: Shape, order: float) -> float:
    """An isometry on both sides of a line; of the plane's largest entries it makes at most the root of 2 as much."""
    return 1.0 if order == 2 else _root(2)


@constant_of.register
def _(operation: Gather, shape: Shape, order: float) -> float:
    if operation.multiplicity == 0:
        return 0.0
    return _root(operation.multiplicity) if order == 2 else 1.0


def pool_constant(gather: Gather) -> float:
    """Of a maximum over what is gathered: the root of how many windows an entry is in, however often in each."""
    windows = np.sort(gather.indices.reshape(-1, gather.indices.shape[-1]), axis=1)
    new = np.diff(windows, axis=1, prepend=-1) > 0
    taken = np.bincount(windows[new], minlength=1)
    return _root(int(taken.max()))


def _root(square: Fraction | int) -> float:
    return root_floats(Fraction(square))[1]
