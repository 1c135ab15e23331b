"""The papers that are checked, a folder each: its ledger, its checks by section, its own helpers and figures.

A package elsewhere brings a paper by an entry point of the group `GROUP`: its value is the package whose folder holds
``ledger`` or ``ledger.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent

DEFAULT = "many_faces"
"""The paper that a command is about when it names none."""

GROUP = "manyfaces.papers"


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


def installed_ledgers() -> list[Path]:
    """The ledgers of all papers that are installed: those of this folder, and those that other packages bring."""
    return [*map(ledger_of, papers()), *_brought()]


def _brought() -> Iterator[Path]:
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            spec = find_spec(point.value)
        except (ImportError, ValueError):
            continue
        for folder in (spec.submodule_search_locations or []) if spec else []:
            yield from (place for name in ("ledger", "ledger.toml") if (place := Path(folder, name)).exists())


def inventory_of(paper: str = DEFAULT) -> Path:
    """The folder of a paper's inventory; it need not exist.

    Raises:
        ValueError: there is no such paper.
    """
    return ledger_of(paper).parent / "inventory"
