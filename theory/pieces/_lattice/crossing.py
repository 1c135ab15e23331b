"""When the point where an edge crosses a gate is clear in float64."""

from __future__ import annotations

TINY = 1e-300
"""Stands for a value of known sign that float64 gave as 0: any number that does not underflow when it is divided by."""

SHARP = 1e-10
"""What underflow may lose, and TINY, are less than this share of a fall along an edge, or its crossing is exact: the
share of the edge that a crossing on an edge that grazes may be off by, too."""
