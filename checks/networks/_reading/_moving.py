"""Operators that only move entries: torch moves numbered entries, and where each went is what is read."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from checks.networks._reading._axes import plain
from checks.networks._reading._builder import Builder, Handler, Padded, Value
from checks.networks._reading._errors import Unreadable
from checks.networks._reading._program import Call
from checks.networks._reading._run import exactly, operator
from checks.networks.graph import MODES, Scaling


def _move(builder: Builder, call: Call, *args: Any, **kwargs: Any) -> Any:
    """Run on numbered entries: number 1 + s T + k is entry k of sample s, of T; 0 is what was filled in."""
    import torch

    values = list(_values((args, kwargs)))
    batch = len(builder.values[0])
    widths = [value.squares and builder.shape(value.node)[-1] for value in values]
    if any(widths) and len(values) > 1:
        raise Unreadable("it joins squares of entries: only roots of sums of them have a Lipschitz constant")
    wide = widths[0] or 1
    counts = [prod(builder.shape(value.node)) // wide for value in values]
    starts, whole = np.cumsum([0, *counts]), sum(counts)
    if batch * whole >= 2**53:
        raise Unreadable("it has more entries than float64 can number")

    def numbered(value: Any, place: list[int]) -> Any:
        if isinstance(value, Value):
            first = 1 + int(starts[place[0]]) + whole * np.arange(batch, dtype=np.float64)[:, None]
            numbers = first + np.arange(counts[place[0]])
            place[0] += 1
            return torch.from_numpy(numbers.reshape(value.tensor.shape))
        if isinstance(value, torch.Tensor):
            return torch.zeros(value.shape, dtype=torch.float64) if value.is_floating_point() else value
        return type(value)(numbered(v, place) for v in value) if isinstance(value, list | tuple) else value

    place = [0]
    filled = _filled(call, args, kwargs)
    if call.name in ("pad", "constant_pad_nd"):  # with 0, whatever the value
        args, kwargs = args[: 3 if call.name == "pad" else 2], {k: v for k, v in kwargs.items() if k != "value"}
    moved = operator(call, trusted=True)(*numbered(args, place), **{k: numbered(v, place) for k, v in kwargs.items()})
    outputs = moved if isinstance(moved, list | tuple) else [moved]
    built = tuple(_read(builder, values, output, whole, filled) for output in outputs)
    return built if isinstance(moved, list | tuple) else built[0]


def _read(builder: Builder, values: list[Value], output: Any, whole: int, filled: Any) -> Any:
    batch = len(builder.values[0])
    if not output.ndim or output.shape[0] % batch:
        raise Unreadable("it mixes the samples of a batch, or moves their axis: only what treats each alone is read")
    numbers = output.numpy().astype(np.int64).reshape(batch, -1) - 1
    samples, places = np.divmod(numbers, whole)
    given = numbers >= 0
    if (samples != np.arange(batch)[:, None])[given].any() or (
        np.where(given, places, -1) != _first(places, given)
    ).any():
        raise Unreadable("it mixes the samples of a batch, or treats them differently")
    places = _first(places, given)
    shape = tuple(output.shape[1:]) if output.shape[0] == batch else (output.shape[0] // batch, *output.shape[1:])
    if values[0].squares:
        wide = builder.shape(values[0].node)[-1]
        apart = np.where(places[:, None] < 0, -1, places[:, None] * wide + np.arange(wide))
        return Value(None, builder.gather(values[0].node, apart.reshape(*shape, wide)), values[0].squares)
    node = _gathered(builder, values, places)
    node = builder.reshape(node, shape)
    if filled is not None and (places < 0).any():
        node = builder.add(Scaling(1.0, np.where(places < 0, filled(places.shape), 0.0).reshape(shape)), node)
    return node


def _gathered(builder: Builder, values: list[Value], places: Any) -> int:
    """Entries of several values by their places in all of them, from those alone that any is taken of."""
    starts = np.cumsum([0, *(prod(builder.shape(value.node)) for value in values)])
    source = np.where(places < 0, -1, np.searchsorted(starts, places, side="right") - 1)
    used = [i for i in range(len(values)) if (source == i).any()] or [0]
    nearer = np.cumsum([0, *(prod(builder.shape(values[i].node)) for i in used)])
    for i, start in zip(used, nearer[:-1], strict=True):
        places = np.where(source == i, places - starts[i] + start, places)
    return builder.gather(builder.join([plain(values[i]) for i in used]), places)


def _first(places: Any, given: Any) -> Any:
    return np.where(given[0], places[0], -1)


def _filled(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What stands where no entry of the input does, if it is not 0."""
    if call.name in ("pad", "constant_pad_nd"):
        value = next((v for v in (*args[2:], kwargs.get("value")) if isinstance(v, int | float)), 0.0)
        return (lambda shape: np.full(shape, float(value))) if value else None
    tensors = [t for t in _tensors((args, kwargs)) if t.is_floating_point()]
    if any(exactly(t, "a constant").any() for t in tensors):
        raise Unreadable("it puts numbers other than 0 beside entries of the input: add them after zeros")
    return None


def _values(value: Any) -> Any:
    if isinstance(value, Value):
        yield value
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _values(item)


def _tensors(value: Any) -> Any:
    import torch

    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _tensors(item)


def _pad(builder: Builder, call: Call, x: Any, widths: Any, mode: str = "constant", value: Any = None) -> int:
    node = _move(builder, call, x, widths, mode, value) if mode == "constant" else _move(builder, call, x, widths, mode)
    pairs = [(widths[i], widths[i + 1]) for i in range(0, len(widths), 2)][::-1]
    named = "zeros" if mode == "constant" else mode
    if not x.squares and len(pairs) < x.tensor.ndim - 1 and min(widths) >= 0 and not value and named in MODES:
        builder.padded[node] = Padded(x.node, tuple(pairs), named)
    return int(node)


def _as_it_is(builder: Builder, call: Call, x: Any, *args: Any, **kwargs: Any) -> Any:
    """Of what only changes memory or precision."""
    import torch

    wanted = [a for a in (*args, *kwargs.values()) if isinstance(a, torch.dtype)]
    if not isinstance(x, Value) or any(not dtype.is_floating_point for dtype in wanted):
        raise Unreadable("it rounds the input to whole numbers, or is not of it")
    return Value(None, x.node, x.squares, x.signs)


def _dropout(builder: Builder, call: Call, x: Any, p: float, train: bool) -> Any:
    if train:
        raise Unreadable("it drops entries at random, also in evaluation")
    return _as_it_is(builder, call, x)


_MOVING = [
    "view",
    "reshape",
    "_unsafe_view",
    "flatten",
    "unflatten",
    "squeeze",
    "unsqueeze",
    "permute",
    "transpose",
    "t",
    "mT",
    "numpy_T",
    "movedim",
    "swapdims",
    "swapaxes",
    "moveaxis",
    "slice",
    "select",
    "split",
    "split_with_sizes",
    "tensor_split",
    "chunk",
    "unbind",
    "narrow",
    "cat",
    "concat",
    "concatenate",
    "stack",
    "hstack",
    "vstack",
    "flip",
    "roll",
    "rot90",
    "expand",
    "expand_as",
    "view_as",
    "repeat",
    "tile",
    "pixel_shuffle",
    "pixel_unshuffle",
    "channel_shuffle",
    "constant_pad_nd",
    "reflection_pad1d",
    "reflection_pad2d",
    "replication_pad1d",
    "replication_pad2d",
    "index_select",
    "diagonal",
    "unfold",
    "im2col",
    "index",
    "upsample_nearest1d",
    "upsample_nearest2d",
]

_UNCHANGED = [
    "clone",
    "contiguous",
    "detach",
    "alias",
    "to",
    "_to_copy",
    "lift_fresh_copy",
    "type_as",
]

_COPIES = {"clone", "_to_copy", "cat", "stack"}
MAY_SHARE = {*_MOVING, *_UNCHANGED, "pad", "dropout", "feature_dropout", "alpha_dropout"} - _COPIES
"""Whose result may be in the memory of what goes in, so that overwriting one may overwrite the other."""

HANDLERS: dict[str, Handler] = (
    dict.fromkeys(_MOVING, _move)
    | dict.fromkeys(_UNCHANGED, _as_it_is)
    | {"pad": _pad, "dropout": _dropout, "feature_dropout": _dropout, "alpha_dropout": _dropout}
)
