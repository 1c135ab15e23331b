"""The folder for what is worth keeping between runs."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER_VARIABLE = "MANYFACES_CACHE"


def cache_folder() -> Path:
    """Where results are kept: $MANYFACES_CACHE, or .cache in the current folder."""
    return Path(os.environ.get(FOLDER_VARIABLE) or ".cache")
