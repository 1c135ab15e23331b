"""`manyfaces check` and `manyfaces robust`."""

from __future__ import annotations

import argparse

from reports._extras import need
from reports._projects import add_project
from reports.cli._arguments import (
    Arguments,
    add_scale,
    add_selection,
    command,
    jobs,
    pytest_options,
    selected,
)
from reports.cli._listing import say_unchecked
from reports.runner import run_checks


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands to a parser's."""
    check = command(commands, "check", _check, "run the checks of some statements, or of all")
    add_selection(check)
    add_scale(check)
    add_project(check)
    check.set_defaults(takes_options=True)
    robust = command(commands, "robust", _robust, "run what rests on floats or chance under other seeds and processors")
    add_selection(robust)
    add_project(robust)
    robust.add_argument("-j", "--jobs", type=jobs, metavar="N", help="worker processes (default: one for each core)")
    robust.add_argument(
        "--python",
        action="append",
        default=[],
        metavar="PYTHON",
        dest="pythons",
        help="one more run with that interpreter, such as one that has the oldest torch",
    )


def _check(arguments: Arguments) -> int:
    meant = selected(arguments)
    need("check", meant)
    say_unchecked(meant)
    return run_checks(
        meant,
        scale=arguments.scale,
        device=arguments.device,
        jobs=arguments.jobs,
        pinned=arguments.pinned,
        options=pytest_options(arguments),
        projects=arguments.project,
    )


def _robust(arguments: Arguments) -> int:
    from reports.robust import misses, run_all, table, variations

    meant = selected(arguments)
    need("robust", meant)
    wrong = 0
    for each in meant:
        documents = run_all(variations(arguments.pythons), each, jobs=arguments.jobs)
        print("\n".join(table(documents)))
        missed = misses(documents)
        print(
            f"{each.paper.name}: {len(documents)} runs: {len(missed)} statements whose verdict was not the expected "
            "one in all of them"
        )
        wrong += len(missed)
    return 1 if wrong else 0
