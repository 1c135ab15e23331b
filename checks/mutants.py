"""Wrong versions of a formal text, made by the engine: a check that cannot tell them from the right one shows little.

>>> sorted(mutants({"for_all": {"x": "real"}, "hypotheses": ["x > 2"], "conclusion": ["x >= 2"]}))[:3]
['conclusion 1, 2 becomes -2', 'conclusion 1, 2 becomes 9/4', 'conclusion 1, >= becomes <=']
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

Formal = Mapping[str, Any]

SCALE = Fraction(9, 8)
"""What constants are multiplied with: near 1, so that what leaves room shows it; chosen."""

_TURNED: Mapping[type[ast.cmpop], list[type[ast.cmpop]]] = {
    ast.LtE: [ast.GtE, ast.Lt],
    ast.GtE: [ast.LtE, ast.Gt],
    ast.Lt: [ast.Gt],
    ast.Gt: [ast.Lt],
    ast.Eq: [ast.Lt, ast.Gt],
    ast.NotEq: [ast.Eq],
}
_RELAXED: Mapping[type[ast.cmpop], list[type[ast.cmpop]]] = {ast.Lt: [ast.LtE], ast.Gt: [ast.GtE], ast.Eq: [ast.LtE]}
_SIGNS = {ast.LtE: "<=", ast.GtE: ">=", ast.Lt: "<", ast.Gt: ">", ast.Eq: "==", ast.NotEq: "!="}


def mutants(formal: Formal) -> dict[str, Formal]:
    """Texts by what was done to them: inequalities turned or made strict, constants scaled, negated or shifted,
    hypotheses dropped or relaxed, domains widened, conclusions scaled.
    """
    found: dict[str, Formal] = {}
    for what, other in _all(formal):
        again = sum(name == what or name.startswith(f"{what} (") for name in found)
        found[f"{what} ({again + 1})" if again else what] = other
    return found


def _all(formal: Formal) -> Iterator[tuple[str, Formal]]:
    for number, text in enumerate(formal["conclusion"]):
        for what, other in _changed(text, _TURNED):
            yield f"conclusion {number + 1}, {what}", _with(formal, "conclusion", number, other)
    for number, text in enumerate(formal.get("hypotheses", [])):
        yield f"without the hypothesis {text}", _with(formal, "hypotheses", number, None)
        for what, other in _changed(text, _RELAXED):
            yield f"hypothesis {number + 1}, {what}", _with(formal, "hypotheses", number, other)
    for head, body in formal.get("define", {}).items():
        for what, other in _changed(body, {}):
            yield f"{head}, {what}", {**formal, "define": {**formal["define"], head: other}}
    for name, domain in formal.get("for_all", {}).items():
        wider = _wider(domain)
        if wider != domain:
            yield f"{name} is of {wider}", {**formal, "for_all": {**formal["for_all"], name: wider}}


def _with(formal: Formal, key: str, number: int, text: str | None) -> Formal:
    texts = [*formal[key]]
    texts[number : number + 1] = [] if text is None else [text]
    return {**formal, key: texts}


def _changed(text: str, orders: Mapping[type[ast.cmpop], list[type[ast.cmpop]]]) -> Iterator[tuple[str, str]]:
    """A formula with one place changed, and what was done there."""
    tree = ast.parse(text, mode="eval")
    places = [node for node in ast.walk(tree) if isinstance(node, (ast.Compare, ast.Constant))]
    for number, node in enumerate(places):
        for what, change in _changes(node, tree, orders):
            other = copy.deepcopy(tree)
            same = [each for each in ast.walk(other) if isinstance(each, (ast.Compare, ast.Constant))][number]
            change(same)
            written = ast.unparse(other)
            if written != ast.unparse(tree):
                yield what, written
    if not any(isinstance(node, ast.Constant) and node.value for node in places) and orders is _TURNED:
        yield from _scaled_sides(tree)


def _changes(node: ast.AST, tree: ast.AST, orders: Mapping[type[ast.cmpop], list[type[ast.cmpop]]]) -> Iterator[Any]:
    if isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            for kind in orders.get(type(op), []):
                yield (
                    f"{_SIGNS[type(op)]} becomes {_SIGNS[kind]}",
                    lambda same, k=kind, p=place: same.ops.__setitem__(p, k()),
                )
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        counted = _counts(tree, node)
        others = (
            [node.value + 1]
            if counted
            else [SCALE * node.value, Fraction(-node.value)]
            if node.value
            else [Fraction(1)]
        )
        for other in others:
            yield f"{node.value} becomes {other}", lambda same, o=other: _set(same, Fraction(o))


def _set(node: Any, value: Fraction) -> None:
    """A constant becomes another, written so that it stays one where powers and signs stand about it."""
    node.value = _literal(value)


class _Literal(int):
    """A rational that unparses as one."""

    text: str

    def __repr__(self) -> str:
        return self.text


def _literal(value: Fraction) -> _Literal:
    made = _Literal(0)
    made.text = str(value) if value.denominator == 1 and value >= 0 else f"({value})"
    return made


def _counts(tree: ast.AST, node: ast.AST) -> bool:
    """Whether a constant is an index, an exponent or an end of a range: to be shifted, not scaled."""
    for parent in ast.walk(tree):
        match parent:
            case ast.Subscript(slice=inner) if inner is node:
                return True
            case ast.BinOp(op=ast.Pow(), right=inner) if inner is node:
                return True
            case ast.Call(func=ast.Name(id="range"), args=inner) if any(each is node for each in inner):
                return True
    return False


def _scaled_sides(tree: ast.Expression) -> Iterator[tuple[str, str]]:
    """A conclusion without a constant, its last side scaled."""
    if isinstance(tree.body, ast.Compare):
        *_, last = tree.body.comparators
        for scale in (SCALE, 1 / SCALE):
            text = ast.unparse(tree)
            yield (
                f"its right side times {scale}",
                text.removesuffix(ast.unparse(last)) + f"{scale} * ({ast.unparse(last)})",
            )


def _wider(domain: str) -> str:
    if domain.startswith("in "):
        return domain
    kind, bounded, _ = domain.partition(" in [")
    if bounded:
        return kind
    return domain.replace("integer", "real")
