"""The door: what a caller hands in as numbers, opened in one place for all of theory.

Lists, tuples, arrays and their like, tensors of any library (whatever their type, on a device, with a gradient), and
lists of them are taken. Each number keeps its exact value: nothing is rounded here. Refused, by a ValueError that has
the argument's name, are sets, strings, iterators, ragged lists, complex numbers and what a mask hides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sized
from fractions import Fraction
from math import isfinite
from typing import Any

import numpy as np

from theory._types import Array

PLAIN = frozenset([float, int, bool])
"""Types of numbers that need no look."""

REAL_KINDS = "biuf"
"""Of numpy's types."""

MOST_AXES = 64
"""Of a numpy array."""

LONGEST = 60
"""Characters of a value that a message shows: chosen."""

SPACINGS = {"bfloat16": 2.0**-7, "float16": 2.0**-10, "float32": 2.0**-23}
"""From 1 to the next number of that type, in numpy and torch; 2^-52 for float64, and for what is no float."""

FOREIGN = (AttributeError, OverflowError, RuntimeError, TypeError, ValueError)
"""What numpy and other libraries raise when they have no array to give."""


def entries(name: str, value: Any) -> Array:
    """The numbers of `value` in its shape: of one of numpy's real types, or objects that are int, Fraction or float.

    May be the caller's own array.
    """
    if type(value) is np.ndarray and value.dtype.kind in REAL_KINDS:
        return value
    opened = _opened(name, value, 0)
    try:
        given = np.asarray(opened, dtype=object if isinstance(opened, list | tuple) else None)
    except FOREIGN as error:
        raise _no_numbers(name, str(error)) from error
    if given.dtype.kind in REAL_KINDS:
        return given
    if given.dtype != object:
        raise _no_numbers(name, f"dtype {given.dtype}" if given.ndim else shown(value))
    return _numbers(name, given)


def shown(value: Any) -> str:
    """On one short line; of a number too long to print, its size."""
    try:
        text = " ".join(repr(value).split())
    except ValueError:
        text = f"a number of {type(value).__name__} with thousands of digits"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def brief(number: Fraction | float) -> str:
    """A number as a float, where it is in its range."""
    try:
        return str(float(number))
    except OverflowError:
        return shown(number)


def is_exact(given: Array) -> bool:
    """Whether all entries are whole numbers and Fractions, none a float."""
    return given.dtype.kind in "biu" or (
        given.dtype == object and all(type(entry) in (int, Fraction) for entry in given.flat)
    )


def spacing(value: Any) -> float:
    """Of the least precise type among the numbers that were handed in, `SPACINGS`."""
    if isinstance(value, list | tuple):
        return 2.0**-52 if PLAIN.issuperset(map(type, value)) else max(map(spacing, value), default=2.0**-52)
    return SPACINGS.get(str(getattr(value, "dtype", "")).rpartition(".")[2], 2.0**-52)


def parts(name: str, value: Any) -> list[Any]:
    """The members of a sequence of arrays or numbers: a list, a tuple, another sequence, or the rows of an array."""
    if isinstance(value, list | tuple):
        return list(value)
    if hasattr(value, "__array__") or hasattr(value, "detach"):
        rows = value if isinstance(value, np.ndarray) and value.dtype.kind == "O" else entries(name, value)
        if rows.ndim:
            return list(rows)
    elif isinstance(value, Sized) and hasattr(value, "__getitem__") and not isinstance(value, str | bytes | Mapping):
        return list(value)  # type: ignore[call-overload]
    mend = ", as list(...) makes one" if isinstance(value, Iterable) and not isinstance(value, str | bytes) else ""
    raise ValueError(f"{name} is {shown(value)}: pass a list or a tuple{mend}")


def _opened(name: str, value: Any, depth: int) -> Any:
    """Without masks and tensors, also within lists."""
    if isinstance(value, list | tuple):
        if depth >= MOST_AXES:
            raise _no_numbers(name, f"lists in lists, deeper than {MOST_AXES}")
        return value if PLAIN.issuperset(map(type, value)) else [_opened(name, part, depth + 1) for part in value]
    if isinstance(value, np.ma.MaskedArray):
        if np.ma.is_masked(value):
            raise ValueError(f"{name} has masked numbers: leave out the points that they belong to, or fill them")
        return np.asarray(value)
    if isinstance(value, np.ndarray | np.generic):
        return value
    try:
        if hasattr(value, "detach"):
            return _from_tensor(value)
        return np.asarray(value) if hasattr(value, "__array__") else value
    except FOREIGN as error:
        raise _no_numbers(name, str(error)) from error


def _from_tensor(tensor: Any) -> Array:
    """Any library's that can detach: what numpy has no type for is a float64, exactly."""
    tensor = tensor.detach().cpu()
    try:
        return np.asarray(tensor.numpy())
    except FOREIGN:
        return np.asarray(tensor.double().numpy())


def _numbers(name: str, given: Array) -> Array:
    """Of an array of objects."""
    kinds = set(map(type, given.flat))
    if kinds <= {float}:
        return given.astype(np.float64)
    if kinds <= {int, float}:
        return given.copy()
    found = np.empty(given.size, dtype=object)
    for place, entry in enumerate(given.flat):
        number = _number(name, entry)
        if number is None:
            if not given.ndim:
                raise _no_numbers(name, shown(entry))
            where = tuple(int(i) for i in np.unravel_index(place, given.shape))
            ragged = isinstance(entry, list | tuple | np.ndarray)
            raise _no_numbers(name, "the lists in it differ in length" if ragged else f"{shown(entry)} at {where}")
        found[place] = number
    return found.reshape(given.shape)


def _number(name: str, entry: Any) -> Any:
    """An int, a Fraction or a float; None for what is none exactly."""
    if type(entry) in PLAIN:
        return int(entry) if type(entry) is bool else entry
    if hasattr(entry, "detach") or isinstance(entry, np.ndarray):
        inner = entries(name, entry)
        return _number(name, inner[()]) if not inner.ndim else None
    if isinstance(entry, np.bool_):
        return int(entry)
    if hasattr(entry, "numerator"):
        top, bottom = int(entry.numerator), int(entry.denominator)
        return top if bottom == 1 and not isinstance(entry, Fraction) else Fraction(top, bottom)
    return _from_ratio(entry) if hasattr(entry, "as_integer_ratio") else None


def _from_ratio(entry: Any) -> Fraction | float:
    """Of numpy's floats and their like a float where that is the same number; NaN and infinity are floats."""
    near = float(entry)
    if isinstance(entry, float) or not isfinite(near):
        return near
    exact = Fraction(*map(int, entry.as_integer_ratio()))
    return near if isinstance(entry, np.floating) and Fraction(near) == exact else exact


def _no_numbers(name: str, reason: str) -> ValueError:
    return ValueError(f"{name} is not an array of real numbers ({reason}): pass finite numbers")
