"""What can be decided about independent sets without branching."""

from __future__ import annotations

from collections.abc import Iterator

from theory._close_pairs import Graph
from theory.packing._independent_sets.clock import Clock


def members(mask: int) -> list[int]:
    """The vertices of a set of bits, in increasing order."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def components(graph: Graph, mask: int) -> Iterator[int]:
    """Connected parts of the vertices in mask."""
    while mask:
        part = frontier = mask & -mask
        while frontier:
            reached = 0
            for v in members(frontier):
                reached |= graph[v]
            frontier = reached & mask & ~part
            part |= frontier
        yield part
        mask &= ~part


def reduced(graph: Graph, mask: int, clock: Clock) -> tuple[int, int]:
    """Vertices that some largest independent set has, and the mask that is left to search.

    A vertex whose neighbours are pairwise adjacent is taken; one whose closed neighbourhood contains that of
    a neighbour is dropped. The first rule is a case of the second, followed by a vertex left alone. Vertices whose
    neighbours were dropped wait for the next round, when more of them are. When the time is over, what is left is more.
    """
    chosen, later = 0, mask
    while later and not clock.over:
        todo, later = later & mask, 0
        while todo and not clock.over:
            low = todo & -todo
            todo ^= low
            if not mask & low:
                continue
            around = graph[low.bit_length() - 1] & mask
            dropped = _dominating(graph, around)
            if not dropped and around:
                continue
            mask &= ~dropped
            if not around & ~dropped:
                chosen |= low
                mask &= ~low
            for u in members(dropped):
                later |= graph[u]
    return chosen, mask


def _dominating(graph: Graph, around: int) -> int:
    """Those of a vertex's neighbours whose closed neighbourhoods contain its own: each neighbour's has them all."""
    found = rest = around
    while found and rest:
        low = rest & -rest
        rest ^= low
        found &= graph[low.bit_length() - 1] | low
    return found
