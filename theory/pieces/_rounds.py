"""One round: up to 64 gates of a layer cut the complex, one after the other.

Signs at vertices come from float64 where the value is clear of zero, from integers where it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from theory._validation import Floats
from theory.pieces._complex import Complex, Ids, Words
from theory.pieces._exact import to_floats
from theory.pieces._network import Bits
from theory.pieces._plan import Plan, Round, pack
from theory.pieces._rows import Rows
from theory.pieces._split import Inconsistent, split
from theory.pieces._vertex import locate

# An edge that meets a gate at a slope below this, relative to the gate's largest value, gets an exact crossing.
GRAZING = 1e-6
TINY = 1e-300
FULL = np.uint64(2**64 - 1)


def run_round(plan: Plan, cells: Complex, number: int, watch: Callable[[int], None]) -> None:
    """Cut by all gates of the round; watch(cells) is told how many there are after each gate."""
    turn = _Turn(plan, cells, plan.rounds[number])
    cells.begin_round(*turn.words_at_start())
    for gate in range(turn.round.gates):
        turn.gate = gate
        split(cells, np.uint64(1 << gate), turn.cross, bool(turn.touched >> gate & 1))
        watch(cells.cells)
    cells.end_round()


class _Turn:
    """Values (v, g) of the round's gates at all vertices, and what is needed to extend them."""

    def __init__(self, plan: Plan, cells: Complex, each: Round) -> None:
        self.plan, self.cells, self.round = plan, cells, each
        self.gate = -1
        self.touched = 0
        self.idle = plan.network.idle[each.layer][each.first : each.last]
        self.values = Rows(self._evaluate(cells.points.view))
        self.scale = np.abs(self.values.view).max(axis=0)
        self.size = np.abs(cells.points.view).max()

    def _evaluate(self, points: Floats) -> Floats:
        rows, shifts = (
            part[self.round.first : self.round.last] for part in self.plan.network.gate_rows[self.round.layer]
        )
        out = np.empty((len(points), len(rows)))
        for start in range(0, len(points), 4096):
            hidden, unit = self.plan.network.hidden(points[start : start + 4096], self.round.layer)
            np.matmul(hidden, rows.T, out=out[start : start + 4096])
            out[start : start + 4096] += unit[:, None] * shifts
        return out

    def words_at_start(self) -> tuple[Words, Words]:
        values = self.values.view
        for i, gates in _flagged((np.abs(values) <= self.plan.tolerance * self.scale) & ~self.idle):
            past = self.cells.past_plus[i], self.cells.past_minus[i]
            self._settle(values[i], gates, past, self._locate(past, self.cells.points[i]))
        return self._words(values)

    def cross(self, u: Ids, v: Ids) -> tuple[Words, Words]:
        """Append the points where edges u -> v cross the gate, u on its plus side; their words of this round."""
        cells, later = self.cells, slice(self.gate + 1, None)
        a, b = self.values[u, self.gate], self.values[v, self.gate]
        part = (a / (a - b))[:, None]
        step = cells.points[v] - cells.points[u]
        points = cells.points[u] + part * step
        values = np.zeros((len(u), self.round.gates))
        values[:, later] = self.values[u, later]
        values[:, later] += part * (self.values[v, later] - values[:, later])
        past = [stored[u] | stored[v] for stored in (cells.past_plus, cells.past_minus)]
        before = np.uint64((1 << self.gate) - 1)
        known = [(words[0][u] | words[0][v]) & before for words in (cells.plus, cells.minus)]
        words = [np.column_stack(pair) for pair in zip(past, known, strict=True)]
        steep = (a - b) * self.size > GRAZING * self.scale[self.gate] * np.abs(step).max(axis=1)
        for i in np.flatnonzero(~steep).tolist():
            points[i] = self._rounded(self._locate((words[0][i], words[1][i]), points[i], self.gate + 1))
            values[i, later] = self._evaluate(points[i : i + 1])[0, later]
        unclear = np.abs(values) <= self.plan.tolerance * self.scale
        unclear[:, : self.gate + 1] = False
        unclear &= ~self.idle
        for i, gates in _flagged(unclear):
            here = words[0][i], words[1][i]
            self._settle(values[i], gates, here, self._locate(here, points[i], self.gate + 1))
        new = self._words(values, np.uint64(2**self.round.gates - 2 ** (self.gate + 1)))
        grown = (cells.points, points), (self.values, values), (cells.past_plus, past[0]), (cells.past_minus, past[1])
        for stored, rows in grown:
            stored.append(rows)
        return known[0] | new[0], known[1] | new[1]

    def _locate(self, words: tuple[Words, Words], near: Floats, known: int | None = None) -> list:
        """The exact vertex of given words, of which the last has the first `known` gates alone."""
        point = locate(self.plan, *words, near, known)
        if point is None:
            raise Inconsistent("a vertex is not determined by the gates that vanish there")
        return point

    def _rounded(self, point: list) -> Floats:
        found = to_floats(point)
        return found / found[0] if self.plan.domain.bounded else found

    def _settle(self, values: Floats, gates: Ids, words: tuple[Words, Words], point: list) -> None:
        """Give values of these gates at a vertex their exact sign."""
        rows = self.plan.exact.gates(self.plan.acting(words[1], self.round.layer))
        for gate in gates:
            exact = sum(c * x for c, x in zip(rows[self.round.first + gate], point, strict=True))
            size = max(abs(values[gate]), TINY)
            values[gate] = 0.0 if exact == 0 else size if exact > 0 else -size

    def _words(self, values: Floats, mask: np.uint64 = FULL) -> tuple[Words, Words]:
        plus, minus = pack(values > 0) & mask, pack(values < 0) & mask
        self.touched |= int(mask & ~np.bitwise_and.reduce(plus | minus))
        return plus, minus


def _flagged(unclear: Bits) -> Iterator[tuple[int, Ids]]:
    for i in np.flatnonzero(unclear.any(axis=1)).tolist():
        yield i, np.flatnonzero(unclear[i])
