"""Where each kind of figure is drawn, and how a folder of them is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, TypedDict

KINDS: Mapping[str, str] = {
    "line-hmf": "reports.figures._line:draw",
    "plane-hmf": "reports.figures._plane:draw",
    "figure-1": "reports.figures._koch:draw",
    "histogram": "reports.figures._charts:draw_histogram",
    "curve": "reports.figures._charts:draw_curve",
    "curves": "reports.figures._curves:draw",
    "cells": "reports.figures._cells:draw",
    "epochs": "reports.figures._epochs:draw",
}
"""Where each kind is drawn; imported when first asked for, so that a report without figures needs no plotting."""

REQUESTS = "figures.json"
REFUSED = 2
"""The exit code of this module for figures that `draw` refuses; the reason goes to standard output."""


class Request(TypedDict):
    """A figure and the file it goes to."""

    file: str
    kind: str
    data: Mapping[str, Any]


def draw(kind: str, data: Mapping[str, Any]) -> bytes:
    """The figure as SVG, the same bytes for the same data.

    Raises:
        ValueError: an unknown kind, or data that lacks what the kind needs.
    """
    if kind not in KINDS:
        raise ValueError(f"kind={kind!r}: no such figure; use one of {sorted(KINDS)}")
    try:
        return _function(KINDS[kind])(data)
    except KeyError as error:
        raise ValueError(f"data of a {kind!r} figure lacks {error}; it has {sorted(data)}") from error


def _function(place: str) -> Callable[[Mapping[str, Any]], bytes]:
    module, name = place.split(":")
    function: Callable[[Mapping[str, Any]], bytes] = getattr(import_module(module), name)
    return function


def draw_files(folder: Path, requests: Iterable[Request]) -> None:
    """Draw figures into files of a folder."""
    for request in requests:
        (folder / request["file"]).write_bytes(draw(request["kind"], request["data"]))


def main(folder: str) -> int:
    """Draw what ``figures.json`` in a folder asks for."""
    root = Path(folder)
    try:
        draw_files(root, json.loads((root / REQUESTS).read_text(encoding="utf-8")))
    except ValueError as error:
        print(error)
        return REFUSED
    return 0
