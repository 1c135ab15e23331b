"""Typst texts and formulas as HTML with MathML, all of a site in one go: a compilation a text would take minutes.

While pages are put together a text is a placeholder; `Markup.fill` puts in what typst made of it.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from checks.ledger import REFERENCES
from reports import _typesetting
from reports.builder import markup_errors, reference_errors
from reports.site._clean import articles
from reports.site._words import seen, text

HERE = Path(__file__).parent
SHARED = ("reading", "closing")
"""Parts of the paper report that the site shows, too."""
IDLE = frozenset(["h", "v", "page set rule", "pagebreak", "colbreak"])
"""What a page in a browser does well without."""
READ = ("methods", "paper", "citation", "commands", "references")
"""What these read of the report's data."""
_PLACE = re.compile("\x01([0-9]+)\x01")


class Markup:
    """Texts by placeholders; see the module."""

    def __init__(self) -> None:
        self._places: dict[tuple[bool, str], int] = {}
        self._made: list[str] = []
        self.reading = ""
        """How to read the site, how to do it again, how to cite it, and the references: once it is typeset."""
        self.lost: list[str] = []
        """Elements that HTML has nothing for, and which were left out."""

    def text(self, markup: str) -> str:
        """A placeholder for typst markup."""
        return self._place(False, markup) if markup else ""

    def formula(self, expression: Mapping[str, str]) -> str:
        """The same for what `reports.notation.typeset` gives."""
        return (
            self._place(True, expression["math"]) if "math" in expression else f"<code>{text(expression['raw'])}</code>"
        )

    def _place(self, math: bool, source: str) -> str:
        return f"\x01{self._places.setdefault((math, source), len(self._places))}\x01"

    def typeset(self, document: Any, data: Mapping[str, Any], reference: Callable[[str], str]) -> None:
        """Have typst make all texts so far.

        Args:
            data: the report's, as `reports._digest.digest` gives it.
            reference: see `articles`.

        Raises:
            ValueError: a text is not valid typst, or the references are not BibTeX.
        """
        with tempfile.TemporaryDirectory(prefix="manyfaces-") as folder:
            root = Path(folder)
            self._lay_out(root, data)
            try:
                page, lost = _typesetting.page(root, _typesetting.SECONDS + len(self._places) / 10)
            except _typesetting.TypesettingError as error:
                culprits = [*markup_errors(document), *reference_errors(root)]
                raise ValueError("; ".join(culprits) or f"the site does not compile: {error}") from error
        self.lost = [name for name in lost if name not in IDLE]
        self._made, self.reading = articles(page, reference)
        assert len(self._made) == len(self._places), "an article a text"

    def _lay_out(self, root: Path, data: Mapping[str, Any]) -> None:
        texts = [{"math": math, "source": seen(source)} for math, source in self._places]
        (root / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
        (root / "data.json").write_text(json.dumps(_seen({name: data[name] for name in READ})), encoding="utf-8")
        (root / REFERENCES).write_text(seen(data["references"]), encoding="utf-8")
        parts = [HERE.parent / "macros.typ", HERE / "site.typ", *(HERE.parent / f"{name}.typ" for name in SHARED)]
        source = "\n".join(part.read_text(encoding="utf-8") for part in parts)
        (root / "main.typ").write_text(source, encoding="utf-8", newline="\n")

    def fill(self, html: str) -> str:
        """The page, with every placeholder replaced."""
        return _PLACE.sub(lambda found: self._made[int(found[1])], html)


def _seen(data: Any) -> Any:
    """The same data, every text in it as a page may hold it."""
    if isinstance(data, dict):
        return {_seen(key): _seen(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_seen(value) for value in data]
    return seen(data) if isinstance(data, str) else data
