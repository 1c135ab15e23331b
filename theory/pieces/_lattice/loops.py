"""What numpy does in a dozen passes over large complexes, compiled: one pass, and the same numbers, but for inverses,
which are rounded otherwise."""

from __future__ import annotations

import numpy as np

from theory._compiled import compiled
from theory._types import Floats
from theory.pieces._network.arrays import Bits, Ids, Words

Lists = tuple[Ids, Ids, Ids]
"""Of faces: where the list of each starts in the pool, how long it is, and the pool."""
Part = tuple[Ids, Ids]
"""Of parts of faces: how long the list of each is, and the lists one after the other."""


@compiled
def united(words: Words, lists: Lists) -> Words:
    """Words (f, 2) of faces, of those of their facets."""
    starts, lengths, pool = lists
    found = np.zeros((len(lengths), 2), np.uint64)
    for face in range(len(lengths)):
        plus = minus = np.uint64(0)
        for at in range(starts[face], starts[face] + lengths[face]):
            plus |= words[pool[at], 0]
            minus |= words[pool[at], 1]
        found[face, 0], found[face, 1] = plus, minus
    return found


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
    found, at = np.empty(total, pool.dtype), 0
    for face in faces:
        for place in range(starts[face], starts[face] + lengths[face]):
            found[at] = numbers[pool[place]]
            at += 1
    return sizes, found


@compiled
def largest(values: Floats, column: int, gates: int) -> Floats:
    """Of so many gates, from a column of the values (v, any) on, the largest size (gates,)."""
    found = np.zeros(gates)
    for vertex in range(len(values)):
        for gate in range(gates):
            found[gate] = max(found[gate], abs(values[vertex, column + gate]))
    return found


@compiled
def signs(values: Floats, column: int, limit: Floats, first: int, plus: Words, minus: Words) -> Ids:
    """Put the signs of gates, from number `first` on, into words (v,); but of vertices where some value is not above
    its limit (g,), which are handed back."""
    unclear, count = np.empty(len(values), np.intp), 0
    for vertex in range(len(values)):
        above = below = np.uint64(0)
        clear = True
        for gate in range(first, len(limit)):
            value = values[vertex, column + gate]
            clear &= not abs(value) <= limit[gate]
            above |= np.uint64(value > 0) << np.uint64(gate)
            below |= np.uint64(value < 0) << np.uint64(gate)
        if clear:
            plus[vertex] |= above
            minus[vertex] |= below
        else:
            unclear[count] = vertex
            count += 1
    return unclear[:count]


@compiled
def held(values: Floats, error: Floats, slope: Floats, near: Floats, plus: Words, minus: Words, column: int) -> Bits:
    """Of each vertex whether all signs in words (v, rounds), from a column on, are proved: values (v, g) are beyond
    error (g,) + near (v,) slope (g,)."""
    found = np.ones(len(values), np.bool_)
    for vertex in range(len(values)):
        wrong = np.uint64(0)
        for gate in range(len(error)):
            value, bound = values[vertex, gate], error[gate] + near[vertex] * slope[gate]
            word, shift = column + gate // 64, np.uint64(gate % 64)
            wrong |= (plus[vertex, word] >> shift) & np.uint64(not value > bound)
            wrong |= (minus[vertex, word] >> shift) & np.uint64(not -value > bound)
        found[vertex] = wrong == 0
    return found


@compiled
def inverted(matrices: Floats) -> Floats:
    """Inverses (k, n, n), by Gauss and Jordan with pivots of columns; infinite where a pivot is 0."""
    found = np.empty_like(matrices)
    n = matrices.shape[1]
    left = np.empty((n, n))
    for k in range(len(matrices)):
        right = found[k]
        left[:], right[:] = matrices[k], 0.0
        for i in range(n):
            right[i, i] = 1.0
        for i in range(n):
            pivot = i
            for row in range(i + 1, n):
                if abs(left[row, i]) > abs(left[pivot, i]):
                    pivot = row
            if left[pivot, i] == 0:
                right[:] = np.inf
                break
            for column in range(n):
                left[i, column], left[pivot, column] = left[pivot, column], left[i, column]
                right[i, column], right[pivot, column] = right[pivot, column], right[i, column]
            share = 1.0 / left[i, i]
            for column in range(n):
                left[i, column] *= share
                right[i, column] *= share
            for row in range(n):
                if row != i:
                    share = left[row, i]
                    for column in range(n):
                        left[row, column] -= share * left[i, column]
                        right[row, column] -= share * right[i, column]
    return found
