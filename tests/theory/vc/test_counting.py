"""Counts of dichotomies are exact where their logarithms are a hair from whole numbers."""

import pytest

from theory.vc import growth_bound


@pytest.mark.parametrize("n", [1, 30, 55, 70, 90, 300])
def test_one_dichotomy_and_its_reverse_are_missing_in_general_position(n):
    """Cover (1965): of n + 2 points affine functions realise 2^(n + 2) - 2 labelings, by Radon's partition."""
    assert growth_bound(n + 1, n, []) == 2 ** (n + 1)
    assert growth_bound(n + 2, n, []) == 2 ** (n + 2) - 2


@pytest.mark.parametrize("widths", [[8], [8, 4, 12], [4, 16, 6], [40, 40]])
def test_signs_on_the_line_change_once_a_piece(widths):
    """p pieces change sign p times at most: the two alternating labelings of p + 2 points are missing."""
    pieces = 1
    for width in widths:
        pieces *= width // 2 + 1
    assert growth_bound(pieces + 2, 1, widths) == 2 ** (pieces + 2) - 2
