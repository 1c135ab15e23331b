"""Pairs of measures on the line as a caller hands them in: exact integers over one unit, or float64."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import frexp, lcm, ldexp
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from theory._entries import entries, is_exact, spacing
from theory._input import real_array
from theory._rationals import as_whole, whole_numbers
from theory._types import Array, Number

NumbersLike = ArrayLike | Sequence[Fraction] | Sequence[int]
WeightsLike = NumbersLike | None

LARGEST_ATOM = 1e270
"""Of atoms and of total weights in float64: distances of 2e270 times whole masses below 2^61 are below 5e288, so that
sums of 10^19 of them are below 1.8e308."""

SPACING = float(np.finfo(np.float64).eps)
"""2 u = 2^-52: two weights that were rounded are off by half as much each."""

MASS_BITS = 61
"""The total of whole masses is below 2^61: sums and differences of two sides are int64."""

GIVEN_ROUNDINGS = 8
"""F_Q - F_P up to so many times SPACING of the total counts as 0. Rounding the weights of both sides takes 1; chosen
above that for weights that a few operations computed, and for the scaling of Q's to P's total, which takes 1."""

TOLERATED = 2**49
"""1 / (GIVEN_ROUNDINGS * SPACING)."""

LARGEST_SHORTAGE = 2.0**-4
"""Of a total, however many weights of a coarse type were rounded: chosen."""

EXACT_FLOATS = 2**53
"""Whole numbers up to it are float64."""


@dataclass(frozen=True)
class Measure:
    """Atoms in increasing order (count,), their masses (count,), their indices as given (count,)."""

    atoms: Array
    masses: Array
    index: NDArray[np.intp]


@dataclass(frozen=True)
class Pair:
    """Two measures of one total mass; true places are atoms * length, true masses are masses * mass.

    Masses are whole numbers always. exact: Python integers in object arrays, Fractions as units; float64 atoms
    otherwise. uniform: no weights were given. tolerance: differences of masses up to it are rounding; if exact, up to
    that share of it which the lighter side has of half the total. fractions: what was given was exact.
    """

    p: Measure
    q: Measure
    length: Number
    mass: Number
    tolerance: int
    exact: bool
    uniform: bool
    fractions: bool

    def slack(self, levels: Array) -> Any:
        """By how much rounding of the weights may change cumulated masses of P."""
        if not self.exact:
            return self.tolerance
        return np.minimum(levels, self.p.masses.sum() - levels) // TOLERATED


def read_pair(p: NumbersLike, q: NumbersLike, p_weights: WeightsLike, q_weights: WeightsLike) -> Pair:
    """The two measures, every input checked."""
    given = {"p": p, "q": q, "p_weights": p_weights, "q_weights": q_weights}
    opened = {name: entries(name, value) for name, value in given.items() if name in "pq" or value is not None}
    exact = all(map(is_exact, opened.values()))
    arrays = {name: array.astype(object) if exact else _floats(name, array) for name, array in opened.items()}
    atoms = [_flat("p", arrays["p"]), _flat("q", arrays["q"])]
    length: Number = 1.0
    if exact:
        atoms, length = whole_numbers(atoms)
    uniform = p_weights is None and q_weights is None and lcm(*map(len, atoms)) < EXACT_FLOATS
    rounded = max(map(spacing, (p_weights, q_weights)))
    masses, mass = _uniform(arrays, exact) if uniform else _weighted(arrays, exact, rounded)
    tolerance = 0 if exact or uniform else _rounding(masses)
    _same_total(masses, mass, tolerance * mass)
    sides = [
        _sorted(name, side, weights, None if uniform else arrays.get(f"{name}_weights", weights))
        for name, side, weights in zip("pq", atoms, masses, strict=True)
    ]
    return Pair(sides[0], sides[1], length, mass, tolerance, exact, uniform, exact)


def exactly(pair: Pair, p_weights: WeightsLike, q_weights: WeightsLike) -> Pair:
    """A pair of float64 in whole numbers, the masses of Q scaled to the total of P's, nothing rounded."""
    sides, weights = (pair.p, pair.q), []
    for side, name, given in zip(sides, ("p_weights", "q_weights"), (p_weights, q_weights), strict=True):
        kept = side.masses if given is None else real_array(name, given, rounded=True)[side.index]
        weights.append(as_whole(kept.astype(np.float64)))
    places = as_whole(np.concatenate([side.atoms for side in sides]))
    totals = [sum(each.counts) for each in weights]
    split = len(pair.p.atoms)
    atoms = _objects(places.counts[:split]), _objects(places.counts[split:])
    masses = [_objects(each.counts) * total for each, total in zip(weights, reversed(totals), strict=True)]
    one, other = (Measure(*each) for each in zip(atoms, masses, (side.index for side in sides), strict=True))
    unit = weights[0].unit / totals[1] if p_weights is not None else Fraction(1, totals[0] * totals[1])
    return Pair(one, other, places.unit, unit, totals[0] * totals[1] // TOLERATED, True, False, False)


def _objects(numbers: list[int]) -> Array:
    return np.fromiter(numbers, dtype=object, count=len(numbers))


def _floats(name: str, given: Array) -> Array:
    """float64; atoms and weights are looked at for NaN and infinity once they are sorted or summed."""
    return given if given.dtype == np.float64 else real_array(name, given)


def _flat(name: str, array: Any) -> Array:
    if array.ndim != 1:
        raise ValueError(f"{name} has shape {array.shape}: pass one real number an atom, shape (count,)")
    if not len(array):
        raise ValueError(f"{name} is empty (shape {array.shape}): give it at least one atom")
    return array


def _uniform(arrays: dict[str, Any], exact: bool) -> tuple[list[Array], Number]:
    """Whole masses, the same for all atoms of a side."""
    counts = [len(arrays["p"]), len(arrays["q"])]
    whole = lcm(*counts)
    masses = [
        np.broadcast_to(np.asarray(whole // count, dtype=object if exact else np.float64), count) for count in counts
    ]
    return masses, Fraction(1, whole) if exact else 1.0 / whole


def _weighted(arrays: dict[str, Any], exact: bool, rounded: float) -> tuple[list[Array], Number]:
    """rounded: `spacing` of the weights as they were given."""
    masses = [_weights(side + "_weights", arrays, len(arrays[side]), exact) for side in "pq"]
    if exact:
        return whole_numbers(masses)
    with np.errstate(over="ignore"):
        total = float(masses[0].sum())
    # Sums of k floats are off by k u of the total at most, the weights by u of it: below 2 u for each weight.
    _same_total(masses, 1.0, min(rounded * sum(map(len, masses)), LARGEST_SHORTAGE) * total)
    shift = MASS_BITS - frexp(float(masses[0].sum()))[1]
    whole = [_scaled(side, shift) for side in masses]
    totals = [int(side.sum()) for side in whole]
    if abs(totals[0] - totals[1]) > _rounding(whole):
        whole[1] = _scaled(masses[1] * (totals[0] / totals[1]), shift)
    return whole, ldexp(1.0, -shift)


def _scaled(weights: Array, shift: int) -> Array:
    """Whole multiples of 2^-shift: sums of them are exact, so only the weights themselves are rounded."""
    return np.rint(np.ldexp(weights, shift)).astype(np.int64)


def _rounding(masses: list[Array]) -> int:
    """What rounding of the given weights counts for in a difference of sums, and half a unit each for rounding here."""
    return int(GIVEN_ROUNDINGS * SPACING * float(masses[0].sum())) + sum(map(len, masses))


def _weights(name: str, arrays: dict[str, Any], count: int, exact: bool) -> Array:
    if name not in arrays:
        return np.full(count, Fraction(1, count) if exact else 1.0 / count)
    weights: Array = arrays[name]
    if weights.shape != (count,):
        raise ValueError(f"{name} has shape {weights.shape}: pass one weight an atom, shape ({count},)")
    if weights.dtype != object:
        real_array(name, weights)
    negative = np.flatnonzero(weights < 0)
    if len(negative):
        first = int(negative[0])
        raise ValueError(f"{name} has {weights[first]} at index {first}: weights must be at least 0")
    return weights


def _same_total(masses: list[Array], mass: Number, tolerance: float) -> None:
    """Refuses totals that are zero, extreme, or differ by more than the tolerance."""
    with np.errstate(over="ignore"):
        totals = [side.sum() * mass for side in masses]
    for name, total in zip(("p_weights", "q_weights"), totals, strict=True):
        if not total > 0:
            raise ValueError(f"{name} has total {total}: give some atom a weight greater than 0")
        if mass == 1.0 and not 1 / LARGEST_ATOM < total < LARGEST_ATOM:
            raise ValueError(f"{name} has total {total}: scale the weights towards 1, or pass int and Fraction")
    if abs(totals[0] - totals[1]) > tolerance:
        raise ValueError(
            f"p_weights has total {totals[0]} and q_weights has total {totals[1]} (1 where not given): "
            "give both the same total mass"
        )


def refuse_unbounded(name: str, ordered: Array, given: Array) -> None:
    """NaN, infinity and numbers whose sums may overflow are at the ends of a sorted array."""
    if ordered.dtype == object or (np.abs(ordered[[0, -1]]) <= LARGEST_ATOM).all():
        return
    real_array(name, given)
    far = given[np.abs(given) > LARGEST_ATOM][0]
    raise ValueError(
        f"{name} has {far} (largest allowed {LARGEST_ATOM:.0e}): scale the atoms, or pass int and Fraction"
    )


def _sorted(name: str, atoms: Array, masses: Array, given: Array | None) -> Measure:
    """Without atoms whose given weight is 0; masses may be, where they were rounded."""
    index = np.argsort(atoms)
    refuse_unbounded(name, atoms[index[[0, -1]]], atoms)
    if given is None:
        return Measure(atoms[index], masses, index)
    index = index[given[index] > 0]
    return Measure(atoms[index], masses[index], index)
