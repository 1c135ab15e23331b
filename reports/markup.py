"""Whether texts are typst markup, many of them at once.

``python -m reports.markup FILE`` reads texts, and the macros that they may use, from a JSON file and prints, as JSON,
why some are none, by their numbers or names. The engine, which stands below, calls it so.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from reports import _typesetting

MACROS = Path(__file__).with_name("macros.typ")

_BATCH = 24
"""Texts that are compiled together first: chosen near the root of the number that a paper has."""


def refused(texts: Sequence[str], macros: Mapping[str, str] | None = None) -> Mapping[int, str]:
    """Of texts that cannot be typeset, by number, why; of none after the first that takes too much.

    Args:
        macros: names and typst code that the texts may use, good ones.
    """
    known = macros or {}
    batches = [range(start, min(start + _BATCH, len(texts))) for start in range(0, len(texts), _BATCH)]
    found = _typesetting.refusals([_together([texts[number] for number in batch], known) for batch in batches])
    bad = [number for batch, why in zip(batches, found, strict=False) if why for number in batch]
    left = [number for batch in batches[len(found) :] for number in batch]
    singly = [*bad, *left]
    alone = [_together([texts[number]], known) if known else texts[number] for number in singly]
    again = _typesetting.refusals(alone) if singly else []
    return {number: why for number, why in zip(singly, again, strict=False) if why}


def bad_macros(macros: Mapping[str, str]) -> Mapping[str, str]:
    """Of macros the first that is no typst code, by name, and why."""
    if not macros or not any(_typesetting.refusals([_together([], macros)])):
        return {}
    names = list(macros)
    first = [_together([], {name: macros[name] for name in names[: number + 1]}) for number in range(len(names))]
    return next(({name: why} for name, why in zip(names, _typesetting.refusals(first), strict=False) if why), {})


def _together(texts: Sequence[str], macros: Mapping[str, str]) -> str:
    """One text that is refused if one of these is."""
    pairs = ", ".join(f'"{_escaped(name)}": "{_escaped(code)}"' for name, code in macros.items())
    head = f"{MACROS.read_text(encoding='utf-8')}#let macros = macros-of((macros: ({pairs or ':'})))\n\n"
    return head + "\n\n".join(f'#eval("{_escaped(text)}", mode: "markup", scope: macros)' for text in texts)


def _escaped(text: str) -> str:
    return "".join(_SIGNS.get(sign) or (sign if sign.isprintable() else f"\\u{{{ord(sign):x}}}") for sign in text)


_SIGNS = {'"': '\\"', "\\": "\\\\", "\n": "\\n"}


def main(file: str) -> int:
    """Read a file, print what is refused."""
    asked = json.loads(Path(file).read_text(encoding="utf-8"))
    print(json.dumps(bad_macros(asked["macros"]) or refused(asked["texts"], asked["macros"])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
