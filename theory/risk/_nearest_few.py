"""The k least values of scale |z - x_j| - o_j for every z, blocks of x_j the most promising first: compiled."""

from __future__ import annotations

from math import inf, sqrt

from theory._compiled import compiled
from theory._types import Floats, Indices

LARGEST = 1.7976931348623157e308
"""Of floats: infinity is for blocks that have been looked at."""


@compiled
def nearest_few(
    z: Floats,
    x: Floats,
    head_start: Floats,
    starts: Indices,
    low: Floats,
    high: Floats,
    ahead: Floats,
    scale: float,
    values: Floats,
    found: Indices,
) -> None:
    """Fills `values` and `found`, (count, k) each, in increasing order; k is at most the number of x.

    x: (m, n) in blocks that begin at `starts` and lie in the boxes between `low` and `high`; `ahead` is the most head
    start in each.
    """
    count, n = z.shape
    blocks, k = len(starts), values.shape[1]
    bounds = ahead.copy()
    for i in range(count):
        for b in range(blocks):
            square = 0.0
            for axis in range(n):
                gap = max(low[b, axis] - z[i, axis], z[i, axis] - high[b, axis], 0.0)
                square += gap * gap
            # the shares of 1e-12 dwarf all rounding
            bounds[b] = min(scale * sqrt(square) * (1 - 1e-12) - ahead[b] - 1e-12 * abs(ahead[b]), LARGEST)
        for place in range(k):
            values[i, place], found[i, place] = inf, -1
        while True:
            block = bounds.argmin()
            if bounds[block] > values[i, k - 1] or bounds[block] == inf:
                break
            bounds[block] = inf
            end = starts[block + 1] if block + 1 < blocks else len(x)
            for j in range(starts[block], end):
                square = 0.0
                for axis in range(n):
                    step = z[i, axis] - x[j, axis]
                    square += step * step
                value = scale * sqrt(square) - head_start[j]
                place = k - 1
                if value >= values[i, place] and found[i, place] >= 0:
                    continue
                while place > 0 and (value < values[i, place - 1] or found[i, place - 1] < 0):
                    values[i, place], found[i, place] = values[i, place - 1], found[i, place - 1]
                    place -= 1
                values[i, place], found[i, place] = value, j
