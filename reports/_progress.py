"""What a command that takes its time is at: one line rewritten on a terminal, elsewhere a line for each step."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TextIO

Say = Callable[[str], None]
"""Told what is begun."""

_TICK_SECONDS = 0.5  # between looks at the clock: chosen, so that the seconds shown are the last ones


def silent(words: str) -> None:
    """Says nothing."""


class Steps:
    """Steps one after another, each with the seconds it has taken so far.

    Args:
        stream: where the line goes; standard error without it.
    """

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.stream, self.clock = stream or sys.stderr, clock
        self._words, self._since = "", clock()
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Self:
        if self.stream.isatty():
            self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self.stream.isatty():
            with self._lock:
                self._write("\r\x1b[K")

    def say(self, words: str) -> None:
        """A step begins."""
        with self._lock:
            self._words, self._since = words, self.clock()
            if self.stream.isatty():
                self._show()
            else:
                self._write(f"{words} …\n")

    def _tick(self) -> None:
        while not self._stop.wait(_TICK_SECONDS):
            with self._lock:
                if self._words:
                    self._show()

    def _show(self) -> None:
        width = shutil.get_terminal_size().columns - 1
        self._write("\r\x1b[K" + f"{self._words} … {self.clock() - self._since:.0f} s"[:width])

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()
