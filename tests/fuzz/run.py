"""Attacks every solver of theory with random cases, each checked exactly: `make fuzz`.

A series that was interrupted goes on where it was, as long as neither theory nor these files changed. Failures come
with what was drawn and a command that draws it again; a table in .cache/fuzz keeps the counts.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from time import process_time

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path[0] = str(ROOT)

from tests.fuzz import every
from tests.fuzz.targets import TARGETS, Tally, attempt, story

BLOCK = 200
"""Cases that a process takes at once: chosen, seconds of work."""
SHOWN = 3
"""Failures of a target that are printed in full: more of them are seldom another fault."""


def sources() -> str:
    """What the results hang on."""
    paths = [path for folder in ("theory", "tests/fuzz", "tests/theory") for path in (ROOT / folder).rglob("*.py")]
    return sha256(b"".join(path.read_bytes() for path in sorted(paths))).hexdigest()[:12]


def block(name: str, seed: int, first: int, last: int) -> tuple[Tally, list[str]]:
    """Cases first ... last - 1."""
    found, stories, start = Tally(), [], process_time()
    for number in range(first, last):
        found.cases += 1
        try:
            found.refused += not attempt(TARGETS[name], seed, number)
        except Exception as error:  # whatever it is, it is what is looked for
            found.failures.append(number)
            stories.append(story(TARGETS[name], seed, number, error))
    found.seconds = process_time() - start
    return found, stories[:SHOWN]


class Series:
    """The tallies so far, of blocks that are done, in a file that is never half written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        self.done: dict[str, dict[str, Tally]] = {
            name: {key: Tally(**tally) for key, tally in blocks.items()} for name, blocks in kept.items()
        }

    def add(self, name: str, key: str, tally: Tally) -> None:
        self.done.setdefault(name, {})[key] = tally
        text = json.dumps({each: {k: asdict(t) for k, t in blocks.items()} for each, blocks in self.done.items()})
        draft = self.path.with_suffix(".new")
        draft.write_text(text, encoding="utf-8")
        draft.replace(self.path)

    def missing(self, names: list[str], cases: int) -> Iterator[tuple[str, int, int]]:
        """Blocks that are left, of all targets in turn."""
        for first in range(0, cases, BLOCK):
            for name in names:
                last = min(first + BLOCK, cases)
                if f"{first}-{last}" not in self.done.get(name, {}):
                    yield name, first, last

    def table(self, names: list[str]) -> str:
        lines = [f"{'target':<28}{'cases':>9}{'no answer':>11}{'failures':>10}{'seconds':>9}"]
        for name in names:
            tallies = self.done.get(name, {}).values()
            cases, refused, failed = (
                sum(t.cases for t in tallies),
                sum(t.refused for t in tallies),
                sum(len(t.failures) for t in tallies),
            )
            lines.append(f"{name:<28}{cases:>9}{refused:>11}{failed:>10}{sum(t.seconds for t in tallies):>9.0f}")
        return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000, help="of each target")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="targets, all by default")
    parser.add_argument("--case", type=int, help="draw this case of one target alone, and let it fail")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    names = given.only or list(TARGETS)
    if unknown := [name for name in names if name not in TARGETS]:
        parser.error(f"no target {', '.join(unknown)}: there are {', '.join(TARGETS)}")
    if given.case is not None:
        for text in block(names[0], given.seed, given.case, given.case + 1)[1]:
            print(text)
        return 0
    folder = ROOT / ".cache" / "fuzz"
    folder.mkdir(parents=True, exist_ok=True)
    series = Series(folder / f"{sources()}-{given.seed}.json")
    shown = dict.fromkeys(names, 0)
    with ProcessPoolExecutor(given.processes) as pool:
        left = {
            pool.submit(block, name, given.seed, *ends): (name, ends)
            for name, *ends in series.missing(names, given.cases)
        }
        for count, future in enumerate(as_completed(left), 1):
            name, ends = left[future]
            tally, stories = future.result()
            series.add(name, "{}-{}".format(*ends), tally)
            for text in stories[: max(0, SHOWN - shown[name])]:
                shown[name] += 1
                print(f"\n{text}", flush=True)
            if os.isatty(1) or not count % 100:
                print(f"{count} of {len(left)} blocks", end="\r" if os.isatty(1) else "\n", flush=True)
    print(series.table(names))
    return int(any(tally.failures for name in names for tally in series.done.get(name, {}).values()))


if __name__ == "__main__":
    sys.exit(main())
