"""All pairs of the nodes of a sample, looked at in blocks of rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.spatial.distance import cdist

from theory._scales import LEAST_SAFE, steps_between
from theory._types import Floats, Indices
from theory.risk._proved_bounds import EPSILON, distance_rounding
from theory.risk._weighted_nearest import distances_between

KEPT = 2**24
"""So many distances at most are computed once and kept: 128 MB, chosen."""
BLOCK = 2**20
"""So many distances are looked at together: 8 MB, chosen."""


@dataclass(frozen=True)
class Look:
    """ratio: the greatest |v_i - v_j| / (L |x_i - x_j|), about. codes: the pairs i < j that are too far apart, told as
    i times the number of nodes plus j: of each node the worst."""

    ratio: float
    codes: Indices


class Pairs:
    """Pairs of different places (p, n)."""

    def __init__(self, places: Floats) -> None:
        self.places, self.count = places, len(places)
        rows = max(1, BLOCK // self.count)
        self._parts = [slice(start, min(start + rows, self.count)) for start in range(0, self.count, rows)]
        self._kept = [self._between(part) for part in self._parts] if self.count**2 <= 2 * KEPT else None

    def _between(self, part: slice) -> Floats:
        """From a part of the nodes to that part and all after it."""
        return distances_between(self.places[part], self.places[part.start :])

    def _blocks(self) -> Iterator[tuple[slice, Floats]]:
        for k, part in enumerate(self._parts):
            yield part, self._between(part) if self._kept is None else self._kept[k]

    def distances(self, codes: Indices) -> Floats:
        return steps_between(self.places, self.places, codes // self.count, codes % self.count)

    def closer(self, least: float) -> sp.coo_array:
        """Which pairs are no further apart, as a sparse matrix."""
        found = [np.empty((0, 2), dtype=np.intp)]
        for part, block in self._blocks():
            found.append(np.argwhere(block <= least) + part.start)
        rows, columns = np.concatenate(found).T
        return sp.coo_array((np.ones(len(rows)), (rows, columns)), shape=(self.count, self.count))

    def nearest(self, k: int, kind: Indices) -> tuple[Indices, Floats]:
        """Codes of the pairs of each node and its k nearest, of any kind and of another one; the distance to the
        nearest of another kind, (p,), infinity where there is none."""
        found, apart = [np.empty(0, dtype=np.intp)], np.empty(self.count)
        for part in self._parts:
            block = distances_between(self.places[part], self.places)
            own = np.arange(self.count)[part]
            block[np.arange(len(own)), own] = np.inf
            found.append(self._least(block, own, k))
            block[kind[part, None] == kind] = np.inf
            apart[part] = block.min(axis=1)
            found.append(self._least(block, own, k))
        return np.unique(np.concatenate(found)), apart

    def _least(self, block: Floats, own: Indices, k: int) -> Indices:
        k = min(k, self.count)
        near = np.argpartition(block, k - 1, axis=1)[:, :k]
        rows = np.repeat(own, k)
        return self.codes(rows, near.ravel())[np.isfinite(np.take_along_axis(block, near, axis=1)).ravel()]

    def codes(self, one: Indices, other: Indices) -> Indices:
        return np.asarray(np.minimum(one, other) * self.count + np.maximum(one, other))

    def look(self, values: Floats, lipschitz: float, spare: float, k: int) -> Look:
        """What is too far apart for L by more than that share of L |x_i - x_j|, k pairs of each node at most."""
        worst, found = 0.0, [np.empty(0, dtype=np.intp)]
        for part, block in self._blocks():
            far = np.asarray(cdist(values[part], values[part.start :]))
            room = block * lipschitz
            ratio = np.divide(far, room, out=np.zeros_like(far), where=room > 0)
            ratio[(room <= 0) & (far > 0)] = np.inf
            ratio[np.arange(len(ratio)), np.arange(len(ratio))] = 0.0
            worst = max(worst, float(ratio.max()))
            lack = np.where(ratio > 1 + spare, far - room, 0.0)
            if not (k and lack.any()):
                continue
            for axis, most in ((1, min(k, lack.shape[1])), (0, min(k, lack.shape[0]))):
                near = np.argpartition(-lack, most - 1, axis=axis).take(range(most), axis=axis)
                chosen = np.zeros_like(lack, dtype=np.bool_)
                np.put_along_axis(chosen, near, True, axis=axis)
                rows, columns = np.nonzero(chosen & (lack > 0))
                found.append(self.codes(rows + part.start, columns + part.start))
        return Look(worst, np.unique(np.concatenate(found)))

    def certified(self, values: Floats, inner: float) -> bool:
        """Whether |v_i - v_j| <= inner |x_i - x_j| for all pairs, exactly; rounding decides against it."""
        more = 1 + distance_rounding(values.shape[1]) + 4 * EPSILON
        less = inner * (1 - distance_rounding(self.places.shape[1]) - 4 * EPSILON)
        for part, block in self._blocks():
            far = np.asarray(cdist(values[part], values[part.start :]))
            room = block * less
            if ((far > 0) & ((far * more > room) | (room < LEAST_SAFE) | (block < LEAST_SAFE))).any():
                return False
        return True
