"""Source files of proofs: their order, their theorems, what in them would make a proof worth nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from checks.files import read_utf8

LIBRARY = "ManyFaces"
"""The name under which files require each other."""

_TRUSTING = (
    "Admitted|admit|give_up|Axioms?|Parameters?|Conjecture|Bypass|bypass_check|Unset Guard Checking|"
    "Unset Positivity Checking|Unset Universe Checking|type_in_type|Type In Type|Primitive|Declare ML Module|Load|"
    "Redirect|Extraction|Cd|Abort|Notation|Infix|Coercion"
)
_FORBIDDEN = re.compile(rf"(?<![\w.'])({_TRUSTING})(?![\w'])")
"""What assumes instead of proving, switches a check of the kernel off, reads or writes files, or has a statement
printed as something else than it says."""

INHABITED = "Inhabited"
"""The file that every folder is given, which says what shows that hypotheses can be true; see ``Inhabited.v``."""

_LOOSE = re.compile(r"^\s*(Variables?|Hypothes[ie]s|Context)\b", re.MULTILINE)
_REQUIRES = re.compile(rf"^From {LIBRARY} Require Import ([\w\s]+)\.", re.MULTILINE)
_PREAMBLE = re.compile(r"^(?:From [^.]+\.|Require [^.]+\.|Import \w+\.|Open Scope \w+\.)$", re.MULTILINE)
_INSTANCE = re.compile(rf"^Lemma (\w+)_{INHABITED.lower()} :", re.MULTILINE)
_THEOREM = re.compile(r"^Theorem (\w+) :(.*?)\.\s*\nProof\.(.*?)\bQed\.", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Theorem:
    """A theorem as it stands in its file."""

    name: str
    statement: str
    proof: str


@dataclass(frozen=True)
class Source:
    """One file: its text, the files that it requires."""

    name: str
    text: str
    requires: tuple[str, ...]

    @property
    def preamble(self) -> str:
        """What it requires and opens before anything is said."""
        return "\n".join(_PREAMBLE.findall(self.text))

    @property
    def theorems(self) -> Mapping[str, Theorem]:
        return {
            found[1]: Theorem(found[1], " ".join(found[2].split()), found[3]) for found in _THEOREM.finditer(self.text)
        }

    @property
    def instances(self) -> Mapping[str, str]:
        """By theorem, of this file or another, the lemma that fulfils its hypotheses."""
        return {name: f"{self.name}.{name}_{INHABITED.lower()}" for name in _INSTANCE.findall(self.text)}


def without_comments(text: str) -> str:
    """The text without its comments, which nest.

    >>> without_comments("Lemma (* so (* it *) is *) a : b.")
    'Lemma  a : b.'
    """
    kept, depth, place = [], 0, 0
    for mark in re.finditer(r"\(\*|\*\)", text):
        if depth == 0:
            kept.append(text[place : mark.start()])
        depth += 1 if mark[0] == "(*" else -1
        place = mark.end()
        if depth < 0:
            raise ValueError("a comment ends that did not begin")
    return "".join([*kept, text[place:]])


def faults(text: str) -> Iterator[str]:
    """What in a source assumes what it should prove.

    >>> list(faults("Axiom easy : False. (* an Axiom *)"))
    ["'Axiom' stands in it"]
    >>> list(faults("Variable x : R."))
    ['a Variable outside a section']
    """
    bare = without_comments(text)
    for word in dict.fromkeys(_FORBIDDEN.findall(" ".join(bare.split()))):
        yield f"{word!r} stands in it"
    depth, place = 0, 0
    for mark in re.finditer(r"^\s*(Section|End)\b", bare, re.MULTILINE):
        if depth == 0 and (loose := _LOOSE.search(bare, place, mark.start())):
            yield f"a {loose[1]} outside a section"
        depth, place = depth + (1 if mark[1] == "Section" else -1), mark.end()
    if depth == 0 and (loose := _LOOSE.search(bare, place)):
        yield f"a {loose[1]} outside a section"


def read_sources(folder: Path) -> list[Source]:
    """The files of a folder, each after those that it requires.

    Raises:
        ValueError: a file requires one that is not there, or itself, or has the name of the one that is given.
    """
    found = {}
    for path in sorted(folder.glob("*.v")):
        if path.stem == INHABITED:
            raise ValueError(f"{path}: every folder is given a file of this name; give it another one")
        text = read_utf8(path)
        names = [name for line in _REQUIRES.findall(text) for name in line.split() if name != INHABITED]
        found[path.stem] = Source(path.stem, text, tuple(names))
    ordered: dict[str, Source] = {}
    while waiting := [source for source in found.values() if source.name not in ordered]:
        ready = [source for source in waiting if all(name in ordered for name in source.requires)]
        if not ready:
            raise ValueError(f"{folder}: {[each.name for each in waiting]} require each other, or what is not there")
        ordered.update({source.name: source for source in ready})
    return list(ordered.values())


# Strict for weak and weak for strict, other numbers, quantifiers and connectives exchanged.
_CHANGES: Sequence[tuple[str, str]] = (
    (r"<=", "<"),
    (r"(?<![<=~-])<(?![=>-])", "<="),
    (r"\b2 \*", "3 *"),
    (r"/ 2\b", "/ 3"),
    (r"\b1\b", "2"),
    (r"\bexists\b", "forall"),
    (r" /\\ ", " /\\ False /\\ "),
    (r" = ", " <> "),
    (r" \\/ ", r" /\ "),
    (r"\+", "-"),
    (r"~ ", ""),
)
_MOST = 4
"""Wrong versions of a statement that are tried at most; chosen, for time."""


def mutants(statement: str) -> list[str]:
    """Wrong versions of a statement, or stronger ones: a part changed, and a hypothesis left out.

    >>> mutants("forall x, 0 < x -> 0 <= x * x")
    ['forall x, 0 < x -> 0 < x * x', 'forall x, 0 <= x * x', 'forall x, 0 <= x -> 0 <= x * x']
    """
    found = []
    for before, after in _CHANGES:
        if places := list(re.finditer(before, statement)):
            found.append(statement[: places[-1].start()] + after + statement[places[-1].end() :])
    parts = statement.split(" -> ")
    if len(parts) > 1 and "," in parts[0] and parts[0].count("(") == parts[0].count(")"):
        binders = parts[0][: parts[0].rindex(",") + 1]
        if binders.count("(") == binders.count(")"):
            found.insert(1, f"{binders} {' -> '.join(parts[1:])}")
    return list(dict.fromkeys(found))[:_MOST]
