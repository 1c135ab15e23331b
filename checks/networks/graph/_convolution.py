"""Convolutions and their transposes, over any number of axes of pixels, as torch defines them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from checks.arrays import Floats
from checks.networks.graph._arrays import freeze
from checks.networks.graph._operation import Arithmetic, Shape, Single

MODES = {"zeros": "constant", "circular": "wrap", "reflect": "reflect", "replicate": "edge"}
"""Paddings by torch's names, and by numpy's."""

_Places = tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Convolution(Single):
    """Cross-correlation of images (channels, pixels...) with a kernel.

    Args:
        kernel: (channels out, channels in / groups, pixels...).
        bias: (channels out,).
        stride, dilation: one for each axis of pixels.
        padding: before and after, for each axis of pixels.
        groups: how many; channels in and out are divided by it.
        mode: what is padded with: zeros, circular, reflect or replicate.

    >>> edges = Convolution([[[-1.0, 1.0]]], [0.0], (1,), ((1, 0),), (1,))
    >>> edges.apply(np.array([[[1.0, 4.0, 9.0]]])).tolist()
    [[[1.0, 3.0, 5.0]]]
    """

    kernel: Floats
    bias: Floats
    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    dilation: tuple[int, ...]
    groups: int
    mode: str

    def __init__(
        self,
        kernel: ArrayLike,
        bias: ArrayLike,
        stride: tuple[int, ...],
        padding: tuple[tuple[int, int], ...],
        dilation: tuple[int, ...],
        groups: int = 1,
        mode: str = "zeros",
    ) -> None:
        freeze(self, "kernel", kernel)
        freeze(self, "bias", bias, 1)
        options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups, "mode": mode}
        for name, option in options.items():
            object.__setattr__(self, name, option)
        axes = self.kernel.ndim - 2
        if axes < 1 or not axes == len(self.stride) == len(self.padding) == len(self.dilation):
            raise ValueError(f"kernel has shape {self.kernel.shape} beside a stride of {len(self.stride)} axes")
        if self.bias.shape != self.kernel.shape[:1] or self.groups < 1 or len(self.kernel) % self.groups:
            raise ValueError(
                f"kernel has shape {self.kernel.shape}: of {len(self.bias)} channels, {self.groups} groups"
            )
        if min(self.stride) < 1 or min(self.dilation) < 1 or min(map(min, self.padding)) < 0 or self.mode not in MODES:
            raise ValueError(f"stride {self.stride}, dilation {self.dilation}, padding {self.padding} {self.mode!r}")

    def shape(self, *shapes: Shape) -> Shape:
        [shape] = shapes
        if len(shape) != self.kernel.ndim - 1 or shape[0] != self.kernel.shape[1] * self.groups:
            raise ValueError(f"a convolution with kernel {self.kernel.shape} is handed the shape {shape}")
        sizes = [
            (pixels + before + after - dilation * (window - 1) - 1) // stride + 1
            for pixels, window, stride, (before, after), dilation in zip(
                shape[1:], self.kernel.shape[2:], self.stride, self.padding, self.dilation, strict=True
            )
        ]
        if min(sizes) < 1:
            raise ValueError(f"a convolution with kernel {self.kernel.shape} is too large for the shape {shape}")
        return (len(self.kernel), *sizes)

    def apply(self, x: Floats) -> Floats:
        return self.linear(x) + _by_channel(self.bias, self.kernel)

    def carry(self, x: Floats, error: Floats, result: Floats, arithmetic: Arithmetic) -> Floats:
        count = int(np.prod(self.kernel.shape[1:]))
        share = arithmetic.relative(count + 1)
        bound = self._sum(arithmetic.moved(x, error, share), np.abs(self.kernel))
        bound = bound + share * _by_channel(np.abs(self.bias), self.kernel)
        return bound * (1 + share) + (count + 2) * arithmetic.tiny

    def pull(self, gradient: Floats, x: Floats, result: Floats) -> Floats:
        return self.transposed(gradient, x.shape[1:])

    def linear(self, x: Floats) -> Floats:
        """Without the bias."""
        return self._sum(x, self.kernel)

    def transposed(self, y: Floats, shape: Shape) -> Floats:
        """The transpose of the linear part, of arrays (p, channels out, pixels...) to images (p, *shape)."""
        axes = self.kernel.ndim - 2
        sizes = [n + before + after for n, (before, after) in zip(shape[1:], self.padding, strict=True)]
        padded = np.zeros((len(y), self.groups, self.kernel.shape[1], *sizes))
        split = y.reshape(len(y), self.groups, len(self.kernel) // self.groups, *y.shape[2:])
        kernel = self.kernel.reshape(self.groups, -1, *self.kernel.shape[1:])
        for offset, pixels in self._offsets(y.shape[2:]):
            weight = kernel[offset]
            flat = np.swapaxes(weight, 1, 2) @ split.reshape(*split.shape[:3], -1)
            padded[pixels] += flat.reshape(*flat.shape[:3], *y.shape[2:])
        padded = padded.reshape(len(y), -1, *sizes)
        for axis in range(axes):
            padded = _folded(padded, axis - axes, *self.padding[axis], self.mode)
        return padded

    def _sum(self, x: Floats, kernel: Floats) -> Floats:
        if any(map(any, self.padding)):
            x = np.pad(x, ((0, 0), (0, 0), *self.padding), mode=MODES[self.mode])  # type: ignore[call-overload]
        split = x.reshape(len(x), self.groups, -1, *x.shape[2:])
        kernel = kernel.reshape(self.groups, -1, *kernel.shape[1:])
        sizes = [
            (n - d * (k - 1) - 1) // s + 1
            for n, k, s, d in zip(x.shape[2:], kernel.shape[3:], self.stride, self.dilation, strict=True)
        ]
        total = np.zeros((len(x), self.groups, kernel.shape[1], int(np.prod(sizes))))
        for offset, pixels in self._offsets(tuple(sizes)):
            window = split[pixels].reshape(*split.shape[:3], -1)
            total += kernel[offset] @ window
        return total.reshape(len(x), -1, *sizes)

    def _offsets(self, sizes: Shape) -> Iterator[tuple[_Places, _Places]]:
        """For each place in the kernel, where it is in a kernel split by groups, and where the padded pixels are that
        it multiplies, for so many pixels that come out."""
        for offset in product(*map(range, self.kernel.shape[2:])):
            starts = [k * d for k, d in zip(offset, self.dilation, strict=True)]
            pixels = [slice(a, a + s * (n - 1) + 1, s) for a, s, n in zip(starts, self.stride, sizes, strict=True)]
            yield (slice(None), slice(None), slice(None), *offset), (..., *pixels)


@dataclass(frozen=True, eq=False)
class TransposedConvolution(Single):
    """The transpose of a convolution's linear part, and a bias.

    Args:
        convolution: of images of the shape that comes out, padded with zeros; its bias plays no part.
        output: that shape, channels first.
        bias: (channels,) of what comes out.

    >>> edges = Convolution([[[-1.0, 1.0]]], [0.0], (1,), ((1, 0),), (1,))
    >>> TransposedConvolution(edges, (1, 3), [0.0]).apply(np.array([[[1.0, 3.0, 5.0]]])).tolist()
    [[[-2.0, -2.0, 5.0]]]
    """

    convolution: Convolution
    output: Shape
    bias: Floats

    def __init__(self, convolution: Convolution, output: Shape, bias: ArrayLike) -> None:
        object.__setattr__(self, "convolution", convolution)
        object.__setattr__(self, "output", output)
        freeze(self, "bias", bias, 1)
        if self.bias.shape != self.output[:1]:
            raise ValueError(f"bias has shape {self.bias.shape} for images {self.output}")
        if self.convolution.mode != "zeros":
            raise ValueError(f"the transpose of a convolution padded with {self.convolution.mode}: only with zeros")
        self.convolution.shape(self.output)

    def shape(self, *shapes: Shape) -> Shape:
        [shape] = shapes
        if shape != self.convolution.shape(self.output):
            raise ValueError(f"a transposed convolution to the shape {self.output} is handed the shape {shape}")
        return self.output

    def apply(self, x: Floats) -> Floats:
        return self.convolution.transposed(x, self.output) + _by_channel(self.bias, self.convolution.kernel)

    def carry(self, x: Floats, error: Floats, result: Floats, arithmetic: Arithmetic) -> Floats:
        kernel, groups = self.convolution.kernel, self.convolution.groups
        count = kernel[:, 0].size // groups
        share = arithmetic.relative(count + 1)
        bound = self._absolute().transposed(error + share * (np.abs(x) + error), self.output)
        bound = bound + share * _by_channel(np.abs(self.bias), kernel)
        return bound * (1 + share) + (count + 2) * arithmetic.tiny

    def pull(self, gradient: Floats, x: Floats, result: Floats) -> Floats:
        return self.convolution.linear(gradient)

    def _absolute(self) -> Convolution:
        c = self.convolution
        return Convolution(np.abs(c.kernel), c.bias, c.stride, c.padding, c.dilation, c.groups, c.mode)


def _by_channel(values: Floats, kernel: Floats) -> Floats:
    return values.reshape(-1, *[1] * (kernel.ndim - 2))


def _folded(padded: Floats, axis: int, before: int, after: int, mode: str) -> Floats:
    """The transpose of padding along an axis: what is beside the image goes back to the pixels that it repeats."""
    size = padded.shape[axis] - before - after
    moved = np.moveaxis(padded, axis, -1)
    image = moved[..., before : before + size].copy()
    if mode != "zeros":
        place = np.pad(np.arange(size), (before, after), mode=MODES[mode])  # type: ignore[call-overload]
        for beside in (*range(before), *range(before + size, before + size + after)):
            image[..., place[beside]] += moved[..., beside]
    return np.moveaxis(image, -1, axis)
