"""Table 1, the row of the hinge-regularised Kantorovich-Rubinstein loss."""

from fractions import Fraction as F

import pytest

from checks.argument import certify, without
from checks.derive import axiom, square
from checks.implication import Implication
from checks.papers.many_faces.theorems import ASCOLI, CONSISTENCY, DISTINCT, KOLMOGOROV, LARGE_NUMBERS, PRODUCT
from checks.witness import identity, instance, refutation

claim = pytest.mark.claim

HKR = {
    "ell(t)": "-t + lam * max(0, m - t)",
    "loss(v)": "sum([n * ell(s * a) for n, s, a in zip(w, y, v)])",
    "lip(v)": "max([abs(v[i] - v[j]) / abs(x[i] - x[j]) for i in range(len(x)) for j in range(len(x)) if i != j])",
    "mass(label)": "sum([n for n, s in zip(w, y) if s == label])",
}
CONSTANT = ("-t * a + (t + lam * (m + t)) * b", "-t * (a - (1 + lam) * b) + lam * m * b")
"""The loss of the constant t >= m for the masses a of label +1 and b of label -1."""
LOWERED = ("base - (base - bound + 1) * inverse * gap", "(base - bound + 1) * (1 - inverse * gap) + bound - 1")
"""base - t gap at t = (base - bound + 1)/gap, where inverse * gap is 1, is bound - 1."""
FOUR = {"x": [0, 1, 2, 3], "y": [1, 1, 1, -1], "w": [1, 1, 1, 1], "m": 1, "lam": 1, "bound": -1000}


@claim(
    "table-1.hkr.unconstrained.minimizer",
    by="exact",
    subject={"lam": 1},
    sabotage={"a penalty for which 3 : 1 is moderate": {"lam": 2}, "a bound that holds": {"bound": -(10**7)}},
)
def test_constants_pass_every_bound(evidence, subject):
    evidence.certify(identity("the loss of a constant", CONSTANT))
    evidence.certify(identity("any bound is passed", LOWERED))
    evidence.refute(
        refutation(
            "classes 3 : 1 and λ = 1: the constant 10⁶ is below −1000, its Lipschitz constant is 0",
            given=FOUR | {"t": 10**6} | subject,
            define=HKR,
            hypotheses=["loss([t, t, t, t]) <= bound"],
            conclusion=["lip([t, t, t, t]) > 0"],
        )
    )


@claim("table-1.hkr.unconstrained.minimizer", by="formal")
def test_unbalanced_constants_have_no_slope(evidence, subject):
    evidence.impossible(
        square("K"),
        square("K + 1/2"),
        axiom("max", "0", "-4 * K**2 - 5"),
        axiom("max", "0", "4 * K**2 + 7"),
        says="classes 3 : 1 and λ = m = 1: a constant, of slope 0, has a loss below any K",
        m=1,
        lam=1,
        x1=1,
        x2=0,
        w1=F(3, 4),
        w2=F(1, 4),
    )


SLOPES = (
    ("-(a - b) * v + lam * b * (m + v)", "((1 + lam) * b - a) * v + lam * m * b"),
    ("-(a - b) * v + lam * a * (m - v)", "(b - (1 + lam) * a) * v + lam * m * a"),
)
"""The loss at an input for v > m and for v < -m."""
RISING = {
    "right of m a slope ≥ 0 lets nothing fall": Implication(
        ("s * v >= s * m", "at_v - at_m == s * v - s * m"), "at_v >= at_m"
    ),
    "a lower bound on Lip_L forbids losses below it with constants up to L": Implication(
        ("loss >= bound", "loss < bound"), "0 > 0"
    ),
}


@claim(
    "table-1.hkr.unconstrained.minimizer.amended",
    by="symbolic",
    subject=(SLOPES, RISING),
    sabotage={
        "λ in place of 1 + λ": (((SLOPES[0][0], "(lam * b - a) * v + lam * m * b"), SLOPES[1]), RISING),
        "a negative slope": (SLOPES, without(RISING, 0, 0)),
        "no bound on Lip_L": (SLOPES, without(RISING, 1, 0)),
    },
)
def test_bounded_below_where_labels_mix(evidence, subject):
    slopes, rising = subject
    evidence.certify(identity("the slopes at an input beyond ±m", *slopes))
    certify(evidence, rising)
    evidence.assume(PRODUCT)
    evidence.certify(identity("a negative slope passes every bound", LOWERED))


@claim(
    "table-1.hkr.unconstrained.minimizer.amended",
    by="examples",
    subject=lambda a, b, lam: a <= (1 + lam) * b and b <= (1 + lam) * a,
    sabotage={
        "λ in place of 1 + λ": lambda a, b, lam: a <= lam * b and b <= lam * a,
        "one direction only": lambda a, b, lam: a <= (1 + lam) * b,
        "always": lambda a, b, lam: True,
    },
)
def test_bounded_below_by_trial(evidence, subject):
    """The library's loss, exactly: bounded by its values at ±m, or lower far out than anywhere near."""
    from hypothesis import strategies as st

    from theory.losses import HKR as Loss

    def law(m, lam, a, b, v):
        ell = Loss(margin=m, penalty=lam).value
        risk = lambda t: a * ell(t) + b * ell(-t)
        least = min(risk(m), risk(-m))
        if subject(a, b, lam):
            return min(risk(v), risk(10**6 * v), risk(F(10**6)), risk(F(-(10**6)))) >= least
        return min(risk(F(10**6)), risk(F(-(10**6)))) < least

    positive = st.fractions(F(1, 4), 4, max_denominator=4)
    mass, value = st.integers(0, 6).map(F), st.fractions(-20, 20, max_denominator=4)
    evidence.examples("a minimum exactly for mixed labels", law, positive, positive, mass, mass, value)


NOISE = Implication(
    ("lam * h1 >= lam * m - lam * v", "lam * h2 >= lam * m + lam * v"), "lam * h1 / 2 + lam * h2 / 2 >= lam * m"
)


@claim(
    "table-1.hkr.unconstrained.consistent",
    by="symbolic",
    subject=(NOISE, {"x": [0, 1, 2, 3, 4]}),
    sabotage={
        "labels without noise": (NOISE.without(1), {"x": [0, 1, 2, 3, 4]}),
        "repeated inputs": (NOISE, {"x": [0, 0, 2, 3, 4]}),
    },
)
def test_unconstrained_hkr_is_not_consistent(evidence, subject):
    noise, inputs = subject
    evidence.certify(noise.proof("fair labels: the linear parts cancel, the loss is at least λ m at every value"))
    evidence.certify(identity("and λ m at the value 0", ("lam * (m - 0) / 2 + lam * (m + 0) / 2", "lam * m")))
    evidence.certify(
        instance(
            "five distinct inputs with any labels: f(x_i) = t y_i has the loss −5 t in all (t = 10⁶, m = λ = 3)",
            given={"y": [1, -1, -1, 1, -1], "w": [1] * 5, "t": 10**6, "m": 3, "lam": 3} | inputs,
            define=HKR,
            hypotheses=["all(x[i] != x[j] for i in range(5) for j in range(i))"],
            conclusion=["loss([t * s for s in y]) == -5 * t"],
        )
    )
    evidence.assume(DISTINCT)


@claim("table-1.hkr.lipschitz.minimizer", by="formal")
def test_unbalanced_hkr_has_no_minimum(evidence, subject):
    evidence.impossible(
        square("K"),
        square("K + 1/2"),
        axiom("max", "0", "-4 * K**2 - 5"),
        axiom("max", "0", "4 * K**2 + 7"),
        says="classes 3 : 1 and λ = m = 1: a constant has a loss below any K",
        m=1,
        lam=1,
        a=F(3, 4),
        b=F(1, 4),
    )


BOUNDED = {
    "ℓ(t) ≥ c m − (1 + c) t for 0 ≤ c ≤ λ": Implication(
        ("lam * h >= c * h", "c * h >= c * m - c * t", "ell == -t + lam * h"), "ell >= c * m - t - c * t"
    ),
    "ℓ(t) ≥ −t": Implication(("lam * h >= 0", "ell == -t + lam * h"), "ell >= -t"),
    "with W₊ = (1 + c) W₋ the bounds of both classes differ by W₊ (P f − Q f) ≤ W₊ L D": Implication(
        ("loss >= -Wp * Pf + Wp * Qf + rest", "Wp * Pf - Wp * Qf <= Wp * LD"), "loss >= rest - Wp * LD"
    ),
    "functions above m may be lowered": Implication(
        ("after == before + fall * excess", "fall * excess <= 0"), "after <= before"
    ),
    "until their infimum is m, and then they are bounded": Implication(("f <= low + LD", "low <= m"), "f <= m + LD"),
}


@claim(
    "table-1.hkr.lipschitz.minimizer.amended",
    by="symbolic",
    subject=(BOUNDED, CONSTANT),
    sabotage={
        "a ratio above 1 + λ": (without(BOUNDED, 0, 0), CONSTANT),
        "no Lipschitz constant": (without(BOUNDED, 2, 1), CONSTANT),
        "a ratio that lets constants fall": (without(BOUNDED, 3, 1), CONSTANT),
        "the penalty forgotten": (BOUNDED, (CONSTANT[0], "-t * (a - b) + lam * m * b")),
    },
)
def test_attained_within_the_ratio(evidence, subject):
    steps, constant = subject
    certify(evidence, steps)
    evidence.certify(identity("the loss of a constant t ≥ m", constant))
    evidence.certify(identity("outside the ratio constants pass every bound", LOWERED))
    evidence.assume(ASCOLI)
    evidence.assume(PRODUCT)


MEAN = Implication(("2 * p + lam * p == 1 + lam", "mean == p - (1 + lam) * (1 - p)"), "mean == 0")
RATIO = {"p": 100, "n": 67, "lam": 1, "m": 1, "t": 10**6}


@claim(
    "table-1.hkr.lipschitz.consistent",
    by="exact",
    subject=RATIO,
    sabotage={"66 of 100 positive": RATIO | {"n": 66}, "a law inside the ratio": RATIO | {"n": 67, "lam": 3}},
)
def test_samples_cross_the_ratio(evidence, subject):
    """P(Y = 1) = 2/3 and lambda = 1: 67 positive labels in 100 have probability about 1/2."""
    from math import comb

    for size in (100, 1000):
        above = sum(comb(size, n) * 2**n for n in range(size + 1) if n > 2 * (size - n))
        evidence.value(f"probability of an infinite infimum for {size} draws", float(F(above, 3**size)))
    evidence.certify(MEAN.proof("N₊ − (1 + λ) N₋ has steps of mean 0 when P(Y = 1) = (1 + λ)/(2 + λ)"))
    for says, step in list(BOUNDED.items())[:3]:
        evidence.certify(step.proof(says))
    evidence.refute(
        refutation(
            "67 positive labels of 100: the constant 10⁶ has a loss below −1000, while the law's is at least "
            "−W₊ L D + λ m W₋ > −1 with L D = 1",
            given=subject,
            define={
                "loss(v, a, b)": "-a * v + b * (v + lam * max(0, m + v)) + a * lam * max(0, m - v)",
                "floor(a, b)": "-a + lam * m * b",
            },
            hypotheses=["2 / 3 == (1 + lam) * (1 / 3)", "floor(2 / 3, 1 / 3) > -1"],
            conclusion=["loss(t, n / p, (p - n) / p) >= -1000"],
        )
    )
    evidence.assume("a random walk with mean 0 whose steps are not all 0 is positive infinitely often (Chung–Fuchs)")


NEAR = Implication(("gap == k * b0 - a0", "gap > e + k * e", "a <= a0 + e", "k * b >= k * b0 - k * e"), "a < k * b")
"""a, b: shares of the labels in the sample, within e of their probabilities; k = 1 + lambda."""
FAR = Implication(("gap == a0 - k * b0", "gap > e + k * e", "a >= a0 - e", "k * b <= k * b0 + k * e"), "a > k * b")
INSIDE = {
    "a ratio below 1 + λ is so in the sample": NEAR,
    "and one above it": FAR,
    "functions above m may be lowered until their infimum is m": BOUNDED["functions above m may be lowered"],
    "and then they are bounded": Implication(("f <= low + LD", "low <= m"), "f <= m + LD"),
}


@claim(
    "table-1.hkr.lipschitz.consistent.amended",
    by="symbolic",
    subject=INSIDE | CONSISTENCY,
    sabotage={
        "at the boundary": without(INSIDE, 0, 1) | CONSISTENCY,
        "at the boundary from above": without(INSIDE, 1, 1) | CONSISTENCY,
        "no law of large numbers": INSIDE | without(CONSISTENCY, 1, 1),
        "unbounded functions": without(INSIDE, 3, 1) | CONSISTENCY,
    },
)
def test_consistent_off_the_ratio(evidence, subject):
    certify(evidence, subject)
    for theorem in (KOLMOGOROV, LARGE_NUMBERS, PRODUCT):
        evidence.assume(theorem)
