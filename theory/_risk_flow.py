"""A flow along arcs, told as who sends how much to whom.

Where f = y t is tight along the arcs that carry flow, f falls along them, so the nodes in the order of falling f take
what reaches them, keep what they need and pass on the rest. By the triangle inequality the direct way is no longer.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from theory._neighbours import Indices
from theory._risk_arcs import Arcs
from theory._validation import Floats


def coupling_of_flow(arcs: Arcs, flow: Floats, t: Floats) -> tuple[Indices, Indices, Floats]:
    """Nodes of label +1, of label -1, and the masses from one to the other; mass that finds no way is dropped."""
    count = arcs.plus + arcs.minus
    values = np.where(np.arange(count) < arcs.plus, t, -t)
    falls = values[arcs.start] > values[arcs.end]
    start, end, flow = arcs.start[falls], arcs.end[falls], flow[falls]
    order = np.argsort(start, kind="stable")
    start, end, flow = start[order], end[order], flow[order]
    ends = np.searchsorted(start, np.arange(count + 1)).tolist()
    net = np.bincount(start, flow, count) - np.bincount(end, flow, count)
    held: list[deque[tuple[int, float]]] = [deque() for _ in range(count)]
    found: dict[tuple[int, int], float] = {}
    targets, masses = end.tolist(), flow.tolist()
    for node in np.argsort(-values, kind="stable").tolist():
        parcels = held[node]
        if node < arcs.plus:
            if net[node] > 0:
                parcels.appendleft((node, float(net[node])))
        else:
            for source, mass in _take(parcels, -float(net[node])):
                found[source, node] = found.get((source, node), 0.0) + mass
        for arc in range(ends[node], ends[node + 1]):
            held[targets[arc]].extend(_take(parcels, masses[arc]))
        held[node] = deque()
    pairs = np.array(list(found), dtype=np.intp).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1] - arcs.plus, np.array(list(found.values()))


def _take(parcels: deque[tuple[int, float]], wanted: float) -> list[tuple[int, float]]:
    """Up to that much mass, from the front."""
    taken = []
    while parcels and wanted > 0:
        source, mass = parcels.popleft()
        if mass > wanted:
            parcels.appendleft((source, mass - wanted))
            mass = wanted
        taken.append((source, mass))
        wanted -= mass
    return taken
