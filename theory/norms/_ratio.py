"""How norms of R^n compare."""

from __future__ import annotations

import math

from flint import arb, fmpq

from theory._entries import shown
from theory._input import whole_number
from theory.intervals import upper_float
from theory.norms._padding import norm_order


def norm_ratio(dimension: int, p: float, q: float) -> float:
    """The largest |x|_p / |x|_q over x in R^n, rounded up: n^(1/p - 1/q), or 1 where p >= q.

    By Hölder's inequality (Hardy, Littlewood and Pólya 1934), attained by equal entries, or by a single one. A radius r
    that is certified in the p-norm certifies r / norm_ratio(n, p, q) in the q-norm, and a function that is L-Lipschitz
    for the p-norm of its inputs is L norm_ratio(n, p, q)-Lipschitz for their q-norm; no more holds in general.

    Args:
        dimension: n >= 1.
        p, q: 1 to inf.

    Raises:
        ValueError: numbers out of these ranges.
        OverflowError: a ratio beyond float64.

    >>> norm_ratio(3072, 2, float("inf")) < 55.43, norm_ratio(4, 2, float("inf")), norm_ratio(4, float("inf"), 2)
    (True, 2.0, 1.0)
    """
    count = whole_number("dimension", dimension, 1)
    inverse = [_inverse(name, value) for name, value in (("p", p), ("q", q))]
    exponent = max(fmpq(0), inverse[0] - inverse[1])
    return upper_float(arb(count) ** arb(exponent) if exponent.q != 2 else arb(count ** int(exponent.p)).sqrt())


def _inverse(name: str, value: float) -> fmpq:
    number = norm_order(name, value)
    if not number >= 1:
        raise ValueError(f"{name}={shown(value)}: pass a number from 1 to inf")
    return fmpq(0) if number == math.inf else 1 / fmpq(*number.as_integer_ratio())
