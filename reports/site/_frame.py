"""What every page has: its head, the way to the others, the search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.site._words import ROOT, text

PAGES: Mapping[str, str] = {
    "index": "Overview",
    "statements": "Statements",
    "results": "Results",
    "sections": "Sections",
    "graph": "Graph",
    "trainings": "Networks",
    "changes": "Changes",
    "reading": "How to read",
}
"""Files and their names in the list of pages, in its order."""
# Nothing may be loaded from elsewhere, and nothing run but the site's own files; "file:" for browsers to which a page
# that is a file is not the same origin as another.
POLICY = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file: 'unsafe-inline'; img-src 'self' file: data:;"
    " base-uri 'none'; form-action 'self' file:"
)


class Frame:
    """The frame of one site's pages.

    Args:
        paper: of the document.
        pages: which of `PAGES` there are.
        foot: what stands below each page, as HTML.
        reference: whether the API reference lies beside.
    """

    def __init__(self, paper: Mapping[str, Any], pages: list[str], foot: str, reference: bool) -> None:
        self._paper = text(paper.get("title", "Claims of a ledger"))
        self._pages = pages
        self._foot = foot
        self._reference = reference

    def page(self, name: str, title: str, body: str, scripts: tuple[str, ...] = ()) -> str:
        """A whole page.

        Args:
            name: of `PAGES`, or none of them for a statement's page.
            title: plain text.
            body: HTML, which has the heading in it.
            scripts: names of files in ``assets``, beside those that every page has.
        """
        files = "".join(
            f'<script src="{ROOT}assets/{script}.js" defer></script>' for script in ("page", "preview", *scripts)
        )
        return (
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" '
            'content="light dark">'
            f'<title>{text(title)} · {self._paper}</title><link rel="icon" href="data:,">'
            f'<link rel="stylesheet" href="{ROOT}assets/site.css">'
            f'<script src="{ROOT}assets/theme.js"></script>{files}</head>'
            f'<body data-root="{ROOT}"><a class="skip" href="#main">To the content</a>{self._head(name)}'
            f'<main id="main" tabindex="-1">{body}</main><footer><div>{self._foot}</div></footer></body></html>\n'
        )

    def _head(self, name: str) -> str:
        here = {name: ' aria-current="page"'}
        links = "".join(
            f'<li><a href="{ROOT}{page}.html"{here.get(page, "")}>{words}</a></li>'
            for page, words in PAGES.items()
            if page in self._pages
        )
        if self._reference:
            links += f'<li><a href="{ROOT}reference/index.html">API</a></li>'
        return (
            f'<header class="top"><div><p class="brand"><a href="{ROOT}index.html">{self._paper}</a></p>'
            f'<nav aria-label="Pages"><ul>{links}</ul></nav>'
            f'<form class="search" role="search" action="{ROOT}statements.html" method="get">'
            '<label class="hidden" for="top-search">Search the statements</label>'
            '<input id="top-search" type="search" name="q" placeholder="Search" autocomplete="off">'
            '<button type="button" id="theme" hidden>Dark</button></form></div></header>'
        )
