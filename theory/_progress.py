"""A bar that says how far a search is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any


def bar(wanted: bool) -> AbstractContextManager[Callable[[float], None]]:
    """A function that advances by a part of the whole; a tqdm bar where one is wanted and tqdm is installed."""
    if wanted:
        try:
            from tqdm.auto import tqdm
        except ImportError:
            return nullcontext(lambda part: None)
        return _Bar(tqdm(total=100, unit="%", bar_format="{l_bar}{bar}| {elapsed}<{remaining}"))
    return nullcontext(lambda part: None)


class _Bar(AbstractContextManager[Callable[[float], None]]):
    def __init__(self, bar: Any) -> None:
        self._bar = bar

    def __enter__(self) -> Callable[[float], None]:
        return lambda part: self._bar.update(100 * part)

    def __exit__(self, *_: object) -> None:
        self._bar.close()
