"""Rank inequalities: an independent set has at most alpha(S) vertices of a small set S, counted exactly.

Cliques have rank 1, odd cycles of k vertices (k - 1) / 2. Small connected sets are grown where a solution of the
linear programme is fractional, each vertex the one that leaves the rank lowest, until the solution has more of them.
"""

from __future__ import annotations

from theory._close_pairs import Graph
from theory._types import Floats
from theory.packing._independent_sets.clock import Clock
from theory.packing._independent_sets.covers import Row
from theory.packing._independent_sets.reductions import members

FRACTIONAL = 1e-6
"""Values this near to 0 and 1 count as whole: the programme's own tolerance is 10^-7."""

VIOLATION = 0.02
"""By how much a solution has to exceed a rank: chosen, less gains little and may be rounding."""

TRIED = 6
"""Neighbours among which the next vertex is chosen: chosen for time."""

REMEMBERED = 1 << 18
"""Ranks that are kept: chosen for memory, 50 MB."""


class Ranks:
    """Finds violated inequalities of one graph; remembers the ranks of small sets."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._known: dict[int, int] = {0: 0}

    def rank(self, mask: int) -> int:
        """The size of a largest independent set of the vertices in mask, few of them."""
        found = self._known.get(mask)
        if found is None:
            low = mask & -mask
            around = self.graph[low.bit_length() - 1] & mask
            found = 1 + self.rank(mask & ~around & ~low)
            if around & (around - 1):  # with one neighbour or none, a vertex is in some largest set
                found = max(found, self.rank(mask & ~low))
            self._known[mask] = found
        return found

    def violated(self, vertices: list[int], values: Floats, size: int, clock: Clock, overlap: bool) -> list[Row]:
        """Sets of up to `size` vertices whose values add up to more than their rank.

        One grown from each vertex; without overlap from those only that are in none yet.
        """
        if len(self._known) > REMEMBERED:
            self._known = {0: 0}
        value = {v: x for v, x in zip(vertices, values.tolist(), strict=True) if FRACTIONAL < x < 1 - FRACTIONAL}
        support, found, done = sum(1 << v for v in value), [], 0
        for v in value:
            if clock.over:
                break
            row = None if done >> v & 1 else self._grown(v, value, support, size)
            if row:
                found.append(row)
                done |= 0 if overlap else row[0]
        return list(dict.fromkeys(found))

    def _grown(self, first: int, value: dict[int, float], support: int, size: int) -> Row | None:
        chosen, rank, total, around = 1 << first, 1, value[first], self.graph[first] & support
        most, found = VIOLATION, None
        for _ in range(size - 1):
            near = [(-(self.graph[u] & chosen).bit_count() - 2 * value[u], u) for u in members(around)]
            if not near:
                break
            _, _, u, rank = max(self._added(u, chosen, rank, value[u]) for _, u in sorted(near)[:TRIED])
            chosen |= 1 << u
            around = (around | self.graph[u] & support) & ~chosen
            total += value[u]
            if total - rank > most:
                most, found = total - rank, (chosen, rank)
        return found

    def _added(self, u: int, chosen: int, rank: int, value: float) -> tuple[float, int, int, int]:
        """What one more vertex gains, its neighbours in the set, the vertex, and the new rank."""
        after = max(rank, 1 + self.rank(chosen & ~self.graph[u]))
        return value - (after - rank), (self.graph[u] & chosen).bit_count(), u, after
