"""Residual blocks whose branch goes back by the transpose of the matrix that it came by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

import numpy as np

from checks.arrays import Floats
from checks.networks._constants._operations import constant_of
from checks.networks.graph import (
    Activation,
    Convolution,
    Dense,
    Graph,
    LeakyReLU,
    Operation,
    Scaling,
    Shape,
    Sum,
    TransposedConvolution,
    length_above,
)
from theory.intervals import upper_float

UNIT = 2.0**-53
LEAST, MOST, FACTORS = 2.0**-100, 2.0**100, 6
"""Of scales, unless they are 0, and how many: so that no product of them leaves float64."""


@dataclass(frozen=True)
class _Branch:
    """x -> final B diag(behind) act(diag(before) A x + ...), with A and B's transpose in one layout, rows first."""

    matrix: Dense | Convolution
    back: Floats
    scales: list[Floats]
    slopes: tuple[float, float]
    hidden: Shape


def block_constant(network: Graph, place: int, constants: Sequence[float]) -> tuple[int, float] | None:
    """Where the residual block that ends in a sum begins, and a Euclidean Lipschitz constant from there to the sum.

    Of c x + d B act(A x + b), where d B = R - A'S for a diagonal S >= 0. Between any two points act is a diagonal D of
    slopes, so that A'SDA lies between multiples of A'SA by the least and the greatest slope: c - A'SDA has a norm of at
    most max(|c|, |sqrt(S) A|^2 - c) for slopes in [0, 1] (Araujo et al. 2023, theorem 3); R is what rounding leaves,
    and adds |R| |A|. None where the sum is none of these, or where scales are far from 1.

    Args:
        network: all of it.
        place: of the sum.
        constants: of the nodes before, as many as there are.
    """
    node = network.nodes[place]
    if not isinstance(node.operation, Sum) or len(node.inputs) != 2:
        return None
    for own, other in ((0, 1), (1, 0)):
        start = node.inputs[own]
        weights = node.operation.coefficients
        steps = _between(network, start, node.inputs[other])
        branch = None if steps is None else _branch(network, start, steps, weights[other])
        if branch is not None and steps is not None:
            bound = _bound(branch, weights[own], network.nodes[start].shape, constants[steps[0]])
            if bound is not None:
                return start, bound
    return None


def _between(network: Graph, start: int, end: int) -> list[int] | None:
    """The chain of nodes after `start` up to `end`."""
    steps = []
    while end > start:
        steps.append(end)
        if len(network.nodes[end].inputs) != 1:
            return None
        [end] = network.nodes[end].inputs
    return steps[::-1] if end == start and steps else None


def _branch(network: Graph, start: int, steps: list[int], weight: float) -> _Branch | None:
    operations = [network.nodes[i].operation for i in steps]
    bends = [k for k, operation in enumerate(operations) if isinstance(operation, Activation | LeakyReLU)]
    backs = [k for k, operation in enumerate(operations) if isinstance(operation, Dense | Convolution)]
    backs += [k for k, operation in enumerate(operations) if isinstance(operation, TransposedConvolution)]
    if len(bends) != 1 or len(backs) != 2 or not backs[0] == 0 < bends[0] < backs[1]:
        return None
    first, bend, back = operations[0], operations[bends[0]], operations[backs[1]]
    assert isinstance(bend, Activation | LeakyReLU)
    if not isinstance(first, Dense | Convolution):
        return None
    hidden = network.nodes[steps[bends[0]]].shape
    scales: list[Floats] = [np.full(1, weight)]
    for k, operation in enumerate(operations):
        if k not in (0, bends[0], backs[1]):
            if not isinstance(operation, Scaling):
                return None
            channel = (-1 if isinstance(first, Dense) else 0) if k < backs[1] else None
            scale = _scales(operation.scale, network.nodes[steps[k]].shape, channel)
            if scale is None:
                return None
            scales.append(scale)
    mirrored = _mirrored(first, back, network.nodes[start].shape)
    sizes = np.abs(np.concatenate(scales))
    tame = ((sizes == 0) | ((sizes >= LEAST) & (sizes <= MOST))).all() and len(scales) <= FACTORS
    return _Branch(first, mirrored, scales, bend.slopes, hidden) if mirrored is not None and tame else None


def _scales(scale: Floats, shape: Shape, channel: int | None) -> Floats | None:
    """One for each channel, or one for all; None where there are more."""
    whole = np.broadcast_to(scale, shape)
    rows = whole.reshape(1, -1) if channel is None else np.moveaxis(whole, channel, 0).reshape(shape[channel], -1)
    return rows[:, 0] if rows.size and (rows == rows[:, :1]).all() else None


def _mirrored(first: Dense | Convolution, back: Operation | None, shape: Shape) -> Floats | None:
    """The entries of the way back in the layout of the way in, where they are those of a transpose."""
    if isinstance(first, Dense):
        return back.weight.T if isinstance(back, Dense) and back.weight.T.shape == first.weight.shape else None
    padded = any(map(any, first.padding))
    if padded and first.mode not in ("zeros", "circular"):
        return None
    if isinstance(back, TransposedConvolution):
        inner = back.convolution
        same = all(getattr(inner, name) == getattr(first, name) for name in ("stride", "padding", "dilation", "groups"))
        fits = same and inner.kernel.shape == first.kernel.shape and back.output == shape
        return inner.kernel if fits and (first.mode == "zeros" or not padded) else None
    if not isinstance(back, Convolution) or set(first.stride + back.stride) != {1}:
        return None
    spare = [d * (k - 1) for d, k in zip(first.dilation, first.kernel.shape[2:], strict=True)]
    paddings = tuple((s - before, s - after) for s, (before, after) in zip(spare, first.padding, strict=True))
    mode = back.mode if any(map(any, back.padding)) else "zeros"
    whole = first.mode == "zeros" or all(sum(p) == s for p, s in zip(first.padding, spare, strict=True))
    if (back.padding, back.dilation, back.groups) != (paddings, first.dilation, first.groups) or not whole:
        return None
    if mode != (first.mode if padded else "zeros") or back.kernel.shape[2:] != first.kernel.shape[2:]:
        return None
    parts = back.kernel.reshape(first.groups, -1, *back.kernel.shape[1:])
    swapped = np.flip(np.swapaxes(parts, 1, 2), tuple(range(3, parts.ndim)))
    entries: Floats = swapped.reshape(-1, *swapped.shape[2:])
    return entries if entries.shape == first.kernel.shape else None


def _bound(branch: _Branch, own: float, shape: Shape, norm: float) -> float | None:
    there = branch.matrix.weight if isinstance(branch.matrix, Dense) else branch.matrix.kernel
    column = (-1, *[1] * (there.ndim - 1))
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        back = prod(branch.scales, start=np.ones(len(there)))
        ratio = _ratio(branch.back, there)
        given = np.maximum(-back * ratio, 0.0).reshape(column)  # S, any one will do: what it misses is in the rest
        terms = back.reshape(column) * branch.back, given * there
        slip = (FACTORS + 4) * UNIT * (np.abs(terms[0]) + np.abs(terms[1])) + 2.0**-1070
        rest = _size(np.abs(terms[0] + terms[1]) + slip)
        half = np.sqrt(given) * there
        rounded = _size(4 * UNIT * np.abs(half) + 2.0**-1070)
    low, high = min(0.0, branch.slopes[0]), max(0.0, branch.slopes[1])
    if not np.isfinite([rest, rounded, low, high, norm]).all() or not np.isfinite(half).all():
        return None
    square = (Fraction(_norm(branch.matrix, half, shape)) + Fraction(rounded)) ** 2
    inside = max(abs(Fraction(own) - Fraction(slope) * square) for slope in (low, high))
    return upper_float(inside + Fraction(rest) * Fraction(norm) * Fraction(max(-low, high)))


def _ratio(back: Floats, there: Floats) -> Floats:
    """By how much rows are multiples of rows, in least squares."""
    if np.array_equal(back, there):
        return np.ones(len(there))
    largest = np.abs(there).reshape(len(there), -1).max(axis=1)
    scaled = there.reshape(len(there), -1) / np.where(largest > 0, largest, 1.0)[:, None]
    squares = np.maximum((scaled**2).sum(axis=1), 1.0) * np.where(largest > 0, largest, 1.0)
    return np.asarray((back.reshape(len(back), -1) * scaled).sum(axis=1) / squares)


def _size(entries: Floats) -> float:
    """Above the norm: that of each tap, in Frobenius' norm, added up."""
    taps = entries.reshape(*entries.shape[:2], -1)
    return float(length_above(np.moveaxis(taps, -1, 0)).sum() * (1 + 2 * taps.shape[-1] * UNIT))


def _norm(like: Dense | Convolution, entries: Floats, shape: Shape) -> float:
    if isinstance(like, Dense):
        return constant_of(Dense(entries, like.bias), shape, 2)
    operation = Convolution(entries, like.bias, like.stride, like.padding, like.dilation, like.groups, like.mode)
    return constant_of(operation, shape, 2)


__all__ = ["block_constant"]
