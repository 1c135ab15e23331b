"""Whether data from a file have the form that a typed dictionary of `checks.records` gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

DEEPEST = 100
"""How many lists and objects may be within one another; chosen, far more than any in use."""


def misfits(value: Any, form: Any, place: str) -> Iterator[str]:
    """What of a value does not have a form, a line for each: its place and what should stand there.

    Args:
        form: a typed dictionary, or what annotates the fields of one.
        place: what the value is called, such as ``"claims[3]"``.

    >>> list(misfits({"a": [1, "2"]}, dict[str, list[int]], "x"))
    ["x.a[1] is '2': give a whole number"]
    """
    origin, arguments = get_origin(form), get_args(form)
    if is_typeddict(form):
        yield from _fields(value, form, place)
    elif origin in (Union, UnionType):
        yield from _either(value, arguments, place)
    elif origin is Literal:
        if value not in arguments or isinstance(value, (list, dict)):
            yield f"{place} is {_seen(value)}: give one of {', '.join(map(repr, arguments))}"
    elif origin is list:
        if not isinstance(value, list):
            yield _other(value, list, place)
            return
        for i, item in enumerate(value):
            yield from misfits(item, arguments[0], f"{place}[{i}]")
    elif origin in (dict, Mapping):
        if not isinstance(value, dict):
            yield _other(value, dict, place)
            return
        for key, item in value.items():
            yield from misfits(item, arguments[1], f"{place}.{key}")
    elif form in _WORDS and not _is(value, form):
        yield _other(value, form, place)


def _fields(value: Any, form: Any, place: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield _other(value, dict, place)
        return
    hints = _hints(form)
    for key in sorted(form.__required_keys__ - set(value)):
        yield f"{place}.{key} is missing"
    for key, item in value.items():
        if key not in hints:
            yield f"{place}.{key[:80]} is unknown: the keys are {', '.join(hints)}"
        else:
            yield from misfits(item, hints[key], f"{place}.{key}")


@cache
def _hints(form: Any) -> dict[str, Any]:
    return get_type_hints(form)


def _either(value: Any, forms: tuple[Any, ...], place: str) -> Iterator[str]:
    """Nothing if one of the forms fits; else what does not fit the form that is meant, as far as one can tell."""
    found = [list(misfits(value, form, place)) for form in forms]
    if all(found):
        meant = [lines for lines in found if not any(line.startswith(f"{place}.kind ") for line in lines)]
        yield from min(meant or found, key=len)


_WORDS = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
    NoneType: "null",
}


def _is(value: Any, form: Any) -> bool:
    if isinstance(value, bool):
        return form is bool
    return isinstance(value, (int, float) if form is float else form)


def _other(value: Any, form: Any, place: str) -> str:
    return f"{place} is {_seen(value)}: give {_WORDS[form]}"


def _seen(value: Any) -> str:
    return repr(value)[:80] if isinstance(value, str) else _WORDS.get(type(value), type(value).__name__)


def too_deep(value: Any) -> bool:
    """Whether lists and objects lie deeper within one another than `DEEPEST`."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            item
            for part in level
            for item in (part.values() if isinstance(part, dict) else part if isinstance(part, list) else ())
        ]
        if not level:
            return False
    return True
