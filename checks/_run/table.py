"""The verdict table in the terminal."""

from __future__ import annotations

import pytest

from checks.document import faults_found, show
from checks.faults import tally
from checks.records import Claim, Document
from checks.statistics import describe

_COLOUR = {"holds": {"green": True}, "fails": {"yellow": True}, "undecided": {"red": True}}


def print_table(reporter: pytest.TerminalReporter, document: Document) -> None:
    """A line for each statement that was selected: id, title, verdict, what it rests on, sabotages caught."""
    claims = [claim for claim in document["claims"] if claim["verdict"]["state"] != "not run"]
    width = max((len(claim["id"]) for claim in claims), default=0)
    for claim in claims:
        reporter.write(f"{claim['id']:<{width}}  ")
        reporter.write(f"{_verdict(claim):<20}", **_colour(claim))
        reporter.write_line(f"  {_methods(claim):<22} {_sabotages(claim):>5}  {claim['title']}")


def summary(document: Document) -> str:
    """How many statements hold, fail, are undecided, how many faults that makes, how many sabotages were caught."""
    counts: dict[str, int] = {}
    for claim in document["claims"]:
        if claim["verdict"]["state"] != "not run":
            key = show(claim["verdict"])
            counts[key] = counts.get(key, 0) + 1
    caught = sum(claim["sabotages"]["caught"] for claim in document["claims"])
    tried = sum(claim["sabotages"]["tried"] for claim in document["claims"])
    verdicts = "; ".join(f"{number} {name}" for name, number in sorted(counts.items()))
    faults = [tally(found)] if (found := faults_found(document)) else []
    return "; ".join(
        [
            f"{sum(counts.values())} statements: {verdicts}",
            *faults,
            f"sabotages caught {caught} of {tried}",
            *_mutants(document),
        ]
    )


def _mutants(document: Document) -> list[str]:
    found = [claim["mutants"] for claim in document["claims"] if claim["mutants"]]
    caught, tried = sum(each["caught"] for each in found), sum(each["tried"] - each["weaker"] for each in found)
    return [f"mutants of {len(found)} formal texts caught {caught} of {tried}"] if found else []


def print_evidence(reporter: pytest.TerminalReporter, document: Document) -> None:
    """The facts, values and witnesses behind each verdict."""
    for claim in document["claims"]:
        for evidence in claim["evidence"]:
            reporter.write_line(f"\n{claim['id']}: {evidence['check']} ({evidence['by']})", bold=True)
            for fact in evidence["facts"]:
                seen = f" ({describe(fact['trials'])})" if "trials" in fact else ""
                reporter.write_line(f"  {_MARK[fact['truth']]} {fact['says']}{seen}")
            for witness in evidence["witnesses"]:
                reporter.write_line(f"  witness ({witness['kind']}): {witness['says']}")
            for name, value in evidence["values"].items():
                reporter.write_line(f"    {name} = {value}")


_MARK = {True: "+", False: "-", None: "?"}


def _verdict(claim: Claim) -> str:
    state = claim["verdict"]["state"]
    return show(claim["verdict"]) if state == "judged" else state


def _colour(claim: Claim) -> dict[str, bool]:
    return _COLOUR[claim["verdict"]["truth"]] if claim["as_expected"] else {"red": True, "bold": True}


def _methods(claim: Claim) -> str:
    return ", ".join(sorted({evidence["by"] for evidence in claim["evidence"]}))


def _sabotages(claim: Claim) -> str:
    return "{caught}/{tried}".format(**claim["sabotages"])
