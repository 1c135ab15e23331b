"""Certified bounds on singular values, by exact integer arithmetic."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

import numpy as np
from flint import fmpz_mat
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SingularBounds:
    """Certified: the min(p, q) singular values of a (p, q) matrix lie in [least, largest]."""

    least: float
    largest: float


def singular_bounds(matrix: ArrayLike) -> SingularBounds:
    """Certified bounds on the singular values of a (p, q) matrix, tight to about 1e-14 of the largest.

    G is the smaller Gram matrix, V its rounded eigenvectors. D = V'GV and E = V'V are computed in exact
    integers, so Gershgorin's discs enclose their eigenvalues, and Ostrowski's theorem gives, for each k,
    lambda_k(D) / lambda_max(E) <= lambda_k(G) <= lambda_k(D) / lambda_min(E).
    """
    weight = np.asarray(matrix, dtype=np.float64)
    if weight.ndim != 2 or not weight.size or not np.isfinite(weight).all():
        raise ValueError(f"matrix has shape {weight.shape}: give a finite (p, q) matrix with p, q >= 1")
    tall = weight if weight.shape[0] >= weight.shape[1] else weight.T
    vectors = np.linalg.eigh(tall.T @ tall)[1]
    (a, a_unit), (v, v_unit) = integers(tall), integers(vectors)
    image = a * v
    low, high = _gershgorin(image.transpose() * image, (a_unit * v_unit) ** 2)
    basis_low, basis_high = _gershgorin(v.transpose() * v, v_unit**2)
    return SingularBounds(_root_below(low / basis_high), _root_above(high / basis_low))


def integers(array: Floats) -> tuple[fmpz_mat, int]:
    """(Z, u) with array = Z / u exactly, u a power of two."""
    ratios = [[value.as_integer_ratio() for value in row] for row in array.tolist()]
    unit = max(denominator for row in ratios for _, denominator in row)
    return fmpz_mat([[top * (unit // bottom) for top, bottom in row] for row in ratios]), unit


def _gershgorin(matrix: fmpz_mat, unit: int) -> tuple[Fraction, Fraction]:
    """Bounds on the eigenvalues of the symmetric matrix / unit: the union of its discs."""
    rows = [[int(entry) for entry in row] for row in matrix.tolist()]
    centres = [row[i] for i, row in enumerate(rows)]
    radii = [sum(map(abs, row)) - abs(row[i]) for i, row in enumerate(rows)]
    low = min(c - r for c, r in zip(centres, radii, strict=True))
    return Fraction(low, unit), Fraction(max(c + r for c, r in zip(centres, radii, strict=True)), unit)


def _above(value: Fraction) -> float:
    nearest = float(value)
    return nearest if Fraction(nearest) >= value else math.nextafter(nearest, math.inf)


def product_above(factors: Iterable[float]) -> float:
    return _above(reduce(lambda product, factor: product * Fraction(factor), factors, Fraction(1)))


def _root_above(square: Fraction) -> float:
    root = math.sqrt(float(square))
    while Fraction(root) ** 2 < square:
        root = math.nextafter(root, math.inf)
    return root


def _root_below(square: Fraction) -> float:
    root = math.sqrt(max(0.0, float(square)))
    while root > 0.0 and Fraction(root) ** 2 > square:
        root = math.nextafter(root, 0.0)
    return root
