"""Flows of least cost by the network simplex: a spanning tree of arcs, and one arc exchanged for another at a time.

Ahuja, Magnanti and Orlin, Network Flows, chapter 11. All numbers are integers. More arcs may come after each solution:
its flow stays feasible, so the search goes on from its tree. In strongly feasible trees, from whose root a little more
can be sent to every node, no tree comes twice (Cunningham 1976, A network simplex method).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from theory._compiled import compiled
from theory._types import Indices
from theory.risk._pace import Pace

Integers = NDArray[np.int64]
Nodes = NDArray[np.int32]

PIVOTS = 2**14
"""Between two looks at the clock: some tenths of a second."""
SMALLEST_BLOCK = 10
"""Arcs that are looked at, at least, for the one that gains most: chosen; else the root of their number."""


class FlowSimplex:
    """Nodes 0 ... count - 1 send what the first arcs carry; node `count` is the root.

    first: start, end, greatest flow and cost, (arcs,) each, of arcs that are full at first. dummy: the cost of an arc
    from the root to every node, so high that none of them is used.
    """

    def __init__(self, count: int, first: tuple[Indices, Indices, Integers, Integers], dummy: int) -> None:
        nodes = np.arange(count)
        self.start, self.end = (np.empty(0, dtype=np.int32) for _ in range(2))
        self.most, self.costs, self.flow = (np.empty(0, dtype=np.int64) for _ in range(3))
        self._state = np.empty(0, dtype=np.int8)
        largest = int(np.iinfo(np.int64).max)
        self.add(np.full(count, count), nodes, np.full(count, largest), np.full(count, dummy))
        self._state[:] = 0
        self.add(*first)
        self.flow[count:] = self.most[count:]
        self._state[count:] = -1
        self._parent = np.append(np.full(count, count), -1).astype(np.int32)
        self._arc = np.append(nodes, -1).astype(np.int64)
        self._depth = np.append(np.ones(count), 0).astype(np.int32)
        self._price = np.append(np.full(count, dummy), 0).astype(np.int64)
        self._child = np.full(count + 1, -1, dtype=np.int32)
        self._child[count] = 0
        self._elder = np.append(nodes - 1, -1).astype(np.int32)
        self._younger = np.append(nodes + 1, -1).astype(np.int32)
        self._younger[count - 1] = -1

    def add(self, start: Indices, end: Indices, most: Integers, costs: Integers) -> None:
        """More arcs, without flow."""
        self.start = np.concatenate([self.start, start.astype(np.int32)])
        self.end = np.concatenate([self.end, end.astype(np.int32)])
        self.most, self.costs = np.concatenate([self.most, most]), np.concatenate([self.costs, costs])
        self.flow = np.concatenate([self.flow, np.zeros(len(start), dtype=np.int64)])
        self._state = np.concatenate([self._state, np.ones(len(start), dtype=np.int8)])

    def solve(self, pace: Pace) -> Integers:
        """Prices that prove the flow of least cost, (count + 1,), 0 at the root. An ArithmeticError: not so soon.

        price[end] <= price[start] + cost where an arc has room, >= where it has flow.
        """
        block = max(int(len(self.flow) ** 0.5), SMALLEST_BLOCK)
        at = 0
        while at >= 0:
            if pace.over:
                raise ArithmeticError("the time is over")
            at = exchange(
                self.start,
                self.end,
                self.most,
                self.costs,
                self.flow,
                self._state,
                self._parent,
                self._arc,
                self._depth,
                self._child,
                self._elder,
                self._younger,
                self._price,
                at,
                block,
                PIVOTS,
            )
        return self._price.copy()


@compiled
def exchange(
    start: Nodes,
    end: Nodes,
    most: Integers,
    costs: Integers,
    flow: Integers,
    state: NDArray[np.int8],
    parent: Nodes,
    arc: Integers,
    depth: Nodes,
    child: Nodes,
    elder: Nodes,
    younger: Nodes,
    price: Integers,
    at: int,
    block: int,
    pivots: int,
) -> int:
    """So many exchanges. -1: the flow has the least cost; else the arc from which to look on.

    state: 0 in the tree, 1 without flow, -1 full. A tree: the parent of every node, the arc between them, and how deep
    the node lies; its first child, and its neighbours among the children of its parent; -1 where there is none. Along
    the tree price[end] = price[start] + cost.
    """
    for _ in range(pivots):
        entering, at = _entering(start, end, costs, state, price, at, block)
        if entering < 0:
            return -1
        first, second = start[entering], end[entering]
        if state[entering] < 0:
            first, second = second, first
        room, out, below = _send(start, most, flow, parent, arc, depth, first, second, entering)
        flow[entering] += state[entering] * room
        if out < 0:
            state[entering] = -state[entering]
            continue
        state[arc[out]] = -1 if flow[arc[out]] else 1
        state[entering] = 0
        above = second if below == first else first
        _turn(parent, arc, child, elder, younger, below, above, out, entering)
        cost = costs[entering] if end[entering] == below else -costs[entering]
        _lift(parent, depth, child, younger, price, below, price[above] + cost - price[below])
    return at


@compiled
def _entering(
    start: Nodes, end: Nodes, costs: Integers, state: NDArray[np.int8], price: Integers, at: int, block: int
) -> tuple[int, int]:
    """The arc that gains most of the first block, from `at` on, in which one gains, or -1; and where to look on."""
    count, best, entering, left = len(start), 0, -1, block
    for _ in range(count):
        gain = state[at] * (costs[at] + price[start[at]] - price[end[at]])
        if gain < best:
            best, entering = gain, at
        at = at + 1 if at + 1 < count else 0
        left -= 1
        if not left:
            if entering >= 0:
                break
            left = block
    return entering, at


@compiled
def _send(
    start: Nodes,
    most: Integers,
    flow: Integers,
    parent: Nodes,
    arc: Integers,
    depth: Nodes,
    first: int,
    second: int,
    entering: int,
) -> tuple[int, int, int]:
    """As much as there is room for round a circle: from its top down to `first`, along an arc, and up from `second`.

    How much it is; the node whose arc to its parent is the first of the circle, from the top on, to lose all room, -1
    for the entering arc; and below which end of that it lies.
    """
    top, other = first, second
    while top != other:
        deeper, higher = depth[top], depth[other]
        if deeper >= higher:
            top = parent[top]
        if higher >= deeper:
            other = parent[other]
    room, out, below = most[entering], -1, first
    node = second
    while node != top:
        here = arc[node]
        free = most[here] - flow[here] if start[here] == node else flow[here]
        if free < room:
            room, out, below = free, node, second
        node = parent[node]
    node = first
    while node != top:
        here = arc[node]
        free = flow[here] if start[here] == node else most[here] - flow[here]
        if free <= room:
            room, out, below = free, node, first
        node = parent[node]
    if room:
        for low, sign in ((first, -1), (second, 1)):
            node = low
            while node != top:
                here = arc[node]
                flow[here] += sign * room if start[here] == node else -sign * room
                node = parent[node]
    return room, out, below


@compiled
def _turn(
    parent: Nodes,
    arc: Integers,
    child: Nodes,
    elder: Nodes,
    younger: Nodes,
    node: int,
    holder: int,
    out: int,
    link: int,
) -> None:
    """Hang the part of the tree below `out` on another node, by another of its own: the way between is turned round."""
    while True:
        old, held = parent[node], arc[node]
        if elder[node] >= 0:
            younger[elder[node]] = younger[node]
        else:
            child[old] = younger[node]
        if younger[node] >= 0:
            elder[younger[node]] = elder[node]
        parent[node], arc[node], elder[node], younger[node] = holder, link, -1, child[holder]
        if child[holder] >= 0:
            elder[child[holder]] = node
        child[holder] = node
        if node == out:
            return
        node, holder, link = old, node, held


@compiled
def _lift(parent: Nodes, depth: Nodes, child: Nodes, younger: Nodes, price: Integers, below: int, change: int) -> None:
    """New prices and depths in a part of the tree."""
    node = below
    while True:
        price[node] += change
        depth[node] = depth[parent[node]] + 1
        if child[node] >= 0:
            node = child[node]
            continue
        while node != below and younger[node] < 0:
            node = parent[node]
        if node == below:
            return
        node = younger[node]
