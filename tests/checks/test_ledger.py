"""Ledgers and verdicts: what is read, what is refused and by which words, and how outcomes add up."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from checks.ledger import LedgerError, load_ledger
from checks.papers import ledger_of
from checks.verdict import ConflictError, Strength, Truth, judge

HOLDS, FAILS, OPEN = Truth
PROVED, SUPPORTED = Strength


def entry(**more: Any) -> str:
    fields = {"id": "a", "where": "p. 1", "title": "A", "statement": "$a$", "expected": "holds", "strength": "proved"}
    lines = [f"{key} = {json.dumps(value)}" for key, value in (fields | more).items() if value is not None]
    return "\n".join(["[[statement]]", *lines])


def load(folder: Path, *entries: str) -> Any:
    (folder / "ledger.toml").write_text("\n".join(entries), encoding="utf-8")
    return load_ledger(folder / "ledger.toml")


def test_the_own_ledger_is_sound() -> None:
    ledger = load_ledger(ledger_of())
    assert len(ledger.paper["sha256"]) == 64
    for statement in ledger:
        assert statement.id not in ledger.foundations(statement.id)
        assert statement.expected.truth is not Truth.FAILS or ledger.amendments(statement.id)


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text(entry(id="c", depends_on=["b"]) + '\n[paper]\ntitle = "T"\n')
    (tmp_path / "a.toml").write_text(entry(id="b", statement="  $b$\n", depends_on=["a"]) + "\n" + entry())
    ledger = load_ledger(tmp_path)
    assert [statement.id for statement in ledger] == ["b", "a", "c"]
    assert (ledger["b"].statement, ledger.paper) == ("$b$", {"title": "T"})
    assert ledger.foundations("c") == {"a", "b"}
    assert "c" in ledger and "d" not in ledger


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([], "holds no statement"),
        (["x"], "not valid TOML"),
        ([entry(), entry()], "the id 'a' stands twice"),
        ([entry(title=None)], r"'a': missing \['title'\]"),
        ([entry(titel="A")], r"unknown \['titel'\]"),
        ([entry().replace("[[statement]]", "[[statements]]")], r"misplaced \['statements'\]"),
        ([entry().replace("[[statement]]", "[statement]")], "misplaced"),
        (['paper = "T"'], "misplaced"),
        ([entry(id="../a")], "use letters, digits"),
        ([entry(id="a,b")], "use letters, digits"),
        ([entry(id="")], "use letters, digits"),
        ([entry(id=3)], "id = 3; give a text"),
        ([entry(depends_on="a")], "depends_on = 'a'; give a list of texts"),
        ([entry(hypotheses=[1])], r"hypotheses = \[1\]; give a list"),
        ([entry(expected="true")], "expected = 'true'; use one of"),
        ([entry(strength=None)], "strength = None; use one of"),
        ([entry(strength="strong")], "strength = 'strong'; use one of"),
        ([entry(depends_on=["b"])], r"refers to \['b'\]"),
        ([entry(amends="b")], r"refers to \['b'\]"),
        ([entry(amends="a")], "amends itself"),
        ([entry(expected="fails", amends="a")], "amends itself"),
        ([entry(expected="fails")], "is refuted but nothing amends it"),
        ([entry(depends_on=["a"])], "depends on itself"),
        ([entry(depends_on=["b"]), entry(id="b", depends_on=["a"])], "depends on itself"),
        ([entry(), "[paper]\ndate = 2021-04-11"], "paper: .*write dates as text"),
        ([entry(), "[paper]\ntitle = 3"], "paper.title must be a text"),
        ([entry(), '[paper]\nauthors = "A. Uthor"'], "paper.authors must be a list of texts"),
        ([entry(), "x = " + "[" * 5000], "not valid TOML"),
    ],
)
def test_a_broken_ledger_is_named(tmp_path: Path, entries: list[str], words: str) -> None:
    with pytest.raises(LedgerError, match=words):
        load(tmp_path, *entries)


@pytest.mark.parametrize(("encoding", "words"), [("utf-16", "encoding is UTF-16"), ("latin-1", "no UTF-8 from byte")])
def test_the_encoding_is_named(tmp_path: Path, encoding: str, words: str) -> None:
    (tmp_path / "ledger.toml").write_text(entry(title="é").replace("\\u00e9", "é"), encoding=encoding)
    with pytest.raises(LedgerError, match=rf"ledger\.toml.*{words}.*save it as UTF-8"):
        load_ledger(tmp_path / "ledger.toml")


def test_a_mark_of_byte_order_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "ledger.toml").write_text(entry(), encoding="utf-8-sig")
    assert "a" in load_ledger(tmp_path / "ledger.toml")


def test_a_ledger_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(LedgerError, match="holds no ledger"):
            load_ledger(path)


def test_an_undecided_statement_has_no_strength(tmp_path: Path) -> None:
    expected = load(tmp_path, entry(expected="undecided", strength=None))["a"].expected
    assert (expected.truth, expected.strength, str(expected)) == (OPEN, None, "undecided")


PAIRS = list(product(Truth, Strength))


@pytest.mark.parametrize("outcomes", [outcomes for n in range(4) for outcomes in product(PAIRS, repeat=n)])
def test_every_way_in_which_outcomes_add_up(outcomes: Any) -> None:
    truths = {truth for truth, _ in outcomes}
    given = [(truth, strength, "why" if truth is OPEN else "") for truth, strength in outcomes]
    if {HOLDS, FAILS} <= truths:
        with pytest.raises(ConflictError):
            judge(given)
        return
    verdict = judge(given)
    assert verdict.truth is (truths.pop() if len(truths) == 1 else OPEN)
    if verdict.truth is OPEN:
        assert verdict.strength is None and ("why" in verdict.reason or not outcomes)
    else:
        assert verdict.reason == ""
        assert (verdict.strength is PROVED) == any(strength is PROVED for _, strength in outcomes)
