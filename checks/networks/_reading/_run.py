"""Calls of torch's operators: as they are for what depends on parameters alone, in float64 for what does not."""

from __future__ import annotations

from typing import Any

import numpy as np

from checks.arrays import Floats
from checks.networks._reading._builder import Value
from checks.networks._reading._errors import Unreadable
from checks.networks._reading._program import Call

_WITH_STRINGS = {"einsum", "pad", "conv1d", "conv2d", "conv3d", "div", "div_", "gelu"}
"""Operators whose strings are options; one with a string else might name a file."""

_INTEGERS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "floordiv": lambda a, b: a // b,
}


def operator(call: Call, trusted: bool) -> Any:
    """Torch's operator of that name, which may be run on tensors.

    Raises:
        Unreadable: none of that name; one that draws; from a file, one beyond torch's own or with a string to it.
    """
    import torch

    parts = call.target.split(".")
    if parts[0] in ("_operator", "math") and parts[-1] in _INTEGERS:
        return _INTEGERS[parts[-1]]
    if not trusted and (parts[0] != "aten" or (call.name not in _WITH_STRINGS and _strings((call.args, call.kwargs)))):
        raise Unreadable("only torch's own operators on tensors and numbers are run from a file")
    try:
        found: Any = getattr(getattr(torch.ops, parts[0]), parts[1])
        found = getattr(found, parts[2])
    except (AttributeError, IndexError):
        raise Unreadable(f"torch {torch.__version__} has no such operator") from None
    if torch.Tag.nondeterministic_seeded in found.tags and "dropout" not in call.name:
        raise Unreadable("it draws at random, also in evaluation")
    return found


def run(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any], trusted: bool) -> Any:
    """What torch makes of the call in float64, without writing to what it is handed."""
    if call.name in ("to", "_to_copy", "type_as") or "dropout" in call.name:
        return args[0].tensor.clone()
    if call.name.rstrip("_") == "softplus":
        args = (*args[:2], _NEVER) if len(args) > 2 else args
        kwargs = kwargs | {"threshold": _NEVER} if len(args) <= 2 else kwargs
    plain = in_float64(args), in_float64(kwargs)
    found = operator(call, trusted)
    if found._schema.is_mutable:  # noqa: SLF001  (the schema is how torch says so)
        plain = ([plain[0][0].clone(), *plain[0][1:]], plain[1])
    return found(*plain[0], **plain[1])


_NEVER = 700.0
"""From beta x = 20 on, torch's softplus returns x, a jump of 2e-9 / beta: the network is read without it. Here exp is
still finite."""


def exactly(tensor: Any, what: str) -> Floats:
    """A tensor's numbers as float64.

    Raises:
        Unreadable: NaN or infinity, complex numbers.
    """
    import torch

    if not isinstance(tensor, torch.Tensor):
        return np.asarray(tensor, dtype=np.float64)
    if tensor.is_complex() or tensor.is_quantized or tensor.layout != torch.strided:
        raise Unreadable(f"{what} is {tensor.dtype}, {tensor.layout}: only dense real numbers are read")
    values = tensor.double().numpy()
    if not np.isfinite(values).all():
        raise Unreadable(f"{what} holds NaN or infinity")
    return values


def in_float64(value: Any) -> Any:
    """An argument with torch's own tensors for values, and float64 for other floats."""
    import torch

    if isinstance(value, Value):
        return value.tensor
    if isinstance(value, torch.Tensor):
        return value.double() if value.is_floating_point() else value
    if isinstance(value, torch.dtype):
        return torch.float64 if value.is_floating_point else value
    if isinstance(value, list | tuple):
        return type(value)(map(in_float64, value))
    return {k: in_float64(v) for k, v in value.items()} if isinstance(value, dict) else value


def _strings(value: Any) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    return any(map(_strings, value)) if isinstance(value, list | tuple) else isinstance(value, str)
