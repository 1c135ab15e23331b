"""Several papers in one run: each with its document, statements of one resting on those of another."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from checks.document import read_document
from checks.records import __file__ as RECORDS  # noqa: N812
from reports.builder import compile_digest, compile_report

SCHEMA = "claims.schema.json"


@pytest.fixture
def papers(project: Any, pytester: Any) -> Any:
    """A paper `first`, and one `second` whose statement ``sum`` rests on the ``sum`` of the first."""
    (project.path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
    for name in ("first", "second"):
        (project.path / name).mkdir()
        project.at(name).write()
    ledger = project.LEDGER.replace("[paper]", '[paper]\nname = "zweite"').replace('title = "Sums"', 'title = "More"')
    ledger = ledger.replace('depends_on = ["sum"]', 'depends_on = ["zweite:sum"]')
    ledger = ledger.replace(
        'proof = "Because."', 'proof = "From `first:sum`."\ndepends_on = ["first:bound.amended"]', 1
    )
    project.at("second").write(ledger=ledger)
    return project


def claims(path: Any) -> Any:
    document = read_document(path)
    return document, {claim["id"]: claim for claim in document["claims"]}


def test_each_has_its_document_and_they_know_each_other(papers: Any) -> None:
    assert papers.run().ret == 0
    document, found = claims(papers.path / "claims-zweite.json")
    assert found["sum"]["depends_on"] == ["first:bound.amended", "first:sum"]
    assert found["sum"]["automatic"] == ["first:sum"]
    assert found["bound"]["depends_on"] == ["sum"]  # whose own name was before it
    assert found["sum"]["grounded"] is True
    assert {other["id"]: other["verdict"]["truth"] for other in document["elsewhere"]} == {
        "first:bound.amended": "holds",
        "first:sum": "holds",
    }
    assert "elsewhere" not in claims(papers.path / "claims-first.json")[0]
    schema = json.loads((__import__("pathlib").Path(RECORDS).parent / SCHEMA).read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    for made in (compile_report(document), compile_digest(document)):
        assert made.startswith(b"%PDF")


def test_what_is_not_run_grounds_nothing(papers: Any) -> None:
    assert papers.run("second").ret == 0
    document, found = claims(papers.path / "claims.json")
    assert found["sum"]["grounded"] is False
    assert document["elsewhere"][0]["verdict"]["state"] == "not run"


def test_one_that_fails_below_grounds_nothing(papers: Any) -> None:
    checks = papers.ALL.replace('evidence.fact("two is at most two", subject <= 2)', "pass")
    papers.at("first").write(checks)
    assert papers.run().ret == 1
    assert claims(papers.path / "claims-zweite.json")[1]["sum"]["grounded"] is False


def test_ids_choose_with_their_paper(papers: Any) -> None:
    result = papers.run("--claims-only=sum")
    result.stderr.fnmatch_lines(
        ["ERROR: --claims-only 'sum' is a statement of first and of zweite: write first:sum or*"]
    )
    assert papers.run("--claims-only=first:sum").ret == 0
    assert [name for name, claim in papers.claims().items() if claim["evidence"]] == ["sum"]
    assert papers.claims()["sum"]["depends_on"] == []
    assert papers.run("--claims-only=*:bound*").ret == 0
    assert all((papers.path / f"claims-{name}.json").exists() for name in ("first", "zweite"))


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (
            "first:sun",
            "*second/ledger.toml:6: statement 'sum' refers to ?'first:sun'?, which the ledger does not hold*",
        ),
        ("third:sum", "*second/ledger.toml:6: statement 'sum': depends_on names the paper 'third', which is neither*"),
    ],
)
def test_a_wrong_reference_is_named(papers: Any, after: str, words: str) -> None:
    file = papers.path / "second" / "ledger.toml"
    file.write_text(file.read_text().replace('["first:bound.amended"]', f'["{after}"]'))
    papers.run().stderr.fnmatch_lines([f"ERROR: {words}"])


def test_a_circle_through_two_papers_is_named(papers: Any) -> None:
    file = papers.path / "first" / "ledger.toml"
    file.write_text(
        file.read_text().replace('proof = "Because."', 'proof = "By `zweite:sum`."\ndepends_on = ["zweite:sum"]', 1)
    )
    papers.run().stderr.fnmatch_lines(["ERROR: *depends on itself; break the circle*"])
