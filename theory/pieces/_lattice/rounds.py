"""One round: up to 64 gates of a layer cut the complex.

Signs at vertices come from float64 where the value is clear of zero, from integers where it is not.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator

import numpy as np

from theory._types import Floats
from theory.pieces._lattice.compiled import cut_one_by_one, note, worthwhile
from theory.pieces._lattice.complex import Complex
from theory.pieces._lattice.crossing import SHARP, TINY
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

SAMPLED = 64
"""Vertices, or a few more, at which a round compares the network with its nudged copy: chosen for time."""

NOISE = 1e3
"""So many times what nudged weights change is not trusted for a sign, where terms cancel to less than the tolerance
knows of: chosen, as a sample of vertices and of nudges sees some share of the worst."""

MOST_CARRIED = 1 << 26
"""Numbers: chosen for memory, 512 MB, or twice that while they grow. Beyond it each round works out its own."""

CARRIED = 4
"""So many times what a layer begins with there is room for, where loops are compiled: chosen, what is not used is not
touched."""

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
    closely: bool = False,
) -> int:
    """Cut by the gates of the round, from `first` on; how many are done then.

    watch(cells): called when some cells have been cut, and may raise: words of cells then have both signs of the gates
    that have not cut them yet. Where it is true after some gates have cut all cells, the round stops short, and the
    words of the complex are those of the gates that are done. most: so many numbers (`Complex.size`), or cells of so
    many, are not passed by several gates at once. closely: compiled loops, too, call `watch` after every gate.
    """
    cells.compiled = worthwhile(cells)
    turn = _Turn(plan, cells, plan.rounds[number])
    turn.begin(first)
    while first < turn.round.gates:
        if cells.compiled:
            first = cut_one_by_one(turn, first, most, closely, lambda: watch(cells))
        else:
            first = turn.cut(first, most, lambda: watch(cells))
            cells.compiled = worthwhile(cells)
        if watch(cells) and first < turn.round.gates:
            if cells.compiled and turn.over:  # values of gates that are done were not kept
                cells.carried = None
            return first
    cells.end_round()
    note(cells)
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
        rows, count = Rows(np.empty((0, len(network.biases[layer])))), cells.points.size
        rows.room(CARRIED * count if cells.compiled else count)
        found = rows.extend(count)
        for some in _some(count):
            if before is None:
                found[some] = layer_values(network, cells.points[some], layer)
            else:
                inputs = network.activate(before[some].copy())
                found[some] = inputs @ network.weights[layer].T + cells.points[some, :1] * network.biases[layer]
        cells.carried, cells.layer = rows, layer


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
        self.scale = self._scale()
        self.size = np.abs(cells.points.view).max()
        self.limit, self.grazing = self._limits()
        self.column, self.layer = self.gates.start, each.layer
        self.over = cells.carried is None or each.layer == plan.network.depth - 1
        self.clear = self.limit, self.grazing, max(plan.lost[each.layer], TINY), float(self.size)

    def _scale(self) -> Floats:
        """The largest value of each gate (g,)."""
        if self.cells.compiled:
            from theory.pieces._lattice.loops import largest  # numba is slow to import

            return largest(self.values.view, self.gates.start, self.round.gates)
        found = np.zeros(self.round.gates)
        for some in _some(self.values.size):
            np.maximum(found, np.abs(self.values[some, self.gates]).max(axis=0), out=found)
        return found

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
        mask = np.uint64(2**gates - 2**first)
        if cells.compiled:
            from theory.pieces._lattice.loops import signs  # numba is slow to import

            limit = np.where(self.idle, -1.0, self.limit)
            unclear = signs(self.values.view, self.gates.start, limit, first, words[0], words[1])
            for start in range(0, len(unclear), POINTS_AT_ONCE):
                self._begin(unclear[start : start + POINTS_AT_ONCE], first, words, mask)
        else:
            for some in _some(self.values.size):
                self._begin(some, first, words, mask)
        if cells.compiled:
            cells.plus[0], cells.minus[0] = Rows(words[0]), Rows(words[1])
        else:
            cells.begin_round(words[0], words[1])

    def _begin(self, some: slice | Ids, first: int, words: list[Words], mask: np.uint64) -> None:
        """The same at some vertices, into the words of all, (v,) plus and minus."""
        values = self.values[some, self.gates]
        unclear = (np.abs(values) <= self.limit) & ~self.idle
        unclear[:, :first] = False
        if unclear.any():
            values = values.copy()
            vertex, gate = np.nonzero(unclear)
            pairs = zip((self.cells.past_plus, self.cells.past_minus), words, strict=True)
            past = tuple(np.column_stack([stored[some], known[some]]) for stored, known in pairs)
            values[vertex, gate] = self._settled(values[vertex, gate], vertex, gate, past, first)
        for known, signs in zip(words, self._words(values, mask), strict=True):
            known[some] |= signs

    def cut(self, first: int, most: float, look: Callable[[], object]) -> int:
        """By one gate or more; how many have cut then."""
        last = self.choose(first, most)
        if last == first + 1:
            split_by(self.cells, np.uint64(2**first), self.cross)
        else:
            split(self.cells, np.uint64(2**last - 2**first), self.cross, look)
        return last

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
        made = self._made(u, v, bits, self.values.view, self.values.extend(len(u)))
        for rows, new in zip((cells.points, cells.past_plus, cells.past_minus), made[:3], strict=True):
            rows.append(new)
        cells.parents.append(pairs(u, v))
        cells.born.append(np.full(len(u), self.round.layer))
        return made[3], made[4]

    def mend(self, new: Ids, gate: int) -> None:
        """What the compiled loops made of vertices on a gate, once more, with integers."""
        cells, values = self.cells, np.empty((len(new), self.values.view.shape[1]))
        u, v = cells.parents[new].T
        with np.errstate(all="ignore"):  # where `over`, values of gates that are done are anything
            made = self._made(u, v, np.full(len(u), np.uint64(2**gate)), self.values.view, values)
        rows = cells.points, cells.past_plus, cells.past_minus, cells.plus[0], cells.minus[0], self.values
        for each, right in zip(rows, (*made, values), strict=True):
            each[new] = right

    def _made(
        self, u: Ids, v: Ids, bits: Words, known: Floats, values: Floats
    ) -> tuple[Floats, Words, Words, Words, Words]:
        """Points, words of rounds before, and words of `cross`; known: values at u and v, from which `values` come."""
        cells = self.cells
        past: list[Words] = [np.bitwise_or(stored[u], stored[v]) for stored in (cells.past_plus, cells.past_minus)]
        plus, minus = ((words[0][u] | words[0][v]) & ~bits for words in (cells.plus, cells.minus))
        words: Known = (past[0], plus), (past[1], minus)
        points = self._between(u, v, _places(bits), words, known, values)
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
        return points, past[0], past[1], plus, minus

    def _between(self, u: Ids, v: Ids, gate: Ids, words: Known, known: Floats, values: Floats) -> Floats:
        """Points where gates are 0, and the values there; exact ones, rounded, on grazing edges."""
        column = self.gates.start + gate
        top, bottom = (np.maximum(np.abs(known[ends, column]), TINY) for ends in (u, v))
        drop = top + bottom
        part = (top / drop)[:, None]
        step = self.cells.points[v] - self.cells.points[u]
        points: Floats = self.cells.points[u] + part * step
        for some in _some(len(u)):
            here = np.take(known, u[some], axis=0, out=values[some], mode="clip")
            there = np.take(known, v[some], axis=0)
            there -= here
            there *= part[some]
            here += there
        steep = drop * self.size > self.grazing[gate] * np.abs(step).max(axis=1)
        steep &= drop * SHARP > self.clear[2]
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
        return points

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
