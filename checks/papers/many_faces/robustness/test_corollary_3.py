"""Corollary 3 of Section 3.2 and equation 2: certificates of the HMF, the attack along its gradient."""

from fractions import Fraction as F
from itertools import pairwise
from typing import Any

import pytest

from checks.implication import Implication
from checks.papers.many_faces.frontier.line import COMPLETE, POINTS, LineMountain, nearest, rationals, two_classes
from checks.witness import identity, instance, refutation

claim = pytest.mark.claim

HILL = POINTS | {
    "dA(t)": "min(abs(t - a) for a in A)",
    "dB(t)": "min(abs(t - b) for b in B)",
    "f(t)": "(1 if dB(t) >= dA(t) else -1) * min(abs(t - z) for z in edge)",
}
EDGE = ["all(dA(z) == dB(z) for z in edge)", "all(a != b for a in A for b in B)", *COMPLETE]


TRIANGLE = Implication(("p >= q", "p <= q + d"), "(p - s) - (q - s) <= d")  # p = |t - 4|, q = |u - 4|, d = |t - u|


@claim("cor-3.best", by="formal")
def test_better_certificates_from_end_to_end(evidence, subject):
    evidence.certify(TRIANGLE.proof("g is 1-Lipschitz everywhere: | |t − 4| − |u − 4| | ≤ |t − u|"))
    evidence.figure(
        "line-hmf",
        "The HMF (solid) and a classifier with the same risk and better certificates (dashed): "
        "the frontier at 7 moves to 6.",
        positive=["0", "10"],
        negative=["4"],
        frontier=["2", "7"],
        alternative=["2", "6"],
    )
    evidence.counterexample(A=[0, 10], B=[4], edge=[2, 7], c=4, s=2)


@claim("cor-3", by="formal")
def test_corollary_3_from_end_to_end(evidence, subject):
    evidence.impossible(a=0, r=2, eps=F(1, 2))


@claim(
    "cor-3.attack",
    by="exact",
    subject={"A": [1], "B": [-1], "edge": [0], "x": 1, "e": F(1, 10)},
    sabotage={"from the other side": {"A": [1], "B": [-1], "edge": [0], "x": -1, "e": F(1, 10)}},
)
def test_the_gradient_attack_ends_on_the_frontier(evidence, subject):
    """Where f is affine around x its difference quotient is the gradient."""
    evidence.refute(
        refutation(
            "A = {1}, B = {−1}, x = 1: f(x) = 1, ∇f = 1, δ = −1 leads to 0, where d(·, A) = d(·, B): still labelled +1",
            given=subject,
            define=HILL | {"slope()": "(f(x + e) - f(x)) / e", "c(t)": "1 if dA(t) <= dB(t) else -1"},
            hypotheses=[*EDGE, "f(x + e) - f(x) == f(x) - f(x - e)", "slope()**2 == 1"],
            conclusion=["c(x - f(x) * slope()) != c(x)"],
        )
    )


CORNER: dict[str, Any] = {
    "A": [[F(4, 5), F(3, 5)], [F(4, 5), F(-3, 5)], [F(-3, 5), F(4, 5)]],
    "B": [[1, 0]],
    "x": [F(-3, 5), F(4, 5)],
    "edges": [[3, 1], [3, -1]],
}
ON_THE_AXIS = CORNER | {"A": [*CORNER["A"][:2], [-1, 0]], "x": [-1, 0]}
OBTUSE = {
    "A": [[F(-4, 5), F(3, 5)], [F(-4, 5), F(-3, 5)], [-1, 0]],
    "B": [[1, 0]],
    "x": [-1, 0],
    "edges": [[1, 3], [1, -3]],
}


@claim(
    "cor-3.attack",
    by="symbolic",
    subject=CORNER,
    sabotage={"a point on the axis of the corner": ON_THE_AXIS, "an obtuse corner": OBTUSE},
)
def test_the_gradient_attack_at_a_corner(evidence, subject):
    """B's cell is a wedge with its tip at the origin, which is the point of the wedge nearest to x."""
    a1, a2, _ = subject["A"]
    (b,) = subject["B"]
    dot = lambda u, v: sum(F(s) * F(t) for s, t in zip(u, v, strict=True))
    evidence.certify(
        instance(
            "the origin is equidistant to all points of A and B; the edges of B's cell there make angles of at least "
            "90° with x ∈ A, so the origin is the cell's point nearest to x",
            given=subject,
            conclusion=[
                "x in A",
                "all(dot(a, a) == dot(B[0], B[0]) for a in A)",
                "all(dot(e, x) <= 0 for e in edges)",
                "dot(edges[0], A[0]) == dot(edges[0], B[0]) and dot(edges[1], A[1]) == dot(edges[1], B[0])",
                "dot(edges[0], A[1]) < dot(edges[0], B[0]) and dot(edges[1], A[0]) < dot(edges[1], B[0])",
                "all(dot(e, A[2]) < dot(e, B[0]) for e in edges)",
            ],
        )
    )
    away = [-F(t) for t in subject["x"]]
    gain = max(dot(away, a) for a in (a1, a2)) - dot(away, b)
    evidence.value("⟨−x, a⟩ − ⟨−x, b⟩ for the best a", gain)
    evidence.figure(
        "plane-hmf",
        "Beyond the corner the attack along −∇f (arrow) stays on the positive side.",
        positive=[[float(v) for v in a] for a in subject["A"]],
        negative=[[float(v) for v in b]],
        box=[-0.9, 1.5, -1.2, 1.2],
        points={"x": [float(v) for v in subject["x"]], "z": [0.0, 0.0]},
        arrows=[[[float(v) for v in subject["x"]], [float(0.6 * v) for v in away]]],
    )
    evidence.refute(
        Implication(
            (
                "far == 2 * t * ipa - 2 * t * ipb",
                f"t * ipa - t * ipb == {gain} * t",
                "t >= 0",
                "far < 0",
            ),
            "0 > 0",
        ).proof(
            "δ(1 + t) leads to w = −t x with ‖w − b‖² − ‖w − a‖² = 2 t (⟨−x, a⟩ − ⟨−x, b⟩) ≥ 0 for every t ≥ 0: never "
            "nearer to b, so no multiple of −f∇f changes the class"
        )
        if gain > 0
        else _no_witness()
    )


@claim("cor-3.attack", by="formal")
def test_the_gradient_attack_from_end_to_end(evidence, subject):
    evidence.figure(
        "line-hmf",
        "At the ridge x = 0 the HMF has no gradient: the attack −f∇f is not defined there.",
        positive=["0"],
        negative=["-2", "2"],
        frontier=["-1", "1"],
        marks={"x": "0"},
    )
    evidence.impossible(a=0, r=2, eps=F(1, 2))


def _no_witness():
    raise AssertionError("beyond the frontier the attack does reach the other class")


STRICT = {
    "farther": Implication(
        (
            "wa == RR - 2*t*ip + tt",
            "ip <= R",
            "t*R - t*ip >= 0",
            "RR - rr - 2*t*R + 2*t*r == pp + 2*pq",
            "pp > 0",
            "pq >= 0",
        ),
        "wa > rr - 2*t*r + tt",
    ),
    "as far": Implication(("wa == rr - 2*t*ip + tt", "t*r - t*ip > 0"), "wa > rr - 2*t*r + tt"),
}


@claim(
    "cor-3.attack.amended",
    by="symbolic",
    subject=STRICT,
    sabotage={
        "a as far and in the same direction": STRICT
        | {"as far": STRICT["as far"]._replace(hypotheses=("wa == rr - 2*t*ip + tt", "t*r - t*ip >= 0"))},
        "beyond b": STRICT | {"farther": STRICT["farther"].without(5)},
    },
)
def test_a_guaranteed_attack(evidence, subject):
    """w = z + t u, |u| = 1, ip = <u, a - z>, R = |a - z| >= r = |b - z|, p = R - r, q = r - t >= 0."""
    evidence.certify(
        identity(
            "R² − r² − 2tR + 2tr = p² + 2pq for p = R − r, q = r − t",
            ("R**2 - r**2 - 2*t*R + 2*t*r", "(R - r)**2 + 2*(R - r)*(r - t)"),
        )
    )
    evidence.certify(subject["farther"].proof("‖a − z‖ > r: ‖w − a‖² > (r − t)² = ‖w − b‖²"))
    evidence.certify(subject["as far"].proof("‖a − z‖ = r and a ≠ b, so ⟨u, a − z⟩ < r: again ‖w − a‖ > ‖w − b‖"))
    evidence.certify(Implication(("xz == f", "xw <= xz + t"), "xw <= f + t").proof("‖x − w‖ ≤ |f(x)| + t"))
    evidence.assume("Cauchy–Schwarz inequality, strict unless the vectors point the same way")
    evidence.assume("closed sets of ℝⁿ have nearest points")


def crossing(points, share):
    import numpy as np

    from theory.hmf import highest_mountain

    positive, negative, x = points
    f = highest_mountain(positive, negative)
    return f, np.asarray(f.adversarial(x, overshoot=share))


@claim(
    "cor-3.attack.amended",
    by="samples",
    subject=crossing,
    sabotage={
        "to the frontier only": lambda points, share: (
            crossing(points, share)[0],
            crossing(points, share)[0].nearest_frontier(points[2]),
        ),
        "no perturbation": lambda points, share: (crossing(points, share)[0], points[2]),
    },
)
def test_the_attack_on_digits(evidence, subject):
    """A float is a binary fraction, so the labels of the moved points are decided exactly."""
    import numpy as np

    positive, negative, held_out = digits()
    f, moved = subject((positive, negative, held_out), 1e-6)
    before, after = f(held_out), [exact_label(x, positive, negative) for x in moved]
    evidence.fact(
        "100 held-out digits change their nearest neighbour's class",
        all(label == -np.sign(value) for label, value in zip(after, before, strict=True)),
    )
    lengths = np.linalg.norm(moved - held_out, axis=1)
    evidence.fact("with ‖δ‖ ≤ (1 + 10⁻⁶) |f(x)|", (lengths <= (1 + 1e-6) * np.abs(before) * (1 + 1e-9)).all())
    evidence.value("median certificate in pixels' units", float(np.median(np.abs(before))))
    evidence.count(100)


def digits():
    """0-4 against 5-9: two arrays of training images and 100 held-out ones, (·, 64)."""
    from sklearn.datasets import load_digits

    images, target = load_digits(return_X_y=True)
    train, label = images[:1500], target[:1500] < 5
    return train[label], train[~label], images[1500:1600]


def exact_label(x, positive, negative):
    """+1, -1 or 0 (a tie): the class of x's nearest neighbour, by exact squared distances in integers."""
    import numpy as np

    scale = max(F(float(v)).denominator for v in x)
    scaled = np.array([int(F(float(v)) * scale) for v in x], dtype=object)

    def least(points):
        """Of scale (|p − x|² − |x|²)."""
        whole = points.astype(np.int64)  # pixels are whole numbers up to 16
        return (scale * (whole**2).sum(axis=1).astype(object) - 2 * (whole.astype(object) @ scaled)).min()

    to_positive, to_negative = least(positive), least(negative)
    return (to_positive < to_negative) - (to_negative < to_positive)


TIGHT = Implication(("radius >= f", "radius <= f + t"), "radius - f <= t")


@claim(
    "cor-3.radius",
    by="symbolic",
    subject=(Implication(("fx > 0", "fz <= 0", "fx - fz <= d"), "fx <= d"), TIGHT),
    sabotage={
        "only a bound from below": (Implication(("fx > 0", "fz <= 0", "fx - fz <= d"), "fx <= d"), TIGHT.without(1)),
        "2-Lipschitz": (Implication(("fx > 0", "fz <= 0", "fx - fz <= 2 * d"), "fx <= d"), TIGHT),
    },
)
def test_the_certificate_is_tight(evidence, subject):
    below, both = subject
    evidence.certify(below.proof("radius ≥ |f(x)| (Property 1, f(x) > 0; the other sign likewise)"))
    evidence.certify(both.proof("radius ≤ |f(x)| + t for every small t > 0 (the guaranteed attack): they are equal"))


@claim(
    "cor-3.radius",
    by="examples",
    subject=LineMountain,
    sabotage={
        "certificates 1 % too large": lambda a, b: lambda x: F(101, 100) * LineMountain(a, b)(x),
        "certificates 1 % too small": lambda a, b: lambda x: F(99, 100) * LineMountain(a, b)(x),
    },
)
def test_the_certificate_is_tight_on_examples(evidence, subject):
    def law(classes, x):
        hill, radius = LineMountain(*classes), abs(subject(*classes)(x))
        other = lambda t: (nearest(t, classes[0]) > nearest(t, classes[1])) == (hill(x) > 0)
        reached = any(other(z + s * F(1, 10**6)) for z in (x - radius, x + radius) for s in (-1, 0, 1))
        inside = any(other(x + radius * F(k, 200)) for k in (-199, -150, -50, 50, 150, 199))
        return hill(x) == 0 or (reached and not inside)

    evidence.examples("nothing changes within |f(x)|, and something does right at it", law, two_classes(), rationals())


@claim(
    "cor-3.risk",
    by="symbolic",
    subject=(
        Implication(("Ax == 0", "Bx > 0", "2 * r >= Bx - Ax"), "r > 0"),
        Implication(("hmf == wrong", "bayes == wrong"), "hmf - bayes == 0"),
    ),
    sabotage={
        "pre-images not closed": (
            Implication(("Ax == 0", "Bx >= 0", "2 * r >= Bx - Ax"), "r > 0"),
            Implication(("hmf == wrong", "bayes == wrong"), "hmf - bayes == 0"),
        ),
        "other errors": (
            Implication(("Ax == 0", "Bx > 0", "2 * r >= Bx - Ax"), "r > 0"),
            Implication(("hmf >= wrong", "bayes == wrong"), "hmf - bayes == 0"),
        ),
    },
)
def test_the_risk_is_minimal(evidence, subject):
    sign, risk = subject
    evidence.certify(sign.proof("sign f = b on 𝒳 (on A; on B likewise)"))
    evidence.certify(risk.proof("equal answers on 𝒳 make equal errors: the risk is 0"))


@claim(
    "cor-3.risk", by="examples", subject=LineMountain, sabotage={"classes exchanged": lambda a, b: LineMountain(b, a)}
)
def test_the_risk_on_examples(evidence, subject):
    """Random masses of both labels at each atom; b answers the heavier one."""
    from hypothesis import strategies as st

    def law(weights):
        b = [1 if up > down else -1 for up, down in weights]
        if len(set(b)) < 2:
            return True
        f = subject(*(tuple(F(i) for i, y in enumerate(b) if y == label) for label in (1, -1)))
        error = sum(down if f(F(i)) > 0 else up for i, (up, down) in enumerate(weights))
        return error == sum(min(pair) for pair in weights)

    mass = st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] != pair[1])
    evidence.examples("the error is the Bayes error", law, st.lists(mass, min_size=2, max_size=7))


SPLIT = (
    Implication(("ra <= s", "rb <= d - s", "m <= ra", "m <= rb"), "2 * m <= d"),
    Implication(("2 * r >= B - A", "A == 0", "B >= D"), "2 * r >= D"),
)


@claim(
    "cor-3.best.amended",
    by="symbolic",
    subject=SPLIT,
    sabotage={
        "only one of the two points": (SPLIT[0].without(1), SPLIT[1]),
        "not the HMF": (SPLIT[0], SPLIT[1].without(0)),
    },
)
def test_the_least_certificate(evidence, subject):
    others, hmf = subject
    evidence.certify(others.proof("certificates are at most radii, and 2 min(ρ(a), ρ(b)) ≤ ‖a − b‖"))
    evidence.certify(hmf.proof("the HMF's are at least D/2"))


@claim("eq-2", by="exact", subject=F(1, 2), sabotage={"the HMF itself": F(1)})
def test_equation_2_has_several_solutions(evidence, subject):
    evidence.refute(
        refutation(
            "A = {1}, B = {−1}: f(t)/2 has the same sign everywhere, so the same radii and risk, and differs from f",
            given={"A": [1], "B": [-1], "edge": [0], "s": subject, "grid": [F(k, 2) for k in range(-4, 5)]},
            define=HILL | {"h(t)": "s * f(t)"},
            hypotheses=[*EDGE, "0 < s", "s <= 1", "all(sign(h(t)) == sign(f(t)) for t in grid)"],
            conclusion=["all(h(t) == f(t) for t in grid)"],
        )
    )


@claim("eq-2", by="formal")
def test_equation_2_from_end_to_end(evidence, subject):
    evidence.figure(
        "line-hmf",
        "𝒳 = {−1, 1, 2}, no mass at 2: the HMF of the Bayes classifier that answers −1 at 2 "
        "(solid) against f(t) = t (dashed).",
        positive=["1"],
        negative=["-1", "2"],
        frontier=["0", "3/2"],
        alternative=["0"],
    )
    evidence.counterexample(A=[1], B=[-1, 2], edge=[0, F(3, 2)], mass=[F(1, 2), F(1, 2), 0], s=0)


@claim(
    "eq-2.amended",
    by="symbolic",
    subject=SPLIT,
    sabotage={
        "only one of the two points": (SPLIT[0].without(1), SPLIT[1]),
        "radii larger than the segment": (SPLIT[0].concluding("3 * m <= d"), SPLIT[1]),
    },
)
def test_equation_2_amended(evidence, subject):
    others, hmf = subject
    evidence.certify(others.proof("ρ(a) ≤ s and ρ(b) ≤ ‖a − b‖ − s for the first change of sign on the segment"))
    evidence.certify(hmf.proof("the HMF's radii on 𝒳 are at least d(A, B)/2"))


def frontiers(classes, shares):
    """A frontier for right signs: between neighbours of opposite label, at a share of the gap (1/2 is the HMF's)."""
    a, b = classes
    labelled = sorted([(x, 1) for x in a] + [(x, -1) for x in b])
    gaps = [(x, y) for (x, s), (y, t) in pairwise(labelled) if s != t]
    return tuple(x + shares[i % len(shares)] * (y - x) for i, (x, y) in enumerate(gaps))


@claim("eq-2.amended", by="examples", subject=F(1, 2), sabotage={"frontiers at 1/4 of the gap": F(1, 4)})
def test_equation_2_amended_on_examples(evidence, subject):
    from hypothesis import strategies as st

    share = st.fractions(min_value=0, max_value=1, max_denominator=8).filter(lambda s: 0 < s < 1)

    def law(classes, shares):
        points = [*classes[0], *classes[1]]
        best = lambda edge: min(nearest(x, edge) for x in points)
        own = best(frontiers(classes, [subject]))
        gap = min(nearest(x, classes[1]) for x in classes[0])
        return own == gap / 2 and best(frontiers(classes, shares)) <= own

    evidence.examples(
        "no frontier with the right signs has a larger least radius; the HMF's is d(A, B)/2",
        law,
        two_classes(),
        st.lists(share, min_size=1, max_size=4),
    )


AMENDED_3 = {"radius": TIGHT, "attack": STRICT["as far"], "least": SPLIT[0]}


@claim(
    "cor-3.amended",
    by="symbolic",
    subject=AMENDED_3,
    sabotage={
        "only a bound from below": AMENDED_3 | {"radius": TIGHT.without(1)},
        "a and b in the same place": AMENDED_3 | {"attack": STRICT["as far"].without(1)},
        "only one of the two points": AMENDED_3 | {"least": SPLIT[0].without(1)},
    },
)
def test_corollary_3_amended(evidence, subject):
    evidence.certify(subject["radius"].proof("the radius is |f(x)|"))
    evidence.certify(subject["attack"].proof("towards b the class changes"))
    evidence.certify(subject["least"].proof("no other function has a larger least radius"))
