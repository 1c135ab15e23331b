"""Table 1, the row of the hinge loss, and the caption's sentence on it."""

from fractions import Fraction as F

import pytest

from checks.argument import certify, without
from checks.derive import axiom, cases, have, product, times
from checks.implication import Implication
from checks.papers.many_faces.theorems import ASCOLI, CONSISTENCY, DISTINCT, KOLMOGOROV, LARGE_NUMBERS, PRODUCT
from checks.papers.many_faces.transport.pairs import IS_MINIMISER, OPTIMAL, atoms
from checks.witness import identity, instance, refutation

claim = pytest.mark.claim

SEPARATE = Implication(
    ("b * h1 >= b * m - b * v", "b * h2 >= b * m + b * v", "a * h1 >= b * h1"), "a * h1 + b * h2 >= 2 * m * b"
)
"""One input with masses a >= b: h1 = max(0, m - v), h2 = max(0, m + v)."""


@claim(
    "table-1.hinge.unconstrained.minimizer",
    by="symbolic",
    subject=SEPARATE,
    sabotage={
        "a < b": SEPARATE.without(2),
        "the heavier mass": SEPARATE.concluding("a * h1 + b * h2 >= 2 * m * a"),
    },
)
def test_the_least_hinge_loss_at_an_input(evidence, subject):
    evidence.certify(subject.proof("a max(0, m − v) + b max(0, m + v) ≥ 2 m b for a ≥ b"))
    evidence.certify(identity("with equality at v = m", ("a * (m - m) + b * (m + m)", "2 * m * b")))
    evidence.assume(PRODUCT)


@claim(
    "table-1.hinge.unconstrained.minimizer",
    by="examples",
    subject=lambda m, a, b: 2 * m * min(a, b),
    sabotage={"m min(a, b)": lambda m, a, b: m * min(a, b), "2 m max(a, b)": lambda m, a, b: 2 * m * max(a, b)},
)
def test_the_least_hinge_loss_by_trial(evidence, subject):
    """The library's loss in exact numbers, at the kinks and at a value drawn."""
    from hypothesis import strategies as st

    from theory.losses import Hinge

    def law(m, a, b, v):
        risk = lambda t: a * Hinge(m).value(t) + b * Hinge(m).value(-t)
        return risk(v) >= subject(m, a, b) == min(risk(m), risk(-m))

    positive = st.fractions(F(1, 9), 9, max_denominator=9)
    mass, value = st.integers(0, 5).map(F), st.fractions(-20, 20, max_denominator=9)
    evidence.examples("the minimum is 2 m min(a, b), at ±m", law, positive, mass, mass, value)


@claim("table-1.hinge.unconstrained.practice", by="formal")
def test_hinge_without_margin(evidence, subject):
    evidence.derive(
        axiom("divide", "e"),
        product("m > 0", "1 / e > 0"),
        times("e * (1 / e) == 1", "m"),
        product("m * (1 / e) > 0", "1 - e >= 0"),
        cases(
            "t > 1 - e",
            [product("m * (1 / e) > 0", "t - 1 + e > 0")],
            [cases("t < 1 - e", [product("m * (1 / e) > 0", "1 - e - t > 0")], [])],
        ),
    )


NOISE = Implication(("h1 >= m - v", "h2 >= m + v"), "h1 / 2 + h2 / 2 >= m")


@claim(
    "table-1.hinge.unconstrained.consistent",
    by="symbolic",
    subject=(NOISE, {"x": [0, 1, 2, 3, 4]}),
    sabotage={
        "labels without noise": (NOISE._replace(goal="h1 >= m"), {"x": [0, 1, 2, 3, 4]}),
        "repeated inputs": (NOISE, {"x": [0, 0, 2, 3, 4]}),
    },
)
def test_unconstrained_hinge_is_not_consistent(evidence, subject):
    noise, inputs = subject
    evidence.certify(noise.proof("fair labels: the loss is at least m at every value"))
    evidence.certify(identity("and m at the value 0", ("(m - 0) / 2 + (m + 0) / 2", "m")))
    evidence.certify(
        instance(
            "five distinct inputs with any labels: f(x_i) = y_i m has loss 0",
            given={"y": [1, -1, -1, 1, -1], "m": 7} | inputs,
            define={"hinge(s, v)": "max(0, m - s * v)"},
            hypotheses=["all(x[i] != x[j] for i in range(5) for j in range(i))"],
            conclusion=["all(hinge(s, m * s) == 0 for s in y)", "m > 0"],
        )
    )
    evidence.assume(DISTINCT)


CLIPPED = {
    "clipping v ≥ m to m: the loss k = max(0, m + v) for the label −1 does not rise": Implication(
        ("v >= m", "k >= m + v"), "m + m <= k"
    ),
    "for the label +1, h = max(0, m − v) is 0 before and after: h² ≤ 0": Implication(
        ("h * (h - m + v) == 0", "h * (v - m) >= 0"), "h ** 2 <= 0"
    ),
    "and clipping does not move two values apart": Implication(("v > m", "v - w <= Ld"), "m - w <= Ld"),
}
SMALL = {
    "2 m ≤ L d_min: the values ±m are L-Lipschitz": Implication(
        ("2 * m <= L * dmin", "L * dmin <= L * d"), "m - (-m) <= L * d"
    ),
    "conversely, loss 0 at a nearest pair": Implication(
        ("f >= m", "g <= -m", "f - g <= L * dmin"), "2 * m <= L * dmin"
    ),
    "loss 0 means a right sign": Implication(("h == 0", "h >= m - t", "m > 0"), "t > 0"),
}


@claim(
    "table-1.hinge.lipschitz.minimizer",
    by="symbolic",
    subject=CLIPPED | SMALL,
    sabotage={
        "values below m": without(CLIPPED, 0, 0) | SMALL,
        "a big margin": CLIPPED | without(SMALL, 0, 0),
        "not L-Lipschitz": CLIPPED | without(SMALL, 1, 2),
        "margin 0": CLIPPED | without(SMALL, 2, 2),
    },
)
def test_hinge_is_attained(evidence, subject):
    certify(evidence, subject)
    for theorem in (ASCOLI, "dominated convergence", "McShane's extension", PRODUCT):
        evidence.assume(theorem)


@claim(
    "table-1.caption.hinge",
    by="symbolic",
    subject=SMALL,
    sabotage={"a big margin": without(SMALL, 0, 0), "margin 0": without(SMALL, 2, 2)},
)
def test_small_margins_separate(evidence, subject):
    certify(evidence, subject)
    evidence.certify(
        Implication(("2 * m == Ld", "Ld > 0"), "m > 0").proof("m = L d_min/2 is positive when opposite labels differ")
    )
    evidence.assume("McShane's extension")


LINEAR = "(c) hinge is at least m + KR"
PHASES = {
    "(a) f needs the distance m/L to reach 0": Implication(("f >= m", "z == 0", "f - z <= Ld"), "Ld >= m"),
    "(a) no classifier has a larger margin: it changes on the segment between two examples": Implication(
        ("r <= s", "r <= d - s"), "2 * r <= d"
    ),
    "(b) below m at all examples of the heavier class: f + t is better": Implication(
        ("after <= before - t * heavy + t * light", "t * heavy > t * light"), "after < before"
    ),
    "(b) m somewhere is more than 0 everywhere": Implication(("top >= m", "top - f <= LD", "m > LD"), "f > 0"),
    LINEAR: Implication(
        ("kr == -w1 * t1 - w2 * t2", "w1 * h1 >= w1 * m - w1 * t1", "w2 * h2 >= w2 * m - w2 * t2"),
        "w1 * h1 + w2 * h2 >= w1 * m + w2 * m + kr",
    ),
    "(c) with equality only if y f ≤ m at each example": Implication(
        ("h1 >= m - t1", "h2 >= 0", "h1 + h2 == 2 * m - t1 - t2"), "t2 <= m"
    ),
    "(c) a KR minimiser, centred, is within ±m": Implication(("f - c <= LD / 2", "c == 0", "2 * m >= LD"), "f <= m"),
}


@claim("table-1.hinge.lipschitz.practice", by="formal")
def test_big_margins_give_the_majority(evidence, subject):
    evidence.impossible(
        have("2 * m - 2 >= 0"),
        axiom("max", "0", "2 * m - 2"),
        says="weight 2 at x = 1, weight 1 at x = −1: for no m > 2 a minimiser is right at both",
        w1=2,
        w2=1,
        d=2,
    )


"""Weight 2 at x = 1 (label +1), weight 1 at x = -1, L = 1: f(x) = x + m - 1 has the loss 2 m - 2."""


@claim(
    "table-1.hinge.lipschitz.practice",
    by="exact",
    subject={"m": 40},
    sabotage={"a margin of half the distance": {"m": F(1, 2)}},
)
def test_big_margins_on_figure_4(evidence, subject):
    """The hinge loss is at least m + KR loss, that is m - 3/2; f(x) = 79/2 - x reaches it."""
    p, q = atoms(20)
    evidence.certify(PHASES[LINEAR].proof("on a balanced sample of mass 1 the hinge loss is at least m + KR loss"))
    evidence.refute(
        refutation(
            "Figure 4's points, m = 40: this f has the least hinge loss m − 3/2 and is wrong at 20 of 40 points, "
            "though the classes are 1 apart",
            given={"p": p, "q": q, "up": [F(79, 2) - x for x in p], "uq": [F(79, 2) - x for x in q]} | subject,
            define=OPTIMAL,
            hypotheses=[
                *IS_MINIMISER,
                "(mean([max(0, m - v) for v in up]) + mean([max(0, m + v) for v in uq])) / 2 == m - gain() / 2",
            ],
            conclusion=["right(0) == 2 * len(p)"],
        )
    )


TWO = {"p": [0], "q": [3], "up": [3], "uq": [0]}


@claim(
    "table-1.hinge.lipschitz.practice",
    by="exact",
    subject=[TWO | {"m": m} for m in (3, 40, 10**6)],
    sabotage={
        "margins below the distance": [TWO | {"m": 2}],
        "the centred minimiser": [TWO | {"m": 40, "up": [F(3, 2)], "uq": [F(-3, 2)]}],
    },
)
def test_big_margins_with_small_values(evidence, subject):
    """Balanced classes break the other reading too, |f| large at each example at the price of accuracy."""
    for case in subject:
        evidence.refute(
            refutation(
                f"+1 at 0, −1 at 3, L = 1, m = {case['m']}: f(x) = 3 − x has the least hinge loss, and f(3) = 0",
                given=case,
                define=OPTIMAL,
                hypotheses=[
                    *IS_MINIMISER,
                    "(mean([max(0, m - v) for v in up]) + mean([max(0, m + v) for v in uq])) / 2 == m - gain() / 2",
                ],
                conclusion=["all(abs(v) > 0 for v in up) and all(abs(v) > 0 for v in uq)"],
            )
        )


@claim(
    "table-1.hinge.lipschitz.practice.amended",
    by="symbolic",
    subject=PHASES,
    sabotage={
        "equal masses in (b)": without(PHASES, 2, 1),
        "m below the diameter in (b)": without(PHASES, 3, 2),
        "m small in (c)": without(PHASES, 6, 2),
        "values beyond m in (c)": without(PHASES, 5, 2),
        "steeper than L in (a)": without(PHASES, 0, 2),
    },
)
def test_the_three_phases(evidence, subject):
    certify(evidence, subject)
    evidence.assume("Kantorovich–Rubinstein duality")
    evidence.assume(PRODUCT)


@claim(
    "table-1.hinge.lipschitz.consistent",
    by="symbolic",
    subject=CLIPPED | CONSISTENCY,
    sabotage={
        "no net": CLIPPED | without(CONSISTENCY, 0, 0),
        "no law of large numbers": CLIPPED | without(CONSISTENCY, 1, 1),
        "clipping that does not help": without(CLIPPED, 0, 0) | CONSISTENCY,
    },
)
def test_hinge_is_consistent(evidence, subject):
    certify(evidence, subject)
    for theorem in (KOLMOGOROV, LARGE_NUMBERS, PRODUCT):
        evidence.assume(theorem)
