"""Coordinates in which the data have size about one.

The data go in without rounding: the scale is a power of two, and where they lie far from zero, the origin
is a multiple of the scale, so that the difference is exact. Ties between distances stay ties.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory._types import Floats

FAR = 4.0
"""A coordinate is shifted only where the middle of the data is more than this many scales from zero: the origin is then
at least 4 and the data within 1.5 of it, so between half and twice of it, and their difference is exact (Sterbenz's
lemma). From 3 on that is so; below, the difference of a small coordinate and the origin would round."""

REACH = 1e150
"""Largest coordinate in the frame: its square, 1e300, leaves room below 1.8e308 for sums of 10^8 coordinates."""


@dataclass(frozen=True)
class Frame:
    """The map x -> (x - origin) / scale."""

    origin: Floats
    scale: float

    @classmethod
    def around(cls, points: Floats) -> Frame:
        low, high = points.min(axis=0), points.max(axis=0)
        size = float(np.max(high / 2 - low / 2))
        if size == 0.0:
            size = max(float(np.max(np.abs(high))), np.finfo(float).tiny)
        # The next power of two above the size, or float64's largest one.
        scale = float(np.ldexp(1.0, min(int(np.frexp(size)[1]), 1023)))
        with np.errstate(over="ignore", under="ignore"):
            middle = (low / 2 + high / 2) / scale
            origin = np.where(np.abs(middle) > FAR, np.rint(middle) * scale, 0.0)
        return cls(np.where(np.isfinite(origin), origin, 0.0), scale)

    def enter(self, points: Floats) -> Floats:
        with np.errstate(over="ignore", under="ignore"):
            inside = (points - self.origin) / self.scale
        if np.abs(inside).max(initial=0.0) > REACH:
            raise ValueError(
                f"x has a point at more than {REACH:.0e} times the size of the data, about {self.scale:.3g}: "
                "its square has no floating-point number, bring it nearer"
            )
        return inside

    def leave(self, points: Floats) -> Floats:
        return points * self.scale + self.origin
