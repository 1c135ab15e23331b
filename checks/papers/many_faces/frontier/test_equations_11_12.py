"""Equations 11 and 12 of Appendix A, in Euclidean and in other normed spaces."""

from typing import Any

import pytest

from checks.derive import axiom, cases, have, product, times
from checks.implication import Implication
from checks.papers.many_faces.frontier.steps import OPPOSITE
from checks.witness import identity, refutation

claim = pytest.mark.claim


EQ_11 = (
    Implication(("fx >= fy", "yz == fy", "fx <= xz"), "fx - fy <= xz - yz"),
    Implication(("xz <= d + yz",), "xz - yz <= d"),
)


@claim(
    "eq-11",
    by="symbolic",
    subject=EQ_11,
    sabotage={
        "z is not nearest to y": (EQ_11[0].without(1), EQ_11[1]),
        "no triangle inequality": (EQ_11[0], EQ_11[1].without(0)),
        "constant 0.99": (EQ_11[0], EQ_11[1].concluding("xz - yz <= 99/100 * d")),
    },
)
def test_equation_11(evidence, subject):
    first, second = subject
    evidence.certify(first.proof("|d(x, ∂) − d(y, ∂)| ≤ d(x, z) − d(y, z)"))
    evidence.certify(second.proof("d(x, z) − d(y, z) ≤ d(x, y)"))


STRICT = Implication(("w * m - w * t > 0", "v <= (1 - w) * m + w * t"), "v < m")


@claim(
    "eq-11.banach",
    by="symbolic",
    subject=STRICT,
    sabotage={
        "all coordinates may be as large": STRICT._replace(
            hypotheses=("w * m - w * t >= 0", "v <= (1 - w) * m + w * t")
        )
    },
)
def test_nearest_frontier_points_in_banach_spaces(evidence, subject):
    """phi(w) = sum of 2^-k w_k on c_0: coordinates tend to 0, so one of weight w > 0 is at most t < m = max |w_k|."""
    evidence.certify(subject.proof("|φ(w)| ≤ (1 − w) m + w t < m: strictly less than the norm, for every w ≠ 0 of c₀"))
    evidence.certify(
        identity(
            "yet e₁ + … + e_N has φ = 1 − 2⁻ᴺ: distances come as near to 1 as one likes (N = 3)",
            ("1/2 + 1/4 + 1/8", "1 - 1/8"),
        )
    )
    evidence.refute(
        Implication(("v == 1", "m == 1", "v < m"), "0 > 0").proof(
            "φ(y) = 1 puts every z with φ(z) = 0 at φ(y − z) = 1; a nearest one would have ‖y − z‖ = 1, but |φ| < ‖·‖"
        )
    )


NEARLY = Implication(("fx <= xz", "yz <= fy + eta", "xz <= d + yz"), "fx - fy <= d + eta")


@claim(
    "eq-11.banach.amended",
    by="symbolic",
    subject=(NEARLY, OPPOSITE),
    sabotage={
        "no nearly nearest point": (NEARLY.without(1), OPPOSITE),
        "constant 0.99": (NEARLY.concluding("fx - fy <= 99/100 * d + eta"), OPPOSITE),
    },
)
def test_the_lipschitz_bound_in_normed_spaces(evidence, subject):
    same, opposite = subject
    evidence.certify(same.proof("same side, with z within η of nearest, for every η > 0"))
    evidence.certify(opposite.proof("opposite sides"))
    evidence.assume("intermediate value theorem")


FAT = (
    Implication(("x <= 1/4", "y >= 2"), "x + 1 <= y"),
    Implication(("x >= -1/4", "y >= 2"), "-(x - 1) <= y"),
)


@claim(
    "eq-11.banach.amended",
    by="symbolic",
    subject=FAT,
    sabotage={"points too near to the axis": tuple(step._replace(hypotheses=(step.hypotheses[0],)) for step in FAT)},
)
def test_a_fat_frontier_in_the_maximum_norm(evidence, subject):
    """Why the unit gradient is not claimed for other norms: max(|x ± 1|, |y|) = |y| on a whole rectangle."""
    right, left = subject
    evidence.certify(right.proof("for |x| ≤ 1/4 and y ≥ 2: |x + 1| ≤ y, so (x, y) is at distance y from (−1, 0) …"))
    evidence.certify(left.proof("… and |x − 1| ≤ y, so at distance y from (1, 0) too: a rectangle of the frontier"))


@claim(
    "eq-12.ball",
    by="symbolic",
    subject="x + r * (x - y)",
    sabotage={"R twice as long": "x + 2 * r * (x - y)", "z moved off": "x + r * (x - y) + 1"},
)
def test_the_auxiliary_point_stays_near_x(evidence, subject):
    """r = R/d(x,y): z - x is r (x - y) in every coordinate, so d(x, z) = r d(x, y) = R, in any norm."""
    evidence.certify(identity("z − x = r (x − y) in each coordinate", (f"({subject}) - x", "r * (x - y)")))
    evidence.certify(Implication(("xz == rd", "rd == R", "R < f"), "xz < f").proof("d(x, z) = r d(x, y) = R < d(x, ∂)"))
    evidence.certify(
        Implication(("xw <= xz", "xz < f", "f <= xw"), "0 > 0").proof("no point w of the segment is on the frontier")
    )
    evidence.assume("intermediate value theorem")


@claim("eq-12", by="exact", subject=+1, sabotage={"z between x and y": -1})
def test_equation_12_as_printed(evidence, subject):
    """s = +1 is the printed z = x + s R/d (x - y)."""
    direction = "(x[k] - y[k])" if subject == 1 else "(y[k] - x[k])"
    evidence.refute(
        refutation(
            "x = (0, 0), y = (3, 4), R = 1: d(x, y) = 5 and d(y, z) = 6, not |5 − 1| = 4",
            given={"x": [0, 0], "y": [3, 4], "d": 5, "R": 1},
            define={"z(k)": f"x[k] + R / d * {direction}", "yz2()": "(y[0] - z(0))**2 + (y[1] - z(1))**2"},
            hypotheses=["d > 0", "dist2(x, y) == d**2", "R > 0", "dist2(x, [z(0), z(1)]) == R**2"],
            conclusion=["yz2() == (1 - R / d)**2 * dist2(x, y)", "yz2() == (d - R)**2"],
        )
    )


@claim("eq-12", by="symbolic", subject="x + r * (x - y)", sabotage={"z between x and y": "x + r * (y - x)"})
def test_equation_12_for_all_points(evidence, subject):
    """With r = R/d(x,y) > 0: z - y = (1 + r)(x - y), so the printed length (1 - r)|x - y| is wrong for all r > 0."""
    evidence.certify(identity("z − y = (1 + r)(x − y) in each coordinate", (f"({subject}) - y", "(1 + r) * (x - y)")))
    wrong = Implication(("left == 1 + 2 * r + rr", "right == 1 - 2 * r + rr", "r > 0", "left == right"), "0 > 0")
    evidence.refute(wrong.proof("(1 + r)² = (1 − r)² and r > 0 contradict each other"))


AMENDED_12: dict[str, Any] = {
    "z": "x + r * (y - x)",
    "near": Implication(("R + fy > d", "yz == d - R"), "yz < fy"),
    "beyond": Implication(("R < fx", "fx <= d + fy", "yz == R - d"), "yz < fy"),
    "exists": Implication(("fx + fy > d", "fx > 0", "d - fy <= 0", "R == fx/2"), "R > 0"),
}


@claim(
    "eq-12.amended",
    by="symbolic",
    subject=AMENDED_12,
    sabotage={
        "the printed z": AMENDED_12 | {"z": "x + r * (x - y)"},
        "equation 11 not used": AMENDED_12 | {"beyond": AMENDED_12["beyond"].without(1)},
    },
)
def test_equation_12_amended(evidence, subject):
    evidence.certify(
        identity("z − y = (1 − r)(x − y) in each coordinate", (f"({subject['z']}) - y", "(1 - r) * (x - y)"))
    )
    evidence.certify(subject["near"].proof("R ≤ d: d(y, z) = d − R < d(y, ∂)"))
    evidence.certify(subject["beyond"].proof("R > d: d(y, z) = R − d < d(y, ∂), by equation 11"))
    evidence.certify(subject["exists"].proof("a suitable R exists: d(x, ∂)/2 if d ≤ d(y, ∂) …"))
    between = Implication(("fx + fy > d", "d - fy > 0", "2 * R == fx + d - fy"), "R + fy > d")
    evidence.certify(between.proof("… and otherwise the middle of d − d(y, ∂) and d(x, ∂)"))
    inside = Implication(("fx + fy > d", "2 * R == fx + d - fy"), "R < fx")
    evidence.certify(inside.proof("which is below d(x, ∂)"))


@claim("eq-12", by="formal")
def test_equation_12_from_end_to_end(evidence, subject):
    evidence.counterexample(x=[0, 0], y=[3, 4], d=5, R=1)


@claim("eq-11", by="formal")
def test_equation_11_from_end_to_end(evidence, subject):
    evidence.derive()


@claim("eq-12.amended", by="formal")
def test_equation_12_amended_from_end_to_end(evidence, subject):
    evidence.derive(
        product("R > 0", "1 / d > 0"),
        axiom("abs", "R / d"),
        times("d * (1 / d) - 1 == 0", "R"),
        have("xz == R"),
        axiom("abs", "fx - fy"),
        axiom("max", "0", "d - fy"),
        have("S > 0"),
        have("S + fy > d"),
        have("S < fx", cases("d - fy >= 0", [axiom("max", "0", "d - fy")], [axiom("max", "0", "d - fy")])),
        cases(
            "d >= R",
            [
                product("d - R >= 0", "1 / d > 0"),
                have("1 - R / d >= 0"),
                axiom("abs", "1 - R / d"),
                axiom("abs", "d - R"),
                times("abs(1 - R / d) - (1 - R / d) == 0", "d"),
                have("yz == d - R"),
                cases("R + fy <= d", [], [have("yz < fy")]),
            ],
            [
                product("R - d > 0", "1 / d > 0"),
                have("R / d - 1 > 0"),
                axiom("abs", "1 - R / d"),
                axiom("abs", "d - R"),
                times("abs(1 - R / d) - (R / d - 1) == 0", "d"),
                have("yz == R - d"),
                cases("R >= fx", [], [have("yz < fy")]),
            ],
        ),
        choose={"S": "(fx + max(0, d - fy)) / 2"},
    )
