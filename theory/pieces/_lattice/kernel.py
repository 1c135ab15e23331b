"""Gates cut a complex one after the other, as in `one_gate`, with the same faces in the same order: compiled.

What numpy does to all faces in a dozen passes is done here to each face in one. Loops end where Python has to do
something: where arrays are full, where a sign takes integers, or where it is time to look at the clock.
"""

from __future__ import annotations

import numpy as np

from theory._compiled import compiled
from theory._types import Array, Floats
from theory.pieces._lattice.crossing import SHARP, TINY
from theory.pieces._network.arrays import Ids, Words

SLOTS = 10
"""Dimensions 0 to 9: beyond `LATTICE_INPUTS` there is no complex. All are handed on, so that one machine code does."""

DONE, LOOK, FULL, CLOSE, BROKEN = range(5)
"""Why the loops ended: all gates are done, or so many that it is time to look; arrays are full; some vertices take
integers; a cut face has no section."""

FRESH, MET = range(2)
"""What was done of the first gate: nothing, or its new vertices are there, and right."""

Arrays = tuple[Array, ...]
"""One for each of the `SLOTS`."""
Faces = tuple[Arrays, Arrays, Arrays, Arrays]
"""Words (count, 2), plus and minus; starts, lengths and pools of lists."""
Vertices = tuple[Floats, Floats, Ids, Ids, Words, Words]
"""Points, values, parents, born, past_plus and past_minus."""
Clear = tuple[Floats, Floats, float, float]
"""Of gates (g,) the values up to which signs, and the slopes up to which crossings, take integers; what underflow may
lose; and the largest coordinate."""


@compiled
def run(
    gates: tuple[int, int, int],
    column: int,
    layer: int,
    over: bool,
    work: int,
    faces: Faces,
    edges: Ids,
    vertices: Vertices,
    words: tuple[Words, Words],
    scratch: tuple[Arrays, Arrays],
    sizes: Array,
    room: Array,
    clear: Clear,
) -> tuple[int, int, Ids]:
    """How many gates are done, why the loops ended, and which vertices take integers.

    gates: the first, the last, and how far the first is. column: of the values, that of gate 0. over: nobody asks for
    values of gates once they have cut. work: so many cut faces are enough for one time. words (c, rounds): of cells.
    scratch: 1 + the place of each cut face, 0 of all others; and lists of cut faces. sizes (5, SLOTS): how many faces,
    and numbers in pools; of the gate at hand how many cut faces, numbers in their lists, and whether it touches
    vertices. room (2, SLOTS): for how many faces and numbers.
    """
    first, last, stage = gates
    nothing = np.empty(0, np.intp)
    done = 0
    for gate in range(first, last):
        bit = np.uint64(1) << np.uint64(gate)
        if stage == FRESH:
            if done >= work:
                return gate, LOOK, nothing
            if not _found(np.uint64(gate), faces, sizes, scratch):
                continue
            if _full(sizes, room):
                return gate, FULL, nothing
            close = _crossed(gate, bit, column, layer, over, faces, edges, vertices, scratch, sizes, clear)
            if len(close):
                return gate, CLOSE, close
        stage = FRESH
        if not _divided(bit, faces, edges, words, scratch, sizes):
            return gate, BROKEN, nothing
        for d in range(1, sizes.shape[1]):
            done += sizes[2, d]
    return last, DONE, nothing


@compiled
def _found(gate: np.uint64, faces: Faces, sizes: Array, scratch: tuple[Arrays, Arrays]) -> bool:
    """Put down which faces the gate cuts."""
    signs, _, lengths, _ = faces
    _, cut = scratch
    top = 0
    while top + 1 < len(signs) and sizes[0, top + 1] > 0:
        top += 1
    sizes[2:] = 0
    for d in range(top, 0, -1):
        words, found, count = signs[d], cut[d], 0
        for face in range(sizes[0, d]):
            found[count] = face  # overwritten, if it is not cut: a branch here would not be foreseen
            count += int((words[face, 0] & words[face, 1]) >> gate & np.uint64(1))
        if not count and d == top:
            return False
        sizes[2, d] = count
        if d > 1:
            size, total = lengths[d], 0
            for i in range(count):
                total += size[found[i]]
            sizes[3, d] = total
    words = signs[0]
    for vertex in range(sizes[0, 0]):
        if not (words[vertex, 0] | words[vertex, 1]) >> gate & np.uint64(1):
            sizes[4, 0] = 1
            break
    return True


@compiled
def _full(sizes: Array, room: Array) -> bool:
    """Whether there is no room for what the cut makes."""
    for d in range(sizes.shape[1]):
        if needed(sizes, d) > room[0, d] or (d > 1 and needed_in_pool(sizes, d) > room[1, d]):
            return True
    return False


@compiled
def needed(sizes: Array, d: int) -> int:
    """How many faces of a dimension there are after the cut."""
    above = sizes[2, d + 1] if d + 1 < sizes.shape[1] else 0
    found: int = sizes[0, d] + sizes[2, d] + above
    return found


@compiled
def needed_in_pool(sizes: Array, d: int) -> int:
    """How many numbers its pool has then, at most: of a cut face the part on the plus side may be moved, that on the
    minus side is new, each has one facet more, and the sections of faces above have no more than these."""
    above = sizes[3, d + 1] if d + 1 < sizes.shape[1] else 0
    found: int = sizes[1, d] + 2 * (sizes[3, d] + sizes[2, d]) + above
    return found


@compiled
def _crossed(
    gate: int,
    bit: np.uint64,
    column: int,
    layer: int,
    over: bool,
    faces: Faces,
    edges: Ids,
    vertices: Vertices,
    scratch: tuple[Arrays, Arrays],
    sizes: Array,
    clear: Clear,
) -> Ids:
    """Append the points where edges cross the gate, as `_Turn.cross` does; which of them take integers."""
    signs = faces[0][0]
    points, values, parents, born, past_plus, past_minus = vertices
    limit, grazing, lost, reach = clear
    cut, count, new = scratch[1][1], sizes[2, 1], sizes[0, 0]
    close, some = np.empty(count, np.intp), 0
    at = column + gate
    for i in range(count):
        u, v = edges[cut[i], 0], edges[cut[i], 1]
        if not signs[u, 0] & bit:
            u, v = v, u
        parents[new, 0], parents[new, 1], born[new] = u, v, layer
        for k in range(past_plus.shape[1]):
            past_plus[new, k] = past_plus[u, k] | past_plus[v, k]
            past_minus[new, k] = past_minus[u, k] | past_minus[v, k]
        top, bottom = max(abs(values[u, at]), TINY), max(abs(values[v, at]), TINY)
        drop = top + bottom
        part, longest = top / drop, 0.0
        for k in range(points.shape[1]):
            step = points[v, k] - points[u, k]
            points[new, k] = points[u, k] + part * step
            longest = max(longest, abs(step))
        for k in range(at if over else 0, values.shape[1]):
            values[new, k] = (values[v, k] - values[u, k]) * part + values[u, k]
        clean = drop * reach > grazing[gate] * longest and drop * SHARP > lost
        on_plus, on_minus = (signs[u, 0] | signs[v, 0]) & ~bit, (signs[u, 1] | signs[v, 1]) & ~bit
        both = on_plus & on_minus
        on_plus, on_minus = on_plus & ~both, on_minus & ~both
        left, other = both, 0
        while left and clean:
            if left & np.uint64(1):
                value = values[new, column + other]
                if abs(value) <= limit[other]:
                    clean = False
                elif value > 0:
                    on_plus |= np.uint64(1) << np.uint64(other)
                elif value < 0:
                    on_minus |= np.uint64(1) << np.uint64(other)
            left >>= np.uint64(1)
            other += 1
        signs[new, 0], signs[new, 1] = on_plus, on_minus
        if not clean:
            close[some] = new
            some += 1
        new += 1
    sizes[0, 0] = new
    return close[:some]


@compiled
def _divided(
    bit: np.uint64,
    faces: Faces,
    edges: Ids,
    words: tuple[Words, Words],
    scratch: tuple[Arrays, Arrays],
    sizes: Array,
) -> bool:
    """Cut the faces of all dimensions, new vertices being there; False: one has no section."""
    signs, starts, lengths, pools = faces
    place, cut = scratch
    # Of a face of place i what is on the minus side is child + i, and where it is cut, section + i.
    child, section = _parted_edges(bit, signs[0], signs[1], edges, place[1], cut[1], sizes)
    d = 1
    while d + 1 < len(signs) and sizes[0, d + 1] > 0:
        d += 1
        numbers = child, section
        child, section = sizes[0, d], sizes[0, d - 1]
        words_here = signs[d - 2], signs[d - 1], signs[d]
        below, own = (starts[d - 1], lengths[d - 1], pools[d - 1]), (starts[d], lengths[d], pools[d])
        if not _parted(d, bit, words_here, below, own, edges, (place[d - 1], place[d], cut[d]), numbers, sizes):
            return False
    for i in range(sizes[2, d]):
        for k in range(words[0].shape[1]):
            words[0][child + i, k], words[1][child + i, k] = words[0][cut[d][i], k], words[1][cut[d][i], k]
    for each in range(1, d + 1):
        for i in range(sizes[2, each]):
            place[each][cut[each][i]] = 0
    return True


@compiled
def _parted_edges(
    bit: np.uint64, at: Words, along: Words, edges: Ids, place: Array, cut: Array, sizes: Array
) -> tuple[int, int]:
    """at, along: words of vertices and of edges."""
    count, child = sizes[2, 1], sizes[0, 1]
    middle = sizes[0, 0] - count
    for i in range(count):
        edge, new, vertex = cut[i], child + i, middle + i
        u, v = edges[edge, 0], edges[edge, 1]
        if not at[u, 0] & bit:
            u, v = v, u
        edges[edge, 0], edges[edge, 1], edges[new, 0], edges[new, 1] = u, vertex, v, vertex
        for k in range(2):
            along[edge, k], along[new, k] = at[u, k] | at[vertex, k], at[v, k] | at[vertex, k]
        place[edge] = 1 + i
    sizes[0, 1] = child + count
    return child, middle


@compiled
def _parted(  # noqa: PLR0915
    d: int,
    bit: np.uint64,
    signs: tuple[Words, Words, Words],
    below: tuple[Ids, Ids, Ids],
    own: tuple[Ids, Ids, Ids],
    edges: Ids,
    scratch: tuple[Array, Array, Array],
    numbers: tuple[int, int],
    sizes: Array,
) -> bool:
    """The same for faces of dimension d. signs: words of dimensions d - 2, d - 1 and d. below, own: lists of
    dimensions d - 1 and d. numbers: `child` and `section` of their facets."""
    under, middle, over = signs
    starts, lengths, pool = own
    place, own_place, cut = scratch
    first_child, first_section = numbers
    count, child, section = sizes[2, d], sizes[0, d], sizes[0, d - 1]
    end, end_below = sizes[1, d], sizes[1, d - 1]
    for i in range(count):
        face = cut[i]
        own_place[face] = 1 + i
        start, size, kept, gone, between = starts[face], lengths[face], 0, 0, 0
        one = other = 0
        kept_plus = kept_minus = gone_plus = gone_minus = on_plus = on_minus = np.uint64(0)
        for at in range(start, start + size):
            facet = pool[at]
            k = place[facet]
            if k:
                new, ridge = first_child + k - 1, first_section + k - 1
                pool[start + kept], pool[end + gone] = facet, new
                kept, gone = kept + 1, gone + 1
                kept_plus, kept_minus = kept_plus | middle[facet, 0], kept_minus | middle[facet, 1]
                gone_plus, gone_minus = gone_plus | middle[new, 0], gone_minus | middle[new, 1]
                on_plus, on_minus = on_plus | under[ridge, 0], on_minus | under[ridge, 1]
                if d > 2:
                    below[2][end_below + between] = ridge
                else:
                    one, other = other, ridge
                between += 1
            elif middle[facet, 0] & bit:
                pool[start + kept] = facet
                kept += 1
                kept_plus, kept_minus = kept_plus | middle[facet, 0], kept_minus | middle[facet, 1]
            else:
                pool[end + gone] = facet
                gone += 1
                gone_plus, gone_minus = gone_plus | middle[facet, 0], gone_minus | middle[facet, 1]
        if sizes[4, 0]:  # faces two dimensions down that the gate touches, which the plus side has once
            for at in range(start, start + kept):
                facet = pool[at]
                if place[facet]:
                    continue
                for side in range(2 if d == 2 else below[1][facet]):
                    ridge = edges[facet, side] if d == 2 else below[2][below[0][facet] + side]
                    if (under[ridge, 0] | under[ridge, 1]) & bit:
                        continue
                    if between == size:  # more than a section has: there is no room for them
                        return False
                    on_plus, on_minus = on_plus | under[ridge, 0], on_minus | under[ridge, 1]
                    if d > 2:
                        below[2][end_below + between] = ridge
                    else:
                        one, other = other, ridge
                    between += 1
        if between < 2 or (d == 2 and between != 2):
            return False
        if d > 2:
            below[0][section + i], below[1][section + i] = end_below, between
            end_below += between
        else:
            edges[section + i, 0], edges[section + i, 1] = one, other
        middle[section + i, 0], middle[section + i, 1] = on_plus, on_minus
        pool[end + gone] = section + i
        starts[child + i], lengths[child + i] = end, gone + 1
        end += gone + 1
        if kept == size:  # no room for the section
            starts[face] = end
            for at in range(kept):
                pool[end + at] = pool[start + at]
            start, end = end, end + kept + 1
        pool[start + kept] = section + i
        lengths[face] = kept + 1
        over[face, 0], over[face, 1] = kept_plus | on_plus, kept_minus | on_minus
        over[child + i, 0], over[child + i, 1] = gone_plus | on_plus, gone_minus | on_minus
    sizes[0, d - 1], sizes[0, d] = section + count, child + count
    sizes[1, d], sizes[1, d - 1] = end, end_below
    return True
