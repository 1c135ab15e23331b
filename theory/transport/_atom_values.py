"""The values of a maximiser at the atoms, as a chain of integers with exact bounds on each increment."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from theory._rationals import whole_numbers
from theory._types import Array
from theory.transport._coupling import Flow, measure_at
from theory.transport._measures import Pair


@dataclass(frozen=True)
class Chain:
    """Atoms 0 ... m with masses p and q (m + 1,), both of sum `total`; integers.

    A maximiser u takes the values v at the atoms exactly when v[i + 1] - v[i] = slopes[i] * gaps[i] where
    slopes[i] = F_Q - F_P has a sign, and |v[i + 1] - v[i]| <= gaps[i] where slopes[i] = 0. excess (m,): F_Q - F_P.
    """

    gaps: list[int]
    slopes: list[int]
    excess: list[int]
    p: list[int]
    q: list[int]
    total: int


def chain(pair: Pair, found: Flow) -> Chain:
    """The chain of the pair; floats are taken as the dyadic rationals that they are."""
    places, masses = _integers([found.places]), _integers(list(measure_at(found, pair)))
    p, q = masses
    to_p, to_q = sum(q), sum(p)
    p, q = [each * to_p for each in p], [each * to_q for each in q]
    excess = [int(each) for each in np.cumsum(np.asarray(q, dtype=object) - p)[:-1]]
    slopes = [int(np.sign(each)) for each in found.excess]
    gaps = [after - before for before, after in zip(places[0], places[0][1:], strict=False)]
    return Chain(gaps, slopes, excess, p, q, to_p * to_q)


def _integers(arrays: list[Array]) -> list[list[int]]:
    rationals = [np.asarray([Fraction(each) for each in array.tolist()], dtype=object) for array in arrays]
    return [array.tolist() for array in whole_numbers(rationals)[0]]
