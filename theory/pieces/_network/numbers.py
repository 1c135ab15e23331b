"""Arrays as callers hand them in: float64 for speed, rationals beside them where float64 would round."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from theory._entries import entries
from theory._input import real_array
from theory._rationals import rationals
from theory._types import Array, Floats

WHOLE_FLOATS = 2**53
"""Up to it every whole number is a float64."""

FLOAT_BYTES = 8
"""Of a float64: floats of more bytes may not be one."""


def exact_array(name: str, value: Any) -> tuple[Floats, Array | None]:
    """The numbers rounded to float64, and as an object array of int and Fraction; None where rounding changes none.

    Raises:
        ValueError: as `real_array`; numbers beyond float64.
    """
    given = entries(name, value)
    if _are_floats(given):
        return real_array(name, given).copy(), None
    exact = rationals(name, given)
    floats = to_float64(exact)
    if not np.isfinite(floats).all():
        raise ValueError(f"{name} has a number beyond float64: scale the layers or the box")
    same = all(Fraction(a) == b for a, b in zip(floats.ravel().tolist(), exact.ravel().tolist(), strict=True))
    return floats, None if same else exact


def to_float64(exact: Array) -> Floats:
    """Rationals, each rounded to the nearest float."""
    rounded = [quotient(x.numerator, x.denominator) for x in exact.ravel().tolist()]
    return np.array(rounded, dtype=np.float64).reshape(exact.shape)


def as_fractions(floats: Floats, exact: Array | None) -> Array:
    """What `exact_array` read, exactly."""
    if exact is not None:
        return exact
    found = np.empty(floats.size, dtype=object)
    found[:] = [Fraction(x) for x in floats.ravel().tolist()]
    return found.reshape(floats.shape)


def quotient(top: int, bottom: int) -> float:
    """Rounded; infinite beyond float64. bottom is positive."""
    try:
        return top / bottom
    except OverflowError:
        return math.inf if top > 0 else -math.inf


def _are_floats(given: Array) -> bool:
    if given.dtype.kind in "iu":
        return not given.size or max(-int(given.min()), int(given.max())) <= WHOLE_FLOATS
    return given.dtype.kind == "b" or (given.dtype.kind == "f" and given.dtype.itemsize <= FLOAT_BYTES)
