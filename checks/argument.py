"""Proofs as named linear implications: certify them all, or weaken one for a sabotage."""

from __future__ import annotations

from checks.evidence import Evidence
from checks.implication import Implication

Argument = dict[str, Implication]
"""What each step says, and the implication."""


def certify(evidence: Evidence, argument: Argument) -> None:
    """Record the Farkas certificate of every step."""
    for says, step in argument.items():
        evidence.certify(step.proof(says))


def without(argument: Argument, step: int, *dropped: int) -> Argument:
    """The same argument with some hypotheses of its step number ``step`` left out."""
    says = list(argument)[step]
    return {**argument, says: argument[says].without(*dropped)}
