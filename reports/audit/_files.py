"""What the command reads."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

NAMES = {"points": ("x", "points"), "labels": ("y", "labels")}
"""Of arrays in a file of data."""


def read_sample(path: Path) -> tuple[Any, Any]:
    """Points and labels from an .npz file; nothing in it is run.

    Raises:
        OSError: there is no such file.
        ValueError: it is no .npz file, holds objects, or lacks one of the two.
    """
    try:
        with path.open("rb") as file:  # numpy leaves what it opens itself open where it is damaged
            archive = np.load(file, allow_pickle=False)
            if isinstance(archive, np.ndarray):
                raise ValueError("it holds one array without a name")
            chosen = [_named(kind, names, archive.files) for kind, names in NAMES.items()]
            points, labels = (archive[name] for name in chosen)
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        why = "it holds pickled objects, which are not loaded" if "pickle" in str(error) else str(error)
        raise ValueError(f"{path}: {why}; write such a file with numpy.savez({path.name!r}, x=..., y=...)") from error
    return points, labels


def _named(kind: str, names: tuple[str, ...], there: list[str]) -> str:
    found = [name for name in names if name in there]
    if len(found) != 1:
        which = " and ".join(found) or f"none of {', '.join(names)}"
        raise ValueError(f"{kind} are one array, x or y for short: there is {which} among {', '.join(there) or 'none'}")
    return found[0]


def sha256(path: Path) -> str:
    """Of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
