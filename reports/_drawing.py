"""The figures of one report: which there are to draw, each once, and the drawing of them beside other work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

from checks.records import Document, Figure
from reports import figures

FEW = 4
"""So many figures are drawn sooner than another process starts."""


class Shown(TypedDict):
    """A figure as the template shows it: the file, or why there is none."""

    file: str
    caption: str
    undrawn: str


class Drawings:
    """The figures of some statements of a document.

    Args:
        chosen: ids of the statements.
        ledger: of the document's paper, where it is not installed: it says which kinds the paper draws itself.

    Raises:
        ValueError: a figure is of an unknown kind, or the ledger is of another paper.
    """

    def __init__(self, document: Document, chosen: set[str], ledger: Path | None = None) -> None:
        self._own = figures.own_kinds(document["paper"], ledger)
        self._declared = figures.declared(document["paper"])
        self._requests: dict[str, figures.Request] = {}
        self._shown: list[Shown] = []
        self.missing: dict[str, str] = {}
        """Of each kind that cannot be drawn: why."""
        self.places: dict[str, list[list[Shown]]] = {
            claim["id"]: [[self._place(figure) for figure in record["figures"]] for record in claim["evidence"]]
            for claim in document["claims"]
            if claim["id"] in chosen
        }
        """Of each statement the figures of each check."""

    def _place(self, figure: Figure) -> Shown:
        kind = figure["kind"]
        shown: Shown = {"file": "", "caption": figure["caption"], "undrawn": ""}
        if kind in self._declared and kind not in self._own and kind not in figures.KINDS:
            self._miss(shown, kind, "its paper, which draws it, is not installed here")
            return shown
        figures.check_kind(kind, self._own)
        name = f"figure-{len(self._requests) + 1}.svg"
        request: figures.Request = {"file": name, "kind": kind, "data": figure["data"]}
        if kind in self._own:
            request["own"] = self._own[kind]
        request = self._requests.setdefault(json.dumps([kind, figure["data"]], sort_keys=True), request)
        shown["file"] = request["file"]
        self._shown.append(shown)
        return shown

    def _miss(self, shown: Shown, kind: str, reason: str) -> None:
        shown["undrawn"] = f"This figure, of the kind “{kind}”, could not be drawn: {reason}."
        self.missing[kind] = reason

    @contextmanager
    def drawn(self, root: Path) -> Iterator[None]:
        """Draw into a folder: many figures beside the caller, in a process that gives the memory of plotting back."""
        requests = list(self._requests.values())
        if len(requests) <= FEW:
            undrawn = figures.draw_files(root, requests)
            yield
        else:
            with _beside(root, requests):
                yield
            undrawn = json.loads((root / figures.UNDRAWN).read_text(encoding="utf-8"))
        kinds = {request["file"]: request["kind"] for request in requests}
        for shown in self._shown:
            if shown["file"] in undrawn:
                self._miss(shown, kinds[shown["file"]], undrawn[shown["file"]])


@contextmanager
def _beside(root: Path, requests: Sequence[figures.Request]) -> Iterator[None]:
    (root / figures.REQUESTS).write_text(json.dumps(requests), encoding="utf-8")
    command = [sys.executable, "-P", "-m", "manyfaces.run", "reports.figures", str(root)]
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"}
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
