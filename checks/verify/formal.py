"""A statement as formal text, and the four ways to decide it from end to end.

The text is an object with these keys, of which ``conclusion`` must be there:

``for_all``, ``there_is``
    variables with their domains, in this order: ``real``, ``integer``, either ``in [a, b]``; ``real^3`` for a vector;
    ``list of real`` (of any length), ``list of list of integer``; or ``in EXPRESSION``, one of finitely many values.
    What stands in a domain speaks of the variables before it only.
``define``
    functions, as in a witness.
``hypotheses``, ``conclusion``
    formulas; all of them are meant. Hypotheses speak of ``for_all`` only.
``lemmas``
    formulas that a written proof supplies, by name: what rests on them is argued, not checked.

It says: for all values, in their domains, that satisfy the hypotheses, there are others with which the conclusion
holds.

A derivation takes functions as having some value everywhere, 1/0 and log(0) among them, of which no axiom says
anything; the other ways refuse what has no value.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from .arithmetic import FUNCTIONS, as_list, compare, fraction, truth
from .axioms import Relation
from .derivation import Clause, State, clauses_of, follow, symbols, term
from .enclosures import Enclosure, UndecidedError
from .language import check_forms, check_free, defined, evaluate, holds, names_of, parse, rational, walk
from .limits import MalformedError, WitnessError, cost, limited, spend
from .polynomials import Polynomial, variable

KEYS = frozenset({"for_all", "there_is", "define", "hypotheses", "lemmas", "conclusion"})

_DOMAIN = re.compile(r"(?P<lists>(list of )*)(?P<kind>real|integer)(\^(?P<count>[0-9]{1,2}))?( in \[(?P<ends>.*)\])?")


def check_text(formal: Any) -> None:
    """Refuse what is no formal text, whether or not it is true.

    Raises:
        MalformedError: with the place.
    """
    if not isinstance(formal, dict) or not set(formal) <= KEYS or not formal.get("conclusion"):
        raise MalformedError(f"formal must be an object with a conclusion and keys among {sorted(KEYS)}")
    for key in ("hypotheses", "conclusion"):
        if not (isinstance(formal.get(key, []), list) and all(isinstance(text, str) for text in formal.get(key, []))):
            raise MalformedError(f"formal: {key} must be a list of texts")
    for key in ("for_all", "there_is", "define", "lemmas"):
        value = formal.get(key, {})
        if not (isinstance(value, dict) and all(isinstance(text, str) for text in value.values())):
            raise MalformedError(f"formal: {key} must be an object of texts")
    names = [*formal.get("for_all", {}), *formal.get("there_is", {})]
    for number, name in enumerate(names):
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name):
            raise MalformedError(f"formal: the variable {name!r}: use letters, digits and '_'")
        check_free(name, names[:number])
    _check_domains({**formal.get("for_all", {}), **formal.get("there_is", {})})
    _check_names(formal)


def _check_domains(domains: Mapping[str, str]) -> None:
    """Each domain speaks of the variables before it only."""
    before = set(FUNCTIONS)
    for name, text in domains.items():
        found = _domain(text)
        if found is None or found["ends"] is not None:
            _check_known(_listed(text, found), before)
        before.add(name)


def _listed(text: str, found: re.Match[str] | None) -> str:
    """The expression in a domain: the list of its values, or of its two ends."""
    if found is None:
        return text.removeprefix("in ")
    ends = parse(f"[{found['ends']}]")
    if not (isinstance(ends, ast.List) and len(ends.elts) == 2):
        raise MalformedError(f"the domain {text!r}: give two ends, in [a, b]")
    return f"[{found['ends']}]"


def _walked(text: str, found: re.Match[str] | None, scope: Mapping[str, Any]) -> list[Any]:
    """What stands in a domain, read in a scope that holds all that is meant."""
    return as_list(walk(parse(_listed(text, found)), scope))


def _check_names(formal: Mapping[str, Any]) -> None:
    """Each name in a text is a variable, a definition, a function of the language, or bound by a comprehension."""
    declared = {*FUNCTIONS, *formal.get("for_all", {}), *formal.get("there_is", {})}
    for head, body in formal.get("define", {}).items():
        name, function = defined(head, body, {})
        check_free(name, declared)
        _check_known(body, {*declared, *function.parameters})
        declared.add(name)
    for text in [*_premises(formal), *formal["conclusion"]]:
        _check_known(text, declared)
    chosen = mentioning(formal, set(formal.get("there_is", {})))
    for text in _premises(formal):
        if names_of(parse(text)) & chosen:
            raise MalformedError(f"formal: {text!r} speaks of what there is: that belongs into the conclusion")


def _premises(formal: Mapping[str, Any]) -> list[str]:
    return [*formal.get("hypotheses", []), *formal.get("lemmas", {}).values()]


def mentioning(formal: Mapping[str, Any], names: set[str]) -> set[str]:
    """Names of variables, and of the definitions that speak of them."""
    found = set(names)
    for head, body in formal.get("define", {}).items():
        if names_of(parse(body)) & found:
            found.add(defined(head, body, {})[0])
    return found


def _check_known(text: str, declared: set[str]) -> None:
    tree = parse(text)
    check_forms(tree)
    unknown = names_of(tree, bound=False) - declared
    if unknown:
        raise MalformedError(f"formal: {text!r} names {sorted(unknown)}, which are no variables and not defined")


def _domain(text: str) -> re.Match[str] | None:
    found = _DOMAIN.fullmatch(text)
    if found is None and not text.startswith("in "):
        raise MalformedError(
            f"the domain {text!r}: use real, integer, real in [a, b], real^2, list of real, or in LIST"
        )
    return found


# --- numbers ---------------------------------------------------------------------------------------------------------


def _numeric(formal: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    scope: dict[str, Any] = dict(values)
    for head, body in formal.get("define", {}).items():
        name, function = defined(head, body, scope)
        check_free(name, scope)
        scope[name] = function
    return scope


def _belongs(value: Any, text: str, scope: Mapping[str, Any]) -> bool:
    found = _domain(text)
    if found is None:
        return any(value == item for item in _finite(text, scope))
    for _ in range((found["lists"] or "").count("list of ")):
        if not isinstance(value, list):
            return False
        return all(_belongs(item, text.removeprefix("list of "), scope) for item in value)
    if found["count"] is not None:
        inner = text.replace(f"^{found['count']}", "", 1)
        fits = isinstance(value, list) and len(value) == int(found["count"])
        return fits and all(_belongs(item, inner, scope) for item in value)
    if not isinstance(value, Fraction) or (found["kind"] == "integer" and value.denominator != 1):
        return False
    if found["ends"] is None:
        return True
    low, high = _walked(text, found, {**scope, **FUNCTIONS})
    return compare(operator.le, low, value) and compare(operator.le, value, high)


def _finite(text: str, scope: Mapping[str, Any]) -> Iterator[Any]:
    """The values of a finite domain, one after another.

    Raises:
        WitnessError: it is not finite.
    """
    found = _domain(text)
    if found is None:
        yield from _walked(text, found, {**scope, **FUNCTIONS})
        return
    if found["kind"] != "integer" or found["ends"] is None or found["lists"]:
        raise WitnessError(f"the domain {text!r} has no end: its values cannot be gone through; give integer in [a, b]")
    low, high = (fraction(end) for end in _walked(text, found, {**scope, **FUNCTIONS}))
    numbers = range(-(-low // 1), high // 1 + 1)
    spend(max(0, numbers.stop - numbers.start))
    for values in product(numbers, repeat=int(found["count"] or 1)):
        spend(len(values))
        each = [Fraction(value) for value in values]
        yield each[0] if found["count"] is None else each


def _choices(domains: Mapping[str, str], scope: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """All values of finitely many variables, whose domains may speak of those before."""
    if not domains:
        yield {}
        return
    (name, text), *rest = domains.items()
    for value in _finite(text, scope):
        spend(10)
        for others in _choices(dict(rest), {**scope, name: value}):
            yield {name: value, **others}


def _true(texts: Any, scope: Mapping[str, Any]) -> bool:
    return all([holds(text, scope) for text in texts])


def _given(formal: Mapping[str, Any], witness: Mapping[str, Any], key: str, scope: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a witness gives to the variables of a quantifier, each in its domain."""
    domains, given = formal.get(key, {}), witness["given"]
    found: dict[str, Any] = {}
    for name, text in domains.items():
        if name not in given:
            raise MalformedError(f"given has no value for {name!r}")
        found[name] = rational(given[name])
        if not _belongs(found[name], text, {**FUNCTIONS, **scope, **found}):
            raise WitnessError(f"{name} is not of its domain, {text}")
    return found


def true_of(formal: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """Whether a text holds for these exact values of all its variables, what there is among them.

    Raises:
        WitnessError: a value is not of its domain, or a text cannot be decided.

    >>> true_of({"for_all": {"x": "real"}, "hypotheses": ["x > 1"], "conclusion": ["x**2 > 2"]}, {"x": "5/4"})
    False
    """
    with limited():
        values = _given(formal, {"given": given}, "for_all", {})
        values |= _given(formal, {"given": given}, "there_is", values)
        scope = _numeric(formal, values)
        met = all(holds(text, scope) for text in formal.get("hypotheses", []))
        return not met or _true(formal["conclusion"], scope)


def check_counterexample(witness: Mapping[str, Any]) -> None:
    """Values for which the hypotheses are true and the conclusion is false, whatever there is."""
    formal = witness["formal"]
    if set(witness["given"]) != set(formal.get("for_all", {})):
        raise MalformedError(f"given must name {sorted(formal.get('for_all', {}))}")
    values = _given(formal, witness, "for_all", {})
    scope = _numeric(formal, values)
    for text in formal.get("hypotheses", []):
        if not _true([text], scope):
            raise WitnessError(f"hypothesis {text!r} is not met")
    for others in _choices(formal.get("there_is", {}), {**FUNCTIONS, **scope}):
        if _true(formal["conclusion"], _numeric(formal, {**values, **others})):
            raise WitnessError(f"the conclusion is true under this data{f' with {_shown(others)}' if others else ''}")


def check_impossible(witness: Mapping[str, Any]) -> None:
    """Values of ``for_all`` that meet the hypotheses, and steps that lead from the conclusion to a contradiction."""
    formal = witness["formal"]
    if set(witness["given"]) != set(formal.get("for_all", {})):
        raise MalformedError(f"given must name {sorted(formal.get('for_all', {}))}")
    values = _given(formal, witness, "for_all", {})
    for text in formal.get("hypotheses", []):
        if not holds(text, _numeric(formal, values)):
            raise WitnessError(f"hypothesis {text!r} is not met")
    follow(start_of_refutation(formal, values), witness["steps"], [[]])


def start_of_refutation(formal: Mapping[str, Any], values: Mapping[str, Any]) -> State:
    """What is known of what there is, for values of ``for_all``, if the conclusion holds."""
    claimed = {key: formal[key] for key in ("there_is", "define") if key in formal}
    state, _ = _symbolic({**claimed, "hypotheses": formal["conclusion"], "conclusion": ["True"]}, values)
    return state


def check_example(witness: Mapping[str, Any]) -> None:
    """Values with which a statement that only says that there are some holds."""
    formal = witness["formal"]
    if formal.get("for_all") or set(witness["given"]) != set(formal.get("there_is", {})):
        raise MalformedError(
            f"an example is for a text without for_all, and gives {sorted(formal.get('there_is', {}))}"
        )
    scope = _numeric(formal, _given(formal, witness, "there_is", {}))
    for text in [*formal.get("hypotheses", []), *formal["conclusion"]]:
        if not _true([text], scope):
            raise WitnessError(f"{text!r} is false under this data")


def check_enumeration(witness: Mapping[str, Any]) -> None:
    """All of finitely many cases."""
    formal, met = witness["formal"], 0
    for values in _choices(formal.get("for_all", {}), FUNCTIONS):
        scope = _numeric(formal, values)
        if not _true(formal.get("hypotheses", []), scope):
            continue
        met += 1
        others = _choices(formal.get("there_is", {}), {**FUNCTIONS, **scope})
        if not any(_true(formal["conclusion"], _numeric(formal, {**values, **more})) for more in others):
            raise WitnessError(f"the conclusion is false for {_shown(values)}")
    if not met:
        raise WitnessError("no case meets the hypotheses")


def _shown(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {_number(value)}" for name, value in values.items())


def _number(value: Any) -> str:
    return f"[{', '.join(map(_number, value))}]" if isinstance(value, list) else str(value)


_BOX = 200
"""The steps of a box beside those of its formulas; measured."""


def check_enclosure(witness: Mapping[str, Any]) -> None:
    """Boxes that cover the domain, on each of which the conclusion is true or a hypothesis false, by enclosures."""
    formal = witness["formal"]
    if formal.get("there_is") or not formal.get("for_all"):
        raise MalformedError("enclosures are for a text with for_all only")
    box = {}
    for name, text in formal["for_all"].items():
        found = _domain(text)
        if found is None or found["kind"] != "real" or found["ends"] is None or found["lists"] or found["count"]:
            raise WitnessError(f"the domain of {name}, {text}, is not an interval; give real in [a, b]")
        low, high = (fraction(end) for end in _walked(text, found, FUNCTIONS))
        if low > high:
            raise WitnessError(f"the domain of {name}, {text}, is empty")
        box[name] = Enclosure(low, high)
    waiting, met = [box], False
    while waiting:
        current = waiting.pop()
        spend(_BOX + sum(cost(end) for side in current.values() for end in (side.low, side.high)))
        if _excluded(formal, current):
            continue
        if _true_on(formal, current):
            met = True
        else:
            waiting.extend(_halves(current))
    if not met:
        raise WitnessError("the hypotheses are false everywhere")


def _excluded(formal: Mapping[str, Any], box: Mapping[str, Enclosure]) -> bool:
    """Whether some hypothesis is false on all of the box."""
    scope = _numeric(formal, box)
    for text in formal.get("hypotheses", []):
        try:
            if not truth(evaluate(text, scope)):
                return True
        except UndecidedError:
            pass
    return False


def _true_on(formal: Mapping[str, Any], box: Mapping[str, Enclosure]) -> bool:
    scope = _numeric(formal, box)
    try:
        true = all([truth(evaluate(text, scope)) for text in formal["conclusion"]])
    except UndecidedError:
        return False
    if not true:
        middle = {name: Enclosure.of((side.low + side.high) / 2) for name, side in box.items()}
        if _true(formal.get("hypotheses", []), _numeric(formal, middle)):
            raise WitnessError(
                f"the conclusion is false for {_shown({name: side.low for name, side in middle.items()})}"
            )
    return true


def _halves(box: Mapping[str, Enclosure]) -> list[dict[str, Enclosure]]:
    name = max(box, key=lambda each: box[each].high - box[each].low)
    side = box[name]
    middle = (side.low + side.high) / 2
    return [{**box, name: Enclosure(side.low, middle)}, {**box, name: Enclosure(middle, side.high)}]


# --- symbols ---------------------------------------------------------------------------------------------------------


def _symbolic(formal: Mapping[str, Any], fixed: Mapping[str, Any]) -> tuple[State, list[Clause]]:
    """What is known at the start of a derivation, and what is to be reached; some variables may be fixed."""
    sizes: dict[str, int | None] = {}
    integers: set[str] = set()
    domains = {**formal.get("for_all", {}), **formal.get("there_is", {})}
    for name, text in domains.items():
        found = _domain(text)
        if found is not None and found["lists"]:
            raise WitnessError(f"a derivation knows no lists of unknown length: the domain of {name} is {text}")
        count = int(found["count"]) if found is not None and found["count"] is not None else None
        sizes[name] = count
        parts = [name] if count is None else [f"{name}[{i}]" for i in range(count)]
        if found is not None and found["kind"] == "integer":
            integers.update(parts)
    scope = {**symbols(sizes), **fixed}
    for head, body in formal.get("define", {}).items():
        name, function = defined(head, body, scope)
        check_free(name, {key: value for key, value in scope.items() if key not in FUNCTIONS})
        scope[name] = function
    state = State(scope, frozenset(integers))
    state.assume([clause for name, text in domains.items() for clause in _within(name, text, scope)])
    texts = [*formal.get("hypotheses", []), *formal.get("lemmas", {}).values()]
    state.assume([clause for text in texts for clause in clauses_of(text, scope)])
    return state, [clause for text in formal["conclusion"] for clause in clauses_of(text, scope)]


def _within(name: str, text: str, scope: Mapping[str, Any]) -> list[Clause]:
    """What a domain says of its variable."""
    found = _domain(text)
    if found is not None and found["ends"] is None:
        return []
    parts = [Polynomial.lift(part) for part in (scope[name] if isinstance(scope[name], list) else [scope[name]])]
    values = [Polynomial.lift(value) for value in _walked(text, found, scope)]
    if found is None:
        return [[Relation(part - value, "==") for value in values] for part in parts]
    low, high = values
    return [clause for part in parts for clause in ([Relation(part - low, ">=")], [Relation(high - part, ">=")])]


def check_derivation(witness: Mapping[str, Any]) -> None:
    """Steps from the hypotheses, and lemmas, to the conclusion."""
    formal, steps = witness["formal"], witness["steps"]
    state, targets = start(formal, witness.get("choose", {}))
    match steps:
        case [{"induction": name, "from": first, "base": base, "step": step}]:
            for (known, wanted), inner in zip(halves_of_induction(formal, name, first), (base, step), strict=True):
                follow(known, inner, wanted)
        case _:
            follow(state, steps, targets)


def start(formal: Mapping[str, Any], choose: Mapping[str, str]) -> tuple[State, list[Clause]]:
    """The start of a derivation of a text, and its targets, with expressions for what there is."""
    wanted = formal.get("there_is", {})
    if set(choose) != set(wanted):
        raise MalformedError(f"choose must name {sorted(wanted)}")
    plain, _ = _symbolic(
        {**formal, "there_is": {}, "conclusion": ["True"], "define": {}, "lemmas": {}, "hypotheses": []}, {}
    )
    fixed = {name: term(text, plain.scope) for name, text in choose.items()}
    state, targets = _symbolic({**formal, "there_is": {}}, fixed)
    for name, text in wanted.items():
        found = _domain(text)
        if found is None or found["kind"] != "real" or found["count"] or found["lists"]:
            raise WitnessError(f"what there is, {name}, is chosen among reals only; its domain is {text}")
        targets = [*targets, *_within(name, text, state.scope)]
    return state, targets


def halves_of_induction(formal: Mapping[str, Any], name: str, first: str) -> list[tuple[State, list[Clause]]]:
    """Base and step: what is known and what is wanted in each.

    Raises:
        WitnessError: the variable or the first is not whole, or it may be less, or is in another hypothesis.
    """
    number = fraction(rational(first))
    if number.denominator != 1 or formal.get("for_all", {}).get(name) != "integer" or formal.get("there_is"):
        raise WitnessError(f"induction over {name}, which is not a variable of the domain integer")
    bound = f"{name} >= {number}"
    rest = [text for text in formal.get("hypotheses", []) if text != bound]
    mentions = mentioning(formal, {name})
    domains = [(text, _domain(text)) for text in formal.get("for_all", {}).values()]
    others = [_listed(text, found) for text, found in domains if found is None or found["ends"] is not None]
    if len(rest) == len(formal.get("hypotheses", [])) or any(
        names_of(parse(text)) & mentions for text in [*_premises({**formal, "hypotheses": rest}), *others]
    ):
        raise WitnessError(f"induction needs the hypothesis {bound!r} and no other that mentions {name}")
    without = {**formal, "hypotheses": rest}
    base = _symbolic(without, {name: number})
    state, proved = _symbolic(formal, {})
    state.assume(proved)
    _, wanted = _symbolic(formal, {name: variable(name) + Polynomial.lift(Fraction(1))})
    return [base, (state, wanted)]
