"""How long a search may take."""

from __future__ import annotations

from time import monotonic


class StoppedError(Exception):
    """The time, or the number of nodes, is over."""


class Clock:
    """seconds: from now on; None for as long as it takes."""

    def __init__(self, seconds: float | None = None) -> None:
        self._end = None if seconds is None else monotonic() + seconds

    @property
    def left(self) -> float | None:
        """Seconds, at least 0; None without a limit."""
        return None if self._end is None else max(0.0, self._end - monotonic())

    @property
    def over(self) -> bool:
        return self.left == 0

    def check(self) -> None:
        if self.over:
            raise StoppedError
