"""Which edges can be the nearest to which points: blocks of points and runs of edges shrink together.

The points are sorted along a Morton curve, and each step cuts every block of points into at most sixteen,
or replaces every run of edges by what it holds. With r the radius of a block and m the least upper bound
on the distance from its centre to a run, only runs within m + 2 r of the centre can hold the nearest edge to
one of its points.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from theory._types import Floats, Indices
from theory.hmf._edge_runs import DISTANCE_ROUNDING, Runs

LEAF = 16
"""Points in a block that is not cut any more: chosen for time, it changes no value."""

LEVELS = 8
"""How often a block can be cut: Morton codes have 2 * 8 bits a coordinate, the 16 that `_spread` handles."""

PAIRS = 2**20
"""Pairs of a point and an edge that are listed at once: chosen for memory, 8 MB an array."""

MARGIN = 1e-9
"""Edges this share farther than the nearest are still listed, so that ties can be seen: a hundred times TIE of
`theory.hmf._exits`, and 10^5 times the rounding of a distance, 34 u."""


@dataclass
class Blocks:
    """k blocks of points first..last in Morton order, and for each the runs, or edges, listed[begin..]."""

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


def candidates(points: Floats, runs: Runs) -> Iterator[Pairs]:
    """Every point (N, 2) once, with all edges within its distance times 1 + MARGIN, and some more."""
    if not len(points):
        return
    x, y = np.ascontiguousarray(points.T)
    code = _morton(x, y)
    order = np.argsort(code, kind="stable")
    code, x, y = code[order], x[order], y[order]
    every = np.arange(runs.count(runs.top))
    stack = [(0, runs.top, Blocks(np.array([0]), np.array([len(x)]), _offsets([len(every)]), every))]
    while stack:
        depth, level, blocks = stack.pop()
        if len(blocks) > 1 and len(blocks.listed) > PAIRS // LEAF:
            middle = np.arange(len(blocks)) < len(blocks) // 2
            stack += [(depth, level, blocks.take(np.flatnonzero(half))) for half in (middle, ~middle)]
            continue
        blocks, coarse = _prune(blocks, x, y, runs, level)
        if level and (coarse or depth == LEVELS):
            stack.append((depth, level - 1, _expand(blocks, runs, level)))
            continue
        small = (blocks.last - blocks.first <= (0 if level else LEAF)) | (depth == LEVELS)
        if small.any():
            yield from _leaves(blocks.take(np.flatnonzero(small)), order)
        if not small.all():
            split = _split(blocks.take(np.flatnonzero(~small)), code, depth + 1)
            stack.append((depth + 1, level, split))


def _prune(blocks: Blocks, x: Floats, y: Floats, runs: Runs, level: int) -> tuple[Blocks, bool]:
    """Drop the runs too far away to matter; are those that remain larger than the blocks?"""
    cx, rx = _extent(x, blocks)
    cy, ry = _extent(y, blocks)
    radius, count = np.hypot(rx, ry), np.diff(blocks.begin)
    below, above = runs.bounds(level, np.repeat(cx, count), np.repeat(cy, count), blocks.listed)
    reach = np.minimum.reduceat(above, blocks.begin[:-1])
    reach = (reach + 2 * radius) * (1 + MARGIN) + DISTANCE_ROUNDING * (1 + np.abs(cx) + np.abs(cy))
    keep = below <= np.repeat(reach, count)
    kept = np.add.reduceat(keep.astype(np.intp), blocks.begin[:-1])
    listed = blocks.listed[keep]
    coarse = bool(runs.radius(level, listed).mean() >= radius.mean())
    return Blocks(blocks.first, blocks.last, _offsets(kept), listed), coarse


def _expand(blocks: Blocks, runs: Runs, level: int) -> Blocks:
    """List, for each run, the runs or edges that it holds."""
    first, held = runs.children(level, blocks.listed)
    ends = _offsets(held)[blocks.begin]
    return Blocks(blocks.first, blocks.last, ends, _ranges(first, held))


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


def _offsets(count: Indices | list[int]) -> Indices:
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
