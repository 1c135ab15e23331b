"""Proposition 4 and every step of its proof in Appendix B, and the sentences around it."""

from fractions import Fraction as F

import pytest

from checks.derive import axiom, cases, congruence, have, numbers, product
from checks.implication import Implication
from checks.papers.many_faces.entropy.losses import convex, greater, positive, support
from checks.papers.many_faces.entropy.odds import IS_OPTIMAL, IS_TRAINING_SET, RISK
from checks.witness import identity, instance

claim = pytest.mark.claim

BETTER = Implication(("inverse > 0", "doubled == inverse / 2", "1 + inverse <= 1 + doubled"), "0 > 0")
"""inverse = exp(-f) at the points, all of label +1; doubled = exp(-(f + log 2)); f is claimed to be a minimiser."""


@claim("prop-4", by="formal")
def test_one_label_from_end_to_end(evidence, subject):
    evidence.impossible(
        axiom("exp_increasing", "-f - 1", "-f"),
        axiom("exp_positive", "-f - 1"),
        axiom("log_increasing", "1 + exp(-f - 1)", "1 + exp(-f)"),
        p=1,
        c=1,
    )


POSITIVE = (
    Implication(("w * (li + lj - 2 * lm) >= 0", "w * (lm - floor) >= 0"), "w * li + w * lj >= 2 * w * floor"),
    Implication(("ti <= fi", "tj <= -fj", "fi - fj <= Ld", "2 * s == ti + tj"), "s <= Ld / 2"),
)
"""li, lj, lm: the loss at two margins ti, tj and at their mean s; floor: the loss at L d/2."""


@claim(
    "sec-4.zero",
    by="symbolic",
    subject=(POSITIVE, "(a - b) ** 2"),
    sabotage={
        "not Lipschitz": ((POSITIVE[0], POSITIVE[1].without(2)), "(a - b) ** 2"),
        "no convexity": ((POSITIVE[0].without(0), POSITIVE[1]), "(a - b) ** 2"),
        "a concave loss": (POSITIVE, "-(a - b) ** 2"),
    },
)
def test_both_labels_keep_the_loss_away_from_0(evidence, subject):
    (loss, middle), square = subject
    evidence.certify(
        identity("exp(ℓᵢ + ℓⱼ) − exp(2 ℓ(s)) is a square", ("(1 + a**2) * (1 + b**2) - (1 + a*b) ** 2", square))
    )
    evidence.certify(middle.proof("the mean s of opposite margins is at most L d/2"))
    evidence.certify(loss.proof("and the loss at least 2 w ℓ(L d/2)"))


@claim("sec-4.zero", by="formal")
def test_zero_loss_from_end_to_end(evidence, subject):
    evidence.derive(
        positive("fi"),
        positive("-fj"),
        positive("L * d / 2"),
        have(
            "loss(fi) + loss(-fj) >= 2 * log(1 + exp(-L * d / 2))",
            convex("fi", "-fj"),
            greater("fi/2 - fj/2", "L * d / 2"),
        ),
        product("w > 0", "log(1 + exp(-L * d / 2)) > 0"),
        product("wi - w >= 0", "loss(fi) > 0"),
        product("wj - w >= 0", "loss(-fj) > 0"),
        product("w > 0", "loss(fi) + loss(-fj) - 2 * log(1 + exp(-L * d / 2)) >= 0"),
    )


SIGN = Implication(("f0 >= 2 * LD", "f0 - f <= LD", "LD > 0"), "f > 0")


@claim(
    "prop-4.sign",
    by="symbolic",
    subject=SIGN,
    sabotage={
        "norms of L diam": SIGN._replace(hypotheses=("f0 >= LD", *SIGN.hypotheses[1:])),
        "not Lipschitz": SIGN.without(1),
        "a single point": SIGN.without(2),
    },
)
def test_large_functions_have_one_sign(evidence, subject):
    evidence.certify(subject.proof("f(x) ≥ f(x₀) − L D ≥ L D > 0"))


@claim("prop-4.sign", by="formal")
def test_one_sign_from_end_to_end(evidence, subject):
    evidence.derive(
        product("L >= 0", "D - d >= 0"),
        product("L >= 0", "d >= 0"),
        cases(
            "f0 == 0",
            [axiom("abs", "f0"), cases("f == 0", [axiom("sign", "f0"), axiom("sign", "f")], [], [])],
            [axiom("abs", "f0"), have("f > 0"), axiom("sign", "f0"), axiom("sign", "f")],
            [axiom("abs", "f0"), have("f < 0"), axiom("sign", "f0"), axiom("sign", "f")],
        ),
    )


@claim("prop-4.growth", by="formal")
def test_growth_from_end_to_end(evidence, subject):
    evidence.impossible(
        axiom("exp_increasing", "-t", "0"),
        axiom("exp_positive", "-t"),
        axiom("log_tangent", "1 + exp(-t)"),
        p=1,
        M=1,
        T=0,
    )


GROWTH = Implication(
    ("risk >= p * loss", "p * (loss - f) >= 0", "p * (f - norm + LD + e) >= 0"), "risk >= p * norm - p * LD - p * e"
)
"""loss: the least loss of the label that p belongs to; f >= norm - LD - e everywhere, loss >= f."""


@claim(
    "prop-4.growth.amended",
    by="symbolic",
    subject=(GROWTH, "grown <= 1 + grown"),
    sabotage={
        "not Lipschitz": (GROWTH.without(2), "grown <= 1 + grown"),
        "p times less": (GROWTH.concluding("risk >= norm - LD - e"), "grown <= 1 + grown"),
        "a smaller loss": (GROWTH, "2 * grown <= 1 + grown"),
    },
)
def test_growth_with_both_labels(evidence, subject):
    growth, above = subject
    evidence.certify(Implication(("grown > 0",), above).proof("log(1 + exp(f)) ≥ f"))
    evidence.certify(growth.proof("the rarer label alone gives π (‖f‖ − L D − ε)"))


@claim(
    "prop-4.growth.amended",
    by="examples",
    subject=1.0,
    sabotage={"twice the bound": 2.0},
)
def test_growth_on_examples(evidence, subject):
    """Random functions on small sets of the line, their least Lipschitz constant, and their risk."""
    import math

    from hypothesis import strategies as st

    def law(points, values, ones):
        f = [v / 2 for v in values[: len(points)]]
        share = ones / 8
        steepest = max(
            abs(a - b) / abs(x - y)
            for x, a in zip(points, f, strict=True)
            for y, b in zip(points, f, strict=True)
            if x != y
        )
        loss = sum(share * math.log1p(math.exp(-a)) + (1 - share) * math.log1p(math.exp(a)) for a in f) / len(f)
        norm = max(abs(a) for a in f)
        bound = min(share, 1 - share) * (norm - steepest * (max(points) - min(points)))
        return loss >= subject * bound - 1e-12

    points = st.lists(st.integers(-9, 9), min_size=2, max_size=5, unique=True)
    values = st.lists(st.integers(-60, 60), min_size=5, max_size=5)
    evidence.examples("risk ≥ π (‖f‖ − L D)", law, points, values, st.integers(1, 7), max_examples=300)


@claim(
    "prop-4.limit",
    by="symbolic",
    subject=("1 + grown <= 2 * grown", "grown >= 1"),
    sabotage={"s < 0": ("1 + grown <= 2 * grown", "grown > 0"), "half": ("1 + grown <= grown", "grown >= 1")},
)
def test_the_loss_of_a_wrong_logit(evidence, subject):
    goal, known = subject
    evidence.certify(Implication((known,), goal).proof("1 + exp(s) ≤ 2 exp(s): at most s + log 2"))
    evidence.certify(Implication((known,), "1 + grown >= grown").proof("1 + exp(s) ≥ exp(s): at least s"))
    evidence.certify(
        identity("ℒ(−y s, y): the margin is y (−y s) = −s for y² = 1", ("y * (-y * s) - (1 - y**2) * s", "-s"))
    )


@claim("prop-4.limit", by="formal")
def test_a_wrong_logit_from_end_to_end(evidence, subject):
    evidence.derive(
        have("-y * (-y * s) == -s * -1"),
        congruence("exp", ["-y * (-y * s)"], ["s"]),
        axiom("exp_increasing", "0", "s"),
        axiom("exp_positive", "s"),
        axiom("log_exp", "s"),
        axiom("log_increasing", "exp(s)", "1 + exp(s)"),
        axiom("log_increasing", "1 + exp(s)", "2 * exp(s)"),
        axiom("log_product", "2", "exp(s)"),
        congruence("log", ["1 + exp(-y * (-y * s))"], ["1 + exp(s)"]),
        numbers("log(2) < 1"),
    )


ATTAINED = Implication(
    ("q * (p * norm) <= q * (p * LD) + q * risk", "q * risk <= q * log2", "q * p * norm == norm", "q * p * LD == LD"),
    "norm <= LD + q * log2",
)


@claim(
    "prop-4.amended",
    by="symbolic",
    subject=(GROWTH, ATTAINED, BETTER),
    sabotage={
        "not Lipschitz": (GROWTH.without(2), ATTAINED, BETTER),
        "any loss": (GROWTH, ATTAINED.without(1), BETTER),
        "a label of probability 0": (GROWTH, ATTAINED.without(2), BETTER),
    },
)
def test_proposition_4_amended(evidence, subject):
    """p = the probability of the rarer label, q = 1/p."""
    growth, attained, better = subject
    evidence.certify(better.proof("one label only: no minimum"))
    evidence.certify(growth.proof("both labels: risk ≥ π (‖f‖ − L D − ε)"))
    evidence.certify(attained.proof("so risk ≤ log 2, the loss of f = 0, bounds ‖f‖ by L D + log 2/π"))
    nearby = Implication(
        ("a * (d - l1 + m1) >= 0", "b * (d - l2 + m2) >= 0", "a * d + b * d == d"), "a*l1 + b*l2 - a*m1 - b*m2 <= d"
    )
    evidence.certify(nearby.proof("|ℰ(f) − ℰ(g)| ≤ ‖f − g‖, a mean of differences of losses: ℰ(f*) = lim ℰ(f_t)"))
    evidence.assume("Arzelà–Ascoli theorem")


@claim(
    "prop-4.amended",
    by="exact",
    subject=9,
    sabotage={"other odds": 3, "no lower weight": 10},
)
def test_an_attained_minimum(evidence, subject):
    """𝒳 one point, weights 9 and 1: the optimality conditions are met by the odds 9."""
    evidence.certify(
        instance(
            "𝒳 = {0}, P(Y = 1) = 9/10: odds 9 are optimal",
            given={"x": [0, 0], "y": [1, -1], "w": [9, 1], "u": [subject, subject], "q": 2, "plan": [[0, 1, F(9, 10)]]},
            define=RISK,
            conclusion=[*IS_TRAINING_SET, *IS_OPTIMAL],
        )
    )


@claim(
    "sec-4.temperature",
    by="symbolic",
    subject=("T * f", "T * L"),
    sabotage={"the Lipschitz constant unchanged": ("T * f", "L"), "divided by T": ("f", "T * L")},
)
def test_temperature(evidence, subject):
    """g = T f: margins and slopes are the same."""
    scaled, constant = subject
    evidence.certify(identity("ℒ_T(f(x), y) = ℒ₁(g(x), y): y T f = y g", ("y * T * f", f"y * ({scaled})")))
    at = scaled.replace("f", "h")
    evidence.certify(
        identity(
            "|f(x) − f(z)| ≤ L d exactly when |g(x) − g(z)| ≤ T L d: both sides times T > 0",
            ("T * (f - h)", f"{scaled} - ({at})"),
            ("T * (L * d)", f"({constant}) * d"),
        )
    )


@claim(
    "sec-4.temperature",
    by="samples",
    subject=lambda temperature: temperature,
    sabotage={"the temperature halved": lambda temperature: temperature / 2},
)
def test_temperature_by_the_solver(evidence, subject):
    import numpy as np

    from theory.losses import BCE
    from theory.risk import minimize_risk

    rng = evidence.rng(4)
    agreements = []
    for temperature in (0.5, 2.0, 5.0):
        points, labels = rng.normal(size=(30, 2)), np.where(rng.random(30) < 0.5, 1, -1)
        warm = minimize_risk(points, labels, 1.5, BCE(temperature=subject(temperature)), tolerance=1e-9)
        cold = minimize_risk(points, labels, 1.5 * temperature, BCE(), tolerance=1e-9)
        agreements.append(warm.lower_bound <= cold.risk * (1 + 1e-12) and cold.lower_bound <= warm.risk * (1 + 1e-12))
    evidence.fact("certified brackets of both least losses overlap", all(agreements))
    evidence.count(3, 4)


@claim(
    "sec-4.rescaling",
    by="exact",
    subject={"w": [9, 1], "u": [9, 9]},
    sabotage={"balanced labels": {"w": [1, 1], "u": [1, 1]}, "not a minimiser": {"w": [9, 1], "u": [16, 16]}},
)
def test_rescaled_minimisers(evidence, subject):
    """L = 2: u is the square of the odds v of f/2, and v is worse than u for L = 1 on a single point."""
    root = {1: 1, 9: 3, 16: 4}[subject["u"][0]]
    share = F(subject["w"][0], 1 + subject["u"][0])
    evidence.certify(
        instance(
            "𝒳 = {0}: odds u are optimal for every L, and those of f/2 are not",
            given={"x": [0, 0], "y": [1, -1], "q": 2, "plan": [[0, 1, share]], "v": [root, root]} | subject,
            define=RISK,
            conclusion=[*IS_TRAINING_SET, *IS_OPTIMAL, "all(b * b == a for a, b in zip(u, v))", "risk(v) > risk(u)"],
        )
    )


@claim("sec-4.rescaling", by="formal")
def test_rescaled_minimisers_from_end_to_end(evidence, subject):
    evidence.derive(
        have(
            "risk(log(9)) <= risk(h)",
            support("h", F(9)),
            have(
                "log(1 + exp(h)) == h + log(1 + exp(-h))",
                axiom("exp_positive", "h"),
                axiom("exp_sum", "h", "-h"),
                axiom("log_product", "exp(h)", "1 + exp(-h)"),
                axiom("log_exp", "h"),
                congruence("log", ["exp(h) * (1 + exp(-h))"], ["1 + exp(h)"]),
            ),
            axiom("log", "9"),
            axiom("exp_sum", "log(9)", "-log(9)"),
            have("exp(-log(9)) == 1/9"),
            congruence("log", ["1 + exp(-log(9))"], ["10/9"]),
            congruence("log", ["1 + exp(log(9))"], ["10"]),
            axiom("log_product", "10/9", "9"),
        ),
        numbers(
            "9/10 * log(1 + exp(-log(9) / 2)) + 1/10 * log(1 + exp(log(9) / 2))"
            " > 9/10 * log(1 + exp(-log(9))) + 1/10 * log(1 + exp(log(9)))"
        ),
    )
