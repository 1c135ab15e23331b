"""The part of a run that belongs to one ledger: what was collected and recorded for it, and its document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from checks._marker import claim_of, sabotage_name
from checks._parallel import durations
from checks._run import ending, outputs, table
from checks._run.carry import carried_in
from checks._run.collection import left_out, lost
from checks._run.judging import agreed
from checks._run.provenance import circumstances
from checks._run.timing import settle
from checks.document import SABOTAGES_OF, build_document, changes, write_json
from checks.inventory import Assertion, load_inventory
from checks.ledger import Ledger
from checks.records import Context, Document, TravellingRecord


class Part:
    """Of one ledger, at `path`."""

    def __init__(self, config: pytest.Config, ledger: Ledger, path: Path) -> None:
        self.config, self.ledger, self.path = config, ledger, path
        self.finished: dict[tuple[str, str], TravellingRecord] = {}
        self.registered: list[pytest.Item] = []
        self.items: dict[str, str] = {}
        self.files: dict[str, list[str]] = {}
        self.lost: dict[str, str] = {}
        self.partial: bool | None = None
        self.document: Document | None = None

    def collect(self, items: Sequence[pytest.Item], selected: bool) -> None:
        """Take in which items will run, some of those that were registered; selected: by method."""
        for item in items:
            claim, whole = claim_of(item).id, sabotage_name(item) is None
            self.items[item.nodeid] = claim if whole else SABOTAGES_OF + claim
            self.files[claim] = sorted({str(item.path), *self.files.get(claim, [])})
        self.lost = lost(self.config, self.path)
        apart = not set(self.registered) <= set(items) or selected or left_out(self.config, self.path)
        self.partial = apart or bool(self.lost)

    def told(self) -> dict[str, Any]:
        """What a worker tells the controller, which does not collect."""
        content = {"items": self.items, "partial": self.partial, "files": self.files, "lost": self.lost}
        return {"ledger": str(self.path), **content}

    def take_in(self, content: dict[str, Any]) -> None:
        """On the controller, what a worker told, of which each may have collected something else."""
        self.items |= content["items"]
        self.files |= content["files"]
        self.lost |= content["lost"]
        self.partial = bool(self.partial) or content["partial"]

    @property
    def collected(self) -> Counter[str]:
        """How many checks and sabotages there are of each claim.

        Where every worker that knew it crashed, one more than finished: what else there was is not known.
        """
        if self.partial is not None:
            return Counter(self.items.values())
        found = Counter(record["claim"] for record in self.records if record["kind"] == "check")
        return found + Counter(found.keys())

    @property
    def records(self) -> list[TravellingRecord]:
        """One for each item, whichever workers ran it; none for an item that made a worker crash."""
        watch: Any = self.config.pluginmanager.get_plugin("claims-watch")
        known = self.items if self.partial is not None else {name for _, name in self.finished}
        by_item: dict[str, list[TravellingRecord]] = {}
        for (_, name), record in sorted(self.finished.items(), key=lambda entry: entry[0]):
            if name in known and name not in watch.crashed:
                by_item.setdefault(name, []).append(record)
        return [agreed(found) for found in by_item.values()]

    def judge(self, selected: bool) -> Document:
        """Make the document of what was recorded; selected: whether options left something out."""
        found = self.records
        durations.store(found)
        records, built = settle(found)
        partial = self.partial is not False
        around = circumstances(self.config, self.path, partial)
        context: Context = {**around, "builds": built, "carried": carried_in(records)}
        complete = not (partial or selected)
        self.document = build_document(self.ledger, records, self.collected, complete, context, self._inventory())
        if self.config.getoption("--claims-search"):
            outputs.store_found(records, self.config)
        return self.document

    def write(self, name: str | None) -> None:
        """Write what the options ask for; name: of the ledger, where there are several."""
        if self.document is None:
            return
        if path := outputs.json_path(self.config, name):
            write_json(self.document, path)
        if folder := outputs.witness_folder(self.config, name):
            outputs.write_witnesses(self.document, folder)

    def _inventory(self) -> Iterable[Assertion]:
        """What the paper asserts, if there is a list of it beside the ledger."""
        folder = self.path.parent / "inventory"
        return load_inventory(folder) if folder.is_dir() else ()

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
        ending.print_lost(reporter, self.lost)
