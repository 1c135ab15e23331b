"""What a statement, a verdict and a ledger are.

A verdict has two axes. *Truth*: does the statement hold? *Strength*: proved, or supported by cases? Both are computed
from evidence (`judge`); the ledger only says what is expected, and a run is green when the two agree.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checks.files import read_utf8
from checks.verdict import Strength, Truth, Verdict


class LedgerError(ValueError):
    """The ledger contradicts itself: names the file, the statement and the mend."""


@dataclass(frozen=True)
class Statement:
    """One entry of the ledger.

    ``statement``, ``hypotheses``, ``note`` and ``proof`` are typst markup in our own words; ``amends`` names the
    statement that this one is the corrected form of.
    """

    id: str
    where: str
    title: str
    statement: str
    expected: Verdict
    hypotheses: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    amends: str | None = None
    note: str = ""
    proof: str = ""


@dataclass(frozen=True)
class Ledger:
    """The statements of one paper, in the order of the ledger's files, and the paper's own data."""

    paper: Mapping[str, Any]
    statements: Mapping[str, Statement] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Statement]:
        return iter(self.statements.values())

    def __getitem__(self, identifier: str) -> Statement:
        return self.statements[identifier]

    def __contains__(self, identifier: object) -> bool:
        return identifier in self.statements

    def amendments(self, identifier: str) -> list[Statement]:
        """The corrected forms of a statement."""
        return [entry for entry in self if entry.amends == identifier]

    def foundations(self, identifier: str) -> set[str]:
        """Everything that a statement rests on, itself excluded."""
        reached: set[str] = set()
        waiting = list(self[identifier].depends_on)
        while waiting:
            current = waiting.pop()
            if current not in reached:
                reached.add(current)
                waiting.extend(self[current].depends_on)
        return reached


def load_ledger(path: Path) -> Ledger:
    """Read a ledger: one TOML file, or a folder of them read in the order of their names.

    Each file may hold a table ``paper`` and any number of tables ``statement``.

    Raises:
        LedgerError: an entry is malformed, an id stands twice or is unknown, a refuted statement has no amended form.
    """
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not files or not all(file.is_file() for file in files):
        raise LedgerError(f"claims_ledger: {path} holds no ledger; give a .toml file or a folder of them")
    paper: dict[str, Any] = {}
    statements: dict[str, Statement] = {}
    for file in files:
        content = _parse(file)
        paper.update(content.get("paper", {}))
        for entry in content.get("statement", []):
            statement = _statement(entry, file)
            if statement.id in statements:
                raise LedgerError(f"{file.name}: the id {statement.id!r} stands twice; give each statement its own")
            statements[statement.id] = statement
    if not statements:
        raise LedgerError(f"claims_ledger: {path} holds no statement; add a [[statement]] table")
    ledger = Ledger(paper, statements)
    _check_consistency(ledger)
    return ledger


def _parse(file: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(read_utf8(file))
    except (ValueError, RecursionError) as error:
        raise LedgerError(f"{file.name}: not valid TOML: {error}") from error
    unknown = set(content) - {"paper", "statement"}
    paper, entries = content.get("paper", {}), content.get("statement", [])
    if unknown or not isinstance(paper, dict) or not _is_list_of(dict, entries):
        raise LedgerError(f"{file.name}: misplaced {sorted(unknown) or 'tables'}; use [paper] and [[statement]]")
    try:
        json.dumps(paper, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise LedgerError(f"{file.name}: paper: {error}; write dates as text") from error
    for fault in paper_faults(paper):
        raise LedgerError(f"{file.name}: {fault}")
    return content


def paper_faults(paper: Mapping[str, Any]) -> Iterator[str]:
    """What of a paper's own data cannot be printed, a line for each."""
    for key in ("title", "url", "version", "sha256", "notation"):
        if not isinstance(paper.get(key, ""), str):
            yield f"paper.{key} must be a text"
    if not _is_list_of(str, paper.get("authors", [])):
        yield "paper.authors must be a list of texts"


def is_id(text: str) -> bool:
    """Whether a statement may have that id: ids name files and stand in comma-separated lists."""
    return bool(_ID.fullmatch(text))


def _is_list_of(kind: type, value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


_REQUIRED = ("id", "where", "title", "statement", "expected")
_LISTS = ("hypotheses", "depends_on")
_KEYS = (*_REQUIRED, *_LISTS, "strength", "amends", "note", "proof")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def _statement(entry: Mapping[str, Any], file: Path) -> Statement:
    place = f"{file.name}: statement {entry.get('id', '?')!r}"
    missing = [key for key in _REQUIRED if key not in entry]
    unknown = [key for key in entry if key not in _KEYS]
    if missing or unknown:
        raise LedgerError(f"{place}: missing {missing}, unknown {unknown}; the keys are {list(_KEYS)}")
    for key, value in entry.items():
        if not (_is_list_of(str, value) if key in _LISTS else isinstance(value, str)):
            raise LedgerError(f"{place}: {key} = {value!r}; give {'a list of texts' if key in _LISTS else 'a text'}")
    if not is_id(entry["id"]):
        raise LedgerError(f"{place}: use letters, digits, '.', '_' and '-' in an id, a letter or digit first")
    return Statement(
        id=entry["id"],
        where=entry["where"],
        title=entry["title"],
        statement=entry["statement"].strip(),
        expected=_expected(entry, place),
        hypotheses=tuple(entry.get("hypotheses", ())),
        depends_on=tuple(entry.get("depends_on", ())),
        amends=entry.get("amends"),
        note=entry.get("note", "").strip(),
        proof=entry.get("proof", "").strip(),
    )


def _expected(entry: Mapping[str, Any], place: str) -> Verdict:
    truth, strength = entry["expected"], entry.get("strength")
    if truth not in list(Truth):
        raise LedgerError(f"{place}: expected = {truth!r}; use one of {[str(value) for value in Truth]}")
    if truth == Truth.UNDECIDED:
        return Verdict(Truth.UNDECIDED)
    if strength not in list(Strength):
        raise LedgerError(f"{place}: strength = {strength!r}; use one of {[str(value) for value in Strength]}")
    return Verdict(Truth(truth), Strength(strength))


def _check_consistency(ledger: Ledger) -> None:
    for entry in ledger:
        references = [*entry.depends_on, *([entry.amends] if entry.amends else [])]
        unknown = [identifier for identifier in references if identifier not in ledger]
        if unknown:
            raise LedgerError(f"statement {entry.id!r} refers to {unknown}, which the ledger does not hold")
        if entry.amends == entry.id:
            raise LedgerError(f"statement {entry.id!r} amends itself; name the statement that it corrects")
        if entry.id in ledger.foundations(entry.id):
            raise LedgerError(f"statement {entry.id!r} depends on itself; break the circle in depends_on")
        if entry.expected.truth is Truth.FAILS and not ledger.amendments(entry.id):
            raise LedgerError(f"statement {entry.id!r} is refuted but nothing amends it; add its corrected form")
