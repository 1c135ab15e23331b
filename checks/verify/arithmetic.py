"""The numbers of the language and what may be done with them: fractions, enclosures, expressions in variables."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Any

from .enclosures import Enclosure, UndecidedError, exponential, less, logarithm, square_root
from .limits import MAX_BITS, MalformedError, bounded, cost, spend
from .polynomials import Polynomial, power

MAX_EXPONENT = 10_000
"""The largest power: with it 20 bits are still raised within MAX_BITS; chosen."""


def number(value: Any) -> Fraction | Polynomial | Enclosure:
    return value if isinstance(value, (Polynomial, Enclosure)) else fraction(value)


def real(value: Any) -> Fraction | Enclosure:
    """A number without variables."""
    return value if isinstance(value, Enclosure) else fraction(value)


def fraction(value: Any) -> Fraction:
    if isinstance(value, Fraction):
        return value
    raise MalformedError(f"{shown(value)} is not a number")


def whole(value: Any) -> int:
    if fraction(value).denominator != 1:
        raise MalformedError(f"{value} is not a whole number")
    return int(value)


def truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise MalformedError(f"{shown(value)} is not true or false")


def as_list(value: Any) -> list[Any]:
    if isinstance(value, list):
        spend(len(value))
        return value
    raise MalformedError(f"{shown(value)} is not a list")


def shown(value: Any) -> str:
    kinds = {
        Fraction: "a number",
        Enclosure: "a number",
        Polynomial: "an expression in variables",
        list: "a list",
        bool: "a truth value",
    }
    return kinds.get(type(value), "a function" if callable(value) else repr(value)[:80])


def arithmetic(operation: Callable[[Any, Any], Any], a: Any, b: Any) -> Fraction | Polynomial | Enclosure:
    numbers = number(a), number(b)
    # A quotient or a remainder can be short where the numbers are long.
    spend(sum(cost(number) for number in numbers if isinstance(number, Fraction)))
    result = operation(*numbers)
    return result if isinstance(result, (Polynomial, Enclosure)) else bounded(Fraction(result))


def add(a: Any, b: Any) -> Any:
    return arithmetic(operator.add, a, b)


def power_of(base: Any, exponent: Any) -> Any:
    below, above = number(base), number(exponent)
    if isinstance(below, Polynomial) or isinstance(above, Polynomial):
        if isinstance(above, Fraction) and abs(above) > MAX_EXPONENT:
            raise MalformedError(f"exponent {above}: use at most {MAX_EXPONENT}")
        return power(below, above)
    if isinstance(above, Enclosure) or above.denominator != 1:
        return _root_or_power(below, above)
    whole_power = int(above)
    if abs(whole_power) > MAX_EXPONENT:
        raise MalformedError(f"exponent {whole_power}: use at most {MAX_EXPONENT}")
    if isinstance(below, Enclosure):
        spend(abs(whole_power).bit_length() * 10)
        return below**whole_power
    bits = below.numerator.bit_length() + below.denominator.bit_length()
    if bits * abs(whole_power) > 2 * MAX_BITS:
        raise MalformedError(f"a power of about {bits * abs(whole_power)} bits; at most {MAX_BITS} are allowed")
    return bounded(below**whole_power)


def _root_or_power(base: Fraction | Enclosure, exponent: Fraction | Enclosure) -> Fraction | Enclosure:
    """exp(exponent log(base)); of 0, for a positive exponent, 0."""
    if base == 0 and less(Fraction(0), exponent, strict=True):
        return Fraction(0)
    return exponential(exponent * logarithm(base))


def compare(operation: Callable[[Any, Any], bool], a: Any, b: Any) -> bool:
    left, right = real(a), real(b)
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return operation(bounded(left), bounded(right))
    if operation in (operator.gt, operator.ge):
        left, right = right, left
    return less(left, right, strict=operation in (operator.lt, operator.gt))


def equal(a: Any, b: Any) -> bool:
    spend()
    match a, b:
        case (Fraction(), Fraction()) | (bool(), bool()):
            return bool(a == b)
        case (Fraction() | Enclosure(), Fraction() | Enclosure()):
            left, right = Enclosure.of(a), Enclosure.of(b)
            if left.high < right.low or right.high < left.low:
                return False
            raise UndecidedError("two numbers that may be equal")
        case list(), list():
            spend(4)
            return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b, strict=True))
    raise MalformedError(f"{shown(a)} cannot be compared with {shown(b)}")


def _numbers(values: tuple[Any, ...]) -> list[Any]:
    """The arguments of min and max: several numbers, or one list of them."""
    found = as_list(values[0]) if len(values) == 1 else list(values)
    return [bounded(value) if isinstance(value, Fraction) else real(value) for value in found]


def _extreme(choose: Callable[..., Any], values: tuple[Any, ...]) -> Fraction | Enclosure:
    found = _numbers(values)
    if not any(isinstance(value, Enclosure) for value in found):
        return Fraction(choose(found))
    sides = [Enclosure.of(value) for value in found]
    return Enclosure(choose(side.low for side in sides), choose(side.high for side in sides))


def _sign(value: Any) -> Fraction:
    given = real(value)
    return Fraction(compare(operator.gt, given, Fraction(0)) - compare(operator.lt, given, Fraction(0)))


def _sorted(values: Any) -> list[Fraction]:
    found = [bounded(fraction(value)) for value in as_list(values)]
    spend(2 * len(found).bit_length() * sum(1 + cost(value) for value in found))
    return sorted(found)


def _range(*bounds: Any) -> list[Fraction]:
    numbers = range(*(whole(bound) for bound in bounds))
    spend(max(0, (numbers.stop - numbers.start) // numbers.step))
    return [bounded(Fraction(number)) for number in numbers]


def _zip(*lists: Any) -> list[list[Any]]:
    return [list(items) for items in zip(*(as_list(items) for items in lists), strict=True)]


def _dist2(u: Any, v: Any) -> Any:
    return reduce(add, (power_of(arithmetic(operator.sub, a, b), Fraction(2)) for a, b in _zip(u, v)), Fraction(0))


def _dot(u: Any, v: Any) -> Any:
    return reduce(add, (arithmetic(operator.mul, a, b) for a, b in _zip(u, v)), Fraction(0))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": lambda t: abs(real(t)),
    "min": lambda *values: _extreme(min, values),
    "max": lambda *values: _extreme(max, values),
    "sum": lambda terms: reduce(add, as_list(terms), Fraction(0)),
    "len": lambda items: Fraction(len(as_list(items))),
    "all": lambda values: all([truth(value) for value in as_list(values)]),
    "any": lambda values: any([truth(value) for value in as_list(values)]),
    "range": _range,
    "zip": _zip,
    "enumerate": lambda items: _zip(_range(Fraction(len(as_list(items)))), items),
    "sorted": _sorted,
    "sign": _sign,
    "exp": lambda t: exponential(real(t)) if real(t) != 0 else Fraction(1),
    "log": lambda t: logarithm(real(t)) if real(t) != 1 else Fraction(0),
    "sqrt": lambda t: square_root(real(t)),
    "integer": lambda t: fraction(t).denominator == 1,
    "dist2": _dist2,
    "dot": _dot,
}
