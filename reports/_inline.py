"""Drawings as parts of a page: names of their own, the page's colours, a text for those who do not see them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path

from checks import drawing

BASE = Path(__file__).with_name("base.css")
"""The style that all pages share."""

COLOURS: Mapping[str, str] = {
    drawing.INK: "ink",
    drawing.SOFT: "soft",
    drawing.FAINT: "faint",
    drawing.BLUE: "blue",
    drawing.ORANGE: "orange",
    drawing.GREEN: "green",
    "#000000": "ink",
}
"""Of drawings, by the names that the style gives them: a dark page has its own."""


def inline(svg: str, name: str, alt: str) -> str:
    """The SVG for the inside of a page.

    Args:
        svg: as `checks.drawing.render` gives it.
        name: no other drawing of the page has it.
        alt: what is to be seen.
    """
    text = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    text = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', text)
    text = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", text)
    for colour, variable in COLOURS.items():
        text = text.replace(colour, f"var(--{variable})")
    return text.replace("<svg ", f'<svg role="img" aria-label="{escape(alt)}" ', 1)
