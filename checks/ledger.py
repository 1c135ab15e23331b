"""What a statement, a verdict and a ledger are.

A verdict has two axes. *Truth*: does the statement hold? *Strength*: machine-checked, argued, cited, or supported
by cases? Both are computed
from evidence (`judge`); the ledger only says what is expected, and a run is green when the two agree.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from checks.faults import DistinctFault, Fault, distinct_faults
from checks.files import read_utf8
from checks.formal import Formal, read_formal
from checks.kernel.text import KernelText, read_kernel
from checks.latex import typst_for
from checks.naming import named, strangers
from checks.verdict import Strength, Truth, Verdict

REFERENCES = "references.bib"

MOST_REFERENCES = 500_000
"""Characters, some two thousand entries; the schema of the claims document has this limit too."""

PLACE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
"""Where a paper draws a figure of its own: ``module:function``."""


class LedgerError(ValueError):
    """The ledger contradicts itself: names the file, the statement and the mend."""


@dataclass(frozen=True)
class Statement:
    """One entry of the ledger.

    ``statement``, ``hypotheses``, ``note`` and ``proof`` are typst markup in our own words; ``amends`` names the
    statement that this one is the corrected form of. ``fault`` grades a refuted statement, and no other;
    ``same_fault`` names the refuted statement with which its fault is counted. ``depends_on`` holds what the entry
    names there and, ``automatic`` ones, what its proof names in backticks beside.

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

    def unused_edges(self) -> list[tuple[str, str]]:
        """The edges of ``depends_on`` that no text of their entry names, so that none says what is used of them.

        >>> known = Statement("eq-1", "p. 1", "One", "$x = x$", Verdict(Truth.HOLDS, Strength.ARGUED))
        >>> ledger = Ledger({}, {"eq-1": known, "eq-2": replace(known, id="eq-2", depends_on=("eq-1",))})
        >>> ledger.unused_edges()
        [('eq-2', 'eq-1')]
        """
        return [(entry.id, name) for entry in self for name in entry.depends_on if name not in named(entry.texts)]

    def unknown_names(self) -> list[tuple[str, str]]:
        """The names in backticks that are meant for an id of this ledger and are none (`checks.naming.strangers`).

        >>> known = Statement("eq-1", "p. 1", "One", "$x = x$; see `eq-2`", Verdict(Truth.HOLDS, Strength.ARGUED))
        >>> Ledger({}, {"eq-1": known}).unknown_names()
        [('eq-1', 'eq-2')]
        """
        return [(entry.id, name) for entry in self for name in strangers(named(entry.texts), self.statements)]

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
    checks.ledger.LedgerError: claims_ledger: ... holds no statement; add a [[statement]] table
    """
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not files or not all(file.is_file() for file in files):
        raise LedgerError(f"claims_ledger: {path} holds no ledger; give a .toml file or a folder of them")
    paper: dict[str, Any] = {}
    statements: dict[str, Statement] = {}
    places: dict[str, Path] = {}
    for file in files:
        content = _parse(file)
        paper.update(content.get("paper", {}))
        for entry in content.get("statement", []):
            statement = _statement(entry, file)
            if statement.id in statements:
                raise LedgerError(f"{file}: the id {statement.id!r} stands twice; give each statement its own")
            statements[statement.id], places[statement.id] = statement, file
    if not statements:
        raise LedgerError(f"claims_ledger: {path} holds no statement; add a [[statement]] table")
    _check_figures(paper, path)
    statements = {name: _with_edges(entry, statements) for name, entry in statements.items()}
    ledger = Ledger(paper, statements, _references(path.parent / REFERENCES), paper.get("name") or folder_name(path))
    _check_consistency(ledger, places)
    _check_faults(ledger, places)
    return ledger


def folder_name(path: Path) -> str:
    """The name of a paper that gives itself none: that of the folder around its ledger.

    >>> folder_name(Path("papers/many_faces/ledger"))
    'many-faces'
    """
    words = re.sub(r"[^A-Za-z0-9.]+", "-", path.absolute().parent.name).strip("-.")
    return words.lower() or "paper"


def _with_edges(entry: Statement, known: Mapping[str, Statement]) -> Statement:
    """The statement with an edge to each other one that its proof names, but to the one that it amends."""
    apart = {*entry.depends_on, entry.id, entry.amends}
    automatic = tuple(name for name in named([entry.proof]) if name in known and name not in apart)
    return replace(entry, depends_on=(*entry.depends_on, *automatic), automatic=automatic)


def _parse(file: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(read_utf8(file))
    except (ValueError, RecursionError) as error:
        raise LedgerError(f"{file}: not valid TOML: {error}") from error
    unknown = set(content) - {"paper", "statement"}
    paper, entries = content.get("paper", {}), content.get("statement", [])
    if unknown or not isinstance(paper, dict) or not _is_list_of(dict, entries):
        raise LedgerError(f"{file}: misplaced {sorted(unknown) or 'tables'}; use [paper] and [[statement]]")
    try:
        json.dumps(paper, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise LedgerError(f"{file}: paper: {error}; write dates as text") from error
    for fault in paper_faults(paper):
        raise LedgerError(f"{file}: {fault}")
    if words := typst_for(paper.get("notation", "")):
        raise LedgerError(f"{file}: paper.notation: {words}")
    return content


def _check_figures(paper: Mapping[str, Any], path: Path) -> None:
    places = paper.get("figures", {})
    for kind, place in places.items() if isinstance(places, dict) else [("figures", places)]:
        if not (isinstance(place, str) and PLACE.fullmatch(place)):
            raise LedgerError(
                f'{path}: paper.figures: {kind} = {place!r}; give a table of kinds, KIND = "module:function"'
            )


def _references(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise LedgerError(f"{file.name}: cannot be read: {error}") from error
    if len(text) > MOST_REFERENCES:
        raise LedgerError(f"{file.name}: {len(text)} characters; keep to {MOST_REFERENCES}: what is cited")
    return text


def paper_faults(paper: Mapping[str, Any]) -> Iterator[str]:
    """What of a paper's own data cannot be printed, a line for each."""
    for key in ("name", "title", "url", "version", "sha256", "notation"):
        if not isinstance(paper.get(key, ""), str):
            yield f"paper.{key} must be a text"
        elif key == "name" and "name" in paper and not is_id(paper["name"]):
            yield f"paper.name = {paper['name']!r}: use letters, digits, '.', '_' and '-', a letter or digit first"
    if not _is_list_of(str, paper.get("authors", [])):
        yield "paper.authors must be a list of texts"


def is_id(text: str) -> bool:
    """Whether a statement may have that id: ids name files and stand in comma-separated lists."""
    return bool(_ID.fullmatch(text))


def _is_list_of(kind: type, value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


_REQUIRED = ("id", "where", "title", "statement", "expected")
_LISTS = ("hypotheses", "depends_on")
_MARKUP = ("statement", "hypotheses", "note", "proof")
_KEYS = (*_REQUIRED, *_LISTS, "strength", "amends", "fault", "same_fault", "note", "proof", "formal", "kernel")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def _statement(entry: Mapping[str, Any], file: Path) -> Statement:
    place = f"{file}: statement {entry.get('id', '?')!r}"
    missing = [key for key in _REQUIRED if key not in entry]
    unknown = [key for key in entry if key not in _KEYS]
    if missing or unknown:
        raise LedgerError(f"{place}: missing {missing}, unknown {unknown}; the keys are {list(_KEYS)}")
    for key, value in entry.items():
        if key in ("formal", "kernel"):
            continue
        if key in _MARKUP and (words := next(filter(None, map(typst_for, _texts_of(value))), "")):
            raise LedgerError(f"{place}: {key}: {words}")
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
        fault=_fault(entry, place),
        same_fault=entry.get("same_fault"),
        note=entry.get("note", "").strip(),
        proof=entry.get("proof", "").strip(),
        formal=_formal(entry, place),
        kernel=_kernel(entry, place),
    )


def _texts_of(value: Any) -> list[str]:
    return [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]


def _expected(entry: Mapping[str, Any], place: str) -> Verdict:
    truth, strength = entry["expected"], entry.get("strength")
    if truth not in list(Truth):
        raise LedgerError(f"{place}: expected = {truth!r}; use one of {[str(value) for value in Truth]}")
    if truth == Truth.UNDECIDED:
        return Verdict(Truth.UNDECIDED)
    if strength not in list(Strength):
        raise LedgerError(f"{place}: strength = {strength!r}; use one of {[str(value) for value in Strength]}")
    return Verdict(Truth(truth), Strength(strength))


def _formal(entry: Mapping[str, Any], place: str) -> Formal | None:
    try:
        formal = read_formal(entry["formal"]) if "formal" in entry else None
    except ValueError as error:
        raise LedgerError(f"{place}: {error}") from error
    if formal and (words := typst_for(formal.says)):
        raise LedgerError(f"{place}: formal.says: {words}")
    return formal


def _kernel(entry: Mapping[str, Any], place: str) -> KernelText | None:
    try:
        return read_kernel(entry["kernel"]) if "kernel" in entry else None
    except ValueError as error:
        raise LedgerError(f"{place}: {error}") from error


def _fault(entry: Mapping[str, Any], place: str) -> Fault | None:
    fault, refuted = entry.get("fault"), entry["expected"] == Truth.FAILS
    if refuted and fault not in list(Fault):
        raise LedgerError(f"{place}: fault = {fault!r}; it is refuted: use one of {[str(value) for value in Fault]}")
    given = [key for key in ("fault", "same_fault") if key in entry]
    if given and not refuted:
        raise LedgerError(f"{place}: {given} where expected = {entry['expected']!r}; only what fails has a fault")
    return Fault(entry["fault"]) if refuted else None


def _check_faults(ledger: Ledger, places: Mapping[str, Path]) -> None:
    for entry in ledger:
        if not entry.same_fault:
            continue
        place = f"{places[entry.id]}: statement {entry.id!r}: same_fault = {entry.same_fault!r}"
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


def _check_consistency(ledger: Ledger, places: Mapping[str, Path]) -> None:
    for entry in ledger:
        place = f"{places[entry.id]}: statement {entry.id!r}"
        references = [*entry.depends_on, *([entry.amends] if entry.amends else [])]
        unknown = [identifier for identifier in references if identifier not in ledger]
        if unknown:
            raise LedgerError(f"{place} refers to {unknown}, which the ledger does not hold")
        if entry.amends == entry.id:
            raise LedgerError(f"{place} amends itself; name the statement that it corrects")
        if entry.id in ledger.foundations(entry.id):
            raise LedgerError(f"{place} depends on itself; break the circle in depends_on, or in what proofs name")
        if entry.expected.truth is Truth.FAILS and not ledger.amendments(entry.id):
            raise LedgerError(f"{place} is refuted but nothing amends it; add its corrected form")
