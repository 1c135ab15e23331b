"""What the plugin does once a claim was collected: find the ledger, run the checks, judge, report."""

from __future__ import annotations

import glob
import json
import os
import platform
import subprocess
import time
from collections import Counter
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest

from checks import _table
from checks._locate import PROPERTY, has_claim, ledger_path
from checks._sabotage import claim_of, sabotage_name
from checks.document import SABOTAGES_OF, Document, build_document, changes, problems, read_document, write_json
from checks.evidence import SEED, Evidence
from checks.vocabulary import Ledger, LedgerError, load_ledger

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
    patterns = session.patterns()
    if patterns:
        keep = {item for item, claim in claims if any(fnmatchcase(claim.id, pattern) for pattern in patterns)}
        config.hook.pytest_deselected(items=[item for item in items if item not in keep])
        items[:] = [item for item in items if item in keep]
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
    session.partial = content["partial"]


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
        raise pytest.UsageError("the fixture 'evidence' is for tests marked with a claim of a ledger; set the ini key "
                                "claims_ledger or put ledger.toml beside the tests")  # fmt: skip
    claim = claim_of(request.node)
    option = request.config.getoption
    as_stated = sabotage_name(request.node) is None
    stored = request.config.rootpath / "counterexamples" / f"{claim.id}.json"
    return Evidence(
        claim=claim.id, by=claim.by, scale=option("--claims-scale"), device=option("--claims-device"),
        search_seconds=60 * option("--claims-search") if as_stated else 0, shrink=as_stated,
        stored=json.loads(stored.read_text(encoding="utf-8")) if stored.is_file() else [],
    )  # fmt: skip


class ClaimsSession:
    """One pytest run over the checks of one ledger."""

    def __init__(self, config: pytest.Config, ledger: Ledger, path: Path):
        self.config, self.ledger, self.path = config, ledger, path
        self.records: list[dict[str, Any]] = []
        self.registered: list[pytest.Item] = []
        self.collected: Counter[str] = Counter()
        self.partial = True
        self.document: Document | None = None
        self.old = _old_document(config)

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

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        checks = [item for item in session.items if has_claim(self.config, item)]
        self.collected = Counter(
            claim_of(item).id if sabotage_name(item) is None else SABOTAGES_OF + claim_of(item).id for item in checks
        )
        self.partial = not set(self.registered) <= set(session.items) or self._left_out()
        output = getattr(self.config, "workeroutput", None)
        if output is not None and self.registered:
            content = {"test": str(self.registered[0].path), "collected": self.collected, "partial": self.partial}
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
            roots = [root for given in self.config.getini("testpaths") or ["."]
                     for root in glob.glob(str(self.config.rootpath / given), recursive=True)]  # fmt: skip
        skipped, patterns = self.config.getini("norecursedirs"), self.config.getini("python_files")
        for root in roots:
            for folder, folders, names in os.walk(root):
                folders[:] = [name for name in folders if not any(fnmatchcase(name, skip) for skip in skipped)
                              and not Path(folder, name, "pyvenv.cfg").is_file()]  # fmt: skip
                files = [Path(folder, name) for name in names]
                yield from (file for file in files if any(file.match(pattern) for pattern in patterns))

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
        if not has_claim(self.config, pyfuncitem):
            return (yield)
        evidence: Any = pyfuncitem.funcargs["evidence"]
        error, started = None, time.perf_counter()
        try:
            yield
        except (Exception, pytest.fail.Exception, pytest.skip.Exception) as raised:
            error = raised
        name = sabotage_name(pyfuncitem)
        extra = {"check": pyfuncitem.nodeid, "place": _place(pyfuncitem, name)}
        if name is None:
            record = _finish(evidence, error) | {"kind": "check", "seconds": round(time.perf_counter() - started, 3)}
        else:
            caught = _caught(evidence, error, self.ledger)
            record = {"kind": "sabotage", "claim": evidence.claim, "name": name, "caught": caught}
        pyfuncitem.user_properties.append((PROPERTY, json.dumps(record | extra, ensure_ascii=False)))
        _raise_unless_expected(evidence, error, name, record, self.ledger)
        return True

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        stopped = session.exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        if hasattr(self.config, "workerinput") or self.config.getoption("collectonly"):
            return
        if not self.records and (stopped or not self.collected):
            return
        records = [{key: value for key, value in record.items() if key != "place"}
                   for record in sorted(self.records, key=lambda record: record["place"])]  # fmt: skip
        complete = not self.partial and not self.patterns()
        self.document = build_document(self.ledger, records, self.collected, complete, self._context())
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
        _table.print_table(terminalreporter, self.document)
        if self.config.getoption("--claims-show"):
            _table.print_evidence(terminalreporter, self.document)
        for problem in problems(self.document):
            terminalreporter.write_line(f"not as expected: {problem}", red=True)
        if self.old is not None:
            lines = changes(self.old, self.document)
            name = self.config.getoption("--claims-compare")
            terminalreporter.write_line(f"compared with {name}: {len(lines)} verdicts changed")
            for line in lines:
                terminalreporter.write_line(f"  {line}")

    def _context(self) -> dict[str, Any]:
        return {
            "version": _version("manyfaces"), "commit": _commit(self.path), "machine": _machine(),
            "datetime": datetime.now(UTC).isoformat(timespec="seconds"), "seed": SEED,
            "scale": self.config.getoption("--claims-scale"), "device": self.config.getoption("--claims-device"),
            "partial": self.partial,
        }  # fmt: skip


def _old_document(config: pytest.Config) -> Document | None:
    path = config.getoption("--claims-compare")
    try:
        return read_document(Path(path)) if path else None
    except ValueError as error:
        raise pytest.UsageError(f"--claims-compare: {error}") from error


def _place(item: pytest.Function, name: str | None) -> list[Any]:
    """Where a record belongs among the others, whichever worker made it."""
    number = 0 if name is None else 1 + list(claim_of(item).sabotage).index(name)
    return [str(item.path), item.location[1] or 0, number, item.nodeid]


def _finish(evidence: Evidence, error: BaseException | None) -> dict[str, Any]:
    if error is not None:
        evidence.undecided(f"the check stopped: {type(error).__name__}: {str(error)[:200]}")
    return evidence.record()


def _caught(evidence: Evidence, error: BaseException | None, ledger: Ledger) -> bool:
    """A sabotage is caught by a failed assertion or by another verdict; a crash of another kind shows no power."""
    if error is not None:
        return isinstance(error, AssertionError) or type(error) is pytest.fail.Exception
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
        why = f" ({reason})" if reason else ""
        raise AssertionError(f"{evidence.claim}: computed {truth}{why}, expected {expected}")


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


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _commit(ledger: Path) -> str | None:
    """The commit that holds the ledger; None where git does not track it, as in an installed copy."""
    tracked = _git(ledger.parent, "ls-files", "--", ledger.name)
    return tracked and _git(ledger.parent, "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*")


def _git(folder: Path, *command: str) -> str | None:
    try:
        result = subprocess.run(["git", *command], cwd=folder, capture_output=True, encoding="utf-8", timeout=10,
                                check=True)  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return result.stdout.strip() or None


def _machine() -> dict[str, Any]:
    packages = ("numpy", "scipy", "sympy", "torch", "hypothesis", "pytest", "python-flint")
    return {
        "system": platform.system(), "architecture": platform.machine(), "cores": os.cpu_count(),
        "python": platform.python_version(), "packages": {name: _version(name) for name in packages},
    }  # fmt: skip
