"""Files from strangers and for them: read as UTF-8 whatever wrote them, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


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
