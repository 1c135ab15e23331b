"""Arrays that grow at their end."""

from __future__ import annotations

from typing import Any

import numpy as np

from theory._types import Array


class Rows:
    """An array (size, ...) with room to grow; `view` is what is in it."""

    __slots__ = ("_data", "size")

    def __init__(self, rows: Array) -> None:
        self._data = rows
        self.size = len(rows)

    @property
    def view(self) -> Array:
        return self._data[: self.size]

    def append(self, rows: Array) -> None:
        self.extend(len(rows))[:] = rows

    def extend(self, count: int) -> Array:
        """So many more rows, to be filled."""
        start, end = self.size, self.size + count
        if end > len(self._data):
            self._grow(max(end, 2 * len(self._data)))
        self.size = end
        return self._data[start:end]

    def room(self, count: int, spare: int = 1) -> Array:
        """Rows that are and that may come, `count` at least, one after the other in memory; new room is `spare` times
        that."""
        if count > len(self._data):
            self._grow(spare * count)
        self._data = np.require(self._data, requirements=["C", "W"])
        return self._data

    def _grow(self, count: int) -> None:
        grown = np.empty((count, *self._data.shape[1:]), self._data.dtype)
        grown[: self.size] = self.view
        self._data = grown

    def __getitem__(self, index: Any) -> Array:
        whole = isinstance(index, np.ndarray) and index.dtype == np.intp and index.ndim == 1
        return self._data.take(index, axis=0) if whole else self.view[index]  # which is sooner

    def __setitem__(self, index: Any, rows: Any) -> None:
        self.view[index] = rows

    def __reduce__(self) -> tuple[Any, ...]:
        return Rows, (self.view.copy(),)


def ranges(starts: Array, lengths: Array) -> Array:
    """starts[0], starts[0] + 1, ..., then starts[1], ...: lengths[i] numbers from each."""
    ends = np.cumsum(lengths)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - lengths), lengths)


def pairs(one: Array, other: Array) -> Array:
    """(count, 2), sooner than numpy stacks columns."""
    found = np.empty((len(one), 2), one.dtype)
    found[:, 0], found[:, 1] = one, other
    return found
