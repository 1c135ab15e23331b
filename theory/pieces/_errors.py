"""What counting may end with instead of a number."""

from __future__ import annotations

from typing import Any


class PieceLimitExceeded(RuntimeError):
    """There are more pieces than `max_pieces`. limit: that number. partial: pieces found so far, a lower bound."""

    def __init__(self, limit: int, partial: int) -> None:
        super().__init__(f"at least {partial} pieces, more than max_pieces={limit}: raise it or shrink the box")
        self.limit = limit
        self.partial = partial

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.limit, self.partial)
