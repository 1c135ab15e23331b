"""What each check took last time: for the order of work, and for the time that is left."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from checks._folder import cache_folder
from checks.document import write_json
from checks.records import TravellingRecord


def load() -> dict[str, float]:
    """Seconds by node id; empty where none are kept."""
    try:
        content = json.loads(_path().read_text(encoding="utf-8"))
        return {str(name): float(seconds) for name, seconds in content.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def store(records: Iterable[TravellingRecord]) -> None:
    """Keep what the checks of this run took with what was built for them; of others, what earlier runs took."""
    taken = {
        record["check"]: record["seconds"] + sum(build["seconds"] for build in record["built"])
        for record in records
        if not record["carried"]
    }
    with suppress(OSError):  # a folder that cannot be written keeps nothing
        write_json(load() | taken, _path())


def _path() -> Path:
    return cache_folder() / "records" / "durations.json"
