"""The command `manyfaces`, whatever folders stand on Python's path."""

from __future__ import annotations

from manyfaces.house import open_house


def main() -> int:
    """Run it; see `reports.cli`."""
    open_house()
    from reports.cli import main as run

    return run()
