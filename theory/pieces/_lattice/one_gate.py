"""Cuts every face of a complex by one gate, as is sooner in more than two dimensions than `split`, by many of them.

A face with both signs becomes its plus part (same number), its minus part and, one dimension lower, its section.
The section's facets are the sections of cut facets and the faces, two dimensions down, that the gate only touches.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory.pieces._lattice.complex import Complex
from theory.pieces._lattice.rows import pairs
from theory.pieces._lattice.split import Inconsistent, NewVertices
from theory.pieces._network.arrays import Ids, Words

Lists = tuple[Ids, Ids]
"""Of faces: how long the list of each is, and the lists one after the other."""


@dataclass
class Cut:
    """What became of the cut faces of one dimension. index: position of a face in `minus` and `sections`, or -1."""

    index: Ids
    minus: Ids
    sections: Ids


def split_by(cells: Complex, bit: np.uint64, cross: NewVertices) -> None:
    """Cut by the gate of `bit`; `cross` as for `split`."""
    if not _cut(cells, cells.dimension, bit).size:
        return
    touched = bool((~(cells.plus[0].view | cells.minus[0].view) & bit).any())
    cut = _split_edges(cells, bit, cross)
    for d in range(2, cells.dimension + 1):
        cut = _split_faces(cells, d, bit, cut, touched)


def _cut(cells: Complex, d: int, bit: np.uint64) -> Ids:
    return np.flatnonzero(cells.plus[d].view & cells.minus[d].view & bit)


def _none(cells: Complex, d: int) -> Cut:
    nothing = np.zeros(0, np.intp)
    return Cut(np.full(cells.count(d), -1), nothing, nothing)


def _split_edges(cells: Complex, bit: np.uint64, cross: NewVertices) -> Cut:
    cut = _cut(cells, 1, bit)
    if not cut.size:
        return _none(cells, 1)
    ends = cells.edges[cut]
    forward = (cells.plus[0][ends[:, 0]] & bit) != 0
    u, v = np.where(forward, ends.T, ends.T[::-1])
    middle = cells.points.size + np.arange(len(cut))
    plus, minus = cross(u, v, np.full(len(u), bit))
    cells.plus[0].append(plus)
    cells.minus[0].append(minus)
    index = np.full(cells.edges.size, -1)
    index[cut] = np.arange(len(cut))
    children = cells.edges.size + np.arange(len(cut))
    cells.edges[cut] = pairs(u, middle)
    cells.edges.append(pairs(v, middle))
    for words, new in ((cells.plus, plus), (cells.minus, minus)):
        words[1][cut] = words[0][u] | new
        words[1].append(words[0][v] | new)
    _copy_past(cells, 1, cut)
    return Cut(index, children, middle)


def _split_faces(cells: Complex, d: int, bit: np.uint64, below: Cut, touched: bool) -> Cut:
    cut = _cut(cells, d, bit)
    if not cut.size:
        return _none(cells, d)
    new = cells.count(d - 1) + np.arange(len(cut))
    kept, gone, sections = _parted(cells, d, bit, cut, below, touched)
    index = np.full(cells.count(d), -1)
    index[cut] = np.arange(len(cut))
    children = cells.count(d) + np.arange(len(cut))
    _append(cells, d - 1, *sections)
    cells.facets[d].replace(cut, *kept)
    for words, found in zip((cells.plus, cells.minus), _joined(cells, d - 1, *kept), strict=True):
        words[d][cut] = found
    _append(cells, d, *gone)
    _copy_past(cells, d, cut)
    return Cut(index, children, new)


def _parted(cells: Complex, d: int, bit: np.uint64, cut: Ids, below: Cut, touched: bool) -> tuple[Lists, Lists, Lists]:
    """Lists of the parts of cut faces on the plus side, on the minus side, and of the sections, the last in either."""
    owner, facet = cells.lists(d, cut)
    place = below.index[facet]
    divided = place >= 0
    above = ((cells.plus[d - 1][facet] & bit) != 0) & ~divided
    sections = owner[divided], below.sections[place[divided]]
    if touched:
        sections = _merged(sections, _touching(cells, d, bit, owner[above], facet[above]))
    new = cells.count(d - 1) + np.arange(len(cut))
    kept = _closed(owner[divided | above], facet[divided | above], new)
    facet[divided] = below.minus[place[divided]]
    return kept, _closed(owner[~above], facet[~above], new), _lists(*sections, len(cut))


def _touching(cells: Complex, d: int, bit: np.uint64, owner: Ids, facet: Ids) -> tuple[Ids, Ids]:
    """Faces of dimension d - 2 on the gate, each with the cut face it is in.

    Such a ridge lies between a facet on the plus side and one on the minus side: asking the plus side finds it once.
    """
    position, ridge = cells.lists(d - 1, facet)
    on = ((cells.plus[d - 2][ridge] | cells.minus[d - 2][ridge]) & bit) == 0
    return owner[position[on]], ridge[on]


def _merged(first: tuple[Ids, Ids], second: tuple[Ids, Ids]) -> tuple[Ids, Ids]:
    owner, face = (np.concatenate(pair) for pair in zip(first, second, strict=True))
    order = np.argsort(owner, kind="stable")
    return owner[order], face[order]


def _lists(owner: Ids, faces: Ids, count: int) -> tuple[Ids, Ids]:
    return np.bincount(owner, minlength=count), faces


def _closed(owner: Ids, faces: Ids, last: Ids) -> tuple[Ids, Ids]:
    """Lengths and pool of the lists of `faces` by owner, each ended by one of `last`."""
    lengths = np.bincount(owner, minlength=len(last)) + 1
    pool = np.empty(len(faces) + len(last), np.intp)
    pool[np.arange(len(faces)) + owner] = faces
    pool[np.cumsum(lengths) - 1] = last
    return lengths, pool


def _append(cells: Complex, d: int, lengths: Ids, pool: Ids) -> None:
    if (lengths < 2).any() or (d == 1 and len(pool) != 2 * len(lengths)):
        raise Inconsistent("a cut face has no section")
    if d == 1:
        cells.edges.append(pool.reshape(-1, 2))
    else:
        cells.facets[d].append(lengths, pool)
    for words, found in zip((cells.plus, cells.minus), _joined(cells, d - 1, lengths, pool), strict=True):
        words[d].append(found)


def _joined(cells: Complex, d: int, lengths: Ids, pool: Ids) -> tuple[Words, Words]:
    """Words of faces, of those of their facets, of dimension d."""
    plus, minus = cells.plus[d].view, cells.minus[d].view
    starts = np.cumsum(lengths) - lengths
    return np.bitwise_or.reduceat(plus[pool], starts), np.bitwise_or.reduceat(minus[pool], starts)


def _copy_past(cells: Complex, d: int, cut: Ids) -> None:
    if d == cells.dimension:
        cells.cell_plus.append(cells.cell_plus[cut])
        cells.cell_minus.append(cells.cell_minus[cut])
