"""Equation 9 of Proposition 8: the VC dimension of GroupSort2 networks from above and from below, and its uses."""

from fractions import Fraction as F
from itertools import combinations, pairwise
from math import prod
from operator import mul

import pytest

from checks.argument import certify, without
from checks.derive import axiom
from checks.derive import product as multiplied
from checks.implication import Implication
from checks.papers.many_faces.vc.margins import assuming, concluding
from checks.randomness import stream
from checks.witness import identity, instance

claim = pytest.mark.claim

WARREN = "Warren (1968), Alon (1995): M polynomials of degree d in P ≤ M variables: at most (8edM/P)^P sign vectors"

POLYNOMIALS = {
    "g ≤ 2^g − 1: layer i adds at most 2^(g₁+…+g_i) − 2^(g₁+…+g_(i−1)) polynomials": Implication(
        ("H * (p - 1 - g) >= 0",), "g * H <= p * H - H"
    ),
    "with the output's: at most 2 · 2^(W/2)": Implication(("S <= T - 1", "M <= S + T"), "M <= 2 * T"),
    "at most W/2 hidden layers": Implication(("W >= 2 * k",), "k + 1 <= W/2 + 1"),
    "from W to W + 2 the right-hand side at most doubles": Implication(
        ("W >= 2", "W * (W - 2) >= 0"), "((W + 2)/2 + 1) * (W + 12) <= 2 * (W/2 + 1) * (W + 10)"
    ),
}
"""H = 2^(g_1 + ... + g_(i-1)), p = 2^g, T = 2^(W/2), S the polynomials of the gates, M all of one point."""


@claim(
    "prop-8.vc.polynomial",
    by="symbolic",
    subject=(POLYNOMIALS, 10),
    sabotage={
        "gates of any number": (without(POLYNOMIALS, 0, 0), 10),
        "as many polynomials as cells": (concluding(POLYNOMIALS, 1, "M <= T"), 10),
        "(W + 8) P": (POLYNOMIALS, 8),
    },
)
def test_the_polynomial_bound(evidence, subject):
    steps, extra = subject
    certify(evidence, steps)
    evidence.certify(
        instance(
            "W = 2: 2^z > 24 (W/2 + 1) 2^(W/2 + 1) z at z = W + 10",
            given={"W": 2, "z": 2 + extra},
            conclusion=["2**z > 24 * (W/2 + 1) * 2**(W/2 + 1) * z"],
        )
    )
    evidence.assume(WARREN)
    evidence.assume("e < 3, and 2^z/z increases for z ≥ 2")


def compositions(total):
    """All tuples of positive whole numbers with that sum."""
    if total == 0:
        return [()]
    return [(first, *rest) for first in range(1, total + 1) for rest in compositions(total - first)]


@claim(
    "prop-8.vc.polynomial",
    by="samples",
    subject=(2, 10),
    sabotage={"half of the polynomials": (1, 10), "(W + 3) P": (2, 3)},
)
def test_all_small_architectures(evidence, subject):
    """Every architecture with at most 20 neurons: its polynomials counted, Warren's bound in whole numbers."""
    factor, extra = subject
    architectures = [gates for half in range(1, 11) for gates in compositions(half)]
    counted = too_many = True
    for gates in architectures:
        width, depth = 2 * sum(gates), len(gates)
        polynomials = sum(g * 2 ** sum(gates[:i]) for i, g in enumerate(gates)) + 2 ** sum(gates)
        counted &= polynomials <= factor * 2 ** (width // 2)
        too_many &= 2 ** (width + extra) > 24 * (depth + 1) * polynomials * (width + extra)
    evidence.fact(f"{len(architectures)} architectures: at most 2 · 2^(W/2) polynomials for each point", counted)
    evidence.fact("2^z exceeds 8e(k + 1)Mz at z = W + 10 for each", too_many)
    evidence.count(len(architectures))


STEP = Implication(
    ("t >= 0", "t**2 >= 0", "t**3 >= 0"), "(t + 14) * ((t + 4)/2 + 1)**2 <= 4 * (t + 12) * ((t + 2)/2 + 1)**2"
)
SIZE = {
    "a layer of at least 2 neurons: w² ≥ 2w": Implication(("w * (w - 2) >= 0",), "w**2 >= 2 * w"),
    "2 Σ_(i<j) w_i w_j ≤ W² − 2W": Implication(
        ("W**2 == squares + 2 * s", "squares >= 2 * W"), "2 * s <= W**2 - 2 * W"
    ),
    "P ≤ W(n + 1) + W²/2 + n + 1": Implication(
        ("P <= W * n1 + s + n1 + W", "2 * s <= W**2 - 2 * W"), "P <= W * n1 + W**2/2 + n1"
    ),
    "… ≤ (n + 1)(W/2 + 1)², as n + 1 ≥ 2": Implication(
        ("P <= W * n1 + W**2/2 + n1", "W**2 * (n1 - 2) >= 0"), "P <= n1 * (W/2 + 1)**2"
    ),
}


@claim(
    "prop-8.vc",
    by="symbolic",
    subject=(SIZE, STEP, 12),
    sabotage={
        "n + 1 ≥ 1": (assuming(SIZE, 3, SIZE[list(SIZE)[3]].hypotheses[0], "W**2 * (n1 - 1) >= 0"), STEP, 12),
        "layers of one neuron": (assuming(SIZE, 0, "w * (w - 1) >= 0"), STEP, 12),
        "growth by 2": (SIZE, STEP.concluding(STEP.goal.replace("<= 4", "<= 2")), 12),
        "C = 11": (SIZE, STEP, 11),
    },
)
def test_equation_9(evidence, subject):
    """n1 = n + 1, s the sum of the products of the widths of different layers, W = t + 2."""
    steps, step, constant = subject
    certify(evidence, steps)
    evidence.certify(step.proof("Q(W + 2) ≤ 4 Q(W) for Q(W) = (W + 10)(W/2 + 1)²"))
    evidence.certify(
        instance(
            "Q(2) = 48 = 12 · 2²", given={"C": constant, "W": 2}, conclusion=["(W + 10) * (W/2 + 1)**2 <= C * 2**W"]
        )
    )
    evidence.assume(WARREN)


def entries(n, widths):
    """Weights and biases when every layer and the output see the inputs and all layers before."""
    seen, total = n, 0
    for w in (*widths, 1):
        total, seen = total + w * (seen + 1), seen + w
    return total


@claim(
    "prop-8.vc",
    by="samples",
    subject=12,
    sabotage={"C = 11": 11},
)
def test_equation_9_with_all_connections(evidence, subject):
    """(W + 10) P against C (n + 1) 2^W for every architecture with at most 20 neurons."""
    architectures = [[2 * g for g in gates] for half in range(1, 11) for gates in compositions(half)]
    sizes, within = True, True
    for widths in architectures:
        for n in (1, 2, 3, 10):
            neurons, size = sum(widths), entries(n, widths)
            sizes &= 4 * size <= (n + 1) * (neurons + 2) ** 2
            within &= (neurons + 10) * size <= subject * (n + 1) * 2**neurons
    evidence.fact("P ≤ (n + 1)(W/2 + 1)²", sizes)
    evidence.fact(f"(W + 10) P ≤ {subject} (n + 1) 2^W", within)
    evidence.count(4 * len(architectures))


REAL = [
    (1, (2,)),
    (2, (4, 4)),
    (2, (64, 64, 64)),
    (2, (512,) * 4),
    (784, (128, 128)),
    (784, (256,) * 3),
    (3072, (512,) * 5),
]


@claim(
    "prop-8.vc",
    by="samples",
    subject=F(1),
    sabotage={"a thousandth of it": F(1, 1000)},
)
def test_equation_9_in_architectures(evidence, subject):
    """The library's proved bound between the shattered set of `prop-8.vc.lower` and 12 (n + 1) 2^W."""
    from theory.vc import vc_groupsort

    for n, widths in REAL:
        found = vc_groupsort(n, widths)
        shape = f"n = {n}, widths {'–'.join(map(str, widths))}"
        evidence.value(f"{shape}: (n + 1) 2^W", _power(found.paper))
        evidence.value(f"{shape}: proved upper bound, by {found.by}", found.bound)
        evidence.value(f"{shape}: shattered points", n + 1 + sum(widths) // 2)
        least = n + 1 + sum(widths) // 2
        evidence.fact(
            f"{shape}: between {least} and 12 (n + 1) 2^W", least <= found.bound <= 12 * subject * found.paper
        )
    evidence.count(len(REAL))


def _power(number):
    """Large whole numbers as a rounded power of 2."""
    return number if number < 10**9 else f"about 2^{number.bit_length() - 1}"


GATE = (
    ("((s + u) + (s - u))/2", "s"),
    ("((s + u) - (s - u))/2", "u"),
    ("c * ((s + u) - (s - u))", "(c*s + c*u) - (c*s - c*u)"),
)
KNOTS = {
    "slopes change by 2c at a knot: any value at the next point": Implication(
        ("f == a + slope", "slope == v - a"), "f == v"
    ),
    "e_i: v_i fits the value": Implication(("f == a + w", "w == v - a"), "f == v"),
    "c |x − j| turns from the slope −c to c at j": Implication(
        (
            "left == c * j - c * x",
            "right == c * x1 - c * j",
            "x1 == j + h",
            "x == j - h",
            "c * x1 == c * j + c * h",
            "c * x == c * j - c * h",
        ),
        "left == right",
    ),
    "a layer: carried s = T of the gates before, and its folds added: T of the gates so far": Implication(
        ("s == linear + folds", "after == s + cu", "sofar == folds + cu"), "after == linear + sofar"
    ),
    "its second gate carries x₁ on": Implication(("2 * mean == low + high", "low + high == 2 * x"), "mean == x"),
}


@claim(
    "prop-8.vc.lower",
    by="symbolic",
    subject=(GATE, KNOTS),
    sabotage={
        "minima counted twice": ((("(s + u) + (s - u)", "s"), *GATE[1:]), KNOTS),
        "a fixed slope": (GATE, without(KNOTS, 0, 1)),
        "a layer that carries nothing on": (GATE, without(KNOTS, 3, 0)),
        "a second gate that folds x₁ only": (GATE, without(KNOTS, 4, 1)),
    },
)
def test_what_a_gate_gives(evidence, subject):
    gate, knots = subject
    evidence.certify(identity("max + min = 2s, max − min = 2|u|, and gates are positively homogeneous", *gate))
    certify(evidence, knots)


ARCHITECTURES = [(1, (1,)), (1, (4,)), (3, (3,)), (4, (1,)), (1, (2, 2)), (3, (2, 1)), (2, (3, 2)), (1, (2, 3, 1))]
"""Input dimensions and the gates of the hidden layers."""


@claim(
    "prop-8.vc.lower",
    by="samples",
    subject=(0, 1),
    sabotage={"a gate without effect": (1, 1), "the gates sort the wrong way": (0, -1)},
)
def test_shattered_points(evidence, subject):
    """All labelings of the n + 1 + W/2 points, each by an explicit network evaluated gate by gate."""
    from itertools import product

    missing, way = subject
    for n, gates in ARCHITECTURES:
        points = [(F(k), *([F(0)] * (n - 1))) for k in range(sum(gates) + 2)]
        points += [tuple(F(int(i == j)) for j in range(n)) for i in range(1, n)]
        labelings = product((1, -1), repeat=n + 1 + sum(gates))
        if not all(shown(n, gates, labels, points, missing, way) for labels in labelings):
            raise AssertionError(f"n = {n}, gates {gates}: a labeling is missed")
        evidence.fact(f"n = {n}, gates {gates}: {len(points)} points are labelled in all ways", True)
        evidence.count(2 ** (n + 1 + sum(gates)))


def shown(n, gates, labels, points, missing, way):
    """Whether the network of the proof has these signs at the points."""
    values = labels[: sum(gates) + 2]
    slopes = [b - a for a, b in pairwise(values)]
    bends = [F(b - a, 2) for a, b in pairwise(slopes)]
    bends[len(bends) - missing :] = [F(0)] * missing
    at_zero = sum(bend * knot for knot, bend in enumerate(bends, 1))
    others = [label - values[0] for label in labels[len(values) :]]
    linear = [F(slopes[0] + slopes[-1], 2), *others]
    heights = (network(gates, linear, bends, x, way) + values[0] - at_zero for x in points)
    return all(height * label > 0 for height, label in zip(heights, labels, strict=True))


def network(gates, linear, bends, x, way):
    """Hidden layers of gates on (s + u, s - u), s = what is carried on and u = x_1 - knot; then a sum."""
    total, first, knot = sum(w * t for w, t in zip(linear, x, strict=True)), x[0], 0
    for layer in gates:
        sums, folds = [], []
        for carried, bend in zip([total, first, *([F(0)] * layer)][:layer], bends[knot : knot + layer], strict=True):
            knot += 1
            low, high = sorted((carried + first - knot, carried - first + knot))[::way]
            sums.append((low + high) / 2)
            folds.append(bend * (high - low) / 2)
        total = sums[0] + sum(folds)
        first = sums[1] if layer > 1 else F(0)
    return total


SQUARED = {
    "v ≤ C (n + 1) B² and B² = 2^W": Implication(("v <= C * n1 * X", "X * n1 * C == T * n1 * C"), "v <= C * n1 * T")
}
"""X = B^2, T = 2^W."""

PRODUCTS = (("(p * q * r)**2", "p**2 * q**2 * r**2"),)
"""p, q, r = 2^(w/2) for three layers."""


@claim(
    "prop-8.vc.step",
    by="symbolic",
    subject=(SQUARED, PRODUCTS, F(1, 2)),
    sabotage={
        "B = 2^W": (SQUARED, PRODUCTS, F(1)),
        "B² of another size": (without(SQUARED, 0, 1), PRODUCTS, F(1, 2)),
        "B not squared": (SQUARED, (("p * q * r", "p**2 * q**2 * r**2"),), F(1, 2)),
    },
)
def test_lemma_1_gives_equation_9(evidence, subject):
    steps, products, half = subject
    certify(evidence, steps)
    evidence.certify(identity("(∏ 2^(w_i/2))² = ∏ 2^(w_i)", *products))
    evidence.certify(
        instance(
            "widths 2, 4, 6: B = 2 · 4 · 8 and B² = 2¹²",
            given={"w": [2, 4, 6], "B": [2 ** int(half * w) for w in (2, 4, 6)]},
            conclusion=["(B[0] * B[1] * B[2])**2 == 2**sum(w)"],
        )
    )


@claim("prop-8.vc.step", by="formal")
def test_lemma_1_gives_equation_9_from_end_to_end(evidence, subject):
    evidence.derive(
        axiom("power_positive", "2", "W"),
        axiom("sqrt", "2**W"),
        multiplied("sqrt(2**W) - B >= 0", "sqrt(2**W) + B > 0"),
        multiplied("C > 0", "n + 1 > 0"),
        multiplied("C * (n + 1) > 0", "2**W - B**2 >= 0"),
    )


@claim("prop-8.vc", by="formal")
def test_equation_9_from_the_polynomial_bound(evidence, subject):
    """The same steps serve where W = 0."""
    evidence.derive(
        axiom("power_exponent", "2", "0", "W"),
        multiplied("W + 10 > 0", "(n + 1) * (W / 2 + 1)**2 - P >= 0"),
        multiplied("n + 1 > 0", "12 * 2**W - (W + 10) * (W / 2 + 1)**2 >= 0"),
        multiplied("n + 1 > 0", "2**W - 1 >= 0"),
    )


def sorted_in_groups(size):
    """Sorting groups of neighbours: values, and the permutation of each group as the piece."""

    def order_of(group):
        return tuple(sorted(range(len(group)), key=lambda k: (group[k], k)))

    def apply(values):
        groups = [values[i : i + size] for i in range(0, len(values), size)]
        orders = tuple(order_of(group) for group in groups)
        return [group[k] for group, order in zip(groups, orders, strict=True) for k in order], orders

    return apply


def by_element(function, knots):
    """An element-wise activation with its intervals as the pieces."""

    def apply(values):
        return [function(value) for value in values], tuple(sum(value >= knot for knot in knots) for value in values)

    return apply


ACTIVATIONS = {
    "GroupSort2": (sorted_in_groups(2), lambda w: 2 ** (w // 2)),
    "GroupSort3": (sorted_in_groups(3), lambda w: 6 ** (w // 3)),
    "ReLU": (by_element(lambda t: max(t, F(0)), [0]), lambda w: 2**w),
    "absolute value": (by_element(abs, [0]), lambda w: 2**w),
    "hard tanh": (by_element(lambda t: max(F(-1), min(t, F(1))), [-1, 1]), lambda w: 3**w),
}
"""Each with the number of its pieces on w neurons."""

GRID = [(F(x), F(y)) for x in range(-6, 7, 2) for y in range(-6, 7, 2)]


def through(activation, layers, x):
    """The values of the last layer and the pieces that were visited."""
    pieces = []
    for weights, bias in layers[:-1]:
        x, piece = activation([sum(map(mul, row, x), b) for row, b in zip(weights, bias, strict=True)])
        pieces.append(piece)
    weights, bias = layers[-1]
    return sum(map(mul, weights[0], x), bias[0]), tuple(pieces)


def random_layers(random, widths):
    """Whole numbers as weights, halves as biases."""
    sizes = [2, *widths, 1]
    return [
        (
            [[F(random.randint(-3, 3)) for _ in range(a)] for _ in range(b)],
            [F(random.randint(-9, 9), 2) for _ in range(b)],
        )
        for a, b in pairwise(sizes)
    ]


def forgotten(activation):
    """The same values, all pieces thought to be one."""
    return lambda values: (activation(values)[0], ())


PREIMAGE = Implication(
    ("hz == s * hx + (1 - s) * hy", "s * hx >= 0", "(1 - s) * hy >= 0"),
    "hz >= 0",
)
AFFINE = ("a * (s*x + (1 - s)*y) + b", "s * (a*x + b) + (1 - s) * (a*y + b)")


@claim(
    "sec-5.general",
    by="symbolic",
    subject=(PREIMAGE, AFFINE),
    sabotage={
        "a point outside": (PREIMAGE.without(2), AFFINE),
        "squares": (PREIMAGE, ("(s*x + (1 - s)*y)**2", AFFINE[1])),
    },
)
def test_preimages_of_pieces(evidence, subject):
    """h >= 0 one of the inequalities of a convex piece, seen through an affine map."""
    preimage, affine = subject
    evidence.certify(identity("affine maps keep mixtures", affine))
    evidence.certify(preimage.proof("a mixture of two points whose images are in a half-space"))
    evidence.assume("Sauer's lemma and Cover's count, in the amended Lemma 1")


@claim(
    "sec-5.general",
    by="samples",
    subject=lambda activation: activation,
    sabotage={"one piece only": forgotten},
)
def test_networks_with_other_activations(evidence, subject):
    """Exact values on a grid of the plane: middles of points of one cell are in it, and the network is affine there."""
    from random import Random

    from checks.evidence import SEED

    random = Random(stream(SEED, evidence.claims_seed))
    for name, (activation, pieces) in ACTIVATIONS.items():
        convex = affine = few = True
        for widths in ((6,), (6, 6)):
            for _ in range(3):
                layers = random_layers(random, widths)
                found = {x: through(subject(activation), layers, x) for x in GRID}
                few &= len({cell for _, cell in found.values()}) <= prod(map(pieces, widths))
                for x, y in combinations(GRID, 2):
                    if convex and affine and found[x][1] == found[y][1]:
                        middle = through(subject(activation), layers, [(a + b) / 2 for a, b in zip(x, y, strict=True)])
                        convex &= middle[1] == found[x][1]
                        affine &= 2 * middle[0] == found[x][0] + found[y][0]
        evidence.fact(f"{name}: cells are convex, no more than the product of the pieces", convex and few)
        evidence.fact(f"{name}: the network is affine on each cell", affine)
    evidence.count(6 * len(ACTIVATIONS), SEED)


ROOTS = {
    "v ln(eN/v)/N ≤ 2 √(ev/N), by ln z ≤ 2 √z with z = eN/v": Implication(
        ("S <= v * l", "v * (2 * r - l) >= 0"), "S <= 2 * v * r"
    ),
    "two gaps together": Implication(("error <= train + 2 * R + t", "2 * R <= g"), "error <= train + g + t"),
}
"""S = log of Sauer's sum, l = ln z, r = sqrt z, R the Rademacher complexity of the errors."""


@claim(
    "sec-5.generalization",
    by="symbolic",
    subject=ROOTS,
    sabotage={
        "any logarithm": without(ROOTS, 0, 1),
        "once the complexity": concluding(ROOTS, 1, "error <= train + g/2 + t"),
    },
)
def test_generalization(evidence, subject):
    certify(evidence, subject)
    evidence.assume("Sauer's lemma: S(N, v) ≤ (eN/v)^v for N ≥ v")
    evidence.assume("Massart's lemma and McDiarmid's inequality (Mohri, Rostamizadeh and Talwalkar, corollary 3.9)")
    evidence.assume(WARREN)


@claim(
    "sec-5.generalization",
    by="samples",
    subject=(F(2), 1),
    sabotage={"once the complexity": (F(1), 1), "half of the dimension": (F(2), 2)},
)
def test_the_gap_of_the_library(evidence, subject):
    """The library's gap with v = (W + 10) P against Sauer's sum in whole numbers; how many examples make it 1/10."""
    from flint import arb

    from theory.intervals import certainly_ge, certainly_le, enclosure
    from theory.vc import generalization_gap, sample_complexity, vc_groupsort

    factor, divisor = subject
    delta = F(1, 20)
    for n, widths in ((1, (2,)), (2, (2,)), (2, (4,)), (5, (2, 2))):
        v = (sum(widths) + 10) * parameters(n, widths)
        samples = 400 * v
        sauer = term = 1
        for j in range(v // divisor):
            term = term * (samples - j) // (j + 1)
            sauer += term
        gap = (enclosure(factor) * enclosure(sauer).log() / samples).sqrt() + (arb(20).log() / (2 * samples)).sqrt()
        found = enclosure(F(generalization_gap(v, samples, delta)))
        says = f"n = {n}, widths {'–'.join(map(str, widths))}: the gap for N = 400 v, v = {v}"
        evidence.fact(says, certainly_ge(found, gap) and certainly_le(found, gap + enclosure(F(1, 10**9))))
    for n, layers in REAL:
        bound = vc_groupsort(n, layers).bound
        most = (sum(layers) + 10) * parameters(n, layers)
        shape = f"n = {n}, widths {'–'.join(map(str, layers))}"
        evidence.fact(f"{shape}: the library's bound is at most (W + 10) P", bound <= most)
        count = sample_complexity(bound, F(1, 10), delta, agnostic=True)
        evidence.fact(f"{shape}: more than 900 examples for each parameter", count > 900 * parameters(n, layers))
        evidence.value(f"{shape}: parameters", parameters(n, layers))
        evidence.value(f"{shape}: examples for a gap of 1/10, δ = 1/20", float(count))
    evidence.count(4 + len(REAL))


def parameters(n, widths):
    """Weights and biases of a network of consecutive layers."""
    return sum(b * (a + 1) for a, b in pairwise((n, *widths, 1)))
