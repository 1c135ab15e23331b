"""Numbers and points as a caller hands them in, taken as the rationals that they are."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from operator import index
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from theory._input import real_array
from theory.transport._measures import exact_numbers

Point: TypeAlias = tuple[Fraction, ...]
Length: TypeAlias = int | float | Fraction
PointLike: TypeAlias = ArrayLike | Sequence[Length]
PointsLike: TypeAlias = ArrayLike | Sequence[Sequence[Length]]


def rational(name: str, value: Any) -> Fraction:
    """One finite real number, exactly."""
    found = _rationals(name, value)
    if found.ndim:
        raise ValueError(f"{name} has shape {found.shape}: pass one finite number")
    return Fraction(found.item())


def positive_rational(name: str, value: Any) -> Fraction:
    """One finite real number greater than zero, exactly."""
    number = rational(name, value)
    if number <= 0:
        raise ValueError(f"{name}={value!r}: pass one finite number greater than 0")
    return number


def rational_point(name: str, value: Any) -> Point:
    """The coordinates of one point, (n,) with n >= 1; on the line a number will do."""
    found = np.atleast_1d(_rationals(name, value))
    if found.ndim != 1 or not found.size:
        raise ValueError(f"{name} has shape {found.shape}: pass the coordinates of one point, shape (n,) with n >= 1")
    return tuple(map(Fraction, found))


def rational_points(name: str, value: Any) -> tuple[Point, ...]:
    """A non-empty set of points, (count, n) with n >= 1; on the line (count,) will do."""
    found = _rationals(name, value)
    if found.size == 0:
        raise ValueError(f"{name} is empty (shape {found.shape}): give it at least one point, shape (count, n)")
    if found.ndim == 1:
        found = found[:, None]
    if found.ndim != 2:
        raise ValueError(f"{name} has shape {found.shape}: pass one point a row, shape (count, n)")
    return tuple(tuple(map(Fraction, row)) for row in found)


def whole_number(name: str, value: Any, least: int) -> int:
    """An integer that is at least `least`."""
    try:
        number = index(value)
    except TypeError:
        number = None
    if number is None or number < least:
        raise ValueError(f"{name}={value!r}: pass a whole number, {least} or more")
    return int(number)


def over_one_unit(points: Sequence[Point]) -> tuple[list[tuple[int, ...]], int]:
    """The points as integers, and how many of them make 1."""
    unit = lcm(*(x.denominator for point in points for x in point))
    return [tuple(x.numerator * (unit // x.denominator) for x in point) for point in points], unit


def _rationals(name: str, value: Any) -> NDArray[Any]:
    """Object array of int and Fraction."""
    try:
        whole = np.asarray(value, dtype=object)
        exact = exact_numbers(whole)
    except ValueError as error:
        raise ValueError(f"{name} is not an array of real numbers ({error}): pass finite numbers") from error
    if exact is not None:
        return exact
    try:
        real_array(name, value)
    except OverflowError as error:
        raise ValueError(f"{name} has a number too large for float64 beside floats: pass int and Fraction") from error
    found = np.empty(whole.size, dtype=object)
    found[:] = [_exactly(name, entry) for entry in whole.flat]
    return found.reshape(whole.shape)


def _exactly(name: str, entry: Any) -> Fraction:
    try:
        return Fraction(*map(int, entry.as_integer_ratio()))
    except (AttributeError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} has {entry!r}: pass finite real numbers") from error
