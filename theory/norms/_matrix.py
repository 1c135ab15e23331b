"""Operator norms of matrices."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from theory._entries import shown
from theory._input import real_array
from theory._scales import outwards
from theory._types import Floats
from theory.intervals import lower_float, upper_float
from theory.norms._bounds import NormBounds
from theory.norms._largest import UNIT, largest_norm
from theory.norms._padding import norm_order

NEAR = 2.0**-40
"""The upper bound is tried at this part above the lower one: chosen, rounding hides more from ten rows on."""


def matrix_bound(matrix: ArrayLike, *, order: float = 2) -> NormBounds:
    """Bounds on the operator norm of a matrix, rigorous in float64: tight to about 1e-15 rows^2.

    Below by a vector, above by a Cholesky factor of t^2 - A'A (Rump 2006); see `conv_bound` for convolutions, which
    are too large to be written out. The largest sums of absolute values are exact.

    Args:
        matrix: (m, n).
        order: 2 for Euclidean norms, inf for the largest absolute value, 1 for the sum of absolute values.

    Raises:
        ValueError: another shape, what is no array of finite real numbers, another order.
        OverflowError: a norm beyond float64.

    >>> found = matrix_bound([[3.0, 0.0], [4.0, 0.0]])
    >>> 5 - 1e-9 < found.lower <= 5 <= found.upper < 5 + 1e-9
    True
    >>> matrix_bound([[1.0, -2.0], [0.5, 0.5]], order=1)
    NormBounds(lower=2.5, upper=2.5)
    """
    entries = real_array("matrix", matrix)
    if entries.ndim != 2 or not entries.size:
        raise ValueError(f"matrix has shape {entries.shape}: give (m, n), both at least 1")
    kind = norm_order("order", order)
    if kind not in (1, 2, math.inf):
        raise ValueError(f"order={shown(order)}: choose 1, 2 or inf")
    if kind != 2:
        most = largest_sum(np.abs(entries if kind == math.inf else entries.T))
        return NormBounds(lower_float(most), upper_float(most))
    top = float(np.abs(entries).max())
    if not top:
        return NormBounds(0.0, 0.0)
    exponent = math.frexp(top)[1]
    scaled = np.ldexp(entries, -exponent)
    tall = scaled if len(scaled) >= scaled.shape[1] else scaled.T
    lower, upper = largest_norm(tall[None], 0.0, close=NEAR)
    upper = outwards(upper, exponent, math.inf)
    if upper == math.inf:
        raise OverflowError(f"matrix has entries up to {top:.3g}, a norm beyond float64: divide it by a power of two")
    return NormBounds(outwards(lower, exponent, 0.0), upper)


def largest_sum(rows: Floats) -> Fraction:
    """Of the rows of an array of numbers from 0 on, exactly."""
    with np.errstate(over="ignore"):
        roughly = rows.sum(axis=1)
    near = rows[roughly >= roughly.max() * (1 - 4 * rows.shape[1] * UNIT)]
    return max(sum(map(Fraction, row), Fraction(0)) for row in near.tolist())
