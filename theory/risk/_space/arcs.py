"""Arcs a -> b between points of a sample, for the constraints v_a - v_b <= c of a function v with margins t = y v."""

from __future__ import annotations

import numpy as np

from theory._types import Floats, Indices


class Arcs:
    """Arcs start -> end between nodes; the first `plus` nodes have label +1, the others label -1."""

    def __init__(self, start: Indices, end: Indices, plus: int, minus: int) -> None:
        self.start, self.end, self.plus, self.minus = start, end, plus, minus
        self.across = (start < plus) & (end >= plus)
        labels = np.concatenate([np.ones(plus), -np.ones(minus)])
        self.signs = labels[start], -labels[end]

    def __len__(self) -> int:
        return len(self.start)

    def add(self, t: Floats) -> Floats:
        """The difference v_a - v_b along every arc, from margins (p,)."""
        return self.signs[0] * t[self.start] + self.signs[1] * t[self.end]

    def gather(self, g: Floats) -> Floats:
        """The flow that leaves every node of label +1, or reaches every node of label -1, from flows (e,)."""
        count = self.plus + self.minus
        out = np.bincount(self.start, self.signs[0] * g, count)
        return np.asarray(out + np.bincount(self.end, self.signs[1] * g, count), dtype=np.float64)
