"""Proposition 1: existence, the cases its proof leaves out, signs and the Lipschitz bound of the HMF."""

from fractions import Fraction as F

import pytest

from checks.implication import Implication
from checks.papers.many_faces.frontier.line import (
    Doubled,
    LineMountain,
    Scaled,
    ShiftedFrontier,
    Unsigned,
    altered,
    plane_hmf,
    rationals,
    two_classes,
)
from checks.papers.many_faces.frontier.steps import OPPOSITE, SAME, SIGN
from checks.witness import identity, instance

claim = pytest.mark.claim


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
    at = lambda branch, t: branch.replace("t", f"({t})")
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
    law = lambda x, y: subject(x) > 0 and abs(subject(x) - subject(y)) <= abs(x - y)
    evidence.examples("positive and 1-Lipschitz", law, rationals(), rationals())


BRANCHES = (
    Implication(("0 <= t", "t <= 1", "g == 1 + t"), "g > 0"),
    Implication(("1 <= t", "t <= 2", "g == 1 + (2 - t)"), "g > 0"),
    Implication(("0 <= t", "t <= 1", "g == -(1 + t)"), "g < 0"),
    Implication(("1 <= t", "t <= 2", "g == -(1 + (2 - t))"), "g < 0"),
)


@claim(
    "prop-1",
    by="symbolic",
    subject=(SIGN, SAME, OPPOSITE, *BRANCHES),
    sabotage={
        "a saw-tooth that reaches 0": (
            SIGN,
            SAME,
            OPPOSITE,
            Implication(("0 <= t", "t <= 1", "g == t"), "g > 0"),
            *BRANCHES[1:],
        ),
        "classes that touch": (SIGN.without(4), SAME, OPPOSITE, *BRANCHES),
    },
)
def test_proposition_1(evidence, subject):
    """Two classes: the HMF. One class or none: the saw-tooth, or its negative."""
    sign, same, opposite, *branches = subject
    evidence.certify(sign.proof("both classes occur: the HMF has the right sign"))
    evidence.certify(same.proof("… and is 1-Lipschitz on each side"))
    evidence.certify(opposite.proof("… and across the frontier"))
    for branch, says in zip(branches, ("+, rising", "+, falling", "−, rising", "−, falling"), strict=True):
        evidence.certify(branch.proof(f"one class or none: the saw-tooth's sign ({says} branch)"))
    evidence.assume("intermediate value theorem")
    evidence.assume("Rademacher's theorem")
    evidence.assume("closed sets of ℝⁿ have nearest points")


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


VANISHES = Implication(("f0 == 0", "f1 == 0", "f1 - f0 >= d/2", "d > 0"), "0 > 0")
SHRINKS = Implication(("2 * b == a - g", "g > 0"), "b < a/2")


def parity(generation):
    return (-1) ** generation


@claim(
    "prop-1.relative",
    by="symbolic",
    subject=(F(1, 4), parity, VANISHES),
    sabotage={
        "one label for all": (F(1, 4), lambda generation: 1, VANISHES),
        "no length left": (F(1, 2), parity, VANISHES),
        "f need not vanish": (F(1, 4), parity, VANISHES.without(1)),
    },
)
def test_relatively_closed_classes_are_not_enough(evidence, subject):
    """Generation k removes 2^k l/4^k = l/2^k, in all 2 l; K, what is left over, has length 1 - 2 l."""
    first, label, slope = subject
    left = fat_cantor(first)
    labels = [label(k) for k in range(GENERATIONS)]
    evidence.value("length left after 8 generations", sum(b - a for a, b in left[-1]))
    evidence.certify(
        identity(
            "partial sums: l (1 + h + h² + h³)(1 − h) = l (1 − h⁴), so with h = 1/2 they tend to 2 l",
            ("l * (1 + h + h**2 + h**3) * (1 - h)", "l * (1 - h**4)"),
        )
    )
    evidence.certify(
        instance(
            "the interval of generation k holds the middles of generations k and k + 1, which have different labels",
            given={"left": [[list(i) for i in level] for level in left[:5]], "labels": labels},
            define={"middle(i)": "(i[0] + i[1]) / 2"},
            conclusion=[
                (
                    "all(any(j[0] < middle(i) and middle(i) < j[1] for i in left[k + 1])"
                    " for k in range(4) for j in left[k])"
                ),
                "all(labels[k] * labels[k + 1] == -1 for k in range(4))",
            ],
        )
    )
    evidence.certify(SHRINKS.proof("half of what is left of an interval is shorter than half of it: lengths tend to 0"))
    evidence.certify(
        instance("K has positive length 1 − 2 l", given={"l": first}, conclusion=["0 < l", "1 - 2 * l > 0"])
    )
    evidence.assume("limits keep weak inequalities, so f = 0 at a limit of points of both signs")
    evidence.assume("a point of K that is a limit of others in K can only have the derivative 0; all of K is")
    evidence.refute(slope.proof("f = 0 at two points of K at any small distance d, but |f'| = 1 wants |f₁ − f₀| ≥ d/2"))


@claim(
    "ex-1.shape",
    by="symbolic",
    subject=(F(1, 4), VANISHES),
    sabotage={"a frontier without length": (F(1, 2), VANISHES), "f need not vanish": (F(1, 4), VANISHES.without(1))},
)
def test_a_frontier_of_positive_measure(evidence, subject):
    """n = 1, the Smith-Volterra-Cantor set; its complement's intervals may have any signs."""
    first, slope = subject
    evidence.certify(SHRINKS.proof("what is left of an interval shrinks: every point of K is a limit of others in K"))
    evidence.certify(
        instance("K is closed and has length 1 − 2 l > 0", given={"l": first}, conclusion=["0 < l", "1 - 2 * l > 0"])
    )
    evidence.refute(slope.proof("f = 0 at two points of K at any small distance d, but |f'| = 1 wants |f₁ − f₀| ≥ d/2"))


@claim(
    "ex-1.shape.amended",
    by="symbolic",
    subject=(SAME, OPPOSITE, Implication(("s <= v", "s == 1"), "v >= 1")),
    sabotage={
        "components that touch without Γ between": (
            SAME,
            OPPOSITE.without(2),
            Implication(("s <= v", "s == 1"), "v >= 1"),
        ),
        "descent at rate 0.99": (SAME, OPPOSITE, Implication(("s <= v", "s == 99/100"), "v >= 1")),
    },
)
def test_any_closed_null_set_is_a_frontier(evidence, subject):
    same, opposite, slope = subject
    evidence.certify(same.proof("equal signs: |d(x, Γ) − d(y, Γ)| ≤ ‖x − y‖"))
    evidence.certify(opposite.proof("different signs: the segment meets Γ and is split there"))
    evidence.certify(slope.proof("off Γ the gradient has norm at least 1, as f descends at rate 1"))
    evidence.assume("Rademacher's theorem")
    evidence.assume("the boundary of a component of the complement of Γ lies in Γ")


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


@claim(
    "prop-1.sign",
    by="symbolic",
    subject=SIGN,
    sabotage={"z not on the frontier": SIGN.without(2), "classes that touch": SIGN.without(4)},
)
def test_the_hmf_has_the_sign_of_the_classifier(evidence, subject):
    evidence.certify(subject.proof("a point x of A is at distance r > 0 from each frontier point z"))
    evidence.assume("closed sets of ℝⁿ have nearest points")


@claim("prop-1.sign", by="examples", subject=LineMountain, sabotage={"sign dropped": Unsigned})
def test_the_sign_on_examples(evidence, subject):
    def law(classes):
        f = subject(*classes)
        return all(f(x) > 0 for x in f.positive) and all(f(x) < 0 for x in f.negative)

    evidence.examples("positive on A, negative on B", law, two_classes())


@claim(
    "prop-1.opposite",
    by="symbolic",
    subject=OPPOSITE,
    sabotage={"z off the segment": OPPOSITE.without(2), "half the distance": OPPOSITE.concluding("fx + fy <= d/2")},
)
def test_opposite_sides(evidence, subject):
    evidence.certify(subject.proof("a frontier point z of the segment splits it"))
    evidence.assume("intermediate value theorem")


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
        "frontier shifted by 2": ShiftedFrontier,
        "scaled by 101/100": Scaled,
    },
)
def test_the_hmf_is_lipschitz_on_examples(evidence, subject):
    def law(classes, x, y):
        f = subject(*classes)
        return abs(f(x) - f(y)) <= abs(x - y)

    evidence.examples("|f(x) − f(y)| ≤ |x − y| in rationals", law, two_classes(), rationals(), rationals())


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

    rng = evidence.rng(7)
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
