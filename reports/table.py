"""The verdict table as Markdown, and the page of it that lies beside a paper's ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from checks.document import faults_found, partial_words, show
from checks.faults import MEANINGS, DistinctFault, tally
from checks.records import Claim, Document, Elsewhere
from reports._content import grounded, kind
from reports.selection import select

_SIGN = {"holds": "✓", "fails": "✗", "undecided": "?"}
_INTRODUCTION = """\
Written by `manyfaces table` from what a run computed. ✓ holds, ✗ fails, ? is undecided; *by* names the methods;
*sabotages* says how many wrong versions of what is checked were caught, of how many tried, *mutants* the same of
the formal text, made by the engine, without those that follow from it; a statement that holds is
*grounded* when it and all that it depends on hold, by more than cases; *fault* is the grade of what fails, with the
statement that it is counted with.
"""
_HEAD = ["statement", "where", "verdict", "fault", "by", "sabotages", "mutants", "grounded"]
_FAULTS = ["fault", "counted with it", "grade", "hang on it"]


def verdict_table(document: Document, only: Sequence[str] | None = None) -> str:
    """A Markdown table, a line for each statement; before it, if so, that not everything was run.

    Raises:
        ValueError: a pattern in ``only`` matches nothing.
    """
    claims = document["claims"]
    chosen = set(select([claim["id"] for claim in claims], only)) if only else {claim["id"] for claim in claims}
    known = [*claims, *document.get("elsewhere", [])]
    rows = [_HEAD, ["---"] * len(_HEAD), *(_row(claim, known) for claim in claims if claim["id"] in chosen)]
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"
    words = partial_words(document)
    return f"**This is {words}.**\n\n{table}" if words else table


def fault_table(document: Document, only: Sequence[str] | None = None) -> str:
    """A Markdown table, a line for each distinct fault, the gravest first; empty where there are none.

    Raises:
        ValueError: a pattern in ``only`` matches nothing.
    """
    chosen = set(select([claim["id"] for claim in document["claims"]], only)) if only else None
    faults = [fault for fault in faults_found(document) if chosen is None or chosen & {*fault.refuted}]
    titles = {claim["id"]: _escape(claim["title"]) for claim in document["claims"]}
    rows = [_FAULTS, ["---"] * len(_FAULTS), *(_fault_row(fault, titles) for fault in faults)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n" if faults else ""


def _fault_row(fault: DistinctFault, titles: Mapping[str, str]) -> list[str]:
    others = ", ".join(f"`{name}`" for name in fault.refuted[1:])
    return [f"`{fault.id}` {titles[fault.id]}", others, str(fault.grade), str(len(fault.hanging))]


def verdict_page(document: Document, only: Sequence[str] | None = None) -> str:
    """The tables of `fault_table` and `verdict_table` under a heading that says whose verdicts these are.

    Raises:
        ValueError: a pattern in ``only`` matches nothing.
    """
    title = document["paper"].get("title", "Claims of a ledger")
    parts = [f"# Verdicts: {title}\n", _INTRODUCTION, verdict_table(document, only)]
    if faults := fault_table(document, only):
        parts[1:1] = ["## Faults\n", _introduction(faults_found(document)), faults, "## Statements\n"]
    return "\n".join(parts)


def _introduction(faults: Sequence[DistinctFault]) -> str:
    grades = "\n".join(f"- *{grade}*: {meaning}" for grade, meaning in MEANINGS.items())
    return f"""\
In the whole ledger {tally(faults)}.
How many statements *hang* on a fault: those that depend on what it refutes or amend it, however indirectly. Grades are
a reader's judgement of the paper, not computed:

{grades}
"""


def _row(claim: Claim, everything: Sequence[Claim | Elsewhere]) -> list[str]:
    methods = ", ".join(sorted({evidence["by"] for evidence in claim["evidence"]}))
    title = f"`{claim['id']}` {_escape(claim['title'])}"
    sabotages = "{caught}/{tried}".format(**claim["sabotages"])
    verdict = f"{_SIGN[kind(claim).partition('-')[0]]} {_verdict(claim)}"
    return [
        title,
        _escape(claim["where"]),
        verdict,
        _fault(claim),
        methods,
        sabotages,
        mutants(claim),
        grounded(claim, everything),
    ]


def mutants(claim: Claim) -> str:
    """How many wrong versions of the formal text were caught, of how many that do not follow from it."""
    found = claim["mutants"]
    return f"{found['caught']}/{found['tried'] - found['weaker']}" if found else ""


def _fault(claim: Claim) -> str:
    same = claim.get("same_fault")
    return (claim.get("fault") or "") + (f", as `{same}`" if same else "")


def _verdict(claim: Claim) -> str:
    words = show(claim["verdict"]) if claim["verdict"]["state"] == "judged" else claim["verdict"]["state"]
    return words if claim["as_expected"] else f"{words} (not as expected)"


def _escape(text: str) -> str:
    return text.replace("|", "\\|")
