"""What typst makes of texts that may come from strangers, down to elements that only show words and formulas.

Typst markup can ask for any element, scripts among them. What is not listed here is left out; its words stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from html.parser import HTMLParser

_WORDS = (
    "p em strong code pre ul ol li dl dt dd table thead tbody tr td th sub sup br span div a h2 h3 h4 h5 h6"
    " blockquote s u"
)
_FORMULAS = (
    "math mrow mi mn mo mtext ms mspace msub msup msubsup munder mover munderover mfrac msqrt mroot mtable mtr mtd"
    " mpadded mphantom mmultiscripts mprescripts merror"
)
ELEMENTS = frozenset(f"{_WORDS} {_FORMULAS}".split())
MUTE = frozenset(["script", "style", "template", "svg", "iframe", "object", "title", "textarea", "noscript"])
"""Left out with all that is in them."""
EMPTY = frozenset(["br", "mspace", "mprescripts"])
_ATTRIBUTES = (
    "mathvariant stretchy form lspace rspace display accent accentunder linethickness width height depth columnalign"
    " displaystyle scriptlevel fence separator largeop movablelimits symmetric minsize maxsize colspan rowspan"
)
ATTRIBUTES = frozenset(_ATTRIBUTES.split())
CLASSES = re.compile(
    r"(?:sign|(?:right|left)-align|cases|aligned|(?:left|right)-flush|flushed|multiline-equation)(?: .*)?"
)
_TALL = re.compile("<(?:mfrac|munder|mover|munderover|mtable|msqrt|mroot)[ >]")
ADDRESS = re.compile(r"https?://[^\s\"'<>]+")


def articles(page: str, reference: Callable[[str], str]) -> tuple[list[str], str]:
    """The articles of a page of typst's, in their order, and what stands beside them, all of it clean.

    Args:
        reference: what is shown for a word in backticks; empty where it is shown as it is.

    >>> articles("<body><article>a<script>b</script><i>c</i></article></body>", lambda word: "")
    (['ac'], '')
    >>> articles('<body><article><math><mspace width="1em"/><mi>x</mi></math></article></body>', lambda word: "")[0]
    ['<math><mspace width="1em"/><mi>x</mi></math>']
    """
    parser = _Cleaner(reference)
    parser.feed(page[page.index("<body") :])
    parser.close()
    return [flat(article) for article in parser.articles], flat("".join(parser.beside))


def flat(html: str) -> str:
    """The same with parentheses of their plain height in formulas that have nothing tall.

    Without a font for mathematics browsers stretch those around a letter that reaches below its line.

    >>> flat("<math><mi>f</mi><mrow><mo>(</mo><mi>y</mi><mo>)</mo></mrow></math>")
    '<math><mi>f</mi><mrow><mo stretchy="false">(</mo><mi>y</mi><mo stretchy="false">)</mo></mrow></math>'
    >>> flat("<math><mo>(</mo><mfrac><mn>1</mn><mn>2</mn></mfrac><mo>)</mo></math>").count("stretchy")
    0
    """

    def plainly(found: re.Match[str]) -> str:
        if _TALL.search(found[0]):
            return found[0]
        return re.sub(r"<mo>([()\[\]{}])</mo>", r'<mo stretchy="false">\1</mo>', found[0])

    return re.sub(r"<math.*?</math>", plainly, html, flags=re.DOTALL)


class _Cleaner(HTMLParser):
    """Typst writes well-formed pages, so that elements can be counted by their names."""

    def __init__(self, reference: Callable[[str], str]) -> None:
        super().__init__(convert_charrefs=False)
        self.articles: list[str] = []
        self.beside: list[str] = []
        self._out = self.beside
        self._reference = reference
        self._depth = 0
        self._mute = 0
        self._links: list[bool] = []
        self._code: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "article":
            self._depth += 1
            if self._depth == 1:
                self._out = []
        self._mute += tag in MUTE
        if self._mute or tag not in ELEMENTS:
            return
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self._links.append(bool(ADDRESS.fullmatch(given.get("href", ""))))
            if self._links[-1]:
                self._write(f'<a href="{escape(given["href"])}">')
            return
        if tag == "code" and self._code is None and not self._links:
            self._code = []
            return
        kept = {name: value for name, value in given.items() if name in ATTRIBUTES}
        if CLASSES.fullmatch(given.get("class", "")):
            kept["class"] = given["class"]
        shown = "".join(f' {name}="{escape(value)}"' for name, value in kept.items())
        # Among formulas an element without content has to be closed, or takes in all that follows.
        self._write(f"<{tag}{shown}{'/' * (tag in EMPTY)}>")

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self._depth -= 1
            if not self._depth:
                self.articles.append("".join(self._out))
                self._out = self.beside
        muted = self._mute
        self._mute -= tag in MUTE
        if muted or tag not in ELEMENTS or tag in EMPTY:
            return
        if tag == "a":
            if self._links and self._links.pop():
                self._write("</a>")
        elif tag == "code" and self._code is not None:
            words, self._code = "".join(self._code), None
            self._write(self._reference(unescape(words)) or f"<code>{words}</code>")
        else:
            self._write(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._mute:
            self._write(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def _write(self, html: str) -> None:
        if self._code is None:
            self._out.append(html)
        elif not html.startswith("<"):
            self._code.append(html)


def plain(html: str) -> str:
    """The words of clean HTML, formulas as their letters.

    >>> plain("<p>if <math><mi>x</mi><mo>&gt;</mo><mn>0</mn></math></p>")
    'if x>0'
    """
    return " ".join(unescape(re.sub(r"<[^>]*>", "", re.sub(r"</(?:p|li|td|dd|dt)>", " ", html))).split())
