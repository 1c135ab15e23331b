"""Plane shapes: the Koch snowflake and the layout of Figure 1 (Béthune et al.)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from theory._input import finite_number, point_set, positive_number, real_array, whole_number
from theory._results import Shown
from theory._types import Floats
from theory.hmf import SignedDistance, signed_distance

__all__ = ["TwoRings", "figure_1", "koch_snowflake"]


LARGEST_ORDER = 12
"""Of 50 million vertices: chosen for memory, 1 GB."""


def koch_snowflake(order: int, side: float, center: ArrayLike = (0.0, 0.0)) -> Floats:
    """Vertices of a Koch snowflake (H. von Koch 1904), counter-clockwise, the last not repeating the first.

    Args:
        order: how often each edge's middle third has been replaced by a bump, from 0 to 12 (0 is an equilateral
            triangle with one vertex straight above the centre).
        side: edge of that triangle, in any unit.
        center: its centroid, (2,).

    Returns:
        (3 * 4**order, 2).

    Raises:
        ValueError: another order, a side that is not a finite number greater than 0, a center
            that is not two finite numbers.

    >>> koch_snowflake(2, side=9.0).shape
    (48, 2)
    """
    depth = whole_number("order", order, 0, LARGEST_ORDER)
    length, middle = positive_number("side", side), real_array("center", center)
    if middle.shape != (2,):
        raise ValueError(f"center has shape {middle.shape}: pass its two coordinates")
    vertices = length / np.sqrt(3) * np.exp(1j * (np.pi / 2 + np.arange(3) * 2 * np.pi / 3))
    for _ in range(depth):
        vertices = _bump(vertices)
    return np.stack([vertices.real, vertices.imag], axis=1) + middle


def _bump(vertices: NDArray[np.complex128]) -> NDArray[np.complex128]:
    third = (np.roll(vertices, -1) - vertices) / 3
    # Outside is on the right of a counter-clockwise edge.
    peak = vertices + third + third * np.exp(-1j * np.pi / 3)
    return np.stack([vertices, vertices + third, peak, vertices + 2 * third], axis=1).ravel()


@dataclass(frozen=True, eq=False, repr=False)
class TwoRings(Shown):
    """The classes of Figure 1 (Béthune et al., Example 1): -1 between two closed polylines, +1 in the centre and
    outside.

    Attributes:
        outer, inner: vertices, (m, 2).
        low, high: the square box [low, high]^2.
        count: pixels a side.

    Raises:
        ValueError: rings that `signed_distance` refuses, NaN, infinity, a box without an inside, a count below 1.

    >>> TwoRings(koch_snowflake(0, 3.0), koch_snowflake(0, 1.0), -2.0, 2.0, 4).pixels()[0, 0]
    array([-1.5, -1.5])
    """

    outer: Floats
    inner: Floats
    low: float
    high: float
    count: int

    def __post_init__(self) -> None:
        for name in ("outer", "inner"):
            object.__setattr__(self, name, point_set(name, getattr(self, name)).copy())
            if getattr(self, name).shape[1] != 2:
                raise ValueError(f"{name} has shape {getattr(self, name).shape}: pass one vertex a row, shape (m, 2)")
        for name in ("low", "high"):
            object.__setattr__(self, name, finite_number(name, getattr(self, name)))
        if not self.low < self.high:
            raise ValueError(f"low={self.low} and high={self.high}: pass low < high")
        object.__setattr__(self, "count", whole_number("count", self.count, 1))

    def frontier(self) -> SignedDistance:
        """The Highest Mountain Function of the layout: signed distance to both polylines, negative between
        them."""
        return signed_distance([self.outer, self.inner])

    def pixels(self) -> Floats:
        """Pixel centres (count, count, 2): rows go up in y, columns go right in x."""
        step = (self.high - self.low) / self.count
        axis = self.low + (np.arange(self.count) + 0.5) * step
        return np.stack(np.meshgrid(axis, axis), axis=-1)


ORDER, OUTER_SIDE, INNER_SIDE, HALF_BOX, PIXELS = 4, 348.0, 180.0, 200.0, 400
"""Of `figure_1`: our choice, as the paper gives no measures. The outer snowflake, a circle's radius of 348 / sqrt(3) =
200.9 around its centre, fills the box; pixels are 1 wide."""


def figure_1() -> TwoRings:
    """Figure 1 of Béthune et al. (Example 1): concentric order-4 snowflakes of sides 348 and 180 in the box
    [-200, 200]^2 of 400 x 400 pixels.

    Returns:
        The layout, lengths in pixels.

    >>> layout = figure_1()
    >>> np.sign(layout.frontier()([[0, 0], [0, 150], [190, 190]]))
    array([ 1., -1.,  1.])
    """
    outer, inner = (koch_snowflake(ORDER, side) for side in (OUTER_SIDE, INNER_SIDE))
    return TwoRings(outer, inner, -HALF_BOX, HALF_BOX, PIXELS)
