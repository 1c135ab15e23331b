"""How far values of a network are off that were computed in few digits."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from theory._entries import parts, shown
from theory._input import real_array, whole_number
from theory._rationals import Length, rational
from theory._scales import lengths
from theory._types import Floats
from theory.intervals import root_floats, upper_float
from theory.norms._matrix import matrix_bound

SMALLEST_NORMAL = Fraction(1, 2**126)
"""Of float32, bfloat16 and TF32: below it a result may be rounded to a multiple of less, or to 0."""


def forward_error(
    weights: Sequence[ArrayLike],
    biases: Sequence[ArrayLike],
    radius: Length,
    *,
    precision: int = 24,
    least: Length = SMALLEST_NORMAL,
) -> float:
    """By how much a computed output may be off, in the Euclidean norm, at any input up to a length; rounded up.

    Of dense layers with activations between that are 1-Lipschitz with 0 at 0 and round nothing (ReLU, absolute
    values, sorting). A computed W x + b is off by at most g (|W| |x| + |b|) entry by entry, g = k u / (1 - k u) with
    u = 2^-precision and k = inputs + 1 (Higham 2002, section 3.1), in whatever order sums are taken, with or without
    fused operations; what underflows, or is flushed to 0, is off by `least` in each operation. Errors of one layer
    are multiplied by the norms of the next ones. That is for numbers that do not overflow: float16's end at 65,504. A
    certificate of a computed value v is (|v| - error) / L, not |v| / L.

    Args:
        weights: (m, n) each, the next one's n this one's m, as they are stored.
        biases: (m,) each.
        radius: at least 0, the length of inputs at most, as they are stored.
        precision: bits of the numbers that sums are rounded to: 24 for float32, 11 for TF32 and float16, 8 for
            bfloat16, 53 for float64.
        least: the smallest normal number: 2^-126, float16's is 2^-14.

    Raises:
        ValueError: shapes that do not fit, numbers out of these ranges; rows so long that k u exceeds 1/2.
        OverflowError: a bound beyond float64.

    >>> forward_error([[[0.75, 0.5]], [[2.0]]], [[0.25], [0.0]], 1) < 1e-6
    True
    >>> forward_error([[[0.75, 0.5]]], [[0.25]], 1, precision=8) > 0.01
    True
    """
    length, unit = rational("radius", radius), Fraction(1, 2 ** whole_number("precision", precision, 2, 1000))
    slip = rational("least", least)
    for name, value, number in (("radius", radius, length), ("least", least, slip)):
        if number < 0:
            raise ValueError(f"{name}={shown(value)}: pass a number that is at least 0")
    error = Fraction(0)
    for weight, bias in _layers(weights, biases):
        rows, terms = weight.shape
        if (terms + 1) * unit > Fraction(1, 2):
            raise ValueError(f"precision={precision}: {terms} inputs are too many for it, at most {1 / (2 * unit) - 1}")
        growth = (terms + 1) * unit / (1 - (terms + 1) * unit)
        norm, size = Fraction(matrix_bound(weight).upper), _length(weight)
        shift = _length(bias)
        lost = 4 * (terms + 1) * slip * Fraction(root_floats(Fraction(rows))[1])
        error = _up(norm * error + growth * (size * (length + error) + shift) + lost)
        length = _up(norm * length + shift)
    return upper_float(error)


def _layers(weights: Sequence[ArrayLike], biases: Sequence[ArrayLike]) -> list[tuple[Floats, Floats]]:
    given = [parts(name, arrays) for name, arrays in (("weights", weights), ("biases", biases))]
    count = len(given[0]), len(given[1])
    if not count[0] or count[0] != count[1]:
        raise ValueError(f"weights has {count[0]} arrays and biases {count[1]}: pass one of each for every layer")
    found: list[tuple[Floats, Floats]] = []
    for k in range(count[0]):
        weight, bias = real_array(f"weights[{k}]", given[0][k]), real_array(f"biases[{k}]", given[1][k])
        before = len(found[-1][1]) if found else None
        if weight.ndim != 2 or not weight.size or weight.shape[1] != (before or weight.shape[1]):
            raise ValueError(f"weights[{k}] has shape {weight.shape}: give (m, {before or 'n'}), both at least 1")
        if bias.shape != (len(weight),):
            raise ValueError(f"biases[{k}] has shape {bias.shape}: weights[{k}] has {len(weight)} rows, give as many")
        found.append((weight, bias))
    return found


def _length(array: Floats) -> Fraction:
    """Above the Euclidean length of all entries."""
    scale = Fraction(float(np.abs(array).max(initial=0.0)))
    if not scale:
        return Fraction(0)
    exponent = int(np.frexp(float(scale))[1])
    scaled = np.ldexp(array.reshape(1, -1), -exponent)  # up to 1, and what underflows is off by half the least float
    found = Fraction(float(lengths(scaled)[0])) * (1 + (array.size + 8) * Fraction(1, 2**51))
    return (found + array.size * Fraction(1, 2**1074)) * Fraction(2) ** exponent


def _up(number: Fraction) -> Fraction:
    """As a float, so that fractions stay short."""
    return Fraction(upper_float(number))
