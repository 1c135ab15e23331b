"""Proposition 3 and its proof, Example 2 and Figure 2a: the BCE without a Lipschitz constraint."""

from fractions import Fraction as F

import pytest

from checks.derive import axiom, cases, congruence, have, product, times
from checks.implication import Implication
from checks.papers.many_faces.entropy.losses import convex, greater, positive, strictly
from checks.papers.many_faces.entropy.odds import RISK
from checks.witness import identity, instance, refutation

claim = pytest.mark.claim

MEAN = Implication(("rest >= 0", "li + lj + rest == pe"), "li + lj <= pe")
"""li, lj: the losses of two examples; rest: that of the others; pe: p times the mean loss e."""

MIDDLE = Implication(("2 * lm <= li + lj", "li + lj <= pe"), "lm <= pe / 2")
"""lm: the loss at the mean of the two margins, by convexity."""

SPREAD = Implication(
    ("ti <= fi", "tj <= -fj", "fi - fj <= rise", "rise <= Ld", "2 * s == ti + tj", "s >= bound"), "Ld >= 2 * bound"
)
"""ti = y_i f(x_i), tj = y_j f(x_j) for labels +1, -1; rise = |f(x_i) - f(x_j)|; bound = -log(exp(pe/2) - 1)."""

CONVEX = ("(1 + aa) * (1 + bb) - (1 + a*b) ** 2", "(a - b) ** 2", {"aa": "a**2", "bb": "b**2"})


def loss_is_convex(left: str, right: str, squares: dict[str, str]) -> tuple[str, str]:
    """With a = exp(-ti/2), b = exp(-tj/2): exp of li + lj, less exp of 2 lm."""
    for name, power in squares.items():
        left = left.replace(name, f"({power})")
    return left, right


@claim(
    "prop-3.bound",
    by="symbolic",
    subject=(MEAN, MIDDLE, SPREAD, CONVEX),
    sabotage={
        "a negative loss": (MEAN.without(0), MIDDLE, SPREAD, CONVEX),
        "the mean without p": (MEAN.concluding("2 * (li + lj) <= pe"), MIDDLE, SPREAD, CONVEX),
        "no convexity": (MEAN, MIDDLE.without(0), SPREAD, CONVEX),
        "not Lipschitz": (MEAN, MIDDLE, SPREAD.without(3), CONVEX),
        "a concave loss": (MEAN, MIDDLE, SPREAD, (CONVEX[0], "-(a - b) ** 2", CONVEX[2])),
    },
)
def test_the_bound(evidence, subject):
    mean, middle, spread, convex = subject
    evidence.certify(mean.proof("two losses are at most the sum p e of all"))
    evidence.certify(identity("convexity: exp(ℓ(tᵢ) + ℓ(tⱼ)) − exp(2 ℓ(s)) is a square", loss_is_convex(*convex)))
    evidence.certify(middle.proof("so the loss at s = (tᵢ + tⱼ)/2 is at most p e/2"))
    evidence.certify(spread.proof("L d ≥ f(xᵢ) − f(xⱼ) = 2 s ≥ −2 log(exp(p e/2) − 1)"))
    equality = {"x": [0, 2], "y": [1, -1], "w": [1, 1], "u": [3, F(1, 3)], "q": 3}
    evidence.certify(
        instance(
            "equality: two points at distance 2, L = log 3, values ±L: exp(p e/2) − 1 = exp(−L)",
            given=equality,
            define=RISK | {"root()": "1 + 1 / u[0]"},
            conclusion=["root() ** 2 == risk(u)", "(root() - 1) * q == 1", "u[0] == u[1] * q ** 2"],
        )
    )


@claim(
    "prop-3.bound",
    by="examples",
    subject=lambda risk, points, labels: _saturation(risk, points, labels),
    sabotage={
        "p forgotten": lambda risk, points, labels: _saturation(risk / len(points), points, labels),
        "1 % too much": lambda risk, points, labels: 1.01 * _saturation(risk, points, labels),
    },
)
def test_the_bound_on_least_risks(evidence, subject):
    """The exact least BCE over Lip_L, put into the bound, gives back at most L; for two points, L itself."""
    from hypothesis import strategies as st

    from theory.risk import minimize_risk

    def law(points, lipschitz):
        labels = [1 if i % 2 else -1 for i in range(len(points))]
        risk = minimize_risk([[float(x)] for x in points], labels, float(lipschitz), tolerance=1e-9)
        least = subject(risk.lower_bound, points, labels)
        bounded = subject(risk.risk, points, labels) <= float(lipschitz)
        sharp = len(points) > 2 or risk.risk > 0.69 or abs(least - float(lipschitz)) < 1e-3 * float(lipschitz)
        return bool(bounded and sharp)

    sizes = st.lists(st.integers(-40, 40), min_size=2, max_size=6, unique=True)
    evidence.examples("the bound is at most L", law, sizes, st.integers(1, 5), max_examples=40)


@claim("prop-3.bound", by="formal")
def test_the_bound_from_end_to_end(evidence, subject):
    evidence.derive(
        convex("fi", "-fj"),
        have(
            "exp(-fi/2 + fj/2) <= exp(p * e / 2) - 1",
            axiom("exp_positive", "-fi/2 + fj/2"),
            axiom("log", "1 + exp(-fi/2 + fj/2)"),
            axiom("exp_increasing", "log(1 + exp(-fi/2 + fj/2))", "p * e / 2"),
        ),
        have(
            "-fi/2 + fj/2 <= log(exp(p * e / 2) - 1)",
            axiom("exp_positive", "-fi/2 + fj/2"),
            axiom("log_increasing", "exp(-fi/2 + fj/2)", "exp(p * e / 2) - 1"),
            axiom("log_exp", "-fi/2 + fj/2"),
        ),
        have("exp(e) > 1", axiom("exp_increasing", "0", "e")),
        have(
            "loss(v) == e",
            axiom("log", "exp(e) - 1"),
            congruence("log", ["1 + exp(log(exp(e) - 1))"], ["exp(e)"]),
            axiom("log_exp", "e"),
        ),
        cases(
            "e >= log(2)",
            [],
            [
                have("exp(e) < 2", axiom("exp_increasing", "e", "log(2)"), axiom("log", "2")),
                axiom("log_increasing", "exp(e) - 1", "1"),
            ],
        ),
        choose={"v": "-log(exp(e) - 1)"},
    )


def _saturation(risk, points, labels):
    from theory.risk import saturation_bound

    return saturation_bound(risk, [[float(x)] for x in points], labels)


@claim(
    "prop-3",
    by="symbolic",
    subject=(SPREAD, "2 * e"),
    sabotage={"not Lipschitz": (SPREAD.without(3), "2 * e"), "exp(e) − 1 ≤ e": (SPREAD, "e")},
)
def test_proposition_3(evidence, subject):
    """e stands for p e_t/2 <= 1: exp(e) - 1 <= e + e^2 <= 2 e, so that the bound is at least -log(2 e)."""
    spread, ceiling = subject
    evidence.certify(spread.proof("L d ≥ 2 s for the mean s of the margins, with bound ≤ s"))
    evidence.certify(
        Implication(("grown <= e + ee", "ee <= e"), f"grown <= {ceiling}").proof("exp(e) − 1 ≤ 2 e for 0 < e ≤ 1")
    )
    evidence.assume("exp(e) ≤ 1 + e + e² for e ≤ 1")
    evidence.assume("log tends to −∞ at 0")
    evidence.certify(
        Implication(("rise <= Ld", "Ld == 0", "2 * s <= rise"), "s <= 0").proof(
            "coinciding points: s ≤ 0, whose loss is at least log 2: no such sequence"
        )
    )


@claim("prop-3", by="formal")
def test_proposition_3_from_end_to_end(evidence, subject):
    evidence.derive(
        positive("K * d / 2"),
        cases(
            "L >= K",
            [],
            [product("d >= 0", "K - L > 0"), greater("fi/2 - fj/2", "K * d / 2"), convex("fi", "-fj")],
        ),
    )


@claim("eq-15", by="formal")
def test_equation_15_from_end_to_end(evidence, subject):
    evidence.counterexample(p=2, fi=0, fj=0, rest=0)


@claim(
    "eq-15.amended",
    by="symbolic",
    subject=MEAN,
    sabotage={"half of it": MEAN.concluding("2 * (li + lj) <= pe"), "a negative loss": MEAN.without(0)},
)
def test_equation_15_amended(evidence, subject):
    evidence.certify(subject.proof("the other losses are not negative"))
    evidence.certify(Implication(("inverse > 0",), "1 + inverse > 1").proof("1 + exp(−t) > 1: losses are positive"))


@claim("eq-15.amended", by="formal")
def test_equation_15_amended_from_end_to_end(evidence, subject):
    evidence.derive(
        axiom("exp_positive", "-fi"),
        axiom("log_increasing", "1", "1 + exp(-fi)"),
        axiom("exp_positive", "fj"),
        axiom("log_increasing", "1", "1 + exp(fj)"),
        axiom("divide", "p"),
        times("p * (1 / p) == 1", "loss(fi) + loss(-fj) + rest"),
    )


DIVERGES = Implication(("1 + inverse <= grown", "grown <= 1 + e + ee", "ee <= e"), "inverse <= 2 * e")
"""inverse = exp(-s), grown = exp(e) for 0 < e <= 1, ee = e^2: the loss log(1 + inverse) is at most e."""


@claim(
    "eq-16",
    by="symbolic",
    subject=DIVERGES,
    sabotage={"the loss is not small": DIVERGES.without(0), "half as much": DIVERGES.concluding("inverse <= e")},
)
def test_equation_16(evidence, subject):
    evidence.certify(subject.proof("exp(−s) ≤ exp(e) − 1 ≤ 2 e → 0: s = f(xᵢ) and s = −f(xⱼ) tend to +∞"))
    evidence.certify(
        Implication(("si >= large", "sj >= large", "rise >= si + sj"), "rise >= 2 * large").proof(
            "f(xᵢ) − f(xⱼ) is the sum of the two"
        )
    )
    evidence.assume("exp(e) ≤ 1 + e + e² for e ≤ 1")


@claim("eq-16", by="formal")
def test_equation_16_from_end_to_end(evidence, subject):
    evidence.derive(
        positive("K"),
        have(
            "fi >= K",
            cases(
                "fi >= K",
                [],
                [axiom("exp_increasing", "-K", "-fi"), axiom("log_increasing", "1 + exp(-K)", "1 + exp(-fi)")],
            ),
        ),
        have(
            "-fj >= K",
            cases(
                "-fj >= K",
                [],
                [axiom("exp_increasing", "-K", "fj"), axiom("log_increasing", "1 + exp(-K)", "1 + exp(fj)")],
            ),
        ),
    )


@claim("sec-4.saturation", by="formal")
def test_saturation_from_end_to_end(evidence, subject):
    evidence.impossible(axiom("exp_positive", "-large - more"), axiom("divide", "1 + exp(-large - more)"), more=0)


PROBABILITY = Implication(("li <= pe", "share >= 1 - li"), "1 - share <= pe")
"""share = sigma(y f) = exp(-li) >= 1 - li."""


@claim(
    "sec-4.saturation.amended",
    by="symbolic",
    subject=(MEAN, PROBABILITY),
    sabotage={
        "a negative loss": (MEAN.without(0), PROBABILITY),
        "half of it": (MEAN, PROBABILITY.concluding("1 - share <= pe / 2")),
    },
)
def test_probabilities_tend_to_0_or_1(evidence, subject):
    mean, probability = subject
    one = Implication(("li + lj <= pe", "lj >= 0"), "li <= pe")
    evidence.certify(mean.proof("two losses are at most p e …"))
    evidence.certify(one.proof("… so one is: σ(yᵢ f(xᵢ)) = exp(−ℓᵢ) ≥ exp(−p e)"))
    evidence.certify(probability.proof("1 − σ(yᵢ f(xᵢ)) ≤ p e → 0"))
    evidence.assume("exp(t) ≥ 1 + t")


@claim("sec-4.saturation.amended", by="formal")
def test_saturation_amended_from_end_to_end(evidence, subject):
    evidence.derive(
        axiom("exp_positive", "-s"),
        axiom("exp_positive", "s"),
        axiom("exp_sum", "s", "-s"),
        axiom("divide", "1 + exp(-s)"),
        axiom("divide", "1 + exp(s)"),
        axiom("exp_increasing", "log(1 + exp(-s))", "p * e"),
        axiom("exp_sum", "p * e", "-p * e"),
        axiom("exp_positive", "-p * e"),
        have("1 + exp(-s) <= exp(p * e)"),
        product("exp(-p * e) > 0", "exp(p * e) - (1 + exp(-s)) >= 0"),
        have("exp(-p * e) * (1 + exp(-s)) <= 1"),
        product("sigma(s) > 0", "1 - exp(-p * e) * (1 + exp(-s)) >= 0"),
        times("(1 + exp(-s)) * sigma(s) == 1", "exp(-p * e)"),
        have("sigma(s) >= exp(-p * e)"),
        axiom("exp_tangent", "-p * e"),
        have("1 - sigma(s) <= p * e"),
        have("(1 + exp(s)) * (1 - sigma(s)) == 1", times("(1 + exp(-s)) * sigma(s) == 1", "exp(s)")),
        times("(1 + exp(s)) * (1 - sigma(s)) == 1", "sigma(-s)"),
        times("(1 + exp(s)) * sigma(-s) == 1", "1 - sigma(s)"),
        have("sigma(-s) == 1 - sigma(s)"),
    )


# --- Example 2 ----------------------------------------------------------------------------------------------------


@claim("ex-2.positive", by="symbolic", subject="inverse > 0", sabotage={"exp(−t) may be 0": "inverse >= 0"})
def test_losses_are_positive(evidence, subject):
    evidence.certify(
        Implication((subject,), "1 + inverse > 1").proof("log(1 + exp(−t)) > log 1 = 0, for every t and every f")
    )


@claim("ex-2.positive", by="formal")
def test_losses_are_positive_from_end_to_end(evidence, subject):
    evidence.derive(
        axiom("exp_positive", "-s"),
        axiom("log_increasing", "1", "1 + exp(-s)"),
        axiom("divide", "p"),
        product("loss(s) + rest > 0", "1 / p > 0"),
    )


SCALED = Implication(("inverse * grown == 1", "inverse * (grown - 1 - lm) >= 0"), "inverse + inverse * lm <= 1")
"""grown = exp(lambda m), inverse = exp(-lambda m), lm = lambda m."""


@claim(
    "ex-2.sequence",
    by="symbolic",
    subject=(SCALED, "t >= lm"),
    sabotage={"a point on the frontier": (SCALED, "t >= 0"), "no exponential": (SCALED.without(1), "t >= lm")},
)
def test_scaling_minimises(evidence, subject):
    scaled, margin = subject
    evidence.certify(Implication(("t == l * y", "l * y >= lm"), "t >= lm").proof("margins grow by the factor λ"))
    evidence.certify(Implication((margin, "lm > 0"), "t > 0").proof("all margins stay positive, at least λ m"))
    evidence.certify(scaled.proof("exp(−λ m) (1 + λ m) ≤ 1: each loss is at most 1/(1 + λ m) → 0"))
    evidence.assume("log(1 + s) ≤ s and exp(t) ≥ 1 + t")


@claim("ex-2.sequence", by="formal")
def test_scaling_minimises_from_end_to_end(evidence, subject):
    evidence.derive(
        product("eps > 0", "m > 0"),
        axiom("divide", "eps * m"),
        product("lam - 1 / (eps * m) >= 0", "eps * m > 0"),
        have("lam * eps * m >= 1"),
        have("lam > 0"),
        product("lam > 0", "eps > 0"),
        product("lam * eps > 0", "s - m >= 0"),
        have("lam * eps * s >= 1"),
        axiom("exp_positive", "-lam * s"),
        axiom("exp_sum", "lam * s", "-lam * s"),
        axiom("exp_tangent", "lam * s"),
        axiom("log_tangent", "1 + exp(-lam * s)"),
        product("exp(-lam * s) > 0", "exp(lam * s) - 1 - lam * s >= 0"),
        have("exp(-lam * s) * (1 + lam * s) <= 1"),
        product("eps > 0", "1 - exp(-lam * s) * (1 + lam * s) >= 0"),
        product("exp(-lam * s) > 0", "lam * eps * s - 1 >= 0"),
        product("exp(-lam * s) > 0", "eps > 0"),
    )


@claim("ex-2.only", by="formal")
def test_other_sequences_from_end_to_end(evidence, subject):
    evidence.counterexample(w=1, c=0, r=0, d=1, m=1, n=2)


STEEP = Implication(("ti >= large", "tj >= large", "ti + tj <= wd", "wd <= W * d"), "W * d >= 2 * large")


@claim(
    "ex-2.only.amended",
    by="symbolic",
    subject=(MEAN, DIVERGES, STEEP),
    sabotage={
        "a negative loss": (MEAN.without(0), DIVERGES, STEEP),
        "the loss is not small": (MEAN, DIVERGES.without(0), STEEP),
        "one margin only": (MEAN, DIVERGES, STEEP.without(1)),
    },
)
def test_margins_diverge(evidence, subject):
    mean, diverges, steep = subject
    evidence.certify(mean.proof("each loss is at most the sum of all"))
    evidence.certify(diverges.proof("and a loss ≤ e has exp(−t) ≤ 2 e: its margin diverges as e → 0"))
    evidence.certify(
        Implication(("li <= ei", "lj <= ej", "ei <= e", "ej <= e"), "li + lj <= 2 * e").proof(
            "conversely, finitely many losses of at most e sum to at most p e"
        )
    )
    evidence.certify(steep.proof("‖W‖ ‖xᵢ − xⱼ‖ is at least the sum of two opposite margins"))
    evidence.assume("exp(e) ≤ 1 + e + e² for e ≤ 1")


@claim("ex-2.only.amended", by="formal")
def test_margins_diverge_from_end_to_end(evidence, subject):
    evidence.derive(
        positive("K"),
        positive("si"),
        positive("sj"),
        have("loss(K) <= exp(-K)", axiom("log_tangent", "1 + exp(-K)")),
        cases(
            "low < K",
            [cases("si >= K", [cases("sj >= K", [], [strictly("sj", "K")])], [strictly("si", "K")])],
            [greater("K", "low")],
        ),
    )


@claim(
    "ex-2.infimum",
    by="symbolic",
    subject=(SCALED, "inverse > 0"),
    sabotage={"no exponential": (SCALED.without(1), "inverse > 0"), "exp(−t) may be 0": (SCALED, "inverse >= 0")},
)
def test_the_infimum_is_no_minimum(evidence, subject):
    scaled, positive = subject
    evidence.certify(scaled.proof("the losses of λ(W, b) tend to 0"))
    evidence.certify(Implication((positive,), "1 + inverse > 1").proof("no loss is 0"))


@claim("ex-2.infimum", by="formal")
def test_the_infimum_from_end_to_end(evidence, subject):
    evidence.derive(
        axiom("exp_positive", "-s"),
        axiom("log_increasing", "1", "1 + exp(-s)"),
        product("eps > 0", "m > 0"),
        axiom("divide", "eps * m"),
        axiom("divide", "eps"),
        have(
            "lam * m == 1 / eps",
            times("eps * m * (1 / (eps * m)) == 1", "1 / eps"),
            times("eps * (1 / eps) == 1", "m * (1 / (eps * m))"),
        ),
        axiom("exp_positive", "-lam * m"),
        axiom("exp_sum", "lam * m", "-lam * m"),
        axiom("exp_tangent", "lam * m"),
        axiom("log_tangent", "1 + exp(-lam * m)"),
        product("exp(-lam * m) > 0", "exp(lam * m) - 1 - lam * m >= 0"),
        have("exp(-lam * m) * (1 + lam * m) <= 1"),
        product("eps > 0", "1 - exp(-lam * m) * (1 + lam * m) >= 0"),
        times("lam * m == 1 / eps", "eps * exp(-lam * m)"),
        times("eps * (1 / eps) == 1", "exp(-lam * m)"),
        product("exp(-lam * m) > 0", "eps > 0"),
        choose={"lam": "1 / (eps * m)"},
    )


VANISHES = Implication(("slope + slope * grown == 1", "slope * (grown - 1 - t) >= 0"), "2 * slope + slope * t <= 1")


@claim(
    "sec-4.vanishing",
    by="symbolic",
    subject=("u / (1 + u)", VANISHES),
    sabotage={
        "σ(y f) in place of σ(−y f)": ("1 / (1 + u)", VANISHES),
        "no exponential": ("u / (1 + u)", VANISHES.without(1)),
    },
)
def test_the_gradient_vanishes(evidence, subject):
    """slope = sigma(-t) = 1/(1 + exp(t)); sympy differentiates, its answer enters the certificate."""
    import sympy

    share, vanishes = subject
    t = sympy.symbols("t", real=True)
    u = sympy.exp(t)
    derivative = sympy.diff(sympy.log(1 + 1 / u), t)
    complement = 1 - sympy.sympify(share, locals={"u": u})
    evidence.fact("the derivative of log(1 + exp(−t)) is −σ(−t)", bool(sympy.simplify(derivative + complement) == 0))
    evidence.certify(vanishes.proof("σ(−t) (2 + t) ≤ 1: it tends to 0"))
    evidence.assume("exp(t) ≥ 1 + t")


# --- Figure 2a ----------------------------------------------------------------------------------------------------


def newton_step(factor):
    """-l'/l'' by sympy, less the claimed step."""
    import sympy

    w = sympy.symbols("W", real=True)
    loss = sympy.log(1 + sympy.exp(-w))
    return sympy.simplify(
        (-sympy.diff(loss, w) / sympy.diff(loss, w, 2) - (1 + factor * sympy.exp(-w))).rewrite(sympy.exp)
    )


LONG = Implication(("next == W + 1 + inverse", "inverse > 0"), "next > W + 1")
SHORT = Implication(("next == W + 1 + inverse", "inverse <= 1"), "next <= W + 2")


@claim(
    "fig-2a.newton",
    by="symbolic",
    subject=(1, LONG),
    sabotage={
        "twice the exponential": (2, LONG),
        "a shorter step": (1, LONG._replace(hypotheses=("next == W + inverse", "inverse > 0"))),
    },
)
def test_newton_diverges(evidence, subject):
    factor, step = subject
    evidence.fact("Newton's step is 1 + exp(−W)", newton_step(factor) == 0)
    evidence.certify(step.proof("each step is longer than 1"))
    evidence.certify(SHORT.proof("and at most 2, from W ≥ 0 on"))


DESCENT = {
    "lower": Implication(("next >= u + au", "au >= e / 2"), "next >= u + e / 2"),
    "half": Implication(("a + au == e", "au >= a"), "au >= e / 2"),
    "upper": Implication(("next <= u + au + aau", "aau <= au", "au <= e"), "next <= u + 2 * e"),
}
"""u = exp(W) >= 1, a = e/(1 + u) <= 1 with the step length e; au = a u, aau = a^2 u; next = u exp(a)."""


@claim(
    "fig-2a.descent",
    by="symbolic",
    subject=DESCENT,
    sabotage={
        "u < 1": DESCENT | {"half": DESCENT["half"].without(1)},
        "steps of e": DESCENT | {"upper": DESCENT["upper"].concluding("next <= u + e")},
        "no lower bound on exp": DESCENT | {"lower": DESCENT["lower"].without(0)},
    },
)
def test_descent_grows_like_a_logarithm(evidence, subject):
    evidence.certify(identity("a u + a = e: with a = e/(1 + u)", ("a * (1 + u)", "a + a * u")))
    evidence.certify(subject["half"].proof("u ≥ 1: a u ≥ e/2"))
    evidence.certify(subject["lower"].proof("u exp(a) ≥ u + u a ≥ u + e/2"))
    evidence.certify(subject["upper"].proof("u exp(a) ≤ u + a u + a² u ≤ u + 2 e, as a ≤ 1 and a u ≤ e"))
    evidence.assume("1 + a ≤ exp(a) ≤ 1 + a + a² for 0 ≤ a ≤ 1")


def single_precision(scale, device):
    """Figure 2a's two methods in IEEE single precision: when they end, and where."""
    import numpy as np

    one, zero = np.float32(1), np.float32(0)
    weight = zero
    newton: list[tuple[float, float]] = []
    while len(newton) < 200:
        newton.append((float(weight), float(np.exp(-weight) / (one + np.exp(-weight)))))
        if not newton[-1][1]:
            break
        weight = weight + one + np.exp(-weight)
    weight, steps, descent = zero, 0, []
    while steps < 3_000_000:
        slope = one / (one + np.exp(weight))
        if steps % 1000 == 0:
            descent.append((float(weight), float(slope)))
        if weight + slope == weight:
            break
        weight, steps = weight + slope, steps + 1
    return {
        "newton": newton,
        "descent": descent,
        "late": descent[100],
        "stalled": (steps, float(weight), float(slope)),
        "double": double_precision(steps),
    }


def double_precision(steps):
    """W after so many steps of gradient descent in double precision."""
    from math import exp

    weight = 0.0
    for _ in range(steps):
        weight += 1.0 / (1.0 + exp(weight))
    return weight


@claim(
    "fig-2a.float32",
    by="samples",
    build=single_precision,
    sabotage={"Newton's method in place of descent": lambda run: run | {"late": run["newton"][-1]}},
)
def test_descent_does_not_vanish_in_single_precision(evidence, subject):
    weight, slope = subject["late"]
    evidence.refute(
        refutation(
            f"10⁵ steps of gradient descent: W = {weight:.4f}, and this gradient",
            given={"gradient": F(slope)},
            conclusion=["gradient < 1 / 10 ** 30"],
        )
    )
    evidence.value("steps after which Newton's gradient is 0", len(subject["newton"]))
    evidence.count(100_000)


@claim(
    "fig-2a.float32.amended",
    by="samples",
    build=single_precision,
    sabotage={
        "Newton's method in place of descent": lambda run: run | {"stalled": (len(run["newton"]), *run["newton"][-1])},
        "descent in place of Newton's method": lambda run: run | {"newton": run["descent"]},
    },
)
def test_single_precision(evidence, subject):
    from math import log

    newton, descent, (steps, weight, slope) = subject["newton"], subject["descent"], subject["stalled"]
    evidence.fact("Newton's gradient is 0 within 110 steps", len(newton) <= 110)
    evidence.fact("gradient descent stops before 2·10⁶ steps", steps < 2_000_000)
    evidence.fact("near 21 log 2", abs(weight - 21 * log(2)) < 0.1)
    evidence.fact("with a gradient near 2⁻²¹", abs(slope * 2**21 - 1) < 0.1)
    evidence.value("Newton steps until the gradient is 0", len(newton))
    evidence.value("gradient descent steps until it stops", steps)
    evidence.value("its W and gradient there", f"{weight:.4f}, {slope:.3g}")
    evidence.fact("double precision is within 0.3 of it by then", abs(subject["double"] - weight) < 0.3)
    evidence.value("W in double precision after as many steps", subject["double"])
    evidence.count(len(newton) + steps)
    shown = [(1000 * i, w) for i, (w, _) in enumerate(descent) if i % 20 == 0]
    evidence.figure(
        "curve",
        "Figure 2a: the weight W of gradient descent in single precision, which grows like log k and stops at last; "
        "Newton's method would be at W = k.",
        x=[float(k) for k, _ in shown],
        y=[w for _, w in shown],
        xlabel="step k",
        ylabel="W",
    )
