"""A network in exact arithmetic: rational values and gradients of the piece at a point."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpz_mat

from checks.networks._layers import Layers
from checks.networks._singular_values import integers

Rational = tuple[Fraction, ...]


def exact_rows(network: Layers, point: list[Fraction], creases: bool = False) -> list[tuple[Fraction, Rational]]:
    """Value and gradient of every output; on a crease ValueError, or with creases the piece of
    `LipschitzNetwork.gradient`.
    """
    unit = math.lcm(*(value.denominator for value in point))
    # Column 0 is the value, the others the Jacobian, all over one denominator.
    rows = [[int(v * unit), *(unit * (i == j) for j in range(len(point)))] for i, v in enumerate(point)]
    for index, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        layer, layer_unit = integers(np.column_stack([bias, weight]))
        rows = _rows(
            layer * fmpz_mat([[unit] + [0] * len(point), *(network.gates.exact(rows, creases) if index else rows)])
        )
        unit *= layer_unit
    return [(Fraction(value, unit), tuple(Fraction(slope, unit) for slope in slopes)) for value, *slopes in rows]


def rational(value: Any) -> Fraction:
    """The number itself.

    Raises:
        ValueError: what is no finite real number.
    """
    try:
        return Fraction(value.item() if isinstance(value, np.generic) else value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"x holds {value!r}: give finite real numbers") from None


def _rows(matrix: Any) -> list[list[int]]:
    return [[int(entry) for entry in row] for row in matrix.tolist()]
