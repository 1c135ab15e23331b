"""What of a ledger would fail only when its report is made, found when its checks are collected."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

from checks._folder import cache_folder
from checks.document import VALUE, write_json
from checks.figures import fault_of
from checks.ledger import Ledger

_MARKUP = "reports.markup"
"""Of the layer above, called by its name: where it or typst is not installed, markup is not looked at."""

_MOST_KEPT = 20_000
"""Texts that are known to be good; chosen: a paper has about a thousand."""

_PLAIN = re.compile(r"(?:[^\\#$_*@<`\[\]{}~=/]|(?<!`)`[^`\n]+`(?!`)|\$(?:\b[A-Za-z0-9]\b|[ +=≤≥≠<>,.|-])*\$)*")
"""Texts that are markup whatever they say: words, names in backticks, formulas of single letters, digits, relations."""


def look_at(ledger: Ledger, path: Path, *, texts: bool) -> None:
    """Refuse a ledger whose figures or texts a report could not show.

    Args:
        texts: whether to look at texts as well, for which a process is started.

    Raises:
        pytest.UsageError: there is such a one; names the statement and the mend.
    """
    for kind, place in ledger.paper.get("figures", {}).items():
        if fault := fault_of(kind, place, path.absolute().parent):
            raise pytest.UsageError(f"{path}: paper.figures: {fault}")
    for name, why in _refused(dict(_texts(ledger)) if texts else {}, ledger.paper.get("macros", {})).items():
        raise pytest.UsageError(f"{path}: {name} is not valid typst: {why}")


def _texts(ledger: Ledger) -> Iterator[tuple[str, str]]:
    for entry in ledger:
        named = {"statement": entry.statement, "note": entry.note, "proof": entry.proof}
        named |= {f"hypothesis {number}": text for number, text in enumerate(entry.hypotheses, 1)}
        named |= {"formal.says": entry.formal.says} if entry.formal else {}
        named |= {"kernel.says": entry.kernel.says} if entry.kernel else {}
        yield from ((f"statement {entry.id!r}: {name}", VALUE.sub("…", text)) for name, text in named.items())
    yield "paper.notation", ledger.paper.get("notation", "")


def _refused(texts: Mapping[str, str], macros: Mapping[str, str]) -> dict[str, str]:
    kept, under = _known(), json.dumps(macros) if macros else ""
    known = set(kept)
    asked = {name: text for name, text in texts.items() if not _PLAIN.fullmatch(text)}
    asked = {name: text for name, text in asked.items() if _hash(under + text) not in known}
    if not asked or not (find_spec("typst") and find_spec("reports")):
        return {}
    refused = _ask(list(asked.values()), macros)
    names = list(asked)
    if not refused:
        fresh = [*kept, *(_hash(under + text) for text in asked.values())]
        with suppress(OSError):  # a folder that cannot be written keeps nothing
            write_json(fresh[-_MOST_KEPT:], _path())
    return {f"paper.macros: {key}" if key in macros else names[int(key)]: why for key, why in refused.items()}


def _ask(texts: Sequence[str], macros: Mapping[str, str]) -> dict[str, str]:
    with tempfile.TemporaryDirectory(prefix="claims-") as folder:
        file = Path(folder, "texts.json")
        write_json({"texts": texts, "macros": macros}, file)
        paths = os.pathsep.join(path for path in sys.path if path)
        command = [sys.executable, "-P", "-m", "manyfaces.run", _MARKUP, str(file)]
        environment = {**os.environ, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"}
        ended = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    if ended.returncode:
        raise pytest.UsageError(f"the ledger's markup could not be looked at: {ended.stderr.strip()[-500:]}")
    refused: dict[str, str] = json.loads(ended.stdout)
    return refused


def _known() -> list[str]:
    try:
        found = json.loads(_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def _path() -> Path:
    return cache_folder() / "records" / "markup.json"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
