"""Large independent sets, quickly: vertices come in, those in their way go out, the longest away first."""

from __future__ import annotations

import numpy as np

from theory._close_pairs import Graph
from theory.packing._independent_sets.clock import Clock
from theory.packing._independent_sets.reductions import members

STEPS, STEPS_A_VERTEX = 2000, 20
"""Vertices that come in: chosen for time, a tenth of a second."""

SHAKES = 50
"""Every so many steps any vertex comes in: chosen by trying on points of the plane."""

TIMED = 64
"""Steps between looks at the clock."""


def greedy(graph: Graph, mask: int) -> int:
    """An independent set, vertices with few neighbours first."""
    chosen = 0
    for v in sorted(members(mask), key=lambda v: (graph[v] & mask).bit_count()):
        if mask >> v & 1:
            chosen |= 1 << v
            mask &= ~(graph[v] | 1 << v)
    return chosen


def improved(graph: Graph, mask: int, start: int, enough: int, clock: Clock) -> int:
    """An independent set of the vertices in mask, at least as large as the one given; the search ends at `enough`.

    Each step takes a vertex in whose way fewest are, of these the one that has been out for longest. The same on
    every machine but for the clock.
    """
    vertices = members(mask)
    count, place = len(vertices), {v: k for k, v in enumerate(vertices)}
    near = [np.array([place[u] for u in members(graph[v] & mask)], dtype=np.intp) for v in vertices]
    rng = np.random.default_rng(count)
    steps = min(STEPS, STEPS_A_VERTEX * count)
    blocked, inside, since = np.zeros(count, np.int64), np.zeros(count, bool), np.zeros(count, np.int64)
    for v in members(start):
        inside[place[v]] = True
        blocked[near[place[v]]] += 1
    best, size, most = inside.copy(), start.bit_count(), start.bit_count()
    for step in range(1, steps + 1):
        if most >= enough or (step % TIMED == 0 and clock.over):
            break
        k = int(np.argmin(np.where(inside, count, blocked) * (steps + 1) + since))
        if blocked[k] and step % SHAKES == 0:
            k = int(rng.integers(count))
        if inside[k]:
            continue
        leaving = near[k][inside[near[k]]]
        for j in leaving.tolist():
            blocked[near[j]] -= 1
        inside[leaving], since[leaving] = False, step
        inside[k] = True
        blocked[near[k]] += 1
        size += 1 - len(leaving)
        if size > most:
            best, most = inside.copy(), size
    return sum(1 << vertices[k] for k in np.flatnonzero(best).tolist())
