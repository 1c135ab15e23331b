"""What the pages say: as the document, as the paper report; nothing from elsewhere, no link that leads nowhere."""

from __future__ import annotations

import copy
import json
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest

from checks.document import build_document, faults_found, problems
from checks.inventory import load_inventory
from checks.ledger import load_ledger
from checks.papers import inventory_of, ledger_of
from checks.records import Document
from checks.verify import examine
from reports.builder import _lay_out_digest
from reports.site._clean import plain
from reports.site.builder import SCHEMA_FILE, build_site, site_files


@pytest.fixture(scope="module")
def paper_document() -> Document:
    """The paper's own ledger, every verdict as expected but one that is not, without the evidence."""
    ledger, inventory = load_ledger(ledger_of()), load_inventory(inventory_of())
    context: Any = {
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
    document: Any = build_document(ledger, [], {}, complete=True, context=context, inventory=inventory)
    for claim in document["claims"]:
        claim["verdict"] = {"state": "judged", "reason": "", **claim["expected"]}
        claim["as_expected"] = True
    document["claims"][7]["verdict"] |= {"truth": "undecided", "strength": None, "reason": "not found"}
    document["claims"][7]["as_expected"] = False
    return document


@pytest.fixture(scope="module")
def files(paper_document: Document) -> dict[str, bytes]:
    return site_files(paper_document)


def words(claim: Any) -> str:
    return ", ".join(filter(None, (claim["verdict"]["truth"], claim["verdict"]["strength"])))


def badge(page: str) -> str:
    return plain(re.search(r'<p class="badge[^>]*>(.*?)</p>', page)[1])[1:].strip()


def test_every_page_has_the_verdict_of_the_document(paper_document: Document, files: dict[str, bytes]) -> None:
    data = json.loads(files["data.json"])
    assert [entry["id"] for entry in data["statements"]] == [claim["id"] for claim in paper_document["claims"]]
    listed = files["statements.html"].decode()
    for claim, entry in zip(paper_document["claims"], data["statements"], strict=True):
        assert {key: entry[key] for key in ("state", "truth", "strength", "reason")} == claim["verdict"]
        page = files[entry["page"]].decode()
        assert badge(page) == words(claim), claim["id"]
        assert ("Not as expected" in page) == (not claim["as_expected"])
        assert f"manyfaces check {claim['id']}<" in page or f"manyfaces check {claim['id']}\n" in page
        row = re.search(
            rf'<li data-truth="([a-z]+)"[^>]*><a class="ref [a-z]+" href="{re.escape(entry["page"])}"', listed
        )
        assert row[1] == claim["verdict"]["truth"]
    assert {entry["id"] for entry in data["statements"] if entry["unexpected"]} == {
        line.split(": ")[0] for line in problems(paper_document)
    }


def test_site_and_paper_report_agree(paper_document: Document, files: dict[str, bytes], tmp_path: Path) -> None:
    """The paper report prints what stands in this file."""
    _lay_out_digest(tmp_path, paper_document)
    paper, data = json.loads((tmp_path / "data.json").read_text(encoding="utf-8")), json.loads(files["data.json"])
    assert paper["counts"] == data["counts"]
    for printed, entry in zip(paper["index"], data["statements"], strict=True):
        assert (printed["id"], printed["word"], printed["strength"]) == (entry["id"], entry["truth"], entry["strength"])
        assert paper["grades"].get(entry["id"], "") == entry["grade"]
    assert [erratum["id"] for erratum in paper["errata"]] == [fault["id"] for fault in data["faults"]]
    assert [fault.id for fault in faults_found(paper_document)] == [fault["id"] for fault in data["faults"]]
    index = files["index.html"].decode()
    assert re.findall(r'<article class="erratum ([a-z]+)">', index) == [erratum["grade"] for erratum in paper["errata"]]
    assert len(re.findall("<tbody>.*</tbody>", files["results.html"].decode())[0].split("<tr>")) - 1 == len(
        paper["results"]
    )
    lines = set(re.findall(r'data-from="([^"]+)" data-to="([^"]+)"', files["graph.html"].decode()))
    assert lines == {tuple(line) for line in paper["graph"]["lines"]}


def test_own_graphs_hold_all_that_a_statement_rests_on(paper_document: Document, files: dict[str, bytes]) -> None:
    ledger = load_ledger(ledger_of())
    for name in ("prop-1", "prop-10", "cor-3.attack.amended"):
        shown = re.findall(r'<a class="point[^>]*data-id="([^"]+)"', files[f"statements/{name}.html"].decode())
        assert set(shown) >= {name, *ledger.foundations(name)} and name in shown


def test_the_data_have_the_published_form(files: dict[str, bytes], site: Path) -> None:
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for data in (files["data.json"], (site / "data.json").read_bytes()):
        jsonschema.validate(json.loads(data), schema)
    assert files["data.schema.json"] == SCHEMA_FILE.read_bytes()


class Pages(HTMLParser):
    """Addresses and ids of a page; elements that are not closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.links += [given[key] for key in ("href", "src", "action") if given.get(key)]
        self.ids += [given["id"]] if given.get("id") else []
        if tag not in ("meta", "link", "input", "br", "hr", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def leads(address: str, page: str, pages: dict[str, Pages], files: dict[str, bytes]) -> bool:
    parts = urlsplit(unescape(address))
    if parts.scheme:
        return parts.scheme == "data" or parts.scheme in ("http", "https")
    path = Path("/site", page).parent / unquote(parts.path) if parts.path else Path("/site", page)
    name = path.resolve().relative_to("/site").as_posix()
    return name in files and (not parts.fragment or name == "graph.html" or parts.fragment in pages[name].ids)


def test_every_link_has_an_end_and_every_element_too(files: dict[str, bytes]) -> None:
    pages = {name: Pages(data.decode()) for name, data in files.items() if name.endswith(".html")}
    for name, page in pages.items():
        assert page.open == [], name
        assert len(set(page.ids)) == len(page.ids), name
        for address in page.links:
            assert leads(address, name, pages, files), f"{name}: {address}"


def test_nothing_is_loaded_from_elsewhere(files: dict[str, bytes]) -> None:
    for name, data in files.items():
        if name.endswith((".html", ".css")):
            loads = re.findall(
                rb"(?:<(?:script|img|iframe|link)[^>]*(?:src|href)=\"|url\(|@import\s*\"?)([^\")]*)", data
            )
            assert all(not address.startswith((b"http", b"//")) for address in loads), name
            assert not re.search(rb"<[^>]* on[a-z]+=", data), f"{name} has a script in an attribute"


def test_the_witnesses_verify_from_the_file_of_the_statement(site: Path, site_document: Document) -> None:
    for claim in site_document["claims"]:
        held = json.loads((site / "statements" / f"{claim['id']}.json").read_text(encoding="utf-8"))
        assert held["claims"] == [claim]
        if any(record["witnesses"] for record in claim["evidence"]):
            assert [fault for _, fault in examine(held) if fault] == []
            assert f"manyfaces verify {claim['id']}.json" in (site / "statements" / f"{claim['id']}.html").read_text()


def test_the_same_document_gives_the_same_bytes(site: Path, site_document: Document, tmp_path: Path) -> None:
    again = build_site(copy.deepcopy(site_document), tmp_path / "again")
    names = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert names == {path.relative_to(again).as_posix() for path in again.rglob("*") if path.is_file()}
    for name in names:
        assert (site / name).read_bytes() == (again / name).read_bytes(), name


def test_titles_and_figures_are_there(site: Path) -> None:
    example = (site / "statements" / "ex-1.html").read_text(encoding="utf-8")
    assert '<svg role="img" aria-label="A line."' in example and "<figcaption>A line.</figcaption>" in example
    assert "31</strong> of 32" in (site / "trainings.html").read_text(encoding="utf-8")
