"""What finished checks recorded, kept between runs under the hash of everything that it depends on."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from checks import evidence, machine, store
from checks._marker import claim_of
from checks._options import data, influences
from checks._resume.sources import Sources, home, trees
from checks.ledger import Ledger
from manyfaces.places import has_claim

Kept = Mapping[str, Any]
"""A record without what belongs to one run on one machine, with its ``key`` and when it was ``made``."""

_JUDGES = tuple(Path(evidence.__file__).parent / name for name in ("evidence.py", "_marker.py", "_run/judging.py"))
"""The code that turns what a check does into its record: part of every check."""


class Records:
    """The kept records of one run's items.

    Args:
        ledger_of: the ledger of the checks in a file; its entries are part of what a record depends on.
        names: of the files there were when the run began; None to look.
    """

    def __init__(
        self, config: pytest.Config, ledger_of: Callable[[Path], Ledger], names: Iterable[str] | None = None
    ) -> None:
        self.config, self.ledger_of = config, ledger_of
        self.folder = folder()
        self.names = set(present() if names is None else names)
        self._surroundings = store.content_key(
            {"machine": machine.influences(), "options": _options(config), "version": 1}
        )
        self._sources: dict[Path, Sources] = {}
        self._code = cache(self._code_of)
        self._entries = cache(self._entries_of)

    def key(self, item: pytest.Item) -> str:
        """The name of an item's record: a hash of its code, its statement and all that may change what comes out."""
        claim = claim_of(item).id
        return store.content_key(
            {
                "item": f"{item.path.relative_to(home(item.path)).as_posix()}::{item.nodeid.partition('::')[2]}",
                "code": self._code(item.path),
                "ledger": self._entries(item.path, claim),
                "surroundings": self._surroundings,
                "replayed": _digest(self.config.rootpath / "counterexamples" / f"{claim}.json"),
            }
        )

    def keys(self, items: Iterable[pytest.Item]) -> dict[str, str]:
        """By node id, the names of the checks' records: those of the code as it is now."""
        return {item.nodeid: self.key(item) for item in items if self._kept(item)}

    def _kept(self, item: pytest.Item) -> bool:
        """Proofs of a kernel are kept by themselves, under the hash of their sources, which are no Python."""
        return has_claim(self.config, item) and claim_of(item).by != "kernel"

    def find(self, key: str) -> Kept | None:
        """The record of that name, if the file is what was stored."""
        try:
            entry = store.load(self.folder / key) if key in self.names else None
        except (OSError, ValueError):
            return None
        found = entry.metadata if entry and isinstance(entry.metadata, dict) else {}
        return found if found.get("key") == key and "made" in found else None

    def store(self, key: str, record: Kept) -> None:
        """Keep a record at once, whole or not at all; a folder that cannot be written keeps none."""
        try:
            store.store(self.folder / key, {}, {**record, "key": key})
        except OSError:
            self.names.discard(key)

    def _code_of(self, file: Path) -> str:
        at = home(file)
        if at not in self._sources:
            self._sources[at] = Sources(trees(file, _on_path(self.config.rootpath)))
        return self._sources[at].digest([file, *_conftests(self.config, file), *_JUDGES])

    def _entries_of(self, file: Path, claim: str) -> str:
        """The statement and everything that it rests on."""
        ledger = self.ledger_of(file)
        names = [claim, *sorted(ledger.foundations(claim))]
        return store.content_key({name: asdict(ledger.entry(name)) for name in names})


def folder() -> Path:
    return store.cache_folder().absolute() / "records"


def present() -> list[str]:
    """The names of the records that are kept."""
    return sorted(path.name for path in folder().glob("*") if "." not in path.name)


def _options(config: pytest.Config) -> dict[str, Any]:
    """The options that change results; a folder of data by its files, wherever it is."""
    options = influences(config)
    return options | {"claims_data": {name: _files(Path(path)) for name, path in data(config).items()}}


def _files(path: Path) -> list[list[Any]]:
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    return [[file.name, file.stat().st_size, file.stat().st_mtime_ns] for file in files if file.is_file()]


def _on_path(root: Path) -> list[Path]:
    """Folders of the project that Python imports from."""
    return [Path(entry) for entry in sys.path if entry and Path(entry).is_relative_to(root)]


def _conftests(config: pytest.Config, file: Path) -> Iterator[Path]:
    """The conftest files whose fixtures a test may use."""
    top = Path(config.getoption("confcutdir") or config.rootpath)
    for parent in file.parents:
        if parent in top.parents:
            return
        if (parent / "conftest.py").is_file():
            yield parent / "conftest.py"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
