"""Find derivations of formal texts: linear programmes find the multipliers, a bounded search the cases.

A script helps where the search does not: a list of steps, made by the functions here, each a fact to have on the way.
What is found is a list of steps for `checks.verify`, which trusts none of this.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from itertools import combinations_with_replacement, pairwise
from typing import Any, NamedTuple

from checks._squares import squares
from checks.implication import NotImplied, multipliers, simple_fractions
from checks.verify import (
    Clause,
    MalformedError,
    Polynomial,
    Relation,
    State,
    WitnessError,
    added,
    clauses_of,
    halves_of_induction,
    knows,
    one_relation,
    printed,
    rational,
    start,
    start_of_refutation,
)

__tracebackhide__ = True  # pytest shows the check that failed, not the search

Step = dict[str, Any]
Script = Sequence[Step]

MAX_DEPTH = 8
"""Cases within cases that the search tries; chosen."""
MAX_PRODUCTS = 24
"""Known relations up to which products of all pairs are tried; chosen for the size of the linear programme."""
MAX_REWRITES = 400
"""Replacements in one expression, after which it is taken as it is; chosen."""
_KEPT = 2**15
"""Rewritten expressions that are kept: some 50 MB of the usual ones; chosen."""

_Terms = frozenset[tuple[tuple[str, ...], Fraction]]
"""The terms of a polynomial."""

_Extra = list[tuple[Step, Relation]]
"""What a combination may use besides what is known, and the step that gives it."""

_Equations = tuple[tuple[int, _Terms], ...]
"""Equations with the number of each among what is known."""


def have(relation: str, *script: Step) -> Step:
    """A relation to prove next, with steps of its own if it needs any."""
    return {"have": relation, "script": list(script)}


def square(expression: str) -> Step:
    """That a square is not negative."""
    return {"square": expression}


def product(first: str, second: str) -> Step:
    """The product of two relations, each known or shown next."""
    return {"product": [first, second]}


def times(equation: str, expression: str) -> Step:
    """A known equation times an expression."""
    return {"times": equation, "by": expression}


def axiom(name: str, *expressions: str) -> Step:
    """An axiom of `checks.verify`; what it needs is shown first."""
    return {"axiom": name, "of": list(expressions)}


def congruence(function: str, ones: Sequence[str], others: Sequence[str]) -> Step:
    """That a function of equal things is equal."""
    return {"congruence": function, "of": list(ones), "and": list(others)}


def numbers(relation: str) -> Step:
    """A relation between numbers, by enclosures."""
    return {"numbers": relation}


def integer(expression: str) -> Step:
    """That a positive whole number is at least 1."""
    return {"integer": expression}


def cases(relation: str, *scripts: Script) -> Step:
    """Two cases, or three for an equation: the relation, and what is left; the last step."""
    return {"cases": relation, "branches": [list(script) for script in scripts]}


def induction(variable: str, first: int, base: Script = (), step: Script = ()) -> Step:
    """The only step: the conclusion for `first`, and for variable + 1 from that for the variable."""
    return {"induction": variable, "from": str(first), "base": list(base), "step": list(step)}


MAX_ATTEMPTS = 10_000
"""The goals for which a search may try to find multipliers: about half a minute; chosen."""


class Tries(Enum):
    """What a combination may use, the later the costlier."""

    KNOWN = "what is known"
    PRODUCTS = "products of all pairs, too"
    SQUARES = "squares of what the goal is made of, too"


class Effort:
    """How much a search has tried, and may.

    Attributes:
        spent: the goals for which multipliers were looked for.
        most: so many at most.
        products: whether products of all pairs are tried where nothing else helps.
        multiplied: whether such a product was of use.
        squares: whether squares of what the goal is made of are tried, at last.
        squared: whether such a square was of use.
        deep: whether cases are tried for facts on the way, too.
        deepened: whether that was of use.
    """

    def __init__(
        self, most: int = MAX_ATTEMPTS, *, products: bool = True, squares: bool = True, deep: bool = True
    ) -> None:
        self.spent, self.most = 0, most
        self.products, self.multiplied = products, False
        self.squares, self.squared = squares, False
        self.deep, self.deepened = deep, False

    def allows(self, tries: Tries) -> bool:
        """Whether a way to combine is tried at all."""
        return {Tries.KNOWN: True, Tries.PRODUCTS: self.products, Tries.SQUARES: self.squares}[tries]

    def spend(self) -> None:
        """Count one goal."""
        self.spent += 1
        if self.spent > self.most:
            raise NotImplied(f"nothing was found in {self.most} attempts")


def derivation(
    formal: Mapping[str, Any],
    script: Script = (),
    choose: Mapping[str, str] | None = None,
    effort: Effort | None = None,
) -> list[Step]:
    """The steps that lead from a text's hypotheses to its conclusion.

    Raises:
        NotImplied: none were found.
    """
    chosen, effort = dict(choose or {}), effort or Effort()
    match list(script):
        case [{"induction": name, "from": first, "base": base, "step": step}]:
            parts = halves_of_induction(formal, name, first)
            (first_state, first_targets), (state, targets) = parts
            return [
                {
                    "induction": name,
                    "from": first,
                    "base": _Search(first_state, formal, effort).all(base, first_targets),
                    "step": _Search(state, formal, effort).all(step, targets),
                }
            ]
    state, targets = start(formal, chosen)
    return _Search(state, formal, effort).all(script, targets)


def impossibility(
    formal: Mapping[str, Any], given: Mapping[str, Any], script: Script = (), effort: Effort | None = None
) -> list[Step]:
    """The steps that lead from a text's conclusion, for these values, to a contradiction.

    Raises:
        NotImplied: none were found.
    """
    values = {name: rational(value) for name, value in given.items()}
    return _Search(start_of_refutation(formal, values), formal, effort or Effort()).all(script, [[]])


class _Search:
    """One branch of a derivation: its state, and the steps so far."""

    def __init__(
        self,
        state: State,
        formal: Mapping[str, Any],
        effort: Effort,
        depth: int = 0,
        split: frozenset[str] = frozenset(),
        calls: Sequence[tuple[str, tuple[str, ...]]] | None = None,
    ) -> None:
        self.state, self.formal, self.effort, self.depth, self.split = state, formal, effort, depth, split
        self.calls = self._calls() if calls is None else calls
        self.steps: list[Step] = []

    def all(self, script: Script, targets: Sequence[Clause]) -> list[Step]:
        """The steps of this branch; the script first."""
        self._obvious()
        for step in script:
            if "cases" in step:
                relation = one_relation(step["cases"], self.state.scope)
                self._cases(step["cases"], [relation, *relation.negated()], step["branches"], targets)
                return self.steps
            self._take(step)
        self.reach(targets)
        return self.steps

    def _add(self, step: Step) -> None:
        self.state.known.extend(added(self.state, step))
        self.steps.append(step)

    def _obvious(self) -> None:
        """Axioms for what stands in the text, as far as what they need is known here; nothing that is known already."""
        for name, arguments in self.calls:
            before, steps = len(self.state.known), len(self.steps)
            with suppress(WitnessError, NotImplied, ZeroDivisionError):
                self._axiom(name, arguments)
            if all(knows(self.state.known[:before], relation) for relation in self.state.known[before:]):
                del self.state.known[before:], self.steps[steps:]

    def _axiom(self, name: str, arguments: Sequence[str]) -> None:
        """An axiom, once what it needs was had by a combination, where that is possible."""
        for text in PREMISES.get(name, ()):
            filled = text.format(*(f"({argument})" for argument in arguments))
            wanted = [one_relation(part, self.state.scope) for part in filled.split(" and ")]
            if all(knows(self.state.known, relation) or self._combine(relation) for relation in wanted):
                break
        self._add({"axiom": name, "of": list(arguments)})

    def _take(self, step: Step) -> None:
        match step:
            case {"have": text, "script": script}:
                clauses = clauses_of(text, self.state.scope)
                if script:
                    inner = self._inner([], "")
                    self._add({"lemma": text, "steps": inner.all(script, clauses)})
                else:
                    for clause in clauses:
                        self._show(clause[0], text)
            case {"product": [first, second]}:
                places = [self._place(text) for text in (first, second)]
                self._add({"product": places})
            case {"times": text, "by": factor}:
                self._add({"times": self._place(text), "by": factor})
            case {"axiom": name, "of": texts}:
                self._axiom(name, texts)
            case {"integer": text}:
                self._show(one_relation(f"({text}) > 0", self.state.scope), text)
                self._add(step)
            case {"congruence": _, "of": ones, "and": others}:
                for one, other in zip(ones, others, strict=True):
                    self._show(one_relation(f"({one}) == ({other})", self.state.scope), f"{one} == {other}")
                self._add(step)
            case _:
                self._add(step)

    def _inner(self, assumed: Sequence[Relation], name: str) -> _Search:
        state, split = self.state.branch(assumed), self.split | {name}
        return _Search(state, self.formal, self.effort, self.depth + 1, split, self.calls)

    def _place(self, text: str) -> int:
        relation = one_relation(text, self.state.scope)
        for number, (form, sort) in enumerate(self.state.known):
            if sort == relation.sort and form.terms == relation.form.terms:
                return number
        self._show(relation, text)
        return len(self.state.known) - 1

    def _show(self, relation: Relation, text: str) -> None:
        """Have a relation as the last one known."""
        if any(self._combine(relation, tries) for tries in Tries):
            return
        if not self.effort.deep:
            raise NotImplied(f"{text!r} does not follow at once")
        inner = self._inner([], "")
        try:
            inner.reach([[relation]])
        except NotImplied as error:
            raise NotImplied(f"{text!r} does not follow: {error}") from None
        self.effort.deepened = True
        self._add({"lemma": str(relation), "steps": inner.steps})

    def _combine(self, goal: Relation, tries: Tries = Tries.KNOWN) -> bool:
        """The goal by a combination of known relations, with equations used from left to right, if there is one."""
        if not self.effort.allows(tries):
            return False
        extra = self._squares(goal) if tries is Tries.SQUARES else []
        if tries is Tries.SQUARES and not extra:
            return False
        self.effort.spend()
        extra += self._products() if self.effort.products and tries is not Tries.KNOWN else []
        known = [*self.state.known, *(relation for _, relation in extra)]
        if self._combined(goal, known, extra, ()):
            return True
        equations = [(number, _terms(form)) for number, (form, sort) in enumerate(self.state.known) if sort == "=="]
        return bool(equations) and self._combined(goal, known, extra, tuple(equations))

    def _combined(
        self,
        goal: Relation,
        known: Sequence[Relation],
        extra: _Extra,
        equations: _Equations,
    ) -> bool:
        rules = _rules(equations)
        reduced = [
            _reduced(_terms(form), equations) if equations and number not in rules else (form, {})
            for number, (form, _) in enumerate(known)
        ]
        aim, used = _reduced(_terms(goal.form), equations) if equations else (goal.form, {})
        if rules and not used and not any(factors for _, factors in reduced):
            return False
        forms = [Relation(form, sort) for (form, _), (_, sort) in zip(reduced, known, strict=True)]
        try:
            found = multipliers(forms, Relation(aim, goal.sort))
        except ArithmeticError:
            return False
        for rounded in simple_fractions(found) if found is not None else ():
            weights = {number: weight for number, weight in enumerate(rounded) if weight}
            factors = dict(used)
            for number, weight in weights.items():
                for rule, factor in reduced[number][1].items():
                    factors[rule] = factors.get(rule, Polynomial({})) - factor * weight
            with suppress(WitnessError):
                scaled = {rule: factor / rules[rule].coefficient for rule, factor in factors.items() if factor.terms}
                self._write(goal, weights, scaled, extra)
                return True
        return False

    def _write(
        self,
        goal: Relation,
        weights: Mapping[int, Fraction],
        factors: Mapping[int, Polynomial],
        extra: _Extra,
    ) -> None:
        """The steps of a combination: products, multiples of equations, and their sum."""
        count = len(self.state.known)
        used = [number for number in weights if number >= count]
        places = {number: count + place for place, number in enumerate(used)}
        made: list[Step] = [extra[number - count][0] for number in used]
        made += [{"times": rule, "by": printed(factor)} for rule, factor in factors.items()]
        summed = {str(places.get(number, number)): str(weight) for number, weight in weights.items()}
        summed |= {str(count + len(used) + place): "1" for place in range(len(factors))}
        made.append({"combine": str(goal), "multipliers": summed})
        branch = self.state.branch([])
        for step in made:
            branch.known.extend(added(branch, step))
        self.effort.multiplied = self.effort.multiplied or any("product" in extra[each - count][0] for each in used)
        self.effort.squared = self.effort.squared or any("square" in extra[each - count][0] for each in used)
        self.state.known[:] = branch.known
        self.steps.extend(made)

    def _products(self) -> _Extra:
        known = self.state.known
        chosen = range(max(0, len(known) - MAX_PRODUCTS), len(known))
        steps: list[Step] = [{"product": list(pair)} for pair in combinations_with_replacement(chosen, 2)]
        return [(step, added(self.state, step)[0]) for step in steps]

    def _squares(self, goal: Relation) -> _Extra:
        """Squares for a goal; for a contradiction those that what is known may contradict."""
        plain = not set(goal.form.terms) - {()}
        forms = [form * Fraction(-1) for form, _ in self.state.known[-MAX_PRODUCTS:]] if plain else [goal.form]
        found = dict.fromkeys(expression for form in forms for expression in squares(form))
        steps: list[Step] = [{"square": expression} for expression in found]
        return [(step, added(self.state, step)[0]) for step in steps]

    def reach(self, targets: Sequence[Clause]) -> None:
        """Each target, or a contradiction, by cases where that is needed."""
        left = self._left(targets)
        if not left:
            return
        for number, clause in enumerate(self.state.alternatives):
            settled = f"or {number}" in self.split or any(knows(self.state.known, relation) for relation in clause)
            if not settled and self.depth < MAX_DEPTH:
                self._cases(number, clause, [()] * len(clause), targets, f"or {number}")
                return
        for relation in self._splits(left) if self.depth < MAX_DEPTH else ():
            parts = [relation, *relation.negated()]
            self._cases(str(relation), parts, [()] * len(parts), targets, str(relation))
            return
        left = self._left(targets, Tries.PRODUCTS)
        left = left and self._left(left, Tries.SQUARES)
        if left:
            raise NotImplied(f"{' or '.join(map(str, left[0])) or 'a contradiction'} was not reached")

    def _left(self, targets: Sequence[Clause], tries: Tries = Tries.KNOWN) -> list[Clause]:
        """The targets that no combination reaches; none where the case cannot be."""
        false = one_relation("0 > 0", {})
        missing = [clause for clause in targets if not any(knows(self.state.known, relation) for relation in clause)]
        missing = [clause for clause in missing if not any(self._combine(r, tries) for r in clause)]
        return [] if not missing or self._combine(false, tries) else missing

    def _splits(self, targets: Sequence[Clause]) -> Iterator[Relation]:
        """What is worth two cases: parts of a target with several, signs within abs, which of max is greatest."""
        candidates = [relation for clause in targets if len(clause) > 1 for relation in clause]
        for name, arguments in self.calls:
            pairs = {"abs": [(arguments[0], "0")], "sign": [(arguments[0], "0")]}.get(name)
            for left, right in list(pairwise(arguments)) if name in ("min", "max") else pairs or ():
                with suppress(MalformedError):
                    candidates.append(one_relation(f"({left}) >= ({right})", self.state.scope))
        # Inequalities both ways give an equation no combination: more or less than it cannot be, in cases of its own.
        candidates += [relation for clause in targets for relation in clause if relation.sort == "=="]
        for relation in candidates:
            decided = [relation, *relation.negated()]
            if str(relation) not in self.split and not any(knows(self.state.known, each) for each in decided):
                yield relation

    def _cases(
        self,
        split: str | int,
        parts: Sequence[Relation],
        scripts: Sequence[Script],
        targets: Sequence[Clause],
        name: str = "",
    ) -> None:
        branches = []
        for part, script in zip(parts, scripts, strict=True):
            branches.append(self._inner([part], name).all(script, targets))
        self.steps.append({"cases": split, "branches": branches})

    def _calls(self) -> list[tuple[str, tuple[str, ...]]]:
        """The functions and quotients in the text, with their arguments; a definition stands for its body."""
        text = self.formal
        texts = [*text.get("hypotheses", []), *text["conclusion"], *text.get("lemmas", {}).values()]
        found = [call for each in texts for call in _calls(ast.parse(each, mode="eval").body, _definitions(text))]
        return list(dict.fromkeys(found))


PREMISES: Mapping[str, Sequence[str]] = {
    "divide": ("{0} > 0", "{0} < 0"),
    "sqrt": ("{0} > 0", "{0} >= 0"),
    "sqrt_increasing": ("{0} > 0 and {0} < {1}", "{0} > 0 and {0} <= {1}"),
    "exp_increasing": ("{0} < {1}", "{0} <= {1}"),
    "log": ("{0} > 0",),
    "log_product": ("{0} > 0 and {1} > 0",),
    "log_tangent": ("{0} > 0",),
    "log_increasing": ("{0} > 0 and {0} < {1}", "{0} > 0 and {0} <= {1}"),
    "power_positive": ("{0} > 0",),
    "power_product": ("{0} > 0 and {1} > 0",),
    "power_sum": ("{0} > 0",),
    "power_power": ("{0} > 0",),
    "power_increasing": ("{0} > 0 and {0} <= {1} and {2} >= 0",),
    "power_exponent": ("{0} >= 1 and {1} <= {2}",),
}
"""What an axiom needs or can use, in the order in which it is tried to be had."""

_OBVIOUS = {
    "abs": "abs",
    "min": "min",
    "max": "max",
    "sign": "sign",
    "exp": "exp_positive",
    "sqrt": "sqrt",
    "log": "log",
}


def _definitions(formal: Mapping[str, Any]) -> dict[str, tuple[list[str], ast.expr]]:
    found = {}
    for head, body in formal.get("define", {}).items():
        call = ast.parse(head, mode="eval").body
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            found[call.func.id] = [ast.unparse(each) for each in call.args], ast.parse(body, mode="eval").body
    return found


def _calls(node: ast.AST, define: Mapping[str, tuple[list[str], ast.expr]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Inner ones first; not those within comprehensions, whose variables have no value here."""
    if isinstance(node, (ast.GeneratorExp, ast.ListComp)):
        return
    for child in ast.iter_child_nodes(node):
        yield from _calls(child, define)
    match node:
        case ast.BinOp(op=ast.Div(), right=right) if not isinstance(right, ast.Constant):
            yield "divide", (ast.unparse(right),)
        case ast.Call(func=ast.Name(id=name), args=arguments) if name in define:
            parameters, body = define[name]
            values = dict(zip(parameters, arguments, strict=False))
            yield from _calls(_Filled(values).visit(copy.deepcopy(body)), define)
        case ast.Call(func=ast.Name(id=name), args=arguments) if name in _OBVIOUS:
            yield _OBVIOUS[name], tuple(ast.unparse(argument) for argument in arguments)


class _Filled(ast.NodeTransformer):
    """Arguments for parameters."""

    def __init__(self, values: Mapping[str, ast.expr]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.values.get(node.id, node)


def _weight(names: tuple[str, ...]) -> tuple[int, int, tuple[str, ...]]:
    """An order of monomials: those with more functions are greater."""
    return sum("(" in name for name in names), len(names), names


class _Rule(NamedTuple):
    """An equation, to be used from its greatest monomial, which the form holds once, to the rest."""

    leading: tuple[str, ...]
    form: Polynomial
    coefficient: Fraction


def _rule(form: Polynomial) -> _Rule:
    leading = max(form.terms, key=_weight, default=())
    coefficient = form.terms.get(leading, Fraction(1))
    return _Rule(leading, form / coefficient, coefficient)


def _terms(form: Polynomial) -> _Terms:
    return frozenset(form.terms.items())


@lru_cache(maxsize=_KEPT)
def _reduced(terms: _Terms, equations: _Equations) -> tuple[Polynomial, Mapping[int, Polynomial]]:
    """The form with greatest monomials of equations replaced, and the factor of each equation in the difference.

    form == reduced + sum of factor * equation, each equation scaled as its rule is. Kept, as one branch after another
    and one mutant after another ask for the same.
    """
    form, rules = Polynomial(dict(terms)), _rules(equations)
    factors: dict[int, Polynomial] = {}
    for _ in range(MAX_REWRITES):
        found = _rewrite(form, rules)
        if not found:
            break
        number, factor = found
        form = form - rules[number].form * factor
        factors[number] = factors.get(number, Polynomial({})) + factor
    return form, factors


@lru_cache(maxsize=_KEPT)
def _rules(equations: _Equations) -> Mapping[int, _Rule]:
    return {number: _rule(Polynomial(dict(terms))) for number, terms in equations}


def _rewrite(form: Polynomial, rules: Mapping[int, _Rule]) -> tuple[int, Polynomial] | None:
    """The equation that replaces the greatest monomial that can be replaced, and its factor there."""
    for names in sorted(form.terms, key=_weight, reverse=True):
        for number, rule in rules.items():
            rest = _without(names, rule.leading)
            if rest is not None:
                return number, Polynomial({rest: form.terms[names]})
    return None


def _without(names: tuple[str, ...], divisor: tuple[str, ...]) -> tuple[str, ...] | None:
    """What is left of a monomial, if the other divides it."""
    if not divisor:
        return None
    left = list(names)
    for name in divisor:
        if name not in left:
            return None
        left.remove(name)
    return tuple(left)
