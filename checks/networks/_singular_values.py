"""Certified bounds on singular values, by exact integer arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

import numpy as np
from flint import fmpz_mat
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from checks.arrays import Floats, floats
from theory.intervals import root_floats, upper_float

_DIGITS, _EXPONENT = 53, 1024  # a double is m 2**e with 1/2 <= |m| < 1, m of so many binary digits, e at most so large
_TIGHT = Fraction(1, 2**45)  # 256 u, u = 2^-53, chosen: both ways are certified, the second is slower and often tighter


@dataclass(frozen=True)
class SingularBounds:
    """Certified: the min(p, q) singular values of a (p, q) matrix lie in [least, largest] (Gershgorin's theorem).

    >>> singular_bounds([[3.0, 0.0], [0.0, 4.0]])
    SingularBounds(least=3.0, largest=4.0)
    """

    least: float
    largest: float


def singular_bounds(matrix: ArrayLike) -> SingularBounds:
    """Certified bounds on the singular values of a matrix, tight to about 1e-14 of the largest.

    The squares are the eigenvalues of the smaller Gram matrix G, computed in exact integers. Where its columns are
    almost orthonormal, Gershgorin's discs of G itself are that tight; else those in its eigenvectors' basis are
    (Ostrowski's theorem: Horn and Johnson, Matrix Analysis, theorem 4.5.9). A matrix that falls into blocks, as that of
    a convolution whose stride is its kernel, has the singular values of its blocks; equal ones are taken once.

    Args:
        matrix: (p, q), float64, of any size: squares are taken in exact arithmetic, and eigenvectors of the matrix
            over a power of two.

    Raises:
        ValueError: another shape, numbers that are not real or not float64's, NaN or infinity, a largest singular value
            that float64 cannot hold.

    >>> singular_bounds([[1.0, 0.0]])
    SingularBounds(least=1.0, largest=1.0)
    """
    weight = floats("matrix", matrix)
    if weight.ndim != 2 or not weight.size:
        raise ValueError(f"matrix has shape {weight.shape}: give (p, q), both at least 1")
    if not np.isfinite(weight).all():
        raise ValueError(f"matrix holds {weight[~np.isfinite(weight)][0]}: give finite numbers")
    blocks = [weight[np.ix_(*part)] for part in supports(weight)]
    if len(blocks) == 1 and blocks[0].shape == weight.shape:
        return _bounds(weight)
    each = [_bounds(block) for block in {(block.shape, block.tobytes()): block for block in blocks}.values()]
    # What the blocks lack of min(p, q) is 0: rows and columns of zeros, and blocks that are tall beside wide ones.
    fewer = sum(min(block.shape) for block in blocks) < min(weight.shape)
    least = 0.0 if fewer else min(bounds.least for bounds in each)
    return SingularBounds(least, max((bounds.largest for bounds in each), default=0.0))


def supports(weight: Floats) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Rows and columns of the blocks that a matrix falls into, those of zeros left out."""
    rows, columns = weight.shape
    whole = [(np.arange(rows), np.arange(columns))]
    if min(weight.shape) == 1 or weight.all():
        return whole
    i, j = np.nonzero(weight)
    graph = coo_array((np.ones(len(i), dtype=bool), (i, j + rows)), shape=(rows + columns,) * 2)
    count, block = connected_components(graph, directed=False)
    if count == 1:
        return whole
    order = np.argsort(block, kind="stable")  # rows before columns in each
    parts = np.split(order, np.cumsum(np.bincount(block))[:-1])
    found = [(part[part < rows], part[part >= rows] - rows) for part in parts]
    return [part for part in found if len(part[0]) and len(part[1])]


def _bounds(weight: Floats) -> SingularBounds:
    tall = weight if weight.shape[0] >= weight.shape[1] else weight.T
    whole, unit = integers(tall)
    low, high = _gershgorin(whole.transpose() * whole, unit**2)
    if high - low > _TIGHT * high:
        low, high = _in_eigenvectors(tall, whole, unit)
    try:
        return SingularBounds(root_floats(max(low, Fraction(0)))[0], root_floats(high)[1])
    except OverflowError:
        most = np.abs(weight).max()
        raise ValueError(
            f"matrix has entries up to {most:.3g} and a singular value beyond float64: divide it by a power of two"
        ) from None


def _in_eigenvectors(tall: Floats, whole: fmpz_mat, unit: int) -> tuple[Fraction, Fraction]:
    """Bounds on the eigenvalues of G = A'A for A = whole / unit.

    V is G's rounded eigenvectors, found over a power of two, so that no square leaves float64. D = V'GV and E = V'V
    are computed in exact integers, so Gershgorin's discs enclose their eigenvalues, and Ostrowski's theorem gives, for
    each k,
    lambda_k(D) / lambda_max(E) <= lambda_k(G) <= lambda_k(D) / lambda_min(E).
    """
    scaled = np.ldexp(tall, -int(np.frexp(np.abs(tall).max())[1]))
    v, v_unit = integers(np.linalg.eigh(scaled.T @ scaled)[1])
    image = whole * v
    low, high = _gershgorin(image.transpose() * image, (unit * v_unit) ** 2)
    basis_low, basis_high = _gershgorin(v.transpose() * v, v_unit**2)
    return low / basis_high, high / basis_low


def integers(array: Floats) -> tuple[fmpz_mat, int]:
    """(Z, u) with array = Z / u exactly, u a power of two."""
    exponents = np.frexp(array)[1][array != 0]
    shift = max(0, _DIGITS - int(exponents.min(initial=_DIGITS)))  # array * 2**shift is whole
    if int(exponents.max(initial=0)) + shift <= _EXPONENT:
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


def product_above(factors: Iterable[float]) -> float:
    """The least float64 that is at least the product.

    Raises:
        OverflowError: a product beyond float64.
    """
    return upper_float(product_of(factors))


def product_of(factors: Iterable[float]) -> Fraction:
    """The exact product."""
    return reduce(lambda product, factor: product * Fraction(factor), factors, Fraction(1))
