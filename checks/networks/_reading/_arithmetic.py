"""Sums, differences and products with constants, and the squares and roots that make Euclidean norms."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

from checks.networks._reading._axes import beside, plain
from checks.networks._reading._builder import Builder, Handler, Value
from checks.networks._reading._errors import Unreadable
from checks.networks._reading._program import Call
from checks.networks._reading._run import exactly
from checks.networks.graph import Activation, Centre, Gather, Mean, Norm, Scaling, Sum


def _spread(builder: Builder, value: Value, other: Any) -> int:
    """The node in the shape that torch broadcasts it to beside another operand."""
    import torch

    shape = torch.broadcast_shapes(value.tensor.shape, getattr(getattr(other, "tensor", other), "shape", ()))
    node = plain(value)
    if shape == value.tensor.shape:
        return node
    if len(shape) != value.tensor.ndim or shape[0] != value.tensor.shape[0]:
        raise Unreadable(f"it stretches an array of shape {tuple(value.tensor.shape)} to {tuple(shape)}")
    inner = builder.shape(node)
    return builder.gather(node, np.broadcast_to(builder.places(node), shape[len(shape) - len(inner) :]))


def _added(builder: Builder, a: Any, b: Any, left: float, right: float) -> Any:
    """left a + right b."""
    if isinstance(a, Value) and isinstance(b, Value):
        if a.squares and b.squares:
            return _squares_added(builder, a, b, left, right)
        nodes = _spread(builder, a, b), _spread(builder, b, a)
        centred = _centred(builder, *nodes) if (left, right) == (1.0, -1.0) else None
        return builder.add(Sum((left, right)), *nodes) if centred is None else centred
    value, constant = (a, b) if isinstance(a, Value) else (b, a)
    factor, share = (left, right) if isinstance(a, Value) else (right, left)
    if value.squares:
        offset = exactly(constant, "what is added")
        if factor != 1 or offset.ndim or value.squares[1] + share * offset < 0 or value.signs:
            raise Unreadable("it takes something from sums of squares: only their roots have a Lipschitz constant")
        return Value(None, value.node, (value.squares[0], float(value.squares[1] + share * offset)))
    node = _spread(builder, value, constant)
    return builder.add(Scaling(factor, share * beside(builder, value, constant, "what is added")), node)


def _squares_added(builder: Builder, a: Value, b: Value, left: float, right: float) -> Value:
    (factor, offset), (other, more) = a.squares or (0.0, 0.0), b.squares or (0.0, 0.0)
    if min(left * factor, right * other) <= 0 or a.tensor.shape != b.tensor.shape or a.signs or b.signs:
        raise Unreadable("it subtracts squares, or stretches them: only roots of plain sums of squares are read")
    shape, second = builder.shape(a.node), builder.shape(b.node)
    scaled = builder.add(Scaling(sqrt(right * other / (left * factor)), 0.0), b.node)
    joined = builder.join([a.node, scaled])
    places = builder.places(joined)
    size = int(np.prod(shape))
    apart = [places[:size].reshape(shape), places[size:].reshape(second)]
    return Value(
        None, builder.gather(joined, np.concatenate(apart, axis=-1)), (left * factor, left * offset + right * more)
    )


def _centred(builder: Builder, whole: int, stretched: int) -> int | None:
    """x less its own mean, where the second is that: an orthogonal projection."""
    spread = builder.nodes[stretched]
    mean = builder.nodes[spread.inputs[0]] if isinstance(spread.operation, Gather) else None
    if mean is None or not isinstance(mean.operation, Mean):
        return None
    grouped = mean.inputs[0]
    indices, rows = spread.operation.indices.ravel(), builder.places(grouped)  # type: ignore[union-attr]
    source, places = builder.nodes[grouped], rows
    if isinstance(source.operation, Gather) and grouped != whole:
        grouped_from, places = source.inputs[0], source.operation.indices
    else:
        grouped_from = grouped
    if grouped_from != whole or places.size != indices.size or set(places.ravel()) != set(range(places.size)):
        return None
    row_of = np.empty(places.size, dtype=np.intp)
    row_of[places.ravel()] = np.repeat(np.arange(places.size // places.shape[-1]), places.shape[-1])
    if (row_of != indices).any():
        return None
    centred = builder.add(Centre(), grouped)
    back = np.argsort(places.ravel()).reshape(builder.shape(whole))
    return builder.gather(centred, back)


def _add(builder: Builder, call: Call, a: Any, b: Any, *, alpha: float = 1.0) -> Any:
    return _added(builder, a, b, 1.0, float(alpha))


def _sub(builder: Builder, call: Call, a: Any, b: Any, *, alpha: float = 1.0) -> Any:
    return _added(builder, a, b, 1.0, -float(alpha))


def _rsub(builder: Builder, call: Call, a: Any, b: Any, alpha: float = 1.0) -> Any:
    return _added(builder, b, a, 1.0, -float(alpha))


def _mul(builder: Builder, call: Call, a: Any, b: Any) -> Any:
    if isinstance(a, Value) and isinstance(b, Value):
        if a.node == b.node and a.squares and a.squares == b.squares and a.signs != b.signs:
            return Value(None, a.node, a.squares)  # the sign of what is not negative, times it
        if a.node == b.node and not (a.squares or b.squares):
            return _square(builder, call, a)
        raise Unreadable(
            "it multiplies two arrays that depend on the input: in general that is Lipschitz on bounded sets alone"
        )
    value, constant = (a, b) if isinstance(a, Value) else (b, a)
    return _scaled(builder, value, constant, inverse=False)


def _div(builder: Builder, call: Call, a: Any, b: Any, *, rounding_mode: Any = None) -> Any:
    if rounding_mode is not None:
        raise Unreadable("it rounds, and jumps")
    if isinstance(b, Value):
        softsign = _softsign(builder, a, b)
        if softsign is None:
            raise Unreadable("it divides by an array that depends on the input: no rule here bounds how steep that is")
        return softsign
    if (exactly(b, "its divisor") == 0).any():
        raise Unreadable("it divides by 0")
    return _scaled(builder, a, b, inverse=True)


def _scaled(builder: Builder, value: Value, constant: Any, inverse: bool) -> Any:
    if value.squares:
        factor = exactly(constant, "a factor")
        if factor.size != 1 or not factor.ravel()[0] > 0 or value.signs:
            raise Unreadable("it scales squares by other than one positive number")
        by = 1 / float(factor.ravel()[0]) if inverse else float(factor.ravel()[0])
        return Value(None, value.node, (value.squares[0] * by, value.squares[1] * by))
    factors = beside(builder, value, constant, "a factor")
    with np.errstate(over="ignore"):
        return builder.add(Scaling(1 / factors if inverse else factors, 0.0), _spread(builder, value, constant))


def _softsign(builder: Builder, a: Any, b: Value) -> int | None:
    """x / (|x| + 1), where that is what is divided by."""
    below = builder.nodes[b.node]
    if not isinstance(a, Value) or not isinstance(below.operation, Scaling):
        return None
    inner = builder.nodes[below.inputs[0]]
    plus_one = (below.operation.scale == 1).all() and (below.operation.shift == 1).all()
    same = inner.operation == Activation("abs") and inner.inputs[0] == a.node
    return builder.add(Activation("softsign"), a.node) if plus_one and same and not a.squares else None


def _square(builder: Builder, call: Call, x: Any) -> Value:
    node = plain(x)
    return Value(None, builder.reshape(node, (*builder.shape(node), 1)), (1.0, 0.0))


def _root(builder: Builder, call: Call, x: Any) -> int:
    if not x.squares or x.signs:
        raise Unreadable("it has no Lipschitz constant: only roots of sums of squares do")
    factor, offset = x.squares
    return builder.add(Scaling(sqrt(factor), 0.0), builder.add(Norm(offset / factor), x.node))


def _pow(builder: Builder, call: Call, x: Any, exponent: Any) -> Any:
    if not isinstance(x, Value):
        raise Unreadable("it has no Lipschitz constant")
    if exponent == 1:
        return Value(None, x.node, x.squares, x.signs)
    if exponent not in (2, 0.5):
        raise Unreadable(f"powers of {exponent} have no Lipschitz constant")
    return _square(builder, call, x) if exponent == 2 else _root(builder, call, x)


HANDLERS: dict[str, Handler] = {
    "add": _add,
    "sub": _sub,
    "subtract": _sub,
    "rsub": _rsub,
    "mul": _mul,
    "multiply": _mul,
    "div": _div,
    "divide": _div,
    "true_divide": _div,
    "neg": lambda builder, call, x: builder.add(Scaling(-1.0, 0.0), plain(x)),
    "square": _square,
    "pow": _pow,
    "sqrt": _root,
}
