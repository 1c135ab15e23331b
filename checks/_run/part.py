"""The part of a run that belongs to one ledger: what was collected and recorded for it, and its document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from checks._marker import claim_of, sabotage_name
from checks._parallel import durations
from checks._run import ending, outputs, table
from checks._run.carry import carried_in
from checks._run.collection import left_out
from checks._run.provenance import circumstances
from checks._run.timing import settle
from checks.document import SABOTAGES_OF, build_document, changes, write_json
from checks.ledger import Ledger
from checks.records import Context, Document, TravellingRecord


class Part:
    """Of one ledger, at `path`."""

    def __init__(self, config: pytest.Config, ledger: Ledger, path: Path) -> None:
        self.config, self.ledger, self.path = config, ledger, path
        self.records: list[TravellingRecord] = []
        self.registered: list[pytest.Item] = []
        self.collected: Counter[str] = Counter()
        self.files: dict[str, list[str]] = {}
        self.partial = True
        self.document: Document | None = None

    def collect(self, items: Sequence[pytest.Item], selected: bool) -> None:
        """Take in which items will run, some of those that were registered; selected: by method."""
        self.collected = Counter(
            claim_of(item).id if sabotage_name(item) is None else SABOTAGES_OF + claim_of(item).id for item in items
        )
        for item in items:
            self.files[claim_of(item).id] = sorted({str(item.path), *self.files.get(claim_of(item).id, [])})
        self.partial = not set(self.registered) <= set(items) or selected or left_out(self.config, self.path)

    def told(self) -> dict[str, Any]:
        """What a worker tells the controller, which does not collect."""
        content = {"collected": self.collected, "partial": self.partial, "files": self.files}
        return {"test": str(self.registered[0].path), **content}

    def take_in(self, content: dict[str, Any]) -> None:
        """On the controller, what a worker told."""
        self.collected = Counter(content["collected"])
        self.partial, self.files = content["partial"], content["files"]

    def finish(self, selected: bool, name: str | None) -> None:
        """Judge, and write what the options ask for; name: of the ledger, where there are several."""
        durations.store(self.records)
        records, built = settle(self.records)
        around = circumstances(self.config, self.path, self.partial)
        context: Context = {**around, "builds": built, "carried": carried_in(records)}
        complete = not (self.partial or selected)
        self.document = build_document(self.ledger, records, self.collected, complete, context)
        if self.config.getoption("--claims-search"):
            outputs.store_found(records, self.config.rootpath / "counterexamples")
        if path := outputs.json_path(self.config, name):
            write_json(self.document, path)
        if folder := outputs.witness_folder(self.config, name):
            outputs.write_witnesses(self.document, folder)

    def show(self, reporter: pytest.TerminalReporter, old: Document | None, interrupted: bool) -> None:
        """Say in the terminal what came out, and what changed since an old document of this ledger."""
        if self.document is None:
            return
        reporter.write_sep("=", f"claims: {self.document['paper'].get('title', 'ledger')}")
        if self.config.getoption("--claims-show"):
            table.print_table(reporter, self.document)
            table.print_evidence(reporter, self.document)
        if old is not None:
            lines = changes(old, self.document)
            given = self.config.getoption("--claims-compare")
            reporter.write_line(f"compared with {given}: {len(lines)} verdicts changed")
            for line in lines:
                reporter.write_line(f"  {line}")
        ending.print_ending(reporter, self.document, self.files, interrupted)
