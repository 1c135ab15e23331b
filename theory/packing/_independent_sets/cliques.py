"""Upper bounds of independent sets: covers of the vertices by cliques, whole or fractional."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory._close_pairs import Graph
from theory.packing._independent_sets.reductions import members

MOST_CLIQUES = 4000
"""Maximal cliques that make a linear programme: chosen for time; any cliques give a bound."""

COVER_UNITS = 1 << 30
"""A weight of 1 in a cover: weights are rounded up to whole units, so the bound is off by at most 4000 / 2^30."""

NO_WEIGHT = 1e-12
"""Weights up to it are noise of the linear programme: chosen below a unit, and what is then lacking is added."""


@dataclass(frozen=True)
class FractionalCover:
    """bound: independent sets have at most that many vertices. rounded: one found. pivot: where to branch."""

    bound: int
    rounded: int
    pivot: int


def clique_cover(graph: Graph, mask: int) -> int:
    """How many cliques a greedy cover takes."""
    count = 0
    while mask:
        count += 1
        room = mask
        while room:
            low = room & -room
            mask ^= low
            room &= graph[low.bit_length() - 1]
    return count


def maximal_cliques(graph: Graph, mask: int) -> list[int]:
    """All maximal cliques of the vertices in mask, or where they are too many enough to cover every edge."""
    found: list[int] = []
    if _extend(graph, 0, mask, 0, found):
        return found
    return _edge_cover(graph, mask)


def _extend(graph: Graph, clique: int, room: int, seen: int, found: list[int]) -> bool:
    """Bron and Kerbosch with pivots; False when there are too many."""
    if not room and not seen:
        found.append(clique)
        return len(found) <= MOST_CLIQUES
    pivot = max(members(room | seen), key=lambda v: (graph[v] & room).bit_count())
    for v in members(room & ~graph[pivot]):
        if not _extend(graph, clique | 1 << v, room & graph[v], seen & graph[v], found):
            return False
        room ^= 1 << v
        seen |= 1 << v
    return True


def _edge_cover(graph: Graph, mask: int) -> list[int]:
    found, covered = [], dict.fromkeys(members(mask), 0)
    for v in members(mask):
        while left := graph[v] & mask & ~covered[v]:
            clique, room = 1 << v, graph[v] & mask
            while room:
                fresh = room & left or room
                u = max(members(fresh), key=lambda u: (graph[u] & room).bit_count())
                clique |= 1 << u
                room &= graph[u]
            for u in members(clique):
                covered[u] |= clique
            found.append(clique)
    return found


def fractional_cover(graph: Graph, mask: int, cliques: list[int]) -> FractionalCover:
    """The bound of the linear programme over those cliques, verified, and a set from its solution."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    vertices = members(mask)
    place = {v: k for k, v in enumerate(vertices)}
    rows = sorted({clique & mask for clique in cliques} - {0})
    entries = [[place[v] for v in members(row)] for row in rows]
    starts = np.cumsum([0, *map(len, entries)])
    columns = np.concatenate([np.array(entry, dtype=np.int32) for entry in entries])
    matrix = csr_array((np.ones(len(columns)), columns, starts), shape=(len(rows), len(vertices)))
    solved = linprog(-np.ones(len(vertices)), A_ub=matrix, b_ub=np.ones(len(rows)), method="highs")
    if solved.x is None:
        return FractionalCover(clique_cover(graph, mask), 0, vertices[0])
    weights = _whole(-solved.ineqlin.marginals)
    bound = _completed(weights, entries, len(vertices))
    values = solved.x
    pivot = max(range(len(vertices)), key=lambda k: (-abs(values[k] - 0.5), (graph[vertices[k]] & mask).bit_count()))
    return FractionalCover(bound, _rounded(graph, vertices, values), vertices[pivot])


def _whole(weights: np.ndarray) -> list[int]:
    return [int(w * COVER_UNITS) + 1 if w > NO_WEIGHT else 0 for w in weights.tolist()]


def _completed(weights: list[int], entries: list[list[int]], count: int) -> int:
    """The total of the cover once every vertex has what it still lacks, rounded down to whole vertices."""
    covered = [0] * count
    for weight, entry in zip(weights, entries, strict=True):
        for k in entry if weight else ():
            covered[k] += weight
    lacking = sum(max(0, COVER_UNITS - each) for each in covered)
    return (sum(weights) + lacking) // COVER_UNITS


def _rounded(graph: Graph, vertices: list[int], values: np.ndarray) -> int:
    """Vertices by decreasing value, as long as they are independent."""
    chosen = blocked = 0
    for k in np.argsort(-values, kind="stable").tolist():
        if not blocked >> vertices[k] & 1:
            chosen |= 1 << vertices[k]
            blocked |= graph[vertices[k]]
    return chosen
