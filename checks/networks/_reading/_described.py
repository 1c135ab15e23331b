"""Weights in a safetensors file, with a description of what is done with them, as a programme."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from checks.networks._reading._program import Call, Program, Ref
from checks.networks._reading._trace import SAMPLES

KEY = "manyfaces.graph"
"""Of the description among the file's metadata; it may stand beside the file as well, in one that ends with .json."""

_OVERLOADS = {
    "add": "Tensor",
    "sub": "Tensor",
    "mul": "Tensor",
    "div": "Tensor",
    "softmax": "int",
    "log_softmax": "int",
    "flatten": "using_ints",
    "unflatten": "int",
    "transpose": "int",
    "mean": "dim",
    "sum": "dim_IntList",
    "max": "dim",
    "min": "dim",
    "squeeze": "dim",
    "conv_transpose2d": "input",
    "split": "Tensor",
    "slice": "Tensor",
    "select": "int",
    "pow": "Tensor_Scalar",
}
"""Of torch's operators of several forms, the one that is meant; of others it is "default"."""

_USUAL: dict[str, dict[str, Any]] = {
    "batch_norm": {"training": False, "momentum": 0.0, "eps": 1e-5, "cudnn_enabled": False},
    "flatten": {"start_dim": 1},
}
"""What need not be written, beyond torch's own defaults: modules have these."""


def read_described(path: Path, metadata: dict[str, str], tensors: dict[str, Any]) -> Program:
    """The programme that the description gives.

    Raises:
        ValueError: no description, or one of another form, named by its place.
    """
    beside = path.with_suffix(".json")
    if KEY not in metadata and not beside.exists():
        raise ValueError(
            f"{path.name} holds tensors, and nothing says what is done with them: describe it in {beside.name} or in "
            f"the file's metadata under {KEY!r}, as docs/reading.md shows"
        )
    try:
        text = json.loads(metadata[KEY] if KEY in metadata else beside.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"the description of {path.name} is no JSON: {error}") from error
    shape = text.get("input_shape") if isinstance(text, dict) else None
    if not isinstance(shape, list) or not all(isinstance(n, int) and n > 0 for n in shape):
        raise ValueError('the description needs "input_shape", the sizes of one sample, such as [1, 28, 28]')
    layers = text.get("layers")
    if not isinstance(layers, list) or not all(isinstance(layer, dict) for layer in layers):
        raise ValueError('the description needs "layers", a list of objects such as {"op": "relu"}')
    names, calls, last = {"input": "input"}, [], "input"
    for i, layer in enumerate(layers):
        made = _layer(i, layer, last, names, tensors)
        calls += made
        last = names[str(layer.get("name", f"layers[{i}]"))] = made[-1].outputs[0]
    return Program(
        "input", tuple(shape), SAMPLES, dict(tensors), {n: n for n in tensors}, tuple(calls), last, trusted=False
    )


def _layer(i: int, layer: dict[str, Any], last: str, names: dict[str, str], tensors: dict[str, Any]) -> list[Call]:
    where, op = f"layers[{i}]", layer.get("op")
    if not isinstance(op, str) or not op.isidentifier():
        raise ValueError(f'{where} needs "op", the name of an operator of torch such as "linear"')
    given = layer.get("of", [])
    unknown = [n for n in ([given] if isinstance(given, str) else given) if n not in names]
    if unknown:
        raise ValueError(f'{where} is "of" {unknown[0]!r}, which no layer before it is named')
    inputs = [Ref(names[n]) for n in ([given] if isinstance(given, str) else given)] or [Ref(last)]
    rest = {key: value for key, value in layer.items() if key not in ("op", "of", "name")}
    path = str(layer.get("name", where))
    if op == "groupsort":
        return _groupsort(where, inputs[0], rest, path)
    arguments = _USUAL.get(op, {}) | rest
    args, kwargs = _bound(where, op, inputs, arguments, tensors)
    target = f"aten.{op}.{_OVERLOADS.get(op, 'default')}"
    return [Call(target, tuple(args), kwargs, (f"{where}, done",), path, op)]


def _bound(
    where: str, op: str, inputs: list[Ref], given: dict[str, Any], tensors: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """Arguments in torch's order, with its defaults."""
    import torch

    packet = getattr(torch.ops.aten, op, None)
    overload = getattr(packet, _OVERLOADS.get(op, "default"), None)
    if overload is None:
        raise ValueError(f'{where}: "{op}" is no operator of torch {torch.__version__}')
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    waiting, left = list(inputs), dict(given)
    for argument in overload._schema.arguments:  # noqa: SLF001  (where torch says what it takes)
        kind, name = str(argument.type), argument.name
        value: Any = argument.default_value
        if name in left:
            value = left.pop(name)
            if "Tensor" in kind and isinstance(value, str):
                if value not in tensors:
                    raise ValueError(f"{where}: the file has no tensor {value!r}; it has {', '.join(tensors)}")
                value = Ref(value)
        elif kind == "List[Tensor]" and waiting:
            value, waiting = list(waiting), []
        elif kind == "Tensor" and waiting:
            value = waiting.pop(0)
        elif not argument.has_default_value():
            raise ValueError(f'{where}: "{op}" needs "{name}"')
        if argument.kwarg_only:
            kwargs[name] = value
        else:
            args.append(value)
    if left or waiting:
        raise ValueError(f'{where}: "{op}" does not take {sorted(left) or "so many inputs"}')
    return args, kwargs


def _groupsort(where: str, x: Ref, given: dict[str, Any], path: str) -> list[Call]:
    """Entries along the first axis of a sample in groups of neighbours, each in ascending order."""
    size = given.get("size", 2)
    if set(given) - {"size"} or not isinstance(size, int) or size < 1:
        raise ValueError(f'{where}: "groupsort" takes "size", how many neighbours are sorted')
    names = [f"{where}, {step}" for step in ("cut", "both", "sorted", "done")]
    return [
        Call("aten.unflatten.int", (x, 1, [-1, size]), {}, (names[0],), path, "groupsort"),
        Call("aten.sort.default", (Ref(names[0]), 2), {}, (names[1],), path, "groupsort"),
        Call("getitem", (Ref(names[1]), 0), {}, (names[2],), path, "groupsort"),
        Call("aten.flatten.using_ints", (Ref(names[2]), 1, 2), {}, (names[3],), path, "groupsort"),
    ]
