"""The kinds of figures that a paper draws itself: which there are, and how its functions are reached.

A claims document names them, but is data from anywhere: what is imported is what the ledger of an installed paper
names, or a ledger that the reader has given.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from checks.ledger import Ledger, LedgerError, load_ledger
from checks.registry import installed

Draw = Callable[[Mapping[str, Any]], bytes]


class Place(NamedTuple):
    """Where a kind is drawn: ``module:function``, and a folder to find the module in where Python's path has none."""

    name: str
    folder: str


def own_kinds(paper: Mapping[str, Any], ledger: Path | None = None) -> dict[str, Place]:
    """The kinds that a document's paper brings, from its own ledger: the installed one of its title, or the given one.

    Raises:
        ValueError: the given ledger is of another paper.
    """
    found = own_ledger(paper, ledger)
    return _kinds(*found) if found else {}


def own_ledger(paper: Mapping[str, Any], ledger: Path | None = None) -> tuple[Ledger, Path] | None:
    """The ledger of a document's paper and its place: the installed one of its title, or the given one.

    Raises:
        ValueError: the given ledger is of another paper.
    """
    title = paper.get("title")
    if ledger is not None:
        found = load_ledger(ledger)
        if found.paper.get("title") != title:
            raise ValueError(f"{ledger}: is of {found.paper.get('title')!r}, these claims are of {title!r}")
        return found, ledger
    for known in installed() if title else []:
        found_there = _loaded(known.ledger)
        if found_there is not None and found_there.paper.get("title") == title:
            return found_there, known.ledger
    return None


def declared(paper: Mapping[str, Any]) -> set[str]:
    """The kinds that a document says its paper brings."""
    kinds = paper.get("figures")
    return set(kinds) if isinstance(kinds, Mapping) else set()


def function_of(place: Place) -> Draw:
    """The function of that place.

    Raises:
        ImportError: there is none, or another module of that name hides it.
    """
    name, _, function = place.name.partition(":")
    if place.folder not in sys.path:
        sys.path.append(place.folder)
    try:
        module = import_module(name)
    except SyntaxError as error:
        raise ImportError(f"{name}: {error}") from error
    meant = Path(place.folder, *name.split(".")).with_suffix(".py")
    if meant.is_file() and not meant.samefile(module.__file__ or meant):
        raise ImportError(f"{name} is {module.__file__}, not {meant}; give the module a name of its own")
    if not callable(found := getattr(module, function, None)):
        raise ImportError(f"{name} has no function {function}")
    draw: Draw = found
    return draw


def _kinds(ledger: Ledger, path: Path) -> dict[str, Place]:
    folder = path.absolute().parent
    while (folder / "__init__.py").is_file():
        folder = folder.parent
    return {kind: Place(name, str(folder)) for kind, name in ledger.paper.get("figures", {}).items()}


def _loaded(path: Path) -> Ledger | None:
    """A ledger of another package; a broken one is for those who run its checks."""
    try:
        return load_ledger(path)
    except LedgerError:
        return None
