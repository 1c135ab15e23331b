"""How results show themselves: a few lines, however many points there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

import numpy as np

from theory._entries import shown

SHORT = 80
"""Characters of a value that is shown whole: chosen."""


class Shown:
    """A result that is written as its `_parts`; notebooks show a table of them.

    Results that hold arrays are equal to themselves alone: compare the arrays.
    """

    def _parts(self) -> Iterator[tuple[str, Any]]:
        """Names and values: of a dataclass the fields that are public."""
        names = getattr(self, "__dataclass_fields__", {})
        return ((name, getattr(self, name)) for name in names if not name.startswith("_"))

    def __repr__(self) -> str:
        return line(type(self).__name__, self._parts())

    def _repr_html_(self) -> str:
        return table(type(self).__name__, self._parts())


def line(title: str, parts: Iterable[tuple[str, Any]]) -> str:
    """As dataclasses are written."""
    return f"{title}({', '.join(f'{name}={told(value)}' for name, value in parts)})"


def table(title: str, parts: Iterable[tuple[str, Any]]) -> str:
    """In HTML, a part a row."""
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(told(value))}</td></tr>" for name, value in parts)
    return f"<table><caption>{escape(title)}</caption>{rows}</table>"


def told(value: Any) -> str:
    """A value as it is, if that is short; of longer arrays and sequences the shape, the first and the last."""
    if isinstance(value, np.ndarray | tuple):
        count = value.size if isinstance(value, np.ndarray) else len(value)
        text = repr(value) if count <= SHORT else ""
        if 0 < len(text) <= SHORT and "\n" not in text:
            return text
        shape = f"shape {value.shape}, {value.dtype}" if isinstance(value, np.ndarray) else f"{count} entries"
        first, last = (_end(value, place) for place in (0, -1))
        return f"<{shape}: {first} ... {last}>"
    return shown(value)


def _end(value: Any, place: int) -> str:
    while isinstance(value, np.ndarray | tuple) and len(value):
        value = value[place]
    return shown(value.item() if isinstance(value, np.generic) else value)
