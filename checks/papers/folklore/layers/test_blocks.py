"""Activations, pooling, normalisation, softmax and attention."""

from fractions import Fraction as F

import pytest

from checks.derive import axiom, cases, have, product, square, times
from theory.norms import activation_slopes

claim = pytest.mark.claim


@claim("layers.activations", by="formal")
def test_slopes(evidence, subject):
    evidence.derive(
        product("1 - t >= 0", "1 + t >= 0"),
        square("t"),
        product("s >= 0", "1 - s >= 0"),
        square("s - 1/2"),
        product("1 - a >= 0", "x - z >= 0"),
        product("1 + a >= 0", "x - z >= 0"),
    )


@claim("layers.entrywise", by="formal")
def test_entry_by_entry(evidence, subject):
    evidence.derive(
        axiom("abs", "u"),
        axiom("abs", "a"),
        axiom("abs", "v"),
        axiom("abs", "b"),
        product("s >= 0", "abs(a) >= 0"),
        product("s >= 0", "abs(b) >= 0"),
        product("s * abs(a) - abs(u) >= 0", "s * abs(a) + abs(u) >= 0"),
        product("s * abs(b) - abs(v) >= 0", "s * abs(b) + abs(v) >= 0"),
        product("s >= 0", "max(abs(a), abs(b)) - abs(a) >= 0"),
        product("s >= 0", "max(abs(a), abs(b)) - abs(b) >= 0"),
    )


@claim("layers.gelu", by="formal")
def test_silu_is_steeper_than_one(evidence, subject):
    evidence.counterexample(x=3, z=2)


@claim("layers.gelu.amended", by="formal")
def test_silu_by_boxes(evidence, subject):
    evidence.enclose()


LIMITS = {"silu": (F(109983, 100000), F(109984, 100000)), "gelu": (F(112890, 100000), F(112891, 100000))}


@claim(
    "layers.gelu.amended",
    by="interval",
    subject=LIMITS,
    sabotage={
        "SiLU, rounded down": {**LIMITS, "silu": (F(1), F(109983, 100000))},
        "GELU, rounded down": {**LIMITS, "gelu": (F(1), F(112890, 100000))},
        "the constant 1": {"silu": (F(1), F(1)), "gelu": (F(1), F(1))},
    },
)
def test_constants_of_silu_and_gelu(evidence, subject):
    """Enclosures of the steepest slopes, by Arb."""
    for name, (low, high) in subject.items():
        least, most = map(F, activation_slopes(name))
        evidence.fact(f"{name}: its slopes are at most {high}", most <= high)
        evidence.fact(f"{name}: some are near {low} or more", most >= low)
        evidence.fact(f"{name}: its slopes are at least {1 - high}", least >= 1 - high)
        evidence.value(name, float(most))
    evidence.value("gelu by tanh", activation_slopes("gelu", approximate="tanh")[1])
    evidence.value("mish", activation_slopes("mish")[1])


@claim("layers.sort", by="formal")
def test_pairs(evidence, subject):
    evidence.derive(
        cases(
            "a >= b",
            [cases("c >= g", [], [product("a - b >= 0", "g - c > 0")])],
            [cases("c >= g", [product("b - a > 0", "c - g >= 0")], [])],
        )
    )


@claim("layers.householder", by="formal")
def test_mirrors(evidence, subject):
    evidence.derive(
        cases(
            "s >= 0",
            [cases("t >= 0", [], [cases("s > 0", [product("s > 0", "-t > 0")], [])])],
            [cases("t >= 0", [cases("t > 0", [product("-s > 0", "t > 0")], [])], [])],
        )
    )


@claim("layers.pooling.max", by="formal")
def test_windows_that_overlap(evidence, subject):
    evidence.counterexample(x=[0, 1, 0], y=[0, 0, 0])


@claim("layers.pooling.max.amended", by="formal")
def test_maxima(evidence, subject):
    evidence.derive()


@claim("layers.pooling.average", by="formal")
def test_averages(evidence, subject):
    evidence.derive(*(square(f"x[{i}] - x[{j}]") for i in range(4) for j in range(i)))


@claim("layers.pooling.l2", by="formal")
def test_lengths(evidence, subject):
    evidence.derive(product("t > 0", "p > 0"))


@claim("layers.batchnorm", by="formal")
def test_a_small_variance(evidence, subject):
    evidence.counterexample(g=1, m=0, b=0, v=F(1, 4), x=1, z=0)


@claim("layers.batchnorm.amended", by="formal")
def test_channels(evidence, subject):
    evidence.derive()


@claim("layers.layernorm", by="formal")
def test_near_a_constant(evidence, subject):
    evidence.counterexample(x=[F(15, 10000), F(-15, 10000)], z=[0, 0])


@claim("layers.layernorm.amended", by="formal")
def test_eigenvalues_of_layer_normalisation(evidence, subject):
    evidence.derive(
        have("s >= r", cases("s >= r", [], [product("r - s > 0", "r + s > 0")])),
        product("1 / r > 0", "1 / s > 0"),
        product("1 / r * (1 / s) > 0", "s - r >= 0"),
        times("s * (1 / s) - 1 == 0", "1 / r"),
        times("r * (1 / r) - 1 == 0", "1 / s"),
    )


@claim("layers.dropout", by="formal")
def test_half_is_doubled(evidence, subject):
    evidence.counterexample(m=1, p=F(1, 2), x=1, z=0)


@claim("layers.dropout.amended", by="formal")
def test_masks(evidence, subject):
    evidence.derive(square("(x - z) / (1 - p)"))


@claim("layers.softmax", by="formal")
def test_variance_of_two(evidence, subject):
    evidence.derive(
        square("s - 1/2"),
        square("a - b"),
        square("a + b"),
        product("(s - 1/2)**2 >= 0", "(a - b)**2 >= 0"),
    )


@claim("layers.softmax.norms", by="formal")
def test_corners(evidence, subject):
    evidence.derive(square("s - 1/2"), product("s >= 0", "1 - s >= 0"), product("s * (1 - s) >= 0", "2 - (a - b) >= 0"))


@claim("layers.log-softmax", by="formal")
def test_sharp_shares(evidence, subject):
    evidence.counterexample(x=[6, -6], z=[5, -5])


@claim("layers.log-softmax.amended", by="formal")
def test_means_by_shares(evidence, subject):
    evidence.derive(square("b + (n - 1) * a"))


@claim("layers.attention", by="formal")
def test_weights_that_tilt(evidence, subject):
    evidence.counterexample(a=3, s=F(1, 10))


@claim("layers.attention.amended", by="formal")
def test_attention_on_a_line(evidence, subject):
    evidence.derive(
        product("s > 0", "E >= 0"),
        have("y > 0", cases("y > 0", [], [product("-y >= 0", "E >= 0")])),
        product("y > 0", "3 - E >= 0"),
        have("11 * y >= 3 * a"),
        product("11 * y - 3 * a >= 0", "a - 1 >= 0"),
        product("L > 0", "1 - s * a >= 0"),
        cases("y > L * s", [], [product("L * s - y >= 0", "a - 1 >= 0")]),
    )


@claim("layers.attention.ball", by="formal")
def test_attention_on_a_ball(evidence, subject):
    evidence.derive(
        square("s - 1/2"),
        square("x - y"),
        product("(s - 1/2)**2 >= 0", "(x - y)**2 >= 0"),
        product("2 * R - (x - y) >= 0", "2 * R + (x - y) >= 0"),
        product("n - 1 > 0", "B * g - E >= 0"),
    )
