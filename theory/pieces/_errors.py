"""What counting may end with instead of a number."""

from __future__ import annotations

from typing import Any


class PieceLimitExceeded(RuntimeError):
    """There are more pieces than `max_pieces`, or than were found in `time_limit` (of Béthune et al., proof of
    Proposition 8).

    Attributes:
        limit: `max_pieces`.
        partial: pieces found so far, a lower bound.

    >>> print(PieceLimitExceeded(limit=3, partial=5))
    at least 5 pieces, more than max_pieces=3: raise it or shrink the box
    """

    def __init__(self, limit: int | None, partial: int) -> None:
        above = "not all found in time_limit" if limit is None else f"more than max_pieces={limit}"
        super().__init__(f"at least {partial} pieces, {above}: raise it or shrink the box")
        self.limit = limit
        self.partial = partial

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.limit, self.partial)
