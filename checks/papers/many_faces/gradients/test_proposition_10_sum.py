"""Appendix D, after Proposition 10: the sum of the gradients at a minimiser of BCE, and how much they vary."""

from fractions import Fraction as F

import pytest

from checks.argument import certify, without
from checks.implication import Implication
from checks.papers.many_faces.entropy.odds import IS_OPTIMAL, IS_TRAINING_SET, NONTRIVIAL, RISK, two_places
from checks.papers.many_faces.theorems import PRODUCT, STATIONARY
from checks.witness import identity, instance

claim = pytest.mark.claim


@claim(
    "prop-10.sum",
    by="exact",
    subject={"u": 3, "v": F(1, 3)},
    sabotage={"not steep": {"u": 1, "v": 1}, "not a minimiser": {"u": 9, "v": 1}},
)
def test_weights_keep_a_gradient(evidence, subject):
    """∂f/∂W = x: the derivative of the loss in W at W = L adds up -y x slope."""
    evidence.counterexample(
        "f(x) = W x + b, |W| ≤ log 3, examples ±1: at the minimiser both examples have the gradient −1/4 in W",
        q=3,
        **subject,
    )


COUPLED = Implication(
    ("a1 == m11 + m12", "a2 == m21 + m22", "b1 == m11 + m21", "b2 == m12 + m22"), "a1 + a2 - b1 - b2 == 0"
)


@claim(
    "prop-10.sum.amended",
    by="symbolic",
    subject=(COUPLED, "s", "(3 * t - t ** 3) / 2"),
    sabotage={
        "uncoupled mass": (COUPLED.without(3), "s", "(3 * t - t ** 3) / 2"),
        "another direction than constants": (COUPLED, "s * f", "(3 * t - t ** 3) / 2"),
        "weights that are not free": (COUPLED, "s", "t"),
    },
)
def test_logit_gradients_cancel(evidence, subject):
    coupled, moved, step = subject
    after = step.replace("t", "(1 + h)")
    evidence.certify(
        identity(
            "W = L (3t − t³)/2: from t = 1, where W = L, a step h changes W by terms in h² only",
            (f"L * {after} - L", "-(L * h ** 2) * (3 + h) / 2"),
        )
    )
    evidence.certify(
        identity(
            "|W| ≤ L for |t| < 2: 1 ∓ (3t − t³)/2 is a square times (2 ± t)/2",
            (f"1 - {step}", "(t - 1) ** 2 * (t + 2) / 2"),
            (f"1 + {step}", "(t + 1) ** 2 * (2 - t) / 2"),
        )
    )
    evidence.certify(identity("f + s is as Lipschitz as f", (f"(f + {moved}) - (g + s)", "f - g")))
    evidence.certify(coupled.proof("both classes have the mass of the coupling: Σ₊ w |ℓ'| = Σ₋ w |ℓ'|"))
    evidence.assume(STATIONARY)


SPREAD = {
    "the mean of the squares is at least K²": Implication(
        (
            "w1 * g1 ** 2 >= w1 * K ** 2",
            "w2 * g2 ** 2 >= w2 * K ** 2",
            "w1 * K ** 2 + w2 * K ** 2 == K ** 2",
            "square == w1 * g1 ** 2 + w2 * g2 ** 2",
        ),
        "square >= K ** 2",
    ),
    "and the mean 0": Implication(
        ("square >= K ** 2", "variance == square - mean ** 2", "mean ** 2 == 0"), "variance >= K ** 2"
    ),
}


@claim(
    "prop-10.variance",
    by="symbolic",
    subject=(SPREAD, 148),
    sabotage={
        "an example without gradient": (without(SPREAD, 0, 1), 148),
        "weights that do not add up to 1": (without(SPREAD, 0, 2), 148),
        "another mean": (without(SPREAD, 1, 2), 148),
        "odds of 100": (SPREAD, 100),
    },
)
def test_the_variance_has_a_floor(evidence, subject):
    """Two examples: odds u = exp(L D/2), at a distance 2 and with exp(L) = u; L D = 10 for u = exp(5) > 148."""
    steps, odds = subject
    certify(evidence, steps)
    evidence.certify(
        Implication(
            ("mean == (s - s) / 2", "variance == (s ** 2 + s ** 2) / 2 - mean ** 2", "mean ** 2 == 0"),
            "variance == s ** 2",
        ).proof("two examples, derivatives s and −s: the variance is s²")
    )
    for u in (3, odds, 10**6):
        evidence.certify(
            instance(
                f"two examples, the minimiser has the odds {u}: variance 1/(1 + {u})²",
                given={
                    "x": [-1, 1],
                    "y": [-1, 1],
                    "w": [1, 1],
                    "u": [F(1, u), u],
                    "q": u,
                    "plan": [[1, 0, F(1, 1 + u)]],
                },
                define=RISK
                | {
                    "gradient(i)": "-y[i] * slope(u[i], y[i])",
                    "variance()": "(gradient(0) ** 2 + gradient(1) ** 2) / 2 - ((gradient(0) + gradient(1)) / 2) ** 2",
                },
                hypotheses=[*IS_TRAINING_SET, NONTRIVIAL, *IS_OPTIMAL],
                conclusion=["variance() == 1 / (1 + u[1]) ** 2", *(["variance() < 5 / 10 ** 5"] if u > 3 else [])],
            )
        )
    evidence.certify(
        instance(
            "exp(5) > 148, by the first terms of its series",
            given={"terms": list(range(13))},
            define={"factorial(n)": "1 if n == 0 else n * factorial(n - 1)"},
            conclusion=["sum([5 ** n / factorial(n) for n in terms]) > 148"],
        )
    )
    evidence.assume(PRODUCT)


@claim(
    "prop-10.variance",
    by="examples",
    subject=lambda slopes, labels: [-s * y for s, y in zip(slopes, labels, strict=True)],
    sabotage={
        "sizes without signs": lambda slopes, labels: slopes,
        "another function: all odds a little larger": lambda slopes, labels: [
            -s * y * (1 - s * y / 10) for s, y in zip(slopes, labels, strict=True)
        ],
        "a hundredth of the gradients": lambda slopes, labels: [
            -s * y / 100 for s, y in zip(slopes, labels, strict=True)
        ],
    },
)
def test_mean_and_variance_at_exact_minimisers(evidence, subject):
    """T = 1, two inputs, weights that add up to 1; the conditions of Karush, Kuhn and Tucker are verified."""
    from hypothesis import strategies as st

    from checks.verify import verify

    def law(u, q, e):
        case = two_places(u, q, e)
        verify(instance("minimal", given=case, define=RISK, conclusion=[*IS_TRAINING_SET, *IS_OPTIMAL]))
        weights = [w / sum(case["w"]) for w in case["w"]]
        slopes = [1 / (1 + (o if s > 0 else 1 / o)) for o, s in zip(case["u"], case["y"], strict=True)]
        gradients = subject(slopes, case["y"])
        mean = sum(w * g for w, g in zip(weights, gradients, strict=True))
        spread = sum(w * (g - mean) ** 2 for w, g in zip(weights, gradients, strict=True))
        plus, minus = weights[0] + weights[2], weights[1]
        return mean == 0 and spread >= 1 / (1 + max(plus / minus, minus / plus) * q) ** 2

    odds = st.fractions(F(1, 3), 3, max_denominator=6)
    steep, rare = st.integers(2, 9), st.sampled_from([F(1, 10), F(1, 1000), F(1, 10**6)])
    evidence.examples("mean 0 and a variance of at least K²", law, odds, steep, rare, max_examples=60)
