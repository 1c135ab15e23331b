"""A bar that says how far a search is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

Advance = Callable[..., None]
"""Is told what part of the whole has been done since, and a note to show, or none."""


def bar(wanted: bool) -> AbstractContextManager[Advance]:
    """A function that advances a tqdm bar, where one is wanted and tqdm is installed."""
    if wanted:
        try:
            from tqdm.auto import tqdm
        except ImportError:
            return nullcontext(_silent)
        return _Bar(tqdm(total=100, unit="%", bar_format="{l_bar}{bar}| {elapsed}<{remaining}{postfix}"))
    return nullcontext(_silent)


def _silent(part: float, note: str = "") -> None:
    pass


class _Bar(AbstractContextManager[Advance]):
    def __init__(self, bar: Any) -> None:
        self._bar = bar

    def __enter__(self) -> Advance:
        return self._advance

    def _advance(self, part: float, note: str = "") -> None:
        if note:
            self._bar.set_postfix_str(note, refresh=False)
        self._bar.update(100 * part)

    def __exit__(self, *_: object) -> None:
        self._bar.close()
