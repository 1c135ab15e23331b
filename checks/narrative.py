"""The sentences about a paper that its report tells: findings, errata, a narrative of each section.

They are a reader's; verdicts are not. Each text lists the statements that its words take to hold, to fail or to be
undecided, so that a run in which one comes out otherwise is noticed (`contradictions`).
"""

# Without `from __future__ import annotations`, which would hide NotRequired from __required_keys__.

import re
from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NotRequired, TypedDict, cast

from checks._forms import misfits
from checks.files import parse_toml, read_utf8
from checks.naming import hint, strangers

NARRATIVE = "narrative.toml"
"""The file, beside the ledger."""
MOST_WORDS = 10
"""A quotation has so many words at most."""


class Text(TypedDict):
    """Typst markup, and the ids that it takes to hold, to fail, to be undecided."""

    text: str
    holds: NotRequired[list[str]]
    fails: NotRequired[list[str]]
    undecided: NotRequired[list[str]]


class Erratum(TypedDict):
    """What is said of one fault, in typst markup; ``fault`` is the statement that stands for it."""

    fault: str
    quote: NotRequired[str]
    wrong: str
    example: str


class Section(TypedDict):
    """A section: its statements by patterns, those whose figures it shows and those whose pages it carries."""

    name: str
    ids: list[str]
    figures: list[str]
    pages: list[str]
    paragraph: list[Text]


class Examined(TypedDict):
    """Which version of the paper was examined; what is said of later ones."""

    name: str
    url: str
    later: str


class Narrative(TypedDict):
    """All of the file; ``answer`` is the findings in short."""

    examined: NotRequired[Examined]
    answer: NotRequired[Text]
    finding: list[Text]
    erratum: list[Erratum]
    section: list[Section]


def load_narrative(path: Path, known: Collection[str] | None = None) -> Narrative:
    """Read the file; one that is not there is an empty narrative.

    Args:
        known: the ids of its ledger, where it is to name no others.

    Raises:
        ValueError: it is not of this form, or names what is no statement.
    """
    empty: Narrative = {"finding": [], "erratum": [], "section": []}
    if not path.is_file():
        return empty
    text = read_utf8(path)
    try:
        found = {**empty, **parse_toml(text)}
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error
    wrong = [*misfits(found, Narrative, "narrative")]
    if wrong:
        raise ValueError(f"{path.name}: {'; '.join(wrong)}")
    narrative = cast("Narrative", found)
    astray = [] if known is None else unknown_ids(narrative, known)
    if astray:
        raise ValueError(f"{path.name}: {'; '.join(f'{place} names {name!r}, {why}' for place, name, why in astray)}")
    return narrative


def unknown_ids(narrative: Narrative, known: Collection[str]) -> list[tuple[str, str, str]]:
    """The names that are no statement, and patterns that match none: where each stands, the name, what may be meant.

    >>> told: Narrative = {"finding": [{"text": "`eq-1`", "holds": ["eq1"]}], "erratum": [], "section": []}
    >>> unknown_ids(told, ["eq-1"])
    [('finding 1', 'eq1', 'which is no statement; did you mean eq-1?')]
    """
    used: list[tuple[str, str]] = []
    patterns: list[tuple[str, str]] = []
    if "answer" in narrative:
        used += [("answer", name) for name in _ids_of(narrative["answer"], known)]
    for number, finding in enumerate(narrative["finding"], 1):
        used += [(f"finding {number}", name) for name in _ids_of(finding, known)]
    used += [(f"erratum {number}", each["fault"]) for number, each in enumerate(narrative["erratum"], 1)]
    for section in narrative["section"]:
        listed = [name for paragraph in section["paragraph"] for name in _ids_of(paragraph, known)]
        used += [(f"section {section['name']!r}", name) for name in (*section["figures"], *section["pages"], *listed)]
        patterns += [(f"section {section['name']!r}", pattern) for pattern in section["ids"]]
    astray = [each for each in patterns if not any(fnmatchcase(name, each[1]) for name in known)]
    astray += [each for each in dict.fromkeys(used) if each[1] not in known]
    return [(place, name, f"which is no statement; {hint(name, {'': known})}") for place, name in astray]


def untold(narrative: Narrative, known: Collection[str]) -> list[str]:
    """The statements that no section has, where there are sections.

    >>> one: Section = {"name": "I", "ids": ["eq*"], "figures": [], "pages": [], "paragraph": []}
    >>> untold({"finding": [], "erratum": [], "section": [one]}, ["eq-1", "prop-1"])
    ['prop-1']
    """
    return [name for name in known if narrative["section"] and section_of(name, narrative) is None]


def _ids_of(text: Text, known: Collection[str]) -> list[str]:
    """The ids that a text lists, and what in its backticks is meant for one and is none."""
    return [*named(text), *strangers(mentioned(text), known)]


def texts(narrative: Narrative) -> Iterator[Text]:
    """All that is said of statements by verdict."""
    if "answer" in narrative:
        yield narrative["answer"]
    yield from narrative["finding"]
    for section in narrative["section"]:
        yield from section["paragraph"]


def named(text: Text) -> dict[str, str]:
    """The ids that a text lists, each with the word for what it takes it to be.

    >>> named({"text": "`a` but not `b`.", "holds": ["a"], "fails": ["b"]})
    {'a': 'holds', 'b': 'fails'}
    """
    groups = {"holds": text.get("holds", []), "fails": text.get("fails", []), "undecided": text.get("undecided", [])}
    return {name: word for word, names in groups.items() for name in names}


def mentioned(text: Text) -> list[str]:
    """The ids in backticks."""
    return re.findall(r"`([^`]+)`", text["text"])


def contradictions(text: Text, verdicts: Mapping[str, str]) -> list[str]:
    """The ids whose verdict is another one than the text takes it to be; those without a verdict are none of them.

    >>> contradictions({"text": "`a`", "holds": ["a"]}, {"a": "fails"})
    ['a']
    """
    return [name for name, word in named(text).items() if verdicts.get(name, word) != word]


def section_of(identifier: str, narrative: Narrative) -> int | None:
    """The number of the first section that a statement belongs to."""
    return next(
        (
            number
            for number, section in enumerate(narrative["section"])
            if any(fnmatchcase(identifier, pattern) for pattern in section["ids"])
        ),
        None,
    )
