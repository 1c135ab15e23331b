"""Lipschitz constants of pooling layers: how often windows overlap."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from theory._entries import shown
from theory._input import whole_number
from theory.norms._bounds import NormBounds
from theory.norms._convolution import conv_bound
from theory.norms._padding import MOST_AXES, for_axes, norm_order, root

KINDS = ("average", "l2", "max")


def pool_bound(
    kind: str,
    window: int | Sequence[int],
    *,
    stride: int | Sequence[int] | None = None,
    dilation: int | Sequence[int] = 1,
    axes: int = 2,
    order: float = 2,
) -> NormBounds:
    """Bounds on the Lipschitz constant of a pooling layer, for every size of image and zeros around it.

    A maximum, or a length, of pixels that m windows share can change m outputs at once: the constant is the root of
    the greatest m for Euclidean norms, which is attained, and 1 where windows do not overlap (Béthune et al., Section
    2.3, wants layers of norm 1). Averages are convolutions: see `conv_bound`; where windows do not overlap, theirs is
    1 over the root of the window's pixels. Averages count padded zeros, as torch does by default.

    Args:
        kind: max, l2 (the root of the sum of squares) or average.
        window: pixels of each axis, or of all.
        stride: of each axis, or one for all; None: the window's, so that windows do not overlap.
        dilation: of each axis, or one for all.
        axes: how many, where numbers are for all.
        order: 2 for Euclidean norms, inf for the largest absolute value, 1 for sums.

    Raises:
        ValueError: another kind or order, numbers that are no positive integers, another number of them than axes.

    >>> pool_bound("max", 2), pool_bound("max", 3, stride=2)
    (NormBounds(lower=1.0, upper=1.0), NormBounds(lower=2.0, upper=2.0))
    >>> pool_bound("average", 2).upper < 0.51
    True
    """
    if kind not in KINDS:
        raise ValueError(f"kind={shown(kind)}: choose one of {', '.join(KINDS)}")
    norm = norm_order("order", order)
    if norm not in (1, 2, math.inf):
        raise ValueError(f"order={shown(order)}: choose 1, 2 or inf")
    whole_number("axes", axes, 1, MOST_AXES)
    windows = for_axes("window", window, axes, 1)
    strides = for_axes("stride", window if stride is None else stride, axes, 1)
    spread = for_axes("dilation", dilation, axes, 1)
    if kind == "average":
        return _average(windows, strides, spread, norm)
    # A pixel is in the windows that begin a multiple of the dilation before it, and at a multiple of the stride.
    shared = math.prod(-(-w // (s // math.gcd(s, d))) for w, s, d in zip(windows, strides, spread, strict=True))
    if norm == 2:
        return NormBounds(*root(shared))
    if norm == 1:
        return NormBounds(float(shared), float(shared))
    return NormBounds(*root(1 if kind == "max" else math.prod(windows)))


def _average(windows: Sequence[int], strides: Sequence[int], spread: Sequence[int], order: float) -> NormBounds:
    """The product over axes: a window of the image is one of each."""
    low = high = 1.0
    for window, stride, dilation in zip(windows, strides, spread, strict=True):
        found = conv_bound(np.ones((1, 1, window)), stride=stride, dilation=dilation, order=order)
        low = math.nextafter(math.nextafter(found.lower / window, 0.0) * low, 0.0)
        high = math.nextafter(math.nextafter(found.upper / window, math.inf) * high, math.inf)
    return NormBounds(low, high)
