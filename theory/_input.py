"""Checks of what a caller hands in: every refusal is a ValueError that says what was given and what to
do."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from theory._types import Floats

EXACT_INTEGERS = 2**53
"""Up to it every integer is a float64."""

PART = 2**17
"""Numbers that are looked at together: chosen for memory, 1 MB."""


def real_array(name: str, value: ArrayLike, rounded: bool = False) -> Floats:
    """`value` as float64, refused when it is ragged, complex, masked, not numeric, NaN or infinite.

    Integers that float64 does not have are refused too, unless they may be `rounded`: two of them, near each other,
    would become one number. Fractions are rounded.
    """
    refuse_masked(name, value)
    try:
        given = np.asarray(value)
        if given.dtype.kind not in "biufO":
            raise TypeError(f"dtype {given.dtype}")
        array = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} is not an array of real numbers ({error}): pass finite numbers") from error
    _refuse_non_finite(name, array)
    if not rounded:
        _refuse_rounded(name, value, array)
    return array


def refuse_masked(name: str, value: Any) -> None:
    """Numbers under a mask are no data; an array that masks none is one like others."""
    parts = value if isinstance(value, list | tuple) else [value]
    if any(isinstance(part, np.ma.MaskedArray) and np.ma.is_masked(part) for part in parts):
        raise ValueError(f"{name} has masked numbers: leave out the points that they belong to, or fill them")


def _refuse_rounded(name: str, value: ArrayLike, array: Floats) -> None:
    """Of integers that are meant exactly, such as time stamps; in lists with floats, too."""
    large = np.abs(array) >= EXACT_INTEGERS
    if not large.any() or (isinstance(value, np.ndarray) and value.dtype == np.float64):
        return
    given = value if isinstance(value, np.ndarray) else np.array(value, dtype=object)
    for index in np.argwhere(large).tolist():
        where = tuple(index)
        number = given[where]
        if isinstance(number, Integral) and int(number) != int(array[where]):
            raise ValueError(
                f"{name} has the integer {number} at index {where}, which float64 does not have: subtract one of the "
                "integers from all of them, or pass floats"
            )


def _refuse_non_finite(name: str, array: Floats) -> None:
    bad = ~np.isfinite(array)
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        raise ValueError(f"{name} has {array[where]} at index {where}: remove NaN and infinity before the call")


def point_set(name: str, value: ArrayLike) -> Floats:
    """A non-empty finite set of points, (count, n) with n >= 1."""
    points = real_array(name, value)
    if points.size == 0:
        raise ValueError(f"{name} is empty (shape {points.shape}): give it at least one point")
    if points.ndim != 2:
        raise ValueError(f"{name} has shape {points.shape}: pass one point a row, shape (count, n)")
    return points


def same_dimension(names: Sequence[str], sets: Sequence[Floats]) -> int:
    """The dimension n that all the sets share."""
    n = sets[0].shape[1]
    for name, points in zip(names, sets, strict=True):
        if points.shape[1] != n:
            raise ValueError(
                f"{name} has points of dimension {points.shape[1]} and {names[0]} of dimension {n}: "
                "all classes must live in the same space"
            )
    return n


def distinct_classes(names: Sequence[str], sets: Sequence[Floats]) -> list[Floats]:
    """A copy of each set without its repetitions; a point that two sets share is refused by its coordinates."""
    copies = [np.add(points, 0.0, order="C") for points in sets]  # -0.0 and 0.0 are one point
    marks = np.concatenate([_fingerprints(rows) for rows in copies])
    _, place, count = np.unique(marks, return_inverse=True, return_counts=True)
    parts = np.split(count[place] > 1, np.cumsum([len(rows) for rows in copies])[:-1])
    owner: dict[bytes, str] = {}
    distinct = []
    for name, rows, alike in zip(names, copies, parts, strict=True):
        seen: set[bytes] = set()
        keep = np.ones(len(rows), bool)
        for index in np.flatnonzero(alike).tolist():
            key = rows[index].tobytes()
            if key in owner:
                raise ValueError(
                    f"the point {tuple(rows[index].tolist())} is in both {owner[key]} and {name}: "
                    "classes must be disjoint, remove it from one of them"
                )
            keep[index] = key not in seen
            seen.add(key)
        owner.update(dict.fromkeys(seen, name))
        distinct.append(rows if keep.all() else rows[keep])
    return distinct


def _fingerprints(rows: Floats) -> NDArray[np.uint64]:
    """A number a row, the same for the same bits, and hardly ever for others."""
    factors = np.random.default_rng(0).integers(2**63, size=rows.shape[1], dtype=np.uint64) * np.uint64(2) + np.uint64(
        1
    )
    size = max(1, PART // rows.shape[1])
    marks = np.empty(len(rows), np.uint64)
    for start in range(0, len(rows), size):
        bits = rows[start : start + size].view(np.uint64)
        mixed = (bits ^ (bits >> np.uint64(32))) * factors
        mixed ^= mixed >> np.uint64(29)
        marks[start : start + size] = (mixed * factors).sum(axis=1, dtype=np.uint64)
    return marks


def queries(name: str, value: ArrayLike, dimension: int) -> Floats:
    """Points where a function of R^n is asked for, (..., n)."""
    points = real_array(name, value)
    if points.ndim == 0 or points.shape[-1] != dimension:
        raise ValueError(
            f"{name} has shape {points.shape}: its last axis must have length {dimension}, as the data have"
        )
    return points


def plain_number(value: Any) -> Any:
    """An int, a Fraction or a float in the place of numpy's numbers, whose arithmetic wraps or rounds; else the value.

    >>> from fractions import Fraction
    >>> plain_number(Fraction(np.int64(3), 2)), plain_number(np.float32(0.5)), plain_number(np.array(7))
    (Fraction(3, 2), 0.5, 7)
    """
    if isinstance(value, np.ndarray) and not value.ndim:
        value = value[()]
    if isinstance(value, bool | np.bool_ | np.integer):
        return int(value)
    if isinstance(value, np.floating):
        return float(value)
    if isinstance(value, Fraction):
        return Fraction(int(value.numerator), int(value.denominator))
    return value


def positive_number(name: str, value: float | Fraction) -> float:
    """A finite number greater than zero."""
    number = real_array(name, value, rounded=True)  # type: ignore[arg-type]
    if number.ndim or not number > 0:
        raise ValueError(f"{name}={value!r}: pass one finite number greater than 0")
    return float(number)
