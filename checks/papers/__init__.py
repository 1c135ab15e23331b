"""The papers that are checked, a folder each: its ledger, its checks by section, its own helpers and figures.

Papers elsewhere are known to `checks.registry`, too.
"""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).resolve().parent

DEFAULT = "many_faces"
"""The paper that a function here is about when none is named."""


def papers() -> list[str]:
    """The names of the papers in this folder.

    >>> papers()
    ['folklore', 'many_faces']
    """
    return sorted(ledger.parent.name for ledger in _FOLDER.glob("*/ledger"))


def ledger_of(paper: str = DEFAULT) -> Path:
    """The folder of a paper's ledger.

    Raises:
        ValueError: there is no such paper.
    """
    if paper not in papers():
        raise ValueError(f"paper={paper!r}: choose one of {', '.join(papers())}")
    return _FOLDER / paper / "ledger"


def inventory_of(paper: str = DEFAULT) -> Path:
    """The folder of a paper's inventory; it need not exist.

    Raises:
        ValueError: there is no such paper.
    """
    return ledger_of(paper).parent / "inventory"
