"""`manyfaces list`."""

from __future__ import annotations

import argparse

from checks.inventory import load_inventory
from checks.papers import inventory_of
from reports.cli._arguments import Arguments, command, ledger
from reports.selection import select


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to a parser's."""
    listing = command(commands, "list", _list, "print the statements: id, expected verdict, where, title")
    listing.add_argument("ids", nargs="*", metavar="PATTERN", help="ids or patterns such as 'prop-1.*'")
    listing.add_argument(
        "--unchecked", action="store_true", help="print what the paper asserts and no statement judges"
    )


def _list(arguments: Arguments) -> int:
    if arguments.unchecked:
        return _list_unchecked(arguments)
    known = ledger()
    chosen = select(list(known.statements), arguments.ids or ["*"])
    width = max(map(len, chosen))
    for name in chosen:
        entry = known[name]
        print(f"{name:<{width}}  {entry.expected!s:<16}  {entry.title}\n{'':<{width}}  {'':<16}  {entry.where}")
    return 0


def _list_unchecked(arguments: Arguments) -> int:
    if arguments.ids:
        raise ValueError("--unchecked is about what no statement judges; leave the ids out")
    inventory = load_inventory(inventory_of())
    left = inventory.unchecked()
    for assertion in left:
        print(f"{assertion.place}: {assertion.says}{f' ({assertion.why})' if assertion.why else ''}")
    print(f"{len(left)} of {len(list(inventory))} assertions unchecked")
    return 0
