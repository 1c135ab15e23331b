"""The pytest plugin: options, marker and fixtures. Everything else is imported once a claim is collected."""

from __future__ import annotations

import argparse
import math
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from manyfaces.house import open_house
from manyfaces.places import PROPERTY, has_claim, ledger_path


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("claims", "theorem checking")
    group.addoption("--claims-json", metavar="PATH", help="write every verdict with its evidence to PATH")
    group.addoption("--claims-witnesses", metavar="DIR", help="write each exact witness to a file of its own in DIR")
    group.addoption("--claims-show", action="store_true", help="print the verdict table and the evidence")
    group.addoption("--claims-compare", metavar="OLD.json", help="print which verdicts changed since OLD.json")
    group.addoption(
        "--claims-carry",
        action="store_true",
        help="do not run what has a record of a run with the same code, statement and options",
    )
    group.addoption("--claims-progress", action="store_true", help="say how far the run is, in place of dots")
    group.addoption(
        "--claims-again",
        metavar="COMMAND",
        help="of a program that runs the checks: repeats those of the statement named next",
    )
    group.addoption("--claims-only", metavar="IDS", help="run these claims only: ids or patterns, comma-separated")
    group.addoption("--claims-scale", choices=["quick", "paper"], default="quick", help="sizes of the computations")
    group.addoption("--claims-device", choices=["auto", "cpu", "cuda"], default="auto", help="where networks train")
    group.addoption(
        "--claims-seed",
        metavar="N",
        type=_claims_seed,
        default=0,
        help="shift everything random by N: initial weights, orders, samples, searches",
    )
    group.addoption(
        "--claims-pinned",
        action="store_true",
        help="keep to instructions that processors share: equal bits for equal seeds",
    )
    group.addoption(
        "--claims-by",
        metavar="METHODS",
        help="run only checks by these methods, comma-separated, such as training,samples",
    )
    group.addoption(
        "--claims-search",
        metavar="MINUTES",
        type=_minutes,
        default=0.0,
        help="look for counterexamples with fresh seeds, so long in each property-based check",
    )
    group.addoption(
        "--claims-data",
        action="append",
        default=[],
        metavar="NAME=PATH",
        help="data that builds can use, under a name that the ledger's [paper.data] gives them; may be repeated",
    )
    parser.addini(
        "claims_ledger",
        "the ledger: a TOML file or a folder of them (default: 'ledger' or 'ledger.toml' beside the checks)",
        default="",
    )


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: give a number of minutes") from error
    if not 0 <= minutes < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r}: give a number of minutes, 0 or more")
    return minutes


def _claims_seed(text: str) -> int:
    from checks.randomness import claims_seed

    try:
        return claims_seed(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--claims-pinned"):
        open_house()
        from checks import pinned

        try:
            pinned.pin()
        except ValueError as error:
            raise pytest.UsageError(str(error)) from error
    config.addinivalue_line(
        "markers",
        "claim(id, by, sabotage, subject=None, build=None): this test is a check of the ledger's statement `id`, which "
        "reaches its verdict by `by`; `sabotage` maps names to wrong subjects that it must catch.",
    )
    if any(config.getoption(name) for name in ("--claims-json", "--claims-witnesses")):
        open_house()
        from checks._run import outputs

        outputs.check_places(config)
    config.pluginmanager.register(_Watch(config), "claims-watch")
    if config.getoption("--claims-progress") and not hasattr(config, "workerinput"):
        open_house()
        from checks._parallel import watching

        config.pluginmanager.register(watching.Watching(config), "claims-progress")


class _Watch:
    """Sees which modules are collected and which tests finish, on the controller of a distributed run too.

    A test is finished when its teardown is reported: until then a subtest or a fixture may spoil it. Where it is tried
    several times, the last attempt counts.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.modules: set[Path] = set()
        self.passed_over: set[Path] = set()
        self.lost: dict[Path, str] = {}
        self.crashed: set[str] = set()
        self.started: str = getattr(config, "workerinput", {}).get("claims-started") or _now()
        self._reports: dict[tuple[str, str], list[pytest.TestReport]] = {}

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """With ``--claims-only``, pass over the files that certainly hold none of what is asked for."""
        if not self.config.getoption("--claims-only") or collection_path.suffix != ".py":
            return None
        open_house()
        from checks._run import selection

        if not selection.passed_over(self.config, collection_path):
            return None
        self.passed_over.add(collection_path)
        return True

    def pytest_collectstart(self, collector: pytest.Collector) -> None:
        if isinstance(collector, pytest.Module):
            self.modules.add(collector.path)
            if ledger_path(self.config, collector.path) and _may_check(collector.path):
                open_house(collector.path)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        report = yield
        if not report.passed and isinstance(collector, (pytest.Directory, pytest.Module, pytest.Class)):
            why = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longreprtext
            self.lost[collector.path] = next((line for line in reversed(str(why).splitlines()) if line.strip()), "")
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if not has_claim(self.config, item):  # it has no record, whatever it says
            report.user_properties = [entry for entry in report.user_properties if entry[0] != PROPERTY]
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if hasattr(self.config, "workerinput"):
            return
        worker = str(getattr(getattr(getattr(report, "node", None), "gateway", None), "id", ""))
        place = worker, report.nodeid
        if report.when == "setup":
            self._reports[place] = []
        self._reports.setdefault(place, []).append(report)
        if report.when not in ("setup", "call", "teardown"):
            self.crashed.add(report.nodeid)
        if report.when == "teardown" and str(report.outcome) != "rerun":
            self._finish(worker, self._reports.pop(place))

    def _finish(self, worker: str, reports: list[pytest.TestReport]) -> None:
        if any(key == PROPERTY for report in reports for key, _ in report.user_properties):
            open_house()
            from checks._run import session

            session.note(self.config, worker, reports)

    def lost_with_a_ledger(self) -> bool:
        """Whether something that may hold checks could not be collected, in a run that is to write or show verdicts."""
        asked = any(self.config.getoption(f"--claims-{name}") for name in ("json", "witnesses", "show", "compare"))
        return asked and any(ledger_path(self.config, path) for path in self.lost)


def _may_check(file: Path) -> bool:
    """Whether a file has a word that every check has: its marker's, or its fixture's."""
    try:
        text = file.read_bytes()
    except OSError:
        return False
    return b"claim" in text or b"evidence" in text


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if has_claim(metafunc.config, metafunc.definition):
        open_house()
        from checks import _marker

        _marker.parametrize(metafunc)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, Any, Any]:
    watch: Any = config.pluginmanager.get_plugin("claims-watch")
    if any(has_claim(config, item) for item in items) or watch.passed_over or watch.lost_with_a_ledger():
        open_house()
        from checks._run import session

        try:
            session.register(config, items)
        except pytest.UsageError as error:
            if not hasattr(config, "workeroutput"):
                raise
            config.workeroutput["claims-error"] = str(error)  # a worker cannot show it: the controller will
            items.clear()
    return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["claims-started"] = node.config.pluginmanager.get_plugin("claims-watch").started
    if node.config.getoption("dist") == "loadgroup":
        open_house()
        from checks._parallel import distribute

        distribute.configure_node(node.config, node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    if config.getoption("dist") != "loadgroup":
        return None
    open_house()
    from checks._parallel import scheduler

    return scheduler.PlannedScheduling(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    if "claims-error" in getattr(node, "workeroutput", {}):
        raise pytest.UsageError(node.workeroutput["claims-error"])
    if "claims" in getattr(node, "workeroutput", {}):
        open_house()
        from checks._run import session

        session.receive(node.config, node.workeroutput["claims"])


@pytest.fixture
def subject(request: pytest.FixtureRequest) -> Generator[Any, None, None]:
    """What a check examines: a copy of the statement's own object, or of one of the marker's sabotages."""
    open_house()
    from checks import _marker

    with _marker.lent_subject(request) as lent:
        yield lent


@pytest.fixture
def evidence(request: pytest.FixtureRequest) -> Any:
    """The record of a check: see `checks.evidence.Evidence`."""
    open_house()
    from checks._run import session

    return session.evidence_of(request)
