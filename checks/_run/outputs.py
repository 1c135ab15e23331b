"""The files that a run writes and compares with: a set for each ledger, told apart by names where there are several."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from checks.document import read_document, write_json
from checks.records import Document, Found, Record
from checks.verify import FORMAT


def names(ledgers: Mapping[Path, str]) -> dict[Path, str]:
    """A name for each ledger, that of its paper; of several papers of one name, their whole paths."""
    if len(set(ledgers.values())) == len(ledgers):
        return dict(ledgers)
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


def check_places(config: pytest.Config) -> None:
    """Refuse places that cannot be written before anything runs for them.

    Raises:
        pytest.UsageError: there is such a one.
    """
    json_file, folder = config.getoption("--claims-json"), config.getoption("--claims-witnesses")
    if json_file and Path(json_file).is_dir():
        raise pytest.UsageError(f"--claims-json {json_file}: this is a folder; give the path of a file")
    for option, path in (("--claims-json", json_file and Path(json_file).parent), ("--claims-witnesses", folder)):
        if path and not _writable(Path(path).absolute()):
            raise pytest.UsageError(f"{option}: nothing can be written in {path}; give another place")


def _writable(folder: Path) -> bool:
    """Whether files can be made in a folder, once those above it are made that are missing."""
    there = next(place for place in (folder, *folder.parents) if place.exists() or place.is_symlink())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def write_witnesses(document: Document, folder: Path) -> None:
    """Each exact witness in a file of its own; those that only an earlier run wrote there are removed."""
    written = set()
    for claim in document["claims"]:
        witnesses = [witness for evidence in claim["evidence"] for witness in evidence["witnesses"]]
        for number, witness in enumerate(witnesses, 1):
            path = folder / f"{claim['id']}.{number}.json"
            write_json(witness, path)
            written.add(path)
    for path in folder.glob("*.json"):
        if path not in written and _is_ours(path):
            path.unlink()


def _is_ours(path: Path) -> bool:
    """Whether a file is as `write_witnesses` writes it: a witness, named after its claim and a number."""
    claim, _, number = path.stem.rpartition(".")
    try:
        content = json.loads(path.read_text(encoding="utf-8")) if number.isdecimal() and path.is_file() else None
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and (content.get("format"), content.get("claim")) == (FORMAT, claim)


def stored_path(config: pytest.Config, claim: str) -> Path:
    """Where counterexamples to a statement are kept that a search found."""
    return config.rootpath / "counterexamples" / f"{claim}.json"


def stored(path: Path) -> list[Found]:
    """The counterexamples in a file; none where there is none.

    Raises:
        pytest.UsageError: it is damaged.
    """
    if not path.is_file():
        return []
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise pytest.UsageError(f"{path}: no counterexamples can be read: {error}; mend or delete it") from error
    forms = (("says", str), ("arguments", list), ("shown", str))
    found: list[Any] = content if isinstance(content, list) else [None]
    if any(not (isinstance(one, dict) and all(isinstance(one.get(key), kind) for key, kind in forms)) for one in found):
        raise pytest.UsageError(f"{path}: not a list of counterexamples with says, arguments and shown; delete it")
    return found


def store_found(records: Iterable[Record], config: pytest.Config) -> None:
    """Keep the counterexamples that a search found, so that later runs replay them."""
    for record in records:
        if record["kind"] == "check" and record["found"]:
            path = stored_path(config, record["claim"])
            known = stored(path)
            write_json(known + [found for found in record["found"] if found not in known], path)
