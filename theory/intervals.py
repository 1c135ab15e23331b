"""Comparisons that are certain and rounding that is outward, over the real enclosures of python-flint (`arb`).

An `arb` is an interval that contains the true number. Two that overlap compare as False both ways, so a
plain `not (a <= b)` proves nothing: the functions here say what is certain, or raise `Undecided`.

Everywhere a number may be an int, a float (its exact binary value), a Fraction, a flint number or, where it
has to be computed again with more bits, a function of no arguments that computes it.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import factorial, inf, isqrt, nextafter
from numbers import Rational
from typing import Any, TypeAlias

from flint import arb, ctx, fmpq, fmpz

from theory._entries import shown
from theory._input import plain_number, whole_number

__all__ = [
    "Enclosable",
    "Undecided",
    "ball_volume",
    "ceil",
    "ceil_below",
    "certainly_ge",
    "certainly_gt",
    "certainly_le",
    "certainly_lt",
    "decide_le",
    "enclosure",
    "endpoints",
    "floor",
    "floor_above",
    "floor_below",
    "lower_float",
    "pi",
    "root_floats",
    "sqrt",
    "upper_float",
]

Enclosable: TypeAlias = Any  # int | float | Fraction | arb | fmpq | fmpz: flint comes without types
Lazy: TypeAlias = Any  # Enclosable | Callable[[], Enclosable]

FIRST_BITS, LAST_BITS = 64, 1 << 16
"""Precisions of the first and the last try, each twice the one before: one word of a processor, and 2^10 times as many
bits, chosen for time. Sides that are equal and irrational are undecided with any number of bits."""

ROOT_BITS = 128
"""Bits of a root before it is rounded: float64's 53, and as many more as make it neighbouring floats nearly always."""

LARGEST_DIMENSION = 10**6
"""Of a ball: chosen for time, as factorials have so many factors."""


class Undecided(ArithmeticError):
    """The enclosures overlap as far as precision was raised: neither answer is proved (Moore 1966, Interval Analysis).

    >>> decide_le(lambda: arb.pi(), lambda: arb.pi())  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    Undecided: ...
    """


def enclosure(value: Enclosable) -> arb:
    """An interval that contains the number, as thin as the present precision allows (balls of Arb: Johansson 2017).

    Args:
        value: an int, float, Fraction or flint number.

    Returns:
        The `arb`; the value itself when it is one.

    Raises:
        ValueError: NaN, infinity and what is not a real number.

    >>> enclosure(0.5).is_exact(), enclosure(Fraction(1, 3)).is_exact()
    (True, False)
    """
    if isinstance(value, arb):
        return value
    return _enclosed("value", value)


def endpoints(value: Enclosable) -> tuple[Fraction, Fraction]:
    """The exact ends of the enclosure, middle - radius and middle + radius (Johansson 2017, Arb).

    Args:
        value: an int, float, Fraction or flint number.

    Returns:
        (low, high), equal for what is not an `arb`.

    Raises:
        ValueError: NaN, infinity and what is not a real number.
        ArithmeticError: an unbounded enclosure.

    >>> endpoints(Fraction(1, 3))
    (Fraction(1, 3), Fraction(1, 3))
    """
    if not isinstance(value, arb):
        ratio = _rational("value", value)
        return ratio, ratio
    if not value.is_finite():
        raise ArithmeticError(f"the enclosure {value} is unbounded: compute it with more bits")
    middle, radius = _dyadic(value.mid()), _dyadic(value.rad())
    return middle - radius, middle + radius


def certainly_lt(left: Enclosable, right: Enclosable) -> bool:
    """Whether left < right is proved: all of the one interval is below all of the other (Moore 1966, Interval
    Analysis).

    Args:
        left, right: int, float, Fraction or flint number.

    Returns:
        False means: false, or not decided at this precision.

    Raises:
        ValueError: NaN, infinity and what is not a real number.

    >>> certainly_lt(arb.pi(), Fraction(22, 7)), certainly_lt(arb.pi(), arb.pi())
    (True, False)
    """
    return _certainly(left, right, lambda a, b: a < b)


def certainly_le(left: Enclosable, right: Enclosable) -> bool:
    """Whether left <= right is proved; see `certainly_lt` (Moore 1966, Interval Analysis).

    Raises:
        ValueError: NaN, infinity and what is not a real number.

    >>> certainly_le(2, arb(2)), certainly_le(arb.pi(), arb.pi())
    (True, False)
    """
    return _certainly(left, right, lambda a, b: a <= b)


def certainly_gt(left: Enclosable, right: Enclosable) -> bool:
    """Whether left > right is proved; see `certainly_lt` (Moore 1966, Interval Analysis).

    Raises:
        ValueError: NaN, infinity and what is not a real number.

    >>> certainly_gt(Fraction(22, 7), arb.pi())
    True
    """
    return _certainly(left, right, lambda a, b: a > b)


def certainly_ge(left: Enclosable, right: Enclosable) -> bool:
    """Whether left >= right is proved; see `certainly_lt` (Moore 1966, Interval Analysis).

    Raises:
        ValueError: NaN, infinity and what is not a real number.

    >>> certainly_ge(arb.pi(), 3), certainly_ge(arb.pi(), arb.pi())
    (True, False)
    """
    return _certainly(left, right, lambda a, b: a >= b)


def decide_le(left: Lazy, right: Lazy) -> bool:
    """Whether left <= right, with as many bits as the answer needs (precision doubled as in Johansson 2017, Arb).

    Args:
        left, right: int, float, Fraction, flint number, or a function of no arguments that computes one.

    Raises:
        ValueError: NaN, infinity and what is not a real number.
        Undecided: 2^16 bits do not separate them, as when irrational sides are equal.

    >>> decide_le(lambda: arb.pi() ** 2, 10), decide_le(lambda: arb(2).sqrt(), Fraction(7, 5))
    (True, False)
    """
    for bits in _precisions():
        with ctx.workprec(bits):
            sides = _computed(left), _computed(right)
            if certainly_le(*sides):
                return True
            if certainly_gt(*sides):
                return False
    raise Undecided(f"{sides[0]} <= {sides[1]} is not decided with {LAST_BITS} bits")


def floor(value: Lazy) -> int:
    """The greatest integer that is at most the number (precision doubled as in Johansson 2017, Arb).

    Args:
        value: int, float, Fraction, flint number, or a function of no arguments that computes one.

    Raises:
        ValueError: NaN, infinity and what is not a real number.
        Undecided: no precision tells it.

    >>> floor(lambda: 10**30 * arb.pi())
    3141592653589793238462643383279
    """
    low, high = _floors(value)
    if low != high:
        raise Undecided(f"the floor is {low} or {high}: it is not decided with {LAST_BITS} bits")
    return low


def ceil(value: Lazy) -> int:
    """The least integer that is at least the number; see `floor` (Johansson 2017, Arb).

    Raises:
        ValueError: NaN, infinity and what is not a real number.
        Undecided: no precision tells it.

    >>> ceil(Fraction(7, 2)), ceil(arb.pi())
    (4, 4)
    """
    return -floor(_negative(value))


def floor_above(value: Lazy) -> int:
    """The floor, or the integer above it where it is not decided: an upper bound of the floor, always.

    See `floor` for the argument; outward rounding as in Moore 1966, Interval Analysis.

    Raises:
        ValueError: NaN, infinity and what is not a real number.

    >>> floor_above(lambda: arb(2).sqrt() ** 2)
    2
    """
    return _floors(value)[1]


def floor_below(value: Lazy) -> int:
    """The floor, or the integer below it where it is not decided: a lower bound of the floor, always.

    See `floor` for the argument; outward rounding as in Moore 1966, Interval Analysis.

    Raises:
        ValueError: NaN, infinity and what is not a real number.

    >>> floor_below(lambda: arb(2).sqrt() ** 2)
    1
    """
    return _floors(value)[0]


def ceil_below(value: Lazy) -> int:
    """The ceiling, or the integer below it where it is not decided: a lower bound of the ceiling, always.

    See `floor` for the argument; outward rounding as in Moore 1966, Interval Analysis.

    Raises:
        ValueError: NaN, infinity and what is not a real number.

    >>> ceil_below(lambda: arb(2).sqrt() ** 2)
    2
    """
    return -floor_above(_negative(value))


def lower_float(value: Enclosable) -> float:
    """The greatest float64 that is certainly at most the number: rounded outward (Moore 1966, Interval Analysis).

    Args:
        value: int, float, Fraction or flint number.

    Raises:
        ValueError: NaN, infinity and what is not a real number.
        OverflowError: a number beyond float64.

    >>> lower_float(Fraction(1, 10)) < Fraction(1, 10) < upper_float(Fraction(1, 10)) == 0.1
    True
    """
    return -upper_float(_negative(value))


def upper_float(value: Enclosable) -> float:
    """The least float64 that is certainly at least the number: rounded outward (Moore 1966, Interval Analysis).

    Args:
        value: int, float, Fraction or flint number.

    Raises:
        ValueError: NaN, infinity and what is not a real number.
        OverflowError: a number beyond float64.

    >>> upper_float(Fraction(1, 3)) > Fraction(1, 3)
    True
    """
    end = endpoints(value)[1]
    nearest = float(end)
    rounded = nearest if nearest >= end else nextafter(nearest, inf)
    if rounded == inf:
        raise OverflowError("the number is beyond float64: take its logarithm first")
    return rounded


def pi() -> arb:
    """Enclosure of pi at the present precision (Johansson 2017, Arb).

    >>> certainly_lt(Fraction(333, 106), pi()), certainly_lt(pi(), Fraction(355, 113))
    (True, True)
    """
    return arb.pi()


def sqrt(value: Enclosable) -> Fraction | arb:
    """The square root: exact where it is rational, else an enclosure (Johansson 2017, Arb).

    Args:
        value: int, float, Fraction or flint number, certainly at least 0.

    Raises:
        ValueError: a number that is not certainly at least 0, NaN, infinity.

    >>> sqrt(Fraction(9, 4)), (sqrt(2) ** 2).overlaps(arb(2))
    (Fraction(3, 2), True)
    """
    if not _certainly(value, 0, lambda a, b: a >= b, ("value", "0")):
        raise ValueError(f"value={shown(value)}: pass a number that is at least 0")
    if isinstance(value, arb):
        return value.sqrt()
    ratio = _rational("value", value)
    top, bottom = fmpz(ratio.numerator), fmpz(ratio.denominator)
    if top.is_square() and bottom.is_square():
        return Fraction(int(top.isqrt()), int(bottom.isqrt()))
    return arb(fmpq(top, bottom)).sqrt()


def root_floats(square: Fraction) -> tuple[float, float]:
    """The greatest float64 up to the root of a rational square, and the least from it on, whatever its size.

    Outward rounding (Moore 1966, Interval Analysis) of a whole root over a power of two.

    Args:
        square: at least 0.

    Raises:
        ValueError: a square below 0.
        OverflowError: a root beyond float64.

    >>> root_floats(Fraction(25, 4)), root_floats(Fraction(1, 10**400))[1] <= 1.1e-200
    ((2.5, 2.5), True)
    """
    square = _rational("square", square)
    if square < 0:
        raise ValueError(f"square={shown(square)}: pass a number that is at least 0")
    shift = max(0, ROOT_BITS + (square.denominator.bit_length() - square.numerator.bit_length()) // 2 + 1)
    scaled = (square.numerator << 2 * shift) // square.denominator
    root = isqrt(scaled)
    exact = root * root * square.denominator == square.numerator << 2 * shift
    return max(0.0, lower_float(Fraction(root, 1 << shift))), upper_float(Fraction(root + (not exact), 1 << shift))


def ball_volume(dimension: int, radius: Enclosable = 1) -> arb:
    """Volume of a ball of R^n: radius^n times pi^k / k! for n = 2k, 2^n pi^k k! / n! for n = 2k + 1.

    Conway and Sloane, Sphere Packings, Lattices and Groups, chapter 1.

    Args:
        dimension: n, from 0 to 10^6.
        radius: int, float, Fraction or flint number.

    Raises:
        ValueError: another dimension, a radius that is not a real number.

    >>> ball_volume(2).overlaps(arb.pi()), ball_volume(0).overlaps(arb(1))
    (True, True)
    """
    dimension = whole_number("dimension", dimension, 0, LARGEST_DIMENSION)
    k, odd = divmod(dimension, 2)
    factor = fmpq(factorial(k) << dimension, factorial(dimension)) if odd else fmpq(1, factorial(k))
    return arb.pi() ** k * factor * _enclosed("radius", radius) ** dimension


def _certainly(
    left: Enclosable, right: Enclosable, compare: Callable[[Any, Any], Any], names: tuple[str, str] = ("left", "right")
) -> bool:
    enclosed = isinstance(left, arb) or isinstance(right, arb)
    one, other = ((_enclosed if enclosed else _rational)(*each) for each in zip(names, (left, right), strict=True))
    return bool(compare(one, other))


def _enclosed(name: str, value: Enclosable) -> arb:
    if isinstance(value, arb):
        return value
    ratio = _rational(name, value)
    return arb(fmpq(ratio.numerator, ratio.denominator))


def _rational(name: str, value: Enclosable) -> Fraction:
    if isinstance(value, Rational | fmpz | fmpq):
        return Fraction(int(value.numerator), int(value.denominator))
    return Fraction(plain_number(name, value))


def _dyadic(value: arb) -> Fraction:
    mantissa, exponent = (int(part) for part in value.man_exp())
    return Fraction(mantissa << exponent) if exponent >= 0 else Fraction(mantissa, 1 << -exponent)


def _negative(value: Lazy) -> Lazy:
    if callable(value):
        return lambda: -value()
    return -value if isinstance(value, arb) else -_rational("value", value)


def _computed(value: Lazy) -> Enclosable:
    return value() if callable(value) else value


def _precisions() -> list[int]:
    return [FIRST_BITS << k for k in range((LAST_BITS // FIRST_BITS).bit_length())]


def _floors(value: Lazy) -> tuple[int, int]:
    """The floors of both ends, equal where precision decides."""
    for bits in _precisions():
        with ctx.workprec(bits):
            computed = _computed(value)
            try:
                low, high = (end.__floor__() for end in endpoints(computed))
            except ArithmeticError:
                if bits == LAST_BITS:
                    raise
                continue
        if low == high or not callable(value):
            break
    return low, high
