"""The command itself: `manyfaces site`."""

from __future__ import annotations

import argparse
from pathlib import Path

from checks.document import partial_words, problems, read_document
from reports._projects import add_project, ledger_for

WORDS = "write the findings as pages to browse, which need no server and no network"
EXAMPLES = """\
examples:
  manyfaces site site                                   from report.json, which `manyfaces report` wrote
  manyfaces site site --from new.json --compare old.json       and a page of what changed
  manyfaces site site --reference docs/_build/html      with the API reference, which `make docs` built

Open DIR/index.html. A later run replaces the pages; other files in the folder stay.
"""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to a parser's."""
    command = commands.add_parser(
        "site",
        help=WORDS,
        description=f"{WORDS[0].upper()}{WORDS[1:]}.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run)
    command.add_argument("folder", type=Path, metavar="DIR", help="a new folder, or that of an earlier site")
    command.add_argument(
        "--from",
        dest="source",
        type=Path,
        default=Path("report.json"),
        metavar="CLAIMS.json",
        help="the claims file (default: report.json)",
    )
    command.add_argument("--compare", type=Path, metavar="OLD.json", help="an earlier run: one page says what changed")
    add_project(command)
    command.add_argument("--reference", type=Path, metavar="FOLDER", help="the API reference that `make docs` built")


def run(arguments: argparse.Namespace) -> int:
    """Read, verify, write; 0 where everything is as expected."""
    from checks.verify import examine
    from reports.site._folder import look_at
    from reports.site.builder import build_site

    look_at(arguments.folder)
    if not arguments.source.is_file():
        raise ValueError(f"{arguments.source}: no such file; `manyfaces report` writes a claims file beside the PDF")
    document = read_document(arguments.source)
    ledger = ledger_for(document, arguments.project)
    old = read_document(arguments.compare) if arguments.compare else None
    bad = [f"{label}: {fault}" for label, fault in examine(document) if fault]
    if bad:
        raise ValueError(
            f"{arguments.source}: {len(bad)} of its witnesses are bad; no site was written\n" + "\n".join(bad)
        )
    path = build_site(document, arguments.folder, old=old, ledger=ledger, reference=arguments.reference)
    found = problems(document)
    print(f"{path / 'index.html'}: {len(document['claims'])} statements in the ledger, {len(found)} not as expected")
    if words := partial_words(document):
        print(f"{path / 'index.html'}: this is {words}")
    return 1 if found else 0
