"""The formal text of a statement, as a ledger has it: beside the prose, in the verifier's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from checks.verify import MalformedError, check_text


class Covers(StrEnum):
    """What the text says of the statement beside it."""

    STATEMENT = "statement"  # all of it
    CASE = "case"  # a special case: to refute it refutes the statement
    PART = "part"  # something that its proof uses


@dataclass(frozen=True)
class Formal:
    """A text of `checks.verify`, with what its names mean, in typst markup.

    >>> Formal({"for_all": {"x": "real"}, "conclusion": ["x**2 >= 0"]}).covers
    <Covers.STATEMENT: 'statement'>
    """

    text: Mapping[str, Any]
    covers: Covers = Covers.STATEMENT
    says: str = field(default="")


_OWN = ("covers", "says")


def read_formal(table: Any) -> Formal:
    """The table ``formal`` of a statement.

    Raises:
        ValueError: it is none.

    >>> read_formal({"for_all": {"x": "real"}, "conclusion": ["x > y"]})
    Traceback (most recent call last):
        ...
    ValueError: formal: 'x > y' names ['y'], which are no variables and not defined
    """
    if not isinstance(table, dict) or not all(isinstance(table.get(key, ""), str) for key in _OWN):
        raise ValueError("formal must be a table; its covers and says are texts")
    covers = table.get("covers", str(Covers.STATEMENT))
    if covers not in list(Covers):
        raise ValueError(f"formal: covers = {covers!r}; use one of {[str(each) for each in Covers]}")
    text = {key: value for key, value in table.items() if key not in _OWN}
    try:
        check_text(text)
    except MalformedError as error:
        raise ValueError(str(error)) from error
    return Formal(text, Covers(covers), table.get("says", "").strip())
