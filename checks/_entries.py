"""The files of a ledger: what stands in each, and where; a message names the file, the line and the mend."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from checks.faults import Fault
from checks.files import parse_toml, read_utf8
from checks.formal import Formal, read_formal
from checks.kernel.text import KernelText, read_kernel
from checks.latex import typst_for
from checks.statement import LedgerError, Statement, is_id, is_list_of, paper_faults
from checks.verdict import Strength, Truth, Verdict

PLACE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
"""Where a paper draws a figure of its own: ``module:function``."""


_REMEMBERED = 256
"""Files whose entries are kept; chosen, many more than the ledgers of a paper and of those below it have."""


class Entry(NamedTuple):
    """A statement, and the place of its table: file, line and id."""

    statement: Statement
    place: str


def read_file(file: Path) -> tuple[dict[str, Any], list[Entry]]:
    """What a file says of its paper, and its statements.

    Raises:
        LedgerError: it is malformed.
    """
    try:
        text = read_utf8(file)
    except ValueError as error:
        raise _not_toml(file, error) from error
    paper, entries = _read(file, text)
    return deepcopy(paper), list(entries)


@lru_cache(maxsize=_REMEMBERED)
def _read(file: Path, text: str) -> tuple[dict[str, Any], list[Entry]]:
    """Remembered: most programs read the same ledger several times, and its formal texts take a third of a second."""
    content, lines = _parse(file, text)
    tables = content.get("statement", [])
    starts = _tables(lines) if len(_tables(lines)) == len(tables) else []
    ends = [*starts[1:], len(lines)]
    entries = []
    for number, table in enumerate(tables):
        own = range(starts[number], ends[number]) if starts else range(0)
        entries.append(_entry(table, _Table(file, lines, own, table.get("id", "?"))))
    return content.get("paper", {}), entries


class _Table(NamedTuple):
    """Where the table of a statement stands; span: its lines, counted from 0, or nothing if they are not known."""

    file: Path
    lines: list[str]
    span: range
    id: Any

    def at(self, key: str = "id") -> str:
        """The place of a key, or of the table where it has no line of its own."""
        starts = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[.=]")
        line = next((number for number in self.span if starts.match(self.lines[number])), None)
        if line is None:
            line = next(iter(self.span), None)
        return f"{self.file}{'' if line is None else f':{line + 1}'}: statement {self.id!r}"


def _tables(lines: list[str]) -> list[int]:
    return [number for number, line in enumerate(lines) if re.match(r"\s*\[\[\s*statement\s*\]\]", line)]


def _entry(table: Mapping[str, Any], where: _Table) -> Entry:
    return Entry(_statement(table, where), where.at())


def _not_toml(file: Path, error: ValueError) -> LedgerError:
    reason = str(error).removeprefix(f"{file}: ").removeprefix("not valid TOML: ")
    return LedgerError(f"{file}: not valid TOML: {reason}")


def _parse(file: Path, text: str) -> tuple[dict[str, Any], list[str]]:
    try:
        content = parse_toml(text)
    except ValueError as error:
        raise _not_toml(file, error) from error
    unknown = set(content) - {"paper", "statement"}
    paper, entries = content.get("paper", {}), content.get("statement", [])
    if unknown or not isinstance(paper, dict) or not is_list_of(dict, entries):
        raise LedgerError(f"{file}: misplaced {sorted(unknown) or 'tables'}; use [paper] and [[statement]]")
    try:
        json.dumps(paper, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise LedgerError(f"{file}: paper: {error}; write dates as text") from error
    for fault in paper_faults(paper):
        raise LedgerError(f"{file}: {fault}")
    if words := typst_for(paper.get("notation", "")):
        raise LedgerError(f"{file}: paper.notation: {words}")
    return content, text.splitlines()


def check_figures(paper: Mapping[str, Any], path: Path) -> None:
    places = paper.get("figures", {})
    for kind, place in places.items() if isinstance(places, dict) else [("figures", places)]:
        if not (isinstance(place, str) and PLACE.fullmatch(place)):
            raise LedgerError(
                f'{path}: paper.figures: {kind} = {place!r}; give a table of kinds, KIND = "module:function"'
            )


_REQUIRED = ("id", "where", "title", "statement", "expected")
_LISTS = ("hypotheses", "depends_on")
_MARKUP = ("statement", "hypotheses", "note", "proof")
_KEYS = (*_REQUIRED, *_LISTS, "strength", "amends", "fault", "same_fault", "note", "proof", "formal", "kernel")


def _statement(entry: Mapping[str, Any], table: _Table) -> Statement:
    missing = [key for key in _REQUIRED if key not in entry]
    unknown = [key for key in entry if key not in _KEYS]
    if missing or unknown:
        place = table.at(unknown[0] if unknown else "id")
        parts = [f"{word} {keys}" for word, keys in (("missing", missing), ("unknown", unknown)) if keys]
        near = [name for key in unknown for name in get_close_matches(key, _KEYS, n=1)]
        meant = f"did you mean {', '.join(near)}? " if near else ""
        raise LedgerError(f"{place}: {', '.join(parts)}; {meant}the keys are {list(_KEYS)}")
    for key, value in entry.items():
        if key in ("formal", "kernel"):
            continue
        if not (is_list_of(str, value) if key in _LISTS else isinstance(value, str)):
            wanted = "a list of texts" if key in _LISTS else "a text"
            raise LedgerError(f"{table.at(key)}: {key} = {value!r}; give {wanted}")
        if key in _MARKUP and (words := typst_for(" ".join(value) if key in _LISTS else value)):
            raise LedgerError(f"{table.at(key)}: {key}: {words}")
    if not is_id(entry["id"]):
        raise LedgerError(f"{table.at()}: use letters, digits, '.', '_' and '-' in an id, a letter or digit first")
    return Statement(
        id=entry["id"],
        where=entry["where"],
        title=entry["title"],
        statement=entry["statement"].strip(),
        expected=_expected(entry, table),
        hypotheses=tuple(entry.get("hypotheses", ())),
        depends_on=tuple(entry.get("depends_on", ())),
        amends=entry.get("amends"),
        fault=_fault(entry, table),
        same_fault=entry.get("same_fault"),
        note=entry.get("note", "").strip(),
        proof=entry.get("proof", "").strip(),
        formal=_formal(entry, table),
        kernel=_kernel(entry, table),
    )


def _expected(entry: Mapping[str, Any], table: _Table) -> Verdict:
    truth, strength = entry["expected"], entry.get("strength")
    if truth not in list(Truth):
        raise LedgerError(f"{table.at('expected')}: expected = {truth!r}; use one of {[str(value) for value in Truth]}")
    if truth == Truth.UNDECIDED:
        return Verdict(Truth.UNDECIDED)
    if strength not in list(Strength):
        raise LedgerError(
            f"{table.at('strength')}: strength = {strength!r}; use one of {[str(value) for value in Strength]}"
        )
    return Verdict(Truth(truth), Strength(strength))


def _formal(entry: Mapping[str, Any], table: _Table) -> Formal | None:
    try:
        formal = read_formal(entry["formal"]) if "formal" in entry else None
    except ValueError as error:
        raise LedgerError(f"{_part_at(table, 'formal')}: {error}") from error
    if formal and (words := typst_for(formal.says)):
        raise LedgerError(f"{_part_at(table, 'formal')}: formal.says: {words}")
    return formal


def _kernel(entry: Mapping[str, Any], table: _Table) -> KernelText | None:
    try:
        kernel = read_kernel(entry["kernel"]) if "kernel" in entry else None
    except ValueError as error:
        raise LedgerError(f"{_part_at(table, 'kernel')}: {error}") from error
    if kernel and (words := typst_for(kernel.says)):
        raise LedgerError(f"{_part_at(table, 'kernel')}: kernel.says: {words}")
    return kernel


def _fault(entry: Mapping[str, Any], table: _Table) -> Fault | None:
    fault, refuted = entry.get("fault"), entry["expected"] == Truth.FAILS
    if refuted and fault not in list(Fault):
        raise LedgerError(
            f"{table.at('fault')}: fault = {fault!r}; it is refuted: use one of {[str(value) for value in Fault]}"
        )
    given = [key for key in ("fault", "same_fault") if key in entry]
    if given and not refuted:
        raise LedgerError(
            f"{table.at(given[0])}: {given} where expected = {entry['expected']!r}; only what fails has a fault"
        )
    return Fault(entry["fault"]) if refuted else None


def _part_at(table: _Table, part: str) -> str:
    """The place of the table ``[statement.formal]`` or the like."""
    line = next((number for number in table.span if f"statement.{part}" in table.lines[number]), None)
    return table.at(part) if line is None else f"{table.file}:{line + 1}: statement {table.id!r}"
