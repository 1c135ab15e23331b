"""`manyfaces report` and `manyfaces table`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from checks.document import partial_words, problems, read_document, write_json
from checks.records import Document
from reports.cli._arguments import Arguments, add_scale, add_selection, command, pytest_options, selected
from reports.runner import run_checks


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands to a parser's."""
    report = command(commands, "report", _report, "run the checks and write the PDF and the claims file beside it")
    add_selection(report)
    add_scale(report)
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
    report.set_defaults(takes_options=True)

    table = command(commands, "table", _table, "print the verdict table as Markdown, or write a page of it")
    add_selection(table)
    table.add_argument("--from", dest="source", type=Path, required=True, metavar="CLAIMS.json", help="the claims file")
    table.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE.md",
        help="write the table there, under a heading, instead of printing it",
    )


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
    chosen, target = selected(arguments.ids), arguments.output.with_suffix(".json")
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
            options=pytest_options(arguments),
        )
        if not fresh.is_file():
            raise ValueError(f"pytest ended with exit code {code} and wrote no claims; see its message above")
        document = read_document(fresh)
    write_json(document, target)
    print(f"{target}: every verdict with its evidence; `manyfaces verify {target}` re-checks its witnesses")
    return code, document


def _table(arguments: Arguments) -> int:
    from reports.table import verdict_page, verdict_table

    document, chosen = read_document(arguments.source), arguments.ids or None
    if arguments.output:
        arguments.output.write_text(verdict_page(document, chosen), encoding="utf-8", newline="\n")
    else:
        print(verdict_table(document, chosen), end="")
    return 0
