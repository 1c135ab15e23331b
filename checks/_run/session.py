"""What the plugin does once a claim was collected: find the ledger, run the checks, judge, report."""

from __future__ import annotations

import glob
import json
import os
import subprocess
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from checks._locate import PROPERTY, has_claim, ledger_path
from checks._marker import builds_of, claim_of, sabotage_name
from checks._parallel import distribute, durations
from checks._run import ending, table
from checks._run.carry import Carrying, carried_in, is_carried
from checks._run.judging import identity, raise_unless_expected, record_of
from checks._run.timing import settle
from checks.document import SABOTAGES_OF, Document, build_document, changes, problems, read_document, write_json
from checks.evidence import SEED, Evidence
from checks.ledger import Ledger, LedgerError, load_ledger
from checks.machine import installed, machine
from checks.verdict import METHODS

_GIT_SECONDS = 10  # before git is taken to be stuck: chosen, it takes some milliseconds
_SESSION = pytest.StashKey["ClaimsSession"]()
_LEDGERS = pytest.StashKey[dict[Path, Ledger]]()


def ledger_for(config: pytest.Config, test: Path) -> Ledger | None:
    """The loaded ledger for the checks in a file; None without one.

    Raises:
        pytest.UsageError: the ledger is broken.
    """
    path = ledger_path(config, test)
    if path is None:
        return None
    loaded = config.stash.setdefault(_LEDGERS, {})
    if path not in loaded:
        try:
            loaded[path] = load_ledger(path)
        except LedgerError as error:
            raise pytest.UsageError(str(error)) from error
    return loaded[path]


def register(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take the collected claims over: check their ids, keep those that ``--claims-only`` asks for, watch them run."""
    claims = [(item, claim_of(item)) for item in items if has_claim(config, item)]
    paths = {ledger_path(config, item.path) for item, _ in claims}
    if len(paths) > 1:
        raise pytest.UsageError(f"claims of several ledgers {sorted(map(str, paths))}: run them one by one")
    session = session_of(config, claims[0][0].path)
    for item, claim in claims:
        sabotage_name(item)
        if claim.id not in session.ledger:
            raise pytest.UsageError(f"{item.nodeid}: claim {claim.id!r} is not in the ledger {session.path}")
    patterns, methods = session.patterns(), session.methods()
    if patterns or methods:
        keep = {
            item
            for item, claim in claims
            if any(fnmatchcase(claim.id, pattern) for pattern in patterns or ["*"]) and claim.by in (methods or METHODS)
        }
        config.hook.pytest_deselected(items=[item for item in items if item not in keep])
        items[:] = [item for item in items if item in keep]
    carrying = session.start_carrying(items)
    distribute.arrange(config, items, carrying.carried())
    session.registered = [item for item in items if has_claim(config, item)]


def session_of(config: pytest.Config, test: Path) -> ClaimsSession:
    """The claims session of this pytest run, started if need be."""
    if _SESSION not in config.stash:
        ledger, path = ledger_for(config, test), ledger_path(config, test)
        assert ledger is not None and path is not None, "called for tests that have a ledger"
        config.stash[_SESSION] = ClaimsSession(config, ledger, path)
        config.pluginmanager.register(config.stash[_SESSION], "claims-session")
    return config.stash[_SESSION]


def receive(config: pytest.Config, message: str) -> None:
    """On the controller of a distributed run: take in what a worker collected."""
    content = json.loads(message)
    session = session_of(config, Path(content["test"]))
    session.collected = Counter(content["collected"])
    session.partial, session.files = content["partial"], content["files"]


def note(config: pytest.Config, report: pytest.TestReport) -> None:
    """Take in the record that a finished test carries."""
    for key, value in report.user_properties:
        if key == PROPERTY:
            record = json.loads(str(value))
            session_of(config, Path(record["place"][0])).records.append(record)


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
    stored = request.config.rootpath / "counterexamples" / f"{claim.id}.json"
    return Evidence(
        claim=claim.id,
        by=claim.by,
        scale=option("--claims-scale"),
        device=option("--claims-device"),
        claims_seed=option("--claims-seed"),
        search_seconds=60 * option("--claims-search") if as_stated else 0,
        shrink=as_stated,
        stored=json.loads(stored.read_text(encoding="utf-8")) if stored.is_file() else [],
    )


class ClaimsSession:
    """One pytest run over the checks of one ledger."""

    def __init__(self, config: pytest.Config, ledger: Ledger, path: Path):
        self.config, self.ledger, self.path = config, ledger, path
        self.records: list[dict[str, Any]] = []
        self.registered: list[pytest.Item] = []
        self.collected: Counter[str] = Counter()
        self.files: dict[str, list[str]] = {}
        self.partial, self.interrupted = True, False
        self.document: Document | None = None
        self.carrying: Carrying | None = None
        self.old = _old_document(config)

    def start_carrying(self, items: Sequence[pytest.Item]) -> Carrying:
        """Have the records of these items kept, and used where the run is to use them."""
        watch: Any = self.config.pluginmanager.get_plugin("claims-watch")
        if self.carrying is None:
            self.carrying = Carrying(self.config, self.ledger, watch.started)
            self.config.pluginmanager.register(self.carrying, "claims-carrying")
        self.carrying.register(items)
        return self.carrying

    def patterns(self) -> list[str]:
        """What ``--claims-only`` asks for.

        Raises:
            pytest.UsageError: a pattern matches no statement.
        """
        wanted = self.config.getoption("--claims-only") or ""
        patterns = [pattern.strip() for pattern in wanted.split(",") if pattern.strip()]
        for pattern in patterns:
            if not any(fnmatchcase(entry.id, pattern) for entry in self.ledger):
                near = [entry.id for entry in self.ledger if entry.id.startswith(pattern[:5])]
                raise pytest.UsageError(f"--claims-only {pattern!r} matches no statement; near it: {near}")
        return patterns

    def methods(self) -> list[str]:
        """What ``--claims-by`` asks for.

        Raises:
            pytest.UsageError: there is no such method.
        """
        wanted = self.config.getoption("--claims-by") or ""
        methods = [method.strip() for method in wanted.split(",") if method.strip()]
        if unknown := [method for method in methods if method not in METHODS]:
            raise pytest.UsageError(f"--claims-by {','.join(unknown)!r}: use methods out of {', '.join(METHODS)}")
        return methods

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        distribute.write_plan(self.config, session.items, self.carrying.carried() if self.carrying else [])
        checks = [item for item in session.items if has_claim(self.config, item)]
        self.collected = Counter(
            claim_of(item).id if sabotage_name(item) is None else SABOTAGES_OF + claim_of(item).id for item in checks
        )
        for item in checks:
            self.files[claim_of(item).id] = sorted({str(item.path), *self.files.get(claim_of(item).id, [])})
        builds_of(self.config).expect(claim_of(item).build for item in checks if claim_of(item).build)
        self.partial = not set(self.registered) <= set(session.items) or bool(self.methods()) or self._left_out()
        output = getattr(self.config, "workeroutput", None)
        if output is not None and self.registered:
            content = {
                "test": str(self.registered[0].path),
                "collected": self.collected,
                "partial": self.partial,
                "files": self.files,
            }
            output["claims"] = json.dumps(content)

    def _left_out(self) -> bool:
        """Whether single checks may have been left out before they were collected."""
        if self.config.getoption("lf", False) or any("::" in str(argument) for argument in self.config.args):
            return True
        watch: Any = self.config.pluginmanager.get_plugin("claims-watch")
        return any(
            file not in watch.modules and "mark.claim" in file.read_text(encoding="utf-8", errors="replace")
            for file in self._test_files()
        )

    def _test_files(self) -> Iterator[Path]:
        """The files that a run over everything collects: those beside the ledger, or where the ini file says."""
        roots = [str(self.path.parent)]
        if self.config.getini("claims_ledger"):
            roots = [
                root
                for given in self.config.getini("testpaths") or ["."]
                for root in glob.glob(str(self.config.rootpath / given), recursive=True)
            ]
        skipped, patterns = self.config.getini("norecursedirs"), self.config.getini("python_files")
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
        name, seconds = sabotage_name(pyfuncitem), round(time.perf_counter() - started, 3)
        record = record_of(evidence, error, name, self.ledger)
        extra = {"seconds": seconds, "built": builds_of(self.config).timed(), "carried": None}
        text = json.dumps(record | identity(pyfuncitem) | extra, ensure_ascii=False)
        pyfuncitem.user_properties.append((PROPERTY, text))
        raise_unless_expected(evidence, error, name, record, self.ledger)
        return True

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        stopped = session.exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        self.interrupted = session.exitstatus == pytest.ExitCode.INTERRUPTED
        if hasattr(self.config, "workerinput") or self.config.getoption("collectonly"):
            return
        if not self.records and (stopped or not self.collected):
            return
        durations.store(self.records)
        records, built = settle(self.records)
        complete = not (self.partial or self.patterns() or self.methods())
        context = self._context() | {"builds": built, "carried": carried_in(records)}
        self.document = build_document(self.ledger, records, self.collected, complete, context)
        if self.config.getoption("--claims-search"):
            _store_found(records, self.config.rootpath / "counterexamples")
        if path := self.config.getoption("--claims-json"):
            write_json(self.document, Path(path))
        if folder := self.config.getoption("--claims-witnesses"):
            _write_witnesses(self.document, Path(folder))
        if session.exitstatus == pytest.ExitCode.OK and problems(self.document):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.document is None:
            return
        terminalreporter.write_sep("=", f"claims: {self.document['paper'].get('title', 'ledger')}")
        if self.config.getoption("--claims-show"):
            table.print_table(terminalreporter, self.document)
            table.print_evidence(terminalreporter, self.document)
        self._print_changes(terminalreporter)
        ending.print_ending(terminalreporter, self.document, self.files, self.interrupted)
        if not self.config.getoption("--claims-again"):
            written = (self.config.getoption(name) for name in ("--claims-json", "--claims-witnesses"))
            ending.print_files(terminalreporter, (Path(path) for path in written if path))

    def _print_changes(self, reporter: pytest.TerminalReporter) -> None:
        if self.document is None or self.old is None:
            return
        lines = changes(self.old, self.document)
        reporter.write_line(f"compared with {self.config.getoption('--claims-compare')}: {len(lines)} verdicts changed")
        for line in lines:
            reporter.write_line(f"  {line}")

    def _context(self) -> dict[str, Any]:
        return {
            "version": installed("manyfaces"),
            "commit": _commit(self.path),
            "machine": machine(),
            "datetime": datetime.now(UTC).isoformat(timespec="seconds"),
            "seed": SEED,
            "claims_seed": self.config.getoption("--claims-seed"),
            "pinned": self.config.getoption("--claims-pinned"),
            "scale": self.config.getoption("--claims-scale"),
            "device": self.config.getoption("--claims-device"),
            "partial": self.partial,
        }


def _old_document(config: pytest.Config) -> Document | None:
    path = config.getoption("--claims-compare")
    try:
        return read_document(Path(path)) if path else None
    except ValueError as error:
        raise pytest.UsageError(f"--claims-compare: {error}") from error


def _store_found(records: list[dict[str, Any]], folder: Path) -> None:
    """Keep the counterexamples that a search found, so that later runs replay them."""
    for record in records:
        if record["kind"] == "check" and record["found"]:
            path = folder / f"{record['claim']}.json"
            known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
            write_json(known + [found for found in record["found"] if found not in known], path)


def _write_witnesses(document: Document, folder: Path) -> None:
    for claim in document["claims"]:
        witnesses = [witness for evidence in claim["evidence"] for witness in evidence["witnesses"]]
        for number, witness in enumerate(witnesses, 1):
            write_json(witness, folder / f"{claim['id']}.{number}.json")


def _commit(ledger: Path) -> str | None:
    """The commit that holds the ledger; None where git does not track it, as in an installed copy."""
    tracked = _git(ledger.parent, "ls-files", "--", ledger.name)
    return tracked and _git(ledger.parent, "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*")


def _git(folder: Path, *command: str) -> str | None:
    try:
        result = subprocess.run(
            ["git", *command], cwd=folder, capture_output=True, encoding="utf-8", timeout=_GIT_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return result.stdout.strip() or None
