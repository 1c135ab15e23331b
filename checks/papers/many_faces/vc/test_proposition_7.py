"""Proposition 7: what 1-Lipschitz functions shatter with a margin, both sides of equation 8, and the printed proof."""

from fractions import Fraction as F

import pytest

from checks.argument import certify, without
from checks.derive import axiom, cases, congruence, have, product, times
from checks.implication import Implication
from checks.papers.many_faces.vc.margins import assuming, concluding
from checks.witness import identity, instance, refutation

claim = pytest.mark.claim


@claim("eq-7", by="formal")
def test_equation_7(evidence, subject):
    evidence.derive()


APART = Implication(("fx >= m", "fy <= -m", "fx - fy <= d"), "d >= 2 * m")


@claim("prop-7.shatter.step", by="formal")
def test_the_printed_step(evidence, subject):
    evidence.counterexample("f = 1 is constant, m = 1, x = y", fx=1, fy=1, m=1, d=0)


@claim("prop-7.shatter.step.amended", by="formal")
def test_the_step(evidence, subject):
    evidence.derive()


BALLS = {
    "a point in two balls: the centres are nearer than 2m": Implication(
        ("xz < m", "zy < m", "d <= xz + zy"), "d < 2 * m"
    ),
    "centres nearer than 2m: the middle is in both balls": Implication(("2 * xz == d", "d < 2 * m"), "xz < m"),
}
EXTENDED = {
    "values m and −m at points 2m apart are 1-Lipschitz": Implication(("d >= 2 * m",), "m + m <= d"),
    "minima of functions v + ‖· − x‖ are 1-Lipschitz": Implication(
        ("fz <= v + zx", "fw == v + wx", "zx <= zw + wx"), "fz - fw <= zw"
    ),
    "McShane's minimum has the given values": Implication(("vx <= vy + d", "f == vy + d"), "f >= vx"),
}


@claim(
    "prop-7.shatter",
    by="symbolic",
    subject=(APART, EXTENDED | BALLS),
    sabotage={
        "balls of radius 2m": (APART, EXTENDED | concluding(BALLS, 0, "d < m")),
        "closed balls": (
            APART,
            EXTENDED | assuming(BALLS, 0, "xz <= m", "zy <= m", "d <= xz + zy"),
        ),
        "a slope above 1": (APART._replace(hypotheses=("fx >= m", "fy <= -m", "fx - fy <= 2 * d")), EXTENDED),
    },
)
def test_shattered_means_apart(evidence, subject):
    apart, rest = subject
    evidence.certify(apart.proof("shattered: two points with opposite labels are 2m apart"))
    certify(evidence, rest)


@claim(
    "prop-7.shatter",
    by="enumeration",
    subject=2,
    sabotage={"m apart": 1, "3m apart": 3},
)
def test_shattering_by_all_labelings(evidence, subject):
    """The condition against every labeling of every small set, decided by shortest paths; then the library's answer."""
    from checks.papers.many_faces.vc.margins import shattered, small_sets
    from theory.vc import shatters

    sets, scales = small_sets(), [F(1, 2), F(1), F(3, 2), F(2), F(5, 2)]
    agree = library = True
    for points, distances in sets:
        least = min((d for row in distances for d in row if d), default=None)
        for m in scales:
            truth = shattered(distances, m)
            agree &= truth == (least is None or least >= subject * m)
            library &= truth == bool(shatters([list(map(float, point)) for point in points], m))
    evidence.fact(f"{len(sets)} sets with 5 margins each: all labelings occur exactly for 2m-separated sets", agree)
    evidence.fact("theory.vc.shatters says the same", library)
    evidence.count(len(sets) * len(scales))


@claim("prop-7.balls", by="formal")
def test_balls_that_fit_inside(evidence, subject):
    evidence.impossible(says="no ball of radius 1 lies inside [0, 1]", s=1, m=1)


def inside(intervals, radius):
    """Where centres of balls that lie inside the union may be."""
    from checks.papers.many_faces.vc.margins import merged

    return [(low + radius, high - radius) for low, high in merged(intervals) if high - low >= 2 * radius]


@claim(
    "prop-7.balls.amended",
    by="symbolic",
    subject=BALLS,
    sabotage={"nearer than 3m": concluding(BALLS, 0, "2 * d < 3 * m"), "no middle": without(BALLS, 1, 0)},
)
def test_centres_in_the_set(evidence, subject):
    certify(evidence, subject)


@claim("prop-7.balls.amended", by="examples", subject=2, sabotage={"centres m apart": 1})
def test_fewer_balls_fit_inside(evidence, subject):
    from checks.papers.many_faces.vc.margins import margins, packed, unions

    def law(intervals, m):
        return packed(inside(intervals, m), subject * m) <= packed(intervals, 2 * m)

    evidence.examples(
        "no more balls fit inside a union of intervals than centres do", law, unions(), margins(), max_examples=300
    )


@claim("prop-7.quoted", by="formal")
def test_the_quoted_lemma(evidence, subject):
    evidence.counterexample(
        "n = 2, m = 1: the lemma's lower bound is a quarter of equation 8's", V=1, B=1, m=1, e=2, n=2
    )


QUOTED = [
    (f"({lower} * r)**{n}", f"{wanted} * r**{n}")
    for n in (1, 2, 3, 8)
    for lower, wanted in [(F(1, 2), F(1, 2**n)), (F(1), F(1))]
]


@claim(
    "prop-7.quoted.amended",
    by="symbolic",
    subject=(QUOTED, 2),
    sabotage={"a factor 2": ([*QUOTED, ("(1/2 * r)**2", "1/2 * r**2")], 2), "centres m apart": (QUOTED, 1)},
)
def test_the_quoted_lemma_with_another_separation(evidence, subject):
    """r = 1/m."""
    powers, factor = subject
    evidence.certify(identity("ε = 2m: (1/ε)ⁿ = (1/2m)ⁿ and (2/ε)ⁿ = (1/m)ⁿ, n = 1, 2, 3, 8", *powers))
    apart = Implication(("xz < m", "zy < m", "d <= xz + zy", f"e == {factor} * m"), "d < e")
    evidence.certify(apart.proof("centres at least ε = 2m apart: no common point of the balls"))


@claim("prop-7.quoted.amended", by="formal")
def test_the_quoted_lemma_put_in(evidence, subject):
    evidence.derive(
        axiom("divide", "m"),
        axiom("divide", "B"),
        cases(
            "e == m",
            [
                congruence("inverse", ["e"], ["m"]),
                congruence("power", ["1 / e", "n"], ["1 / m", "n"]),
                congruence("power", ["2 / e", "n"], ["2 / m", "n"]),
                times("(1 / e)**n == (1 / m)**n", "V * (1 / B)"),
                times("(2 / e)**n == (2 / m)**n", "U * (1 / B)"),
            ],
            *[
                [
                    have("e == 2 * m"),
                    congruence("inverse", ["e"], ["2 * m"]),
                    axiom("divide", "2 * m"),
                    times("2 * m * (1 / (2 * m)) == 1", "1 / m"),
                    times("m * (1 / m) == 1", "1 / (2 * m)"),
                    have("2 / e == 1 / m"),
                    congruence("power", ["1 / e", "n"], ["1 / (2 * m)", "n"]),
                    congruence("power", ["2 / e", "n"], ["1 / m", "n"]),
                    times("(1 / e)**n == (1 / (2 * m))**n", "V * (1 / B)"),
                    times("(2 / e)**n == (1 / m)**n", "U * (1 / B)"),
                ]
            ]
            * 2,
        ),
    )


@claim("prop-7.quoted.amended", by="examples", subject=1, sabotage={"centres 2m apart": 2})
def test_equation_8_for_points_m_apart(evidence, subject):
    from checks.papers.many_faces.vc.margins import length, margins, packed, thickened, unions

    def law(intervals, m):
        count = packed(intervals, subject * m)
        return length(intervals) / m <= count <= length(thickened(intervals, m / 2)) / m

    evidence.examples("length/m ≤ points m apart ≤ length(𝒳 + (m/2)𝔅)/m", law, unions(), margins(), max_examples=100)


FINITE = {
    "two points in a cell of diameter below 2m are not 2m apart": Implication(("d < 2 * m", "d >= 2 * m"), "0 > 0"),
    "a cube of side h has diameter √n h; n h² < 4 m² is enough": Implication(
        ("dd <= n * hh", "n * hh < 4 * mm"), "dd < 4 * mm"
    ),
    "norms that grow by 2m: points 2m apart": Implication(("ny >= nx + 2 * m", "ny <= nx + d"), "d >= 2 * m"),
}


@claim(
    "prop-7.finite",
    by="symbolic",
    subject=FINITE,
    sabotage={
        "cells of diameter 2m": assuming(FINITE, 0, "d <= 2 * m", "d >= 2 * m"),
        "norms that grow by m": assuming(FINITE, 2, "ny >= nx + m", "ny <= nx + d"),
    },
)
def test_finite_exactly_on_bounded_sets(evidence, subject):
    certify(evidence, subject)


def oler_against(side, factor=1):
    """N points of a square, pairwise 2 apart, if there were factor * side^2 / pi of them.

    Oler: N <= side^2 / (2 sqrt 3) + side + 1; s stands for sqrt 3.
    """
    return Implication(
        (
            f"N * pi >= {factor * side**2}",
            "(22/7 - pi) * N >= 0",
            f"2 * N * s <= {side**2} + 2 * {side + 1} * s",
            f"(s - 71/41) * (N - {side + 1}) >= 0",
        ),
        "0 > 0",
    )


PI_BELOW = ("x**4 * (1 - x)**4", "(1 + x**2) * (x**6 - 4*x**5 + 5*x**4 - 4*x**2 + 4) - 4")
OLER = "Oler (1961): points d apart in a convex plane body: at most 2 area/(√3 d²) + perimeter/(2d) + 1"


UPPER = {
    "Oler": OLER,
    "Rogers": "Rogers (1958): the density of ball packings is at most in a regular simplex of touching balls",
    "Blichfeldt": "Blichfeldt (1929): balls of radius √2 around the centres of unit balls, weighted, sum to at most 1",
    "Cohn and Elkies": "Cohn and Elkies (2003): linear programmes for densities of packings (polynomials proved)",
    "density of lattice D3": "Hales (2005): no packing of balls in space is denser than that of the lattice D3",
    "density of packing D8+": "Viazovska (2017): no packing of balls in dimension 8 is denser than that of E8",
}
"""The theorems that the library's upper bounds rest on, by the names it gives them."""


def refute_the_lower_bound(evidence, side, factor=1):
    evidence.certify(identity("∫₀¹ x⁴(1 − x)⁴/(1 + x²) dx > 0 is 22/7 − π > 0: the quotient …", PI_BELOW))
    evidence.certify(
        instance(
            "… has the integral 22/7; and √3 > 71/41",
            given={"a": F(71, 41)},
            conclusion=["1/7 - 4/6 + 5/5 - 4/3 + 4 == 22/7", "a**2 < 3"],
        )
    )
    evidence.assume(OLER)
    evidence.assume("∫₀¹ 4/(1 + x²) dx = π")
    proof = oler_against(side, factor).proof(f"{side**2}/π points of a square of side {side} against Oler's bound")
    evidence.refute(proof)


@claim(
    "prop-7.lower",
    by="symbolic",
    subject=(40, 1),
    sabotage={"a square of side 30": (30, 1), "with the missing factor 2^(−n)": (40, F(1, 4))},
)
def test_the_printed_lower_bound(evidence, subject):
    refute_the_lower_bound(evidence, *subject)


@claim(
    "prop-7",
    by="symbolic",
    subject=(40, 1),
    sabotage={"a square of side 30": (30, 1), "with the missing factor 2^(−n)": (40, F(1, 4))},
)
def test_proposition_7(evidence, subject):
    refute_the_lower_bound(evidence, *subject)


@claim(
    "prop-7.lower",
    by="interval",
    subject=[(2, 40), (3, 60), (4, 60), (8, 60)],
    sabotage={"sides of 4m": [(2, 4), (3, 4)], "on the line": [(1, 40)]},
)
def test_the_printed_lower_bound_in_cubes(evidence, subject):
    """Enclosures of the printed bound above proved upper bounds of the packing number."""
    from theory.intervals import endpoints
    from theory.packing import margin_vc_bounds, paper_margin_vc_bounds
    from theory.sets import Box

    for n, side in subject:
        cube = Box([0] * n, [side] * n)
        printed, upper = endpoints(paper_margin_vc_bounds(cube, 1).lower)[0], margin_vc_bounds(cube, 1)
        evidence.value(f"n = {n}, side {side}, m = 1: printed lower bound, rounded down", printed.__floor__())
        evidence.value(f"n = {n}, side {side}, m = 1: upper bound by {upper.upper_by}", upper.upper)
        says = f"n = {n}, side {side}, m = 1: the printed lower bound exceeds the bound by {upper.upper_by}"
        evidence.refute(
            refutation(says, given={"printed": printed, "most": upper.upper}, conclusion=["printed <= most"])
        )
        evidence.assume(UPPER[upper.upper_by])
    sides = [10 + k for k in range(51)]
    evidence.figure(
        "curve",
        "Squares with m = 1: the printed lower bound minus Oler's upper bound. Above 0 the printed bound is false.",
        x=[float(side) for side in sides],
        y=[side**2 * (0.3183098861837907 - 0.28867513459481287) - side - 1 for side in sides],
        xlabel="side of the square",
        ylabel="printed − Oler",
        lines={"0": 0.0},
    )


TRANSLATES = Implication(("a == t + 2 * m * i", "b == t + 2 * m * j", "m * (j - i - 1) >= 0"), "b - a >= 2 * m")


@claim(
    "prop-7.lower.line",
    by="symbolic",
    subject=TRANSLATES,
    sabotage={
        "steps of m": TRANSLATES._replace(hypotheses=("a == t + m * i", "b == t + m * j", "m * (j - i - 1) >= 0"))
    },
)
def test_the_lower_bound_on_the_line(evidence, subject):
    evidence.certify(subject.proof("different points of t + 2m ℤ are 2m apart"))
    evidence.assume("an integrable function is somewhere at least its mean (Fubini)")


@claim("prop-7.lower.line", by="formal")
def test_the_lower_bound_on_the_line_from_the_mean(evidence, subject):
    evidence.derive(
        axiom("divide", "m"),
        axiom("divide", "2 * m"),
        times("2 * m * (1 / (2 * m)) == 1", "1 / m"),
        times("m * (1 / m) == 1", "1 / (2 * m)"),
        have("1 / m == 2 * (1 / (2 * m))"),
        times("1 / m == 2 * (1 / (2 * m))", "V"),
        product("1 / (2 * m) > 0", "2 * m * N - V >= 0"),
        times("2 * m * (1 / (2 * m)) == 1", "N"),
    )


@claim(
    "prop-7.lower.line",
    by="examples",
    subject=1,
    sabotage={"twice as many": 2},
)
def test_the_lower_bound_on_unions_of_intervals(evidence, subject):
    from checks.papers.many_faces.vc.margins import length, margins, packed, unions

    def law(intervals, m):
        return packed(intervals, 2 * m) >= subject * length(intervals) / (2 * m)

    evidence.examples("length/(2m) ≤ VC for unions of intervals", law, unions(), margins(), max_examples=100)


JOINED = Implication(("size <= N", "size == N + 1"), "0 > 0")


def covered(n, radius, factor):
    """N balls of the radius (times m) cover a set of volume vol; A = vol/v with v the volume of the unit ball."""
    return Implication(
        (f"vol <= N * ({radius} * m) ** {n} * v", "A * v == vol"), f"(A - N * ({factor} * m) ** {n}) * v <= 0"
    )


@claim(
    "prop-7.lower.amended",
    by="symbolic",
    subject=(2, 2, JOINED),
    sabotage={
        "as printed": (2, 1, JOINED),
        "balls of radius m would do": (1, 2, JOINED),
        "factor 3/2": (2, F(3, 2), JOINED),
        "any separated set": (2, 2, JOINED.without(0)),
    },
)
def test_the_amended_lower_bound(evidence, subject):
    """Both numbers are times m: how far a point may be from a largest set, and whose power the bound divides by."""
    radius, factor, joined = subject
    evidence.certify(joined.proof("no point 2m away from all of a set of the greatest size N: it could join it"))
    apart = Implication((f"d >= {radius} * m", "m > 0"), "d >= 2 * m")
    evidence.certify(apart.proof("a point that no ball holds would be at least 2m from all of the set"))
    for n in (1, 2, 3, 8):
        step = covered(n, radius, factor)
        evidence.certify(step.proof(f"n = {n}: N balls of radius 2m cover 𝒳, so vol(𝒳)/vol(𝔅) ≤ (2m)ⁿ N"))
    evidence.assume("volumes are subadditive, and scale like rⁿ")


@claim("prop-7.lower.amended", by="formal")
def test_the_amended_lower_bound_from_the_covering(evidence, subject):
    evidence.derive(
        axiom("divide", "2 * m"),
        axiom("power_positive", "2 * m", "n"),
        axiom("power_positive", "1 / (2 * m)", "n"),
        axiom("power_product", "1 / (2 * m)", "2 * m", "n"),
        congruence("power", ["1 / (2 * m) * (2 * m)", "n"], ["1", "n"]),
        axiom("power_one", "n"),
        axiom("divide", "B"),
        product("(1 / (2 * m))**n > 0", "N * (2 * m)**n * B - V >= 0"),
        have("(1 / (2 * m))**n * V <= N * B"),
        product("1 / B > 0", "N * B - (1 / (2 * m))**n * V >= 0"),
    )


@claim("prop-7.lower.amended", by="examples", subject=2, sabotage={"balls of radius m": 1})
def test_largest_separated_sets_cover(evidence, subject):
    """Sets of whole points of the plane: each is nearer than 2m to some point of a largest 2m-separated set."""
    from hypothesis import strategies as st

    from checks.papers.many_faces.vc.margins import margins
    from theory.packing import packing_number

    def law(points, m):
        places = sorted(points)
        chosen = [places[k] for k in packing_number(places, 2 * m).indices]
        return all(min((x - u) ** 2 + (y - v) ** 2 for u, v in chosen) < (subject * m) ** 2 for x, y in places)

    points = st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=8)
    evidence.examples(
        "balls of radius 2m around a largest set cover all points", law, points, margins(), max_examples=60
    )


def domains():
    """Names and sets up to dimension 8; m = 1."""
    from theory.sets import Ball, Box, ConvexPolygon

    half = F(1, 2)
    named: dict[str, object] = {
        f"cube of dimension {n}, side {s}": Box([0] * n, [s] * n) for n in (1, 2, 3, 8) for s in (half, 3, 40)
    }
    named |= {f"ball of dimension {n}, radius {r}": Ball([0] * n, r) for n in (2, 3, 8) for r in (half, 3, 30)}
    triangle = ConvexPolygon([[0, 0], [9, 0], [0, 5]])
    return named | {"triangle": triangle, "segment of length 7 in the plane": Box([0, 0], [7, 0])}


@claim("prop-7.lower.amended", by="samples", subject=F(1, 2), sabotage={"as printed": F(1)})
def test_the_amended_lower_bound_on_domains(evidence, subject):
    from theory.intervals import ball_volume, certainly_le, enclosure
    from theory.packing import margin_vc_bounds

    for name, domain in domains().items():
        n = domain.dimension
        bound = enclosure(domain.volume) * enclosure(subject) ** n / ball_volume(n)
        proved = certainly_le(bound, margin_vc_bounds(domain, 1).upper)
        evidence.fact(f"{name}: the amended bound is at most the library's upper bound", proved)
    evidence.count(len(domains()), 0)


SMALLER = {
    "balls of radius m/2 around points 2m apart are disjoint": Implication(
        ("2 * xz < m", "2 * zy < m", "d <= xz + zy", "m > 0"), "d < 2 * m"
    ),
    "disjoint balls of volume c in a set of volume V": Implication(("N * c <= V", "U * c == V"), "(U - N) * c >= 0"),
}


@claim(
    "prop-7.upper",
    by="symbolic",
    subject=SMALLER,
    sabotage={
        "balls of radius 3m/2": assuming(SMALLER, 0, "2 * xz < 3 * m", "2 * zy < 3 * m", "d <= xz + zy", "m > 0"),
        "half of the bound": concluding(SMALLER, 1, "(U - 2 * N) * c >= 0"),
    },
)
def test_the_upper_bound(evidence, subject):
    certify(evidence, subject)
    evidence.assume("volumes are additive, and scale like rⁿ")


@claim("prop-7.upper", by="formal")
def test_the_upper_bound_from_the_packing(evidence, subject):
    evidence.derive(
        axiom("divide", "m"),
        axiom("power_positive", "m / 2", "n"),
        axiom("power_positive", "2 / m", "n"),
        axiom("power_product", "2 / m", "m / 2", "n"),
        congruence("power", ["2 / m * (m / 2)", "n"], ["1", "n"]),
        axiom("power_one", "n"),
        axiom("divide", "B"),
        product("(2 / m)**n > 0", "U - N * (m / 2)**n * B >= 0"),
        have("N * B <= (2 / m)**n * U"),
        product("1 / B > 0", "(2 / m)**n * U - N * B >= 0"),
    )


@claim(
    "prop-7.upper",
    by="examples",
    subject=2,
    sabotage={"(1/m)ⁿ": 1},
)
def test_the_upper_bound_on_domains(evidence, subject):
    from checks.papers.many_faces.vc.margins import length, margins, packed, thickened, unions
    from theory.intervals import certainly_ge, enclosure
    from theory.packing import margin_vc_bounds, paper_margin_vc_bounds

    for name, domain in domains().items():
        bound = enclosure(paper_margin_vc_bounds(domain, 1).upper) * enclosure(F(subject, 2)) ** domain.dimension
        least = margin_vc_bounds(domain, 1).lower
        evidence.fact(f"{name}: the printed bound is at least the library's lower bound", certainly_ge(bound, least))
    evidence.examples(
        "unions of intervals",
        lambda intervals, m: packed(intervals, 2 * m) <= subject / m * length(thickened(intervals, m / 2)) / 2,
        unions(),
        margins(),
        max_examples=100,
    )


KNESER = BALLS | {
    "the middle between x and a point of its Voronoi cell is in each half-space of the cell": Implication(
        ("ux >= 0", "uy >= 0", "2 * uz == ux + uy"), "uz >= 0"
    ),
    "cell by cell: vol(𝒳 + m𝔅) ≤ 2ⁿ vol(𝒳 + (m/2)𝔅)": Implication(
        ("V1 <= c * W1", "V2 <= c * W2"), "V1 + V2 <= c * (W1 + W2)"
    ),
}
HALVED = ("4 * ((y - x)/2)**2", "(y - x)**2")


@claim(
    "prop-7.upper.sharper",
    by="symbolic",
    subject=(KNESER, HALVED),
    sabotage={
        "cells that are not convex": (without(KNESER, 2, 2), HALVED),
        "distances not halved": (KNESER, ("2 * ((y - x)/2)**2", "(y - x)**2")),
    },
)
def test_the_sharper_upper_bound(evidence, subject):
    steps, halved = subject
    certify(evidence, steps)
    evidence.certify(identity("the middle is at half the distance, coordinate by coordinate", halved))


@claim("prop-7.upper.sharper", by="formal")
def test_the_sharper_upper_bound_from_the_packing(evidence, subject):
    inverse = "1 / (m**n * B)"
    evidence.derive(
        axiom("power_positive", "m", "n"),
        product("m**n > 0", "B > 0"),
        axiom("divide", "m**n * B"),
        axiom("divide", "m"),
        axiom("divide", "B"),
        product(f"{inverse} > 0", "U1 - N * m**n * B >= 0"),
        times(f"m**n * B * ({inverse}) == 1", "N"),
        axiom("power_positive", "2 / m", "n"),
        axiom("power_product", "2 / m", "m", "n"),
        congruence("power", ["2 / m * m", "n"], ["2", "n"]),
        have("(2 / m)**n * m**n == 2**n"),
        product(f"{inverse} > 0", "2**n * U2 - U1 >= 0"),
        times("(2 / m)**n * m**n == 2**n", f"U2 * ({inverse})"),
        times(f"m**n * B * ({inverse}) == 1", "(2 / m)**n * U2 * (1 / B)"),
        times("B * (1 / B) == 1", f"(2 / m)**n * U2 * m**n * ({inverse})"),
    )


@claim(
    "prop-7.upper.sharper",
    by="examples",
    subject=(2, 1),
    sabotage={"half of the bound": (4, 1), "half of the printed bound": (2, 2)},
)
def test_the_sharper_upper_bound_on_unions_of_intervals(evidence, subject):
    from checks.papers.many_faces.vc.margins import length, margins, packed, thickened, unions

    def law(intervals, m):
        bound = length(thickened(intervals, m)) / (subject[0] * m)
        return packed(intervals, 2 * m) <= bound <= length(thickened(intervals, m / 2)) / (subject[1] * m)

    evidence.examples("VC ≤ length(𝒳 + m𝔅)/(2m) ≤ the printed bound", law, unions(), margins(), max_examples=100)


@claim(
    "prop-7.amended",
    by="symbolic",
    subject=(APART, EXTENDED),
    sabotage={
        "2-Lipschitz": (APART._replace(hypotheses=("fx >= m", "fy <= -m", "fx - fy <= 2 * d")), EXTENDED),
        "values closer than labels": (APART, without(EXTENDED, 2, 0)),
    },
)
def test_proposition_7_amended(evidence, subject):
    apart, rest = subject
    evidence.certify(apart.proof("opposite labels are 2m apart"))
    certify(evidence, rest)


@claim("prop-7.amended", by="formal")
def test_proposition_7_amended_from_the_balls(evidence, subject):
    evidence.derive(
        *[
            step
            for r in ("2 * m", "m")
            for step in (
                axiom("power_positive", r, "n"),
                product(f"({r})**n > 0", "B > 0"),
                axiom("divide", f"({r})**n * B"),
                times(f"({r})**n * B * (1 / (({r})**n * B)) == 1", "N"),
            )
        ],
        product("1 / ((2 * m)**n * B) > 0", "N * (2 * m)**n * B - V >= 0"),
        product("1 / (m**n * B) > 0", "U - N * m**n * B >= 0"),
    )


@claim(
    "prop-7.amended",
    by="examples",
    subject=F(2),
    sabotage={"m apart": F(1), "4m apart": F(4)},
)
def test_the_packing_number_of_finite_sets(evidence, subject):
    """The largest set whose labelings all occur, against the exact packing number of the library."""
    from itertools import combinations

    from hypothesis import strategies as st

    from checks.papers.many_faces.vc.margins import margins, shattered
    from theory.packing import packing_number

    def law(points, m):
        places = sorted(points)
        best = max(
            size
            for size in range(1, len(places) + 1)
            for s in combinations(places, size)
            if shattered([[abs(a - b) for b in s] for a in s], m)
        )
        return best == packing_number([[p] for p in places], subject * m).size

    points = st.sets(st.integers(0, 27).map(lambda k: F(k, 3)), min_size=1, max_size=5)
    evidence.examples("VC = packing number with separation 2m", law, points, margins(), max_examples=60)
