"""`manyfaces verify`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from checks.registry import papers_of
from reports._projects import add_project
from reports.cli._arguments import Arguments, command


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to a parser's."""
    verify = command(commands, "verify", _verify, "re-check the exact witnesses of claims files or single witnesses")
    verify.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE.json",
        help="claims files or witness files (default: report.json, or the report-PAPER.json of several papers)",
    )
    add_project(verify)
    verify.add_argument("-q", "--quiet", action="store_true", help="print only what is bad, and how many are good")


def _verify(arguments: Arguments) -> int:
    from checks import verify

    files = arguments.files or _written(arguments.project)
    missing = [str(path) for path in files if not path.is_file()]
    if missing:
        raise ValueError(f"no such file: {', '.join(missing)}; `manyfaces report` writes a claims file beside the PDF")
    return verify.main([*(["--quiet"] if arguments.quiet else []), *map(os.fspath, files)])


def _written(projects: Sequence[str]) -> list[Path]:
    """What `manyfaces report` wrote here."""
    names = {Path(f"report-{paper.name}.json") for paper in papers_of(projects)}
    there = sorted(path for path in names if path.is_file())
    return [Path("report.json")] if Path("report.json").is_file() or not there else there
