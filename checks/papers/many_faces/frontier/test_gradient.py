"""The steps of Proposition 1's proof that lead to the unit gradient."""

from fractions import Fraction as F

import pytest

from checks.derive import axiom, have, product
from checks.implication import Implication
from checks.papers.many_faces.frontier.line import (
    COMPLETE,
    POINTS,
    Doubled,
    LineMountain,
    Scaled,
    plane_hmf,
    rationals,
    two_classes,
)
from checks.papers.many_faces.frontier.steps import COINCIDE, EQUAL, HALF
from checks.witness import identity, instance, refutation

claim = pytest.mark.claim

GRADIENT = {
    "off the frontier": Implication(("s <= v", "s == 1"), "v >= 1"),
    "v is not 0": Implication(("vh - vk <= vm", "vh == tv", "vk <= o", "vm == tvv + o2"), "tv <= tvv + o + o2"),
    "v is 0, distances": HALF,
    "v is 0, directions": COINCIDE,
    "v is 0, the same point": EQUAL,
}


@claim(
    "prop-1.gradient",
    by="symbolic",
    subject=GRADIENT,
    sabotage={
        "descent at rate 0.99": GRADIENT | {"off the frontier": Implication(("s <= v", "s == 99/100"), "v >= 1")},
        "the frontier point not on the frontier": GRADIENT | {"v is not 0": GRADIENT["v is not 0"].without(2)},
        "b may be nearer than a": GRADIENT | {"v is 0, directions": COINCIDE.without(1)},
        "directions of any length": GRADIENT | {"v is 0, the same point": EQUAL.without(1)},
    },
)
def test_the_gradient_has_norm_1_wherever_it_exists(evidence, subject):
    evidence.certify(subject["off the frontier"].proof("off ∂, descent at rate s = 1 gives ‖v‖ ≥ 1"))
    evidence.certify(
        subject["v is not 0"].proof("on ∂, v ≠ 0: t‖v‖ = ⟨v, h⟩ ≤ ‖v‖‖h − k‖ + ⟨v, k⟩ = t‖v‖² + o(t), so ‖v‖ ≤ ‖v‖²")
    )
    evidence.certify(subject["v is 0, distances"].proof("on ∂, v = 0: |d(·, B) − d(·, A)| ≤ 2|f| = o(t)"))
    evidence.certify(
        subject["v is 0, directions"].proof("⟨u, b_t − x⟩ ≥ r − o(1) for the points b_t of B nearest to x + tu")
    )
    evidence.certify(subject["v is 0, the same point"].proof("in the limit b = a, against A ∩ B = ∅"))
    evidence.assume("Cauchy–Schwarz inequality")
    evidence.assume("Bolzano–Weierstrass theorem")
    evidence.assume("closed sets of ℝⁿ have nearest points")


# --- the proof's steps towards the gradient ----------------------------------------------------------------------


@claim(
    "prop-1.descent",
    by="exact",
    subject={"x": F(1, 4), "e": F(1)},
    sabotage={"a step within reach": {"x": F(1, 4), "e": F(1, 8)}},
)
def test_a_step_of_any_length_up_to_1(evidence, subject):
    evidence.refute(
        refutation(
            "A = {1}, B = {−1}: ∂ = {0}, y = 0; the step overshoots the frontier",
            given=subject,
            define={"d(t)": "abs(t)", "equidistant(t)": "abs(t - 1) == abs(t + 1)"},
            hypotheses=["0 < e", "e <= 1", "x > 0", "equidistant(0)"],
            conclusion=["d(x - e) == d(x) - e"],
        )
    )


DESCENT = (
    Implication(("fh <= hy", "hy == f - e"), "fh <= f - e"),
    Implication(("f <= fh + e",), "fh >= f - e"),
)


@claim(
    "prop-1.descent.amended",
    by="symbolic",
    subject=DESCENT,
    sabotage={
        "y is not nearest": (DESCENT[0].without(1), DESCENT[1]),
        "step twice as long": (DESCENT[0], DESCENT[1].concluding("fh >= f - e/2")),
    },
)
def test_a_step_as_far_as_the_frontier(evidence, subject):
    below, above = subject
    evidence.certify(below.proof("the same frontier point is at distance d(x, ∂) − ε from x + h"))
    evidence.certify(above.proof("none is nearer, by the triangle inequality"))


def descends(mountain, classes, x, share):
    f = mountain(*classes)
    y = min(f.frontier, key=lambda z: abs(z - x))
    distance = abs(x - y)
    if distance == 0:
        return True
    step = share * distance
    moved = x + (step if y > x else -step)
    return abs(f(moved)) == distance - step and f(moved) - f(x) == (-step if f(x) > 0 else step)


def shares():
    from hypothesis import strategies as st

    return st.fractions(min_value=0, max_value=1, max_denominator=20).filter(lambda share: share > 0)


@claim(
    "prop-1.descent.amended",
    by="examples",
    subject=LineMountain,
    sabotage={"difference of the distances": Doubled, "scaled by 101/100": Scaled},
)
def test_a_step_on_examples(evidence, subject):
    law = lambda classes, x, share: descends(subject, classes, x, share)
    evidence.examples("d(x + h, ∂) = d(x, ∂) − ε and f moves by −ε sign f", law, two_classes(), rationals(), shares())


LINE = {"A": [F(-4), F(4)], "B": [F(0)], "x": F(3), "y": F(2)}
HILL = POINTS | {
    "dA(t)": "min(abs(t - a) for a in A)",
    "dB(t)": "min(abs(t - b) for b in B)",
    "f(t)": "(1 if dB(t) >= dA(t) else -1) * min(abs(t - z) for z in edge)",
    "q(e)": "(f(x + e * sign(y - x)) - f(x)) / e",
}
FRONTIER_TEST = ["all(dA(z) == dB(z) for z in edge)", "abs(x - y) == min(abs(x - z) for z in edge)", *COMPLETE]


@claim(
    "prop-1.limit",
    by="symbolic",
    subject=("(e - 5) - 1", "1"),
    sabotage={"the quotient before the crossing": ("-e", "-1")},
)
def test_the_limit_at_infinity(evidence, subject):
    """q(e) = numerator/e for e >= 3; |q(e) - L| <= 6/e tends to 0, so the limit is L = 1, not -1."""
    numerator, limit = subject
    evidence.certify(
        identity("e·q(e) = L·e − 6, so |q(e) − L| = 6/e → 0 with L the limit", (numerator, f"{limit} * e - 6"))
    )
    for e in (5, 12, 10**6):
        evidence.certify(
            instance(
                f"the quotient at ε = {e} is the formula's",
                given=LINE | {"edge": [F(-2), F(2)], "e": F(e)},
                define=HILL,
                hypotheses=FRONTIER_TEST,
                conclusion=[f"q(e) * e == {numerator}"],
            )
        )
    evidence.figure(
        "line-hmf",
        "From x = 3 towards y = 2 and on: the HMF falls to 0, falls further to −2 and rises from x = 0 on without end.",
        positive=["-4", "4"],
        negative=["0"],
        frontier=["-2", "2"],
        marks={"x": "3", "y": "2"},
    )
    evidence.refute(
        refutation(
            "from ε = 12 on the quotient is at least 1/2, so it cannot tend to −1",
            given=LINE | {"edge": [F(-2), F(2)], "e": F(10**6)},
            define=HILL,
            hypotheses=FRONTIER_TEST,
            conclusion=["abs(q(e) - (-1)) < 1"],
        )
    )


@claim(
    "prop-1.limit", by="exact", subject={"x": F(-1), "y": F(0)}, sabotage={"the positive side": {"x": F(1), "y": F(0)}}
)
def test_the_limit_on_the_negative_side(evidence, subject):
    """Even with small steps the quotient is +1 where f < 0."""
    evidence.refute(
        refutation(
            "A = {1}, B = {−1}: at x = −1 the quotient is +1 for every ε ≤ 1",
            given={"A": [1], "B": [-1], "edge": [0], "e": F(1, 1000)} | subject,
            define=HILL,
            hypotheses=FRONTIER_TEST,
            conclusion=["q(e) == -1"],
        )
    )


@claim(
    "prop-1.limit.amended",
    by="symbolic",
    subject="s * (f - e)",
    sabotage={"sign forgotten": "f - e", "uphill": "s * (f + e)"},
)
def test_the_limit_at_zero(evidence, subject):
    evidence.certify(
        identity("(f(x + h) − f(x)) = −s ε for f(x) = s f, f(x + h) = s (f − ε)", (f"({subject}) - s * f", "-s * e"))
    )
    evidence.examples(
        "the quotient is −sign f(x) for every 0 < ε ≤ d(x, ∂)",
        lambda classes, x, share: descends(LineMountain, classes, x, share),
        two_classes(),
        rationals(),
        shares(),
    )


@claim(
    "prop-1.steepest",
    by="exact",
    subject={"q": F(-1), "u": F(-1), "v": F(0)},
    sabotage={"compared with itself": {"q": F(-1), "u": F(-1), "v": F(-1)}},
)
def test_the_printed_inner_product(evidence, subject):
    evidence.refute(
        refutation(
            "f(x) = x (A = {1}, B = {−1}), n = 1: the quotient is q = −1 for h < 0, and u = −f' = −1 gives ⟨u, q⟩ = 1, "
            "more than v = 0 gives",
            given=subject,
            hypotheses=["u == -1", "q == -1"],
            conclusion=["u * q <= v * q"],
        )
    )


STEEPEST = Implication(("s == uu + vv + 2 * uv", "uu == 1", "vv == 1", "s >= 0"), "uv >= -1")


@claim(
    "prop-1.steepest.amended",
    by="symbolic",
    subject=STEEPEST,
    sabotage={"u of any length": STEEPEST.without(1), "squares forgotten": STEEPEST.without(3)},
)
def test_steepest_descent(evidence, subject):
    evidence.certify(
        identity("‖u + v‖² = ‖u‖² + ‖v‖² + 2⟨u, v⟩ (each coordinate)", ("(u + v)**2", "u*u + v*v + 2*u*v"))
    )
    evidence.certify(subject.proof("⟨u, v⟩ ≥ −1 for unit vectors"))
    unique = Implication(("s == uu + vv + 2 * uv", "uu == 1", "vv == 1", "uv <= -1"), "s <= 0")
    evidence.certify(unique.proof("equality forces u = −v"))


CROSSING = {"A": [[1, 1], [-1, -1]], "B": [[1, -1], [-1, 1]]}
PLANE = {
    "dA(p)": "min(dist2(p, a) for a in A)",
    "dB(p)": "min(dist2(p, b) for b in B)",
    "f(p)": "sign(dB(p) - dA(p)) * min(abs(p[0]), abs(p[1]))",
    "ray(t)": "[t * e for e in u]",
}


@claim(
    "prop-1.unique",
    by="exact",
    subject=CROSSING | {"u": [1, 1]},
    sabotage={
        "along the frontier": CROSSING | {"u": [1, 0]},
    },
)
def test_a_unique_nearest_point_is_not_enough(evidence, subject):
    """The frontier of the crossing is the two axes: |p - a|^2 - |p - b|^2 is a multiple of a coordinate of p."""
    evidence.certify(
        identity(
            "d(p, (1,1))² − d(p, (1,−1))² = −4 y and d(p, (1,1))² − d(p, (−1,1))² = −4 x",
            ("(x-1)**2 + (y-1)**2 - (x-1)**2 - (y+1)**2", "-4*y"),
            ("(x-1)**2 + (y-1)**2 - (x+1)**2 - (y-1)**2", "-4*x"),
        )
    )
    evidence.figure(
        "plane-hmf",
        "Four points in a cross: the frontier is the two axes, and at the origin the HMF has no gradient.",
        positive=subject["A"],
        negative=subject["B"],
        box=[-2, 2, -2, 2],
        points={"0": [0, 0]},
    )
    evidence.refute(
        refutation(
            "the origin is on the frontier, its own only nearest point; f(t u) = t and f(−t u) = t for 0 < t ≤ 1, so "
            "no linear map is the derivative",
            given=subject,
            define=PLANE,
            hypotheses=["dA([0, 0]) == dB([0, 0])", "f([0, 0]) == 0"]
            + [f"dA({point}) == dB({point})" for point in ("[1/2, 0]", "[0, 1/2]", "[-1/2, 0]", "[0, -1/2]")],
            conclusion=["all(f(ray(t)) + f(ray(-t)) == 0 for t in [1, 1/2, 1/4, 1/1000])"],
        )
    )


UNIQUE = {
    "above": Implication(("D2 <= hy2", "hy2 == d2 + 2 * hxy + hh"), "D2 <= d2 + 2 * hxy + hh"),
    "below": Implication(("D2 == n2 + 2 * hxn + hh", "n2 >= d2", "hh >= 0"), "D2 >= d2 + 2 * hxn"),
    "squeezed": Implication(
        ("D2 <= d2 + 2 * hxy + hh", "D2 >= d2 + 2 * hxn", "hxy - hxn <= e"), "D2 - d2 - 2 * hxy >= -2 * e"
    ),
}


@claim(
    "prop-1.unique.amended",
    by="symbolic",
    subject=UNIQUE,
    sabotage={
        "y is not a frontier point": UNIQUE | {"above": UNIQUE["above"].without(0)},
        "y is not nearest": UNIQUE | {"below": UNIQUE["below"].without(1)},
        "the foot jumps": UNIQUE | {"squeezed": UNIQUE["squeezed"].without(2)},
    },
)
def test_the_gradient_off_the_frontier(evidence, subject):
    """D2 = d(x + h, ∂)², d2 = d(x, ∂)², hxy = ⟨h, x − y⟩, hxn the same for y_h nearest to x + h, hh = ‖h‖²."""
    evidence.certify(
        identity("‖x + h − y‖² = ‖x − y‖² + 2⟨h, x − y⟩ + ‖h‖²", ("(x+h-y)**2", "(x-y)**2 + 2*h*(x-y) + h*h"))
    )
    evidence.certify(subject["above"].proof("d(x + h)² ≤ d(x)² + 2⟨h, x − y⟩ + ‖h‖²"))
    evidence.certify(subject["below"].proof("d(x + h)² ≥ d(x)² + 2⟨h, x − y_h⟩ for y_h nearest to x + h"))
    evidence.certify(subject["squeezed"].proof("as y_h → y, both differ by o(‖h‖): the gradient of d² is 2(x − y)"))
    evidence.assume("Bolzano–Weierstrass theorem")
    evidence.assume("chain rule for the square root at d(x, ∂) > 0")


@claim("prop-1.unique.amended", by="samples", subject=+1, sabotage={"the direction reversed": -1})
def test_the_gradient_of_the_solver(evidence, subject):
    """`HighestMountain.gradient` against its own nearest frontier point and against central differences."""
    import numpy as np

    rng = evidence.rng(11)
    positive, negative = rng.normal(size=(2, 15, 3))
    f = plane_hmf(positive, negative)
    x = rng.normal(size=(500, 3))
    gradient, foot, height = f.gradient(x), f.nearest_frontier(x), f(x)
    defined = np.isfinite(gradient).all(axis=1)
    direction = subject * (x - foot) / height[:, None]
    evidence.fact("the gradient exists at 99 % of 500 points", defined.mean() > 0.99)
    evidence.fact("it is sign(f) (x − y)/‖x − y‖", np.abs(gradient - direction)[defined].max() < 1e-8)
    evidence.count(500, 11)


NONUNIQUE = (
    Implication(("s == vv + uu + 2 * uv", "vv <= 1", "uu == 1", "uv == -1"), "s <= 0"),
    ("(u1 - u2)**2", "(u1 + v)**2 + (u2 + v)**2 - 2 * (u1 + v) * (u2 + v)"),
)


@claim(
    "prop-1.nonunique",
    by="symbolic",
    subject=NONUNIQUE,
    sabotage={
        "gradient of any length": (NONUNIQUE[0].without(1), NONUNIQUE[1]),
        "wrong expansion": (NONUNIQUE[0], ("(u1 - u2)**2", "(u1 + v)**2 + (u2 + v)**2")),
    },
)
def test_no_gradient_at_two_nearest_points(evidence, subject):
    step, expansion = subject
    evidence.certify(step.proof("‖v + u‖² ≤ 0 for both unit vectors u towards a nearest point"))
    evidence.certify(identity("u₁ = −v = u₂ then", expansion))


@claim("prop-1.null", by="symbolic", subject=NONUNIQUE[0], sabotage={"gradient of any length": NONUNIQUE[0].without(1)})
def test_non_unique_points_are_null(evidence, subject):
    evidence.certify(subject.proof("f has no gradient at such a point (two directions of descent at rate 1)"))
    evidence.assume("Rademacher's theorem")


@claim("prop-1.descent", by="formal")
def test_a_step_of_any_length_from_end_to_end(evidence, subject):
    evidence.counterexample(a=1, b=-1, x=F(1, 4), e=1)


@claim("prop-1.limit", by="formal")
def test_the_limit_from_end_to_end(evidence, subject):
    evidence.impossible(
        axiom("divide", "e"),
        axiom("max", "e - 5", "1 - e"),
        have("f(x - e) - f(x) >= e - 6"),
        have("(f(x - e) - f(x)) / e >= (e - 6) / e", product("f(x - e) - f(x) - (e - 6) >= 0", "1 / e > 0")),
        product("e - 12 >= 0", "1 / e > 0"),
        a=-4,
        b=0,
        c=4,
        x=3,
        N=12,
    )


@claim("prop-1.steepest", by="formal")
def test_the_printed_inner_product_from_end_to_end(evidence, subject):
    evidence.counterexample(g=1, v=1, x=1, h=F(-1, 2))


@claim("prop-1.unique", by="formal")
def test_a_unique_nearest_point_from_end_to_end(evidence, subject):
    evidence.counterexample(a=1, p=[1, 1])


@claim("prop-1.steepest.amended", by="formal")
def test_steepest_descent_from_end_to_end(evidence, subject):
    evidence.derive()
