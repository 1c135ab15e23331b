"""One round: up to 64 gates of a layer cut the complex, one after the other.

Signs at vertices come from float64 where the value is clear of zero, from integers where it is not.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from theory._types import Floats
from theory.pieces._lattice.complex import Complex
from theory.pieces._lattice.rows import Rows
from theory.pieces._lattice.split import Inconsistent, split
from theory.pieces._network.arrays import Ids, Words
from theory.pieces._network.integers import Row, to_floats
from theory.pieces._network.network import Network
from theory.pieces._network.plan import Plan, Round, pack
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

POINTS_AT_ONCE = 4096
"""Vertices whose hidden values are held at once: chosen for memory, 4 MB for a width of 128."""


def run_round(plan: Plan, cells: Complex, number: int, watch: Callable[[Complex], bool], first: int = 0) -> int:
    """Cut by the gates of the round, from `first` on; how many are done then.

    watch(cells): called after each gate, and may raise. Where it is true the round stops short, and the words of the
    complex are those of the gates that are done.
    """
    turn = _Turn(plan, cells, plan.rounds[number])
    cells.begin_round(*turn.words_at_start(first))
    for gate in range(first, turn.round.gates):
        turn.gate = gate
        split(cells, np.uint64(1 << gate), turn.cross, bool(turn.touched >> gate & 1))
        if watch(cells) and gate + 1 < turn.round.gates:
            return gate + 1
    cells.end_round()
    return turn.round.gates


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
        for start in range(0, len(found), POINTS_AT_ONCE):
            some = slice(start, start + POINTS_AT_ONCE)
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


class _Turn:
    """Values (v, g) of the round's gates at all vertices, and what is needed to extend them."""

    def __init__(self, plan: Plan, cells: Complex, each: Round) -> None:
        self.plan, self.cells, self.round = plan, cells, each
        self.gate = -1
        self.touched = 0
        self.idle = plan.network.idle[each.layer][each.first : each.last]
        carry(plan, cells, each.layer)
        known, gates = cells.carried, slice(each.first, each.last)
        self.values = Rows(self._evaluate(cells.points.view) if known is None else known[:, gates].copy())
        self.scale = np.abs(self.values.view).max(axis=0)
        self.size = np.abs(cells.points.view).max()
        self.limit, self.grazing = self._limits()

    def _limits(self) -> tuple[Floats, Floats]:
        """Values (g,) up to which signs are not taken from float64, all where the tolerance is infinite; and slopes up
        to which crossings are not."""
        least = GRAZING * self.scale
        if np.isinf(self.plan.tolerance):
            return np.full(len(self.scale), np.inf), least
        some = self.cells.points.view[:: max(1, self.cells.points.size // SAMPLED)]
        moved = np.abs(self._evaluate(some) - self._evaluate(some, self.plan.nudged)).max(axis=0)
        limits: Floats = np.maximum(self.plan.tolerance * self.scale, NOISE * moved + self.plan.lost[self.round.layer])
        return limits, np.maximum(least, moved / max(self.plan.tolerance, SHARP))

    def _evaluate(self, points: Floats, network: Network | None = None) -> Floats:
        """The round's gates (count, g) at points (count, n + 1), of the network unless another is given."""
        network = network or self.plan.network
        rows, shifts = (part[self.round.first : self.round.last] for part in network.gate_rows[self.round.layer])
        out = np.empty((len(points), len(rows)))
        for start in range(0, len(points), POINTS_AT_ONCE):
            hidden, unit = network.hidden(points[start : start + POINTS_AT_ONCE], self.round.layer)
            np.matmul(hidden, rows.T, out=out[start : start + POINTS_AT_ONCE])
            out[start : start + POINTS_AT_ONCE] += unit[:, None] * shifts
        return out

    def words_at_start(self, done: int) -> tuple[Words, Words]:
        """Signs at the vertices; those of gates that are done are in the words of the complex."""
        values, words = self.values.view, [self.cells.past_plus.view, self.cells.past_minus.view]
        known = [each[0].view & np.uint64(2**done - 1) for each in (self.cells.plus, self.cells.minus)]
        if done:
            words = [np.column_stack(pair) for pair in zip(words, known, strict=True)]
        self._settle_all(values, (words[0], words[1]), done, done or None)
        plus, minus = self._words(values, np.uint64(2**self.round.gates - 2**done))
        return known[0] | plus, known[1] | minus

    def cross(self, u: Ids, v: Ids) -> tuple[Words, Words]:
        """Append the points where edges u -> v cross the gate, u on its plus side; their words of this round."""
        cells, later = self.cells, np.uint64(2**self.round.gates - 2 ** (self.gate + 1))
        past = [stored[u] | stored[v] for stored in (cells.past_plus, cells.past_minus)]
        known = [(words[0][u] | words[0][v]) & np.uint64(2**self.gate - 1) for words in (cells.plus, cells.minus)]
        words = tuple(np.column_stack(pair) for pair in zip(past, known, strict=True))
        points, values = self._between(u, v, words)
        self._settle_all(values, words, self.gate + 1, self.gate + 1)
        plus, minus = self._words(values, later)
        cells.past_plus.append(past[0])
        cells.past_minus.append(past[1])
        cells.points.append(points)
        self.values.append(values)
        if cells.carried is not None:
            cells.carried.append(self._carried_on(u, v, points))
        return known[0] | plus, known[1] | minus

    def _carried_on(self, u: Ids, v: Ids, points: Floats) -> Floats:
        """The layer's values at new points of the edges u -> v."""
        assert self.cells.carried is not None
        found = self.cells.carried[u]
        found += self.parts[:, None] * (self.cells.carried[v] - found)
        if self.exact.size:
            found[self.exact] = layer_values(self.plan.network, points[self.exact], self.round.layer)
        return found

    def _between(self, u: Ids, v: Ids, words: tuple[Words, ...]) -> tuple[Floats, Floats]:
        """Points where the gate is 0, and the values of later gates there; exact ones, rounded, on grazing edges."""
        later = slice(self.gate + 1, None)
        drop = self.values[u, self.gate] - self.values[v, self.gate]
        self.parts = self.values[u, self.gate] / drop
        part = self.parts[:, None]
        step = self.cells.points[v] - self.cells.points[u]
        points = self.cells.points[u] + part * step
        values = np.zeros((len(u), self.round.gates))
        values[:, later] = self.values[u, later]
        values[:, later] += part * (self.values[v, later] - values[:, later])
        steep = drop * self.size > self.grazing[self.gate] * np.abs(step).max(axis=1)
        steep &= drop * SHARP > max(self.plan.lost[self.round.layer], TINY)
        self.exact = np.flatnonzero(~steep)
        for i in self.exact.tolist():
            points[i] = self._rounded(self._locate((words[0][i], words[1][i]), self.gate + 1))
            values[i, later] = self._evaluate(points[i : i + 1])[0, later]
        return points, values

    def _settle_all(self, values: Floats, words: tuple[Words, ...], first: int, known: int | None) -> None:
        """Give all values (v, g) too close to 0, from gate `first` on, their exact sign."""
        unclear = (np.abs(values) <= self.limit) & ~self.idle
        unclear[:, :first] = False
        for i in np.flatnonzero(unclear.any(axis=1)).tolist():
            here = words[0][i], words[1][i]
            self._settle(values[i], np.flatnonzero(unclear[i]), here, self._locate(here, known))

    def _locate(self, words: tuple[Words, Words], known: int | None = None) -> Row:
        """The exact vertex of given words, of which the last has the first `known` gates alone."""
        point = locate(self.plan, *words, known)
        if point is None:
            raise Inconsistent("a vertex is not determined by the gates that vanish there")
        return point

    def _rounded(self, point: Row) -> Floats:
        found = to_floats(point)
        return found / found[0] if self.plan.domain.bounded else found

    def _settle(self, values: Floats, gates: Ids, words: tuple[Words, Words], point: Row) -> None:
        """Give values of these gates at a vertex their exact sign."""
        rows = self.plan.rows(words[1], self.round.layer)
        for gate in gates:
            exact = sum(c * x for c, x in zip(rows[self.round.first + gate], point, strict=True))
            size = max(abs(values[gate]), TINY)
            values[gate] = 0.0 if exact == 0 else size if exact > 0 else -size

    def _words(self, values: Floats, mask: np.uint64) -> tuple[Words, Words]:
        plus, minus = pack(values > 0) & mask, pack(values < 0) & mask
        self.touched |= int(mask & ~np.bitwise_and.reduce(plus | minus))
        return plus, minus
