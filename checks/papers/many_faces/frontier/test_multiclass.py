"""Proposition 2, Definition 4 and the steps of their proof (equations 13 and 14)."""

from fractions import Fraction as F
from itertools import pairwise, product

import pytest

from checks.argument import certify, without
from checks.implication import Implication
from checks.papers.many_faces.frontier.line import altered, nearest, rationals
from checks.papers.many_faces.frontier.steps import COINCIDE, EQUAL
from checks.witness import identity, instance, refutation

claim = pytest.mark.claim

DISTANCES = {"d(x, S)": "min(abs(x - s) for s in S)", "tie(x)": "d(x, A1) == d(x, A2)"}

THREE = {"A": [[0], [20], [60]], "ties": [10, 40], "labels": [1, 2, 3]}


@claim(
    "def-4",
    by="exact",
    subject=THREE,
    sabotage={
        "ties whose distance happens to be a label": {"A": [[0], [2], [60]], "ties": [1, 31], "labels": [1, 2, 3]}
    },
)
def test_definition_4_as_printed(evidence, subject):
    """The least distances of neighbouring points tie at their middles; as printed such a distance must be a label."""
    evidence.certify(
        Implication(("x - a == b - x",), "2 * x == a + b").proof("two points a < b tie only at their middle")
    )
    evidence.refute(
        refutation(
            "A₁ = {0}, A₂ = {20}, A₃ = {60}: the least distances tie at 10 and 40 only, being 10 and 20 there, which "
            "are not labels: ∂ is empty as printed",
            given=subject,
            define={"near(x)": "[min(abs(x - a) for a in S) for S in A]"},
            hypotheses=["all(len([1 for v in near(x) if v == min(near(x))]) >= 2 for x in ties)"],
            conclusion=["any(min(near(x)) in labels for x in ties)"],
        )
    )


@claim("def-4", by="exact", subject={"sizes": [1, 0, 0]}, sabotage={"two classes occur": {"sizes": [1, 1, 0]}})
def test_definition_4_with_one_class(evidence, subject):
    evidence.refute(
        refutation(
            "K = 3, 𝒳 = {0}, c = 1: two classes are empty, so no two distances can be equal and least",
            given=subject,
            hypotheses=["sum(sizes) > 0"],
            conclusion=["any(sizes[k] > 0 and sizes[l] > 0 for k in range(3) for l in range(3) if k != l)"],
        )
    )


TIE = (
    Implication(("ak == 0", "al > 0", "rest == al"), "rest - ak > 0"),
    Implication(("al == 0", "ak > 0", "rest <= al"), "rest - ak < 0"),
)


@claim(
    "eq-13",
    by="symbolic",
    subject=TIE,
    sabotage={
        "classes that touch": (TIE[0].without(1), TIE[1]),
        "the same sign at both ends": (TIE[0], TIE[1].concluding("rest - ak > 0")),
    },
)
def test_equation_13(evidence, subject):
    """rest = min over m != k of d(., A_m), on a segment from A_k to a nearest point of the other classes."""
    start, end = subject
    evidence.certify(start.proof("rest − d(·, A_k) > 0 on A_k"))
    evidence.certify(end.proof("rest − d(·, A_k) < 0 on A_l: it vanishes in between, at a point of ∂"))
    evidence.certify(
        Implication(("dk < dl", "dl < dk"), "0 > 0").proof("two positive components contradict each other")
    )
    evidence.assume("intermediate value theorem")


def line_multiclass(classes):
    """Definition 4 on the line, exactly: a function x -> (component for each class)."""
    points = sorted((x, k) for k, members in enumerate(classes) for x in members)
    frontier = [(x + y) / 2 for (x, k), (y, m) in pairwise(points) if k != m]

    def f(x):
        distances = [nearest(x, members) if members else None for members in classes]
        least = min(d for d in distances if d is not None)
        own = [k for k, d in enumerate(distances) if d == least]
        height = nearest(x, frontier) if len(own) == 1 else F(0)
        return tuple(height if own == [k] else F(0) for k in range(len(classes)))

    return f


def three_classes():
    from hypothesis import strategies as st

    points = st.lists(rationals(), min_size=2, max_size=9, unique=True)
    return points.map(lambda xs: (tuple(xs[0::3]), tuple(xs[1::3]), tuple(xs[2::3])))


@claim(
    "eq-13",
    by="examples",
    subject=line_multiclass,
    sabotage={"shifted up": altered(line_multiclass, lambda values: tuple(v + 1 for v in values))},
)
def test_equation_13_on_examples(evidence, subject):
    def law(classes, x):
        values = subject(classes)(x)
        return sum(value > 0 for value in values) <= 1 and min(values) >= 0

    evidence.examples("at most one component is positive, none negative", law, three_classes(), rationals())


ONE_CLASS = {
    "one class k: f_k = 1 + d(x, 2ℤ) is the largest component": Implication(
        ("fk == 1 + d", "d >= 0", "fl == 0"), "fk > fl"
    ),
    "one class: the distance to 2ℤ is 1-Lipschitz": Implication(
        ("dx <= xz", "dy == yz", "xz - yz <= xy"), "dx - dy <= xy"
    ),
    "one class: next to x, on the same side of its nearest even number, it has the slope 1": Implication(
        ("dx == x - z", "dy == x + h - z"), "dy - dx == h"
    ),
    "several classes: on A_k the component k is d(x, ∂) > 0 and the others are 0": Implication(
        ("fk == depth", "depth > 0", "fl == 0"), "fk > fl"
    ),
    "the depth is positive: a point z of ∂ is as far from another class, so not in the closed A_k": Implication(
        ("zk <= depth", "depth == 0", "zk == zl", "zl > 0"), "0 > 0"
    ),
}


@claim(
    "prop-2",
    by="symbolic",
    subject=(ONE_CLASS, "(a - b)**2 + 0**2 + 0**2"),
    sabotage={
        "a saw-tooth that starts at 0": (without(ONE_CLASS, 0, 0), "(a - b)**2 + 0**2 + 0**2"),
        "classes that touch": (without(ONE_CLASS, 4, 3), "(a - b)**2 + 0**2 + 0**2"),
        "the saw-tooth in two components": (ONE_CLASS, "(a - b)**2 + (a - b)**2 + 0**2"),
    },
)
def test_proposition_2(evidence, subject):
    """The case of one class in full; that of several is what the statements that this one depends on say."""
    steps, lengths = subject
    certify(evidence, steps)
    evidence.certify(
        identity("one component that is not 0: the vectors' distance is that of the component", (lengths, "(a - b)**2"))
    )
    evidence.assume("Rademacher's theorem")


@claim(
    "prop-2",
    by="examples",
    subject=line_multiclass,
    sabotage={
        "the second component for the first": altered(
            line_multiclass, lambda values: (values[1], values[0], *values[2:])
        ),
        "twice as steep": altered(line_multiclass, lambda values: tuple(2 * v for v in values)),
    },
)
def test_proposition_2_on_the_line(evidence, subject):
    """Three finite classes on the line, exactly: right at their points, and 1-Lipschitz in the sum norm."""

    def law(classes, x, y):
        f = subject(classes)
        right = all(f(p)[k] > max(f(p)[:k] + f(p)[k + 1 :]) for k, points in enumerate(classes) for p in points)
        return right and sum(abs(a - b) for a, b in zip(f(x), f(y), strict=True)) <= abs(x - y)

    evidence.examples(
        "right at all points, slopes at most 1", law, three_classes(), rationals(), rationals(), max_examples=80
    )


def solver(classes):
    from theory.hmf import multiclass_highest_mountain

    return multiclass_highest_mountain(classes)


@claim(
    "prop-2",
    by="samples",
    subject=solver,
    sabotage={
        "scaled by 1.01": altered(solver, lambda values: 1.01 * values),
        "components shifted by one class": altered(solver, lambda values: values[..., [1, 2, 3, 0]]),
    },
)
def test_the_multiclass_solver(evidence, subject):
    """The exact solver in two to four dimensions: classes, slopes in three norms, unit Jacobians."""
    import numpy as np

    rng = evidence.rng(3)
    for n in (2, 4):
        classes = [rng.normal(size=(6, n)) for _ in range(4)]
        f = subject(classes)
        named = all((f(points).argmax(axis=-1) == k).all() for k, points in enumerate(classes))
        evidence.fact(f"n = {n}: the largest component names the class", named)
        x, y = rng.normal(size=(2, 500, n))
        length = np.linalg.norm(x - y, axis=1)
        for p in (1, 2, np.inf):
            slopes = np.linalg.norm(f(x) - f(y), ord=p, axis=-1) / length
            evidence.fact(f"n = {n}, p = {p}: 500 pairs have slopes of at most 1", slopes.max() <= 1 + 1e-9)
        jacobian = np.stack([(f(x + h) - f(x - h)) / 2e-5 for h in 1e-5 * np.eye(n)], axis=-1)
        unit = np.abs(np.linalg.norm(jacobian, ord=2, axis=(-2, -1)) - 1) < 1e-3
        evidence.fact(f"n = {n}: 98 % of 500 Jacobians have norm 1", unit.mean() > 0.98)
        evidence.count(1500, 3)


@claim(
    "prop-2.cases",
    by="exact",
    subject={"x": 0, "y": 2},
    sabotage={"different cells": {"x": 0, "y": 4}, "equal heights in one cell": {"x": 1, "y": -1, "far": [-2]}},
)
def test_two_cases_do_not_cover(evidence, subject):
    far = subject.get("far", [])
    evidence.refute(
        refutation(
            "A₁ = {0}, A₂ = {4}, ∂ = {2}: f(0) = (2, 0) and f(2) = (0, 0) share no positive component, nor have they "
            "positive components of different classes",
            given={
                "A1": [0],
                "A2": [4, *(2 * t for t in far)],
                "edge": [2, *far],
                "x": subject["x"],
                "y": subject["y"],
            },
            define=DISTANCES
            | {
                "deep(x)": "min(abs(x - z) for z in edge)",
                "f(x)": "[deep(x) if d(x, A1) < d(x, A2) else 0, deep(x) if d(x, A2) < d(x, A1) else 0]",
            },
            hypotheses=["all(tie(z) for z in edge)", "x != y"],
            conclusion=[
                (
                    "any(f(x)[k] != 0 and f(y)[k] != 0 for k in range(2))"
                    " or any(f(x)[k] > 0 and f(y)[l] > 0 for k in range(2) for l in range(2) if k != l)"
                )
            ],
        )
    )


def place_pairs(labels, cases):
    """How many of the three cases each pair of places (a cell's number, or None for the frontier) falls into."""
    places = [None, *range(labels)]
    return [sum(case(p, q) for case in cases) for p, q in product(places, repeat=2)]


THREE_CASES = (
    lambda p, q: p is not None and p == q,
    lambda p, q: p is not None and q is not None and p != q,
    lambda p, q: p is None or q is None,
)


@claim(
    "prop-2.cases.amended",
    by="enumeration",
    subject=THREE_CASES,
    sabotage={
        "frontier forgotten": THREE_CASES[:2],
        "cells not told apart": (THREE_CASES[0], THREE_CASES[0], THREE_CASES[2]),
    },
)
def test_three_cases_cover(evidence, subject):
    """Whether two cells are equal is all that matters, so three labels show every kind of pair."""
    hits = place_pairs(3, subject)
    evidence.fact("every pair of places is in exactly one case", hits == [1] * len(hits))
    evidence.count(len(hits))


EQ_14 = (Implication(("sp <= s", "tp <= t", "s + t == 1"), "sp + tp <= 1"), F(1))


@claim(
    "eq-14",
    by="symbolic",
    subject=EQ_14,
    sabotage={
        "p < 1: powers are larger": (EQ_14[0]._replace(hypotheses=("sp >= s", "tp >= t", "s + t == 1")), F(1)),
        "exponent 1/2": (EQ_14[0], F(1, 2)),
    },
)
def test_equation_14(evidence, subject):
    """s^p = s · s^(p-1) with s in [0, 1]: s^(p-1) <= 1 exactly because p - 1 >= 0 (monotone in the exponent)."""
    step, least = subject
    evidence.certify(step.proof("s^p ≤ s and t^p ≤ t with s + t = 1 give s^p + t^p ≤ 1"))
    evidence.fact("p − 1 ≥ 0 for all p admitted, so s^(p−1) ≤ 1 on [0, 1]", least - 1 >= 0)
    for p in (1, 2, 3, 7):
        evidence.certify(
            instance(
                f"p = {p} at s = 1/3 and the ends of [0, 1]",
                given={"p": p, "grid": [0, F(1, 3), 1]},
                conclusion=["all(s**p <= s for s in grid)"],
            )
        )
    evidence.assume("for 0 ≤ s ≤ 1 and r ≥ 0, s^r ≤ 1")


@claim("eq-14", by="examples", subject=1.0, sabotage={"p = 1/2": 0.5})
def test_equation_14_on_examples(evidence, subject):
    from hypothesis import strategies as st

    law = lambda a, b, p: (a ** (p * subject) + b ** (p * subject)) ** (1 / (p * subject)) <= (a + b) * (1 + 1e-12)
    evidence.examples(
        "the p-norm is at most the 1-norm (floats)", law, st.floats(0, 100), st.floats(0, 100), st.floats(1, 20)
    )


SPLIT = Implication(("fx <= xz", "fy <= zy", "xz + zy == d"), "fx + fy <= d")
SAME_CELL = Implication(("fx <= xz", "yz == fy", "xz <= d + yz", "fx >= fy"), "fx - fy <= d")


@claim(
    "prop-2.opposite",
    by="symbolic",
    subject=SPLIT,
    sabotage={"z off the segment": SPLIT.without(2), "half the distance": SPLIT.concluding("fx + fy <= d/2")},
)
def test_different_cells(evidence, subject):
    evidence.certify(subject.proof("a tie z on the segment splits it"))
    evidence.assume("intermediate value theorem")


@claim("prop-2.opposite", by="examples", subject=1, sabotage={"distances doubled": 2})
def test_different_cells_on_examples(evidence, subject):
    def law(classes, x, y):
        f, g = line_multiclass(classes)(x), line_multiclass(classes)(y)
        different = any(a > 0 and b > 0 for i, a in enumerate(f) for j, b in enumerate(g) if i != j)
        return not different or subject * (max(f) + max(g)) <= abs(x - y)

    evidence.examples("d(x, ∂) + d(y, ∂) ≤ |x − y| across cells", law, three_classes(), rationals(), rationals())


LIPSCHITZ_2 = {
    "one cell": SAME_CELL,
    "two cells": Implication(("norm <= fx + fy", "fx + fy <= d"), "norm <= d"),
    "on the frontier": Implication(("fx == 0", "fy <= d"), "fx + fy <= d"),
}


@claim(
    "prop-2.lipschitz",
    by="symbolic",
    subject=LIPSCHITZ_2,
    sabotage={
        "equation 14 not used": LIPSCHITZ_2 | {"two cells": LIPSCHITZ_2["two cells"].without(0)},
        "constant 0.99": LIPSCHITZ_2 | {"one cell": SAME_CELL.concluding("fx - fy <= 99/100 * d")},
    },
)
def test_the_multiclass_hmf_is_lipschitz(evidence, subject):
    for case, step in subject.items():
        evidence.certify(step.proof(f"{case}: ‖f(x) − f(y)‖_p ≤ ‖x − y‖"))


@claim(
    "prop-2.lipschitz",
    by="examples",
    subject=line_multiclass,
    sabotage={"scaled by 101/100": altered(line_multiclass, lambda values: tuple(F(101, 100) * v for v in values))},
)
def test_the_multiclass_hmf_is_lipschitz_on_examples(evidence, subject):
    def law(classes, x, y):
        f = subject(classes)
        return sum(abs(a - b) for a, b in zip(f(x), f(y), strict=True)) <= abs(x - y)

    evidence.examples("in the 1-norm, the largest of all p-norms", law, three_classes(), rationals(), rationals())


JACOBIAN = {
    "in a cell": Implication(("s <= v", "s == 1"), "v >= 1"),
    "a tie near by": Implication(("mz <= kz", "kz <= kp + o", "mp <= mz + o", "kp == r - t"), "mp <= r - t + 2 * o"),
    "directions": COINCIDE,
    "the same point": EQUAL,
}


@claim(
    "prop-2.jacobian",
    by="symbolic",
    subject=JACOBIAN,
    sabotage={
        "descent at rate 0.99": JACOBIAN | {"in a cell": Implication(("s <= v", "s == 99/100"), "v >= 1")},
        "no tie near by": JACOBIAN | {"a tie near by": JACOBIAN["a tie near by"].without(0)},
        "directions of any length": JACOBIAN | {"the same point": EQUAL.without(1)},
    },
)
def test_the_jacobian(evidence, subject):
    """On ∂: p = x + tu, z a tie within o of it; kp, mp, kz, mz are the distances of p, z to classes k and m."""
    evidence.certify(subject["in a cell"].proof("in an open cell the one non-zero row has norm at least 1"))
    zero = Implication(("q >= 0", "-q >= 0"), "q <= 0")
    evidence.certify(zero.proof("on ∂ every component is least, so difference quotients in ±h are ≥ 0: J would be 0"))
    evidence.certify(subject["a tie near by"].proof("then a class m ≠ k is within r − t + o(t) of x + tu"))
    evidence.certify(subject["directions"].proof("its nearest points b_t have ⟨u, b_t − x⟩ ≥ r − o(1)"))
    evidence.certify(subject["the same point"].proof("in the limit b = a, against A_k ∩ A_m = ∅"))
    evidence.assume("Bolzano–Weierstrass theorem")
    evidence.assume("closed sets of ℝⁿ have nearest points")


@claim(
    "prop-2.argmax",
    by="symbolic",
    subject=Implication(("dk == 0", "dl > 0"), "dk < dl"),
    sabotage={"classes that touch": Implication(("dk == 0", "dl >= 0"), "dk < dl")},
)
def test_the_largest_component(evidence, subject):
    evidence.certify(subject.proof("a point of A_k lies in the open cell k, off the frontier"))


@claim(
    "prop-2.argmax",
    by="examples",
    subject=line_multiclass,
    sabotage={"cells exchanged": altered(line_multiclass, lambda values: values[::-1])},
)
def test_the_largest_component_on_examples(evidence, subject):
    def law(classes):
        f = subject(classes)
        values = [(k, f(x)) for k, members in enumerate(classes) for x in members]
        return all(v[k] > 0 and all(other == 0 for m, other in enumerate(v) if m != k) for k, v in values)

    evidence.examples("only the class's own component is positive on the class", law, three_classes())


@claim("def-4", by="formal")
def test_definition_4_on_three_points(evidence, subject):
    """The outer two are 4 apart: a label is half of that, but the least distance at their middle is 3/2."""
    evidence.counterexample(a=0, b=F(1, 2), c=4)


@claim("prop-2.cases", by="formal")
def test_two_cases_from_end_to_end(evidence, subject):
    evidence.counterexample(a=0, b=4, c=12, x=0, y=2)
