"""The claims document as the template wants it: every string ready to print, every link known to have a target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from checks.document import carried_words, faults_found, partial_words, problems, show
from checks.faults import MEANINGS, tally
from checks.ledger import MOST_REFERENCES
from checks.records import Claim, Document, Elsewhere, Evidence
from checks.verdict import METHODS, Strength
from reports import _witness
from reports._citation import citation
from reports._commands import commands
from reports.notation import typeset
from reports.selection import select

Data = dict[str, Any]

METHOD_WORDS: Mapping[str, str] = {
    "formal": "the ledger's formal text of the statement is decided from end to end by the verifier",
    "kernel": "a theorem beside the statement that the kernel of the proof assistant Rocq accepts, word by word",
    "symbolic": "polynomial identities and linear implications, each with a certificate that is re-checked exactly",
    "exact": "an exact rational computation, or an exact counterexample",
    "interval": "certified enclosures, rounded outward",
    "enumeration": "every one of finitely many cases",
    "examples": "a property-based search that found no counterexample among the stated number of cases",
    "samples": "sampled inputs, with their number and the seed that drew them",
    "training": "trained networks, measured on their final weights",
}

STATE_WORDS: Mapping[str, str] = {
    "conflict": "conflicting",
    "missing": "no check",
    "unfinished": "unfinished",
    "not run": "not run",
}

KINDS: Mapping[str, str] = {
    f"{truth}-{strength}": words.format(strength)
    for truth, words in (("holds", "hold, {}"), ("fails", "fail as printed, {}"))
    for strength in Strength
} | {"undecided": "undecided"}


def content(document: Document, only: Sequence[str] | None = None) -> Data:
    """Everything the template prints.

    Raises:
        ValueError: ``only`` matches nothing, or the references are no text or too long a one.
    """
    everything = document["claims"]
    chosen = set(chosen_ids(document, only))
    claims = [claim for claim in everything if claim["id"] in chosen]
    titles = {claim["id"]: mention(claim, claim["id"] in chosen) for claim in everything}
    known = [*everything, *document.get("elsewhere", [])]
    titles |= {other["id"]: mention(other, linked=False) for other in document.get("elsewhere", [])}
    return {
        "paper": document["paper"],
        "facts": _facts(document),
        "version": document.get("version") or "unknown",
        "commit": document.get("commit") or "unknown",
        "date": document["datetime"][:10],
        "counts": counts(claims),
        "sabotages": _sabotages(claims),
        "mutants": _mutants(claims),
        "faults": _faults(document, titles, chosen),
        "problems": _problems(document, chosen),
        "partial": partial_words(document),
        "left_out": len(everything) - len(claims),
        "references": _references(document),
        "citation": citation(document),
        "commands": commands(document),
        "methods": [{"name": name, "strength": _at_best(name), "words": METHOD_WORDS[name]} for name in METHODS],
        "linked": sorted(chosen),
        "claims": [_page(claim, everything, titles, grounded(claim, known)) for claim in claims],
    }


def chosen_ids(document: Document, only: Sequence[str] | None = None) -> list[str]:
    """The statements that ``only`` matches; without it those that were run, or all if none was.

    Raises:
        ValueError: ``only`` matches nothing.
    """
    claims = document["claims"]
    if only:
        return select([claim["id"] for claim in claims], only)
    run = [claim["id"] for claim in claims if claim["verdict"]["state"] != "not run"]
    return run or [claim["id"] for claim in claims]


def _problems(document: Document, chosen: set[str]) -> list[list[str]]:
    split = [line.split(": ", 1) for line in problems(document)]
    return [pair for pair in split if pair[0] in chosen]


def kind(claim: Claim | Elsewhere) -> str:
    """``holds-argued`` and so on: a key of `KINDS`."""
    verdict = claim["verdict"]
    if verdict["state"] != "judged" or not verdict["strength"]:
        return "undecided"
    return f"{verdict['truth']}-{verdict['strength']}"


def _at_best(method: str) -> str:
    return str(METHODS[method]) if METHODS[method] is Strength.SUPPORTED else f"{METHODS[method]} at best"


def _formal(claim: Claim) -> Data | None:
    """The formal text beside the prose, and what wrong versions of it showed."""
    formal = claim.get("formal")
    if not formal:
        return None
    text: Mapping[str, Any] = formal["text"]
    return {
        "covers": formal["covers"],
        "says": formal["says"],
        "variables": [
            {"quantifier": key.replace("_", " "), **typeset(name), "domain": domain}
            for key in ("for_all", "there_is")
            for name, domain in text.get(key, {}).items()
        ],
        "define": [{"left": typeset(left), "right": typeset(right)} for left, right in text.get("define", {}).items()],
        "hypotheses": [typeset(each) for each in text.get("hypotheses", [])],
        "lemmas": [{"name": name, **typeset(each)} for name, each in text.get("lemmas", {}).items()],
        "conclusion": [typeset(each) for each in text["conclusion"]],
        "mutants": _alive(claim["mutants"]) if claim.get("mutants") else None,
    }


_WITHOUT = "without the hypothesis "


def _alive(mutants: Any) -> Data:
    """What wrong versions showed, with a hypothesis that one lacks as maths."""
    shown = [
        {"says": _WITHOUT, **typeset(name.removeprefix(_WITHOUT))} if name.startswith(_WITHOUT) else {"says": name}
        for name in mutants["alive"]
    ]
    return {**mutants, "alive": shown}


def counts(claims: Iterable[Claim]) -> list[Data]:
    """How many statements have which verdict, in the order of `KINDS`."""
    kinds = [kind(claim) for claim in claims]
    return [
        {"kind": name, "words": words, "number": kinds.count(name)} for name, words in KINDS.items() if name in kinds
    ]


def _mutants(claims: Sequence[Claim]) -> Data:
    found = [claim["mutants"] for claim in claims if claim["mutants"]]
    return {
        "texts": len(found),
        "caught": sum(each["caught"] for each in found),
        "tried": sum(each["tried"] - each["weaker"] for each in found),
    }


def _sabotages(claims: Sequence[Claim]) -> Data:
    return {
        "caught": sum(claim["sabotages"]["caught"] for claim in claims),
        "tried": sum(claim["sabotages"]["tried"] for claim in claims),
    }


def _faults(document: Document, titles: Mapping[str, Data], chosen: set[str]) -> Data:
    """The faults that refute one of the chosen statements, a list for each grade, and in words how many there are."""
    faults = [fault for fault in faults_found(document) if chosen & {*fault.refuted}]
    grades = [
        {
            "grade": str(grade),
            "meaning": meaning,
            "faults": [
                {"claims": [titles[name] for name in fault.refuted], "hanging": len(fault.hanging)}
                for fault in faults
                if fault.grade == grade
            ],
        }
        for grade, meaning in MEANINGS.items()
    ]
    return {"tally": tally(faults), "grades": [entry for entry in grades if entry["faults"]]}


def _facts(document: Document) -> list[list[str]]:
    machine = document.get("machine") or {}
    packages = ", ".join(f"{name} {value}" for name, value in (machine.get("packages") or {}).items() if value)
    system = (
        f"{machine.get('system', '?')} {machine.get('architecture', '')}, {machine.get('cores', '?')} cores, "
        f"Python {machine.get('python', '?')}"
    )
    rows = [
        ("Run", f"{_moment(document['datetime'])}, seed {document.get('seed')}{_shift(document)}"),
        ("Carried over", carried_words(document)),
        ("Scale, device", f"{document.get('scale')}, {document.get('device')}"),
        ("Program", f"manyfaces {document.get('version')}"),
        ("Ledger", f"{document['paper'].get('name', '')}, commit {document.get('commit') or 'unknown'}".lstrip(", ")),
        ("Machine", system),
        ("Packages", packages),
    ]
    return [[label, value] for label, value in rows if value]


def _shift(document: Document) -> str:
    shift = f", shifted by {document['claims_seed']}" if document.get("claims_seed") else ""
    return shift + (", pinned to shared instructions" if document.get("pinned") else "")


def _references(document: Document) -> str:
    """The BibTeX of all that is cited: a claims file may come from anywhere."""
    found = document.get("references", "")
    if not isinstance(found, str) or len(found) > MOST_REFERENCES:
        raise ValueError(f"references: give BibTeX, at most {MOST_REFERENCES} characters of it")
    return found


def _moment(stamp: str) -> str:
    day, _, time = stamp.partition("T")
    zone = "UTC" if time[8:] in ("+00:00", "Z") else time[8:]
    return f"{day}, {time[:5]} {zone}"


def mention(claim: Claim | Elsewhere, linked: bool) -> Data:
    """A statement by id and title, with its verdict; ``linked`` where the report has a place for it."""
    return {"id": claim["id"], "title": claim["title"], "linked": linked, **_verdict(claim)}


def _verdict(claim: Claim | Elsewhere) -> Data:
    verdict = claim["verdict"]
    judged = verdict["state"] == "judged"
    word = verdict["truth"] if judged else STATE_WORDS.get(verdict["state"], "undecided")
    return {
        "kind": kind(claim),
        "word": word,
        "strength": verdict["strength"] if judged else None,
        "reason": verdict["reason"],
    }


def _page(claim: Claim, everything: Sequence[Claim], titles: Mapping[str, Data], grounds: str) -> Data:
    statements = {other["id"]: other["statement"] for other in everything}
    return {
        **mention(claim, True),
        "where": claim["where"],
        "places": claim["places"],
        "statement": claim["statement"],
        "hypotheses": claim["hypotheses"],
        "note": claim["note"],
        "proof": claim["proof"],
        "formal": _formal(claim),
        "kernel": claim.get("kernel"),
        "as_expected": claim["as_expected"],
        "sabotages": claim["sabotages"],
        "expected": show(claim["expected"]),
        "amends": bool(claim["amends"]),
        "judged": claim["verdict"]["state"] == "judged",
        "grounded": grounds,
        "by": sorted({evidence["by"] for evidence in claim["evidence"]}),
        "amendments": [titles[name] | {"statement": statements[name]} for name in claim["amended_by"]],
        "relations": _relations(claim, everything, titles),
        "evidence": [_evidence(record) for record in claim["evidence"]],
    }


def grounded(claim: Claim, everything: Iterable[Claim | Elsewhere]) -> str:
    """``yes`` or ``no`` for a statement that holds, ``unknown`` where something under it was not run; else empty."""
    if claim["verdict"]["truth"] != "holds":
        return ""
    if claim["grounded"]:
        return "yes"
    known = {each["id"]: each for each in everything}
    waiting, reached = list(claim["depends_on"]), set[str]()
    while waiting:
        if (name := waiting.pop()) not in reached:
            reached.add(name)
            waiting.extend(known[name]["depends_on"] if name in known else ())
    run = [name in known and known[name]["verdict"]["state"] != "not run" for name in reached]
    return "no" if all(run) else "unknown"


def _relations(claim: Claim, everything: Sequence[Claim], titles: Mapping[str, Data]) -> list[Data]:
    used = [other["id"] for other in everything if claim["id"] in other["depends_on"]]
    groups = [
        ("Amends", [claim["amends"]] if claim["amends"] else []),
        ("Amended by", claim["amended_by"]),
        ("Depends on", claim["depends_on"]),
        ("Used by", used),
    ]
    return [{"label": label, "claims": [titles[name] for name in names]} for label, names in groups if names]


def _evidence(record: Evidence) -> Data:
    return {
        "by": record["by"],
        "check": record["check"].rsplit("/", 1)[-1].removesuffix("[as stated]"),
        "outcome": record["outcome"],
        "reason": record["reason"],
        "cases": f"{record['cases']:,}".replace(",", "\N{THIN SPACE}") if record["cases"] else "",
        "seed": "" if record["seed"] is None else str(record["seed"]),
        "rests_on": record["rests_on"],
        "values": [[name, _witness.readable(value)] for name, value in record["values"].items()],
        "found": [_witness.breakable(found["shown"]) for found in record["found"]],
        "items": _witness.items(record["facts"], record["witnesses"]),
    }
