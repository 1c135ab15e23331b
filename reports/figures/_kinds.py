"""Where each kind of figure is drawn, and how a folder of them is."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from reports.figures._own import Draw, Place, function_of

KINDS: Mapping[str, str] = {
    "line-hmf": "reports.figures._line:draw",
    "plane-hmf": "reports.figures._plane:draw",
    "histogram": "reports.figures._charts:draw_histogram",
    "curve": "reports.figures._charts:draw_curve",
    "curves": "reports.figures._curves:draw",
    "cells": "reports.figures._cells:draw",
    "epochs": "reports.figures._epochs:draw",
}
"""Where each kind that any paper can use is drawn; imported when first asked for, so that a report without figures
needs no plotting. A paper brings more, in its ledger: ``figures = { KIND = "module:function" }``."""

REQUESTS = "figures.json"
UNDRAWN = "undrawn.json"
REFUSED = 2
"""The exit code of this module for figures that `draw` refuses; the reason goes to standard output."""


class Request(TypedDict):
    """A figure and the file it goes to; own: name and folder of its place, where its paper draws it."""

    file: str
    kind: str
    data: Mapping[str, Any]
    own: NotRequired[tuple[str, str]]


def draw(kind: str, data: Mapping[str, Any], own: Mapping[str, Place] | None = None) -> bytes:
    """The figure as SVG, the same bytes for the same data.

    Args:
        own: the kinds that the figure's paper brings, as `own_kinds` gives them.

    Raises:
        ValueError: an unknown kind, data that lacks what the kind needs, or a function that stops or gives no bytes.
        ImportError: the module of the paper that draws it cannot be imported.
    """
    places = own or {}
    check_kind(kind, places)
    if kind not in places:
        return _drawn(kind, data, _function(KINDS[kind]))
    try:
        return _drawn(kind, data, function_of(places[kind]))
    except (ValueError, ImportError):
        raise
    except Exception as error:  # a paper's own code may stop in any way
        at = traceback.extract_tb(error.__traceback__)[-1]
        found = f"{type(error).__name__}: {error} ({at.filename}:{at.lineno})"
        raise ValueError(f"drawing a {kind!r} figure, {places[kind].name}, stopped: {found}") from error


def check_kind(kind: str, own: Iterable[str]) -> None:
    """Refuse a kind that is unknown, or ambiguous.

    Raises:
        ValueError: it is.
    """
    if kind in KINDS and kind in own:
        raise ValueError(f"kind={kind!r}: a kind that every paper has; let the ledger's figures use another name")
    if kind not in KINDS and kind not in own:
        raise ValueError(
            f"kind={kind!r}: no such figure; use one of {sorted({*KINDS, *own})}, or name the function that draws it "
            "in the ledger's [paper.figures]"
        )


def _drawn(kind: str, data: Mapping[str, Any], function: Draw) -> bytes:
    try:
        picture = function(data)
    except KeyError as error:
        raise ValueError(f"data of a {kind!r} figure lacks {error}; it has {sorted(data)}") from error
    if not isinstance(picture, bytes):
        raise ValueError(f"drawing a {kind!r} figure gave {type(picture).__name__}; give the bytes of an SVG")
    return picture


def _function(place: str) -> Draw:
    module, name = place.split(":")
    function: Callable[[Mapping[str, Any]], bytes] = getattr(import_module(module), name)
    return function


def draw_files(folder: Path, requests: Iterable[Request]) -> dict[str, str]:
    """Draw figures into files of a folder.

    Returns:
        For the files of figures whose paper's module cannot be imported, which are not there: why.

    Raises:
        ValueError: as `draw` raises it.
    """
    undrawn = {}
    for request in requests:
        own = {request["kind"]: Place(*request["own"])} if "own" in request else {}
        try:
            picture = draw(request["kind"], request["data"], own)
        except ImportError as error:
            if not own:
                raise
            undrawn[request["file"]] = str(error)
        else:
            (folder / request["file"]).write_bytes(picture)
    return undrawn


def main(folder: str) -> int:
    """Draw what ``figures.json`` in a folder asks for; what `draw_files` returns goes to ``undrawn.json`` there."""
    root = Path(folder)
    try:
        with redirect_stdout(sys.stderr):  # a paper's drawing may speak
            undrawn = draw_files(root, json.loads((root / REQUESTS).read_text(encoding="utf-8")))
    except ValueError as error:
        print(error)
        return REFUSED
    (root / UNDRAWN).write_text(json.dumps(undrawn), encoding="utf-8")
    return 0
