"""Binary codes in cubes, spherical codes, and lattices around a point, against what is known of them otherwise."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, fmpq_series

from theory import Ball, Box, packing_bounds
from theory.packing._balls import SHELLS
from theory.packing._codes import _codes, _in_a_ball, _redundancy, _words
from theory.packing._spherical_codes import _at, _combined, _peaks, code_bound

MOST_WORDS = {
    4: dict(zip(range(4, 17), [2, 2, 4, 8, 16, 20, 40, 72, 144, 256, 512, 1024, 2048], strict=True)),
    6: dict(zip(range(6, 17), [2, 2, 2, 4, 6, 12, 24, 32, 64, 128, 256], strict=True)),
    8: dict(zip(range(8, 17), [2, 2, 2, 2, 4, 4, 8, 16, 32], strict=True)),
}
"""A(n, d), Brouwer's and Agrell, Vardy and Zeger's tables; A(n, d) = A(n + 1, d + 1) for odd d."""


@pytest.mark.parametrize("distance", [3, 4, 5, 6, 7, 8])
def test_no_code_is_larger_than_it_can_be(distance: int) -> None:
    even = distance + distance % 2
    for length in range(max(distance, 4), 16 + even - distance):
        most = MOST_WORDS[even].get(length + even - distance)
        if most:
            assert max(words for words, _ in _codes(length, distance)) <= most
    assert max(words for words, _ in _codes(16, 4)) == 2048
    assert max(words for words, _ in _codes(24, 8)) == 4096


def test_words_in_a_ball() -> None:
    for length, radius in itertools.product(range(12), range(-1, 14)):
        assert _in_a_ball(length, radius) == sum(math.comb(length, k) for k in range(radius + 1))


@pytest.mark.parametrize("distance", [1, 2, 3, 4])
@pytest.mark.parametrize("length", range(4, 11))
def test_words_keep_their_distance(length: int, distance: int) -> None:
    words = _words(length, distance)
    assert len(words) == 2 ** (length - _redundancy(length, distance))
    assert min((one ^ other).bit_count() for one, other in itertools.combinations(words, 2)) >= distance


def field(bits: int, polynomial: int) -> list[int]:
    """The powers of a root of a primitive polynomial."""
    powers, last = [], 1
    for _ in range(2**bits - 1):
        powers.append(last)
        last <<= 1
        last ^= polynomial if last >> bits else 0
    return powers


@pytest.mark.parametrize(("bits", "polynomial", "t"), [(3, 0b1011, 1), (4, 0b10011, 1), (4, 0b10011, 2)])
def test_columns_of_the_check_matrix_are_independent(bits: int, polynomial: int, t: int) -> None:
    """Any 2t + 1 of (1, x, x^3, ...): the premise of the redundancy, by trying all of them."""
    powers = field(bits, polynomial)
    order = len(powers)
    columns = [1] + [
        sum([1, *(powers[k * (2 * i + 1) % order] << (1 + bits * i) for i in range(t))]) for k in range(order)
    ]
    assert _redundancy(2**bits, 2 * t + 2) == 1 + bits * t
    for size in range(1, 2 * t + 2):
        for chosen in itertools.combinations(columns, size):
            total = 0
            for column in chosen:
                total ^= column
            assert total


def test_cubes() -> None:
    """Corners of a cube at distance 2: the extended Hamming code of length 16. Diagonals: two corners."""
    found = packing_bounds(Box([Fraction(1, 3)] * 16, [Fraction(4, 3)] * 16), 2)
    assert found.lower == 2048
    assert found.points is not None and len(set(found.points)) == 2048
    places = np.array(found.points, dtype=float) * 3 - 1
    assert set(np.unique(np.round(places))) == {0.0, 3.0}
    gaps = np.abs(places[:, None] - places[None]).sum(axis=2) / 3 + 16 * np.eye(2048)
    assert gaps.min() >= 4 - 1e-9
    assert tuple(packing_bounds(Box([0] * 784, [1] * 784), 27)) == (2, 2)
    assert packing_bounds(Box([0] * 3072, [1] * 3072), 40).lower >= 4  # words at distance 1600: three blocks of 1024


def test_grids_of_hamming_cosets() -> None:
    """In 8 dimensions the coset is a piece of E8: as dense as that, in the middle of a long box."""
    found = packing_bounds(Box([0] * 8, [30] * 8), 1)
    assert found.lower_by == "coset of a Hamming code"
    assert found.lower == -(-(61**8) // 16)


@pytest.mark.parametrize(
    ("n", "product", "count"),
    [
        (3, 1 / math.sqrt(5), 12),  # icosahedron
        (4, (1 + math.sqrt(5)) / 4, 120),  # 600-cell
        (8, 0.5, 240),
        (7, 1 / 3, 56),
        (6, 0.25, 27),
        (23, 1 / 3, 4600),
        (23, 1 / 5, 552),
        (22, 1 / 6, 275),
        (22, 1 / 4, 891),
        (24, 0.5, 196560),
    ],
)
def test_sharp_codes_are_met(n: int, product: float, count: int) -> None:
    """Levenshtein's table of codes for which Delsarte's bound is the truth (Cohn and Kumar 2007, table 1)."""
    assert code_bound(n, Fraction(math.nextafter(product, 1))) == count


def test_peaks_are_bounds() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        n, end = int(rng.integers(3, 30)), Fraction(float(rng.uniform(-0.5, 0.95)))
        polynomial = _combined(n, [Fraction(float(x)) for x in rng.exponential(size=rng.integers(2, 15))])
        peaks, greatest = _peaks(polynomial, end)
        values = [float(_at(polynomial, arb(x))) for x in rng.uniform(-1, float(end), 300)]
        assert max(values) <= greatest
        ends = [float(_at(polynomial, arb(x))) for x in [-1.0, float(end), *peaks] if -1 <= x <= end]
        assert float(greatest) == pytest.approx(max(ends), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("n", [3, 4, 5, 8])
def test_random_points_in_a_ball_are_no_more_than_the_bound(n: int) -> None:
    """Greedy packings of balls whose radius is somewhat more than the separation, and less."""
    rng = np.random.default_rng(n)
    for ratio in (0.75, 0.9, 0.99, 1.0, 1.1, 1.3):
        ball = Ball([0] * n, 1)
        bounds = packing_bounds(ball, Fraction(ratio))
        chosen: list[np.ndarray] = []
        for _ in range(3000):
            place = rng.normal(size=n)
            place *= rng.choice([1.0, rng.uniform() ** (1 / n)]) / np.linalg.norm(place)
            if all(np.linalg.norm(place - other) >= ratio for other in chosen):
                chosen.append(place)
        assert len(chosen) <= bounds.upper
        assert bounds.lower <= bounds.upper


def e8(most: int) -> np.ndarray:
    """Its vectors of squared length up to 2 `most`, doubled."""
    whole = [np.array(v) for v in itertools.product(range(-4, 5, 2), repeat=8) if sum(x * x for x in v) <= 8 * most]
    halves = [np.array(v) for v in itertools.product((-3, -1, 1, 3), repeat=8) if sum(x * x for x in v) <= 8 * most]
    return np.array([v for v in whole + halves if v.sum() % 4 == 0])


def test_shells_of_root_lattices() -> None:
    """E7 and E6 are what of E8 is orthogonal to one root, and to two at 120 degrees."""
    vectors = e8(2)
    one, two = np.array([2, -2, 0, 0, 0, 0, 0, 0]), np.array([0, 2, -2, 0, 0, 0, 0, 0])
    for n, roots in ((7, [one]), (6, [one, two])):
        inside = vectors[(vectors @ np.array(roots).T == 0).all(axis=1)]
        lengths = (inside**2).sum(axis=1) // 8
        for norm, count in SHELLS[n][1][:2]:
            assert np.count_nonzero(lengths == norm) == count


def theta(parity: int, scale: int, order: int) -> dict[int, int]:
    """theta_2 (1) or theta_3 (0) at scale z: exponents of q = exp(i pi z), times 4."""
    found: dict[int, int] = {}
    for k in range(-order, order + 1):
        exponent = scale * (2 * k + parity) ** 2
        if exponent <= order:
            found[exponent] = found.get(exponent, 0) + 1
    return found


def times(one: dict[int, int], other: dict[int, int], order: int) -> dict[int, int]:
    found: dict[int, int] = {}
    for (a, x), (b, y) in itertools.product(one.items(), other.items()):
        if a + b <= order:
            found[a + b] = found.get(a + b, 0) + x * y
    return found


def power(base: dict[int, int], exponent: int, order: int) -> dict[int, int]:
    found = {0: 1}
    for _ in range(exponent):
        found = times(found, base, order)
    return found


def added(*terms: tuple[int, dict[int, int]]) -> dict[int, int]:
    keys = {key for _, series in terms for key in series}
    return {key: sum(factor * series.get(key, 0) for factor, series in terms) for key in keys}


def test_shells_of_barnes_and_wall() -> None:
    """Theta series: Conway and Sloane, chapter 4, equation 132: half of theta_2^16 + theta_3^16 + theta_4^16 +
    30 theta_2^8 theta_3^8, all at 2z."""
    order = 4 * 8
    two, three = theta(1, 2, order), theta(0, 2, order)
    four = {exponent: count * (-1) ** (exponent // 8) for exponent, count in three.items()}
    mixed = times(power(two, 8, order), power(three, 8, order), order)
    doubled = added(*((1, power(each, 16, order)) for each in (two, three, four)), (30, mixed))
    for norm, count in SHELLS[16][1]:
        assert doubled.get(int(16 * norm), 0) == 2 * count


def test_shells_of_leech() -> None:
    """Theta series: E4^3 - 720 Delta, for the one even unimodular lattice of dimension 24 without roots."""
    order = 5
    sigma = [Fraction(sum(d**3 for d in range(1, k + 1) if k % d == 0)) for k in range(1, order)]
    e4 = fmpq_series([1, *(int(240 * s) for s in sigma)], prec=order)
    q = fmpq_series([0, 1], prec=order)
    delta = q
    for k in range(1, order):
        delta *= (1 - q**k) ** 24
    series = e4**3 - 720 * delta
    assert series[1] == 0
    for norm, count in SHELLS[24][1]:
        assert int(series[int(2 * norm)]) == count


def leech() -> np.ndarray:
    """Its 196,560 least vectors, times sqrt(8): Conway and Sloane, chapter 10."""
    generator = [1, 1, 0, 0, 0, 1, 1, 1, 0, 1, 0, 1]
    rows = [[0] * i + generator + [0] * (11 - i) for i in range(12)]
    golay = np.array([[*row, sum(row) % 2] for row in rows])
    words = np.array(list(itertools.product([0, 1], repeat=12))) @ golay % 2
    pairs = []
    for i, j in itertools.combinations(range(24), 2):
        for signs in itertools.product((4, -4), repeat=2):
            pairs.append(np.zeros(24, int))
            pairs[-1][[i, j]] = signs
    even = 2 * np.array([s for s in itertools.product((1, -1), repeat=8) if math.prod(s) == 1])
    octads = []
    for word in words[words.sum(axis=1) == 8]:
        octads.append(np.zeros((128, 24), int))
        octads[-1][:, word == 1] = even
    odd = np.where(words == 1, -1, 1)
    threes = [np.where(np.arange(24) == k, -3, 1) * odd for k in range(24)]
    return np.concatenate([np.array(pairs), *octads, *threes]).astype(np.float32)


def system(vectors: np.ndarray, edges: list[tuple[int, int]], size: int) -> np.ndarray:
    """Vectors with the inner products of simple roots: -16 along edges, else 0."""

    def extended(chosen: list[np.ndarray]) -> list[np.ndarray] | None:
        k = len(chosen)
        if k == size:
            return chosen
        fits = np.ones(len(vectors), dtype=bool)
        for i, other in enumerate(chosen):
            fits &= vectors @ other == (-16 if (i, k) in edges else 0)
        tries = (extended([*chosen, vectors[index]]) for index in np.flatnonzero(fits)[:20])
        return next((found for found in tries if found), None)

    found = extended([])
    assert found
    return np.array(found)


def test_laminated_lattices_are_sections_of_leechs() -> None:
    """Least vectors orthogonal to A1, A2, A3, D4, D5, E6, E7, E8: as many in each dimension as the table says."""
    vectors = leech()
    assert len(np.unique(vectors, axis=0)) == 196560
    assert set((vectors**2).sum(axis=1)) == {32.0}
    for size in range(1, 9):
        path = [(k, k + 1) for k in range(size - 1)]
        branch = {4: (1, 3), 5: (2, 4), 6: (2, 5), 7: (3, 6), 8: (4, 7)}.get(size)
        edges = path if branch is None else [*path[:-1], branch]
        roots = system(vectors, edges, size)
        section = vectors[(np.abs(vectors @ roots.T) == 0).all(axis=1)]
        assert np.linalg.matrix_rank(section[:: max(1, len(section) // 2000)]) == 24 - size
        assert len(section) == SHELLS[24 - size][1][0][1]


def test_sections_of_barnes_and_walls_lattice() -> None:
    """The least vectors of Leech's lattice that vanish on an octad, then those orthogonal to one more vector each time:
    in dimension 12 K12, which is no such section, has more."""
    vectors = leech()
    octad = np.flatnonzero(vectors[np.abs(vectors).max(axis=1) == 2][0])
    rest = np.setdiff1d(np.arange(24), octad)
    section = vectors[(vectors[:, octad] == 0).all(axis=1)][:, rest]
    assert len(section) == SHELLS[16][1][0][1]
    choices = [np.eye(16)[[k]].sum(axis=0) for k in range(16)]
    for size in (2, 3):
        choices += [np.eye(16)[list(places)].sum(axis=0) for places in itertools.combinations(range(16), size)]
    orthogonal = section @ np.array(choices).T == 0
    kept, basis = np.ones(len(section), dtype=bool), np.zeros((0, 16))
    for n in (15, 14, 13, 12, 11, 10, 9):
        independent = [np.linalg.matrix_rank(np.vstack([basis, choice])) > len(basis) for choice in choices]
        counts = orthogonal[kept].sum(axis=0) * independent
        best = int(counts.argmax())
        kept, basis = kept & orthogonal[:, best], np.vstack([basis, choices[best]])
        assert kept.sum() <= SHELLS[n][1][0][1]
        if n in (15, 14, 13, 11, 10, 9):
            assert kept.sum() == SHELLS[n][1][0][1]


def test_shells_of_coxeter_and_todd() -> None:
    """K12: six Eisenstein integers a + b w, classes modulo 2 in the hexacode; Conway and Sloane, chapter 7, section 8.

    No two nearer than norm 4, as the code has words of weight 4 and 6 alone.
    """
    classes = [{}, {}, {}, {}]  # of F4 = {0, 1, w, w + 1}: how many Eisenstein integers of each norm a^2 - a b + b^2
    for a, b in itertools.product(range(-4, 5), repeat=2):
        counts, norm = classes[a % 2 + 2 * (b % 2)], a * a - a * b + b * b
        counts[norm] = counts.get(norm, 0) + 1

    def product(x: int, y: int) -> int:
        powers = [1, 2, 3]
        return powers[(powers.index(x) + powers.index(y)) % 3] if x and y else 0

    def word(a: int, b: int, c: int) -> list[int]:
        return [a, b, c, *(product(product(a, x), x) ^ product(b, x) ^ c for x in (1, 2, 3))]

    words = [word(*letters) for letters in itertools.product(range(4), repeat=3)]
    assert sorted({6 - each.count(0) for each in words}) == [0, 4, 6]
    shells: dict[int, int] = {}
    for each in words:
        norms = {0: 1}
        for letter in each:
            norms = times(norms, classes[letter], 8)
        shells = added((1, shells), (1, norms))
    assert shells[0] == 1 and not any(shells.get(norm) for norm in (1, 2, 3))
    for norm, count in SHELLS[12][1]:
        assert shells[int(4 * norm)] == count
