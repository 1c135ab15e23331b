"""The claims document: states, problems, changes and files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checks.document import (
    SABOTAGES_OF,
    build_document,
    changes,
    faults_found,
    problems,
    read_document,
    show,
    write_json,
)
from checks.faults import DistinctFault, Fault
from checks.ledger import Ledger, Statement
from checks.verdict import Strength, Truth, Verdict


def statement(name: str, truth: Truth = Truth.HOLDS, **more: Any) -> Statement:
    return Statement(name, "p. 1", name, "$x$", Verdict(truth, Strength.ARGUED), **more)


STATEMENTS = (
    statement("a"),
    statement("b", Truth.FAILS, depends_on=("a",), fault=Fault.GAP),
    statement("c", amends="b"),
)
LEDGER = Ledger({}, {entry.id: entry for entry in STATEMENTS})


def check(claim: str, outcome: str = "holds", by: str = "exact", **more: Any) -> dict[str, Any]:
    return {"kind": "check", "claim": claim, "by": by, "outcome": outcome, "reason": "", **more}


def sabotage(claim: str, caught: bool = True) -> dict[str, Any]:
    return {"kind": "sabotage", "claim": claim, "name": "minus", "caught": caught}


def document(*records: Any, collected: Any = None, complete: bool = True, **context: Any) -> Any:
    counted: dict[str, int] = {}
    for record in records:
        key = record["claim"] if record["kind"] == "check" else SABOTAGES_OF + record["claim"]
        counted[key] = counted.get(key, 0) + 1
    return build_document(LEDGER, records, counted | (collected or {}), complete, context)


def states(doc: Any) -> list[tuple[str, str]]:
    return [(claim["verdict"]["state"], claim["verdict"]["truth"]) for claim in doc["claims"]]


ALL = [check("a"), check("b", "fails"), check("c")]


def test_as_expected() -> None:
    doc = document(*ALL, sabotage("a"))
    assert states(doc) == [("judged", "holds"), ("judged", "fails"), ("judged", "holds")]
    assert problems(doc) == []
    assert [claim["grounded"] for claim in doc["claims"]] == [True, False, True]
    assert doc["claims"][1]["amended_by"] == ["c"]


def test_states() -> None:
    assert states(document(*ALL[:2]))[2] == ("missing", "undecided")
    assert states(document(*ALL[:2], complete=False))[2] == ("not run", "undecided")
    assert states(document(*ALL, check("a", "fails")))[0] == ("conflict", "undecided")
    assert states(document(*ALL, collected={"a": 2}))[0] == ("unfinished", "undecided")
    assert states(document(*ALL[1:], collected={"a": 1}))[0] == ("unfinished", "undecided")


def test_an_unfinished_foundation_grounds_nothing() -> None:
    unfinished = document(*ALL, collected={"a": 2})
    assert not unfinished["claims"][0]["grounded"]
    assert problems(unfinished) == ["a: a check of it did not finish"]


def test_problems() -> None:
    assert problems(document(*ALL[:2])) == ["c: no check bears its id"]
    assert problems(document(*ALL[:2], complete=False)) == []
    assert problems(document(check("a", "undecided"), *ALL[1:])) == ["a: computed undecided, expected holds, argued"]
    assert problems(document(*ALL, sabotage("a", False))) == ["a: a sabotage was not caught: ['minus']"]
    assert problems(document(*ALL, collected={SABOTAGES_OF + "a": 1})) == ["a: a sabotage did not finish"]
    weak = [check("a", by="samples"), *ALL[1:]]
    assert problems(document(*weak)) == ["a: computed holds, supported, expected holds, argued"]
    assert problems(document(*weak, partial=True)) == []
    assert problems(document(check("a", "fails", by="samples"), *ALL[1:], partial=True)) != []


def test_faults_are_those_of_what_was_computed_to_fail() -> None:
    assert faults_found(document(*ALL)) == [DistinctFault(Fault.GAP, ("b",), ("c",))]
    assert faults_found(document(check("a"), check("b"), check("c"))) == []
    assert faults_found(document(check("a", "fails"), *ALL[1:])) == faults_found(document(*ALL))
    older = document(*ALL)
    for claim in older["claims"]:
        del claim["fault"], claim["same_fault"]
    assert faults_found(older) == []


def test_changes() -> None:
    before = document(*ALL)
    after = document(check("a", by="samples"), *ALL[1:])
    assert changes(before, after) == ["a: holds, argued -> holds, supported"]
    assert changes(before, document(*ALL[1:], complete=False)) == []
    assert changes(document(*ALL[1:], complete=False), before) == []
    assert changes({"claims": []}, before)[0] == "a: not in the ledger -> holds, argued"
    assert changes(before, {"claims": []}) == [f"{name}: no longer in the ledger" for name in "abc"]


def test_show() -> None:
    assert show({"truth": "undecided", "strength": None}) == "undecided"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"schema": "manyfaces-claims/0"}', "\xff"])
def test_other_files_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "claims.json"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(ValueError, match=r"path='.*claims\.json'"):
        read_document(path)


def test_written_files_are_read_back(tmp_path: Path) -> None:
    doc = json.loads(json.dumps(document(*ALL)))
    write_json(doc, tmp_path / "new" / "claims.json")
    assert read_document(tmp_path / "new" / "claims.json") == doc
