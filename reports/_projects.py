"""Which papers a command is about, and which ledger a claims file belongs to."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from checks.ledger import load_ledger
from checks.records import Document
from checks.registry import papers_of


def add_project(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--project",
        action="append",
        default=[],
        metavar="DIR",
        help="a folder that holds ledgers, a ledger, or a paper's name; may be repeated (default: the ledger in or "
        "above the current folder, else the built-in papers)",
    )


def ledger_for(document: Document, projects: Sequence[str]) -> Path | None:
    """The ledger, of those that a command is about, of a document's paper; its modules draw the paper's own figures.

    Args:
        projects: as the command was given them; without any, another paper's ledger in the current folder is no error.

    Raises:
        ValueError: none of the projects is of the document's paper.
    """
    title = document["paper"].get("title")
    titles = {paper.ledger: load_ledger(paper.ledger).paper.get("title") for paper in papers_of(projects)}
    found = next((ledger for ledger, its in titles.items() if its == title), None)
    if projects and found is None:
        given = " or ".join(map(repr, titles.values()))
        raise ValueError(f"--project {' '.join(projects)}: is of {given}, these claims are of {title!r}")
    return found
