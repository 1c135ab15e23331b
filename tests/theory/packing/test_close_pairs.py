"""Squared distances in float64, against what they may be off by."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from theory._close_pairs import _square_rounding, _squared_distances


@pytest.mark.parametrize("n", [1, 2, 3, 8])
def test_squared_distances_are_off_by_no_more(n):
    """Of coordinates in [0, 1] that are rounded, less a limit that is, too."""
    rng = np.random.default_rng(n)
    denominator, bound, worst = 3**30, Fraction(_square_rounding(n)), Fraction(0)
    for _ in range(20):
        numbers = [[Fraction(int(x * denominator), denominator) for x in row] for row in rng.random((6, n))]
        limit = Fraction(int(n * rng.random() * denominator), denominator)
        near = _squared_distances(np.array([[float(x) for x in row] for row in numbers])) - float(limit)
        for i, row in enumerate(near.tolist()):
            for j, found in enumerate(row):
                right = sum((x - y) ** 2 for x, y in zip(numbers[i], numbers[j], strict=True)) - limit
                worst = max(worst, abs(Fraction(found) - right))
    assert worst <= bound <= 2**-44 * n**2
    assert worst > 2**-55
