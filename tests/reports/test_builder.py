"""The PDF: same document, same bytes; links that lead somewhere; red runs that say so."""

from __future__ import annotations

import copy
import json
import socket
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
import typst

from checks.document import build_document, problems
from checks.ledger import load_ledger
from checks.papers import ledger_of
from checks.records import Document
from checks.verdict import METHODS
from checks.witness import instance, refutation
from reports import _drawing, _typesetting, _witness
from reports._content import METHOD_WORDS, content
from reports.builder import _lay_out, build_report, compile_report, markup_errors


def query(
    document: Document, selector: str, folder: Path, only: list[str] | None = None, before: str = "", after: str = ""
) -> list[dict[str, Any]]:
    """The elements of the typeset report that a selector finds; ``before`` and ``after`` surround the template."""
    folder.mkdir(exist_ok=True)
    _lay_out(folder, document, only)
    main = folder / "main.typ"
    main.write_text(before + main.read_text(encoding="utf-8") + after, encoding="utf-8")
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


def test_a_partial_run_says_so_on_its_first_page(document, tmp_path):
    [box] = query({**document, "partial": True, "complete": False}, "<partial>", tmp_path)
    assert "a partial run: checks may have been left out" in json.dumps(box, ensure_ascii=False)
    [box] = query({**document, "complete": False}, "<partial>", tmp_path)
    assert "a run of some statements only" in json.dumps(box, ensure_ascii=False)


def test_a_green_run_has_no_warning(document, tmp_path):
    assert problems(document) == []
    assert query(document, "<partial>", tmp_path) == []
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


def test_what_the_verifier_settled_is_not_evaluated_again(monkeypatch):
    """The same signs either way; a refused witness and a conclusion among several are evaluated one by one."""
    settled = instance("all true", given={"x": 2}, hypotheses=["x > 1"], conclusion=["x < 3", "x != 0"])
    refuted = refutation("one is false", given={"x": 2}, hypotheses=["x > 1"], conclusion=["x > 2"])
    open_ = refutation("one of two is false", given={"x": 2}, conclusion=["x < 3", "x > 2"])
    refused = {**settled, "hypotheses": ["x > 1", "x > 2"]}
    shown = [_witness.items([], [witness])[0] for witness in (settled, refuted, open_, refused)]
    signs = [[part["truth"] for key in ("hypotheses", "conclusion") for part in item[key]] for item in shown]
    assert signs == [[True, True, True], [True, False], [True, False], [True, False, True, True]]
    monkeypatch.setattr(_witness, "_value", lambda *_: pytest.fail("evaluated"))
    monkeypatch.setattr(_witness, "_sides", lambda *_: [])
    assert [part["truth"] for part in _witness.items([], [settled])[0]["conclusion"]] == [True, True]
    assert [part["truth"] for part in _witness.items([], [refuted])[0]["conclusion"]] == [False]


def test_broken_markup_names_the_statement(document, tmp_path):
    document = copy.deepcopy(document)
    document["claims"][1]["proof"] = "$x + (unknownword)$"
    with pytest.raises(ValueError, match=r"th-1\.amended: proof is not valid typst .*unknownword"):
        build_report(document, tmp_path / "report.pdf")
    assert list(tmp_path.iterdir()) == []


LOOPS = "#for i in range(1000000) { for j in range(1000000) { let k = i + j } }"
NUMBERS = "#for i in range(1000000000000) { i }"
WORDS = "#lorem(100000000)"
READS = '#read("secret.txt")'
FETCHES = '#import "@preview/cetz:0.2.2"'
HIDDEN = '#eval("import \\"@pre" + "view/cetz:0.2.2\\"")'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (NUMBERS, "typst broke off.* more than 2 GB of memory"),
        (READS, "file not found"),
        (FETCHES, "imports a package"),
        (HIDDEN, "imports a package"),
    ],
)
def test_markup_that_does_more_than_typesetting_is_named(document, tmp_path, monkeypatch, text, words):
    if text == NUMBERS and sys.platform != "linux":
        pytest.skip("no other system holds a process to its memory")
    monkeypatch.setattr(_typesetting, "MEMORY", 2 << 30)
    (tmp_path / "secret.txt").write_text("SECRET")
    monkeypatch.chdir(tmp_path)
    document = copy.deepcopy(document)
    document["claims"][2]["note"] = text
    with pytest.raises(ValueError, match=rf"^lem-1: note is not valid typst \(.*{words}.*\); mend it in the ledger$"):
        build_report(document, tmp_path / "report.pdf")
    assert [path.name for path in tmp_path.iterdir()] == ["secret.txt"]


@pytest.mark.parametrize("text", [LOOPS, WORDS])
def test_markup_without_an_end_is_named(document, monkeypatch, text):
    monkeypatch.setattr(_typesetting, "SECONDS", -3)
    monkeypatch.setattr(_typesetting, "TEXT_SECONDS", 10)
    document["claims"][2]["note"] = text
    with pytest.raises(ValueError, match=r"^lem-1: note is not valid typst \(typst (took more than|broke off)"):
        compile_report(document)


def test_nobody_is_asked_for_a_package(document, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{server.getsockname()[1]}")
        document["claims"][0]["note"] = FETCHES
        assert "imports a package" in next(markup_errors(document))
        with pytest.raises(TimeoutError):
            server.accept()


def test_the_papers_notation_is_looked_at(document):
    document["paper"]["notation"] = "$unknownword$"
    with pytest.raises(ValueError, match=r"^paper: notation is not valid typst"):
        compile_report(document)


def test_an_unknown_figure_is_refused(document):
    document = copy.deepcopy(document)
    document["claims"][3]["evidence"][0]["figures"][0]["kind"] = "pie"
    with pytest.raises(ValueError, match=r"kind='pie': no such figure; use one of \[.*'curve'"):
        compile_report(document)


def test_many_figures_are_drawn_by_another_process(document, monkeypatch):
    here = compile_report(document)
    monkeypatch.setattr(_drawing, "FEW", 0)
    assert compile_report(document) == here
    document["claims"][3]["evidence"][0]["figures"][0]["kind"] = "pie"
    with pytest.raises(ValueError, match=r"^kind='pie': no such figure; use one of \[.*\], or name the function"):
        compile_report(document)


MEASURING = """
#let measure(..any) = panic("measuring lays content out once more")
#let query(target) = {
  assert.eq(type(target), label, message: "only labels are found without a search")
  std.query(target)
}
"""
NESTED = """
#let nested = state("nested", 0)
#let counted(it) = {
  nested.update(depth => depth + 1)
  context [#metadata((page: here().page(), depth: nested.get())) <nested>]
  it
  nested.update(depth => depth - 1)
}
#show grid: counted
#show table: counted
"""
PAGES = "#context [#metadata(counter(page).final().first()) <pages>]"


def test_no_content_is_laid_out_to_be_measured(document, tmp_path):
    assert query(document, "<reading>", tmp_path, before=MEASURING)


def test_the_cost_of_evidence_does_not_double_with_its_depth(document, tmp_path):
    """A grid lays its cells out twice: four times in a grid within a grid. The first page has one, alone."""
    grids = [grid["value"] for grid in query(document, "<nested>", tmp_path, before=NESTED)]
    assert {grid["depth"] for grid in grids if grid["page"] > 1} == {1}


def long_document(document: Document, facts: int) -> Document:
    """`lem-1` with that many facts of evidence more."""
    record = document["claims"][2]["evidence"][0]
    more = [{"says": f"fact {i}: {'word ' * 12}", "truth": True} for i in range(facts)]
    record["facts"] = [*more, *record["facts"][:1]]
    record["witnesses"] = record["witnesses"][:1]
    return document


@pytest.mark.parametrize(("facts", "size", "more"), [(10, "10.5pt", 0), (32, "9.5pt", 0), (60, "10.5pt", 1)])
def test_a_statement_is_set_smaller_where_that_saves_a_page(document, tmp_path, facts, size, more):
    [short] = query(document, "<pages>", tmp_path / "short", after=PAGES)
    document = long_document(document, facts)
    [long] = query(document, "<pages>", tmp_path / "long", after=PAGES)
    assert long["value"] == short["value"] + more
    assert [found["value"] for found in query(document, "<size:lem-1>", tmp_path / "size")] == [size]


def test_the_layout_settles(document, tmp_path):
    _lay_out(tmp_path, long_document(document, 34), None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _, found = typst.compile_with_warnings(str(tmp_path / "main.typ"), root=str(tmp_path), ignore_system_fonts=True)
    assert found == []


def test_every_text_of_the_ledger_is_typst():
    ledger = load_ledger(ledger_of())
    nothing: Any = {}
    claims: list[Any] = list(build_document(ledger, [], {}, complete=False, context=nothing)["claims"])
    if "notation" in ledger.paper:
        claims.append({"id": "paper", "statement": ledger.paper["notation"], "note": "", "proof": "", "hypotheses": ()})
    assert list(markup_errors({"claims": claims})) == []


def test_every_method_is_explained():
    assert set(METHOD_WORDS) == set(METHODS)


def test_faults_are_listed_by_grade_with_what_hangs_on_them(document):
    faults = content(document)["faults"]
    assert faults["tally"] == "1 distinct faults: 1 false"
    [grade] = faults["grades"]
    assert grade["grade"] == "false"
    assert [([claim["id"] for claim in fault["claims"]], fault["hanging"]) for fault in grade["faults"]] == [
        (["th-1"], 1)
    ]
    assert content(document, ["lem-1"])["faults"]["grades"] == []
