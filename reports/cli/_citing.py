"""`manyfaces cite`."""

from __future__ import annotations

import argparse

from reports._projects import add_project
from reports.cli._arguments import Arguments, command, ledgers


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to a parser's."""
    cite = command(commands, "cite", _cite, "print BibTeX of this software and of the papers")
    add_project(cite)


def _cite(arguments: Arguments) -> int:
    from reports._citation import of_paper, of_software

    papers = (
        of_paper({**ledger.paper, "name": ledger.name}, ledger.references) for _, ledger in ledgers(arguments).values()
    )
    print("\n\n".join(filter(None, [of_software(), *papers])))
    return 0
