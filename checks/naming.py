"""What texts of a ledger name: ids of statements, in backticks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

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
