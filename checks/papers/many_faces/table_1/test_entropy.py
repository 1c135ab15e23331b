"""Table 1, the row of binary cross entropy, and the caption's sentence on convergence."""

from fractions import Fraction as F
from math import exp, log, prod

import pytest

from checks.argument import certify, without
from checks.derive import axiom, cases, congruence, have, product, square, times
from checks.implication import Implication
from checks.papers.many_faces.entropy.odds import IS_OPTIMAL, IS_TRAINING_SET, NONTRIVIAL, RISK
from checks.papers.many_faces.theorems import ASCOLI, CONSISTENCY, DISTINCT, KOLMOGOROV, LARGE_NUMBERS, PRODUCT
from checks.witness import identity, instance

claim = pytest.mark.claim

COINCIDING = Implication(("(v - 1) ** 2 >= 0", "(1 + v) ** 2 < 4 * v"), "0 > 0")
"""Both labels at one input: exp of the loss is (1 + 1/v)(1 + v) at the odds v, and 4 at the odds 1."""


@claim("table-1.bce.unconstrained.minimizer", by="formal")
def test_coinciding_inputs_have_a_minimiser(evidence, subject):
    """Both labels at 0, f = 0: (1 + e^g)(1 + e^-g) = 2 + e^g + e^-g is at least 4."""
    evidence.impossible(
        have("g1 == g2"),
        axiom("exp_positive", "g1"),
        axiom("exp_positive", "-g1"),
        axiom("exp_sum", "g1", "-g1"),
        square("exp(g1) - exp(-g1)"),
        square("exp(g1) + exp(-g1) - 2"),
        have(
            "exp(g1) + exp(-g1) >= 2",
            cases("exp(g1) + exp(-g1) >= 2", [], [product("2 - exp(g1) - exp(-g1) > 0", "2 + exp(g1) + exp(-g1) > 0")]),
        ),
        axiom("log_product", "1 + exp(-g1)", "1 + exp(g1)"),
        axiom("log_product", "2", "2"),
        axiom("log_increasing", "4", "(1 + exp(-g1)) * (1 + exp(g1))"),
        congruence("exp", ["g2"], ["g1"]),
        congruence("log", ["1 + exp(g2)"], ["1 + exp(g1)"]),
        says="f = 0 is a minimiser: no g is better",
        x1=0,
        x2=0,
        f1=0,
        f2=0,
    )


SEPARATE = {
    "a total that is near its infimum has each part near its own": Implication(
        ("rest >= low_rest", "part + rest <= low + low_rest + s"), "part <= low + s"
    ),
    "one label only: larger odds v > u have a smaller loss, so none is least": Implication(
        ("v > u", "before == v * u + v", "after == v * u + u"), "after < before"
    ),
    "logits that drift apart, one of them perhaps bounded, need a large constant": Implication(
        ("fx >= bound + c", "fz <= c", "fx - fz <= Ld"), "Ld >= bound"
    ),
}


@claim(
    "table-1.bce.unconstrained.minimizer.amended",
    by="symbolic",
    subject=(SEPARATE, "a"),
    sabotage={
        "one value for all inputs": (without(SEPARATE, 0, 0), "a"),
        "the logits converge": (without(SEPARATE, 2, 0), "a"),
        "the odds of exchanged labels": (SEPARATE, "a + b"),
    },
)
def test_attained_where_labels_mix(evidence, subject):
    """(1 + u) times the derivative at odds u is b u - a; r = a/b."""
    steps, mass = subject
    certify(evidence, steps)
    right = Implication((f"b * r == {mass}", "b * u > b * r"), "-a + b * u > 0")
    left = Implication((f"b * r == {mass}", "b * u < b * r"), "-a + b * u < 0")
    evidence.certify(right.proof("with both labels the loss rises to the right of the odds r = a/b"))
    evidence.certify(left.proof("and falls to the left: r is the only minimum"))
    evidence.certify(identity("before and after: v (1 + u) and u (1 + v)", ("v * (1 + u)", "v * u + v")))
    evidence.assume("log(1 + exp(−t)) is strictly convex, positive and falls to 0")
    evidence.assume(PRODUCT)


@claim(
    "table-1.bce.unconstrained.minimizer.amended",
    by="examples",
    subject=lambda a, b: F(a, b),
    sabotage={"labels exchanged": lambda a, b: F(b, a), "even odds": lambda a, b: F(1)},
)
def test_the_best_value_at_a_mixed_input(evidence, subject):
    """exp of the loss with whole masses a, b at odds u, exactly."""
    from hypothesis import strategies as st

    def law(a, b, v):
        risk = lambda u: (1 + 1 / u) ** a * (1 + u) ** b
        return risk(subject(a, b)) <= risk(v)

    masses, odds = st.integers(1, 8), st.fractions(F(1, 50), 50, max_denominator=50)
    evidence.examples("odds a/b are the best", law, masses, masses, odds)


SATURATED = {
    "each loss is at most their sum, so exp(−ℓ) is at least E = exp(−p e), and |ℓ'| = 1 − exp(−ℓ)": Implication(
        ("slope == 1 - z", "z >= E"), "slope <= 1 - E"
    ),
    "a positive loss is at most the sum": Implication(("total == one + rest", "rest >= 0"), "one <= total"),
}


@claim("table-1.bce.unconstrained.practice", by="formal")
def test_gradients_vanish_with_the_loss(evidence, subject):
    """exp(-loss) is 1 - s for the slope s = 1/(1 + exp(t)), and p e is at least the loss."""
    kept = "exp(-log(1 + exp(-t)))"
    evidence.derive(
        axiom("exp_positive", "t"),
        axiom("exp_positive", "-t"),
        axiom("exp_sum", "t", "-t"),
        axiom("divide", "1 + exp(t)"),
        axiom("log", "1 + exp(-t)"),
        axiom("exp_sum", "log(1 + exp(-t))", "-log(1 + exp(-t))"),
        have(
            "(1 + exp(-t)) * (1 - 1 / (1 + exp(t))) == 1",
            times("(1 + exp(t)) * (1 / (1 + exp(t))) == 1", "exp(-t)"),
            times("exp(t) * exp(-t) == 1", "1 / (1 + exp(t))"),
        ),
        have(f"(1 + exp(-t)) * {kept} == 1", times("exp(log(1 + exp(-t))) == 1 + exp(-t)", kept)),
        have(
            f"{kept} == 1 - 1 / (1 + exp(t))",
            times("(1 + exp(-t)) * (1 - 1 / (1 + exp(t))) == 1", kept),
            times(f"(1 + exp(-t)) * {kept} == 1", "1 - 1 / (1 + exp(t))"),
        ),
        axiom("divide", "p"),
        have(
            "log(1 + exp(-t)) + rest <= p * e",
            product("p > 0", "e - (log(1 + exp(-t)) + rest) / p >= 0"),
            times("p * (1 / p) == 1", "log(1 + exp(-t)) + rest"),
        ),
        axiom("exp_increasing", "-p * e", "-log(1 + exp(-t))"),
        axiom("exp_tangent", "-p * e"),
    )


@claim(
    "table-1.bce.unconstrained.practice",
    by="examples",
    subject=prod,
    sabotage={"the largest loss left out": lambda r: prod(r) / max(r), "the mean of two": lambda r: (1 + prod(r)) / 2},
)
def test_gradients_against_the_total_loss(evidence, subject):
    """Exactly: exp(loss) is 1 + 1/odds at an example, exp(p e) the product of these numbers."""
    from hypothesis import strategies as st

    def law(odds):
        total = subject([1 + 1 / o for o in odds])
        return all(1 / (1 + o) <= 1 - 1 / total for o in odds)

    odds = st.lists(st.fractions(F(1, 20), 20, max_denominator=20), min_size=1, max_size=6)
    evidence.examples("|ℓ'| ≤ 1 − exp(−p e) at every example", law, odds)


@claim(
    "table-1.bce.unconstrained.consistent",
    by="symbolic",
    subject=(COINCIDING, {"y": [1, -1, -1, 1, -1], "x": [0, 1, 2, 3, 4], "same": 0}),
    sabotage={
        "labels without noise": (COINCIDING.without(1), {"y": [1, 1, 1, 1, 1], "x": [0, 1, 2, 3, 4], "same": 0}),
        "repeated inputs": (COINCIDING, {"y": [1, -1, -1, 1, -1], "x": [0, 0, 2, 3, 4], "same": 1}),
    },
)
def test_unconstrained_entropy_is_not_consistent(evidence, subject):
    best, sample = subject
    evidence.certify(best.proof("fair labels: no odds v have (1 + v)²/v < 4, so the loss is at least log 2 everywhere"))
    evidence.certify(
        instance(
            "five distinct inputs, any labels: f(x_i) = y_i log 10⁶ has a total loss below 10⁻⁵",
            given={"k": 10**6, "w": [1] * 5} | sample,
            define=RISK | {"fitted()": "[k if s > 0 else 1 / k for s in y]"},
            hypotheses=[*IS_TRAINING_SET, "all(x[i] != x[j] for i in range(5) for j in range(i))"],
            conclusion=["risk(fitted()) < 1 + 1 / 10 ** 5", "risk(fitted()) == (1 + 1 / k) ** 5"],
        )
    )
    evidence.assume(DISTINCT)


BETTER = Implication(("before <= after", "before == u * v + v", "after == u * v + u", "v == u + 1"), "0 > 0")


@claim("table-1.bce.lipschitz.minimizer", by="formal")
def test_one_label_has_no_minimiser(evidence, subject):
    evidence.impossible(
        axiom("exp_positive", "-v - 1"),
        axiom("exp_increasing", "-v - 1", "-v"),
        axiom("log_increasing", "1 + exp(-v - 1)", "1 + exp(-v)"),
        says="one label only: v + 1 has a smaller loss than v",
        a=1,
        b=0,
    )


COERCIVE = {
    "ℰ ≤ c bounds the least value from above": Implication(
        ("c >= Wm * loss", "Wm * loss >= Wm * low"), "Wm * low <= c"
    ),
    "and the greatest from below": Implication(("c >= Wp * loss", "Wp * loss >= -Wp * high"), "Wp * high >= -c"),
    "so all values are bounded above": Implication(("f <= low + LD", "low <= c1"), "f <= c1 + LD"),
    "and below": Implication(("f >= high - LD", "high >= -c2"), "f >= -c2 - LD"),
    "one label: f + 1 is better than any f": BETTER,
}


@claim(
    "table-1.bce.lipschitz.minimizer.amended",
    by="symbolic",
    subject=COERCIVE,
    sabotage={
        "no Lipschitz constant": without(COERCIVE, 2, 0),
        "no mass of the label −1": without(COERCIVE, 0, 0),
        "a loss that may be small": without(COERCIVE, 1, 1),
    },
)
def test_attained_with_both_labels(evidence, subject):
    certify(evidence, subject)
    for theorem in (ASCOLI, PRODUCT, "log(1 + exp(v)) ≥ max(0, v)"):
        evidence.assume(theorem)


def example_3(a, q):
    """Odds (a, a/q, q/a, 1/a) at -2, -1, 1, 2: antisymmetric, falling by log q from each outer to its inner point."""
    a, q = F(a), F(q)
    plan = [[0, 1, F(9, 1) / (1 + a)], [2, 3, F(9, 1) / (1 + a)]]
    return {
        "x": [-2, -1, 1, 2],
        "y": [1, -1, 1, -1],
        "w": [9, 1, 1, 9],
        "u": [a, a / q, q / a, 1 / a],
        "q": q,
        "plan": plan,
    }


RIGHT = RISK | {"right()": "len([1 for a, s in zip(u, y) if odds(a, s) > 1])"}


@claim(
    "table-1.bce.lipschitz.practice",
    by="exact",
    subject=((12, F(16, 3), 2), (18, 20, 4)),
    sabotage={
        "the constants exchanged": ((12, F(16, 3), 4), (18, 20, 2)),
        "not optimal": ((12, 6, 2), (18, 20, 4)),
    },
)
def test_the_constant_decides(evidence, subject):
    """Weights 9, 1, 1, 9 for Example 3's 0.9, 0.1, 0.1, 0.9."""
    for a, q, right in subject:
        evidence.certify(
            instance(
                f"e^L = {q}: minimal by the conditions of Karush, Kuhn and Tucker, and right at {right} of 4 points",
                given=example_3(a, q) | {"number": right},
                define=RIGHT,
                hypotheses=[*IS_TRAINING_SET, NONTRIVIAL],
                conclusion=[*IS_OPTIMAL, "right() == number"],
            )
        )
    dilation = Implication(("v - w <= L * d", "L * d == L * c * e"), "v - w <= c * L * e")
    evidence.certify(dilation.proof("values of an L-Lipschitz function at x are those of a cL-Lipschitz one at x/c"))
    evidence.assume("BCE is strictly convex in the values at the examples")


TWO_BOUNDS = {name: COERCIVE[name] for name in list(COERCIVE)[:4]}


@claim(
    "table-1.bce.lipschitz.consistent",
    by="symbolic",
    subject=CONSISTENCY | TWO_BOUNDS,
    sabotage={
        "no law of large numbers": without(CONSISTENCY, 1, 1) | TWO_BOUNDS,
        "no net": without(CONSISTENCY, 0, 1) | TWO_BOUNDS,
        "no bound on the functions": CONSISTENCY | without(TWO_BOUNDS, 2, 0),
    },
)
def test_entropy_is_consistent(evidence, subject):
    certify(evidence, subject)
    for theorem in (KOLMOGOROV, LARGE_NUMBERS, PRODUCT):
        evidence.assume(theorem)


LIMIT = Implication(("w == w + step", "step == eta * s", "eta * s > 0"), "0 > 0")
DESCENT = {
    "a limit W* would have σ(−W*) = 0": LIMIT,
    "W grows at every step": Implication(("next == w + step", "step > 0"), "next > w"),
}


@claim("table-1.caption.convergence", by="formal")
def test_gradient_descent_does_not_converge(evidence, subject):
    evidence.impossible(
        axiom("exp_positive", "w"), axiom("divide", "1 + exp(w)"), says="W + η σ(−W) is more than W", eta=1
    )


@claim(
    "table-1.caption.convergence.amended",
    by="symbolic",
    subject=DESCENT,
    sabotage={
        "a derivative that may be 0": without(DESCENT, 0, 2),
        "no step": without(DESCENT, 1, 1),
    },
)
def test_the_weights_diverge(evidence, subject):
    certify(evidence, subject)
    evidence.assume("an increasing bounded sequence converges; the map is continuous")
    evidence.assume("σ(−W) and log(1 + exp(−W)) tend to 0 as W → ∞")


@claim(
    "table-1.caption.convergence.amended",
    by="samples",
    subject=lambda w: -1 / (1 + exp(w)),
    sabotage={
        "a loss with its minimum at 3": lambda w: w - 3,
        "the other label": lambda w: 1 / (1 + exp(w)),
    },
)
def test_descent_runs_away(evidence, subject):
    """10,000 steps of size 1 from 0: dW/dt = σ(−W) gives e^W + W = t + 1, and descent is a little ahead of it."""
    w, t = 0.0, 10_000
    for _ in range(t):
        w -= subject(w)
    evidence.fact("W_t is past log t and below log t + 1", bool(log(t) - 1e-2 < w < log(t) + 1))
    evidence.fact("the step is below 2/t", 0 < -subject(w) < 2 / t)
    evidence.value("W after 10,000 steps of size 1", w)
    evidence.count(t)
