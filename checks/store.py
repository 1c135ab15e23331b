"""Arrays on disk under the hash of what they were computed from.

A file is a checksum of the rest (one line), the metadata (one line of JSON), and an npz. It is written
beside its place and moved there, so a reader meets the old file, the new file or none; a file whose checksum
does not match, or whose content is no entry, counts as none. Nothing is unpickled.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checks._folder import FOLDER_VARIABLE, cache_folder

if TYPE_CHECKING:  # numpy is imported where arrays are read or written: most runs start without
    from numpy.typing import NDArray

try:
    import fcntl
except ImportError:  # not on Windows: there two processes may compute the same entry
    fcntl = None  # type: ignore[assignment]

__all__ = ["FOLDER_VARIABLE", "Entry", "alone", "cache_folder", "content_key", "load", "store"]


_NO_ARRAYS = b"no arrays"
"""In place of an archive: records of checks are read and written without numpy."""


@dataclass(frozen=True, eq=False)
class Entry:
    """Named arrays and JSON metadata, as stored."""

    arrays: Mapping[str, NDArray[Any]]
    metadata: Mapping[str, Any]


def content_key(description: Mapping[str, Any]) -> str:
    """Hexadecimal name (64 digits) of a JSON-ready description; the order of its keys does not matter.

    Raises:
        ValueError: the description is not finite JSON.
    """
    try:
        text = json.dumps(description, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"description={description!r} is not JSON: pass plain, finite data") from error
    return hashlib.sha256(text.encode()).hexdigest()


def store(path: Path, arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, Any]) -> None:
    """Write the entry at path, atomically; its folder is made when missing.

    Raises:
        ValueError: an array holds Python objects.
    """
    if objects := [name for name, array in arrays.items() if array.dtype.hasobject]:
        raise ValueError(f"array {objects[0]!r} holds Python objects: store numbers or strings")
    body = json.dumps(metadata).encode() + b"\n" + _packed(arrays)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def load(path: Path) -> Entry | None:
    """The entry at path; None when there is none that can be read, or when the file is not what was stored."""
    try:
        checksum, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if hashlib.sha256(body).hexdigest().encode() != checksum:
        return None
    metadata, _, packed = body.partition(b"\n")
    try:
        entry = Entry(_unpacked(packed), json.loads(metadata))
    except (AttributeError, EOFError, OSError, TypeError, ValueError, zipfile.BadZipFile, zlib.error):
        return None
    return entry if isinstance(entry.metadata, dict) else None


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock file at path: other processes wait, so that what one computes the others find stored.

    The lock goes with the process that holds it; the empty file stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _packed(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    if not arrays:
        return _NO_ARRAYS
    import numpy as np

    buffer = io.BytesIO()
    named: dict[str, Any] = dict(arrays)
    np.savez(buffer, **named)
    return buffer.getvalue()


def _unpacked(packed: bytes) -> dict[str, NDArray[Any]]:
    if packed == _NO_ARRAYS:
        return {}
    import numpy as np

    with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
        return dict(arrays)
