"""Facts, exact witnesses and certificates as the template wants them, each re-checked by the stand-alone verifier."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from checks import verify
from checks.records import Decision, Fact, Identity, Instance, Linear, Refutation, Witness
from checks.statistics import describe
from checks.verify import REFUTING
from reports.notation import breakable, fraction, number, readable, typeset

__all__ = ["breakable", "items", "readable"]

Item = dict[str, Any]
DataWitness = Refutation | Instance


def items(facts: Sequence[Fact], witnesses: Sequence[Witness]) -> list[Item]:
    """Counterexamples first, then the facts in their order, each with the certificate that bears its words."""
    certificates = [witness for witness in witnesses if not _refutes(witness, facts)]
    found = [_shown(witness) for witness in witnesses if _refutes(witness, facts)]
    for fact in facts:
        matching = [witness for witness in certificates if witness["says"] == fact["says"]]
        if matching:
            certificates.remove(matching[0])
        shown = _shown(matching[0]) if matching else {"type": "fact", "says": readable(_words(fact))}
        found.append(shown | {"truth": fact["truth"]})
    return found


def _words(fact: Fact) -> str:
    return f"{fact['says']}: {describe(fact['trials'])}" if "trials" in fact else fact["says"]


def _refutes(witness: Witness, facts: Sequence[Fact]) -> bool:
    """A witness against the statement is recorded without a fact that would speak for it."""
    return witness["kind"] in ("refutation", *REFUTING) or all(fact["says"] != witness["says"] for fact in facts)


def _shown(witness: Witness) -> Item:
    refused = _refused(witness)
    shown = {"type": witness["kind"], "says": readable(witness["says"]), "refused": refused}
    return shown | _parts(witness, refused)


def _parts(witness: Witness, refused: str) -> Item:
    if witness["kind"] == "linear":
        return _linear(witness)
    if witness["kind"] == "identity":
        return _identity(witness)
    if witness["kind"] == "refutation" or witness["kind"] == "instance":
        return _data(witness, refused)
    return _decision(witness, refused)


def _refused(witness: Witness) -> str:
    try:
        verify.verify(witness)
    except verify.WitnessError as error:
        return str(error)
    return ""


def _data(witness: DataWitness, refused: str) -> Item:
    scope = _scope(witness)
    of_hypotheses, of_conclusions = _established(witness, refused)
    return {
        "given": [{**typeset(name), "value": number(value)} for name, value in witness["given"].items()],
        "define": [{"left": typeset(left), "right": typeset(right)} for left, right in witness["define"].items()],
        "hypotheses": [_tested(text, scope, of_hypotheses) for text in witness["hypotheses"]],
        "conclusion": [_tested(text, scope, of_conclusions) for text in witness["conclusion"]],
    }


def _established(witness: DataWitness, refused: str) -> tuple[bool | None, bool | None]:
    """The truth of every hypothesis and of every conclusion, where the verifier's verdict settles it.

    Verifying has evaluated each of them, which takes seconds where a witness lists the cells of a network.
    """
    if refused:
        return None, None
    if witness["kind"] == "instance":
        return True, True
    return True, False if len(witness["conclusion"]) == 1 else None


def _scope(witness: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return verify.scope_of(witness)
    except (ValueError, SyntaxError):
        return {}


def _tested(text: str, scope: Mapping[str, Any], established: bool | None) -> Item:
    """An expression with its truth value and, where it compares two short numbers, these numbers."""
    truth = _value(text, scope) if established is None else established
    return {**typeset(text), "truth": truth, "sides": _sides(text, scope)}


def _value(text: str, scope: Mapping[str, Any]) -> Any:
    try:
        value = verify.evaluate(text, scope)
    except (ValueError, TypeError, ArithmeticError, LookupError):
        return None
    return value if isinstance(value, bool) else fraction(value)


def _sides(text: str, scope: Mapping[str, Any]) -> list[str]:
    node = ast.parse(text, mode="eval").body
    if not (isinstance(node, ast.Compare) and len(node.ops) == 1):
        return []
    parts = [ast.unparse(node.left), ast.unparse(node.comparators[0])]
    values = [_value(part, scope) for part in parts]
    trivial = all(_plain(side) for side in (node.left, node.comparators[0]))
    return [] if trivial or None in values else [str(value) for value in values]


def _plain(node: ast.AST) -> bool:
    """Whether a side needs no computing: a number, a name or a quotient of numbers."""
    return all(isinstance(part, (ast.Constant, ast.Name, ast.UnaryOp, ast.USub, ast.Load)) for part in ast.walk(node))


def _decision(witness: Decision, refused: str) -> Item:
    """What decides the formal text that stands above: values of its variables, or steps."""
    formal, given = witness["formal"], witness.get("given", {})
    values = [{**typeset(name), "value": number(value)} for name, value in given.items()]
    if witness["kind"] not in ("counterexample", "example"):
        steps = [typeset(text) for text in _texts(witness.get("steps", []))]
        chosen = [{**typeset(name), "value": text} for name, text in witness.get("choose", {}).items()]
        return {"given": [*values, *chosen], "define": [], "hypotheses": [], "conclusion": [], "steps": steps}
    plain = {"given": given, "define": formal.get("define", {})}
    scope = _scope(plain)
    false = witness["kind"] == "counterexample" and len(formal["conclusion"]) == 1
    open_ = None if witness["kind"] == "counterexample" else True
    return {
        "given": values,
        "define": [],
        "hypotheses": [_tested(text, scope, None if refused else True) for text in formal.get("hypotheses", [])],
        "conclusion": [
            _tested(text, scope, None if refused else (False if false else open_)) for text in formal["conclusion"]
        ]
        if not formal.get("there_is")
        else [],
        "steps": [],
    }


def _texts(steps: Any) -> list[str]:
    """The relations that a derivation comes to, one after another, those of its branches too."""
    found: list[str] = []
    for step in steps:
        found.extend(step[key] for key in ("combine", "lemma", "numbers", "cases") if isinstance(step.get(key), str))
        for key in ("steps", "base", "step"):
            found.extend(_texts(step.get(key, [])) if isinstance(step.get(key), list) else [])
        for branch in step.get("branches", []):
            found.extend(_texts(branch))
    return found


def _linear(witness: Linear) -> Item:
    pairs = zip(witness["multipliers"], witness["hypotheses"], strict=True)
    return {
        "rows": [{**typeset(text), "multiplier": number(weight), "used": weight != "0"} for weight, text in pairs],
        "goal": typeset(witness["goal"]),
        "absurd": witness["goal"].replace(" ", "") in ("0>0", "0<0", "0>=1", "1<=0"),
    }


def _identity(witness: Identity) -> Item:
    return {"pairs": [{"left": typeset(left), "right": typeset(right)} for left, right in witness["identities"]]}
