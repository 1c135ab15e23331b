"""Small convolutions as matrices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from theory._types import Floats, Indices
from theory.norms._padding import sources

ROWS = 512
"""Of the smaller side at most, and for numbers 64 times its square: chosen for time, tenths of a second."""


def written_out(
    taps: Floats,
    sizes: Sequence[int],
    strides: Sequence[int],
    paddings: Sequence[tuple[int, int]],
    spread: Sequence[int],
    mode: str,
) -> Floats | None:
    """The matrix of (groups, outputs, inputs, taps, ...) for images of these sizes; None where it is large.

    Of several groups it has the blocks one below the other, padded to columns of their own: block by block it would be
    the same.
    """
    lines = [
        _windows(sources(mode, padding, n), k, s, d)
        for n, k, s, padding, d in zip(sizes, taps.shape[3:], strides, paddings, spread, strict=True)
    ]
    counts = [len(line) for line in lines]
    groups, outputs, inputs = taps.shape[:3]
    across, down = inputs * math.prod(sizes), outputs * math.prod(counts)
    if not down or groups * min(across, down) > ROWS or groups**2 * across * down > 64 * ROWS**2:
        return None
    kernel: Any = taps
    matrix: Any = np.zeros((groups, outputs, math.prod(counts), groups, inputs, math.prod(sizes)))
    for tap in product(*map(range, taps.shape[3:])):
        places, inside = np.zeros(1, dtype=np.intp), np.ones(1, dtype=bool)
        for line, u, n in zip(lines, tap, sizes, strict=True):
            places = (places[:, None] * n + line[None, :, u]).ravel()
            inside = (inside[:, None] & (line[None, :, u] >= 0)).ravel()
        rows = np.flatnonzero(inside)
        for group in range(groups):
            # Paddings may show a pixel to one window several times: all taps count.
            matrix[group, :, rows, group, :, places[rows]] += kernel[(group, ..., *tap)]
    whole: Floats = matrix.reshape(groups * down, groups * across)
    return whole


def _windows(shown: Indices, window: int, stride: int, dilation: int) -> Indices:
    starts = np.arange(0, len(shown) - dilation * (window - 1), stride)
    return np.asarray(shown[starts[:, None] + dilation * np.arange(window)])
