"""One statement of a ledger, and the names that statements and papers may have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checks.faults import Fault
from checks.formal import Formal
from checks.kernel.text import KernelText
from checks.verdict import Verdict


class LedgerError(ValueError):
    """The ledger contradicts itself: names the file, the statement and the mend."""


@dataclass(frozen=True)
class Statement:
    """One entry of the ledger.

    ``statement``, ``hypotheses``, ``note`` and ``proof`` are typst markup in our own words; ``amends`` names the
    statement that this one is the corrected form of. ``fault`` grades a refuted statement, and no other;
    ``same_fault`` names the refuted statement with which its fault is counted. ``depends_on`` holds what the entry
    names there and, ``automatic`` ones, what its proof names in backticks beside.

    >>> from checks.verdict import Strength, Truth
    >>> Statement("eq-1", "Section 1", "Zero", "$0 = 1$", Verdict(Truth.FAILS, Strength.ARGUED)).hypotheses
    ()
    """

    id: str
    where: str
    title: str
    statement: str
    expected: Verdict
    hypotheses: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    amends: str | None = None
    fault: Fault | None = None
    same_fault: str | None = None
    note: str = ""
    proof: str = ""
    formal: Formal | None = None
    kernel: KernelText | None = None
    automatic: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """All that is said of it: the statement first, what the formal text says last."""
        says = tuple(text.says for text in (self.formal, self.kernel) if text)
        return (self.statement, *self.hypotheses, self.note, self.proof, *says)


_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def is_id(text: str) -> bool:
    """Whether a statement may have that id: ids name files and stand in comma-separated lists."""
    return bool(_ID.fullmatch(text))


def paper_faults(paper: Mapping[str, Any]) -> Iterator[str]:
    """What of a paper's own data cannot be printed, a line for each."""
    for key in ("name", "title", "url", "version", "sha256", "notation", "repository"):
        if not isinstance(paper.get(key, ""), str):
            yield f"paper.{key} must be a text"
        elif key == "name" and "name" in paper and not is_id(paper["name"]):
            yield f"paper.name = {paper['name']!r}: use letters, digits, '.', '_' and '-', a letter or digit first"
    yield from _macro_faults(paper.get("macros", {}))
    for key in ("authors", "examiners"):
        if not is_list_of(str, paper.get(key, [])):
            yield f"paper.{key} must be a list of texts"


def _macro_faults(macros: Any) -> Iterator[str]:
    if not isinstance(macros, Mapping):
        yield 'paper.macros must be a table: NAME = "typst code"'
        return
    for name, code in macros.items():
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", name):
            yield f"paper.macros: {name!r}: use letters, digits and '-' in a name, a letter first"
        if not isinstance(code, str):
            yield f"paper.macros: {name} = {code!r}: give typst code as a text, such as 'math.op(\"Lip\")' or '$bb(R)$'"


def is_list_of(kind: type, value: Any) -> bool:
    """Whether a value is a list of such."""
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)
