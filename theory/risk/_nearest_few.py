"""The k least values of scale |z - x_j| - o_j for every z, blocks of x_j the most promising first: compiled."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np

from theory._compiled import compiled
from theory._types import Floats, Indices

LARGEST = 1.7976931348623157e308
"""Of floats: a block is looked at where distances are infinite, too."""


@compiled
def nearest_few(
    z: Floats,
    boxes: tuple[Indices, Floats, Floats],
    x: Floats,
    others: tuple[Indices, Floats, Floats],
    head_start: Floats,
    ahead: Floats,
    scale: float,
    values: Floats,
    found: Indices,
) -> None:
    """Fills `values` and `found`, (count, k) each, in increasing order; k is at most the number of x.

    z: (count, n), and x transposed, (n, others): one coordinate of a block after the other, many points at a time.
    boxes, others: where the blocks of z and of x begin, and the boxes (blocks, n) that each lies in, low and high;
    `ahead` is the most head start in each block of x.
    """
    (starts, low, high), (other_starts, other_low, other_high) = boxes, others
    count, n = z.shape
    blocks, k = len(other_starts), values.shape[1]
    bounds, reach = np.empty(blocks), np.empty(x.shape[1])
    for own in range(len(starts)):
        for b in range(blocks):
            square = 0.0
            for axis in range(n):
                gap = max(other_low[b, axis] - high[own, axis], low[own, axis] - other_high[b, axis], 0.0)
                square += gap * gap
            # the shares of 1e-12 dwarf all rounding
            bounds[b] = min(scale * sqrt(square) * (1 - 1e-12) - ahead[b] - 1e-12 * abs(ahead[b]), LARGEST)
        by_promise = np.argsort(bounds)
        for i in range(starts[own], starts[own + 1] if own + 1 < len(starts) else count):
            for place in range(k):
                values[i, place], found[i, place] = inf, -1
            for b in by_promise:
                if bounds[b] > values[i, k - 1]:
                    break
                square = 0.0
                for axis in range(n):
                    gap = max(other_low[b, axis] - z[i, axis], z[i, axis] - other_high[b, axis], 0.0)
                    square += gap * gap
                closest = scale * sqrt(square) * (1 - 1e-12) - ahead[b] - 1e-12 * abs(ahead[b])
                if min(closest, LARGEST) > values[i, k - 1]:
                    continue
                first, last = other_starts[b], other_starts[b + 1] if b + 1 < blocks else x.shape[1]
                size, heads = last - first, head_start[first:last]
                reach[:size] = 0.0
                for axis in range(n):
                    at, row = z[i, axis], x[axis, first:last]
                    for j in range(size):
                        step = at - row[j]
                        reach[j] += step * step
                for j in range(size):
                    reach[j] = scale * sqrt(reach[j]) - heads[j]
                for j in range(size):
                    value, place = reach[j], k - 1
                    if value >= values[i, place] and found[i, place] >= 0:
                        continue
                    while place > 0 and (value < values[i, place - 1] or found[i, place - 1] < 0):
                        values[i, place], found[i, place] = values[i, place - 1], found[i, place - 1]
                        place -= 1
                    values[i, place], found[i, place] = value, first + j
