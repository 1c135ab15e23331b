"""The claims document: states, problems, changes and files."""

from __future__ import annotations

import json
import os
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
    texts = {"proof": "Because.", "note": "Because."} | more
    return Statement(name, "p. 1", name, "$x$", Verdict(truth, Strength.ARGUED), **texts)


STATEMENTS = (
    statement("a"),
    statement("b", Truth.FAILS, depends_on=("a",), fault=Fault.GAP),
    statement("c", amends="b"),
)
LEDGER = Ledger({}, {entry.id: entry for entry in STATEMENTS})


def check(claim: str, outcome: str = "holds", by: str = "exact", **more: Any) -> dict[str, Any]:
    recorded: dict[str, Any] = {"facts": [], "witnesses": [], "values": {}}
    return {"kind": "check", "claim": claim, "by": by, "outcome": outcome, "reason": "", **recorded, **more}


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


AROUND: dict[str, Any] = {
    "version": None,
    "commit": None,
    "machine": {
        "system": "Linux",
        "architecture": "x86_64",
        "cores": 2,
        "python": "3.12.1",
        "packages": {"numpy": None},
    },
    "datetime": "2030-01-02T03:04:05+00:00",
    "seed": 7,
    "claims_seed": 0,
    "pinned": False,
    "scale": "quick",
    "device": "cpu",
    "partial": False,
    "builds": [{"name": "b", "seconds": 1}],
    "carried": {"checks": 0, "of": 3, "runs": []},
}
FINDING: dict[str, Any] = {"facts": [], "witnesses": [], "values": {}, "cases": 0, "seed": None, "rests_on": []}
RAN: dict[str, Any] = {"figures": [], "found": [], "check": "test_a.py::test_a", "seconds": 0.5, "carried": None}
WITNESS = {"format": "manyfaces-witness/1", "kind": "instance", "says": "", "claim": "a", "given": {"x": ["1", [2]]}}
WITNESS |= {"define": {}, "hypotheses": [], "conclusion": ["1 == 1"]}


def whole() -> Any:
    """A document with everything that the published form asks for."""
    finding = FINDING | RAN | {"facts": [{"says": "it is", "truth": True}], "witnesses": [WITNESS]}
    return json.loads(json.dumps(document(*(check(name, **finding) for name in "abc"), **AROUND)))


def test_written_files_are_read_back(tmp_path: Path) -> None:
    write_json(whole(), tmp_path / "new" / "claims.json")
    assert read_document(tmp_path / "new" / "claims.json") == whole()
    text = (tmp_path / "new" / "claims.json").read_text(encoding="utf-8")
    (tmp_path / "marked.json").write_text(text, encoding="utf-8-sig")
    assert read_document(tmp_path / "marked.json") == whole()


NESTED: Any = "x"
for _ in range(500):
    NESTED = [NESTED]


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (["datetime"], None, "datetime is missing"),
        (["datetime"], 3, "datetime is a whole number: give a text"),
        (["datetime"], "yesterday", "datetime is 'yesterday': give one such as"),
        (["datetimes"], "x", "datetimes is unknown"),
        (["claims"], {}, "claims is an object: give a list"),
        (["claims", 0], 3, r"claims\[0\] is a whole number: give an object"),
        (["claims", 1, "title"], None, r"claims\[1\]\.title is missing"),
        (["claims", 1, "as_expected"], 1, "as_expected is a whole number: give true or false"),
        (["claims", 1, "id"], "a", "an id stands twice"),
        (["claims", 1, "id"], "../b", "use letters, digits"),
        (["claims", 1, "depends_on"], ["z"], r"claims\[1\] refers to 'z', which is no claim"),
        (["claims", 1, "amends"], "z", "refers to 'z'"),
        (["claims", 1, "verdict", "truth"], "true", "verdict.truth is 'true': give one of holds, fails, undecided"),
        (["claims", 1, "verdict", "strength"], "weak", "verdict.strength is 'weak'"),
        (["claims", 1, "verdict", "truth"], "undecided", "a strength goes with holds and fails"),
        (["claims", 1, "verdict", "state"], "sure", "state is 'sure': give one of 'judged'"),
        (["claims", 1, "evidence", 0, "by"], "magic", "by is 'magic'"),
        (["claims", 1, "evidence", 0, "seconds"], "1", "seconds is '1': give a number"),
        (["claims", 1, "evidence", 0, "witnesses", 0, "kind"], "proof", "kind is 'proof'"),
        (["claims", 1, "evidence", 0, "witnesses", 0, "given"], [], r"witnesses\[0\]\.given is a list: give an object"),
        (["claims", 1, "evidence", 0, "witnesses", 0, "goal"], "x > 0", "goal is unknown"),
        (["claims", 1, "evidence", 0, "figures"], [{"kind": "k", "caption": "", "data": {"x": NESTED}}], "100 deep"),
        (["machine", "cores"], "2", "machine.cores is '2'"),
        (["paper", "title"], 3, "paper.title must be a text"),
    ],
)
def test_a_field_that_is_wrong_is_named(tmp_path: Path, place: list[Any], value: Any, words: str) -> None:
    """None stands for no field."""
    doc = whole()
    part = doc
    for key in place[:-1]:
        part = part[key]
    if value is None:
        del part[place[-1]]
    else:
        part[place[-1]] = value
    (tmp_path / "claims.json").write_text(json.dumps(doc), encoding="utf-8")
    with pytest.raises(ValueError, match=rf"path='.*claims\.json' .*{words}"):
        read_document(tmp_path / "claims.json")


@pytest.mark.parametrize("content", [b"[" * 10**5, b'{"a": ' * 10**5, json.dumps({}).encode("utf-16")])
def test_strange_files_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "claims.json").write_bytes(content)
    with pytest.raises(ValueError, match=r"claims\.json' cannot be read as claims"):
        read_document(tmp_path / "claims.json")


def test_a_file_that_is_not_there_is_named_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read as claims") as caught:
        read_document(tmp_path / "claims.json")
    assert str(caught.value).count("claims.json") == 1


@pytest.mark.skipif(os.name != "posix", reason="links take a privilege elsewhere")
def test_no_link_is_followed(tmp_path: Path) -> None:
    """One planted under the name of the unfinished file, or in the place of the file."""
    (tmp_path / "other").write_text("mine")
    for name in ("claims.json", f"claims.json.{os.getpid()}.part", "claims.json.part"):
        (tmp_path / name).symlink_to("other")
    write_json({"new": 1}, tmp_path / "claims.json")
    assert (tmp_path / "other").read_text() == "mine"
    assert json.loads((tmp_path / "claims.json").read_text()) == {"new": 1}
    assert not (tmp_path / "claims.json").is_symlink()


def test_texts_hold_what_checks_recorded() -> None:
    ledger = Ledger({}, {"a": statement("a", proof="At most {{the count}} of {{all}}.")})
    doc: Any = build_document(ledger, [check("a", values={"the count": "3"})], {"a": 1}, True, {})  # type: ignore[typeddict-item]
    [claim] = doc["claims"]
    assert (claim["proof"], claim["unfilled"]) == ("At most 3 of ….", ["all"])
    assert "a: no check recorded a value named 'all'" in problems(doc)
