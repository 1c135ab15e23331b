"""Files that a command writes, looked at before anything is computed, and how their places are shown."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

SUFFIXES = {"pdf": (".pdf",), "html": (".html", ".htm"), "json": (".json",), "md": (".md",)}
"""By what is written, how the names of such files end."""


def look_at_outputs(outputs: Iterable[tuple[Path, str]], inputs: Iterable[Path] = ()) -> None:
    """That files can be written there, and would replace nothing that is read.

    Args:
        outputs: each with what is written: a key of `SUFFIXES`.

    Raises:
        OSError: a folder cannot be made or written to.
        ValueError: a path is a folder, one of the inputs, given twice, or named as another kind of file.
    """
    read, written, files = {path.resolve() for path in inputs}, set[Path](), list(outputs)
    for path, _ in files:
        place = path.resolve()
        if path.is_dir():
            raise ValueError(f"{path} is a folder: give the name of a file")
        if place in read:
            raise ValueError(f"{path} is read: give another file to write")
        if place in written:
            raise ValueError(f"{path} is given twice: each output needs a file of its own")
        written.add(place)
    for path, kind in files:
        if path.suffix.lower() not in SUFFIXES[kind]:
            raise ValueError(f"{path}: a {kind} file is written; give a name that ends in {SUFFIXES[kind][0]}")
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass


def shown(path: Path) -> str:
    """A path as a reader meets it: from the current folder, where it is in there."""
    here = Path.cwd()
    return str(path.relative_to(here) if here in path.parents else path)
