"""A network in exact arithmetic: rational values and gradients of the piece at a point.

Values go forward, gradients back from what is asked for: the outputs, and the gates that are tied.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from flint import fmpz_mat

from checks.arrays import Floats
from checks.networks._layers import Layers
from checks.networks._singular_values import integers, supports

Rational = tuple[Fraction, ...]


class ExactNetwork:
    """A network's weights as whole numbers, for as many points as are asked for."""

    def __init__(self, network: Layers) -> None:
        self._gates = network.gates
        self._layers = [_Layer(*layer) for layer in zip(network.weights, network.biases, strict=True)]

    def rows(self, point: list[Fraction], creases: bool = False) -> list[tuple[Fraction, Rational]]:
        """Value and gradient of every output; on a crease ValueError, or with creases the piece of
        `LipschitzNetwork.gradient`.
        """
        unit = math.lcm(*(value.denominator for value in point))
        values, sources = [int(value * unit) for value in point], list[list[int]]()
        for i, layer in enumerate(self._layers):
            if i:
                slopes = partial(_slopes, self._layers[:i], list(sources), len(values))
                sources.append(self._gates.exact(values, slopes, creases))
                values = [values[source] if source >= 0 else 0 for source in sources[-1]]
            values = layer.values(values, unit)
            unit *= layer.unit
        over = math.prod(layer.unit for layer in self._layers)
        gradients = _slopes(self._layers, sources, len(values), list(range(len(values))))
        exact = [tuple(Fraction(slope, over) for slope in row) for row in gradients]
        return [(Fraction(value, unit), row) for value, row in zip(values, exact, strict=True)]


class _Layer:
    """Weights and biases in whole numbers, over `unit`: block by block, which spares the zeros of convolutions."""

    def __init__(self, weight: Floats, bias: Floats) -> None:
        self.inputs = weight.shape[1]
        parts = [
            (rows.tolist(), columns.tolist(), *integers(weight[np.ix_(rows, columns)]))
            for rows, columns in supports(weight)
        ]
        shift, own = integers(bias[:, None])
        self.unit = max([own, *(unit for *_, unit in parts)])  # powers of two: a multiple of all
        self.parts = [(rows, columns, whole * (self.unit // unit)) for rows, columns, whole, unit in parts]
        self.bias = [int(entry) for entry in (shift * (self.unit // own)).entries()]

    def values(self, entering: list[int], unit: int) -> list[int]:
        """Of what enters over `unit`: over the product of both units."""
        found = [entry * unit for entry in self.bias]
        for rows, columns, whole in self.parts:
            product = whole * fmpz_mat([[entering[j]] for j in columns])
            for i, entry in zip(rows, product.entries(), strict=True):
                found[i] += int(entry)
        return found

    def pulled(self, gradients: list[list[int]]) -> list[list[int]]:
        """Gradients in what enters, of those in the values, times the unit."""
        found = [[0] * self.inputs for _ in gradients]
        for rows, columns, whole in self.parts:
            product = fmpz_mat([[row[i] for i in rows] for row in gradients]) * whole
            for row, entries in zip(found, product.tolist(), strict=True):
                for j, entry in zip(columns, entries, strict=True):
                    row[j] += int(entry)
        return found


def _slopes(layers: Sequence[_Layer], sources: Sequence[list[int]], count: int, chosen: list[int]) -> list[list[int]]:
    """The gradients, times all units, of some of the last layer's `count` values."""
    found = [[int(i == number) for i in range(count)] for number in chosen]
    for layer, source in zip(reversed(layers), [*reversed(sources), None], strict=True):
        found = layer.pulled(found)
        if source is not None:
            found = [_back(row, source) for row in found]
    return found


def _back(row: list[int], source: list[int]) -> list[int]:
    """A gradient before an activation, of one after it."""
    found = [0] * len(row)
    for entry, i in zip(row, source, strict=True):
        if i >= 0:
            found[i] += entry
    return found


def rational(value: Any) -> Fraction:
    """The number itself.

    Raises:
        ValueError: what is no finite real number.
    """
    try:
        return Fraction(value.item() if isinstance(value, np.generic) else value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"x holds {value!r}: give finite real numbers") from None
