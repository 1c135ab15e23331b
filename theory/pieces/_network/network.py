"""Piecewise affine networks as a caller hands them in, checked, and their values at homogeneous points.

A homogeneous point is (x0, x) with x0 >= 0: it stands for x / x0, or for a direction at infinity when x0 = 0.
Biases are multiplied by x0, so every layer is positively homogeneous, and linear on the cone over each cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from theory._entries import parts
from theory._types import Array, Floats
from theory.intervals import upper_float
from theory.pieces._network.activations import Activation, read_activation
from theory.pieces._network.arrays import Bits
from theory.pieces._network.numbers import as_fractions, exact_array, quotient, to_float64
from theory.pieces._network.stages import Stage, picking, stage_of, widened

LARGEST_MATRICES = 1 << 26
"""Entries of those that pick rows, of one layer that was given: chosen for memory, 512 MB."""


@dataclass(frozen=True, eq=False)
class Network:
    """weights: (w_1, n), ..., (m, w_k). biases: (w_1,), ..., (m,). slope: of an elementwise activation where z < 0;
    None where pairs are sorted. exact: where some of these are roundings, of each layer what they are roundings of, as
    Fractions, or None. stages: layers that were given otherwise, where these are made of pairs.

    Gate j of a layer: z[2j+1] - z[2j] of pairs, else z[j]. On its minus side the gate acts: it exchanges its pair, or
    multiplies by the slope. Otherwise it does nothing.
    """

    weights: tuple[Floats, ...]
    biases: tuple[Floats, ...]
    slope: Fraction | None
    exact: tuple[tuple[Array, Array] | None, ...] | None = None
    stages: tuple[Stage, ...] = ()

    @property
    def dimension(self) -> int:
        return self.weights[0].shape[1]

    @property
    def depth(self) -> int:
        """Number of hidden layers."""
        return len(self.weights) - 1

    @property
    def paired(self) -> bool:
        return self.slope is None

    @cached_property
    def factor(self) -> float:
        """The slope, rounded."""
        return quotient(*(self.slope or Fraction(0)).as_integer_ratio())

    @cached_property
    def stretch(self) -> float:
        """How many times as long the activation makes a difference, at most."""
        return upper_float(max(Fraction(1), abs(self.slope or Fraction(0))))

    @property
    def rounds_slope(self) -> bool:
        """Whether float64 rounds products with the slope."""
        return self.slope is not None and abs(self.slope) not in (0, 1)

    @property
    def merges(self) -> bool:
        """Whether some of what the gates cut is one cell of the network that was given."""
        return any(stage.merges for stage in self.stages)

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
        if self.slope == 0:
            return np.maximum(values, 0.0, out=values)
        if not self.paired:
            return np.multiply(values, self.factor, out=values, where=values < 0)
        low = np.minimum(values[:, ::2], values[:, 1::2])
        np.maximum(values[:, ::2], values[:, 1::2], out=values[:, 1::2])
        values[:, ::2] = low
        return values

    def apply_gates(self, values: Array, minus: Bits) -> Array:
        """The activation (count, w, ...) along given gate signs, minus (count, g)."""
        acting = minus.reshape(minus.shape + (1,) * (values.ndim - 2))
        if self.slope == 0 and values.dtype == np.float64:
            return values * ~acting  # sooner than `where`, whose branches a processor cannot foresee
        if not self.paired:
            return np.where(acting, self.factor * values, values)
        out = np.empty_like(values)
        out[:, ::2] = np.where(acting, values[:, 1::2], values[:, ::2])
        out[:, 1::2] = np.where(acting, values[:, ::2], values[:, 1::2])
        return out

    def given_weights(self) -> Iterator[Floats]:
        """The layers as they were given, without those that only pick."""
        if not self.stages:
            yield from self.weights
            return
        columns: Any = slice(None)
        for stage in self.stages:
            yield self.weights[stage.first][stage.rows][:, columns]
            columns = stage.out
        yield self.weights[-1][:, columns]


def read_network(
    weights: Sequence[ArrayLike], biases: Sequence[ArrayLike], activation: str, slope: Any = None
) -> Network:
    """The network, every input checked."""
    kind = read_activation(activation, slope)
    layers, shifts = parts("weights", weights), parts("biases", biases)
    if not layers or len(layers) != len(shifts):
        raise ValueError(f"{len(layers)} weights and {len(shifts)} biases: pass one of each for every layer")
    given = [exact_array(f"weights[{i}]", weight) for i, weight in enumerate(layers)]
    moved = [exact_array(f"biases[{i}]", bias) for i, bias in enumerate(shifts)]
    read, offsets = ([floats for floats, _ in each] for each in (given, moved))
    for i, (weight, bias) in enumerate(zip(read, offsets, strict=True)):
        _check_layer(i, weight, bias, kind.outputs(len(read[i - 1])) if i else None)
        if i < len(read) - 1:
            kind.check_width(f"weights[{i}] has {len(weight)} rows", len(weight))
    exact = tuple(
        None if weight[1] is None and bias[1] is None else (as_fractions(*weight), as_fractions(*bias))
        for weight, bias in zip(given, moved, strict=True)
    )
    rounded = any(each is not None for each in exact)
    network = Network(tuple(read), tuple(offsets), kind.slope, exact if rounded else None)
    if network.slope is not None and network.slope != network.factor:
        return Network(network.weights, network.biases, network.slope, exact)
    return network if kind.of_pairs else _of_pairs(network, kind)


def _of_pairs(network: Network, kind: Activation) -> Network:
    """The network with layers of pairs in the place of each that sorts more, or takes maxima."""
    layers: list[tuple[Floats, Floats]] = []
    exact: list[tuple[Array, Array] | None] = []
    stages: list[Stage] = []
    for i in range(network.depth + 1):
        whole = None if network.exact is None else network.exact[i]
        ends = stages[-1:]
        stage = stage_of(kind, len(network.biases[i]), len(layers)) if i < network.depth else None
        first = slice(None) if stage is None else stage.picks[0]
        layers.append((widened(network.weights[i], *ends)[first], network.biases[i][first]))
        exact.append(whole and (widened(whole[0], *ends)[first], whole[1][first]))
        if stage is None:
            break
        _refuse_large(i, stage)
        for before, picks in pairwise(stage.picks):
            layers.append((picking(picks, len(before)), np.zeros(len(picks))))
            exact.append(None)
        stages.append(stage)
    weights, biases = zip(*layers, strict=True)
    return Network(weights, biases, None, None if network.exact is None else tuple(exact), tuple(stages))


def _refuse_large(i: int, stage: Stage) -> None:
    if sum(len(picks) ** 2 for picks in stage.picks) > LARGEST_MATRICES:
        raise ValueError(
            f"weights[{i}] has {len(stage.rows)} rows: to compare groups of {stage.group} of them takes matrices of "
            f"more than {LARGEST_MATRICES} entries, pass fewer"
        )


def _check_layer(i: int, weight: Floats, bias: Floats, inputs: int | None) -> None:
    if weight.ndim != 2 or not weight.size:
        raise ValueError(f"weights[{i}] has shape {weight.shape}: pass a matrix (outputs, inputs), both at least 1")
    if inputs is not None and weight.shape[1] != inputs:
        raise ValueError(f"weights[{i}] has shape {weight.shape}: the layer before it gives {inputs} numbers")
    if bias.shape != weight.shape[:1]:
        raise ValueError(f"biases[{i}] has shape {bias.shape}: pass {weight.shape[:1]}, as weights[{i}] has rows")
