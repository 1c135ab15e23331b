"""A model as a list of calls of torch's operators, whatever it was read from. Nothing here imports torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ref:
    """A value of the programme, by its name."""

    name: str


@dataclass(frozen=True)
class Call:
    """One operator applied.

    Attributes:
        target: such as "aten.linear.default".
        args, kwargs: with a `Ref` for each value of the programme, inside lists too.
        outputs: the names of what comes out, one for each that is not the only one.
        path, kind: of the module that calls it, such as "features.0" and "Linear"; both "" where there is none.
    """

    target: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    outputs: tuple[str, ...]
    path: str = ""
    kind: str = ""

    @property
    def name(self) -> str:
        """The operator without its namespace and overload: "linear"."""
        return self.target.split(".")[-2] if self.target.count(".") >= 2 else self.target

    def __str__(self) -> str:
        where = f"module {self.path!r} ({self.kind})" if self.path else f"the model itself ({self.kind or 'forward'})"
        return f"{where} calls {self.target}"


@dataclass(frozen=True)
class Program:
    """A model of one input.

    Attributes:
        source: the input's name.
        shape: of one sample.
        batch: how many samples the calls are written for.
        constants: tensors by the names that calls have for them.
        titles: the names that the model has for those: "features.0.weight".
        calls: in order.
        result: the name of what comes out; "" for several tensors, or none.
        trusted: whether the caller's own code wrote it, and not a file.
    """

    source: str
    shape: tuple[int, ...]
    batch: int
    constants: dict[str, Any]
    titles: dict[str, str]
    calls: tuple[Call, ...]
    result: str
    trusted: bool = True


def refs(value: Any) -> Iterator[str]:
    """The names of the values in an argument."""
    if isinstance(value, Ref):
        yield value.name
    elif isinstance(value, list | tuple):
        for item in value:
            yield from refs(item)
    elif isinstance(value, dict):
        yield from refs(list(value.values()))


def replaced(value: Any, by: Callable[[str], Any]) -> Any:
    """The argument with what stands for each name in its place."""
    if isinstance(value, Ref):
        return by(value.name)
    if isinstance(value, list | tuple):
        return type(value)(replaced(item, by) for item in value)
    if isinstance(value, dict):
        return {key: replaced(item, by) for key, item in value.items()}
    return value
