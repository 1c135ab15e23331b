"""Where the ledger of a folder is."""

from __future__ import annotations

from pathlib import Path


def ledger_in(folder: Path) -> Path | None:
    """The ledger in a folder: a file ``ledger.toml``, or ``ledger``, a file or a folder of TOML files."""
    for candidate in (folder / "ledger", folder / "ledger.toml"):
        if candidate.is_file() or (candidate.is_dir() and any(candidate.glob("*.toml"))):
            return candidate
    return None
