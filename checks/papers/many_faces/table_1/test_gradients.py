"""Table 1, its last three rows: certificates, exploding and vanishing gradients."""

from fractions import Fraction as F
from itertools import pairwise

import pytest

from checks.argument import certify, without
from checks.derive import axiom, cases, have, product, times
from checks.implication import Implication
from checks.papers.many_faces.theorems import PRODUCT
from checks.witness import identity

claim = pytest.mark.claim


@claim("table-1.certificates.unconstrained", by="formal")
def test_logits_alone_certify_nothing(evidence, subject):
    evidence.derive(
        axiom("divide", "r"),
        times("r * (1 / r) == 1", "v"),
        product("v > 0", "1 / r > 0"),
        cases(
            "t > 0",
            [product("t > 0", "v * (1 / r) > 0")],
            [cases("t < 0", [product("-t > 0", "v * (1 / r) > 0")], [])],
        ),
    )


@claim("table-1.certificates.lipschitz", by="formal")
def test_the_certificate_divided_by_l(evidence, subject):
    evidence.derive(
        have("L * d - abs(fx) >= 0"),
        axiom("divide", "L"),
        times("L * (1 / L) == 1", "d"),
        product("1 / L > 0", "L * d - abs(fx) >= 0"),
    )


@claim("table-1.exploding.unconstrained", by="formal")
def test_growth_depends_on_loss_and_architecture(evidence, subject):
    evidence.derive(
        axiom("power_sum", "2", "d", "1"),
    )


ISOMETRY = ("(a * g - b * h) ** 2 + (b * g + a * h) ** 2", "(a ** 2 + b ** 2) * (g ** 2 + h ** 2)")
OUTER = ("(g * s) ** 2 + (g * t) ** 2 + (h * s) ** 2 + (h * t) ** 2", "(g ** 2 + h ** 2) * (s ** 2 + t ** 2)")
"""The gradient in a weight is (g, h) times the layer's input (s, t): the squared Frobenius norm is a product."""
PASSED = {
    "‖Jᵀ g‖ ≤ ‖g‖ at each layer": Implication(("n1 <= n0", "n2 <= n1", "n3 <= n2"), "n3 <= n0"),
    "and L |ℓ'| at the end": Implication(("n3 <= n0", "n0 == L * s"), "n3 <= L * s"),
    "times the norm of the layer's input for a weight": Implication(
        ("weight == n3 * input", "n3 * input <= L * s * input"), "weight <= L * s * input"
    ),
    "one layer more lets that norm grow by at most β": Implication(
        ("after <= moved + before", "moved <= beta", "before <= x + i * beta"), "after <= x + (i + 1) * beta"
    ),
}


@claim(
    "table-1.exploding.lipschitz",
    by="symbolic",
    subject=(PASSED, ISOMETRY, OUTER, "w * (x + B) - B"),
    sabotage={
        "an expanding layer": (without(PASSED, 0, 1), ISOMETRY, OUTER, "w * (x + B) - B"),
        "biases of any size": (without(PASSED, 3, 1), ISOMETRY, OUTER, "w * (x + B) - B"),
        "without the dilation": (without(PASSED, 1, 1), ISOMETRY, OUTER, "w * (x + B) - B"),
        "the layer's input forgotten": (PASSED, ISOMETRY, (OUTER[0], "g ** 2 + h ** 2"), "w * (x + B) - B"),
        "a network without biases": (PASSED, ISOMETRY, OUTER, "w * x"),
    },
)
def test_gradients_do_not_grow(evidence, subject):
    passed, isometry, outer, network = subject
    certify(evidence, passed)
    evidence.certify(identity("rotations keep lengths: a² + b² = 1", isometry))
    evidence.certify(identity("‖g zᵀ‖ = ‖g‖ ‖z‖", outer))
    at = lambda w: "(" + network.replace("w", w) + ")"
    evidence.certify(
        identity(
            "w (x + B) − B: at w = 1 the identity, whose derivative in w is x + B",
            (at("1"), "x"),
            (f"{at('(1 + h)')} - {at('1')}", "h * (x + B)"),
        )
    )
    evidence.assume("a matrix and its transpose have the same operator norm")
    evidence.assume(PRODUCT)


def rational_network(size, scale=1):
    """Hypothesis strategy: layers of rational rotations (times scale) of pairs, each with its sorting pattern."""
    from hypothesis import strategies as st

    slope = st.fractions(-3, 3, max_denominator=4)
    turn = slope.map(lambda t: ((1 - t * t) / (1 + t * t) * scale, 2 * t / (1 + t * t) * scale))
    shift = st.lists(st.integers(-3, 3).map(F), min_size=size, max_size=size)
    layer = st.tuples(st.lists(turn, min_size=size // 2, max_size=size // 2), shift)
    return st.lists(layer, min_size=1, max_size=6)


def backward(layers, x, gradient):
    """The gradients at the layers' outputs, last one first: layers are pairwise rotations, bias, pairwise sorting."""
    patterns = []
    for turns, bias in layers:
        turned = [
            v
            for i, (c, s) in enumerate(turns)
            for v in (c * x[2 * i] - s * x[2 * i + 1], s * x[2 * i] + c * x[2 * i + 1])
        ]
        x = [v + b for v, b in zip(turned, bias, strict=True)]
        patterns.append([x[2 * i] > x[2 * i + 1] for i in range(len(turns))])
        x = [v for i in range(len(turns)) for v in sorted(x[2 * i : 2 * i + 2])]
        x = [*x[1:], x[0]]
    for (turns, _), swapped in zip(reversed(layers), reversed(patterns), strict=True):
        yield gradient
        gradient = [gradient[-1], *gradient[:-1]]
        pairs = [gradient[2 * i : 2 * i + 2][:: -1 if flip else 1] for i, flip in enumerate(swapped)]
        gradient = [v for (c, s), (g, h) in zip(turns, pairs, strict=True) for v in (c * g + s * h, -s * g + c * h)]
    yield gradient


def gradient_lengths(scale):
    from hypothesis import strategies as st

    inputs = st.lists(st.integers(-5, 5).map(F), min_size=4, max_size=4)
    return rational_network(4, scale), inputs, inputs.filter(any)


@claim(
    "table-1.exploding.lipschitz",
    by="examples",
    subject=F(4, 5),
    sabotage={"layers 1 % too steep": F(101, 100), "layers of slope 2": F(2)},
)
def test_contractions(evidence, subject):
    """Networks of rotations scaled by 4/5, biases, sorted pairs and a cyclic shift; squared lengths, exactly."""

    def law(layers, x, gradient):
        lengths = [sum(v * v for v in g) for g in backward(layers, x, gradient)]
        return all(b <= a for a, b in pairwise(lengths))

    evidence.examples("no gradient is longer than the one after it", law, *gradient_lengths(subject), max_examples=60)


@claim("table-1.vanishing.unconstrained", by="formal")
def test_decay_depends_on_loss_and_architecture(evidence, subject):
    evidence.derive(
        axiom("power_sum", "1/2", "d", "1"),
        axiom("exp_positive", "t"),
        axiom("exp_tangent", "t"),
        axiom("divide", "1 + exp(t)"),
        product("s > 0", "exp(t) - 1 - t >= 0"),
        product("1 / (1 + exp(t)) > 0", "s * (1 + exp(t)) - 1 > 0"),
        times("(1 + exp(t)) * (1 / (1 + exp(t))) == 1", "s"),
        axiom("max", "0", "m - t"),
    )


@claim("table-1.vanishing.lipschitz", by="formal")
def test_architecture_matters_for_lipschitz_networks(evidence, subject):
    evidence.impossible(
        axiom("power_one", "n"),
        says="slopes 1/2 and 1: n layers have gradients of the sizes 2⁻ⁿ and 1, never below 1/2",
        a=F(1, 2),
        b=1,
        s=F(1, 2),
    )


BEYOND = Implication(("h * (h - m + t) == 0", "h * (t - m) >= 0"), "h ** 2 <= 0")
KEPT = {
    "lengths are kept layer by layer": Implication(("n1 == n0", "n2 == n1", "n0 == L * s"), "n2 == L * s"),
    "BCE at a training example": Implication(("n == L * s", "L * s >= L * K"), "n >= L * K"),
}


@claim(
    "table-1.vanishing.lipschitz.amended",
    by="symbolic",
    subject=(KEPT, ISOMETRY),
    sabotage={
        "a shrinking layer": (without(KEPT, 0, 1), ISOMETRY),
        "no Proposition 10": (without(KEPT, 1, 1), ISOMETRY),
        "not orthogonal": (KEPT, (ISOMETRY[0], "(a + b) ** 2 * (g ** 2 + h ** 2)")),
    },
)
def test_preserved_gradients(evidence, subject):
    kept, isometry = subject
    certify(evidence, kept)
    evidence.certify(identity("rotations keep lengths: a² + b² = 1", isometry))
    hinge = {"inside": ("(m - t) - (m - t - h)", "h"), "KR": ("-t + (t + h)", "h")}
    evidence.certify(identity("hinge within the margin and KR fall as fast as the logit rises", *hinge.values()))
    evidence.certify(BEYOND.proof("hinge is 0 beyond the margin: h = max(0, m − t) has h (h − m + t) = 0, so h² ≤ 0"))
    evidence.assume(PRODUCT)


@claim(
    "table-1.vanishing.lipschitz.amended",
    by="examples",
    subject=F(1),
    sabotage={"layers 1 % too flat": F(99, 100), "layers 1 % too steep": F(101, 100)},
)
def test_rotations(evidence, subject):
    """Networks of rotations, biases, sorted pairs and a cyclic shift; squared lengths, exactly."""

    def law(layers, x, gradient):
        lengths = [sum(v * v for v in g) for g in backward(layers, x, gradient)]
        return all(b == a for a, b in pairwise(lengths))

    evidence.examples("all gradients have one length", law, *gradient_lengths(subject), max_examples=60)
