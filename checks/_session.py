"""What the plugin does once a claim was collected: find the ledger, run the checks, judge, report."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from collections import Counter
from collections.abc import Generator
from datetime import UTC, datetime
from fnmatch import fnmatch
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest

from checks import _table
from checks._sabotage import Claim, claim_of, sabotage_name
from checks.document import Document, build_document, changes, problems, read_document, write_json
from checks.evidence import SEED, Evidence
from checks.vocabulary import Ledger, LedgerError, load_ledger

PROPERTY = "claim"
"""The key under which a record travels on ``item.user_properties``."""

_SESSION = pytest.StashKey["ClaimsSession"]()
_LEDGERS = pytest.StashKey[dict[Path, Ledger]]()


def ledger_path(config: pytest.Config, test: Path) -> Path | None:
    """The ledger that the checks in a file belong to: the ini key's, else the nearest one beside or above the file."""
    chosen = config.getini("claims_ledger")
    if chosen:
        return (config.inipath.parent if config.inipath else config.rootpath) / chosen
    folder = test.parent
    while True:
        for candidate in (folder / "ledger", folder / "ledger.toml"):
            if candidate.is_file() or (candidate.is_dir() and any(candidate.glob("*.toml"))):
                return candidate
        if folder == config.rootpath or config.rootpath not in folder.parents:
            return None
        folder = folder.parent


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
    claims = [(item, claim_of(item)) for item in items
              if item.get_closest_marker("claim") and ledger_path(config, item.path)]  # fmt: skip
    if not claims:
        return
    paths = {ledger_path(config, item.path) for item, _ in claims}
    if len(paths) > 1:
        raise pytest.UsageError(f"claims of several ledgers {sorted(map(str, paths))}: run them one by one")
    session = session_of(config, claims[0][0].path)
    for item, claim in claims:
        if claim.id not in session.ledger:
            raise pytest.UsageError(f"{item.nodeid}: claim {claim.id!r} is not in the ledger {paths.pop()}")
    keep = session.selection(claims)
    if keep is not None:
        removed = [item for item in items if item not in keep]
        items[:] = [item for item in items if item in keep]
        config.hook.pytest_deselected(items=removed)
    session.files = {item.path for item, _ in claims}


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
    session.complete = content["complete"]


def note(config: pytest.Config, report: pytest.TestReport) -> None:
    """Take in the record that a finished test carries."""
    for key, value in report.user_properties:
        if key == PROPERTY and report.when == "call":
            record = json.loads(str(value))
            session = session_of(config, Path(record["file"]))
            session.records.append({name: item for name, item in record.items() if name != "file"})


def evidence_of(request: pytest.FixtureRequest) -> Evidence:
    """An empty record for the claim that a test checks.

    Raises:
        pytest.UsageError: the test has no claim marker, or there is no ledger.
    """
    if request.node.get_closest_marker("claim") is None or ledger_path(request.config, request.path) is None:
        raise pytest.UsageError("the fixture 'evidence' is for tests marked with a claim of a ledger; set the ini key "
                                "claims_ledger or put ledger.toml beside the tests")  # fmt: skip
    claim = claim_of(request.node)
    option = request.config.getoption
    as_stated = sabotage_name(request.node) is None
    stored = request.config.rootpath / "counterexamples" / f"{claim.id}.json"
    return Evidence(
        claim=claim.id, by=claim.by, scale=option("--claims-scale"), device=option("--claims-device"),
        search_seconds=60 * option("--claims-search") if as_stated else 0, shrink=as_stated,
        stored=json.loads(stored.read_text()) if stored.is_file() else [],
    )  # fmt: skip


class ClaimsSession:
    """One pytest run over the checks of one ledger."""

    def __init__(self, config: pytest.Config, ledger: Ledger, path: Path):
        self.config, self.ledger, self.path = config, ledger, path
        self.records: list[dict[str, Any]] = []
        self.collected: Counter[str] = Counter()
        self.files: set[Path] = set()
        self.complete = False
        self.deselected = False
        self.document: Document | None = None

    def selection(self, claims: list[tuple[pytest.Item, Claim]]) -> set[pytest.Item] | None:
        """The items that ``--claims-only`` asks for, None when it was not given."""
        wanted = self.config.getoption("--claims-only")
        if not wanted:
            return None
        patterns = [pattern.strip() for pattern in wanted.split(",")]
        for pattern in patterns:
            if not any(fnmatch(entry.id, pattern) for entry in self.ledger):
                near = [entry.id for entry in self.ledger if entry.id.startswith(pattern[:5])]
                raise pytest.UsageError(f"--claims-only {pattern!r} matches no statement; near it: {near}")
        return {item for item, claim in claims if any(fnmatch(claim.id, pattern) for pattern in patterns)}

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self.deselected = self.deselected or bool(items)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        checks = [item for item in session.items if self._is_check(item)]
        self.collected = Counter(claim_of(item).id for item in checks)
        self.complete = self._complete()
        output = getattr(self.config, "workeroutput", None)
        if output is not None:
            content = {"test": str(min(self.files)), "collected": self.collected, "complete": self.complete}
            output["claims"] = json.dumps(content)

    def _is_check(self, item: pytest.Item) -> bool:
        return item.get_closest_marker("claim") is not None and sabotage_name(item) is None

    def _complete(self) -> bool:
        """Whether every file of checks beside the ledger was collected and nothing in it was left out."""
        if self.deselected or any("::" in str(argument) for argument in self.config.args):
            return False
        skipped = {"build", "dist", "node_modules", "__pycache__"}
        for pattern in self.config.getini("python_files"):
            for file in self.path.parent.rglob(pattern):
                inside = file.relative_to(self.path.parent).parts[:-1]
                if file in self.files or any(part in skipped or part.startswith(".") for part in inside):
                    continue
                if "mark.claim(" in file.read_text(encoding="utf-8", errors="replace"):
                    return False
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
        if pyfuncitem.get_closest_marker("claim") is None or "evidence" not in pyfuncitem.funcargs:
            return (yield)
        evidence: Evidence = pyfuncitem.funcargs["evidence"]
        error, started = None, time.perf_counter()
        try:
            yield
        except (Exception, pytest.fail.Exception) as raised:
            error = raised
        name = sabotage_name(pyfuncitem)
        extra = {"file": str(pyfuncitem.path), "check": pyfuncitem.nodeid}
        if name is None:
            record = _finish(evidence, error) | {"kind": "check", "seconds": round(time.perf_counter() - started, 3)}
        else:
            caught = _caught(evidence, error, self.ledger)
            record = {"kind": "sabotage", "claim": evidence.claim, "name": name, "caught": caught}
        pyfuncitem.user_properties.append((PROPERTY, json.dumps(record | extra, ensure_ascii=False)))
        _raise_unless_expected(evidence, error, name, record, self.ledger)
        return True

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(self.config, "workerinput") or not (self.records or self.collected):
            return
        self.document = build_document(self.ledger, self.records, self.collected, self.complete, self._context())
        _store_found(self.records, self.config.rootpath / "counterexamples")
        if path := self.config.getoption("--claims-json"):
            write_json(self.document, Path(path))
        if folder := self.config.getoption("--claims-witnesses"):
            _write_witnesses(self.document, Path(folder))
        if session.exitstatus == pytest.ExitCode.OK and problems(self.document):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.document is None:
            return
        _table.print_table(terminalreporter, self.document)
        if self.config.getoption("--claims-show"):
            _table.print_evidence(terminalreporter, self.document)
        for problem in problems(self.document):
            terminalreporter.write_line(f"not as expected: {problem}", red=True)
        if old := self.config.getoption("--claims-compare"):
            lines = changes(read_document(Path(old)), self.document)
            terminalreporter.write_line(f"compared with {old}: {len(lines)} verdicts changed")
            for line in lines:
                terminalreporter.write_line(f"  {line}")

    def _context(self) -> dict[str, Any]:
        return {
            "version": _version("manyfaces"), "commit": _commit(self.path.parent), "machine": _machine(),
            "datetime": datetime.now(UTC).isoformat(timespec="seconds"), "seed": SEED,
            "scale": self.config.getoption("--claims-scale"), "device": self.config.getoption("--claims-device"),
        }  # fmt: skip


def _finish(evidence: Evidence, error: BaseException | None) -> dict[str, Any]:
    if error is not None:
        evidence.refuted = False
        evidence.undecided(f"the check stopped: {type(error).__name__}: {str(error)[:200]}")
    return evidence.record()


def _caught(evidence: Evidence, error: BaseException | None, ledger: Ledger) -> bool:
    """A sabotage is caught by a failed assertion or by another verdict; a crash of another kind shows no power."""
    if error is not None:
        return isinstance(error, (AssertionError, pytest.fail.Exception))
    return evidence.outcome()[0] is not ledger[evidence.claim].expected.truth


def _raise_unless_expected(evidence: Evidence, error: BaseException | None, name: str | None, record: dict[str, Any],
                           ledger: Ledger) -> None:  # fmt: skip
    if name is not None:
        if not record["caught"]:
            raise AssertionError(f"{evidence.claim}: the check did not catch the sabotage {name!r}") from error
        return
    if error is not None:
        raise error
    truth, reason = evidence.outcome()
    expected = ledger[evidence.claim].expected.truth
    if truth is not expected:
        raise AssertionError(f"{evidence.claim}: computed {truth}{f' ({reason})' if reason else ''}, expected {expected}")


def _store_found(records: list[dict[str, Any]], folder: Path) -> None:
    """Keep the counterexamples that a search found, so that later runs replay them."""
    for record in records:
        if record["kind"] == "check" and record["found"]:
            path = folder / f"{record['claim']}.json"
            known = json.loads(path.read_text()) if path.is_file() else []
            fresh = [found["arguments"] for found in record["found"] if found["arguments"] not in known]
            write_json(known + fresh, path)


def _write_witnesses(document: Document, folder: Path) -> None:
    for claim in document["claims"]:
        witnesses = [witness for evidence in claim["evidence"] for witness in evidence["witnesses"]]
        for number, witness in enumerate(witnesses, 1):
            write_json(witness, folder / f"{claim['id']}.{number}.json")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _commit(folder: Path) -> str | None:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return result.stdout.strip() or None


def _machine() -> dict[str, Any]:
    packages = ("numpy", "scipy", "sympy", "torch", "hypothesis", "pytest", "python-flint")
    return {
        "system": platform.system(), "architecture": platform.machine(), "cores": os.cpu_count(),
        "python": platform.python_version(), "packages": {name: _version(name) for name in packages},
    }  # fmt: skip
