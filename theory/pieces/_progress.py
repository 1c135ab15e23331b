"""How far a search is: cells, a bar, and where it is to stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

Tell = Callable[[float, int], None]


class Stopped(Exception):
    """The search has come to its limit, or to the end of its time."""


@dataclass
class Watch:
    """Counts cells while a search runs, and stops it.

    limit: most cells, or None. deadline: a time of `time.time`, which machines share as they do not other clocks.
    tell: is told what part of the work was done, and how many cells are known. finished, waiting: cells of finished
    complexes, and of those that are left aside.
    """

    limit: int | None
    deadline: float | None
    tell: Tell
    finished: int = 0
    waiting: int = 0
    stopped: bool = False

    def look(self, cells: int) -> None:
        """At so many cells at hand."""
        if self.limit is not None and self.finished + self.waiting + cells > self.limit:
            raise Stopped
        self.clock()

    def clock(self) -> None:
        if self.deadline is not None and time.time() > self.deadline:
            raise Stopped

    def add(self, cells: int, share: float) -> None:
        """Finished cells, and the part of the work that they were."""
        self.finished += cells
        self.advance(share)

    def advance(self, share: float) -> None:
        self.tell(share, self.finished + self.waiting)


def bar(wanted: bool) -> AbstractContextManager[Tell]:
    """A function told of parts of the whole, and of cells; a tqdm bar where one is wanted and tqdm is installed."""
    if wanted:
        try:
            from tqdm.auto import tqdm
        except ImportError:
            return nullcontext(_silent)
        return _Bar(tqdm(total=100, unit="%", bar_format="{l_bar}{bar}| {elapsed}<{remaining}{postfix}"))
    return nullcontext(_silent)


def _silent(share: float, cells: int) -> None:
    pass


class _Bar(AbstractContextManager[Tell]):
    def __init__(self, bar: Any) -> None:
        self._bar = bar

    def __enter__(self) -> Tell:
        return self._tell

    def _tell(self, share: float, cells: int) -> None:
        self._bar.set_postfix_str(f"{cells:,} cells", refresh=False)
        self._bar.update(100 * share)

    def __exit__(self, *_: object) -> None:
        self._bar.close()
