"""Householder activations, whose parts jump: they are known by the class of their module, and their values are
compared with torch's like all others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from typing import Any

import numpy as np

from checks.networks._reading._axes import axis, plain
from checks.networks._reading._builder import Builder
from checks.networks._reading._errors import Unreadable
from checks.networks._reading._program import Call, Program, Ref, refs, replaced
from checks.networks._reading._run import exactly, in_float64, operator
from checks.networks.graph import Householder

_KIND = "HouseHolder"  # so in deel-torchlip and in orthogonium

TARGET = "manyfaces.reflections.pairs"
"""Of the call that stands for all of them: of the array, its angles, the axis, and the calls."""


def with_reflections(program: Program) -> Program:
    """The programme with one call in the place of those by which such a module reflects pairs: halves x and y of the
    channels, which it splits, and puts together again by one `cat`."""
    calls: list[Call] = []
    for (path, kind), group in groupby(program.calls, key=lambda call: (call.path, call.kind)):
        block = list(group)
        calls.extend(_replaced(program, path, block) if kind == _KIND else block)
    return replace(program, calls=tuple(calls))


def _replaced(program: Program, path: str, block: list[Call]) -> list[Call]:
    cut = next((i for i, call in enumerate(block) if call.name == "split"), None)
    end = next((i for i, call in enumerate(block) if call.name == "cat"), None)
    angles = [name for call in block for name in refs((call.args, call.kwargs)) if name in program.constants]
    if cut is None or end is None or not angles:
        return block
    whole, dim = block[cut].args[0], block[cut].args[2] if len(block[cut].args) > 2 else 0
    parts = tuple(block[: end + 1])
    call = Call(TARGET, (whole, Ref(angles[0]), dim, parts), {}, block[end].outputs, path, _KIND)
    return [call, *block[end + 1 :]]


def reflected(builder: Builder, x: Any, angles: Any, dim: int) -> int:
    """The node of the reflections of (x, y), where x and y are the halves of an axis."""
    node, place = plain(x), axis(builder, x, dim)
    shape = builder.shape(node)
    across = [-1 if i == place else 1 for i in range(len(shape))]
    theta = exactly(angles, "its angles").reshape(across)
    if theta.size not in (1, shape[place] // 2) or shape[place] % 2:
        raise Unreadable(f"it has {theta.size} angles for {shape[place]} channels: give one for each pair")
    halves = np.stack(np.split(builder.places(node), 2, axis=place), axis=-1)
    pairs = builder.add(Householder(theta), builder.gather(node, halves))
    places = builder.places(pairs)
    return builder.gather(pairs, np.concatenate([places[..., 0], places[..., 1]], axis=place))


def by_torch(calls: tuple[Call, ...], known: Callable[[str], Any], trusted: bool) -> Any:
    """What torch's own calls make of it in float64."""
    inner: dict[str, Any] = {}
    for call in calls:
        args, kwargs = (
            replaced(given, lambda name: inner[name] if name in inner else known(name))
            for given in (call.args, call.kwargs)
        )
        if call.name == "getitem":
            inner[call.outputs[0]] = args[0][args[1]]
        else:
            found = operator(call, trusted)(*in_float64(args), **in_float64(kwargs))
            inner.update(
                [(call.outputs[0], found)] if len(call.outputs) == 1 else zip(call.outputs, found, strict=True)
            )
    return inner[calls[-1].outputs[0]]
