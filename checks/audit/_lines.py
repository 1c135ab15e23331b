"""What an audit says, line by line, each with how it is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from html import escape
from math import isfinite
from typing import Any

from checks.audit._rules import statements_of

MACHINE_CHECKED, ARGUED, SUPPORTED = "machine-checked", "argued", "supported"
"""The grades of the ledger: a bound that was computed rigorously, a named theorem besides it, samples and searches."""


@dataclass(frozen=True)
class Line:
    """One sentence and what carries it.

    Attributes:
        text: the sentence.
        grade: machine-checked, argued or supported.
        source: the rule or theorem, in a few words.
        rules: what it applies, names in `RULES`.
    """

    text: str
    grade: str
    source: str = ""
    rules: tuple[str, ...] = ()

    @property
    def statements(self) -> tuple[str, ...]:
        """The statements of the folklore ledger that carry it."""
        return statements_of(self.rules)


class Part:
    """A section of an audit: a title, lines, and its numbers."""

    title = ""

    def lines(self) -> tuple[Line, ...]:
        """What it says."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        return section(self)

    def __str__(self) -> str:
        return "\n".join([self.title, *(f"  {line.text} [{line.grade}]" for line in self.lines())])


def section(part: Part) -> str:
    """In HTML: a title and a list."""
    return f"<h3>{escape(part.title)}</h3><ul>{''.join(_item(line) for line in part.lines())}</ul>"


def _item(line: Line) -> str:
    source = f" <small>({escape(line.source)})</small>" if line.source else ""
    return f"<li>{escape(line.text)} <em>{escape(line.grade)}</em>{source}</li>"


def number(value: float, digits: int = 4) -> str:
    """As people write it."""
    return f"{value:.{digits}g}"


def at_most(value: float, digits: int = 4, percent: bool = False) -> str:
    """An upper bound in so many digits, rounded up; a share in percent."""
    return rounded(value, digits, True, percent)


def at_least(value: float, digits: int = 4, percent: bool = False) -> str:
    """A lower bound in so many digits, rounded down; a share in percent."""
    return rounded(value, digits, False, percent)


def rounded(value: float, digits: int, up: bool, percent: bool = False) -> str:
    """A bound in so many digits, still on its side.

    >>> rounded(1.0000004, 4, up=True), rounded(1.0000004, 4, up=False), rounded(2.5, 4, up=True)
    ('1.001', '1.000', '2.5')
    """
    if not isfinite(value):
        return "∞" if value > 0 else "–"
    exact = Decimal(value) * (100 if percent else 1)
    context = Context(prec=digits, rounding=ROUND_CEILING if up else ROUND_FLOOR)
    return f"{context.create_decimal(exact):g}{'%' if percent else ''}"


def plain(value: Any) -> Any:
    """A value in what JSON has: numbers that are none become None."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):  # noqa: PLR0124
        return None if value != value else "inf" if value > 0 else "-inf"  # noqa: PLR0124
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def joined(parts: Iterable[Part]) -> tuple[Line, ...]:
    """The lines of several parts."""
    return tuple(line for part in parts for line in part.lines())
