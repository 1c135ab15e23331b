"""What differs between two runs, statement by statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from checks.document import faults_found, show
from checks.records import Claim, Document

TEXTS = {
    "title": "the title",
    "where": "where it stands",
    "statement": "the statement",
    "hypotheses": "the hypotheses",
    "note": "the note",
    "proof": "the proof",
    "formal": "the formal text",
    "kernel": "the theorem",
    "depends_on": "what it depends on",
    "amends": "what it amends",
}


class Change(TypedDict):
    """Of one statement: whether its verdict changed, and all that did, in words."""

    id: str
    kind: str
    says: list[str]


def changed(old: Document, new: Document) -> list[Change]:
    """A change for each statement that is not as it was: ``kind`` is verdict, text, evidence, new or gone.

    Raises:
        ValueError: the documents are of different papers.
    """
    titles = [document["paper"].get("title") for document in (old, new)]
    if titles[0] != titles[1]:
        raise ValueError(f"--compare: the older claims are of {titles[0]!r}, these are of {titles[1]!r}")
    before = {claim["id"]: claim for claim in old["claims"]}
    grades = [
        {name: str(fault.grade) for fault in faults_found(document) for name in fault.refuted}
        for document in (old, new)
    ]
    after = {claim["id"] for claim in new["claims"]}
    found: list[Change] = []
    for claim in new["claims"]:
        name = claim["id"]
        if name not in before:
            found.append({"id": name, "kind": "new", "says": ["new in the ledger"]})
            continue
        verdict = [*_verdict(before[name], claim), *_grade(grades[0].get(name, ""), grades[1].get(name, ""))]
        texts, evidence = [*_texts(before[name], claim)], [*_evidence(before[name], claim)]
        if says := [*verdict, *texts, *evidence]:
            found.append({"id": name, "kind": "verdict" if verdict else "text" if texts else "evidence", "says": says})
    return found + [
        {"id": name, "kind": "gone", "says": [f"no longer in the ledger; it was: {_shown(claim)}"]}
        for name, claim in before.items()
        if name not in after
    ]


def _shown(claim: Claim) -> str:
    return show(claim["verdict"]) if claim["verdict"]["state"] == "judged" else claim["verdict"]["state"]


def _verdict(old: Claim, new: Claim) -> Iterator[str]:
    if _shown(old) != _shown(new):
        yield f"verdict: {_shown(old)} → {_shown(new)}"


def _grade(old: str, new: str) -> Iterator[str]:
    if old != new:
        yield f"fault: {old or 'none'} → {new or 'none'}"


def _texts(old: Claim, new: Claim) -> Iterator[str]:
    names = [words for key, words in TEXTS.items() if _text(old, key) != _text(new, key)]
    if names:
        yield f"changed: {', '.join(names)}"


def _text(claim: Claim, key: str) -> object:
    """Of a theorem what it says, and not whether a kernel was there."""
    found = claim.get(key)
    return {**found, "checked": None} if isinstance(found, dict) and "checked" in found else found


def _evidence(old: Claim, new: Claim) -> Iterator[str]:
    was, now = _tally(old), _tally(new)
    for words in was:
        if was[words] != now[words]:
            yield f"{words}: {was[words] or 'none'} → {now[words] or 'none'}"


def _tally(claim: Claim) -> dict[str, object]:
    records = claim["evidence"]
    return {
        "methods": ", ".join(sorted({record["by"] for record in records})),
        "checks": len(records),
        "facts": sum(len(record["facts"]) for record in records),
        "witnesses": sum(len(record["witnesses"]) for record in records),
        "sabotages caught": claim["sabotages"]["caught"],
    }
