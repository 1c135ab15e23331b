"""From nearly optimal values and multipliers of a smooth loss on the line to values and a coupling, with two bounds.

Sums along the line are sums of whole multiples of one quantum, hence exact: no rounding error piles up from one end to
the other. What rounding is left is bounded and added to, or taken from, the bounds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import frexp, fsum, inf, nextafter

import numpy as np
from numpy.typing import NDArray

from theory._types import Floats, Indices
from theory.risk._line.interior_point import Smooth

Integers = NDArray[np.int64]

TERM_ROUNDING = 2.0**-49
"""Eight units in the last place, 16 roundings: more than any one term below gathers. Most is gathered by a cost, 2^-50
and the four roundings of its mass, their product and their sum, 12 roundings in all; a value of the loss, 8 units
itself, is given twice as much."""
QUANTUM_BITS, FINE_BITS = 60, 40
LARGEST_NOISE = 1e-8
LEAST_EXPONENT = -960
LEAST_LOSS = 1e-307
"""Masses below 2^-960 and losses below 1e-307 are given up: underflow spoils relative errors."""


def feasible_values(z: Floats, falls: Floats, bounds: Floats) -> Floats:
    """Values near z whose falls (q - 1,) are at most the bounds, each rounded to the nearest float but for 2^-51 of it.

    bounds may exceed the true ones by 2^-50 of themselves. The falls are sums of coarse and fine quanta.
    """
    held = np.clip(falls, -bounds, bounds) * (1 - TERM_ROUNDING)
    reach = max(float(np.abs(held).sum()), float(np.abs(z).max()))
    exponent = frexp(reach)[1] - QUANTUM_BITS
    coarse = np.trunc(np.ldexp(held, -exponent))
    fine = np.trunc(np.ldexp(np.ldexp(held, -exponent) - coarse, FINE_BITS)).astype(np.int64)
    low = np.concatenate([np.zeros(1, np.int64), np.cumsum(fine)])
    high = np.concatenate([np.zeros(1, np.int64), np.cumsum(coarse.astype(np.int64))]) + (low >> FINE_BITS)
    middle = len(z) // 2
    first = np.int64(np.rint(np.ldexp(z[middle], -exponent))) + high[middle]
    rest = (low & ((1 << FINE_BITS) - 1)).astype(np.float64)
    return np.ldexp((first - high).astype(np.float64) - np.ldexp(rest, -FINE_BITS), exponent)


def upper_bound(margins: Floats, problem: Smooth) -> float:
    """At least the sum of w h(t) for every t with |t - margin| <= 2^-51 |margin|; 0 only where h is."""
    lowered = margins - TERM_ROUNDING / 2 * np.abs(margins)
    total = fsum((problem.weights * problem.form.value(lowered)).tolist()) * (1 + 2 * TERM_ROUNDING)
    lost = int(np.count_nonzero(lowered < problem.form.flat)) * LEAST_LOSS
    return nextafter(total + lost, inf) if lost else 0.0


@dataclass(frozen=True)
class Coupled:
    """rows, columns, masses (k,) of the coupling, and its marginals (p,), both with relative errors below 2^-52."""

    rows: Indices
    columns: Indices
    masses: Floats
    marginals: Floats

    def emptied(self) -> Coupled:
        return Coupled(self.rows[:0], self.columns[:0], self.masses[:0], np.zeros_like(self.marginals))


@dataclass(frozen=True)
class Edges:
    """The last point of each node, (q,); room for each fall to grow, and to shrink, (q - 1,); the flux times room
    from which it is rounding."""

    ends: Indices
    down: Floats
    up: Floats
    waste: float

    def cuts(self, flux: Integers, total: int, quantum: float) -> Indices:
        """The ends of the blocks between which the flux is rounding, because it is small or because the edge is not
        tight."""
        size = np.abs(flux)
        noise = 1e-15 * (4 + np.sqrt(len(flux))) * total
        waste = np.where(flux > 0, self.down, self.up) * (size * quantum)
        idle = (size <= noise) | ((size <= LARGEST_NOISE * total) & (waste > self.waste))
        return self.ends[np.append(idle, True)]


def coupled(alpha: Floats, signs: Floats, weights: Floats, edges: Edges) -> Coupled:
    """The monotone coupling with marginals near alpha, at most the weights, without flux where it is rounding."""
    shared = np.minimum(alpha, weights * (1 - TERM_ROUNDING))
    exponent = max(frexp(float(shared.sum()))[1] - QUANTUM_BITS, LEAST_EXPONENT)
    whole = np.floor(np.ldexp(shared, -exponent)).astype(np.int64)
    flux = np.cumsum(np.where(signs > 0, whole, -whole))[edges.ends[:-1]]
    whole = _balanced(whole, signs, edges.cuts(flux, int(whole.sum()), 2.0**exponent))
    rows, columns = (np.flatnonzero((signs == sign) & (whole > 0)) for sign in (1, -1))
    given, taken = np.cumsum(whole[rows]), np.cumsum(whole[columns])
    levels = np.union1d(given, taken)
    masses = np.ldexp(np.diff(levels, prepend=0).astype(np.float64), exponent)
    sources, targets = rows[np.searchsorted(given, levels)], columns[np.searchsorted(taken, levels)]
    return Coupled(sources, targets, masses, np.ldexp(whole.astype(np.float64), exponent))


def _balanced(whole: Integers, signs: Floats, cuts: Indices) -> Integers:
    """The same multipliers, but for rounding, with as much on either side in every block; cuts: the ends of blocks."""
    starts = np.concatenate([[0], cuts[:-1] + 1])
    block = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(whole))))
    for _ in range(2):
        sides = [np.add.reduceat(np.where(signs == sign, whole, 0), starts) for sign in (1, -1)]
        least = np.minimum(*sides)
        totals = np.where(signs > 0, sides[0][block], sides[1][block])
        excess = totals - least[block]
        share = np.divide(excess, totals, out=np.zeros(len(whole)), where=totals > 0)
        whole = whole - np.minimum(np.ceil(whole * share).astype(np.int64), whole)
    return _levelled(whole, signs, starts, block)


def _levelled(whole: Integers, signs: Floats, starts: Indices, block: Indices) -> Integers:
    """The last few quanta: the largest multiplier of the heavier side pays; a block that cannot pay is given up."""
    excess = np.add.reduceat(np.where(signs > 0, whole, -whole), starts)
    heavier = whole * (signs * np.sign(excess)[block] > 0)
    largest = np.maximum.reduceat(heavier, starts)
    payers = np.flatnonzero((heavier == largest[block]) & (heavier > 0))
    payers = payers[np.unique(block[payers], return_index=True)[1]]
    owed = np.abs(excess)
    whole = np.where((owed > largest)[block], 0, whole)
    able = payers[(owed <= largest)[block[payers]]]
    whole[able] -= owed[block[able]]
    return whole


def lower_bound(found: Coupled, problem: Smooth, cost: Callable[[Indices, Indices], Floats]) -> float:
    """At most the dual objective of the coupling; cost: L times the distances, relative error below 2^-50."""
    used = found.marginals > 0
    mass, weights = found.marginals[used], problem.weights[used]
    gain = fsum(problem.form.dual(mass, weights).tolist())
    transport = fsum((found.masses * cost(found.rows, found.columns)).tolist())
    error = fsum(problem.form.dual_size(mass, weights).tolist()) + transport
    # every mass is 2^-960 or more here, so nothing underflows
    return nextafter(gain - transport - TERM_ROUNDING * error, -inf)
