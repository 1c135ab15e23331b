"""Well posed or not, what larger constants do, and what the introduction says of both."""

from fractions import Fraction as F

import pytest

from checks.argument import certify, without
from checks.derive import axiom, cases, have, numbers, product, square
from checks.implication import Implication
from checks.witness import identity, instance, refutation

claim = pytest.mark.claim

MEAN = Implication(("r0 + r1 >= 2*r", "r <= least"), "2*least >= 2*r")


@claim(
    "abstract.well-posed",
    by="exact",
    subject={"f": "1/2 - x", "g": "max(1/2 - x, -1/2)"},
    sabotage={
        "twice the same": {"f": "1/2 - x", "g": "1/2 - x"},
        "another value at 1": {"f": "1/2 - x", "g": "max(1/2 - x, -1/4)"},
        "not 1-Lipschitz": {"f": "1/2 - x", "g": "1/2 - x + 3 * x * (x - 1)"},
    },
)
def test_minimisers_differ_off_the_examples(evidence, subject):
    """(0, +1) and (1, -1), L = 1: margins of sum at most 1, so by convexity both 1/2 are best."""
    evidence.certify(
        Implication(("t0 + t1 == f0 - f1", "f0 - f1 <= 1", "2*t == t0 + t1"), "2*t <= 1").proof(
            "the mean of both margins is at most 1/2"
        )
    )
    evidence.assume("ℓ is convex and decreasing: (ℓ(t₀) + ℓ(t₁))/2 ≥ ℓ((t₀ + t₁)/2) ≥ ℓ(1/2)")
    evidence.refute(
        refutation(
            "both are 1-Lipschitz with the margins 1/2 and 1/2, so both are minimisers; they differ at 2",
            given={"X": [0, F(1, 2), 1, F(3, 2), 2]},
            define={f"{name}(x)": body for name, body in subject.items()},
            hypotheses=[
                "all(abs(f(x) - f(y)) <= abs(x - y) for x in X for y in X)",
                "all(abs(g(x) - g(y)) <= abs(x - y) for x in X for y in X)",
                "f(0) == 1/2 and -f(1) == 1/2 and g(0) == 1/2 and -g(1) == 1/2",
            ],
            conclusion=["all(f(x) == g(x) for x in X)"],
        )
    )


STABLE = {
    "risks of one function: two weights stand for any number": Implication(
        ("a*l1 - b*l1 <= d1*K", "c*l2 - e*l2 <= d2*K"), "a*l1 + c*l2 - b*l1 - e*l2 <= d1*K + d2*K"
    ),
    "a term: (w − w′) ℓ ≤ |w − w′| K": Implication(("d*(K - l) >= 0", "l*(d - u) >= 0", "p == u*l"), "p <= d*K"),
    "least risks: the minimiser of one in the other": Implication(("m1 <= r1", "r1 <= m2 + s"), "m1 - m2 <= s"),
}


@claim(
    "abstract.well-posed.amended",
    by="symbolic",
    subject=STABLE,
    sabotage={
        "losses without a bound": without(STABLE, 1, 0),
        "not the least risk": without(STABLE, 2, 0),
        "one weight changes at will": without(STABLE, 0, 1),
    },
)
def test_least_risks_are_stable(evidence, subject):
    certify(evidence, subject)


REGRESSION = Implication(("f1 - f0 <= 1", "f0 <= e", "f1 >= 2 - e"), "2*e >= 1")


@claim(
    "intro.regression",
    by="symbolic",
    subject=REGRESSION,
    sabotage={"not 1-Lipschitz": REGRESSION.without(0), "a bound of 3/5": REGRESSION.concluding("5*e >= 3")},
)
def test_regression(evidence, subject):
    evidence.certify(subject.proof("errors of at most e at 0 and 1"))


STAYS = Implication(("loss*(1 + lam) <= 1", "(loss - c)*(1 + lam) >= 0", "c*(1 + lam) > 1"), "0 > 0")


@claim(
    "intro.overfitting",
    by="symbolic",
    subject=STAYS,
    sabotage={"no large constant": STAYS.without(2), "margins that shrink": STAYS.without(0)},
)
def test_large_constants_need_not_overfit(evidence, subject):
    """f(x) = λ x with |x| >= 1 has margins of at least λ, so losses of at most exp(-λ) <= 1/(1 + λ)."""
    evidence.certify(
        Implication(("m == lam*x", "lam*(x - 1) >= 0"), "m >= lam").proof(
            "margins are at least λ, and positive: no error"
        )
    )
    evidence.assume("log(1 + z) ≤ z, and exp(−λ) ≤ 1/(1 + λ) for λ ≥ 0")
    evidence.refute(subject.proof("a test loss of at least c > 0 for all λ: false for λ ≥ 1/c"))


COIN = {
    "u + v ≥ 2 for u v = 1: (u + v)² = (u − v)² + 4": Implication(
        ("(u + v - 2)*(u + v + 2) >= 0", "s == u + v - 2", "s*(u + v + 2) >= 0"), "u**2 + 2*u*v + v**2 >= 4"
    ),
    "(1 + u)(1 + v) ≥ 4": Implication(("u*v == 1", "u + v >= 2", "q == 1 + u + v + u*v"), "q >= 4"),
}


@claim(
    "intro.overfitting.amended",
    by="symbolic",
    subject=(COIN, ("(u + v)**2 - 4*u*v", "(u - v)**2")),
    sabotage={
        "u v = 1 forgotten": (without(COIN, 1, 0), ("(u + v)**2 - 4*u*v", "(u - v)**2")),
        "another square": (COIN, ("(u + v)**2 - 3*u*v", "(u - v)**2")),
    },
)
def test_coins(evidence, subject):
    """u = exp(f(x)), v = exp(-f(x)): the mean loss at x is log((1 + u)(1 + v))/2 >= log 2."""
    steps, square = subject
    evidence.certify(identity("(u + v)² − 4 u v is a square, so u + v ≥ 2", square))
    evidence.certify(steps["(1 + u)(1 + v) ≥ 4"].proof("(1 + u)(1 + v) ≥ 4"))
    evidence.certify(
        Implication(("e == m/2 + k/2", "m + k == 1"), "2*e == 1").proof("the error of any sign on a fair coin is 1/2")
    )
    evidence.assume("draws from a law without atoms are almost surely distinct")
    evidence.assume("a function that joins finitely many points by segments is a ReLU network")


BOUNDED = {
    "the penalty: η‖W‖² ≤ c": Implication(("E + P <= c", "E >= 0"), "P <= c"),
    "label +1: w (−(W x + b)) ≤ c, so w b ≥ −c − w R‖W‖": Implication(
        ("w*l <= c", "w*(l + z + b) >= 0", "w*(N - z) >= 0"), "w*b >= -c - w*N"
    ),
    "label −1: w b ≤ c + w R‖W‖": Implication(("w*l <= c", "w*(l - z - b) >= 0", "w*(N + z) >= 0"), "w*b <= c + w*N"),
}


@claim(
    "sec-4.regularised",
    by="symbolic",
    subject=BOUNDED,
    sabotage={
        "negative losses": without(BOUNDED, 0, 1),
        "label +1 missing": without(BOUNDED, 1, 0),
        "label −1 missing": without(BOUNDED, 2, 0),
        "inputs without a bound": without(BOUNDED, 2, 2),
    },
)
def test_a_penalty_gives_a_minimum(evidence, subject):
    """l: a loss, at least minus the margin; z = W x, |z| <= N."""
    certify(evidence, subject)
    evidence.assume("a continuous function attains its minimum on a compact set")
    evidence.assume("log(1 + exp(−t)) ≥ −t")


"""W = 2^k after 2^k steps of size 1."""


@claim("sec-4.order-1", by="formal")
def test_sign_descent_from_end_to_end(evidence, subject):
    evidence.impossible(
        have("C + 3 > 0"),
        product("C + 3 > 0", "C + 3 > 0"),
        axiom("log_product", "(C + 3) ** 2", "(C + 3) ** 2"),
        axiom("log_product", "C + 3", "C + 3"),
        axiom("log_tangent", "C + 3"),
        have("log(t()) <= 4 * (C + 2)"),
        numbers("log(2) > 1/2"),
        axiom("divide", "log(2)"),
        product("1 / log(2) > 0", "log(2) > 1/2"),
        have("1 / log(2) <= 2"),
        product("C >= 0", "1 / log(2) >= 0"),
        product("C * (1 / log(2)) >= 0", "4 * (C + 2) - log(t()) >= 0"),
        product("C >= 0", "C + 3 > 0"),
        product("C >= 0", "C + 2 >= 0"),
        product("C * (C + 2) >= 0", "2 - 1 / log(2) >= 0"),
        have("C * (1 + log(t()) / log(2)) <= C + 8 * C * (C + 2)"),
        product("C >= 0", "C * (C + 2) >= 0"),
        product("C * (C + 2) >= 0", "C * (C + 2) >= 0"),
        square("C"),
        W=0,
        eta=1,
    )


GROWTH = {
    "e^s ≤ 1 + s + s² e^s, s ≤ η: e^s ≤ 1 + s (1 + η e^η)": Implication(
        ("x <= 1 + s + ssx", "ssx <= s*c"), "x <= 1 + s + s*c"
    ),
    "e^(W + s) ≤ e^W + η (1 + η e^η), as e^W s ≤ η": Implication(
        ("n <= u + us + us*c", "(eta - us)*(1 + c) >= 0"), "n <= u + eta + eta*c"
    ),
    "after t steps": Implication(("n <= u + d", "u <= u0 + t*d"), "n <= u0 + (t + 1)*d"),
    "sign descent": Implication(("n == w + eta", "w == w0 + t*eta"), "n == w0 + (t + 1)*eta"),
}


@claim(
    "sec-4.order-1.amended",
    by="symbolic",
    subject=GROWTH,
    sabotage={
        "a step without a bound": without(GROWTH, 1, 1),
        "e^s larger": without(GROWTH, 0, 1),
        "no start": without(GROWTH, 2, 1),
    },
)
def test_growth_of_descent(evidence, subject):
    """u = exp W, us = exp(W) s, c = η exp(η), x = exp(s)."""
    certify(evidence, subject)
    evidence.assume("e^s ≤ 1 + s + s² e^s for s ≥ 0 (Taylor)")


def adam(rate, steps, decay):
    """W along Adam's path from 0 in Figure 2a's problem, at the steps asked for."""
    from math import exp, sqrt

    w = m = v = 0.0
    found, first, epsilon = [], 0.9, 1e-8
    for t in range(1, max(steps) + 1):
        gradient = -1 / (1 + exp(w))
        m, v = first * m + (1 - first) * gradient, decay * v + (1 - decay) * gradient**2
        w -= rate * (m / (1 - first**t)) / (sqrt(v / (1 - decay**t)) + epsilon)
        if t in steps:
            found.append(w)
    return found


def descent(rate, steps):
    from math import exp

    w, found = 0.0, []
    for t in range(1, max(steps) + 1):
        w += rate / (1 + exp(w))
        if t in steps:
            found.append(w)
    return found


@claim(
    "sec-4.order-1.adam",
    by="samples",
    subject=0.999,
    sabotage={"a long memory": 0.9999, "a short memory": 0.95},
)
def test_adam(evidence, subject):
    steps = (10_000, 20_000, 30_000)
    good = True
    for rate in (1e-3, 1e-2, 1e-1):
        first, second, third = adam(rate, steps, subject)
        evidence.value(f"W after 10, 20, 30 thousand steps of {rate:g}", f"{first:.2f}, {second:.2f}, {third:.2f}")
        good &= second - first > 4 and third - second > 4 and abs(third - 2 * second + first) < 0.5
    evidence.fact("W gains at least 4 twice, nearly the same", good)
    slow = descent(0.1, steps)
    evidence.fact("gradient descent gains less than 1.2", slow[-1] - slow[0] < 1.2)
    evidence.count(4, 0)


CALIBRATED = {
    "a wrong sign: η > 1/2 ≥ s gives 2η − 1 ≤ 2(η − s)": Implication(("s <= 1/2",), "2*eta - 1 <= 2*eta - 2*s"),
    "and likewise below": Implication(("s >= 1/2",), "1 - 2*eta <= 2*s - 2*eta"),
    "Jensen for two values: (mean)² ≤ mean of squares": Implication(
        ("(a - b)**2 >= 0",), "((a + b)/2)**2 <= a**2/2 + b**2/2"
    ),
    "excess error² ≤ 4 E(η − s)² ≤ 2 excess": Implication(("ee <= 4*q", "K >= 2*q"), "ee <= 2*K"),
    "the excess tends to 0: f_L is no worse than any L-Lipschitz g, and g no worse than r + e": Implication(
        ("K <= Kg", "Kg <= Kh + r", "Kh <= e"), "K <= e + r"
    ),
}


@claim(
    "sec-4.larger",
    by="symbolic",
    subject=CALIBRATED,
    sabotage={
        "the sign is right": without(CALIBRATED, 0, 0),
        "no Pinsker": without(CALIBRATED, 3, 1),
        "not a minimiser": without(CALIBRATED, 4, 0),
    },
)
def test_larger_constants_in_the_limit(evidence, subject):
    certify(evidence, subject)
    evidence.assume("Pinsker's inequality")
    evidence.assume("Jensen's inequality")
    evidence.assume("Lipschitz functions are dense in L¹ of a law on ℝⁿ")


OVERFITTING = {
    "L < log 2: f ≥ sup f − L ≥ log 2 − L > 0": Implication(("f >= S - L", "S >= b", "b > L"), "f > 0"),
    "a loss of log 2 at one of three examples: the mean is at least (log 2)/3": Implication(
        ("l1 >= b", "l2 >= 0", "l3 >= 0", "3*m == l1 + l2 + l3"), "3*m >= b"
    ),
    "the test error: 3/4 on {f < 0}, of length m, and 1/4 elsewhere": Implication(
        ("e == 3*m/4 + (1 - m)/4", "m > 0"), "e > 1/4"
    ),
}


@claim(
    "sec-4.overfitting",
    by="symbolic",
    subject=(OVERFITTING, F(1, 4)),
    sabotage={
        "log-odds 0": (without(OVERFITTING, 0, 2), F(1, 4)),
        "no interval": (without(OVERFITTING, 2, 1), F(1, 4)),
        "L = 4 log 3": (OVERFITTING, F(1, 3)),
    },
)
def test_overfitting(evidence, subject):
    steps, u = subject
    certify(evidence, steps)
    evidence.certify(
        instance(
            "u = exp(−L/4) ≤ 1/4: (1 + u)³ < 2, so log(1 + u) < (log 2)/3; slopes L/2 over 1/2",
            given={"u": u, "X": [0, F(1, 2), 1], "v": [F(1, 4), F(-1, 4), F(1, 4)]},
            conclusion=[
                "(1 + u)**3 < 2",
                "all(abs(v[i] - v[j]) <= abs(X[i] - X[j]) for i in range(3) for j in range(3))",
            ],
        )
    )
    evidence.certify(
        Implication(("W == 2/3", "V == 1/3", "o*V == W", "3*o*V == o"), "o == 2").proof("the sample's odds are 2")
    )


@claim("abstract.well-posed", by="formal")
def test_two_minimisers_on_three_points(evidence, subject):
    evidence.impossible(
        axiom("exp_positive", "-h0"),
        axiom("exp_positive", "h1"),
        axiom("exp_positive", "-1/2"),
        axiom("exp_sum", "-h0", "h1"),
        axiom("exp_sum", "-1/2", "-1/2"),
        axiom("exp_increasing", "-1", "h1 - h0"),
        square("exp(-h0) - exp(h1)"),
        have(
            "exp(-h0) + exp(h1) >= 2 * exp(-1/2)",
            cases(
                "exp(-h0) + exp(h1) >= 2 * exp(-1/2)",
                [],
                [product("2 * exp(-1/2) - exp(-h0) - exp(h1) > 0", "2 * exp(-1/2) + exp(-h0) + exp(h1) > 0")],
            ),
        ),
        have("r(h0, h1) >= (1 + exp(-1/2))**2"),
        f0=F(1, 2),
        f1=F(-1, 2),
        f2=F(-3, 2),
        g0=F(1, 2),
        g1=F(-1, 2),
        g2=F(-1, 2),
    )


@claim("intro.regression", by="formal")
def test_regression_from_end_to_end(evidence, subject):
    evidence.derive()
