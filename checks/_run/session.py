"""What the plugin does once a claim was collected: find the ledgers, run the checks, judge, report."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import pytest

from checks._marker import builds_of, claim_of, sabotage_name
from checks._parallel import distribute
from checks._run import ending, outputs, selection
from checks._run.carry import Carrying, is_carried
from checks._run.collection import loaded, modules
from checks._run.judging import (
    RECORD,
    carried_record,
    identity,
    in_report,
    raise_unless_caught,
    record_of,
    settled,
)
from checks._run.looking import look_at
from checks._run.part import Part
from checks._run.shadowing import refuse_shadowed
from checks.document import link, problems
from checks.evidence import Evidence
from checks.naming import matches
from checks.records import Document
from checks.verdict import METHODS
from manyfaces.places import has_claim, ledger_path

_SESSION = pytest.StashKey["ClaimsSession"]()


def session_of(config: pytest.Config) -> ClaimsSession:
    """The claims session of this pytest run, started if need be."""
    if _SESSION not in config.stash:
        config.stash[_SESSION] = ClaimsSession(config)
        config.pluginmanager.register(config.stash[_SESSION], "claims-session")
    return config.stash[_SESSION]


def register(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take the collected claims over: check their ids, keep those that options ask for, watch them run."""
    session_of(config).register(items)


def receive(config: pytest.Config, message: str) -> None:
    """On the controller of a distributed run: take in what a worker collected."""
    for content in json.loads(message):
        session_of(config).part_at(Path(content["ledger"])).take_in(content)


def note(config: pytest.Config, worker: str, reports: Sequence[pytest.TestReport]) -> None:
    """Take in the record of a test of which everything is reported, the last time it was tried.

    Args:
        worker: which one ran it; empty where there are none.
        reports: of its setup, its subtests, its call and its teardown.
    """
    record = carried_record(reports)
    if record is not None:
        part = session_of(config).part(Path(record["place"][0]))
        part.finished[worker, record["check"]] = settled(record, reports, part.ledger)


def evidence_of(request: pytest.FixtureRequest) -> Evidence:
    """An empty record for the claim that a test checks.

    Raises:
        pytest.UsageError: the test has no claim marker, or there is no ledger.
    """
    if not has_claim(request.config, request.node):
        raise pytest.UsageError(
            "the fixture 'evidence' is for tests marked with a claim of a ledger; set the ini key "
            "claims_ledger or put ledger.toml beside the tests"
        )
    claim = claim_of(request.node)
    option = request.config.getoption
    as_stated = sabotage_name(request.node) is None
    ledger = session_of(request.config).part(request.node.path).ledger
    entry = ledger[claim.id]
    return Evidence(
        claim=claim.id,
        by=claim.by,
        scale=option("--claims-scale"),
        device=option("--claims-device"),
        claims_seed=option("--claims-seed"),
        search_seconds=60 * option("--claims-search") if as_stated else 0,
        shrink=as_stated,
        stored=outputs.stored(outputs.stored_path(request.config, claim.id)),
        formal=entry.formal.text if entry.formal else None,
        theorem=entry.kernel,
        mutate=as_stated,
        own_figures=ledger.paper.get("figures", {}),
    )


class ClaimsSession:
    """One pytest run over the checks of one ledger or more: a plugin of that run."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.parts: dict[Path, Part] = {}
        self.interrupted = False
        self.carrying: Carrying | None = None
        self.old = outputs.old_document(config)

    def part(self, test: Path) -> Part:
        """The part that the checks of a file belong to, started if need be."""
        path = ledger_path(self.config, test)
        assert path is not None, "asked for tests that have a ledger"
        return self.part_at(path)

    def part_at(self, path: Path) -> Part:
        """The part of a ledger, started if need be."""
        if path not in self.parts:
            self.parts[path] = Part(self.config, loaded(self.config, path), path)
        return self.parts[path]

    def register(self, items: list[pytest.Item]) -> None:
        """See the function of this name."""
        for item in self._claims(items):
            sabotage_name(item)
            part = self.part(item.path)
            if claim_of(item).id not in part.ledger:
                raise pytest.UsageError(f"{item.nodeid}: claim {claim_of(item).id!r} is not in the ledger {part.path}")
        for claim in {claim_of(item).id for item in self._claims(items)}:
            outputs.stored(outputs.stored_path(self.config, claim))  # read once, before anything runs
        for part in [self.part(path) for path in self._unread()] + list(self.parts.values()):
            refuse_shadowed(self.config, modules(self.config, part.path))
            look_at(part.ledger, part.path, texts=not self.config.getoption("collectonly"))
        selection.check_data(self.config, {path: part.ledger for path, part in self.parts.items()})
        self._select(items)
        distribute.arrange(self.config, items, self._start_carrying(items).carried())
        for part in self.parts.values():
            part.registered = [item for item in self._claims(items) if self.part(item.path) is part]

    def _unread(self) -> list[Path]:
        """What has a ledger and could not be collected, or was passed over."""
        watch: Any = self.config.pluginmanager.get_plugin("claims-watch")
        return [path for path in (*watch.lost, *watch.passed_over) if ledger_path(self.config, path)]

    def _claims(self, items: list[pytest.Item]) -> list[pytest.Item]:
        return [item for item in items if has_claim(self.config, item)]

    def _select(self, items: list[pytest.Item]) -> None:
        ledgers = [part.ledger for part in self.parts.values()]
        patterns, methods = selection.patterns(self.config, ledgers), selection.methods(self.config)
        if patterns or methods:
            keep = {
                item
                for item in self._claims(items)
                if matches(claim_of(item).id, self.part(item.path).ledger.name, patterns or ["*"])
                and claim_of(item).by in (methods or METHODS)
            }
            self.config.hook.pytest_deselected(items=[item for item in items if item not in keep])
            items[:] = [item for item in items if item in keep]

    def _start_carrying(self, items: list[pytest.Item]) -> Carrying:
        """Have the records of these items kept, and used where the run is to use them."""
        watch: Any = self.config.pluginmanager.get_plugin("claims-watch")
        if self.carrying is None:
            self.carrying = Carrying(self.config, lambda test: self.part(test).ledger, watch.started)
            self.config.pluginmanager.register(self.carrying, "claims-carrying")
        self.carrying.register(items)
        return self.carrying

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        distribute.write_plan(self.config, session.items, self.carrying.carried() if self.carrying else [])
        checks = self._claims(session.items)
        builds_of(self.config).expect(claim_of(item).build for item in checks if claim_of(item).build)
        selected = bool(selection.methods(self.config))
        for part in self.parts.values():
            part.collect([item for item in checks if self.part(item.path) is part], selected)
        output = getattr(self.config, "workeroutput", None)
        if output is not None:
            output["claims"] = json.dumps([part.told() for part in self.parts.values()])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        ran = yield
        if has_claim(self.config, item) and claim_of(item).build:
            builds_of(self.config).done(claim_of(item).build)
        return ran

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
        if not has_claim(self.config, pyfuncitem) or is_carried(pyfuncitem):
            return (yield)
        evidence: Any = pyfuncitem.funcargs["evidence"]
        error, started = None, time.perf_counter()
        try:
            yield
        except (Exception, pytest.fail.Exception, pytest.skip.Exception) as raised:
            error = raised
        seconds = round(time.perf_counter() - started, 3)
        record = record_of(pyfuncitem, evidence, error, self.part(pyfuncitem.path).ledger)
        extra = {"seconds": seconds, "built": builds_of(self.config).timed(), "carried": None}
        pyfuncitem.stash[RECORD] = json.dumps({**record, **identity(pyfuncitem), **extra}, ensure_ascii=False)
        raise_unless_caught(record, error)
        return True

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if has_claim(self.config, item):
            if call.when == "setup" and RECORD in item.stash:
                del item.stash[RECORD]  # of an earlier attempt
            in_report(report, item.stash.get(RECORD, None), self.part(item.path).ledger)
        return report

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        stopped = session.exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        self.interrupted = session.exitstatus == pytest.ExitCode.INTERRUPTED
        if hasattr(self.config, "workerinput") or self.config.getoption("collectonly"):
            return
        selected = any(self.config.getoption(name) for name in ("--claims-only", "--claims-by"))
        finished = self._finished(stopped)
        link({part.ledger.name: part.judge(selected) for part, _ in finished})
        for part, name in finished:
            part.write(name)
            red = part.lost or (part.document and problems(part.document))
            if session.exitstatus == pytest.ExitCode.OK and red:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _finished(self, stopped: bool = False) -> list[tuple[Part, str | None]]:
        """The parts of which something ran, each with the name that tells it from others."""
        parts = [
            part
            for part in self.parts.values()
            if part.finished or ((part.items or part.registered or part.lost) and not stopped)
        ]
        names = outputs.names({part.path: part.ledger.name for part in parts}) if len(parts) > 1 else {}
        return [(part, names.get(part.path)) for part in parts]

    def _old_of(self, part: Part, parts: int) -> Document | None:
        """The document to compare with, if it is this part's: of several, the one of its title."""
        titles = [document["paper"].get("title") for document in (self.old, part.document) if document]
        return self.old if parts == 1 or titles[:1] == titles[1:] else None

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        shown = [(part, name) for part, name in self._finished() if part.document]
        for part, _ in shown:
            part.show(terminalreporter, self._old_of(part, len(shown)), self.interrupted)
        if not self.config.getoption("--claims-again"):
            for _, name in shown:
                written = outputs.json_path(self.config, name), outputs.witness_folder(self.config, name)
                ending.print_files(terminalreporter, (path for path in written if path))
