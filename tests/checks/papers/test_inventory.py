"""Inventories: what is read, what is refused and by which words, and the paper's own beside its ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from checks.inventory import KINDS, InventoryError, compare, load_inventory
from checks.ledger import load_ledger
from checks.papers import inventory_of, ledger_of, papers

ENTRY = '{ at = 1, says = "A", statements = ["a"] }'
EXCUSED = '{ at = 1, says = "A", kind = "outlook", why = "W" }'


def section(*entries: str, name: str = "Section 1", sentences: Any = 1) -> str:
    listed = "\n".join(f"  {entry}," for entry in entries)
    return f'[[section]]\nname = "{name}"\nsentences = {sentences}\nassertions = [\n{listed}\n]\n'


def load(folder: Path, *parts: str) -> Any:
    (folder / "10-part.toml").write_text("\n".join(parts), encoding="utf-8")
    return load_inventory(folder)


def statement(name: str, **more: str) -> str:
    fields = {"id": name, "where": "p. 1", "title": "T", "statement": "$a$", "expected": "holds", "strength": "argued"}
    return "\n".join(["[[statement]]", *(f'{key} = "{value}"' for key, value in (fields | more).items())])


@pytest.mark.parametrize("paper", papers())
def test_every_assertion_is_judged_or_excused(paper: str) -> None:
    inventory, ledger = load_inventory(inventory_of(paper)), load_ledger(ledger_of(paper))
    differences = compare(inventory, ledger)
    assert differences.unknown == ()
    assert differences.unnamed == ()
    assert [assertion.place for assertion in inventory.unchecked()] == []


def test_files_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "20-later.toml").write_text(section(EXCUSED, name="B"), encoding="utf-8")
    found = load(tmp_path, section('{ at = [1, 2], says = "A" }', '{ at = "caption", says = "C" }', sentences=2))
    assert [part.name for part in found.sections] == ["Section 1", "B"]
    assert [assertion.place for assertion in found] == [
        "Section 1, sentences 1, 2",
        "Section 1, caption",
        "B, sentence 1",
    ]
    assert [assertion.says for assertion in found.unchecked()] == ["A", "C"]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (["x"], "10-part.toml: not valid TOML"),
        (["[other]"], r"10-part.toml: has \['other'\]"),
        ([""], r"10-part.toml: has \[\]"),
        ([section(ENTRY), section(ENTRY)], r"\['Section 1'\] stand twice"),
        ([section(ENTRY, sentences=3)], r"10-part.toml: section 'Section 1': the sentences \[2, 3\] have no entry"),
        ([section(ENTRY, sentences=-1)], "give the number of sentences"),
        ([section(ENTRY, sentences="true")], "give the number of sentences"),
        ([section(ENTRY, name="")], "give a name"),
        ([section(ENTRY).replace("sentences", "sentence")], "the keys are name, sentences, assertions"),
        ([section(ENTRY, '{ says = "A" }')], r"'Section 1', entry 2: missing \['at'\]"),
        ([section('{ at = 1, says = "A", note = "N" }')], r"unknown \['note'\]"),
        ([section('{ at = 1, says = "" }')], "says = ''; give a text"),
        ([section("{ at = 1, says = 3 }")], "says = 3; give a text"),
        ([section('{ at = 2, says = "A" }')], "at = 2; give an item's name or numbers of sentences, 1 to 1"),
        ([section('{ at = [], says = "A" }')], r"at = \[\]; give"),
        ([section('{ at = " ", says = "A" }')], "at = ' '; give"),
        ([section('{ at = 1, says = "A", statements = [] }')], r"statements = \[\]; give a list of ids"),
        ([section('{ at = 1, says = "A", statements = "a" }')], "statements = 'a'; give a list"),
        ([section('{ at = 1, says = "A", statements = ["a", "a"] }')], "an id stands twice"),
        ([section('{ at = 1, says = "A", kind = "guess", why = "W" }')], "kind = 'guess'; use one of"),
        ([section('{ at = 1, says = "A", kind = "outlook" }')], "say why"),
        ([section('{ at = 1, says = "A", kind = "outlook", why = "W", statements = ["a"] }')], "name no statements"),
    ],
)
def test_a_broken_inventory_is_named(tmp_path: Path, parts: list[str], words: str) -> None:
    with pytest.raises(InventoryError, match=words):
        load(tmp_path, *parts)


def test_an_inventory_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(InventoryError, match=r"holds no \.toml file"):
            load_inventory(path)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_excuses(tmp_path: Path, kind: str) -> None:
    [found] = load(tmp_path, section(EXCUSED.replace("outlook", kind)))
    assert not found.unchecked


def test_both_are_compared(tmp_path: Path) -> None:
    (tmp_path / "ledger").mkdir()
    wrong = statement("a", expected="fails", fault="gap")
    written = [wrong, statement("b", amends="a"), statement("c", amends="b"), statement("d")]
    (tmp_path / "ledger" / "1.toml").write_text("\n".join(written), encoding="utf-8")
    ledger = load_ledger(tmp_path / "ledger")
    differences = compare(load(tmp_path, section(ENTRY.replace('["a"]', '["a", "e"]'))), ledger)
    assert differences.unknown == (("Section 1, sentence 1", "e"),)
    assert differences.unnamed == ("d",)
    named_in_the_middle = compare(load(tmp_path, section(ENTRY.replace('["a"]', '["b", "d"]'))), ledger)
    assert named_in_the_middle.unnamed == ("a",)
