"""A programme of torch's operators, run in float64 by torch and, call by call, built as a graph that must agree."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from checks.arrays import Floats
from checks.networks._reading import _arithmetic, _layers, _moving, _pointwise, _pooling
from checks.networks._reading._builder import Builder, Handler, Value
from checks.networks._reading._errors import Unreadable
from checks.networks._reading._householder import TARGET, by_torch, reflected, with_reflections
from checks.networks._reading._moving import MAY_SHARE
from checks.networks._reading._program import Call, Program, replaced
from checks.networks._reading._run import operator, run
from checks.networks.graph import Graph

HANDLERS: dict[str, Handler] = (
    _arithmetic.HANDLERS | _layers.HANDLERS | _moving.HANDLERS | _pointwise.HANDLERS | _pooling.HANDLERS
)
"""What builds the nodes of an operator, by its name without overload. Each is handed the builder, the call, and torch's
arguments, with a `Value` for what depends on the input and a tensor for what does not; it returns a node, a `Value`, or
several of them."""


def translate(program: Program, x: Floats) -> Graph:
    """The graph of a programme.

    Args:
        program: of one input of real numbers.
        x: the points (batch, *shape) at which each call is compared with torch's own values: what torch makes of them
            goes into the next call, so that no error builds up.

    Raises:
        ValueError: an operator that is not known, or known to have no Lipschitz constant; numbers that are not finite;
            operators that mix samples; values that differ from torch's.
    """
    return _Translation(with_reflections(program), x).graph()


class _Translation:
    def __init__(self, program: Program, x: Floats) -> None:
        import torch

        for name, title in program.titles.items():
            tensor = program.constants[name]
            if tensor.is_floating_point() and not tensor.isfinite().all():
                raise ValueError(f"{title or name} holds NaN or infinity: training diverged, or the file is damaged")
        self.program, self.builder = program, Builder(x)
        self.known: dict[str, Any] = {name: t.detach().clone() for name, t in program.constants.items()}
        self.known[program.source] = Value(torch.from_numpy(x.copy()), 0, memory=object())
        self.stale: dict[str, str] = {}

    def graph(self) -> Graph:
        import torch

        with torch.no_grad():
            for call in self.program.calls:
                self.builder.path = call.path
                try:
                    self._take(call)
                except Unreadable as error:
                    raise ValueError(f"{call}: {error}") from error
                except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
                    raise ValueError(f"{call}, with arguments that do not fit: {error}") from error
        if not self.program.result:
            raise ValueError("the model does not return one tensor: wrap it in a module that returns the one you mean")
        try:
            result = self._look_up(self.program.result)
        except Unreadable as error:
            raise ValueError(f"what the model returns: {error}") from error
        if not isinstance(result, Value) or result.squares:
            raise ValueError("what the model returns does not depend on its input, or is a square: no Lipschitz map")
        if result.tensor.shape[0] != self.program.batch:
            raise ValueError(f"the model returns {tuple(result.tensor.shape)}: give the samples an axis, the first")
        return self.builder.graph(result.node)

    def _look_up(self, name: str) -> Any:
        if name in self.stale:
            raise Unreadable(f"{name} is used after {self.stale[name]} has overwritten it: do without inplace there")
        if name not in self.known:
            raise Unreadable(f"nothing before it is named {name}")
        return self.known[name]

    def _take(self, call: Call) -> None:
        if not self.program.trusted and call.target.split(".")[0] not in _OF_FILES:
            raise Unreadable("only torch's own operators are run from a file")
        if call.name in _IDLE:
            return
        if call.name == "_enter_autocast":
            raise Unreadable("it rounds weights, too, which the trace does not show: convert the model by .to(dtype)")
        if call.target == TARGET:
            self._reflect(call)
            return
        args, kwargs = replaced(call.args, self._look_up), replaced(call.kwargs, self._look_up)
        if call.name == "getitem":
            self._name(call.outputs, args[0][args[1]])
        elif call.name == "sym_size":
            self._name(call.outputs, _size(args[0], args[1]))
        elif any(isinstance(value, Value) for value in _leaves((args, kwargs))):
            self._data(call, args, kwargs)
        else:
            self._name(call.outputs, operator(call, self.program.trusted)(*args, **kwargs))

    def _reflect(self, call: Call) -> None:
        whole, angles, dim, calls = call.args
        x = self._look_up(whole.name)
        node = reflected(self.builder, x, self._look_up(angles.name), dim)
        theirs = by_torch(calls, self._look_up, self.program.trusted)
        self._name(call.outputs, self._checked(Value(theirs, node, memory=object())))

    def _name(self, names: tuple[str, ...], result: Any) -> None:
        if len(names) == 1:
            self.known[names[0]] = result
        else:
            self.known.update(zip(names, result, strict=False))

    def _data(self, call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        name = call.name
        in_place = name.endswith("_") and not name.endswith("__")
        handler = HANDLERS.get(name.rstrip("_") if in_place else name)
        if handler is None:
            raise Unreadable(_unknown(name))
        if in_place and not isinstance(args[0], Value):
            raise Unreadable(
                "it writes what depends on the input into a tensor that does not: do without inplace there"
            )
        built = handler(self.builder, call, *args, **kwargs)
        tensors = run(call, args, kwargs, self.program.trusted)
        [owner, *others] = {id(v): v for v in _leaves((args, kwargs)) if isinstance(v, Value)}.values()
        shares = in_place or (name in MAY_SHARE and not others)
        results = self._results(built, tensors, owner.memory if shares else object())
        if in_place:
            self._overwrite(call, args[0], results)
        self._name(call.outputs, results)

    def _results(self, built: Any, tensors: Any, memory: object) -> Any:
        if isinstance(built, tuple):
            return tuple(self._results(b, t, memory) for b, t in zip(built, tensors, strict=True))
        if built is None:  # positions of a maximum, or of a sorted entry: of no use to a Lipschitz map
            return None
        value = built if isinstance(built, Value) else Value(None, built)
        return self._checked(Value(tensors, value.node, value.squares, value.signs, memory))

    def _checked(self, value: Value) -> Value:
        """The value, of torch's shape, if torch's numbers are as close as both roundings allow."""
        batch, shape = self.program.batch, tuple(value.tensor.shape)
        if not shape or shape[0] % batch:
            raise Unreadable(
                "it mixes the samples of a batch, or drops their axis: only what treats each alone is read"
            )
        inner = shape[1:] if shape[0] == batch else (shape[0] // batch, *shape[1:])
        builder, node = self.builder, value.node
        if value.squares:
            node = builder.reshape(node, (*inner, builder.shape(node)[-1]))
            return replace(value, node=node)
        node = builder.reshape(node, inner)
        ours, error = builder.values[node], builder.errors[node]
        theirs = value.tensor.numpy().reshape(ours.shape)
        with np.errstate(invalid="ignore"):
            off = np.abs(theirs - ours)
        wrong = ~(off <= 2 * error) & np.isfinite(error)  # either is within the bound of the true value
        if wrong.any():
            raise Unreadable(f"read as something else: values differ by {off[wrong].max():.3g} from torch's")
        builder.take(node, theirs)
        return replace(value, node=node)

    def _overwrite(self, call: Call, target: Value, result: Value) -> None:
        """Names of the array that is overwritten mean the result from now on; what may share its memory cannot be
        followed."""
        for name, value in list(self.known.items()):
            if value is target:
                self.known[name] = result
            elif isinstance(value, Value) and value.memory is target.memory:
                self.stale[name] = str(call)


_IDLE = ("_assert_tensor_metadata", "_assert_scalar", "_set_grad_enabled")
"""What a trace says of its own tensors, or of gradients."""

_OF_FILES = ("aten", "_operator", "getitem", TARGET.split(".", maxsplit=1)[0])


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    return [leaf for item in value for leaf in _leaves(item)] if isinstance(value, list | tuple) else [value]


def _size(value: Any, axis: int) -> int:
    return int((value.tensor if isinstance(value, Value) else value).shape[axis])


_SPREAD = (
    "it divides by the spread of its input: near constant inputs its slope is 1 / sqrt(eps), and no rule here says less"
)
_GATED = "its gates multiply arrays that depend on the input, which is Lipschitz on bounded sets alone"
_WHY_NOT = {
    "layer_norm": _SPREAD,
    "group_norm": _SPREAD,
    "instance_norm": _SPREAD,
    "scaled_dot_product_attention": "attention has no Lipschitz constant on all inputs",
    "exp": "it has no Lipschitz constant",
    "reciprocal": "it has no Lipschitz constant",
    "sign": "it jumps",
    "round": "it jumps",
    "floor": "it jumps",
    "lstm": _GATED,
    "gru": _GATED,
    "embedding": "its inputs are indices: hand on what it returns as the input",
}


def _unknown(name: str) -> str:
    if name in _WHY_NOT:
        return _WHY_NOT[name]
    return f"{name} is not among the operators that are read; docs/reading.md lists them, and what may stand for others"
