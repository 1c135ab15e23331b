"""Active sets of half-spaces."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from theory._types import Array, Floats, Indices
from theory.hmf._nearest import squared

DEPENDENT = 1e-24
"""Unit normals whose squared distance to the span of the active ones is at most this are treated as lying in it.
Chosen, not derived: a distance of 10^-12 is some 10^4 u. A wrong choice costs a `ProjectionError` at worst, as
solutions are checked."""

FIRST_SLOTS = 4
"""Active half-spaces that there is room for at first: chosen for memory; `grow` doubles it up to n."""

REFINEMENTS = 2
"""Steps of refinement of the multipliers: the first takes an error e of the equalities to cond u e, the second to
rounding, as long as cond u is below about 10^-8."""


@dataclass
class ActiveSets:
    """For each of m problems the half-spaces that hold its point u (m, n) back, in slots; empty slots are
    zero.

    normals (m, k, n), offsets and multipliers (m, k), inverse (m, k, k) of the Gram matrix of the normals,
    used (m, k). At all times u = -(normals^T multipliers) and multipliers >= 0.
    """

    u: Floats
    normals: Floats
    offsets: Floats
    multipliers: Floats
    inverse: Floats
    used: NDArray[np.bool_]

    @classmethod
    def empty(cls, m: int, n: int) -> ActiveSets:
        k = min(n, FIRST_SLOTS)
        slots = np.zeros((m, k))
        return cls(
            np.zeros((m, n)),
            np.zeros((m, k, n)),
            slots,
            slots.copy(),
            np.zeros((m, k, k)),
            np.zeros((m, k), bool),
        )

    def take(self, rows: Indices | NDArray[np.bool_]) -> ActiveSets:
        return ActiveSets(*(array[rows] for array in self._arrays()))

    def put(self, rows: Indices, part: ActiveSets) -> None:
        for array, values in zip(self._arrays(), part._arrays(), strict=True):
            array[rows] = values

    def _arrays(self) -> tuple[Array, ...]:
        return self.u, self.normals, self.offsets, self.multipliers, self.inverse, self.used

    def grow(self) -> None:
        """Make room for one more half-space in every problem."""
        m, k, n = self.normals.shape
        if k == n or not self.used.all(axis=1).any():
            return
        extra = min(n - k, k)
        self.normals = np.concatenate([self.normals, np.zeros((m, extra, n))], axis=1)
        self.inverse = np.pad(self.inverse, ((0, 0), (0, extra), (0, extra)))
        self.offsets = np.pad(self.offsets, ((0, 0), (0, extra)))
        self.multipliers = np.pad(self.multipliers, ((0, 0), (0, extra)))
        self.used = np.pad(self.used, ((0, 0), (0, extra)))

    def split(self, normal: Floats) -> tuple[Floats, Floats, Floats]:
        """normal = residual + normals^T coefficients, residual orthogonal to the active normals;
        |residual|^2."""
        coefficients = self._solve(self._along(normal))
        residual = normal - self._combine(coefficients)
        correction = self._solve(self._along(residual))
        coefficients += correction
        residual -= self._combine(correction)
        size = squared(residual)
        size[(size <= DEPENDENT) | (self.used.sum(axis=1) == normal.shape[1])] = 0.0
        return coefficients, residual, size

    def insert(
        self,
        rows: Indices,
        normal: Floats,
        offset: Floats,
        multiplier: Floats,
        coefficients: Floats,
        size: Floats,
    ) -> None:
        """In the problems `rows`, put the half-space in a free slot; what `split` gave comes last."""
        slot = self.used[rows].argmin(axis=1)
        column = coefficients[rows]
        column[np.arange(len(rows)), slot] = -1.0
        self._update(rows, column, size[rows])
        self.normals[rows, slot] = normal[rows]
        self.offsets[rows, slot] = offset[rows]
        self.multipliers[rows, slot] = multiplier[rows]
        self.used[rows, slot] = True

    def remove(self, rows: Indices, slots: Indices) -> None:
        """In the problems `rows`, empty the slot of their place in `slots` (m,)."""
        slot = slots[rows]
        column = self.inverse[rows, slot]
        pivot = column[np.arange(len(rows)), slot]
        self._update(rows, column, -pivot)
        self.inverse[rows, slot, :] = 0.0
        self.inverse[rows, :, slot] = 0.0
        self.normals[rows, slot] = 0.0
        self.offsets[rows, slot] = self.multipliers[rows, slot] = 0.0
        self.used[rows, slot] = False

    def _update(self, rows: Indices, column: Floats, pivot: Floats) -> None:
        change = column[:, :, None] * (column / pivot[:, None])[:, None, :]
        if len(rows) == len(self.inverse):
            self.inverse += change
        else:
            self.inverse[rows] += change

    def polish(self) -> None:
        """Recompute u from the multipliers and make it satisfy the active equalities to rounding."""
        for _ in range(REFINEMENTS):
            self.u = -self._combine(self.multipliers)
            self.multipliers += self._solve(self._along(self.u) - self.offsets)
        self.u = -self._combine(self.multipliers)

    def inward(self) -> Floats:
        """The unit direction that leaves all the active half-spaces' boundaries alike; zero without any."""
        direction = -self._combine(self._solve(self.used.astype(float)))
        length = np.sqrt(squared(direction))[:, None]
        return np.divide(direction, length, out=np.zeros_like(direction), where=length > 0)

    def _along(self, vectors: Floats) -> Floats:
        return (self.normals @ vectors[:, :, None])[:, :, 0]

    def _combine(self, coefficients: Floats) -> Floats:
        return (coefficients[:, None, :] @ self.normals)[:, 0, :]

    def _solve(self, right: Floats) -> Floats:
        return (self.inverse @ right[:, :, None])[:, :, 0]
