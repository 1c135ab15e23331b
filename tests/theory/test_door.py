"""What callers hand in, at every entrance of theory: odd numbers are taken for what they are, or refused by name."""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch

from tests.theory import entrances as registry
from tests.theory.entrances import Entrance, Kind, entrances, offered, plain

ENTRANCES = entrances()


class Foreign:
    """An array of a library that numpy does not know, such as a column of a table."""

    def __init__(self, numbers: Any) -> None:
        self.numbers = np.array(numbers)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self.numbers if dtype is None else self.numbers.astype(dtype)


class Stranger(Foreign):
    """One that cannot be an array."""

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        raise RuntimeError("no array of this")


def spread(numbers: Any) -> np.ndarray:
    """Not contiguous."""
    array = np.array(numbers, dtype=float)
    return np.repeat(array, 2, axis=-1)[..., ::2] if array.ndim else array


def frozen(numbers: Any) -> np.ndarray:
    array = np.array(numbers, dtype=float)
    array.flags.writeable = False
    return array


def objects(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Nested lists with each number made anew."""
    return lambda numbers: [objects(make)(each) for each in numbers] if isinstance(numbers, list) else make(numbers)


def tensor(dtype: torch.dtype, **how: Any) -> Callable[[Any], Any]:
    return lambda numbers: torch.tensor(numbers, dtype=dtype, **how)


def listed(numbers: Any) -> Any:
    """A list of tensors, one of them with a gradient."""
    if not isinstance(numbers, list):
        return torch.tensor(float(numbers), requires_grad=True)
    return [torch.tensor(each, dtype=torch.float32, requires_grad=i == 0) for i, each in enumerate(numbers)]


SAME: dict[str, Callable[[Any], Any]] = {
    "float64": lambda numbers: np.array(numbers, dtype=float),
    "float32": lambda numbers: np.array(numbers, dtype=np.float32),
    "float16": lambda numbers: np.array(numbers, dtype=np.float16),
    "long double": lambda numbers: np.array(numbers, dtype=np.longdouble),
    "big-endian": lambda numbers: np.array(numbers, dtype=">f8"),
    "not contiguous": spread,
    "read-only": frozen,
    "unmasked": lambda numbers: np.ma.array(np.array(numbers, dtype=float)),
    "foreign": Foreign,
    "Fractions": objects(Fraction),
    "numpy's floats": objects(np.float32),
    "object array": lambda numbers: np.array(objects(Fraction)(numbers), dtype=object),
    "tensor": tensor(torch.float32),
    "tensor of doubles": tensor(torch.float64),
    "bfloat16": tensor(torch.bfloat16),
    "half": tensor(torch.float16),
    "gradient": tensor(torch.float64, requires_grad=True),
    "bfloat16 with a gradient": tensor(torch.bfloat16, requires_grad=True),
    "parameter": lambda numbers: torch.nn.Parameter(torch.tensor(numbers, dtype=torch.float32)),
    "tensors": listed,
}
"""The same real numbers."""

WHOLE: dict[str, Callable[[Any], Any]] = {
    "int64": lambda numbers: np.array(numbers, dtype=np.int64),
    "int8": lambda numbers: np.array(numbers, dtype=np.int8),
    "whole tensor": tensor(torch.int64),
    "numpy's integers": objects(np.int32),
    "ints": objects(int),
}
"""The same where all of them are whole."""

ODD: dict[str, Callable[[Any], Any]] = {
    "None": lambda _: None,
    "word": lambda _: "seven",
    "digits": lambda _: "7",
    "bytes": lambda _: b"7",
    "set": lambda _: {1.0, 2.0},
    "dict": lambda _: {"a": 1.0},
    "generator": lambda _: (float(each) for each in range(3)),
    "object": lambda _: object(),
    "stranger": lambda _: Stranger([1.0]),
    "ragged": lambda _: [[1.0, 2.0], [3.0]],
    "ragged arrays": lambda _: [np.zeros((2, 2)), np.zeros((2, 3))],
    "digits in a list": lambda _: ["1", "2"],
    "Nones": lambda _: [None, 1.0],
    "empty": lambda _: [],
    "deep": lambda _: deep(200),
    "meta": lambda _: torch.zeros(3, device="meta"),
    "sparse": lambda _: torch.eye(2).to_sparse(),
    "complex": lambda _: torch.tensor([1.0 + 2.0j]),
    "dates": lambda _: np.array(["2026-01-01"], dtype="datetime64[D]"),
}
"""What is no number, or not so many as are asked for."""


def deep(levels: int) -> Any:
    return [deep(levels - 1)] if levels else 1.0


def last(value: Any, number: Any) -> Any:
    """The same nested lists with another last number."""
    if not isinstance(value, list | tuple):
        return number
    return [*value[:-1], last(value[-1], number)] if value else [number]


HUGE = 10**400
NUMBERS: dict[str, Any] = {
    "nan": float("nan"),
    "infinity": float("inf"),
    "huge": HUGE,
    "thousands of digits": 10**5000,
    "near the end": 1e308,
    "complex": 1 + 1j,
    "masked": np.ma.masked,
}
"""In the place of the last number of an argument."""


def listed_form(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


def feeds(kind: Kind, value: Any, makers: dict[str, Callable[[Any], Any]]) -> Iterator[tuple[str, Any]]:
    """The argument made anew: sequences of arrays part by part, and as a list of them."""
    value = listed_form(value)
    for name, make in makers.items():
        if kind in ("arrays", "box"):
            yield name, [make(part) for part in value]
        else:
            yield name, make(value)


def whole(value: Any) -> bool:
    return all(map(whole, value)) if isinstance(value, list | tuple) else float(value) == int(value)


CASES = [
    pytest.param(entrance, argument, id=f"{entrance}-{argument}")
    for entrance in ENTRANCES
    for argument in entrance.given
]


def named(error: BaseException, argument: str) -> bool:
    return re.search(rf"(?<![\w]){argument}(?![\w])", str(error)) is not None


def close(one: Any, other: Any) -> bool:
    """Equal, but for rounding where one of them is exact and the other is not."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(close, one, other))
    exact = [isinstance(each, int | Fraction) for each in (one, other)]
    if isinstance(one, float | int | Fraction) and isinstance(other, float | int | Fraction) and any(exact):
        return bool(one == other or abs(one - other) <= 1e-12 * max(abs(one), abs(other), 1))
    return bool(one == other) or {one, other} == {None, "nan"}


def answer(entrance: Entrance, argument: str, value: Any) -> Any:
    """What the entrance answers; nothing where it refuses as it should."""
    refused: Exception | None = None
    try:
        return plain(entrance(**{argument: value}))
    except entrance.also:
        return None
    except ValueError as error:
        refused = error
    assert named(refused, argument), f"{argument} is not in: {refused}"
    assert len(str(refused)) < 500, str(refused)
    return None


@pytest.mark.parametrize(("entrance", "argument"), CASES)
def test_the_same_numbers_get_the_same_answer(entrance: Entrance, argument: str) -> None:
    kind, value = entrance.kinds[argument], entrance.given[argument]
    if kind not in registry.NUMERIC:
        return
    right = plain(entrance())
    makers = SAME | (WHOLE if whole(listed_form(value)) else {})
    for name, fed in feeds(kind, value, WHOLE if kind in ("whole", "wholes") else makers):
        found = plain(entrance(**{argument: fed}))
        assert found is not None and close(found, right), f"{name}: {found} and not {right}"


@pytest.mark.parametrize(("entrance", "argument"), CASES)
def test_what_is_no_number_is_refused_by_name(entrance: Entrance, argument: str) -> None:
    kind = entrance.kinds[argument]
    for name, make in ODD.items():
        if kind not in ("flag", "tool") or name == "object":
            found = answer(entrance, argument, make(None))
            fits = name in FITS.get(kind, ()) or (name == "None" and takes_none(entrance, argument))
            assert found is None or fits, f"{name}: {found}"


FITS: dict[Kind, tuple[str, ...]] = {
    "wholes": ("empty",),
    "places": ("empty",),
    "flag": ("object",),
}
"""Kinds of arguments for which an odd thing is a valid one."""


def takes_none(entrance: Entrance, argument: str) -> bool:
    parameter = inspect.signature(entrance.call).parameters.get(argument)
    return parameter is not None and parameter.default is None


@pytest.mark.parametrize(("entrance", "argument"), CASES)
def test_numbers_that_are_none_are_refused_by_name(entrance: Entrance, argument: str) -> None:
    kind, value = entrance.kinds[argument], listed_form(entrance.given[argument])
    if kind not in registry.NUMERIC:
        return
    for name, number in NUMBERS.items():
        fed = last(value, number)
        found = answer(entrance, argument, fed)
        if name not in ("huge", "thousands of digits", "near the end"):
            assert found is None or entrance.extended, f"{name}: {found}"


@pytest.mark.parametrize("entrance", ENTRANCES, ids=str)
def test_inputs_are_left_alone_and_not_kept(entrance: Entrance) -> None:
    kinds = {name: kind for name, kind in entrance.kinds.items() if kind in ("numbers", "weights", "labels", "arrays")}
    fed = {
        name: [np.array(part, dtype=float) for part in entrance.given[name]]
        if kind == "arrays"
        else np.array(entrance.given[name], dtype=float)
        for name, kind in kinds.items()
    }
    before = copy.deepcopy(fed)
    found = entrance(**fed)
    right = plain(found)
    assert plain(fed) == plain(before)
    for each in fed.values():
        for array in each if isinstance(each, list) else [each]:
            array[...] = 99.0
    assert plain(found) == right


def methods() -> Iterator[str]:
    """Of the public classes that are no base of others, and of results."""
    for name, each in offered().items():
        if inspect.isclass(each) and name not in registry.NO_ENTRANCE:
            functions = {part for kind in each.__mro__ for part in vars(kind) if kind.__module__.startswith("theory.")}
            for part in functions - registry.FOR_SOLVERS:
                public = part == "__call__" or not part.startswith("_")
                if public and inspect.isfunction(getattr(each, part)) and name != "Domain":
                    yield f"{name}.{part}"


def test_every_public_callable_is_here() -> None:
    covered = {entrance.covers for entrance in ENTRANCES}
    missing = set(offered()) - covered - set(registry.MADE_BY) - set(registry.NO_ENTRANCE)
    assert not missing, f"{sorted(missing)}: add a valid call of each to entrances.py"
    assert not set(methods()) - {entrance.name.partition("(")[0] for entrance in ENTRANCES}
    makers = {entrance.name: entrance for entrance in ENTRANCES}
    for name, maker in registry.MADE_BY.items():
        found = makers[maker]()
        assert type(found[0] if isinstance(found, list) else found).__name__ == name
