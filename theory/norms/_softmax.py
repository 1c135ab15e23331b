"""The Lipschitz constant of softmax."""

from __future__ import annotations

import math
from typing import Any

from flint import arb, fmpq

from theory._entries import shown
from theory._input import plain_number
from theory.intervals import upper_float
from theory.norms._padding import norm_order


def softmax_lipschitz(p: float = 2, q: float = 2, temperature: float = 1) -> float:
    """The least float that is at least softmax's Lipschitz constant from the p-norm to the q-norm, for any length >= 2.

    It is 2^(1/q - 1/p - 1) times the temperature: 1/2 for p = q. Two entries of share 1/2 attain it in the limit. The
    Jacobian is J = diag(s) - s s' for shares s. Its norm is at most 1/2 from 1 to 1 and from inf to inf, as
    2 s (1 - s) is; 1/4 from 1 to inf; and 1 from inf to 1, as the sum of s_i |x_i - m|, m the mean, is at most the root
    of the variance; complex vectors included. The logarithm of 2^(1/q - 1/p - 1) is affine in (1/p, 1/q) and has
    these values at the corners, so Riesz' and Thorin's theorem gives it in between (Gao and Pavel 2017 prove 1 for
    p = q = 2).

    Args:
        p, q: 1 to inf.
        temperature: T > 0 of softmax(T x), an inverse temperature of physics, as in `theory.BCE`.

    Raises:
        ValueError: p or q below 1 or no numbers, a temperature that is not positive and finite.
        OverflowError: a constant beyond float64.

    >>> softmax_lipschitz(), softmax_lipschitz(float("inf"), 1), softmax_lipschitz(1, float("inf"))
    (0.5, 1.0, 0.25)
    """
    exponent = _inverse("q", q) - _inverse("p", p) - 1
    scale = plain_number("temperature", temperature)
    if not scale > 0:
        raise ValueError(f"temperature={shown(temperature)}: pass one finite number greater than 0")
    factor = arb(fmpq(*scale.as_integer_ratio()))
    return upper_float(arb(2) ** arb(exponent) * factor)


def _inverse(name: str, value: Any) -> fmpq:
    number = norm_order(name, value)
    return fmpq(0) if number == math.inf else 1 / fmpq(*number.as_integer_ratio())
