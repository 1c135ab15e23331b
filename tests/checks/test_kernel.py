"""Theorems by a kernel: what is read and refused without one; `test_kernel_run` asks it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checks.evidence import Evidence
from checks.formal import Covers
from checks.kernel import KernelText, NotProved, read_kernel, theorem_of
from checks.kernel.answers import axioms_in
from checks.kernel.sources import faults, mutants, read_sources
from checks.ledger import Statement, load_ledger
from checks.papers import ledger_of
from checks.strength import strength_of
from checks.verdict import Strength, Truth, Verdict

GROWS = KernelText("Even.grows", "forall n : nat, 0 < n -> n < double n")


@pytest.mark.parametrize("told", ["", "Error: no such theorem", "Axioms:\n"])
def test_a_kernel_that_does_not_say_proves_nothing(told: str) -> None:
    with pytest.raises(NotProved, match="does not say"):
        axioms_in(told)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Lemma a : False. Proof. Admitted.", "'Admitted' stands in it"),
        ("Axiom a : False.", "'Axiom' stands in it"),
        ("Parameters a b : nat.", "'Parameters' stands in it"),
        ("Lemma a : False. Proof. admit. Qed.", "'admit' stands in it"),
        ("Unset Guard Checking.", "'Unset Guard Checking' stands in it"),
        ("Unset  Guard\n Checking.", "'Unset Guard Checking' stands in it"),
        ('Notation "a <= b" := True.', "'Notation' stands in it"),
        ('Declare ML Module "x".', "'Declare ML Module' stands in it"),
        ("Hypothesis a : False.", "a Hypothesis outside a section"),
        ("Section S.\nVariable x : nat.\nEnd S.\nVariable y : nat.", "a Variable outside a section"),
    ],
)
def test_what_assumes_is_found(text: str, fault: str) -> None:
    assert fault in list(faults(text))


def test_comments_and_sections_assume_nothing() -> None:
    assert not list(faults("(* Axiom (* Admitted *) *)\nSection S.\nVariable x : nat.\nLemma a : x = x. Qed.\nEnd S."))


def test_files_stand_after_those_they_require(tmp_path: Path) -> None:
    for name, required in (("A", "B"), ("B", "C"), ("C", "")):
        line = f"From ManyFaces Require Import {required}.\n" if required else ""
        (tmp_path / f"{name}.v").write_text(line, encoding="utf-8")
    assert [source.name for source in read_sources(tmp_path)] == ["C", "B", "A"]
    (tmp_path / "C.v").write_text("From ManyFaces Require Import A.\n", encoding="utf-8")
    with pytest.raises(ValueError, match="require each other"):
        read_sources(tmp_path)


def test_mutants_differ_from_the_statement_and_from_each_other() -> None:
    statement = "forall n : nat, 0 < n -> n <= 2 * n"
    found = mutants(statement)
    assert len(found) == len(set(found)) and statement not in found and "forall n : nat, n <= 2 * n" in found


@pytest.mark.parametrize(
    ("covers", "refutes", "expected"),
    [
        (Covers.STATEMENT, False, Strength.KERNEL_CHECKED),
        (Covers.PART, False, Strength.ARGUED),
        (Covers.CASE, False, Strength.ARGUED),
        (Covers.CASE, True, Strength.KERNEL_CHECKED),
        (Covers.PART, True, Strength.ARGUED),
    ],
)
def test_the_strength_is_computed(covers: Covers, refutes: bool, expected: Strength) -> None:
    text = replace(GROWS, covers=covers, refutes=refutes)
    found = Evidence("a", by="kernel", theorem=text)
    assert found.outcome()[0] is Truth.UNDECIDED
    found.prove(_Accepting())  # type: ignore[arg-type]
    truth = Truth.FAILS if refutes else Truth.HOLDS
    assert found.outcome()[0] is truth
    entry = Statement("a", "1", "A", "$1$", Verdict(truth, expected), proof="so", note="so", kernel=text)
    assert strength_of(found.record(), entry) is expected
    other = replace(entry, kernel=replace(text, statement="True"))
    assert strength_of(found.record(), other) is Strength.ARGUED


class _Accepting:
    """A library that has proved whatever it is asked for."""

    def proof(self, text: KernelText) -> dict[str, Any]:
        power = {"tried": 1, "caught": 1, "weaker": 0, "alive": []}
        return {
            "theorem": text.theorem,
            "statement": text.statement,
            "refutes": text.refutes,
            "axioms": [],
            "rocq": "8",
        } | {"mutants": power}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"theorem": "A.b"}, "no statement"),
        ({"theorem": "b", "statement": "True"}, "give a file and a name"),
        ({"theorem": "A.b", "statement": "True", "covers": "most"}, "covers = 'most'"),
        ({"theorem": "A.b", "statement": "True", "refutes": "yes"}, "refutes is true or false"),
        ({"theorem": "A.b", "statement": "True", "axiom": "x"}, "must be a table of"),
    ],
)
def test_malformed_tables_are_named(table: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_kernel(table)


def test_theorems_of_the_paper_bear_the_names_of_their_statements() -> None:
    ledger = load_ledger(ledger_of())
    proofs = [entry for entry in ledger if entry.kernel]
    assert len(proofs) >= 60
    for entry in proofs:
        assert entry.kernel and entry.kernel.theorem.partition(".")[2] == theorem_of(entry.id)
        assert entry.kernel.refutes == (entry.expected.truth is Truth.FAILS)
        assert not entry.kernel.refutes or entry.kernel.statement.startswith("~")


def test_what_is_refuted_is_said_of_the_papers_spaces() -> None:
    """What fails in some metric space need not fail in ℝⁿ: a refutation names the space that it is about."""
    for entry in load_ledger(ledger_of()):
        if entry.kernel and entry.kernel.refutes:
            assert not re.search(r"\b(metric|NormedModule)\b", entry.kernel.statement), entry.id


def test_what_covers_less_than_the_sentence_says_what() -> None:
    for entry in load_ledger(ledger_of()):
        assert not entry.kernel or entry.kernel.covers is Covers.STATEMENT or entry.kernel.says, entry.id
