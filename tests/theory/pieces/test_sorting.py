"""Gates of sorting networks: Knuth's counts, and bounds that are on their sides."""

from math import factorial

import pytest

from theory.pieces import sorting_gates
from theory.pieces._sorting import LONGEST

KNOWN = {1: 0, 2: 1, 3: 3, 4: 5, 5: 9, 6: 12, 7: 16, 8: 19, 16: 63, 32: 191, 64: 543}
"""Of merge exchange; the fewest comparators for 9, 10, ... numbers are 25, 29, 35, 39, 45, 51, 56, 60."""


@pytest.mark.parametrize("count", KNOWN)
def test_batcher_s_counts(count: int) -> None:
    lower, upper = sorting_gates(count)
    assert upper == KNOWN[count] and 2**lower >= factorial(count) > 2 ** (lower - 1) - (count == 1)


def test_the_longest() -> None:
    lower, upper = sorting_gates(LONGEST)
    assert lower < upper < 2 * lower * 4
    with pytest.raises(ValueError, match="count=16385: pass a whole number, from 1 to 16384"):
        sorting_gates(LONGEST + 1)
