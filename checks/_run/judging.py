"""From what one check did to its record: the outcome it reached, or whether it caught a sabotage."""

from __future__ import annotations

from typing import Any

import pytest

from checks._marker import claim_of, sabotage_name
from checks.evidence import Evidence
from checks.ledger import Ledger
from checks.records import CheckFinding, ItemIdentity, Outcome

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


def record_of(evidence: Evidence, error: BaseException | None, name: str | None, ledger: Ledger) -> Outcome:
    """The record of a check, or of its sabotage of that name."""
    if name is None:
        return {**_finish(evidence, error), "kind": "check"}
    return {"kind": "sabotage", "claim": evidence.claim, "name": name, "caught": _caught(evidence, error, ledger)}


def _finish(evidence: Evidence, error: BaseException | None) -> CheckFinding:
    if error is not None:
        evidence.undecided(f"the check stopped: {type(error).__name__}: {str(error)[:_SHOWN_CHARACTERS]}")
    return evidence.record()


def _caught(evidence: Evidence, error: BaseException | None, ledger: Ledger) -> bool:
    """A sabotage is caught by a failed assertion or by another verdict; a crash of another kind shows no power."""
    if error is not None:
        return isinstance(error, AssertionError) or type(error) is pytest.fail.Exception
    return evidence.outcome()[0] is not ledger[evidence.claim].expected.truth


def raise_unless_expected(
    evidence: Evidence, error: BaseException | None, name: str | None, record: Outcome, ledger: Ledger
) -> None:
    if record["kind"] == "sabotage":
        if not record["caught"]:
            raise AssertionError(f"{evidence.claim}: the check did not catch the sabotage {name!r}") from error
        return
    if error is not None:
        raise error
    truth, reason = evidence.outcome()
    expected = ledger[evidence.claim].expected.truth
    if truth is not expected:
        why = f" ({reason})" if reason else ""
        raise AssertionError(f"{evidence.claim}: computed {truth}{why}, expected {expected}")
