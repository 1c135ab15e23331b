"""`manyfaces verify`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from reports.cli._arguments import Arguments, command


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to a parser's."""
    verify = command(commands, "verify", _verify, "re-check the exact witnesses of claims files or single witnesses")
    verify.add_argument(
        "files",
        nargs="*",
        type=Path,
        default=[Path("report.json")],
        metavar="FILE.json",
        help="claims files or witness files (default: report.json)",
    )


def _verify(arguments: Arguments) -> int:
    from checks import verify

    missing = [str(path) for path in arguments.files if not path.is_file()]
    if missing:
        raise ValueError(f"no such file: {', '.join(missing)}; `manyfaces report` writes a claims file beside the PDF")
    return verify.main([os.fspath(path) for path in arguments.files])
