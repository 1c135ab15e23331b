"""Verdicts: what is found, how strongly, by which methods, and what several findings come to together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Truth(StrEnum):
    """Does the statement hold as worded?"""

    HOLDS = "holds"
    FAILS = "fails"
    UNDECIDED = "undecided"


class Strength(StrEnum):
    """How strong is the evidence for the truth value?"""

    MACHINE_CHECKED = "machine-checked"  # its formal text is decided from end to end
    KERNEL_CHECKED = "kernel-checked"  # a proof assistant's kernel accepts a proof of its formal statement
    ARGUED = "argued"  # a written proof, with certified steps
    CITED = "cited"  # a theorem of the literature carries it
    SUPPORTED = "supported"  # by cases: samples, search, training


METHODS: Mapping[str, Strength] = {
    "formal": Strength.MACHINE_CHECKED,  # the ledger's formal text is decided
    "kernel": Strength.KERNEL_CHECKED,  # a theorem that the kernel of a proof assistant accepts
    "symbolic": Strength.MACHINE_CHECKED,  # polynomial identities and linear implications, re-checked exactly
    "exact": Strength.MACHINE_CHECKED,  # exact rational computation
    "interval": Strength.MACHINE_CHECKED,  # certified enclosures
    "enumeration": Strength.MACHINE_CHECKED,  # every one of finitely many cases
    "examples": Strength.SUPPORTED,  # property-based search
    "samples": Strength.SUPPORTED,  # sampled inputs
    "training": Strength.SUPPORTED,  # trained networks
}
"""The ways a check may reach its verdict, and how strong each can be at best; see `checks.strength`."""


def truth_of(value: Any) -> bool | None:
    """True, False or None; numpy's and torch's truth values are taken for Python's.

    Raises:
        ValueError: the value is anything else: its truthiness is not what a fact means.

    >>> truth_of(1 < 2), truth_of(None)
    (True, None)
    """
    plain = value.item() if getattr(value, "shape", None) == () else value
    if plain is None or isinstance(plain, bool):
        return plain
    raise ValueError(f"truth={value!r}: give True, False, or None where it could not be decided")


class ConflictError(ValueError):
    """Two pieces of evidence for one statement contradict each other: an error, never a vote."""


@dataclass(frozen=True)
class Verdict:
    """A computed verdict: ``strength`` is None exactly when the truth is undecided, and then ``reason`` says why.

    >>> str(Verdict(Truth.FAILS, Strength.ARGUED)), str(Verdict(Truth.UNDECIDED, reason="it stopped"))
    ('fails, argued', 'undecided')
    """

    truth: Truth
    strength: Strength | None = None
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.truth}, {self.strength}" if self.strength else str(self.truth)


def judge(outcomes: Iterable[tuple[Truth, Strength, str]]) -> Verdict:
    """The verdict that the outcomes ``(truth, strength, reason)`` of a statement's checks amount to.

    One open check leaves the statement open: a check that stopped may have met the contrary of what another shows.

    >>> str(judge([(Truth.HOLDS, Strength.SUPPORTED, ""), (Truth.HOLDS, Strength.ARGUED, "")]))
    'holds, argued'
    >>> judge([(Truth.HOLDS, Strength.ARGUED, ""), (Truth.UNDECIDED, Strength.SUPPORTED, "it stopped")]).reason
    'it stopped'

    Raises:
        ConflictError: one outcome says holds and another says fails.
    """
    outcomes = list(outcomes)
    truths = {truth for truth, _, _ in outcomes}
    if {Truth.HOLDS, Truth.FAILS} <= truths:
        raise ConflictError("one check says that it holds and another that it fails")
    if len(truths) != 1 or Truth.UNDECIDED in truths:
        reasons = "; ".join(reason for truth, _, reason in outcomes if truth is Truth.UNDECIDED and reason)
        return Verdict(Truth.UNDECIDED, None, reasons or "no evidence")
    strengths = {strength for _, strength, _ in outcomes}
    return Verdict(truths.pop(), min(strengths, key=list(Strength).index))
