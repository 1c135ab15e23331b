"""How far Björck's iteration goes."""

from __future__ import annotations

from fractions import Fraction

from theory._entries import shown
from theory._input import whole_number
from theory._rationals import Length, rational
from theory.intervals import lower_float, upper_float
from theory.norms._bounds import NormBounds


def bjorck_bound(least: Length, largest: Length, rounds: int) -> NormBounds:
    """Bounds on all singular values after rounds of Björck's iteration W <- W (3 I - W'W) / 2 in exact arithmetic.

    A round takes each singular value s to s (3 - s^2) / 2 (Björck and Bowie 1971): it converges to 1, in the end with
    errors at most 3/2 of their squares, for 0 < s < sqrt(3); one that is small grows by half in each round, so that
    1/1000 takes twenty to come within 1e-4, and 0 stays. Rounded outward in each round: a lower bound never gets to
    1. The norm of a layer that was iterated so is at most `upper`, its inverse's at most 1 / `lower`.

    Args:
        least, largest: 0 <= least <= largest < sqrt(3), bounds on the singular values before.
        rounds: 0 or more.

    Raises:
        ValueError: numbers out of these ranges.

    >>> bjorck_bound(0.5, 1, 0), bjorck_bound(0.5, 1, 1)
    (NormBounds(lower=0.5, upper=1.0), NormBounds(lower=0.6875, upper=1.0))
    >>> 1 - bjorck_bound(0.5, 1, 7).lower < 1e-15, bjorck_bound(0.001, 1, 15).lower < 0.42
    (True, True)
    """
    low, high, count = rational("least", least), rational("largest", largest), whole_number("rounds", rounds, 0)
    if not 0 <= low <= high:
        raise ValueError(f"least={shown(least)} and largest={shown(largest)}: pass 0 <= least <= largest")
    if high**2 >= 3:
        raise ValueError(f"largest={shown(largest)}: divide the matrix so that its norm is below the root of 3")
    found = NormBounds(lower_float(low), upper_float(high))
    for _ in range(count):
        ends = [_step(low), _step(high)]
        low, high = min(ends), Fraction(1) if low <= 1 <= high else max(ends)
        before, found = found, NormBounds(lower_float(low), upper_float(high))
        if found == before:
            break
        low, high = Fraction(found.lower), Fraction(found.upper)
    return found


def _step(value: Fraction) -> Fraction:
    return value * (3 - value**2) / 2
