"""Which statements of a document are meant by ids and patterns such as ``prop-1.*``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from checks.naming import chosen


def select(identifiers: Sequence[str], patterns: Iterable[str], paper: str = "") -> list[str]:
    """The identifiers that match one of the patterns, in their own order.

    Args:
        paper: the name of their paper, which a pattern may have before a colon.

    Raises:
        ValueError: a pattern matches none; near ones are named.
    """
    return chosen({paper: identifiers}, patterns).get(paper, [])
