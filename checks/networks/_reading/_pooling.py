"""Pooling and reductions along axes: windows are gathered along a new last axis, which a reduction takes away."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checks.arrays import Floats
from checks.networks._reading import _pointwise
from checks.networks._reading._axes import axes, plain
from checks.networks._reading._builder import Builder, Handler, Indices, Value
from checks.networks._reading._errors import Unreadable
from checks.networks._reading._program import Call
from checks.networks.graph import Convolution, Max, Mean, Norm, Scaling, Shape, Sort

Windows = list[Indices]
"""For each axis of pixels, which pixels are in each window: (windows, most pixels in one), -1 for none."""


def _regular(shape: Shape, sizes: Any, strides: Any, paddings: Any, dilations: Any, ceil: bool) -> Windows:
    windows = []
    for pixels, size, stride, padding, dilation in zip(shape, sizes, strides, paddings, dilations, strict=True):
        span = pixels + 2 * padding - dilation * (size - 1) - 1
        count = span // stride + 1
        if ceil and span % stride and count * stride < pixels + padding:
            count += 1  # of a window that is partly beyond the padded image, and begins before its end
        places = np.arange(count)[:, None] * stride - padding + np.arange(size) * dilation
        windows.append(np.where((places < 0) | (places >= pixels), -1, places))
    return windows


def _adaptive(shape: Shape, sizes: Any) -> Windows:
    """Torch's: window i of n reaches from floor(i m / n) to ceil((i + 1) m / n) of m pixels."""
    windows = []
    for pixels, count in zip(shape, sizes, strict=True):
        count = pixels if count is None else count
        starts = np.arange(count) * pixels // count
        ends = -(-(np.arange(count) + 1) * pixels // count)
        places = starts[:, None] + np.arange(int((ends - starts).max()))
        windows.append(np.where(places < ends[:, None], places, -1))
    return windows


def _gathered(builder: Builder, x: Any, windows: Windows) -> tuple[int, NDArray[np.bool_]]:
    """Windows along a last axis, 0 for what is outside; and which entries (windows..., most in one) are inside."""
    node = x.node
    shape = x.tensor.shape[1:] if len(builder.shape(node)) - bool(x.squares) == x.tensor.ndim - 1 else None
    if shape is None:
        raise Unreadable("it pools an array whose samples are cut into rows")
    count = len(windows)
    lead, pixels = tuple(shape[: len(shape) - count]), tuple(shape[len(shape) - count :])
    flat: Any = np.zeros((1,) * (2 * count), dtype=np.intp)
    outside: Any = np.zeros((1,) * (2 * count), dtype=bool)
    for i, places in enumerate(windows):
        across = [1] * (2 * count)
        across[i], across[count + i] = places.shape
        flat = flat * pixels[i] + places.reshape(across)
        outside = outside | (places.reshape(across) < 0)
    counts = tuple(len(places) for places in windows)
    flat = np.where(outside, -1, flat).reshape(*counts, -1)
    inside = flat >= 0
    channel = np.arange(prod(lead)).reshape(-1, *[1] * flat.ndim) * prod(pixels)
    indices = np.where(flat < 0, -1, channel + flat).reshape(*lead, *flat.shape)
    if x.squares:
        wide = builder.shape(node)[-1]
        apart = np.where(indices[..., None] < 0, -1, indices[..., None] * wide + np.arange(wide))
        return builder.gather(node, apart.reshape(*indices.shape[:-1], -1)), inside
    return builder.gather(node, indices), inside


def _pixels(builder: Builder, x: Any, count: int) -> Shape:
    if not isinstance(x, Value) or x.tensor.ndim <= count or (x.tensor.ndim == count + 1 and count > 1):
        raise Unreadable("it pools an array without an axis of channels")
    return tuple(x.tensor.shape[x.tensor.ndim - count :])


def _each(option: Any, count: int) -> tuple[int, ...]:
    values = (option,) if isinstance(option, int) else tuple(option)
    return values * count if len(values) == 1 else values


def _max_pool(count: int, with_places: bool = False) -> Handler:
    def handler(
        builder: Builder,
        call: Call,
        x: Any,
        kernel_size: Any,
        stride: Any = (),
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
    ) -> Any:
        plain(x)
        sizes = _each(kernel_size, count)
        windows = _regular(
            _pixels(builder, x, count),
            sizes,
            _each(stride, count) if stride else sizes,
            _each(padding, count),
            _each(dilation, count),
            ceil_mode,
        )
        done = _largest_inside(builder, x, windows)
        return (done, None) if with_places else done

    return handler


def _largest_inside(builder: Builder, x: Any, windows: Windows) -> int:
    node, inside = _gathered(builder, x, windows)
    if not inside.any(axis=-1).all():
        raise Unreadable("it takes the largest of no pixels, beyond the image")
    return builder.add(Max(None if inside.all() else inside), node)


def _averaged(builder: Builder, x: Any, windows: Windows, divisors: Floats | None) -> Any:
    """Sums over windows, divided by the divisors or else by how many pixels are inside."""
    node, inside = _gathered(builder, x, windows)
    size = prod(places.shape[1] for places in windows)
    divisors = inside.sum(axis=-1) * 1.0 if divisors is None else divisors
    if x.squares:
        if (divisors != divisors.flat[0]).any() or x.squares[1] or x.signs:
            raise Unreadable("it averages squares over windows of different sizes")
        return Value(None, node, (x.squares[0] / float(divisors.flat[0]), 0.0))
    return builder.add(Scaling(size / divisors, 0.0), builder.add(Mean(), node))


def _as_convolution(builder: Builder, x: Any, sizes: Shape, strides: Shape, paddings: Shape, divisor: float) -> int:
    """Averages of windows that overlap, of each channel alone: a convolution's constant is known better than one of
    windows that are gathered."""
    channels = builder.shape(x.node)[0]
    kernel = np.full((channels, 1, *sizes), 1 / divisor)
    widths = tuple((p, p) for p in paddings)
    return builder.add(Convolution(kernel, np.zeros(channels), strides, widths, (1,) * len(sizes), channels), plain(x))


def _avg_pool(count: int) -> Handler:
    def handler(
        builder: Builder,
        call: Call,
        x: Any,
        kernel_size: Any,
        stride: Any = (),
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: Any = None,
    ) -> Any:
        sizes = _each(kernel_size, count)
        shape = _pixels(builder, x, count)
        strides = _each(stride, count) if stride else sizes
        windows = _regular(shape, sizes, strides, _each(padding, count), (1,) * count, ceil_mode)
        if ceil_mode and count_include_pad and any(places[-1, -1] < 0 for places in windows) and not divisor_override:
            raise Unreadable("it averages a window that reaches beyond the image (ceil_mode)")
        divisor = divisor_override or (prod(sizes) if count_include_pad else None)
        counts = tuple(len(places) for places in windows)
        overlap = any(stride < size for stride, size in zip(strides, sizes, strict=True))
        if overlap and divisor and not (ceil_mode or x.squares) and len(builder.shape(x.node)) == count + 1:
            return _as_convolution(builder, x, sizes, strides, _each(padding, count), divisor)
        return _averaged(builder, x, windows, None if divisor is None else np.full(counts, float(divisor)))

    return handler


def _adaptive_pool(count: int, largest: bool) -> Handler:
    def handler(builder: Builder, call: Call, x: Any, output_size: Any) -> Any:
        windows = _adaptive(_pixels(builder, x, count), _each(output_size, count))
        if not largest:
            return _averaged(builder, x, windows, None)
        plain(x)
        return _largest_inside(builder, x, windows), None

    return handler


def _reduced(total: bool) -> Handler:
    """The mean along axes, or the sum."""

    def handler(builder: Builder, call: Call, x: Any, dim: Any = None, *_: Any, **__: Any) -> Any:
        places = axes(builder, x, dim)
        count = prod(builder.shape(x.node)[i] for i in places)
        if x.squares:
            if x.signs:
                raise Unreadable("it jumps")
            factor, offset = x.squares
            gathered = builder.last(x.node, [*places, len(builder.shape(x.node)) - 1])
            return Value(None, gathered, (factor, offset * count) if total else (factor / count, offset))
        mean = builder.add(Mean(), builder.last(plain(x), places))
        return builder.add(Scaling(float(count) if total else 1.0, 0.0), mean)

    return handler


def _largest(builder: Builder, x: Any, places: list[int], sign: float) -> int:
    """The largest entry along axes (sign 1), or the smallest (-1); of pairs by sorting, so that both share it."""
    node = builder.last(plain(x), places)
    if builder.shape(node)[-1] == 2:
        both = builder.add(Sort(), node)
        return builder.gather(both, builder.places(both)[..., 1 if sign > 0 else 0])
    turned = builder.add(Max(), builder.add(Scaling(sign, 0.0), node))
    return builder.add(Scaling(sign, 0.0), turned)


def _extreme(sign: float) -> Handler:
    def handler(builder: Builder, call: Call, x: Any, *args: Any, **named: Any) -> Any:
        if call.target.endswith(".other"):
            return _pointwise.HANDLERS["maximum" if sign > 0 else "minimum"](builder, call, x, *args, **named)
        dim = named.get("dim", args[0] if args else None)
        done = _largest(builder, x, axes(builder, x, dim), sign)
        return done if call.name in ("amax", "amin") else (done, None)

    return handler


def _norm(builder: Builder, call: Call, x: Any, order: Any = 2, dim: Any = None, *_: Any, **__: Any) -> int:
    if order != 2:
        raise Unreadable(f"it takes a norm of order {order}: only the Euclidean one is read")
    return builder.add(Norm(), builder.last(plain(x), axes(builder, x, dim)))


HANDLERS: dict[str, Handler] = {
    "max_pool1d": _max_pool(1),
    "max_pool2d": _max_pool(2),
    "max_pool3d": _max_pool(3),
    "max_pool1d_with_indices": _max_pool(1, with_places=True),
    "max_pool2d_with_indices": _max_pool(2, with_places=True),
    "avg_pool1d": _avg_pool(1),
    "avg_pool2d": _avg_pool(2),
    "avg_pool3d": _avg_pool(3),
    "adaptive_avg_pool1d": _adaptive_pool(1, largest=False),
    "adaptive_avg_pool2d": _adaptive_pool(2, largest=False),
    "adaptive_max_pool1d": _adaptive_pool(1, largest=True),
    "adaptive_max_pool2d": _adaptive_pool(2, largest=True),
    "mean": _reduced(total=False),
    "sum": _reduced(total=True),
    "amax": _extreme(1.0),
    "amin": _extreme(-1.0),
    "max": _extreme(1.0),
    "min": _extreme(-1.0),
    "linalg_vector_norm": _norm,
    "norm": _norm,
}
