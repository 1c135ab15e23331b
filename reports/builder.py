"""A claims document as a PDF: the same document gives the same bytes, wherever and whenever it is built."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from checks.files import replace_file
from checks.records import Claim, Document, Figure
from reports import _typesetting, figures
from reports._content import chosen_ids, content

TEMPLATE = Path(__file__).with_name("template.typ")
Places = dict[str, list[list[dict[str, str]]]]
"""Of each statement the figures of each check: file and caption."""

FEW = 4
"""So many figures are drawn sooner than another process starts."""


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
    replace_file(target, compile_report(document, only))
    return target


def compile_report(document: Document, only: Sequence[str] | None = None) -> bytes:
    """The PDF of `build_report` as bytes."""
    with tempfile.TemporaryDirectory(prefix="manyfaces-") as folder:
        root = Path(folder)
        data = _lay_out(root, document, only)
        return _typeset(root, document, [claim["id"] for claim in data["claims"]])


def _lay_out(root: Path, document: Document, only: Sequence[str] | None) -> dict[str, Any]:
    """Write all that typst reads; the figures are drawn while the witnesses are verified once more."""
    requests, places = _requests(document, set(chosen_ids(document, only)))
    with _drawing(root, requests):
        data = content(document, only)
    for claim in data["claims"]:
        for evidence, drawn in zip(claim["evidence"], places[claim["id"]], strict=True):
            evidence["figures"] = drawn
    (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    (root / "main.typ").write_bytes(TEMPLATE.read_bytes())
    return data


def _requests(document: Document, chosen: set[str]) -> tuple[list[figures.Request], Places]:
    """The figures that evidence asks for, equal ones once, and for each statement the files and captions."""
    requests: dict[str, figures.Request] = {}
    places: Places = {}
    for claim in document["claims"]:
        if claim["id"] in chosen:
            places[claim["id"]] = [
                [_place(requests, figure) for figure in record["figures"]] for record in claim["evidence"]
            ]
    return list(requests.values()), places


def _place(requests: dict[str, figures.Request], figure: Figure) -> dict[str, str]:
    key = json.dumps([figure["kind"], figure["data"]], sort_keys=True)
    name = f"figure-{len(requests) + 1}.svg"
    request = requests.setdefault(key, {"file": name, "kind": figure["kind"], "data": figure["data"]})
    return {"file": request["file"], "caption": figure["caption"]}


@contextmanager
def _drawing(root: Path, requests: Sequence[figures.Request]) -> Iterator[None]:
    """Draw figures: many of them beside the caller, in a process that gives the memory of plotting back."""
    if len(requests) <= FEW:
        figures.draw_files(root, requests)
        yield
        return
    (root / figures.REQUESTS).write_text(json.dumps(requests), encoding="utf-8")
    command, environment = _typesetting.python("reports.figures", str(root))
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8", env=environment) as process:
        try:
            yield
        except BaseException:
            process.kill()
            raise
        message, _ = process.communicate()
    if process.returncode == figures.REFUSED:
        raise ValueError(message.strip())
    if process.returncode:
        raise RuntimeError(f"drawing the figures ended with exit code {process.returncode}; see its message above")


def _typeset(root: Path, document: Document, chosen: Sequence[str]) -> bytes:
    moment = datetime.fromisoformat(document["datetime"])
    try:
        return _typesetting.typeset(root, int(moment.timestamp()), _typesetting.SECONDS + len(chosen))
    except _typesetting.TypesettingError as error:
        culprits = list(markup_errors(document, chosen))
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
    refusals = _typesetting.refusals([text for _, _, text in texts])
    for (identifier, name, _), why in zip(texts, refusals, strict=False):
        if why:
            yield f"{identifier}: {name} is not valid typst ({why}); mend it in the ledger"


def _texts(claim: Claim) -> Iterator[tuple[str, str]]:
    """What of a statement is typst markup, by name."""
    markup = {"statement": claim["statement"], "note": claim["note"], "proof": claim["proof"]}
    yield from ((name, text) for name, text in markup.items() if text)
    yield from (("hypothesis", text) for text in claim["hypotheses"])
