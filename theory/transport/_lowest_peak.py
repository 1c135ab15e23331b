"""Translations of the blocks that make the highest level of their summed profiles as low as possible.

Deciding whether the peak can be below a bound is bin packing in disguise (one block with a high profile
and equal holes, then blocks of height one that long free segments let into any hole), so it is strongly
NP-hard, and this is a search: exact, finite, exponential at worst.

Offsets o of the blocks obey differences o_j - o_i <= w with integer w, so integers suffice, and a matrix D of the
tightest such bounds describes a whole set of offsets. If the profiles of some blocks exceed the bound at one level,
then in any better solution those stretches have no level in common, so two of them are disjoint (intervals that
meet pairwise have a common point): one ends where the other begins or before. The search branches on which pair,
in which order; each branch is a difference, and excludes the ones before it, again by differences.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, permutations
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from theory.transport._rigid_blocks import Block, Pile

Bounds = NDArray[Any]
Order = tuple[int, int, int]  # (i, j, w): o_j - o_i <= w

MAX_NODES = 20_000
"""Nodes of a search before it is given up: chosen for time."""

BELOW_INT64 = 2**60
"""Bounds of offsets below it are int64, and so are sums of three of them, which `_tightened` takes."""


@dataclass(frozen=True)
class Peak:
    """least: the lowest peak found; bound: no lower one exists (equal when the search ended)."""

    least: int
    bound: int


@dataclass(frozen=True)
class Search:
    """peak: what was found below the target, or None; then no peak is below `bound`."""

    peak: int | None
    bound: int
    nodes: int


def lowest_peak(blocks: list[Block], max_nodes: int = MAX_NODES) -> Peak:
    """The least peak of the sum of the profiles over all admissible offsets.

    Targets rise from the proved bound, where searches are short, in steps that double; then halve once one is met.
    """
    if not blocks:
        return Peak(0, 0)
    root = _chain_bounds(blocks)
    bound, least = max(block.peak for block in blocks), Pile(blocks, _place(blocks, root)).peak
    unit = step = gcd(*(height for block in blocks for height in block.heights))
    while bound < least and max_nodes > 0:
        search = _search(blocks, root, min(least, bound + step), max_nodes)
        max_nodes -= search.nodes
        if search.peak is None:
            bound, step = max(bound, search.bound), 2 * step
        else:
            least = search.peak
            step = max(unit, (least - bound) // 2)
    return Peak(least, bound)


def _search(blocks: list[Block], root: Bounds, target: int, max_nodes: int) -> Search:
    """A peak below the target, or a proof that there is none, or (bound 0) neither within max_nodes."""
    stack, bound, nodes = [root], sum(block.peak for block in blocks), 0
    while stack and nodes < max_nodes:
        nodes += 1
        bounds = stack.pop()
        offsets = _place(blocks, bounds)
        pile = Pile(blocks, offsets)
        if pile.peak < target:
            return Search(pile.peak, 0, nodes)
        children, reached = _children(blocks, bounds, offsets, target, pile)
        stack += children
        bound = min(bound, reached)
    return Search(None, 0 if stack else bound, nodes)


def _chain_bounds(blocks: list[Block]) -> Bounds:
    """D for the chain alone: o_{k+1} - o_k is within `slack` of `last`."""
    most = np.asarray([0, *(b.last + b.slack for b in blocks[:-1])], dtype=object).cumsum()
    least = np.asarray([0, *(b.last - b.slack for b in blocks[:-1])], dtype=object).cumsum()
    ahead = np.arange(len(blocks))[:, None] <= np.arange(len(blocks))
    bounds = np.where(ahead, most - most[:, None], least - least[:, None])
    return bounds.astype(np.int64) if _fits(blocks) else bounds


def _fits(blocks: list[Block]) -> bool:
    return sum(abs(b.last) + b.slack + b.edges[-1] - b.edges[0] for b in blocks) < BELOW_INT64


def _tightened(bounds: Bounds, order: Order) -> Bounds | None:
    """D with o_j - o_i <= w added; None when no offsets are left."""
    i, j, w = order
    if w >= bounds[i, j]:
        return bounds
    if w + bounds[j, i] < 0:
        return None
    return np.minimum(bounds, (bounds[:, i] + w)[:, None] + bounds[j, :])


def _place(blocks: list[Block], bounds: Bounds) -> list[int]:
    """Offsets within the bounds: from the highest block outwards, each at the end of its range that adds least.

    D is closed under addition, so any offsets of some blocks that obey it extend to all.
    """
    first = max(range(len(blocks)), key=lambda k: blocks[k].peak)
    low, high = -bounds[:, first], bounds[first]
    offsets, pile = [0] * len(blocks), Pile([blocks[first]], [0])
    for k in sorted(range(len(blocks)), key=lambda k: abs(k - first))[1:]:
        ends = int(low[k]), int(high[k])
        offsets[k] = min(ends, key=lambda offset: pile.collision(blocks[k], offset))
        pile.add(blocks[k], offsets[k])
        low, high = np.maximum(low, offsets[k] - bounds[:, k]), np.minimum(high, offsets[k] + bounds[k])
    return offsets


def _children(
    blocks: list[Block], bounds: Bounds, offsets: list[int], target: int, pile: Pile
) -> tuple[list[Bounds], int]:
    """The sets of offsets that may stay below the target, the most promising last, and what all others reach."""
    clashes = [_clash(blocks, offsets, edge, target) for edge in pile.summits(target)]
    orders, reached = min(((_orders(clash.stretches, bounds), clash.reached) for clash in clashes), key=_branching)
    orders.sort(key=lambda order: offsets[order[1]] - offsets[order[0]] - order[2])
    children, rest = [], bounds
    for i, j, w in orders:
        child = _tightened(rest, (i, j, w))
        if child is not None:
            children.append(child)
        without = _tightened(rest, (j, i, -w - 1))
        if without is None:
            break
        rest = without
    return children[::-1], reached


def _branching(choice: tuple[list[Order], int]) -> int:
    return len(choice[0])


@dataclass(frozen=True)
class Clash:
    """Stretches (block, start, end) of levels; wherever all have a level in common, the sum is at least `reached`."""

    stretches: list[tuple[int, int, int]]
    reached: int


def _clash(blocks: list[Block], offsets: list[int], edge: int, target: int) -> Clash:
    """Few blocks that reach the target together just above `edge`, each on its longest stretch that will do."""
    chosen = _highest(blocks, offsets, edge, target)
    spare, stretches = sum(height for height, _, _ in chosen) - target, []
    for height, k, piece in chosen:
        low, high = blocks[k].reach(piece, max(height - spare, 1))
        spare -= height - min(h for e, h in zip(blocks[k].edges, blocks[k].heights, strict=False) if low <= e < high)
        stretches.append((k, low, high))
    return Clash(stretches, target + spare)


def _highest(blocks: list[Block], offsets: list[int], edge: int, target: int) -> list[tuple[int, int, int]]:
    """The highest (height, block, piece) just above `edge`, as many as it takes to reach the target."""
    active = []
    for k, (block, offset) in enumerate(zip(blocks, offsets, strict=True)):
        if block.edges[0] + offset <= edge < block.edges[-1] + offset:
            piece = bisect_right(block.edges, edge - offset) - 1
            active.append((block.heights[piece], k, piece))
    active.sort(reverse=True)
    totals = accumulate((height for height, _, _ in active), initial=0)
    return [each for each, before in zip(active, totals, strict=False) if before < target]


def _orders(stretches: list[tuple[int, int, int]], bounds: Bounds) -> list[Order]:
    """Every feasible way for two of the stretches to be disjoint: the first ends before the second begins."""
    pairs = ((i, j, start - end) for (j, _, end), (i, start, _) in permutations(stretches, 2))
    return [(i, j, w) for i, j, w in pairs if w + bounds[j, i] >= 0]
