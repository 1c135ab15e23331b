"""Proofs as named linear implications: certify them all, or weaken one for a sabotage."""

from __future__ import annotations

from checks.evidence import Evidence
from checks.implication import Implication

Argument = dict[str, Implication]
"""What each step says, and the implication."""


def certify(evidence: Evidence, argument: Argument) -> None:
    """Record the Farkas certificate of every step.

    Raises:
        NotImplied, ArithmeticError: as `checks.implication.linear`.

    >>> record = Evidence("eq-1", by="symbolic")
    >>> certify(record, {"order is transitive": Implication(("a <= b", "b <= c"), "a <= c")})
    >>> record.outcome()[0].value, record.witnesses[0]["multipliers"]
    ('holds', ['1', '1'])
    """
    for says, step in argument.items():
        evidence.certify(step.proof(says))


def without(argument: Argument, step: int, *dropped: int) -> Argument:
    """The same argument with some hypotheses of its step number ``step`` left out, both counted from 0.

    Raises:
        IndexError: there is no such step.

    >>> without({"order is transitive": Implication(("a <= b", "b <= c"), "a <= c")}, 0, 1)
    {'order is transitive': Implication(hypotheses=('a <= b',), goal='a <= c')}
    """
    says = list(argument)[step]
    return {**argument, says: argument[says].without(*dropped)}
