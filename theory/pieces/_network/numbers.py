"""Arrays as callers hand them in: float64 for speed, rationals beside them where float64 would round."""

from __future__ import annotations

import math
from fractions import Fraction
from numbers import Rational
from typing import Any

import numpy as np

from theory._input import real_array
from theory._types import Array, Floats

WHOLE_FLOATS = 2**53
"""Up to it every whole number is a float64."""

FLOAT_BYTES = 8
"""Of a float64: floats of more bytes may not be one."""


def exact_array(name: str, value: Any) -> tuple[Floats, Array | None]:
    """The numbers rounded to float64, and as an object array of Fractions; None where rounding changes none.

    Raises:
        ValueError: as `real_array`; numbers beyond float64, masked entries.
    """
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise ValueError(f"{name} has masked entries: fill them, or leave them out, before the call")
    beyond = f"{name} has a number beyond float64: scale the layers or the box"
    exact = _fractions(value)
    if exact is None:
        try:
            return real_array(name, value), None
        except OverflowError as error:
            raise ValueError(beyond) from error
    floats = to_float64(exact)
    if not np.isfinite(floats).all():
        raise ValueError(beyond)
    same = all(Fraction(a) == b for a, b in zip(floats.ravel().tolist(), exact.ravel().tolist(), strict=True))
    return floats, None if same else exact


def to_float64(exact: Array) -> Floats:
    """Fractions, each rounded to the nearest float."""
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


def _fractions(value: Any) -> Array | None:
    """An object array of Fractions; None where all are float64 anyway, or not real numbers, as `real_array` tells."""
    try:
        given = np.asarray(value, dtype=object) if isinstance(value, list | tuple) else np.asarray(value)
    except (RuntimeError, TypeError, ValueError):
        return None
    if _are_floats(given):
        return None
    found = np.empty(given.size, dtype=object)
    try:
        # Element by element: `tolist` would turn a number of more than 64 bits into a float.
        found[:] = [_fraction(entry) for entry in given.ravel()]
    except (AttributeError, TypeError, ValueError, OverflowError):
        return None
    return found.reshape(given.shape)


def _are_floats(given: Array) -> bool:
    if given.dtype.kind in "iu":
        return not given.size or max(-int(given.min()), int(given.max())) <= WHOLE_FLOATS
    if given.dtype.kind == "f":
        return given.dtype.itemsize <= FLOAT_BYTES
    if given.dtype.kind == "O":
        return all(isinstance(entry, float) for entry in given.ravel().tolist())
    return True


def _fraction(entry: Any) -> Fraction:
    if isinstance(entry, Rational):
        return Fraction(int(entry.numerator), int(entry.denominator))
    return Fraction(*map(int, entry.as_integer_ratio()))
