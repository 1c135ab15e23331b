"""Table 1 against the exact least risks over L-Lipschitz functions, and growing samples for its third lines."""

from fractions import Fraction as F
from typing import Any

import pytest

from checks.papers.many_faces.transport.pairs import atoms

claim = pytest.mark.claim


def samples(most=6):
    """Hypothesis strategy: distinct whole positions, labels with both classes, whole weights."""
    from hypothesis import strategies as st

    positions = st.lists(st.integers(-12, 12), min_size=2, max_size=most, unique=True)
    return positions.flatmap(
        lambda x: st.tuples(
            st.just(x),
            st.lists(st.sampled_from([-1, 1]), min_size=len(x), max_size=len(x)).filter(lambda y: len(set(y)) == 2),
            st.lists(st.integers(1, 4).map(F), min_size=len(x), max_size=len(x)),
        )
    )


def nearest(x, y):
    """The least distance between opposite labels."""
    return min(abs(a - b) for a, s in zip(x, y, strict=True) for b, t in zip(x, y, strict=True) if s != t)


def masses(y, w):
    return [sum(n for n, s in zip(w, y, strict=True) if s == label) for label in (1, -1)]


@claim(
    "table-1.kr.lipschitz.minimizer.amended",
    by="examples",
    subject=lambda least, distance: least == -distance / 2,
    sabotage={
        "the printed minimum": lambda least, distance: least == distance,
        "the factor 1/2 forgotten": lambda least, distance: least == -distance,
    },
)
def test_the_least_kr_loss(evidence, subject):
    """Classes of mass 1/2, exactly; and the same weights with one of them doubled."""
    from math import inf

    from theory.risk import minimize_risk
    from theory.transport import wasserstein1

    def law(sample, steep):
        x, y, w = sample
        plus, minus = masses(y, w)
        w = [n / (2 * (plus if s > 0 else minus)) for n, s in zip(w, y, strict=True)]
        classes = [[a for a, s in zip(x, y, strict=True) if s == label] for label in (1, -1)]
        shares = [[2 * n for n, s in zip(w, y, strict=True) if s == label] for label in (1, -1)]
        least = minimize_risk(x, y, steep, "kr", w)
        other = minimize_risk(x, y, steep, "kr", [2 * w[0], *w[1:]])
        known = steep * wasserstein1(classes[0], classes[1], shares[0], shares[1])
        return least.attained and subject(least.risk, known) and not other.attained and other.risk == -inf

    from hypothesis import strategies as st

    evidence.examples("−L 𝒲/2, or −∞", law, samples(), st.sampled_from([F(1, 2), F(1), F(3)]), max_examples=40)


@claim(
    "table-1.hinge.lipschitz.minimizer",
    by="examples",
    subject=F(2),
    sabotage={"m ≤ L d": F(1), "4 m ≤ L d": F(4)},
)
def test_when_the_least_hinge_loss_is_0(evidence, subject):
    """Exactly: 0 if and only if 2 m <= L d_min (the subject is the 2), and then y f >= m > 0 at each example."""
    from hypothesis import strategies as st

    from theory.losses import Hinge
    from theory.risk import minimize_risk

    def law(sample, margin):
        x, y, w = sample
        found = minimize_risk(x, y, F(1), Hinge(margin), w)
        separated = all(s * v >= margin for s, v in zip(y, found.values, strict=True))
        small = subject * margin <= nearest(x, y)
        return found.attained and found.risk == found.lower_bound and (found.risk == 0) == small == separated

    margins = st.fractions(F(1, 4), 8, max_denominator=4)
    evidence.examples("least hinge loss 0 exactly for 2 m ≤ L d_min", law, samples(), margins, max_examples=100)


@claim(
    "table-1.caption.hinge",
    by="examples",
    subject=F(1, 2),
    sabotage={"margin d": F(1), "margin 10 d": F(10)},
)
def test_small_margins_by_trial(evidence, subject):
    from theory.losses import Hinge
    from theory.risk import minimize_risk

    def law(sample):
        x, y, w = sample
        found = minimize_risk(x, y, F(1), Hinge(subject * nearest(x, y)), w)
        return found.risk == 0 and all(s * v > 0 for s, v in zip(y, found.values, strict=True))

    evidence.examples("no training error and loss 0 with m = d_min/2, L = 1", law, samples(), max_examples=60)


@claim(
    "table-1.hinge.lipschitz.practice.amended",
    by="examples",
    subject={"a": F(1, 2), "b": F(1), "c": F(1, 2)},
    sabotage={
        "(a) with m = 3 L d/4": {"a": F(3, 4), "b": F(1), "c": F(1, 2)},
        "(b) with m = L D/10": {"a": F(1, 2), "b": F(1, 10), "c": F(1, 2)},
        "(c) with m = L D/10": {"a": F(1, 2), "b": F(1), "c": F(1, 10)},
    },
)
def test_the_phases_of_the_margin(evidence, subject):
    """Exact minimisers for m = a L d_min, a little more than b L D, and c L D; L = 1."""
    from theory.losses import Hinge
    from theory.risk import minimize_risk

    def law(sample):
        x, y, w = sample
        reach = max(x) - min(x)
        right = [
            s * v
            for s, v in zip(y, minimize_risk(x, y, F(1), Hinge(subject["a"] * nearest(x, y)), w).values, strict=True)
        ]
        plus, minus = masses(y, w)
        wide = Hinge(subject["b"] * reach + F(1, 100))
        majority = 1 if plus > minus else -1
        one_sided = plus == minus or all(majority * v > 0 for v in minimize_risk(x, y, F(1), wide, w).values)
        equal = [n / (plus if s > 0 else minus) for n, s in zip(w, y, strict=True)]
        margin = subject["c"] * reach
        hinge, kr = minimize_risk(x, y, F(1), Hinge(margin), equal), minimize_risk(x, y, F(1), "kr", equal)
        linear = hinge.risk == 2 * margin + kr.risk and all(
            s * v <= margin for s, v in zip(y, hinge.values, strict=True)
        )
        return min(right) >= subject["a"] * nearest(x, y) and one_sided and linear

    evidence.examples("the three phases", law, samples(), max_examples=60)


@claim(
    "table-1.hinge.lipschitz.practice.amended",
    by="examples",
    subject=(0, 2),
    sabotage={"balanced": (0, 1), "the other class heavier": (20, 2)},
)
def test_the_margin_on_figure_4(evidence, subject):
    """Figure 4's points, one of them with another weight: exact minimisers for growing m, L = 1."""
    from math import log10

    from theory.losses import Hinge
    from theory.risk import minimize_risk

    p, q = atoms(20)
    x, y = [*p, *q], [1] * 20 + [-1] * 20
    w: Any = [F(subject[1]) if i == subject[0] else F(1) for i in range(40)]
    margins = [
        F(1, 4),
        F(1, 2),
        F(5, 8),
        F(3, 4),
        F(7, 8),
        F(1),
        F(3, 2),
        F(2),
        F(5),
        F(10),
        F(20),
        F(40),
        F(60),
        F(80),
        F(100),
    ]
    found = {m: minimize_risk(x, y, F(1), Hinge(m), w).values for m in margins}
    right = {m: [s * v for s, v in zip(y, values, strict=True)] for m, values in found.items()}
    small = all(min(right[m]) >= m for m in margins if m <= F(1, 2))
    evidence.fact("for m ≤ d_min/2 = 1/2 every example has y f ≥ m", small)
    big = all(v > 0 for m in margins if m > 79 for v in found[m])
    evidence.fact("for m > D = 79 every example is given the label +1, of the heavier class", big)
    evidence.figure(
        "curve",
        "Figure 4's points, one of label +1 with weight 2: training accuracy of exact minimisers of the hinge loss "
        "with L = 1, against the margin m: d_min/2 is 1/2 (−0.3), D is 79 (1.9).",
        x=[log10(m) for m in margins],
        y=[sum(t > 0 for t in right[m]) / 40 for m in margins],
        xlabel="logarithm of m to base 10",
        ylabel="training accuracy",
        lines={"heavier class only": 0.5},
    )
    evidence.count(len(margins))


@claim(
    "table-1.hkr.lipschitz.minimizer.amended",
    by="examples",
    subject=lambda heavy, light, lam: heavy <= (1 + lam) * light,
    sabotage={
        "λ in place of 1 + λ": lambda heavy, light, lam: heavy <= lam * light,
        "a strict ratio": lambda heavy, light, lam: heavy < (1 + lam) * light,
        "always": lambda heavy, light, lam: True,
    },
)
def test_when_hkr_is_attained(evidence, subject):
    """Exactly, equality of the ratio included; a least risk comes with a dual solution of the same value."""
    from math import inf

    from hypothesis import strategies as st

    from theory.losses import HKR
    from theory.risk import minimize_risk

    def law(sample, lam, margin):
        x, y, w = sample
        found = minimize_risk(x, y, F(1), HKR(margin, lam), w)
        if subject(max(masses(y, w)), min(masses(y, w)), lam):
            return found.attained and found.risk == found.lower_bound
        return not found.attained and found.risk == -inf

    penalty, margin = st.sampled_from([F(1, 2), F(1), F(2), F(5)]), st.sampled_from([F(1, 2), F(3)])
    evidence.examples("attained within the ratio 1 + λ only", law, samples(), penalty, margin, max_examples=150)


def errors(rng, loss, expected, steep):
    """|least risk - expected| for samples of X uniform on [0, 1], Y a fair coin, of growing sizes, and the sizes."""

    from theory.risk import minimize_risk

    sizes = (100, 1000, 10_000)
    found = []
    for size in sizes:
        x, y = rng.random(size), rng.choice([-1, 1], size)
        found.append(abs(float(minimize_risk(x, y, steep, loss, tolerance=1e-6).risk) - expected))
    return sizes, found


def judge(evidence, loss, expected, steep):
    """Errors of at most ten times the loss's greatest slope over √p.

    Among functions with |f| ≤ 1, which hold a minimiser, the error of the least hinge risk is at most sup mean(y f), in
    the mean below 1.5/√p, and one example moves it by 2/p at most: more than 10/√p has a chance of exp(−8.5²/2) < 10⁻¹⁵
    (McDiarmid). BCE and hKR, divided by their slopes, are no worse up to a factor of 2.
    """
    from theory.losses import as_loss

    scale = 10 * as_loss(loss).lipschitz
    sizes, found = errors(evidence.rng(0), loss, expected, steep)
    for size, error in zip(sizes, found, strict=True):
        evidence.value(f"error with {size} draws", error)
    evidence.fact(f"errors of at most {scale}/√p", all(e <= scale / n**0.5 for n, e in zip(sizes, found, strict=True)))
    evidence.count(len(sizes), 0)


UNCONSTRAINED = 1e6
"""At this L, samples of 10,000 draws are fitted as without constraint."""


@claim(
    "table-1.bce.lipschitz.consistent",
    by="samples",
    subject=(0.6931471805599453, 1.0),
    sabotage={"another limit": (0.5, 1.0), "unconstrained": (0.6931471805599453, UNCONSTRAINED)},
)
def test_entropy_on_growing_samples(evidence, subject):
    """X uniform on [0, 1], Y a fair coin: least risk log 2 (f = 0) over every Lip_L."""
    expected, steep = subject
    judge(evidence, "bce", expected, steep)


@claim(
    "table-1.hinge.lipschitz.consistent",
    by="samples",
    subject=(1.0, 1.0),
    sabotage={"another limit": (0.5, 1.0), "unconstrained": (1.0, UNCONSTRAINED)},
)
def test_hinge_on_growing_samples(evidence, subject):
    """The same law: least risk m = 1, at f = 0."""
    from theory.losses import Hinge

    expected, steep = subject
    judge(evidence, Hinge(1.0), expected, steep)


@claim(
    "table-1.hkr.lipschitz.consistent.amended",
    by="samples",
    subject=(2.0, 1.0),
    sabotage={"another limit": (1.0, 1.0), "unconstrained": (2.0, UNCONSTRAINED)},
)
def test_hkr_on_growing_samples(evidence, subject):
    """The same law with m = 1 and lambda = 2: least risk lambda m = 2, at f = 0."""
    from theory.losses import HKR

    expected, steep = subject
    judge(evidence, HKR(1.0, 2.0), expected, steep)
