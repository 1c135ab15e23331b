"""Corollaries 1 and 2 of Section 3.1, with their proofs."""

from fractions import Fraction as F

import pytest

from checks.derive import cases, have, product, times
from checks.implication import Implication
from checks.papers.many_faces.frontier.line import LineMountain, nearest, two_classes
from checks.witness import instance, refutation

claim = pytest.mark.claim


@claim(
    "cor-1.proof",
    by="exact",
    subject={"readout": 0, "bias": 5},
    sabotage={"a network that is not constant": {"readout": 1, "bias": 5}},
)
def test_dividing_by_the_lipschitz_constant(evidence, subject):
    """g(x) = readout * relu(x) + bias on the line: its Lipschitz constant is |readout|."""
    evidence.refute(
        refutation(
            "g(x) = 0·relu(x) + 5 is a network whose smallest Lipschitz constant is L = 0: 1/L does not exist",
            given=subject | {"grid": [-2, -1, 0, 1, 2]},
            define={"g(x)": "readout * max(0, x) + bias", "L()": "abs(readout)"},
            hypotheses=["all(abs(g(x) - g(y)) <= L() * abs(x - y) for x in grid for y in grid)"],
            conclusion=["L() != 0"],
        )
    )


SCALED = (
    Implication(("M * L * d - M * g >= 0", "M * L * d == d"), "M * g <= d"),
    Implication(("M * v > 0", "q == M * v"), "q > 0"),
)


@claim(
    "cor-1.proof.amended",
    by="symbolic",
    subject=SCALED,
    sabotage={
        "M is not 1/L": (SCALED[0].without(1), SCALED[1]),
        "M = 0": (SCALED[0], SCALED[1]._replace(hypotheses=("M * v >= 0", "q == M * v"))),
    },
)
def test_dividing_by_a_positive_bound(evidence, subject):
    """M = 1/L > 0, multiplied into |g(x) - g(y)| <= L d, and into g(x) = v > 0."""
    slope, sign = subject
    evidence.certify(slope.proof("|g(x) − g(y)| ≤ L d gives |g(x) − g(y)|/L ≤ d"))
    evidence.certify(sign.proof("v > 0 gives v/L > 0 (and v < 0 gives v/L < 0 by −v)"))


@claim(
    "cor-1",
    by="symbolic",
    subject=(Implication(("L >= 0", "s >= L", "s >= 1"), "s > 0"), *SCALED),
    sabotage={"divided by L itself": (Implication(("L >= 0", "s >= L"), "s > 0"), *SCALED)},
)
def test_corollary_1(evidence, subject):
    bound, slope, sign = subject
    evidence.certify(bound.proof("s = max(1, L) is a positive Lipschitz bound, constant networks included"))
    evidence.certify(slope.proof("dividing by it makes the network 1-Lipschitz"))
    evidence.certify(sign.proof("and keeps its sign"))
    evidence.assume("a composition of Lipschitz functions is Lipschitz")


def relu_networks():
    from hypothesis import strategies as st

    number = st.fractions(min_value=-5, max_value=5, max_denominator=4)
    return st.lists(st.tuples(number, number, number), min_size=1, max_size=4), number


@claim(
    "cor-1",
    by="examples",
    subject=lambda bound: max(F(1), bound),
    sabotage={
        "a bound half as large": lambda bound: max(F(1), bound) / 2,
        "the sign lost": lambda bound: -max(F(1), bound),
    },
)
def test_corollary_1_on_examples(evidence, subject):
    """One hidden ReLU layer on the line in rationals, divided by a function of the product bound of its layers."""

    def law(layer, bias):
        bound = sum(abs(weight * out) for weight, _, out in layer)
        g = lambda x: sum(out * max(F(0), weight * x + shift) for weight, shift, out in layer) + bias
        points = [F(i, 2) for i in range(-6, 7)]
        values = [g(x) / subject(bound) for x in points]
        lipschitz = all(
            abs(u - v) <= abs(x - y)
            for u, x in zip(values, points, strict=True)
            for v, y in zip(values, points, strict=True)
        )
        return lipschitz and all(
            (v > 0) == (g(x) > 0) and (v < 0) == (g(x) < 0) for v, x in zip(values, points, strict=True)
        )

    evidence.examples("1-Lipschitz with the same sign on a grid", law, *relu_networks())


ALTERNATING = (
    Implication(("f0 >= 0", "f1 < 0", "f2 >= 0", "2 * f1 == f0 + f2"), "0 > 0"),
    Implication(("f0 < 0", "f1 >= 0", "f2 < 0", "2 * f1 == f0 + f2"), "0 > 0"),
)
PIGEONHOLE = Implication(("count == 2 * N + 1", "count <= 2 * N"), "0 > 0")


@claim(
    "cor-2",
    by="symbolic",
    subject=(*ALTERNATING, PIGEONHOLE),
    sabotage={
        "three points in two pieces": (ALTERNATING[0].without(3), ALTERNATING[1], PIGEONHOLE),
        "2N atoms only": (*ALTERNATING, PIGEONHOLE._replace(hypotheses=("count == 2 * N", "count <= 2 * N"))),
        "labels that do not alternate": (
            ALTERNATING[0]._replace(hypotheses=("f0 >= 0", "f1 >= 0", "f2 >= 0", "2 * f1 == f0 + f2")),
            *ALTERNATING[1:],
            PIGEONHOLE,
        ),
    },
)
def test_unbounded_supports_defeat_networks(evidence, subject):
    """Atoms 0, 1, 2, ... labelled in turn, and a network with N affine pieces on the line; sign 0 may be + or -."""
    positive, negative, pigeonhole = subject
    evidence.certify(
        pigeonhole.proof("among 2N + 1 atoms some piece holds three, and pieces are intervals: neighbours")
    )
    evidence.certify(
        instance(
            "the supports are at distance 1 and the masses 2⁻ᵏ⁻¹ sum to 1 (partial sums 1 − 2⁻ⁿ)",
            given={"n": 20},
            conclusion=[
                "sum(1 / 2**(k + 1) for k in range(n)) == 1 - 1 / 2**n",
                "all(abs(2*i - (2*j + 1)) >= 1 for i in range(9) for j in range(9))",
            ],
        )
    )
    evidence.assume("a GroupSort or ReLU network has finitely many affine pieces on a line")
    evidence.certify(negative.proof("an affine function has not the signs −, +, − at k, k + 1, k + 2 …"))
    evidence.refute(positive.proof("… nor +, −, +, as 2 f(k + 1) = f(k) + f(k + 2); zero error would need both"))


MAX_MIN = {
    "at a": Implication(("f >= m", "2 * m >= e"), "2 * f >= e"),
    "at b": Implication(("f <= -m", "2 * m >= e"), "2 * f <= -e"),
    "near the net": Implication(("2 * f >= e", "f - g <= r", "4 * r == e", "e > 0"), "g >= e/4"),
}


@claim(
    "cor-2.amended",
    by="symbolic",
    subject=MAX_MIN,
    sabotage={
        "the net is too coarse": MAX_MIN
        | {"near the net": Implication(("2 * f >= e", "f - g <= r", "r == e", "e > 0"), "g >= e/4")},
        "classes that may touch": MAX_MIN | {"at a": MAX_MIN["at a"].without(1)},
    },
)
def test_bounded_supports(evidence, subject):
    for place, says in (
        ("at a", "f(a) ≥ min_b ‖a − b‖/2 ≥ ε/2"),
        ("at b", "f(b) ≤ −ε/2"),
        ("near the net", "a point within ε/4 of the net keeps f ≥ ε/4"),
    ):
        evidence.certify(subject[place].proof(says))
    evidence.certify(
        instance(
            "the affine map of a pair is ±‖a − b‖/2 at its two points (a 3-4-5 triangle)",
            given={"a": [3, 4], "b": [0, 0], "length": 5},
            define={"map(x)": "sum((a[k] - b[k]) / length * (x[k] - (a[k] + b[k]) / 2) for k in range(2))"},
            hypotheses=["dist2(a, b) == length**2"],
            conclusion=["map(a) == length / 2", "map(b) == -length / 2"],
        )
    )
    evidence.assume("bounded sets of ℝⁿ have finite nets")


def max_min(positive, negative, x):
    """max over a of min over b of <(a - b)/|a - b|, x - (a + b)/2> at x (m, n): values (m,)."""
    import numpy as np

    gaps = positive[:, None, :] - negative[None, :, :]
    lengths = np.sqrt((gaps**2).sum(axis=-1))
    to_a, to_b = (((x[:, None, :] - side[None]) ** 2).sum(axis=-1) for side in (positive, negative))
    values = (to_b[:, None, :] - to_a[:, :, None]) / (2 * lengths)[None]
    lowest = values.min(axis=2)
    return lowest.max(axis=1)


@claim(
    "cor-2.amended",
    by="samples",
    subject=max_min,
    sabotage={
        "signs exchanged": lambda a, b, x: -max_min(a, b, x),
        "pairs not normalised": lambda a, b, x: 20 * max_min(a, b, x),
    },
)
def test_a_max_min_network_on_digits(evidence, subject):
    """0-4 against 5-9, 150 + 150 images of 64 pixels: 22,500 affine maps, zero error, slopes of at most 1."""
    import numpy as np
    from sklearn.datasets import load_digits

    images, target = load_digits(return_X_y=True)
    positive, negative = images[target < 5][:150], images[target >= 5][:150]
    separation = np.sqrt(((positive[:, None] - negative[None]) ** 2).sum(-1)).min()
    on_a, on_b = subject(positive, negative, positive), subject(positive, negative, negative)
    evidence.fact("zero error with margin d(A, B)/2", min(on_a.min(), -on_b.max()) >= separation / 2 - 1e-9)
    rng = evidence.rng(5)
    x, y = rng.uniform(0, 16, size=(2, 100, 64))
    slopes = np.abs(subject(positive, negative, x) - subject(positive, negative, y)) / np.linalg.norm(x - y, axis=1)
    mixed = np.concatenate([on_a, on_b])
    data = np.concatenate([positive, negative])
    inside = np.abs(mixed[:, None] - mixed[None]) <= np.linalg.norm(data[:, None] - data[None], axis=-1) + 1e-9
    evidence.fact(
        "slopes of at most 1 between 100 random pairs and all pairs of images",
        slopes.max() <= 1 + 1e-9 and inside.all(),
    )
    evidence.value("distance of the classes in pixels' units", float(separation))
    evidence.count(400, 5)


@claim(
    "cor-2.functions",
    by="symbolic",
    subject=Implication(("B <= Bz + r", "Az <= Ax + r", "Az == Bz", "Ax == 0", "B >= D"), "2 * r >= D"),
    sabotage={
        "z not on the frontier": Implication(("B <= Bz + r", "Az <= Ax + r", "Ax == 0", "B >= D"), "2 * r >= D"),
        "the whole distance": Implication(("B <= Bz + r", "Az <= Ax + r", "Az == Bz", "Ax == 0", "B >= D"), "r >= D"),
    },
)
def test_functions_reach_zero_error(evidence, subject):
    evidence.certify(subject.proof("|f| ≥ D/2 on both supports, on the side of their class"))


@claim(
    "cor-2.functions",
    by="examples",
    subject=LineMountain,
    sabotage={
        "classes exchanged": lambda a, b: LineMountain(b, a),
        "scaled by 99/100": lambda a, b: lambda x: F(99, 100) * LineMountain(a, b)(x),
    },
)
def test_functions_reach_zero_error_on_examples(evidence, subject):
    def law(classes):
        a, b = classes
        f, gap = subject(a, b), min(nearest(x, b) for x in a)
        return all(2 * f(x) >= gap for x in a) and all(2 * f(x) <= -gap for x in b)

    evidence.examples("|f| ≥ d(A, B)/2 with the right sign", law, two_classes())


@claim(
    "cor-2.proof",
    by="exact",
    subject={"cut": 0, "gap": 0},
    sabotage={"b defined on the supports only, as far as 1/2 from 0": {"cut": 0, "gap": F(1, 2)}},
)
def test_closures_of_bayes_pre_images(evidence, subject):
    """b(x) = +1 for x > cut, -1 for x <= cut, where |x| >= gap; points arbitrarily near the cut have both labels."""
    evidence.certify(Implication(("x > 0",), "x/2 > 0").proof("every neighbourhood of 0 holds points labelled +1"))
    evidence.refute(
        refutation(
            "P = δ₁, Q = δ₋₁, b(x) = +1 for x > 0 and −1 for x ≤ 0: zero error, and 0 is in both closures",
            given=subject | {"near": [F(1, 10**k) for k in (1, 3, 9)]},
            define={"defined(x)": "abs(x) >= gap", "b(x)": "1 if x > cut else -1"},
            hypotheses=["defined(1) and b(1) == 1", "defined(-1) and b(-1) == -1"],
            conclusion=[
                "not (defined(cut) and b(cut) == -1 and all(defined(cut + e) and b(cut + e) == 1 for e in near))"
            ],
        )
    )


APART = Implication(("d >= e", "e > 0", "d == 0"), "0 > 0")


@claim("cor-2.proof.amended", by="symbolic", subject=APART, sabotage={"supports that touch": APART.without(1)})
def test_pre_images_on_the_supports(evidence, subject):
    evidence.certify(subject.proof("a common point would be at distance 0 < ε ≤ d(supp P, supp Q)"))
    evidence.assume("supports of measures are closed")


# --- networks of maxima and minima as GroupSort2 networks ---------------------------------------------------------


def max_min_network(positive, negative):
    """max over two a's of min over two b's as a GroupSort2 network R^n -> R, all layers of norm at most 1.

    The four affine maps, divided by 2 (a bound of the norm of four unit rows), are sorted in pairs; the two minima are
    selected, sorted, and their maximum is read out: positive homogeneity keeps the signs.
    """
    import numpy as np

    from checks.networks import LipschitzNetwork

    pairs = [(a, b) for a in positive for b in negative]  # a gate joins rows 2j and 2j + 1: the same a, both b's
    units = [(a - b) / np.linalg.norm(a - b) for a, b in pairs]
    first = np.array(units) / 2, np.array([-u @ (a + b) / 4 for u, (a, b) in zip(units, pairs, strict=True)])
    minima = np.array([[1.0, 0, 0, 0], [0, 0, 1.0, 0]]), np.zeros(2)
    maximum = np.array([[0.0, 1.0]]), np.zeros(1)
    weights, biases = zip(first, minima, maximum, strict=True)
    return LipschitzNetwork(weights, biases)


@claim(
    "cor-2.amended",
    by="examples",
    subject=max_min_network,
    sabotage={
        "maxima where minima belong": lambda a, b: max_min_network(b, a),
        "biases dropped": lambda a, b: _without_biases(max_min_network(a, b)),
    },
)
def test_a_groupsort_network_with_zero_error(evidence, subject):
    """Two points a class with whole coordinates: |f| ≥ min ‖a − b‖/4 ≥ 1/4 on them, far above rounding."""
    from hypothesis import strategies as st

    point = st.tuples(st.integers(-8, 8), st.integers(-8, 8))

    def law(points):
        import numpy as np

        data = np.array(points, dtype=float)
        network = subject(data[:2], data[2:])
        values = network(data)
        margin = min(values[:2].min(), -values[2:].max())
        return bool(network.certified_lipschitz() <= 1 + 1e-12 and margin >= 1 / 4 - 1e-9)

    evidence.examples(
        "zero error and a product of norms of at most 1", law, st.lists(point, min_size=4, max_size=4, unique=True)
    )


def _without_biases(network):
    from checks.networks import LipschitzNetwork

    return LipschitzNetwork(network.weights, [0 * bias for bias in network.biases])


# --- the Bayes classifier -----------------------------------------------------------------------------------------

LIMIT = (
    Implication(("f0 > 0", "f0 - fk <= d", "d < f0", "fk < 0"), "0 > 0"),
    Implication(("g0 < 0", "gk - g0 <= d", "d < -g0", "gk > 0"), "0 > 0"),
)


@claim(
    "sec-3.1.bayes",
    by="symbolic",
    subject=LIMIT,
    sabotage={
        "atoms that keep away from the limit": (LIMIT[0].without(2), LIMIT[1]),
        "no Lipschitz bound": (LIMIT[0].without(1), LIMIT[1]),
    },
)
def test_an_optimal_classifier_is_not_always_reached(evidence, subject):
    """Atoms 0 (+), 1/k labelled (-1)^k; and 5 (-), 5 + 1/k labelled (-1)^k: f(0) > 0 or f(5) < 0 is broken nearby."""
    positive, negative = subject
    evidence.certify(
        instance(
            "every distance is undercut by an atom of each label",
            given={"d": F(1, 1000), "k": 1001},
            conclusion=["1 / k < d and 1 / (k + 1) < d", "(-1)**k != (-1)**(k + 1)"],
        )
    )
    zero = Implication(("f0 >= 0", "g0 <= 0", "f0 <= 0", "g0 >= 0"), "f0 - g0 <= 0")
    evidence.certify(zero.proof("what is left is f(0) = 0 = f(5), with label + at 0 and − at 5: one sign of 0 errs"))
    evidence.certify(negative.proof("f(5) < 0 would make f negative at atoms labelled + near 5"))
    evidence.refute(positive.proof("f(0) > 0 makes f positive at atoms labelled − near 0: zero risk is not reached"))


@claim(
    "sec-3.1.bayes.amended",
    by="symbolic",
    subject=Implication(("wrong <= left", "left <= eta", "outside >= 0", "bayes >= 0"), "wrong - bayes <= eta"),
    sabotage={
        "compact sets that leave out more": Implication(
            ("wrong <= left", "left <= 2 * eta", "bayes >= 0"), "wrong - bayes <= eta"
        )
    },
)
def test_the_bayes_classifier_is_approximated(evidence, subject):
    """left: the mass off the compact sets A, B on which the network answers like b."""
    evidence.certify(subject.proof("a network that agrees with b on A ∪ B has risk at most η"))
    evidence.assume("finite measures on ℝⁿ are inner regular")


@claim("cor-1.proof", by="formal")
def test_dividing_a_constant_network(evidence, subject):
    evidence.impossible(w=0, b=5, x=0, y=1)


@claim("cor-2.proof", by="formal")
def test_closures_from_end_to_end(evidence, subject):
    evidence.impossible(p=1, q=-1, t=0, z=0)


@claim("cor-1", by="formal")
def test_corollary_1_from_end_to_end(evidence, subject):
    evidence.derive(
        product("d >= 0", "M - L >= 0"),
        have("M * d - (fx - fy) >= 0"),
        product("1 / M > 0", "M * d - (fx - fy) >= 0"),
        times("M * (1 / M) - 1 == 0", "d"),
        cases(
            "fx == 0",
            [times("fx == 0", "1 / M")],
            [product("fx > 0", "1 / M > 0")],
            [product("-fx > 0", "1 / M > 0")],
        ),
    )


@claim("cor-1.proof.amended", by="formal")
def test_dividing_by_a_bound_from_end_to_end(evidence, subject):
    evidence.derive(
        product("1 / L > 0", "L * d - (gx - gy) >= 0"),
        times("L * (1 / L) - 1 == 0", "d"),
        cases(
            "gx == 0",
            [times("gx == 0", "1 / L")],
            [product("gx > 0", "1 / L > 0")],
            [product("-gx > 0", "1 / L > 0")],
        ),
    )
