"""The supremum of a symbol's norm over all frequencies, from a grid of them or from the kernel's correlations."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from flint import acb, fmpq
from numpy.typing import NDArray

from theory._types import Floats
from theory.intervals import lower_float, upper_float
from theory.norms._largest import UNIT, distance, largest_norm

NUMBERS_AT_ONCE = 2**22
"""Complex numbers of the symbols that are looked at together: chosen for memory, 64 MB."""
ALMOST = 0.5
"""Where all eigenvalues of a symbol's Gram matrix are this near to their mean, over it, they are taken from there."""
LONGEST = 64
"""Steps of power iteration for weights of rows: chosen for time, any weights give a bound."""


def supremum(taps: Floats, grid: Sequence[int], everywhere: bool) -> tuple[float, float]:
    """Bounds on the largest norm of the symbol of (p, q, taps, ...), q <= p, over all frequencies or over the grid.

    Three ways to the upper one, all rigorous: the maximum on the grid over cosines (see `conv_bound`); where the kernel
    is almost orthogonal, so that its Gram symbol is almost a constant c, c and the distance from it on the grid over
    cosines; the spectral radius of the sum of |correlations| (Prach and Lampert 2022 with any weights of rows), which
    is at most 1 for their layers.

    Args:
        taps: the largest of size about 1.
        grid: frequencies of each axis.
    """
    degrees = [k - 1 for k in taps.shape[2:]]
    centre = float(np.square(taps).sum()) / taps.shape[1]
    lower = upper = width = 0.0
    for symbols, error in _symbols(taps, grid):
        low, high = largest_norm(symbols, error, lower)
        lower, upper = max(lower, low), max(upper, high)
        if width < ALMOST * centre:
            width = max(width, _width(symbols, centre, error))
    if not everywhere:
        return lower, upper
    half = _cosines([fmpq(degree, 2 * count) for degree, count in zip(degrees, grid, strict=True)])
    bounds = [upper_float(Fraction(upper) / half), _correlated(taps)]
    if width < ALMOST * centre and all(2 * d < n for d, n in zip(degrees, grid, strict=True)):
        full = _cosines([fmpq(degree, count) for degree, count in zip(degrees, grid, strict=True)])
        bounds.append(math.sqrt(upper_float(Fraction(centre) + Fraction(width) / full)) * (1 + 2 * UNIT))
    return lower, min(bounds)


def _width(symbols: NDArray[Any], centre: float, error: float) -> float:
    """How far Gram matrices are from the centre at most; more than ALMOST of it where a first look says so."""
    first = np.linalg.svd(symbols[0], compute_uv=False) ** 2
    far = float(np.abs(first - centre).max())
    return far if far >= ALMOST * centre else distance(symbols, centre, error)


def _cosines(turns: Sequence[fmpq]) -> Fraction:
    """A lower bound on the product of cos(pi t), 0 <= t < 1/2."""
    found = Fraction(1)
    for turn in turns:
        found *= Fraction(lower_float(acb(turn).cos_pi().real)) if turn else 1
    return found


def _symbols(taps: Floats, grid: Sequence[int]) -> Iterator[tuple[NDArray[np.complex128], float]]:
    """Symbols at the frequencies of the grid, part by part, with an error in Frobenius' norm.

    Those of t and -t are conjugate: half of the frequencies do.
    """
    p, q = taps.shape[:2]
    places = np.array(list(product(*map(range, taps.shape[2:]))))
    flat = taps.reshape(p * q, -1)
    # Sums of complex products with phases that are off by a unit in each factor: Higham 2002, (3.5) and lemma 3.5.
    sizes = float(np.linalg.norm(np.abs(flat).sum(axis=1)))
    error = 8 * (len(places) + 4 * len(grid) + 4) * UNIT * sizes * (1 + 1e-6) + 2.0**-900
    half = [t for t in product(*map(range, grid)) if t <= tuple(-j % n for j, n in zip(t, grid, strict=True))]
    tables = [_phases(count) for count in grid]
    step = max(1, NUMBERS_AT_ONCE // (p * q))
    for start in range(0, len(half), step):
        part = np.array(half[start : start + step])
        waves = np.ones((len(places), len(part)), dtype=complex)
        for axis, (table, count) in enumerate(zip(tables, grid, strict=True)):
            waves *= table[np.outer(places[:, axis], part[:, axis]) % count]
        yield (flat.astype(complex) @ waves).T.reshape(len(part), p, q), error


def _phases(count: int) -> NDArray[np.complex128]:
    """exp(2 pi i j / count) for j < count, each part within a unit."""
    return np.array([complex(acb(fmpq(2 * j, count)).exp_pi_i()) for j in range(count)])


def _correlated(taps: Floats) -> float:
    """The root of the spectral radius of B, the sum over shifts of |sum of K_u' K_(u + shift)|, from above.

    A Gram symbol is the sum of correlations times phases, so its entries are at most B's, and so is its norm at most
    B's spectral radius, which is at most max (B w)_i / w_i for every w > 0 (Collatz 1942).
    """
    axes = tuple(range(2, taps.ndim))
    q = taps.shape[1]
    gap = [k - 1 for k in taps.shape[2:]]
    padded = np.pad(taps, [(0, 0), (0, 0), *((d, d) for d in gap)])
    total = np.zeros((q, q))
    flat = np.moveaxis(taps, 1, -1).reshape(-1, q)
    for shift in product(*(range(2 * d + 1) for d in gap)):
        window = padded[
            (slice(None), slice(None), *(slice(s, s + k) for s, k in zip(shift, taps.shape[2:], strict=True)))
        ]
        total += np.abs(flat.T @ np.moveaxis(window, 1, -1).reshape(-1, q))
    sizes = np.abs(taps).sum(axis=axes)
    terms = len(flat) + math.prod(2 * d + 1 for d in gap)
    total += 2 * (terms + 8) * UNIT * (sizes.T @ sizes) + 2.0**-900
    weights = np.ones(q)
    for _ in range(LONGEST):
        weights = total @ weights
        weights = np.maximum(weights / weights.max(), 2.0**-500)
    radius = float((total @ weights / weights).max()) * (1 + 2 * (q + 8) * UNIT)
    return math.sqrt(radius) * (1 + 2 * UNIT)
