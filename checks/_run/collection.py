"""The ledgers of collected tests, and whether all tests of a ledger were collected."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from checks.ledger import Ledger, LedgerError, load_ledger
from manyfaces.places import ledger_path

_LEDGERS = pytest.StashKey[dict[Path, Ledger]]()


def loaded(config: pytest.Config, path: Path) -> Ledger:
    """The ledger at a place, loaded once.

    Raises:
        pytest.UsageError: the ledger is broken.
    """
    known = config.stash.setdefault(_LEDGERS, {})
    if path not in known:
        try:
            known[path] = load_ledger(path)
        except LedgerError as error:
            raise pytest.UsageError(str(error)) from error
    return known[path]


def left_out(config: pytest.Config, ledger: Path) -> bool:
    """Whether single checks of a ledger may have been left out before they were collected.

    A file may hold checks whatever its text is: a marker can be imported under any name, or come from a base class.
    """
    if config.getoption("lf", False) or any("::" in str(argument) for argument in config.args):
        return True
    watch: Any = config.pluginmanager.get_plugin("claims-watch")
    seen = watch.modules | watch.passed_over
    return any(file not in seen and ledger_path(config, file) == ledger for file in _test_files(config, ledger))


def lost(config: pytest.Config, ledger: Path) -> dict[str, str]:
    """What was to be collected for a ledger and could not be, with the reason: nobody knows which checks it holds."""
    watch: Any = config.pluginmanager.get_plugin("claims-watch")
    return {str(path): reason for path, reason in watch.lost.items() if ledger_path(config, path) == ledger}


def modules(config: pytest.Config, ledger: Path) -> list[Path]:
    """The test files of a ledger that were collected."""
    watch: Any = config.pluginmanager.get_plugin("claims-watch")
    return [path for path in watch.modules if path not in watch.lost and ledger_path(config, path) == ledger]


def _test_files(config: pytest.Config, ledger: Path) -> Iterator[Path]:
    """The files that a run over everything collects: those beside the ledger, or where the ini file says."""
    roots = [str(ledger.parent)]
    if config.getini("claims_ledger"):
        roots = [
            root
            for given in config.getini("testpaths") or ["."]
            for root in glob.glob(str(config.rootpath / given), recursive=True)
        ]
    skipped, patterns = config.getini("norecursedirs"), config.getini("python_files")
    for root in roots:
        for folder, folders, names in os.walk(root):
            folders[:] = [
                name
                for name in folders
                if not any(fnmatchcase(name, skip) for skip in skipped)
                and not Path(folder, name, "pyvenv.cfg").is_file()
            ]
            files = [Path(folder, name) for name in names]
            yield from (file for file in files if any(file.match(pattern) for pattern in patterns))
