"""Appendix E: binary cross entropy through optimal transport, equations 23 to 25."""

from fractions import Fraction as F

import pytest

from checks.derive import axiom, product, times
from checks.implication import Implication
from checks.witness import identity, instance

claim = pytest.mark.claim


def odds(most=9):
    from hypothesis import strategies as st

    return st.lists(st.fractions(F(1, most), most, max_denominator=most), min_size=1, max_size=5)


@claim(
    "app-e.z",
    by="exact",
    subject={"p": [1], "f": [1]},
    sabotage={
        "undecided everywhere": {"p": [1], "f": [0]},
        "no law": {"p": [2], "f": [1]},
    },
)
def test_the_printed_rate_is_the_other_one(evidence, subject):
    evidence.counterexample("P = δ₀, f(0) = 1: the probability given to class +1 is that of class −1", **subject)


@claim(
    "app-e.z.amended",
    by="symbolic",
    subject=("1", "u"),
    sabotage={"the printed rates": ("u", "1"), "odds forgotten": ("1", "1")},
)
def test_the_rates(evidence, subject):
    """(1 + u) times the probabilities of the classes: u for +1, and the subject's first entry for -1."""
    negative, positive = subject
    evidence.certify(identity("g^q = 1 − g^p, times 1 + u", (negative, "(1 + u) - u"), (positive, "(1 + u) - 1")))
    evidence.certify(
        instance(
            "four of ten atoms of P far on the wrong side: the rate is within 10⁻⁶ of 4/10",
            given={"up": [10**9] * 6 + [F(1, 10**9)] * 4},
            define={"rate()": f"sum([({negative.replace('u', 'a')}) / (1 + a) for a in up]) / len(up)"},
            conclusion=["abs(rate() - 4 / 10) < 1 / 10 ** 6"],
        )
    )


@claim("app-e.z.amended", by="formal")
def test_the_rates_from_end_to_end(evidence, subject):
    evidence.derive(
        axiom("exp_sum", "t", "-t"),
        axiom("divide", "1 + exp(t)"),
        axiom("divide", "1 + exp(-t)"),
        times("exp(-t) * (1 + exp(t)) == 1 + exp(-t)", "1 / (1 + exp(t)) * (1 / (1 + exp(-t)))"),
    )


@claim(
    "eq-23",
    by="exact",
    subject={"p": [1], "f": [1]},
    sabotage={
        "undecided everywhere": {"p": [1], "f": [0]},
        "no law": {"p": [2], "f": [1]},
    },
)
def test_the_printed_measure_has_another_mass(evidence, subject):
    evidence.counterexample("P = δ₀, f(0) = 1: the mass of P_θ is exp(−1)", **subject)


HALF = Implication(("total * z == 1 - z", "total * z == z"), "z == 1 / 2")
UNIT = Implication(
    ("total == i * p1 * g1 + i * p2 * g2", "i * z == i * p1 * g1 + i * p2 * g2", "i * z == 1"), "total == 1"
)
"""i = 1/z, z = E_P[g^q] over two atoms of the masses p1, p2."""


@claim(
    "eq-23.amended",
    by="symbolic",
    subject=(UNIT, HALF),
    sabotage={
        "the printed normaliser": (UNIT.without(1), HALF),
        "no normaliser": (UNIT.without(2), HALF),
        "another mass": (UNIT, HALF.without(1)),
    },
)
def test_the_right_normalisers(evidence, subject):
    unit, half = subject
    evidence.certify(unit.proof("divided by its own integral a measure has mass 1"))
    evidence.certify(half.proof("the printed mass is (1 − 𝒵)/𝒵: 1 only for 𝒵 = 1/2"))


@claim("eq-23.amended", by="formal")
def test_the_right_normalisers_from_end_to_end(evidence, subject):
    evidence.derive(axiom("divide", "1 - a"), axiom("divide", "a"), product("1 - g > 0", "1 / (1 - a) > 0"))


@claim(
    "eq-23.amended",
    by="examples",
    subject=lambda gp, gq: gq,
    sabotage={"the printed normaliser": lambda gp, gq: gp, "no normaliser": lambda gp, gq: F(1)},
)
def test_masses_are_one(evidence, subject):
    def law(up):
        gp, gq = [a / (1 + a) for a in up], [1 / (1 + a) for a in up]
        z = sum(subject(p, q) for p, q in zip(gp, gq, strict=True)) / len(up)
        return sum(q / z for q in gq) / len(up) == 1

    evidence.examples("the mass of P_θ is 1, exactly", law, odds())


CANCELS = Implication(("zp * ip * a == a", "zq * iq * b == b", "left == a - b"), "left == zp * ip * a - zq * iq * b")
"""a = E_P[g^q grad f], b = E_Q[g^p grad f]; ip = 1/zp, iq = 1/zq."""


def entropy(t):
    """The loss of BCE at the margin t, for sympy."""
    import sympy

    return sympy.log(1 + sympy.exp(-t))


def slope(loss, label):
    """(1 + u) times the derivative of loss(label f) in f, at f = log u: a polynomial in u, as a text."""
    import sympy

    f, u = sympy.Symbol("f"), sympy.Symbol("u", positive=True)
    return str(sympy.simplify((1 + u) * sympy.diff(loss(label * f), f).subs(f, sympy.log(u))))


@claim(
    "eq-24",
    by="symbolic",
    subject=(CANCELS, entropy, "1", "u"),
    sabotage={
        "not the inverse": (CANCELS.without(0), entropy, "1", "u"),
        "the classes exchanged": (CANCELS, entropy, "u", "1"),
        "gradient ascent": (CANCELS, lambda t: -entropy(t), "1", "u"),
        "the loss of the other label": (CANCELS, lambda t: entropy(-t), "1", "u"),
    },
)
def test_the_gradient_of_the_entropy(evidence, subject):
    """(1 + u) g^q = 1 and (1 + u) g^p = u; the derivatives in f are those of the loss, by sympy."""
    cancels, loss, positive, negative = subject
    evidence.certify(
        identity(
            "−∇ℓ(f) = g^q ∇f at the label +1 and −∇ℓ(−f) = −g^p ∇f at −1, times 1 + u, by the chain rule",
            (f"-({slope(loss, 1)}) * df", f"({positive}) * df"),
            (f"-({slope(loss, -1)}) * df", f"-({negative}) * df"),
        )
    )
    evidence.certify(cancels.proof("normalisers cancel, whatever they are"))
    evidence.assume("differentiation under the integral sign; the derivatives of exp and log")


@claim("eq-24", by="formal")
def test_the_normalisers_cancel(evidence, subject):
    evidence.derive()


@claim(
    "eq-24",
    by="examples",
    subject=lambda u: (1 / (1 + u), u / (1 + u)),
    sabotage={
        "the predicted probabilities exchanged": lambda u: (u / (1 + u), 1 / (1 + u)),
        "gradient ascent": lambda u: (-1 / (1 + u), -u / (1 + u)),
    },
)
def test_the_gradient_by_differences(evidence, subject):
    """f = log u + theta phi at atoms of P and Q: central differences of the library's loss at theta = 0."""
    from math import log

    from hypothesis import strategies as st

    from theory.losses import BCE

    def law(p, q):
        def risk(theta):
            logits = [(1, log(u) + theta * phi) for u, phi in p], [(-1, log(u) + theta * phi) for u, phi in q]
            return sum(sum(float(BCE().value(y * f)) for y, f in part) / len(part) for part in logits)

        step = 1e-5
        difference = -(risk(step) - risk(-step)) / (2 * step)
        formula = sum(subject(u)[0] * phi for u, phi in p) / len(p) - sum(subject(u)[1] * phi for u, phi in q) / len(q)
        return abs(difference - formula) < 1e-7

    atoms = st.lists(st.tuples(st.floats(0.1, 10), st.floats(-2, 2)), min_size=1, max_size=4)
    evidence.examples("equation 24 within 10⁻⁷", law, atoms, atoms, max_examples=100)


MONOTONE = ("s * (t + u) - t * (s + u)", "u * (s - t)")
"""(s + u)(t + u) times sigma at the thresholds log s, log t: increasing; likewise v/(v + t), decreasing."""


@claim(
    "app-e.threshold",
    by="symbolic",
    subject=(MONOTONE, ("v * (t + v) - v * (s + v)", "-v * (s - t)")),
    sabotage={
        "both rates rise": (MONOTONE, ("v * (t + v) - v * (s + v)", "v * (s - t)")),
        "both rates fall": ((MONOTONE[0], "-u * (s - t)"), ("v * (t + v) - v * (s + v)", "-v * (s - t)")),
    },
)
def test_one_rate_rises_the_other_falls(evidence, subject):
    """t = exp(T): f - T has odds u/t, so 1 - sigma(f - T) = t/(t + u) on P and sigma(f - T) = v/(v + t) on Q."""
    rising, falling = subject
    evidence.certify(identity("E_P[1 − σ(f − T)] rises and E_Q[σ(f − T)] falls with T", rising, falling))
    one_less = Implication(("zp == 1 - a", "zq == 1 - b", "zp == zq"), "a == b")
    evidence.certify(one_less.proof("the printed rates are equal where the right ones are"))
    for theorem in ("intermediate values", "dominated convergence"):
        evidence.assume(theorem)


@claim(
    "app-e.threshold",
    by="examples",
    subject=lambda p, q: p - q,
    sabotage={
        "rates set to 1/2 on P": lambda p, q: p - 0.5,
        "a printed rate against a right one": lambda p, q: p - 1 + q,
    },
)
def test_bisection_finds_the_best_bias(evidence, subject):
    from math import log

    from hypothesis import strategies as st

    from theory.losses import BCE

    def law(up, uq):
        rates = lambda t: (sum(t / (t + u) for u in up) / len(up), sum(v / (v + t) for v in uq) / len(uq))
        low, high = 1e-12, 1e12
        for _ in range(200):
            middle = (low * high) ** 0.5
            low, high = (middle, high) if subject(*rates(middle)) < 0 else (low, middle)
        missed, false = rates(low)
        risk = lambda t: (
            sum(float(BCE().value(log(u / t))) for u in up) / len(up)
            + sum(float(BCE().value(-log(v / t))) for v in uq) / len(uq)
        )
        best = all(risk(low) <= risk(low * factor) for factor in (0.8, 0.99, 1.01, 1.25))
        return abs(missed - false) < 1e-9 and best

    values = st.lists(st.floats(0.05, 20), min_size=1, max_size=4)
    evidence.examples("equal rates, and the least BCE nearby", law, values, values, max_examples=40)


EQUAL = Implication(("zq * b == zp * b", "left == zp * a - zq * b"), "left == zp * (a - b)")


@claim(
    "eq-25",
    by="symbolic",
    subject=(EQUAL, "d"),
    sabotage={"different rates": (EQUAL.without(0), "d"), "a bias for each class": (EQUAL, "2 * d")},
)
def test_equation_25(evidence, subject):
    equal, moved = subject
    evidence.certify(equal.proof("𝒵^p a − 𝒵^q b = 𝒵^p (a − b)"))
    evidence.certify(
        identity("the bias's own derivative d cancels", (f"z * (a - d) - z * (b - {moved})", "z * (a - b)"))
    )


@claim("eq-25", by="formal")
def test_equation_25_from_equation_24(evidence, subject):
    evidence.derive(times("p == q", "b"))


BELOW = Implication(
    (
        "m1 * f1 - m1 * g1 <= m1 * d1",
        "m2 * f2 - m2 * g2 <= m2 * d2",
        "gain == m1 * f1 - m1 * g1 + m2 * f2 - m2 * g2",
        "cost == m1 * d1 + m2 * d2",
    ),
    "gain <= cost",
)


@claim(
    "app-e.wasserstein",
    by="symbolic",
    subject=("z * (p1 * (f1 + h * d1) + p2 * (f2 + h * d2) - q1 * (g1 + h * e1))", BELOW),
    sabotage={
        "another normaliser": ("p1 * (f1 + h * d1) + p2 * (f2 + h * d2) - q1 * (g1 + h * e1)", BELOW),
        "not 1-Lipschitz": ("z * (p1 * (f1 + h * d1) + p2 * (f2 + h * d2) - q1 * (g1 + h * e1))", BELOW.without(1)),
    },
)
def test_the_frozen_objective(evidence, subject):
    """p, q: masses of the frozen measures; f + h d: values along a direction of parameters, to first order."""
    objective, below = subject
    now = objective.replace("h", "0")
    evidence.certify(
        identity(
            "the objective's derivative is 𝒵 (E_P[∇f] − E_Q[∇f])",
            (f"({objective}) - ({now})", "h * z * (p1 * d1 + p2 * d2 - q1 * e1)"),
        )
    )
    evidence.certify(below.proof("for 1-Lipschitz f the objective is at most the cost of any coupling"))
    evidence.assume("Kantorovich–Rubinstein duality")


@claim(
    "app-e.wasserstein",
    by="samples",
    subject=True,
    sabotage={"measures that move with θ": False},
)
def test_the_frozen_objective_by_differences(evidence, subject):
    """Logits theta phi(x) at atoms of P and Q, the bias with equal rates: two gradients in theta."""
    import numpy as np

    rng, worst = evidence.rng(0), 0.0
    for _ in range(50):
        p, q = rng.normal(1, 1, (6, 2)), rng.normal(-1, 1, (5, 2))
        theta = rng.normal(size=2)
        bias = _equal_rates(p @ theta, q @ theta)
        misses = lambda t, p=p, q=q, b=bias: (_sigma(b - p @ t), _sigma(q @ t - b))
        frozen = misses(theta)

        def objective(t, p=p, q=q, misses=misses, frozen=frozen):
            on_p, on_q = frozen if subject else misses(t)
            z = on_p.mean()
            return z * (on_p @ (p @ t) / on_p.sum() - on_q @ (q @ t) / on_q.sum())

        gradient = [(objective(theta + h) - objective(theta - h)) / 2e-6 for h in 1e-6 * np.eye(2)]
        descent = frozen[0] @ p / len(p) - frozen[1] @ q / len(q)
        worst = max(worst, float(np.abs(gradient - descent).max()))
    evidence.fact("the two gradients agree within 10⁻⁷", worst < 1e-7)
    evidence.count(50, 0)


def _sigma(values):
    from scipy.special import expit

    return expit(values)


def _equal_rates(on_p, on_q):
    from scipy.optimize import brentq

    return brentq(lambda b: _sigma(b - on_p).mean() - _sigma(on_q - b).mean(), -50, 50, xtol=1e-14)
