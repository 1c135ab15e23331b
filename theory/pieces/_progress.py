"""How far a search is: cells, a bar, and where it is to stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from theory import _progress

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


@contextmanager
def bar(wanted: bool) -> Iterator[Tell]:
    """A function told of parts of the whole, and of cells, for a bar if one is wanted."""
    with _progress.bar(wanted) as advance:
        yield lambda share, cells: advance(share, f"{cells:,} cells")
