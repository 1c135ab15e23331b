"""Numbers and points as a caller hands them in, taken as the rationals that they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from math import gcd, lcm
from numbers import Rational
from operator import index
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from theory._input import real_array
from theory._types import Array, Floats

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
    counts, unit = _counts([x for point in points for x in point])
    rest = iter(counts)
    return [tuple(islice(rest, len(point))) for point in points], unit


def _counts(numbers: Sequence[int | Fraction]) -> tuple[list[int], int]:
    """The numbers as integers, and how many of them make 1."""
    unit = lcm(*(number.denominator for number in numbers))
    return [number.numerator * (unit // number.denominator) for number in numbers], unit


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
        real_array(name, value, rounded=True)
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


def exact_numbers(value: Any) -> Array | None:
    """`value` as an object array of int and Fraction; None when some entry is neither."""
    if isinstance(value, list | tuple):
        entries = np.empty(len(value), dtype=object)
        entries[:] = value if all(isinstance(entry, Rational) for entry in value) else [None] * len(value)
    else:
        entries = np.asarray(value)
    if entries.dtype.kind in "biu":
        return entries.astype(object)
    if entries.dtype.kind != "O" or not all(isinstance(entry, Rational) for entry in entries.flat):
        return None
    plain = np.empty(entries.size, dtype=object)
    plain[:] = [_plain(entry) for entry in entries.flat]
    return plain.reshape(entries.shape)


def _plain(entry: Rational) -> int | Fraction:
    top, bottom = int(entry.numerator), int(entry.denominator)
    return top if bottom == 1 else Fraction(top, bottom)


def finite_number(name: str, value: Any) -> None:
    """Refuses what is not one finite real number."""
    if not isinstance(value, Rational) and real_array(name, value, rounded=True).ndim:
        raise ValueError(f"{name}={value!r}: pass one finite number, or None")


def whole_numbers(arrays: list[Array]) -> tuple[list[Array], Fraction]:
    """Integers, and the unit they count."""
    counts, unit = _counts([entry for array in arrays for entry in array])
    rest = iter(counts)
    return [np.fromiter(rest, dtype=object, count=len(array)) for array in arrays], Fraction(1, unit)


MANTISSA = 53
"""Bits of a float64's significand, the hidden one included: 2^53 times frexp's fraction is whole."""

INT64_BITS = 62
"""A whole number of so many bits, and the negative of one, is an int64 with a bit to spare."""

BEYOND_EXPONENTS = 2000
"""More than any exponent of a float64: these end at 1024."""


@dataclass(frozen=True)
class Whole:
    """The numbers are counts * unit."""

    counts: list[int]
    unit: Fraction


def as_whole(numbers: Any) -> Whole:
    """Float64 arrays, and sequences of int and Fraction, without rounding."""
    if isinstance(numbers, np.ndarray) and numbers.dtype == np.float64:
        return _from_floats(numbers)
    counts, unit = _counts([Fraction(number) for number in numbers])
    return Whole(counts, Fraction(1, unit))


def _from_floats(numbers: Floats) -> Whole:
    fractions, exponents = np.frexp(numbers)
    odd = np.ldexp(fractions, MANTISSA).astype(np.int64)
    zeros = np.frexp((odd & -odd).astype(float))[1] - 1
    odd, exponents = odd >> np.maximum(zeros, 0), exponents - MANTISSA + zeros
    least = int(exponents[odd != 0].min(initial=0 if not odd.any() else BEYOND_EXPONENTS))
    shifts = np.where(odd != 0, exponents - least, 0)
    if shifts.max(initial=0) + MANTISSA <= INT64_BITS:
        counts = (odd << shifts).tolist()
    else:
        counts = [count << shift for count, shift in zip(odd.tolist(), shifts.tolist(), strict=True)]
    common = gcd(*counts) or 1
    return Whole([count // common for count in counts] if common > 1 else counts, common * Fraction(2) ** least)


def common_unit(*numbers: Rational | float) -> tuple[list[int], Fraction]:
    """The numbers as whole multiples of the greatest unit that makes them so."""
    counts, bottom = _counts([Fraction(number) for number in numbers])
    common = gcd(*counts) or 1
    return [count // common for count in counts], Fraction(common, bottom)


def floats(counts: list[int], unit: Fraction) -> Floats:
    """counts * unit, each rounded to the nearest float."""
    top, bottom = unit.numerator, unit.denominator
    return np.array([count * top / bottom for count in counts], dtype=np.float64)


def fractions(counts: list[int], unit: Fraction) -> Array:
    """counts * unit, an object array of Fractions."""
    found = np.empty(len(counts), dtype=object)
    found[:] = [count * unit for count in counts]
    return found
