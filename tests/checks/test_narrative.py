"""The narrative of each paper: ids that exist, words that agree with their verdicts, quotations that are short."""

from __future__ import annotations

import pytest

from checks.ledger import load_ledger
from checks.narrative import (
    MOST_WORDS,
    NARRATIVE,
    contradictions,
    load_narrative,
    mentioned,
    named,
    section_of,
    texts,
)
from checks.papers import ledger_of, papers

LEDGERS = {paper: load_ledger(ledger_of(paper)) for paper in papers()}
NARRATIVES = {paper: load_narrative(ledger_of(paper).with_name(NARRATIVE)) for paper in papers()}


@pytest.fixture(params=papers())
def paper(request):
    return request.param


def test_every_id_exists(paper):
    ledger, narrative = LEDGERS[paper], NARRATIVES[paper]
    said = [name for text in texts(narrative) for name in mentioned(text)]
    shown = [name for section in narrative["section"] for name in (*section["figures"], *section["pages"])]
    assert [name for name in (*said, *shown) if name not in ledger.statements] == []


def test_words_agree_with_verdicts(paper):
    verdicts = {entry.id: str(entry.expected.truth) for entry in LEDGERS[paper]}
    for text in texts(NARRATIVES[paper]):
        assert set(mentioned(text)) == set(named(text)), text["text"]
        assert contradictions(text, verdicts) == [], text["text"]


def test_errata_are_faults_that_stand_for_themselves(paper):
    ledger = LEDGERS[paper]
    for erratum in NARRATIVES[paper]["erratum"]:
        entry = ledger[erratum["fault"]]
        assert entry.fault and not entry.same_fault, entry.id
        assert len(erratum.get("quote", "").split()) <= MOST_WORDS, entry.id


def test_every_grave_fault_has_its_erratum(paper):
    told = {erratum["fault"] for erratum in NARRATIVES[paper]["erratum"]}
    grave = {entry.id for entry in LEDGERS[paper] if entry.fault in ("false", "gap") and not entry.same_fault}
    assert grave == told


def test_every_statement_is_in_a_section(paper):
    narrative = NARRATIVES[paper]
    assert [entry.id for entry in LEDGERS[paper] if section_of(entry.id, narrative) is None] == []
    for section in narrative["section"]:
        for pattern in section["ids"]:
            number = narrative["section"].index(section)
            assert any(section_of(entry.id, narrative) == number for entry in LEDGERS[paper]), pattern


def test_no_file_is_no_narrative(tmp_path):
    assert load_narrative(tmp_path / NARRATIVE) == {"finding": [], "erratum": [], "section": []}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[finding]]\ntext = 'x'\nfails = ['eq1']", "finding 1 names 'eq1', which is no .*; did you mean eq-1?"),
        ("[answer]\ntext = 'x'\nholds = ['eq1']", "answer names 'eq1'"),
        ("[[finding]]\ntext = '`eq-2`'", "finding 1 names 'eq-2'"),
        ("[[erratum]]\nfault = 'eq'\nwrong = ''\nexample = ''", "erratum 1 names 'eq'"),
        ("[[section]]\nname = 'I'\nids = ['lemma*']\nfigures = []\npages = []\nparagraph = []", r"'I' names 'lemma"),
        ("[[section]]\nname = 'I'\nids = ['eq*']\nfigures = []\npages = ['eq*']\nparagraph = []", r"'I' names 'eq"),
    ],
)
def test_a_name_that_is_no_statement_says_where(tmp_path, text, words):
    (tmp_path / NARRATIVE).write_text(text, encoding="utf-8")
    assert load_narrative(tmp_path / NARRATIVE)
    with pytest.raises(ValueError, match=words):
        load_narrative(tmp_path / NARRATIVE, ["eq-1"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = [", "narrative.toml: not valid TOML"),
        ("[[finding]]\nheld = ['a']", r"finding\[0\].text is missing; .*finding\[0\].held is unknown"),
        ("[[erratum]]\nfault = 'a'\nwrong = 'b'\nexample = 3", r"erratum\[0\].example is a whole number: give a text"),
    ],
)
def test_a_malformed_file_says_where(tmp_path, text, words):
    (tmp_path / NARRATIVE).write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        load_narrative(tmp_path / NARRATIVE)
