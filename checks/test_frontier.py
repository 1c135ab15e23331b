"""Section 3.1 and Appendix A: Definitions 1 and 3, Proposition 1 and every step of its proof."""

from fractions import Fraction as F

import pytest

from checks.line import LineMountain, altered, nearest, rationals, two_classes
from checks.witness import Implication, identity, instance, refutation

claim = pytest.mark.claim

CONSTANT = {"X": [0], "labels": [1]}
SEPARATE = {"X": [0, 2], "labels": [1, -1]}

CLASSES = {
    "A": "[x for x, y in zip(X, labels) if y == 1]",
    "B": "[x for x, y in zip(X, labels) if y == -1]",
}


def constant_classifier(given):
    """A classifier on a finite set has closed pre-images; the distance to each class must be a number."""
    define = {f"{name}()": body for name, body in CLASSES.items()}
    return refutation(
        "a constant classifier: one class is empty, so no point is equidistant to both and d(x, ∂) is no number",
        given=given,
        define=define,
        hypotheses=["len(X) == len(labels)", "all(y == 1 or y == -1 for y in labels)"],
        conclusion=["len(A()) > 0", "len(B()) > 0"],
    )


@claim("def-1", by="exact", subject=CONSTANT, sabotage={"both classes occur": SEPARATE})
def test_definition_1(evidence, subject):
    evidence.refute(constant_classifier(subject))


@claim("def-3", by="exact", subject=CONSTANT, sabotage={"both classes occur": SEPARATE})
def test_definition_3(evidence, subject):
    evidence.refute(constant_classifier(subject))


@claim("prop-1.proof", by="exact", subject=CONSTANT, sabotage={"both classes occur": SEPARATE})
def test_the_hmf_does_not_serve_constant_classifiers(evidence, subject):
    evidence.refute(constant_classifier(subject))


# g = d(., B) - d(., A) at a point of A and at a point of B
CHANGE_OF_SIGN = (
    Implication(("dA == 0", "dB > 0"), "dB - dA > 0"),
    Implication(("dB == 0", "dA > 0"), "dB - dA < 0"),
)


@claim(
    "def-1.amended",
    by="symbolic",
    subject=CHANGE_OF_SIGN,
    sabotage={
        "classes that touch": tuple(step._replace(hypotheses=(step.hypotheses[0],)) for step in CHANGE_OF_SIGN),
        "the same sign at both ends": (CHANGE_OF_SIGN[0], CHANGE_OF_SIGN[1].concluding("dB - dA > 0")),
    },
)
def test_the_frontier_exists(evidence, subject):
    at_a, at_b = subject
    evidence.certify(at_a.proof("d(·, B) − d(·, A) is positive on A"))
    evidence.certify(at_b.proof("d(·, B) − d(·, A) is negative on B"))
    evidence.assume("intermediate value theorem")
    evidence.assume("closed sets of ℝⁿ have nearest points")


def frontier_is_equidistant(mountain, classes, x):
    hill = mountain(*classes)
    return bool(hill.frontier) and all(nearest(z, hill.positive) == nearest(z, hill.negative) for z in hill.frontier)


class ShiftedFrontier(LineMountain):
    @property
    def frontier(self):
        return tuple(z + F(1, 2) for z in LineMountain(self.positive, self.negative).frontier)


class Doubled(LineMountain):
    def __call__(self, x):
        return nearest(x, self.negative) - nearest(x, self.positive)


class Scaled(LineMountain):
    def __call__(self, x):
        return F(101, 100) * super().__call__(x)


class Unsigned(LineMountain):
    def side(self, x):
        return 1


@claim("def-1.amended", by="examples", subject=LineMountain, sabotage={"frontier shifted by 1/2": ShiftedFrontier})
def test_the_frontier_exists_on_examples(evidence, subject):
    law = lambda classes: frontier_is_equidistant(subject, classes, None)  # noqa: E731
    evidence.examples("finite classes on the line have a frontier, equidistant to both", law, two_classes())


@claim(
    "eq-10",
    by="symbolic",
    subject=(Implication(("dA == 0", "dB > 0"), "dB >= dA"), Implication(("dB == 0", "dA > 0"), "dB < dA")),
    sabotage={
        "the cases exchanged": (
            Implication(("dA == 0", "dB > 0"), "dB < dA"),
            Implication(("dB == 0", "dA > 0"), "dB >= dA"),
        ),
        "classes that touch": (Implication(("dA == 0",), "dB >= dA"), Implication(("dB == 0",), "dB < dA")),
    },
)
def test_equation_10_extends_definition_1(evidence, subject):
    on_a, on_b = subject
    evidence.certify(on_a.proof("on A the first case of equation 10 applies, so f = +d(x, ∂)"))
    evidence.certify(on_b.proof("on B the second case applies, so f = −d(x, ∂)"))


# --- Proposition 1 ---------------------------------------------------------------------------------------------


def sawtooth(x):
    """1 + d(x, 2Z)."""
    return 1 + min(x % 2, 2 - x % 2)


@claim(
    "prop-1.constant",
    by="symbolic",
    subject=("1 + t", "1 + (2 - t)"),
    sabotage={
        "slope 2": ("1 + 2 * t", "1 + 2 * (2 - t)"),
        "not positive": ("t", "2 - t"),
        "a jump": ("1 + t", "2 + (2 - t)"),
    },
)
def test_a_constant_classifier_has_a_function(evidence, subject):
    """The two branches of one period [0, 2], t in [0, 1] and t in [1, 2]."""
    rising, falling = subject
    evidence.certify(
        identity(
            "the branches have slopes +1 and −1",
            (f"({rising.replace('t', '(t + h)')}) - ({rising})", "h"),
            (f"({falling.replace('t', '(t + h)')}) - ({falling})", "-h"),
        )
    )
    evidence.certify(Implication(("t >= 0",), f"{rising} > 0").proof("the rising branch is positive"))
    evidence.certify(Implication(("t <= 2",), f"{falling} > 0").proof("the falling branch is positive"))
    at = lambda branch, t: branch.replace("t", f"({t})")  # noqa: E731
    evidence.certify(
        identity(
            "the branches meet, and the period closes", (at(rising, 1), at(falling, 1)), (at(rising, 0), at(falling, 2))
        )
    )


@claim(
    "prop-1.constant",
    by="examples",
    subject=sawtooth,
    sabotage={"slope 2": lambda x: 1 + 2 * (sawtooth(x) - 1), "not positive": lambda x: sawtooth(x) - F(3, 2)},
)
def test_the_sawtooth_on_examples(evidence, subject):
    law = lambda x, y: subject(x) > 0 and abs(subject(x) - subject(y)) <= abs(x - y)  # noqa: E731
    evidence.examples("positive and 1-Lipschitz", law, rationals(), rationals())


@claim(
    "prop-1",
    by="symbolic",
    subject=("both classes occur", "only +1 occurs", "only -1 occurs", "X is empty"),
    sabotage={"constant classifiers forgotten": ("both classes occur",)},
)
def test_proposition_1(evidence, subject):
    """The four kinds of classifier are served: two by the HMF's parts, two by the saw-tooth."""
    for some_positive in (True, False):
        for some_negative in (True, False):
            name = {
                (True, True): "both classes occur",
                (True, False): "only +1 occurs",
                (False, True): "only -1 occurs",
                (False, False): "X is empty",
            }[some_positive, some_negative]
            evidence.fact(f"{name}: {'HMF' if some_positive and some_negative else 'saw-tooth'}", name in subject)
    evidence.certify(
        instance(
            "the saw-tooth of the other label is its negative: sign −1 and the same slopes",
            given={"t": F(1, 3)},
            define={"f(x)": "1 + min(x % 2, 2 - x % 2)"},
            conclusion=["-f(t) < 0", "abs(f(t) - f(t + 1/7)) == 1/7"],
        )
    )


GENERATIONS = 8


def fat_cantor(first_length):
    """Smith–Volterra–Cantor: generation k removes from the middle of each of 2^k intervals an open one of length l/4^k.

    Returns the intervals left after each generation.
    """
    left = [[(F(0), F(1))]]
    for k in range(GENERATIONS):
        half = first_length / 4**k / 2
        middles = [(a, (a + b) / 2, b) for a, b in left[-1]]
        left.append([piece for a, m, b in middles for piece in ((a, m - half), (m + half, b))])
    return left


@claim("prop-1.relative", by="exact", subject=F(1, 4), sabotage={"removing so much that no length is left": F(1, 2)})
def test_relatively_closed_classes_are_not_enough(evidence, subject):
    """Generation k removes 2^k l/4^k = l/2^k, in all 2 l; K, what is left over, has length 1 - 2 l."""
    left = fat_cantor(subject)
    evidence.value("length left after 8 generations", sum(b - a for a, b in left[-1]))
    evidence.certify(
        identity(
            "partial sums: l (1 + h + h² + h³) = l (1 − h⁴)/(1 − h), so with h = 1/2 they tend to 2 l",
            ("l * (1 + h + h**2 + h**3) * (1 - h)", "l * (1 - h**4)"),
        )
    )
    evidence.certify(
        instance(
            "each interval of generation k is shorter than 2⁻ᵏ and holds a middle of label (−1)ᵏ: every point of K is a "
            "limit of middles of both labels",
            given={"left": [[list(i) for i in level] for level in left[:5]]},
            conclusion=["all(j[1] - j[0] <= 1 / 2**k and j[0] < j[1] for k, level in enumerate(left) for j in level)"],
        )
    )
    evidence.refute(
        refutation(
            "f vanishes on K, so no derivative on K is ±1 (almost every point of K is a limit of other points of K); the "
            "points without a unit slope then have length at least |K| = 1 − 2 l, which would have to be 0",
            given={"l": subject, "count": len(left[-1]), "width": left[-1][0][1], "n": GENERATIONS},
            hypotheses=["0 < l", "l <= 1/2", "count == 2**n", "count * width == 1 - 2 * l * (1 - 1 / 2**n)"],
            conclusion=["1 - 2 * l == 0"],
        )
    )


@claim(
    "prop-1.relative.amended",
    by="symbolic",
    subject=(
        Implication(("Bx <= By + d", "Ay <= Ax + d"), "(Bx - Ax)/2 - (By - Ay)/2 <= d"),
        Implication(("Ax == 0", "Bx > 0"), "(Bx - Ax)/2 > 0"),
    ),
    sabotage={
        "not halved": (
            Implication(("Bx <= By + d", "Ay <= Ax + d"), "(Bx - Ax) - (By - Ay) <= d"),
            Implication(("Ax == 0", "Bx > 0"), "Bx - Ax > 0"),
        ),
        "the other class may touch": (
            Implication(("Bx <= By + d", "Ay <= Ax + d"), "(Bx - Ax)/2 - (By - Ay)/2 <= d"),
            Implication(("Ax == 0", "Bx >= 0"), "(Bx - Ax)/2 > 0"),
        ),
    },
)
def test_relatively_closed_classes_keep_the_signs(evidence, subject):
    lipschitz, sign = subject
    evidence.certify(lipschitz.proof("half the difference of two distances is 1-Lipschitz (and with x, y exchanged)"))
    evidence.certify(sign.proof("it is positive on A; on B by symmetry"))


SIGN = Implication(("Bx <= Bz + r", "Az <= Ax + r", "Az == Bz", "Ax == 0", "Bx > 0"), "r > 0")


@claim(
    "prop-1.sign",
    by="symbolic",
    subject=SIGN,
    sabotage={"z not on the frontier": SIGN.without(2), "classes that touch": SIGN.without(4)},
)
def test_the_hmf_has_the_sign_of_the_classifier(evidence, subject):
    evidence.certify(subject.proof("a point x of A is at distance r > 0 from each frontier point z"))


@claim("prop-1.sign", by="examples", subject=LineMountain, sabotage={"sign dropped": Unsigned})
def test_the_sign_on_examples(evidence, subject):
    def law(classes):
        f = subject(*classes)
        return all(f(x) > 0 for x in f.positive) and all(f(x) < 0 for x in f.negative)

    evidence.examples("positive on A, negative on B", law, two_classes())


OPPOSITE = Implication(("fx <= xz", "fy <= zy", "xz + zy == d"), "fx + fy <= d")


@claim(
    "prop-1.opposite",
    by="symbolic",
    subject=OPPOSITE,
    sabotage={"z off the segment": OPPOSITE.without(2), "half the distance": OPPOSITE.concluding("fx + fy <= d/2")},
)
def test_opposite_sides(evidence, subject):
    evidence.certify(subject.proof("a frontier point z of the segment splits it"))
    evidence.assume("intermediate value theorem")


SAME = Implication(("fx <= xz", "yz == fy", "xz <= d + yz", "fx >= fy"), "fx - fy <= d")


@claim(
    "prop-1.lipschitz",
    by="symbolic",
    subject=(SAME, OPPOSITE),
    sabotage={
        "constant 0.99": (SAME.concluding("fx - fy <= 99/100 * d"), OPPOSITE),
        "sides not separated": (SAME, OPPOSITE.without(2)),
    },
)
def test_the_hmf_is_lipschitz(evidence, subject):
    same, opposite = subject
    evidence.certify(same.proof("same side of the frontier: |f(x) − f(y)| ≤ d(x, y)"))
    evidence.certify(opposite.proof("opposite sides: |f(x)| + |f(y)| ≤ d(x, y)"))
    evidence.assume("intermediate value theorem")


@claim(
    "prop-1.lipschitz",
    by="examples",
    subject=LineMountain,
    sabotage={
        "difference of the distances": Doubled,
        "frontier shifted by 1/2": ShiftedFrontier,
        "scaled by 101/100": Scaled,
    },
)
def test_the_hmf_is_lipschitz_on_examples(evidence, subject):
    def law(classes, x, y):
        f = subject(*classes)
        return abs(f(x) - f(y)) <= abs(x - y)

    evidence.examples(
        "|f(x) − f(y)| ≤ |x − y| in rationals", law, two_classes(), rationals(), rationals(), max_examples=500
    )


def plane_hmf(positive, negative):
    from theory.hmf import highest_mountain

    return highest_mountain(positive, negative)


@claim(
    "prop-1.hmf",
    by="samples",
    subject=plane_hmf,
    sabotage={
        "scaled by 1.01": altered(plane_hmf, lambda values: 1.01 * values),
        "difference of the distances": lambda a, b: lambda x: _difference(x, a, b),
        "sign dropped": altered(plane_hmf, abs),
    },
)
def test_the_hmf_in_several_dimensions(evidence, subject):
    """The exact solver: signs on the data, slopes of random pairs, and unit slope along random short segments."""
    import numpy as np

    rng = np.random.default_rng(7)
    for n in (1, 2, 3, 5):
        positive, negative = rng.normal(size=(2, 20, n))
        f = subject(positive, negative)
        evidence.fact(f"n = {n}: the sign is the classifier's", (f(positive) > 0).all() and (f(negative) < 0).all())
        x, y = rng.normal(size=(2, 2000, n))
        slopes = np.abs(f(x) - f(y)) / np.linalg.norm(x - y, axis=1)
        evidence.fact(f"n = {n}: 2000 pairs have slopes of at most 1", slopes.max() <= 1 + 1e-9)
        step = 1e-5 * np.eye(n)
        gradient = np.stack([(f(x + h) - f(x - h)) / 2e-5 for h in step], axis=-1)
        unit = np.abs(np.linalg.norm(gradient, axis=1) - 1) < 1e-3
        evidence.fact(f"n = {n}: 99 % of 2000 points have a unit gradient", unit.mean() > 0.99)
        evidence.count(6000, 7)


def _difference(x, positive, negative):
    from scipy.spatial.distance import cdist

    return cdist(x, negative).min(axis=1) - cdist(x, positive).min(axis=1)


@claim(
    "prop-1.hmf",
    by="symbolic",
    subject=(SAME, OPPOSITE, SIGN),
    sabotage={
        "sides not separated": (SAME, OPPOSITE.without(2), SIGN),
        "classes that touch": (SAME, OPPOSITE, SIGN.without(4)),
    },
)
def test_the_hmf_serves_when_both_classes_occur(evidence, subject):
    for step, says in zip(subject, ("same side", "opposite sides", "sign on the classes"), strict=True):
        evidence.certify(step.proof(f"{says}: the implication behind it"))
    evidence.assume("Rademacher's theorem")


GRADIENT = {
    "off the frontier": Implication(("s <= v", "s == 1", "v <= 1"), "v >= 1"),
    "on the frontier, v not 0": Implication(("m == v", "m <= v * v", "v > 0", "v <= 1"), "v - v * v <= 0"),
    "on the frontier, v = 0": (
        "(a1 - b1)**2 + (a2 - b2)**2",
        "(a1**2 + a2**2) + (b1**2 + b2**2) - 2 * (a1 * b1 + a2 * b2)",
    ),
}


@claim(
    "prop-1.gradient",
    by="symbolic",
    subject=GRADIENT,
    sabotage={
        "descent at rate 0.99": GRADIENT | {"off the frontier": Implication(("s <= v", "s == 99/100"), "v >= 1")},
        "no Cauchy–Schwarz": GRADIENT | {"on the frontier, v not 0": Implication(("m == v",), "v - v * v <= 0")},
        "squares without the middle term": GRADIENT
        | {"on the frontier, v = 0": ("(a1 - b1)**2 + (a2 - b2)**2", "(a1**2 + a2**2) + (b1**2 + b2**2)")},
    },
)
def test_the_gradient_has_norm_1_wherever_it_exists(evidence, subject):
    evidence.certify(subject["off the frontier"].proof("off ∂, descent at rate s = 1 gives ‖v‖ ≥ 1"))
    evidence.certify(
        subject["on the frontier, v not 0"].proof(
            "on ∂ with v ≠ 0: ‖v‖ ≤ ‖v‖² after division by t → 0, so with v > 0 also ‖v‖ ≥ 1"
        )
    )
    evidence.certify(
        identity("on ∂ with v = 0: the polarisation identity behind b = a", subject["on the frontier, v = 0"])
    )
    equal = Implication(("s == aa + bb - 2 * ab", "aa == 1", "bb == 1", "ab >= 1"), "s <= 0")
    evidence.certify(equal.proof("unit vectors with inner product ≥ 1 are equal: ‖a − b‖² ≤ 0"))


# --- the proof's steps towards the gradient ----------------------------------------------------------------------

ONE_FRONTIER_POINT = {"d(x)": "abs(x)"}  # A = {1}, B = {-1}: the frontier is {0}


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
    law = lambda classes, x, share: descends(subject, classes, x, share)  # noqa: E731
    evidence.examples("d(x + h, ∂) = d(x, ∂) − ε and f moves by −ε sign f", law, two_classes(), rationals(), shares())


LINE = {"A": [F(-4), F(4)], "B": [F(0)], "x": F(3), "y": F(2)}
HILL = {
    "dA(t)": "min(abs(t - a) for a in A)",
    "dB(t)": "min(abs(t - b) for b in B)",
    "f(t)": "(1 if dB(t) >= dA(t) else -1) * min(abs(t - z) for z in frontier)",
    "q(e)": "(f(x + e * sign(y - x)) - f(x)) / e",
}
FRONTIER_TEST = ["all(dA(z) == dB(z) for z in frontier)", "abs(x - y) == min(abs(x - z) for z in frontier)"]


@claim(
    "prop-1.limit",
    by="symbolic",
    subject=("(e - 5) - 1", "1"),
    sabotage={"the limit that was claimed": ("1 - e - 1", "-1")},
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
                given=LINE | {"frontier": [F(-2), F(2)], "e": F(e)},
                define=HILL,
                hypotheses=FRONTIER_TEST,
                conclusion=[f"q(e) * e == {numerator}"],
            )
        )
    evidence.refute(
        refutation(
            "from ε = 12 on the quotient is at least 1/2, so it cannot tend to −1",
            given=LINE | {"frontier": [F(-2), F(2)], "e": F(10**6)},
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
            given={"A": [1], "B": [-1], "frontier": [0], "e": F(1, 1000)} | subject,
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
        "one frontier line": {"A": [[1, 1], [1, -1]], "B": [[-1, 1], [-1, -1]], "u": [1, 0]},
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
    evidence.refute(
        refutation(
            "the origin is on the frontier, its own only nearest point; f(t u) = t and f(−t u) = t for 0 < t ≤ 1, so no "
            "linear map is the derivative",
            given=subject,
            define=PLANE,
            hypotheses=["dA([0, 0]) == dB([0, 0])", "f([0, 0]) == 0"]
            + [f"dA({point}) == dB({point})" for point in ("[1/2, 0]", "[0, 1/2]", "[-1/2, 0]", "[0, -1/2]")],
            conclusion=["all(f(ray(t)) + f(ray(-t)) == 0 for t in [1, 1/2, 1/4, 1/1000])"],
        )
    )


UNIQUE = Implication(("s == uu + vv - 2 * uv", "uu == 1", "vv <= 1", "uv >= 1"), "s <= 0")


@claim(
    "prop-1.unique.amended",
    by="symbolic",
    subject=UNIQUE,
    sabotage={
        "slope 0.9 along u": UNIQUE._replace(hypotheses=(*UNIQUE.hypotheses[:3], "uv >= 9/10")),
        "gradient of norm 2": UNIQUE._replace(hypotheses=(*UNIQUE.hypotheses[:2], "vv <= 4", "uv >= 1")),
    },
)
def test_the_gradient_off_the_frontier(evidence, subject):
    evidence.certify(subject.proof("‖v‖ ≤ 1 and slope 1 along the unit vector u = (x − y)/‖x − y‖ force v = u"))
    evidence.assume("differentiability of distance functions at unique nearest points (Federer 1959, Theorem 4.8)")


@claim("prop-1.unique.amended", by="samples", subject=+1, sabotage={"the direction reversed": -1})
def test_the_gradient_of_the_solver(evidence, subject):
    """`HighestMountain.gradient` against its own nearest frontier point and against central differences."""
    import numpy as np

    rng = np.random.default_rng(11)
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


# --- equations 11 and 12 ----------------------------------------------------------------------------------------

EQ_11 = (
    Implication(("fx >= fy", "yz == fy", "fx <= xz"), "fx - fy <= xz - yz"),
    Implication(("xz <= d + yz",), "xz - yz <= d"),
)


@claim(
    "eq-11",
    by="symbolic",
    subject=EQ_11,
    sabotage={
        "z is not nearest to y": (EQ_11[0].without(1), EQ_11[1]),
        "no triangle inequality": (EQ_11[0], EQ_11[1].without(0)),
        "constant 0.99": (EQ_11[0], EQ_11[1].concluding("xz - yz <= 99/100 * d")),
    },
)
def test_equation_11(evidence, subject):
    first, second = subject
    evidence.certify(first.proof("|d(x, ∂) − d(y, ∂)| ≤ d(x, z) − d(y, z)"))
    evidence.certify(second.proof("d(x, z) − d(y, z) ≤ d(x, y)"))


STRICT = Implication(("w * m - w * t > 0", "v <= (1 - w) * m + w * t"), "v < m")


@claim(
    "eq-11.banach",
    by="symbolic",
    subject=STRICT,
    sabotage={
        "all coordinates may be as large": STRICT._replace(
            hypotheses=("w * m - w * t >= 0", "v <= (1 - w) * m + w * t")
        )
    },
)
def test_nearest_frontier_points_in_banach_spaces(evidence, subject):
    """phi(w) = sum of 2^-k w_k on c_0: coordinates tend to 0, so one of weight w > 0 is at most t < m = max |w_k|."""
    evidence.certify(subject.proof("|φ(w)| ≤ (1 − w) m + w t < m: strictly less than the norm, for every w ≠ 0 of c₀"))
    evidence.certify(
        identity(
            "yet e₁ + … + e_N has φ = 1 − 2⁻ᴺ: distances come as near to 1 as one likes (N = 3)",
            ("1/2 + 1/4 + 1/8", "1 - 1/8"),
        )
    )
    evidence.refute(
        Implication(("v == 1", "m == 1", "v < m"), "0 > 0").proof(
            "φ(y) = 1 puts every z with φ(z) = 0 at φ(y − z) = 1; a nearest one would have ‖y − z‖ = 1, but |φ| < ‖·‖"
        )
    )


NEARLY = Implication(("fx <= xz", "yz <= fy + eta", "xz <= d + yz"), "fx - fy <= d + eta")


@claim(
    "eq-11.banach.amended",
    by="symbolic",
    subject=(NEARLY, OPPOSITE),
    sabotage={
        "no nearly nearest point": (NEARLY.without(1), OPPOSITE),
        "constant 0.99": (NEARLY.concluding("fx - fy <= 99/100 * d + eta"), OPPOSITE),
    },
)
def test_the_lipschitz_bound_in_normed_spaces(evidence, subject):
    same, opposite = subject
    evidence.certify(same.proof("same side, with z within η of nearest, for every η > 0"))
    evidence.certify(opposite.proof("opposite sides"))
    evidence.assume("intermediate value theorem")


@claim(
    "eq-11.banach.amended",
    by="exact",
    subject={"A": [[1, 0]], "B": [[-1, 0]]},
    sabotage={"sets whose frontier is thin": {"A": [[1, 1]], "B": [[-1, 0]]}},
)
def test_a_fat_frontier_in_the_maximum_norm(evidence, subject):
    """Why the unit gradient is not claimed for other norms."""
    corners = [[F(i, 4), 2 + F(j, 4)] for i in (-1, 0, 1) for j in (0, 1)]
    evidence.certify(
        instance(
            "in the maximum norm all of [−1/4, 1/4] × [2, 9/4] is equidistant to (1,0) and (−1,0) (nine grid points shown; "
            "|y| ≥ 1 + |x| makes both distances |y|)",
            given=subject | {"grid": corners},
            define={"far(p, q)": "max(abs(p[0] - q[0]), abs(p[1] - q[1]))"},
            conclusion=["all(far(p, A[0]) == far(p, B[0]) for p in grid)"],
        )
    )
    evidence.certify(
        Implication(("y >= 1 + x", "y >= 1 - x"), "y >= 1").proof("the region |y| ≥ 1 + |x| has an interior")
    )


@claim(
    "eq-12.ball",
    by="symbolic",
    subject="(x - y) * R / d * (x - y) * R",
    sabotage={"R not divided by d": "(x - y) * R * (x - y) * R"},
)
def test_the_auxiliary_point_stays_near_x(evidence, subject):
    """In coordinates with d = |x - y| = 1 (the general case by homogeneity): |z - x|^2 = R^2."""
    squared = subject.replace("/ d", "")
    evidence.certify(
        identity(
            "‖z − x‖² = R² ‖x − y‖²/d², one coordinate of the sum at a time", ("(r * (x - y))**2", "r**2 * (x - y)**2")
        )
    )
    evidence.certify(
        instance(
            "a right triangle: x = (3, 4), y = 0, d = 5, R = 2",
            given={"x": [3, 4], "d": 5, "R": 2},
            define={"z(k)": f"x[k] + x[k] * R {'/ d' if '/ d' in subject else ''}"},
            conclusion=["(z(0) - x[0])**2 + (z(1) - x[1])**2 == R**2"],
        )
    )
    evidence.certify(
        Implication(("xz == R", "R < f"), "xz < f").proof("so the segment from x to z misses the frontier")
    )
    evidence.fact("the squared length is homogeneous in R", squared.count("R") == 2)


@claim("eq-12", by="exact", subject=+1, sabotage={"z between x and y": -1})
def test_equation_12_as_printed(evidence, subject):
    """s = +1 is the printed z = x + s R/d (x - y)."""
    direction = "(x[k] - y[k])" if subject == 1 else "(y[k] - x[k])"
    evidence.refute(
        refutation(
            "x = (0, 0), y = (3, 4), R = 1: d(x, y) = 5 and d(y, z) = 6, not |5 − 1| = 4",
            given={"x": [0, 0], "y": [3, 4], "d": 5, "R": 1},
            define={"z(k)": f"x[k] + R / d * {direction}", "yz2()": "(y[0] - z(0))**2 + (y[1] - z(1))**2"},
            hypotheses=["d > 0", "dist2(x, y) == d**2", "R > 0", "dist2(x, [z(0), z(1)]) == R**2"],
            conclusion=["yz2() == (1 - R / d)**2 * dist2(x, y)", "yz2() == (d - R)**2"],
        )
    )


@claim("eq-12", by="symbolic", subject="x + r * (x - y)", sabotage={"z between x and y": "x + r * (y - x)"})
def test_equation_12_for_all_points(evidence, subject):
    """With r = R/d(x,y) > 0: z - y = (1 + r)(x - y), so the printed length (1 - r)|x - y| is wrong for all r > 0."""
    evidence.certify(identity("z − y = (1 + r)(x − y) in each coordinate", (f"({subject}) - y", "(1 + r) * (x - y)")))
    wrong = Implication(("left == 1 + 2 * r + rr", "right == 1 - 2 * r + rr", "r > 0", "left == right"), "0 > 0")
    evidence.refute(wrong.proof("(1 + r)² = (1 − r)² and r > 0 contradict each other"))


AMENDED_12 = {
    "z": "x + r * (y - x)",
    "near": Implication(("R + fy > d", "yz == d - R"), "yz < fy"),
    "beyond": Implication(("R < fx", "fx <= d + fy", "yz == R - d"), "yz < fy"),
    "exists": Implication(("fx + fy > d", "fx > 0", "d - fy <= 0", "R == fx/2"), "R > 0"),
}


@claim(
    "eq-12.amended",
    by="symbolic",
    subject=AMENDED_12,
    sabotage={
        "the printed z": AMENDED_12 | {"z": "x + r * (x - y)"},
        "equation 11 not used": AMENDED_12 | {"beyond": AMENDED_12["beyond"].without(1)},
    },
)
def test_equation_12_amended(evidence, subject):
    evidence.certify(
        identity("z − y = (1 − r)(x − y) in each coordinate", (f"({subject['z']}) - y", "(1 - r) * (x - y)"))
    )
    evidence.certify(subject["near"].proof("R ≤ d: d(y, z) = d − R < d(y, ∂)"))
    evidence.certify(subject["beyond"].proof("R > d: d(y, z) = R − d < d(y, ∂), by equation 11"))
    evidence.certify(subject["exists"].proof("a suitable R exists: d(x, ∂)/2 if d ≤ d(y, ∂) …"))
    between = Implication(("fx + fy > d", "d - fy > 0", "2 * R == fx + d - fy"), "R + fy > d")
    evidence.certify(between.proof("… and otherwise the middle of d − d(y, ∂) and d(x, ∂)"))
    inside = Implication(("fx + fy > d", "2 * R == fx + d - fy"), "R < fx")
    evidence.certify(inside.proof("which is below d(x, ∂)"))
