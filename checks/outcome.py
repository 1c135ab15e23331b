"""What a record amounts to: computed from the record alone, by whoever made it and by whoever receives it.

A typed outcome is worth nothing: *fails* needs a witness that refutes, *holds* a fact and its method's trace.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from checks import statistics, verify
from checks.records import Fact, Finding, Witness
from checks.verdict import METHODS, Strength, Truth
from checks.verify import DECIDING, REFUTING

CERTIFICATES = ("identity", "instance", "linear", *DECIDING)
"""The kinds of witnesses that show a fact."""


def is_contradiction(witness: Mapping[str, Any]) -> bool:
    """Whether it derives what is false whatever the variables are, as ``0 > 0``: then its hypotheses are refuted."""
    return witness["kind"] == "linear" and verify.refutes(witness)


def refuting(witnesses: Sequence[Witness], facts: Sequence[Fact]) -> list[Witness]:
    """The witnesses that refute. A contradiction of which a fact says the same certifies a step of a proof instead."""
    certified = {fact["says"] for fact in facts}
    return [
        witness
        for witness in witnesses
        if witness["kind"] in ("refutation", *REFUTING)
        or (witness["says"] not in certified and is_contradiction(witness))
    ]


def outcome_of(finding: Finding) -> tuple[Truth, str]:
    """The truth value that a record amounts to, and the reason where it is undecided; its outcome is not looked at."""
    proof = finding.get("kernel")
    refuted = bool(refuting(finding["witnesses"], finding["facts"])) or bool(proof and proof["refutes"])
    reason = finding["reason"] or _open_fact(finding["facts"]) or ("" if refuted else _missing_trace(finding))
    if reason:
        return Truth.UNDECIDED, reason
    return (Truth.FAILS if refuted else Truth.HOLDS), ""


def judged_again(finding: Finding) -> tuple[Truth, str]:
    """The same, once the stand-alone verifier has accepted every witness as it stands in the record."""
    for witness in finding["witnesses"]:
        try:
            verify.verify(witness)
        except verify.WitnessError as error:
            return Truth.UNDECIDED, f"the verifier refuses a witness of the record, {witness['says']!r}: {error}"
    return outcome_of(finding)


_UNSHOWN = "is false, which refutes only with an exact counterexample (evidence.refute)"


def _open_fact(facts: Sequence[Fact]) -> str:
    for fact in facts:
        if fact["truth"] is not True:
            state = "could not be decided" if fact["truth"] is None else _UNSHOWN
            seen = f": {statistics.describe(fact['trials'])}" if "trials" in fact else ""
            return f"{fact['says']!r} {state}{seen}"
    return ""


def _missing_trace(finding: Finding) -> str:
    by = finding["by"]
    if not finding["facts"]:
        return "the check recorded no fact"
    if by == "symbolic" and not finding["witnesses"]:
        return "by='symbolic' without a certificate: record one with evidence.certify"
    if by == "kernel" and "kernel" not in finding:
        return "by='kernel' without a theorem: record one with evidence.prove"
    if by == "formal" and not any(witness["kind"] in DECIDING for witness in finding["witnesses"]):
        return "by='formal' without a decision: record one with evidence.derive or the like"
    if METHODS[by] is Strength.SUPPORTED and not finding["cases"]:
        return f"by={by!r} without a number of cases: record it with evidence.count"
    return ""
