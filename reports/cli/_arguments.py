"""What the words of a command may be, and which statements they mean."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from checks.ledger import Ledger, load_ledger
from checks.naming import chosen
from checks.randomness import claims_seed
from checks.registry import Chosen, Paper, papers_of

Arguments = argparse.Namespace


def command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[Arguments], int],
    words: str,
) -> argparse.ArgumentParser:
    """Add a command to a parser's."""
    added = commands.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
    added.set_defaults(run=run)
    return added


def add_selection(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "ids",
        nargs="*",
        metavar="ID",
        help="ids or patterns such as 'prop-1.*', or with their paper, as 'many-faces:prop-1' (default: all)",
    )


def add_scale(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-j", "--jobs", type=jobs, metavar="N", help="worker processes (default: one for each core)")
    parser.add_argument("--scale", choices=["quick", "paper"], default="quick", help="sizes of the computations")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto", help="where networks train")
    parser.add_argument(
        "--seed",
        type=_seed,
        default=0,
        metavar="N",
        help="shift everything random by N; no verdict may depend on it (default: 0)",
    )
    parser.add_argument(
        "--pinned", action="store_true", help="keep to instructions that processors share: equal bits for equal seeds"
    )
    parser.add_argument(
        "--data",
        type=_data,
        action="append",
        default=[],
        metavar="NAME=PATH",
        help="data of the paper that this package cannot bring along, such as cifar10=DIR; may be repeated",
    )


def _data(text: str) -> str:
    name, _, path = text.partition("=")
    if not (name and path):
        raise argparse.ArgumentTypeError(f"{text!r}: give NAME=PATH")
    return f"{name}={Path(path).resolve()}"


def _seed(text: str) -> int:
    try:
        return claims_seed(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error).removeprefix("--claims-seed ")) from error


def jobs(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r}: give a number of worker processes, 1 or more")
    return int(text)


def pytest_options(arguments: Arguments) -> list[str]:
    """What goes to pytest beside the selection."""
    data = [f"--claims-data={given}" for given in arguments.data]
    seed = [f"--claims-seed={arguments.seed}"] if arguments.seed else []
    return [*data, *seed, *arguments.options]


def ledgers(arguments: Arguments) -> dict[str, tuple[Paper, Ledger]]:
    """The papers that a command is about by name, each with its ledger."""
    return {paper.name: (paper, load_ledger(paper.ledger)) for paper in papers_of(arguments.project)}


def selected(arguments: Arguments) -> list[Chosen]:
    """What is meant, by paper; without patterns everything."""
    papers = papers_of(arguments.project)
    if not arguments.ids:
        return [Chosen(paper, ()) for paper in papers]
    known = {paper.name: list(load_ledger(paper.ledger).statements) for paper in papers}
    meant = chosen(known, arguments.ids)
    return [Chosen(paper, meant[paper.name]) for paper in papers if paper.name in meant]
