"""Example 3 and Figure 2b: the exact minimisers on four weighted points, and networks trained beside them."""

import math
from fractions import Fraction as F

import pytest

from checks.derive import axiom, cases, have, numbers, product
from checks.implication import Implication
from checks.papers.many_faces.entropy.losses import positive, support
from checks.papers.many_faces.entropy.odds import IS_OPTIMAL, IS_TRAINING_SET, ODDS
from checks.witness import identity, instance

claim = pytest.mark.claim

DATA = {"x": [-2, -1, 1, 2], "y": [1, -1, 1, -1], "w": [9, 1, 1, 9]}
"""The weights are ten times the paper's."""

LIPSCHITZ_CONSTANTS = (1.0, 2.0, 4.0, 8.0)


def threshold():
    """The q = exp(L), a whole number, at which the half loss below is stationary where f(-1) = 0, that is for u = q."""
    heavy, light = DATA["w"][:2]
    return next(q for q in range(2, 100) if heavy * (q + q) == light * (1 + q) * q)


Q = threshold()


def record_threshold(evidence):
    """For the texts of the ledger that quote it."""
    evidence.value("exp(L) at the threshold", Q)
    evidence.value("L at the threshold", math.log(Q))


def odds(q, u):
    """The odds of the values a, a - L, L - a, -a at the four points, for u = exp(a)."""
    return [u, F(u) / q, q / F(u), 1 / F(u)]


def plan(q, u):
    """Couples the reweighted classes: -2 sends to -1 what that takes and the rest, if any, to 2; likewise 1 and 2."""
    near, heavy = (F(u) / q) / (1 + F(u) / q), F(9) / (1 + u)
    across = heavy - near
    return [[0, 1, near], [2, 3, near]] + ([[0, 3, across]] if across else [])


HALF = {
    "slope": ("9 * (u + q) - (1 + u) * u", "-(u**2 - 8*u - 9*q)"),
    "root": ("(u - 4)**2 - (16 + 9*q)", "u**2 - 8*u - 9*q"),
}
"""The half loss 0.9 log(1 + 1/u) + 0.1 log(1 + u/q): minus its derivative in a = log u is
0.9/(1 + u) - 0.1 u/(q + u), over the common denominator 10 (1 + u)(q + u)."""


@claim(
    "ex-3.minimiser",
    by="symbolic",
    subject=HALF,
    sabotage={
        "equal weights": HALF | {"slope": ("(u + q) - (1 + u) * u", HALF["slope"][1])},
        "another root": HALF | {"root": ("(u - 4)**2 - (16 + 8*q)", HALF["root"][1])},
    },
)
def test_the_minimisers_in_closed_form(evidence, subject):
    evidence.certify(identity("minus the derivative has the sign of −(u² − 8u − 9q)", subject["slope"]))
    evidence.certify(identity("whose roots are 4 ± √(16 + 9q)", subject["root"]))
    evidence.certify(
        instance(
            "q³ = 8q + 9 between 3.278 and 3.279, that is at L = 1.187…",
            given={"low": F(3278, 1000), "high": F(3279, 1000)},
            define={"f(q)": "q ** 3 - 8 * q - 9"},
            conclusion=["f(low) < 0", "f(high) > 0"],
        )
    )
    evidence.certify(
        Implication(("b == a - L", "b <= L"), "a <= 2 * L").proof("|f(−1) − f(1)| = 2|b| ≤ 2L gives a ≤ 2L")
    )
    evidence.certify(
        Implication(("4 * lm <= l1 + l2 + l3 + l4", "l1 == l2", "l3 == l4", "l1 == l3"), "lm <= l1").proof(
            "averaging with the reflected function loses nothing, by convexity"
        )
    )


@claim(
    "ex-3.minimiser",
    by="exact",
    subject=[(3, 9), (F(28, 3), 14), (17, 17), (20, 18)],
    sabotage={
        "the free root where the bound is active": [(3, F(52, 5))],
        "slightly more": [(20, F(181, 10))],
        "slightly less": [(20, F(179, 10))],
    },
)
def test_minimisers_of_rational_odds(evidence, subject):
    """The conditions of Karush, Kuhn and Tucker for q = exp(L) where 16 + 9q is a square, and one with u = q^2."""
    for q, u in subject:
        evidence.certify(
            instance(
                f"exp(L) = {q}: odds {u} at −2, {F(u) / q} at −1",
                given=DATA | {"q": q, "u": odds(q, u), "plan": plan(q, u)},
                define=ODDS,
                conclusion=[*IS_TRAINING_SET, *IS_OPTIMAL],
            )
        )


THRESHOLD = (
    Implication((f"qq - {Q} * q > 0", "qq - 8 * q + 16 == tt", "ss == 16 + 9 * q"), "tt > ss"),
    Implication((f"qq - {Q} * q <= 0", "qq - 8 * q + 16 == tt", "ss == 16 + 9 * q"), "tt <= ss"),
)
"""t = q - 4, s = sqrt(16 + 9q): 4 + s < q exactly when t > s, for q > Q > 4."""


@claim(
    "ex-3.threshold",
    by="symbolic",
    subject=THRESHOLD,
    sabotage={
        "log 16": (THRESHOLD[0]._replace(hypotheses=("qq - 16 * q > 0", *THRESHOLD[0].hypotheses[1:])), THRESHOLD[1]),
        "log 18": (THRESHOLD[0], THRESHOLD[1]._replace(hypotheses=("qq - 18 * q <= 0", *THRESHOLD[1].hypotheses[1:]))),
    },
)
def test_the_threshold(evidence, subject):
    above, below = subject
    evidence.certify(identity(f"(q − 4)² − (16 + 9q) = q (q − {Q})", ("(q - 4)**2 - (16 + 9*q)", f"q * (q - {Q})")))
    evidence.certify(above.proof(f"q > {Q}: 4 + √(16 + 9q) < q, so f(−1) < 0"))
    evidence.certify(below.proof(f"4 ≤ q ≤ {Q}: 4 + √(16 + 9q) ≥ q, so f(−1) ≥ 0"))
    record_threshold(evidence)


@claim(
    "ex-3.threshold",
    by="exact",
    subject=[(F(28, 3), 14, [1, 1, -1, -1]), (Q, Q, [1, 0, 0, -1]), (20, 18, [1, -1, 1, -1])],
    sabotage={"all right below": [(F(28, 3), 14, [1, -1, 1, -1])], "wrong above": [(20, 18, [1, 1, -1, -1])]},
)
def test_signs_on_both_sides(evidence, subject):
    for q, u, signs in subject:
        evidence.certify(
            instance(
                f"exp(L) = {q}: the minimiser's signs are {signs}",
                given=DATA | {"q": q, "u": odds(q, u), "plan": plan(q, u), "signs": signs},
                define=ODDS,
                conclusion=[*IS_OPTIMAL, "all(sign(a - 1) == s for a, s in zip(u, signs))"],
            )
        )


@claim(
    "ex-3.threshold",
    by="samples",
    subject=0.0,
    sabotage={"a threshold of log 18": 1.0, "a threshold of log 16": -1.0},
)
def test_the_threshold_by_the_solver(evidence, subject):
    """The certified solver 0.1 % below and above log Q."""
    from theory.risk import minimize_risk

    points, labels, weights = [[x] for x in DATA["x"]], DATA["y"], [w / 10 for w in DATA["w"]]
    right = []
    for factor in (0.999, 1.001):
        lipschitz = factor * math.log(Q + subject)
        values = minimize_risk(points, labels, lipschitz, weights=weights, tolerance=1e-10).values
        right.append(sum(v * y > 0 for v, y in zip(values, labels, strict=True)))
    evidence.fact(f"two points are right below log {Q}, four above", right == [2, 4])
    evidence.count(2)


@claim(
    "sec-4.accuracy",
    by="exact",
    subject=(F(28, 3), 14),
    sabotage={"above the threshold": (F(20), 18), "not a minimiser": (F(28, 3), 15)},
)
def test_minimisers_with_errors(evidence, subject):
    """v: odds of the function with values L/2, -L/2, L/2, -L/2 have the square root of q, so v*v is compared."""
    q, u = subject
    evidence.certify(
        instance(
            "exp(L) = 28/3: the minimiser is wrong at −1 and 1, another L-Lipschitz function is right everywhere",
            given=DATA | {"q": q, "u": odds(q, u), "plan": plan(q, u), "vv": [q, 1 / q, q, 1 / q]},
            define=ODDS,
            conclusion=[
                *IS_OPTIMAL,
                "any(odds(a, s) <= 1 for a, s in zip(u, y))",
                "all(odds(a, s) > 1 for a, s in zip(vv, y))",
                "all(vv[i] <= vv[j] * q ** (2 * abs(x[i] - x[j])) for i in range(4) for j in range(4))",
            ],
        )
    )
    evidence.certify(
        Implication(("4 * lm < l1 + l2 + 2 * l3", "l1 == l2", "l1 == l3"), "lm < l1").proof(
            "the loss is strictly convex in the values: two minimisers would have a mean that is better"
        )
    )
    record_threshold(evidence)


@claim("sec-4.accuracy", by="formal")
def test_minimisers_with_errors_from_end_to_end(evidence, subject):
    evidence.derive(
        have("log(14) - log(3/2) == L()", axiom("log_product", "28/3", "3/2")),
        numbers("log(28/3) > 0"),
        numbers("2 * log(3/2) < 2 * log(28/3)"),
        numbers("9/5 * log(15/14) + 1/5 * log(5/2) < 9/5 * log(31/28) + 1/5 * log(2)"),
        have("log(31/3) == log(31/28) + L()", axiom("log_product", "31/28", "28/3")),
        support("a", F(28, 3)),
        support("-d", F(28, 3)),
        support("-b", F(1)),
        support("c", F(1)),
    )


CONVEX = Implication(("2 * rm <= r1 + r2", "r1 == c", "rm == c"), "r2 >= c")
"""r1, rm, r2: least risks at L1, (L1 + L2)/2, L2; c: a value twice taken."""


@claim(
    "ex-3.fitting",
    by="symbolic",
    subject=("s1 + s2 <= L1 * d + L2 * d", CONVEX),
    sabotage={
        "the constants not averaged": ("s1 + s2 <= L1 * d", CONVEX),
        "no convexity": ("s1 + s2 <= L1 * d + L2 * d", CONVEX.without(0)),
    },
)
def test_higher_constants_fit_better(evidence, subject):
    slopes, stays = subject
    evidence.certify(
        Implication(("slope <= L1 * d", "L1 * d <= L2 * d"), "slope <= L2 * d").proof("Lip_L grows with L")
    )
    evidence.certify(
        Implication(("s1 <= L1 * d", "s2 <= L2 * d"), slopes).proof(
            "the mean of an L₁- and an L₂-Lipschitz function is (L₁ + L₂)/2-Lipschitz: the least loss is convex in L"
        )
    )
    evidence.certify(stays.proof("convex and flat somewhere: not smaller later; but it tends to 0 and is positive"))


def exact_figure_2b(constants=(0.5, 1.0, 2.0, 2.833, 4.0, 8.0)):
    """The minimisers' values at the four points for each L, by the certified solver."""
    from theory.risk import minimize_risk

    points, weights = [[x] for x in DATA["x"]], [w / 10 for w in DATA["w"]]
    return {
        lipschitz: minimize_risk(points, DATA["y"], lipschitz, weights=weights, tolerance=1e-9)
        for lipschitz in constants
    }


MONOTONE = Implication(("fm == a - L", "fn == L - a", "a >= L"), "fm >= fn")
ZIGZAG = Implication(("fm == a - L", "fn == L - a", "a < L"), "fm < fn")


@claim(
    "fig-2b",
    by="symbolic",
    subject=(MONOTONE, ZIGZAG),
    sabotage={
        "any a": (MONOTONE.without(2), ZIGZAG),
        "no zigzag": (MONOTONE, ZIGZAG.concluding("fm >= fn")),
    },
)
def test_figure_2b(evidence, subject):
    monotone, zigzag = subject
    evidence.certify(monotone.proof(f"a ≥ L, that is L ≤ log {Q}: f(−1) ≥ f(1), f falls all the way"))
    evidence.certify(zigzag.proof("a < L: f(−1) < f(1) between two falls by L"))
    evidence.certify(
        Implication(("fl == a", "fm == a - L"), "fl - fm == L").proof("it falls by L from −2 to −1, and from 1 to 2")
    )
    record_threshold(evidence)


@claim(
    "fig-2b",
    by="samples",
    subject=1.0,
    sabotage={"another closed form": 1.5},
)
def test_figure_2b_by_the_solver(evidence, subject):
    """The certified solver against the closed form, and the figure."""
    close, series = [], []
    for lipschitz, least in exact_figure_2b().items():
        a = min(2 * lipschitz, math.log(4 + math.sqrt(16 + 9 * subject * math.exp(lipschitz))))
        close.append(max(abs(least.values[0] - a), abs(least.values[1] - a + lipschitz)) < 1e-4)
        series.append(
            {"label": f"$L = {lipschitz:g}$", "x": [float(x) for x in DATA["x"]], "y": [float(v) for v in least.values]}
        )
    evidence.figure(
        "curves",
        "Figure 2b from exact solutions: the minimisers' values at the four points, joined by segments. "
        "Bars: label times weight.",
        series=series,
        bars={"x": [-2, -1, 1, 2], "y": [0.9, -0.1, 0.1, -0.9]},
        xlabel="$x$",
        ylabel="$f(x)$",
    )
    evidence.fact("the values agree with the closed form to 10⁻⁴", all(close))
    evidence.count(len(close))


@claim("fig-3a.error", by="formal")
def test_more_errors_from_end_to_end(evidence, subject):
    weights = [F(1077921, 351538), F(1), F(1465813, 319580)]
    steep, flat = [F(10, 3), F(10, 9), F(10, 243)], [F(5, 4), F(5, 6), F(20, 81)]
    flow = lambda odds: [[0, k, weights[k] * odds[k] / (1 + odds[k])] for k in (1, 2)]
    evidence.counterexample(
        x=[0, 1, 4], y=[1, -1, -1], w=weights, u=flat, q=F(3, 2), plan=flow(flat), v=steep, r=3, move=flow(steep)
    )


ERRORLESS = Implication(("wrong >= w * log2", "best <= loss", "loss < w * log2", "wrong <= best"), "0 > 0")
RIGHT = Implication(("vi == Ld / 2", "vj == -Ld / 2"), "vi - vj <= Ld")


@claim(
    "fig-3a.error.amended",
    by="symbolic",
    subject=(ERRORLESS, RIGHT),
    sabotage={
        "a constant that is too small": (ERRORLESS.without(2), RIGHT),
        "margins of L d": (ERRORLESS, RIGHT._replace(hypotheses=("vi == Ld", "vj == -Ld"))),
    },
)
def test_large_constants_make_no_error(evidence, subject):
    errorless, right = subject
    evidence.certify(right.proof("values ±L d/2 are L-Lipschitz on the examples: opposite labels are at least d apart"))
    evidence.certify(errorless.proof("a minimiser with an error would be worse than these values"))


@claim("fig-3a.error.amended", by="formal")
def test_large_constants_from_end_to_end(evidence, subject):
    evidence.derive(
        product("L > 0", "dij - d >= 0"),
        product("L > 0", "d > 0"),
        have(
            "loss(L * d / 2) * (1 + L * d / 2) <= 1",
            axiom("exp_sum", "L * d / 2", "-L * d / 2"),
            axiom("exp_tangent", "L * d / 2"),
            axiom("log_tangent", "1 + exp(-L * d / 2)"),
            product("exp(-L * d / 2) > 0", "exp(L * d / 2) - 1 - L * d / 2 >= 0"),
            product("exp(-L * d / 2) - loss(L * d / 2) >= 0", "1 + L * d / 2 > 0"),
        ),
        positive("L * d / 2"),
        numbers("log(2) > 1/2"),
        product("w > 0", "log(2) > 1/2"),
        product("w > 0", "loss(L * d / 2) > 0"),
        product("w > 0", "1 - loss(L * d / 2) * (1 + L * d / 2) >= 0"),
        cases(
            "s > 0",
            [cases("w * L * d < 4", [], [product("w * L * d - 4 >= 0", "loss(L * d / 2) > 0")])],
            [
                have(
                    "loss(s) >= log(2)", axiom("exp_increasing", "0", "-s"), axiom("log_increasing", "2", "1 + exp(-s)")
                ),
                product("wi - w >= 0", "loss(s) >= 0"),
                product("w > 0", "loss(s) - log(2) >= 0"),
                cases("w * L * d < 4", [], [product("w * L * d - 4 >= 0", "loss(L * d / 2) > 0")]),
            ],
        ),
    )
