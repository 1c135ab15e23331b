"""Numbers as integers over one unit: floats as the dyadic rationals that they are, and Fractions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from numbers import Rational
from typing import Any

import numpy as np

from theory._input import Floats

MANTISSA = 53
INT64_BITS = 62


@dataclass(frozen=True)
class Whole:
    """The numbers are counts * unit."""

    counts: list[int]
    unit: Fraction


def as_whole(numbers: Any) -> Whole:
    """Float64 arrays, and sequences of int and Fraction, without rounding."""
    if isinstance(numbers, np.ndarray) and numbers.dtype == np.float64:
        return _from_floats(numbers)
    rationals = [Fraction(number) for number in numbers]
    unit = lcm(*(number.denominator for number in rationals))
    return Whole([number.numerator * (unit // number.denominator) for number in rationals], Fraction(1, unit))


def _from_floats(numbers: Floats) -> Whole:
    fractions, exponents = np.frexp(numbers)
    odd = np.ldexp(fractions, MANTISSA).astype(np.int64)
    zeros = np.frexp((odd & -odd).astype(float))[1] - 1
    odd, exponents = odd >> np.maximum(zeros, 0), exponents - MANTISSA + zeros
    least = int(exponents[odd != 0].min(initial=0 if not odd.any() else 2000))
    shifts = np.where(odd != 0, exponents - least, 0)
    if shifts.max(initial=0) + MANTISSA <= INT64_BITS:
        counts = (odd << shifts).tolist()
    else:
        counts = [count << shift for count, shift in zip(odd.tolist(), shifts.tolist(), strict=True)]
    common = gcd(*counts) or 1
    return Whole([count // common for count in counts] if common > 1 else counts, common * Fraction(2) ** least)


def common_unit(*numbers: Rational | float) -> tuple[list[int], Fraction]:
    """The numbers as whole multiples of the greatest unit that makes them so."""
    rationals = [Fraction(number) for number in numbers]
    bottom = lcm(*(number.denominator for number in rationals))
    counts = [number.numerator * (bottom // number.denominator) for number in rationals]
    common = gcd(*counts) or 1
    return [count // common for count in counts], Fraction(common, bottom)


def floats(counts: list[int], unit: Fraction) -> Floats:
    """counts * unit, each rounded to the nearest float."""
    top, bottom = unit.numerator, unit.denominator
    return np.array([count * top / bottom for count in counts], dtype=np.float64)


def fractions(counts: list[int], unit: Fraction) -> np.ndarray:
    """counts * unit, an object array of Fractions."""
    found = np.empty(len(counts), dtype=object)
    found[:] = [count * unit for count in counts]
    return found
