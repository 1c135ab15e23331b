"""What can be decided about independent sets without branching."""

from __future__ import annotations

from collections.abc import Iterator

from theory._close_pairs import Graph


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


def reduced(graph: Graph, mask: int) -> tuple[int, int]:
    """Vertices that some largest independent set has, and the mask that is left to search.

    A vertex whose neighbours are pairwise adjacent is taken; one whose closed neighbourhood contains that of
    a neighbour is dropped. The first rule is a case of the second, followed by a vertex left alone.
    """
    chosen, todo = 0, mask
    while todo:
        low = todo & -todo
        todo ^= low
        if not mask & low:
            continue
        v = low.bit_length() - 1
        around = graph[v] & mask
        dropped = _dominating(graph, mask, v, around)
        if not dropped and around:
            continue
        mask &= ~dropped
        if not around & ~dropped:
            chosen |= low
            mask &= ~low
        touched = 0
        for u in members(dropped):
            touched |= graph[u]
        todo |= touched & mask
    return chosen, mask


def _dominating(graph: Graph, mask: int, v: int, around: int) -> int:
    """Neighbours u of v whose closed neighbourhood contains that of v."""
    found = 0
    for u in members(around):
        if not around & ~graph[u] & ~(1 << u):
            found |= 1 << u
    return found
