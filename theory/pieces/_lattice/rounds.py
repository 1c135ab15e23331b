"""One round: up to 64 gates of a layer cut the complex.

Signs at vertices come from float64 where the value is clear of zero, from integers where it is not.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator

import numpy as np

from theory._types import Floats
from theory.pieces._lattice.complex import Complex
from theory.pieces._lattice.one_gate import split_by
from theory.pieces._lattice.rows import Rows, pairs
from theory.pieces._lattice.split import Inconsistent, split
from theory.pieces._network.arrays import Bits, Ids, Words
from theory.pieces._network.integers import Row, to_floats
from theory.pieces._network.network import Network
from theory.pieces._network.plan import NUDGE, Plan, Round, pack, unpack
from theory.pieces._network.vertex import locate

GRAZING = 1e-6
"""An edge that meets a gate at a slope below this, relative to the gate's largest value, gets an exact crossing: a
float64 crossing is then off by at most some u / 1e-6 = 1e-10 of the edge, less than the tolerance of signs. Chosen
so. Where terms cancel, the slope has to be that much above what nudged weights change."""

SHARP = 1e-10
"""What underflow may lose, and TINY, are less than this share of a fall along an edge, or its crossing is exact: the
share of the edge that a crossing on an edge that grazes may be off by, too."""

TINY = 1e-300
"""Stands for a value of known sign that float64 gave as 0: any number that does not underflow when it is divided by."""

SAMPLED = 64
"""Vertices, or a few more, at which a round compares the network with its nudged copy: chosen for time."""

NOISE = 1e3
"""So many times what nudged weights change is not trusted for a sign, where terms cancel to less than the tolerance
knows of: chosen, as a sample of vertices and of nudges sees some share of the worst."""

MOST_CARRIED = 1 << 26
"""Numbers: chosen for memory, 512 MB, or twice that while they grow. Beyond it each round works out its own."""

POINTS_AT_ONCE = 1024
"""Vertices whose values are worked out at once: chosen, those of a width of 128 stay in a processor's cache, 1 MB."""

TOGETHER = 2
"""Dimensions in which several gates cut at once: chosen for time, by half in the plane."""

FEW = 1000
"""Cells that may come to be unasked, whatever memory was set: chosen, they are soon cut."""


def run_round(
    plan: Plan,
    cells: Complex,
    number: int,
    watch: Callable[[Complex], bool],
    first: int = 0,
    most: float = math.inf,
) -> int:
    """Cut by the gates of the round, from `first` on; how many are done then.

    watch(cells): called when some cells have been cut, and may raise: words of cells then have both signs of the gates
    that have not cut them yet. Where it is true after some gates have cut all cells, the round stops short, and the
    words of the complex are those of the gates that are done. most: so many numbers (`Complex.size`), or cells of so
    many, are not passed by several gates at once.
    """
    turn = _Turn(plan, cells, plan.rounds[number])
    turn.begin(first)
    while first < turn.round.gates:
        last = turn.choose(first, most)
        if last == first + 1:
            split_by(cells, np.uint64(2**first), turn.cross)
        else:
            split(cells, np.uint64(2**last - 2**first), turn.cross, lambda: watch(cells))
        first = last
        if watch(cells) and first < turn.round.gates:
            return first
    cells.end_round()
    return first


def carry(plan: Plan, cells: Complex, layer: int) -> None:
    """Keep the layer's values at the vertices, as long as they fit: what the layer before has left gives them at once.

    They are affine on every edge, so a new vertex has them from its edge's ends. Gates of pairs are differences of
    them, which would cancel to less than their rounding: these are worked out from the differences of rows.
    """
    network = plan.network
    if network.paired or cells.points.size * len(network.biases[layer]) > MOST_CARRIED:
        cells.carried = None
    elif cells.carried is None or cells.layer != layer:
        before = cells.carried.view if cells.carried is not None and cells.layer == layer - 1 else None
        found = np.empty((cells.points.size, len(network.biases[layer])))
        for some in _some(len(found)):
            if before is None:
                found[some] = layer_values(network, cells.points[some], layer)
            else:
                inputs = network.activate(before[some].copy())
                found[some] = inputs @ network.weights[layer].T + cells.points[some, :1] * network.biases[layer]
        cells.carried, cells.layer = Rows(found), layer


def layer_values(network: Network, points: Floats, layer: int) -> Floats:
    """Of a layer before its activation (count, w), at homogeneous points (count, n + 1)."""
    hidden, unit = network.hidden(points, layer)
    found: Floats = hidden @ network.weights[layer].T + unit[:, None] * network.biases[layer]
    return found


Known = tuple[tuple[Words, Words], tuple[Words, Words]]
"""Words of the rounds before (v, rounds), and of this one (v,), on the plus and on the minus side."""


class _Turn:
    """Values of the round's gates at all vertices, and what is needed to extend them.

    values (v, any): the columns `gates` are the round's.
    """

    def __init__(self, plan: Plan, cells: Complex, each: Round) -> None:
        self.plan, self.cells, self.round = plan, cells, each
        self.idle = plan.network.idle[each.layer][each.first : each.last]
        carry(plan, cells, each.layer)
        if cells.carried is None:
            self.values, self.gates = Rows(self._evaluate(cells.points.view)), slice(0, each.gates)
        else:
            self.values, self.gates = cells.carried, slice(each.first, each.last)
        self.scale = np.zeros(each.gates)
        for some in _some(self.values.size):
            np.maximum(self.scale, np.abs(self.values[some, self.gates]).max(axis=0), out=self.scale)
        self.size = np.abs(cells.points.view).max()
        self.limit, self.grazing = self._limits()

    def _limits(self) -> tuple[Floats, Floats]:
        """Values (g,) up to which signs are not taken from float64, all where the tolerance is infinite; and slopes up
        to which crossings are not."""
        least = GRAZING * self.scale
        if np.isinf(self.plan.tolerance):
            return np.full(len(self.scale), np.inf), least
        some = self.cells.points.view[:: max(1, self.cells.points.size // SAMPLED)]
        moved = np.abs(self._evaluate(some) - self._evaluate(some, self.plan.nudged)).max(axis=0) / NUDGE
        limits: Floats = np.maximum(self.plan.tolerance * self.scale, NOISE * moved + self.plan.lost[self.round.layer])
        return limits, np.maximum(least, moved / max(self.plan.tolerance, SHARP))

    def _evaluate(self, points: Floats, network: Network | None = None) -> Floats:
        """The round's gates (count, g) at points (count, n + 1), of the network unless another is given."""
        network = network or self.plan.network
        rows, shifts = (part[self.round.first : self.round.last] for part in network.gate_rows[self.round.layer])
        out = np.empty((len(points), len(rows)))
        for some in _some(len(points)):
            hidden, unit = network.hidden(points[some], self.round.layer)
            np.matmul(hidden, rows.T, out=out[some])
            out[some] += unit[:, None] * shifts
        return out

    def begin(self, first: int) -> None:
        """Take the signs of gates at all vertices; those of gates before `first` are in the words of the complex."""
        cells, gates = self.cells, self.round.gates
        words = [each[0].view & np.uint64(2**first - 1) for each in (cells.plus, cells.minus)]
        for some in _some(self.values.size):
            values = self.values[some, self.gates]
            unclear = (np.abs(values) <= self.limit) & ~self.idle
            unclear[:, :first] = False
            if unclear.any():
                values = values.copy()
                vertex, gate = np.nonzero(unclear)
                pairs = zip((cells.past_plus, cells.past_minus), words, strict=True)
                past = tuple(np.column_stack([stored[some], known[some]]) for stored, known in pairs)
                values[vertex, gate] = self._settled(values[vertex, gate], vertex, gate, past, first)
            for known, signs in zip(words, self._words(values, np.uint64(2**gates - 2**first)), strict=True):
                known[some] |= signs
        cells.begin_round(words[0], words[1])

    def choose(self, first: int, most: float) -> int:
        """How many gates have cut when the next ones have: of a plane all that leave fewer than `most` numbers.

        In more dimensions sections have sections, and their steps multiply: one gate has its turn then.
        """
        cells, gates = self.cells, self.round.gates
        if cells.dimension > TOGETHER:
            return first + 1
        parts = np.array([_most_parts(count, cells.dimension) for count in range(gates + 1)])
        limit = max(FEW, most / cells.size * cells.cells)
        both = cells.plus[-1].view & cells.minus[-1].view

        def too_many(last: int) -> bool:
            return bool(parts[np.bitwise_count(both & np.uint64(2**last - 1))].sum() > limit)

        return first + max(1, bisect_left(range(first + 1, gates + 1), True, key=too_many))

    def cross(self, u: Ids, v: Ids, bits: Words) -> tuple[Words, Words]:
        """Append the points where edges u -> v cross the gates of the bits, u on their plus sides; their words.

        A gate that is 0 all along an edge, or has one sign on it, is so inside. Of others the value there decides.
        """
        cells = self.cells
        past: list[Words] = [np.bitwise_or(stored[u], stored[v]) for stored in (cells.past_plus, cells.past_minus)]
        plus, minus = ((words[0][u] | words[0][v]) & ~bits for words in (cells.plus, cells.minus))
        words: Known = (past[0], plus), (past[1], minus)
        points, values = self._between(u, v, _places(bits), words)
        both = plus & minus
        if both.any():
            some = values[:, self.gates]
            near = np.abs(some) <= self.limit
            if near.any() and (near := near & unpack(both[:, None], self.round.gates)).any():
                some = some.copy()
                row, gate = np.nonzero(near)
                every = tuple(np.column_stack(each) for each in words)
                some[row, gate] = self._settled(some[row, gate], row, gate, every, self.round.gates)
            plus, minus = (
                sure & ~both | found for sure, found in zip((plus, minus), self._words(some, both), strict=True)
            )
        cells.past_plus.append(past[0])
        cells.past_minus.append(past[1])
        cells.points.append(points)
        cells.parents.append(pairs(u, v))
        cells.born.append(np.full(len(u), self.round.layer))
        return plus, minus

    def _between(self, u: Ids, v: Ids, gate: Ids, words: Known) -> tuple[Floats, Floats]:
        """Points where gates are 0, and the values there, which are appended; exact ones, rounded, on grazing edges."""
        column, before = self.gates.start + gate, self.values.size
        values = self.values.extend(len(u))
        known = self.values[:before]
        top, bottom = (np.maximum(np.abs(known[ends, column]), TINY) for ends in (u, v))
        drop = top + bottom
        part = (top / drop)[:, None]
        step = self.cells.points[v] - self.cells.points[u]
        points = self.cells.points[u] + part * step
        for some in _some(len(u)):
            here = np.take(known, u[some], axis=0, out=values[some], mode="clip")
            there = np.take(known, v[some], axis=0)
            there -= here
            there *= part[some]
            here += there
        steep = drop * self.size > self.grazing[gate] * np.abs(step).max(axis=1)
        steep &= drop * SHARP > max(self.plan.lost[self.round.layer], TINY)
        exact = np.flatnonzero(~steep)
        for i in exact.tolist():
            plus, minus = (np.append(past[i], word[i]) for past, word in words)
            points[i] = self._rounded(self._locate((plus, minus), self.round.gates))
        if exact.size:
            values[exact] = (
                self._evaluate(points[exact])
                if self.cells.carried is None
                else layer_values(self.plan.network, points[exact], self.round.layer)
            )
        return points, values

    def _settled(self, values: Floats, vertex: Ids, gate: Ids, words: tuple[Words, ...], known: int) -> Floats:
        """Values (k,) of gates at vertices, too close to 0, with their exact sign: none is kept, as a layer may make
        more of TINY than of what it stands for. Of words (v, rounds) the last has
        the first `known` gates alone."""
        found = np.maximum(np.abs(values), TINY)
        tied = self._tied(vertex, gate, words)
        found[tied] = 0.0
        rest = np.flatnonzero(~tied)
        if not rest.size:
            return found
        vertex, gate = vertex[rest], gate[rest]
        starts = np.flatnonzero(np.diff(vertex, prepend=-1))
        for i, start, end in zip(vertex[starts].tolist(), starts, np.append(starts[1:], len(vertex)), strict=True):
            point = self._locate((words[0][i], words[1][i]), known)
            rows = self.plan.rows(words[1][i], self.round.layer)
            for place in range(start, end):
                row = rows[self.round.first + gate[place]]
                exact = sum(c * x for c, x in zip(row, point, strict=True))
                found[rest[place]] *= (exact > 0) - (exact < 0)
        return found

    def _tied(self, vertex: Ids, gate: Ids, words: tuple[Words, ...]) -> Bits:
        """Which gates (k,) at vertices are 0 because others are that belong to the same layer that was given."""
        some, place = np.unique(vertex, return_inverse=True)
        before = slice(self.plan.columns(self.round.layer).start)
        plus, minus = (each[some, before] for each in words)
        found = list(self.plan.ties(plus, minus, self.round.layer)) if some.size else []
        return found[-1][place, self.round.first + gate] if found else np.zeros(len(vertex), bool)

    def _locate(self, words: tuple[Words, Words], known: int) -> Row:
        """The exact vertex of given words, of which the last has the first `known` gates alone."""
        point = locate(self.plan, *words, known)
        if point is None:
            raise Inconsistent("a vertex is not determined by the gates that vanish there")
        return point

    def _rounded(self, point: Row) -> Floats:
        found = to_floats(point)
        return found / found[0] if self.plan.domain.bounded else found

    def _words(self, values: Floats, mask: np.uint64 | Words) -> tuple[Words, Words]:
        return pack(values > 0) & mask, pack(values < 0) & mask


def _some(count: int) -> Iterator[slice]:
    """Of so many, a few at a time."""
    return (slice(start, start + POINTS_AT_ONCE) for start in range(0, count, POINTS_AT_ONCE))


def _most_parts(gates: int, dimension: int) -> float:
    """Into how many so many gates cut a cell at most."""
    return float(sum(math.comb(gates, i) for i in range(dimension + 1)))


def _places(bits: Words) -> Ids:
    """Which bit is set, of words with one."""
    return np.frexp(bits.astype(np.float64))[1].astype(np.intp) - 1
