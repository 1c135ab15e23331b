"""The abstract's sentence on frontiers, the second path to Corollary 1, and derivatives in other norms."""

from fractions import Fraction as F

import pytest

from checks.argument import certify, without
from checks.derive import axiom, have
from checks.implication import Implication
from checks.witness import identity, instance, refutation

claim = pytest.mark.claim

CIRCLE = {
    "more points than cells: two in one cell": Implication(("points == N + 1", "points <= N"), "0 > 0"),
    "their midpoint m is inside the circle, as |p − q|² > 0": Implication(
        ("mm == pp/2 + qq/2 - dd/4", "pp == 1", "qq == 1", "dd > 0"), "mm < 1"
    ),
}
MIDPOINT = Implication(("2*fm == fp + fq", "fp == 0", "fq == 0", "fm < 0"), "0 > 0")


@claim(
    "abstract.frontiers",
    by="symbolic",
    subject=(CIRCLE, MIDPOINT),
    sabotage={
        "as many points as cells": (
            {**CIRCLE, next(iter(CIRCLE)): Implication(("points == N", "points <= N"), "0 > 0")},
            MIDPOINT,
        ),
        "a frontier with a segment": (without(CIRCLE, 1, 3), MIDPOINT),
        "not affine on the cell": (CIRCLE, MIDPOINT.without(0)),
    },
)
def test_no_network_has_a_circle(evidence, subject):
    steps, contradiction = subject
    certify(evidence, steps)
    evidence.certify(
        identity(
            "|(p + q)/2|² = |p|²/2 + |q|²/2 − |p − q|²/4, coordinate by coordinate",
            ("((a + b)/2)**2", "a**2/2 + b**2/2 - (a - b)**2/4"),
        )
    )
    evidence.assume("a GroupSort or ReLU network has finitely many closed convex cells that cover the plane")
    evidence.refute(contradiction.proof("f = 0 at two points of one cell, f < 0 at their midpoint, f affine between"))


NEAR = {
    "a segment between the signs meets Γ: |x − y| = |x − z| + |z − y| ≥ 2ε": Implication(
        ("d == r + s", "r >= eps", "s >= eps"), "d >= 2*eps"
    ),
    "so the margin of the network is positive": Implication(("4*m >= 2*eps", "eps > 0"), "m > 0"),
}


@claim(
    "abstract.frontiers.amended",
    by="symbolic",
    subject=NEAR,
    sabotage={"points near Γ": without(NEAR, 0, 1), "ε = 0": without(NEAR, 1, 1)},
)
def test_networks_come_near_every_frontier(evidence, subject):
    certify(evidence, subject)
    evidence.assume("closed bounded sets of ℝⁿ are compact")
    evidence.assume("the boundary of a component of the complement of Γ lies in Γ")


@claim(
    "cor-1.path",
    by="exact",
    subject=F(1, 2),
    sabotage={"no error": F(0), "too far off": F(3, 2)},
)
def test_the_second_path_is_about_a_set_only(evidence, subject):
    evidence.refute(
        refutation(
            "f(x) = x and g(x) = x + 1/2: the same signs on [−2, −1] ∪ [1, 2], different ones at −1/4",
            given={"X": [-2, F(-3, 2), -1, 1, F(3, 2), 2], "e": subject, "z": F(-1, 4)},
            define={"f(x)": "x", "g(x)": "x + e"},
            hypotheses=["all(abs(f(x) - g(x)) <= e for x in X)", "all(sign(f(x)) == sign(g(x)) for x in X)"],
            conclusion=["sign(f(z)) == sign(g(z))"],
        )
    )


PATH = {
    "f ≥ D/2 and |g − f| < D/2: g > 0": Implication(("2*f >= D", "2*(f - g) < D"), "g > 0"),
    "f ≤ −D/2 and |g − f| < D/2: g < 0": Implication(("2*f <= -D", "2*(g - f) < D"), "g < 0"),
}


@claim(
    "cor-1.path.amended",
    by="symbolic",
    subject=PATH,
    sabotage={"no approximation": without(PATH, 0, 1), "no margin": without(PATH, 1, 0)},
)
def test_the_second_path_on_the_set(evidence, subject):
    certify(evidence, subject)


@claim(
    "prop-1.banach",
    by="exact",
    subject="max(abs(u[0] - v[0]), abs(u[1] - v[1]))",
    sabotage={
        "the sum of both": "abs(u[0] - v[0]) + abs(u[1] - v[1])",
        "Euclid's, squared": "(u[0] - v[0])**2 + (u[1] - v[1])**2",
    },
)
def test_derivatives_in_the_maximum_norm(evidence, subject):
    """f vanishes on the frontier, which holds a square around (0, 3); a derivative that is not 0 would not let it."""
    evidence.refute(
        refutation(
            "a square of equidistant points: f = 0 on it, its derivative is 0 inside",
            given={
                "a": [-1, 0],
                "b": [1, 0],
                "U": [[F(x, 4), 3 + F(y, 4)] for x in range(-4, 5) for y in range(-4, 5)],
            },
            define={"d(u, v)": subject},
            hypotheses=["d(a, b) > 0"],
            conclusion=["any(d(u, a) != d(u, b) for u in U)"],
        )
    )
    evidence.certify(
        Implication(("l == y", "r == y", "x + 1 <= y", "1 - x <= y"), "l == r").proof("|x₁| ≤ 1, x₂ ≥ 2: both are x₂")
    )


DESCENT = {
    "towards a point within r + t² by t: f ≤ r + t² − t": Implication(
        ("f1 <= D", "D <= L - t", "L <= r + tt"), "f1 <= r + tt - t"
    ),
    "the derivative v: ‖v‖ t ≥ f(x) − f(x + h) − o ≥ t − t² − o": Implication(
        ("vt >= f0 - f1 - o", "f0 == r", "f1 <= r + tt - t"), "vt >= t - tt - o"
    ),
}


@claim(
    "prop-1.banach.amended",
    by="symbolic",
    subject=DESCENT,
    sabotage={"z farther away": without(DESCENT, 0, 2), "on the frontier": without(DESCENT, 1, 1)},
)
def test_derivatives_off_the_frontier(evidence, subject):
    certify(evidence, subject)
    evidence.assume("a ball around x that misses the frontier has one sign (intermediate value theorem)")


EACH = Implication(("f0 >= 4", "g1 >= 4", "g1 == -f1", "f0 - f1 <= 4"), "0 > 0")


@claim(
    "sec-3.2.each",
    by="symbolic",
    subject=(EACH, 4),
    sabotage={
        "far apart": (EACH._replace(hypotheses=(*EACH.hypotheses[:3], "f0 - f1 <= 8")), 4),
        "less than possible": (EACH, 5),
    },
)
def test_not_at_each_example(evidence, subject):
    """(0, +) and (4, -): both extremes are 1-Lipschitz without errors, but not at once."""
    contradiction, most = subject
    evidence.certify(
        instance(
            "4 − x has 4 at 0, and −x has 4 in size at 4; neither errs",
            given={"m": most},
            define={"f(x)": "4 - x", "g(x)": "-x"},
            conclusion=["f(0) == m and -g(4) == m", "f(0) >= 0 and -f(4) >= 0", "g(0) >= 0 and -g(4) >= 0"],
        )
    )
    evidence.refute(contradiction.proof("both at once would need a slope of 2"))


SHARED = {
    "opposite labels without errors: the sizes add up to the difference": Implication(
        ("a == f0", "b == -f1", "f0 - f1 <= d"), "a + b <= d"
    ),
    "the smaller is at most half": Implication(("m <= a", "m <= b", "a + b <= d"), "2*m <= d"),
}


@claim(
    "sec-3.2.each.amended",
    by="symbolic",
    subject=SHARED,
    sabotage={"equal labels": without(SHARED, 0, 1), "the larger": without(SHARED, 1, 0)},
)
def test_examples_share_their_distance(evidence, subject):
    certify(evidence, subject)


@claim("cor-1.path", by="formal")
def test_the_second_path_from_end_to_end(evidence, subject):
    evidence.counterexample(e=F(1, 2), z=F(-1, 4))


@claim("prop-1.banach", by="formal")
def test_the_maximum_norm_from_end_to_end(evidence, subject):
    evidence.impossible(
        *(have(each) for each in ("v1 + 1 >= 0", "1 - v1 >= 0", "v2 >= 0")),
        *(axiom("abs", each) for each in ("v1 + 1", "v1 - 1", "v2")),
        *(have(f"abs(v2) >= {each}") for each in ("abs(v1 + 1)", "abs(v1 - 1)")),
        *(axiom("max", each, "abs(v2)") for each in ("abs(v1 + 1)", "abs(v1 - 1)")),
        a1=-1,
        a2=0,
        b1=1,
        b2=0,
        u1=0,
        u2=3,
        r=1,
    )


@claim("sec-3.2.each", by="formal")
def test_each_example_from_end_to_end(evidence, subject):
    evidence.impossible(D=4, g0=4, g1=0, h0=0, h1=-4)
