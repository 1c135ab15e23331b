"""A claims document as a folder of pages: the same document gives the same bytes."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from checks.records import Document
from reports._content import content
from reports._digest import digest, told
from reports._drawing import Drawings
from reports._inline import BASE
from reports.site._changes import Change, changed
from reports.site._clean import plain
from reports.site._data import SiteData, mentions, run_of, site_data
from reports.site._evidence import figure
from reports.site._folder import look_at, write
from reports.site._frame import Frame
from reports.site._graph import Drawing
from reports.site._markup import Markup
from reports.site._overview import overview, sections
from reports.site._reference import reference_files
from reports.site._statement import StatementPages
from reports.site._tables import changes, results, section_queries, statements, trainings
from reports.site._words import ROOT, Links, text

HERE = Path(__file__).parent
ASSETS = HERE / "assets"
SCHEMA_FILE = HERE / "site.schema.json"
STYLES = ("site", "graph", "media")
"""In their order: what is for narrow windows and for paper overrules the rest."""

Figures = dict[str, list[list[dict[str, str]]]]


def build_site(
    document: Document,
    folder: str | os.PathLike[str],
    *,
    old: Document | None = None,
    ledger: Path | None = None,
    reference: Path | None = None,
) -> Path:
    """Write the site of a claims document.

    Args:
        document: as `checks.document.read_document` gives it.
        folder: a new one, or that of an earlier site, which is replaced; other files in it stay.
        old: an earlier run; then a page says what changed.
        ledger: of the document's paper, where it is not installed; modules that it names are imported to draw.
        reference: the API reference that ``make docs`` built, to lie beside.

    Raises:
        ValueError: the folder holds something else or lies in the reference, the document has no statement, a statement
            is not valid typst, a figure is of an unknown kind, or the ledger or the old run is of another paper.
    """
    target = Path(folder)
    if reference and target.resolve().is_relative_to(reference.resolve()):
        raise ValueError(f"{target} lies in {reference}, which is copied into it: give another folder")
    before = look_at(target)
    write(target, site_files(document, old=old, ledger=ledger, reference=reference), before)
    return target


def site_files(
    document: Document, *, old: Document | None = None, ledger: Path | None = None, reference: Path | None = None
) -> dict[str, bytes]:
    """All the files of `build_site`, by their paths."""
    if not document["claims"]:
        raise ValueError("the claims file has no statement: there is nothing to show")
    differences = changed(old, document) if old else []
    beside = reference_files(reference) if reference else {}
    narrative = told(document, ledger)
    drawings = Drawings(document, {claim["id"] for claim in document["claims"]}, ledger)
    with tempfile.TemporaryDirectory(prefix="manyfaces-") as name:
        with drawings.drawn(Path(name)):
            shown = content(document, ["*"])
            told_ = digest(document, narrative)
        figures = _figures(drawings, Path(name))
    for kind, reason in drawings.missing.items():
        print(f"manyfaces: figures of the kind {kind!r} are not drawn: {reason}", file=sys.stderr)
    data = site_data(document, narrative, run_of(old) if old else None, differences)
    pages = _Pages(document, data, shown, told_, figures, differences, bool(beside))
    return {**pages.files(), **_assets(), **beside}


def _figures(drawings: Drawings, root: Path) -> Figures:
    """The drawings of each check, read; each has a name of its own on a page that shows many statements."""
    read: dict[str, str] = {}
    figures: Figures = {}
    number = 0
    for claim, checks in drawings.places.items():
        figures[claim] = []
        for drawn in checks:
            figures[claim].append([])
            for each in drawn:
                number += 1
                file = each["file"] if not each["undrawn"] else ""
                if file and file not in read:
                    read[file] = (root / file).read_text(encoding="utf-8")
                figures[claim][-1].append(
                    {
                        "svg": read.get(file, ""),
                        "name": f"figure-{number}",
                        "caption": each["caption"],
                        "undrawn": each["undrawn"],
                    }
                )
    return figures


def _assets() -> dict[str, bytes]:
    files = {f"assets/{path.name}": path.read_bytes() for path in sorted(ASSETS.iterdir()) if path.suffix == ".js"}
    parts = [BASE, *(ASSETS / f"{name}.css" for name in STYLES)]
    style = "\n".join(path.read_text(encoding="utf-8") for path in parts)
    return {**files, "assets/site.css": style.encode(), "data.schema.json": SCHEMA_FILE.read_bytes()}


class _Pages:
    """The pages of one site."""

    def __init__(
        self,
        document: Document,
        data: SiteData,
        shown: Mapping[str, Any],
        told_: Mapping[str, Any],
        figures: Figures,
        differences: Sequence[Change],
        reference: bool,
    ) -> None:
        self._document, self._data, self._shown, self._told = document, data, shown, told_
        self._figures, self._differences = figures, differences
        self._markup = Markup()
        self._mentions = {mention["id"]: mention for mention in mentions(document["claims"])}
        names = {entry["id"]: _stem(entry["page"]) for entry in data["statements"]}
        self._links = Links(self._mentions.values(), names)
        self._curves = {
            name: [figure(drawn) for checks in figures[name] for drawn in checks]
            for name in figures
            if any(checks for checks in figures[name])
        }
        trained = [each["id"] for each in told_["trainings"]]
        absent = {"results": told_["results"], "trainings": trained, "changes": data["compared"] is not None}
        pages = [
            "index",
            "statements",
            "sections",
            "graph",
            "reading",
            *(name for name, there in absent.items() if there),
        ]
        self._frame = Frame(document["paper"], pages, self._foot(), reference)

    def files(self) -> dict[str, bytes]:
        """Everything but what does not depend on the document."""
        bodies = self._bodies()
        words = {entry["id"]: self._words(entry["id"]) for entry in self._data["statements"]}
        previews = {entry["id"]: self._markup.text(entry["statement"]) for entry in self._data["statements"]}
        self._markup.typeset(self._document, self._told, self._links.named)
        if self._markup.lost:
            print(
                f"manyfaces: HTML has nothing for {', '.join(self._markup.lost)}: left out of the pages",
                file=sys.stderr,
            )
        filled = {name: plain(self._markup.fill(found)) for name, found in words.items()}
        bodies["statements"] = ("All statements", statements(self._data, self._links, filled), ("list",))
        bodies["reading"] = ("How to read", f"<h1>How to read these pages</h1>{_raised(self._markup.reading)}", ())
        files = {
            f"{name}.html": self._finished(self._frame.page(name, title, body, scripts), "")
            for name, (title, body, scripts) in bodies.items()
        }
        files |= self._statements()
        files["previews.js"] = self._previews(previews)
        files["data.json"] = _json(self._data)
        files["claims.json"] = _json(self._document)
        return files

    def _bodies(self) -> dict[str, tuple[str, str, tuple[str, ...]]]:
        told_, links = self._told, self._links
        drawing = Drawing(self._data, self._mentions, links)
        self._drawing = drawing
        shown = {name: self._curves.get(name, []) for section in told_["sections"] for name in section["figures"]}
        queries = section_queries(self._data)
        bodies: dict[str, tuple[str, str, tuple[str, ...]]] = {
            "index": ("Overview", overview(told_, self._markup, links), ()),
            "sections": ("Section by section", sections(told_, self._markup, links, shown, queries), ()),
            "graph": ("What rests on what", drawing.whole(), ("graph",)),
        }
        if told_["results"]:
            bodies["results"] = ("Numbered results", results(told_["results"], links), ())
        if told_["trainings"]:
            bodies["trainings"] = ("Trained networks", trainings(told_["trainings"], links, self._curves), ())
        if self._data["compared"] is not None:
            bodies["changes"] = ("What changed", changes(self._differences, self._data, links), ())
        claims = {claim["id"]: claim for claim in self._document["claims"]}
        graphs = {name: drawing.under(name) for name in claims}
        pages = StatementPages(self._markup, links, self._data["statements"], self._figures, graphs)
        self._inside = {page["id"]: pages.page(page, claims[page["id"]]) for page in self._shown["claims"]}
        return bodies

    def _words(self, name: str) -> str:
        """What a search looks through, as placeholders between words."""
        claim = next(claim for claim in self._document["claims"] if claim["id"] == name)
        places = text(" ".join(f"{place['at']} {place['says']}" for place in claim["places"]))
        return f"{self._markup.text(claim['statement'])} {self._markup.text(claim['note'])} {places}"

    def _statements(self) -> dict[str, bytes]:
        claims = {claim["id"]: claim for claim in self._document["claims"]}
        about = {"paper": self._document["paper"].get("title", ""), **run_of(self._document)}
        files = {}
        for entry in self._data["statements"]:
            name = entry["id"]
            page = self._frame.page("", f"{name}: {entry['title']}", self._inside[name])
            files[entry["page"]] = self._finished(page, "../")
            files[entry["data"]] = _json({**about, "claims": [claims[name]]})
        return files

    def _previews(self, texts: Mapping[str, str]) -> bytes:
        found = {
            entry["id"]: {
                "title": entry["title"],
                "verdict": ", ".join(filter(None, (self._mentions[entry["id"]]["word"], entry["strength"]))),
                "kind": self._mentions[entry["id"]]["kind"],
                "grade": entry["grade"],
                "html": self._markup.fill(texts[entry["id"]]).replace(ROOT, ""),
            }
            for entry in self._data["statements"]
        }
        return f"window.previews = {json.dumps(found)};\n".encode()

    def _finished(self, page: str, root: str) -> bytes:
        return self._markup.fill(page).replace(ROOT, root).encode()

    def _foot(self) -> str:
        run = self._data["run"]
        return (
            f"manyfaces {text(run['version'])}, ledger at commit {text(run['commit'] or 'unknown')}, "
            f"run of {text(run['datetime'])}. "
            f'<a href="{ROOT}data.json" download>The data of these pages</a> '
            f'(<a href="{ROOT}data.schema.json" download>their form</a>), '
            f'<a href="{ROOT}claims.json" download>the claims file</a>.'
        )


def _stem(address: str) -> str:
    return address.removeprefix("statements/").removesuffix(".html")


def _raised(html: str) -> str:
    """The page has a title of its own; below it the headings of typst leave a level out."""
    return re.sub(r"(</?h)4>", r"\g<1>2>", re.sub(r"<h2>.*?</h2>", "", html, count=1))


def _json(data: Any) -> bytes:
    words = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    return words.encode("utf-8", "backslashreplace")
