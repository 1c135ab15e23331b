"""The data of a site: what its pages say, as one JSON document of a published form (`site.schema.json`).

All of it is computed from the claims document by the functions that the paper report is made with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from checks.document import faults_found, partial_words, problems
from checks.narrative import Narrative, section_of
from checks.records import Claim, Document
from reports._content import counts, grounded, mention
from reports.site._changes import Change

SCHEMA = "manyfaces-site/1"
LONGEST_NAME = 100
"""Of a file: some systems have names of 255 bytes, of which a folder is a part; chosen."""
RESERVED = frozenset(["con", "prn", "aux", "nul", *(f"{port}{i}" for port in ("com", "lpt") for i in range(10))])
"""Names that Windows keeps for devices, whatever stands behind a full stop."""


class Entry(TypedDict):
    """A statement; the form is told in the schema."""

    id: str
    title: str
    where: str
    section: str
    page: str
    statement: str
    state: str
    truth: str
    strength: str | None
    reason: str
    expected: Mapping[str, str | None]
    unexpected: list[str]
    grade: str
    fault: str
    methods: list[str]
    depends_on: list[str]
    amends: str | None
    amended_by: list[str]
    sabotages: Mapping[str, int]
    grounded: str
    data: str
    witnesses: int
    change: list[str]


class SiteData(TypedDict):
    """All of it."""

    schema: str
    paper: Mapping[str, Any]
    run: Mapping[str, Any]
    counts: list[dict[str, Any]]
    faults: list[dict[str, Any]]
    sections: list[str]
    compared: Mapping[str, Any] | None
    statements: list[Entry]


def site_data(
    document: Document, narrative: Narrative, compared: Mapping[str, Any] | None, changed: Sequence[Change]
) -> SiteData:
    """The data of a site.

    Args:
        compared: of the older document, its run; None without one.
        changed: what differs from it.
    """
    claims, faults = document["claims"], faults_found(document)
    of_fault = {name: fault for fault in faults for name in fault.refuted}
    pages, sections = page_names([claim["id"] for claim in claims]), _sections(claims, narrative)
    unexpected: dict[str, list[str]] = {}
    for line in problems(document):
        name, _, why = line.partition(": ")
        unexpected.setdefault(name, []).append(why)
    differences = {change["id"]: change["says"] for change in changed}

    def entry(claim: Claim) -> Entry:
        name = claim["id"]
        fault, verdict = of_fault.get(name), claim["verdict"]
        return {
            "id": name,
            "title": claim["title"],
            "where": claim["where"],
            "section": sections[name],
            "page": f"statements/{pages[name]}.html",
            "statement": claim["statement"],
            "state": verdict["state"],
            "truth": verdict["truth"],
            "strength": verdict["strength"],
            "reason": verdict["reason"],
            "expected": {"truth": claim["expected"]["truth"], "strength": claim["expected"]["strength"]},
            "unexpected": unexpected.get(name, []),
            "grade": str(fault.grade) if fault else "",
            "fault": fault.id if fault else "",
            "methods": sorted({record["by"] for record in claim["evidence"]}),
            "depends_on": claim["depends_on"],
            "amends": claim["amends"],
            "amended_by": claim["amended_by"],
            "sabotages": {key: claim["sabotages"][key] for key in ("caught", "tried")},
            "grounded": grounded(claim, claims),
            "data": f"statements/{pages[name]}.json",
            "witnesses": sum(len(record["witnesses"]) for record in claim["evidence"]),
            "change": differences.get(name, []),
        }

    return {
        "schema": SCHEMA,
        "paper": {
            key: value for key, value in document["paper"].items() if key in ("title", "authors", "url", "version")
        },
        "run": run_of(document),
        "counts": counts(claims),
        "faults": [
            {"id": fault.id, "grade": str(fault.grade), "refuted": [*fault.refuted], "hanging": [*fault.hanging]}
            for fault in faults
        ],
        "sections": list(dict.fromkeys(sections[claim["id"]] for claim in claims)),
        "compared": compared,
        "statements": [entry(claim) for claim in claims],
    }


def run_of(document: Document) -> dict[str, Any]:
    """Which run a document is of."""
    run = {key: document.get(key) for key in ("version", "commit", "datetime", "seed", "scale", "device")}
    return {**run, "partial": partial_words(document)}


def _sections(claims: Sequence[Claim], narrative: Narrative) -> dict[str, str]:
    """Of each statement the section by the narrative; where it knows none, the part of the paper it stands in."""
    found = {}
    for claim in claims:
        number = section_of(claim["id"], narrative)
        told = len(narrative["section"]) > 1 and number is not None
        found[claim["id"]] = narrative["section"][number or 0]["name"] if told else claim["where"].split(",")[0]
    return found


def page_names(identifiers: Sequence[str]) -> dict[str, str]:
    """The name of each statement's file: its id, but where some system has no such file, or has it for another id.

    >>> page_names(["a", "A", "nul.x"])
    {'a': 'a', 'A': 'A-559aead0', 'nul.x': 'nul.x-4f25bf65'}
    """
    found: dict[str, str] = {}
    taken: set[str] = {"index"}
    for name in identifiers:
        odd = len(name) > LONGEST_NAME or name.split(".")[0].lower() in RESERVED or name.endswith(".")
        digest = hashlib.sha256(name.encode()).hexdigest()[:8]
        found[name] = f"{name[:LONGEST_NAME]}-{digest}" if odd or name.lower() in taken else name
        taken.add(found[name].lower())
    return found


def mentions(claims: Sequence[Claim]) -> list[dict[str, Any]]:
    """All statements as links show them."""
    return [mention(claim, True) for claim in claims]
