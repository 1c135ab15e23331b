"""Which edges can be the nearest to which points: both sides are halved together, level by level.

The points are sorted along a Morton curve, and each level cuts every block of points into at most sixteen.
With r the radius of a block and m the least distance of its centre to an edge, only edges within m + 2 r of
the centre can be the nearest to one of its points.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from theory._neighbours import Indices
from theory._polylines import Edges
from theory._validation import Floats

LEAF = 16
LEVELS = 8
PAIRS = 2**20
# Edges this much farther than the nearest are still listed, so that ties can be seen.
MARGIN = 1e-9


@dataclass
class Blocks:
    """k blocks at one level: points first..last in Morton order, and edges listed[begin..] for each."""

    first: Indices
    last: Indices
    begin: Indices
    listed: Indices

    def __len__(self) -> int:
        return len(self.first)

    def take(self, rows: Indices) -> Blocks:
        count = np.diff(self.begin)[rows]
        return Blocks(
            self.first[rows],
            self.last[rows],
            _offsets(count),
            self.listed[_ranges(self.begin[:-1][rows], count)],
        )


@dataclass
class Pairs:
    """Candidate edges of some points: edges edge[begin[i]:begin[i + 1]] for the point rows[i].

    The points come in blocks of neighbours: rows[block[j]:block[j + 1]].
    """

    rows: Indices
    begin: Indices
    edge: Indices
    block: Indices


def candidates(points: Floats, edges: Edges) -> Iterator[Pairs]:
    """Every point (N, 2) once, with all edges within its distance times 1 + MARGIN, and some more."""
    if not len(points):
        return
    x, y = np.ascontiguousarray(points.T)
    code = _morton(x, y)
    order = np.argsort(code, kind="stable")
    code, x, y = code[order], x[order], y[order]
    every = np.arange(len(edges))
    root = Blocks(np.array([0]), np.array([len(points)]), np.array([0, len(edges)]), every)
    stack = [(0, root)]
    while stack:
        level, blocks = stack.pop()
        if len(blocks) > 1 and len(blocks.listed) > PAIRS // LEAF:
            middle = np.arange(len(blocks)) < len(blocks) // 2
            stack += [(level, blocks.take(np.flatnonzero(half))) for half in (middle, ~middle)]
            continue
        blocks = _prune(blocks, x, y, edges)
        small = (blocks.last - blocks.first <= LEAF) | (level == LEVELS)
        if small.any():
            yield from _leaves(blocks.take(np.flatnonzero(small)), order)
        if not small.all():
            stack.append((level + 1, _split(blocks.take(np.flatnonzero(~small)), code, level + 1)))


def _prune(blocks: Blocks, x: Floats, y: Floats, edges: Edges) -> Blocks:
    cx, rx = _extent(x, blocks)
    cy, ry = _extent(y, blocks)
    count = np.diff(blocks.begin)
    distance = np.sqrt(edges.squared_distance(np.repeat(cx, count), np.repeat(cy, count), blocks.listed))
    reach = np.minimum.reduceat(distance, blocks.begin[:-1])
    reach = (reach + 2 * np.hypot(rx, ry)) * (1 + MARGIN) + 1e-14 * (np.abs(cx) + np.abs(cy))
    keep = distance <= np.repeat(reach, count)
    kept = np.add.reduceat(keep.astype(np.intp), blocks.begin[:-1])
    return Blocks(blocks.first, blocks.last, _offsets(kept), blocks.listed[keep])


def _extent(coordinate: Floats, blocks: Blocks) -> tuple[Floats, Floats]:
    """Centre and half-width of the blocks."""
    # The blocks need not cover all points: every second segment is a gap.
    bounds = np.stack([blocks.first, blocks.last], axis=1).ravel()
    bounds = bounds[:-1] if bounds[-1] == len(coordinate) else bounds
    low = np.minimum.reduceat(coordinate, bounds)[::2]
    high = np.maximum.reduceat(coordinate, bounds)[::2]
    return (low + high) / 2, (high - low) / 2


def _split(blocks: Blocks, code: Indices, level: int) -> Blocks:
    prefix = code >> np.uint64(4 * (LEVELS - level))
    inside = _ranges(blocks.first, blocks.last - blocks.first)
    parent = np.repeat(np.arange(len(blocks)), blocks.last - blocks.first)
    here = prefix[inside]
    fresh = np.flatnonzero(np.r_[True, (here[1:] != here[:-1]) | (parent[1:] != parent[:-1])])
    ends = np.r_[fresh[1:], len(inside)] - 1
    parent = parent[fresh]
    count = np.diff(blocks.begin)[parent]
    listed = blocks.listed[_ranges(blocks.begin[:-1][parent], count)]
    return Blocks(inside[fresh], inside[ends] + 1, _offsets(count), listed)


def _leaves(blocks: Blocks, order: Indices) -> Iterator[Pairs]:
    size, count = blocks.last - blocks.first, np.diff(blocks.begin)
    ends = np.cumsum(size * count)
    start = 0
    while start < len(blocks):
        stop = max(start + 1, int(np.searchsorted(ends, (ends[start - 1] if start else 0) + PAIRS)))
        part = blocks.take(np.arange(start, stop))
        size, count = part.last - part.first, np.diff(part.begin)
        each = np.repeat(count, size)
        edge = part.listed[_ranges(np.repeat(part.begin[:-1], size), each)]
        yield Pairs(order[_ranges(part.first, size)], _offsets(each), edge, _offsets(size))
        start, size, count = stop, blocks.last - blocks.first, np.diff(blocks.begin)


def _offsets(count: Indices) -> Indices:
    return np.concatenate([[0], np.cumsum(count)])


def _ranges(begin: Indices, count: Indices) -> Indices:
    """begin[0], ..., begin[0] + count[0] - 1, begin[1], ..."""
    ends = np.cumsum(count)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(begin - (ends - count), count)


def _morton(x: Floats, y: Floats) -> Indices:
    size = max(x.max() - x.min(), y.max() - y.min())
    cells = (2.0 ** (2 * LEVELS) - 1) / size if size > 0 else 0.0
    column, row = (((axis - axis.min()) * cells).astype(np.uint64) for axis in (x, y))
    return _spread(column) | _spread(row) << np.uint64(1)


def _spread(bits: Indices) -> Indices:
    """Put a zero between the sixteen bits of each number."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        bits = (bits | bits << np.uint64(shift)) & np.uint64(mask)
    return bits
