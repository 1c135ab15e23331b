"""Piecewise affine networks as a caller hands them in, checked, and their values at homogeneous points.

A homogeneous point is (x0, x) with x0 >= 0: it stands for x / x0, or for a direction at infinity when x0 = 0.
Biases are multiplied by x0, so every layer is positively homogeneous, and linear on the cone over each cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from theory._entries import parts, shown
from theory._types import Array, Floats
from theory.pieces._network.numbers import as_fractions, exact_array, to_float64

Bits = NDArray[np.bool_]

ACTIVATIONS = ("groupsort2", "relu")


@dataclass(frozen=True, eq=False)
class Network:
    """weights: (w_1, n), ..., (m, w_k). biases: (w_1,), ..., (m,). activation: one of ACTIVATIONS. exact: where some
    of these are roundings, of each layer what they are roundings of, as Fractions, or None.

    Gate j of a layer: z[2j+1] - z[2j] for groupsort2, z[j] for relu. On its minus side the gate acts: it
    exchanges its pair, or gives 0. Otherwise it does nothing.
    """

    weights: tuple[Floats, ...]
    biases: tuple[Floats, ...]
    activation: str
    exact: tuple[tuple[Array, Array] | None, ...] | None = None

    @property
    def dimension(self) -> int:
        return self.weights[0].shape[1]

    @property
    def depth(self) -> int:
        """Number of hidden layers."""
        return len(self.weights) - 1

    @property
    def paired(self) -> bool:
        return self.activation == "groupsort2"

    def gates(self, layer: int) -> int:
        return len(self.biases[layer]) // (2 if self.paired else 1)

    @cached_property
    def gate_rows(self) -> list[tuple[Floats, Floats]]:
        """Of each hidden layer the gates as functions of the layer's input: (g, w) and (g,)."""
        return [
            (rows, shifts) if rows.dtype == np.float64 else (to_float64(rows), to_float64(shifts))
            for rows, shifts in self._exact_rows
        ]

    @cached_property
    def _exact_rows(self) -> list[tuple[Array, Array]]:
        """As they are given: floats, or Fractions."""
        layers = [self.layer(i) for i in range(self.depth)]
        return [(w[1::2] - w[::2], b[1::2] - b[::2]) if self.paired else (w, b) for w, b in layers]

    def layer(self, number: int) -> tuple[Array, Array]:
        """Weights and biases of a layer: floats, or Fractions where floats round these."""
        exact = self.exact[number] if self.exact is not None else None
        return (self.weights[number], self.biases[number]) if exact is None else exact

    @cached_property
    def idle(self) -> list[Bits]:
        """Of each hidden layer the gates (g,) that are tied whatever the input: two equal rows, or a row of zeros."""
        return [~((rows != 0).any(axis=1) | (shifts != 0)) for rows, shifts in self._exact_rows]

    def hidden(self, points: Floats, layer: int) -> tuple[Floats, Floats]:
        """The input (count, w) of a layer, and x0 (count,), at homogeneous points (count, n + 1)."""
        unit, values = points[:, 0], points[:, 1:]
        for weight, bias in zip(self.weights[:layer], self.biases[:layer], strict=True):
            values = values @ weight.T
            values += unit[:, None] * bias
            values = self.activate(values)
        return values, unit

    def activate(self, values: Floats) -> Floats:
        if not self.paired:
            return np.maximum(values, 0.0, out=values)
        low = np.minimum(values[:, ::2], values[:, 1::2])
        np.maximum(values[:, ::2], values[:, 1::2], out=values[:, 1::2])
        values[:, ::2] = low
        return values

    def apply_gates(self, values: Array, minus: Bits) -> Array:
        """The activation (count, w, ...) along given gate signs, minus (count, g)."""
        if not self.paired:
            return np.where(minus.reshape(minus.shape + (1,) * (values.ndim - 2)), 0.0, values)
        swapped = minus.reshape(minus.shape + (1,) * (values.ndim - 2))
        out = np.empty_like(values)
        out[:, ::2] = np.where(swapped, values[:, 1::2], values[:, ::2])
        out[:, 1::2] = np.where(swapped, values[:, ::2], values[:, 1::2])
        return out


def read_network(weights: Sequence[ArrayLike], biases: Sequence[ArrayLike], activation: str) -> Network:
    """The network, every input checked."""
    if not isinstance(activation, str) or activation not in ACTIVATIONS:
        raise ValueError(f"activation={shown(activation)}: pass one of {', '.join(map(repr, ACTIVATIONS))}")
    layers, shifts = parts("weights", weights), parts("biases", biases)
    if not layers or len(layers) != len(shifts):
        raise ValueError(f"{len(layers)} weights and {len(shifts)} biases: pass one of each for every layer")
    given = [exact_array(f"weights[{i}]", weight) for i, weight in enumerate(layers)]
    moved = [exact_array(f"biases[{i}]", bias) for i, bias in enumerate(shifts)]
    read, offsets = ([floats for floats, _ in each] for each in (given, moved))
    for i, (weight, bias) in enumerate(zip(read, offsets, strict=True)):
        _check_layer(i, weight, bias, len(read[i - 1]) if i else None)
    if activation == "groupsort2":
        _refuse_odd([len(weight) for weight in read[:-1]])
    if all(exact is None for _, exact in (*given, *moved)):
        return Network(tuple(read), tuple(offsets), activation)
    exact = tuple(
        None if weight[1] is None and bias[1] is None else (as_fractions(*weight), as_fractions(*bias))
        for weight, bias in zip(given, moved, strict=True)
    )
    return Network(tuple(read), tuple(offsets), activation, exact)


def _check_layer(i: int, weight: Floats, bias: Floats, inputs: int | None) -> None:
    if weight.ndim != 2 or not weight.size:
        raise ValueError(f"weights[{i}] has shape {weight.shape}: pass a matrix (outputs, inputs), both at least 1")
    if inputs is not None and weight.shape[1] != inputs:
        raise ValueError(f"weights[{i}] has shape {weight.shape}: the layer before it gives {inputs} numbers")
    if bias.shape != weight.shape[:1]:
        raise ValueError(f"biases[{i}] has shape {bias.shape}: pass {weight.shape[:1]}, as weights[{i}] has rows")


def _refuse_odd(widths: Sequence[int]) -> None:
    for i, width in enumerate(widths):
        if width % 2:
            raise ValueError(f"weights[{i}] has {width} rows: groupsort2 sorts pairs, pass an even number")


Ids = NDArray[np.intp]


Words = NDArray[np.uint64]
