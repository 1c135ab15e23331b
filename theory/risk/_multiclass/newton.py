"""Newton's method for a smoothed loss with multipliers for |v_a - v_b| <= c along edges.

A round minimises over v the loss plus, for each edge, stiffness / 2 times the squared distance of v_a - v_b +
flow / stiffness from the ball of radius c, and takes stiffness times that way to the ball as the new flow (the method
of multipliers for cones: Bertsekas, Constrained Optimization and Lagrange Multiplier Methods, chapter 5). Newton's
systems are sums of blocks of nodes and of edges in force; conjugate gradients solve them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
import scipy.sparse as sp

from theory._types import Floats, Indices
from theory.risk._multiclass.smoothed import Smoothed
from theory.risk._multiclass.tuning import TUNING
from theory.risk._pace import Pace
from theory.risk._space.multipliers import dot
from theory.risk._steps import length_of

TOGETHER = 2**22
"""Numbers of blocks of edges that are made at once: 32 MB, chosen."""


@dataclass(frozen=True)
class Edges:
    """From node start to node end, (e,), no further apart than costs (e,); stiffness (e,)."""

    start: Indices
    end: Indices
    costs: Floats
    stiffness: Floats
    count: int

    def differences(self) -> sp.csr_array:
        every = np.arange(len(self.start))
        ones = np.ones(len(every))
        entries = np.concatenate([ones, -ones]), (np.tile(every, 2), np.concatenate([self.start, self.end]))
        return sp.csr_array(entries, shape=(len(every), self.count))


def _dot(one: Floats, other: Floats) -> float:
    return dot(one.ravel(), other.ravel())


@dataclass(frozen=True)
class Stretch:
    """Where v_a - v_b + flow / stiffness is: its directions (e, K), its lengths (e,), and the flow from there."""

    directions: Floats
    lengths: Floats
    flow: Floats


class Round:
    """With the values and the flow that it begins with."""

    def __init__(self, loss: Smoothed, edges: Edges, values: Floats, flow: Floats, hold: float, pace: Pace) -> None:
        self._loss, self._edges, self._anchor, self._hold, self._pace = loss, edges, values, hold, pace
        self._across = edges.differences()
        self._back = self._across.T.tocsr()
        self._offset = flow / edges.stiffness[:, None]

    def minimised(self, accuracy: float) -> tuple[Floats, Floats, int]:
        """Values, flow and the number of steps; the sums of pulls and flows agree up to that share of the pulls."""
        values = self._anchor
        for count in range(TUNING.newton_steps):
            pull, stretch = self._loss.pull(values), self._stretch(self._across @ values)
            gradient = self._gradient(values, pull, stretch)
            if np.abs(gradient).sum() <= accuracy * np.abs(pull).sum() or self._pace.over:
                return values, stretch.flow, count
            step = self._step(values, stretch, gradient)
            length = self._length(values, step, _dot(gradient, step))
            if not length:
                return values, stretch.flow, TUNING.newton_steps
            values = values + length * step
        return values, self._stretch(self._across @ values).flow, TUNING.newton_steps

    def _stretch(self, differences: Floats) -> Stretch:
        u = differences + self._offset
        lengths = np.sqrt(np.einsum("ij,ij->i", u, u))
        directions = u / np.maximum(lengths, np.finfo(np.float64).tiny)[:, None]
        excess = np.maximum(lengths - self._edges.costs, 0.0)
        return Stretch(directions, lengths, (self._edges.stiffness * excess)[:, None] * directions)

    def _gradient(self, values: Floats, pull: Floats, stretch: Stretch) -> Floats:
        return np.asarray(pull + self._back @ stretch.flow + self._hold * (values - self._anchor))

    def _step(self, values: Floats, stretch: Stretch, gradient: Floats) -> Floats:
        outputs = values.shape[1]
        tight = np.flatnonzero(stretch.lengths > self._edges.costs)
        across, directions = self._across[tight], stretch.directions[tight]
        back = across.T.tocsr()
        share = self._edges.costs[tight] / stretch.lengths[tight]
        along, around = self._edges.stiffness[tight] * share, self._edges.stiffness[tight] * (1 - share)
        blocks = self._loss.curvature(values)
        diagonal = np.arange(outputs)
        blocks[:, diagonal, diagonal] += self._hold
        whole = blocks + self._of_edges(across, directions, along, around).reshape(blocks.shape)
        size = np.trace(whole, axis1=1, axis2=2)
        whole[:, diagonal, diagonal] += TUNING.ridge * (size + size.max())[:, None]
        inverse = np.asarray(np.linalg.inv(whole), dtype=np.float64)

        def times(d: Floats) -> Floats:
            rise = across @ d
            bent = around[:, None] * rise + (along * np.einsum("ij,ij->i", directions, rise))[:, None] * directions
            return np.asarray(np.einsum("ijk,ik->ij", blocks, d) + back @ bent)

        return self._conjugate_gradients(times, inverse, -gradient)

    def _of_edges(self, across: sp.csr_array, directions: Floats, along: Floats, around: Floats) -> Floats:
        """What edges add to the blocks of nodes, (p, K^2)."""
        outputs = directions.shape[1]
        found = np.zeros((self._edges.count, outputs**2))
        for part in np.array_split(np.arange(len(directions)), 1 + directions.size * outputs // TOGETHER):
            own = along[part, None, None] * directions[part, :, None] * directions[part, None, :]
            own[:, np.arange(outputs), np.arange(outputs)] += around[part, None]
            found += abs(across[part]).T @ own.reshape(len(part), outputs**2)
        return found

    def _conjugate_gradients(self, times: Callable[[Floats], Floats], inverse: Floats, right: Floats) -> Floats:
        found, rest = np.zeros_like(right), right
        ahead = way = np.einsum("ijk,ik->ij", inverse, rest)
        size, goal = _dot(rest, ahead), TUNING.forcing**2 * _dot(right, right)
        for _ in range(TUNING.gradients):
            image = times(way)
            bend = _dot(way, image)
            # products underflow, and quotients overflow, where all that is left is rounding
            length = size / bend if bend > 0 and size > 0 else inf
            if not isfinite(length) or self._pace.over:
                break
            found, rest = found + length * way, rest - length * image
            if _dot(rest, rest) <= goal:
                break
            ahead = np.einsum("ijk,ik->ij", inverse, rest)
            before, size = size, _dot(rest, ahead)
            way = ahead + size / before * way
        return found

    def _length(self, values: Floats, step: Floats, fall: float) -> float:
        """A length that nearly minimises the function along the step, whose derivative rises; 0 if rounding is in the
        way."""
        if not fall < 0:
            return 0.0

        def derivative(length: float) -> float:
            there = values + length * step
            stretch = self._stretch(self._across @ there)
            return _dot(self._gradient(there, self._loss.pull(there), stretch), step)

        return length_of(derivative, fall, TUNING.lengths, TUNING.slack_of_length)
