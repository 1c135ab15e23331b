"""The report of 40, 80 and 160 statements: seconds and peak memory, each in a process of its own, and their growth.

`python tests/benchmarks/bench_report.py [CLAIMS.json]`: statements of a claims file, repeated where it has fewer, with
their figures and with their witnesses verified again; without a file, those of the ledger with made-up evidence.
"""

from __future__ import annotations

import copy
import multiprocessing
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from checks.document import build_document, read_document
from checks.implication import linear
from checks.ledger import load_ledger
from checks.papers import ledger_of
from checks.records import Document
from checks.witness import identity, instance
from reports.builder import compile_report

NUMBERS = (40, 80, 160)
CONTEXT = {
    "version": "0",
    "commit": "0",
    "datetime": "2030-01-02T03:04:05+00:00",
    "seed": 0,
    "scale": "quick",
    "device": "cpu",
    "machine": {},
}


def made_up() -> Document:
    """The ledger's statements, each with a computation, a certificate, an identity and a sabotage."""
    ledger = load_ledger(ledger_of())
    witnesses = [
        linear("both sides move", ["a <= b", "c == 2/3", "b <= d"], "a + c <= d + 2/3"),
        identity("a square", ("(a - b)**2", "a*a - 2*a*b + b*b")),
        instance("a list", given={"A": list(range(30))}, hypotheses=["A[0] == 0"], conclusion=["len(A) == 30"]),
    ]
    checks = [
        {
            "kind": "check",
            "claim": entry.id,
            "by": "symbolic",
            "outcome": str(entry.expected.truth),
            "reason": "",
            "facts": [{"says": witness["says"], "truth": True} for witness in witnesses],
            "witnesses": witnesses,
            "values": {"ratio": "1/3"},
            "cases": 1000,
            "seed": 0,
            "rests_on": [],
            "figures": [],
            "found": [],
            "check": "checks/test_some.py::test_all[as stated]",
            "seconds": 0.1,
        }
        for entry in ledger
    ]
    sabotages = [{"kind": "sabotage", "claim": entry.id, "name": "a sign flipped", "caught": True} for entry in ledger]
    return build_document(ledger, [*checks, *sabotages], {entry.id: 1 for entry in ledger}, True, CONTEXT)


def first(document: Document, number: int) -> Document:
    """That many statements of a document, which start again under other ids where it ends."""
    run = [claim for claim in document["claims"] if claim["verdict"]["state"] != "not run"]
    rounds = -(-number // len(run))
    claims = [_renamed(claim, f".{i}" if i else "") for i in range(rounds) for claim in run][:number]
    kept = {claim["id"] for claim in claims}
    for claim in claims:
        claim["amends"] = claim["amends"] if claim["amends"] in kept else None
        for key in ("depends_on", "amended_by"):
            claim[key] = [name for name in claim[key] if name in kept]
    return {**document, "claims": claims}


def _renamed(claim: dict[str, Any], ending: str) -> dict[str, Any]:
    copied = copy.deepcopy(claim)
    copied["id"] += ending
    copied["statement"] += ending  # typst remembers what it has laid out: repeated text would cost nothing
    copied["amends"] = copied["amends"] and copied["amends"] + ending
    for key in ("depends_on", "amended_by"):
        copied[key] = [name + ending for name in copied[key]]
    return copied


def measured(document: Document) -> tuple[float, float]:
    """Seconds and megabytes of a report."""
    start = time.perf_counter()
    compile_report(document)
    return time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def main() -> None:
    document = read_document(Path(sys.argv[1])) if len(sys.argv) > 1 else made_up()
    fresh = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), max_tasks_per_child=1)
    with fresh:
        found = [fresh.submit(measured, first(document, number)).result() for number in NUMBERS]
    for number, (seconds, memory) in zip(NUMBERS, found, strict=True):
        print(f"{number:>4} statements: {seconds:5.1f} s, {memory:5.0f} MB")
    (low, least), (high, most) = found[0], found[-1]
    more = NUMBERS[-1] - NUMBERS[0]
    print(f"a statement more: {1e3 * (high - low) / more:.0f} ms, {(most - least) / more:.1f} MB")


if __name__ == "__main__":
    main()
