"""What Rocq is asked, and what must not be accepted, with a small library of its own. Collected where it is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from checks.kernel import KernelText, Library, NotProved, installed

PLAIN = "From Coq Require Import Arith.\n\nDefinition double (n : nat) := n + n.\n"
EVEN = "From Coq Require Import Arith Lia.\nFrom ManyFaces Require Import Inhabited Plain.\n\n"
GOOD = "Theorem grows : forall n : nat, 0 < n -> n < double n.\nProof. unfold double. intros. lia. Qed.\n"
CAN_BE = "Lemma grows_inhabited : ltac:(inhabited grows).\nProof. exists 1. auto. Qed.\n"
FALSE = "Theorem fixed : ~ forall n : nat, double n = n.\nProof. intros H. specialize (H 1). discriminate. Qed.\n"
GROWS = KernelText("Even.grows", "forall n : nat, 0 < n -> n < double n")
LITTLE = "Theorem little : forall n : nat, n < 1 -> n < 2.\nProof. intros. lia. Qed.\n"
LITTLE_CAN_BE = "Lemma little_inhabited : ltac:(inhabited little).\nProof. exists 0. auto. Qed.\n"
NOTHING = "Theorem nothing : True.\nProof. exact I. Qed.\n"

EACH = "forall n : nat, 0 < n -> (n < 2 <-> n = 1) /\\ (forall m : nat, let k := n + m in k = 5 -> m < 5)"
EACH_CAN_BE = "(exists n : nat, 0 < n /\\ n < 2) /\\ (exists n : nat, 0 < n /\\ (exists m : nat, n + m = 5))"
SOME = (
    f"Theorem some : {EACH}.\nProof. intros. split; intros; cbv zeta; lia. Qed.\n"
    f"Lemma some_inhabited : {EACH_CAN_BE}.\nProof. split; [exists 1|exists 2; split; [|exists 3]]; auto. Qed.\n"
)

ENDS = "forall n m : nat, n < m -> (m < 2 -> n < 1) /\\ (m < 1 -> n < 0)"
"""Of the second part the hypotheses contradict each other."""
PARTS = "(exists n m : nat, n < m /\\ m < 2) /\\ (exists n m : nat, n < m /\\ m < 3)"
POOR = {
    "never": ("forall n : nat, n < 0 -> n < 1", ""),
    "never_named": ("forall (n : nat) (h : n < 0), h = h", ""),
    "not_shown": ("forall n : nat, 0 < n -> n < double n", ""),
    "another_hypothesis": ("forall n : nat, 0 < n -> n < double n", "exists n : nat, 0 <= n"),
    "one_part": (ENDS, "exists n m : nat, n < m /\\ m < 2"),
    "another_part": (ENDS, PARTS),
}
"""Theorems of which nothing shows that their hypotheses can be true: what each says, and its lemma where it has one."""


def poor_of(name: str) -> str:
    statement, instance = POOR[name]
    theorem = f"Theorem {name} : {statement}.\nProof. unfold double. lia. Qed.\n"
    if not instance:
        return theorem
    exists = "exists 0, 1" if "m : nat" in instance else "repeat exists 0; repeat exists 1"
    return f"{theorem}Lemma {name}_inhabited : {instance}.\nProof. repeat split; {exists}; auto. Qed.\n"


def library(folder: Path, *theorems: str, definition: str = PLAIN) -> Library:
    (folder / "Plain.v").write_text(definition, encoding="utf-8")
    (folder / "Even.v").write_text(EVEN + "\n".join(theorems), encoding="utf-8")
    return Library(folder, ())


@pytest.fixture(autouse=True, scope="module")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MANYFACES_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def proved(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """All theorems that compile and need no axiom, so that Rocq is asked about them together."""
    poor = [poor_of(name) for name in POOR]
    return library(tmp_path_factory.mktemp("proved"), GOOD, CAN_BE, FALSE, LITTLE, LITTLE_CAN_BE, NOTHING, SOME, *poor)


def test_a_theorem_is_what_the_kernel_proved(proved: Library) -> None:
    proof = proved.proof(GROWS)
    assert not proof["axioms"] and proof["rocq"] == installed() and proof["mutants"]["caught"] >= 1
    for wrong in ("forall n : nat, 0 < n -> n <= double n", "forall n : nat, n < double n"):
        with pytest.raises(NotProved, match="says"):
            proved.proof(replace(GROWS, statement=wrong))
    with pytest.raises(NotProved, match="there is no such theorem"):
        proved.proof(replace(GROWS, theorem="Even.shrinks"))


@pytest.mark.parametrize(
    ("theorem", "definition"),
    [
        (GOOD.replace("0 < n -> ", ""), PLAIN),
        (GOOD.replace("n < double", "n + 1 < double"), PLAIN),
        (GOOD, PLAIN.replace("n + n", "n * n")),
        (GOOD.replace("lia.", "easy."), PLAIN),
    ],
    ids=["a hypothesis less", "another constant", "another definition", "another proof"],
)
def test_sabotages_do_not_compile(tmp_path: Path, theorem: str, definition: str) -> None:
    with pytest.raises(NotProved, match="does not compile"):
        library(tmp_path, theorem, definition=definition)


def test_axioms_beyond_those_allowed_are_refused(tmp_path: Path) -> None:
    theorem = "Theorem decided : forall P : Prop, P \\/ (P -> False).\nProof. exact classic. Qed.\n"
    text = f"From Coq Require Import Classical.\n\n{theorem}"
    (tmp_path / "Logic.v").write_text(text, encoding="utf-8")
    wanted = KernelText("Logic.decided", "forall P : Prop, P \\/ (P -> False)")
    with pytest.raises(NotProved, match=r"Classical_Prop\.classic"):
        Library(tmp_path, ()).proof(wanted)
    assert Library(tmp_path, ["Classical_Prop.classic"]).proof(wanted)["axioms"] == ["Classical_Prop.classic"]


def test_a_proof_is_not_refused_for_the_axioms_of_another(tmp_path: Path) -> None:
    decided = "Theorem decided : forall P : Prop, P \\/ (P -> False).\nProof. exact classic. Qed.\n"
    (tmp_path / "Logic.v").write_text(f"From Coq Require Import Classical.\n\n{decided}", encoding="utf-8")
    (tmp_path / "Plain.v").write_text(PLAIN, encoding="utf-8")
    even = EVEN.replace("Plain.", "Plain Logic.") + decided.replace("classic", "Logic.decided") + GOOD + CAN_BE
    (tmp_path / "Even.v").write_text(even, encoding="utf-8")
    found = Library(tmp_path, ())
    assert found.proof(GROWS)["axioms"] == []
    with pytest.raises(NotProved, match=r"Even\.decided rests on \['Classical_Prop\.classic'\]"):
        found.proof(KernelText("Even.decided", "forall P : Prop, P \\/ (P -> False)"))


def test_switched_off_checks_are_refused_where_the_scan_does_not_see_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = "Unset Guard Checking.\nFixpoint loop (n : nat) : False := loop n.\n"
    theorem = "Theorem wrong : forall n : nat, n < 0 \\/ n = n + 1.\nProof. intros. destruct (loop 0). Qed.\n"
    (tmp_path / "Loop.v").write_text(endless + theorem, encoding="utf-8")
    monkeypatch.setattr("checks.kernel.library.faults", lambda text: ())
    with pytest.raises(NotProved, match=r"assumed to be guarded"):
        Library(tmp_path, ()).proof(KernelText("Loop.wrong", "forall n : nat, n < 0 \\/ n = n + 1"))


def test_a_proof_that_does_not_end_refuses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checks.kernel.library._MUTANT_SECONDS", 1)
    tactic = "lazymatch goal with |- 1 < 2 => lia | _ => do 4000000000 idtac; lia end"
    found = library(tmp_path, f"Theorem late : 1 < 2.\nProof. {tactic}. Qed.\n")
    with pytest.raises(NotProved, match="no wrong version"):
        found.proof(KernelText("Even.late", "1 < 2"))


def test_a_statement_of_which_any_version_is_proved_shows_nothing(proved: Library) -> None:
    tried = proved.proof(KernelText("Even.little", "forall n : nat, n < 1 -> n < 2"))["mutants"]
    assert (tried["tried"], tried["alive"]) == (2, ["forall n : nat, n < 1 -> n <= 2"])  # true as well; then `n < 2`
    with pytest.raises(NotProved, match="no wrong version"):
        proved.proof(KernelText("Even.nothing", "True"))


@pytest.mark.parametrize("name", POOR)
def test_hypotheses_that_nothing_fulfils_are_refused(proved: Library, name: str) -> None:
    told = proved.statements()[f"Even.{name}"]
    with pytest.raises(NotProved, match="nothing shows that its hypotheses can be true"):
        proved.proof(KernelText(f"Even.{name}", told))


def test_instances_are_of_each_part_and_of_one_side_of_an_equivalence(proved: Library) -> None:
    assert proved.proof(KernelText("Even.some", proved.statements()["Even.some"]))["mutants"]["caught"]


def test_instances_rest_on_no_more_than_theorems_may(tmp_path: Path) -> None:
    lemma = LITTLE_CAN_BE.replace("exists 0.", "destruct (classic True); exists 0;")
    (tmp_path / "Logic.v").write_text(
        f"From Coq Require Import Classical Lia.\nFrom ManyFaces Require Import Inhabited.\n{LITTLE}{lemma}",
        encoding="utf-8",
    )
    wanted = KernelText("Logic.little", "forall n : nat, n < 1 -> n < 2")
    with pytest.raises(NotProved, match=r"Classical_Prop\.classic"):
        Library(tmp_path, ()).proof(wanted)
    assert not Library(tmp_path, ["Classical_Prop.classic"]).proof(wanted)["axioms"]


def test_the_name_of_the_file_that_is_given_is_taken(tmp_path: Path) -> None:
    (tmp_path / "Inhabited.v").write_text("Ltac inhabited theorem := exact True.\n", encoding="utf-8")
    with pytest.raises(ValueError, match="every folder is given a file of this name"):
        library(tmp_path, GOOD)
