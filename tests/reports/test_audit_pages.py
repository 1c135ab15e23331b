"""Audits on paper and as a page: all lines, few pages, nothing from elsewhere."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections import Counter
from fractions import Fraction
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

import checks.audit
from checks.audit import Audit, LossGap, audit, rounded
from checks.machine import machine
from checks.networks import LipschitzNetwork
from reports.audit import _paper
from reports.audit._charts import split
from reports.audit._content import MOST_LAYERS, content
from reports.audit._page import page
from reports.audit._paper import paper

RUN = {
    "files": [{"role": "model", "name": "<b>&model.pt2", "sha256": "0" * 64}],
    "command": "manyfaces audit '<b>&model.pt2' " + "x" * 300,
    "seed": 0,
    "seconds": 1.5,
    "datetime": "2030-01-02T03:04:05+00:00",
    "version": "1.2.3",
    "machine": machine(),
}


def network(slope: float) -> LipschitzNetwork:
    return LipschitzNetwork([[[1.0], [-1.0]], [[0.0, slope]]], [[0.0, 0.0], [-slope]])


def deep() -> LipschitzNetwork:
    weights = [np.eye(3) * 1.1] * 60 + [np.ones((1, 3))]
    return LipschitzNetwork(weights, [np.zeros(len(weight)) for weight in weights], activation="relu")


SAMPLE = [[-3.0], [0.0], [2.5]], [1, -1, 1]
HELD_OUT = [[-2.0], [0.5]], [1, -1]


@pytest.fixture(scope="module")
def audits() -> dict[str, Audit]:
    full = audit(network(1.0), *SAMPLE, held_out=HELD_OUT)
    flat = np.full(3, math.inf)
    assert full.certificates is not None
    without_end = dataclasses.replace(full.certificates, radii=flat, best=flat, held_out_radii=np.array([math.inf, -1]))
    return {
        "full": full,
        "wrong": audit(network(1.0), SAMPLE[0], [-1, 1, -1]),
        "one class": audit(network(1.0), [[3.0], [4.0]], [1, 1]),
        "refuted": audit(network(1.5), *SAMPLE, loss="hinge"),
        "no claim": audit(network(1.0), lipschitz=None),
        "deep": audit(deep(), lipschitz=100),
        "without end": dataclasses.replace(full, certificates=without_end),
    }


NAMES = ["full", "wrong", "one class", "refuted", "no claim", "deep", "without end"]
PAGES = "\n#context [#metadata(counter(page).final().first()) <pages>]"


@pytest.mark.parametrize("name", NAMES)
def test_few_pages_with_every_line(name: str, audits: dict[str, Audit], tmp_path: Path) -> None:
    told = content(audits[name], RUN)
    _paper.lay_out(told, tmp_path)
    main = tmp_path / "main.typ"
    main.write_text(main.read_text(encoding="utf-8") + PAGES, encoding="utf-8")

    def query(selector: str) -> list[dict[str, Any]]:
        found = typst.query(str(main), selector, root=str(tmp_path), ignore_system_fonts=True)
        elements: list[dict[str, Any]] = json.loads(found)
        return elements

    assert 1 <= query("<pages>")[0]["value"] <= 3
    words = json.dumps(query("<line>"), ensure_ascii=False)
    for line in audits[name].lines():
        assert json.dumps(line.text, ensure_ascii=False)[1:-1] in words
    assert len(query("figure")) == sum(len(part["charts"]) for part in told["parts"])


@pytest.mark.parametrize("name", NAMES)
def test_numbers_have_the_published_form(name: str, audits: dict[str, Audit]) -> None:
    schema = json.loads((Path(checks.audit.__file__).parent / "audit.schema.json").read_text(encoding="utf-8"))
    told = json.loads(json.dumps(audits[name].as_dict(), allow_nan=False))
    jsonschema.Draft202012Validator(schema).validate(told)


@pytest.mark.parametrize("name", ["full", "deep"])
def test_same_content_same_bytes(name: str, audits: dict[str, Audit]) -> None:
    first, second = (paper(content(audits[name], RUN)) for _ in range(2))
    assert first == second
    assert first.startswith(b"%PDF") and b"D:20300102030405" in first


class Reader(HTMLParser):
    """What a page asks for, which names it gives, and whether its elements are nested as they should."""

    VOID = ("meta", "br")

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.names: list[str] = []
        self.open: list[str] = []
        self.kinds: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.kinds[tag] += 1
        for name, value in attrs:
            if name.rpartition(":")[2] in ("src", "href", "srcset", "data", "action", "poster"):
                self.asked.append(value or "")
            if name == "id":
                self.names.append(value or "")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", NAMES)
def test_a_page_asks_for_nothing(name: str, audits: dict[str, Audit]) -> None:
    text = page(content(audits[name], RUN)).decode()
    reader = Reader()
    reader.feed(text)
    assert reader.open == []
    assert len(set(reader.names)) == len(reader.names)
    assert all(asked.startswith("#") and asked[1:] in reader.names for asked in reader.asked)
    assert all(part.startswith("#") for part in re.findall(r"url\(([^)]*)\)", text))
    assert not reader.kinds["script"] and not reader.kinds["link"] and "@import" not in text
    assert "&lt;b&gt;&amp;model.pt2" in text and "<b>" not in text
    for line in audits[name].lines():
        assert line.text in unescape(text)


def test_charts_have_words_and_the_pages_colours(audits: dict[str, Audit]) -> None:
    text = page(content(audits["full"], RUN)).decode()
    drawings = re.findall(r"<svg .*?</svg>", text, flags=re.DOTALL)
    assert len(drawings) == 3
    for drawing in drawings:
        assert re.match(r'<svg role="img" aria-label="[^"]{10,}"', drawing)
        assert not re.search(r"(?:fill|stroke): #", drawing)


def test_a_long_table_keeps_what_matters(audits: dict[str, Audit]) -> None:
    told = content(audits["deep"], RUN)["parts"][0]["layers"]
    assert len(told["rows"]) == MOST_LAYERS
    assert f"{61 - MOST_LAYERS} layers that matter less are left out" in told["note"]
    assert told["rows"][-1]["constant"].startswith("1.7320508"), "the steepest, in its place"


def test_the_points_that_refute_are_shown(audits: dict[str, Audit]) -> None:
    told, pair = content(audits["refuted"], RUN)["told"], audits["refuted"].constant.pair
    x, y = (float(text) for text in re.findall(r"\((\S+)\)", told))
    assert (x, y) == (pair.x.item(), pair.y.item())
    assert 1.5 * abs((abs(x) - abs(y)) / (x - y)) == pytest.approx(pair.slope)


def test_a_piece_can_refute_where_the_points_do_not(audits: dict[str, Audit]) -> None:
    flat = dataclasses.replace(audits["refuted"].constant.pair, lower=0.5)
    found = dataclasses.replace(audits["refuted"], constant=dataclasses.replace(audits["refuted"].constant, pair=flat))
    assert found.verdict == "refuted"
    assert content(found, RUN)["told"] == "The slope of an affine piece disproves the claim."


def test_without_a_claim_nothing_is_undecided(audits: dict[str, Audit]) -> None:
    told = content(audits["no claim"], RUN)
    assert told["verdict"] == "no claim"
    assert "undecided" not in page(told).decode().partition("</head>")[2]


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 12))
def test_rounded_bounds_stay_on_their_side(value: float, digits: int) -> None:
    assert Fraction(rounded(value, digits, up=False)) <= Fraction(value) <= Fraction(rounded(value, digits, up=True))


finite = st.floats(-1e6, 1e6)


@given(finite, finite, finite)
def test_the_parts_of_a_loss_are_its_sum(value: float, least: float, lower: float) -> None:
    shares = split(LossGap("some", 1.0, value, least, lower, 10)).values()
    assert min(shares) >= 0
    assert sum(shares) == pytest.approx(max(value, 0.0))
