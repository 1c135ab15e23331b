"""Linear layers, convolutions and batch normalisation in evaluation."""

from __future__ import annotations

from typing import Any

import numpy as np

from checks.arrays import Floats
from checks.networks._reading._axes import plain
from checks.networks._reading._builder import Builder, Handler, Value
from checks.networks._reading._errors import Unreadable
from checks.networks._reading._program import Call
from checks.networks._reading._run import exactly
from checks.networks.graph import Convolution, Dense, Scaling, TransposedConvolution


def _weights(weight: Any) -> Floats:
    if isinstance(weight, Value):
        raise Unreadable(
            "it multiplies two arrays that depend on the input: in general that is Lipschitz on bounded sets alone"
        )
    return exactly(weight, "its weight")


def _bias(bias: Any, count: int) -> Floats:
    if isinstance(bias, Value):
        raise Unreadable("its bias depends on the input: add it after the layer")
    return np.zeros(count) if bias is None else np.broadcast_to(exactly(bias, "its bias"), (count,))


def _linear(builder: Builder, call: Call, x: Any, weight: Any, bias: Any = None) -> int:
    matrix = _weights(weight)
    return builder.add(Dense(matrix, _bias(bias, len(matrix))), plain(x))


def _matmul(builder: Builder, call: Call, left: Any, right: Any) -> int:
    if isinstance(left, Value):
        matrix = _weights(right)
        if matrix.ndim == 1:
            return builder.reshape(builder.add(Dense(matrix[None], [0.0]), plain(left)), left.tensor.shape[1:-1])
        if matrix.ndim != 2:
            raise Unreadable(f"it multiplies by an array of shape {matrix.shape}: only matrices are read")
        return builder.add(Dense(matrix.T, np.zeros(matrix.shape[1])), plain(left))
    matrix, node = _weights(left), plain(right)
    if matrix.ndim != 2 or right.tensor.ndim < 3:
        raise Unreadable("it multiplies from the left along the axis of the samples, or by no matrix")
    done = builder.add(Dense(matrix, np.zeros(len(matrix))), builder.last(node, [len(builder.shape(node)) - 2]))
    return builder.gather(done, np.moveaxis(builder.places(done), -1, -2))


def _addmm(builder: Builder, call: Call, bias: Any, x: Any, weight: Any, *, beta: float = 1, alpha: float = 1) -> int:
    if beta != 1 or alpha != 1:
        raise Unreadable("it has factors beside its matrix")
    matrix = _weights(weight)
    return builder.add(Dense(matrix.T, _bias(bias, matrix.shape[1])), plain(x))


def _each(option: Any, axes: int) -> tuple[int, ...]:
    values = (option,) if isinstance(option, int) else tuple(option)
    return values * axes if len(values) == 1 else values


def _conv(
    builder: Builder,
    call: Call,
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> int:
    kernel, node = _weights(weight), plain(x)
    count = kernel.ndim - 2
    strides, dilations = _each(stride, count), _each(dilation, count)
    if padding == "valid":
        padding = 0
    if padding == "same":
        whole = [d * (k - 1) for d, k in zip(dilations, kernel.shape[2:], strict=True)]
        widths = tuple((w // 2, w - w // 2) for w in whole)
    else:
        widths = tuple((p, p) for p in _each(padding, count))
    mode, before = "zeros", builder.padded.get(node)
    if before and (before.mode == "zeros" or not any(map(any, widths))) and len(before.widths) == count:
        node, mode = before.source, before.mode
        widths = tuple((a + c, b + d) for (a, b), (c, d) in zip(widths, before.widths, strict=True))
    return builder.add(Convolution(kernel, _bias(bias, len(kernel)), strides, widths, dilations, groups, mode), node)


def _transposed(
    builder: Builder,
    call: Call,
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> int:
    kernel, node = _weights(weight), plain(x)
    count = kernel.ndim - 2
    strides, paddings, dilations = _each(stride, count), _each(padding, count), _each(dilation, count)
    more = _each(output_padding, count)
    pixels = [
        (n - 1) * s - 2 * p + d * (k - 1) + extra + 1
        for n, s, p, d, k, extra in zip(
            builder.shape(node)[1:], strides, paddings, dilations, kernel.shape[2:], more, strict=True
        )
    ]
    # Pixels that are added at the end fit the same convolution while they are fewer than a stride.
    widths = tuple((p, p if extra < s else p - extra) for p, extra, s in zip(paddings, more, strides, strict=True))
    if min(map(min, widths)) < 0:
        raise Unreadable(f"its output_padding {more} is beyond its stride and its padding")
    forward = Convolution(kernel, np.zeros(len(kernel)), strides, widths, dilations, groups)
    channels = kernel.shape[1] * groups
    return builder.add(TransposedConvolution(forward, (channels, *pixels), _bias(bias, channels)), node)


def _convolution(
    builder: Builder,
    call: Call,
    x: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    transposed: bool,
    output_padding: Any,
    groups: int,
) -> int:
    if transposed:
        return _transposed(builder, call, x, weight, bias, stride, padding, output_padding, groups, dilation)
    return _conv(builder, call, x, weight, bias, stride, padding, dilation, groups)


def _normalised(builder: Builder, x: Any, weight: Any, bias: Any, mean: Any, variance: Any, eps: float) -> int:
    node = plain(x)
    across = (-1, *[1] * (len(builder.shape(node)) - 1))
    if mean is None or variance is None:
        raise Unreadable("it normalises by the batch at hand, also in evaluation: track running statistics")
    means, spread = exactly(mean, "its running mean"), exactly(variance, "its running variance")
    if (spread + eps <= 0).any():
        raise Unreadable(f"its running variance is {spread.min()}, with eps {eps}: it divides by the root of the sum")
    scale = 1.0 / np.sqrt(spread + eps)
    if weight is not None:
        scale = scale * exactly(weight, "its weight")
    shift = np.zeros(len(means)) if bias is None else exactly(bias, "its bias")
    centred = builder.add(Scaling(1.0, -means.reshape(across)), node)
    return builder.add(Scaling(scale.reshape(across), shift.reshape(across)), centred)


def _batch_norm(
    builder: Builder,
    call: Call,
    x: Any,
    weight: Any,
    bias: Any,
    mean: Any,
    variance: Any,
    training: bool,
    momentum: float,
    eps: float,
    *_: Any,
) -> Any:
    if training:
        raise Unreadable("it normalises by the batch at hand: read the model in evaluation, with running statistics")
    done = _normalised(builder, x, weight, bias, mean, variance, eps)
    return (done, None, None) if call.name == "native_batch_norm" else done


def _batch_norm_legit(
    builder: Builder,
    call: Call,
    x: Any,
    weight: Any,
    bias: Any,
    mean: Any,
    variance: Any,
    momentum: float,
    eps: float,
) -> tuple[Any, ...]:
    return _normalised(builder, x, weight, bias, mean, variance, eps), None, None


HANDLERS: dict[str, Handler] = {
    "linear": _linear,
    "matmul": _matmul,
    "mm": _matmul,
    "addmm": _addmm,
    "conv1d": _conv,
    "conv2d": _conv,
    "conv3d": _conv,
    "convolution": _convolution,
    "conv_transpose1d": _transposed,
    "conv_transpose2d": _transposed,
    "conv_transpose3d": _transposed,
    "batch_norm": _batch_norm,
    "native_batch_norm": _batch_norm,
    "_native_batch_norm_legit_no_training": _batch_norm_legit,
}
