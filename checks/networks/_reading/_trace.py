"""A module of torch as a programme: traced once, in evaluation, on a copy of it."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from checks.networks._reading._program import Call, Program, Ref

SAMPLES = 3
"""Of a batch where no example gives its size."""


def evaluating_copy(module: Any) -> Any:
    """A copy in evaluation mode, on the CPU, whose parametrised tensors are plain; the caller's module stays as it is.

    Parametrisations give each tensor once, in the module's own precision.

    Raises:
        ValueError: it is scripted, quantised, not yet initialised or without numbers, or cannot be copied.
    """
    import torch
    from torch.nn.utils import parametrize

    for name, part in module.named_modules():
        _refuse(f"module {name!r}" if name else "module", part)
    # Old-style hooks keep computed tensors as attributes, which torch does not copy.
    computed = (t for part in module.modules() for t in vars(part).values() if isinstance(t, torch.Tensor))
    memo: dict[int, Any] = {id(t): t.detach().clone() for t in computed if not t.is_leaf}
    try:
        twin = copy.deepcopy(module, memo)
    except Exception as error:
        raise ValueError(f"module could not be copied ({error}): remove what copy.deepcopy refuses") from error
    twin = twin.cpu().eval()
    with torch.no_grad():
        for part in twin.modules():
            if parametrize.is_parametrized(part):
                _settle(part)
    for parameter in twin.parameters():
        parameter.requires_grad_(False)
    return twin


def _refuse(said: str, part: Any) -> None:
    import torch

    if isinstance(part, torch.jit.ScriptModule):
        raise ValueError(f"{said} is scripted: give the model that it was made from")
    if "quantized" in type(part).__module__:
        raise ValueError(f"{said} ({type(part).__name__}) is quantised: give the model before that")
    for name, tensor in (*part.named_parameters(recurse=False), *part.named_buffers(recurse=False)):
        if torch.nn.parameter.is_lazy(tensor):
            raise ValueError(f"{said} has no {name} yet: run the model once on a batch")
        if tensor.is_meta:
            raise ValueError(f"{said} has a {name} without numbers, on the meta device: load its weights")
        if tensor.is_complex():
            raise ValueError(f"{said} has a {name} of complex numbers: only real ones are read")


def _settle(part: Any) -> None:
    """Make parametrised tensors plain. Torch's own way also takes them from the class, which the original shares."""
    import torch

    settled = {name: getattr(part, name).detach().clone() for name in part.parametrizations}
    part.__class__ = type(part).__bases__[0]
    del part.parametrizations
    for name, tensor in settled.items():
        part.register_parameter(name, torch.nn.Parameter(tensor, requires_grad=False))


def with_plain_leaves(module: Any) -> Any:
    """The module with what its leaves export themselves as in their place, as deel-torchlip's do.

    Some of those decide by how many batches they have seen, and cannot be traced.
    """
    for name, part in list(module.named_children()):
        if callable(getattr(part, "vanilla_export", None)) and not list(part.children()):
            setattr(module, name, part.vanilla_export().eval())
        else:
            with_plain_leaves(part)
    return module


def dtype_of(module: Any) -> Any:
    """That of its first number that is real: what it expects its inputs in."""
    import torch

    numbers = [*module.parameters(), *module.buffers()]
    return next((t.dtype for t in numbers if t.is_floating_point()), torch.get_default_dtype())


def trace(module: Any, x: Any) -> tuple[Program, Any]:
    """The calls that the module makes of a batch x, and the function that makes them again of another such batch.

    Raises:
        ValueError: it decides by the values of its input, or cannot be run.
    """
    import torch
    from torch.fx.experimental.proxy_tensor import make_fx

    with torch.no_grad(), _paths(module), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            traced: Any = make_fx(module.__call__, tracing_mode="real", pre_dispatch=True, _allow_non_fake_inputs=True)(
                x
            )
        except Exception as error:
            raise ValueError(_why(error)) from error
    titles = {id(t): name for name, t in [*module.named_parameters(), *module.named_buffers()]}
    return _programme(traced, x, titles), traced


def _why(error: Exception) -> str:
    text = str(error).split("\n", maxsplit=1)[0]
    if "value out of a tracing tensor" in text:
        return "the model decides by the values of its input or of a tensor: it is no fixed graph of operations"
    return f"the model could not be run on a batch of random inputs of that shape: {text}"


@contextmanager
def _paths(module: Any) -> Iterator[None]:
    """Nodes that are traced meanwhile carry the path and the class of the module that makes them."""
    from torch.fx.experimental.proxy_tensor import get_proxy_mode

    stack: list[tuple[str, str]] = []

    def tag() -> None:
        mode: Any = get_proxy_mode()
        for node in reversed(mode.tracer.graph.nodes if mode is not None else ()):
            if "manyfaces" in node.meta:
                break
            node.meta["manyfaces"] = stack[-1] if stack else ("", "")

    def enter(path: str) -> Any:
        def hook(part: Any, _: Any) -> None:
            tag()
            stack.append((path, type(part).__name__))

        return hook

    def leave(*_: Any) -> None:
        tag()
        stack.pop()

    hooks = []
    for path, part in module.named_modules():
        hooks.append(part.register_forward_pre_hook(enter(path), prepend=True))
        hooks.append(part.register_forward_hook(leave))
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _programme(traced: Any, x: Any, titles: dict[int, str]) -> Program:
    import torch

    constants: dict[str, Any] = {}
    named: dict[str, str] = {}
    calls, source, result = [], "", ""

    def argument(value: Any) -> Any:
        if isinstance(value, torch.fx.Node):
            return Ref(value.name)
        if isinstance(value, list | tuple):
            return type(value)(map(argument, value)) if type(value) in (list, tuple) else list(map(argument, value))
        return {k: argument(v) for k, v in value.items()} if isinstance(value, dict) else value

    for node in traced.graph.nodes:
        path, kind = node.meta.get("manyfaces", ("", ""))
        if node.op == "placeholder":
            source = node.name
        elif node.op == "get_attr":
            tensor = getattr(traced, node.target)
            constants[node.name] = tensor
            named[node.name] = titles.get(id(tensor), path)
        elif node.op == "output":
            result = _single(node.args[0])
        else:
            calls.append(
                Call(_target(node.target), argument(node.args), argument(node.kwargs), (node.name,), path, kind)
            )
    return Program(source, tuple(x.shape[1:]), len(x), constants, named, tuple(calls), result)


def _target(target: Any) -> str:
    return getattr(target, "__name__", str(target)) if not hasattr(target, "_schema") else str(target)


def _single(output: Any) -> str:
    """The name of the one output, which may stand in a tuple of its own; "" for several or none."""
    if isinstance(output, list | tuple) and len(output) == 1:
        output = output[0]
    return str(getattr(output, "name", ""))
