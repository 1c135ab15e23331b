"""The claims document: every statement with its computed verdict and its evidence, as plain data.

The terminal table, the JSON file, the table of verdicts and the PDF are renderings of this one document; its form is
published in ``claims.schema.json``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, cast

from checks._forms import DEEPEST, misfits, too_deep
from checks.faults import DistinctFault, Fault, distinct_faults
from checks.files import read_utf8, replace_file
from checks.inventory import Assertion
from checks.ledger import Ledger, Statement, is_id, paper_faults
from checks.records import (
    CheckRecord,
    Claim,
    Context,
    Document,
    Elsewhere,
    Evidence,
    Expected,
    Formal,
    FormalText,
    Kernel,
    Mutants,
    Place,
    Record,
    SabotageRecord,
    Sabotages,
    State,
    Verdict,
)
from checks.strength import strength_of
from checks.verdict import METHODS, ConflictError, Strength, Truth, judge

SCHEMA = "manyfaces-claims/1"

SABOTAGES_OF = "sabotages of "
"""Before an id in ``collected``: the number of sabotaged runs instead of checks."""


def build_document(
    ledger: Ledger,
    records: Iterable[Record],
    collected: Mapping[str, int],
    complete: bool,
    context: Context,
    inventory: Iterable[Assertion] = (),
) -> Document:
    """Judge every statement of the ledger.

    Args:
        records: what the finished checks and sabotages recorded.
        collected: how many checks of each claim were collected, and under ``sabotages of ID`` how many sabotages.
        complete: whether everything was collected, so that a statement without a check is a defect.
        inventory: what the paper asserts, for where each statement stands in it.
        context: version, commit, machine, datetime, seed, scale, device, partial, builds, carried.
    """
    checks: dict[str, list[CheckRecord]] = {}
    sabotages: dict[str, list[SabotageRecord]] = {}
    for record in records:
        if record["kind"] == "check":
            checks.setdefault(record["claim"], []).append(record)
        else:
            sabotages.setdefault(record["claim"], []).append(record)
    verdicts = {
        entry.id: _verdict(entry, checks.get(entry.id, []), collected.get(entry.id, 0), complete) for entry in ledger
    }
    places: dict[str, list[Place]] = {}
    for assertion in inventory:
        for name in assertion.statements:
            places.setdefault(name, []).append({"at": assertion.place, "says": assertion.says})
    claims = [
        _claim(
            entry,
            ledger,
            verdicts,
            checks.get(entry.id, []),
            _sabotages(sabotages.get(entry.id, []), collected.get(SABOTAGES_OF + entry.id, 0)),
            places.get(entry.id, []),
        )
        for entry in ledger
    ]
    elsewhere = _elsewhere(ledger)
    document: Document = {
        "schema": SCHEMA,
        "paper": {**ledger.paper, "name": ledger.name} if ledger.name else dict(ledger.paper),
        "references": ledger.references,
        **context,
        "complete": complete,
        "claims": claims,
        "elsewhere": elsewhere,
    }
    if not elsewhere:
        del document["elsewhere"]
    return document


def _elsewhere(ledger: Ledger) -> list[Elsewhere]:
    """The statements of other papers under this one's, as they are before anything is known of their checks."""
    names = dict.fromkeys(name for entry in ledger for name in sorted(ledger.foundations(entry.id)) if ":" in name)
    return [
        {
            "id": name,
            "where": (entry := ledger.entry(name)).where,
            "title": entry.title,
            "statement": entry.statement,
            "depends_on": ledger.below(name),
            "verdict": _open("not run"),
            "expected": _expected(entry),
        }
        for name in names
    ]


def link(documents: Mapping[str, Document]) -> None:
    """Hand the verdicts of one run's documents, by paper, to those whose statements rest on them."""
    for document in documents.values():
        for other in document.get("elsewhere", []):
            paper, _, identifier = other["id"].rpartition(":")
            claims = documents[paper]["claims"] if paper in documents else []
            other["verdict"] = next(
                (claim["verdict"] for claim in claims if claim["id"] == identifier), other["verdict"]
            )
        if "elsewhere" in document:
            below = _under(document)
            verdicts = {each["id"]: each["verdict"] for each in (*document["claims"], *document["elsewhere"])}
            for claim in document["claims"]:
                grounds = [claim["id"], *_reached(claim["id"], below)]
                claim["grounded"] = all(_holds_by_more_than_cases(verdicts[name]) for name in grounds)


def _under(document: Document) -> dict[str, list[str]]:
    """What each statement that a document knows of depends on, those of other papers included."""
    known: list[Claim | Elsewhere] = [*document["claims"], *document.get("elsewhere", [])]
    return {each["id"]: each["depends_on"] for each in known}


def _reached(name: str, below: Mapping[str, Sequence[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(below[name])
    while waiting:
        current = waiting.pop()
        if current not in reached:
            reached.add(current)
            waiting.extend(below[current])
    return reached


def _verdict(entry: Statement, records: Sequence[CheckRecord], collected: int, complete: bool) -> Verdict:
    """A verdict as data, with ``state``: judged, conflict, unfinished, missing or not run."""
    if len(records) < collected:
        return _open("unfinished")
    if not records:
        return _open("missing" if complete else "not run")
    try:
        verdict = judge((Truth(r["outcome"]), strength_of(r, entry), r["reason"]) for r in records)
    except ConflictError as error:
        return _open("conflict", str(error))
    return {
        "state": "judged",
        "truth": str(verdict.truth),
        "strength": verdict.strength and str(verdict.strength),
        "reason": verdict.reason,
    }


def _open(state: State, reason: str = "") -> Verdict:
    return {"state": state, "truth": "undecided", "strength": None, "reason": reason or _WHY[state]}


_WHY = {
    "unfinished": "a check of it did not finish",
    "missing": "no check bears its id",
    "not run": "no check of it was selected",
}


def _claim(
    entry: Statement,
    ledger: Ledger,
    verdicts: Mapping[str, Verdict],
    checks: Sequence[CheckRecord],
    sabotages: Sabotages,
    places: list[Place],
) -> Claim:
    verdict = verdicts[entry.id]
    expected = _expected(entry)
    values = {name: value for record in checks for name, value in record["values"].items()}
    return {
        "id": entry.id,
        "where": entry.where,
        "title": entry.title,
        "places": places,
        "statement": _filled(entry.statement, values),
        "hypotheses": list(entry.hypotheses),
        "depends_on": list(entry.depends_on),
        "automatic": list(entry.automatic),
        "amends": entry.amends,
        "amended_by": [amendment.id for amendment in ledger.amendments(entry.id)],
        "fault": entry.fault and str(entry.fault),
        "same_fault": entry.same_fault,
        "note": _filled(entry.note, values),
        "proof": _filled(entry.proof, values),
        "unfilled": [name for name in VALUE.findall(entry.statement + entry.note + entry.proof) if name not in values],
        "formal": _formal(entry),
        "kernel": _kernel(entry, checks),
        "mutants": _mutants(checks),
        "verdict": verdict,
        "expected": expected,
        "as_expected": verdict["state"] == "judged" and _agree(verdict, expected, checks),
        "grounded": all(
            name in verdicts and _holds_by_more_than_cases(verdicts[name])
            for name in [entry.id, *ledger.foundations(entry.id)]
        ),
        "sabotages": sabotages,
        "evidence": [_evidence(record) for record in checks],
    }


VALUE = re.compile(r"\{\{(.+?)\}\}")
"""What stands in a text for the value that a check recorded under that name."""


def _filled(text: str, values: Mapping[str, str]) -> str:
    """A text with ``{{name}}`` replaced by what a check recorded under that name; "…" where none did."""
    return VALUE.sub(lambda found: values.get(found[1], "…"), text)


def _expected(entry: Statement) -> Expected:
    strength = entry.expected.strength
    return {"truth": str(entry.expected.truth), "strength": strength and str(strength)}


def _formal(entry: Statement) -> Formal | None:
    formal = entry.formal
    if formal is None:
        return None
    return {"text": cast("FormalText", dict(formal.text)), "covers": str(formal.covers), "says": formal.says}


def _mutants(records: Sequence[CheckRecord]) -> Mutants | None:
    """What the checks together make of wrong versions of the formal text: the best of them, if any decided it."""
    found = [record["mutants"] for record in records if "mutants" in record]
    return max(found, key=lambda mutants: mutants["caught"], default=None)


def _kernel(entry: Statement, records: Sequence[CheckRecord]) -> Kernel | None:
    """The theorem beside the prose, and whether it was checked here: not where there is no proof assistant."""
    text = entry.kernel
    if text is None:
        return None
    proofs = [record["kernel"] for record in records if "kernel" in record]
    return {
        "theorem": text.theorem,
        "statement": text.statement,
        "covers": str(text.covers),
        "refutes": text.refutes,
        "says": text.says,
        "checked": bool(proofs),
    }


def _agree(verdict: Verdict, expected: Expected, records: Sequence[CheckRecord]) -> bool:
    if verdict["truth"] != expected["truth"]:
        return False
    # without a proof assistant a proof is what its words are
    here = any(record["by"] == "kernel" for record in records)
    unchecked = expected["strength"] == Strength.KERNEL_CHECKED and verdict["strength"] == Strength.ARGUED and not here
    return verdict["strength"] == expected["strength"] or unchecked


def kernel_words(document: Document) -> str:
    """How many theorems the kernel of a proof assistant accepted, or that it was not there; empty without theorems."""
    told = [
        claim["kernel"]
        for claim in document["claims"]
        if claim.get("kernel") and claim["verdict"]["state"] != "not run"
    ]
    checked = sum(bool(theorem and theorem["checked"]) for theorem in told)
    if not told:
        return ""
    if checked == len(told):
        return f"{checked} theorems accepted by the kernel of Rocq"
    return (
        f"kernel proofs not re-checked here: {len(told) - checked} of {len(told)}; install coq and coquelicot to do so"
    )


def _sabotages(records: Sequence[SabotageRecord], collected: int) -> Sabotages:
    return {
        "caught": sum(record["caught"] for record in records),
        "tried": max(collected, len(records)),
        "names": [record["name"] for record in records],
        "missed": [record["name"] for record in records if not record["caught"]],
    }


def _evidence(record: CheckRecord) -> Evidence:
    return cast("Evidence", {key: value for key, value in record.items() if key not in ("kind", "claim")})


def _holds_by_more_than_cases(verdict: Verdict) -> bool:
    return verdict["state"] == "judged" and verdict["truth"] == "holds" and verdict["strength"] != Strength.SUPPORTED


def problems(document: Document) -> list[str]:
    """Why the run is red: a line for each statement that was selected and is not as expected."""
    found = []
    for claim in document["claims"]:
        verdict, expected = claim["verdict"], claim["expected"]
        if verdict["state"] in ("conflict", "missing", "unfinished"):
            found.append(f"{claim['id']}: {verdict['reason']}")
        elif verdict["state"] == "judged" and not (claim["as_expected"] or _weaker(claim, document)):
            found.append(f"{claim['id']}: computed {show(verdict)}, expected {show(expected)}")
        if verdict["state"] == "judged" and not document.get("partial", False):
            found.extend(f"{claim['id']}: no check recorded a value named {name!r}" for name in claim["unfilled"])
        if claim["mutants"] and not claim["mutants"]["caught"]:
            found.append(f"{claim['id']}: no wrong version of its formal text was caught")
        if claim["sabotages"]["caught"] < claim["sabotages"]["tried"]:
            missed = claim["sabotages"]["missed"]
            found.append(f"{claim['id']}: a sabotage {f'was not caught: {missed}' if missed else 'did not finish'}")
    return found


def _weaker(claim: Claim, document: Document) -> bool:
    """Whether the stronger check of a statement may just not have been selected."""
    verdict, expected = claim["verdict"], claim["expected"]
    if not document.get("partial", False) or verdict["truth"] != expected["truth"]:
        return False
    order = [str(strength) for strength in Strength]
    return order.index(str(verdict["strength"])) > order.index(str(expected["strength"]))


def show(verdict: Verdict | Expected) -> str:
    """``holds, argued``; ``undecided``."""
    return ", ".join(str(part) for part in (verdict["truth"], verdict["strength"]) if part)


def faults_found(document: Document) -> list[DistinctFault]:
    """The faults that the run found, the gravest first: of the statements that it computed to fail and that are graded.

    Documents written before there were grades have none.
    """
    claims = document["claims"]
    failed = [claim for claim in claims if claim["verdict"]["truth"] == "fails" and claim.get("fault")]
    if not failed:
        return []
    return distinct_faults(
        {claim["id"]: (Fault(claim["fault"] or ""), claim["same_fault"]) for claim in failed},
        {claim["id"]: [*claim["depends_on"], *filter(None, [claim["amends"]])] for claim in claims},
    )


def carried_words(document: Document) -> str:
    """How many checks stand on records of earlier runs; empty for none.

    >>> carried_words({"carried": {"checks": 3, "of": 5, "runs": ["2030-01-02T03:04:05+00:00"]}})
    '3 of 5 checks carried over from runs of 2030-01-02'
    """
    carried = document.get("carried")
    if not carried or not carried["checks"]:
        return ""
    days = sorted({started[:10] for started in carried["runs"]})
    when = ", ".join(days) if len(days) < 4 else f"{days[0]} to {days[-1]}"
    return f"{carried['checks']} of {carried['of']} checks carried over from runs of {when}"


def partial_words(document: Document) -> str:
    """Whether there may be more checks than a document stands on, in words; empty where everything was run.

    >>> partial_words({"partial": False, "complete": False, "claims": [{"verdict": {"state": "not run"}}]})
    'a run of some statements only: 1 of 1 in the ledger were not run'
    """
    if document.get("partial"):
        return "a partial run: checks may have been left out, and a verdict here may rest on fewer than there are"
    if document.get("complete", True):
        return ""
    left = sum(claim["verdict"]["state"] == "not run" for claim in document["claims"])
    return f"a run of some statements only: {left} of {len(document['claims'])} in the ledger were not run"


def changes(old: Document, new: Document) -> list[str]:
    """Which verdicts differ between two documents, a line each."""
    before = {claim["id"]: claim for claim in old["claims"]}
    after = {claim["id"]: claim for claim in new["claims"]}
    lines = [f"{name}: no longer in the ledger" for name in before if name not in after]
    for name, claim in after.items():
        if "not run" in (claim["verdict"]["state"], before.get(name, claim)["verdict"]["state"]):
            continue
        now, then = show(claim["verdict"]), show(before[name]["verdict"]) if name in before else "not in the ledger"
        if now != then:
            lines.append(f"{name}: {then} -> {now}")
    return lines


def read_document(path: Path) -> Document:
    """Read a claims file; whatever it holds, what is returned has the published form.

    Raises:
        ValueError: the file is not one; names the field that is wrong.
    """
    try:
        document: Any = json.loads(read_utf8(path))
    except (ValueError, RecursionError) as error:
        reason = str(error).removeprefix(f"{path}: ")
        raise ValueError(f"path={str(path)!r} cannot be read as claims: {reason}") from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise ValueError(f"path={str(path)!r} is not of the form {SCHEMA}; write one with pytest --claims-json")
    wrong = list(islice(_faults(document), _SHOWN + 1))
    if wrong:
        more = "; …" if len(wrong) > _SHOWN else ""
        raise ValueError(f"path={str(path)!r} is not of the form {SCHEMA}: {'; '.join(wrong[:_SHOWN])}{more}")
    return cast("Document", document)


_SHOWN = 5
"""How many faults of a file a message names; chosen."""


def _faults(document: dict[str, Any]) -> Iterator[str]:
    """What a document lacks of the published form, and of what its parts say of one another."""
    if too_deep(document):
        yield f"lists and objects are more than {DEEPEST} deep"
        return
    misfit = False
    for line in misfits(document, Document, "document"):
        misfit = True
        yield line.removeprefix("document.")
    if not misfit:
        yield from paper_faults(document["paper"])
        yield from _loose_ends(document)


def _loose_ends(document: dict[str, Any]) -> Iterator[str]:
    try:
        datetime.fromisoformat(document["datetime"])
    except ValueError:
        yield f"datetime is {document['datetime'][:80]!r}: give one such as '2030-01-02T03:04:05+00:00'"
    names = [claim["id"] for claim in document["claims"]]
    elsewhere = document.get("elsewhere", [])
    known = {*names, *(other["id"] for other in elsewhere)}
    if len(known) < len(names) + len(elsewhere):
        yield "claims: an id stands twice"
    for i, other in enumerate(elsewhere):
        if not all(map(is_id, other["id"].split(":", 1))) or ":" not in other["id"]:
            yield f"elsewhere[{i}].id is {other['id'][:80]!r}: give PAPER:ID"
        if unknown := [name for name in other["depends_on"] if name not in known]:
            yield f"elsewhere[{i}] refers to {unknown[0][:80]!r}, which is no claim"
    for i, claim in enumerate(document["claims"]):
        place, verdict = f"claims[{i}]", claim["verdict"]
        if not is_id(claim["id"]):
            yield f"{place}.id is {claim['id'][:80]!r}: use letters, digits, '.', '_' and '-'"
        for other in [*claim["depends_on"], *claim["amended_by"], *filter(None, [claim["amends"]])]:
            if other not in known:
                yield f"{place} refers to {other[:80]!r}, which is no claim"
        worded: list[tuple[str, str, Iterable[str]]] = [
            ("verdict.truth", verdict["truth"], Truth),
            ("verdict.strength", verdict["strength"] or Strength.ARGUED, Strength),
            *(("evidence: by", evidence["by"], METHODS) for evidence in claim["evidence"]),
            *(("evidence: outcome", evidence["outcome"], Truth) for evidence in claim["evidence"]),
        ]
        for key, word, words in worded:
            if word not in list(words):
                yield f"{place}.{key} is {word[:80]!r}: give one of {', '.join(words)}"
        if (verdict["truth"] == Truth.UNDECIDED) != (verdict["strength"] is None):
            yield f"{place}.verdict: a strength goes with holds and fails, null with undecided"


def write_json(data: Any, path: Path) -> None:
    """Write JSON so that the file is either the old one or the whole new one."""
    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    replace_file(path, text.encode())
