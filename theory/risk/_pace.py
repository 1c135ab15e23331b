"""How long a search may take, and how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf, log, nextafter
from time import monotonic


@dataclass
class Pace:
    """end: when to stop, by the monotonic clock; advance: is told the parts of the whole that are done."""

    end: float = inf
    advance: Callable[[float], None] = lambda part: None
    done: float = field(default=0.0, init=False)

    @classmethod
    def of(cls, time_limit: float | None, advance: Callable[[float], None]) -> Pace:
        return cls(inf if time_limit is None else monotonic() + time_limit, advance)

    @property
    def left(self) -> float:
        """Seconds, never negative."""
        return max(self.end - monotonic(), 0.0)

    @property
    def over(self) -> bool:
        return monotonic() >= self.end

    def at(self, gap: float, tolerance: float) -> None:
        """A relative gap is reached, 1 before the search: rounds find about as many digits each."""
        whole = -log(min(tolerance, nextafter(1.0, 0.0)))
        part = 1.0 if gap <= 0 else min(-log(gap) / whole, 1.0)
        if part > self.done:
            self.advance(part - self.done)
            self.done = part
