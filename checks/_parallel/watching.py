"""What pytest tells of a run's progress, on the controller of a distributed run too, whose workers cannot print."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Generator, Sequence
from typing import Any, TextIO

import pytest

from checks._parallel import durations
from checks._parallel.distribute import Plan, groups, read_plan
from checks._parallel.progress import Progress

_TICK_SECONDS = 1.0  # between looks at the clock: chosen, so that a line is never older


class Watching:
    """The plugin behind ``--claims-progress``; it takes the place of pytest's dots."""

    def __init__(self, config: pytest.Config) -> None:
        self.config, self.progress = config, Progress(_stream())
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def _tick(self) -> None:
        while not self._stop.wait(_TICK_SECONDS):
            with self._lock:
                self.progress.show()

    def _begin(self, identifiers: Sequence[str], plan: Plan, workers: int) -> None:
        seconds = durations.load() | dict.fromkeys(plan.carried, 0.0)
        with self._lock:
            self.progress.begin(identifiers, plan.groups, seconds, workers)
            self.progress.show()
        if not self._ticker.is_alive():
            self._ticker.start()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if session.items:
            self._begin([item.nodeid for item in session.items], self._plan(session.items), 1)

    def _plan(self, items: Sequence[pytest.Item]) -> Plan:
        carrying = self.config.pluginmanager.get_plugin("claims-carrying")
        shared = {item.nodeid: name for item, name in groups(items).items()}
        return Plan(shared, carrying.carried() if carrying else [])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        if not self.progress.waiting and not self.progress.taken:
            self._begin(ids, read_plan(self.config), len(self.config.getoption("tx")))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        with self._lock:
            self.progress.start(nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        with self._lock:
            self.progress.phase(report.nodeid, report.duration, report.failed)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        with self._lock:
            self.progress.finish(nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self) -> Generator[None, Any, Any]:
        """No dots while the run goes on."""
        status = yield
        return status if self._stop.is_set() else (status[0], "", "")

    def pytest_keyboard_interrupt(self) -> None:
        """Go on stopping the workers, whoever interrupts once more."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        self._stop.set()
        with self._lock:
            self.progress.clear()

    def pytest_unconfigure(self) -> None:
        self.progress.stream.close()


def _stream() -> TextIO:
    """Standard error as it was before pytest captured what tests print."""
    try:
        return os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding="utf-8", errors="replace")
    except (AttributeError, OSError, ValueError):
        return open(os.devnull, "w", encoding="utf-8")
