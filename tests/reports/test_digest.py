"""The short report: what it says agrees with the document, and its pages look as pages should."""

from __future__ import annotations

import copy
import io
import json
from typing import Any

import matplotlib.image
import numpy as np
import pytest
import typst

from checks.document import build_document, faults_found
from checks.inventory import load_inventory
from checks.ledger import Ledger, load_ledger
from checks.narrative import NARRATIVE, load_narrative
from checks.papers import inventory_of, ledger_of
from reports import _digest, builder
from reports._digest import digest
from reports.builder import MOST_PAGES, _lay_out_digest, compile_digest, page_count

CONTEXT = {
    "version": "1.2.3",
    "commit": "0123456789ab",
    "datetime": "2030-01-02T03:04:05+00:00",
    "seed": 7,
    "scale": "quick",
    "device": "auto",
    "partial": False,
    "builds": [],
    "machine": {},
}
MARGIN, TOP, BOTTOM = 62, 62, 54  # of the template, in points
LINE = 12
TITLES = """
#context [#metadata(query(heading).map(h => (page: h.location().page(), y: h.location().position().y / 1pt))) <titles>]
#context [#metadata((<errata>, <results>, <readings>).map(name => locate(name).page())) <pages>]
"""


@pytest.fixture(scope="module")
def paper_document() -> Any:
    """The paper's own ledger, every verdict as expected: what a green run comes to, without its evidence."""
    ledger, inventory = load_ledger(ledger_of()), load_inventory(inventory_of())
    context: Any = CONTEXT
    document: Any = build_document(ledger, [], {}, complete=True, context=context, inventory=inventory)
    for claim in document["claims"]:
        claim["verdict"] = {"state": "judged", "reason": "", **claim["expected"]}
        claim["as_expected"] = True
    return document


@pytest.fixture(scope="module")
def laid_out(paper_document, tmp_path_factory):
    folder = tmp_path_factory.mktemp("digest")
    data = _lay_out_digest(folder, paper_document)
    data |= {"problems": [], "theorems_proved": 99}  # as a green run has it, where Rocq is installed
    (folder / "data.json").write_text(json.dumps(data), encoding="utf-8")
    main = folder / "main.typ"
    main.write_text(main.read_text(encoding="utf-8") + TITLES, encoding="utf-8")
    return folder, data


@pytest.fixture(scope="module")
def rendered(laid_out):
    """Where there is ink on each page: an array of truth values, a point each."""
    folder, _ = laid_out
    made: Any = typst.compile(
        str(folder / "main.typ"), root=str(folder), ignore_system_fonts=True, format="png", ppi=72
    )
    return [matplotlib.image.imread(io.BytesIO(page))[..., :3].min(axis=2) < 0.9 for page in made]


def body_of(page: np.ndarray) -> np.ndarray:
    return page[TOP - 4 : -BOTTOM]


def test_it_has_forty_pages_at_most(rendered):
    assert 10 < len(rendered) <= MOST_PAGES


def test_nothing_runs_out_of_its_page(rendered):
    for number, page in enumerate(rendered, 1):
        body = body_of(page)
        assert not body[:, : MARGIN - 3].any(), f"page {number}, left"
        assert not body[:, -(MARGIN - 3) :].any(), f"page {number}, right"


def test_no_page_is_nearly_empty(rendered):
    for number, page in enumerate(rendered, 1):
        rows = np.flatnonzero(body_of(page).any(axis=1))
        assert len(rows) and rows[-1] - rows[0] > 5 * LINE, f"page {number}"


def test_no_title_stands_alone(laid_out, rendered):
    folder, _ = laid_out
    [found] = json.loads(typst.query(str(folder / "main.typ"), "<titles>", root=str(folder), ignore_system_fonts=True))
    assert len(found["value"]) > 10
    for title in found["value"]:
        below = rendered[title["page"] - 1][int(title["y"]) + 4 * LINE : -BOTTOM]
        assert below.any(), title


def test_what_matters_fits_three_pages(laid_out):
    """One for the findings, two for the errata but those that are a matter of reading."""
    folder, _ = laid_out
    [found] = json.loads(typst.query(str(folder / "main.typ"), "<pages>", root=str(folder), ignore_system_fonts=True))
    errata, results, readings = found["value"]
    assert errata == 2
    assert results <= 4
    assert readings >= results


def test_it_says_what_the_document_says(paper_document):
    narrative = load_narrative(ledger_of().with_name(NARRATIVE))
    data = digest(paper_document, narrative)
    assert [text for text in data["findings"] if text["wrong"]] == []
    assert [erratum["id"] for erratum in data["errata"]] == [fault.id for fault in faults_found(paper_document)]
    assert sum(grade["number"] for grade in data["meanings"]) == len(data["errata"])
    assert sum(count["number"] for count in data["counts"]) == len(paper_document["claims"]) == len(data["index"])
    assert sum(part["number"] for part in data["parts"]) == len(data["index"])
    for word in ("holds", "fails"):
        told = sum(part[word] for part in data["parts"])
        assert told == sum(row[word] for row in data["strengths"])
        assert told == sum(each["word"] == word for each in data["index"])
    assert data["parts"][1]["fails"] == 0, "a correction that fails is none"
    assert data["answer"]["wrong"] == []
    assert sum(section["number"] for section in data["sections"]) == len(data["index"])
    verdicts = {claim["id"]: claim["verdict"]["truth"] for claim in paper_document["claims"]}
    assert {entry["id"]: entry["word"] for entry in data["index"]} == verdicts
    for row in data["results"]:
        for part in (row["result"], row["proof"]):
            assert part["holds"] + len(part["others"]) == part["number"]
            assert all(verdicts[other["id"]] != "holds" for other in part["others"])


def test_result_and_proof_are_judged_apart(paper_document):
    rows = {row["name"]: row for row in digest(paper_document, load_narrative(ledger_of()))["results"]}
    assert {"Definition 1", "Property 1", "Proposition 10", "Corollary 3", "Lemma 1", "Example 3", "Table 1"} <= set(
        rows
    )
    first = rows["Proposition 1"]
    assert first["result"]["first"]["id"] == "prop-1" and first["result"]["others"] == []
    assert "eq-12" in [other["id"] for other in first["proof"]["others"]]
    assert rows["Equation 1"]["result"]["first"]["id"] == "def-2", "eq-1 mends what is printed"


def test_words_that_a_run_contradicts_are_marked(paper_document):
    document = copy.deepcopy(paper_document)
    next(claim for claim in document["claims"] if claim["id"] == "prop-1")["verdict"]["truth"] = "fails"
    data = digest(document, load_narrative(ledger_of().with_name(NARRATIVE)))
    assert data["findings"][0]["wrong"] == ["prop-1"]


def test_what_was_not_run_contradicts_nothing(paper_document):
    document = copy.deepcopy(paper_document)
    for claim in document["claims"]:
        claim["verdict"] = {"state": "not run", "truth": "undecided", "strength": None, "reason": "not selected"}
    data = digest(document, load_narrative(ledger_of().with_name(NARRATIVE)))
    assert [text for text in data["findings"] if text["wrong"]] == data["errata"] == []


def test_a_paper_without_a_narrative(document):
    made = compile_digest(document)
    assert made == compile_digest(copy.deepcopy(document))
    assert 3 <= page_count(made) <= 12


def test_evidence_is_left_out_where_there_is_too_much(document, tmp_path, monkeypatch):
    ledger = tmp_path / "ledger.toml"
    (tmp_path / NARRATIVE).write_text(
        '[[section]]\nname = "All"\nids = ["*"]\nfigures = ["ex-1"]\npages = ["th-1", "lem-1"]\nparagraph = []\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(
        _digest, "own_ledger", lambda *_: (Ledger({}, {each["id"]: each for each in document["claims"]}), ledger)
    )
    whole = page_count(compile_digest(document))
    monkeypatch.setattr(builder, "MOST_PAGES", whole - 1)
    assert page_count(compile_digest(document)) < whole


def test_a_red_run_says_so(unexpected_document, tmp_path):
    _lay_out_digest(tmp_path, unexpected_document)
    [box] = json.loads(
        typst.query(str(tmp_path / "main.typ"), "<problems>", root=str(tmp_path), ignore_system_fonts=True)
    )
    assert "no check bears its id" in json.dumps(box)
