"""The PDF: same document, same bytes; links that lead somewhere; red runs that say so."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import typst

from checks.document import Document, problems
from checks.vocabulary import METHODS, load_ledger
from reports._content import METHOD_WORDS, content
from reports.builder import _lay_out, build_report, compile_report, markup_errors
from reports.runner import CHECKS


def query(document: Document, selector: str, folder: Path, only: list[str] | None = None) -> list[dict[str, Any]]:
    """The elements of the typeset report that a selector finds."""
    folder.mkdir(exist_ok=True)
    _lay_out(folder, document, content(document, only))
    found = typst.query(str(folder / "main.typ"), selector, root=str(folder), ignore_system_fonts=True)
    elements: list[dict[str, Any]] = json.loads(found)
    return elements


def pages(document: Document, folder: Path, only: list[str] | None = None) -> list[str]:
    headings = query(document, "heading.where(level: 2)", folder, only)
    return [heading["supplement"]["text"] for heading in headings]


def test_same_document_same_bytes(document, tmp_path):
    first = build_report(document, tmp_path / "a" / "report.pdf")
    second = build_report(copy.deepcopy(document), tmp_path / "other" / "b.pdf")
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes().startswith(b"%PDF")
    assert [path.name for path in first.parent.iterdir()] == ["report.pdf"]


def test_the_date_is_the_documents(document):
    later = document | {"datetime": "2031-01-02T03:04:05+00:00"}
    assert b"D:20300102030405" in compile_report(document)
    assert b"D:20310102030405" in compile_report(later)


def test_a_page_for_each_statement_and_links_between_them(document, tmp_path):
    assert pages(document, tmp_path) == ["th-1", "th-1.amended", "lem-1", "ex-1"]
    targets = [link["dest"] for link in query(document, "link", tmp_path)]
    assert {"<claim:th-1>", "<claim:th-1.amended>", "<claim:lem-1>", "<claim:ex-1>"} <= set(targets)
    assert "<claim:th-9>" not in targets, "an id in a note that is no statement stays plain text"


def test_only_some_statements(document, tmp_path):
    assert pages(document, tmp_path, ["th-*"]) == ["th-1", "th-1.amended"]
    data = content(document, ["th-*"])
    assert data["left_out"] == 2
    assert data["sabotages"] == {"caught": 0, "tried": 0}
    assert "<claim:lem-1>" not in [link["dest"] for link in query(document, "link", tmp_path, ["th-*"])]
    with pytest.raises(ValueError, match=r"'lem-2' matches no statement; did you mean lem-1"):
        compile_report(document, ["lem-2"])


def test_statements_that_were_not_run_are_left_out(records, document_of, tmp_path):
    partial = document_of([record for record in records() if record["claim"].startswith("th-1")], complete=False)
    data = content(partial)
    assert [claim["id"] for claim in data["claims"]] == ["th-1", "th-1.amended"]
    assert data["left_out"] == 2
    assert data["claims"][1]["grounded"] == "unknown", "what lies under it was not run"


def test_unexpected_verdicts_are_shown(unexpected_document, tmp_path):
    data = content(unexpected_document)
    assert [name for name, _ in data["problems"]] == ["lem-1", "ex-1"]
    assert len(problems(unexpected_document)) == 2
    [box] = query(unexpected_document, "<problems>", tmp_path)
    assert "no check bears its id" in json.dumps(box)
    warnings = query(unexpected_document, "<unexpected>", tmp_path)
    assert len(warnings) == 2
    assert "ran out of time" in json.dumps(warnings)
    assert compile_report(unexpected_document).startswith(b"%PDF")


def test_a_green_run_has_no_warning(document, tmp_path):
    assert problems(document) == []
    assert query(document, "<problems>", tmp_path) == query(document, "<unexpected>", tmp_path) == []


def test_witnesses_are_verified_again(document):
    document = copy.deepcopy(document)
    witness = document["claims"][2]["evidence"][0]["witnesses"][0]
    witness["multipliers"] = ["-1" for _ in witness["multipliers"]]
    items = content(document)["claims"][2]["evidence"][0]["items"]
    assert "negative multiplier" in items[0]["refused"]
    assert items[1]["refused"] == ""
    assert compile_report(document).startswith(b"%PDF")


def test_a_counterexample_shows_the_numbers_that_it_compares(document):
    item = content(document)["claims"][0]["evidence"][0]["items"][0]
    assert item["type"] == "refutation"
    assert item["conclusion"] == [{"math": "q(x) > 0", "truth": False, "sides": ["0", "0"]}]


def test_broken_markup_names_the_statement(document, tmp_path):
    document = copy.deepcopy(document)
    document["claims"][1]["proof"] = "$x + (unknownword)$"
    with pytest.raises(ValueError, match=r"th-1\.amended: proof is not valid typst .*unknownword"):
        build_report(document, tmp_path / "report.pdf")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_figure_is_refused(document):
    document = copy.deepcopy(document)
    document["claims"][3]["evidence"][0]["figures"][0]["kind"] = "pie"
    with pytest.raises(ValueError, match=r"kind='pie': no such figure; use one of \[.*'curve'"):
        compile_report(document)


def test_every_text_of_the_ledger_is_typst():
    ledger = load_ledger(CHECKS / "ledger")
    claims = [{"id": s.id, "statement": s.statement, "note": s.note, "proof": s.proof, "hypotheses": s.hypotheses}
              for s in ledger]  # fmt: skip
    if "notation" in ledger.paper:
        claims.append({"id": "paper", "statement": ledger.paper["notation"], "note": "", "proof": "", "hypotheses": ()})
    assert list(markup_errors({"claims": claims})) == []


def test_every_method_is_explained():
    assert set(METHOD_WORDS) == set(METHODS)
