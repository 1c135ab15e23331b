"""A flow along arcs, told as who sends how much to whom.

Nodes take what reaches them, keep what they need and pass on the rest, each after all those that send to it. By the
triangle inequality the direct way is no longer than the way of the flow.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np

from theory._types import Floats, Indices
from theory.risk._space.arcs import Arcs
from theory.risk._space.tuning import TUNING


def coupling_of_flow(arcs: Arcs, flow: Floats, margins: Floats) -> tuple[Indices, Indices, Floats]:
    """Nodes of label +1, of label -1, and the masses from one to the other; what finds no way is dropped.

    In f = y t, tight arcs lead downwards: circles are due to rounding, and are entered at their top.
    """
    count = arcs.count
    used = np.flatnonzero(flow > 0)
    used = used[np.argsort(arcs.start[used], kind="stable")]
    start, end, flow = arcs.start[used], arcs.end[used], flow[used]
    net = np.bincount(start, flow, count) - np.bincount(end, flow, count)
    targets, masses = end.tolist(), flow.tolist()
    exits = np.searchsorted(start, np.arange(count + 1)).tolist()
    falling = np.argsort(np.where(np.arange(count) < arcs.split, -margins, margins), kind="stable")
    held: list[deque[tuple[int, float]]] = [deque() for _ in range(count)]
    found: dict[tuple[int, int], float] = {}
    for node in range(arcs.split):
        if net[node] > 0:
            held[node].append((node, float(net[node])))
    lacking = (-net).tolist()
    order = list(_downstream(targets, exits, falling.tolist()))
    for _ in range(TUNING.flow_rounds):
        moved = False
        for node in order:
            parcels = held[node]
            if not parcels:
                continue
            if node >= arcs.split:
                for source, mass in _take(parcels, lacking[node]):
                    found[source, node] = found.get((source, node), 0.0) + mass
                    lacking[node] -= mass
            for arc in range(exits[node], exits[node + 1]):
                if parcels and masses[arc] > 0:
                    sent = _take(parcels, masses[arc])
                    masses[arc] -= sum(mass for _, mass in sent)
                    held[targets[arc]].extend(sent)
                    moved = True
        if not moved:
            break
    pairs = np.array(list(found), dtype=np.intp).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1], np.array(list(found.values()), dtype=np.float64)


def _downstream(targets: list[int], exits: list[int], falling: list[int]) -> Iterator[int]:
    """All nodes, each after those that lead to it; where only circles are left, the first of them in `falling`."""
    waiting = [0] * len(falling)
    for target in targets:
        waiting[target] += 1
    ready = deque(node for node in falling if not waiting[node])
    done = [False] * len(falling)
    top = iter(falling)
    for _ in falling:
        node = ready.popleft() if ready else next(node for node in top if not done[node])
        done[node] = True
        yield node
        for target in targets[exits[node] : exits[node + 1]]:
            waiting[target] -= 1
            if not waiting[target] and not done[target]:
                ready.append(target)


def _take(parcels: deque[tuple[int, float]], wanted: float) -> list[tuple[int, float]]:
    """Up to that much mass, from the front."""
    taken = []
    while parcels and wanted > 0:
        source, mass = parcels.popleft()
        if mass > wanted:
            parcels.appendleft((source, mass - wanted))
            mass = wanted
        if mass > 0:
            taken.append((source, mass))
        wanted -= mass
    return taken
