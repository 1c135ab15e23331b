"""Names of statements: how patterns choose them, and those in backticks that texts of a ledger hold.

An id carries its paper where that is needed: ``many-faces:prop-1``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

_NAMED = re.compile(r"`([^`]+)`")
_LIKE_AN_ID = re.compile(r"([A-Za-z0-9]+)[-.][A-Za-z0-9._-]+")


def named(texts: Iterable[str]) -> list[str]:
    """What stands in backticks in the texts, each once, in their order.

    >>> named(["By `eq-1` and `x`.", "As `eq-1` says."])
    ['eq-1', 'x']
    """
    return list(dict.fromkeys(name for text in texts for name in _NAMED.findall(text)))


def strangers(names: Iterable[str], known: Collection[str]) -> list[str]:
    """The names that are meant for an id and are none: they begin like one that is known, up to the first - or dot.

    >>> strangers(["eq-1", "eq-2", "eq", "x", "x-1", "eq-1 + 2"], {"eq-1", "prop-1.sign"})
    ['eq-2']
    """
    kinds = {found[1] for name in known if (found := _LIKE_AN_ID.fullmatch(name))}
    alike = (_LIKE_AN_ID.fullmatch(name) for name in names)
    return [found[0] for found in alike if found and found[1] in kinds and found[0] not in known]


def matches(identifier: str, paper: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns means a statement of a paper; a pattern may name the paper before a colon.

    >>> matches("prop-1", "many-faces", ["prop-*"]), matches("prop-1", "many-faces", ["folk*:prop-1"])
    (True, False)
    """
    for pattern in patterns:
        before, colon, rest = pattern.rpartition(":")
        if fnmatchcase(identifier, rest) and (not colon or fnmatchcase(paper, before)):
            return True
    return False


def chosen(known: Mapping[str, Collection[str]], patterns: Iterable[str]) -> dict[str, list[str]]:
    """The statements that patterns mean, by paper and in their own order; papers without one are left out.

    Args:
        known: the ids of each paper.

    Raises:
        ValueError: a pattern matches none (near ones are named), or is an id that several papers have.

    >>> chosen({"a": ["eq-1", "eq-2"], "b": ["eq-2"]}, ["eq-1", "b:*"])
    {'a': ['eq-1'], 'b': ['eq-2']}
    """
    wanted = [pattern.strip() for pattern in patterns]
    for pattern in wanted:
        papers = [paper for paper, ids in known.items() if any(matches(name, paper, [pattern]) for name in ids)]
        if not papers:
            raise ValueError(f"{pattern!r} matches no statement; {hint(pattern, known)}")
        if len(papers) > 1 and any(pattern in known[paper] for paper in papers):
            meant = " or ".join(f"{paper}:{pattern}" for paper in papers)
            raise ValueError(f"{pattern!r} is a statement of {' and of '.join(papers)}: write {meant}")
    found = {paper: [name for name in ids if matches(name, paper, wanted)] for paper, ids in known.items()}
    return {paper: names for paper, names in found.items() if names}


_NEAR = 4
"""How many near ids a message names; chosen."""


def hint(pattern: str, known: Mapping[str, Collection[str]]) -> str:
    """What may be meant by an id or a pattern that matches none of the ids of each paper.

    >>> hint("eq1", {"a": ["eq-1", "prop-1"]}), hint("x", {"a": ["eq-1"]})
    ('did you mean eq-1?', '`manyfaces list` shows all of them')
    """
    paper, _, rest = pattern.rpartition(":")
    if paper and not any(fnmatchcase(name, paper) for name in known):
        return f"the papers are {', '.join(known)}"
    bare = rest.strip("*?").lower()
    names: Sequence[str] = [name for ids in known.values() for name in ids]
    near = get_close_matches(bare, names, n=_NEAR, cutoff=0.5)
    near = near or [name for name in names if bare and bare in name][:_NEAR]
    return f"did you mean {', '.join(dict.fromkeys(near))}?" if near else "`manyfaces list` shows all of them"
