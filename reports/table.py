"""The verdict table as Markdown, and the page of it that lies beside a paper's ledger."""

from __future__ import annotations

from collections.abc import Sequence

from checks.document import partial_words, show
from checks.records import Claim, Document
from reports._content import grounded, kind
from reports.selection import select

_SIGN = {"holds-proved": "✓", "holds-supported": "✓", "fails-proved": "✗", "fails-supported": "✗", "undecided": "?"}
_INTRODUCTION = """\
Written by `manyfaces table` from what a run computed. ✓ holds, ✗ fails, ? is undecided; *by* names the methods;
*sabotages* says how many wrong versions of what is checked were caught, of how many tried; a statement that holds is
*grounded* when it and all that it depends on hold and are proved.
"""
_HEAD = ["statement", "where", "verdict", "by", "sabotages", "grounded"]


def verdict_table(document: Document, only: Sequence[str] | None = None) -> str:
    """A Markdown table, a line for each statement; before it, if so, that not everything was run.

    Raises:
        ValueError: a pattern in ``only`` matches nothing.
    """
    claims = document["claims"]
    chosen = set(select([claim["id"] for claim in claims], only)) if only else {claim["id"] for claim in claims}
    rows = [_HEAD, ["---"] * len(_HEAD), *(_row(claim, claims) for claim in claims if claim["id"] in chosen)]
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"
    words = partial_words(document)
    return f"**This is {words}.**\n\n{table}" if words else table


def verdict_page(document: Document, only: Sequence[str] | None = None) -> str:
    """The table of `verdict_table` under a heading that says whose verdicts these are.

    Raises:
        ValueError: a pattern in ``only`` matches nothing.
    """
    title = document["paper"].get("title", "Claims of a ledger")
    return f"# Verdicts: {title}\n\n{_INTRODUCTION}\n{verdict_table(document, only)}"


def _row(claim: Claim, everything: Sequence[Claim]) -> list[str]:
    methods = ", ".join(sorted({evidence["by"] for evidence in claim["evidence"]}))
    title = f"`{claim['id']}` {_escape(claim['title'])}"
    sabotages = "{caught}/{tried}".format(**claim["sabotages"])
    verdict = f"{_SIGN[kind(claim)]} {_verdict(claim)}"
    return [title, _escape(claim["where"]), verdict, methods, sabotages, grounded(claim, everything)]


def _verdict(claim: Claim) -> str:
    words = show(claim["verdict"]) if claim["verdict"]["state"] == "judged" else claim["verdict"]["state"]
    return words if claim["as_expected"] else f"{words} (not as expected)"


def _escape(text: str) -> str:
    return text.replace("|", "\\|")
