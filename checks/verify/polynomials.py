"""Polynomials with rational coefficients in atoms: variables, and functions of polynomials such as exp(a - b)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from .limits import MalformedError, cost, spend

_POLYNOMIAL = 3
"""The steps that a polynomial costs, even one without a term; measured."""

_SIGNS = 20
"""The signs that are written in a step; chosen."""

MAX_NAME = 10_000
"""The length of an atom's name, which holds its arguments: that of a text that could name it; chosen."""


class Polynomial:
    """A polynomial with rational coefficients: ``terms`` maps sorted tuples of the names of atoms to coefficients."""

    def __init__(self, terms: Mapping[tuple[str, ...], Fraction]) -> None:
        self.terms = {monomial: value for monomial, value in terms.items() if value}
        spend(_POLYNOMIAL + len(terms) + sum(1 + cost(value) for value in self.terms.values()))

    @staticmethod
    def lift(value: Any) -> Polynomial:
        if isinstance(value, Polynomial):
            return value
        return Polynomial({(): _rational(value)})

    def __add__(self, other: Any) -> Polynomial:
        terms = dict(self.terms)
        for monomial, value in Polynomial.lift(other).terms.items():
            terms[monomial] = terms[monomial] + value if monomial in terms else value
        return Polynomial(terms)

    def __mul__(self, other: Any) -> Polynomial:
        terms: dict[tuple[str, ...], Fraction] = {}
        others = Polynomial.lift(other).terms
        for left, a in self.terms.items():
            for right, b in others.items():
                value = a * b
                spend(2 + len(left) + len(right) + cost(value))
                monomial = tuple(sorted(left + right))
                terms[monomial] = terms[monomial] + value if monomial in terms else value
        return Polynomial(terms)

    def __pow__(self, exponent: int) -> Polynomial:
        if exponent < 0:
            raise MalformedError(f"a polynomial to the power {exponent}: use a whole number >= 0")
        result = Polynomial.lift(Fraction(1))
        for _ in range(exponent):
            result = result * self
        return result

    def __truediv__(self, other: Any) -> Polynomial:
        if isinstance(other, Polynomial):
            return self * inverse(other)
        return self * (1 / _rational(other))

    def __rtruediv__(self, other: Any) -> Polynomial:
        return Polynomial.lift(other) * inverse(self)

    def __neg__(self) -> Polynomial:
        return Polynomial({monomial: -value for monomial, value in self.terms.items()})

    def __sub__(self, other: Any) -> Polynomial:
        return self + -Polynomial.lift(other)

    def __rsub__(self, other: Any) -> Polynomial:
        return Polynomial.lift(other) - self

    __radd__ = __add__
    __rmul__ = __mul__


def _rational(value: Any) -> Fraction:
    if isinstance(value, Fraction):
        return value
    raise MalformedError("something in an expression with variables is not a number")


def printed(value: Polynomial) -> str:
    """The polynomial in one way, whatever it was written like.

    >>> a, b = variable("a"), variable("b")
    >>> printed((b - a) * Fraction(2)) == printed(b - a * Fraction(2) + b)
    True
    """
    parts = []
    for names, number in sorted(value.terms.items()):
        spend(1 + sum(map(len, names)) // _SIGNS)
        factors = [*([] if number == 1 and names else [str(number)]), *names]
        parts.append("*".join(factors))
    return " + ".join(parts) or "0"


def variable(name: str) -> Polynomial:
    """The atom of that name."""
    return Polynomial({(name,): Fraction(1)})


def constant(value: Any) -> Fraction | None:
    """The value of what has no atom in it."""
    terms = Polynomial.lift(value).terms
    return terms.get((), Fraction(0)) if not set(terms) - {()} else None


def atom(function: str, *arguments: Any) -> Polynomial:
    """A function of polynomials as an atom, named by its arguments, so that equal ones give the same."""
    name = f"{function}({', '.join(printed(Polynomial.lift(value)) for value in arguments)})"
    if len(name) > MAX_NAME:
        raise MalformedError(f"the atom {name[:80]}... of {len(name)} signs; at most {MAX_NAME} are allowed")
    return variable(name)


def inverse(value: Polynomial) -> Polynomial:
    """1 over it: of a product of atoms the product of theirs, else an atom, up to a factor."""
    if not value.terms:
        raise ZeroDivisionError("division by zero")
    if len(value.terms) == 1:
        ((names, number),) = value.terms.items()
        found = Polynomial.lift(1 / number)
        for name in names:
            found = found * atom("inverse", variable(name))
        return found
    leading = value.terms[max(value.terms)]
    return atom("inverse", value / leading) / leading


def power(base: Any, exponent: Any) -> Polynomial:
    """A power: expanded for a whole number of at least 0, an inverse for one below, else an atom."""
    below, above = Polynomial.lift(base), constant(exponent)
    if above is None or above.denominator != 1:
        return atom("power", below, exponent)
    return below ** int(above) if above >= 0 else inverse(below) ** int(-above)
