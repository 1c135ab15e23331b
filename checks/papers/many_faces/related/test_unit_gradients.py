"""Sections 2.2 and 2.3: functions and networks with gradients of norm 1, dense sets, dilations, Banach spaces."""

from fractions import Fraction as F

import pytest

from checks.argument import certify, without
from checks.derive import cases, have, product, times
from checks.implication import Implication
from checks.witness import identity, instance, refutation

claim = pytest.mark.claim

GRID = list(range(-3, 7))
LIPSCHITZ = "all(abs(f(x) - f(y)) <= abs(x - y) for x in X for y in X)"


@claim(
    "sec-2.2.kr-gradient",
    by="exact",
    subject="-min(max(x, 0), 3)",
    sabotage={"f(x) = −x": "-x", "not optimal": "0 * x", "not 1-Lipschitz": "-3 * min(max(x, 0), 1)"},
)
def test_potentials_may_be_flat(evidence, subject):
    """P = δ₀, Q = δ₃, 𝒲 = 3: slopes on (−1, 0) and (4, 5)."""
    evidence.refute(
        refutation(
            "optimal and 1-Lipschitz, with slope 0 outside of [0, 3]",
            given={"X": GRID},
            define={"f(x)": subject},
            hypotheses=[LIPSCHITZ, "f(0) - f(3) == 3"],
            conclusion=["abs(f(0) - f(-1)) == 1", "abs(f(5) - f(4)) == 1"],
        )
    )


RAY = {
    "on the segment of an optimal pair f falls at rate 1: f(z) ≥ f(x) − |x − z|": Implication(
        ("fx - fz <= r",), "fz >= fx - r"
    ),
    "… and no more, as f(x) − f(y) = |x − y| = r + t": Implication(
        ("fx - fy == r + t", "fz - fy <= t"), "fz <= fx - r"
    ),
    "a directional derivative of size 1 makes the gradient's norm 1: ‖v‖ ≥ ⟨v, e⟩ = 1": Implication(
        ("v >= p", "p == 1"), "v >= 1"
    ),
    "g = min over y ∈ supp Q of f(y) + |x − y| is at least f": Implication(("fx - fy <= d", "g == fy + d"), "g >= fx"),
    "… with g ≤ f on supp Q, so P g − Q g ≥ P f − Q f": Implication(("Pg >= Pf", "Qg <= Qf"), "Pg - Qg >= Pf - Qf"),
}


@claim(
    "sec-2.2.kr-gradient.amended",
    by="symbolic",
    subject=RAY,
    sabotage={
        "a pair of no optimal plan": without(RAY, 1, 0),
        "slope not 1": without(RAY, 2, 1),
        "f not Lipschitz": without(RAY, 3, 0),
        "g larger on Q": without(RAY, 4, 1),
    },
)
def test_along_transport_rays(evidence, subject):
    """z on the segment from x to y: r = |x - z|, t = |z - y|."""
    certify(evidence, subject)
    evidence.assume("complementary slackness: f(x) − f(y) = |x − y| on the support of an optimal plan")
    evidence.assume("a minimum of finitely many cones has a unit gradient almost everywhere")


DENSE = {
    "g(x) = min over z of f(z) + |x − z| is at least f": Implication(("fx - fz <= d", "g == fz + d"), "g >= fx"),
    "… and at most f + 2r, where some z is within r": Implication(
        ("g <= fz + d", "fz - fx <= d", "d <= r"), "g <= fx + 2*r"
    ),
    "… and 1-Lipschitz: the z that serves y serves x": Implication(
        ("gx <= fz + dx", "gy == fz + dy", "dx - dy <= e"), "gx - gy <= e"
    ),
    "cones from finitely many unit vectors: within η of f from below": Implication(
        ("g == fz + m", "m >= d - eta", "fx - fz <= d"), "g >= fx - eta"
    ),
    "a maximum of ⟨u, ·⟩ over unit vectors is 1-Lipschitz": Implication(
        ("mx == ux", "my >= uy", "ux - uy <= e"), "mx - my <= e"
    ),
}


@claim(
    "sec-2.2.dense",
    by="symbolic",
    subject=DENSE,
    sabotage={
        "f not Lipschitz": without(DENSE, 0, 0),
        "no net": without(DENSE, 1, 2),
        "cones that are too flat": without(DENSE, 3, 1),
        "vectors longer than 1": without(DENSE, 4, 2),
    },
)
def test_unit_gradients_are_dense(evidence, subject):
    certify(evidence, subject)
    evidence.assume("bounded sets have finite nets, the unit sphere too")
    evidence.assume("a minimum of finitely many maxima of affine maps agrees with one of them near almost every point")


@claim(
    "sec-2.2.monotone",
    by="exact",
    subject="max(0, x) + max(0, -x)",
    sabotage={"one ReLU": "max(0, x)", "affine": "max(0, x) - max(0, -x)"},
)
def test_two_relus_make_the_absolute_value(evidence, subject):
    evidence.refute(
        refutation(
            "slope ±1 off 0, monotone activations, and not affine",
            given={"X": [-3, -2, -1, 0, 1, 2, 3]},
            define={"f(x)": subject},
            hypotheses=["all(abs(f(x + 1) - f(x)) == 1 for x in range(-3, 3))"],
            conclusion=["f(-1) + f(1) == 2 * f(0)"],
        )
    )


BACKWARD = {
    "norms along the way back: 1 = ‖∇f‖ ≤ n₁ ≤ n₂ ≤ 1": Implication(("n1 >= 1", "n1 <= n2"), "n2 >= 1"),
    "Σ vⱼ²(1 − dⱼ²) = ‖v‖² − ‖D v‖² ≤ 0": Implication(("V == p + q", "D == V - s", "D >= V"), "s <= 0"),
    "its terms are not negative, so each is 0": Implication(("a + b <= 0", "a >= 0", "b >= 0"), "a <= 0"),
    "where vⱼ ≠ 0 that makes dⱼ = 1": Implication(("w*(1 - dd) <= 0", "w*(1 - dd) == w - wdd"), "w <= wdd"),
}


@claim(
    "sec-2.2.monotone.amended",
    by="symbolic",
    subject=BACKWARD,
    sabotage={
        "a layer that stretches": without(BACKWARD, 0, 1),
        "a norm that is lost": without(BACKWARD, 1, 2),
        "slopes above 1": without(BACKWARD, 2, 2),
        "terms that are not 0": without(BACKWARD, 3, 0),
    },
)
def test_monotone_activations_and_norms_of_one(evidence, subject):
    """v: what is passed back to the outputs of a layer of activations, D = diag(d_j), 0 <= d_j <= 1, its slopes."""
    certify(evidence, subject)
    evidence.assume("the chain rule holds almost everywhere for activations that are piecewise differentiable")
    evidence.assume("a Lipschitz function with a gradient that is constant almost everywhere is affine")


@claim(
    "sec-2.2.sorting",
    by="symbolic",
    subject=("min(x, -x)", "max(x, -x)"),
    sabotage={"no sorting": ("x", "-x"), "one ReLU in place of the gate": ("min(x, 0)", "max(x, 0)")},
)
def test_sorting_makes_the_absolute_value(evidence, subject):
    """The two factors 1/√2 are taken together: (first - second)/2."""
    first, second = subject
    for case, low, high in (("x ≥ 0", "-x", "x"), ("x ≤ 0", "x", "-x")):
        evidence.certify(
            Implication((f"u == {low}", f"v == {high}", "2*f == u - v"), f"f == {low}").proof(f"{case}: f = −|x|")
        )
    evidence.certify(
        instance(
            "rows and columns of length 1; slopes ±1 on both sides of 0, and not affine",
            given={"X": [-3, -2, -1, 0, 1, 2, 3], "half": F(1, 2)},
            define={"first(x)": first, "second(x)": second, "f(x)": "(first(x) - second(x)) / 2"},
            conclusion=[
                "half + half == 1",
                "all(abs(f(x + 1) - f(x)) == 1 for x in range(-3, 3))",
                "f(-1) + f(1) != 2 * f(0)",
            ],
        )
    )


@claim(
    "sec-2.2.groupsort",
    by="enumeration",
    subject=(4, 10),
    sabotage={"too few rounds": (2, 10), "shifts that are too small": (4, 1)},
)
def test_sorting_and_sorting_pairs(evidence, subject):
    """Four coordinates: networks of comparators sort if they sort zeros and ones; shifts by any s above the spread."""
    from itertools import product

    rounds, shift = subject
    good = True
    for bits in product((0, 1), repeat=4):
        found = list(bits)
        for turn in range(rounds):
            for i in range(turn % 2, 3, 2):
                found[i : i + 2] = sorted(found[i : i + 2])
        good &= found == sorted(bits)
    evidence.fact("odd-even transposition sorts all zeros and ones of length 4 in 4 rounds", good)
    pairs = True
    for x in product(range(4), repeat=4):
        shifts = (0, 0, shift, shift)
        found = [t - s for t, s in zip(sorted(t + s for t, s in zip(x, shifts, strict=True)), shifts, strict=True)]
        pairs &= found == [*sorted(x[:2]), *sorted(x[2:])]
    evidence.fact("sorting all after a shift sorts the pairs", pairs)
    evidence.assume("a network of comparators that sorts zeros and ones sorts everything (0–1 principle)")
    evidence.assume("odd-even transposition sorts w numbers in w rounds (Habermann 1972)")
    evidence.count(16 + 256)


@claim(
    "sec-2.2.groupsort",
    by="symbolic",
    subject=Implication(("s >= S", "x - y <= S", "p == x", "q == y + s"), "p <= q"),
    sabotage={
        "a small shift": Implication(("s >= 0", "x - y <= S", "p == x", "q == y + s"), "p <= q"),
    },
)
def test_shifts_keep_pairs_apart(evidence, subject):
    evidence.certify(subject.proof("x of an earlier pair, y of a later one: x ≤ y + s when the spread is at most s"))


RESIDUAL = Implication(("f <= (d - t*d) + t*g", "t*(L*d - g) >= 0"), "f <= d - t*d + t*L*d")


@claim(
    "sec-2.2.residual",
    by="symbolic",
    subject=RESIDUAL,
    sabotage={
        "g not Lipschitz": RESIDUAL.without(1),
        "no average": RESIDUAL._replace(hypotheses=("f <= d + t*g", RESIDUAL.hypotheses[1])),
    },
)
def test_residual_connections(evidence, subject):
    evidence.certify(subject.proof("triangle inequality; g: the distance of the images under g"))


BANACH = {
    "‖δ_x − δ_y‖ ≤ d(x, y): f(x) − f(y) ≤ d for each f ∈ Lip₁": Implication(("p == fx - fy", "fx - fy <= d"), "p <= d"),
    "= d(x, y): take f = d(·, y)": Implication(("fx == d", "fy == 0", "n >= fx - fy"), "n >= d"),
    "the functional of f has norm at most Lip(f) = L: μ f = L μ(f/L) ≤ L ‖μ‖": Implication(
        ("m == L*g", "L*(n - g) >= 0"), "m <= L*n"
    ),
    "and at least every slope": Implication(("fx - fy == s*d", "fx - fy <= N*d"), "(N - s)*d >= 0"),
    "the functional's distance from its kernel: |f(x)| = |f(x) − μ f| ≤ N ‖δ_x − μ‖ for μ f = 0": Implication(
        ("m == 0", "fx - m <= N*r"), "fx <= N*r"
    ),
}


@claim(
    "sec-2.2.banach",
    by="symbolic",
    subject=BANACH,
    sabotage={
        "functions that are not 1-Lipschitz": without(BANACH, 0, 1),
        "the norm of other functions": without(BANACH, 1, 2),
        "no norm": without(BANACH, 2, 1),
        "a point off the kernel": without(BANACH, 4, 0),
    },
)
def test_lipschitz_functions_are_functionals(evidence, subject):
    certify(evidence, subject)
    evidence.assume("a normed space has a completion, to which bounded functionals extend with their norms")


DILATION = Implication(("f0 == 0", "2*f1 == hh", "2*f2 == 4*hh", "2*f1 == f0 + f2", "hh > 0"), "0 > 0")


@claim(
    "sec-2.3.dilation",
    by="symbolic",
    subject=DILATION,
    sabotage={"more than one piece": DILATION.without(3), "a single point": DILATION.without(4)},
)
def test_no_network_is_a_parabola(evidence, subject):
    """f(x) = x²/2 on [0, 1] at x, x + h, x + 2h, less its tangent at x; hh = h²."""
    evidence.refute(subject.proof("three equidistant points of one piece, on which a network is affine"))
    evidence.certify(
        instance(
            "x²/2 is 1-Lipschitz on [0, 1]; and for L = 0 the dilations of Lip₁ are {0}, without the constant 1",
            given={"X": [F(k, 8) for k in range(9)]},
            define={"f(x)": "x**2 / 2"},
            conclusion=[LIPSCHITZ, "0 * 1 != 1"],
        )
    )
    evidence.assume(
        "a GroupSort or ReLU network has finitely many affine pieces on an interval, one of them with interior"
    )


SCALED = {
    "L g is L-Lipschitz": Implication(("f == L*g", "L*(d - g) >= 0"), "f <= L*d"),
    "f/L is 1-Lipschitz, M = 1/L": Implication(("g == M*f", "M*(L*d - f) >= 0", "M*L*d == d"), "g <= d"),
    "networks within r of f/L, dilated, are within L r of f": Implication(("L*(r - e) >= 0", "E == L*e"), "E <= L*r"),
}


@claim(
    "sec-2.3.dilation.amended",
    by="symbolic",
    subject=SCALED,
    sabotage={
        "f not L-Lipschitz": without(SCALED, 1, 1),
        "M is not 1/L": without(SCALED, 1, 2),
        "no approximation": without(SCALED, 2, 0),
    },
)
def test_dilations(evidence, subject):
    certify(evidence, subject)


FOLDS = {
    "a net is enough: |F − f| ≤ e at z, both 1-Lipschitz, x within r": Implication(
        ("Fx - Fz <= r", "fz - fx <= r", "Fz - fz <= e"), "Fx - fx <= e + 2*r"
    ),
    "the goal is below the start: (1 − q) D_v ≤ (1 − q) D_X ≤ D_0": Implication(
        ("(1 - q)*(dx - dv) >= 0", "d0 >= (1 - q)*dx"), "(1 - q)*dv <= d0"
    ),
    "along the path no entry increases": Implication(
        ("n == (1 - t - s)*d0 + (t + s)*g", "o == (1 - t)*d0 + t*g", "s*(d0 - g) >= 0"), "n <= o"
    ),
    "the gate of (s, −s)/√2 read by (1, −1)/√2 is −|s|, for s ≥ 0": Implication(
        ("u == -s", "v == s", "2*f == u - v"), "f == -s"
    ),
}
MIRRORED = (
    ("(d + b)**2 - (-d + b)**2", "4*d*b"),
    ("(-d - 0)**2 + (y - m)**2", "(d - 0)**2 + (y - m)**2"),
    ("d - 2*d", "-d"),
)
"""z_i at the height d above the mirror, z_j at -b, the others at 0; y, m: coordinates along the mirror."""
CONTRACTION = ("c**2 + (1 - c**2)", "1")
"""c: a singular value of C."""
GRAM = ("(1 - t)*(x1 - x2)**2 + t*(1 - q)*(v1 - v2)**2", "(1 - t)*(x1**2 - 2*x1*x2 + x2**2) + t*(1 - q)*(v1 - v2)**2")


@claim(
    "sec-2.3.dense",
    by="symbolic",
    subject=(FOLDS, MIRRORED),
    sabotage={
        "F not Lipschitz": (without(FOLDS, 0, 0), MIRRORED),
        "values that are not 1-Lipschitz": (without(FOLDS, 1, 0), MIRRORED),
        "a lift that contracts more": (without(FOLDS, 1, 1), MIRRORED),
        "a goal above the start": (without(FOLDS, 2, 2), MIRRORED),
        "another point off the mirror": (FOLDS, (MIRRORED[0], ("(-d - k)**2 + (y - m)**2", "(d - k)**2 + (y - m)**2"))),
        "a projection in place of a fold": (FOLDS, (("(d + b)**2 - (0 + b)**2", "4*d*b"), *MIRRORED[1:])),
    },
)
def test_orthogonal_networks_are_dense(evidence, subject):
    steps, mirrored = subject
    certify(evidence, steps)
    evidence.certify(identity("a fold keeps all distances but |z_i − z_j|², which falls by 4δβ", *mirrored))
    evidence.certify(
        identity("(C, √(I − C⊤C)) has orthonormal columns; squared distances on the path", CONTRACTION, GRAM)
    )
    evidence.assume("bounded sets have finite nets; a continuous function on a compact set is uniformly continuous")
    evidence.assume("points with the same distances are congruent; affine independence is an open condition on them")
    evidence.assume("linear splines with p knots take all values at them")


ZIGZAG = ([[0], [3], [4], [7]], [0, 3, 2, 5], 400)
"""Up 3, down 1, up 3: no folding of a line upon itself, as the longest strokes are at the ends."""
TREE = ([[0, 0], [3, 0], [-1, 2], [-1, -3]], [0, 3, 5**0.5, 10**0.5], 100)
"""The distance from the origin at four points of the plane."""


@claim(
    "sec-2.3.dense",
    by="samples",
    subject=([ZIGZAG, TREE], 2.0),
    sabotage={
        "projections in place of folds": ([ZIGZAG, TREE], 1.0),
        "values that are not 1-Lipschitz": ([([[0], [3], [4], [7]], [0, 3, 1, 5], 400)], 2.0),
        "steeper still": ([([[0, 0], [3, 0], [-1, 2], [-1, -3]], [0, 4, 5**0.5, 10**0.5], 100)], 2.0),
    },
)
def test_folds_reach_values(evidence, subject):
    """The proof, carried out in floating point for a lift and a path that stop short of the limit."""
    import numpy as np

    from checks.papers.many_faces.related.folds import KEPT, interpolate

    cases, factor = subject
    rng, end = evidence.rng(0), 0.95
    for points, wanted, rounds in cases:
        x, values = np.array(points, dtype=float), np.array(wanted, dtype=float)
        network = interpolate(x, values, rounds, rng, factor, end)
        reached = network(x) - values.mean()
        short = np.abs(reached - np.sqrt(KEPT * end) * (values - values.mean())).max()
        norm = float(np.linalg.norm(network.readout))
        evidence.fact(f"{len(network.folds)} folds reach √{KEPT * end:.3f} of the values {wanted}", bool(short < 1e-6))
        evidence.fact("the functional has norm at most 1", norm <= 1 + 1e-6)
        y, z = rng.normal(size=(2, 500, x.shape[1])) * 3
        slopes = np.abs(network(y) - network(z)) / np.linalg.norm(y - z, axis=1)
        evidence.fact("500 slopes are at most 1", bool(slopes.max() <= 1 + 1e-6))
        evidence.count(500, 0)


@claim("sec-2.2.kr-gradient", by="formal")
def test_optimal_functions_that_are_clipped(evidence, subject):
    evidence.counterexample(c=0, p=0, q=3, d=3, x=-1, z=-2)


@claim("sec-2.2.monotone", by="formal")
def test_two_relus_from_end_to_end(evidence, subject):
    evidence.counterexample(u=[1, -1], v=[1, 1], x=1, z=-1)


@claim("sec-2.3.dilation", by="formal")
def test_a_dilation_by_zero(evidence, subject):
    evidence.impossible(L=0, d=1, g0=1, g1=1)


@claim("sec-2.2.residual", by="formal")
def test_residual_connections_from_end_to_end(evidence, subject):
    evidence.derive(
        product("t >= 0", "L * d - e >= 0"),
        have("q <= (1 - t + t * L) * d"),
        cases("L == 1", [times("L - 1 == 0", "t * d"), have("q <= d")], [], []),
    )


@claim("sec-2.3.dilation.amended", by="formal")
def test_dilations_from_end_to_end(evidence, subject):
    evidence.derive(
        product("L > 0", "d - (a - b) >= 0"),
        product("1 / L > 0", "L * d - (p - q) >= 0"),
        *(times("L * (1 / L) - 1 == 0", e) for e in ("d", "p", "eps")),
        *(product("L > 0", f"eps / L - ({e}) >= 0") for e in ("v - p / L", "p / L - v")),
    )
