"""What is known of the functions of the language: each axiom gives relations that hold for all reals.

An axiom that needs a premise, such as `e >= 0` for its root, finds it among the relations that are known, as it
stands there or times a positive number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from .limits import MalformedError, WitnessError, spend
from .polynomials import Polynomial, constant, inverse, power, printed
from .symbols import SYMBOLIC


class Relation(NamedTuple):
    """A polynomial in atoms that is >= 0, > 0 or == 0."""

    form: Polynomial
    sort: str

    def negated(self) -> list[Relation]:
        """The relations of which one holds where this one does not."""
        if self.sort == "==":
            return [Relation(self.form, ">"), Relation(-self.form, ">")]
        return [Relation(-self.form, ">" if self.sort == ">=" else ">=")]

    def __str__(self) -> str:
        return f"{printed(self.form)} {self.sort} 0"


def _ratio(form: Polynomial, other: Polynomial) -> Fraction | None:
    """The number that the other is to be multiplied with, if there is one; neither is without terms."""
    if form.terms.keys() != other.terms.keys():
        return None
    first = next(iter(form.terms))
    ratio = form.terms[first] / other.terms[first]
    return ratio if all(value == ratio * other.terms[names] for names, value in form.terms.items()) else None


def knows(known: Sequence[Relation], wanted: Relation) -> bool:
    """Whether the relation is among those known: as it stands, stronger, or times a positive number."""
    form, sort = wanted
    number = constant(form)
    if number is not None:
        return {">=": number >= 0, ">": number > 0, "==": number == 0}[sort]
    spend(len(known))
    for other, kind in known:
        if sort not in (">=", kind):
            continue
        ratio = _ratio(form, other)
        if ratio is not None and (ratio > 0 or kind == "=="):
            return True
    return False


def _require(known: Sequence[Relation], form: Polynomial, sort: str) -> None:
    if not knows(known, Relation(form, sort)):
        raise WitnessError(f"{Relation(form, sort)} is needed and not known")


def _apply(name: str, *values: Polynomial) -> Polynomial:
    return Polynomial.lift(SYMBOLIC[name](*values))


Known = Sequence[Relation]


def _abs(known: Known, e: Polynomial) -> list[Relation]:
    size = _apply("abs", e)
    found = [Relation(size - e, ">="), Relation(size + e, ">="), Relation(size, ">="), Relation(size**2 - e**2, "==")]
    return [*found, *(Relation(size - sign, "==") for sign in (e, -e) if knows(known, Relation(sign, ">=")))]


def _bound(name: str, turn: int) -> Callable[..., list[Relation]]:
    def bound(known: Known, *values: Polynomial) -> list[Relation]:
        best = _apply(name, *values)
        found = [Relation((best - value) * Fraction(turn), ">=") for value in values]
        if len(values) == 2:
            found.append(Relation((best - values[0]) * (best - values[1]), "=="))
        greatest = [
            value
            for value in values
            if all(knows(known, Relation((value - other) * Fraction(turn), ">=")) for other in values)
        ]
        return [*found, *(Relation(best - value, "==") for value in greatest)]

    return bound


def _sign(known: Known, e: Polynomial) -> list[Relation]:
    sign = _apply("sign", e)
    for form, sort, value in ((e, ">", 1), (-e, ">", -1), (e, "==", 0)):
        if knows(known, Relation(form, sort)):
            return [Relation(sign - Fraction(value), "==")]
    raise WitnessError(f"the sign of {printed(e)} is not known")


def _divide(known: Known, q: Polynomial) -> list[Relation]:
    for turned, sign in ((q, Fraction(1)), (-q, Fraction(-1))):
        if knows(known, Relation(turned, ">")):
            return [Relation(q * inverse(q) - Fraction(1), "=="), Relation(inverse(q) * sign, ">")]
    raise WitnessError(f"{printed(q)} is not known to be other than 0, with its sign")


def _sqrt(known: Known, e: Polynomial) -> list[Relation]:
    _require(known, e, ">=")
    root = _apply("sqrt", e)
    strict = knows(known, Relation(e, ">"))
    return [Relation(root, ">" if strict else ">="), Relation(root**2 - e, "==")]


def _exp_positive(known: Known, t: Polynomial) -> list[Relation]:
    return [Relation(_apply("exp", t), ">")]


def _exp_sum(known: Known, a: Polynomial, b: Polynomial) -> list[Relation]:
    return [Relation(_apply("exp", a + b) - _apply("exp", a) * _apply("exp", b), "==")]


def _exp_tangent(known: Known, t: Polynomial) -> list[Relation]:
    return [Relation(_apply("exp", t) - Fraction(1) - t, ">=")]


def _increasing(name: str, positive: bool) -> Callable[..., list[Relation]]:
    def increasing(known: Known, a: Polynomial, b: Polynomial) -> list[Relation]:
        if positive:
            _require(known, a, ">")
        _require(known, b - a, ">=")
        sort = ">" if knows(known, Relation(b - a, ">")) else ">="
        return [Relation(_apply(name, b) - _apply(name, a), sort)]

    return increasing


def _log(known: Known, e: Polynomial) -> list[Relation]:
    _require(known, e, ">")
    return [Relation(_apply("exp", _apply("log", e)) - e, "==")]


def _log_exp(known: Known, t: Polynomial) -> list[Relation]:
    return [Relation(_apply("log", _apply("exp", t)) - t, "==")]


def _log_product(known: Known, a: Polynomial, b: Polynomial) -> list[Relation]:
    _require(known, a, ">")
    _require(known, b, ">")
    return [Relation(_apply("log", a * b) - _apply("log", a) - _apply("log", b), "==")]


def _log_tangent(known: Known, e: Polynomial) -> list[Relation]:
    _require(known, e, ">")
    return [Relation(e - Fraction(1) - _apply("log", e), ">=")]


def _raised(b: Polynomial, n: Polynomial) -> Polynomial:
    return Polynomial.lift(power(b, n))


def _power_positive(known: Known, b: Polynomial, n: Polynomial) -> list[Relation]:
    _require(known, b, ">")
    return [Relation(_raised(b, n), ">")]


def _power_product(known: Known, a: Polynomial, b: Polynomial, n: Polynomial) -> list[Relation]:
    _require(known, a, ">")
    _require(known, b, ">")
    return [Relation(_raised(a * b, n) - _raised(a, n) * _raised(b, n), "==")]


def _power_sum(known: Known, b: Polynomial, m: Polynomial, n: Polynomial) -> list[Relation]:
    _require(known, b, ">")
    return [Relation(_raised(b, m + n) - _raised(b, m) * _raised(b, n), "==")]


def _power_power(known: Known, b: Polynomial, m: Polynomial, n: Polynomial) -> list[Relation]:
    _require(known, b, ">")
    return [Relation(_raised(_raised(b, m), n) - _raised(b, m * n), "==")]


def _power_one(known: Known, n: Polynomial) -> list[Relation]:
    return [Relation(_raised(Polynomial.lift(Fraction(1)), n) - Fraction(1), "==")]


def _power_increasing(known: Known, a: Polynomial, b: Polynomial, n: Polynomial) -> list[Relation]:
    """In the base."""
    _require(known, a, ">")
    _require(known, b - a, ">=")
    _require(known, n, ">=")
    return [Relation(_raised(b, n) - _raised(a, n), ">=")]


def _power_exponent(known: Known, b: Polynomial, m: Polynomial, n: Polynomial) -> list[Relation]:
    """In the exponent, for bases of at least 1."""
    _require(known, b - Fraction(1), ">=")
    _require(known, n - m, ">=")
    return [Relation(_raised(b, n) - _raised(b, m), ">=")]


AXIOMS: Mapping[str, Callable[..., list[Relation]]] = {
    "abs": _abs,
    "min": _bound("min", -1),
    "max": _bound("max", 1),
    "sign": _sign,
    "divide": _divide,
    "sqrt": _sqrt,
    "sqrt_increasing": _increasing("sqrt", positive=True),
    "exp_positive": _exp_positive,
    "exp_sum": _exp_sum,
    "exp_tangent": _exp_tangent,
    "exp_increasing": _increasing("exp", positive=False),
    "log": _log,
    "log_exp": _log_exp,
    "log_product": _log_product,
    "log_tangent": _log_tangent,
    "log_increasing": _increasing("log", positive=True),
    "power_positive": _power_positive,
    "power_product": _power_product,
    "power_sum": _power_sum,
    "power_power": _power_power,
    "power_one": _power_one,
    "power_increasing": _power_increasing,
    "power_exponent": _power_exponent,
}
"""Named facts of arithmetic and analysis; e, t, a, b, m, n are any expressions."""


def axiom(name: str, known: Sequence[Relation], values: Sequence[Polynomial]) -> list[Relation]:
    """The relations that an axiom gives for these arguments.

    Raises:
        WitnessError: its premise is not known.
        MalformedError: there is no such axiom, or it takes another number of arguments.
    """
    if name not in AXIOMS:
        raise MalformedError(f"axiom {name!r}: use one of {sorted(AXIOMS)}")
    try:
        return AXIOMS[name](known, *values)
    except TypeError as error:
        raise MalformedError(f"axiom {name!r}: {error}") from error
