"""Table 1, the row of the Kantorovich-Rubinstein loss."""

from fractions import Fraction as F

import pytest

from checks.argument import certify, without
from checks.derive import axiom, cases, have, integer, product, times
from checks.implication import Implication
from checks.papers.many_faces.theorems import DISTINCT, PRODUCT
from checks.papers.many_faces.transport.pairs import atoms
from checks.witness import identity, instance, refutation

claim = pytest.mark.claim

LOSS = {
    "loss(v)": "-sum([n * s * a for n, s, a in zip(w, y, v)])",
    "lip(v)": "max([abs(v[i] - v[j]) / abs(x[i] - x[j]) for i in range(len(x)) for j in range(len(x)) if i != j])",
    "mass(label)": "sum([n for n, s in zip(w, y) if s == label])",
}
LOWERED = ("base - (base - bound + 1) * inverse * gap", "(base - bound + 1) * (1 - inverse * gap) + bound - 1")
"""f + t has the loss base - t gap; at t = (base - bound + 1)/gap, where inverse * gap is 1, this is bound - 1."""


@claim(
    "table-1.kr.unconstrained.minimizer",
    by="exact",
    subject={"w": [1, 1, 1]},
    sabotage={"balanced": {"w": [1, 1, 2]}, "more mass on the other label": {"w": [1, 1, 4]}},
)
def test_constants_run_to_minus_infinity(evidence, subject):
    evidence.certify(identity("any bound is passed by a constant", LOWERED))
    evidence.refute(
        refutation(
            "three points, two of label +1: the constant 10⁶ is below −1000, its Lipschitz constant is 0",
            given={"x": [0, 1, 2], "y": [1, 1, -1], "t": 10**6, "bound": -1000} | subject,
            define=LOSS,
            hypotheses=["loss([t, t, t]) <= bound"],
            conclusion=["lip([t, t, t]) > 0"],
        )
    )


@claim("table-1.kr.unconstrained.minimizer", by="formal")
def test_unbalanced_constants_have_no_slope(evidence, subject):
    evidence.impossible(
        says="weights 2/3 and 1/3: a constant, of slope 0, has a loss below any K", x1=1, x2=0, w1=F(2, 3), w2=F(1, 3)
    )


COUPLED = Implication(
    (
        "m1 * f1 - m1 * g1 <= m1 * L * d1",
        "m2 * f2 - m2 * g2 <= m2 * L * d2",
        "loss == m1 * g1 - m1 * f1 + m2 * g2 - m2 * f2",
        "L * cost == m1 * L * d1 + m2 * L * d2",
    ),
    "loss >= -L * cost",
)
"""m1, m2: masses of a coupling; f and g: the values at its ends, at distances d1, d2."""


@claim(
    "table-1.kr.unconstrained.minimizer.amended",
    by="symbolic",
    subject=(COUPLED, "t * mu1", LOWERED),
    sabotage={
        "unbalanced: some mass is not coupled": (COUPLED.without(2), "t * mu1", LOWERED),
        "a value without the sign of the mass": (COUPLED, "t * t", LOWERED),
        "balanced constants": (COUPLED, "t * mu1", (LOWERED[0].replace("inverse *", ""), LOWERED[1])),
    },
)
def test_where_the_constant_must_grow(evidence, subject):
    coupled, value, lowered = subject
    evidence.certify(
        identity("f = t μ: the loss is −t Σ μ²", (f"-(mu1 * ({value}) + mu2 * t * mu2)", "-t * (mu1 ** 2 + mu2 ** 2)"))
    )
    evidence.certify(identity("unbalanced: constants pass every bound", lowered))
    evidence.certify(coupled.proof("balanced: the loss is at least −L times the cost of a coupling, so L must grow"))
    evidence.assume(PRODUCT)


@claim(
    "table-1.kr.unconstrained.minimizer.amended",
    by="examples",
    subject=F(1, 2),
    sabotage={"a third of 𝒲": F(1, 3), "no bound": F(0)},
)
def test_steepness_against_loss(evidence, subject):
    """Values drawn at the points: the loss is at least -L 𝒲/2, 𝒲 by the exact solver."""
    from hypothesis import strategies as st

    from theory.transport import wasserstein1

    def law(pairs):
        p, q, up, uq = zip(*pairs, strict=True)
        points = list(zip([*p, *q], [*up, *uq], strict=True))
        if any(x == z and u != v for x, u in points for z, v in points):
            return True
        steep = max([F(abs(u - v), abs(x - z)) for x, u in points for z, v in points if x != z], default=F(0))
        return F(sum(uq) - sum(up), 2 * len(pairs)) >= -steep * subject * wasserstein1(p, q)

    value = st.integers(-9, 9)
    pairs = st.lists(st.tuples(value, value, value, value), min_size=1, max_size=4)
    evidence.examples("−L 𝒲/2 is a lower bound of the loss", law, pairs, max_examples=300)


@claim("table-1.kr.unconstrained.practice", by="formal")
def test_gradient_descent_on_a_linear_loss(evidence, subject):
    evidence.certify(
        instance(
            "the sums are 0 for P = Q, and for the classes {−1, 1} and {0, 0}",
            given={"cases": [[[3, 3], [1, -1]], [[-1, 1, 0, 0], [1, 1, -1, -1]]]},
            define={"sums(x, y)": "[sum([a * s for a, s in zip(x, y)]), sum(y)]"},
            conclusion=["all(sums(x, y) == [0, 0] for x, y in cases)", "sums([1, -1], [1, -1]) == [2, 0]"],
        )
    )
    evidence.derive()


@claim(
    "table-1.kr.unconstrained.consistent",
    by="symbolic",
    subject=("1/2", {"x": [0, 1, 2, 3, 4]}),
    sabotage={
        "P(Y = 1) = 2/3": ("2/3", {"x": [0, 1, 2, 3, 4]}),
        "repeated inputs": ("1/2", {"x": [0, 0, 2, 3, 4]}),
    },
)
def test_unconstrained_kr_is_not_consistent(evidence, subject):
    share, inputs = subject
    evidence.certify(
        identity("fair labels: the loss is 0 at every value", (f"-({share} * v - (1 - {share}) * v)", "0"))
    )
    evidence.certify(
        instance(
            "five distinct inputs with any labels: f(x_i) = t y_i has the loss −t (t = 10⁶)",
            given={"y": [1, -1, -1, 1, -1], "w": [F(1, 5)] * 5, "t": 10**6} | inputs,
            define=LOSS,
            hypotheses=["all(x[i] != x[j] for i in range(5) for j in range(i))"],
            conclusion=["loss([t * s for s in y]) == -t"],
        )
    )
    evidence.assume(DISTINCT)


@claim("table-1.kr.lipschitz.minimizer", by="formal")
def test_unbalanced_masses_have_no_minimiser(evidence, subject):
    evidence.impossible(says="masses 2/3 at 0, 1/3 at 3: f + 1 is better than f", L=2, p=0, q=3, a=F(2, 3), b=F(1, 3))


RAISED = Implication(("before <= after", "after == before - gap", "gap > 0"), "0 > 0")


@claim(
    "table-1.kr.lipschitz.minimizer",
    by="symbolic",
    subject=RAISED,
    sabotage={"balanced": RAISED.without(2), "no minimiser claimed": RAISED.without(0)},
)
def test_unbalanced_classes_have_no_minimiser(evidence, subject):
    evidence.certify(
        identity("f + 1: −(a (p + 1) − b (q + 1))", ("-(a * (p + 1) - b * (q + 1))", "b*q - a*p - (a - b)"))
    )
    evidence.refute(subject.proof("W₊ > W₋: if f is a minimiser then f + 1 has a loss smaller by W₊ − W₋"))


@claim(
    "table-1.kr.lipschitz.minimizer.amended",
    by="symbolic",
    subject=(COUPLED, RAISED, "L * p", "L * q"),
    sabotage={
        "steeper than L": (COUPLED.without(0), RAISED, "L * p", "L * q"),
        "balanced classes without a minimum": (COUPLED, RAISED.without(2), "L * p", "L * q"),
        "one class not scaled": (COUPLED, RAISED, "L * p", "q"),
    },
)
def test_the_minimum_over_lip_l(evidence, subject):
    coupled, raised, p, q = subject
    evidence.certify(identity("the loss of L f is L times that of f", (f"-({p} - {q}) / 2", "L * (-(p - q) / 2)")))
    evidence.certify(coupled.proof("the loss is at least −L times the cost of any coupling, the optimal one included"))
    evidence.certify(raised.proof("W₊ > W₋: adding constants improves every function"))
    evidence.assume(PRODUCT)
    evidence.assume("Kantorovich–Rubinstein duality")


@claim("table-1.kr.lipschitz.minimizer.amended", by="formal")
def test_the_minimum_over_lip_l_from_duality(evidence, subject):
    moved = "(1 - K - (a * Pf - b * Qf)) / (a - b)"
    evidence.derive(
        cases(
            "a == b",
            [
                have("a == 1/2"),
                have("b == 1/2"),
                times("a == 1/2", "Pf"),
                times("b == 1/2", "Qf"),
                times("a == 1/2", "L * Pu"),
                times("b == 1/2", "L * Qu"),
                times("Pu - Qu == W", "L"),
            ],
            *[
                [
                    axiom("divide", "a - b"),
                    times("(a - b) * (1 / (a - b)) == 1", "1 - K - (a * Pf - b * Qf)"),
                    have(f"a * ({moved}) - b * ({moved}) == 1 - K - (a * Pf - b * Qf)"),
                ]
            ]
            * 2,
        )
    )


WEAK = Implication(("n * error >= n / 2 - 1", "n * eps > 1"), "n * error > n / 2 - n * eps")


@claim(
    "table-1.kr.lipschitz.practice",
    by="symbolic",
    subject=(WEAK, 2),
    sabotage={"small n": (WEAK.without(1), 2), "at most n + 1 points": (WEAK, 1)},
)
def test_kr_minimisers_are_weak(evidence, subject):
    from theory.transport import accuracy_range

    few, extra = subject
    evidence.certify(few.proof("error ≥ 1/2 − 1/n and n > 1/ε, times n: error > 1/2 − ε"))
    evidence.certify(identity("L f − L T has the sign of f − T", ("L * f - L * T", "L * (f - T)")))
    sizes = range(2, 41)
    best = all(accuracy_range(*atoms(n))[1] == F(n + extra, 2 * n) for n in sizes)
    evidence.fact("the greatest accuracy of all minimisers is (n + 2)/2n, exactly, for n = 2, …, 40", best)
    evidence.count(len(sizes))


@claim("table-1.kr.lipschitz.practice", by="formal")
def test_kr_minimisers_are_weak_from_the_count(evidence, subject):
    evidence.derive(
        axiom("divide", "e"),
        axiom("divide", "n"),
        product("e > 0", "n - 1 / e > 0"),
        times("e * (1 / e) == 1", "1"),
        have("e * n - 1 > 0"),
        product("1 / n > 0", "e * n - 1 > 0"),
        times("n * (1 / n) == 1", "e"),
        product("1 / n > 0", "n + 2 - right >= 0"),
    )


@claim("table-1.kr.lipschitz.consistent", by="formal")
def test_odd_samples_are_unbalanced(evidence, subject):
    from math import comb

    for size in (10, 100, 1000):
        evidence.value(
            f"probability that {size} fair labels are unbalanced", float(1 - F(comb(size, size // 2), 2**size))
        )
    evidence.impossible(
        have("n - k > 0"),
        integer("n - k"),
        says="L = 1, d = 3: the losses of both constants are at least −5/2 only if n = k + 1/2",
        L=1,
        d=3,
    )


TRIANGLE = {
    "the least losses −L 𝒲/2 differ by at most L r/2 above, r = 𝒲(P_p, P) + 𝒲(Q, Q_p), by v = 𝒲(P, Q_p)": Implication(
        (
            "2 * low_p == -L * wpq",
            "2 * low == -L * w",
            "L * wpq <= L * wp + L * v",
            "L * v <= L * w + L * wq",
            "L * wp + L * wq == L * r",
        ),
        "2 * low - 2 * low_p <= L * r",
    ),
    "and below": Implication(
        (
            "2 * low_p == -L * wpq",
            "2 * low == -L * w",
            "L * v <= L * wp + L * wpq",
            "L * w <= L * v + L * wq",
            "L * wp + L * wq == L * r",
        ),
        "2 * low_p - 2 * low <= L * r",
    ),
}
"""Triangle inequalities between the classes' laws P, Q and those of the sample, times L."""


@claim(
    "table-1.kr.lipschitz.consistent.amended",
    by="symbolic",
    subject=TRIANGLE,
    sabotage={
        "no triangle inequality": without(TRIANGLE, 0, 2),
        "nor the second one from below": without(TRIANGLE, 1, 3),
        "another least loss": without(TRIANGLE, 1, 0),
    },
)
def test_balanced_samples_are_consistent(evidence, subject):
    certify(evidence, subject)
    evidence.assume(PRODUCT)
    evidence.assume("empirical measures converge weakly almost surely (Varadarajan)")
    evidence.assume("𝒲₁ metrises weak convergence on bounded sets")


@claim(
    "table-1.kr.lipschitz.consistent.amended",
    by="samples",
    subject=(F(1, 2), True),
    sabotage={"the factor 1/2 forgotten": (F(1), True), "labels as drawn": (F(1, 2), False)},
)
def test_balanced_samples(evidence, subject):
    """X uniform on [0, 1] for +1 and on [1/2, 3/2] for -1, P(Y = 1) = 0.3: the least loss tends to -1/4 (L = 1)."""
    import numpy as np

    from theory.transport import wasserstein1

    factor, reweighted = subject
    rng, errors = evidence.rng(0), []
    for size in (100, 1000, 10_000):
        label = rng.random(size) < 0.3
        x = rng.random(size) + np.where(label, 0.0, 0.5)
        masses = [1 / label.sum(), 1 / (~label).sum()] if reweighted else [1 / size, 1 / size]
        drift = abs(masses[0] * label.sum() - masses[1] * (~label).sum())
        least = -float(factor) * wasserstein1(x[label], x[~label]) if drift < 1e-9 else -np.inf
        errors.append(abs(least + 0.25))
        evidence.value(f"least loss of {size} draws", float(least))
    evidence.fact(
        "the errors are below 2/√p", all(e < 2 / n**0.5 for e, n in zip(errors, (100, 1000, 10_000), strict=True))
    )
    evidence.count(3, 0)
