"""The least risk on the line for losses with at most one kink: whole numbers throughout, so the answer is exact.

F_i(v), the least loss of the points 0 ... i when v is the value at point i, is convex and piecewise linear. The chain
constraint moves its decreasing part one way and its increasing part the other, and a new point adds two breakpoints:
two heaps with one shift each hold it (the slope trick). A linear loss is a breakpoint far away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush, heappushpop

Interval = tuple[int, int]
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
    far = 2 * (chain.margin + sum(chain.steps)) + 1
    infinite = 2 * far
    left: list[Interval] = []  # (-(place + shift), jump of slope) of the breakpoints where F_i ends to decrease
    right: list[Interval] = []  # (place - shift, jump of slope)
    lows, highs = [], []
    shift = 0
    margin = chain.margin
    for step, positive, base, jump in zip([0, *chain.steps], chain.positive, chain.base, chain.jump, strict=True):
        shift += step
        giver, taker = (right, left) if positive else (left, right)
        if jump:
            _pass_on(giver, taker, margin - shift, jump, 2 * shift)
        if base:
            _pass_on(giver, taker, infinite - shift, base, 2 * shift)
        lows.append(-left[0][0] - shift if left else -infinite)
        highs.append(right[0][0] + shift if right else infinite)
    return lows, highs


def _pass_on(giver: list[Interval], taker: list[Interval], key: int, jump: int, twice: int) -> None:
    """Add a breakpoint to one side, and as much jump of slope, the nearest first, to the other side.

    On both sides a key is (distance from 0 towards that side) - shift, up to sign: a breakpoint that changes sides
    changes its key k into -(k + 2 shift).
    """
    place, mass = heappushpop(giver, (key, jump))
    while mass < jump:
        heappush(taker, (-(place + twice), mass))
        jump -= mass
        place, mass = heappop(giver)
    heappush(taker, (-(place + twice), jump))
    if mass > jump:
        heappush(giver, (place, mass - jump))


def multipliers(chain: Chain, values: list[int]) -> list[int]:
    """alpha (p,): multipliers that prove the values optimal, by complementary slackness.

    The flux through an edge is the mass of label +1 less that of label -1 to its left. It is zero unless the edge is
    tight, and runs downhill. A first pass finds what flux can reach each edge, a second one chooses, backwards.
    """
    ranges = list(_multiplier_ranges(chain, values))
    reachable = [(0, 0)]
    for edge, (low, high) in zip([*_flux_ranges(chain, values), (0, 0)], ranges, strict=True):
        least, greatest = reachable[-1]
        reachable.append(_meet((least + low, greatest + high), edge))
    if reachable[-1] != (0, 0):
        raise ArithmeticError("no flux certifies the values: they are not optimal")
    flux = 0
    alpha = []
    for (_, high), (least, greatest), positive in zip(
        reversed(ranges), reversed(reachable[:-1]), reversed(chain.positive), strict=True
    ):
        before = min(max(least, flux - high), greatest)
        alpha.append(flux - before if positive else before - flux)
        flux = before
    return alpha[::-1]


def _multiplier_ranges(chain: Chain, values: list[int]) -> Iterator[Interval]:
    """The multipliers of each point at its value, with the sign of its label."""
    for value, positive, base, jump in zip(values, chain.positive, chain.base, chain.jump, strict=True):
        excess = (value if positive else -value) - chain.margin
        low, high = base + (jump if excess < 0 else 0), base + (jump if excess <= 0 else 0)
        yield (low, high) if positive else (-high, -low)


def _flux_ranges(chain: Chain, values: list[int]) -> Iterator[Interval]:
    """The flux that each edge admits."""
    total = sum(chain.base) + sum(chain.jump)
    for step, value, after in zip(chain.steps, values, values[1:], strict=False):
        fall = value - after
        yield (-total if fall == -step else 0, total if fall == step else 0)


def _meet(one: Interval, other: Interval) -> Interval:
    low, high = max(one[0], other[0]), min(one[1], other[1])
    if low > high:
        raise ArithmeticError("no flux certifies the values: they are not optimal")
    return low, high


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
