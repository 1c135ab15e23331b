"""The files that a run writes and compares with: a set for each ledger, told apart by names where there are several."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from checks.document import read_document, write_json
from checks.records import Document, Found, Record


def names(ledgers: Sequence[Path]) -> dict[Path, str]:
    """A name for each ledger, by the folder that holds it; of several in folders of one name, by their whole paths."""
    short = {ledger: ledger.parent.name for ledger in ledgers}
    if len(set(short.values())) == len(ledgers):
        return short
    return {ledger: "-".join(ledger.parent.parts[1:]) for ledger in ledgers}


def json_path(config: pytest.Config, name: str | None) -> Path | None:
    """Where ``--claims-json`` puts a document; name: of the ledger, where there are several."""
    given = config.getoption("--claims-json")
    return given and (Path(given).with_stem(f"{Path(given).stem}-{name}") if name else Path(given))


def witness_folder(config: pytest.Config, name: str | None) -> Path | None:
    """Where ``--claims-witnesses`` puts witnesses."""
    given = config.getoption("--claims-witnesses")
    return given and Path(given, name or "")


def old_document(config: pytest.Config) -> Document | None:
    """What ``--claims-compare`` names.

    Raises:
        pytest.UsageError: it cannot be read.
    """
    path = config.getoption("--claims-compare")
    try:
        return read_document(Path(path)) if path else None
    except ValueError as error:
        raise pytest.UsageError(f"--claims-compare: {error}") from error


def write_witnesses(document: Document, folder: Path) -> None:
    """Each exact witness in a file of its own."""
    for claim in document["claims"]:
        witnesses = [witness for evidence in claim["evidence"] for witness in evidence["witnesses"]]
        for number, witness in enumerate(witnesses, 1):
            write_json(witness, folder / f"{claim['id']}.{number}.json")


def store_found(records: Iterable[Record], folder: Path) -> None:
    """Keep the counterexamples that a search found, so that later runs replay them."""
    for record in records:
        if record["kind"] == "check" and record["found"]:
            path = folder / f"{record['claim']}.json"
            known: list[Found] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
            write_json(known + [found for found in record["found"] if found not in known], path)
