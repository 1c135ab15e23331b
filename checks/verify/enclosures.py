"""Numbers known to lie between two fractions: how exp, log, roots and powers are compared exactly.

Each function returns bounds that hold; how near they are is for the caller to ask for, in bits.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from fractions import Fraction
from math import isqrt

from .limits import cost, spend

PRECISION: ContextVar[int] = ContextVar("PRECISION", default=64)
"""The bits that enclosures are rounded to, outward."""

MAX_EXPONENT = 100_000
"""The largest |t| of exp(t), and the logarithm of the largest number: chosen; what is beyond is refused."""


class UndecidedError(ValueError):
    """The enclosures overlap: more bits may decide, unless the two numbers are equal."""


def _down(value: Fraction) -> Fraction:
    """At most the value, with about as many bits as are asked for."""
    return _rounded(value, up=False)


def _up(value: Fraction) -> Fraction:
    return _rounded(value, up=True)


def _rounded(value: Fraction, *, up: bool) -> Fraction:
    shift = PRECISION.get() - value.numerator.bit_length() + value.denominator.bit_length()
    top, bottom = value.numerator << max(shift, 0), value.denominator << max(-shift, 0)
    whole = -(-top // bottom) if up else top // bottom
    return Fraction(whole, 1 << shift) if shift >= 0 else Fraction(whole << -shift)


class Enclosure:
    """Some real number of [low, high].

    >>> product = Enclosure(Fraction(1), Fraction(2)) * Enclosure(Fraction(-1), Fraction(3))
    >>> print(product.low, product.high)
    -2 6
    """

    def __init__(self, low: Fraction, high: Fraction) -> None:
        self.low, self.high = low, high

    @staticmethod
    def of(value: Fraction | Enclosure) -> Enclosure:
        return value if isinstance(value, Enclosure) else Enclosure(value, value)

    def __add__(self, other: Fraction | Enclosure) -> Enclosure:
        right = Enclosure.of(other)
        return _outward(self.low + right.low, self.high + right.high)

    def __neg__(self) -> Enclosure:
        return Enclosure(-self.high, -self.low)

    def __sub__(self, other: Fraction | Enclosure) -> Enclosure:
        return self + -Enclosure.of(other)

    def __rsub__(self, other: Fraction | Enclosure) -> Enclosure:
        return Enclosure.of(other) - self

    def __mul__(self, other: Fraction | Enclosure) -> Enclosure:
        right = Enclosure.of(other)
        ends = [a * b for a in (self.low, self.high) for b in (right.low, right.high)]
        return _outward(min(ends), max(ends))

    def __truediv__(self, other: Fraction | Enclosure) -> Enclosure:
        right = Enclosure.of(other)
        if right.low <= 0 <= right.high:
            if right.low == right.high:
                raise ZeroDivisionError("division by zero")
            raise UndecidedError("a divisor that may be zero")
        return self * Enclosure(1 / right.high, 1 / right.low)

    def __rtruediv__(self, other: Fraction | Enclosure) -> Enclosure:
        return Enclosure.of(other) / self

    def __pow__(self, exponent: int) -> Enclosure:
        if exponent < 0:
            return Enclosure.of(Fraction(1)) / self**-exponent
        ends = [_raised(Enclosure.of(end), exponent) for end in (self.low, self.high)]
        low, high = min(end.low for end in ends), max(end.high for end in ends)
        return Enclosure(Fraction(0) if exponent and exponent % 2 == 0 and self.low < 0 < self.high else low, high)

    def __abs__(self) -> Enclosure:
        ends = sorted((abs(self.low), abs(self.high)))
        return Enclosure(Fraction(0) if self.low < 0 < self.high else ends[0], ends[1])

    __radd__ = __add__
    __rmul__ = __mul__


def _raised(base: Enclosure, exponent: int) -> Enclosure:
    """By repeated squaring, rounded each time."""
    result = Enclosure.of(Fraction(1))
    while exponent:
        if exponent % 2:
            result = result * base
        exponent //= 2
        base = base * base if exponent else base
    return result


_ROUNDING = 10
"""The steps of an operation on enclosures beside what the length of their ends costs; measured."""


def _outward(low: Fraction, high: Fraction) -> Enclosure:
    spend(_ROUNDING + cost(low) + cost(high))
    return Enclosure(_down(low), _up(high))


def less(a: Fraction | Enclosure, b: Fraction | Enclosure, *, strict: bool) -> bool:
    """Whether a < b, or a <= b.

    Raises:
        UndecidedError: the enclosures overlap.
    """
    left, right = Enclosure.of(a), Enclosure.of(b)
    if left.high < right.low or (left.high == right.low and not strict):
        return True
    if left.low > right.high or (left.low == right.high and strict):
        return False
    raise UndecidedError("two numbers that could not be told apart")


def exponential(value: Fraction | Enclosure) -> Enclosure:
    """exp of it.

    >>> found = exponential(Fraction(1))
    >>> 2718281828 < found.low * 10**9 <= found.high * 10**9 < 2718281829
    True
    """
    return _at_ends(_exponential, value)


def _at_ends(increasing: Callable[[Fraction], Enclosure], value: Fraction | Enclosure) -> Enclosure:
    if isinstance(value, Fraction):
        return increasing(value)
    return Enclosure(increasing(value.low).low, increasing(value.high).high)


def _exponential(t: Fraction) -> Enclosure:
    """2^k exp(r) with r = t - k log 2, about between 0 and 0.7, in whole numbers of 2^-bits.

    k is so small that r is not negative, on whichever side of its bounds log 2 is.
    """
    spend(_ROUNDING + cost(t))
    if abs(t) > MAX_EXPONENT:
        raise ValueError(f"exp of a number beyond {MAX_EXPONENT}")
    bits = PRECISION.get() + 40  # k has 18 bits at most; the others keep the error of r small
    two = _log_two(bits)
    power = (t.numerator << bits) // (t.denominator * two[t >= 0])
    low = (t.numerator << bits) // t.denominator - max(power * two[0], power * two[1])
    high = -((-t.numerator << bits) // t.denominator) - min(power * two[0], power * two[1])
    assert 0 <= low <= high < 1 << bits
    unit = Fraction(2) ** (power - bits)
    return _outward(_series(low, bits)[0] * unit, _series(high, bits)[1] * unit)


def _divided_up(a: int, b: int) -> int:
    return -(-a // b)


def _spend_terms(bits: int) -> None:
    """Count a series: it has fewer terms than half the bits."""
    spend(bits // 2 * (1 + (bits // 1000) ** 2))


def _series(r: int, bits: int) -> tuple[int, int]:
    """Bounds of exp(r), 0 <= r < 1, by Taylor's series: what is left out is less than twice its first term."""
    low = high = below = above = 1 << bits
    count = 0
    _spend_terms(bits)
    while below > 0 or above > 1:
        count += 1
        below = (below * r >> bits) // count
        above = _divided_up(_divided_up(above * r, 1 << bits), count)
        low, high = low + below, high + above
    return low, high + 2 * above


def logarithm(value: Fraction | Enclosure) -> Enclosure:
    """The natural logarithm of a positive number.

    >>> found = logarithm(Fraction(2))
    >>> 693147180 < found.low * 10**9 <= found.high * 10**9 < 693147181
    True
    """
    given = Enclosure.of(value)
    if given.low <= 0:
        if given.high <= 0:
            raise ValueError("log of a number that is not positive")
        raise UndecidedError("log of a number that may not be positive")
    return _at_ends(_logarithm, value)


def _logarithm(y: Fraction) -> Enclosure:
    """log of m 2^k, 1 <= m < 2, as k log 2 + log m, in whole numbers of 2^-bits."""
    spend(_ROUNDING + cost(y))
    power = y.numerator.bit_length() - y.denominator.bit_length()
    power -= y < Fraction(2) ** power
    if abs(power) > MAX_EXPONENT:
        raise ValueError(f"log of a number beyond 2^{MAX_EXPONENT}")
    mantissa = y / Fraction(2) ** power
    bits = PRECISION.get() + 40 + 2 * max(0, -_size(mantissa - 1))
    two, rest = _log_two(bits), _artanh((mantissa - 1) / (mantissa + 1), bits)
    ends = [(power * two[0], power * two[1])[power < 0], (power * two[1], power * two[0])[power < 0]]
    return _outward(Fraction(ends[0] + 2 * rest[0], 1 << bits), Fraction(ends[1] + 2 * rest[1], 1 << bits))


def _size(value: Fraction) -> int:
    """About the binary logarithm of a number that is not negative; 0 for 0."""
    return value.numerator.bit_length() - value.denominator.bit_length() if value else 0


def _log_two(bits: int) -> tuple[int, int]:
    low, high = _artanh(Fraction(1, 3), bits)
    return 2 * low, 2 * high


def _artanh(z: Fraction, bits: int) -> tuple[int, int]:
    """Bounds of artanh z, 0 <= z <= 1/3, by its series: what is left out is less than its last term."""
    below, above = (z.numerator << bits) // z.denominator, -((-z.numerator << bits) // z.denominator)
    squares = below * below >> bits, -(-above * above >> bits)
    low, high, odd = below, above, 1
    _spend_terms(bits)
    while above > 1:
        odd += 2
        below, above = below * squares[0] >> bits, -(-above * squares[1] >> bits)
        low, high = low + below // odd, high - (-above // odd)
    return low, high + above


def square_root(value: Fraction | Enclosure) -> Fraction | Enclosure:
    """The root of a number that is not negative; exact where it is rational."""
    if isinstance(value, Fraction):
        if value < 0:
            raise ValueError("sqrt of a negative number")
        spend(_ROUNDING + 2 * cost(value))
        top, bottom = isqrt(value.numerator), isqrt(value.denominator)
        if top**2 == value.numerator and bottom**2 == value.denominator:
            return Fraction(top, bottom)
    given = Enclosure.of(value)
    if given.low < 0:
        if given.high < 0:
            raise ValueError("sqrt of a negative number")
        raise UndecidedError("sqrt of a number that may be negative")
    return _at_ends(_root, value)


def _root(value: Fraction) -> Enclosure:
    spend(_ROUNDING + 2 * cost(value))
    shift = 2 * max(0, PRECISION.get() + value.denominator.bit_length() - value.numerator.bit_length())
    below = isqrt(value.numerator * 2**shift // value.denominator)
    unit = Fraction(1, 2 ** (shift // 2))
    return Enclosure(below * unit, (below + 1) * unit)
