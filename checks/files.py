"""Files from strangers and for them: read as UTF-8 whatever wrote them, written whole or not at all."""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from pathlib import Path
from typing import Any


def read_utf8(path: Path) -> str:
    """The text of a file, without the mark of byte order that some editors begin it with.

    Raises:
        ValueError: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        found = "UTF-16" if error.object[:2] in (b"\xff\xfe", b"\xfe\xff") else f"no UTF-8 from byte {error.start} on"
        raise ValueError(f"{path}: the encoding is {found}; save it as UTF-8") from error
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def parse_toml(text: str) -> dict[str, Any]:
    """What a TOML text says.

    Raises:
        ValueError: it is none; with where a text in three quotes begins that swallows what follows.
    """
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not valid TOML: {error}{_open_text(text, str(error))}") from error


def _open_text(text: str, error: str) -> str:
    """Where a text begins that was not closed, if an error stands right behind its quotes, or at the end."""
    place = re.search(r"at line (\d+), column (\d+)", error)
    lines = text.splitlines(keepends=True)
    before = "".join(lines[: int(place[1]) - 1]) + lines[int(place[1]) - 1][: int(place[2]) - 1] if place else text
    for quotes in ("'''", '"""'):
        parts = before.split(quotes)
        if place and before.endswith(quotes) and len(parts) % 2:
            began = quotes.join(parts[:-2]).count("\n") + 1
            return f": the text that begins in line {began} ends here; close it with {quotes} before"
    return ""


def replace_file(path: Path, data: bytes) -> None:
    """Write a file so that it is either the old one or the whole new one.

    What is not finished has a name that nobody can have foreseen, so that no link waits there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
