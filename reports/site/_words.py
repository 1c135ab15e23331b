"""Small parts of pages: text without markup, titles, signs of verdicts, links to statements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

ROOT = "\x02"
"""In addresses: the way from a page to the folder of the site."""

SIGNS = {"holds": "✓", "fails": "✗"}
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def text(value: object) -> str:
    """Text for a page: nothing in it is markup, and nothing steers what reads it.

    >>> text('<b> & "c"' + chr(1))
    '&lt;b&gt; &amp; &quot;c&quot;'
    """
    return escape(seen(str(value)))


def seen(words: str) -> str:
    """The words without what no page may hold: signs that steer, and halves of surrogate pairs, which JSON may hold."""
    return _UNSEEN.sub("", words)


def title(words: str) -> str:
    """A title, which is plain text, with what is raised or lowered in it: ``R^n``, ``x_1``.

    >>> title("R^n, x_1 & 2^(W/2)")
    'R<sup>n</sup>, x<sub>1</sub> &amp; 2<sup>W/2</sup>'
    """
    shown = re.sub(r"\^\(([^)]+)\)|\^([A-Za-z0-9])", lambda found: f"<sup>{found[1] or found[2]}</sup>", text(words))
    return re.sub(r"(?<![A-Za-z])([A-Za-z])_([A-Za-z0-9])\b", r"\1<sub>\2</sub>", shown)


def truth(kind: str) -> str:
    """``holds``, ``fails`` or ``undecided``, from a key of `reports._content.KINDS`."""
    return kind.partition("-")[0]


def verdict(mention: Mapping[str, Any]) -> str:
    """The verdict in words."""
    return ", ".join(filter(None, (mention["word"], mention["strength"])))


def sign(kind: str, words: str = "") -> str:
    """A sign for a verdict; with words, for those who do not see it."""
    shown = SIGNS.get(truth(kind), "?")
    hidden = f'<span class="hidden">{text(words)}</span>' if words else ""
    return f'<span class="sign {kind.replace("-", " ", 1)}" aria-hidden="true">{shown}</span>{hidden}'


def grade(name: str) -> str:
    """The badge of a grade of faults."""
    return f'<span class="grade {text(name)}">{text(name)}</span>' if name else ""


def listed(items: Iterable[str], css: str = "") -> str:
    """An unordered list; empty without items."""
    rows = "".join(f"<li>{item}</li>" for item in items)
    kind = f' class="{css}"' if css else ""
    return f"<ul{kind}>{rows}</ul>" if rows else ""


def row(name: str, body: str) -> str:
    """A part of a page with its name beside it; empty without a body."""
    return f'<section class="row"><h2>{text(name)}</h2><div>{body}</div></section>' if body else ""


class Links:
    """Where each statement has its page.

    Args:
        mentions: statements as `reports._content.mention` gives them.
        pages: their addresses, without the ending, below ``statements``.
    """

    def __init__(self, mentions: Iterable[Mapping[str, Any]], pages: Mapping[str, str]) -> None:
        self._mentions = {mention["id"]: mention for mention in mentions}
        self._pages = pages

    def address(self, identifier: str) -> str:
        return f"{ROOT}statements/{self._pages[identifier]}.html"

    def to(self, identifier: str, words: str = "") -> str:
        """A link by the verdict's sign and the id, or by other words."""
        mention = self._mentions[identifier]
        shown = words or f"<code>{text(identifier)}</code>"
        return (
            f'<a class="ref {truth(mention["kind"])}" href="{self.address(identifier)}" data-id="{identifier}">'
            f"{sign(mention['kind'], verdict(mention) + ': ')}{shown}</a>"
        )

    def named(self, word: str) -> str:
        """The same for a word that may be an id; empty where it is none."""
        return self.to(word) if word in self._mentions else ""

    def many(self, identifiers: Iterable[str]) -> str:
        return ", ".join(map(self.to, identifiers))
