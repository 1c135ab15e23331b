"""Certified bounds on singular values, by exact integer arithmetic."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

import numpy as np
from flint import fmpz_mat
from numpy.typing import ArrayLike

from checks.arrays import Floats

_DIGITS, _LARGEST = 53, 1024  # a double is m 2**e with 1/2 <= |m| < 1, m of so many binary digits, e at most so large
_TIGHT = Fraction(1, 2**45)  # 2.8e-14: what sixty products of rounded numbers near 1 are off by


@dataclass(frozen=True)
class SingularBounds:
    """Certified: the min(p, q) singular values of a (p, q) matrix lie in [least, largest]."""

    least: float
    largest: float


def singular_bounds(matrix: ArrayLike) -> SingularBounds:
    """Certified bounds on the singular values of a (p, q) matrix, tight to about 1e-14 of the largest.

    The squares are the eigenvalues of the smaller Gram matrix G, computed in exact integers. Where its columns are
    almost orthonormal, Gershgorin's discs of G itself are that tight; else those in its eigenvectors' basis are.
    """
    weight = np.asarray(matrix, dtype=np.float64)
    if weight.ndim != 2 or not weight.size or not np.isfinite(weight).all():
        raise ValueError(f"matrix has shape {weight.shape}: give a finite (p, q) matrix with p, q >= 1")
    tall = weight if weight.shape[0] >= weight.shape[1] else weight.T
    whole, unit = integers(tall)
    low, high = _gershgorin(whole.transpose() * whole, unit**2)
    if high - low > _TIGHT * high:
        low, high = _in_eigenvectors(tall, whole, unit)
    return SingularBounds(_root_below(low), _root_above(high))


def _in_eigenvectors(tall: Floats, whole: fmpz_mat, unit: int) -> tuple[Fraction, Fraction]:
    """Bounds on the eigenvalues of G = A'A for A = whole / unit.

    V is G's rounded eigenvectors. D = V'GV and E = V'V are computed in exact integers, so Gershgorin's discs enclose
    their eigenvalues, and Ostrowski's theorem gives, for each k,
    lambda_k(D) / lambda_max(E) <= lambda_k(G) <= lambda_k(D) / lambda_min(E).
    """
    v, v_unit = integers(np.linalg.eigh(tall.T @ tall)[1])
    image = whole * v
    low, high = _gershgorin(image.transpose() * image, (unit * v_unit) ** 2)
    basis_low, basis_high = _gershgorin(v.transpose() * v, v_unit**2)
    return low / basis_high, high / basis_low


def integers(array: Floats) -> tuple[fmpz_mat, int]:
    """(Z, u) with array = Z / u exactly, u a power of two."""
    exponents = np.frexp(array)[1][array != 0]
    shift = max(0, _DIGITS - int(exponents.min(initial=_DIGITS)))  # array * 2**shift is whole
    if int(exponents.max(initial=0)) + shift <= _LARGEST:
        return fmpz_mat([list(map(int, row)) for row in np.ldexp(array, shift).tolist()]), 2**shift
    rows = [[value.as_integer_ratio() for value in row] for row in array.tolist()]
    return fmpz_mat([[top * (2**shift // bottom) for top, bottom in row] for row in rows]), 2**shift


def _gershgorin(matrix: fmpz_mat, unit: int) -> tuple[Fraction, Fraction]:
    """Bounds on the eigenvalues of the symmetric matrix / unit: the union of its discs."""
    rows = matrix.tolist()
    centres = [row[i] for i, row in enumerate(rows)]
    radii = [sum(map(abs, row), -abs(centre)) for row, centre in zip(rows, centres, strict=True)]
    low = min(c - r for c, r in zip(centres, radii, strict=True))
    high = max(c + r for c, r in zip(centres, radii, strict=True))
    return Fraction(int(low), unit), Fraction(int(high), unit)


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
