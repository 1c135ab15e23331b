"""A claims document as a PDF, short or with a page a statement: same document, same bytes, anywhere and at any time."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from checks.files import replace_file
from checks.ledger import REFERENCES
from checks.records import Claim, Document
from reports import _typesetting
from reports._content import chosen_ids, content
from reports._digest import carried, digest, pictured, told
from reports._drawing import Drawings
from reports._progress import Say, silent
from reports.markup import bad_macros, refused

_HERE = Path(__file__).parent
FULL = ("macros", "style", "statement", "full", "reading", "closing")
DIGEST = ("macros", "style", "statement", "digest", "reading", "sections", "closing")
"""The parts of a template, in the order in which they are put together."""


MOST_PAGES = 40
"""Of the short report."""


def build_report(
    document: Document,
    path: str | os.PathLike[str],
    only: Sequence[str] | None = None,
    ledger: Path | None = None,
    say: Say = silent,
) -> Path:
    """Write a page for every statement; what could not be drawn is said there and on standard error.

    Args:
        document: as `checks.document.read_document` gives it.
        path: where the PDF goes; the file there is replaced in one step or not at all.
        only: ids or patterns such as ``"prop-1.*"``; without them, every statement that was run.
        ledger: of the document's paper, where it is not installed; modules that it names are imported to draw.
        say: told what is begun.

    Raises:
        ValueError: ``only`` matches nothing, a statement is not valid typst, a figure is of an unknown kind, the ledger
            is of another paper, or the references are not BibTeX.
    """
    target = Path(path)
    replace_file(target, compile_report(document, only, ledger, say))
    return target


def build_digest(
    document: Document, path: str | os.PathLike[str], ledger: Path | None = None, say: Say = silent
) -> Path:
    """Write the short report of a claims document: findings, errata, results, the graph and a narrative by section.

    Args:
        document, path, ledger, say: as for `build_report`; what the report tells of the paper stands beside its ledger.

    Raises:
        ValueError: as `build_report`, or the narrative is malformed.
    """
    target = Path(path)
    replace_file(target, compile_digest(document, ledger, say))
    return target


def compile_report(
    document: Document, only: Sequence[str] | None = None, ledger: Path | None = None, say: Say = silent
) -> bytes:
    """The PDF of `build_report` as bytes."""
    with tempfile.TemporaryDirectory(prefix="manyfaces-") as folder:
        root = Path(folder)
        say("verifying witnesses and drawing figures")
        data = _lay_out(root, document, only, ledger)
        say(f"typesetting {len(data['claims'])} statements")
        return _typeset(root, document, [claim["id"] for claim in data["claims"]])


def compile_digest(document: Document, ledger: Path | None = None, say: Say = silent) -> bytes:
    """The PDF of `build_digest` as bytes: of `MOST_PAGES` at most, for which it carries less evidence if need be."""
    with tempfile.TemporaryDirectory(prefix="manyfaces-") as folder:
        root = Path(folder)
        say("verifying witnesses and drawing figures")
        data = _lay_out_digest(root, document, ledger)
        say("typesetting the report")
        while True:
            made = _typeset(root, document, [claim["id"] for claim in document["claims"]])
            shown = data["claims"]
            if page_count(made) <= MOST_PAGES or not shown:
                return made
            say(f"typesetting it with fewer pages of evidence: {page_count(made)} pages, {MOST_PAGES} at most")
            del shown[min(len(shown) - 1, len(shown) * MOST_PAGES // page_count(made)) :]
            kept = {claim["id"] for claim in shown}
            for section in data["sections"]:
                section["pages"] = [name for name in section["pages"] if name in kept]
            _write(root, data, DIGEST)


def page_count(pdf: bytes) -> int:
    """How many pages a PDF has that typst made."""
    return len(re.findall(rb"/Type ?/Page(?![a-z])", pdf))


def _lay_out(root: Path, document: Document, only: Sequence[str] | None, ledger: Path | None = None) -> dict[str, Any]:
    """Write all that typst reads; the figures are drawn while the witnesses are verified once more."""
    drawings = Drawings(document, set(chosen_ids(document, only)), ledger)
    with drawings.drawn(root):
        data = content(document, only)
    _place_figures(data, drawings)
    _write(root, data, FULL)
    return data


def _lay_out_digest(root: Path, document: Document, ledger: Path | None = None) -> dict[str, Any]:
    narrative = told(document, ledger)
    shown = pictured(document, narrative)
    drawings = Drawings(document, {*carried(document, narrative), *shown}, ledger)
    with drawings.drawn(root):
        data = digest(document, narrative)
    _place_figures(data, drawings)
    data["figures"] = {name: [figure for drawn in drawings.places[name] for figure in drawn] for name in shown}
    _write(root, data, DIGEST)
    return data


def _place_figures(data: dict[str, Any], drawings: Drawings) -> None:
    for kind, reason in drawings.missing.items():
        print(f"manyfaces: figures of the kind {kind!r} are not drawn: {reason}", file=sys.stderr)
    for claim in data["claims"]:
        for evidence, drawn in zip(claim["evidence"], drawings.places[claim["id"]], strict=True):
            evidence["figures"] = drawn


def _write(root: Path, data: dict[str, Any], parts: Sequence[str]) -> None:
    (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    (root / REFERENCES).write_text(data["references"], encoding="utf-8")
    template = "\n".join((_HERE / f"{part}.typ").read_text(encoding="utf-8") for part in parts)
    (root / "main.typ").write_text(template, encoding="utf-8", newline="\n")


def _typeset(root: Path, document: Document, chosen: Sequence[str]) -> bytes:
    moment = datetime.fromisoformat(document["datetime"])
    try:
        return _typesetting.typeset(root, int(moment.timestamp()), _typesetting.SECONDS + len(chosen))
    except _typesetting.TypesettingError as error:
        culprits = [*markup_errors(document, chosen), *reference_errors(root)]
        raise ValueError("; ".join(culprits) or f"the report does not compile: {error}") from error


def markup_errors(document: Document, chosen: Sequence[str] | None = None) -> Iterator[str]:
    """A line for each text of the ledger that is not valid typst markup, up to the first that takes too much."""
    texts = [
        (claim["id"], name, text)
        for claim in document["claims"]
        if chosen is None or claim["id"] in chosen
        for name, text in _texts(claim)
    ]
    if "notation" in document.get("paper", {}):
        texts.append(("paper", "notation", document["paper"]["notation"]))
    macros = document.get("paper", {}).get("macros", {})
    for name, why in bad_macros(macros).items():
        yield f"paper: macros: {name} is not valid typst ({why}); mend it in the ledger"
        return
    for number, why in refused([text for _, _, text in texts], macros).items():
        identifier, name, _ = texts[number]
        yield f"{identifier}: {name} is not valid typst ({why}); mend it in the ledger"


def reference_errors(folder: Path) -> Iterator[str]:
    """A line if the references in a folder are not BibTeX."""
    import typst

    source = folder / "references.typ"
    source.write_text(f'#bibliography("{REFERENCES}", full: true)', encoding="utf-8")
    try:
        typst.compile(str(source), root=str(folder), ignore_system_fonts=True)
    except typst.TypstError as error:
        yield f"{REFERENCES}: not valid BibTeX ({error.message}); mend it beside the ledger"


def _texts(claim: Claim) -> Iterator[tuple[str, str]]:
    """What of a statement is typst markup, by name."""
    markup = {"statement": claim["statement"], "note": claim["note"], "proof": claim["proof"]}
    yield from ((name, text) for name, text in markup.items() if text)
    yield from (("hypothesis", text) for text in claim["hypotheses"])
    formal = claim.get("formal")
    if formal and formal["says"]:
        yield "formal.says", formal["says"]
