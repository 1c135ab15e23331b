"""The theorem that a ledger sets beside a statement, as Rocq prints it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from checks.formal import Covers


@dataclass(frozen=True)
class KernelText:
    """What the kernel is to have proved.

    Attributes:
        theorem: its file and its name, as ``Frontier.prop_1_sign``.
        statement: as Rocq prints it back.
        covers: what it says of the statement beside it.
        refutes: whether it is a refutation, of the statement or of a special case.
        says: what its names mean and what is missing, in typst markup.
    """

    theorem: str
    statement: str
    covers: Covers = Covers.STATEMENT
    refutes: bool = False
    says: str = field(default="")

    @property
    def decides(self) -> bool:
        """Whether the theorem settles the statement: all of it, or for a refutation a special case."""
        return self.covers is not Covers.PART if self.refutes else self.covers is Covers.STATEMENT


_THEOREM = re.compile(r"[A-Z]\w*\.[a-z]\w*")
_KEYS = {"theorem": str, "statement": str, "covers": str, "refutes": bool, "says": str}


def theorem_of(identifier: str) -> str:
    """The name of the theorem for a statement's id.

    >>> theorem_of("prop-1.sign")
    'prop_1_sign'
    """
    return re.sub(r"[.-]", "_", identifier)


def read_kernel(table: Any) -> KernelText:
    """The table ``kernel`` of a statement.

    Raises:
        ValueError: it is none.

    >>> read_kernel({"theorem": "sums", "statement": "1 = 1"})
    Traceback (most recent call last):
        ...
    ValueError: kernel: theorem = 'sums'; give a file and a name, such as 'Sums.one_is_one'
    """
    if not isinstance(table, dict) or not all(isinstance(value, _KEYS.get(key, ())) for key, value in table.items()):
        raise ValueError(
            f"kernel must be a table of {', '.join(_KEYS)}; refutes is true or false, the others are texts"
        )
    theorem, statement = table.get("theorem", ""), table.get("statement", "").strip()
    if not _THEOREM.fullmatch(theorem):
        raise ValueError(f"kernel: theorem = {theorem!r}; give a file and a name, such as 'Sums.one_is_one'")
    if not statement:
        raise ValueError("kernel: no statement; give the theorem as Rocq prints it")
    covers = table.get("covers", str(Covers.STATEMENT))
    if covers not in list(Covers):
        raise ValueError(f"kernel: covers = {covers!r}; use one of {[str(each) for each in Covers]}")
    return KernelText(theorem, statement, Covers(covers), table.get("refutes", False), table.get("says", "").strip())
