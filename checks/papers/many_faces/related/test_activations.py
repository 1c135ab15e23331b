"""Section 2.2: which activations are 1-Lipschitz, and attention, which is not Lipschitz at all."""

from fractions import Fraction as F

import pytest

from checks.argument import certify, without
from checks.implication import Implication
from checks.witness import refutation

claim = pytest.mark.claim

DERIVATIVES = {
    "sigmoid: σ′ = σ(1 − σ) ≤ 1/4": Implication(("(s - 1/2)**2 >= 0", "d == s - s**2"), "d <= 1/4"),
    "… and ≥ 0": Implication(("s*(1 - s) >= 0", "d == s - s**2"), "d >= 0"),
    "tanh: 1 − tanh² ≤ 1": Implication(("t**2 >= 0", "d == 1 - t**2"), "d <= 1"),
    "… and tanh′ ≥ 0": Implication(("t**2 <= 1", "d == 1 - t**2"), "d >= 0"),
    "softplus: its derivative is σ < 1": Implication(("s*E == 1 - s", "s*E > 0"), "s < 1"),
    "ReLU, both positive": Implication(("r == x", "q == y", "d == x - y"), "r - q <= d"),
    "ReLU, across 0": Implication(("r == x", "q == 0", "y <= 0", "d == x - y"), "r - q <= d"),
    "ReLU, both negative": Implication(("r == 0", "q == 0", "d == x - y", "x >= y"), "r - q <= d"),
}


@claim(
    "sec-2.2.activations",
    by="symbolic",
    subject=DERIVATIVES,
    sabotage={
        "σ′ without a bound": without(DERIVATIVES, 0, 0),
        "tanh twice as steep": {**DERIVATIVES, "tanh": Implication(("t**2 >= 0", "d == 2 - 2*t**2"), "d <= 1")},
        "y may be positive": without(DERIVATIVES, 5, 2),
    },
)
def test_the_named_activations(evidence, subject):
    """s: the sigmoid, E = exp(-x); t: tanh; for ReLU x >= y."""
    certify(evidence, subject)
    evidence.assume("mean value theorem")
    evidence.assume("derivatives of exp, and of compositions and quotients")


@claim(
    "sec-2.2.activations.popular",
    by="exact",
    subject={"x": 2, "y": 3, "lo": F(11, 30), "hi": F(53, 144)},
    sabotage={
        "between 0 and 1": {"x": 0, "y": 1, "lo": F(11, 30), "hi": F(53, 144)},
        "too few terms of the series": {"x": 2, "y": 3, "lo": F(1, 3), "hi": F(1, 2)},
    },
)
def test_silu_is_steeper(evidence, subject):
    """silu(x) = x/(1 + exp(-x)), with 1/e between two partial sums of its alternating series."""
    evidence.refute(
        refutation(
            "silu(3) − silu(2) > 1",
            given=subject,
            hypotheses=["0 < lo and lo < hi"],
            conclusion=["y / (1 + hi**y) - x / (1 + lo**x) <= y - x"],
        )
    )
    evidence.fact("11/30 is the sum of six terms", 1 - 1 + F(1, 2) - F(1, 6) + F(1, 24) - F(1, 120) == F(11, 30))
    evidence.fact("53/144 is that of seven", F(11, 30) + F(1, 720) == F(53, 144))
    evidence.assume("1/e lies between consecutive partial sums of its alternating series")


def steepest(slope, bound, left, right):
    """A certified upper bound of a derivative on [left, right]: boxes, halved while they are wide; None: not found."""
    from flint import arb

    boxes, limit = [(F(left), F(right))], arb(bound.numerator) / bound.denominator
    while boxes:
        a, b = boxes.pop()
        middle, radius = (a + b) / 2, (b - a) / 2
        box = arb(arb(middle.numerator) / middle.denominator, arb(radius.numerator) / radius.denominator)
        value = slope(box)
        if value <= limit:
            continue
        if radius < F(1, 2000):
            return None
        boxes += [(a, middle), (middle, b)]
    return limit


def silu_slope(x):
    s = 1 / (1 + (-x).exp())
    return s + x * s * (1 - s)


def gelu_slope(x):
    from flint import arb

    return (1 + (x / arb(2).sqrt()).erf()) / 2 + x * (-x * x / 2).exp() / (2 * arb.pi()).sqrt()


@claim(
    "sec-2.2.activations.popular.amended",
    by="interval",
    subject=(F(111, 100), F(114, 100)),
    sabotage={
        "constant 1": (F(1), F(1)),
        "SiLU: 1.09": (F(109, 100), F(114, 100)),
        "GELU: 1.12": (F(111, 100), F(112, 100)),
    },
)
def test_constants_of_silu_and_gelu(evidence, subject):
    """Beyond ±12, |x| exp(-|x|) < 10^-3 bounds what is added to σ or Φ; and from below f'(x) + f'(-x) = 1."""
    for name, slope, bound in zip(("SiLU", "GELU"), (silu_slope, gelu_slope), subject, strict=True):
        found = steepest(slope, bound, -12, 12)
        if found is None:
            raise AssertionError(f"{name}: a slope of {bound} is exceeded")
        evidence.fact(f"{name}: every slope in [−12, 12] is at most {bound}", found is not None)
        evidence.fact(f"{name}: beyond, slopes are at most 1 + 10⁻³", bound >= 1 + F(1, 1000))
        evidence.fact(f"{name}: slopes are at least 1 − {bound} > −1", bound < 2)
    evidence.assume("t exp(−t) decreases for t ≥ 1, and 12 exp(−12) < 10⁻³; the same for the normal density")


ATTENTION = {
    "y (E + 5/2) = s E + 3a/2 and E ≤ 3: 11 y ≥ 3 a": Implication(
        ("y*E + 5*y/2 == s*E + 3*a/2", "s*E >= 0", "y*(3 - E) >= 0"), "11*y >= 3*a"
    ),
    "for a² > 11 L/3: y > L s": Implication(("11*y*a >= 3*a**2", "3*a**2 > 11*L", "L*s*a <= L"), "y*a > L*s*a"),
}


@claim(
    "sec-2.2.attention",
    by="symbolic",
    subject=ATTENTION,
    sabotage={
        "E without a bound": without(ATTENTION, 0, 2),
        "inputs that are bounded": without(ATTENTION, 1, 1),
        "a long step": without(ATTENTION, 1, 2),
    },
)
def test_attention(evidence, subject):
    """Inputs (s, a, -a) and (0, a, -a) with s a = log 2, E = exp(s^2): weights E, 2, 1/2, then all equal."""
    certify(evidence, subject)
    evidence.assume("log 2 ≤ 1 ≤ exp(s²) ≤ e ≤ 3 for 0 ≤ s ≤ 1")


@claim("sec-2.2.activations.popular", by="formal")
def test_silu_from_end_to_end(evidence, subject):
    evidence.counterexample(x=3, z=2)
