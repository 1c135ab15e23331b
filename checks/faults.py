"""What kind of fault a refuted statement shows, and which of them are one fault seen in several places.

Eighty refuted statements are not eighty faults of a paper: a step fails, and with it the proposition and the table
that repeat it. The ledger says which (``same_fault``) and how grave it is (``fault``); both are judgements of a
reader of the paper, unlike verdicts, which are computed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """The grades, the gravest first."""

    FALSE = "false"
    GAP = "gap"
    DEGENERATE = "degenerate"
    MISPRINT = "misprint"
    READING = "reading"


MEANINGS: Mapping[Fault, str] = {
    Fault.FALSE: "what the paper asserts, in a theorem, a table or its text, is false",
    Fault.GAP: "a step of a proof fails; what it is to prove may stand",
    Fault.DEGENERATE: "it fails in a trivial or degenerate case only, which nothing excludes",
    Fault.MISPRINT: "a formula is misprinted; what is meant is plain",
    Fault.READING: "it fails under a reading that the text does not force",
}


@dataclass(frozen=True)
class DistinctFault:
    """One fault: ``refuted`` holds all the statements that it refutes, ``id`` first.

    ``hanging`` holds the statements that depend on these or amend them, however indirectly, in the order of the ledger.
    """

    grade: Fault
    refuted: tuple[str, ...]
    hanging: tuple[str, ...]

    @property
    def id(self) -> str:
        """The statement that stands for all."""
        return self.refuted[0]


def distinct_faults(
    refuted: Mapping[str, tuple[Fault, str | None]], grounds: Mapping[str, Collection[str]]
) -> list[DistinctFault]:
    """Each fault once: by grade, then those on which most statements hang, then in the order of ``refuted``.

    Args:
        refuted: for each refuted statement its grade and the statement with which it is counted, or None.
        grounds: for each statement what it depends on and what it amends.

    >>> step, claim = (Fault.FALSE, None), (Fault.FALSE, "step")
    >>> grounds = {"step": [], "claim": ["step"], "mended": ["claim"], "slip": []}
    >>> for fault in distinct_faults({"slip": (Fault.MISPRINT, None), "step": step, "claim": claim}, grounds):
    ...     print(fault.grade, fault.refuted, fault.hanging)
    false ('step', 'claim') ('mended',)
    misprint ('slip',) ()
    """
    groups: dict[str, list[str]] = {}
    for name, (_, same) in refuted.items():
        groups.setdefault(same or name, []).append(name)
    found = [_fault(first, group, refuted, grounds) for first, group in groups.items()]
    order = list(Fault)
    return sorted(found, key=lambda fault: (order.index(fault.grade), -len(fault.hanging)))


def _fault(
    first: str,
    group: Sequence[str],
    refuted: Mapping[str, tuple[Fault, str | None]],
    grounds: Mapping[str, Collection[str]],
) -> DistinctFault:
    names = sorted(group, key=lambda name: name != first)
    return DistinctFault(refuted[names[0]][0], tuple(names), _hanging(names, grounds))


def _hanging(names: Collection[str], grounds: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    reached, waiting = set(names), list(names)
    while waiting:
        current = waiting.pop()
        above = [name for name, below in grounds.items() if current in below and name not in reached]
        reached.update(above)
        waiting.extend(above)
    return tuple(name for name in grounds if name in reached and name not in names)


def tally(faults: Collection[DistinctFault]) -> str:
    """How many faults there are, and of which grades, the gravest first.

    >>> tally([DistinctFault(Fault.GAP, ("a",), ()), DistinctFault(Fault.FALSE, ("b", "c"), ())])
    '2 distinct faults: 1 false, 1 gap'
    """
    numbers = Counter(fault.grade for fault in faults)
    grades = ", ".join(f"{numbers[grade]} {grade}" for grade in Fault if numbers[grade])
    return f"{len(faults)} distinct faults: {grades}" if faults else "no faults"
