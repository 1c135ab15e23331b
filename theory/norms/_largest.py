"""Two bounds on the largest spectral norm among many small complex matrices, rigorous in float64."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from theory._types import Floats

UNIT = 2.0**-53
"""Unit roundoff of float64, rounding to nearest."""
CLOSE = 2.0**-13
"""The upper bound is tried at this part above the lower one: chosen, far below what a grid of frequencies costs."""
ROUNDS = 8
"""Steps of power iteration by which the largest matrix is guessed: chosen for time, a wrong guess costs only that."""
FAINT = 2.0**-400
"""Covers what underflows: squares below 2^-800 beside numbers of size 1."""


def largest_norm(matrices: NDArray[Any], error: float, known: float = 0.0, close: float = CLOSE) -> tuple[float, float]:
    """(lower, upper): the largest spectral norm among them is between, each matrix known up to `error`.

    Below: |A v| for unit vectors v. Above: t is at least |A| if t^2 - A*A has a Cholesky factor; one that is computed
    in floats is the factor of a matrix nearby (Rump 2006, Verification of positive definiteness). Where there is none,
    the norm of such a matrix is the next lower bound.

    Args:
        matrices: (m, p, q) with q <= p, entries of size about 1 or less.
        error: in Frobenius' norm.
        known: a lower bound of another part, so that this one's upper bound need not be nearer than that.
        close: the upper bound is tried at this part above the lower one.
    """
    grams = np.matmul(matrices.conj().transpose(0, 2, 1), matrices)
    sizes = np.linalg.norm(matrices.reshape(len(matrices), -1), axis=1) * (1 + 1e-6)
    slips = _slip(matrices.shape[1]) * sizes**2
    lower = _length(matrices[_guess(grams)])
    top = max(lower, known) * (1 + close) + FAINT
    left = np.arange(len(matrices))
    while (left := left[~_below(grams[left], slips[left], top)]).size:
        worst = left[np.linalg.eigvalsh(grams[left])[:, -1].argmax()]
        lower = max(lower, _length(matrices[worst]))
        top = max(top, lower) * (1 + close)
        close *= 2
    return max(0.0, (lower - error) * (1 - 4 * UNIT)), (top + error) * (1 + 4 * UNIT)


def distance(matrices: NDArray[Any], centre: float, error: float) -> float:
    """An upper bound on |A*A - centre| over all of them, each matrix known up to `error` in Frobenius' norm."""
    grams = np.matmul(matrices.conj().transpose(0, 2, 1), matrices)
    size = grams.shape[1]
    sizes = np.linalg.norm(matrices.reshape(len(matrices), -1), axis=1) * (1 + 1e-6)
    slips = _slip(matrices.shape[1]) * sizes**2 + error * (2 * sizes + error) * (1 + 1e-6)
    grams[:, np.arange(size), np.arange(size)] -= centre
    slips += (sizes**2 + centre) * size * UNIT
    return largest_norm(grams, float(slips.max()) * (1 + 1e-6))[1]


def _slip(terms: int) -> float:
    """Of a product A B in Frobenius' norm, over |A|_F |B|_F: complex sums of so many products.

    In any order, or by three real products (Higham 2002, (3.13), lemma 3.5 and section 23.2.4).
    """
    return 8 * (terms + 10) * UNIT


def _guess(grams: NDArray[Any]) -> int:
    """Which is the largest, probably: by a vector that has a part in all eigenvectors, unless by accident."""
    count, size = grams.shape[:2]
    vectors = np.broadcast_to(np.exp(1j * np.arange(size) ** 2)[:, None], (count, size, 1))
    for _ in range(ROUNDS):
        vectors = grams @ vectors
        vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), FAINT)
    return int(np.linalg.norm(grams @ vectors, axis=(1, 2)).argmax())


def _length(matrix: NDArray[Any]) -> float:
    """A lower bound of the norm, near it: |A v| / |v| for the vector that is stretched the most."""
    vector = np.linalg.eigh(matrix.conj().T @ matrix)[1][:, -1]
    slip, rounded = _slip(matrix.shape[1]), 4 * (matrix.size + 8) * UNIT
    found, size, whole = (float(np.linalg.norm(part)) for part in (matrix @ vector, vector, matrix))
    return max(0.0, found * (1 - rounded) / (size * (1 + rounded)) - slip * whole * (1 + 1e-6) - FAINT)


def _below(grams: NDArray[Any], slips: Floats, top: float) -> NDArray[np.bool_]:
    """Whether top is certainly at least each norm: top^2 - A*A, less all that rounding may hide, has a factor.

    Cholesky's factor R of H fulfils R*R = H + E with |E| at most (n + 10) u tr H, eight times that for complex numbers
    (Higham 2002, theorem 10.5), and the trace is at most n top^2.
    """
    size = grams.shape[1]
    hidden = slips + _slip(size) * (size + 2) * top**2
    shifted = -grams
    shifted[:, np.arange(size), np.arange(size)] += (top**2 - hidden)[:, None]
    try:
        return np.asarray(np.isfinite(np.linalg.cholesky(shifted)).all(axis=(1, 2)))
    except np.linalg.LinAlgError:
        return np.array([_has_factor(matrix) for matrix in shifted])


def _has_factor(matrix: NDArray[Any]) -> bool:
    try:
        return bool(np.isfinite(np.linalg.cholesky(matrix)).all())
    except np.linalg.LinAlgError:
        return False
