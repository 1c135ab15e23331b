"""Re-check exact witnesses and certificates with nothing but the standard library.

    python verify.py claims.json            every witness in a claims file
    python verify.py witness.json [...]     single witnesses

This file imports nothing of the project, so that it shares no code with the search that found a witness: copy it
anywhere. All arithmetic is rational. A witness is a JSON object of one of these kinds:

``refutation``
    ``given`` data under which every ``hypotheses`` is true and some ``conclusion`` is false.
``instance``
    ``given`` data under which every ``hypotheses`` and every ``conclusion`` is true.
``linear``
    a ``goal`` that is a combination of ``hypotheses`` with non-negative rational ``multipliers`` (any sign where the
    hypothesis is an equation): a Farkas certificate, valid for all values of the variables.
``identity``
    pairs ``[left, right]`` in ``identities``, equal as polynomials.

Expressions are Python syntax over rationals, truth values, lists, comprehensions and the functions in ``FUNCTIONS``;
``define`` adds functions such as ``"f(x)": "abs(x) - 1"``. They are walked, never handed to Python: numbers and truth
values do not mix, and whatever is not in this small language, or takes longer than the limits below, is refused.
Texts are plain ASCII without comments, and names too, so that no two of them look alike.

Of a claims file more is asked: each witness is for the claim that it stands under, and a claim that fails has one that
refutes it.
"""

from __future__ import annotations

import ast
import json
import keyword
import operator
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from functools import reduce
from typing import Any

FORMAT = "manyfaces-witness/1"

MAX_STEPS = 1_000_000
"""The work that one witness may cost: about a second; chosen."""
MAX_BITS = 200_000
"""The length of a numerator and denominator together: chosen for the time of a product."""
MAX_TEXT = 10_000
"""The length of an expression; chosen, longer than any in use."""
MAX_EXPONENT = 10_000
"""The largest power: with it 20 bits are still raised within MAX_BITS; chosen."""
_CALL = 10
"""The steps that a new scope costs: about ten times as long as an operation; chosen."""
_NAMES = 32
"""The names of a scope that are copied in a step; measured."""
_PARSE = 10
"""The steps that a text costs beside two for each sign: what Python's parser takes for the shortest; measured."""
_LINE = 500
"""The length of a message, which may quote whatever a file holds; chosen."""


class WitnessError(ValueError):
    """The witness does not show what it claims to show."""


class MalformedError(WitnessError):
    """The witness cannot be checked at all: not in the language, over a limit, or an operation without a value."""


_steps_left: ContextVar[list[int] | None] = ContextVar("_steps_left", default=None)


@contextmanager
def _limited() -> Iterator[None]:
    """A fresh limit, unless one is in force."""
    token = _steps_left.set(_steps_left.get() or [MAX_STEPS])
    try:
        yield
    finally:
        _steps_left.reset(token)


def _spend(steps: int = 1) -> None:
    """Count work against the limit in force."""
    left = _steps_left.get()
    if left is not None:
        left[0] -= steps
        if left[0] < 0:
            raise MalformedError(f"more than {MAX_STEPS} steps: give smaller data")


def _bounded(value: Fraction) -> Fraction:
    """The value, its length counted as work."""
    _spend(1 + _long(value))
    return value


def _long(value: Fraction) -> int:
    """What a number costs beside the step itself.

    Schoolbook products take the square of the length; up to 1000 bits they cost no more than the step.
    """
    bits = value.numerator.bit_length() + value.denominator.bit_length()
    if bits > MAX_BITS:
        raise MalformedError(f"a number of {bits} bits; at most {MAX_BITS} are allowed")
    return (bits // 1000) ** 2


def _spend_scope(scope: Mapping[str, Any]) -> None:
    """Count a new scope, for which the names of another are copied."""
    _spend(_CALL + len(scope) // _NAMES)


_POLYNOMIAL = 3
"""The steps that a polynomial costs, even one without a term; measured."""


class Polynomial:
    """A polynomial with rational coefficients: ``terms`` maps sorted tuples of variable names to coefficients."""

    def __init__(self, terms: Mapping[tuple[str, ...], Fraction]) -> None:
        _spend(_POLYNOMIAL + len(terms))
        self.terms = {monomial: _bounded(value) for monomial, value in terms.items() if value}

    @staticmethod
    def lift(value: Any) -> Polynomial:
        if isinstance(value, Polynomial):
            return value
        return Polynomial({(): _fraction(value)})

    def __add__(self, other: Any) -> Polynomial:
        terms = dict(self.terms)
        for monomial, value in Polynomial.lift(other).terms.items():
            terms[monomial] = terms.get(monomial, Fraction(0)) + value
        return Polynomial(terms)

    def __mul__(self, other: Any) -> Polynomial:
        terms: dict[tuple[str, ...], Fraction] = {}
        others = Polynomial.lift(other).terms
        for left, a in self.terms.items():
            for right, b in others.items():
                _spend(1 + len(left) + len(right))
                monomial = tuple(sorted(left + right))
                terms[monomial] = terms.get(monomial, Fraction(0)) + _bounded(a * b)
        return Polynomial(terms)

    def __pow__(self, exponent: int) -> Polynomial:
        if exponent < 0:
            raise MalformedError(f"a polynomial to the power {exponent}: use a whole number >= 0")
        result = Polynomial.lift(Fraction(1))
        for _ in range(exponent):
            result = result * self
        return result

    def __truediv__(self, other: Any) -> Polynomial:
        return self * (1 / _fraction(other))

    def __neg__(self) -> Polynomial:
        return self * Fraction(-1)

    def __sub__(self, other: Any) -> Polynomial:
        return self + -Polynomial.lift(other)

    def __rsub__(self, other: Any) -> Polynomial:
        return Polynomial.lift(other) - self

    __radd__ = __add__
    __rmul__ = __mul__


def _number(value: Any) -> Fraction | Polynomial:
    return value if isinstance(value, Polynomial) else _fraction(value)


def _fraction(value: Any) -> Fraction:
    if isinstance(value, Fraction):
        return value
    raise MalformedError(f"{_shown(value)} is not a number")


def _whole(value: Any) -> int:
    if _fraction(value).denominator != 1:
        raise MalformedError(f"{value} is not a whole number")
    return int(value)


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise MalformedError(f"{_shown(value)} is not true or false")


def _list(value: Any) -> list[Any]:
    if isinstance(value, list):
        _spend(len(value))
        return value
    raise MalformedError(f"{_shown(value)} is not a list")


def _shown(value: Any) -> str:
    kinds = {Fraction: "a number", Polynomial: "an expression in variables", list: "a list", bool: "a truth value"}
    return kinds.get(type(value), "a function" if callable(value) else repr(value)[:80])


def _arithmetic(operation: Callable[[Any, Any], Any], a: Any, b: Any) -> Fraction | Polynomial:
    numbers = _number(a), _number(b)
    # A quotient or a remainder can be short where the numbers are long.
    _spend(sum(_long(number) for number in numbers if isinstance(number, Fraction)))
    result = operation(*numbers)
    return result if isinstance(result, Polynomial) else _bounded(Fraction(result))


def _add(a: Any, b: Any) -> Any:
    return _arithmetic(operator.add, a, b)


def _power(base: Any, exponent: Any) -> Any:
    power, base = _whole(exponent), _number(base)
    if abs(power) > MAX_EXPONENT:
        raise MalformedError(f"exponent {power}: use at most {MAX_EXPONENT}")
    if isinstance(base, Fraction):
        bits = base.numerator.bit_length() + base.denominator.bit_length()
        if bits * abs(power) > 2 * MAX_BITS:
            raise MalformedError(f"a power of about {bits * abs(power)} bits; at most {MAX_BITS} are allowed")
        return _bounded(base**power)
    return base**power


def _compare(operation: Callable[[Any, Any], bool], a: Any, b: Any) -> bool:
    return operation(_bounded(_fraction(a)), _bounded(_fraction(b)))


def _equal(a: Any, b: Any) -> bool:
    _spend()
    match a, b:
        case (Fraction(), Fraction()) | (bool(), bool()):
            return bool(a == b)
        case list(), list():
            _spend(4)
            return len(a) == len(b) and all(_equal(x, y) for x, y in zip(a, b, strict=True))
    raise MalformedError(f"{_shown(a)} cannot be compared with {_shown(b)}")


def _fractions(values: tuple[Any, ...]) -> list[Fraction]:
    """The arguments of min and max: several numbers, or one list of them."""
    found = _list(values[0]) if len(values) == 1 else list(values)
    return [_bounded(_fraction(value)) for value in found]


def _sorted(values: Any) -> list[Fraction]:
    found = _fractions((values,))
    _spend(2 * len(found).bit_length() * sum(1 + _long(value) for value in found))
    return sorted(found)


def _range(*bounds: Any) -> list[Fraction]:
    numbers = range(*(_whole(bound) for bound in bounds))
    _spend(max(0, (numbers.stop - numbers.start) // numbers.step))
    return [_bounded(Fraction(number)) for number in numbers]


def _zip(*lists: Any) -> list[list[Any]]:
    return [list(items) for items in zip(*(_list(items) for items in lists), strict=True)]


def _dist2(u: Any, v: Any) -> Any:
    return reduce(_add, (_power(_arithmetic(operator.sub, a, b), Fraction(2)) for a, b in _zip(u, v)), Fraction(0))


def _dot(u: Any, v: Any) -> Any:
    return reduce(_add, (_arithmetic(operator.mul, a, b) for a, b in _zip(u, v)), Fraction(0))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": lambda t: abs(_fraction(t)),
    "min": lambda *values: min(_fractions(values)),
    "max": lambda *values: max(_fractions(values)),
    "sum": lambda terms: reduce(_add, _list(terms), Fraction(0)),
    "len": lambda items: Fraction(len(_list(items))),
    "all": lambda values: all([_truth(value) for value in _list(values)]),
    "any": lambda values: any([_truth(value) for value in _list(values)]),
    "range": _range,
    "zip": _zip,
    "enumerate": lambda items: _zip(_range(Fraction(len(_list(items)))), items),
    "sorted": _sorted,
    "sign": lambda t: Fraction((_fraction(t) > 0) - (_fraction(t) < 0)),
    "integer": lambda t: _fraction(t).denominator == 1,
    "dist2": _dist2,
    "dot": _dot,
}

_BINARY = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.FloorDiv: operator.floordiv,
}
_ORDER = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge}


def _walk(node: ast.AST, scope: Mapping[str, Any]) -> Any:
    """The value of one node of an expression; anything outside the small language is refused."""
    _spend()
    match node:
        case ast.Constant(value=bool() as value):
            return value
        case ast.Constant(value=int() as value):
            return _bounded(Fraction(value))
        case ast.Name(id=name) if name in scope:
            return scope[name]
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_walk(left, scope), _walk(right, scope))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _arithmetic(_BINARY[type(op)], _walk(left, scope), _walk(right, scope))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(_walk(operand, scope))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _truth(_walk(operand, scope))
        case ast.BoolOp(op=op, values=values):
            test = all if isinstance(op, ast.And) else any
            return test(_truth(_walk(value, scope)) for value in values)
        case ast.IfExp(test=condition, body=body, orelse=orelse):
            return _walk(body if _truth(_walk(condition, scope)) else orelse, scope)
        case ast.Compare(left=first, ops=ops, comparators=others):
            items = [_walk(item, scope) for item in (first, *others)]
            return all([_related(op, a, b) for op, a, b in zip(ops, items, items[1:], strict=False)])
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return [_walk(element, scope) for element in elements]
        case ast.Subscript(value=value, slice=index):
            return _list(_walk(value, scope))[_whole(_walk(index, scope))]
        case ast.ListComp(elt=element, generators=generators) | ast.GeneratorExp(elt=element, generators=generators):
            return [_walk(element, inner) for inner in _scopes(generators, scope)]
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if callable(scope.get(name)):
            return scope[name](*(_walk(argument, scope) for argument in arguments))
    raise MalformedError(f"{_source(node)} is not in the witness language, or a name in it is not given")


def _source(node: ast.AST) -> str:
    return repr(ast.unparse(node)) if isinstance(node, ast.expr) else type(node).__name__


def _related(op: ast.cmpop, a: Any, b: Any) -> bool:
    if type(op) in _ORDER:
        return _compare(_ORDER[type(op)], a, b)
    if isinstance(op, ast.In):
        return any([_equal(a, item) for item in _list(b)])
    if isinstance(op, (ast.Eq, ast.NotEq)):
        return _equal(a, b) == isinstance(op, ast.Eq)
    raise MalformedError(f"the comparison {type(op).__name__} is not in the witness language")


def _scopes(generators: list[ast.comprehension], scope: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if not generators:
        yield scope
        return
    first, *rest = generators
    if first.is_async:
        raise MalformedError("an async comprehension is not in the witness language")
    for value in _list(_walk(first.iter, scope)):
        _spend_scope(scope)
        inner = {**scope, **_bind(first.target, value)}
        if all(_truth(_walk(condition, inner)) for condition in first.ifs):
            yield from _scopes(rest, inner)


def _bind(target: ast.AST, value: Any) -> dict[str, Any]:
    match target:
        case ast.Name(id=name):
            _check_free(name, ())
            return {name: value}
        case ast.Tuple(elts=targets):
            parts = [_bind(part, item) for part, item in zip(targets, _list(value), strict=True)]
            _spend(sum(map(len, parts)))
            return {name: item for part in parts for name, item in part.items()}
    raise MalformedError("a comprehension may bind names only")


def _check_free(name: str, taken: Any) -> None:
    if not _NAME.fullmatch(name) or keyword.iskeyword(name) or name in _SOFT:
        raise MalformedError(f"{name[:80]!r} is not a name: use letters a to z, digits and _, and no word of Python's")
    if name in FUNCTIONS or name in taken:
        raise MalformedError(f"the name {name[:80]!r} has a meaning already; choose another")


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SOFT = frozenset({"_", "case", "match", "type"})
"""Names that mean something in places; written out, as Pythons differ in them."""
_FOREIGN = re.compile(r"[^ !-~]|[#\\]")
"""What Python would read as another sign, as the end of the text or as none: letters beyond ASCII, comments, breaks."""
_NUMERAL = re.compile(r"(?<![A-Za-z0-9_])[0-9]+[A-Za-z_]")
"""A number that is not of digits alone; Python reads the 1 and the or of 1or, and has a warning printed."""


def _parse(text: Any) -> ast.expr:
    if not isinstance(text, str) or len(text) > MAX_TEXT:
        shown = text[:80] if isinstance(text, str) else type(text).__name__
        raise MalformedError(f"{shown!r} is not an expression: give a text of at most {MAX_TEXT} characters")
    _spend(_PARSE + 2 * len(text))
    foreign = _FOREIGN.search(text)
    if foreign:
        raise MalformedError(f"{text[:80]!r} has the sign {foreign[0]!a}: use ASCII in one line, without comments")
    if _NUMERAL.search(text):
        raise MalformedError(f"{text[:80]!r}: write numbers in digits, with a space before a word")
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise MalformedError(f"{text[:80]!r} is not an expression: {error}") from error


def evaluate(expression: str, scope: Mapping[str, Any]) -> Any:
    """The value of an expression over the names of ``scope`` and `FUNCTIONS`.

    >>> evaluate("sum(x**2 for x in X) / len(X)", {"X": rational(["1/2", 1])})
    Fraction(5, 8)
    """
    with _limited():
        _spend_scope(scope)
        return _walk(_parse(expression), {**scope, **FUNCTIONS})  # in this order a long scope is copied as a whole


_RATIONAL = re.compile(r"-?[0-9]+(/[0-9]+|\.[0-9]+)?")


def rational(value: Any) -> Any:
    """A number or nested list of numbers as exact fractions; floats are refused, since JSON would round them.

    >>> rational([3, "-1/3", "0.25"])
    [Fraction(3, 1), Fraction(-1, 3), Fraction(1, 4)]
    """
    if isinstance(value, list):
        _spend(1 + len(value))
        return [rational(item) for item in value]
    if isinstance(value, str) and len(value) <= MAX_TEXT and _RATIONAL.fullmatch(value):
        _spend(4)
        return _bounded(Fraction(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return _bounded(Fraction(value))
    shown = value[:80] if isinstance(value, str) else type(value).__name__
    raise MalformedError(f"{shown!r} is not exact; write a whole number or a string such as '1/3'")


def scope_of(witness: Mapping[str, Any]) -> dict[str, Any]:
    """The names a witness gives and defines."""
    scope: dict[str, Any] = {}
    for name, value in witness.get("given", {}).items():
        _check_free(name, scope)
        scope[name] = rational(value)
    for head, body in witness.get("define", {}).items():
        name, parameters = _head(head)
        _check_free(name, scope)
        scope[name] = _function(parameters, _parse(body), scope)
    return scope


def _head(text: str) -> tuple[str, list[str]]:
    match _parse(text):
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            parameters = [argument.id for argument in arguments if isinstance(argument, ast.Name)]
            if len(set(parameters)) == len(arguments):
                for parameter in parameters:
                    _check_free(parameter, ())
                return name, parameters
    raise MalformedError(f"define: {text!r} is not of the form name(argument, ...)")


def _function(parameters: list[str], body: ast.expr, scope: dict[str, Any]) -> Callable[..., Any]:
    def function(*values: Any) -> Any:
        _spend_scope(scope)
        _spend(len(parameters))
        return _walk(body, {**scope, **FUNCTIONS, **dict(zip(parameters, values, strict=True))})

    return function


def _holds(expression: str, scope: Mapping[str, Any]) -> bool:
    return _truth(evaluate(expression, scope))


def _texts(witness: Mapping[str, Any], key: str) -> list[str]:
    value = witness.get(key, [])
    if not (isinstance(value, list) and all(isinstance(text, str) for text in value)):
        raise MalformedError(f"{key} must be a list of texts")
    return value


def _check_data(witness: Mapping[str, Any]) -> None:
    scope = scope_of(witness)
    for hypothesis in _texts(witness, "hypotheses"):
        if not _holds(hypothesis, scope):
            raise WitnessError(f"hypothesis {hypothesis!r} is not met")
    conclusions = [(text, _holds(text, scope)) for text in _texts(witness, "conclusion")]
    if not conclusions:
        raise MalformedError("no conclusion given")
    failing = [text for text, value in conclusions if not value]
    if witness["kind"] == "refutation" and not failing:
        raise WitnessError("every conclusion is true under this data: nothing is refuted")
    if witness["kind"] == "instance" and failing:
        raise WitnessError(f"{failing[0]!r} is false under this data")


def names_in(expression: str) -> set[str]:
    """The variables of an expression."""
    return _names(_parse(expression))


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def polynomial(expression: str) -> Polynomial:
    """An expression in any variables, expanded.

    >>> polynomial("(a + b) * (a - b)").terms
    {('a', 'a'): Fraction(1, 1), ('b', 'b'): Fraction(-1, 1)}
    """
    return _expanded(_parse(expression))


def _expanded(node: ast.expr) -> Polynomial:
    names = _names(node) - set(FUNCTIONS)
    for name in names:
        _check_free(name, ())
    variables = {name: Polynomial({(name,): Fraction(1)}) for name in names}
    return Polynomial.lift(_walk(node, {**FUNCTIONS, **variables}))


def relation(text: str) -> tuple[Polynomial, str]:
    """``left >= right`` as (left - right, ">="): the relation is ``>=``, ``>`` or ``==``; ``<`` is turned round."""
    node = _parse(text)
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
        weight = _fraction(rational(multiplier))
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
}


def verify(witness: Mapping[str, Any]) -> None:
    """Raise `WitnessError` unless the witness shows what its kind promises.

    >>> verify({"format": FORMAT, "kind": "linear", "hypotheses": ["x >= 1"], "multipliers": ["2"], "goal": "2*x >= 2"})
    """
    try:
        with _limited():
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
    check(witness)


def refutes(witness: Mapping[str, Any]) -> bool:
    """Whether a witness, once it is verified, contradicts something: a counterexample, or a false goal derived.

    >>> refutes({"kind": "linear", "goal": "0 > 0"})
    True
    """
    if witness["kind"] != "linear":
        return bool(witness["kind"] == "refutation")
    form, sort = relation(witness["goal"])
    constant = form.terms.get((), Fraction(0))
    holds = {">=": constant >= 0, ">": constant > 0, "==": constant == 0}
    return set(form.terms) <= {()} and not holds[sort]


def examine(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A line for each witness of a claims file, or for the one that the document is, and what is wrong with it, or "".

    What a claims file lacks gets a line too: a claim that fails needs a witness that refutes it.
    """
    if "claims" not in document:
        yield _printable(_label(document)), _fault(document)
        return
    for claim in document["claims"]:
        refuted = False
        for witness in (witness for evidence in claim["evidence"] for witness in evidence["witnesses"]):
            fault = _fault(witness, claim["id"])
            refuted = refuted or (not fault and refutes(witness))
            yield _printable(_label(witness)), fault
        if claim["verdict"]["truth"] == "fails" and not refuted:
            yield _printable(f"{claim['id']}"), "it is said to fail, but no good witness of its own refutes it"


def _fault(witness: Any, claim: str | None = None) -> str:
    try:
        verify(witness)
    except WitnessError as error:
        return _printable(str(error))
    if claim is not None and witness.get("claim") != claim:
        return _printable(f"it stands under {claim}, and is for {witness.get('claim', 'no claim')}")
    return ""


def unwitnessed(document: Mapping[str, Any]) -> list[str]:
    """The claims of a file that were judged without a witness, which a verifier has nothing to say about."""
    return [
        _printable(claim["id"])
        for claim in document.get("claims", [])
        if claim["evidence"] and not any(evidence["witnesses"] for evidence in claim["evidence"])
    ]


def _printable(text: str) -> str:
    """One line, not too long, that cannot steer a terminal."""
    line = "".join(sign if sign.isprintable() else "?" for sign in text[: _LINE + 1])
    return line if len(line) <= _LINE else f"{line[:_LINE]}…"


def witnesses_in(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The witnesses of a claims file, or the document itself when it is one."""
    if "claims" not in document:
        return [document]
    return [
        witness for claim in document["claims"] for evidence in claim["evidence"] for witness in evidence["witnesses"]
    ]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise MalformedError(f"a key stands twice among {[key for key, _ in pairs]}")
    return dict(pairs)


def _read(path: str) -> Mapping[str, Any]:
    try:
        with open(path, encoding="utf-8-sig") as file:
            document = json.load(file, object_pairs_hook=_once)
    except (OSError, ValueError, RecursionError) as error:
        raise MalformedError(f"{path} cannot be read as a witness or claims file: {error}") from error
    if not isinstance(document, dict):
        raise MalformedError(f"{path} is not a witness or claims file: it holds no object")
    return document


def _label(witness: Any) -> str:
    parts = [witness.get(key, "") for key in ("claim", "kind", "says")] if isinstance(witness, dict) else []
    return ": ".join(part if isinstance(part, str) else "?" for part in parts) or "no witness"


def _report(path: str) -> Iterator[tuple[str, str]]:
    """What `examine` finds in a file, and what keeps it from going on."""
    try:
        document = _read(path)
        found = False
        for label, fault in examine(document):
            found = True
            yield label, fault
        if not found:
            yield _printable(path), "there is no witness in it"
        rest = unwitnessed(document)
        if rest:
            print(_printable(f"{path}: {len(rest)} statements were judged without a witness: {', '.join(rest)}"))
    except MalformedError as error:
        yield _printable(path), _printable(str(error))
    except (AttributeError, LookupError, TypeError) as error:
        yield _printable(path), _printable(f"malformed claims file: {type(error).__name__}: {error}")


def main(paths: list[str]) -> int:
    """Verify files; print a line for each witness; 0 when all are good and there is at least one."""
    good = bad = 0
    for path in paths:
        for label, fault in _report(path):
            good, bad = (good, bad + 1) if fault else (good + 1, bad)
            print(f"BAD   {label}\n      {fault}" if fault else f"good  {label}")
    print(f"{good} good, {bad} bad")
    return 0 if good and not bad else 1


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1:]))
