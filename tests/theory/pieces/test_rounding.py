"""Bounds of norms and of rounding errors against the same formulas in Fractions and in many digits."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import fmpq, fmpq_mat

from tests.theory.extremes import largest_singular_value
from theory.pieces._certificate import _krawczyk
from theory.pieces._lipschitz import norm_enclosures
from theory.pieces._network.network import read_network
from theory.pieces._network.rounding import Errors, gamma, norm, norm_bound, pull_back, row_norms

UNIT = Fraction(1, 2**53)
SHARP = 1 + Fraction(1, 10**7)


def exact_gamma(terms):
    return terms * UNIT / (1 - terms * UNIT)


def squared(entries):
    return sum(Fraction(x) ** 2 for x in np.ravel(entries).tolist())


def matrices(count, rows, columns, spread=3):
    rng = np.random.default_rng(rows + 10 * columns)
    return rng.normal(size=(count, rows, columns)) * 10 ** rng.uniform(-spread, spread, (count, 1, 1))


@pytest.mark.parametrize("terms", [1, 2, 3, 17, 1000, 10**6])
def test_gamma_is_above_and_hardly(terms):
    assert exact_gamma(terms) <= Fraction(gamma(terms)) <= SHARP * exact_gamma(terms)


@pytest.mark.parametrize("spread", [3, 140])
def test_norms_are_above_and_hardly(spread):
    for matrix in matrices(60, 3, 5, spread):
        assert squared(matrix) <= Fraction(norm(matrix)) ** 2 <= SHARP**2 * squared(matrix)
        for row, found in zip(matrix, row_norms(matrix).tolist(), strict=True):
            assert squared(row) <= Fraction(found) ** 2 <= SHARP**2 * squared(row)


def test_norms_whose_squares_underflow_are_above():
    for size in (1e-160, 1e-170, 1e-200, 1e-320):
        matrix = np.full((1, 40), size)
        for found in (norm(matrix), row_norms(matrix)[0], norm_bound(matrix)):
            assert squared(matrix) <= Fraction(float(found)) ** 2


@pytest.mark.parametrize(("rows", "columns"), [(1, 4), (4, 1), (2, 2), (3, 5), (5, 3)])
def test_spectral_norms_are_above(rows, columns):
    """s^8 is at most |G^4|_F, which is at most the rank times s^8; exact for matrices of rank one."""
    with mpmath.workdps(30):
        for matrix in matrices(20, rows, columns):
            right = largest_singular_value(matrix)
            assert (
                right <= norm_bound(matrix) <= right * mpmath.root(min(rows, columns), 8) * (1 + mpmath.mpf(10) ** -7)
            )
    for one, other in zip(matrices(20, 1, rows, 0), matrices(20, 1, columns, 0), strict=True):
        whole = np.round(one.T * 99) @ np.round(other * 99)  # integers: the product is exact
        assert squared(whole) <= Fraction(norm_bound(whole)) ** 2 <= SHARP**2 * squared(whole)


def length(entries):
    square = squared(entries)
    return mpmath.sqrt(mpmath.mpf(square.numerator) / square.denominator)


def number(fraction):
    return mpmath.mpf(fraction.numerator) / fraction.denominator


def test_errors_grow_by_at_least_what_rounding_does():
    """Of a layer with k inputs: k products, k sums with the bias, and the difference of two rows that a gate takes."""
    rng = np.random.default_rng(7)
    with mpmath.workdps(30):
        for weight in matrices(40, 3, 4, 1):
            bias, size, before, slope = rng.normal(size=3), *rng.uniform(0.1, 2, 3).tolist()
            for error in (before, before * 1e-15, 0.0):
                share, more = number(exact_gamma(7)), number(exact_gamma(8))
                errors = Errors(slope, error)
                slopes, found = errors.rows(weight, bias, size)
                for row, shift, upward, above in zip(weight, bias.tolist(), slopes, found, strict=True):
                    long, shift = length(row), abs(mpmath.mpf(shift))
                    least, most = (
                        long * error + g * (long * (size + mpmath.mpf(error)) + shift) for g in (share, more)
                    )
                    assert least <= above <= most * (1 + mpmath.mpf(10) ** -7)
                    assert long * slope + shift <= upward <= (long * slope + shift) * (1 + mpmath.mpf(10) ** -7)
                errors.advance(weight, bias, size)
                spectral, all_of_it, shift = mpmath.mpf(norm_bound(weight)), length(weight), length(bias)
                fresh = all_of_it * (size + mpmath.mpf(error)) + shift
                assert spectral * error + share * fresh <= errors.error
                assert errors.error <= (spectral * error + more * fresh) * (1 + mpmath.mpf(10) ** -7)
                assert spectral * slope + shift <= errors.slope
                assert errors.slope <= (spectral * slope + shift) * (1 + mpmath.mpf(10) ** -7)


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 6), (6, 1), (2, 2), (3, 5), (4, 2)])
@pytest.mark.parametrize("error", [0.0, 1e-3])
def test_enclosures_of_norms(rows, columns, error):
    """Matrices so far away may have norms that are so much greater, or less."""
    given = matrices(40, rows, columns)
    given[:10] = given[:10, :1]  # all rows the same: of rank one
    given[10:15] = np.eye(rows, columns) * given[10:15, :1, :1]
    off = error * np.abs(given).max(axis=(1, 2))
    with mpmath.workdps(40):
        for matrix, room, *ends in zip(given.tolist(), off.tolist(), *norm_enclosures(given, off), strict=True):
            right = largest_singular_value(matrix)
            assert ends[0] <= max(right - room, 0) <= ends[0] + right * mpmath.mpf(10) ** -13
            assert ends[1] - right * mpmath.mpf(10) ** -7 <= right + room <= ends[1]


@pytest.mark.parametrize("activation", ["groupsort2", "relu"])
@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_functions_are_pulled_back_up_to_their_errors(activation, depth):
    """Differences of rows, as gates are, against Fractions."""
    rng = np.random.default_rng(depth)
    weights = [rng.normal(size=size) for size in [(4, 2), (4, 4), (4, 4), (4, 4)][: depth + 1]]
    biases = [rng.normal(size=4) for _ in weights]
    network = read_network(weights, biases, activation)
    width = 2 if activation == "groupsort2" else 4
    minus = [rng.random((6, width)) < 0.5 for _ in range(depth)]
    first, second = rng.integers(0, 4, (2, 6))
    top = [weights[depth], biases[depth]]
    found, errors = pull_back(network, minus, *(part[first] - part[second] for part in top))
    matrices_, shifts_ = (
        [np.vectorize(Fraction, otypes=[object])(part) for part in each] for each in (weights, biases)
    )
    rows, shift = (part[depth][first] - part[depth][second] for part in (matrices_, shifts_))
    for layer in reversed(range(depth)):
        rows = network.apply_gates(rows, minus[layer])
        shift, rows = shift + rows @ shifts_[layer], rows @ matrices_[layer]
    for row, computed, error in zip(np.column_stack([shift, rows]), found.tolist(), errors.tolist(), strict=True):
        off = sum((Fraction(x) - y) ** 2 for x, y in zip(computed, row, strict=True))
        assert off <= Fraction(error) ** 2 < Fraction(1, 10**22)


def exact_solution(matrix, right):
    rows = fmpq_mat(*matrix.shape, [fmpq(*x.as_integer_ratio()) for x in matrix.ravel().tolist()])
    column = fmpq_mat(len(right), 1, [fmpq(*x.as_integer_ratio()) for x in right])
    return [Fraction(int(x.p), int(x.q)) for x in rows.solve(column).entries()]


@pytest.mark.parametrize("n", [1, 2, 4])
@pytest.mark.parametrize("moved", [0.0, 1e-13, 1e-6])
def test_vertices_are_as_near_as_is_said(n, moved):
    """Of equations that are known exactly, and of those that are wrong by as much as is admitted."""
    rng = np.random.default_rng(n)
    matrix = rng.normal(size=(60, n + 1, n + 1)) * 10 ** rng.uniform(-3, 3, (60, n + 1, 1))
    points = rng.normal(size=(60, n + 1))
    for k, (rows, point) in enumerate(zip(matrix, points, strict=True)):
        largest = np.abs(point).argmax()
        rows[n] = np.eye(n + 1)[largest]
        points[k] = np.linalg.solve(rows, np.append(np.zeros(n), point[largest])) + moved * rng.normal(size=n + 1)
    error = np.zeros((60, n + 1))
    error[30:, :n] = 1e-9 * np.linalg.norm(matrix[30:, :n], axis=2)
    wrong = matrix + error[:, :, None] * (rng.integers(0, 2, matrix.shape) * 2 - 1) / (n + 1) ** 0.5 * (1 - 1e-9)
    found = _krawczyk(matrix, error, points)
    assert np.isfinite(found).mean() > 0.9
    for rows, point, distance in zip(wrong, points, found.tolist(), strict=True):
        if distance < np.inf:
            right = exact_solution(rows, [0.0] * n + [point[np.flatnonzero(rows[n])[0]]])
            off = sum((Fraction(x) - y) ** 2 for x, y in zip(point.tolist(), right, strict=True))
            assert off <= Fraction(distance) ** 2
