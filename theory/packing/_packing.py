"""A packing that was constructed: how many points, by which construction, and the points on demand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from theory._rationals import Point


@dataclass(frozen=True)
class Packing:
    """points: a function that lists them, or None where they are proved to exist and not rational."""

    count: int
    name: str
    points: Callable[[], list[Point]] | None = None
