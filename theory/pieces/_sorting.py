"""How many gates sorting takes."""

from __future__ import annotations

from math import factorial

import numpy as np

from theory._input import whole_number

LONGEST = 2**14
"""Numbers to sort at most: chosen for time, a tenth of a second."""


def sorting_gates(count: int) -> tuple[int, int]:
    """Bounds on the GroupSort2 gates that networks need to sort so many numbers: ceil(log2 n!) and Batcher's.

    A network of G gates is affine where all of them have their states, at most 2^G; sorting is another permutation on
    each of n! open sets (Béthune et al., proof of Proposition 8, counts so). That is for whatever affine layers.
    Batcher's merge exchange (Knuth 1998, The Art of Computer Programming 3, algorithm 5.2.2M) has so many comparators,
    each a gate, with permutations between: (k^2 - k + 4) 2^(k - 2) - 1 for n = 2^k.

    Args:
        count: n, from 1 to 16,384.

    Raises:
        ValueError: another number.

    >>> sorting_gates(4), sorting_gates(64)
    ((5, 5), (296, 543))
    """
    n = whole_number("count", count, 1, LONGEST)
    return (factorial(n) - 1).bit_length(), sum(len(starts) for starts, _ in merge_exchange(n))


def merge_exchange(n: int) -> list[tuple[np.ndarray, int]]:
    """Rounds of comparators: each of the places i that are compared with i + d, and d."""
    rounds: list[tuple[np.ndarray, int]] = []
    top = 1 << max(0, (n - 1).bit_length() - 1)
    p = top if n > 1 else 0
    while p:
        q, r, d = top, 0, p
        while True:
            places = np.arange(max(0, n - d))
            rounds.append((places[(places & p) == r], d))
            if q == p:
                break
            d, q, r = q - p, q // 2, p
        p //= 2
    return rounds
