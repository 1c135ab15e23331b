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
MACHINE, KERNEL, PROVED, CITED, SUPPORTED = Strength


def entry(**more: Any) -> str:
    fields = {"id": "a", "where": "p. 1", "title": "A", "statement": "$a$", "expected": "holds", "strength": "argued"}
    lines = [f"{key} = {json.dumps(value)}" for key, value in (fields | more).items() if value is not None]
    return "\n".join(["[[statement]]", *lines])


def refuted(name: str, **more: Any) -> list[str]:
    """A refuted statement and its corrected form."""
    return [entry(id=name, expected="fails", **{"fault": "gap", **more}), entry(id=f"{name}.amended", amends=name)]


def load(folder: Path, *entries: str) -> Any:
    (folder / "ledger.toml").write_text("\n".join(entries), encoding="utf-8")
    return load_ledger(folder / "ledger.toml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x > 0.5", "'x > 0.5': 0.5 is not exact: write 1/2"),
        ("x^2 > 0", r"'x \^ 2': write x\*\*2 for a power"),
        ("x > 0 ∧ x < 1", "write and"),
        ("x ≥ 0", "write >="),
        ("x ± 1 > 0", "use ASCII"),
    ],
)
def test_other_notation_in_a_formal_text_is_named_with_its_form(tmp_path: Path, text: str, words: str) -> None:
    formal = f'\n[statement.formal]\nfor_all = {{ x = "real" }}\nconclusion = ["{text}"]'
    with pytest.raises(LedgerError, match=f"ledger.toml:.*: statement 'a': .*{words}"):
        load(tmp_path, entry() + formal)


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
        ([entry(titel="A")], r"'a': unknown \['titel'\]; did you mean title\? the keys are"),
        ([entry(depends_on=["aa"])], r"'a' refers to \['aa'\], which the ledger does not hold; did you mean a\?"),
        (["[[statement]]\nnote = '''one\nid = '''two'''"], "that begins in line 2 ends here; close it with ''' before"),
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
        ([entry(expected="fails", amends="a", fault="gap")], "amends itself"),
        ([entry(expected="fails", fault="gap")], "is refuted but nothing amends it"),
        (
            [entry(expected="fails")],
            r"ledger.toml:\d+: statement 'a': fault = None; it is refuted: use one of \['false'",
        ),
        ([entry(expected="fails", fault="grave")], "fault = 'grave'; it is refuted: use one of"),
        ([entry(expected="fails", fault=1)], "fault = 1; give a text"),
        ([entry(fault="gap")], r"ledger.toml:\d+: statement 'a': \['fault'\] where expected = 'holds'"),
        ([entry(same_fault="b"), entry(id="b")], r"\['same_fault'\] where expected = 'holds'"),
        (
            [*refuted("b", same_fault="c")],
            r"ledger.toml:\d+: statement 'b': same_fault = 'c', which the ledger does not",
        ),
        ([*refuted("b", same_fault="b")], "same_fault = 'b', which has the fault of 'b' itself"),
        ([*refuted("b", same_fault="b.amended")], "same_fault = 'b.amended', which is not refuted"),
        (
            [*refuted("b", same_fault="c"), *refuted("c", same_fault="b")],
            "same_fault = 'c', which has the fault of 'b'",
        ),
        (
            [*refuted("b", same_fault="c"), *refuted("c", same_fault="d"), *refuted("d")],
            "'b': same_fault = 'c', which has the fault of 'd' itself; name one without",
        ),
        ([*refuted("b", same_fault="c"), *refuted("c", fault="false")], "'c' is graded false, this one gap"),
        ([entry(depends_on=["a"])], "depends on itself"),
        ([entry(depends_on=["b"]), entry(id="b", depends_on=["a"])], "depends on itself"),
        ([entry(), "[paper]\ndate = 2021-04-11"], "paper: .*write dates as text"),
        ([entry(), "[paper]\nfigures = ['pie']"], r"paper\.figures: figures = \['pie'\]; give a table of kinds"),
        ([entry(), "[paper]\nfigures = { pie = 'drawing' }"], r"paper\.figures: pie = 'drawing'; give a table"),
        ([entry(), "[paper]\nfigures = { pie = 3 }"], r"paper\.figures: pie = 3; give a table"),
        ([entry(), "[paper]\ntitle = 3"], "paper.title must be a text"),
        ([entry(), '[paper]\nauthors = "A. Uthor"'], "paper.authors must be a list of texts"),
        ([entry(), "x = " + "[" * 5000], "not valid TOML"),
    ],
)
def test_a_broken_ledger_is_named(tmp_path: Path, entries: list[str], words: str) -> None:
    with pytest.raises(LedgerError, match=words) as caught:
        load(tmp_path, *entries)
    assert str(tmp_path / "ledger.toml") in str(caught.value)


def test_a_reference_that_leads_nowhere_is_named_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(entry())
    (tmp_path / "b.toml").write_text(entry(id="b", depends_on=["c"]))
    with pytest.raises(LedgerError) as caught:
        load_ledger(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'b.toml'}:2: statement 'b' refers to ['c']")


def test_faults_are_ranked_by_grade_and_by_what_hangs_on_them(tmp_path: Path) -> None:
    ledger = load(
        tmp_path,
        *refuted("misprint", fault="misprint"),
        *refuted("small"),
        *refuted("large"),
        *refuted("again", same_fault="large", depends_on=["large"]),
        *refuted("wrong", fault="false"),
        entry(id="top", depends_on=["again.amended"]),
    )
    assert [(fault.id, fault.refuted[1:], fault.hanging) for fault in ledger.distinct_faults()] == [
        ("wrong", (), ("wrong.amended",)),
        ("large", ("again",), ("large.amended", "again.amended", "top")),
        ("small", (), ("small.amended",)),
        ("misprint", (), ("misprint.amended",)),
    ]


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


PAIRS = list(product(Truth, [MACHINE, PROVED, SUPPORTED]))


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
        assert verdict.strength is next(each for each in Strength if each in {strength for _, strength in outcomes})


def test_what_a_proof_names_is_an_edge(tmp_path: Path) -> None:
    first, second = entry(proof="By `b`, `a` and `else`."), entry(id="b", amends="a", proof="Against `a`; see `c`.")
    ledger = load(tmp_path, first, second, entry(id="c"))
    assert (ledger["a"].depends_on, ledger["a"].automatic) == (("b",), ("b",))
    assert ledger["b"].automatic == ("c",)
    with pytest.raises(LedgerError, match="or in what proofs name"):
        load(tmp_path, first, entry(id="b", proof="By `a`."))


def test_an_edge_is_named_by_a_text(tmp_path: Path) -> None:
    """By any of the entry's own: where none names it, nobody can say what is used of it."""
    formal = "[statement.formal]\nsays = 'By `b`.'\nfor_all = { x = 'real' }\nconclusion = ['x == x']"
    others = [entry(id="b"), entry(id="b.proof")]
    for said in ({"statement": "`b`"}, {"hypotheses": ["`b`"]}, {"note": "`b`"}, {"proof": "`b`"}):
        assert load(tmp_path, entry(depends_on=["b"], **said), *others).unused_edges() == []
    assert load(tmp_path, entry(depends_on=["b"]), formal, *others).unused_edges() == []
    for said in ({}, {"note": "b"}, {"title": "`b`"}, {"note": "`b.proof`"}):
        assert load(tmp_path, entry(depends_on=["b"], **said), *others).unused_edges() == [("a", "b")]


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("`eq-1`, `eq-1.amended` and `x`", []),
        ("`eq-2`", ["eq-2"]),
        ("`eq-1.amnded`, twice `eq-1.amnded`", ["eq-1.amnded"]),
        ("`prop-1`, `x-1`, `eq`, `1.5`, `eq-1 + 1`, `f(eq-2)` and eq-2", []),
    ],
)
def test_a_name_that_is_meant_for_an_id_is_one(tmp_path: Path, text: str, unknown: list[str]) -> None:
    ids = entry(id="eq-1"), entry(id="eq-1.amended")
    for key in ("statement", "note", "proof"):
        assert load(tmp_path, *ids, entry(**{key: text})).unknown_names() == [("a", name) for name in unknown]
    assert load(tmp_path, *ids, entry(hypotheses=[text])).unknown_names() == [("a", name) for name in unknown]
