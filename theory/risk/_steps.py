"""How far a Newton step is gone."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isfinite

import numpy as np


def length_of(derivative: Callable[[float], float], fall: float, tries: int, slack: float) -> float:
    """A length that nearly minimises a function along a step; 0 if rounding is in the way.

    Args:
        derivative: along the step, at a length; it rises. Where squares leave float64 and it is no number, that is far
            beyond the least.
        fall: the derivative at 0, negative.
        tries: so many lengths at most, by false position; the whole step, 1, is the first.
        slack: a length is taken where the derivative is this share of the fall, or less.
    """
    low, high, at_low, at_high, length = 0.0, inf, fall, inf, 1.0
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(tries):
            found = derivative(length)
            found = found if isfinite(found) else inf
            if abs(found) <= -slack * fall or (found < 0 and length >= 1):
                return length
            if found < 0:
                low, at_low = length, found
            else:
                high, at_high = length, found
            share = at_low / (at_low - at_high)
            length = low + min(max(share, 0.1), 0.9) * (high - low)
    return low
