"""What the short report prints: findings, errata, results, the graph, a narrative by section, trainings, an index.

All of it is computed from the claims document, but for the sentences about the paper, which are the paper's own data
(`checks.narrative`); each is held against the verdicts of the document, and says so where they contradict it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from checks.document import faults_found, problems
from checks.faults import MEANINGS, DistinctFault, Fault
from checks.narrative import (
    NARRATIVE,
    Erratum,
    Narrative,
    Section,
    Text,
    contradictions,
    load_narrative,
    section_of,
)
from checks.records import Claim, Document
from checks.verdict import Strength, Truth
from reports._content import Data, chosen_ids, content, counts, mention
from reports._graph import layout
from reports._results import results
from reports.figures import own_ledger
from reports.notation import readable

GRAVE = (Fault.FALSE, Fault.GAP)
"""The grades whose faults have a row of their own with a counterexample; the others have a line."""

STRENGTHS: Mapping[Strength, str] = {
    Strength.MACHINE_CHECKED: "the verifier decides a formal text of it, or re-checks a counterexample",
    Strength.KERNEL_CHECKED: "the kernel of the proof assistant Rocq accepts it, or its negation",
    Strength.ARGUED: "a proof or a counterexample is written, with steps that a machine checks",
    Strength.CITED: "a theorem of the literature says it, or gives it at once",
    Strength.SUPPORTED: "the cases that were tried say so, which is no proof",
}
"""How a verdict is known, in a line: page one explains its counts by it. `reports/reading.typ` says it in full."""

VERBS: Mapping[str, tuple[str, str]] = {"holds": ("holds", "hold"), "fails": ("fails as printed", "fail as printed")}
"""Of one statement, and of several."""


def told(document: Document, ledger: Path | None = None) -> Narrative:
    """What is told beside the ledger of a document's paper, the given one or that of an installed paper.

    For a paper that tells nothing, one section with the evidence of all statements that were run.

    Raises:
        ValueError: the narrative is malformed or names what is no statement, or the given ledger is of another paper.
    """
    found = own_ledger(document["paper"], ledger)
    empty: Narrative = {"finding": [], "erratum": [], "section": []}
    narrative = load_narrative(found[1].with_name(NARRATIVE), found[0].statements) if found else empty
    if narrative["section"]:
        return narrative
    every: Section = {
        "name": "The statements and their evidence",
        "ids": ["*"],
        "figures": [],
        "pages": chosen_ids(document),
        "paragraph": [],
    }
    return {**narrative, "section": [every]}


def carried(document: Document, narrative: Narrative) -> list[str]:
    """The statements whose whole evidence the short report carries, in the order of the sections."""
    known = {claim["id"] for claim in document["claims"]}
    return [name for section in narrative["section"] for name in section["pages"] if name in known]


def pictured(document: Document, narrative: Narrative) -> list[str]:
    """The statements of which a section shows the figures."""
    known = {claim["id"] for claim in document["claims"]}
    return [name for section in narrative["section"] for name in section["figures"] if name in known]


def digest(document: Document, narrative: Narrative) -> Data:
    """Everything that the short report prints, but for its figures, which each section names by statement."""
    claims = document["claims"]
    by_id = {claim["id"]: claim for claim in claims}
    pages = carried(document, narrative)
    data = content(document, pages or [claims[0]["id"]])
    if not pages:
        data["claims"] = []
    faults = faults_found(document)
    grades = {name: str(fault.grade) for fault in faults for name in fault.refuted}
    verdicts = {claim["id"]: claim["verdict"]["truth"] for claim in claims if claim["verdict"]["state"] != "not run"}
    seconds = sum(record["seconds"] for claim in claims for record in claim["evidence"])
    seconds += sum(build["seconds"] for build in document["builds"])
    return data | {
        "facts": [*data["facts"], ["Time", f"{seconds / 60:.1f} minutes of checks and of what they share, added up"]],
        "counts": counts(claims),
        "strengths": _strengths(counts(claims)),
        "parts": [_part(claim for claim in claims if bool(claim["amends"]) == mended) for mended in (False, True)],
        "left_out": 0,
        "linked": sorted(by_id),
        "kinds": {claim["id"]: mention(claim, True)["kind"] for claim in claims},
        "grades": grades,
        "meanings": [
            {
                "grade": str(grade),
                "meaning": meaning,
                "number": sum(fault.grade == grade for fault in faults),
                "grave": grade in GRAVE,
            }
            for grade, meaning in MEANINGS.items()
        ],
        "problems": [line.split(": ", 1) for line in problems(document)],
        "examined": narrative.get("examined"),
        "answer": _told(narrative["answer"], verdicts) if "answer" in narrative else None,
        "findings": [_told(text, verdicts) for text in narrative["finding"]],
        "errata": _errata(faults, by_id, narrative),
        "results": _results(claims, grades),
        "theorems": sorted({name for claim in claims for record in claim["evidence"] for name in record["rests_on"]}),
        "checks": sum(len(claim["evidence"]) for claim in claims),
        "theorems_proved": sum(1 for claim in claims if (kernel := claim.get("kernel")) and kernel["checked"]),
        "witnesses": sum(len(record["witnesses"]) for claim in claims for record in claim["evidence"]),
        "graph": _graph(claims),
        "sections": [
            _section(
                section, [claim for claim in claims if section_of(claim["id"], narrative) == number], by_id, verdicts
            )
            for number, section in enumerate(narrative["section"])
        ],
        "trainings": [found for claim in claims if (found := _training(claim))["rows"]],
        "index": [mention(claim, True) | {"where": _where(claim), "amends": bool(claim["amends"])} for claim in claims],
    }


def _strengths(counted: Sequence[Data]) -> list[Data]:
    """A row for each strength that occurs: how many statements hold, and how many fail, that strongly."""
    numbers = {count["kind"]: count["number"] for count in counted}
    rows = []
    for strength, meaning in STRENGTHS.items():
        found = {str(truth): numbers.get(f"{truth}-{strength}", 0) for truth in (Truth.HOLDS, Truth.FAILS)}
        if any(found.values()):
            rows.append({"name": str(strength), "meaning": meaning, **found})
    return rows


def _part(claims: Iterable[Claim]) -> Data:
    """How many statements there are, and how many of them have which verdict."""
    words = Counter(mention(claim, True)["word"] for claim in claims)
    return {"number": words.total(), "holds": words["holds"], "fails": words["fails"]}


def _told(text: Text, verdicts: Mapping[str, str]) -> Data:
    return {"text": text["text"], "wrong": contradictions(text, verdicts)}


def _where(claim: Claim) -> str:
    return claim["where"].removesuffix(", amended")


def _errata(faults: Sequence[DistinctFault], by_id: Mapping[str, Claim], narrative: Narrative) -> list[Data]:
    said = {erratum["fault"]: erratum for erratum in narrative["erratum"]}
    return [_erratum(fault, by_id, said.get(fault.id)) for fault in faults]


def _erratum(fault: DistinctFault, by_id: Mapping[str, Claim], said: Erratum | None) -> Data:
    claim = by_id[fault.id]
    amended = [mention(by_id[name], True) for other in fault.refuted for name in by_id[other]["amended_by"]]
    return {
        "grade": str(fault.grade),
        "grave": fault.grade in GRAVE,
        **mention(claim, True),
        "at": _printed_at(claim),
        "quote": said.get("quote", "") if said else "",
        "wrong": said["wrong"] if said else first_sentence(claim["note"]),
        "example": said["example"] if said else "",
        "corrections": amended[:1],
        "others": [name for name in fault.refuted if name != fault.id],
        "hanging": len(fault.hanging),
    }


def _printed_at(claim: Claim) -> str:
    """The sentence of the paper, of the section where the ledger has the statement if there are several."""
    where = _where(claim)
    printed = [place["at"] for place in claim["places"]]
    return next((place for place in printed if place.split(",")[0] == where.split(",")[0]), where)


def first_sentence(markup: str) -> str:
    """The first sentence of typst markup; all of it where a formula or a name in backticks would be cut.

    >>> first_sentence("At $x = 0$. See `a.b`."), first_sentence("All $a. b$ of it.")
    ('At $x = 0$.', 'All $a. b$ of it.')
    """
    for match in re.finditer(r"\.(?= |$)", markup):
        start = markup[: match.end()]
        if start.count("$") % 2 == 0 and start.count("`") % 2 == 0:
            return start
    return markup


def _results(claims: Sequence[Claim], grades: Mapping[str, str]) -> list[Data]:
    return [
        {
            "name": row["name"],
            "title": row["result"][0]["title"],
            "result": _judged(row["result"], grades),
            "proof": _judged(row["proof"], grades),
        }
        for row in results(claims)
    ]


def _judged(claims: Sequence[Claim], grades: Mapping[str, str]) -> Data:
    """Statements as a whole: how many hold, and those that do not."""
    shown = [mention(claim, True) | {"grade": grades.get(claim["id"], "")} for claim in claims]
    return {
        "number": len(shown),
        "holds": sum(each["word"] == "holds" for each in shown),
        "others": [each for each in shown if each["word"] != "holds"],
        "first": shown[0] if shown else None,
    }


def _graph(claims: Sequence[Claim]) -> Data:
    grounds = {claim["id"]: [*claim["depends_on"], *filter(None, [claim["amends"]])] for claim in claims}
    return {**layout(grounds)}


def _section(
    section: Section, claims: Sequence[Claim], by_id: Mapping[str, Claim], verdicts: Mapping[str, str]
) -> Data:
    truths = Counter(mention(claim, True)["word"] for claim in claims)
    return {
        "name": section["name"],
        "number": len(claims),
        "truths": [
            [VERBS.get(word, (word, word))[truths[word] != 1], truths[word]]
            for word in sorted(truths, key=lambda word: -truths[word])
        ],
        "paragraphs": [_told(text, verdicts) for text in section["paragraph"]],
        "figures": [name for name in section["figures"] if name in by_id],
        "pages": [name for name in section["pages"] if name in by_id],
    }


def _training(claim: Claim) -> dict[str, Any]:
    """How many of how many trained networks did what, a row for each fact."""
    rows = [
        {
            "says": fact["says"],
            "successes": fact["trials"]["successes"],
            "trials": fact["trials"]["trials"],
            "limit": fact["trials"]["limit"],
            "spread": readable(fact["trials"].get("spread", "")),
        }
        for record in claim["evidence"]
        for fact in record["facts"]
        if "trials" in fact
    ]
    return mention(claim, True) | {"rows": rows}
