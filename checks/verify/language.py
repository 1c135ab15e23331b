"""The expressions of witnesses: Python's syntax, walked, over what `arithmetic` knows."""

from __future__ import annotations

import ast
import keyword
import operator
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from .arithmetic import FUNCTIONS, arithmetic, as_list, compare, equal, number, power_of, truth, whole
from .enclosures import PRECISION, UndecidedError
from .limits import MalformedError, bounded, limited, spend

MAX_TEXT = 10_000
"""The length of an expression; chosen, longer than any in use."""

_CALL = 10
"""The steps that a new scope costs: about ten times as long as an operation; chosen."""

_NAMES = 32
"""The names of a scope that are copied in a step; measured."""

_PARSE = 10
"""The steps that a text costs beside two for each sign: what Python's parser takes for the shortest; measured."""


def spend_scope(scope: Mapping[str, Any]) -> None:
    """Count a new scope, for which the names of another are copied."""
    spend(_CALL + len(scope) // _NAMES)


_BINARY = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.FloorDiv: operator.floordiv,
}

_ORDER = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge}


def walk(node: ast.AST, scope: Mapping[str, Any]) -> Any:
    """The value of one node of an expression; anything outside the small language is refused."""
    spend()
    match node:
        case ast.Constant(value=bool() as value):
            return value
        case ast.Constant(value=int() as value):
            return bounded(Fraction(value))
        case ast.Name(id=name) if name in scope:
            return scope[name]
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return power_of(walk(left, scope), walk(right, scope))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return arithmetic(_BINARY[type(op)], walk(left, scope), walk(right, scope))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -number(walk(operand, scope))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not truth(walk(operand, scope))
        case ast.BoolOp(op=op, values=values):
            test = all if isinstance(op, ast.And) else any
            return test(truth(walk(value, scope)) for value in values)
        case ast.IfExp(test=condition, body=body, orelse=orelse):
            return walk(body if truth(walk(condition, scope)) else orelse, scope)
        case ast.Compare(left=first, ops=ops, comparators=others):
            items = [walk(item, scope) for item in (first, *others)]
            return all([_related(op, a, b) for op, a, b in zip(ops, items, items[1:], strict=False)])
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return [walk(element, scope) for element in elements]
        case ast.Subscript(value=value, slice=index):
            return as_list(walk(value, scope))[whole(walk(index, scope))]
        case ast.ListComp(elt=element, generators=generators) | ast.GeneratorExp(elt=element, generators=generators):
            return [walk(element, inner) for inner in scopes(generators, scope)]
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if callable(scope.get(name)):
            return scope[name](*(walk(argument, scope) for argument in arguments))
    check_forms(node)
    raise MalformedError(f"{_source(node)} is not in the witness language, or a name in it is not given")


def check_forms(node: ast.AST) -> None:
    """Refuse what Python reads but the language does not, and say how it is written."""
    for part in ast.walk(node):
        match part:
            case ast.Constant(value=float() as value):
                meant = Fraction(repr(value)) if value - value == 0 else "a fraction"
                raise MalformedError(f"{_source(node)[:80]}: {value!r} is not exact: write {meant}")
            case ast.BinOp(op=ast.BitXor()):
                raise MalformedError(f"{_source(part)[:80]}: write x**2 for a power, not x^2")


def _source(node: ast.AST) -> str:
    return repr(ast.unparse(node)) if isinstance(node, ast.expr) else type(node).__name__


def _related(op: ast.cmpop, a: Any, b: Any) -> bool:
    if type(op) in _ORDER:
        return compare(_ORDER[type(op)], a, b)
    if isinstance(op, ast.In):
        return any([equal(a, item) for item in as_list(b)])
    if isinstance(op, (ast.Eq, ast.NotEq)):
        return equal(a, b) == isinstance(op, ast.Eq)
    raise MalformedError(f"the comparison {type(op).__name__} is not in the witness language")


def scopes(generators: list[ast.comprehension], scope: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if not generators:
        yield scope
        return
    first, *rest = generators
    if first.is_async:
        raise MalformedError("an async comprehension is not in the witness language")
    for value in as_list(walk(first.iter, scope)):
        spend_scope(scope)
        inner = {**scope, **_bind(first.target, value)}
        if all(truth(walk(condition, inner)) for condition in first.ifs):
            yield from scopes(rest, inner)


def _bind(target: ast.AST, value: Any) -> dict[str, Any]:
    match target:
        case ast.Name(id=name):
            check_free(name, ())
            return {name: value}
        case ast.Tuple(elts=targets):
            parts = [_bind(part, item) for part, item in zip(targets, as_list(value), strict=True)]
            spend(sum(map(len, parts)))
            return {name: item for part in parts for name, item in part.items()}
    raise MalformedError("a comprehension may bind names only")


def check_free(name: str, taken: Any) -> None:
    if not _NAME.fullmatch(name) or keyword.iskeyword(name) or name in _SOFT:
        raise MalformedError(f"{name[:80]!r} is not a name: use letters a to z, digits and _, and no word of Python's")
    if name in FUNCTIONS or name in taken:
        raise MalformedError(f"the name {name[:80]!r} has a meaning already; choose another")


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_SOFT = frozenset({"_", "case", "match", "type"})
"""Names that mean something in places; written out, as Pythons differ in them."""

_FOREIGN = re.compile(r"[^ !-~]|[#\\]")
"""What Python would read as another sign, as the end of the text or as none: letters beyond ASCII, comments, breaks."""

_FORMS = {
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "∧": "and",
    "∨": "or",
    "¬": "not",
    "·": "*",
    "×": "*",
    "−": "-",
    "²": "**2",
    "³": "**3",
    "√": "sqrt(...)",
    "∈": "a domain in for_all",
}
"""What is written instead of signs that are at hand in mathematics."""

_NUMERAL = re.compile(r"(?<![A-Za-z0-9_])[0-9]+[A-Za-z_]")
"""A number that is not of digits alone; Python reads the 1 and the or of 1or, and has a warning printed."""


@lru_cache(maxsize=4096)
def _tree(text: str) -> ast.expr:
    """What Python's parser makes of a text; nothing changes it."""
    return ast.parse(text, mode="eval").body


def parse(text: Any) -> ast.expr:
    if not isinstance(text, str) or len(text) > MAX_TEXT:
        shown = text[:80] if isinstance(text, str) else type(text).__name__
        raise MalformedError(f"{shown!r} is not an expression: give a text of at most {MAX_TEXT} characters")
    spend(_PARSE + 2 * len(text))
    foreign = _FOREIGN.search(text)
    if foreign:
        form = f"write {_FORMS[foreign[0]]}" if foreign[0] in _FORMS else "use ASCII in one line, without comments"
        raise MalformedError(f"{text[:80]!r} has the sign {foreign[0]!a}: {form}")
    if _NUMERAL.search(text):
        raise MalformedError(f"{text[:80]!r}: write numbers in digits, with a space before a word")
    try:
        return _tree(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise MalformedError(f"{text[:80]!r} is not an expression: {error}") from error


def evaluate(expression: str, scope: Mapping[str, Any]) -> Any:
    """The value of an expression over the names of ``scope`` and `FUNCTIONS`.

    >>> evaluate("sum(x**2 for x in X) / len(X)", {"X": rational(["1/2", 1])})
    Fraction(5, 8)
    """
    with limited():
        spend_scope(scope)
        return walk(parse(expression), {**scope, **FUNCTIONS})  # in this order a long scope is copied as a whole


_RATIONAL = re.compile(r"-?[0-9]+(/[0-9]+|\.[0-9]+)?")


def rational(value: Any) -> Any:
    """A number or nested list of numbers as exact fractions; floats are refused, since JSON would round them.

    >>> rational([3, "-1/3", "0.25"])
    [Fraction(3, 1), Fraction(-1, 3), Fraction(1, 4)]
    """
    if isinstance(value, list):
        spend(1 + len(value))
        return [rational(item) for item in value]
    if isinstance(value, str) and len(value) <= MAX_TEXT and _RATIONAL.fullmatch(value):
        spend(4)
        return bounded(Fraction(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return bounded(Fraction(value))
    shown = value[:80] if isinstance(value, str) else type(value).__name__
    raise MalformedError(f"{shown!r} is not exact; write a whole number or a string such as '1/3'")


def scope_of(witness: Mapping[str, Any]) -> dict[str, Any]:
    """The names a witness gives and defines."""
    scope: dict[str, Any] = {}
    for name, value in witness.get("given", {}).items():
        check_free(name, scope)
        scope[name] = rational(value)
    for head, body in witness.get("define", {}).items():
        name, function = defined(head, body, scope)
        check_free(name, scope)
        scope[name] = function
    return scope


def _head(text: str) -> tuple[str, list[str]]:
    match parse(text):
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            parameters = [argument.id for argument in arguments if isinstance(argument, ast.Name)]
            if len(set(parameters)) == len(arguments):
                for parameter in parameters:
                    check_free(parameter, ())
                return name, parameters
    raise MalformedError(f"define: {text!r} is not of the form name(argument, ...)")


class Defined:
    """A function that a text defines."""

    def __init__(self, parameters: list[str], body: ast.expr, scope: dict[str, Any]) -> None:
        self.parameters, self.body, self.scope = parameters, body, scope

    def inner(self, *values: Any) -> dict[str, Any]:
        """The scope of its body."""
        spend_scope(self.scope)
        spend(len(self.parameters))
        return {**FUNCTIONS, **self.scope, **dict(zip(self.parameters, values, strict=True))}

    def __call__(self, *values: Any) -> Any:
        return walk(self.body, self.inner(*values))


def defined(head: str, body: str, scope: dict[str, Any]) -> tuple[str, Defined]:
    """A definition such as ``f(x)``: ``abs(x) - 1``, by name."""
    name, parameters = _head(head)
    return name, Defined(parameters, parse(body), scope)


PRECISIONS = (64, 256, 1024)
"""The bits with which a comparison is tried, one after another; chosen."""


def holds(expression: str, scope: Mapping[str, Any]) -> bool:
    """The truth of a formula, with as many bits for exp, log and roots as it takes."""
    reason = ""
    for bits in PRECISIONS:
        token = PRECISION.set(bits)
        try:
            return truth(evaluate(expression, scope))
        except UndecidedError as error:
            reason = str(error)
        finally:
            PRECISION.reset(token)
    raise MalformedError(f"{expression[:80]!r} is not decided with {PRECISIONS[-1]} bits: {reason}")


def names_in(expression: str) -> set[str]:
    """The variables of an expression."""
    return names_of(parse(expression))


def names_of(node: ast.AST, *, bound: bool = True) -> set[str]:
    """The names in an expression, with those that comprehensions bind or without."""
    names = [part for part in ast.walk(node) if isinstance(part, ast.Name)]
    own = {part.id for part in names if isinstance(part.ctx, ast.Store)}
    return {part.id for part in names} - (set() if bound else own)
