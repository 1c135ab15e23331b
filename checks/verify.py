"""Re-check exact witnesses and certificates with nothing but the standard library.

    python verify.py claims.json            every witness in a claims file
    python verify.py witness.json [...]     single witnesses

This file imports nothing of the project, so that it shares no code with the search that found a witness: copy it
anywhere. All arithmetic is rational. A witness is a JSON object of one of these kinds:

``refutation``   ``given`` data under which every ``hypotheses`` is true and some ``conclusion`` is false.
``instance``     ``given`` data under which every ``hypotheses`` and every ``conclusion`` is true.
``linear``       a ``goal`` that is a combination of ``hypotheses`` with non-negative rational ``multipliers`` (any sign
                 where the hypothesis is an equation): a Farkas certificate, valid for all values of the variables.
``identity``     pairs ``[left, right]`` in ``identities``, equal as polynomials.

Expressions are Python syntax over rationals, lists, comprehensions and the functions in ``FUNCTIONS``; ``define`` adds
functions such as ``"f(x)": "abs(x) - 1"``.
"""

from __future__ import annotations

import ast
import json
import operator
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

FORMAT = "manyfaces-witness/1"


class WitnessError(ValueError):
    """The witness does not show what it claims to show."""


class Polynomial:
    """A polynomial with rational coefficients: ``terms`` maps sorted tuples of variable names to coefficients."""

    def __init__(self, terms: Mapping[tuple[str, ...], Fraction]):
        self.terms = {monomial: value for monomial, value in terms.items() if value}

    @staticmethod
    def lift(value: Any) -> Polynomial:
        return value if isinstance(value, Polynomial) else Polynomial({(): Fraction(value)})

    def __add__(self, other: Any) -> Polynomial:
        terms = dict(self.terms)
        for monomial, value in Polynomial.lift(other).terms.items():
            terms[monomial] = terms.get(monomial, Fraction(0)) + value
        return Polynomial(terms)

    def __mul__(self, other: Any) -> Polynomial:
        terms: dict[tuple[str, ...], Fraction] = {}
        for left, a in self.terms.items():
            for right, b in Polynomial.lift(other).terms.items():
                monomial = tuple(sorted(left + right))
                terms[monomial] = terms.get(monomial, Fraction(0)) + a * b
        return Polynomial(terms)

    def __pow__(self, exponent: Any) -> Polynomial:
        if Fraction(exponent).denominator != 1 or exponent < 0:
            raise WitnessError(f"a polynomial to the power {exponent}: use a whole number >= 0")
        result = Polynomial.lift(1)
        for _ in range(int(exponent)):
            result = result * self
        return result

    def __truediv__(self, other: Any) -> Polynomial:
        return self * (1 / Fraction(other))

    def __neg__(self) -> Polynomial:
        return self * -1

    def __sub__(self, other: Any) -> Polynomial:
        return self + -Polynomial.lift(other)

    def __rsub__(self, other: Any) -> Polynomial:
        return Polynomial.lift(other) - self

    __radd__ = __add__
    __rmul__ = __mul__


def _dist2(u: list[Any], v: list[Any]) -> Any:
    return sum((a - b) * (a - b) for a, b in zip(u, v, strict=True))


def _dot(u: list[Any], v: list[Any]) -> Any:
    return sum(a * b for a, b in zip(u, v, strict=True))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs, "min": min, "max": max, "sum": sum, "len": len, "all": all, "any": any, "range": range, "zip": zip,
    "enumerate": enumerate, "sorted": sorted, "sign": lambda t: (t > 0) - (t < 0), "dist2": _dist2, "dot": _dot,
    "integer": lambda t: Fraction(t).denominator == 1,
}  # fmt: skip

_BINARY = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
           ast.Mod: operator.mod, ast.FloorDiv: operator.floordiv}  # fmt: skip
_COMPARE = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
            ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.In: lambda a, b: a in b}  # fmt: skip


def _walk(node: ast.AST, scope: Mapping[str, Any]) -> Any:
    """The value of one node of an expression; anything outside the small language is refused."""
    match node:
        case ast.Constant(value=bool() as value):
            return value
        case ast.Constant(value=int() as value):
            return Fraction(value)
        case ast.Name(id=name) if name in scope:
            return scope[name]
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_walk(left, scope), _walk(right, scope))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _BINARY[type(op)](_walk(left, scope), _walk(right, scope))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_walk(operand, scope)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _walk(operand, scope)
        case ast.BoolOp(op=op, values=values):
            test = all if isinstance(op, ast.And) else any
            return test(_walk(value, scope) for value in values)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _walk(body if _walk(test, scope) else orelse, scope)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            values = [_walk(left, scope), *(_walk(item, scope) for item in comparators)]
            return all(_COMPARE[type(op)](a, b) for op, a, b in zip(ops, values, values[1:], strict=False))
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return [_walk(element, scope) for element in elements]
        case ast.Subscript(value=value, slice=index):
            return _walk(value, scope)[int(_walk(index, scope))]
        case ast.ListComp(elt=element, generators=generators) | ast.GeneratorExp(elt=element, generators=generators):
            return [_walk(element, inner) for inner in _scopes(generators, dict(scope))]
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in scope and callable(scope[name]):
            return _call(scope[name], [_walk(argument, scope) for argument in arguments])
    raise WitnessError(f"{ast.unparse(node)!r} is not in the witness language, or a name in it is not given")  # type: ignore[arg-type]


def _power(base: Any, exponent: Any) -> Any:
    if isinstance(exponent, Fraction) and exponent.denominator == 1 and abs(exponent) <= 10_000:
        return base ** int(exponent)
    raise WitnessError(f"exponent {exponent}: use a whole number of at most 10000")


def _call(function: Callable[..., Any], arguments: list[Any]) -> Any:
    if function is range:
        return [Fraction(i) for i in range(*(int(argument) for argument in arguments))]
    if function is zip or function is enumerate:
        return [[Fraction(i) if isinstance(i, int) else i for i in item] for item in function(*arguments)]
    return function(*arguments)


def _scopes(generators: list[ast.comprehension], scope: dict[str, Any]) -> list[dict[str, Any]]:
    if not generators:
        return [scope]
    first, *rest = generators
    found = []
    for value in _walk(first.iter, scope):
        inner = scope | _bind(first.target, value)
        if all(_walk(condition, inner) for condition in first.ifs):
            found.extend(_scopes(rest, inner))
    return found


def _bind(target: ast.AST, value: Any) -> dict[str, Any]:
    match target:
        case ast.Name(id=name):
            return {name: value}
        case ast.Tuple(elts=names):
            return {name.id: item for name, item in zip(names, value, strict=True) if isinstance(name, ast.Name)}
    raise WitnessError("a comprehension may bind names only")


def evaluate(expression: str, scope: Mapping[str, Any]) -> Any:
    """The value of an expression over the names of ``scope`` and `FUNCTIONS`."""
    try:
        tree = ast.parse(expression, mode="eval")
    except SyntaxError as error:
        raise WitnessError(f"{expression!r} is not an expression: {error.msg}") from error
    return _walk(tree.body, {**FUNCTIONS, **scope})


def rational(value: Any) -> Any:
    """A number or nested list of numbers as exact fractions; floats are refused, since JSON would round them."""
    if isinstance(value, list):
        return [rational(item) for item in value]
    if isinstance(value, (bool, float)):
        raise WitnessError(f"{value!r} is not exact; write it as a string such as '1/3'")
    return Fraction(value)


def scope_of(witness: Mapping[str, Any]) -> dict[str, Any]:
    """The names a witness gives and defines."""
    scope: dict[str, Any] = {name: rational(value) for name, value in witness.get("given", {}).items()}
    for head, body in witness.get("define", {}).items():
        call = ast.parse(head, mode="eval").body
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
            raise WitnessError(f"define: {head!r} is not of the form name(argument, ...)")
        names = [argument.id for argument in call.args if isinstance(argument, ast.Name)]
        scope[call.func.id] = _function(names, body, scope)
    return scope


def _function(names: list[str], body: str, scope: dict[str, Any]) -> Callable[..., Any]:
    return lambda *values: evaluate(body, {**scope, **dict(zip(names, values, strict=True))})


def _holds(expression: str, scope: Mapping[str, Any]) -> bool:
    value = evaluate(expression, scope)
    if not isinstance(value, bool):
        raise WitnessError(f"{expression!r} is {value}, not true or false")
    return value


def _check_data(witness: Mapping[str, Any]) -> None:
    scope = scope_of(witness)
    for hypothesis in witness.get("hypotheses", []):
        if not _holds(hypothesis, scope):
            raise WitnessError(f"hypothesis {hypothesis!r} is not met")
    conclusions = [(text, _holds(text, scope)) for text in witness["conclusion"]]
    if not conclusions:
        raise WitnessError("no conclusion given")
    failing = [text for text, value in conclusions if not value]
    if witness["kind"] == "refutation" and not failing:
        raise WitnessError("every conclusion is true under this data: nothing is refuted")
    if witness["kind"] == "instance" and failing:
        raise WitnessError(f"{failing[0]!r} is false under this data")


def names_in(expression: str) -> set[str]:
    """The variables of an expression."""
    return {node.id for node in ast.walk(ast.parse(expression, mode="eval")) if isinstance(node, ast.Name)}


def polynomial(expression: str) -> Polynomial:
    """An expression in any variables, expanded."""
    variables = {name: Polynomial({(name,): Fraction(1)}) for name in names_in(expression) - set(FUNCTIONS)}
    return Polynomial.lift(evaluate(expression, variables))


def relation(text: str) -> tuple[Polynomial, str]:
    """``left >= right`` as (left - right, ">="): the relation is one of ``>=``, ``>``, ``==``; ``<`` is turned round."""
    node = ast.parse(text, mode="eval").body
    if not (isinstance(node, ast.Compare) and len(node.ops) == 1):
        raise WitnessError(f"{text!r} is not one comparison")
    left, right = polynomial(ast.unparse(node.left)), polynomial(ast.unparse(node.comparators[0]))
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
    raise WitnessError(f"{text!r}: use >=, >, <=, < or ==")


def _check_linear(witness: Mapping[str, Any]) -> None:
    goal, wanted = relation(witness["goal"])
    strict, rest = False, goal
    for text, multiplier in zip(witness["hypotheses"], witness["multipliers"], strict=True):
        weight = Fraction(multiplier)
        known, sort = relation(text)
        if weight < 0 and sort != "==":
            raise WitnessError(f"negative multiplier {weight} for the inequality {text!r}")
        strict = strict or (sort == ">" and weight > 0)
        rest = rest - known * weight
    slack = rest.terms.pop((), Fraction(0))
    if rest.terms:
        raise WitnessError(f"the combination leaves {sorted(rest.terms)} over")
    if slack < 0 or (wanted == "==" and (slack or strict)) or (wanted == ">" and not (slack or strict)):
        raise WitnessError(f"the combination proves the goal only up to {slack}")
    if wanted == "==" and any(relation(text)[1] != "==" and Fraction(weight) for text, weight in
                              zip(witness["hypotheses"], witness["multipliers"], strict=True)):  # fmt: skip
        raise WitnessError("an equation follows from equations only")


def _check_identity(witness: Mapping[str, Any]) -> None:
    if not witness["identities"]:
        raise WitnessError("no identity given")
    for left, right in witness["identities"]:
        if (polynomial(left) - polynomial(right)).terms:
            raise WitnessError(f"{left} and {right} are different polynomials")


_CHECKS = {"refutation": _check_data, "instance": _check_data, "linear": _check_linear, "identity": _check_identity}


def verify(witness: Mapping[str, Any]) -> None:
    """Raise `WitnessError` unless the witness shows what its kind promises."""
    if witness.get("format") != FORMAT or witness.get("kind") not in _CHECKS:
        raise WitnessError(f"format {witness.get('format')!r}, kind {witness.get('kind')!r}: not a {FORMAT} witness")
    try:
        _CHECKS[witness["kind"]](witness)
    except WitnessError:
        raise
    except (KeyError, ValueError, TypeError, IndexError, ZeroDivisionError) as error:
        raise WitnessError(f"malformed witness: {type(error).__name__}: {error}") from error


def witnesses_in(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The witnesses of a claims file, or the document itself when it is one."""
    if "claims" not in document:
        return [document]
    return [
        witness
        for claim in document["claims"]
        for evidence in claim["evidence"]
        for witness in evidence["witnesses"]
    ]


def main(paths: list[str]) -> int:
    """Verify files; print a line for each witness; 0 when all are good and there is at least one."""
    good = bad = 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        for witness in witnesses_in(document):
            label = f"{witness.get('claim')}: {witness.get('kind')}: {witness.get('says', '')}"
            try:
                verify(witness)
            except WitnessError as error:
                bad += 1
                print(f"BAD   {label}\n      {error}")
            else:
                good += 1
                print(f"good  {label}")
    print(f"{good} good, {bad} bad")
    return 0 if good and not bad else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
