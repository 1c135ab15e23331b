"""A complex of convex cells as a face lattice: every face knows its facets, every vertex its homogeneous point.

Signs of at most 64 gates at a time, a round, are one word a face: bit g of `plus` when gate g is positive somewhere
on the face, of `minus` when negative somewhere. Words of earlier rounds are kept for vertices and cells.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from theory._types import Array, Floats
from theory.pieces._lattice.rows import Rows, ranges
from theory.pieces._network.arrays import Ids, Words

LIGHTER = 40
"""Carried values count so much less than other numbers in `Complex.size`: chosen, blocks of networks of a few hundred
neurons a layer stay large enough that cuts cost more by their cells than each by itself, at some 100 MB."""


ROOM = 2
"""So many times what the lists take may pools hold before what is no more is dropped at the end of a round: chosen for
time, by a sixth in five inputs."""


@dataclass
class Facets:
    """Facets of the faces of one dimension >= 2: of face f, pool[starts[f] : starts[f] + lengths[f]]."""

    starts: Rows
    lengths: Rows
    pool: Rows

    @classmethod
    def of(cls, lengths: Ids, pool: Ids) -> Facets:
        return cls(Rows(np.cumsum(lengths) - lengths), Rows(lengths), Rows(pool))

    def lists(self, faces: Ids) -> tuple[Ids, Ids]:
        """Positions in `faces` and facets, one pair an incidence, in order."""
        lengths = self.lengths[faces]
        return np.repeat(np.arange(len(faces)), lengths), self.pool[ranges(self.starts[faces], lengths)]

    def _extend(self, lengths: Ids, pool: Ids) -> Ids:
        starts = self.pool.size + np.cumsum(lengths) - lengths
        self.pool.append(pool)
        return starts

    def append(self, lengths: Ids, pool: Ids) -> None:
        self.starts.append(self._extend(lengths, pool))
        self.lengths.append(lengths)

    def replace(self, faces: Ids, lengths: Ids, pool: Ids) -> None:
        self.starts[faces] = self._extend(lengths, pool)
        self.lengths[faces] = lengths

    def take(self, faces: Ids, renumber: Ids, compiled: bool) -> Facets:
        if compiled:
            from theory.pieces._lattice.loops import gathered  # numba is slow to import

            return Facets.of(*gathered(faces, self.views, renumber))
        _, pool = self.lists(faces)
        return Facets.of(self.lengths[faces], renumber[pool])

    def narrow(self) -> None:
        """Keep numbers of faces in 32 bits: of large complexes what counts is how much memory is gone through."""
        self.lengths, self.pool = (Rows(each.view.astype(np.int32, copy=False)) for each in (self.lengths, self.pool))

    @property
    def views(self) -> tuple[Ids, Ids, Ids]:
        """Where each list starts, how long it is, and the pool, as arrays."""
        return self.starts.view, self.lengths.view, self.pool.view


@dataclass
class Complex:
    """points (v, n + 1), edges (e, 2), facets of dimensions 2..n; plus, minus: words (count,) of dimensions 0..n.

    carried (v, w): the values of a layer before its activation, of layer `layer`; None where they are not kept.
    past_plus, past_minus (v, rounds) and cell_plus, cell_minus (c, rounds): words of finished rounds, the first
    of them on the sides of the domain.
    compiled: loops cut it, for which words of the round are known at vertices alone, and at the cells when it ends.
    unordered: nobody asks in which order its cells are.
    parents (v, 2): the vertices between which one came to be, when a gate of layer born (v,) cut their edge; -1 where
    they are not among those at hand.
    """

    points: Rows
    edges: Rows
    facets: dict[int, Facets]
    plus: list[Rows]
    minus: list[Rows]
    past_plus: Rows
    past_minus: Rows
    cell_plus: Rows
    cell_minus: Rows
    compiled: bool = field(default=False, init=False)
    unordered: bool = field(default=False, init=False)
    carried: Rows | None = field(default=None, init=False)
    layer: int = field(default=-1, init=False)
    parents: Rows = field(init=False)
    born: Rows = field(init=False)

    def __post_init__(self) -> None:
        self.parents = Rows(np.full((self.points.size, 2), -1))
        self.born = Rows(np.full(self.points.size, -1))

    @property
    def dimension(self) -> int:
        return len(self.plus) - 1

    @property
    def cells(self) -> int:
        """How many cells."""
        return self.count(self.dimension)

    @property
    def size(self) -> int:
        """How many numbers it holds, nearly: a measure of its memory."""
        pools = sum(each.pool.size + each.starts.size for each in self.facets.values())
        light = 0 if self.carried is None else self.carried.view.size // LIGHTER
        return 2 * self.edges.size + (self.dimension + 1) * self.points.size + pools + light

    def count(self, d: int) -> int:
        """How many faces of dimension d."""
        return (self.points, self.edges)[d].size if d < 2 else self.facets[d].starts.size

    def lists(self, d: int, faces: Ids) -> tuple[Ids, Ids]:
        """Positions in `faces`, of dimension d >= 1, and facets, one pair an incidence, in order."""
        if d == 1:
            return np.repeat(np.arange(len(faces)), 2), self.edges[faces].ravel()
        return self.facets[d].lists(faces)

    def begin_round(self, plus: Words, minus: Words) -> None:
        """Signs of the next gates at the vertices, (v,) each, handed up to all faces."""
        self.plus[0], self.minus[0] = Rows(plus), Rows(minus)
        for words in (self.plus, self.minus):
            words[1] = Rows(words[0][self.edges[:, 0]] | words[0][self.edges[:, 1]])
        for d in range(2, self.dimension + 1):
            lengths = self.facets[d].lengths.view
            _, facet = self.lists(d, np.arange(self.count(d)))
            for words in (self.plus, self.minus):
                words[d] = Rows(np.bitwise_or.reduceat(words[d - 1][facet], np.cumsum(lengths) - lengths))

    def end_round(self) -> None:
        """Store the words of vertices and cells, and drop lists of faces that are no more."""
        for stored, words in (
            ("past_plus", self.plus[0]),
            ("past_minus", self.minus[0]),
            ("cell_plus", self.plus[-1]),
            ("cell_minus", self.minus[-1]),
        ):
            setattr(self, stored, Rows(np.column_stack([getattr(self, stored).view, words.view])))
        for d, each in self.facets.items():
            if each.pool.size > ROOM * each.lengths.view.sum():
                self.facets[d] = each.take(np.arange(self.count(d)), np.arange(self.count(d - 1)), self.compiled)

    def take(self, cells: Ids) -> Complex:
        """The cells with their faces alone, in the order given."""
        kept = {self.dimension: cells}
        for d in range(self.dimension, 0, -1):
            kept[d - 1] = self._bounds(d, kept[d])
        numbers = [_renumber(kept[d], self.count(d)) for d in range(self.dimension)]
        none = [Rows(np.zeros(0, np.uint64)) for _ in range(self.dimension)]  # a round begins with those of vertices
        found = Complex(
            Rows(self.points[kept[0]]),
            Rows(numbers[0][self.edges[kept[1]]]),
            {d: each.take(kept[d], numbers[d - 1], self.compiled) for d, each in self.facets.items()},
            [Rows(self.plus[0][kept[0]]), *none],
            [Rows(self.minus[0][kept[0]]), *none],
            *(Rows(stored[kept[0]]) for stored in (self.past_plus, self.past_minus)),
            *(Rows(stored[cells]) for stored in (self.cell_plus, self.cell_minus)),
        )
        parents = self.parents[kept[0]]
        found.parents = Rows(np.where(parents < 0, -1, numbers[0][parents]))
        found.born = Rows(self.born[kept[0]])
        found.compiled, found.unordered = self.compiled, self.unordered
        if self.carried is not None:
            found.carried, found.layer = Rows(self.carried[kept[0]]), self.layer
        return found

    def _bounds(self, d: int, faces: Ids) -> Ids:
        """The facets of faces of dimension d, each once, in order."""
        if d > 1 and self.compiled:
            from theory.pieces._lattice.loops import marked  # numba is slow to import

            return np.flatnonzero(marked(faces, self.facets[d].views, self.count(d - 1)))
        return _present(self.lists(d, faces)[1], self.count(d - 1))

    def vertices_of_cells(self, some: Ids | None = None) -> tuple[Ids, Ids]:
        """(cell, vertex), one pair an incidence, ordered by cell; of some cells: (position in these, vertex)."""
        owner, face = self.lists(self.dimension, np.arange(self.cells) if some is None else some)
        for d in range(self.dimension - 1, 0, -1):
            position, below = self.lists(d, face)
            owner, face = _distinct(owner[position], below, self.count(d - 1))
        return owner, face

    def walls(self) -> tuple[Ids, Ids, Ids]:
        """(facet, cell, other cell) for each facet between two cells."""
        cell, facet = self.lists(self.dimension, np.arange(self.cells))
        order = np.argsort(facet, kind="stable")
        facet, cell = facet[order], cell[order]
        shared = np.flatnonzero(facet[1:] == facet[:-1])
        return facet[shared], cell[shared], cell[shared + 1]

    def joints(self, same: Array) -> tuple[Ids, Ids]:
        """Pairs of cells with equal rows of `same`, (c,) or (c, k), that share a facet."""
        _, cell, other = self.walls()
        rows = same[:, None] if same.ndim == 1 else same
        joined = (rows[cell] == rows[other]).all(axis=1)
        return cell[joined], other[joined]


def _present(faces: Ids, count: int) -> Ids:
    """Those of `count` that are among the faces, in order."""
    found = np.zeros(count, bool)
    found[faces] = True
    return np.flatnonzero(found)


def _renumber(kept: Ids, count: int) -> Ids:
    numbers = np.full(count, -1)
    numbers[kept] = np.arange(len(kept))
    return numbers


def _distinct(owner: Ids, face: Ids, count: int) -> tuple[Ids, Ids]:
    keys = np.unique(owner * count + face)
    return keys // count, keys % count


def from_faces(points: Floats, faces: list[tuple[Ids, Ids]], plus: Words, minus: Words) -> Complex:
    """points (v, n + 1); faces[d - 1] the lists of facets of dimension d: lengths, pool; plus, minus (v,) words."""
    counts = [len(points), *(len(lengths) for lengths, _ in faces)]
    cells = counts[-1]
    found = Complex(
        Rows(points),
        Rows(faces[0][1].reshape(-1, 2)),
        {d: Facets.of(*each) for d, each in enumerate(faces[1:], start=2)},
        [Rows(np.zeros(count, np.uint64)) for count in counts],
        [Rows(np.zeros(count, np.uint64)) for count in counts],
        *(Rows(np.empty((len(points), 0), np.uint64)) for _ in range(2)),
        *(Rows(np.empty((cells, 0), np.uint64)) for _ in range(2)),
    )
    found.begin_round(plus, minus)
    found.end_round()
    return found
