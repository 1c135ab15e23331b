"""What a paper brings of its own beside figures: macros, and whom and what its report names."""

from __future__ import annotations

from typing import Any

import pytest

from checks.ledger import LedgerError, load_ledger
from checks.statement import paper_faults
from reports._citation import citation
from reports._content import content
from reports.builder import compile_report, markup_errors
from reports.markup import bad_macros, refused

MACROS = {"Lip": 'math.op("Lip")', "two": "x => $norm(#x)_2$", "bound": "$two(f) ≤ Lip$"}


def test_texts_are_read_with_the_papers_macros(document):
    document["claims"][0]["note"] = "$bound$ and $Lip_1$"
    with pytest.raises(ValueError, match=r"^th-1: note is not valid typst \(unknown variable: bound"):
        compile_report(document)
    document["paper"]["macros"] = MACROS
    assert compile_report(document).startswith(b"%PDF")
    assert not list(markup_errors(document))


def test_a_text_that_is_wrong_with_them_is_named_alone():
    assert list(refused(["$Lip_1$", "$two(x)$", "$lip$"], MACROS)) == [2]
    assert list(refused(["$Lip_1$", "$x$"])) == [0]


def test_a_wrong_macro_is_named(document):
    assert not bad_macros(MACROS)
    assert list(bad_macros(MACROS | {"wrong": "$lip$", "later": "1"})) == ["wrong"]
    document["paper"]["macros"] = {"wrong": "$lip$"}
    with pytest.raises(ValueError, match=r"^paper: macros: wrong is not valid typst \(unknown variable: lip"):
        compile_report(document)


@pytest.mark.parametrize(
    ("macros", "words"),
    [
        ({"a b": "1"}, "'a b': use letters, digits and '-' in a name"),
        ({"a": 1}, "a = 1: give typst code as a text"),
        (["a"], "must be a table"),
    ],
)
def test_what_is_no_macro_is_refused(macros: Any, words: str):
    [fault] = paper_faults({"macros": macros})
    assert words in fault


def test_a_ledgers_macros_are_checked(tmp_path):
    (tmp_path / "ledger.toml").write_text('[paper]\nmacros = { a = 1 }\n[[statement]]\nid = "a"\n', encoding="utf-8")
    with pytest.raises(LedgerError, match=r"ledger\.toml: paper\.macros: a = 1"):
        load_ledger(tmp_path / "ledger.toml")


def test_the_commands_are_the_papers_own(document):
    document["paper"]["name"] = "a-paper"
    lines = [command for command, _ in content(document)["commands"]]
    assert lines == [
        "manyfaces verify report.json",
        "manyfaces check th-1",
        "manyfaces report -o report.pdf",
        "manyfaces report --full",
    ]
    document["paper"]["name"] = "folklore"  # that is installed
    lines = [command for command, _ in content(document)["commands"]]
    assert lines[1] == "manyfaces check --project folklore th-1"
    assert lines[2].startswith("manyfaces report --project folklore")


def test_a_report_is_its_examiners(document):
    assert "title  = {manyfaces: evidence for {" in citation(document)
    document["paper"] |= {"examiners": ["A. Reader", "B. Reader"], "repository": "https://example.org/r"}
    entry = citation(document)
    assert entry.startswith("@misc{evidence,\n  author = {A. Reader and B. Reader},\n  title  = {Evidence for {")
    assert "made with manyfaces 1.2.3, ledger at commit 0123456789ab, 2030-01-02" in entry
    assert "url    = {https://example.org/r}" in entry
    facts = dict(content(document)["facts"])
    assert facts["Program"] == "manyfaces 1.2.3" and facts["Ledger"].endswith("commit 0123456789ab")
