"""The least risk on the line for losses with at most one kink: whole numbers throughout, so the answer is exact.

F_i(v), the least loss of the points 0 ... i when v is the value at point i, is convex and piecewise linear. The chain
constraint moves its decreasing part down the line and its increasing part up it, and a new point adds at most two
breakpoints: that of a linear loss is far away.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from theory.risk._line.slope_trick import Slopes

Triples = tuple[list[int], list[int], list[int]]


@dataclass(frozen=True)
class Chain:
    """Whole numbers. steps (p - 1,): the greatest |v[i] - v[i + 1]|. positive (p,): is the label +1? base, jump (p,):
    the loss of point i is -base[i] t + jump[i] max(0, margin - t), t = v[i] or -v[i]."""

    steps: list[int]
    positive: list[bool]
    base: list[int]
    jump: list[int]
    margin: int


def least_values(chain: Chain) -> list[int]:
    """Values that attain the least loss, which must be finite."""
    lows, highs = _minimisers(chain)
    value = min(max(0, lows[-1]), highs[-1])
    values = [value]
    for step, low, high in zip(reversed(chain.steps), reversed(lows[:-1]), reversed(highs[:-1]), strict=True):
        nearest = low if value < low else min(value, high)
        value = min(max(nearest, value - step), value + step)
        values.append(value)
    return values[::-1]


def _minimisers(chain: Chain) -> tuple[list[int], list[int]]:
    """For each i the interval of minimisers of F_i; beyond all breakpoints stands for infinity."""
    infinite = 4 * (chain.margin + sum(chain.steps)) + 2
    slopes = Slopes(max(*chain.base, *chain.jump, 1).bit_length())
    lows, highs = [], []
    for step, positive, base, jump in zip([0, *chain.steps], chain.positive, chain.base, chain.jump, strict=True):
        slopes.shift += step
        if jump:
            slopes.add(positive, chain.margin, jump)
        if base:
            slopes.add(positive, infinite, base)
        low, high = slopes.minimisers(infinite)
        lows.append(low)
        highs.append(high)
    return lows, highs


def multipliers(chain: Chain, values: list[int]) -> list[int]:
    """alpha (p,): multipliers that prove the values optimal, by complementary slackness.

    The flux through an edge is the mass of label +1 less that of label -1 to its left. It is zero unless the edge is
    tight, and runs downhill. A first pass finds what flux can reach each edge, a second one chooses, backwards.
    """
    bottoms, tops = _signed_multipliers(chain, values)
    least, greatest = _reachable(chain, values, bottoms, tops)
    flux = 0
    alpha = []
    for low, high, positive, top in zip(
        reversed(least[:-1]), reversed(greatest[:-1]), reversed(chain.positive), reversed(tops), strict=True
    ):
        before = min(max(low, flux - top), high)
        alpha.append(flux - before if positive else before - flux)
        flux = before
    return alpha[::-1]


def _signed_multipliers(chain: Chain, values: list[int]) -> tuple[list[int], list[int]]:
    """The least and the greatest multiplier of each point at its value, with the sign of its label."""
    bottoms, tops = [], []
    for value, positive, base, jump in zip(values, chain.positive, chain.base, chain.jump, strict=True):
        excess = (value if positive else -value) - chain.margin
        low, high = base + (jump if excess < 0 else 0), base + (jump if excess <= 0 else 0)
        bottoms.append(low if positive else -high)
        tops.append(high if positive else -low)
    return bottoms, tops


def _reachable(chain: Chain, values: list[int], bottoms: list[int], tops: list[int]) -> tuple[list[int], list[int]]:
    """The least and the greatest flux before each point and after the last, as far as all that comes before decides."""
    falls = [value - after for value, after in pairwise(values)]
    least, greatest = [0], [0]
    low = high = 0
    # after the last point, as on an edge that is not tight, the flux is 0
    for bottom, top, fall, step in zip(bottoms, tops, [*falls, 0], [*chain.steps, 1], strict=True):
        low, high = low + bottom, high + top
        if fall != -step and low < 0:
            low = 0
        if fall != step and high > 0:
            high = 0
        if low > high:
            raise ArithmeticError("no flux certifies the values: they are not optimal")
        least.append(low)
        greatest.append(high)
    return least, greatest


def monotone_coupling(alpha: list[int], positive: list[bool]) -> Triples:
    """Rows (label +1), columns (label -1) and masses of the coupling with marginals alpha that keeps the order."""
    sources = iter([(i, a) for i, (a, up) in enumerate(zip(alpha, positive, strict=True)) if up and a])
    targets = iter([(j, a) for j, (a, up) in enumerate(zip(alpha, positive, strict=True)) if a and not up])
    rows: list[int] = []
    columns: list[int] = []
    masses: list[int] = []
    available = wanted = row = column = 0
    while True:
        if not available:
            row, available = next(sources, (0, 0))
        if not wanted:
            column, wanted = next(targets, (0, 0))
        mass = min(available, wanted)
        if not mass:
            return rows, columns, masses
        rows.append(row)
        columns.append(column)
        masses.append(mass)
        available -= mass
        wanted -= mass
