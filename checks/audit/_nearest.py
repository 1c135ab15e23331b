"""For each point, the nearest one of another class."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from checks.arrays import Floats
from checks.audit._model import Sample, evenly

FEW_INPUTS = 8
"""Up to so many, a tree is the faster."""
PRODUCTS = 2**34
"""For distances in more inputs, at most: chosen for time, some seconds. Beyond, some of the points are looked at."""
AT_ONCE = 2**22
"""Distances: 32 MB."""


class Nearest:
    """Nearest points of other classes, of all points or of some of a large sample.

    Attributes:
        rows: (r,), the points that are looked at, evenly spread.
        partners: (r,), of each a nearest one of another class, up to rounding; -1 where there is none.
        lengths: (r,), how far it is; infinite where there is none.
    """

    def __init__(self, sample: Sample) -> None:
        self._flat, self._labels = sample.flat, sample.labels
        count, n = self._flat.shape
        self.rows = evenly(count, count if n <= FEW_INPUTS else PRODUCTS // (n * count))

    @cached_property
    def partners(self) -> NDArray[np.intp]:
        found = np.full(len(self.rows), -1)
        scaled = self._scaled
        for label in np.unique(self._labels[self.rows]):
            own = np.flatnonzero(self._labels[self.rows] == label)
            others = np.flatnonzero(self._labels != label)
            if len(others):
                found[own] = others[_closest(scaled[self.rows[own]], scaled[others])]
        return found

    @cached_property
    def lengths(self) -> Floats:
        with np.errstate(over="ignore"):
            apart = self._flat[self.rows] - self._flat[self.partners]
            largest = np.abs(apart).max(axis=1, initial=0.0)
            scale = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
            found = scale * np.linalg.norm(apart / scale[:, None], axis=1)
        return np.where(self.partners >= 0, found, np.inf)

    @property
    def _scaled(self) -> Floats:
        """About the middle and of size 1, so that squares are numbers that differ."""
        largest = float(np.abs(self._flat).max(initial=0.0))
        moved: Any = self._flat / (largest or 1.0)
        moved = moved - moved.mean(axis=0)
        return np.asarray(moved / (float(np.abs(moved).max(initial=0.0)) or 1.0))


def _closest(own: Floats, others: Floats) -> NDArray[np.intp]:
    if own.shape[1] <= FEW_INPUTS:
        return np.asarray(cKDTree(others).query(own)[1])
    squares = (others**2).sum(axis=1)
    step = max(1, AT_ONCE // len(others))
    parts = [(squares - 2 * own[i : i + step] @ others.T).argmin(axis=1) for i in range(0, len(own), step)]
    return np.concatenate(parts)
