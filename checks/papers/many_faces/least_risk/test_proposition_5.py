"""Proposition 5 and its proof: least training losses against least test losses."""

from fractions import Fraction as F
from itertools import pairwise

import pytest

from checks.argument import certify, without
from checks.derive import axiom, cases, congruence, have, integer, product
from checks.implication import Implication
from checks.papers.many_faces.entropy.losses import greater, positive
from checks.randomness import stream
from checks.witness import identity, instance

claim = pytest.mark.claim


@claim("prop-5", by="formal")
def test_minima_from_end_to_end(evidence, subject):
    evidence.impossible(
        axiom("exp_increasing", "-f - 1", "-f"),
        axiom("exp_positive", "-f - 1"),
        axiom("log_increasing", "1 + exp(-f - 1)", "1 + exp(-f)"),
        a=3,
        b=0,
        c=1,
    )


CHAIN = {
    "upper": Implication(("pp <= pi", "pi <= ii + delta"), "pp - ii <= delta"),
    "lower": Implication(("ii <= ip", "ip <= pp + delta"), "ii - pp <= delta"),
}
"""pp = E_p(f_p), pi = E_p(f_inf), ip = E_inf(f_p), ii = E_inf(f_inf)."""


@claim("prop-5.inequality", by="formal")
def test_the_inequality_from_end_to_end(evidence, subject):
    evidence.derive()


@claim("prop-5.restriction", by="formal")
def test_the_diameter_from_end_to_end(evidence, subject):
    evidence.counterexample(x=[0, 1], y=[1, -1], w=[210, 11], u=[20, 10], q=2, plan=[[0, 1, 10]])


LEVEL = {
    "least": Implication(("A <= P * s", "B >= Q * g", "A == B", "Q * g == Q * e * s"), "Q * e * s <= P * s"),
    "greatest": Implication(("A >= P * s", "B <= Q * g", "A == B", "Q * g == Q * e * s"), "Q * e * s >= P * s"),
    "range": Implication(("m <= b", "M - m <= LD", "f <= M"), "f <= b + LD"),
}
"""A, B: both sides of the condition; P, Q: probabilities of the labels; m = inf f, e = exp(m), s = sigma(-m), g = e s
= sigma(m); and likewise for the supremum M."""


@claim(
    "prop-5.restriction.amended",
    by="symbolic",
    subject=LEVEL,
    sabotage={
        "not stationary": LEVEL | {"least": LEVEL["least"].without(2)},
        "not Lipschitz": LEVEL | {"range": LEVEL["range"].without(1)},
        "half the diameter": LEVEL | {"range": LEVEL["range"].concluding("2 * (f - b) <= LD")},
    },
)
def test_minimisers_are_bounded(evidence, subject):
    evidence.certify(
        identity(
            "with s (1 + e) = 1 and g (1 + e) = e, that is s = σ(−m), g = σ(m): g = e s",
            ("(g - e*s) * (1 + e)", "g * (1 + e) - e * (s * (1 + e))"),
        )
    )
    evidence.certify(subject["least"].proof("at the infimum: ℙ(Y = −1) exp(m) σ(−m) ≤ ℙ(Y = 1) σ(−m)"))
    evidence.certify(subject["greatest"].proof("at the supremum: the reverse"))
    evidence.certify(subject["range"].proof("so the log-odds β lie between, and f ≤ β + L diam"))


@claim(
    "prop-5.restriction.amended",
    by="examples",
    subject=1.0,
    sabotage={"half the diameter": 0.5},
)
def test_bounds_on_exact_minimisers(evidence, subject):
    from math import log

    from hypothesis import strategies as st

    from theory.risk import minimize_risk

    def law(points, code, lipschitz):
        labels = [1, -1, *(1 if code >> i & 1 else -1 for i in range(len(points) - 2))]
        least = minimize_risk([[float(x)] for x in points], labels, lipschitz / 4, tolerance=1e-9)
        level = log(labels.count(1) / labels.count(-1))
        reach = subject * lipschitz / 4 * (max(points) - min(points))
        within = all(abs(v - level) <= reach + 1e-6 for v in least.values)
        return bool(within and min(least.values) <= level + 1e-6 and max(least.values) >= level - 1e-6)

    points = st.lists(st.integers(-5, 5), min_size=2, max_size=7)
    evidence.examples(
        "values within L diam of the log-odds", law, points, st.integers(0, 31), st.integers(1, 8), max_examples=60
    )


@claim("prop-5.sign", by="formal")
def test_the_printed_sign_from_end_to_end(evidence, subject):
    evidence.counterexample(f=0, y=1)


@claim(
    "prop-5.sign.amended",
    by="symbolic",
    subject=("sigma * (1 + inverse)", "sigma + sigma * inverse"),
    sabotage={"inverse of the odds": ("sigma * (1 + inverse)", "sigma - sigma * inverse")},
)
def test_the_right_sign(evidence, subject):
    """With sigma = 1/(1 + exp(-t)), sympy simplifies what the loss claims."""
    import sympy

    t = sympy.symbols("t", real=True)
    evidence.certify(identity("σ(t) (1 + exp(−t)), expanded", subject))
    sigma = 1 / (1 + sympy.exp(-t))
    evidence.fact("it is 1", sympy.simplify(sigma * (1 + sympy.exp(-t)) - 1) == 0)


@claim("prop-5.sign.amended", by="formal")
def test_the_right_sign_from_end_to_end(evidence, subject):
    evidence.derive(
        axiom("divide", "1 + exp(-y * f)"),
        axiom("log_product", "1 + exp(-y * f)", "1 / (1 + exp(-y * f))"),
        congruence("log", ["(1 + exp(-y * f)) * (1 / (1 + exp(-y * f)))"], ["1"]),
    )


LIPSCHITZ = {
    "slope": Implication(("slope == 1 - share", "share > 0"), "slope < 1"),
    "composed": Implication(("g <= s", "s <= Ld"), "g <= Ld"),
    "bounded": Implication(("grown >= 1",), "1 + grown <= 2 * grown"),
}


@claim(
    "prop-5.lipschitz",
    by="symbolic",
    subject=LIPSCHITZ,
    sabotage={
        "a share of 0": LIPSCHITZ | {"slope": LIPSCHITZ["slope"].without(1)},
        "no bound on f": LIPSCHITZ | {"bounded": LIPSCHITZ["bounded"].without(0)},
        "f not Lipschitz": LIPSCHITZ | {"composed": LIPSCHITZ["composed"].without(1)},
    },
)
def test_losses_are_lipschitz(evidence, subject):
    """share = sigma(t); the size of the derivative is sigma(-t) = 1 - sigma(t)."""
    evidence.certify(subject["slope"].proof("|ℓ'(t)| = 1 − σ(t) < 1"))
    evidence.certify(subject["composed"].proof("so x ↦ ℓ(y f(x)) is L-Lipschitz"))
    evidence.certify(subject["bounded"].proof("and at most log(1 + exp(M)) ≤ M + log 2"))


@claim("prop-5.lipschitz", by="formal")
def test_losses_are_lipschitz_from_end_to_end(evidence, subject):
    evidence.derive(
        positive("s"),
        have(
            "loss(s) <= M + log(2)",
            axiom("exp_increasing", "-s", "M"),
            axiom("exp_increasing", "0", "M"),
            axiom("log_increasing", "1 + exp(-s)", "2 * exp(M)"),
            axiom("log_product", "2", "exp(M)"),
            axiom("log_exp", "M"),
        ),
        cases(
            "s >= t",
            [
                greater("t", "s"),
                have(
                    "loss(t) <= loss(s) + s - t",
                    axiom("exp_sum", "s - t", "-s"),
                    axiom("exp_increasing", "0", "s - t"),
                    axiom("log_product", "exp(s - t)", "1 + exp(-s)"),
                    axiom("log_exp", "s - t"),
                    axiom("log_increasing", "1 + exp(-t)", "exp(s - t) * (1 + exp(-s))"),
                ),
            ],
            [
                greater("s", "t"),
                have(
                    "loss(s) <= loss(t) + t - s",
                    axiom("exp_sum", "t - s", "-t"),
                    axiom("exp_increasing", "0", "t - s"),
                    axiom("log_product", "exp(t - s)", "1 + exp(-t)"),
                    axiom("log_exp", "t - s"),
                    axiom("log_increasing", "1 + exp(-s)", "exp(t - s) * (1 + exp(-t))"),
                ),
            ],
        ),
    )


@claim(
    "prop-5.amended",
    by="symbolic",
    subject=(CHAIN, LEVEL),
    sabotage={
        "f_p is no minimiser": (CHAIN | {"upper": CHAIN["upper"].without(0)}, LEVEL),
        "not Lipschitz": (CHAIN, LEVEL | {"range": LEVEL["range"].without(1)}),
    },
)
def test_proposition_5_amended(evidence, subject):
    chain, level = subject
    evidence.certify(level["range"].proof("minimisers of ℰ_p and ℰ_∞ lie in one bounded set"))
    evidence.certify(chain["upper"].proof("|inf ℰ_p − inf ℰ_∞| ≤ sup |ℰ_p − ℰ_∞| over that set"))
    evidence.certify(chain["lower"].proof("in both directions"))
    evidence.assume("strong law of large numbers")
    evidence.assume("bounded Lipschitz functions on a bounded set of ℝⁿ are totally bounded (Kolmogorov–Tikhomirov)")
    evidence.assume("classes totally bounded in the uniform norm are Glivenko–Cantelli classes")


CLIP = {
    "above": Implication(("lm == least", "lt >= least"), "lm <= lt"),
    "below": Implication(("lminus <= lam * lt + lm - lam * lm", "(1 - lam) * (lt - lm) >= 0"), "lminus <= lt"),
    "lipschitz": Implication(("cf - cg <= f - g", "f - g <= Ld"), "cf - cg <= Ld"),
}
"""lt, lm, lminus: the loss at t, m and -m. Below: t < -m = lam t + (1 - lam) m, convexity. cf, cg: clipped values."""


@claim(
    "sec-4.consistent",
    by="symbolic",
    subject=(CLIP, CHAIN),
    sabotage={
        "not least at m": (CLIP | {"above": CLIP["above"].without(0)}, CHAIN),
        "not convex": (CLIP | {"below": CLIP["below"].without(0)}, CHAIN),
        "f_p is no minimiser": (CLIP, CHAIN | {"upper": CHAIN["upper"].without(0)}),
    },
)
def test_hinge_and_huber_losses(evidence, subject):
    """lt, lm, lminus: the loss at t, m and -m; cf, cg: clipped values, with f >= g."""
    clip, chain = subject
    evidence.certify(clip["above"].proof("a clipped margin above m has the least loss"))
    evidence.certify(clip["below"].proof("clipping one below −m raises none"))
    evidence.certify(clip["lipschitz"].proof("clipped functions stay L-Lipschitz"))
    evidence.certify(chain["upper"].proof("least losses over bounded functions differ by at most sup |ℰ_p − ℰ_∞|"))
    evidence.assume("bounded Lipschitz functions on a bounded set of ℝⁿ are totally bounded (Kolmogorov–Tikhomirov)")
    evidence.assume("classes totally bounded in the uniform norm are Glivenko–Cantelli classes")


ENTROPY = Implication(
    ("a * la + b * lb <= lsum", "lsum == 0", "a*la == -a*fp - ap", "b*lb == -b*fm - bp"), "a*fp + b*fm >= -ap - bp"
)


SMALL = Implication(("inverse * grown == 1", "inverse * (grown - 1 - t) >= 0"), "inverse + inverse * t <= 1")
"""inverse = exp(-t), grown = exp(t) >= 1 + t."""


NEXT_VALUE = {
    "one more unit fits the next value: f is a there, without it, and the unit d > 0": Implication(
        ("f == a + c * d", "c * d == v - a"), "f == v"
    ),
    "and it leaves the values before alone": Implication(("f == a + c * unit", "c * unit == 0"), "f == a"),
    "ReLU passes on what is not negative": Implication(("2 * relu == z + absolute", "absolute == z"), "relu == z"),
}


@claim(
    "prop-5.unconstrained",
    by="symbolic",
    subject=(SMALL, ENTROPY, NEXT_VALUE),
    sabotage={
        "no exponential": (SMALL.without(1), ENTROPY, NEXT_VALUE),
        "no concavity": (SMALL, ENTROPY.without(0), NEXT_VALUE),
        "one unit for all values": (SMALL, ENTROPY, without(NEXT_VALUE, 0, 1)),
        "negative numbers passed on": (SMALL, ENTROPY, without(NEXT_VALUE, 2, 1)),
    },
)
def test_unconstrained_networks_interpolate(evidence, subject):
    """Jensen: a log(s/a) + b log((1 - s)/b) <= log 1, with la = log(s/a), fp = -log s, ap = a log a, and so on."""
    small, entropy, next_value = subject
    certify(evidence, next_value)
    evidence.certify(small.proof("training loss of t yᵢ: at most exp(−t) ≤ 1/(1 + t), for every t: the infimum is 0"))
    evidence.certify(entropy.proof("test loss at x: π ℓ(f) + (1−π) ℓ(−f) ≥ −π log π − (1−π) log(1−π)"))
    evidence.certify(
        instance(
            "a ReLU network through three points: joined by segments",
            given={"x": [0, F(1, 3), 1], "t": [5, -5, 5], "slopes": [-30, F(15)]},
            define={
                "relu(a)": "max(0, a)",
                "f(a)": "t[0] + slopes[0] * relu(a - x[0]) + (slopes[1] - slopes[0]) * relu(a - x[1])",
            },
            conclusion=["all(f(a) == b for a, b in zip(x, t))"],
        )
    )
    evidence.assume("Jensen's inequality for the logarithm")


def growing_samples(scale, device, *, claims_seed):
    """Mean absolute deviation of the exact least training loss from the least test loss, by sample size."""
    import numpy as np

    from theory.risk import minimize_risk

    sizes = [100, 1000, 10_000, 100_000] if scale == "quick" else [100, 1000, 10_000, 100_000, 1_000_000]
    seeds = {100: 60, 1000: 30, 10_000: 8, 100_000: 3, 1_000_000: 3}
    rng, least = np.random.default_rng(stream(5, claims_seed)), {}
    for size in sizes:
        found = []
        for _ in range(seeds[size]):
            x = rng.random(size)
            y = np.where(rng.random(size) < 0.25 + x / 2, 1, -1)
            found.append(float(minimize_risk(x[:, None], y, 1.0, tolerance=1e-7).risk))
        least[size] = found
    return {"least": least, "test": least_test_loss(), "total": sum(seeds[size] for size in sizes)}


def least_test_loss():
    """The loss of f(x) = x - 1/2, by quadrature: its flux, the integral of sigma(f) - P(Y = 1 | x), is positive
    inside, so the slope bound is active everywhere."""
    from math import exp, log1p

    from scipy.integrate import quad

    def loss(x):
        share, f = 0.25 + x / 2, x - 0.5
        return share * log1p(exp(-f)) + (1 - share) * log1p(exp(f))

    return quad(loss, 0, 1, epsabs=1e-13)[0]


@claim(
    "prop-5.samples",
    by="samples",
    build=growing_samples,
    sabotage={
        "the test loss of f = 0": lambda run: run | {"test": 0.6931471805599453},
        "one size for all": lambda run: run | {"least": dict.fromkeys(run["least"], run["least"][100][:3])},
    },
)
def test_growing_samples(evidence, subject):
    import numpy as np

    sizes = list(subject["least"])
    deviation = [float(np.abs(np.array(subject["least"][p]) - subject["test"]).mean()) for p in sizes]
    slope = float(np.polyfit(np.log(sizes), np.log(deviation), 1)[0])
    evidence.fact("the largest samples are within 0.002 of the least test loss", deviation[-1] < 0.002)
    # The mean of three half-normal deviations at the largest sizes is seldom, but not never, far below its own mean.
    evidence.fact("the deviation falls like a power between −0.3 and −1 of p", -1.0 < slope < -0.3)
    evidence.value("least test loss", subject["test"])
    evidence.value("fitted power", slope)
    evidence.count(subject["total"], 5)
    evidence.figure(
        "curves",
        "Exact least training losses: mean absolute deviation from the least test loss, by sample size.",
        series=[
            {"label": "exact", "x": sizes, "y": deviation, "marker": True},
            {
                "label": r"$p^{-1/2}$",
                "x": sizes,
                "y": [deviation[0] * (sizes[0] / p) ** 0.5 for p in sizes],
                "dashed": True,
            },
        ],
        xlabel="sample size $p$",
        ylabel="deviation",
        logx=True,
        log=True,
    )


# --- Glivenko-Cantelli --------------------------------------------------------------------------------------------


UNBALANCED = Implication(
    (
        "lneg == l + f",
        "s * lneg == s * l + s * f",
        "training == s * l + lneg - s * lneg",
        "2 * test == l + lneg",
        "2 * s * f - f == 2 * bound + 2",
        "test - training <= bound",
        "training - test <= bound",
    ),
    "0 > 0",
)
"""l, lneg: losses of the constant f at the labels 1, -1; s: share of 1 in the sample; f = (2 bound + 2)/(2s - 1)."""


@claim(
    "sec-4.glivenko",
    by="symbolic",
    subject=(UNBALANCED, "u * v == 1"),
    sabotage={
        "a balanced sample": (UNBALANCED.without(4), "u * v == 1"),
        "losses of f and −f that may be equal": (UNBALANCED.without(0), "u * v == 1"),
        "v not 1/u": (UNBALANCED, "u * v == u"),
    },
)
def test_the_losses_of_all_lipschitz_functions_are_not_a_glivenko_cantelli_class(evidence, subject):
    """Constants, a fair coin, a sample with another share than 1/2; u = exp(f), v = exp(-f): l = log(1 + v)."""
    unbalanced, inverse = subject
    evidence.certify(
        Implication((inverse,), "1 + u == u + u * v").proof("1 + u = u (1 + v): the loss of −f is that of f, plus f")
    )
    evidence.refute(unbalanced.proof("no bound on |ℰ_p − ℰ_∞| for a share s ≠ 1/2 of label +1: a constant exceeds it"))


@claim("sec-4.glivenko", by="formal")
def test_glivenko_from_end_to_end(evidence, subject):
    evidence.impossible(
        cases("m >= k", [product("m - k >= 0", "p() > 0")], [integer("k - m"), product("k - m - 1 >= 0", "p() > 0")]),
        c=4,
    )


COVER = Implication(("pf <= pc + e", "pc - ic <= e", "ic <= if0 + e"), "pf - if0 <= 3 * e")


@claim(
    "sec-4.glivenko.amended",
    by="symbolic",
    subject=COVER,
    sabotage={"no law of large numbers": COVER.without(1), "twice as close": COVER.concluding("2*pf - 2*if0 <= 3 * e")},
)
def test_bounded_lipschitz_functions_are_one(evidence, subject):
    """pf, if0: E_p and E_inf of f; pc, ic: of the centre of its ball, whose losses are within e everywhere."""
    evidence.certify(
        subject.proof("within 3 ε for every f, once the law of large numbers has come within ε at each centre")
    )
    evidence.assume("strong law of large numbers")
    evidence.assume("bounded Lipschitz functions on a bounded set of ℝⁿ are totally bounded (Kolmogorov–Tikhomirov)")


MONOTONE = Implication(("f1 <= f2", "f1 > 0", "f2 <= 0"), "0 > 0")


@claim(
    "prop-5.architecture",
    by="symbolic",
    subject=(2, MONOTONE),
    sabotage={"a VC dimension of 10⁵": (10**5, MONOTONE), "not monotone": (2, MONOTONE.without(0))},
)
def test_one_architecture_has_a_guarantee(evidence, subject):
    """a max(0, w x + b) + c is monotone, so its signs change at most once: two points are shattered, not three."""
    from theory.vc import generalization_gap

    dimension, monotone = subject
    evidence.certify(monotone.proof("increasing: no labels +, − (then +) from left to right; likewise decreasing"))
    bound = F(generalization_gap(dimension, 10**7, F(1, 2 * 10**9)))
    evidence.refute(
        Implication((f"gap <= {bound}", "gap >= 1/100"), "0 > 0").proof(
            "10⁷ samples: a gap of 1/100 contradicts the bound for VC dimension 2, which fails with probability 10⁻⁹"
        )
    )
    evidence.assume("uniform convergence for classes of finite VC dimension (Mohri et al., corollary 3.9)")


@claim(
    "prop-5.architecture.amended",
    by="symbolic",
    subject=Implication(("up <= g", "down <= g"), "up + down <= 2 * g"),
    sabotage={"one direction only": Implication(("up <= g",), "up + down <= 2 * g")},
)
def test_the_guarantee_of_one_architecture(evidence, subject):
    from theory.vc import generalization_gap

    evidence.certify(subject.proof("both directions, each with half of δ"))
    gaps = [generalization_gap(50, 10**k, F(1, 1000)) for k in range(3, 10)]
    evidence.fact("the bound falls with the sample, V = 50", all(a > b for a, b in pairwise(gaps)))
    evidence.fact("below 1 % for 10⁹ samples", gaps[-1] < 0.01)
    evidence.assume("uniform convergence for classes of finite VC dimension (Mohri et al., corollary 3.9)")
