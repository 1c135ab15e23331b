"""The command itself: `manyfaces init`."""

from __future__ import annotations

import argparse
from pathlib import Path

WORDS = "write a project for a paper of your own: a ledger, checks, a figure, a README, all of which pass"
NEXT = """\
{folder}: a ledger of four statements and their checks, which pass. Go on with:
  cd {folder}
  manyfaces check         # run them; {package}/test_*.py
  manyfaces report        # report.pdf
Then write your own statements into {package}/ledger.toml."""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to a parser's."""
    command = commands.add_parser("init", help=WORDS, description=f"{WORDS[0].upper()}{WORDS[1:]}.")
    command.set_defaults(run=run)
    command.add_argument("folder", type=Path, metavar="DIR", help="a new folder; its name is the paper's, as my-paper")
    command.add_argument("--title", default="", help="of the paper (default: from the folder's name)")


def run(arguments: argparse.Namespace) -> int:
    """Write it, and say what to do next."""
    from reports.starter._project import write_project

    package = write_project(arguments.folder, arguments.title)
    print(NEXT.format(folder=arguments.folder, package=package))
    return 0
