"""The four plain kinds of witnesses, and `verify` for all."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from . import formal
from .arithmetic import FUNCTIONS, fraction
from .language import check_free, holds, names_of, parse, rational, scope_of, walk
from .limits import MalformedError, WitnessError, limited
from .polynomials import Polynomial

FORMAT = "manyfaces-witness/1"

DECIDING = ("derivation", "enclosure", "enumeration", "example")
"""The kinds of witnesses that show a formal text."""

REFUTING = ("counterexample", "impossible")
"""Those that refute one."""


def _texts(witness: Mapping[str, Any], key: str) -> list[str]:
    value = witness.get(key, [])
    if not (isinstance(value, list) and all(isinstance(text, str) for text in value)):
        raise MalformedError(f"{key} must be a list of texts")
    return value


def _check_data(witness: Mapping[str, Any]) -> None:
    scope = scope_of(witness)
    for hypothesis in _texts(witness, "hypotheses"):
        if not holds(hypothesis, scope):
            raise WitnessError(f"hypothesis {hypothesis!r} is not met")
    conclusions = [(text, holds(text, scope)) for text in _texts(witness, "conclusion")]
    if not conclusions:
        raise MalformedError("no conclusion given")
    failing = [text for text, value in conclusions if not value]
    if witness["kind"] == "refutation" and not failing:
        raise WitnessError("every conclusion is true under this data: nothing is refuted")
    if witness["kind"] == "instance" and failing:
        raise WitnessError(f"{failing[0]!r} is false under this data")


def polynomial(expression: str) -> Polynomial:
    """An expression in any variables, expanded.

    >>> polynomial("(a + b) * (a - b)").terms
    {('a', 'a'): Fraction(1, 1), ('b', 'b'): Fraction(-1, 1)}
    """
    return _expanded(parse(expression))


def _expanded(node: ast.expr) -> Polynomial:
    names = names_of(node) - set(FUNCTIONS)
    for name in names:
        check_free(name, ())
    variables = {name: Polynomial({(name,): Fraction(1)}) for name in names}
    found = Polynomial.lift(walk(node, {**FUNCTIONS, **variables}))
    if any(name not in names for monomial in found.terms for name in monomial):
        why = "; multiply by what divides" if any("inverse(" in name for m in found.terms for name in m) else ""
        raise MalformedError(f"{ast.unparse(node)[:80]!r} is no polynomial in its variables{why}")
    return found


def relation(text: str) -> tuple[Polynomial, str]:
    """``left >= right`` as (left - right, ">="): the relation is ``>=``, ``>`` or ``==``; ``<`` is turned round."""
    node = parse(text)
    if not (isinstance(node, ast.Compare) and len(node.ops) == 1):
        raise MalformedError(f"{text!r} is not one comparison")
    left, right = _expanded(node.left), _expanded(node.comparators[0])
    match node.ops[0]:
        case ast.GtE():
            return left - right, ">="
        case ast.Gt():
            return left - right, ">"
        case ast.LtE():
            return right - left, ">="
        case ast.Lt():
            return right - left, ">"
        case ast.Eq():
            return left - right, "=="
    raise MalformedError(f"{text!r}: use >=, >, <=, < or ==")


def _check_linear(witness: Mapping[str, Any]) -> None:
    rest, wanted = relation(witness["goal"])
    strict = False
    if not isinstance(witness["multipliers"], list):
        raise MalformedError("multipliers must be a list of numbers")
    for text, multiplier in zip(_texts(witness, "hypotheses"), witness["multipliers"], strict=True):
        weight = fraction(rational(multiplier))
        known, sort = relation(text)
        if weight < 0 and sort != "==":
            raise WitnessError(f"negative multiplier {weight} for the inequality {text!r}")
        if weight and sort != "==" and wanted == "==":
            raise WitnessError("an equation follows from equations only")
        strict = strict or (sort == ">" and weight > 0)
        rest = rest - known * weight
    slack = rest.terms.pop((), Fraction(0))
    if rest.terms:
        raise WitnessError(f"the combination leaves {sorted(rest.terms)} over")
    if slack < 0 or (wanted == "==" and slack) or (wanted == ">" and not (slack or strict)):
        raise WitnessError(f"the combination proves the goal only up to {slack}")


def _check_identity(witness: Mapping[str, Any]) -> None:
    if not (isinstance(witness["identities"], list) and witness["identities"]):
        raise MalformedError("no identity given")
    for pair in witness["identities"]:
        left, right = pair if isinstance(pair, list) else [pair]
        if (polynomial(left) - polynomial(right)).terms:
            raise WitnessError(f"{left} and {right} are different polynomials")


_CHECKS: dict[str, tuple[Callable[[Mapping[str, Any]], None], set[str]]] = {
    "refutation": (_check_data, {"given", "define", "hypotheses", "conclusion"}),
    "instance": (_check_data, {"given", "define", "hypotheses", "conclusion"}),
    "linear": (_check_linear, {"hypotheses", "multipliers", "goal"}),
    "identity": (_check_identity, {"identities"}),
    "counterexample": (formal.check_counterexample, {"formal", "given"}),
    "impossible": (formal.check_impossible, {"formal", "given", "steps"}),
    "example": (formal.check_example, {"formal", "given"}),
    "enumeration": (formal.check_enumeration, {"formal"}),
    "enclosure": (formal.check_enclosure, {"formal"}),
    "derivation": (formal.check_derivation, {"formal", "choose", "steps"}),
}


def verify(witness: Mapping[str, Any]) -> None:
    """Raise `WitnessError` unless the witness shows what its kind promises.

    >>> verify({"format": FORMAT, "kind": "linear", "hypotheses": ["x >= 1"], "multipliers": ["2"], "goal": "2*x >= 2"})
    """
    try:
        with limited():
            _verify(witness)
    except WitnessError:
        raise
    except (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError) as error:
        raise MalformedError(f"malformed witness: {type(error).__name__}: {error}") from error


def _verify(witness: Mapping[str, Any]) -> None:
    sort, kind = witness.get("format"), witness.get("kind")
    if sort != FORMAT or kind not in _CHECKS:
        raise MalformedError(f"format {sort!r}, kind {kind!r}: not a {FORMAT} witness")
    check, keys = _CHECKS[kind]
    unknown = set(witness) - keys - {"format", "kind", "says", "claim"}
    if unknown:
        raise MalformedError(f"unknown keys {sorted(unknown)}; a {kind} has {sorted(keys)}")
    if not all(isinstance(witness.get(key, ""), str) for key in ("says", "claim")):
        raise MalformedError("says and claim must be texts")
    if "formal" in keys:
        formal.check_text(witness["formal"])
    check(witness)


def refutes(witness: Mapping[str, Any]) -> bool:
    """Whether a witness, once it is verified, contradicts something: a counterexample, or a false goal derived.

    >>> refutes({"kind": "linear", "goal": "0 > 0"})
    True
    """
    if witness["kind"] != "linear":
        return witness["kind"] in ("refutation", *REFUTING)
    form, sort = relation(witness["goal"])
    constant = form.terms.get((), Fraction(0))
    holds = {">=": constant >= 0, ">": constant > 0, "==": constant == 0}
    return set(form.terms) <= {()} and not holds[sort]
