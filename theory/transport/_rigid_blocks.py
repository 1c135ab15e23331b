"""The rigid pieces of a maximiser and the mass they put across each level.

Between free segments F_P = F_Q, so every maximal run of forced segments (a block) carries the same mass of
P and of Q, and u is rigid on it up to translation. Let C = F_Q - F_P, and T no value of u at an atom.
Counting the atoms of a block below T by parts,

    Q(u < T) - P(u < T) = sum of |C(x)| over the points x of the block where u(x) = T,

because u rises where C > 0 and falls where C < 0. Hence P(u > T) + Q(u < T) = total + sum over blocks
of their profile at T, a profile being this non-negative step function, carried along by translations.
A value T of u at an atom never beats the levels just above and below it. Atoms outside the blocks carry
as much of P as of Q and never matter.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate

from theory.transport._atom_values import Chain


@dataclass(frozen=True)
class Block:
    """heights[j] on the levels edges[j] < T < edges[j + 1], nothing outside; level 0 is u at the first atom.

    last: u at the last atom. slack: |u(first atom of the next block) - u(last atom)| <= slack.
    """

    edges: list[int]
    heights: list[int]
    last: int
    slack: int

    @property
    def peak(self) -> int:
        return max(self.heights)

    def reach(self, piece: int, height: int) -> tuple[int, int]:
        """The longest interval around a piece on which the profile is at least `height`."""
        low = high = piece
        while low > 0 and self.heights[low - 1] >= height:
            low -= 1
        while high + 1 < len(self.heights) and self.heights[high + 1] >= height:
            high += 1
        return self.edges[low], self.edges[high + 1]


def blocks(chain: Chain) -> list[Block]:
    """The blocks from left to right; none when P = Q."""
    found: list[Block] = []
    start = 0
    while start < len(chain.slopes):
        end = start
        while end < len(chain.slopes) and bool(chain.slopes[end]) == bool(chain.slopes[start]):
            end += 1
        if chain.slopes[start]:
            found.append(_block(chain, start, end))
        elif found:
            found[-1] = Block(found[-1].edges, found[-1].heights, found[-1].last, sum(chain.gaps[start:end]))
        start = end
    return found


def _block(chain: Chain, start: int, end: int) -> Block:
    steps = [slope * gap for slope, gap in zip(chain.slopes[start:end], chain.gaps[start:end], strict=True)]
    values = list(accumulate(steps, initial=0))
    changes = dict.fromkeys(sorted(values), 0)
    for before, after, excess in zip(values, values[1:], chain.excess[start:end], strict=False):
        changes[min(before, after)] += abs(excess)
        changes[max(before, after)] -= abs(excess)
    levels = list(accumulate(changes.values()))
    kept = [(edge, height) for (edge, change), height in zip(changes.items(), levels, strict=True) if change]
    return Block([edge for edge, _ in kept], [height for _, height in kept[:-1]], values[-1], 0)


class Pile:
    """The sum of translated profiles: heights[j] between edges[j] and edges[j + 1], the last height is zero."""

    def __init__(self, blocks: list[Block], offsets: list[int]) -> None:
        changes: dict[int, int] = {}
        for block, offset in zip(blocks, offsets, strict=True):
            padded = [0, *block.heights, 0]
            for j, edge in enumerate(block.edges):
                changes[edge + offset] = changes.get(edge + offset, 0) + padded[j + 1] - padded[j]
        self.edges = sorted(changes)
        self.heights = list(accumulate(changes[edge] for edge in self.edges))

    @property
    def peak(self) -> int:
        return max(self.heights)

    def summits(self, least: int) -> list[int]:
        """The edges just above which the sum is `least` or more and no lower than on either side."""
        around = zip(self.edges, [0, *self.heights], self.heights, [*self.heights[1:], 0], strict=False)
        return [edge for edge, before, here, after in around if here >= max(least, before, after)]

    def add(self, block: Block, offset: int) -> None:
        """One more profile."""
        for edge in block.edges:
            self._split(edge + offset)
        for low, high, height in zip(block.edges, block.edges[1:], block.heights, strict=False):
            start, end = bisect_left(self.edges, low + offset), bisect_left(self.edges, high + offset)
            for j in range(start, end):
                self.heights[j] += height

    def _split(self, edge: int) -> None:
        j = bisect_left(self.edges, edge)
        if j == len(self.edges) or self.edges[j] != edge:
            self.edges.insert(j, edge)
            self.heights.insert(j, self.heights[j - 1] if j else 0)

    def collision(self, block: Block, offset: int) -> tuple[int, int]:
        """The highest sum where the block would meet the pile, and the length of the levels where it would."""
        peak = shared = 0
        for low, high, height in zip(block.edges, block.edges[1:], block.heights, strict=False):
            low, high = low + offset, high + offset
            for j in range(max(bisect_right(self.edges, low) - 1, 0), bisect_left(self.edges, high)):
                if self.heights[j]:
                    peak = max(peak, self.heights[j] + height)
                    shared += min(self.edges[j + 1], high) - max(self.edges[j], low)
        return peak, shared
