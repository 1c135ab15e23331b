"""Prices that prove a flow optimal: lengths of shortest paths in its residual graph."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from theory._types import Indices

Integers = NDArray[np.int64]


def greatest_below(start: Indices, end: Indices, lengths: Integers, most: Integers) -> Integers:
    """The greatest prices v <= most, (nodes,), with v_start <= v_end + length along every arc.

    Arcs without circles of negative length. Labels are corrected in rounds, all ends at once whose own label has
    changed (Bellman 1958, On a routing problem); in whole numbers that ends.
    """
    order = np.argsort(end, kind="stable")
    start, lengths = start[order], lengths[order]
    first = np.searchsorted(end[order], np.arange(len(most) + 1))
    degree = np.diff(first)
    labels = most.copy()
    fresh = np.ones(len(most), dtype=np.bool_)
    while True:
        ends = np.flatnonzero(fresh)
        total = np.cumsum(degree[ends])
        if not len(ends) or not total[-1]:
            return labels
        fresh[ends] = False
        arcs = np.arange(total[-1]) + np.repeat(first[ends] - total + degree[ends], degree[ends])
        found = np.repeat(labels[ends], degree[ends]) + lengths[arcs]
        better = np.flatnonzero(found < labels[start[arcs]])
        changed = start[arcs[better]]
        np.minimum.at(labels, changed, found[better])
        fresh[changed] = True
