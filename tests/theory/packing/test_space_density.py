"""Bounds of the density of packings of space beside published ones, and their proofs against polynomials that fail."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import fmpq_poly

from theory.intervals import enclosure, endpoints, sqrt
from theory.packing import packing_bounds
from theory.packing._density import densest
from theory.packing._space_density import LARGEST_DIMENSION, _sign_from, density_bound
from theory.sets import Box

PUBLISHED = {
    4: 0.13126,
    5: 0.09975,
    6: 0.08084,
    7: 0.06933,
    8: 0.06251,
    9: 0.05900,
    10: 0.05804,
    11: 0.05932,
    12: 0.06279,
}
"""Cohn and Elkies 2003, table 3: bounds of the centre density, which is of balls of radius 1, rounded up."""


@pytest.mark.parametrize("dimension", [4, 6, 12])
def test_published_bounds_come_out(dimension: int) -> None:
    bound = density_bound(dimension)
    assert bound is not None
    assert float(endpoints(bound)[1]) / 2**dimension <= PUBLISHED[dimension] * 1.001


@pytest.mark.parametrize("dimension", [4, 8, 12, 24])
def test_no_known_packing_is_denser(dimension: int) -> None:
    bound = density_bound(dimension)
    assert bound is None or endpoints(bound * enclosure(sqrt(densest(dimension)[1])))[1] >= 1


def test_e8_is_optimal_to_three_digits() -> None:
    bound = density_bound(8)
    assert bound is not None and endpoints(bound)[1] <= 16 * Fraction(1001, 1000)


def test_other_dimensions_have_none() -> None:
    assert density_bound(3) is density_bound(LARGEST_DIMENSION + 1) is None


@pytest.mark.parametrize(
    ("coefficients", "start", "sign"),
    [
        ([-1, 0, 1], 2, 1),
        ([-1, 0, 1], 0, 0),
        ([-1, 0, 1], 1, 0),
        ([1, 0, -1], 2, -1),
        ([4, -4, 1], 0, 0),
        ([5, -4, 1], 0, 1),
        ([-5, 4, -1], 0, -1),
    ],
)
def test_a_sign_holds_from_a_start_on(coefficients: list[int], start: int, sign: int) -> None:
    assert _sign_from(fmpq_poly(coefficients), Fraction(start)) == sign


@pytest.mark.parametrize(("dimension", "side"), [(4, 10), (6, 30), (12, 100)])
def test_large_boxes_are_bounded_by_it(dimension: int, side: int) -> None:
    bounds = packing_bounds(Box([0] * dimension, [side] * dimension), 1)
    density = density_bound(dimension)
    assert density is not None and bounds.upper_by == "Cohn and Elkies"
    assert bounds.lower <= bounds.upper == int(endpoints(density)[1] * (side + 1) ** dimension)
