"""What a statement, a verdict and a ledger are.

A verdict has two axes. *Truth*: does the statement hold? *Strength*: machine-checked, argued, cited, or supported
by cases? Both are computed
from evidence (`judge`); the ledger only says what is expected, and a run is green when the two agree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

from checks._entries import PLACE, check_figures, read_file
from checks.faults import DistinctFault, distinct_faults
from checks.naming import hint, named, strangers
from checks.registry import folder_name, found_beside
from checks.statement import LedgerError, Statement, is_id, paper_faults
from checks.verdict import Strength, Truth, Verdict

__all__ = [
    "MOST_REFERENCES",
    "PLACE",
    "REFERENCES",
    "Ledger",
    "LedgerError",
    "Statement",
    "Strength",
    "Verdict",
    "is_id",
    "load_ledger",
    "paper_faults",
]

REFERENCES = "references.bib"

MOST_REFERENCES = 500_000
"""Characters, some two thousand entries; the schema of the claims document has this limit too."""


@dataclass(frozen=True)
class Ledger:
    """The statements of one paper, in the order of the ledger's files, its own data and references in BibTeX.

    >>> wrong = Statement("eq-1", "Section 1", "Zero", "$0 = 1$", Verdict(Truth.FAILS, Strength.ARGUED))
    >>> right = Statement("eq-1.mend", "Section 1", "Zero", "$0 = 0$", Verdict(Truth.HOLDS, Strength.ARGUED),
    ...                   depends_on=("eq-2",), amends="eq-1")
    >>> known = Statement("eq-2", "Section 1", "Equality", "$x = x$", Verdict(Truth.HOLDS, Strength.ARGUED))
    >>> ledger = Ledger({}, {each.id: each for each in (wrong, right, known)})
    >>> [each.id for each in ledger.amendments("eq-1")], ledger.foundations("eq-1.mend")
    (['eq-1.mend'], {'eq-2'})
    """

    paper: Mapping[str, Any]
    statements: Mapping[str, Statement] = field(default_factory=dict)
    references: str = ""
    name: str = ""
    others: Mapping[str, Ledger] = field(default_factory=dict)
    """The ledgers, by name, of the papers that statements of this one rest on, and of those below them."""

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
        """Everything that a statement rests on, itself excluded; what is another paper's has its name: ``paper:id``."""
        reached: set[str] = set()
        waiting = list(self[identifier].depends_on)
        while waiting:
            current = waiting.pop()
            if current not in reached:
                reached.add(current)
                waiting.extend(self.below(current))
        return reached

    def entry(self, name: str) -> Statement:
        """A statement of this paper by its id, or of another one by ``paper:id``.

        Raises:
            KeyError: there is none.
        """
        paper, _, identifier = name.rpartition(":")
        return (self.others[paper] if paper else self)[identifier]

    def below(self, name: str) -> list[str]:
        """What a statement of this paper or of another one depends on, in the names that it has here."""
        paper = name.rpartition(":")[0]
        if not paper:
            return list(self[name].depends_on)
        qualified = (each if ":" in each else f"{paper}:{each}" for each in self.entry(name).depends_on)
        return [each.removeprefix(f"{self.name}:") for each in qualified]

    def unused_edges(self) -> list[tuple[str, str]]:
        """The edges of ``depends_on`` that no text of their entry names, so that none says what is used of them.

        >>> known = Statement("eq-1", "p. 1", "One", "$x = x$", Verdict(Truth.HOLDS, Strength.ARGUED))
        >>> ledger = Ledger({}, {"eq-1": known, "eq-2": replace(known, id="eq-2", depends_on=("eq-1",))})
        >>> ledger.unused_edges()
        [('eq-2', 'eq-1')]
        """
        said = {entry.id: set(named(entry.texts)) for entry in self}
        return [(entry.id, name) for entry in self for name in entry.depends_on if name not in said[entry.id]]

    def unknown_names(self) -> list[tuple[str, str]]:
        """The names in backticks that are meant for an id of this ledger and are none (`checks.naming.strangers`).

        >>> known = Statement("eq-1", "p. 1", "One", "$x = x$; see `eq-2`", Verdict(Truth.HOLDS, Strength.ARGUED))
        >>> Ledger({}, {"eq-1": known}).unknown_names()
        [('eq-1', 'eq-2')]
        """
        said = {entry.id: named(entry.texts) for entry in self}
        unknown = set(strangers(chain.from_iterable(said.values()), self.statements))
        return [(entry, name) for entry, names in said.items() for name in names if name in unknown]

    def distinct_faults(self) -> list[DistinctFault]:
        """The faults of the statements that are expected to fail, the gravest first."""
        return distinct_faults(
            {entry.id: (entry.fault, entry.same_fault) for entry in self if entry.fault},
            {entry.id: [*entry.depends_on, *filter(None, [entry.amends])] for entry in self},
        )


def load_ledger(path: Path) -> Ledger:
    """Read a ledger: one TOML file, or a folder of them read in the order of their names.

    Each file may hold a table ``paper`` and any number of tables ``statement``. The references are `REFERENCES`, a file
    beside the ledger.

    Raises:
        LedgerError: an entry is malformed, an id stands twice or is unknown, a refuted statement has no amended form
            or no grade of its fault, a statement that is not refuted has one.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:  # doctest: +ELLIPSIS
    ...     _ = Path(folder, "00.toml").write_text("[paper]", encoding="utf-8")
    ...     load_ledger(Path(folder))
    Traceback (most recent call last):
        ...
    checks.statement.LedgerError: claims_ledger: ... holds no statement; add a [[statement]] table
    """
    ledger, places = _read(path)
    ledger = replace(ledger, others=_others(ledger, path, places))
    known = {
        *ledger.statements,
        *(f"{name}:{each}" for name, other in ledger.others.items() for each in other.statements),
    }
    statements = {name: _with_edges(entry, known) for name, entry in ledger.statements.items()}
    ledger = replace(ledger, statements=statements)
    _check_consistency(ledger, places)
    _check_faults(ledger, places)
    return ledger


def _read(path: Path) -> tuple[Ledger, dict[str, str]]:
    """A ledger as it stands in its files, and the place of each statement."""
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not files or not all(file.is_file() for file in files):
        raise LedgerError(f"claims_ledger: {path} holds no ledger; give a .toml file or a folder of them")
    paper: dict[str, Any] = {}
    statements: dict[str, Statement] = {}
    places: dict[str, str] = {}
    for file in files:
        said, entries = read_file(file)
        paper.update(said)
        for statement, place in entries:
            if statement.id in statements:
                other = places[statement.id].partition(": statement")[0]
                raise LedgerError(
                    f"{place}: the id {statement.id!r} stands twice, at {other} too; give each statement its own"
                )
            statements[statement.id], places[statement.id] = statement, place
    if not statements:
        raise LedgerError(f"claims_ledger: {path} holds no statement; add a [[statement]] table")
    check_figures(paper, path)
    name = paper.get("name") or folder_name(path)
    statements = {each: _inside(entry, name) for each, entry in statements.items()}
    return Ledger(paper, statements, _references(path.parent / REFERENCES), name), places


def _inside(entry: Statement, paper: str) -> Statement:
    """The statement, with the paper's own name left out of what it depends on."""
    return replace(entry, depends_on=tuple(each.removeprefix(f"{paper}:") for each in entry.depends_on))


def _others(ledger: Ledger, path: Path, places: Mapping[str, str]) -> dict[str, Ledger]:
    """The ledgers of all papers that statements rest on, and those of the papers below them."""
    found: dict[str, Ledger] = {}
    waiting = [(paper, places[entry.id]) for entry in ledger for paper in _papers_of(entry.depends_on)]
    while waiting:
        paper, place = waiting.pop()
        if paper in found or paper == ledger.name:
            continue
        there = found_beside(path, paper)
        if there is None:
            raise LedgerError(
                f"{place}: depends_on names the paper {paper!r}, which is neither beside this one nor installed; "
                "`manyfaces papers` lists those that are"
            )
        other, inside = _read(there)
        found[paper] = other
        waiting.extend((name, inside[each.id]) for each in other for name in _papers_of(each.depends_on))
    return found


def _papers_of(names: Iterable[str]) -> set[str]:
    return {name.rpartition(":")[0] for name in names if ":" in name}


def _with_edges(entry: Statement, known: Collection[str]) -> Statement:
    """The statement with an edge to each other one that its proof names, but to the one that it amends."""
    apart = {*entry.depends_on, entry.id, entry.amends}
    automatic = tuple(name for name in named([entry.proof]) if name in known and name not in apart)
    return replace(entry, depends_on=(*entry.depends_on, *automatic), automatic=automatic)


def _references(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise LedgerError(f"{file.name}: cannot be read: {reason}") from error
    if len(text) > MOST_REFERENCES:
        raise LedgerError(f"{file.name}: {len(text)} characters; keep to {MOST_REFERENCES}: what is cited")
    return text


def _check_faults(ledger: Ledger, places: Mapping[str, str]) -> None:
    for entry in ledger:
        if not entry.same_fault:
            continue
        place = f"{places[entry.id]}: same_fault = {entry.same_fault!r}"
        if entry.same_fault not in ledger:
            raise LedgerError(f"{place}, which the ledger does not hold")
        first = ledger[entry.same_fault]
        if not first.fault:
            raise LedgerError(f"{place}, which is not refuted; name a statement that is")
        if first.same_fault:
            raise LedgerError(
                f"{place}, which has the fault of {first.same_fault!r} itself; name one without same_fault"
            )
        if first.fault is not entry.fault:
            raise LedgerError(f"{place} is graded {first.fault}, this one {entry.fault}; one fault has one grade")


def _check_consistency(ledger: Ledger, places: Mapping[str, str]) -> None:
    for entry in ledger:
        place = places[entry.id]
        references = [*entry.depends_on, *([entry.amends] if entry.amends else [])]
        unknown = [name for name in references if not _holds(ledger, name)]
        if unknown:
            known = {ledger.name: ledger.statements, **{name: each.statements for name, each in ledger.others.items()}}
            words = f"refers to {unknown}, which the ledger does not hold; {hint(unknown[0], known)}"
            raise LedgerError(f"{place} {words}")
        if entry.amends == entry.id:
            raise LedgerError(f"{place} amends itself; name the statement that it corrects")
        if entry.id in ledger.foundations(entry.id):
            raise LedgerError(f"{place} depends on itself; break the circle in depends_on, or in what proofs name")
        if entry.expected.truth is Truth.FAILS and not ledger.amendments(entry.id):
            raise LedgerError(f"{place} is refuted but nothing amends it; add its corrected form")


def _holds(ledger: Ledger, name: str) -> bool:
    paper, _, identifier = name.rpartition(":")
    return identifier in (ledger.others.get(paper, ()) if paper else ledger)
