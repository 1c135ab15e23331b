"""Which statements are meant by ids and patterns such as ``prop-1.*``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase


def select(identifiers: Sequence[str], patterns: Iterable[str]) -> list[str]:
    """The identifiers that match one of the patterns, in their own order.

    Raises:
        ValueError: a pattern matches none; near ones are named.
    """
    wanted = [pattern.strip() for pattern in patterns]
    for pattern in wanted:
        if not any(fnmatchcase(name, pattern) for name in identifiers):
            raise ValueError(f"{pattern!r} matches no statement; {_hint(pattern, identifiers)}")
    return [name for name in identifiers if any(fnmatchcase(name, pattern) for pattern in wanted)]


def _hint(pattern: str, identifiers: Sequence[str]) -> str:
    bare = pattern.strip("*?").lower()
    near = get_close_matches(bare, identifiers, n=4, cutoff=0.5)
    near = near or [name for name in identifiers if bare and bare in name][:4]
    if near:
        return f"did you mean {', '.join(near)}?"
    return "`manyfaces list` shows all of them"
