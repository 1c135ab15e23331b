"""From what one check did to its record, and from pytest's reports of it to what the record is worth.

A record is made when the check's function has returned, but judged from the final reports: pytest may yet call the test
failed, for a subtest, a fixture that does not finish, or by a plugin that changes the report.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from checks._marker import claim_of, sabotage_name
from checks.evidence import Evidence
from checks.ledger import Ledger
from checks.outcome import judged_again, outcome_of
from checks.records import ItemIdentity, Outcome, TravellingCheck, TravellingRecord
from checks.verdict import Truth
from manyfaces.places import PROPERTY

RECORD = pytest.StashKey[str]()
"""What an item recorded, as text that nothing changes any more, until its reports carry it."""

_SHOWN_CHARACTERS = 200  # of an error's message: chosen to fit two lines


def identity(item: pytest.Function) -> ItemIdentity:
    """Which item a record is of: its id, its place among the others, and the test function it is one run of."""
    return {"check": item.nodeid, "place": _place(item), "test": _test(item)}


def _place(item: pytest.Function) -> list[Any]:
    """Where a record belongs among the others, whichever worker made it."""
    name = sabotage_name(item)
    number = 0 if name is None else 1 + list(claim_of(item).sabotage).index(name)
    return [str(item.path), item.location[1] or 0, number, item.nodeid]


def _test(item: pytest.Function) -> str:
    """The test function and its parameters apart from the sabotage, which adds to its check's time."""
    others = {name: place for name, place in item.callspec.indices.items() if name != "subject"}
    return f"{item.nodeid.partition('[')[0]} {sorted(others.items())}"


def record_of(item: pytest.Function, evidence: Evidence, error: BaseException | None, ledger: Ledger) -> Outcome:
    """The record of a check or of its sabotage; claim, method and name are the marker's."""
    claim, name = claim_of(item), sabotage_name(item)
    evidence.claim, evidence.by = claim.id, claim.by
    if name is not None:
        return {"kind": "sabotage", "claim": claim.id, "name": name, "caught": _caught(item, evidence, error, ledger)}
    if error is not None:
        evidence.undecided(f"the check stopped: {type(error).__name__}: {str(error)[:_SHOWN_CHARACTERS]}")
    found = evidence.record()
    truth, reason = judged_again(found)
    return {**found, "outcome": str(truth), "reason": reason, "kind": "check"}


def _caught(item: pytest.Function, evidence: Evidence, error: BaseException | None, ledger: Ledger) -> bool:
    """A sabotage is caught by a failed assertion or by another verdict; a crash of another kind shows no power."""
    if error is not None:
        asserted = isinstance(error, AssertionError) or type(error) is pytest.fail.Exception
        return asserted and _raised_inside(item, error)
    return evidence.outcome()[0] is not ledger[evidence.claim].expected.truth


def _raised_inside(item: pytest.Function, error: BaseException) -> bool:
    """Whether the check itself raised it: pytest fails a coroutine, which it cannot run, in the same way."""
    function = getattr(item.obj, "__func__", item.obj)
    code, place = getattr(function, "__code__", None), error.__traceback__
    while place is not None and place.tb_frame.f_code is not code:
        place = place.tb_next
    return code is None or place is not None


def raise_unless_caught(record: Outcome, error: BaseException | None) -> None:
    """Whatever stops a check is raised again; for a sabotage that is an error only if it was not caught.

    Raises:
        AssertionError: a sabotage was not caught.
    """
    if record["kind"] == "check" and error is not None:
        raise error
    if record["kind"] == "sabotage" and not record["caught"]:
        raise AssertionError(f"{record['claim']}: the check did not catch the sabotage {record['name']!r}") from error


def unexpected(record: Outcome, ledger: Ledger) -> str:
    """Why a check that passed is red nevertheless: its verdict is not the ledger's. Empty where it is."""
    if record["kind"] == "sabotage":
        return ""
    expected, why = ledger[record["claim"]].expected.truth, f" ({record['reason']})" if record["reason"] else ""
    found = record["outcome"]
    return "" if found == expected else f"{record['claim']}: computed {found}{why}, expected {expected}"


def in_report(report: pytest.TestReport, text: str | None, ledger: Ledger) -> None:
    """Hand the record of an item to a report of it, and nothing that the test itself put there under its key.

    A check that passed with another verdict than expected fails: in the report, so that what pytest and its plugins
    found is known before.
    """
    report.user_properties = [entry for entry in report.user_properties if entry[0] != PROPERTY]
    if text is not None and report.when in ("call", "teardown"):
        report.user_properties.append((PROPERTY, text))
        if report.when == "call" and report.passed and (message := unexpected(json.loads(text), ledger)):
            report.outcome, report.longrepr = "failed", message


def carried_record(reports: Sequence[pytest.TestReport]) -> TravellingRecord | None:
    """The record that the reports of one attempt carry, if its call was reported."""
    calls = [report for report in reports if report.when == "call"]
    texts = [value for report in calls for key, value in report.user_properties if key == PROPERTY]
    return json.loads(str(texts[-1])) if texts else None


def settled(record: TravellingRecord, reports: Sequence[pytest.TestReport], ledger: Ledger) -> TravellingRecord:
    """The record as it counts, once pytest has reported everything of the item.

    The outcome is computed from what a check recorded, and a refutation verified, once more; it counts if the item
    passed, or failed for its verdict alone. A sabotage counts as caught if its item passed: a failing subtest or
    teardown shows nothing.
    """
    if record["kind"] == "sabotage":
        return {**record, "caught": record["caught"] and not _amiss(reports, "")}
    truth, reason = outcome_of(record)
    if truth is Truth.FAILS:
        truth, reason = judged_again(record)
    judged: TravellingCheck = {**record, "outcome": str(truth), "reason": reason}
    amiss = _amiss(reports, unexpected(judged, ledger))
    if amiss and truth is not Truth.UNDECIDED:
        return {**judged, "outcome": str(Truth.UNDECIDED), "reason": amiss}
    return judged


def agreed(records: Sequence[TravellingRecord]) -> TravellingRecord:
    """One record of one item that several workers ran: what they do not agree on is undecided, or not caught."""
    first = records[0]
    if first["kind"] == "sabotage":
        return {**first, "caught": all(record["kind"] == "sabotage" and record["caught"] for record in records)}
    outcomes = {record["outcome"] for record in records if record["kind"] == "check"}
    if len(outcomes) == 1:
        return first
    return {**first, "outcome": str(Truth.UNDECIDED), "reason": f"workers found {', '.join(sorted(outcomes))}"}


def _amiss(reports: Sequence[pytest.TestReport], own: str) -> str:
    """What is not as in a test that passed; own: the message with which a check was made to fail for its verdict."""
    for report in reports:
        if hasattr(report, "wasxfail"):
            return "the check is marked as one that fails"
        if not report.passed and not (own and report.when == "call" and report.longrepr == own):
            return f"pytest calls it {report.outcome} in its {report.when}: {_last_line(report)}"[:_SHOWN_CHARACTERS]
    return "" if {report.when for report in reports} >= {"setup", "call", "teardown"} else "it was not run to its end"


def _last_line(report: pytest.TestReport) -> str:
    """The error of a report, in a line."""
    crash = getattr(report.longrepr, "reprcrash", None)
    text = getattr(crash, "message", None) or report.longreprtext
    return next((line.strip() for line in str(text).splitlines() if line.strip()), "no reason is given")
