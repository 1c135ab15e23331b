"""Files of witnesses, and whether all in them is good."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .kinds import DECIDING, REFUTING, refutes, verify
from .limits import MalformedError, WitnessError

_LINE = 500
"""The length of a message, which may quote whatever a file holds; chosen."""


def examine(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A line for each witness of a claims file, or for the one that the document is, and what is wrong with it, or "".

    What a claims file lacks gets a line too: a claim that fails needs a witness that refutes it, and one said to be
    machine-checked a witness that decides its own formal text.
    """
    if "claims" not in document:
        yield printable(_label(document)), _fault(document)
        return
    for claim in document["claims"]:
        text = _formal(claim).get("text")
        good: list[Mapping[str, Any]] = []
        for witness in (witness for evidence in claim["evidence"] for witness in evidence["witnesses"]):
            fault = _fault(witness, claim["id"])
            good += [witness] if not fault and witness.get("formal", text) == text else []
            yield printable(_label(witness)), fault
        fails = claim["verdict"]["truth"] == "fails"
        if fails and not any(map(refutes, good)):
            yield printable(f"{claim['id']}"), "it is said to fail, but no good witness of its own refutes it"
        if claim["verdict"].get("strength") == "machine-checked" and not _decided(claim, good, fails=fails):
            yield printable(f"{claim['id']}"), "it is said to be machine-checked, but no good witness decides its text"


def _formal(claim: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = claim.get("formal") or {}
    return found


def _decided(claim: Mapping[str, Any], good: Sequence[Mapping[str, Any]], *, fails: bool) -> bool:
    """Whether a witness decides all that the claim says: its text has no lemmas, and is no part of a proof only."""
    formal = _formal(claim)
    reaches = formal.get("covers") in (("statement", "case") if fails else ("statement",))
    kinds = REFUTING if fails else DECIDING
    return (
        reaches
        and not (formal["text"].get("lemmas") and not fails)
        and any(witness["kind"] in kinds for witness in good)
    )


def _fault(witness: Any, claim: str | None = None) -> str:
    try:
        verify(witness)
    except WitnessError as error:
        return printable(str(error))
    if claim is not None and witness.get("claim") != claim:
        return printable(f"it stands under {claim}, and is for {witness.get('claim', 'no claim')}")
    return ""


def unwitnessed(document: Mapping[str, Any]) -> list[str]:
    """The claims of a file that were judged without a witness, which a verifier has nothing to say about."""
    return [
        printable(claim["id"])
        for claim in document.get("claims", [])
        if claim["evidence"] and not any(evidence["witnesses"] for evidence in claim["evidence"])
    ]


def printable(text: str) -> str:
    """One line, not too long, that cannot steer a terminal."""
    line = "".join(sign if sign.isprintable() else "?" for sign in text[: _LINE + 1])
    return line if len(line) <= _LINE else f"{line[:_LINE]}…"


def witnesses_in(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The witnesses of a claims file, or the document itself when it is one."""
    if "claims" not in document:
        return [document]
    return [
        witness for claim in document["claims"] for evidence in claim["evidence"] for witness in evidence["witnesses"]
    ]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise MalformedError(f"a key stands twice among {[key for key, _ in pairs]}")
    return dict(pairs)


def _read(path: str) -> Mapping[str, Any]:
    try:
        with open(path, encoding="utf-8-sig") as file:
            document = json.load(file, object_pairs_hook=_once)
    except (OSError, ValueError, RecursionError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or error
        raise MalformedError(f"{path} cannot be read as a witness or claims file: {reason}") from error
    if not isinstance(document, dict):
        raise MalformedError(f"{path} is not a witness or claims file: it holds no object")
    return document


def _label(witness: Any) -> str:
    parts = [witness.get(key, "") for key in ("claim", "kind", "says")] if isinstance(witness, dict) else []
    return ": ".join(part if isinstance(part, str) else "?" for part in parts) or "no witness"


def _report(path: str) -> Iterator[tuple[str, str, str]]:
    """What `examine` finds in a file, each with its statement, and what keeps it from going on."""
    try:
        document = _read(path)
        found = False
        for label, fault in examine(document):
            found = True
            yield label, fault, f"{path}: {label.partition(': ')[0]}"
        if not found:
            yield printable(path), "there is no witness in it", path
        rest = unwitnessed(document)
        if rest:
            print(printable(f"{path}: {len(rest)} statements were judged without a witness: {', '.join(rest)}"))
    except MalformedError as error:
        yield printable(path), printable(str(error)), path
    except (AttributeError, LookupError, TypeError) as error:
        yield printable(path), printable(f"malformed claims file: {type(error).__name__}: {error}"), path


def main(paths: list[str]) -> int:
    """Verify files; print a line for each witness and a count; 0 when all are good and there is at least one.

    With ``--quiet`` among the paths, good witnesses have no line.
    """
    quiet = "--quiet" in paths
    counts: dict[str, list[int]] = {}
    for path in (path for path in paths if path != "--quiet"):
        for label, fault, claim in _report(path):
            counts.setdefault(claim, [0, 0])[bool(fault)] += 1
            if fault:
                print(f"BAD   {label}\n      {fault}")
            elif not quiet:
                print(f"good  {label}")
    good, bad = (sum(count[place] for count in counts.values()) for place in (0, 1))
    whole = sum(not wrong for _, wrong in counts.values())
    print(f"{whole} statements with good witnesses alone, {len(counts) - whole} with a bad one")
    print(f"{good} good, {bad} bad")
    return 0 if good and not bad else 1
