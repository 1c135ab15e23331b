"""The figures that evidence asks for: each kind is a function from plain data to an SVG."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

KINDS: Mapping[str, str] = {
    "line-hmf": "reports._figure_line:draw",
    "plane-hmf": "reports._figure_plane:draw",
    "figure-1": "reports._figure_1:draw",
    "histogram": "reports._figure_charts:draw_histogram",
    "curve": "reports._figure_charts:draw_curve",
    "curves": "reports._figure_curves:draw",
    "cells": "reports._figure_cells:draw",
    "epochs": "reports._figure_epochs:draw",
}
"""Where each kind is drawn; imported when first asked for, so that a report without figures needs no plotting."""


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
