"""Each kind of figure draws, and draws the same bytes again."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np
import pytest

from reports.figures import KINDS, draw
from theory.shapes import TwoRings, koch_snowflake

DATA = {
    "line-hmf": {
        "positive": ["0", "10"],
        "negative": ["4"],
        "frontier": ["2", "7"],
        "alternative": ["2", "6"],
        "marks": {"$x$": "19/2"},
    },
    "plane-hmf": {
        "positive": [["1", "1"], [-1, -1]],
        "negative": [[1.0, -1.0], ["-1", "1"]],
        "box": [-2, 2, -2, 2],
        "arrows": [[[1, "1/2"], [1, 0]]],
        "points": {"$x$": [1, "1/2"]},
    },
    "histogram": {"edges": [0, 0.5, 1], "counts": [3, 40], "xlabel": "norm", "log": True},
    "curve": {
        "x": [1, 10, 100],
        "y": [5.0, 1.0, 0.1],
        "xlabel": "steps",
        "ylabel": "error",
        "log": True,
        "lines": {"one pixel": 1},
    },
    "curves": {
        "series": [
            {"label": "$L = 1$", "x": [1, 10], "y": [5.0, 1.0], "marker": True},
            {"label": "$L = 2$", "x": [1, 10], "y": [2.0, 0.1], "dashed": True},
            {"label": "exact", "x": [2], "y": [3.0], "points": True},
        ],
        "bars": {"x": [1, 2], "y": [0.9, -0.1]},
        "xlabel": "x",
        "ylabel": "f(x)",
        "logx": True,
    },
    "cells": {
        "panels": [
            {"title": "before", "polygons": [[[0, 0], [1, 0], [0, 1]]], "angles": [90.0]},
            {"title": "after", "polygons": [[[0, 0], [1, 1], [0, 1]]], "angles": [-90.0], "zeros": [[[0, 0], [1, 1]]]},
        ],
        "box": [0, 1, 0, 1],
    },
    "epochs": {
        "series": [
            {"label": "$L = 1$", "epoch": [1, 2, 3], "loss": [1.0, 0.5, 0.4], "error": [0.3, 0.1, 0.0], "optimum": 0.3},
            {"label": "$L = 9$", "epoch": [1, 2, 3], "loss": [9.0, 0.1, 0.0], "error": [0.5, 0.2, 0.0], "optimum": 0.0},
        ]
    },
}


@pytest.mark.parametrize("kind", sorted(DATA))
def test_each_kind_draws_the_same_again(kind):
    picture = draw(kind, DATA[kind])
    assert ET.fromstring(picture).tag.endswith("svg")
    assert picture == draw(kind, DATA[kind])
    assert b"<dc:date>" not in picture
    assert b"<text" not in picture, "letters are paths, so no font is needed to show it"


def test_figure_1_has_four_panels_and_stays_small():
    from checks.papers.many_faces.experiments.panels import draw_panels

    layout = TwoRings(koch_snowflake(2, 348.0), koch_snowflake(2, 180.0), -200.0, 200.0, 60)
    exact = layout.frontier()(layout.pixels())
    picture = draw_panels(layout, exact, exact + np.sin(layout.pixels()[..., 0]))
    assert picture.count(b"data:image/png") >= 4
    assert picture == draw_panels(layout, exact, exact + np.sin(layout.pixels()[..., 0]))


def test_every_kind_is_tested_here():
    assert set(KINDS) == set(DATA)


def test_errors_say_what_to_do():
    with pytest.raises(ValueError, match=r"kind='pie': no such figure; use one of"):
        draw("pie", {})
    with pytest.raises(ValueError, match=r"data of a 'curve' figure lacks 'ylabel'"):
        draw("curve", {"x": [0], "y": [0], "xlabel": "x"})
    with pytest.raises(ValueError, match=r"edges has 2 entries and counts 2"):
        draw("histogram", {"edges": [0, 1], "counts": [1, 2], "xlabel": "x"})
    with pytest.raises(ValueError, match=r"series '\$L = 1\$' has .*'loss': 1.*: give as many of each"):
        draw("epochs", {"series": [{**DATA["epochs"]["series"][0], "loss": [1.0]}]})
    with pytest.raises(ValueError, match=r"1 polygons and 2 angles"):
        draw("cells", {"panels": [{**DATA["cells"]["panels"][0], "angles": [0, 1]}], "box": [0, 1, 0, 1]})
