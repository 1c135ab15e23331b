"""The paper's ledger: every edge is said by a text of its entry, and texts name statements that there are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.ledger import Ledger, Statement, load_ledger
from checks.naming import named
from checks.papers import ledger_of


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return load_ledger(ledger_of())


def test_edges_are_said(ledger: Ledger) -> None:
    assert ledger.unused_edges() == []


def test_names_are_those_of_statements(ledger: Ledger) -> None:
    assert ledger.unknown_names() == []


def test_a_proof_makes_its_edges_itself(ledger: Ledger) -> None:
    """What a proof names need not be listed beside."""
    for entry in ledger:
        listed = set(entry.depends_on) - set(entry.automatic)
        assert listed.isdisjoint(named([entry.proof])), entry.id


def test_each_edge_hangs_on_its_name(ledger: Ledger) -> None:
    """Sabotages: without its name in backticks each single edge is seen, and so is each name with a slip."""
    # of the others there is nothing to say: they are searched above
    others = {each.id: Statement(each.id, "", "", "", each.expected) for each in ledger}
    for entry in ledger:
        for name in entry.depends_on:
            silent = _everywhere(entry, f"`{name}`", name)
            assert Ledger({}, {**others, entry.id: silent}).unused_edges() == [(entry.id, name)]
            slip = f"{name}.ammended"
            slipped = _everywhere(entry, f"`{name}`", f"`{slip}`")
            assert Ledger({}, {**others, entry.id: slipped}).unknown_names() == [(entry.id, slip)]


def _everywhere(entry: Statement, old: str, new: str) -> Statement:
    formal = entry.formal and replace(entry.formal, says=entry.formal.says.replace(old, new))
    return replace(
        entry,
        statement=entry.statement.replace(old, new),
        hypotheses=tuple(text.replace(old, new) for text in entry.hypotheses),
        note=entry.note.replace(old, new),
        proof=entry.proof.replace(old, new),
        formal=formal,
    )
