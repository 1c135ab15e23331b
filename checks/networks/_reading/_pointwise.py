"""Activations, softmax, sorting and what compares two arrays."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

from checks.networks._reading._axes import axis, plain
from checks.networks._reading._builder import Builder, Handler, Value
from checks.networks._reading._errors import Unreadable
from checks.networks._reading._program import Call
from checks.networks._reading._run import exactly
from checks.networks.graph import Activation, LeakyReLU, Scaling, Softmax, Sort

_SELU = (1.6732632423543772, 1.0507009873554805)  # alpha and scale: torch's, of Klambauer et al. 2017

_THRESHOLD = 20.0  # torch's own, where the jump is 2e-9 / beta


def _named(name: str, *parameters: float) -> Handler:
    return lambda builder, call, x: builder.add(Activation(name, parameters), plain(x))


def _on_squares(name: str) -> Handler:
    """Of what leaves sums of squares as they are."""

    def handler(builder: Builder, call: Call, x: Any) -> Any:
        if isinstance(x, Value) and x.squares and not x.signs:
            return Value(None, x.node, x.squares)
        return builder.add(Activation(name), plain(x))

    return handler


def _sign(builder: Builder, call: Call, x: Any) -> Value:
    if not x.squares or x.signs or x.squares[1]:
        raise Unreadable("it jumps")
    return Value(None, x.node, x.squares, signs=True)


def _clamp(builder: Builder, call: Call, x: Any, least: Any = None, most: Any = None, **named: Any) -> int:
    least, most = named.get("min", least), named.get("max", most)
    ends = [-inf if least is None else least, inf if most is None else most]
    if any(np.ndim(exactly(end, "its limit") if not isinstance(end, float | int) else end) for end in ends):
        raise Unreadable("its limits differ from entry to entry")
    return builder.add(Activation("clamp", (float(ends[0]), float(ends[1]))), plain(x))


def _clamp_max(builder: Builder, call: Call, x: Any, most: Any) -> int:
    return _clamp(builder, call, x, None, most)


def _hardtanh(builder: Builder, call: Call, x: Any, min_val: float = -1.0, max_val: float = 1.0) -> int:
    return _clamp(builder, call, x, min_val, max_val)


def _hardsigmoid(builder: Builder, call: Call, x: Any) -> int:
    return builder.add(Activation("clamp", (0.0, 1.0)), builder.add(Scaling(1 / 6, 0.5), plain(x)))


def _leaky(builder: Builder, call: Call, x: Any, negative_slope: float = 0.01) -> int:
    return builder.add(LeakyReLU(negative_slope), plain(x))


def _prelu(builder: Builder, call: Call, x: Any, weight: Any) -> int:
    slopes, node = exactly(weight, "its slope"), plain(x)
    if slopes.size > 1:
        slopes = slopes.reshape(-1, *[1] * (x.tensor.ndim - 2))
    return builder.add(LeakyReLU(slopes.reshape(()) if slopes.size == 1 else slopes), node)


def _gelu(builder: Builder, call: Call, x: Any, approximate: str = "none") -> int:
    return builder.add(Activation("gelu_tanh" if approximate == "tanh" else "gelu"), plain(x))


def _elu(builder: Builder, call: Call, x: Any, alpha: float = 1.0, scale: float = 1.0, input_scale: float = 1.0) -> int:
    return builder.add(Activation("elu", (float(alpha), float(scale), float(input_scale))), plain(x))


def _selu(builder: Builder, call: Call, x: Any) -> int:
    return _elu(builder, call, x, *_SELU)


def _celu(builder: Builder, call: Call, x: Any, alpha: float = 1.0) -> int:
    return _elu(builder, call, x, alpha, 1.0, 1.0 / alpha)


def _softplus(builder: Builder, call: Call, x: Any, beta: float = 1.0, threshold: float = 20.0) -> int:
    if threshold < _THRESHOLD:
        raise Unreadable(f"it jumps to x at beta x = {threshold}: leave the threshold at {_THRESHOLD}, or above")
    return builder.add(Activation("softplus", (float(beta),)), plain(x))


def _log_sigmoid(builder: Builder, call: Call, x: Any) -> int:
    return builder.add(Scaling(-1.0, 0.0), _softplus(builder, call, _negative(builder, x)))


def _negative(builder: Builder, x: Any) -> Value:
    return Value(None, builder.add(Scaling(-1.0, 0.0), plain(x)))


def _softmax(logarithm: bool) -> Handler:
    def handler(builder: Builder, call: Call, x: Any, dim: int, *_: Any, **__: Any) -> int:
        node, place = plain(x), axis(builder, x, dim)
        done = builder.add(Softmax(logarithm), builder.last(node, [place]))
        return builder.gather(done, np.moveaxis(builder.places(done), -1, place))

    return handler


def _sort(builder: Builder, call: Call, x: Any, *args: Any, **named: Any) -> tuple[int, None]:
    order = [a for a in args if not isinstance(a, bool) and a is not None]
    downwards = named.get("descending", bool(args and args[-1] is True))
    dim = named.get("dim", order[0] if order else -1)
    node, place = plain(x), axis(builder, x, dim)
    done = builder.add(Sort(), builder.last(node, [place]))
    places = builder.places(done)[..., ::-1] if downwards else builder.places(done)
    return builder.gather(done, np.moveaxis(places, -1, place)), None


def _of_two(which: int) -> Handler:
    """The smaller (0) or the larger (1) of two arrays, entry by entry."""

    def handler(builder: Builder, call: Call, a: Any, b: Any) -> int:
        if not (isinstance(a, Value) and isinstance(b, Value)):
            x, constant = (a, b) if isinstance(a, Value) else (b, a)
            return _clamp(builder, call, x, *((constant, None) if which else (None, constant)))
        if a.tensor.shape != b.tensor.shape:
            raise Unreadable(f"it compares arrays of shapes {tuple(a.tensor.shape)} and {tuple(b.tensor.shape)}")
        both = builder.add(Sort(), builder.stack([plain(a), plain(b)]))
        return builder.gather(both, builder.places(both)[..., which])

    return handler


HANDLERS: dict[str, Handler] = {
    "relu": _on_squares("relu"),
    "abs": _on_squares("abs"),
    "sign": _sign,
    "relu6": lambda builder, call, x: _clamp(builder, call, x, 0.0, 6.0),
    "clamp": _clamp,
    "clamp_min": _clamp,
    "clamp_max": _clamp_max,
    "hardtanh": _hardtanh,
    "hardsigmoid": _hardsigmoid,
    "leaky_relu": _leaky,
    "prelu": _prelu,
    "_prelu_kernel": _prelu,
    "tanh": _named("tanh"),
    "sigmoid": _named("sigmoid"),
    "silu": _named("silu"),
    "mish": _named("mish"),
    "sin": _named("sin"),
    "cos": _named("cos"),
    "gelu": _gelu,
    "elu": _elu,
    "selu": _selu,
    "celu": _celu,
    "softplus": _softplus,
    "log_sigmoid": _log_sigmoid,
    "softmax": _softmax(logarithm=False),
    "_softmax": _softmax(logarithm=False),
    "log_softmax": _softmax(logarithm=True),
    "_log_softmax": _softmax(logarithm=True),
    "sort": _sort,
    "minimum": _of_two(0),
    "maximum": _of_two(1),
}
