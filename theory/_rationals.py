"""Numbers and points as a caller hands them in, taken as the rationals that they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from math import gcd, lcm
from numbers import Rational
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from theory._entries import entries, is_exact, shown
from theory._input import plain_number
from theory._types import Array, Floats

Point: TypeAlias = tuple[Fraction, ...]
Length: TypeAlias = int | float | Fraction
PointLike: TypeAlias = ArrayLike | Sequence[Length]
PointsLike: TypeAlias = ArrayLike | Sequence[Sequence[Length]]


def rational(name: str, value: Any) -> Fraction:
    """One finite real number, exactly."""
    return Fraction(plain_number(name, value))


def positive_rational(name: str, value: Any) -> Fraction:
    """One finite real number greater than zero, exactly."""
    number = rational(name, value)
    if number <= 0:
        raise ValueError(f"{name}={shown(value)}: pass one finite number greater than 0")
    return number


def proper_part(name: str, value: Any) -> Fraction:
    """One number between 0 and 1, neither of them, exactly."""
    number = rational(name, value)
    if not 0 < number < 1:
        raise ValueError(f"{name}={shown(value)}: pass a number between 0 and 1, both excluded")
    return number


def rational_point(name: str, value: Any) -> Point:
    """The coordinates of one point, (n,) with n >= 1; on the line a number will do."""
    found = np.atleast_1d(rationals(name, value))
    if found.ndim != 1 or not found.size:
        raise ValueError(f"{name} has shape {found.shape}: pass the coordinates of one point, shape (n,) with n >= 1")
    return tuple(map(Fraction, found))


def rational_points(name: str, value: Any) -> tuple[Point, ...]:
    """A non-empty set of points, (count, n) with n >= 1; on the line (count,) will do."""
    found = rationals(name, value)
    if found.size == 0:
        raise ValueError(f"{name} is empty (shape {found.shape}): give it at least one point, shape (count, n)")
    if found.ndim == 1:
        found = found[:, None]
    if found.ndim != 2:
        raise ValueError(f"{name} has shape {found.shape}: pass one point a row, shape (count, n)")
    return tuple(tuple(map(Fraction, row)) for row in found)


def over_one_unit(points: Sequence[Point]) -> tuple[list[tuple[int, ...]], int]:
    """The points as integers, and how many of them make 1."""
    counts, unit = _counts([x for point in points for x in point])
    rest = iter(counts)
    return [tuple(islice(rest, len(point))) for point in points], unit


def _counts(numbers: Sequence[int | Fraction]) -> tuple[list[int], int]:
    """The numbers as integers, and how many of them make 1."""
    unit = lcm(*(number.denominator for number in numbers))
    return [number.numerator * (unit // number.denominator) for number in numbers], unit


def rationals(name: str, value: Any) -> Array:
    """Object array of int and Fraction."""
    given = entries(name, value)
    found = exact_numbers(given)
    if found is None:
        found = np.empty(given.size, dtype=object)
        found[:] = [_exactly(name, entry) for entry in given.ravel().tolist()]
        found = found.reshape(given.shape)
    return found


def _exactly(name: str, entry: Any) -> Fraction:
    try:
        return Fraction(*map(int, entry.as_integer_ratio()))
    except (AttributeError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} has {shown(entry)}: pass finite real numbers") from error


def exact_numbers(given: Array) -> Array | None:
    """What `entries` opened as an object array of int and Fraction; None when some entry is neither."""
    if not is_exact(given):
        return None
    return given.astype(object)


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


def floats_below(counts: list[int], unit: Fraction) -> Floats:
    """counts * unit, each rounded down."""
    found = floats(counts, unit)
    ratios = (number.as_integer_ratio() for number in found.tolist())
    top, bottom = unit.numerator, unit.denominator
    above = [up * bottom > count * top * down for (up, down), count in zip(ratios, counts, strict=True)]
    return np.where(above, np.nextafter(found, -np.inf), found)


def fractions(counts: list[int], unit: Fraction) -> Array:
    """counts * unit, an object array of Fractions."""
    found = np.empty(len(counts), dtype=object)
    found[:] = [count * unit for count in counts]
    return found
