"""How many pieces a network has, estimated by random descents through the tree of its gates."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from theory import _progress
from theory._entries import shown
from theory._input import whole_number
from theory._rationals import proper_part
from theory._results import Shown
from theory.pieces._network.integers import Row
from theory.pieces._network.numbers import quotient
from theory.pieces._network.plan import Plan
from theory.pieces._network.stages import Stage
from theory.pieces._options import read_plans
from theory.pieces._somewhere import Part, split

MOST_DESCENTS = 10**6
"""Chosen for time: of a small network they take an hour."""


@dataclass(frozen=True, repr=False)
class PieceEstimate(Shown):
    """An estimate of a count (Knuth 1975), supported by a sample, never certified but for `found`.

    Attributes:
        estimate: the mean of the descents, whose expectation is the number of cells; infinite beyond float64.
        standard_error: of the mean, from the descents' own spread.
        interval: (low, high) from Student's t with descents - 1 degrees of freedom, for the mean of so many descents.
            It holds with the confidence given only asymptotically, for many descents: their law has a long tail to the
            right, so that few of them tend to lie below the mean, with a small spread. low is at least `found`.
        confidence: of the interval.
        found: cells that the descents ended in, no two the same: all of them exist, for certain.
        descents, seed: as given.

    >>> found = estimate_pieces([[[1], [-1]], [[1, 1]]], [[0, 0], [0]], descents=4)
    >>> found.estimate, found.standard_error, found.found
    (2.0, 0.0, 2)
    """

    estimate: float
    standard_error: float
    interval: tuple[float, float]
    confidence: float
    found: int
    descents: int
    seed: int


def estimate_pieces(
    weights: Sequence[ArrayLike],
    biases: Sequence[ArrayLike],
    box: Any = None,
    *,
    activation: str = "groupsort2",
    slope: float | Fraction | None = None,
    around: Any = None,
    descents: int = 100,
    confidence: float | Fraction = 0.95,
    seed: int = 0,
    progress: bool = False,
) -> PieceEstimate:
    """An unbiased estimate of the cells that `count_pieces` counts, where these are too many (Knuth 1975, Estimating
    the efficiency of backtrack programs; for the cells of Béthune et al., proof of Proposition 8).

    Gates part the domain one after the other, layer by layer. A descent begins with all of it and goes on, at each
    gate, to one of the parts that have an interior, each with equal probability. It ends in a cell, having met k_1,
    k_2, ... parts on its way. A cell is reached with probability 1 / (k_1 k_2 ...) of its own way, so the expectation
    of the product is the number of cells. Which parts have an interior is decided in integers: for one seed
    the estimate is the same on all machines.

    Args:
        weights, biases, box, activation, slope, around, progress: as for `count_pieces`.
        descents: how many, from 2 to 10^6. A gate takes a linear programme or two, so a descent takes milliseconds
            of small networks, and minutes where there are hundreds of inputs and gates.
        confidence: of the interval, between 0 and 1.
        seed: of numpy.random.default_rng, a whole number.

    Raises:
        ValueError: as `count_pieces`; descents that are too few or too many, a confidence that is none, a seed
            below 0.

    >>> absolute = [[1, 0], [-1, 0], [0, 1], [0, -1]], [[0, 1, 0, 1]]
    >>> found = estimate_pieces(absolute, [[0] * 4, [0]], descents=50)
    >>> found.estimate, found.interval, found.found
    (4.0, (4.0, 4.0), 4)
    >>> from theory.pieces import folding_network, piece_lower_bound
    >>> found = estimate_pieces(*folding_network(2, [8, 8]), descents=200)
    >>> found.interval[0] < piece_lower_bound(2, [8, 8]) < found.interval[1]
    True
    """
    [plan] = read_plans(weights, biases, box, activation, slope, around, None, None)
    count, start = whole_number("descents", descents, 2, MOST_DESCENTS), whole_number("seed", seed, 0)
    level = float(proper_part("confidence", confidence))
    if not 0 < level < 1:
        raise ValueError(f"confidence={shown(confidence)}: pass a number that float64 tells from 0 and 1")
    rng, products, ends = np.random.default_rng(start), [], set()
    with _progress.bar(bool(progress)) as advance:
        for _ in range(count):
            product, end = _descent(plan, rng)
            products.append(product)
            ends.add(end)
            advance(1 / count, f"{len(ends):,} cells")
    mean = Fraction(sum(products), count)
    variance = sum(((product - mean) ** 2 for product in products), Fraction(0)) / ((count - 1) * count)
    value, error = quotient(*mean.as_integer_ratio()), _root(variance)
    reach = float(stdtrit(count - 1, (1 + level) / 2)) * error
    low = value - reach if math.isfinite(reach) else 0.0
    return PieceEstimate(value, error, (max(low, float(len(ends))), value + reach), level, len(ends), count, start)


def _root(number: Fraction) -> float:
    """The square root, also of a number beyond float64."""
    shift = max(0, number.numerator.bit_length() - number.denominator.bit_length() - 1000) // 2
    try:
        return math.ldexp(math.sqrt(number / (1 << 2 * shift)), shift)
    except OverflowError:
        return math.inf


@dataclass
class _Way:
    """Where a descent is: `part` of the domain, `product` of the parts that there were, and what was chosen."""

    plan: Plan
    rng: np.random.Generator
    part: Part
    product: int = 1
    chosen: list[int] = field(default_factory=list)
    acting: list[Any] = field(default_factory=list)

    def choose(self, options: list[list[Row]]) -> int:
        """One of the options that leave an interior, each being functions that are to be positive; its number."""
        parts = split(self.plan, self.part, options)
        self.product *= len(parts)
        number, self.part = parts[int(self.rng.integers(len(parts)))] if len(parts) > 1 else parts[0]
        self.chosen.append(number)
        return number


def _descent(plan: Plan, rng: np.random.Generator) -> tuple[int, tuple[int, ...]]:
    """The product of the numbers of parts, and the cell that it ends in."""
    way = _Way(plan, rng, Part.whole(plan))
    stages = {stage.first: stage for stage in plan.network.stages if stage.merges}
    while len(way.acting) < plan.network.depth:
        stage = stages.get(len(way.acting))
        if stage is not None:
            _maxima(way, stage)
            continue
        minus = [way.choose([[row], [[-x for x in row]]]) == 1 if any(row) else False for row in _rows(way)]
        way.acting.append(np.array(minus))
    return way.product, tuple(way.chosen)


def _rows(way: _Way) -> list[Row]:
    return [[int(x) for x in row] for row in way.plan.exact.gates(way.acting)]


def _maxima(way: _Way, stage: Stage) -> None:
    """The layers of a stage: which row of each group is the greatest is one choice."""
    values = [[int(x) for x in row] for row in way.plan.exact.values(way.acting)]
    given, greatest = [values[i] for i in stage.rows], []
    for first in range(0, len(given), stage.group):
        distinct = {tuple(row): first + i for i, row in enumerate(given[first : first + stage.group])}
        options = [
            [[a - b for a, b in zip(top, row, strict=True)] for row in distinct if row != top] for top in distinct
        ]
        greatest.append(list(distinct.values())[way.choose(options)])
    way.acting += _knock_outs(stage, greatest)


def _knock_outs(stage: Stage, greatest: list[int]) -> Iterator[Any]:
    """Gates of each layer that act where these rows win: a winner that is the first of its pair is exchanged."""
    owner = np.arange(stage.picks[0].max() + 1)
    for picks in stage.picks:
        pairs = owner[picks].reshape(-1, 2)
        exchanged = np.isin(pairs[:, 0], greatest)
        yield exchanged
        owner = np.where(exchanged[:, None], pairs[:, ::-1], pairs).ravel()
