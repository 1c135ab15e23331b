"""`manyfaces report` and `manyfaces table`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from checks.document import partial_words, problems, read_document, write_json
from checks.ledger import load_ledger
from checks.narrative import NARRATIVE, load_narrative, untold
from checks.records import Document
from checks.registry import Chosen
from reports._extras import need
from reports._outputs import look_at_outputs
from reports._progress import Steps
from reports._projects import add_project, ledger_for
from reports.cli._arguments import (
    Arguments,
    add_scale,
    add_selection,
    command,
    pytest_options,
    selected,
)
from reports.cli._listing import say_unchecked
from reports.runner import run_checks
from reports.selection import select


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
    add_project(report)
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
    if arguments.source and arguments.options:
        raise ValueError("--from runs no checks, so it takes no options for pytest; leave one of them out")
    if arguments.source:
        return _typeset_source(arguments)
    meant = selected(arguments)
    need("report", meant, typesets=True)
    say_unchecked(meant)
    if not arguments.ids:
        for each in meant:  # what the report would be refused for after all checks have run
            known = load_ledger(each.paper.ledger).statements
            narrative = load_narrative(each.paper.ledger.with_name(NARRATIVE), known)
            if left := untold(narrative, known):
                print(
                    f"manyfaces: {NARRATIVE}: in no section: {', '.join(left)}; list them in its ids", file=sys.stderr
                )
    names = _names(arguments.output, meant)
    look_at_outputs(file for path in names.values() for file in _files(path, arguments))
    code, documents = _run(arguments, meant, names)
    found = 0
    for each in meant:
        if document := documents.get(each.paper.name):
            path = names[each.paper.name]
            found += len(_typeset(document, path, arguments, each.ids, each.paper.ledger))
    return code or (1 if found else 0)


def _names(output: Path, meant: Sequence[Chosen]) -> dict[str, Path]:
    """Where each paper's report goes: of several, to files with their names."""
    if len(meant) == 1:
        return {meant[0].paper.name: output}
    return {each.paper.name: output.with_stem(f"{output.stem}-{each.paper.name}") for each in meant}


def _files(path: Path, arguments: Arguments) -> Iterator[tuple[Path, str]]:
    """What is written for one paper."""
    yield path, "pdf"
    if arguments.full:
        yield path.with_stem(f"{path.stem}-full"), "pdf"
    if not arguments.source:
        yield path.with_suffix(".json"), "json"


def _typeset_source(arguments: Arguments) -> int:
    need("report", typesets=True)
    look_at_outputs(_files(arguments.output, arguments), [arguments.source])
    document = _verified(arguments.source)
    if document is None:
        return 1
    ledger = ledger_for(document, arguments.project)
    patterns, name = arguments.ids, document["paper"].get("name", "")
    ids = select([claim["id"] for claim in document["claims"]], patterns, name) if patterns else []
    return 1 if _typeset(document, arguments.output, arguments, ids, ledger) else 0


def _typeset(
    document: Document, path: Path, arguments: Arguments, ids: Sequence[str], ledger: Path | None
) -> list[str]:
    """Write the report of a document; what of the chosen statements is not as expected."""
    from reports.builder import build_digest, build_report

    source = arguments.source or path.with_suffix(".json")
    with Steps() as steps, _resumed(f"the claims are kept: `manyfaces report --from {source} -o {path}` typesets them"):
        if ids:
            build_report(document, path, ids, ledger, steps.say)
        else:
            build_digest(document, path, ledger, steps.say)
        if arguments.full:
            whole = build_report(document, path.with_stem(f"{path.stem}-full"), ids or None, ledger, steps.say)
    if arguments.full:
        print(f"{whole}: a page for every statement")
    found = [line for line in problems(document) if not ids or line.partition(": ")[0] in ids]
    every = f"{len(document['claims'])} statements in the ledger"
    print(f"{path}: {f'{len(ids)} of the {every}' if ids else every}, {len(found)} not as expected")
    if words := partial_words(document):
        print(f"{path}: this is {words}")
    return found


@contextmanager
def _resumed(words: str) -> Iterator[None]:
    """Say how to go on, should the work be interrupted."""
    try:
        yield
    except KeyboardInterrupt as error:
        raise KeyboardInterrupt(words) from error


def _verified(source: Path) -> Document | None:
    """The claims of a file, which may come from anyone; None where a witness does not show what it claims."""
    from checks.verify import examine

    document = read_document(source)
    bad = [f"BAD   {label}\n      {fault}" for label, fault in examine(document) if fault]
    if bad:
        print("\n".join(bad), file=sys.stderr)
        print(f"manyfaces: {source}: {len(bad)} of its witnesses are bad; no report was written", file=sys.stderr)
    return None if bad else document


def _run(arguments: Arguments, meant: Sequence[Chosen], names: Mapping[str, Path]) -> tuple[int, dict[str, Document]]:
    """Run the checks; each paper's claims file goes beside its report, whole or not at all."""
    with tempfile.TemporaryDirectory(prefix="manyfaces-") as folder:
        fresh = Path(folder) / "claims.json"
        try:
            code = run_checks(
                meant,
                scale=arguments.scale,
                device=arguments.device,
                jobs=arguments.jobs,
                json_path=fresh,
                progress=True,
                carry=not arguments.fresh,
                pinned=arguments.pinned,
                options=pytest_options(arguments),
                projects=arguments.project,
            )
        except KeyboardInterrupt as error:
            raise KeyboardInterrupt(_kept(_documents(fresh), names)) from error
        documents = _documents(fresh)
    if not documents:
        raise ValueError(f"pytest ended with exit code {code} and wrote no claims; see its message above")
    for name, document in documents.items():
        target = names[name].with_suffix(".json")
        write_json(document, target)
        print(f"{target}: every verdict with its evidence; `manyfaces verify {target}` re-checks its witnesses")
    return code, documents


def _documents(path: Path) -> dict[str, Document]:
    """The claims files of a run by paper; of several papers, each has one of its own beside the path."""
    found = [read_document(file) for file in sorted(path.parent.glob(f"{path.stem}*{path.suffix}"))]
    return {document["paper"].get("name", ""): document for document in found}


_GO_ON = "the same command, without --fresh, goes on from there"


def _kept(documents: Mapping[str, Document], names: Mapping[str, Path]) -> str:
    """Keep what was done of a run that was interrupted, in files that are not taken for whole ones."""
    kept = []
    for name, document in documents.items():
        target = names[name].with_name(f"{names[name].stem}-partial.json")
        write_json(document, target)
        done = sum(claim["verdict"]["state"] == "judged" for claim in document["claims"])
        kept.append(f"{target} holds the {done} of {len(document['claims'])} statements that were judged")
    return "; ".join([*kept, _GO_ON if kept else f"what was done is kept: {_GO_ON}"])


def _table(arguments: Arguments) -> int:
    from reports.table import verdict_page, verdict_table

    document, chosen = read_document(arguments.source), arguments.ids or None
    if arguments.output:
        look_at_outputs([(arguments.output, "md")], [arguments.source])
        arguments.output.write_text(verdict_page(document, chosen), encoding="utf-8", newline="\n")
    else:
        print(verdict_table(document, chosen), end="")
    return 0
