"""Whether texts are typst markup, many of them at once.

``python -m reports.markup FILE`` reads a list of texts from a JSON file and prints, as JSON, why some are none, by
their numbers. The engine, which stands below, calls it so.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from reports import _typesetting

_BATCH = 24
"""Texts that are compiled together first: chosen near the root of the number that a paper has."""


def refused(texts: Sequence[str]) -> Mapping[int, str]:
    """Of texts that cannot be typeset, by number, why; of none after the first that takes too much."""
    batches = [range(start, min(start + _BATCH, len(texts))) for start in range(0, len(texts), _BATCH)]
    found = _typesetting.refusals([_together([texts[number] for number in batch]) for batch in batches])
    bad = [number for batch, why in zip(batches, found, strict=False) if why for number in batch]
    left = [number for batch in batches[len(found) :] for number in batch]
    singly = [*bad, *left]
    again = _typesetting.refusals([texts[number] for number in singly]) if singly else []
    return {number: why for number, why in zip(singly, again, strict=False) if why}


def _together(texts: Sequence[str]) -> str:
    """One text that is refused if one of these is."""
    return "\n\n".join(f'#eval("{_escaped(text)}", mode: "markup")' for text in texts)


def _escaped(text: str) -> str:
    return "".join(_SIGNS.get(sign) or (sign if sign.isprintable() else f"\\u{{{ord(sign):x}}}") for sign in text)


_SIGNS = {'"': '\\"', "\\": "\\\\", "\n": "\\n"}


def main(file: str) -> int:
    """Read a file, print what is refused."""
    print(json.dumps(refused(json.loads(Path(file).read_text(encoding="utf-8")))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
