"""Losses as a search sees them: smooth, with a curvature, also where they have kinks.

All are of values (p, K) at nodes, and in units in which the pulls q - w, q the masses of the outputs, sum to about 1.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from theory._types import Floats
from theory.risk._multiclass.forms import CrossEntropy, Form
from theory.risk._multiclass.tuning import TUNING


class Smoothed(ABC):
    """masses: (p, K), w of each label at each node."""

    def __init__(self, masses: Floats, form: Form) -> None:
        self.masses, self.form, self.main = masses, form, masses.argmax(axis=1)

    @abstractmethod
    def pull(self, values: Floats) -> Floats:
        """The gradient, T (q - w)."""

    @abstractmethod
    def curvature(self, values: Floats) -> Floats:
        """The second derivatives, (p, K, K)."""

    @abstractmethod
    def shares(self, values: Floats) -> Floats:
        """What parts (p, K, K) of each label go to which output."""

    @abstractmethod
    def advance(self, values: Floats, faster: float) -> None:
        """After a round that has led to these values: the next is stiffer by that factor."""

    def _balanced(self, pull: Floats) -> Floats:
        """With what rounds most, the pull of the main label, from the others': the sum is 0."""
        np.put_along_axis(pull, self.main[:, None], 0.0, axis=1)
        np.put_along_axis(pull, self.main[:, None], -pull.sum(axis=1, keepdims=True), axis=1)
        return pull


class Softmax(Smoothed):
    """Cross-entropy is smooth as it is."""

    def __init__(self, masses: Floats, form: Form) -> None:
        super().__init__(masses, form)
        self._whole = masses.sum(axis=1)

    def _outputs(self, values: Floats) -> Floats:
        rises = self.form.steepest * values
        rises -= rises.max(axis=1, keepdims=True)
        with np.errstate(under="ignore"):
            shares = np.exp(rises)
        return np.asarray(shares * (self._whole / shares.sum(axis=1))[:, None])

    def pull(self, values: Floats) -> Floats:
        return self._balanced(self.form.steepest * (self._outputs(values) - self.masses))

    def curvature(self, values: Floats) -> Floats:
        q = self._outputs(values)
        with np.errstate(under="ignore"):
            found = -np.einsum("ij,ik->ijk", q / self._whole[:, None], q)
        # of the diagonal q (1 - q / W): rows sum to 0
        diagonal = np.arange(q.shape[1])
        found[:, diagonal, diagonal] = 0.0
        found[:, diagonal, diagonal] = -found.sum(axis=2)
        return found * self.form.steepest**2

    def shares(self, values: Floats) -> Floats:
        parts = self._outputs(values) / self._whole[:, None]
        return np.repeat(parts[:, None], parts.shape[1], axis=1)

    def advance(self, values: Floats, faster: float) -> None:
        """Nothing to learn."""


class Projected(Smoothed):
    """A hinge, with the method of multipliers for its kinks: of q.v + gain the term |q - q'|^2 / (2 stiffness) is
    taken off, q' being that of the round before, so that q is a projection to a simplex."""

    def __init__(self, masses: Floats, form: Form) -> None:
        super().__init__(masses, form)
        self._rows, self._labels = np.nonzero(masses)
        self._weights = masses[self._rows, self._labels]
        self._gains = np.full((len(self._rows), masses.shape[1]), form.unit)
        self._gains[np.arange(len(self._rows)), self._labels] = 0.0
        self._before = np.zeros_like(self._gains)
        self._before[np.arange(len(self._rows)), self._labels] = self._weights
        self._stiffness = TUNING.first_bend * self._weights / form.unit
        self._stiffest = TUNING.stiffest * self._stiffness

    def _outputs(self, values: Floats) -> tuple[Floats, Floats]:
        """q of each mass, and which entries are positive."""
        raised = self._before + self._stiffness[:, None] * (values[self._rows] + self._gains)
        ordered = -np.sort(-raised, axis=1)
        counts = np.arange(1, raised.shape[1] + 1)
        levels = (np.cumsum(ordered, axis=1) - self._weights[:, None]) / counts
        active = np.maximum((ordered > levels).sum(axis=1), 1)
        level = np.take_along_axis(levels, active[:, None] - 1, axis=1)
        found = np.maximum(raised - level, 0.0)
        return found, (found > 0).astype(np.float64)

    def _gathered(self, parts: Floats) -> Floats:
        found = np.zeros((len(self.masses), *parts.shape[1:]))
        np.add.at(found, self._rows, parts)
        return found

    def pull(self, values: Floats) -> Floats:
        return self._balanced(self._gathered(self._outputs(values)[0]) - self.masses)

    def curvature(self, values: Floats) -> Floats:
        _, active = self._outputs(values)
        count = np.maximum(active.sum(axis=1), 1.0)
        blocks = np.einsum("ij,jk->ijk", active, np.eye(active.shape[1]))
        blocks -= np.einsum("ij,ik->ijk", active, active / count[:, None])
        return self._gathered(blocks * self._stiffness[:, None, None])

    def shares(self, values: Floats) -> Floats:
        found = np.zeros((len(self.masses), *[self.masses.shape[1]] * 2))
        found[self._rows, self._labels] = self._outputs(values)[0] / self._weights[:, None]
        return found

    def advance(self, values: Floats, faster: float) -> None:
        self._before, _ = self._outputs(values)
        self._stiffness = np.minimum(faster * self._stiffness, self._stiffest)


def smoothed(masses: Floats, form: Form) -> Smoothed:
    return Softmax(masses, form) if isinstance(form, CrossEntropy) else Projected(masses, form)
