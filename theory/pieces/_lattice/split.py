"""Cuts every face of a complex by some gates, each face by its own next gate at a time.

Faces are closed dimension by dimension: one is closed when no gate has both signs on it. A face whose facets are closed
is cut by any one of its gates: the facets on either side stay whole, and a section comes between them, bounded by those
of their facets that the gate only touches. The section is closed at once, so that the facets of both parts are closed
as well, and each goes on by a gate of its own. All faces of a dimension go on together: of steps there are as many as
gates cut a single face one after the other, which is few where faces are small, and each handles nothing but what it
cuts.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from theory.pieces._lattice.complex import Complex
from theory.pieces._lattice.rows import pairs, ranges
from theory.pieces._network.arrays import Ids, Words

AT_ONCE = 1 << 13
"""Faces cut in one step: chosen for how often the clock is looked at, and numpy's own time is some tenth of theirs."""

NewVertices = Callable[[Ids, Ids, Words], tuple[Words, Words]]

Look = Callable[[], object]

Pieces = tuple[Ids, Ids]
"""Faces, or positions in a list of them, and what belongs to each, one pair a piece."""


class Inconsistent(ArithmeticError):
    """The signs at hand are not those of an affine function on every face."""


def split(cells: Complex, gates: np.uint64, cross: NewVertices, look: Look) -> None:
    """Cut by the gates whose bits are given, until none of them has both signs on a face.

    cross(u, v, bits) appends a point to each edge, where the gate of its bit is 0, and returns its words; u is on
    the plus side. look: called after each step; it may raise.
    """
    divided = np.zeros(0, np.intp), np.zeros(0, np.intp)
    for d in range(1, cells.dimension + 1):
        faces = np.flatnonzero(cells.plus[d].view & cells.minus[d].view & gates)
        if divided[0].size:
            _renew(cells, d, faces, divided)
        owner, pieces = _close(cells, d, faces, gates, cross, look)
        divided = faces[owner], pieces


def _close(cells: Complex, d: int, faces: Ids, gates: np.uint64, cross: NewVertices, look: Look) -> Pieces:
    """Cut faces of closed facets until they are closed; what they became beside themselves, in no order.

    A cut face goes on as the part on the plus side, the other is a new one.
    """
    owner, here, found = np.arange(len(faces)), faces, [(np.zeros(0, np.intp), np.zeros(0, np.intp))]
    while True:
        both = cells.plus[d][here] & cells.minus[d][here] & gates
        cut = np.flatnonzero(both)
        if not cut.size:
            owners, pieces = zip(*found, strict=True)
            return np.concatenate(owners), np.concatenate(pieces)
        owner, here, both = owner[cut], here[cut], both[cut[:AT_ONCE]]
        now = here[:AT_ONCE]
        bits = both & (~both + np.uint64(1))  # the lowest
        new = _cut_edges(cells, now, bits, cross) if d == 1 else _cut_faces(cells, d, now, bits, gates, cross, look)
        found.append((owner[:AT_ONCE], new))
        owner, here = np.concatenate([owner, owner[:AT_ONCE]]), np.concatenate([here, new])
        if d == cells.dimension:
            cells.cell_plus.append(cells.cell_plus[now])
            cells.cell_minus.append(cells.cell_minus[now])
        look()


def _cut_edges(cells: Complex, edges: Ids, bits: Words, cross: NewVertices) -> Ids:
    """The parts on the minus side, which are new; the others keep the numbers of their edges."""
    ends = cells.edges[edges]
    forward = (cells.plus[0][ends[:, 0]] & bits) != 0
    u, v = np.where(forward, ends.T, ends.T[::-1])
    middle = cells.points.size + np.arange(len(edges))
    new = cells.edges.size + np.arange(len(edges))
    plus, minus = cross(u, v, bits)
    cells.plus[0].append(plus)
    cells.minus[0].append(minus)
    cells.edges[edges] = pairs(u, middle)
    cells.edges.append(pairs(v, middle))
    for words, at in ((cells.plus, plus), (cells.minus, minus)):
        words[1][edges] = words[0][u] | at
        words[1].append(words[0][v] | at)
    return new


def _cut_faces(
    cells: Complex, d: int, faces: Ids, bits: Words, gates: np.uint64, cross: NewVertices, look: Look
) -> Ids:
    """The same for d >= 2, all facets being closed, and so are those of the parts."""
    owner, facet = cells.lists(d, faces)
    above = (cells.plus[d - 1][facet] & bits[owner]) != 0
    sections = cells.count(d - 1) + np.arange(len(faces))
    _append(cells, d - 1, *_touching(cells, d, bits, owner[above], facet[above]), len(faces))
    part, pieces = _close(cells, d - 1, sections, gates, cross, look)
    between = np.concatenate([np.arange(len(faces)), part]), np.concatenate([sections, pieces])
    new = cells.count(d) + np.arange(len(faces))
    kept, gone = (_joined(owner[side], facet[side], *between, len(faces)) for side in (above, ~above))
    cells.facets[d].replace(faces, *kept)
    cells.facets[d].append(*gone)
    for words in (cells.plus, cells.minus):
        words[d][faces] = _united(words[d - 1].view, *kept)
        words[d].append(_united(words[d - 1].view, *gone))
    return new


def _touching(cells: Complex, d: int, bits: Words, owner: Ids, facet: Ids) -> Pieces:
    """Faces of dimension d - 2 on the gate, each with the cut face it is in.

    Such a ridge lies between a facet on the plus side and one on the minus side: asking the plus side finds it once.
    """
    position, ridge = cells.lists(d - 1, facet)
    owner = owner[position]
    on = ((cells.plus[d - 2][ridge] | cells.minus[d - 2][ridge]) & bits[owner]) == 0
    return owner[on], ridge[on]


def _append(cells: Complex, d: int, owner: Ids, below: Ids, count: int) -> None:
    """New faces of dimension d, and the faces below that bound them, by owner."""
    lengths = np.bincount(owner, minlength=count)
    if (lengths < 2).any() or (d == 1 and len(below) != 2 * count):
        raise Inconsistent("a cut face has no section")
    if d == 1:
        cells.edges.append(below.reshape(-1, 2))
    else:
        cells.facets[d].append(lengths, below)
    for words in (cells.plus, cells.minus):
        words[d].append(_united(words[d - 1].view, lengths, below))


def _renew(cells: Complex, d: int, faces: Ids, divided: Pieces) -> None:
    """Give the lists of the faces what their divided facets became."""
    order = np.argsort(divided[0], kind="stable")
    whole, starts, counts = np.unique(divided[0][order], return_index=True, return_counts=True)
    first, lengths = np.zeros((2, cells.count(d - 1)), np.intp)
    first[whole], lengths[whole] = starts, counts
    owner, facet = cells.lists(d, faces)
    some = lengths[facet]
    more = divided[1][order][ranges(first[facet], some)]
    cells.facets[d].replace(faces, *_joined(owner, facet, np.repeat(owner, some), more, len(faces)))


def _joined(owner: Ids, faces: Ids, more_owner: Ids, more: Ids, count: int) -> tuple[Ids, Ids]:
    """Lengths and pool of the lists by owner, of both pairs of arrays."""
    owner, faces = np.concatenate([owner, more_owner]), np.concatenate([faces, more])
    return np.bincount(owner, minlength=count), faces[np.argsort(owner, kind="stable")]


def _united(words: Words, lengths: Ids, pool: Ids) -> Words:
    return np.bitwise_or.reduceat(words[pool], np.cumsum(lengths) - lengths)
