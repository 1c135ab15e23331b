"""Lemma 1: affine classifiers on B convex pieces, every step of the printed proof, and what is left of it."""

from fractions import Fraction as F
from math import comb

import pytest

from checks.argument import certify, without
from checks.derive import axiom, cases, congruence, have, integer, numbers, product
from checks.implication import Implication
from checks.papers.many_faces.vc.margins import assuming, concluding
from checks.witness import identity, instance

claim = pytest.mark.claim

COVER = "Cover's count of half-space labelings (1965)"

# --- half-spaces and pieces -----------------------------------------------------------------------------------------

PLACES = [(F(k), F(k**2), F(k**3)) for k in (3, -1, 0, 5, -4, 2, 7, -6)]
"""In general position: no plane of dimension n − 1 holds more than n points of a moment curve."""


@claim("lemma-1.hyperplanes", by="enumeration", subject=0, sabotage={"n − 1": -1, "one term more": 1})
def test_half_spaces(evidence, subject):
    """Every subset of up to eight points tested by Kirchberger's theorem, in dimensions 1, 2, 3."""
    from checks.papers.many_faces.vc.dichotomies import cover, half_space_labelings

    for n in (1, 2, 3):
        counts = [len(half_space_labelings([p[:n] for p in PLACES[:size]])) for size in range(1, 9)]
        expected = [cover(size, n + subject) for size in range(1, 9)]
        evidence.fact(f"n = {n}, general position, N = 1, …, 8: Cover's number", counts == expected)
    line = [(F(k), F(0)) for k in range(6)]
    evidence.fact("six points on a line of the plane: fewer", len(half_space_labelings(line)) < cover(6, 2))
    evidence.count(24)


TERMS = {
    "binom(n, k) ≥ 1/k! and binom(N − 1, k) ≤ (N − 1)ᵏ/k!: term by term": Implication(
        ("b * f <= M", "M * (c * f - 1) >= 0"), "b * f <= c * f * M"
    )
}


@claim(
    "lemma-1.hyperplanes",
    by="symbolic",
    subject=TERMS,
    sabotage={"binomials of any size": without(TERMS, 0, 0)},
)
def test_cover_is_polynomial(evidence, subject):
    """b = binom(N-1, k), c = binom(n, k), f = k!, M = (N-1)^k."""
    certify(evidence, subject)
    evidence.assume(COVER)
    evidence.assume("binomial theorem")


HALF_OPEN = {
    "a line through points (t, 1) for all t is horizontal: else t = −(b + c + 1)/a leaves the half-plane": Implication(
        ("h == a * t + b + c", "a * t == -b - c - 1", "h >= 0"), "0 > 0"
    ),
    "horizontal: (−1, 0) is in it with (1, 0)": Implication(
        ("left == c - a", "right == a + c", "a == 0"), "left == right"
    ),
}


@claim(
    "lemma-1.inequalities",
    by="symbolic",
    subject=HALF_OPEN,
    sabotage={
        "a strip, not all t": assuming(HALF_OPEN, 0, "h == a * t + b + c", "h >= 0"),
        "a tilted line": without(HALF_OPEN, 1, 2),
    },
)
def test_pieces_are_not_given_by_inequalities(evidence, subject):
    """A = {y > 0} and half of {y = 0}; h = a x + b y + c on a half-plane that contains A."""
    certify(evidence, subject)
    evidence.certify(
        instance(
            "A and the rest are closed under middles on a grid",
            given={"P": [[x, y] for x in range(-4, 5) for y in range(-2, 3)]},
            define={"A(x, y)": "y > 0 or (y == 0 and x >= 0)", "M(p, q)": "A((p[0] + q[0])/2, (p[1] + q[1])/2)"},
            conclusion=["all(M(p, q) == A(q[0], q[1]) for p in P for q in P if A(p[0], p[1]) == A(q[0], q[1]))"],
        )
    )
    evidence.impossible(
        says="(1, 0) is in the piece and nothing below it, (−1, 0) is not and all above it is: no half-plane, "
        "open or closed",
        x=1,
        y=0,
        a=0,
        b=-1,
        u=-1,
        v=0,
        c=0,
        d=1,
    )


ONE_PIECE = "h > 0 and −h > 0 exclude each other: one piece for each point"
DETERMINED = {
    ONE_PIECE: Implication(("h > 0", "-h > 0"), "0 > 0"),
    "a small change of h keeps its sign where it is not 0": Implication(("h >= r", "e <= r/2", "r > 0"), "h - e > 0"),
    "and removes a zero": Implication(("h == 0", "e > 0"), "h + e > 0"),
}


@claim(
    "lemma-1.inequalities.amended",
    by="symbolic",
    subject=DETERMINED,
    sabotage={
        "zeros allowed": assuming(DETERMINED, 0, "h >= 0", "-h >= 0"),
        "a large change": assuming(DETERMINED, 1, "h >= r", "e <= 2 * r", "r > 0"),
    },
)
def test_pieces_on_finite_sets(evidence, subject):
    certify(evidence, subject)
    evidence.assume("disjoint compact convex sets are strictly separated by a hyperplane")


@claim(
    "lemma-1.inequalities.amended",
    by="enumeration",
    subject=True,
    sabotage={"pairs that need not be separated": False},
)
def test_three_pieces_by_three_half_planes(evidence, subject):
    """All assignments of five points of the plane to three pieces with disjoint hulls: the signs determine them."""
    from itertools import product

    from checks.papers.many_faces.vc.dichotomies import half_space_labelings, radon_partitions

    points = [p[:2] for p in PLACES[:5]]
    crossings, halves = radon_partitions(points), set(half_space_labelings(points))
    found = set()
    for assigned in product(range(3), repeat=5):
        part = [sum(1 << i for i, piece in enumerate(assigned) if piece == k) for k in range(3)]
        apart = not any(
            a | part[i] == part[i] and b | part[j] == part[j]
            for a, b in crossings | {c[::-1] for c in crossings}
            for i in range(3)
            for j in range(i)
        )
        if apart or not subject:
            found.add(tuple(part))
    told = set()
    for h01, h02, h12 in product(halves, repeat=3):
        told.add((h01 & h02, ~h01 & h12 & 31, ~h02 & ~h12 & 31))
    evidence.fact("every assignment with disjoint hulls comes from three half-planes", found <= told)
    evidence.count(3**5)


ASSIGNED = {
    "the signs of the h_ij leave one piece for each point": DETERMINED[ONE_PIECE],
    "2Nⁿ ≤ 2N^(n+1)": Implication(("p * (N - 1) >= 0", "C <= 2 * p"), "C <= 2 * p * N"),
    "pairs are counted one after the other": Implication(("(A - a) * b >= 0", "A * (B - b) >= 0"), "a * b <= A * B"),
}


@claim(
    "lemma-1.independent",
    by="symbolic",
    subject=ASSIGNED,
    sabotage={
        "zeros allowed": assuming(ASSIGNED, 0, "h >= 0", "-h >= 0"),
        "one pair without a bound": without(ASSIGNED, 2, 1),
    },
)
def test_assignments_to_pieces(evidence, subject):
    """p = N^n."""
    certify(evidence, subject)
    evidence.assume("disjoint compact convex sets are strictly separated by a hyperplane")
    evidence.assume(COVER)


@claim(
    "lemma-1.independent",
    by="enumeration",
    subject=lambda pieces: comb(pieces, 2),
    sabotage={"half as many hyperplanes": lambda pieces: pieces // 4},
)
def test_assignments_to_intervals(evidence, subject):
    """Words whose equal letters are neighbours: the assignments of N points on the line to B intervals."""
    from itertools import groupby, product

    from checks.papers.many_faces.vc.dichotomies import cover

    within = True
    for pieces, most in ((2, 8), (3, 7), (4, 5)):
        for size in range(1, most + 1):
            words = product(range(pieces), repeat=size)
            assigned = sum(len(list(groupby(word))) == len(set(word)) for word in words)
            within &= assigned <= cover(size, 1) ** subject(pieces)
    evidence.fact("2, 3, 4 intervals and up to 8, 7, 5 points: no more assignments than the bound", within)
    evidence.count(20)


LABELLED = {
    "piece by piece": Implication(("(A - a) * b >= 0", "A * (B - b) >= 0"), "a * b <= A * B"),
    "Pascal: fewer points, fewer labelings": Implication(("more == less + z", "z >= 0"), "less <= more"),
}


@claim(
    "lemma-1.labels",
    by="symbolic",
    subject=LABELLED,
    sabotage={
        "a piece with twice as many labelings": assuming(LABELLED, 0, "(2 * A - a) * b >= 0", "A * (B - b) >= 0"),
        "binomials below 0": without(LABELLED, 1, 1),
    },
)
def test_labels_in_the_pieces(evidence, subject):
    certify(evidence, subject)
    evidence.assume(COVER)


@claim("lemma-1.labels", by="enumeration", subject=0, sabotage={"a line less": -1})
def test_labels_in_two_pieces(evidence, subject):
    """Six points of the plane in general position, each division by a line: all labelings side by side, counted."""
    from checks.papers.many_faces.vc.dichotomies import cover, half_space_labelings

    points = [p[:2] for p in PLACES[:6]]
    splits = half_space_labelings(points)
    within = pieces = True
    for mask in splits:
        parts = [[p for i, p in enumerate(points) if mask >> i & 1 == side] for side in (0, 1)]
        counts = [len(half_space_labelings(part)) if part else 1 for part in parts]
        pieces &= all(count <= cover(6, 2) for count in counts)
        within &= counts[0] * counts[1] <= cover(6, 2) ** (2 + subject)
    evidence.fact(f"{len(splits)} divisions: each part in at most C(6, 2) ways", pieces)
    evidence.fact("both parts together in at most C(6, 2)² ways", within)
    evidence.count(len(splits))


PAIRS = ("B*(B - 1)/2 + B", "B*(B + 1)/2")
SQUARE = Implication(("B * (B - 1) >= 0",), "B*(B + 1)/2 <= B**2")


@claim(
    "lemma-1.growth",
    by="symbolic",
    subject=(PAIRS, SQUARE),
    sabotage={
        "B(B − 1)/2 in all": (("B*(B - 1)/2 + B", "B*(B - 1)/2"), SQUARE),
        "B²/2 in all": (PAIRS, SQUARE.concluding("B*(B + 1)/2 <= B**2/2")),
    },
)
def test_exponents(evidence, subject):
    pairs, square = subject
    evidence.certify(identity("hyperplanes between the pieces and inside them", pairs))
    evidence.certify(square.proof("B(B + 1)/2 ≤ B²"))


@claim("lemma-1.growth", by="formal")
def test_exponents_from_the_counts(evidence, subject):
    assignments = "C**(B * (B - 1) / 2)"
    evidence.derive(
        axiom("power_positive", "C", "B * (B - 1) / 2"),
        axiom("power_positive", "C", "B"),
        axiom("power_sum", "C", "B * (B - 1) / 2", "B"),
        product(f"{assignments} - P >= 0", "Q > 0"),
        product("C**B - Q >= 0", f"{assignments} > 0"),
        product("B - 1 >= 0", "B > 0"),
        axiom("power_exponent", "C", "B * (B + 1) / 2", "B * B"),
    )


# --- from growth to dimension ---------------------------------------------------------------------------------------


@claim("lemma-1.degree", by="exact", subject=2, sabotage={"v = 0": 0})
def test_the_degree(evidence, subject):
    """All labelings of v fixed points of the line, −1 elsewhere."""
    from itertools import product

    class_on = lambda size: {w + (-1,) * (size - subject) for w in product((1, -1), repeat=subject)}
    growth = [len(class_on(size)) for size in range(subject, subject + 6)]
    evidence.value("growth function at N = 2, …, 7", growth)
    evidence.fact("it is constant from N = 2 on", set(growth) == {2**subject})
    evidence.counterexample(
        "the growth function is at most 2² = 4, of degree 0, and the VC dimension is 2",
        H=[list(word) for word in product((0, 1), repeat=subject)],
        p=[2**subject],
    )


@claim("lemma-1.degree.amended", by="enumeration", subject=0, sabotage={"a smaller degree": -1})
def test_sauer_on_all_small_classes(evidence, subject):
    """All 256 classes of labelings of three points."""
    from itertools import combinations, product

    labelings = list(product((0, 1), repeat=3))
    agree = True
    for code in range(1, 256):
        members = [word for i, word in enumerate(labelings) if code >> i & 1]
        growth = [
            max(len({tuple(word[i] for i in places) for word in members}) for places in combinations(range(3), size))
            for size in range(4)
        ]
        dimension = max(size for size in range(4) if growth[size] == 2**size)
        below = all(growth[size] < 2**size for size in range(dimension + 1, 4))
        sauer = all(growth[size] <= sum(comb(size, j) for j in range(dimension + 1 + subject)) for size in range(4))
        agree &= below and sauer
    evidence.fact("VC is the last N with 𝒢(N) = 2ᴺ, and 𝒢(N) is at most Sauer's sum", agree)
    evidence.count(255)
    evidence.assume("Sauer's lemma")


PIECES = "2**(C + 1)"
"""B; its square is 4**(C + 1), and 2**v with v = 2 (C + 1) B**2 is (B**2)**(B**2)."""
BEYOND = f"(2 * (C + 1) * ({PIECES})**2)"
DEGREE = f"({PIECES} * ({PIECES} + 1))"
GROWTH = have(
    f"2**min(N, {BEYOND}) <= N**{DEGREE}",
    cases(
        f"N <= {DEGREE}",
        [axiom("power_exponent", "2", f"min(N, {BEYOND})", DEGREE), axiom("power_increasing", "2", "N", DEGREE)],
        [
            axiom("power_exponent", "2", f"min(N, {BEYOND})", BEYOND),
            axiom("power_power", "2", "C + 1", f"2 * ({PIECES})**2"),
            axiom("power_product", PIECES, PIECES, f"({PIECES})**2"),
            axiom("power_sum", PIECES, f"({PIECES})**2", f"({PIECES})**2"),
            axiom("power_exponent", f"({PIECES})**2", f"({PIECES})**2", DEGREE),
            axiom("power_increasing", f"({PIECES})**2", "N", DEGREE),
        ],
    ),
)


@claim("lemma-1.conclusion", by="formal")
def test_the_last_step(evidence, subject):
    evidence.impossible(
        axiom("power_exponent", "2", "0", "C + 1"),
        have(f"{PIECES} >= 1"),
        product(f"{PIECES} - 1 >= 0", f"{PIECES} - 1 >= 0"),
        have(f"({PIECES})**2 >= 1"),
        axiom("min", "N", BEYOND),
        GROWTH,
        says="all labelings of v points respect the growth bound, and v is more than C (n + 1) B²",
    )


LOGARITHM = Implication(("N <= D * L + D * M", "D * (L - M) > 0"), "N < 2 * D * L")
"""N = D log2 N at N = 2 D L, L = log2(2D), M = log2 L."""


@claim(
    "lemma-1.conclusion.amended",
    by="symbolic",
    subject=LOGARITHM,
    sabotage={"log₂ L above L": LOGARITHM.without(1), "D log₂(2D)": LOGARITHM.concluding("N < D * L")},
)
def test_what_the_growth_bound_gives(evidence, subject):
    evidence.certify(subject.proof("at N = 2DL: D log₂ N = D(L + log₂ L) < 2DL"))
    evidence.assume("log₂ L < L, and N − D log₂ N increases for N > D/ln 2")


LOG = "log(2 * D)"
SHARE = f"v * log(2) / (2 * D * {LOG})"
"""v over its bound; its logarithm is at most itself less 1."""


@claim("lemma-1.conclusion.amended", by="formal")
def test_what_the_growth_bound_gives_from_end_to_end(evidence, subject):
    bounded = have(
        f"v * log(2) <= 2 * D * {LOG}",
        have("v * log(2) <= D * log(v)"),
        product("v > 0", "log(2) > 0"),
        product("1 / D > 0", f"1 / {LOG} > 0"),
        product("v * log(2) > 0", f"1 / D * (1 / {LOG}) > 0"),
        have(f"{SHARE} > 0"),
        product(f"{SHARE} > 0", "D > 0"),
        axiom("log_product", SHARE, "2 * D"),
        axiom("log_product", f"({SHARE}) * (2 * D)", LOG),
        have(f"({SHARE}) * (2 * D) * {LOG} == v * log(2)"),
        congruence("log", [f"({SHARE}) * (2 * D) * {LOG}"], ["v * log(2)"]),
        axiom("log_product", "v", "log(2)"),
        axiom("log_tangent", SHARE),
        axiom("log_tangent", LOG),
        have(f"log(v) <= {SHARE} + 2 * {LOG} - 3 / 2"),
        product("D > 0", f"{SHARE} + 2 * {LOG} - 3 / 2 - log(v) >= 0"),
        have(f"1 - 1 / {LOG} / 2 > 0", product(f"1 / {LOG} > 0", f"{LOG} - 1 / 2 > 0")),
        cases(
            f"v * log(2) <= 2 * D * {LOG}",
            [],
            [product(f"v * log(2) - 2 * D * {LOG} > 0", f"1 - 1 / {LOG} / 2 > 0")],
        ),
    )
    small = product(f"D * {LOG} - D * log(2) >= 0", "1 / log(2) > 0")
    evidence.derive(
        numbers("log(2) > 1 / 2"),
        numbers("log(log(2)) >= -1 / 2"),
        axiom("log_increasing", "2", "2 * D"),
        have(f"{LOG} > 1 / 2"),
        axiom("divide", "log(2)"),
        axiom("divide", LOG),
        axiom("divide", "D"),
        cases(
            "v >= 2",
            [bounded, product(f"2 * D * {LOG} - v * log(2) >= 0", "1 / log(2) > 0")],
            [product("D > 0", f"{LOG} - log(2) >= 0"), small],
        ),
    )


@claim("lemma-1.conclusion.amended", by="samples", subject=2, sabotage={"D log₂(2D)": 1})
def test_largest_powers(evidence, subject):
    """The last N with 2^N <= N^D, in whole numbers, against 2 D log2(2D)."""
    for degree in range(2, 60):
        last = max(size for size in range(2, 16 * degree) if 2**size <= size**degree)
        if not 2**last <= (2 * degree) ** (subject * degree):
            evidence.fact(f"D = {degree}: {last}", False)
            return
    evidence.fact("2 ≤ D < 60: N ≤ 2D log₂(2D)", True)
    evidence.count(58)


# --- the dimension --------------------------------------------------------------------------------------------------


def alternations(changes):
    """2 (C(N-1, 0) + ... + C(N-1, changes))."""
    return lambda size: 2 * sum(comb(size - 1, j) for j in range(changes + 1))


@claim(
    "lemma-1.line",
    by="enumeration",
    subject=lambda pieces: alternations(2 * pieces - 1),
    sabotage={
        "2B changes": lambda pieces: alternations(2 * pieces),
        "B changes": lambda pieces: alternations(pieces),
    },
)
def test_intervals(evidence, subject):
    """All labelings, built interval by interval."""
    from checks.papers.many_faces.vc.dichotomies import interval_labelings

    for pieces in (1, 2, 3):
        counts = [len(interval_labelings(size, pieces)) for size in range(1, 10)]
        evidence.fact(f"B = {pieces}, N ≤ 9: the growth function", counts == [subject(pieces)(n) for n in range(1, 10)])
        shattered = max(size for size, number in enumerate(counts, 1) if number == 2**size)
        evidence.fact(f"B = {pieces}: the VC dimension is {2 * pieces}", shattered == 2 * pieces)
        evidence.value(f"B = {pieces}: growth function at N = 1, …, 9", counts)
    evidence.count(27)


CHANGES = {
    "one change in each of B pieces and one between neighbours": Implication(
        ("changes <= inner + outer", "inner <= B", "outer <= B - 1"), "changes <= 2 * B - 1"
    ),
    "N points that alternate: 2B of them": Implication(("N - 1 == changes", "changes <= 2 * B - 1"), "N <= 2 * B"),
}


@claim(
    "lemma-1.line",
    by="symbolic",
    subject=CHANGES,
    sabotage={
        "any number of changes in a piece": without(CHANGES, 0, 1),
        "fewer changes": concluding(CHANGES, 0, "changes <= B"),
    },
)
def test_changes_of_label(evidence, subject):
    certify(evidence, subject)


PLANE = {
    "at z = 400 L: 24 log₂ z ≤ 24 (log₂ 400 + L)": Implication(
        ("logz == log400 + logL", "logL <= L", "log400 <= 865/100"), "24 * logz <= 24 * (865/100 + L)"
    ),
    "so 28 + 24 log₂ z + 24 log₂ B < z": Implication(
        ("24 * logz <= 24 * (865/100 + L)", "logB == L - 1", "L >= 1", "z == 400 * L"), "28 + 24 * logz + 24 * logB < z"
    ),
    "2ᴺ ≤ 2^(8p) (2N²)^(6p) with p = 2B": Implication(
        ("N <= 8 * p + 6 * p * (1 + 2 * l)", "p == 2 * B", "pl == p * l", "Bl == B * l", "pl == 2 * Bl"),
        "N <= 28 * B + 24 * B * l",
    ),
}


@claim(
    "lemma-1.plane",
    by="symbolic",
    subject=(PLANE, 865),
    sabotage={
        "z = 40 L": (
            assuming(PLANE, 1, "24 * logz <= 24 * (865/100 + L)", "logB == L - 1", "L >= 1", "z == 40 * L"),
            865,
        ),
        "log₂ 400 ≤ 8.6": (PLANE, 860),
    },
)
def test_the_plane(evidence, subject):
    """l = log2 N = log2 z + log2 B."""
    steps, hundredths = subject
    certify(evidence, steps)
    evidence.certify(instance("400¹⁰⁰ ≤ 2⁸⁶⁵", given={"h": hundredths}, conclusion=["400**100 <= 2**h"]))
    evidence.assume("z − 24 log₂ z increases for z ≥ 35; log₂ L ≤ L")
    evidence.assume("Edelsbrunner, Robison and Shen (1990): p disjoint convex sets, polygons with 6p − 9 sides")
    evidence.assume(COVER)


@claim(
    "lemma-1.lower",
    by="enumeration",
    subject=3,
    sabotage={"four points in each strip": 4},
)
def test_slabs(evidence, subject):
    """Three points in a strip of the plane, each strip for itself; and 2 B points of the line."""
    from checks.papers.many_faces.vc.dichotomies import half_space_labelings, interval_labelings

    strip = [(F(0), F(0)), (F(1), F(0)), (F(0), F(1)), (F(1), F(1))][:subject]
    inside = half_space_labelings(strip)
    evidence.fact(f"half-planes label {subject} points of a strip in all ways", len(inside) == 2**subject)
    for pieces in (1, 2, 3):
        labelled = len(interval_labelings(2 * pieces, pieces)) == 4**pieces
        evidence.fact(f"affine functions on {pieces} intervals label 2B points in all ways", labelled)
    evidence.count(4)


FREE = Implication(("f == a + b", "a == v0", "b == v1 - v0"), "f == v1")


@claim("lemma-1.lower", by="symbolic", subject=FREE, sabotage={"no constant term": FREE.without(1)})
def test_free_values(evidence, subject):
    """On 0 and e_i: constant term v_0, coefficients v_i - v_0."""
    evidence.certify(subject.proof("affine functions take any values at 0, e₁, …, eₙ"))


TEN = [(-9, -27), (34, -13), (-24, -32), (22, 42), (32, -22), (37, 18), (-41, 23), (-47, 32), (-50, -26), (18, 2)]


@claim(
    "lemma-1",
    by="enumeration",
    subject=TEN,
    sabotage={"ten points on a parabola": [(k, k * k) for k in range(10)]},
)
def test_lemma_1(evidence, subject):
    """What is known for two pieces of the plane, and that the count is not enough for large B."""
    from checks.papers.many_faces.vc.dichotomies import cover, largest, two_piece_labelings

    points = [(F(x), F(y)) for x, y in subject]
    number = len(two_piece_labelings(points))
    if number != 2**10:
        raise AssertionError(f"only {number} labelings")
    evidence.fact("two pieces of the plane shatter ten points, more than (n + 1)B = 6", True)
    most = largest(lambda size: 2**size <= cover(size, 2) ** 3)
    evidence.value("n = 2, B = 2: a shattered set of", 10)
    evidence.value("n = 2, B = 2: the count allows at most", most)
    evidence.undecided(
        "true for n ≤ 2 and for each B; for n ≥ 3 the bounds (n + 1)B and (n + 1)B(B + 1) log₂(2B(B + 1)) leave it open"
    )


SAUER = {
    "2^u ≥ e u ln 2 and ln 2 > 1/2: 2^(2u) > e (2^u/4)(2u)": Implication(
        ("X * (X - E * l) >= 0", "X * E * (2 * l - 1) > 0"), "X * X > X * E / 2"
    ),
    "z ≤ 2u with z = N/((n + 1)K), 2K = B(B + 1)": Implication(
        ("N == c * z", "c * (2 * u - z) >= 0", "2 * c * u == k * u"), "N <= k * u"
    ),
}


@claim(
    "lemma-1.amended",
    by="symbolic",
    subject=SAUER,
    sabotage={
        "ln 2 unknown": without(SAUER, 0, 1),
        "half of the bound": concluding(SAUER, 1, "2 * N <= k * u"),
    },
)
def test_the_amended_lemma(evidence, subject):
    """X = 2^u, E = e u, l = ln 2, c = (n + 1) K, k = (n + 1) B (B + 1)."""
    certify(evidence, subject)
    evidence.certify(identity("hyperplanes between the pieces and inside them", PAIRS))
    evidence.assume("Sauer's lemma; half-spaces of ℝⁿ have the VC dimension n + 1")
    evidence.assume("exp(x) ≥ e x; 2^z/z increases for z > 1/ln 2; 8/3 > e, 1/2 < ln 2")


@claim("lemma-1.amended", by="samples", subject=(1, 1), sabotage={"half of the bound": (1, 2), "B(B − 1)/2": (-1, 1)})
def test_the_amended_lemma_in_numbers(evidence, subject):
    """The last N with 2^N <= C(N, n)^K in whole numbers, against the formula and against the library."""
    from checks.papers.many_faces.vc.dichotomies import cover, largest
    from theory.vc import vc_groupsort

    def last(n, hyperplanes):
        return largest(lambda size: 2**size <= cover(size, n) ** hyperplanes)

    sign, divisor = subject
    within, library = True, True
    for n in (1, 2, 3, 5, 10):
        for pieces in (1, 2, 3, 4, 8):
            exact = last(n, pieces * (pieces + 1) // 2)
            formula = (2 * pieces * (pieces + 1)) ** ((n + 1) * pieces * (pieces + sign))
            within &= 2 ** (divisor * exact) <= formula
            evidence.value(f"n = {n}, B = {pieces}: the count allows at most", exact)
            if pieces in (2, 4, 8):
                library &= vc_groupsort(n, [2] * (pieces.bit_length() - 1)).lemma_1 <= exact
    evidence.fact("n ≤ 10, B ≤ 8: what the count allows is within the formula", within)
    evidence.fact("the library's bound by Lemma 1 for 2^(W/2) = 2, 4, 8 pieces is not above it", library)
    evidence.count(25)


EACH, WHOLE = "N / B", "log(2 * B)"


@claim("lemma-1.plane", by="formal")
def test_the_plane_from_the_polygons(evidence, subject):
    large = (
        axiom("log_product", "4", "B / 2"),
        axiom("log_tangent", "B / 2"),
        axiom("log_product", "2", "2"),
        product("B - 2 >= 0", "log(2) - 1 / 2 >= 0"),
    )
    one = cases("B == 1", [congruence("log", ["2 * B"], ["2"])], [], [])
    counted = "16 * B * log(2) + 12 * B * (log(2) + 2 * log(N))"
    several = (
        product("N > 0", "1 / B > 0"),
        axiom("log_product", EACH, "B"),
        congruence("log", [f"{EACH} * B"], ["N"]),
        axiom("log_product", "2", "B"),
        axiom("log_product", "400", f"{EACH} / 400"),
        axiom("log_tangent", f"{EACH} / 400"),
        have(
            f"{EACH} * log(2) <= 16 * log(2) + 12 * (log(2) + 2 * log(N))",
            product("1 / B > 0", f"{counted} - N * log(2) >= 0"),
        ),
        product(f"{EACH} > 0", "log(2) - 693 / 1000 >= 0"),
        have(f"{EACH} * log(2) <= 400 * {WHOLE}"),
        product("B > 0", f"400 * {WHOLE} - {EACH} * log(2) >= 0"),
    )
    evidence.derive(
        numbers("log(2) >= 693 / 1000"),
        numbers("log(400) <= 6"),
        axiom("divide", "B"),
        axiom("divide", "log(2)"),
        axiom("log_increasing", "2", "2 * B"),
        cases(
            "B >= 2",
            [
                have(f"N * log(2) <= {counted}"),
                product("B > 0", "1 / log(2) > 0"),
                have(f"{WHOLE} <= B * log(2)", *large),
                product(f"B * log(2) - {WHOLE} >= 0", "B * (1 / log(2)) > 0"),
                have(f"N * log(2) <= 400 * B * {WHOLE}", *several),
                product(f"400 * B * {WHOLE} - N * log(2) >= 0", "1 / log(2) > 0"),
            ],
            [have("N <= 3"), integer("2 - B"), one],
        ),
    )


MEAN, TWICE = "N / (n + 1)", "log(2 * B * (B + 1))"
PART = f"{MEAN} * log(2) / (2 * K * {TWICE})"


@claim("lemma-1.amended", by="formal")
def test_the_dimension_from_the_growth_bound(evidence, subject):
    """PART is N over its bound; its logarithm is at most itself less 1."""
    many = (
        have(f"N * log(2) <= K * (n + 1) * (1 + log({MEAN}))"),
        product("N > 0", "1 / (n + 1) > 0"),
        product(f"{MEAN} > 0", "log(2) > 0"),
        product("1 / K > 0", f"1 / {TWICE} > 0"),
        product(f"{MEAN} * log(2) > 0", f"1 / K * (1 / {TWICE}) > 0"),
        have(f"{PART} > 0"),
        product(f"{PART} > 0", "K > 0"),
        axiom("log_product", PART, "2 * K"),
        axiom("log_product", f"({PART}) * (2 * K)", TWICE),
        have(f"({PART}) * (2 * K) * {TWICE} == {MEAN} * log(2)"),
        congruence("log", [f"({PART}) * (2 * K) * {TWICE}"], [f"{MEAN} * log(2)"]),
        axiom("log_product", MEAN, "log(2)"),
        axiom("log_product", "2", "2 * K"),
        have("2 * (2 * K) == 2 * B * (B + 1)"),
        congruence("log", ["2 * (2 * K)"], ["2 * B * (B + 1)"]),
        axiom("log_tangent", PART),
        axiom("log_tangent", TWICE),
        have(f"1 + log({MEAN}) <= {PART} + 2 * {TWICE} - 1"),
        product("K > 0", "n + 1 > 0"),
        product("K * (n + 1) > 0", f"{PART} + 2 * {TWICE} - 2 - log({MEAN}) >= 0"),
        have(f"1 - 1 / {TWICE} / 2 > 0", product(f"1 / {TWICE} > 0", f"{TWICE} - 1 / 2 > 0")),
        have(f"N * log(2) * (1 - 1 / {TWICE} / 2) <= 2 * K * (n + 1) * {TWICE} - K * (n + 1)"),
        cases(
            f"N * log(2) <= 2 * K * (n + 1) * {TWICE}",
            [],
            [product(f"N * log(2) - 2 * K * (n + 1) * {TWICE} > 0", f"1 - 1 / {TWICE} / 2 > 0")],
        ),
    )
    few = (
        have("N <= n + 1"),
        product("n + 1 - N >= 0", "log(2) > 0"),
        product(f"{TWICE} - log(2) >= 0", "n + 1 > 0"),
        product("K - 1 >= 0", "n + 1 > 0"),
        product("(K - 1) * (n + 1) >= 0", f"{TWICE} > 0"),
        product(f"{TWICE} > 0", "n + 1 > 0"),
    )
    evidence.derive(
        numbers("log(2) > 1 / 2"),
        numbers("log(log(2)) >= -1 / 2"),
        product("B - 1 >= 0", "B - 1 >= 0"),
        have("K >= 1"),
        have("2 * B * (B + 1) >= 4"),
        axiom("log_increasing", "2", "2 * B * (B + 1)"),
        have(f"{TWICE} > 1 / 2"),
        axiom("divide", "log(2)"),
        axiom("divide", TWICE),
        axiom("divide", "K"),
        axiom("divide", "n + 1"),
        have(f"2 * (n + 1) * K * {TWICE} >= N * log(2)", cases("N > n + 1", many, few)),
        product(f"2 * (n + 1) * K * {TWICE} - N * log(2) >= 0", "1 / log(2) > 0"),
    )
