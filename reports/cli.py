"""The `manyfaces` command."""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from checks.document import partial_words, problems, read_document, write_json
from checks.inventory import load_inventory
from checks.ledger import Ledger, load_ledger
from checks.papers import inventory_of, ledger_of
from checks.randomness import claims_seed
from checks.records import Document
from reports import audit, site
from reports.runner import run_checks
from reports.selection import select

Arguments = argparse.Namespace

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
    if options and parsed.run not in (_check, _report):
        parser.error("options after -- go to pytest: use them with check or report")
    parsed.words, parsed.options = words, options
    try:
        code: int = parsed.run(parsed)
        sys.stdout.flush()
    except BrokenPipeError:
        return _closed_pipe()
    except KeyboardInterrupt:
        return _interrupted(parsed)
    except (ValueError, OSError) as error:
        print(f"manyfaces: {error}", file=sys.stderr)
        return 2
    return code


def _tolerate_signs() -> None:
    """Code pages lack signs such as ∞: what is redirected is UTF-8, what a terminal cannot show is escaped."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=None if sys.stdout.isatty() else "utf-8", errors="backslashreplace")


def _closed_pipe() -> int:
    """Whoever reads the output has had enough; keep Python from complaining when it flushes on exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _PIPE


def _interrupted(arguments: Arguments) -> int:
    kept = "; what was done is kept: the same command, without --fresh, goes on from there"
    print(f"manyfaces: interrupted{kept if arguments.run is _report else ''}", file=sys.stderr)
    return _INTERRUPTED


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
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    listing = _command(commands, "list", _list, "print the statements: id, expected verdict, where, title")
    listing.add_argument("ids", nargs="*", metavar="PATTERN", help="ids or patterns such as 'prop-1.*'")
    listing.add_argument(
        "--unchecked", action="store_true", help="print what the paper asserts and no statement judges"
    )

    check = _command(commands, "check", _check, "run the checks of some statements, or of all")
    _add_selection(check)
    _add_scale(check)

    report = _command(commands, "report", _report, "run the checks and write the PDF and the claims file beside it")
    _add_selection(report)
    _add_scale(report)
    report.add_argument(
        "-o", "--output", type=Path, default=Path("report.pdf"), metavar="FILE", help="the PDF (default: report.pdf)"
    )
    report.add_argument(
        "--full", action="store_true", help="write a page for every statement besides, to FILE-full.pdf"
    )
    report.add_argument(
        "--fresh", action="store_true", help="run every check, also those that have not changed since an earlier run"
    )
    report.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="CLAIMS.json",
        help="typeset this claims file instead of running the checks",
    )
    report.add_argument(
        "--ledger",
        type=Path,
        metavar="LEDGER",
        help="with --from: the ledger of a paper that is not installed, whose modules draw its own figures",
    )

    robust = _command(
        commands, "robust", _robust, "run what rests on floats or chance under other seeds and processors"
    )
    robust.add_argument("ids", nargs="*", metavar="ID", help="ids or patterns such as 'fig-*' (default: all)")
    robust.add_argument("-j", "--jobs", type=_jobs, metavar="N", help="worker processes (default: one for each core)")
    robust.add_argument(
        "--python",
        action="append",
        default=[],
        metavar="PYTHON",
        dest="pythons",
        help="one more run with that interpreter, such as one that has the oldest torch",
    )

    verify = _command(commands, "verify", _verify, "re-check the exact witnesses of claims files or single witnesses")
    verify.add_argument(
        "files",
        nargs="*",
        type=Path,
        default=[Path("report.json")],
        metavar="FILE.json",
        help="claims files or witness files (default: report.json)",
    )

    table = _command(commands, "table", _table, "print the verdict table as Markdown, or write a page of it")
    _add_selection(table)
    table.add_argument("--from", dest="source", type=Path, required=True, metavar="CLAIMS.json", help="the claims file")
    table.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE.md",
        help="write the table there, under a heading, instead of printing it",
    )
    audit.register(commands)
    site.register(commands)
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[Arguments], int],
    words: str,
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
    command.set_defaults(run=run)
    return command


def _add_selection(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="*", metavar="ID", help="ids or patterns such as 'prop-1.*' (default: all)")


def _add_scale(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-j", "--jobs", type=_jobs, metavar="N", help="worker processes (default: one for each core)")
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


def _jobs(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r}: give a number of worker processes, 1 or more")
    return int(text)


def _version() -> str:
    try:
        return version("manyfaces")
    except PackageNotFoundError:
        return "(not installed)"


def _ledger() -> Ledger:
    return load_ledger(ledger_of())


def _list(arguments: Arguments) -> int:
    if arguments.unchecked:
        return _list_unchecked(arguments)
    ledger = _ledger()
    chosen = select(list(ledger.statements), arguments.ids or ["*"])
    width = max(map(len, chosen))
    for name in chosen:
        entry = ledger[name]
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


def _check(arguments: Arguments) -> int:
    return run_checks(
        _selected(arguments.ids),
        scale=arguments.scale,
        device=arguments.device,
        jobs=arguments.jobs,
        pinned=arguments.pinned,
        options=_options(arguments),
    )


def _options(arguments: Arguments) -> list[str]:
    """What goes to pytest beside the selection."""
    data = [f"--claims-data={given}" for given in arguments.data]
    seed = [f"--claims-seed={arguments.seed}"] if arguments.seed else []
    return [*data, *seed, *arguments.options]


def _selected(patterns: Sequence[str]) -> list[str]:
    """The ids that are meant; an empty list, which means all, stays empty."""
    return select(list(_ledger().statements), patterns) if patterns else []


def _report(arguments: Arguments) -> int:
    from reports.builder import build_digest, build_report

    if arguments.source and arguments.options:
        raise ValueError("--from runs no checks, so it takes no options for pytest; leave one of them out")
    if arguments.ledger and not arguments.source:
        raise ValueError("--ledger goes with --from: a run knows its ledger")
    code, document = (0, _verified(arguments.source)) if arguments.source else _run(arguments)
    if document is None:
        return 1
    if arguments.ids:
        path = build_report(document, arguments.output, arguments.ids, arguments.ledger)
    else:
        path = build_digest(document, arguments.output, arguments.ledger)
    if arguments.full:
        whole = arguments.output.with_stem(f"{arguments.output.stem}-full")
        print(f"{build_report(document, whole, arguments.ids or None, arguments.ledger)}: a page for every statement")
    found = problems(document)
    print(f"{path}: {len(document['claims'])} statements in the ledger, {len(found)} not as expected")
    if words := partial_words(document):
        print(f"{path}: this is {words}")
    return code or (1 if found else 0)


def _verified(source: Path) -> Document | None:
    """The claims of a file, which may come from anyone; None where a witness does not show what it claims."""
    from checks.verify import examine

    document = read_document(source)
    bad = [f"BAD   {label}\n      {fault}" for label, fault in examine(document) if fault]
    if bad:
        print("\n".join(bad), file=sys.stderr)
        print(f"manyfaces: {source}: {len(bad)} of its witnesses are bad; no report was written", file=sys.stderr)
    return None if bad else document


def _run(arguments: Arguments) -> tuple[int, Document]:
    """Run the checks; the claims file goes beside the report, whole or not at all."""
    chosen, target = _selected(arguments.ids), arguments.output.with_suffix(".json")
    with tempfile.TemporaryDirectory(prefix="manyfaces-") as folder:
        fresh = Path(folder) / "claims.json"
        code = run_checks(
            chosen,
            scale=arguments.scale,
            device=arguments.device,
            jobs=arguments.jobs,
            json_path=fresh,
            progress=True,
            carry=not arguments.fresh,
            pinned=arguments.pinned,
            options=_options(arguments),
        )
        if not fresh.is_file():
            raise ValueError(f"pytest ended with exit code {code} and wrote no claims; see its message above")
        document = read_document(fresh)
    write_json(document, target)
    print(f"{target}: every verdict with its evidence; `manyfaces verify {target}` re-checks its witnesses")
    return code, document


def _robust(arguments: Arguments) -> int:
    from reports.robust import misses, run_all, table, variations

    documents = run_all(variations(arguments.pythons), _selected(arguments.ids), jobs=arguments.jobs)
    print("\n".join(table(documents)))
    wrong = misses(documents)
    print(f"{len(documents)} runs: {len(wrong)} statements whose verdict was not the expected one in all of them")
    return 1 if wrong else 0


def _verify(arguments: Arguments) -> int:
    from checks import verify

    missing = [str(path) for path in arguments.files if not path.is_file()]
    if missing:
        raise ValueError(f"no such file: {', '.join(missing)}; `manyfaces report` writes a claims file beside the PDF")
    return verify.main([os.fspath(path) for path in arguments.files])


def _table(arguments: Arguments) -> int:
    from reports.table import verdict_page, verdict_table

    document, chosen = read_document(arguments.source), arguments.ids or None
    if arguments.output:
        arguments.output.write_text(verdict_page(document, chosen), encoding="utf-8", newline="\n")
    else:
        print(verdict_table(document, chosen), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
