"""Appendix D, before Proposition 10: the gradient of BCE at Lipschitz functions that need not be minimisers."""

from fractions import Fraction as F

import pytest

from checks.argument import certify, without
from checks.derive import axiom, cases, have, product
from checks.implication import Implication
from checks.papers.many_faces.entropy.odds import IS_TRAINING_SET, NONTRIVIAL, RISK
from checks.papers.many_faces.theorems import PRODUCT
from checks.witness import identity, instance

claim = pytest.mark.claim


@claim("app-d.vanishing", by="exact", subject=10**9, sabotage={"a moderate constant": 9})
def test_constants_have_no_gradient(evidence, subject):
    """T/(1 + exp(T t)) at constants f = t; a floor K would serve t = 1/K, but exp(1/K) ≥ 1 + 1/K."""
    evidence.certify(
        instance(
            "both labels, the constant log 10⁹: it is 1-Lipschitz, and the derivative at the label +1 is below 10⁻⁸",
            given={"x": [-1, 1], "y": [-1, 1], "w": [1, 1], "u": [subject, subject]},
            define=RISK,
            hypotheses=[*IS_TRAINING_SET, NONTRIVIAL],
            conclusion=["u[0] == u[1]", "0 < slope(u[1], y[1]) < 1 / 10 ** 8"],
        )
    )
    evidence.impossible(
        axiom("divide", "K"),
        axiom("exp_tangent", "1 / K"),
        axiom("divide", "1 + exp(1 / K)"),
        have("K * (1 + exp(1 / K)) <= 1", product("1 / (1 + exp(1 / K)) - K >= 0", "1 + exp(1 / K) > 0")),
        product("exp(1 / K) - 1 - 1 / K >= 0", "K > 0"),
        says="no K > 0 is a lower bound at the constant 1/K",
        T=1,
    )


OPPOSITE = {
    "t_i = f(x_i), t_j = −f(x_j) add up to at most L d, so not both exceed L d/2": Implication(
        ("ti == fi", "tj == -fj", "fi - fj <= Ld", "2 * ti > Ld", "2 * tj > Ld"), "0 > 0"
    ),
    "where t ≤ L d/2, o = exp(T t) ≤ R = exp(T L d/2), the slope T/(1 + o) is at least K = T/(1 + R)": Implication(
        ("slope + slope * o == T", "slope * o <= slope * R", "K + K * R == T"), "slope + slope * R >= K + K * R"
    ),
}


@claim(
    "app-d.vanishing.amended",
    by="symbolic",
    subject=(OPPOSITE, "Ld / 2"),
    sabotage={
        "equal labels": (without(OPPOSITE, 0, 1), "Ld / 2"),
        "not L-Lipschitz": (without(OPPOSITE, 0, 2), "Ld / 2"),
        "odds above R": (without(OPPOSITE, 1, 1), "Ld / 2"),
        "a function that is not steep enough for equality": (OPPOSITE, "Ld / 3"),
    },
)
def test_one_of_two_opposite_examples(evidence, subject):
    steps, height = subject
    certify(evidence, steps)
    evidence.certify(
        identity(
            "f(x_i) = L d/2 and f(x_j) = −L d/2 are values of an L-Lipschitz function",
            (f"{height} - (-{height})", "Ld"),
        )
    )
    for theorem in (PRODUCT, "exp is increasing", "McShane's extension"):
        evidence.assume(theorem)


FLOOR = "1 / (1 + exp(T * L * d / 2))"


def _at_most_half(value, odds):
    """The slope where y f is at most L d/2, whose odds are at most those of the floor."""
    slope = f"1 / (1 + exp({odds}))"
    return have(
        f"T * ({slope}) >= T / (1 + exp(T * L * d / 2))",
        product(f"L * d / 2 - {value} >= 0", "T > 0"),
        axiom("exp_increasing", odds, "T * L * d / 2"),
        product(f"{slope} > 0", f"{FLOOR} > 0"),
        product(f"{slope} * ({FLOOR}) > 0", f"exp(T * L * d / 2) - exp({odds}) >= 0"),
        have(f"{slope} >= {FLOOR}"),
        product(f"{slope} - {FLOOR} >= 0", "T > 0"),
    )


@claim("app-d.vanishing.amended", by="formal")
def test_one_of_two_opposite_examples_from_end_to_end(evidence, subject):
    evidence.derive(
        axiom("divide", "1 + exp(T * L * d / 2)"),
        axiom("divide", "1 + exp(T * f)"),
        axiom("divide", "1 + exp(T * -g)"),
        cases(
            "f <= L * d / 2",
            [_at_most_half("f", "T * f")],
            [have("-g <= L * d / 2"), _at_most_half("(-g)", "T * -g")],
        ),
    )


@claim(
    "app-d.vanishing.amended",
    by="examples",
    subject=lambda slopes, root: max(slopes) >= 1 / (1 + root),
    sabotage={
        "a quarter of L d": lambda slopes, root: max(slopes) >= 1 / (1 + root**0.5),
        "at both": lambda slopes, root: min(slopes) >= 1 / (1 + root),
        "twice the floor": lambda slopes, root: max(slopes) >= 2 / (1 + root),
    },
)
def test_the_floor_by_trial(evidence, subject):
    """Exactly, T = 1: odds u at the label +1 and v at -1 with u <= v exp(L d), root = exp(L d/2)."""
    from hypothesis import strategies as st

    def law(v, root, part):
        u = v * root**2 * part
        return subject([1 / (1 + u), v / (1 + v)], root)

    odds, roots = st.fractions(F(1, 30), 30, max_denominator=30), st.fractions(1, 9, max_denominator=9)
    shares = st.just(F(1)) | st.fractions(F(1, 50), 1, max_denominator=50)
    evidence.examples("one of the two slopes is at least 1/(1 + exp(L d/2))", law, odds, roots, shares)
