"""Cliques: independent sets have at most one vertex of each."""

from __future__ import annotations

from theory._close_pairs import Graph
from theory.packing._independent_sets.clock import Clock
from theory.packing._independent_sets.reductions import members

MOST_CLIQUES = 4000
"""Maximal cliques that make a linear programme: chosen for time; any cliques give a bound."""

MOST_ENTRIES = 500_000
"""Vertices of all of them together: chosen for time, as a linear programme takes seconds then."""

MOST_LOOKS = 1_000_000
"""Vertices looked at while cliques are sought, in either way: chosen for time, a second."""


def clique_cover(graph: Graph, mask: int) -> list[int]:
    """Cliques, greedily, such that every vertex is in one: no independent set has more vertices than they are."""
    found = []
    while mask:
        clique, room = 0, mask
        while room:
            low = room & -room
            clique |= low
            room &= graph[low.bit_length() - 1]
        found.append(clique)
        mask &= ~clique
    return found


def maximal_cliques(graph: Graph, mask: int, clock: Clock) -> list[int]:
    """All maximal cliques of the vertices in mask, or where they are too many some that have every vertex."""
    found = _all_cliques(graph, mask, clock)
    return _some_cliques(graph, mask, clock) if found is None else found


def _all_cliques(graph: Graph, mask: int, clock: Clock) -> list[int] | None:
    """Bron and Kerbosch with pivots; None when there are too many."""
    found, entries, looks = [], 0, 0
    stack = [(0, mask, 0)]
    while stack:
        clique, room, seen = stack.pop()
        if not room:
            if not seen:
                found.append(clique)
                entries += clique.bit_count()
            if len(found) > MOST_CLIQUES or entries > MOST_ENTRIES:
                return None
            continue
        others, size = members(room | seen), room.bit_count()
        looks += len(others)
        if looks > MOST_LOOKS or clock.over:
            return None
        near = [(graph[v] & room).bit_count() for v in others]
        pivot = others[max(range(len(others)), key=near.__getitem__)]
        everywhere = [v for v, count in zip(others, near, strict=True) if count == size - 1 and room >> v & 1]
        if everywhere and room & ~graph[pivot]:  # no branches: every clique of the room has them
            for v in everywhere:
                clique, room, seen = clique | 1 << v, room & ~(1 << v), seen & graph[v]
            stack.append((clique, room, seen))
            continue
        for v in members(room & ~graph[pivot]):
            stack.append((clique | 1 << v, room & graph[v], seen & graph[v]))
            room ^= 1 << v
            seen |= 1 << v
    return found


def _some_cliques(graph: Graph, mask: int, clock: Clock) -> list[int]:
    """Enough to cover every edge, or in the end every vertex."""
    found: list[int] = []
    covered = dict.fromkeys(members(mask), 0)
    entries = looks = 0
    for v in covered:
        while (left := graph[v] & mask & ~covered[v]) or not covered[v]:
            rich = looks < MOST_LOOKS and not clock.over
            if covered[v] and not (rich and entries < MOST_ENTRIES and len(found) < MOST_CLIQUES):
                break
            clique, room = 1 << v, graph[v] & mask
            while room:
                fresh = room & left or room
                if rich:
                    choice = members(fresh)
                    looks += len(choice)
                    u = max(choice, key=lambda u: (graph[u] & room).bit_count())
                else:
                    u = (fresh & -fresh).bit_length() - 1
                clique |= 1 << u
                room &= graph[u]
            for u in members(clique):
                covered[u] |= clique
            entries += clique.bit_count()
            found.append(clique)
    return found
