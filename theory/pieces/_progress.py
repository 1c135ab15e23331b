"""How far a search is: cells finished, and the limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from theory.pieces._errors import PieceLimitExceeded
from theory.pieces._lattice.complex import Complex
from theory.pieces._maps import count_patterns
from theory.pieces._network.plan import Plan


@dataclass
class Watch:
    """Counts cells after every gate. share: the part of the whole work that the complex at hand is."""

    plan: Plan
    limit: int | None
    advance: Callable[[float], None]
    share: float
    parent: Watch | None = None
    finished: int = 0

    def __call__(self, cells: int) -> None:
        self.advance(self.share / max(1, sum(each.gates for each in self.plan.rounds)))
        # Where artificial cuts count too, a cell is in at most 2^n parts.
        parts = 1 if self.plan.domain.bounded else 2**self.plan.domain.dimension
        self._check(self.total + -(-cells // parts))

    @property
    def total(self) -> int:
        return self.parent.total if self.parent else self.finished

    def part(self, share: float) -> Watch:
        return replace(self, share=self.share * share, parent=self)

    def finish(self, cells: Complex) -> None:
        self._add(count_patterns(cells, self.plan.domain))
        self._check(self.total)

    def add(self, count: int, share: float) -> None:
        """Cells that a task counted, and the part of the work that it was."""
        self._add(count)
        self.advance(share)
        self._check(self.total)

    def _add(self, count: int) -> None:
        if self.parent:
            self.parent._add(count)
        else:
            self.finished += count

    def _check(self, count: int) -> None:
        if self.limit is not None and count > self.limit:
            raise PieceLimitExceeded(self.limit, count)
