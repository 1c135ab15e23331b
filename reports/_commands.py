"""The commands that repeat what a report says, for its own paper."""

from __future__ import annotations

import shlex

from checks.records import Document
from checks.registry import installed


def commands(document: Document) -> list[tuple[str, str]]:
    """Commands and what each does, as the reader of a document types them.

    Those of a paper that is installed work in any folder, others in the folder of the project.
    """
    named = project(document)
    first = next(claim["id"] for claim in document["claims"])
    return [
        ("manyfaces verify report.json", "or: python -P -m checks.verify report.json"),
        (f"manyfaces check{named} {shlex.quote(first)}", "the checks of one statement"),
        (f"manyfaces report{named} -o report.pdf", "all of it, and the short report"),
        (f"manyfaces report{named} --full", "and a page for every statement, in report-full.pdf"),
    ]


def project(document: Document) -> str:
    """The option that names a document's paper, where that is installed; else nothing."""
    name = document["paper"].get("name")
    return f" --project {name}" if name in {paper.name for paper in installed()} else ""
