"""Resuming: records of items that came out well are kept at once, and with ``--claims-carry`` they stand for a new run.

Without the option everything is run: a theorem checker does what it is told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from checks._parallel import distribute
from checks._resume.records import Kept, Records
from checks._run.judging import RECORD, carried_record, identity
from checks.ledger import Ledger
from checks.records import Carried, Record, TravellingRecord

_FOUND = pytest.StashKey[Kept]()
_OF_A_RUN = ("check", "place", "test", "built", "carried")
"""Keys of a record that belong to one run on one machine."""


class Carrying:
    """Stores the records of a process that runs checks, and puts stored ones in the place of a run.

    Args:
        ledger_of: the ledger of the checks in a file.
        started: when the run began, as text.
    """

    def __init__(self, config: pytest.Config, ledger_of: Callable[[Path], Ledger], started: str) -> None:
        self.config, self.started = config, started
        self.active = config.getoption("--claims-carry") and not config.getoption("--claims-search")
        self.records = Records(config, ledger_of, distribute.kept_records(config))
        self._keys: dict[str, str] = {}
        self._passed: dict[str, TravellingRecord | None] = {}

    def register(self, items: Sequence[pytest.Item]) -> None:
        """Take the collected items in, before any code changes on disk; a search with fresh seeds is no record."""
        if not (self.config.getoption("--claims-search") or self.config.getoption("collectonly")):
            self._keys = self.records.keys(items)

    def carried(self) -> list[str]:
        """The ids of the items for which a record is kept."""
        return [name for name, key in self._keys.items() if key in self.records.names] if self.active else []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Function) -> Generator[None, Any, Any]:
        key = self._keys.get(item.nodeid)
        record = self.records.find(key) if key and self.active else None
        if record is not None:
            item.stash[_FOUND] = record
            item.fixturenames = []  # nothing is set up and nothing built for it
        return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        if not is_carried(pyfuncitem):
            return None
        record = pyfuncitem.stash[_FOUND]
        kept = {key: value for key, value in record.items() if key not in ("key", "made")}
        now = {**identity(pyfuncitem), "built": [], "carried": record["made"]}
        pyfuncitem.stash[RECORD] = json.dumps(kept | now, ensure_ascii=False)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the record of an item whose setup, call and teardown passed."""
        if report.when == "setup":
            self._passed[report.nodeid] = None
        if not report.passed or hasattr(report, "wasxfail"):
            self._passed.pop(report.nodeid, None)
        if report.when == "call" and report.nodeid in self._passed:
            self._passed[report.nodeid] = carried_record([report])
        if report.when == "teardown" and (record := self._passed.pop(report.nodeid, None)):
            self._store(report.nodeid, record)

    def _store(self, identifier: str, record: TravellingRecord) -> None:
        if identifier in self._keys and not record["carried"]:
            kept = {key: value for key, value in record.items() if key not in _OF_A_RUN}
            self.records.store(self._keys[identifier], kept | {"made": self.started})


def is_carried(item: pytest.Item) -> bool:
    """Whether a kept record stands for the run of this item."""
    return _FOUND in item.stash


def carried_in(records: Iterable[Record]) -> Carried:
    """How many of the checks were carried over, out of how many, and when the runs began that they come from."""
    found = [record["carried"] for record in records if record["kind"] == "check"]
    runs = sorted({started for started in found if started})
    return {"checks": sum(bool(started) for started in found), "of": len(found), "runs": runs}
