"""How strong a finding is: computed from what was recorded and from the statement that it is about, never typed."""

from __future__ import annotations

from collections.abc import Sequence

from checks.formal import Covers
from checks.ledger import Statement
from checks.records import Finding, Witness
from checks.verdict import METHODS, Strength, Truth
from checks.verify import DECIDING, REFUTING


def strength_of(finding: Finding, statement: Statement) -> Strength:
    """The strength of one check's finding.

    *Machine-checked*: a witness decides the statement's own formal text, without lemmas; a refutation may be one of a
    special case. *Kernel-checked*: a proof assistant's kernel accepted the ledger's theorem, and that covers the
    statement. *Cited*: nothing was recorded but theorems of the literature. *Argued*: there is a written proof, or, for
    what fails, a note. All else is *supported*, as is what was found by looking at cases.
    """
    if METHODS[finding["by"]] is Strength.SUPPORTED:
        return Strength.SUPPORTED
    if finding["by"] == "kernel":
        return Strength.KERNEL_CHECKED if proved(finding, statement) else Strength.ARGUED
    if decides(finding["witnesses"], statement, Truth(finding["outcome"])):
        return Strength.MACHINE_CHECKED
    if finding["facts"] and not finding["witnesses"] and all("source" in fact for fact in finding["facts"]):
        return Strength.CITED
    written = statement.note if finding["outcome"] == Truth.FAILS else statement.proof
    return Strength.ARGUED if written else Strength.SUPPORTED


def proved(finding: Finding, statement: Statement) -> bool:
    """Whether the theorem that the kernel accepted is the ledger's, and settles the statement."""
    text, proof = statement.kernel, finding.get("kernel")
    return bool(
        text and proof and text.decides and (proof["theorem"], proof["statement"]) == (text.theorem, text.statement)
    )


def decides(witnesses: Sequence[Witness], statement: Statement, truth: Truth) -> bool:
    """Whether one of the witnesses decides the statement from end to end."""
    formal = statement.formal
    if formal is None:
        return False
    kinds = REFUTING if truth is Truth.FAILS else DECIDING
    reaches = formal.covers is not Covers.PART if truth is Truth.FAILS else formal.covers is Covers.STATEMENT
    rests = truth is not Truth.FAILS and bool(formal.text.get("lemmas"))
    return reaches and not rests and any(w["kind"] in kinds and w.get("formal") == formal.text for w in witnesses)
