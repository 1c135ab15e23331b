"""How far a run is: one line rewritten on a terminal, elsewhere a plain line now and then."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TextIO

_PLAIN_SECONDS = 30.0  # between lines where none can be rewritten: chosen to keep logs short


class Progress:
    """What is done, what runs, how long the rest may take.

    Args:
        stream: where the line goes.
        clock: seconds from whenever.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self.stream, self.clock, self.rewrites = stream, clock, stream.isatty()
        self.waiting: dict[str, None] = {}
        self.running: dict[str, float] = {}
        self.taken: dict[str, float] = {}
        self.failed: set[str] = set()
        self.groups: Mapping[str, str] = {}
        self.built: set[str] = set()
        self.seconds: Mapping[str, float] = {}
        self.workers = 1
        self._shown: float | None = None

    def begin(
        self, identifiers: Sequence[str], groups: Mapping[str, str], seconds: Mapping[str, float], workers: int
    ) -> None:
        """Say what there is to do.

        Args:
            identifiers: node ids of everything that will run.
            groups: by node id, what is built for it, as in "training checks.test_figure_1.train".
            seconds: by node id, what it took last time; 0 for what is carried over.
        """
        self.waiting, self.groups = dict.fromkeys(identifiers), groups
        self.seconds, self.workers = seconds, workers

    def start(self, identifier: str) -> None:
        self.waiting.pop(identifier, None)
        self.running[identifier] = self.clock()

    def phase(self, identifier: str, seconds: float, failed: bool) -> None:
        """One of setup, call and teardown is done."""
        self.taken[identifier] = self.taken.get(identifier, 0.0) + seconds
        self.built.add(self.groups.get(identifier, ""))
        if failed:
            self.failed.add(identifier)

    def finish(self, identifier: str) -> None:
        self.running.pop(identifier, None)

    def line(self) -> str:
        """How far the run is, in words."""
        done = len(self.taken.keys() - self.running.keys())
        total = done + len(self.running) + len(self.waiting)
        failed = f", {len(self.failed)} failed" if self.failed else ""
        doing = ", ".join(dict.fromkeys(self._doing(identifier) for identifier in self.running))
        left = self.left()
        parts = [f"{done} of {total} checks and sabotages{failed}", "" if left is None else _words(left), doing]
        return "; ".join(part for part in parts if part)

    def _doing(self, identifier: str) -> str:
        group = self.groups.get(identifier, "")
        return group if group and group not in self.built else identifier.rpartition("/")[2].removesuffix("[as stated]")

    def left(self) -> float | None:
        """An estimate of the seconds left; None while there is nothing to base it on."""
        usual, now = self._usual(), self.clock()
        expected = {name: self.seconds.get(name, usual[name in self.groups]) for name in (*self.waiting, *self.running)}
        known = {name: seconds for name, seconds in expected.items() if seconds is not None}
        if len(known) < len(expected):
            return None
        ends = [max(known[name] - (now - since), 0.0) for name, since in self.running.items()]
        shared = (sum(known[name] for name in self.waiting) + sum(ends)) / self.workers
        return max([shared, *ends])

    def _usual(self) -> dict[bool, float | None]:
        """What an item takes on average that shares something built, and one that does not; carried ones apart."""
        done = [name for name in self.taken if name not in self.running and self.seconds.get(name) != 0]
        return {
            shared: _mean(self.taken[name] for name in done if (name in self.groups) == shared)
            for shared in (False, True)
        }

    def show(self) -> None:
        """Write the line, unless it is a plain one and the last was written a short time ago."""
        now = self.clock()
        if self.rewrites:
            width = shutil.get_terminal_size().columns - 1
            self._write("\r\x1b[K" + self.line()[:width])
        elif self._shown is None or now - self._shown >= _PLAIN_SECONDS:
            self._shown = now
            self._write(self.line() + "\n")

    def clear(self) -> None:
        """Leave the terminal to others."""
        if self.rewrites:
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


def _mean(numbers: Iterable[float]) -> float | None:
    found = list(numbers)
    return sum(found) / len(found) if found else None


def _words(seconds: float) -> str:
    """
    >>> _words(44), _words(131), _words(4000)
    ('about 45 s left', 'about 2 min left', 'about 1 h 7 min left')
    """
    if seconds < 60:
        return f"about {max(5 * round(seconds / 5), 5)} s left"
    minutes = round(seconds / 60)
    return f"about {minutes} min left" if minutes < 60 else f"about {minutes // 60} h {minutes % 60} min left"
