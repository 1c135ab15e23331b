"""What a run ends with in the terminal: counts, what is not as expected and how to repeat it, what took longest."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from checks._options import as_given
from checks._run.table import summary
from checks.document import carried_words, kernel_words, partial_words, problems
from checks.records import Document, Verdict

_SLOWEST = 10  # builds and checks that are listed: chosen to fit a screen
_SHOWN_SECONDS = 0.05  # less is shown as 0.0


def print_ending(
    reporter: pytest.TerminalReporter, document: Document, files: Mapping[str, Sequence[str]], interrupted: bool
) -> None:
    """Counts by verdict, what is not as expected, the slowest builds and checks.

    Args:
        files: the test files of each statement's checks.
        interrupted: whether the run was stopped, so that an unfinished statement is no news.
    """
    reporter.write_line(summary(document))
    if words := partial_words(document):
        reporter.write_line(words, yellow=True)
    for words in filter(None, (carried_words(document), kernel_words(document))):
        reporter.write_line(words)
    states = {claim["id"]: claim["verdict"] for claim in document["claims"]}
    unfinished = [name for name, verdict in states.items() if verdict["state"] == "unfinished"]
    for problem in problems(document):
        name = problem.split(": ", 1)[0]
        if not (interrupted and name in unfinished):
            reporter.write_line(f"not as expected: {problem}", red=True)
            for line in _explained(states[name], repeat_command(reporter.config, name, files.get(name, ()))):
                reporter.write_line(f"  {line}")
    if interrupted:
        reporter.write_line(f"interrupted: {len(unfinished)} statements have checks that did not finish", red=True)
    if slowest := list(_slowest(document)):
        reporter.write_line("slowest builds and checks:")
        for seconds, name in slowest:
            reporter.write_line(f"  {seconds:7.1f} s  {name}")


def _explained(verdict: Verdict, command: str) -> Iterator[str]:
    if verdict["state"] == "judged" and verdict["reason"]:
        yield f"because: {verdict['reason']}"
    if command:
        yield f"again: {command}"


def repeat_command(config: pytest.Config, name: str, files: Iterable[str]) -> str:
    """The command that runs a statement's checks again; empty where it has none."""
    program, given = config.getoption("--claims-again"), as_given(config)
    if program:
        return " ".join([program, name, *(["--", shlex.join(given)] if given else [])])
    start = config.invocation_params.dir
    shown = sorted({os.path.relpath(file, start) for file in files})
    return shlex.join(["pytest", *shown, *given, "--claims-only", name]) if shown else ""


def _slowest(document: Document) -> list[tuple[float, str]]:
    builds = [(build["seconds"], f"build {build['name']}") for build in document["builds"]]
    checks = [
        (evidence["seconds"], f"check {evidence['check'].removesuffix('[as stated]')}")
        for claim in document["claims"]
        for evidence in claim["evidence"]
        if not evidence["carried"]
    ]
    longest = sorted(builds + checks, key=lambda entry: -entry[0])[:_SLOWEST]
    return [entry for entry in longest if entry[0] >= _SHOWN_SECONDS]


def print_files(reporter: pytest.TerminalReporter, written: Iterable[Path]) -> None:
    """Where the files are that this run wrote."""
    for path in written:
        reporter.write_line(f"written: {path}")


def print_lost(reporter: pytest.TerminalReporter, lost: Mapping[str, str]) -> None:
    """What could not be collected: the statements that it holds checks of are not settled, whichever they are."""
    for path, reason in lost.items():
        shown = os.path.relpath(path, reporter.config.invocation_params.dir)
        reporter.write_line(f"not collected, so that nothing is settled: {shown}: {reason}", red=True)
