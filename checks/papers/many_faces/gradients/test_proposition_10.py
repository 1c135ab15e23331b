"""Proposition 10 of Appendix D: minimisers of BCE over L-Lipschitz functions keep a gradient everywhere."""

from fractions import Fraction as F

import pytest

from checks.argument import certify, without
from checks.derive import axiom, cases, congruence, have, product
from checks.implication import Implication
from checks.papers.many_faces.entropy.odds import IS_OPTIMAL, IS_TRAINING_SET, NONTRIVIAL, RISK, two_places
from checks.papers.many_faces.theorems import PRODUCT, STATIONARY
from checks.witness import identity, instance, refutation

claim = pytest.mark.claim

FLOOR = Implication(
    ("slope + slope * o == T", "slope * o <= slope * R", "K + K * R == T"), "slope + slope * R >= K + K * R"
)
"""(slope - K)(1 + R) >= 0 where slope = T/(1 + o), o = exp(T y f) <= R, K = T/(1 + R)."""
BALANCE = {
    "odds above W₊/W₋ = a/b everywhere make σ(−T f) less than b/(a + b)": Implication(
        ("s * b + s * b * o == b", "s * b * o > s * a"), "s * a + s * b < b"
    ),
    "and r = σ(T f) more than a/(a + b), as r + s = 1": Implication(
        ("s * a + s * b < b", "a * r + a * s == a", "b * r + b * s == b"), "r * a + r * b > a"
    ),
    "so a times the mean of s is less than a b/(a + b), b times that of r is more: they differ": Implication(
        (
            "a * s * a + a * s * b < a * b",
            "b * r * a + b * r * b > a * b",
            "a * s * a == b * r * a",
            "a * s * b == b * r * b",
        ),
        "0 > 0",
    ),
    "f is within L D of c": Implication(("low <= c", "f <= low + LD"), "f - c <= LD"),
    "from below too": Implication(("high >= c", "f >= high - LD"), "f - c >= -LD"),
    "|c| is log ρ / T at most": Implication(("f - c <= LD", "c <= r"), "f <= r + LD"),
}


CONSTANT = {
    "mass(label)": "sum([n for n, s in zip(w, y) if s == label])",
    "rho()": "max(mass(1) / mass(-1), mass(-1) / mass(1))",
    "K()": "1 / (1 + rho() * q ** (max(x) - min(x)))",
}


@claim(
    "prop-10",
    by="symbolic",
    subject=(FLOOR, BALANCE),
    sabotage={
        "unbounded odds": (FLOOR.without(1), BALANCE),
        "not L-Lipschitz": (FLOOR, without(BALANCE, 3, 1)),
        "no stationarity": (FLOOR, without(BALANCE, 2, 2, 3)),
    },
)
def test_the_gradient_has_a_floor(evidence, subject):
    floor, balance = subject
    evidence.certify(floor.proof("odds of at most R = ρ exp(T L D) leave a derivative of at least K = T/(1 + R)"))
    certify(evidence, balance)
    for theorem in (PRODUCT, STATIONARY):
        evidence.assume(theorem)


@claim(
    "prop-10",
    by="examples",
    subject=lambda rho, q: 1 / (1 + rho * q),
    sabotage={
        "the ratio forgotten": lambda rho, q: 1 / (1 + q),
        "half the diameter": lambda rho, q: 1 / (1 + rho * q**0.5),
        "twice the constant": lambda rho, q: 2 / (1 + rho * q),
    },
)
def test_the_floor_at_exact_minimisers(evidence, subject):
    """T = 1, two inputs; the conditions of Karush, Kuhn and Tucker are verified for each case."""
    from hypothesis import strategies as st

    from checks.verify import verify

    def law(u, q, e):
        case = two_places(u, q, e)
        verify(instance("minimal", given=case, define=RISK, conclusion=[*IS_TRAINING_SET, *IS_OPTIMAL]))
        plus, minus = case["w"][0] + case["w"][2], case["w"][1]
        floor = subject(max(plus / minus, minus / plus), F(q))
        slopes = [1 / (1 + (o if s > 0 else 1 / o)) for o, s in zip(case["u"], case["y"], strict=True)]
        return min(slopes) >= floor

    odds = st.fractions(F(1, 3), 3, max_denominator=6)
    steep, rare = st.integers(2, 9), st.sampled_from([F(1, 10), F(1, 1000), F(1, 10**6)])
    evidence.examples("|∂ℓ| ≥ K at every example", law, odds, steep, rare, max_examples=60)


@claim(
    "prop-10.bounded",
    by="symbolic",
    subject=BALANCE,
    sabotage={
        "odds that may be small": without(BALANCE, 0, 1),
        "no stationarity": without(BALANCE, 2, 2, 3),
        "not L-Lipschitz": without(BALANCE, 4, 1),
        "no class ratio": without(BALANCE, 5, 1),
    },
)
def test_minimisers_are_bounded(evidence, subject):
    certify(evidence, subject)
    evidence.certify(identity("adding a constant keeps f L-Lipschitz", ("(f + s) - (g + s)", "f - g")))
    for theorem in (PRODUCT, STATIONARY):
        evidence.assume(theorem)


@claim(
    "prop-10.derivative",
    by="exact",
    subject={"T": 2, "u": 3, "v": F(1, 3)},
    sabotage={"T = 1": {"T": 1, "u": 3, "v": F(1, 3)}, "not a minimiser": {"T": 2, "u": 9, "v": 1}},
)
def test_a_temperature_is_missing(evidence, subject):
    """f(x) = L x at ±1, odds 1/3 and 3."""
    evidence.counterexample(
        "T = 2, exp(L) = 3: the derivative at both examples is 2/(1 + 9) = 1/5, less than 1/(1 + 3)", q=3, **subject
    )


@claim(
    "prop-10.derivative.amended",
    by="symbolic",
    subject=FLOOR,
    sabotage={
        "odds above exp(T |v|)": FLOOR.without(1),
        "the numerator 1": FLOOR._replace(hypotheses=("slope + slope * o == 1", *FLOOR.hypotheses[1:])),
    },
)
def test_the_derivative_with_temperature(evidence, subject):
    evidence.certify(subject.proof("exp(y T v) = o ≤ R gives T/(1 + o) ≥ T/(1 + R), R = exp(T |v|) or exp(T K')"))
    evidence.assume("exp is increasing; d/dt log(1 + exp(−T t)) = −T/(1 + exp(T t))")
    evidence.assume(PRODUCT)


HERE, THERE = "y * T * v", "y * T * s"
ODDS, INVERSE = f"exp({HERE})", f"exp(-({HERE}))"
SLOPE = f"1 / (1 + {ODDS})"
RISE = f"{SLOPE} * ({HERE} - {THERE})"
BETWEEN = f"(1 - {SLOPE} + {SLOPE} * exp({HERE} - {THERE}))"
"""(1 + 1/o) times it is 1 + exp(-y T s), o the odds; it is a mean of exp, so at least exp of the mean, RISE."""
JENSEN = (
    axiom("exp_positive", RISE),
    axiom("exp_positive", f"-({RISE})"),
    axiom("exp_sum", RISE, f"-({RISE})"),
    axiom("exp_sum", f"{HERE} - {THERE}", f"-({RISE})"),
    axiom("exp_tangent", f"-({RISE})"),
    axiom("exp_tangent", f"{HERE} - {THERE} - {RISE}"),
    product(f"1 - {SLOPE} > 0", f"exp(-({RISE})) - 1 + {RISE} >= 0"),
    product(f"{SLOPE} > 0", f"exp({HERE} - {THERE} - {RISE}) - 1 - ({HERE} - {THERE} - {RISE}) >= 0"),
    have(f"{BETWEEN} * exp(-({RISE})) >= 1"),
    product(f"{BETWEEN} * exp(-({RISE})) - 1 >= 0", f"exp({RISE}) > 0"),
)
TANGENT = have(
    f"log(1 + exp(-({THERE}))) >= log(1 + {INVERSE}) - y * (T * ({SLOPE})) * (s - v)",
    axiom("exp_sum", HERE, f"-({HERE})"),
    axiom("exp_sum", f"-({HERE})", f"{HERE} - {THERE}"),
    have(f"1 - {SLOPE} == {SLOPE} * {ODDS}"),
    have(f"1 - {SLOPE} > 0", product(f"{SLOPE} > 0", f"{ODDS} > 0")),
    have(f"{BETWEEN} >= exp({RISE})", *JENSEN),
    axiom("exp_positive", RISE),
    axiom("log_increasing", f"exp({RISE})", BETWEEN),
    axiom("log_exp", RISE),
    axiom("log_product", f"1 + {INVERSE}", BETWEEN),
    congruence("log", [f"(1 + {INVERSE}) * {BETWEEN}"], [f"1 + exp(-({THERE}))"]),
)


def _at_least(bound, *steps):
    """The derivative where y T v is at most the bound."""
    other = f"1 / (1 + exp({bound}))"
    return have(
        f"T * ({SLOPE}) >= T / (1 + exp({bound}))",
        *steps,
        axiom("exp_increasing", HERE, bound),
        axiom("divide", f"1 + exp({bound})"),
        product(f"{SLOPE} > 0", f"{other} > 0"),
        product(f"{SLOPE} * ({other}) > 0", f"exp({bound}) - {ODDS} >= 0"),
        have(f"{SLOPE} >= {other}"),
        product(f"{SLOPE} - {other} >= 0", "T > 0"),
    )


@claim("prop-10.derivative.amended", by="formal")
def test_the_derivative_from_end_to_end(evidence, subject):
    size = (product("T > 0", "abs(v) - v >= 0"), product("T > 0", "abs(v) + v >= 0"))
    evidence.derive(
        axiom("divide", f"1 + {ODDS}"),
        TANGENT,
        have(f"{HERE} <= T * abs(v)", *size),
        _at_least("T * abs(v)"),
        cases("abs(v) <= K", [_at_least("T * K", product("K - abs(v) >= 0", "T > 0"))], []),
    )


@claim(
    "prop-10.derivative.amended",
    by="examples",
    subject=lambda t, v: t,
    sabotage={"the printed one": lambda t, v: 1, "T²": lambda t, v: t * t},
)
def test_the_derivative_of_the_library(evidence, subject):
    """Temperature, value and label drawn; the numerator of the bound is the subject."""
    from math import exp

    from hypothesis import strategies as st

    from theory.losses import BCE

    def law(temperature, value, label):
        slope = abs(float(BCE(temperature).derivative(label * value)))
        return slope >= subject(temperature, value) / (1 + exp(temperature * abs(value))) * (1 - 1e-12)

    floats = st.floats(0.05, 8), st.floats(-20, 20), st.sampled_from([-1, 1])
    evidence.examples("|∂ℒ_T| ≥ T/(1 + exp(T |v|))", law, *floats)


LOWER = "1 / (1 + r * exp(T * L * D))"


@claim("prop-10", by="formal")
def test_the_gradient_has_a_floor_as_logits_are_bounded(evidence, subject):
    most, grown = "(log(r) + T * L * D)", "r * exp(T * L * D)"
    size = (product("T > 0", "abs(v) - v >= 0"), product("T > 0", "abs(v) + v >= 0"))
    evidence.derive(
        axiom("divide", "T"),
        have(f"{HERE} <= {most}", product("T > 0", "log(r) / T + L * D - abs(v) >= 0"), *size),
        axiom("exp_increasing", HERE, most),
        axiom("exp_sum", "log(r)", "T * L * D"),
        axiom("exp_positive", "T * L * D"),
        have(f"{ODDS} <= {grown}"),
        product("r > 0", "exp(T * L * D) > 0"),
        axiom("divide", f"1 + {ODDS}"),
        axiom("divide", f"1 + {grown}"),
        product(f"{SLOPE} > 0", f"{LOWER} > 0"),
        product(f"{SLOPE} * ({LOWER}) > 0", f"{grown} - {ODDS} >= 0"),
        have(f"{SLOPE} >= {LOWER}"),
        product(f"{SLOPE} - {LOWER} >= 0", "T > 0"),
        product(f"{LOWER} > 0", "T > 0"),
    )


@claim("prop-10.bounded", by="formal")
def test_minimisers_are_bounded_as_they_cross_a_constant(evidence, subject):
    ratio = "log(max(a / b, b / a))"
    evidence.derive(
        axiom("divide", "a"),
        axiom("divide", "b"),
        axiom("divide", "T"),
        product("a > 0", "1 / b > 0"),
        product("b > 0", "1 / a > 0"),
        axiom("max", "a / b", "b / a"),
        axiom("log_increasing", "a / b", "max(a / b, b / a)"),
        axiom("log_increasing", "b / a", "max(a / b, b / a)"),
        axiom("log_product", "a / b", "b / a"),
        have("a / b * (b / a) == 1"),
        congruence("log", ["a / b * (b / a)"], ["1"]),
        product(f"{ratio} - log(a / b) >= 0", "1 / T > 0"),
        have(f"{ratio} + log(a / b) >= 0"),
        product(f"{ratio} + log(a / b) >= 0", "1 / T > 0"),
    )


@claim("prop-10.dependence", by="exact", subject=[3, 10**3, 10**9], sabotage={"L = 0": [1]})
def test_the_floor_falls_with_l(evidence, subject):
    """One K for all L would be at most 1/(1 + q) for every q = exp(L): refuted by q = 1 + 1/K."""
    for q in subject:
        evidence.certify(
            instance(
                f"examples ±1, exp(L) = {q}: f(x) = L x is the minimiser, its gradients are 1/(1 + {q})",
                given={
                    "x": [-1, 1],
                    "y": [-1, 1],
                    "w": [1, 1],
                    "u": [F(1, q), q],
                    "q": q,
                    "plan": [[1, 0, F(1, 1 + q)]],
                },
                define=RISK,
                conclusion=[*IS_TRAINING_SET, *IS_OPTIMAL, "all(slope(a, s) == 1 / (1 + q) for a, s in zip(u, y))"],
            )
        )
    evidence.impossible(says="K is more than the gradient at the minimiser f(x) = L x with exp(L) = 1 + 1/K")


@claim(
    "prop-10.dependence",
    by="exact",
    subject={"delta": F(1, 10**7)},
    sabotage={"the training set's own law": {"delta": F(1, 2)}, "a law near it": {"delta": F(1, 10**5)}},
)
def test_the_floor_falls_with_the_law(evidence, subject):
    """X = 0, P(Y = 1) = 1 - delta; the minimiser's odds at 0 are (1 - delta)/delta."""
    delta = subject["delta"]
    evidence.refute(
        refutation(
            "training set {(0, +1), (0, −1)}, P(Y = 1) = 1 − 10⁻⁷: the gradient at the first example is 10⁻⁷",
            given={
                "x": [0, 0],
                "y": [1, -1],
                "w": [1 - delta, delta],
                "u": [(1 - delta) / delta] * 2,
                "q": 3,
                "plan": [[0, 1, (1 - delta) * delta]],
                "K": F(1, 10**6),
            },
            define=RISK,
            hypotheses=[*IS_TRAINING_SET, NONTRIVIAL, *IS_OPTIMAL, "sum(w) == 1"],
            conclusion=["all(slope(a, s) >= K for a, s in zip(u, y))"],
        )
    )


RATIO = {
    "the class ratio ρ = a + ε is at most u + ε, u the odds at the first input": Implication(
        ("a * s + e * z == u * s", "e * z >= 0", "rho * s == a * s + e * s"), "rho * s <= u * s + e * s"
    ),
    "and at least u, as z ≤ s": Implication(
        ("a * s + e * z == u * s", "e * z <= e * s", "rho * s == a * s + e * s"), "rho * s >= u * s"
    ),
    "so the slope z at the second input exceeds K = 1/(1 + ρ q) by at most ε q z/(1 + ρ q)": Implication(
        ("z + z * q * u == 1", "z * q * rho <= z * q * u + z * q * e", "K + K * q * rho == 1"),
        "z + z * q * rho <= K + K * q * rho + z * q * e",
    ),
}
"""s = 1/(1 + u) and z = 1/(1 + u q): the slopes at the inputs, q = exp(L D), T = 1; stationarity is a s + ε z = u s."""


@claim(
    "prop-10.dependence.amended",
    by="symbolic",
    subject=(FLOOR, RATIO, F(1, 10**6)),
    sabotage={
        "no floor": (FLOOR.without(1), RATIO, F(1, 10**6)),
        "a heavy second input": (FLOOR, RATIO, F(1)),
        "no stationarity": (FLOOR, without(RATIO, 0, 0), F(1, 10**6)),
        "a function that rises": (FLOOR, without(RATIO, 1, 1), F(1, 10**6)),
        "another class ratio": (FLOOR, without(RATIO, 2, 1), F(1, 10**6)),
    },
)
def test_no_larger_constant(evidence, subject):
    floor, ratio, e = subject
    evidence.certify(floor.proof("K serves all minimisers"))
    certify(evidence, ratio)
    for u, q in ((1, 5), (3, 5), (7, 100)):
        evidence.certify(
            instance(
                f"odds {u} at the first input, exp(L D) = {q}: the gradient at the second is within 10⁻⁵ of K",
                given=two_places(u, q, e),
                define=RISK | CONSTANT,
                conclusion=[
                    *IS_TRAINING_SET,
                    *IS_OPTIMAL,
                    "K() <= slope(u[2], 1)",
                    "slope(u[2], 1) <= K() * (1 + 1 / 10 ** 5)",
                ],
            )
        )
    for theorem in (PRODUCT, "the conditions of Karush, Kuhn and Tucker"):
        evidence.assume(theorem)


@claim(
    "prop-10",
    by="samples",
    subject=(1.0, 1.0),
    sabotage={"fifty times the floor": (50.0, 1.0), "the floor for half of L": (1.0, 0.5)},
)
def test_the_floor_at_computed_minimisers(evidence, subject):
    """Points of the plane, unequal weights, T = 2: K of the statement <= the library's sharper floor <= gradients."""
    import numpy as np

    from theory.losses import BCE
    from theory.risk import gradient_floor, minimize_risk

    (factor, share), rng, temperature, cases = subject, evidence.rng(0), 2.0, 12
    below = sharper = True
    for _ in range(cases):
        points, labels = rng.normal(size=(12, 2)), np.array([1.0, -1.0, *rng.choice([-1.0, 1.0], 10)])
        weights, steep = rng.uniform(0.5, 1.5, 12), float(rng.uniform(0.2, 2))
        best = minimize_risk(points, labels, steep, BCE(temperature), weights, tolerance=1e-7)
        slopes = np.abs(BCE(temperature).derivative(labels * best.values))
        floor = gradient_floor(points, labels, share * steep, weights, temperature)
        below &= bool((factor * floor <= slopes * (1 + 1e-3)).all())
        plus, minus = weights[labels > 0].sum(), weights[labels < 0].sum()
        across = max(np.linalg.norm(a - b) for a in points for b in points)
        known = temperature / (1 + max(plus / minus, minus / plus) * np.exp(temperature * steep * across))
        sharper &= bool(known <= floor * (1 + 1e-12))
    evidence.fact("the library's floor is below every gradient at the computed minimisers", below)
    evidence.fact("K of the statement is not above it", sharper)
    evidence.count(cases, 0)
