"""What is cited is listed in the PDF: the BibTeX beside a ledger, carried by the claims document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typst

from checks import ledger
from checks.ledger import MOST_REFERENCES, REFERENCES, LedgerError, load_ledger
from checks.papers import ledger_of
from reports.builder import _lay_out, compile_report, reference_errors

THALES = "@book{thales, author = {Thales}, title = {Nautical Star-guide}, year = {1901}}\n"
STATEMENT = '[[statement]]\nid = "a"\nwhere = "p. 1"\ntitle = "A"\nstatement = "$a$"\nexpected = "undecided"\n'


def headings(document, folder: Path) -> list[str]:
    _lay_out(folder, document, None)
    found = typst.query(str(folder / "main.typ"), "heading.where(level: 1)", root=str(folder), ignore_system_fonts=True)
    return [heading["body"]["text"] for heading in json.loads(found)]


def test_references_are_listed_where_there_are_some(document, tmp_path):
    assert "references" in document
    assert headings(document, tmp_path) == ["Verdicts", "Faults", "How to read this report"]
    document["references"] = THALES
    assert headings(document, tmp_path) == ["Verdicts", "Faults", "How to read this report", "References"]
    assert compile_report(document) == compile_report(document) != compile_report(document | {"references": ""})
    del document["references"]
    assert headings(document, tmp_path) == ["Verdicts", "Faults", "How to read this report"], "an older claims file"


@pytest.mark.parametrize("references", ["@book{thales, author", THALES * 2])
def test_references_that_are_not_bibtex_are_named(document, references):
    with pytest.raises(ValueError, match=r"^references\.bib: not valid BibTeX \(.*\); mend it beside the ledger"):
        compile_report(document | {"references": references})


@pytest.mark.parametrize("references", [None, [THALES], "%" * (MOST_REFERENCES + 1)])
def test_other_references_are_refused(document, references):
    with pytest.raises(ValueError, match="references: give BibTeX, at most"):
        compile_report(document | {"references": references})


def test_references_stay_data(document):
    """Typst evaluates formulas in titles; nothing there reaches a file or stops the report."""
    title = '$read("data.json")$ and $panic()$ #panic() \\input{data.json}'
    compile_report(document | {"references": f"@misc{{a, title = {{{title}}}, year = {{2000}}}}"})


def test_our_own_references_are_bibtex(tmp_path):
    own = load_ledger(ledger_of())
    assert own.references.count("\n@") > 40
    (tmp_path / REFERENCES).write_text(own.references, encoding="utf-8")
    assert list(reference_errors(tmp_path)) == []


@pytest.mark.parametrize("place", ["ledger.toml", "ledger/a.toml"])
def test_references_lie_beside_the_ledger(place, tmp_path):
    file = tmp_path / place
    file.parent.mkdir(exist_ok=True)
    file.write_text(STATEMENT, encoding="utf-8")
    at = tmp_path / Path(place).parts[0]
    assert load_ledger(at).references == ""
    (tmp_path / REFERENCES).write_text(THALES, encoding="utf-8")
    assert load_ledger(at).references == THALES
    (tmp_path / REFERENCES).write_text("%" * (MOST_REFERENCES + 1), encoding="utf-8")
    with pytest.raises(LedgerError, match=r"references\.bib: 500001 characters; keep to 500000"):
        load_ledger(at)
    (tmp_path / REFERENCES).write_bytes(b"\xff")
    with pytest.raises(LedgerError, match=r"references\.bib: cannot be read"):
        load_ledger(at)


def test_the_schema_has_the_limits_of_the_code():
    schema = json.loads((Path(ledger.__file__).parent / "claims.schema.json").read_text(encoding="utf-8"))["properties"]
    assert schema["references"]["maxLength"] == ledger.MOST_REFERENCES
    places = schema["paper"]["properties"]["figures"]["additionalProperties"]
    assert places["pattern"] == f"^{ledger.PLACE.pattern}$"
