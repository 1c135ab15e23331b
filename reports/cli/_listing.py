"""`manyfaces list` and `manyfaces papers`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from checks.holding import held
from checks.inventory import load_inventory
from checks.ledger import Ledger, load_ledger
from checks.naming import chosen
from checks.registry import Chosen, Paper, installed, papers_of
from reports._outputs import shown
from reports._projects import add_project
from reports.cli._arguments import Arguments, command, ledgers


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands to a parser's."""
    listing = command(commands, "list", _list, "print the statements: id, expected verdict, where, title")
    listing.add_argument("ids", nargs="*", metavar="PATTERN", help="ids or patterns such as 'prop-1.*'")
    listing.add_argument("--where", action="store_true", help="print the file and line of each check besides")
    listing.add_argument(
        "--unchecked", action="store_true", help="print what the paper asserts and no statement judges"
    )
    add_project(listing)
    papers = command(commands, "papers", _papers, "print the papers that are known: name, statements, ledger, title")
    add_project(papers)


def _list(arguments: Arguments) -> int:
    if arguments.unchecked:
        return _list_unchecked(arguments)
    known = ledgers(arguments)
    meant = chosen({name: list(ledger.statements) for name, (_, ledger) in known.items()}, arguments.ids or ["*"])
    several = len(known) > 1
    labels = {(name, id_): f"{name}:{id_}" if several else id_ for name, ids in meant.items() for id_ in ids}
    width = max(map(len, labels.values()))
    where = {name: checks_of(known[name][0]) if arguments.where else {} for name in meant}
    for (name, id_), label in labels.items():
        entry, indent = known[name][1][id_], f"{'':<{width}}  {'':<16}  "
        print(f"{label:<{width}}  {entry.expected!s:<16}  {entry.title}\n{indent}{entry.where}")
        if arguments.where:
            print(
                *(f"{indent}{place}" for place in where[name].get(id_, ["no check that can be read from the text"])),
                sep="\n",
            )
    return 0


def checks_of(paper: Paper) -> dict[str, list[str]]:
    """The checks of a paper by statement, each as file and line; what can be read without importing it."""
    found: dict[str, list[str]] = {}
    for file in sorted(_tests(paper.folder)):
        for id_, lines in held(file).checks.items():
            found.setdefault(id_, []).extend(f"{shown(file)}:{line}" for line in lines)
    return found


def say_unchecked(meant: Sequence[Chosen]) -> None:
    """Name the statements that were asked for by their ids and that no check bears, as far as texts of checks tell."""
    for paper, ids in meant:
        known = checks_of(paper) if ids else {}
        if left := [name for name in ids if name not in known]:
            print(
                f"manyfaces: {', '.join(left)}: no check that can be read from the text; in a test_*.py beside the "
                f'ledger write one, @pytest.mark.claim("{left[0]}", by=...)',
                file=sys.stderr,
            )


def _tests(folder: Path) -> Iterator[Path]:
    for pattern in ("test_*.py", "*_test.py"):
        yield from folder.rglob(pattern)


def _list_unchecked(arguments: Arguments) -> int:
    if arguments.ids:
        raise ValueError("--unchecked is about what no statement judges; leave the ids out")
    papers = [paper for paper in papers_of(arguments.project) if paper.inventory.is_dir()]
    if not papers:
        raise ValueError("--unchecked: none of the papers has an inventory; see CONTRIBUTING.md for what one is")
    for paper in papers:
        inventory = load_inventory(paper.inventory)
        left = inventory.unchecked()
        for assertion in left:
            print(f"{assertion.place}: {assertion.says}{f' ({assertion.why})' if assertion.why else ''}")
        of = f"{paper.name}: " if len(papers) > 1 else ""
        print(f"{of}{len(left)} of {len(list(inventory))} assertions unchecked")
    return 0


def _papers(arguments: Arguments) -> int:
    meant = papers_of(arguments.project)
    others = [paper for paper in installed() if paper.ledger not in {each.ledger for each in meant}]
    width = max(len(paper.name) for paper in [*meant, *others])
    for paper in [*meant, *others]:
        print(f"{paper.name:<{width}}  {_described(paper)}")
        print(f"{'':<{width}}  {paper.origin}: {shown(paper.ledger)}")
    return 0


def _described(paper: Paper) -> str:
    try:
        ledger: Ledger = load_ledger(paper.ledger)
    except ValueError as error:
        return f"cannot be read: {error}"
    return f"{len(ledger.statements):>4} statements  {ledger.paper.get('title', '')}"
