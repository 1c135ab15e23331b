"""Few points in a square, a cube or a disc: records against the theorems that there are none better."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.packing import packing_bounds
from theory.packing._few import BEST
from theory.packing._records import RECORDS, _largest, _record, _records, few_in_box
from theory.sets import Ball, Box, ConvexPolygon

NEAR = Fraction(1, 10**8)
SHAPES = {"square": Box([0, 0], [1, 1]), "cube": Box([0, 0, 0], [1, 1, 1]), "disc": Ball([0, 0], 1)}


def below(square: Fraction) -> Fraction:
    """A rational a little below a root."""
    root = Fraction(float(square) ** 0.5)
    return root * (1 - NEAR)


@pytest.mark.parametrize("shape", BEST)
def test_records_attain_the_theorems(shape: str) -> None:
    """Both are right only if they meet; a cube's theorem of seven points is that of six."""
    for number, best in BEST[shape].items():
        if (shape, number) == ("cube", 7):
            continue
        record = next(record for record in _records(shape) if record.number == number)
        assert best * (1 - NEAR) <= record.squared <= best, number


@pytest.mark.parametrize("shape", BEST)
def test_packing_numbers_are_exact_where_few_points_fit(shape: str) -> None:
    distances = {number: best for number, best in BEST[shape].items() if (shape, number) != ("cube", 7)}
    for number, best in distances.items():
        lower, upper = packing_bounds(SHAPES[shape], below(best))
        most = max(each for each, other in distances.items() if other >= best)
        assert lower >= most, number
        if number < max(distances) and (shape, number) != ("cube", 6):
            assert (lower, upper) == (most, most), number
        assert packing_bounds(SHAPES[shape], below(best) * (1 + 3 * NEAR)).upper < number


@pytest.mark.parametrize("shape", BEST)
def test_records_are_listed_where_they_are(shape: str) -> None:
    scale, separation = Fraction(7, 3), Fraction(1)
    domain = {
        "square": Box([-1, 5], [scale - 1, 5 + scale]),
        "cube": Box([2] * 3, [2 + scale] * 3),
        "disc": Ball([3, -2], scale),
    }[shape]
    found = packing_bounds(domain, separation)
    points = found.points
    assert points is not None and len(points) == found.lower
    assert all(domain.contains(point) for point in points)
    assert all(sum((a - b) ** 2 for a, b in zip(x, y, strict=True)) >= 1 for x, y in combinations(points, 2))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.fractions(0, 3, max_denominator=50), min_size=2, max_size=4),
    st.fractions(Fraction(1, 4), 2, max_denominator=50),
)
def test_in_boxes_they_stand_over_grids(sides: list[Fraction], separation: Fraction) -> None:
    box = Box([1] * len(sides), [1 + side for side in sides])
    for packing in few_in_box(box.lower, tuple(sides), separation**2):
        if packing.count <= 200:
            assert packing.points is not None
            points = packing.points()
            assert len(points) == packing.count <= packing_bounds(box, separation).upper
            assert all(box.contains(point) for point in points)
            for x, y in combinations(points, 2):
                assert sum((a - b) ** 2 for a, b in zip(x, y, strict=True)) >= separation**2


def test_a_damaged_file_is_not_believed() -> None:
    with pytest.raises(AssertionError, match=f"{RECORDS.name}: .* is not in the disc"):
        _record("disc", [[10**10, 1], [0, 0]])
    with pytest.raises(AssertionError, match="is not in the square"):
        _record("square", [[10**10 + 1, 0], [0, 0]])
    assert _record("square", [[10**10, 0], [0, 0]]).squared == 1


def test_beyond_the_records_nothing_is_said() -> None:
    assert _largest("square", Fraction(5)) is None
    most = _largest("square", Fraction(1, 10**6))
    assert most is not None and most.number == 30


def test_polygons_have_the_bound_of_their_square() -> None:
    triangle = ConvexPolygon([[0, 0], [1, 0], [0, 1]])
    assert packing_bounds(triangle, Fraction(11, 10)).upper == 2
