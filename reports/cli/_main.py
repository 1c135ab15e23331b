"""The `manyfaces` command."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from reports import audit, site, starter
from reports._extras import KNOWN, message
from reports.cli import _checking, _citing, _listing, _reporting, _verifying

_INTERRUPTED = 130  # what shells say of a program that Ctrl-C ended
_PIPE = 141  # and of one whose reader went away; 1 would say that an audit refutes

DESCRIPTION = (
    "Check a mathematics paper on 1-Lipschitz neural networks statement by statement, or a network of one's own."
)
EXAMPLES = """\
examples:
  manyfaces list 'prop-1*'                what there is to check, and what is expected
  manyfaces check eq-12                   run the checks of one statement
  manyfaces check 'cor-*' -- -x -n 2      options after -- go to pytest
  manyfaces report -o report.pdf          run all checks; write report.pdf and report.json
  manyfaces report --full                 and report-full.pdf, a page for every statement
  manyfaces report --from report.json     the PDF of an earlier run
  manyfaces verify report.json            re-check its witnesses with the stand-alone verifier
  manyfaces init my-paper                 a project for a paper of your own
  manyfaces cite                          BibTeX of this software and of the paper
  manyfaces audit model.pt2               is a network what its owner says? `manyfaces audit --help` says how
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    The exit code is 0 when everything is as expected, pytest's where checks ran, 2 for misuse, 130 for Ctrl-C; an audit
    has its own, see `reports.audit`.
    """
    _tolerate_signs()
    words, options = _split(list(sys.argv[1:] if arguments is None else arguments))
    parser = _parser()
    parsed = parser.parse_args(words)
    if options and not parsed.takes_options:
        parser.error("options after -- go to pytest: use them with check or report")
    parsed.words, parsed.options = words, options
    try:
        code: int = parsed.run(parsed)
        sys.stdout.flush()
    except BrokenPipeError:
        return _closed_pipe()
    except KeyboardInterrupt as stopped:
        print(": ".join(["manyfaces: interrupted", *map(str, stopped.args)]), file=sys.stderr)
        return _INTERRUPTED
    except ImportError as error:
        print(f"manyfaces: {_without(error, parsed.command)}", file=sys.stderr)
        return 2
    except (ValueError, OSError) as error:
        print(f"manyfaces: {_said(error)}", file=sys.stderr)
        return 2
    return code


def _said(error: Exception) -> str:
    """What went wrong; of a file its name and why, without the number that the system has for it."""
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _tolerate_signs() -> None:
    """Code pages lack signs such as ∞: what is redirected is UTF-8, what a terminal cannot show is escaped."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=None if sys.stdout.isatty() else "utf-8", errors="backslashreplace")


def _closed_pipe() -> int:
    """Whoever reads the output has had enough; keep Python from complaining when it flushes on exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _PIPE


def _without(error: ImportError, command: str) -> str:
    """What to say where something cannot be imported: how to install it, if it is one of the extras."""
    package = KNOWN.get((error.name or "").partition(".")[0])
    return message(command, [package]) if package else str(error)


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """The command's own words and those after ``--``."""
    if "--" not in words:
        return words, []
    place = words.index("--")
    return words[:place], words[place + 1 :]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="manyfaces", description=DESCRIPTION, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"manyfaces {_version()}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", dest="command")
    parser.set_defaults(takes_options=False)
    for group in (_listing, _checking, _reporting, _verifying, _citing, audit, site, starter):
        group.register(commands)
    return parser


def _version() -> str:
    try:
        return version("manyfaces")
    except PackageNotFoundError:
        return "(not installed)"
