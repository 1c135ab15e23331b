"""Largest independent sets, exactly: reductions, branching, and upper bounds that are verified in integers.

Sets of vertices are bits of Python integers. A branch ends when a cover by cliques, or a fractional one by sets of
known rank, shows that it cannot beat the best set known. Fractional covers come from a linear programme in floating
point and are then rounded up to whole 2^-30ths and completed, so that they are covers whatever the programme returned.
Before branching, rows are added to the programme as long as its bound falls.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, field

from theory._close_pairs import Graph
from theory.packing._independent_sets.cliques import clique_cover, maximal_cliques
from theory.packing._independent_sets.clock import Clock, StoppedError
from theory.packing._independent_sets.covers import COVER_UNITS, Row, fractional_cover
from theory.packing._independent_sets.ranks import Ranks
from theory.packing._independent_sets.reductions import components, members, reduced
from theory.packing._independent_sets.swaps import greedy, improved

__all__ = ["Clock", "Graph", "Independent", "independent_set", "members"]

SMALL = 40
"""Vertices up to which no linear programme is solved within a search: chosen for time."""

RANK_SIZES = ((12, False), (20, False), (20, True), (28, True))
"""Vertices of the sets whose ranks become rows, and whether they may overlap: larger and more of them when few gain too
little. Chosen for time."""

GAIN = 0.05
"""What a round of rows must gain for another one of that size: chosen for time."""

DENSE_ENTRIES = 30_000
"""Vertices in all cliques beyond which no rows are sought: chosen for time, linear programmes then take seconds."""

SHRUNK = 10
"""A search starts again without useless vertices where they are a tenth: chosen, for the price of a programme."""

Steps = Generator["Steps", int | None, int | None]
"""A search that yields the searches it needs, and is sent what they find."""


@dataclass(frozen=True)
class Independent:
    """chosen: the set found. upper: no independent set is larger; its own size when the search ended."""

    chosen: int
    upper: int


def independent_set(
    graph: Graph, most_nodes: int | None = None, most: int | None = None, clock: Clock | None = None
) -> Independent:
    """A largest independent set, or the best till the clock stops or after that many nodes a component, with an upper
    bound.

    most: what is known to be an upper bound already.
    """
    clock = clock or Clock()
    known = len(graph) if most is None else most
    chosen, kernel = reduced(graph, (1 << len(graph)) - 1, clock)
    upper = chosen.bit_count()
    for part in sorted(components(graph, kernel), key=int.bit_count):
        search = _Search(graph, part, most_nodes, clock, known)
        search.run()
        chosen |= search.best
        upper += search.upper
    return Independent(chosen, min(upper, known))


@dataclass
class _Search:
    graph: Graph
    part: int
    most_nodes: int | None
    clock: Clock
    most: int
    nodes: int = 0
    best: int = 0
    upper: int = 0
    cover: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def run(self) -> None:
        """Leaves the best set and the least upper bound that were found, whenever it stops."""
        self.best = greedy(self.graph, self.part)
        self.cover = clique_cover(self.graph, self.part)
        self.upper = min(self.most, len(self.cover))
        if not self.settled:
            with suppress(StoppedError):
                self._tighten()
                self._descend()

    @property
    def settled(self) -> bool:
        return self.best.bit_count() >= self.upper

    def _tighten(self) -> None:
        """Rows as long as they gain something; better sets from the first solution and the last."""
        self.clock.check()
        cliques = {*self.cover, *maximal_cliques(self.graph, self.part, self.clock)}
        self.rows = [(clique, 1) for clique in cliques]
        ranks, sizes, last = Ranks(self.graph), list(RANK_SIZES), None
        if sum(clique.bit_count() for clique in cliques) > DENSE_ENTRIES:
            sizes = []
        while True:
            self.clock.check()
            cover = fractional_cover(self.graph, self.part, self.rows, self.clock)
            self.upper = min(self.upper, cover.bound)
            if last is None:
                self._improve(cover.rounded)
            elif sizes and last - cover.total < GAIN * COVER_UNITS:
                sizes.pop(0)
            last = cover.total
            self.best = max(self.best, cover.rounded, key=int.bit_count)
            more: list[Row] = []
            while sizes and not more and not self.settled:
                size, overlap = sizes[0]
                more = ranks.violated(cover.vertices, cover.values, size, self.clock, overlap)
                if not more:
                    sizes.pop(0)
            if not more:
                self._improve(max(self.best, cover.rounded, key=int.bit_count))
                return
            self.rows = [row for row in self.rows if row[1] == 1 or row in cover.active] + more

    def _improve(self, start: int) -> None:
        found = improved(self.graph, self.part, start, self.upper, self.clock)
        self.best = max(self.best, found, key=int.bit_count)

    def _descend(self) -> None:
        """Without a limit at once; with one the upper bound falls by one with each search, so that none is in vain."""
        limited = self.most_nodes is not None or self.clock.left is not None
        if self.most_nodes is not None and self.upper - self.best.bit_count() > self.most_nodes:
            return  # each step takes a node at least
        while not self.settled:
            floor = self.upper - 1 if limited else self.best.bit_count()
            found = _finished(self.beyond(self.part, floor))
            if found is None:
                self.upper = floor
            else:
                self.best, self.upper = found, found.bit_count()

    def beyond(self, mask: int, floor: int) -> Steps:
        """A largest independent set of the vertices in mask when it has more than `floor`, else None."""
        chosen, kernel = reduced(self.graph, mask, self.clock)
        floor -= chosen.bit_count()
        parts = sorted(components(self.graph, kernel), key=int.bit_count)
        covers = [len(clique_cover(self.graph, part)) for part in parts]
        for k, part in enumerate(parts):
            found = yield self.connected(part, floor - sum(covers[:k] + covers[k + 1 :]), covers[k])
            if found is None:
                return None
            chosen |= found
            floor -= found.bit_count()
            covers[k] = 0
        return chosen if floor < 0 else None

    def connected(self, mask: int, floor: int, cover: int) -> Steps:
        if cover <= floor:
            return None
        self._count_node()
        best, pivot = None, most_neighbours(self.graph, mask)
        if mask.bit_count() > SMALL:
            covered = fractional_cover(self.graph, mask, self.rows, self.clock)
            if covered.bound <= floor:
                return None
            if covered.rounded.bit_count() > floor:
                best, floor = covered.rounded, covered.rounded.bit_count()
            if covered.bound <= floor:
                return best
            useless = covered.useless(floor)
            mask &= ~useless
            if SHRUNK * useless.bit_count() > mask.bit_count():
                found = yield self.beyond(mask, floor)
                return best if found is None else found
            pivot = covered.halfway(mask)
        bit = 1 << pivot
        for taken, rest in ((bit, mask & ~(self.graph[pivot] | bit)), (0, mask & ~bit)):
            found = yield self.beyond(rest, floor - taken.bit_count())
            if found is not None:
                best, floor = found | taken, (found | taken).bit_count()
        return best

    def _count_node(self) -> None:
        self.clock.check()
        self.nodes += 1
        if self.most_nodes is not None and self.nodes > self.most_nodes:
            raise StoppedError


def _finished(search: Steps) -> int | None:
    """Runs a search and those it yields, as deep as they go."""
    open_ones, found = [search], None
    while open_ones:
        try:
            deeper = open_ones[-1].send(found)
        except StopIteration as end:
            open_ones.pop()
            found = end.value
        else:
            open_ones.append(deeper)
            found = None
    return found


def most_neighbours(graph: Graph, mask: int) -> int:
    return max(members(mask), key=lambda v: (graph[v] & mask).bit_count())
