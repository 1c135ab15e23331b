"""Expressions of the witness language (Python syntax over rationals) as typst maths.

The maths uses one function that the template defines: ``word("xz")`` sets a variable of several letters.

Only the look changes; what was verified is the expression as it stands in the claims file. Whatever has no rendering
here is shown as source text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from decimal import MAX_EMAX, MIN_EMIN, Decimal, localcontext
from fractions import Fraction
from typing import Any

BREAK = "\N{ZERO WIDTH SPACE}"
LONGEST_NUMBER = 18
KEPT = 5
"""Of a number longer than that, so many digits at either end are shown; all stand in the claims file."""
LONGEST_FORMULA = 320

_OR, _AND, _COMPARE, _SIDE, _SUM, _PRODUCT, _NEGATION, _ATOM = range(1, 9)

_RELATIONS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=", ast.NotEq: "!=", ast.In: "in"}
_GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "eta",
        "theta",
        "lambda",
        "mu",
        "nu",
        "rho",
        "sigma",
        "tau",
        "phi",
        "psi",
        "omega",
        "pi",
    ]
)


class Unprintable(ValueError):
    """The expression has no rendering as maths."""


def typeset(expression: str) -> dict[str, str]:
    """``{"math": typst}`` for an expression, or ``{"raw": source}`` where maths would not be readable.

    >>> typeset("dist2(x, y) == d**2")
    {'math': '‖x - y‖^2 = d^(2)'}
    """
    try:
        tree = ast.parse(expression, mode="eval").body
        if len(expression) > LONGEST_FORMULA:
            raise Unprintable(expression)
        return {"math": _show(tree, 0)}
    except (SyntaxError, Unprintable):
        return {"raw": breakable(expression)}


def breakable(text: str, every: int = 6) -> str:
    """The text with invisible places where a line may end inside long runs without a space."""
    return " ".join(_split(word, every) if len(word) > LONGEST_NUMBER else word for word in text.split(" "))


def _split(word: str, every: int) -> str:
    return BREAK.join(word[start : start + every] for start in range(0, len(word), every))


def readable(text: str) -> str:
    """Text with numbers as people write them: long quotients shortened, with a decimal value; powers of ten raised.

    >>> readable("loss 2.5e-05"), readable("gap = 1/3")
    ('loss 2.5·10⁻⁵', 'gap = 1/3')
    """
    shortened = _QUOTIENT.sub(lambda found: _quotient(found[0]), text)
    return breakable(_POWER.sub(lambda found: f"{found[1]}·10{str(int(found[2])).translate(_RAISED)}", shortened))


_QUOTIENT = re.compile(r"(?<![\w./])[-−]?\d+/\d+(?![\w./])")
_POWER = re.compile(r"\b(\d+(?:\.\d+)?)e([+-]\d+)\b")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _quotient(text: str) -> str:
    """A quotient, with its decimal value beside it where it is long, and without its middle where it is longer.

    >>> _quotient("1234567890123456789/2000000000000000000")
    '12345…56789/20000…00000 ≈ 0.617284'
    """
    if len(text) <= LONGEST_NUMBER:
        return text
    value = Fraction(text.replace("−", "-"))
    above, below = (_ends_of(part) for part in text.split("/"))
    return f"{above}/{below} ≈ {_decimal(value)}"


def _ends_of(digits: str) -> str:
    if len(digits) <= LONGEST_NUMBER:
        return digits
    first = KEPT + digits.startswith(("-", "−"))
    return f"{digits[:first]}…{digits[-KEPT:]}"


def _decimal(value: Fraction) -> str:
    """Six digits, of numbers that float64 lacks too."""
    with localcontext(prec=6, Emax=MAX_EMAX, Emin=MIN_EMIN):
        shown = f"{Decimal(value.numerator) / Decimal(value.denominator):.6g}"
    return _POWER.sub(lambda found: f"{found[1]}·10{str(int(found[2])).translate(_RAISED)}", shown).replace("-", "−")


def number(value: Any) -> str:
    """A number, vector or list of them as text: ``[(1/2, 0), (−1, 3)]``; long lists keep their ends."""
    return _nested(value, "[]")


def _nested(value: Any, brackets: str) -> str:
    if not isinstance(value, (list, tuple)):
        return readable(str(value).replace("-", "−"))
    parts = [_nested(item, "()") for item in _ends(value)]
    if len(parts) < len(value):
        parts.insert(len(parts) // 2, f"… ({len(value) - len(parts)} more in the claims file) …")
    return f"{brackets[0]}{', '.join(parts)}{brackets[1]}"


def _ends(values: Any, longest: int = 48, kept: int = 12) -> list[Any]:
    return list(values) if len(values) <= longest else [*values[: kept // 2], *values[-kept // 2 :]]


def _show(node: ast.AST, context: int) -> str:
    """The node as typst maths, in parentheses where it binds less tightly than its context."""
    text, strength = _node(node, context)
    return f"({text})" if strength < context else text


def _node(node: ast.AST, context: int) -> tuple[str, int]:
    match node:
        case ast.Constant(value=int() as value):
            return _constant(value), _ATOM
        case ast.Name(id=name):
            return _name(name), _ATOM
        case ast.BinOp(left=left, op=op, right=right):
            return _arithmetic(left, op, right, context)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return f"-{_show(operand, _NEGATION)}", _NEGATION
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return f'"not" thin {_show(operand, _ATOM)}', _AND
        case ast.BoolOp(op=op, values=values):
            strength, word = (_AND, "and") if isinstance(op, ast.And) else (_OR, "or")
            return f' thick "{word}" thick '.join(_show(value, strength + 1) for value in values), strength
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            return _comparison(left, ops, comparators), _COMPARE
        case ast.Subscript(value=value, slice=index):
            return f"{_show(value, _ATOM)} [{_show(index, 0)}]", _ATOM
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return _list(elements, "()" if len(elements) > 1 else "[]"), _ATOM
        case ast.IfExp(test=test, body=body, orelse=orelse):
            shown, condition, other = _show(body, _SUM), _show(test, _COMPARE), _show(orelse, _SUM)
            return f'{shown} thick "if" thick {condition} thick "else" thick {other}', _OR
        case ast.ListComp(elt=element, generators=generators) | ast.GeneratorExp(elt=element, generators=generators):
            return f"({_show(element, 0)})_({_bindings(generators)})", _ATOM
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _call(name, arguments)
    raise Unprintable(ast.unparse(node))


def _constant(value: int) -> str:
    text = str(value)
    if len(text) > LONGEST_NUMBER:
        raise Unprintable(text)
    return {"True": '"true"', "False": '"false"'}.get(text, text)


def _name(name: str) -> str:
    letters = name.rstrip("0123456789")
    if letters != name and letters and not letters.endswith("_"):
        return f"{_name(letters)}_{name[len(letters) :]}"
    if len(name) == 1 or name in _GREEK:
        return name
    if len(name) == 2 and name[0].islower() and name[1].isupper():
        return f"{name[0]}_{name[1]}"
    return f'word("{name}")'


def _arithmetic(left: ast.AST, op: ast.operator, right: ast.AST, context: int) -> tuple[str, int]:
    match op:
        case ast.Add():
            return f"{_show(left, _SUM)} + {_operand(right)}", _SUM
        case ast.Sub():
            return f"{_show(left, _SUM)} - {_operand(right)}", _SUM
        case ast.Mod():
            return f'{_show(left, _PRODUCT)} thick "mod" thick {_show(right, _PRODUCT + 1)}', _PRODUCT
        case ast.Mult():
            return _product(left, right), _PRODUCT
        case ast.Pow():
            base = _show(left, _ATOM)
            quotient = isinstance(left, ast.BinOp) and isinstance(left.op, ast.Div) and base.startswith("frac")
            return f"{f'({base})' if quotient else base}^({_show(right, 0)})", _ATOM
        case ast.FloorDiv():
            return f"⌊frac({_show(left, 0)}, {_show(right, 0)})⌋", _ATOM
        case ast.Div() if context <= _SIDE and _is_number(left) and _is_number(right):
            return f"{_show(left, _NEGATION)}\\/{_show(right, _ATOM)}", _PRODUCT
        case ast.Div():
            return f"frac({_show(left, 0)}, {_show(right, 0)})", _ATOM
    raise Unprintable(f"operator {type(op).__name__}")


def _operand(node: ast.AST) -> str:
    """What follows a plus or minus sign."""
    text = _show(node, _PRODUCT)
    return f"({text})" if text.startswith("-") else text


def _product(left: ast.AST, right: ast.AST) -> str:
    first, second = _show(left, _PRODUCT), _show(right, _PRODUCT + 1)
    if first in ("1", "-1") and not second[0].isdigit() and not second.startswith("-"):
        return first[:-1] + second  # "1 e - 6" would be read as a number
    if second[0].isdigit() or second.startswith("frac("):
        return f"{first} dot {second}"
    return f"{first} {second}" if _is_number(left) or second.startswith("(") else f"{first} thin {second}"


def _is_number(node: ast.AST) -> bool:
    return isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant)


def _comparison(left: ast.AST, ops: list[ast.cmpop], comparators: list[ast.expr]) -> str:
    text = _show(left, _SIDE)
    for op, item in zip(ops, comparators, strict=True):
        if type(op) not in _RELATIONS:
            raise Unprintable(type(op).__name__)
        members = isinstance(op, ast.In) and isinstance(item, ast.List)
        text += f" {_RELATIONS[type(op)]} {_list(item.elts, '{}') if members else _show(item, _SIDE)}"  # type: ignore[attr-defined]
    return text


def _list(elements: list[ast.expr], brackets: str) -> str:
    return f"{brackets[0]}{', '.join(_show(element, 0) for element in elements)}{brackets[1]}"


def _bindings(generators: list[ast.comprehension]) -> str:
    parts = []
    for generator in generators:
        values = generator.iter
        source = _list(values.elts, "{}") if isinstance(values, ast.List) else _show(values, _SUM)
        bounds = _bounds(values)
        if bounds:
            parts.append(f"{bounds[0]} <= {_show(generator.target, _SIDE)} < {bounds[1]}")
        else:
            parts.append(f"{_show(generator.target, 0)} in {source}")
        parts.extend(_show(condition, _COMPARE) for condition in generator.ifs)
    return ", ".join(parts)


def _bounds(values: ast.AST) -> tuple[str, str] | None:
    """From where to below where a plain ``range`` counts."""
    match values:
        case ast.Call(func=ast.Name(id="range"), args=[end], keywords=[]):
            return "0", _show(end, _SIDE)
        case ast.Call(func=ast.Name(id="range"), args=[start, end], keywords=[]):
            return _show(start, _SIDE), _show(end, _SIDE)
    return None


def _call(name: str, arguments: list[ast.expr]) -> tuple[str, int]:
    if len(arguments) == 1 and isinstance(arguments[0], (ast.GeneratorExp, ast.ListComp)) and name in _OVER:
        return _OVER[name](_bindings(arguments[0].generators), arguments[0].elt)
    shown = [_show(argument, 0) for argument in arguments]
    if name in _SPECIAL and len(arguments) == _SPECIAL[name][0]:
        return _SPECIAL[name][1](arguments), _ATOM
    if name in _OPERATORS:
        return f'op("{name}") ({", ".join(shown)})', _ATOM
    head = _name(name)
    # After a subscript the arguments would be read as part of it.
    return f"{head}{' ' if '_' in head else ''}({', '.join(shown)})", _ATOM


_OPERATORS = frozenset(
    "min max sign len sorted zip enumerate range all any sum exp log cos sin".split()  # noqa: SIM905 - a list of words
)

_SPECIAL: Mapping[str, tuple[int, Callable[[list[ast.expr]], str]]] = {
    "abs": (1, lambda a: f"|{_show(a[0], 0)}|"),
    "dist2": (2, lambda a: f"‖{_show(a[0], _SUM)} - {_show(a[1], _SUM + 1)}‖^2"),
    "dot": (2, lambda a: f"⟨{_show(a[0], 0)}, {_show(a[1], 0)}⟩"),
    "log2": (1, lambda a: f"log_2 ({_show(a[0], 0)})"),
    "sqrt": (1, lambda a: f"sqrt({_show(a[0], 0)})"),
    "floor": (1, lambda a: f"⌊{_show(a[0], 0)}⌋"),
    "range": (1, lambda a: f"{{0, …, {_show(a[0], _SUM)} - 1}}"),
    "integer": (1, lambda a: f"({_show(a[0], 0)} in ZZ)"),
}

_OVER: Mapping[str, Callable[[str, ast.AST], tuple[str, int]]] = {
    "min": lambda where, body: (f"min_({where}) {_show(body, _PRODUCT)}", _PRODUCT),
    "max": lambda where, body: (f"max_({where}) {_show(body, _PRODUCT)}", _PRODUCT),
    "sum": lambda where, body: (f"sum_({where}) {_show(body, _PRODUCT)}", _PRODUCT),
    "all": lambda where, body: (f'{_show(body, _AND)} quad "for all" {where}', _OR),
    "any": lambda where, body: (f'{_show(body, _AND)} quad "for some" {where}', _OR),
}


def fraction(value: Any) -> str | None:
    """A computed value as short text, None where it is long or no number."""
    if isinstance(value, bool) or not isinstance(value, (int, Fraction)):
        return None
    text = str(value).replace("-", "−")
    return text if len(text) <= LONGEST_NUMBER else None
