"""Which tests are claims, and which ledger they belong to: what the plugin asks of every test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from manyfaces.ledgers import ledger_in

PROPERTY = "claim-record"
"""The key under which a record travels on ``item.user_properties``."""

_LEDGERS = pytest.StashKey[dict[Path, Path | None]]()
"""What `ledger_path` found; every item of a file asks for it several times."""


def ledger_path(config: pytest.Config, test: Path) -> Path | None:
    """The ledger that the checks in a file or a folder belong to: the ini key's, else the nearest one beside or above.

    Above it is looked up to the root of the project, or the top of the file's package.
    """
    known = config.stash.setdefault(_LEDGERS, {})
    if test not in known:
        known[test] = _looked_for(config, test)
    return known[test]


def _looked_for(config: pytest.Config, test: Path) -> Path | None:
    chosen: str = config.getini("claims_ledger")
    if chosen:
        return (config.inipath.parent if config.inipath else config.rootpath) / chosen
    folder = test if test.is_dir() else test.parent
    while True:
        if found := ledger_in(folder):
            return found
        if folder == config.rootpath or not ((folder / "__init__.py").is_file() or config.rootpath in folder.parents):
            return None
        folder = folder.parent


def has_claim(config: pytest.Config, node: Any) -> bool:
    """Whether a test is marked with a claim and belongs to a ledger."""
    return node.get_closest_marker("claim") is not None and ledger_path(config, node.path) is not None
