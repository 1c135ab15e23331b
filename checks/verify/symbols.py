"""The functions of the language where their arguments hold variables: atoms, of which axioms say what they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from .enclosures import square_root
from .limits import MalformedError
from .polynomials import Polynomial, atom, constant, inverse, power


def _absolute(value: Any) -> Any:
    number = constant(value)
    return atom("abs", value) if number is None else abs(number)


def _extreme(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def extreme(*values: Any) -> Any:
        found = list(values[0]) if len(values) == 1 and isinstance(values[0], list) else list(values)
        numbers = [constant(value) for value in found]
        return atom(name, *found) if None in numbers or not numbers else function(numbers)

    return extreme


def _sign(value: Any) -> Any:
    number = constant(value)
    return atom("sign", value) if number is None else Fraction((number > 0) - (number < 0))


def _exp(value: Any) -> Any:
    return Fraction(1) if constant(value) == 0 else atom("exp", value)


def _log(value: Any) -> Any:
    return Fraction(0) if constant(value) == 1 else atom("log", value)


def _sqrt(value: Any) -> Any:
    number = constant(value)
    root = square_root(number) if number is not None and number >= 0 else None
    return root if isinstance(root, Fraction) else atom("sqrt", value)


def _integer(value: Any) -> bool:
    number = constant(value)
    if number is None:
        raise MalformedError("integer(...) of an expression in variables: give the variable the domain 'integer'")
    return number.denominator == 1


SYMBOLIC: Mapping[str, Callable[..., Any]] = {
    "abs": _absolute,
    "min": _extreme("min", min),
    "max": _extreme("max", max),
    "sign": _sign,
    "exp": _exp,
    "log": _log,
    "sqrt": _sqrt,
    "integer": _integer,
    "power": power,
    "inverse": lambda value: inverse(Polynomial.lift(value)),
}
"""What functions of the language are where their arguments hold variables."""
