"""A claims document as a PDF: the same document gives the same bytes, wherever and whenever it is built."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from checks.document import Document
from reports._content import content

TEMPLATE = Path(__file__).with_name("template.typ")
MARKUP = ("statement", "note", "proof")
"""The fields of a statement that are typst markup; its hypotheses are, too."""


def build_report(document: Document, path: str | os.PathLike[str], only: Sequence[str] | None = None) -> Path:
    """Write the report of a claims document.

    Args:
        document: as `checks.document.read_document` gives it.
        path: where the PDF goes; the file there is replaced in one step or not at all.
        only: ids or patterns such as ``"prop-1.*"``; without them, every statement that was run.

    Raises:
        ValueError: ``only`` matches nothing, a statement is not valid typst, or a figure is of an unknown kind.
    """
    target = Path(path)
    _replace(target, compile_report(document, only))
    return target


def compile_report(document: Document, only: Sequence[str] | None = None) -> bytes:
    """The PDF of `build_report` as bytes."""
    data = content(document, only)
    with tempfile.TemporaryDirectory(prefix="manyfaces-") as folder:
        root = Path(folder)
        _lay_out(root, document, data)
        return _typeset(root, document, [claim["id"] for claim in data["claims"]])


def _lay_out(root: Path, document: Document, data: dict[str, Any]) -> None:
    figures = _draw(root, document, {claim["id"] for claim in data["claims"]})
    for claim in data["claims"]:
        for evidence, drawn in zip(claim["evidence"], figures[claim["id"]], strict=True):
            evidence["figures"] = drawn
    (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    (root / "main.typ").write_bytes(TEMPLATE.read_bytes())


def _draw(root: Path, document: Document, chosen: set[str]) -> dict[str, list[list[dict[str, str]]]]:
    """Draw the figures that evidence asks for; equal ones once."""
    from reports.figures import draw

    known: dict[str, str] = {}
    drawn: dict[str, list[list[dict[str, str]]]] = {}
    for claim in document["claims"]:
        if claim["id"] in chosen:
            drawn[claim["id"]] = [
                [_place(root, known, figure, draw) for figure in record["figures"]] for record in claim["evidence"]
            ]
    return drawn


def _place(root: Path, known: dict[str, str], figure: Mapping[str, Any], draw: Any) -> dict[str, str]:
    key = json.dumps([figure["kind"], figure["data"]], sort_keys=True)
    if key not in known:
        name = f"figure-{len(known) + 1}.svg"
        (root / name).write_bytes(draw(figure["kind"], figure["data"]))
        known[key] = name
    return {"file": known[key], "caption": figure["caption"]}


def _typeset(root: Path, document: Document, chosen: Sequence[str]) -> bytes:
    import typst

    moment = datetime.fromisoformat(document["datetime"])
    try:
        pdf = typst.compile(str(root / "main.typ"), root=str(root), ignore_system_fonts=True,
                            timestamp=int(moment.timestamp()))  # fmt: skip
    except typst.TypstError as error:
        culprits = list(markup_errors(document, chosen))
        raise ValueError("; ".join(culprits) or f"the report does not compile: {error}") from error
    assert isinstance(pdf, bytes), "one PDF"
    return pdf


def markup_errors(document: Document, chosen: Sequence[str] | None = None) -> Iterator[str]:
    """A line for each text of the ledger that is not valid typst markup."""
    import typst

    for claim in document["claims"]:
        if chosen is None or claim["id"] in chosen:
            for name, text in _texts(claim):
                try:
                    typst.compile(text.encode(), format="pdf", ignore_system_fonts=True)
                except typst.TypstError as error:
                    yield f"{claim['id']}: {name} is not valid typst ({error.message}); mend it in the ledger"


def _texts(claim: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((name, claim[name]) for name in MARKUP if claim[name])
    yield from (("hypothesis", text) for text in claim["hypotheses"])


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
