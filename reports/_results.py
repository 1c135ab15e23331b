"""The numbered results of a paper, *result* and *printed proof* judged apart.

Which statement is a result is read off its id (``prop-7``, ``fig-2a``, ``table-1``), and which are steps of its proof
off where they stand: ids and places are the ledger's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from checks.records import Claim

NAMES: Mapping[str, str] = {
    "def": "Definition",
    "property": "Property",
    "prop": "Proposition",
    "cor": "Corollary",
    "lemma": "Lemma",
    "ex": "Example",
    "eq": "Equation",
    "fig": "Figure",
    "table": "Table",
}
"""What ids begin with, and the kind of result."""

_NUMBERED = re.compile(rf"({'|'.join(NAMES)})-(\d+)([a-z]?)(?:\.|$)")


def results(claims: Sequence[Claim]) -> list[dict[str, Any]]:
    """A row for each numbered result: its name, the statements that are it, and those that are its printed proof."""
    by_id = {claim["id"]: claim for claim in claims}
    found: dict[tuple[int, int, str], list[Claim]] = {}
    for claim in claims:
        for key in {*_own_key(claim), *_printed_keys(claim)}:
            found.setdefault(key, []).append(claim)
    rows = []
    for key in sorted(found):
        kind, number = list(NAMES)[key[0]], f"{key[1]}{key[2]}"
        name = f"{NAMES[kind]} {number}"
        steps = [claim for claim in claims if _is_step(claim, name)]
        exact = by_id.get(f"{kind}-{number}")
        if exact:
            # Where only the mended form has the number, what it amends is what is printed.
            group = [by_id[exact["amends"]] if exact["amends"] else exact]
        else:
            group = [claim for claim in found[key] if claim["places"] and not claim["amends"] and claim not in steps]
        if group:
            proof = [claim for claim in steps if claim not in group]
            rows.append({"name": name, "result": group, "proof": proof})
    return rows


def _own_key(claim: Claim) -> Iterator[tuple[int, int, str]]:
    if match := _NUMBERED.match(claim["id"]):
        yield list(NAMES).index(match[1]), int(match[2]), match[3]


def _printed_keys(claim: Claim) -> Iterator[tuple[int, int, str]]:
    """The numbers of the equations that a statement without one of its own is about."""
    for place in _places(claim):
        if not re.search(r"before|after|between|proof", place):
            for match in re.finditer(r"equations? (\d+)(?: (?:and|to) (\d+))?", place):
                yield from ((list(NAMES).index("eq"), int(number), "") for number in match.groups() if number)


def _is_step(claim: Claim, name: str) -> bool:
    """Whether a printed sentence of the proof is judged: what stands in its place is no step of it."""
    if claim["amends"]:
        return False
    return any(_names_proof(place, name) for place in _places(claim))


def _places(claim: Claim) -> Iterator[str]:
    yield claim["where"]
    yield from (place["at"] for place in claim["places"])


def _names_proof(place: str, name: str) -> bool:
    """``proof of Proposition 7``, or a sentence of an appendix about it."""
    end = r"(?![0-9a-z])"
    return bool(
        re.search(rf"proof of {name}{end}", place) or re.match(rf"Appendix [A-Z], {name}{end}, sentence", place)
    )
