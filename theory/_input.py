"""Checks of what a caller hands in: every refusal is a ValueError that says what was given and what to
do."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from fractions import Fraction
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from theory._entries import entries, shown
from theory._types import Array, Floats

EXACT_INTEGERS = 2**53
"""Up to it every integer is a float64."""

PART = 2**17
"""Numbers that are looked at together: chosen for memory, 1 MB."""


def real_array(name: str, value: Any, rounded: bool = False) -> Floats:
    """`value` as float64, refused when it is no array of real numbers, as `entries` tells, or has NaN or infinity.

    Integers that float64 does not have are refused too, unless they may be `rounded`: two of them, near each other,
    would become one number. Fractions and longer floats are rounded. The caller's own array, if it is float64.
    """
    given = entries(name, value)
    try:
        with np.errstate(over="ignore"):
            array = np.asarray(given, dtype=np.float64)
    except (OverflowError, TypeError, ValueError) as error:
        raise ValueError(
            f"{name} has a number beyond float64: scale all, or pass only int and Fraction where these are exact"
        ) from error
    _refuse_non_finite(name, array)
    if not rounded and given.dtype.kind in "iuO":
        _refuse_rounded(name, given, array)
    return array


def _refuse_rounded(name: str, given: Array, array: Floats) -> None:
    """Of integers that are meant exactly, such as time stamps; in lists with floats, too."""
    for place in np.argwhere(np.abs(array) >= EXACT_INTEGERS).tolist():
        where = tuple(place)
        number = given[where]
        if hasattr(number, "numerator") and number.denominator == 1 and int(number) != int(array[where]):
            raise ValueError(
                f"{name} has the integer {number} at index {where}, which float64 does not have: subtract one of the "
                "integers from all of them, or pass floats"
            )


def _refuse_vanished(name: str, given: Array, array: Floats) -> None:
    """Of numbers whose sign matters."""
    for place in np.argwhere((array == 0) & (given != 0)).tolist():
        where = f" at index {place[0]}" if place else ""
        raise ValueError(
            f"{name} has {shown(given[tuple(place)])}{where}, which float64 rounds to 0: scale it away from there"
        )


def _refuse_non_finite(name: str, array: Floats) -> None:
    bad = ~np.isfinite(array)
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        raise ValueError(f"{name} has {array[where]} at index {where}: remove NaN and infinity before the call")


def point_set(name: str, value: Any) -> Floats:
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


def queries(name: str, value: Any, dimension: int) -> Floats:
    """Points where a function of R^n is asked for, (..., n)."""
    points = real_array(name, value)
    if points.ndim == 0 or points.shape[-1] != dimension:
        raise ValueError(
            f"{name} has shape {points.shape}: its last axis must have length {dimension}, as the data have"
        )
    return points


def signs(name: str, value: Any, count: int) -> Floats:
    """One label a point, (count,), as +1.0 and -1.0.

    The rule wherever labels are taken: all of them are -1 and +1, or all are 0 and 1 (False and True), where 0 stands
    for -1. No labels fit both in two ways: those that are all 1 mean +1 in either.
    """
    labels = real_array(name, value)
    if labels.shape != (count,):
        raise ValueError(f"{name} has shape {labels.shape}: pass one label a point, shape ({count},)")
    wrong = np.flatnonzero((np.abs(labels) != 1) & (labels != 0))
    if len(wrong):
        raise ValueError(
            f"{name} has {labels[wrong[0]]} at index {int(wrong[0])}: every label must be +1 or -1, or all 0 and 1"
        )
    if (labels == 0).any() and (labels < 0).any():
        raise ValueError(f"{name} has -1, and 0 at index {int(np.argmin(np.abs(labels)))}: pass +1 and -1, or 0 and 1")
    return np.where(labels > 0, 1.0, -1.0)


def masses(name: str, value: Any, count: int, rounded: bool = True) -> Floats:
    """One weight a point, (count,), at least 0 and not all of them 0; 1 / count each where `value` is None.

    The rule wherever weights are taken: points of weight 0 have no part in what is weighed.
    """
    if value is None:
        return np.full(count, 1.0 / count)
    given = entries(name, value)
    weights = real_array(name, given, rounded)
    if weights.shape != (count,):
        raise ValueError(f"{name} has shape {weights.shape}: pass one weight a point, shape ({count},)")
    _refuse_vanished(name, given, weights)
    wrong = np.flatnonzero(weights < 0)
    if len(wrong):
        raise ValueError(f"{name} has {weights[wrong[0]]} at index {int(wrong[0])}: weights must be at least 0")
    if not weights.any():
        raise ValueError(f"{name} has total 0: give some point a weight greater than 0")
    return weights


def plain_number(name: str, value: Any) -> int | Fraction | float:
    """One finite real number with its exact value; of no other type, as numpy's arithmetic wraps or rounds.

    >>> plain_number("x", Fraction(np.int64(3), 2)), plain_number("x", np.float32(0.5)), plain_number("x", np.array(7))
    (Fraction(3, 2), 0.5, 7)
    """
    if type(value) is float and isfinite(value):
        return value
    given = entries(name, value)
    if given.ndim:
        raise ValueError(f"{name} has shape {given.shape}: pass one finite number")
    number = entries(name, given.astype(object))[()]
    if isinstance(number, int | Fraction):
        return number
    if not isfinite(number):
        raise ValueError(f"{name} has {number}: pass one finite number")
    return float(number)


def whole_number(name: str, value: Any, least: int, most: int | None = None) -> int:
    """An integer that is at least `least`, and at most `most`."""
    try:
        number = operator.index(value)
    except (RuntimeError, TypeError, ValueError):
        number = None
    if number is None or number < least or (most is not None and number > most):
        limits = f"{least} or more" if most is None else f"from {least} to {most}"
        raise ValueError(f"{name}={shown(value)}: pass a whole number, {limits}")
    return int(number)


def positive_number(name: str, value: Any) -> float:
    """A finite number greater than zero, rounded to a float, which is one too."""
    number = _one(name, value)
    if number is None or not number > 0:
        raise ValueError(f"{name}={shown(value)}: pass one finite number greater than 0")
    return number


def finite_number(name: str, value: Any) -> float:
    """A finite number, rounded to a float of the same sign."""
    number = _one(name, value)
    if number is None:
        raise ValueError(f"{name}={shown(value)}: pass one finite number")
    return number


def _one(name: str, value: Any) -> float | None:
    """None where there are more."""
    given = entries(name, value)
    number = real_array(name, given, rounded=True)
    if number.ndim:
        return None
    _refuse_vanished(name, given, number)
    return float(number)
