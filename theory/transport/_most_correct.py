"""The most points on their side of a given threshold, over all maximisers: dynamic programming along the atoms.

V_i(v) is the most mass on its side among the atoms 0 ... i when u has the value v at atom i. It is
piecewise constant: a forced segment translates it, a free one of length g replaces it by its maximum over
[v - g, v + g], an atom adds its own gain. Values may be restricted to multiples of half of the unit of
the integer data: the constraints u > 0, u = 0, u < 0 and those of the chain are differences with integer
bounds, a cycle of them meets the origin once and so has at most two strict ones, hence one half of slack
each is enough. In doubled units V_i is a function of the integers, with at most 2(i + 1) steps, since
a maximum over a window moves steps and never adds any: O(m^2) operations, all exact.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from theory.transport._atom_values import Chain


@dataclass(frozen=True)
class Steps:
    """values[j] at the integers v with edges[j - 1] <= v < edges[j]; edges increase, neighbours differ."""

    edges: list[int]
    values: list[int]

    def shifted(self, by: int) -> Steps:
        return Steps([edge + by for edge in self.edges], self.values)

    def plus(self, below: int, above: int) -> Steps:
        """Plus `below` at v < 0, nothing at 0, `above` at v > 0."""
        edges = sorted({*self.edges, 0, 1})
        values, piece = [], 0
        for left in [edges[0] - 1, *edges]:
            while piece < len(self.edges) and self.edges[piece] <= left:
                piece += 1
            values.append(self.values[piece] + (below if left < 0 else above if left > 0 else 0))
        return _joined(edges, values)

    def widened(self, by: int) -> Steps:
        """The greatest value over [v - by, v + by]: steps up move left, steps down move right."""
        up = [self.values[j] < self.values[j + 1] for j in range(len(self.edges))]
        edges = sorted({edge - by if rises else edge + by for edge, rises in zip(self.edges, up, strict=True)})
        if not edges:
            return self
        return _joined(edges, self._greatest([edges[0] - 1, *edges], by))

    def _greatest(self, centres: list[int], by: int) -> list[int]:
        """Greatest values over the windows around increasing centres."""
        best: deque[int] = deque()
        values, entering = [], 0
        for centre in centres:
            while entering < len(self.values) and (entering == 0 or self.edges[entering - 1] <= centre + by):
                while best and self.values[best[-1]] <= self.values[entering]:
                    best.pop()
                best.append(entering)
                entering += 1
            while best[0] < len(self.edges) and self.edges[best[0]] <= centre - by:
                best.popleft()
            values.append(self.values[best[0]])
        return values


def _joined(edges: list[int], values: list[int]) -> Steps:
    kept = [j for j in range(len(edges)) if values[j] != values[j + 1]]
    return Steps([edges[j] for j in kept], [values[0], *(values[j + 1] for j in kept)])


def extreme(chain: Chain, sign: int) -> int:
    """The greatest (sign = 1) or the least (sign = -1) of P(u > 0) + Q(u < 0) over all maximisers u."""
    best = Steps([], [0]).plus(sign * chain.q[0], sign * chain.p[0])
    for i, (gap, slope) in enumerate(zip(chain.gaps, chain.slopes, strict=True), start=1):
        best = best.shifted(2 * slope * gap) if slope else best.widened(2 * gap)
        best = best.plus(sign * chain.q[i], sign * chain.p[i])
    return sign * max(best.values)
