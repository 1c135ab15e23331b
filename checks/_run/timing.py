"""Records of one run put in order: sabotages' time belongs to their check, and what was built is listed once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from checks.records import Build, Record, TravellingRecord

TRAVELLING = ("place", "test", "built")
"""What a record carries on its way to the document: its place among the others, its test function with the other
parameters, the artefacts built for it."""


def settle(records: Iterable[TravellingRecord]) -> tuple[list[Record], list[Build]]:
    """The records in the order of the checks, whichever worker made them, and the builds by name.

    A check's seconds include those of its sabotages; those of a build are the longest, if several workers built it.
    """
    ordered = sorted(records, key=lambda record: record["place"])
    spent: dict[str, float] = {}
    built: dict[str, float] = {}
    for record in ordered:
        spent[record["test"]] = spent.get(record["test"], 0.0) + record["seconds"]
        for build in record["built"]:
            built[build["name"]] = max(build["seconds"], built.get(build["name"], 0.0))
    settled = [_settled(record, round(spent[record["test"]], 3)) for record in ordered]
    return settled, [{"name": name, "seconds": seconds} for name, seconds in sorted(built.items())]


def _settled(record: TravellingRecord, seconds: float) -> Record:
    kept = {key: value for key, value in record.items() if key not in TRAVELLING}
    return cast("Record", kept | {"seconds": seconds})
