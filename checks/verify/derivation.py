"""Re-check a derivation: from hypotheses to conclusions by steps, each of which is decided by polynomial arithmetic.

A step is a JSON object of one of these kinds; relations that are known are numbered, hypotheses first:

``{"square": e}``
    e**2 >= 0.
``{"product": [i, j]}``
    the product of two inequalities, or of an equation and any other.
``{"times": i, "by": e}``
    an equation times an expression.
``{"combine": r, "multipliers": {i: c}}``
    r, which the sum of known relations with these multipliers implies, term by term (not negative for inequalities).
``{"axiom": name, "of": [e, ...]}``
    see `axioms`.
``{"congruence": f, "of": [a, ...], "and": [b, ...]}``
    f(a, ...) == f(b, ...), the arguments being known to be equal.
``{"numbers": r}``
    r, a relation without variables, by enclosures of its two sides.
``{"integer": e}``
    e >= 1 where e > 0 is known and e takes whole values only.
``{"lemma": r, "steps": [...]}``
    r, by steps of its own.
``{"cases": r, "branches": [[...], [...]]}``, ``{"cases": k, "branches": [...]}``
    one branch where r holds, and one, or two, where it does not; or one for each part of the k-th hypothesis that is
    an `or`. Each reaches the conclusion: it is the last step.
``{"induction": n, "from": m, "base": [...], "step": [...]}``
    for a whole n of at least m, which no hypothesis but n >= m mentions: the conclusions at m, and at n + 1 from n.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .arithmetic import FUNCTIONS, fraction, whole
from .axioms import Relation, axiom, knows
from .language import Defined, holds, parse, rational, scopes, walk
from .limits import MalformedError, WitnessError, spend
from .polynomials import Polynomial, constant, variable
from .symbols import SYMBOLIC

MAX_CLAUSES = 64
"""The parts that a hypothesis may have; chosen."""

Clause = list[Relation]
"""Relations of which one holds."""


@dataclass(frozen=True)
class State:
    """What is known at one place of a derivation, and in which scope expressions are read."""

    scope: Mapping[str, Any]
    integers: frozenset[str]
    known: list[Relation] = field(default_factory=list)
    alternatives: list[Clause] = field(default_factory=list)

    def assume(self, clauses: Sequence[Clause]) -> None:
        """Take clauses as known."""
        for clause in clauses:
            if len(clause) == 1:
                self.known.append(clause[0])
            else:
                self.alternatives.append(clause)

    def branch(self, assumed: Sequence[Relation]) -> State:
        """The same, with more known."""
        spend(len(self.known) + len(self.alternatives))
        return State(self.scope, self.integers, [*self.known, *assumed], list(self.alternatives))


def term(text: str, scope: Mapping[str, Any]) -> Polynomial:
    """An expression as a polynomial in atoms."""
    return Polynomial.lift(walk(parse(text), scope))


def clauses_of(text: str, scope: Mapping[str, Any]) -> list[Clause]:
    """A formula as clauses, all of which hold: relations, `and`, `or`, `not`, all(...), any(...)."""
    return _clauses(parse(text), scope, positive=True)


def _clauses(node: ast.AST, scope: Mapping[str, Any], *, positive: bool) -> list[Clause]:
    spend()
    match node:
        case ast.Constant(value=bool() as value):
            return [] if value == positive else [[]]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _clauses(operand, scope, positive=not positive)
        case ast.BoolOp(op=op, values=values):
            parts = [_clauses(value, scope, positive=positive) for value in values]
            return _joined(parts, every=isinstance(op, ast.And) == positive)
        case ast.Call(func=ast.Name(id="all" | "any" as name), args=[ast.GeneratorExp() | ast.ListComp() as made]):
            parts = [_clauses(made.elt, inner, positive=positive) for inner in scopes(made.generators, scope)]
            return _joined(parts, every=(name == "all") == positive)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if isinstance(scope.get(name), Defined):
            called: Defined = scope[name]
            values = [walk(argument, scope) for argument in arguments]
            return _clauses(called.body, called.inner(*values), positive=positive)
        case ast.Compare(left=first, ops=ops, comparators=others):
            items = [walk(item, scope) for item in (first, *others)]
            parts = [_related(op, a, b, positive=positive) for op, a, b in zip(ops, items, items[1:], strict=False)]
            return _joined(parts, every=positive)
    value = walk(node, scope)
    if isinstance(value, bool):
        return [] if value == positive else [[]]
    raise MalformedError(f"{ast.unparse(node)!r} is not a relation")


def _joined(parts: Sequence[list[Clause]], *, every: bool) -> list[Clause]:
    if every:
        return [clause for part in parts for clause in part]
    found: list[Clause] = [[]]
    for part in parts:
        spend(sum(len(clause) * len(part) for clause in found))
        found = [[*clause, *other] for clause in found for other in part]
        if len(found) > MAX_CLAUSES:
            raise MalformedError(f"a formula of more than {MAX_CLAUSES} clauses")
    return found


def _related(op: ast.cmpop, left: Any, right: Any, *, positive: bool) -> list[Clause]:
    if isinstance(left, list) and isinstance(right, list) and isinstance(op, (ast.Eq, ast.NotEq)):
        if len(left) != len(right):
            return [] if isinstance(op, ast.NotEq) == positive else [[]]
        equal = isinstance(op, ast.Eq) == positive
        parts = [_related(ast.Eq(), a, b, positive=equal) for a, b in zip(left, right, strict=True)]
        return _joined(parts, every=equal)
    a, b = Polynomial.lift(left), Polynomial.lift(right)
    match op:
        case ast.GtE():
            found = Relation(a - b, ">=")
        case ast.Gt():
            found = Relation(a - b, ">")
        case ast.LtE():
            found = Relation(b - a, ">=")
        case ast.Lt():
            found = Relation(b - a, ">")
        case ast.Eq() | ast.NotEq():
            positive = positive == isinstance(op, ast.Eq)
            found = Relation(a - b, "==")
        case _:
            raise MalformedError(f"the comparison {type(op).__name__} is not one of a derivation")
    return [[found]] if positive else [found.negated()]


def one_relation(text: Any, scope: Mapping[str, Any]) -> Relation:
    found = clauses_of(text, scope)
    if len(found) != 1 or len(found[0]) != 1:
        raise MalformedError(f"{text!r} is not one relation")
    return found[0][0]


def follow(state: State, steps: Any, targets: Sequence[Clause]) -> None:
    """Take the steps; at their end each target has a relation that is known, or something false is known.

    Raises:
        WitnessError: a step does not hold, or the targets are not reached.
    """
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise MalformedError("steps must be a list of objects")
    for number, step in enumerate(steps):
        if "cases" in step:
            if number + 1 < len(steps):
                raise MalformedError("cases are the last step: what is behind them stands in their branches")
            _cases(state, step, targets)
            return
        state.known.extend(added(state, step))
    missing = [clause for clause in targets if not any(knows(state.known, relation) for relation in clause)]
    if missing and not _contradiction(state.known):
        shown = [" or ".join(map(str, clause)) or "false" for clause in missing]
        raise WitnessError(f"the steps do not reach {shown}")


def _contradiction(known: Sequence[Relation]) -> bool:
    spend(len(known))
    return any(constant(form) is not None and not knows([], Relation(form, sort)) for form, sort in known)


def _cases(state: State, step: Mapping[str, Any], targets: Sequence[Clause]) -> None:
    split = step["cases"]
    if isinstance(split, str):
        relation = one_relation(split, state.scope)
        parts = [relation, *relation.negated()]
    else:
        parts = state.alternatives[split]
    if len(parts) != len(step["branches"]):
        raise MalformedError(f"{len(parts)} cases and {len(step['branches'])} branches")
    for part, steps in zip(parts, step["branches"], strict=True):
        follow(state.branch([part]), steps, targets)


def added(state: State, step: Mapping[str, Any]) -> list[Relation]:
    """The relations that one step adds."""
    spend(10)

    def read(text: Any) -> Polynomial:
        return term(text, state.scope)

    match step:
        case {"square": text}:
            return [Relation(read(text) ** 2, ">=")]
        case {"product": [first, second]}:
            return [_product(_at(state.known, first), _at(state.known, second))]
        case {"times": index, "by": text}:
            form, sort = _at(state.known, index)
            if sort != "==":
                raise WitnessError(
                    f"{Relation(form, sort)} is no equation: only those are multiplied by any expression"
                )
            return [Relation(form * read(text), "==")]
        case {"combine": text, "multipliers": multipliers}:
            return [_combined(state.known, one_relation(text, state.scope), multipliers)]
        case {"axiom": name, "of": texts}:
            return axiom(name, state.known, [read(text) for text in texts])
        case {"congruence": name, "of": texts, "and": others}:
            return [_congruent(state.known, name, [read(text) for text in texts], [read(text) for text in others])]
        case {"numbers": text}:
            if not holds(text, {}):
                raise WitnessError(f"{text!r} is false")
            return [one_relation(text, symbols({}))]
        case {"integer": text}:
            return [_whole(state, read(text))]
        case {"lemma": text, "steps": steps}:
            follow(state.branch([]), steps, clauses_of(text, state.scope))
            return [relation for clause in clauses_of(text, state.scope) for relation in _single(clause)]
    raise MalformedError(f"a step with the keys {sorted(step)} is none")


def _single(clause: Clause) -> Clause:
    if len(clause) != 1:
        raise MalformedError("a lemma is one relation, or several with `and`")
    return clause


def _at(known: Sequence[Relation], index: Any) -> Relation:
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < len(known):
        raise MalformedError(f"{index!r} is not the number of a known relation")
    return known[index]


def _product(first: Relation, second: Relation) -> Relation:
    form = first.form * second.form
    if "==" in (first.sort, second.sort):
        return Relation(form, "==")
    return Relation(form, ">" if first.sort == second.sort == ">" else ">=")


def _combined(known: Sequence[Relation], goal: Relation, multipliers: Any) -> Relation:
    rest, strict = goal.form, False
    for index, text in multipliers.items():
        form, sort = _at(known, whole(rational(index)))
        weight = fraction(rational(text))
        if weight < 0 and sort != "==":
            raise WitnessError(f"negative multiplier {weight} for an inequality")
        if weight and sort != "==" and goal.sort == "==":
            raise WitnessError("an equation follows from equations only")
        strict = strict or (sort == ">" and weight > 0)
        rest = rest - form * weight
    slack = constant(rest)
    if slack is None:
        raise WitnessError(f"the combination leaves {sorted(rest.terms)} over")
    if slack < 0 or (goal.sort == "==" and slack) or (goal.sort == ">" and not (slack or strict)):
        raise WitnessError(f"the combination proves the goal only up to {slack}")
    return goal


def _congruent(
    known: Sequence[Relation], name: str, ones: Sequence[Polynomial], others: Sequence[Polynomial]
) -> Relation:
    if name not in SYMBOLIC or len(ones) != len(others):
        raise MalformedError(f"congruence of {name!r} with {len(ones)} and {len(others)} arguments")
    for one, other in zip(ones, others, strict=True):
        if not knows(known, Relation(one - other, "==")):
            raise WitnessError(f"{Relation(one - other, '==')} is needed and not known")
    return Relation(Polynomial.lift(SYMBOLIC[name](*ones)) - Polynomial.lift(SYMBOLIC[name](*others)), "==")


def _whole(state: State, form: Polynomial) -> Relation:
    names = {name for names in form.terms for name in names}
    if any(value.denominator != 1 for value in form.terms.values()) or not names <= state.integers:
        raise WitnessError("an expression that need not be whole")
    if not knows(state.known, Relation(form, ">")):
        raise WitnessError(f"{Relation(form, '>')} is needed and not known")
    return Relation(form - Fraction(1), ">=")


def symbols(names: Mapping[str, int | None]) -> dict[str, Any]:
    """A scope of variables: numbers, or vectors of so many."""
    found: dict[str, Any] = {**FUNCTIONS, **SYMBOLIC}
    for name, count in names.items():
        found[name] = variable(name) if count is None else [variable(f"{name}[{i}]") for i in range(count)]
    return found
