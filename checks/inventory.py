"""What a paper asserts, sentence by sentence, and which statements of the ledger judge it.

An inventory is a folder of TOML files, each with tables ``section``: a ``name``, the number of its ``sentences``, and
its ``assertions``. An assertion says where it stands (``at``: a sentence's number, several, or the name of an item such
as a caption), in short what it says, and the ``statements`` that judge it; or of which ``kind`` it is, where there is
nothing to check, and ``why``. One with neither is unchecked.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checks.ledger import Ledger

KINDS: Mapping[str, str] = {
    "definition": "fixes a word or a sign",
    "intention": "says what the authors want or will do",
    "outlook": "an opinion, a hope or an open question",
    "account": "says what the authors did, which only their programs and logs could show",
    "citation-only": "reports what others did, showed or believe; nothing in the paper rests on it",
}
"""Why there can be nothing to check."""


class InventoryError(ValueError):
    """The inventory is malformed: names the file, the entry and the mend."""


@dataclass(frozen=True)
class Assertion:
    """One thing that the paper asserts, in our own words.

    ``at`` holds the numbers of its sentences within the section, or is the name of an item. Either ``statements`` are
    named, or a ``kind`` with ``why``; neither: nobody has checked it, and ``why`` may say what is in the way.
    """

    section: str
    at: tuple[int, ...] | str
    says: str
    statements: tuple[str, ...] = ()
    kind: str = ""
    why: str = ""

    @property
    def place(self) -> str:
        """Where it stands, such as ``Section 2.2, sentence 6``."""
        if isinstance(self.at, str):
            return f"{self.section}, {self.at}"
        word = "sentence" if len(self.at) == 1 else "sentences"
        return f"{self.section}, {word} {', '.join(map(str, self.at))}"

    @property
    def unchecked(self) -> bool:
        """Whether neither a statement judges it nor a kind excuses it."""
        return not (self.statements or self.kind)


@dataclass(frozen=True)
class Section:
    """A section, the number of its sentences, and what they assert."""

    name: str
    sentences: int
    assertions: tuple[Assertion, ...]


@dataclass(frozen=True)
class Inventory:
    """The sections of one paper, in the order of the files."""

    sections: tuple[Section, ...]

    def __iter__(self) -> Iterator[Assertion]:
        return (assertion for section in self.sections for assertion in section.assertions)

    def unchecked(self) -> list[Assertion]:
        """The assertions that no statement judges and no kind excuses."""
        return [assertion for assertion in self if assertion.unchecked]


def load_inventory(folder: Path) -> Inventory:
    """Read a folder of TOML files in the order of their names.

    Raises:
        InventoryError: no file, or an entry is malformed; or a sentence of a section has no entry.
    """
    files = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    if not files:
        raise InventoryError(f"inventory: {folder} holds no .toml file; add one with tables [[section]]")
    sections = [section for file in files for section in _sections(file)]
    names = [section.name for section in sections]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InventoryError(f"inventory: the sections {twice} stand twice; give each its own table")
    return Inventory(tuple(sections))


def _sections(file: Path) -> Iterator[Section]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InventoryError(f"{file.name}: not valid TOML: {reason}") from error
    tables = content.get("section", [])
    if set(content) != {"section"} or not _is_list_of(dict, tables):
        raise InventoryError(f"{file.name}: has {sorted(content)}; use tables [[section]] and nothing else")
    for table in tables:
        yield _section(table, file.name)


def _section(table: Mapping[str, Any], file: str) -> Section:
    place = f"{file}: section {table.get('name')!r}"
    if set(table) != {"name", "sentences", "assertions"}:
        raise InventoryError(f"{place}: has the keys {sorted(table)}; the keys are name, sentences, assertions")
    name, sentences, entries = table["name"], table["sentences"], table["assertions"]
    if not isinstance(name, str) or not name:
        raise InventoryError(f"{place}: give a name")
    if not _is_count(sentences) or not _is_list_of(dict, entries):
        raise InventoryError(f"{place}: give the number of sentences, 0 or more, and a list of assertions")
    assertions = tuple(_assertion(entry, name, sentences, f"{place}, entry {i}") for i, entry in enumerate(entries, 1))
    covered = {number for assertion in assertions if isinstance(assertion.at, tuple) for number in assertion.at}
    missing = sorted(set(range(1, sentences + 1)) - covered)
    if missing:
        raise InventoryError(f"{place}: the sentences {missing} have no entry; add them")
    return Section(name, sentences, assertions)


_KEYS = ("at", "says", "statements", "kind", "why")


def _assertion(entry: Mapping[str, Any], section: str, sentences: int, place: str) -> Assertion:
    unknown, missing = set(entry) - set(_KEYS), {"at", "says"} - set(entry)
    if unknown or missing:
        raise InventoryError(
            f"{place}: missing {sorted(missing)}, unknown {sorted(unknown)}; the keys are {list(_KEYS)}"
        )
    texts = {key: entry.get(key, "") for key in ("says", "kind", "why")}
    for key, value in texts.items():
        if not isinstance(value, str) or (key == "says" and not value.strip()):
            raise InventoryError(f"{place}: {key} = {value!r}; give a text")
    statements = entry.get("statements", [])
    if not _is_list_of(str, statements) or ("statements" in entry and not statements):
        raise InventoryError(f"{place}: statements = {statements!r}; give a list of ids, or leave it out")
    if len(set(statements)) < len(statements):
        raise InventoryError(f"{place}: an id stands twice in {statements}")
    assertion = Assertion(section, _at(entry["at"], sentences, place), statements=tuple(statements), **texts)
    if assertion.kind and assertion.kind not in KINDS:
        raise InventoryError(f"{place}: kind = {assertion.kind!r}; use one of {list(KINDS)}")
    if assertion.kind and (assertion.statements or not assertion.why):
        raise InventoryError(f"{place}: of the kind {assertion.kind!r}: say why, and name no statements")
    return assertion


def _at(value: Any, sentences: int, place: str) -> tuple[int, ...] | str:
    if isinstance(value, str) and value.strip():
        return value
    numbers = value if isinstance(value, list) and value else [value]
    if not all(_is_count(number) and 1 <= number <= sentences for number in numbers):
        raise InventoryError(f"{place}: at = {value!r}; give an item's name or numbers of sentences, 1 to {sentences}")
    return tuple(numbers)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_list_of(kind: type, value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


@dataclass(frozen=True)
class Differences:
    """Where an inventory and a ledger do not fit together.

    Attributes:
        unknown: places of assertions, with an id that the ledger does not hold.
        unnamed: statements that no assertion names and that amend, directly or not, none that is named.
    """

    unknown: tuple[tuple[str, str], ...]
    unnamed: tuple[str, ...]


def compare(inventory: Inventory, ledger: Ledger) -> Differences:
    """Both ways: ids that are not in the ledger, and statements of it that no assertion leads to."""
    unknown = tuple((entry.place, name) for entry in inventory for name in entry.statements if name not in ledger)
    named = {identifier for assertion in inventory for identifier in assertion.statements}
    unnamed = tuple(entry.id for entry in ledger if not _led_to(entry.id, named, ledger))
    return Differences(unknown, unnamed)


def _led_to(identifier: str, named: set[str], ledger: Ledger) -> bool:
    seen: set[str] = set()
    current: str | None = identifier
    while current is not None and current not in seen:
        if current in named:
            return True
        seen.add(current)
        current = ledger[current].amends
    return False
