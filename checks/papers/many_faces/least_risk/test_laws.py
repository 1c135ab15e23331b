"""Equation 4 and Appendix E for laws; hKR as a transport problem; one architecture."""

import pytest

from checks.argument import certify, without
from checks.derive import axiom, congruence, have, product
from checks.implication import Implication
from checks.papers.many_faces.entropy.losses import convex, greater
from checks.papers.many_faces.theorems import PRODUCT
from checks.witness import identity

claim = pytest.mark.claim

STRICT = {
    "the mean of two minimisers that differ: E m < (E f + E g)/2": Implication(
        ("2*Em < Ef + Eg", "Ef == least", "Eg == least", "Em >= least"), "0 > 0"
    ),
    "it is L-Lipschitz": Implication(("f <= L*d", "g <= L*d", "2*m == f + g"), "m <= L*d"),
}
CONVEX = ("(1 + a**2) * (1 + b**2) - (1 + a*b) ** 2", "(a - b) ** 2")
"""exp(ℓ(s) + ℓ(t)) - exp(2 ℓ((s + t)/2)), with a = exp(-s/2), b = exp(-t/2)."""


@claim(
    "eq-4.unique.laws",
    by="symbolic",
    subject=(STRICT, CONVEX),
    sabotage={
        "one is no minimiser": (without(STRICT, 0, 2), CONVEX),
        "the mean may be better": (without(STRICT, 0, 3), CONVEX),
        "one is not L-Lipschitz": (without(STRICT, 1, 1), CONVEX),
        "a linear loss": (STRICT, ("(a**2) * (b**2) - (a*b) ** 2", "(a - b) ** 2")),
    },
)
def test_minimisers_agree_on_the_support(evidence, subject):
    steps, square = subject
    evidence.certify(identity("ℓ is strictly convex", square))
    certify(evidence, steps)
    evidence.assume(
        "an integral of a function that is positive with positive probability and never negative is positive"
    )
    evidence.assume("continuous functions that agree almost surely agree on the support")


DUAL = {
    "E ℓ ≥ E h(α) − E[α Y f] ≥ E h(α) − L 𝒲": Implication(("l + t >= h", "t <= LW"), "l >= h - LW"),
    "equality: E ℓ = E h(α) − E[α Y f] and E[α Y f] = L 𝒲": Implication(("l + t == h", "t == LW"), "l == h - LW"),
}
ENTROPY = ("a*(t + l) + (1 - a)*l", "l + a*t")
"""h(a) at a = σ(-t), where -log a = t + l and -log(1 - a) = l."""


@claim(
    "eq-4.dual.laws",
    by="symbolic",
    subject=(DUAL, ENTROPY),
    sabotage={
        "not Lipschitz": (without(DUAL, 0, 1), ENTROPY),
        "not a potential": (without(DUAL, 1, 1), ENTROPY),
        "the logarithms exchanged": (DUAL, ("a*l + (1 - a)*(t + l)", "l + a*t")),
    },
)
def test_duality_for_laws(evidence, subject):
    """l, t, h: expectations of the loss, of α Y f, of h(α)."""
    steps, entropy = subject
    evidence.certify(identity("h(α) = ℓ(t) + α t at α = σ(−t)", entropy))
    certify(evidence, steps)
    evidence.assume("ℓ(t) + a t ≥ h(a): ℓ is convex, and h(a) is the value where the derivative vanishes")
    evidence.assume("Kantorovich–Rubinstein duality")


POTENTIAL = {
    "convex: E g ≥ E f + φ′(0), φ′(0) = −(G − F) with F = ∫ f d(α₊ − α₋)": Implication(
        ("Eg >= Ef + p", "p == F - G", "G <= F"), "Eg >= Ef"
    ),
    "a minimiser has φ′(0) ≥ 0: (φ(s) − φ(0))/s ≤ φ′(0) + s C for every small s": Implication(
        ("D >= 0", "D <= p + sC", "p == F - G"), "G <= F + sC"
    ),
    "constants c and −c: the masses are equal": Implication(("m <= 0", "-m <= 0"), "m >= 0"),
    "the greatest value of g is L 𝒲, at f": Implication(("F <= LW", "LW <= F"), "F >= LW"),
}


@claim(
    "app-e.potential.laws",
    by="symbolic",
    subject=POTENTIAL,
    sabotage={
        "not convex": without(POTENTIAL, 0, 0),
        "not a potential": without(POTENTIAL, 0, 2),
        "not a minimiser": without(POTENTIAL, 1, 0),
        "one constant only": without(POTENTIAL, 2, 1),
    },
)
def test_minimisers_are_potentials_for_laws(evidence, subject):
    certify(evidence, subject)
    evidence.assume("L-Lipschitz functions on a bounded set are bounded; dominated convergence")
    evidence.assume("log(1 + exp(−t)) is convex with a second derivative of at most 1/4")
    evidence.assume("Kantorovich–Rubinstein duality")


CONJUGATE = (
    ("-t + a*t - (a - 1)*m", "(a - 1)*(t - m)"),
    ("-t + lam*(m - t) + a*t - (a - 1)*m", "(1 + lam - a)*(m - t)"),
    ("w*(al/1 - 1)*m + m*w - w*al*m", "0"),
)


@claim(
    "sec-5.hkr",
    by="symbolic",
    subject=CONJUGATE,
    sabotage={
        "a reward for each α": (("-t + a*t - a*m", "(a - 1)*(t - m)"), *CONJUGATE[1:]),
        "no penalty": (CONJUGATE[0], ("-t + a*t - (a - 1)*m", "(1 + lam - a)*(m - t)"), CONJUGATE[2]),
    },
)
def test_hkr_as_transport(evidence, subject):
    """Beyond m and before it; both are >= 0 for 1 <= a <= 1 + λ."""
    evidence.certify(identity("ℓ(t) + a t − (a − 1) m, for t ≥ m and for t ≤ m", *subject))
    evidence.certify(
        Implication(("s >= v", "v == q*m - m"), "s >= q*m - m").proof("attained at t = m, where both are 0")
    )
    evidence.assume(PRODUCT)


@claim("sec-5.hkr", by="exact", subject=1, sabotage={"twice the reward": 2, "no reward": 0})
def test_hkr_on_two_points(evidence, subject):
    """One example of each label at distance d, weights 1: margins v, v with 2v <= L d; α = a on both sides."""
    from fractions import Fraction as F

    good = True
    for d in (F(1, 2), F(1), F(2), F(5)):
        for m in (F(1, 4), F(1), F(3)):
            for lam in (F(1, 2), F(4)):
                v = d / 2
                loss = 2 * (-v + lam * max(F(0), m - v))
                dual = max(subject * m * 2 * (a - 1) - a * d for a in (F(1), 1 + lam))
                good &= loss == dual
    evidence.fact("least hKR = greatest m Σ(α − w) − L 𝒲, linear in a, so at an end of [1, 1 + λ]", good)
    evidence.count(24)


BIASES = {
    "differences vary by at most 2D: a gap of 2D at x₀ keeps its sign": Implication(
        ("dx >= d0 - 2*D", "d0 + s >= 2*D"), "dx + s >= 0"
    ),
    "a constant c at both inputs comes out at both: the smaller, if it is the first": Implication(
        ("u <= v", "m == u", "n == u + c"), "n == m + c"
    ),
    "reducing a frozen gap by 2e moves the outputs by constants": Implication(("n == u + e", "m == u"), "n - m == e"),
    "the value at x₀ bounds the output's bias": Implication(("f == z + b", "f <= M", "z >= -N"), "b <= M + N"),
    "the minimising sequence: E ≤ least + r": Implication(("E <= Et + r", "Et <= least + s"), "E <= least + r + s"),
}


@claim(
    "table-1.bce.architecture",
    by="symbolic",
    subject=BIASES,
    sabotage={
        "a gate that may switch": without(BIASES, 0, 1),
        "values that vary freely": without(BIASES, 0, 0),
        "a value without a bound": without(BIASES, 3, 1),
    },
)
def test_one_architecture(evidence, subject):
    certify(evidence, subject)
    evidence.assume("matrices with orthonormal rows or columns form a compact set")
    evidence.assume("a continuous function attains its minimum on a compact set; dominated convergence")


DETECT = {
    "margins of a pair: t₁ + t₂ ≤ L d": Implication(("t1 == f0", "t2 == -f1", "f0 - f1 <= Ld"), "t1 + t2 <= Ld"),
    "convex and decreasing: the mean loss is at least that at L d/2": Implication(
        ("l1 + l2 >= 2*lm", "lm >= l"), "(l1 + l2)/2 >= l"
    ),
    "pairs: the mean of means": Implication(("p1 >= l", "p2 >= l", "2*m == p1 + p2"), "m >= l"),
    "the tangent: l ≥ log 2 − s/2 with s = T L d/2": Implication(("l >= b - s/2", "2*s == TLd"), "l >= b - TLd/4"),
}


@claim(
    "sec-5.detect",
    by="symbolic",
    subject=DETECT,
    sabotage={
        "equal labels": without(DETECT, 0, 1),
        "not convex": without(DETECT, 1, 0),
        "an example without a partner": without(DETECT, 2, 1),
        "no tangent": without(DETECT, 3, 0),
    },
)
def test_overfitting_shows_in_the_loss(evidence, subject):
    certify(evidence, subject)
    evidence.assume("log(1 + exp(−t)) is convex and decreasing, with the slope −1/2 at 0")


@claim("sec-5.detect", by="formal")
def test_overfitting_from_end_to_end(evidence, subject):
    evidence.derive(
        have(
            "T * (fi - fj) <= T * L * d",
            product("T > 0", "L * dij - (fi - fj) >= 0"),
            product("L >= 0", "d - dij >= 0"),
            product("T > 0", "L * (d - dij) >= 0"),
        ),
        have(
            "bce >= log(1 + exp(-T * L * d / 2))",
            convex("T * fi", "-T * fj"),
            greater("T * fi / 2 - T * fj / 2", "T * L * d / 2"),
        ),
        have(
            "log(1 + exp(T * L * d / 2)) == T * L * d / 2 + log(1 + exp(-T * L * d / 2))",
            axiom("exp_sum", "T * L * d / 2", "-T * L * d / 2"),
            axiom("exp_positive", "T * L * d / 2"),
            axiom("exp_positive", "-T * L * d / 2"),
            axiom("log_product", "exp(T * L * d / 2)", "1 + exp(-T * L * d / 2)"),
            axiom("log_exp", "T * L * d / 2"),
            congruence("log", ["exp(T * L * d / 2) * (1 + exp(-T * L * d / 2))"], ["1 + exp(T * L * d / 2)"]),
        ),
        convex("T * L * d / 2", "-T * L * d / 2"),
    )


@claim(
    "app-f.units",
    by="symbolic",
    subject=(("m1*(L*d1) + m2*(L*d2)", "L*(m1*d1 + m2*d2)"),),
    sabotage={"squared distances": (("m1*(L*d1)**2 + m2*(L*d2)**2", "L*(m1*d1**2 + m2*d2**2)"),)},
)
def test_units(evidence, subject):
    evidence.certify(identity("costs of a plan in the new unit", *subject))
    evidence.certify(Implication(("f <= L*d",), "f <= 1*(L*d)").proof("the same inequality"))
