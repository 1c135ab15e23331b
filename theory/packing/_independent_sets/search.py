"""Largest independent sets, exactly: reductions, branching, and upper bounds that are verified in integers.

Sets of vertices are bits of Python integers. A branch ends when a cover by cliques, or a fractional one, shows
that it cannot beat the best set known. Fractional covers come from a linear programme in floating point and
are then rounded up to whole 2^-30ths and completed, so that they are covers whatever the programme returned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from theory._close_pairs import Graph
from theory.packing._independent_sets.cliques import clique_cover, fractional_cover, maximal_cliques
from theory.packing._independent_sets.reductions import components, members, reduced

__all__ = ["Graph", "Independent", "independent_set", "members"]


@dataclass(frozen=True)
class Independent:
    """chosen: the set found. upper: no independent set is larger; its own size when the search ended."""

    chosen: int
    upper: int


def independent_set(graph: Graph, most_nodes: int | None = None, most: int | None = None) -> Independent:
    """A largest independent set, or the best after that many nodes of the search, with an upper bound.

    most: what is known to be an upper bound already.
    """
    everything = (1 << len(graph)) - 1
    chosen, kernel = reduced(graph, everything)
    known = len(graph) if most is None else most
    upper = chosen.bit_count()
    for part in components(graph, kernel):
        found = _Search(graph, part, most_nodes, known).run()
        chosen |= found.chosen
        upper += found.upper
    return Independent(chosen, min(upper, known))


SMALL, GREEDY = 40, 40
"""Vertices up to which no linear programme is solved, and greedy sets that are tried first: chosen for time."""


class _Stopped(Exception):
    pass


@dataclass
class _Search:
    graph: Graph
    part: int
    most_nodes: int | None
    most: int
    nodes: int = 0
    cliques: list[int] = field(default_factory=list)

    def run(self) -> Independent:
        self.cliques = maximal_cliques(self.graph, self.part)
        cover = fractional_cover(self.graph, self.part, self.cliques)
        upper = min(cover.bound, clique_cover(self.graph, self.part), self.most)
        best = self.tried(cover.rounded, upper)
        if best.bit_count() < upper:
            try:
                better = self.beyond(self.part, best.bit_count())
            except _Stopped:
                return Independent(best, upper)
            best = best if better is None else better
        return Independent(best, best.bit_count())

    def tried(self, best: int, enough: int) -> int:
        """The best of some greedy sets, the first vertex given."""
        for first in [0, *(1 << v for v in members(self.part)[:GREEDY])]:
            if best.bit_count() >= enough:
                break
            rest = self.part & ~first & ~(self.graph[first.bit_length() - 1] if first else 0)
            best = max(best, first | greedy(self.graph, rest), key=int.bit_count)
        return best

    def beyond(self, mask: int, floor: int) -> int | None:
        """A largest independent set of the vertices in mask when it has more than `floor`, else None."""
        chosen, kernel = reduced(self.graph, mask)
        floor -= chosen.bit_count()
        parts = sorted(components(self.graph, kernel), key=int.bit_count)
        covers = [clique_cover(self.graph, part) for part in parts]
        for k, part in enumerate(parts):
            found = self.connected(part, floor - sum(covers[:k] + covers[k + 1 :]), covers[k])
            if found is None:
                return None
            chosen |= found
            floor -= found.bit_count()
            covers[k] = 0
        return chosen if floor < 0 else None

    def connected(self, mask: int, floor: int, cover: int) -> int | None:
        if cover <= floor:
            return None
        self.nodes += 1
        if self.most_nodes is not None and self.nodes > self.most_nodes:
            raise _Stopped
        best, pivot = None, most_neighbours(self.graph, mask)
        if mask.bit_count() > SMALL:
            covered = fractional_cover(self.graph, mask, self.cliques)
            if covered.bound <= floor:
                return None
            if covered.rounded.bit_count() > floor:
                best, floor = covered.rounded, covered.rounded.bit_count()
            if covered.bound <= floor:
                return best
            pivot = covered.pivot
        for taken, rest in self._branches(mask, pivot):
            found = self.beyond(rest, floor - taken.bit_count())
            if found is not None:
                best, floor = found | taken, (found | taken).bit_count()
        return best

    def _branches(self, mask: int, pivot: int) -> Iterator[tuple[int, int]]:
        bit = 1 << pivot
        yield bit, mask & ~(self.graph[pivot] | bit)
        yield 0, mask & ~bit


def most_neighbours(graph: Graph, mask: int) -> int:
    return max(members(mask), key=lambda v: (graph[v] & mask).bit_count())


def greedy(graph: Graph, mask: int) -> int:
    """An independent set, vertices with few neighbours first."""
    chosen = 0
    while mask:
        v = min(members(mask), key=lambda v: (graph[v] & mask).bit_count())
        chosen |= 1 << v
        mask &= ~(graph[v] | 1 << v)
    return chosen
