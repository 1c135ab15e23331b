"""The loops of `kernel`, handed the arrays of a complex: makes room for them, and settles what takes integers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np

from theory._compiled import installed
from theory._types import Array, Floats
from theory.pieces._lattice.complex import Complex
from theory.pieces._lattice.rows import Rows, pairs
from theory.pieces._lattice.split import Inconsistent
from theory.pieces._network.arrays import Ids, Words
from theory.pieces._network.plan import Round

WORK = 1 << 14
"""Cut faces, of any dimension, after which the clock is looked at: chosen, some milliseconds."""

NUMBERS = 8
"""Of `Complex.size`, that a cut face adds, nearly, in the plane: chosen, as an estimate of when it is time to look."""

MANY = 2**18
"""From so many cells on, over 2^n, compiled loops gain more than the import of numba takes: chosen for time."""

LEAST, SPARE = 1.5, 2
"""Where something is full, all have so many times the room that they need at least, and what is new has so many times
as much: chosen for time."""

LARGEST = 2**31 - 1
"""Faces of one dimension: their numbers are kept in 32 bits."""

Handed = tuple[Any, Any, Any, Any, Any, Array, Array]
"""Arrays of `kernel.run`, in its order, from faces to room."""


class Turn(Protocol):
    """What the loops have to know of a round."""

    cells: Complex
    round: Round
    values: Rows
    column: int
    layer: int
    over: bool
    clear: tuple[Floats, Floats, float, float]

    def mend(self, new: Ids, gate: int) -> None: ...


class _Done:
    """Cells that were cut in this process without compiled loops, while nobody asked for their order."""

    cells = 0


def worthwhile(cells: Complex) -> bool:
    """Whether compiled loops are to cut the complex: they go on as they began, where numba is still there.

    Where nobody asks for the order of cells, which is another in the plane, those of complexes before count, too.
    """
    many = MANY >> cells.dimension
    enough = cells.compiled or cells.cells >= many or (cells.unordered and _Done.cells >= many)
    return enough and installed()


def note(cells: Complex) -> None:
    """After each round."""
    if cells.unordered and not cells.compiled:
        _Done.cells += cells.cells


def cut_one_by_one(turn: Turn, first: int, most: float, closely: bool, stop: Callable[[], bool]) -> int:
    """Cut by the gates from `first` on until `stop` ends it; how many are done then.

    stop(): called now and then, or after every gate if `closely` or where the complex is larger than `most`; it may
    raise.
    """
    from theory.pieces._lattice import kernel  # numba is slow to import

    state = _State(turn.cells, turn.values)
    stage = kernel.FRESH
    while True:
        work = 1 if closely else int(np.clip((most - turn.cells.size) / NUMBERS, 1, WORK))
        gates = first, turn.round.gates, stage
        first, why, close = kernel.run(gates, turn.column, turn.layer, turn.over, work, *state.arrays, turn.clear)
        state.keep()
        stage = kernel.FRESH
        if why == kernel.BROKEN:
            raise Inconsistent("a cut face has no section")
        if why == kernel.FULL:
            state.grow(LEAST)
        elif why == kernel.CLOSE:
            turn.mend(close, first)
            stage = kernel.MET
        elif stop() or why == kernel.DONE:
            return first


class _State:
    """Arrays of the complex with room, the loops' own ones beside them, and how much is in each."""

    def __init__(self, cells: Complex, values: Rows) -> None:
        from theory.pieces._lattice.kernel import SLOTS

        self.cells, self.values, self.slots = cells, values, SLOTS
        self.sizes, self.room = np.zeros((5, SLOTS), np.intp), np.zeros((2, SLOTS), np.intp)
        self.place = [np.empty(0, np.int32)] * SLOTS
        self.cut = [np.empty(0, np.int32)] * SLOTS
        for d in range(cells.dimension + 1):
            self.sizes[0, d] = cells.count(d)
        for d, each in cells.facets.items():
            each.narrow()
            self.sizes[1, d] = each.pool.size
        self.signs = [Rows(words) for words in _signs(cells)]
        self.grow()

    def _rows(self) -> Iterator[tuple[int, Rows]]:
        """What has one row for each face of a dimension."""
        cells = self.cells
        for rows in (cells.points, self.values, cells.parents, cells.born, cells.past_plus, cells.past_minus):
            yield 0, rows
        yield 1, cells.edges
        for d in range(cells.dimension + 1):
            yield d, self.signs[d]
        for d, each in cells.facets.items():
            yield d, each.starts
            yield d, each.lengths
        yield cells.dimension, cells.cell_plus
        yield cells.dimension, cells.cell_minus

    def keep(self) -> None:
        """The complex has what the loops made."""
        for d, rows in self._rows():
            rows.size = int(self.sizes[0, d])
        for d, each in self.cells.facets.items():
            each.pool.size = int(self.sizes[1, d])
        for d in (0, self.cells.dimension):
            for k, words in enumerate((self.cells.plus, self.cells.minus)):
                words[d] = Rows(self.signs[d].view[:, k])

    def grow(self, least: float = 1.0) -> None:
        """Make room, which is at least so many times what the gate at hand takes."""
        from theory.pieces._lattice.kernel import needed, needed_in_pool

        need = [math.ceil(least * needed(self.sizes, d)) for d in range(self.cells.dimension + 1)]
        if max(need) > LARGEST:
            raise MemoryError(
                f"a complex has more than {LARGEST} faces of a dimension: pass max_pieces or a smaller box"
            )
        self.room[0, : len(need)] = LARGEST
        for d, rows in self._rows():
            self.room[0, d] = min(self.room[0, d], len(rows.room(need[d], SPARE)))
        for d, each in self.cells.facets.items():
            self.room[1, d] = len(each.pool.room(math.ceil(least * needed_in_pool(self.sizes, d)), SPARE))
        for d, count in enumerate(self.room[0, : len(need)].tolist()):
            if count >= len(self.cut[d]):
                self.place[d], self.cut[d] = np.zeros(count + 1, np.int32), np.empty(count + 1, np.int32)
        self.arrays = self._arrays()

    def _arrays(self) -> Handed:
        cells, facets = self.cells, self.cells.facets
        faces = (
            self._slots(dict(enumerate(self.signs)), np.empty((0, 2), np.uint64)),
            self._slots({d: each.starts for d, each in facets.items()}, np.empty(0, np.intp)),
            self._slots({d: each.lengths for d, each in facets.items()}, np.empty(0, np.int32)),
            self._slots({d: each.pool for d, each in facets.items()}, np.empty(0, np.int32)),
        )
        of_vertices = cells.points, self.values, cells.parents, cells.born, cells.past_plus, cells.past_minus
        vertices = tuple(rows.room(0) for rows in of_vertices)
        words = cells.cell_plus.room(0), cells.cell_minus.room(0)
        return faces, cells.edges.room(0), vertices, words, (tuple(self.place), tuple(self.cut)), self.sizes, self.room

    def _slots(self, rows: dict[int, Rows], none: Array) -> tuple[Array, ...]:
        """One for each dimension, `none` where there are none."""
        return tuple(rows[d].room(0) if d in rows else none for d in range(self.slots))


def _signs(cells: Complex) -> Iterator[Words]:
    """Words (f, 2) of the faces of each dimension, plus and minus, of those of vertices."""
    from theory.pieces._lattice.loops import united  # numba is slow to import

    words: Words = pairs(cells.plus[0].view, cells.minus[0].view)
    yield words
    words = np.bitwise_or(*words[cells.edges.view.T])
    yield words
    for d in range(2, cells.dimension + 1):
        words = united(words, cells.facets[d].views)
        yield words
