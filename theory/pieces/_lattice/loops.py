"""What numpy does in a dozen passes over large complexes, compiled: one pass, and the same numbers."""

from __future__ import annotations

import numpy as np

from theory._compiled import compiled
from theory.pieces._network.arrays import Bits, Ids, Words

Lists = tuple[Ids, Ids, Ids]
"""Of faces: where the list of each starts in the pool, how long it is, and the pool."""
Part = tuple[Ids, Ids]
"""Of parts of faces: how long the list of each is, and the lists one after the other."""


@compiled
def parted(
    faces: Ids, lists: Lists, below: tuple[Ids, Ids, Ids], plus: Words, bit: np.uint64, new: int
) -> tuple[Part, Part, Part]:
    """Lists of what faces become that a gate cuts: parts on the plus side, on the minus side, and sections.

    below: of facets what `Cut` says of them; plus: their words. The sections, of numbers from `new` on, are the last in
    the other lists. The gate touches no facet that it does not cut.
    """
    starts, lengths, pool = lists
    index, lower, sections = below
    count, most = len(faces), 0
    for face in faces:
        most += lengths[face]
    kept, gone, between = np.empty(most + count, np.intp), np.empty(most + count, np.intp), np.empty(most, np.intp)
    sizes = np.empty((3, count), np.intp)
    a = b = c = 0
    for i in range(count):
        first_a, first_b, first_c = a, b, c
        start = starts[faces[i]]
        for at in range(start, start + lengths[faces[i]]):
            facet = pool[at]
            place = index[facet]
            if place >= 0:
                kept[a], gone[b], between[c] = facet, lower[place], sections[place]
                a, b, c = a + 1, b + 1, c + 1
            elif plus[facet] & bit:
                kept[a] = facet
                a += 1
            else:
                gone[b] = facet
                b += 1
        kept[a] = gone[b] = new + i
        a, b = a + 1, b + 1
        sizes[0, i], sizes[1, i], sizes[2, i] = a - first_a, b - first_b, c - first_c
    return (sizes[0], kept[:a]), (sizes[1], gone[:b]), (sizes[2], between[:c])


@compiled
def united(plus: Words, minus: Words, lists: Lists) -> tuple[Words, Words]:
    """Words of faces, of those of their facets."""
    starts, lengths, pool = lists
    found = np.zeros(len(lengths), np.uint64), np.zeros(len(lengths), np.uint64)
    for face in range(len(lengths)):
        for at in range(starts[face], starts[face] + lengths[face]):
            found[0][face] |= plus[pool[at]]
            found[1][face] |= minus[pool[at]]
    return found


@compiled
def both(plus: Words, minus: Words, bit: np.uint64) -> Ids:
    """Faces with both signs of a gate."""
    found, count = np.empty(len(plus), np.intp), 0
    for face in range(len(plus)):
        if plus[face] & minus[face] & bit:
            found[count] = face
            count += 1
    return found[:count]


@compiled
def marked(faces: Ids, lists: Lists, count: int) -> Bits:
    """Which of `count` facets are in the lists of some faces."""
    starts, lengths, pool = lists
    found = np.zeros(count, np.bool_)
    for face in faces:
        for at in range(starts[face], starts[face] + lengths[face]):
            found[pool[at]] = True
    return found


@compiled
def gathered(faces: Ids, lists: Lists, numbers: Ids) -> Part:
    """The lists of some faces, of facets that have new numbers."""
    starts, lengths, pool = lists
    sizes, total = lengths[faces], 0
    for size in sizes:
        total += size
    found, at = np.empty(total, np.intp), 0
    for face in faces:
        for place in range(starts[face], starts[face] + lengths[face]):
            found[at] = numbers[pool[place]]
            at += 1
    return sizes, found


@compiled
def replaced(faces: Ids, lists: Lists, lengths: Ids, pool: Ids) -> Part:
    """Put new lists where those of the faces were, if there is room; the numbers and the lists of the others."""
    starts, before, whole = lists
    left, longer = np.empty(len(faces), np.intp), np.empty(len(pool), np.intp)
    count = total = at = 0
    for i in range(len(faces)):
        start, fits = starts[faces[i]], lengths[i] <= before[faces[i]]
        for place in range(lengths[i]):
            if fits:
                whole[start + place] = pool[at + place]
            else:
                longer[total + place] = pool[at + place]
        if not fits:
            left[count] = i
            count, total = count + 1, total + lengths[i]
        at += lengths[i]
    return left[:count], longer[:total]
