"""Coordinates in which the data have size about one.

The data go in without rounding: the scale is a power of two, and where they lie far from zero, the origin
is a multiple of the scale, so that the difference is exact. Ties between distances stay ties.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from theory._types import Floats, Indices

FAR = 4.0
"""A coordinate is shifted only where the middle of the data is more than this many scales from zero: the origin is then
at least 4 and the data within 1.5 of it, so between half and twice of it, and their difference is exact (Sterbenz's
lemma). From 3 on that is so; below, the difference of a small coordinate and the origin would round."""

REACH = 1e150
"""Largest coordinate in the frame: its square, 1e300, leaves room below 1.8e308 for sums of 10^8 coordinates."""


PART = 2**17
"""Numbers that are taken into the frame at once: chosen for memory, 1 MB."""


@dataclass
class Places:
    """Points (m, n): x in the frame, and what rounding left of them, `low` (m, n) in the unit of the data, if anything.

    The points are x + low / scale in the frame.
    """

    x: Floats
    low: Floats | None
    scale: float

    def __len__(self) -> int:
        return len(self.x)

    def take(self, rows: Indices | NDArray[np.bool_] | slice) -> Places:
        return Places(self.x[rows], None if self.low is None else self.low[rows], self.scale)


@dataclass(frozen=True)
class Frame:
    """The map x -> (x - origin) / scale."""

    origin: Floats
    scale: float

    @classmethod
    def around(cls, sets: Sequence[Floats]) -> Frame:
        low = np.min([points.min(axis=0) for points in sets], axis=0)
        high = np.max([points.max(axis=0) for points in sets], axis=0)
        size = float(np.max(high / 2 - low / 2))
        if size == 0.0:
            size = max(float(np.max(np.abs(high))), np.finfo(float).tiny)
        # The next power of two above the size, or float64's largest one.
        scale = float(np.ldexp(1.0, min(int(np.frexp(size)[1]), 1023)))
        with np.errstate(over="ignore", under="ignore"):
            middle = (low / 2 + high / 2) / scale
            origin = np.where(np.abs(middle) > FAR, np.rint(middle) * scale, 0.0)
        return cls(np.where(np.isfinite(origin), origin, 0.0), scale)

    def settle(self, points: Floats) -> Floats:
        """Points (p, n) of the data, turned in place into those in the frame; refused if that would round."""
        size = max(1, PART // points.shape[1])
        for part in (points[start : start + size] for start in range(0, len(points), size)):
            with np.errstate(over="ignore", under="ignore"):
                inside = (part - self.origin) / self.scale
                wrong = self.leave(inside) != part
            if wrong.any():
                raise ValueError(
                    f"the points have the coordinate {part[wrong][0]} and are about {self.scale:.3g} wide: float64 has "
                    "no room for both in one unit, round the small coordinates or leave them out"
                )
            part[...] = inside
        return points

    def place(self, points: Floats) -> Places:
        """Points (m, n) in the frame, without rounding."""
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            shifted, low = _difference(points, self.origin)
            inside = shifted / self.scale
            low += shifted - inside * self.scale  # never both at one coordinate
            far = ~np.isfinite(shifted)
            if far.any():
                there = _difference(points / self.scale, self.origin / self.scale)
                inside[far], low[far] = there[0][far], there[1][far] * self.scale
            if np.abs(inside).max(initial=0.0) > REACH:
                raise ValueError(
                    f"x has a point at more than {REACH:.0e} times the size of the data, about {self.scale:.3g}: "
                    "its square has no floating-point number, bring it nearer"
                )
        return Places(inside, low if low.any() else None, self.scale)

    def leave(self, points: Floats) -> Floats:
        return points * self.scale + self.origin


def _difference(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """a - b, rounded, and what is left (Knuth)."""
    found = a - b
    part = found - a
    return found, (a - (found - part)) - (b + part)
