"""Symmetric systems of graphs that are nearly forests: nodes with few neighbours leave first. Compiled.

Gaussian elimination in the order of least degree (George and Liu 1989, The evolution of the minimum degree ordering
algorithm), found as it goes, on lists of neighbours that hold the entries that come up, too: little more than one look
at every edge of a forest, where a library spends its time on finding an order first. The loop over nodes is not
cut into small functions: to hand them the lists takes longer than what they would do.
"""

from __future__ import annotations

import numpy as np

from theory._compiled import compiled
from theory._types import Array, Floats, Indices

NONE = -1
LEFT = -2
"""The degree of a node that is out of the system."""

System = tuple[Array, Array, Floats]
"""Entries (e,), each at (start, end) and at (end, start), start != end."""
Rows = tuple[Array, Array, Array, Floats]
"""The nodes that left, in that order; where the row of each begins, and one more; columns and entries of the rows."""


@compiled
def eliminate(  # noqa: PLR0915
    start: Indices, end: Indices, across: Floats, diagonal: Floats, right: Floats, most: int
) -> tuple[Rows, System]:
    """The rows of nodes that left, as long as one had at most `most` neighbours and a positive pivot; and what is left.

    The diagonal (n,) and the right side (n,) become those of the rows and of what is left.
    """
    count, used = len(right), len(start)
    # A node that leaves brings an edge between any two of its neighbours.
    to, after, entry, first, degree = _lists(start, end, across, count, used + count * (most * (most - 1) // 2))
    # Stacks of nodes by degree: one whose degree changes is put on another, and its old entry is out of date.
    top, entries = np.full(most + 1, NONE, np.int32), 0
    named, under = np.empty(count * (most + 1), np.int32), np.empty(count * (most + 1), np.int32)
    for node in range(count):
        if degree[node] <= most:
            named[entries], under[entries], top[degree[node]] = node, top[degree[node]], entries
            entries += 1
    order, begin, done = np.empty(count, np.int32), np.zeros(count + 1, np.int32), 0
    column, value = np.empty(count * most, np.int32), np.empty(count * most)
    place, least = np.full(count, NONE, np.int32), 0
    while least <= most:
        if top[least] == NONE:
            least += 1
            continue
        node, top[least] = named[top[least]], under[top[least]]
        if degree[node] != least:
            continue
        if not diagonal[node] > 0:
            break
        order[done], degree[node] = node, LEFT
        low = high = begin[done]
        half = first[node]
        while half != NONE:
            one = to[half]
            if degree[one] != LEFT:
                degree[one] -= 1
                if place[one] < low:
                    place[one], column[high], value[high] = high, one, entry[half // 2]
                    high += 1
                else:  # two edges between the same nodes
                    value[place[one]] += entry[half // 2]
            half = after[half]
        done += 1
        begin[done] = high
        for i in range(low, high):
            one, share = column[i], value[i] / diagonal[node]
            diagonal[one] -= share * value[i]
            right[one] -= share * right[node]
            for j in range(i + 1, high):
                other = column[j]
                own, far = (one, other) if degree[one] < degree[other] else (other, one)
                half = first[own]
                while half != NONE and to[half] != far:
                    half = after[half]
                if half != NONE:
                    entry[half // 2] -= share * value[j]
                    continue
                entry[used], to[2 * used], to[2 * used + 1] = -share * value[j], other, one
                after[2 * used], first[one] = first[one], 2 * used
                after[2 * used + 1], first[other] = first[other], 2 * used + 1
                degree[one] += 1
                degree[other] += 1
                used += 1
        for i in range(low, high):
            one = column[i]
            if degree[one] <= most:
                named[entries], under[entries], top[degree[one]] = one, top[degree[one]], entries
                entries += 1
                least = min(least, degree[one])
    rows = (order[:done], begin[: done + 1], column[: begin[done]], value[: begin[done]])
    return rows, _left(to[: 2 * used], entry, degree)


@compiled
def _lists(
    start: Indices, end: Indices, across: Floats, count: int, size: int
) -> tuple[Array, Array, Floats, Array, Array]:
    """A list for every node: halves of edges, what is after each, entries, where each list begins, and how long it is.

    Half 2 e is in the list of the start of e, 2 e + 1 in that of its end; both say which node is at the other one.
    size: there is room for so many edges.
    """
    to, after, entry = np.empty(2 * size, np.int32), np.empty(2 * size, np.int32), np.empty(size)
    first, degree = np.full(count, NONE, np.int32), np.zeros(count, np.int32)
    for edge in range(len(start)):
        one, other = start[edge], end[edge]
        entry[edge], to[2 * edge], to[2 * edge + 1] = across[edge], other, one
        after[2 * edge], first[one] = first[one], 2 * edge
        after[2 * edge + 1], first[other] = first[other], 2 * edge + 1
        degree[one] += 1
        degree[other] += 1
    return to, after, entry, first, degree


@compiled
def _left(to: Array, entry: Floats, degree: Array) -> System:
    """The edges between nodes that are left."""
    kept = 0
    for edge in range(len(to) // 2):
        one, other = to[2 * edge + 1], to[2 * edge]
        if degree[one] != LEFT and degree[other] != LEFT:
            to[2 * kept + 1], to[2 * kept], entry[kept] = one, other, entry[edge]
            kept += 1
    return to[1 : 2 * kept : 2], to[0 : 2 * kept : 2], entry[:kept]


@compiled
def restore(rows: Rows, diagonal: Floats, x: Floats) -> None:
    """Fill in the solution at the nodes that left, from that at the others and, at the nodes, the right side."""
    order, begin, column, value = rows
    for done in range(len(order) - 1, -1, -1):
        node = order[done]
        for i in range(begin[done], begin[done + 1]):
            x[node] -= value[i] * x[column[i]]
        x[node] /= diagonal[node]
