"""Equation 9 of Proposition 8: the VC dimension of GroupSort2 networks, from above and from below."""

from fractions import Fraction as F
from itertools import pairwise

import pytest

from checks.arguments import certify, without
from checks.margins import assuming, concluding
from checks.witness import Implication, identity, instance

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
    ("t >= 0", "t**2 >= 0", "t**3 >= 0"),
    "(t + 14) * ((t + 4)**2/8 + 2*(t + 4) + 1/2) <= 4 * (t + 12) * ((t + 2)**2/8 + 2*(t + 2) + 1/2)",
)
SIZE = {
    "odd times even: Σ w_i w_(i−1) ≤ W²/4": Implication(
        ("odd + even == W", "(odd - even)**2 >= 0", "(odd + even)**2 == W**2", "s <= odd * even"), "4 * s <= W**2"
    ),
    "P ≤ W(n + 1) + W²/4 + 2W + 1": Implication(
        ("P <= first * n1 + s + rest + last + 1", "(W - first) * n1 >= 0", "4 * s <= W**2", "rest <= W", "last <= W"),
        "P <= W * n1 + W**2/4 + 2 * W + 1",
    ),
    "… ≤ (n + 1)(W²/8 + 2W + 1/2), as n + 1 ≥ 2": Implication(
        ("P <= W * n1 + W**2/4 + 2 * W + 1", "W**2 * (n1 - 2) >= 0", "W * (n1 - 2) >= 0", "n1 >= 2"),
        "P <= n1 * (W**2/8 + 2 * W + 1/2)",
    ),
}


@claim(
    "prop-8.vc",
    by="symbolic",
    subject=(SIZE, STEP, 15),
    sabotage={
        "n + 1 ≥ 1": (assuming(SIZE, 2, *SIZE[list(SIZE)[2]].hypotheses[:1], "n1 >= 1"), STEP, 15),
        "growth by 2": (SIZE, STEP.concluding(STEP.goal.replace("<= 4", "<= 2")), 15),
        "C = 14": (SIZE, STEP, 14),
    },
)
def test_equation_9(evidence, subject):
    """n1 = n + 1, s the sum of the products of neighbouring widths, W = t + 2."""
    steps, step, constant = subject
    certify(evidence, steps)
    evidence.certify(step.proof("Q(W + 2) ≤ 4 Q(W) for Q(W) = (W + 10)(W²/8 + 2W + 1/2)"))
    evidence.certify(
        instance(
            "Q(2) = 60 = 15 · 2²", given={"C": constant, "W": 2},
            conclusion=["(W + 10) * (W**2/8 + 2*W + 1/2) <= C * 2**W"],
        )
    )  # fmt: skip
    evidence.assume(WARREN)


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
    """The library's proved bound between the shattered set of `prop-8.vc.lower` and 15 (n + 1) 2^W."""
    from theory.vc import vc_groupsort

    for n, widths in REAL:
        found = vc_groupsort(n, widths)
        shape = f"n = {n}, widths {'–'.join(map(str, widths))}"
        evidence.value(f"{shape}: (n + 1) 2^W", _power(found.paper))
        evidence.value(f"{shape}: proved upper bound, by {found.by}", found.bound)
        evidence.value(f"{shape}: shattered points", n + 1 + sum(widths) // 2)
        least = n + 1 + sum(widths) // 2
        evidence.fact(
            f"{shape}: between {least} and 15 (n + 1) 2^W", least <= found.bound <= 15 * subject * found.paper
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
}


@claim(
    "prop-8.vc.lower",
    by="symbolic",
    subject=(GATE, KNOTS),
    sabotage={
        "minima counted twice": ((("(s + u) + (s - u)", "s"), *GATE[1:]), KNOTS),
        "a fixed slope": (GATE, without(KNOTS, 0, 1)),
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
    by="exact",
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
