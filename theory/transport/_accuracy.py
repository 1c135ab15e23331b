"""Accuracies of the best thresholds of Kantorovich potentials."""

from __future__ import annotations

from fractions import Fraction

from theory._input import plain_number
from theory._types import Number
from theory.transport._atom_values import Chain, chain
from theory.transport._coupling import read
from theory.transport._lowest_peak import lowest_peak
from theory.transport._measures import NumbersLike, WeightsLike
from theory.transport._most_correct import extreme
from theory.transport._plan import plain
from theory.transport._rigid_blocks import blocks


def accuracy_range(
    p: NumbersLike,
    q: NumbersLike,
    p_weights: WeightsLike = None,
    q_weights: WeightsLike = None,
    threshold: Number | None = None,
) -> tuple[Number, Number]:
    """The least and the greatest accuracy (P(u > T) + Q(u < T)) / 2 among all maximisers u of Pu - Qu (Béthune et al.,
    Proposition 6).

    P and Q are scaled to total mass 1; the value T itself counts as wrong on both sides. With threshold
    None, T is the best one for each u: the least over u of the greatest over T, and the greatest over u and
    T. With a threshold T, the least and the greatest over u; translations of u are maximisers too, so
    the answer is the same for every T. Floats are taken as the rationals that they are.

    A threshold, and the greatest accuracy, cost O(m^2) operations for m atoms. The least accuracy for the best T is
    strongly NP-hard: the search is quick on common data.

    Args:
        p, q, p_weights, q_weights: as for `transport_plan`.
        threshold: T, or None.

    Raises:
        ValueError: as `transport_plan`, and when threshold is not a finite number.
        ArithmeticError: the search would be too long; the message has the bounds it has.

    >>> accuracy_range([0, 4], [3, 7])
    (Fraction(3, 4), Fraction(1, 1))
    >>> accuracy_range([0, 4], [3, 7], threshold=0)
    (Fraction(1, 2), Fraction(1, 1))
    """
    pair, found = read(p, q, p_weights, q_weights)
    links = chain(pair, found)
    greatest = Fraction(extreme(links, 1), 2 * links.total)
    if threshold is None:
        least = Fraction(_least_best(links) + links.total, 2 * links.total)
    else:
        plain_number("threshold", threshold)
        least = Fraction(extreme(links, -1), 2 * links.total)
    return plain(least, pair.fractions), plain(greatest, pair.fractions)


def _least_best(links: Chain) -> int:
    peak = lowest_peak(blocks(links))
    if peak.bound < peak.least:
        low, high = (float(Fraction(links.total + each, 2 * links.total)) for each in (peak.bound, peak.least))
        raise ArithmeticError(f"the least accuracy is between {low} and {high}, undecided: pass fewer atoms")
    return peak.least
