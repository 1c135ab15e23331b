"""Section 5 and Appendices C and F: the Kantorovich-Rubinstein loss, Proposition 6, Figure 4, equations 6 and 26."""

from fractions import Fraction as F
from math import comb

import pytest

from checks.line import rationals
from checks.witness import Implication, identity, instance, refutation

claim = pytest.mark.claim

LARGEST = 200
"""Proposition 6's construction is looked at for n = 1, ..., 200."""


def atoms(n):
    """P at 4(i - 1), Q at 4 i - 1, i = 1, ..., n."""
    return [4 * (i - 1) for i in range(1, n + 1)], [4 * i - 1 for i in range(1, n + 1)]


def minimiser(n, slopes, shift=0):
    """Values on P's and Q's atoms: down 3 on each pair, slope slopes[i] on the unit segment after it."""
    height, on_p, on_q = F(shift), [], []
    for i in range(n):
        on_p.append(height)
        on_q.append(height - 3)
        height = height - 3 + slopes[i % len(slopes)]
    return on_p, on_q


OPTIMAL = {
    "mean(v)": "sum(v) / len(v)",
    "gain()": "mean(up) - mean(uq)",
    "right(t)": "len([1 for v in up if v > t]) + len([1 for v in uq if v < t])",
}
IS_MINIMISER = [
    "all(p[i] < q[i] and abs(up[i] - uq[i]) <= q[i] - p[i] for i in range(len(p)))",
    "all(q[i] < p[i + 1] and abs(up[i + 1] - uq[i]) <= p[i + 1] - q[i] for i in range(len(p) - 1))",
    "sum(abs(a - b) for a, b in zip(p, q)) / len(p) == gain()",
]
"""p_1 < q_1 < p_2 < …, u is 1-Lipschitz between neighbours, so everywhere; its gain is the cost of the plan p_i to q_i:
each certifies that the other is optimal."""


def described(n, slopes, shift=0):
    p, q = atoms(n)
    up, uq = minimiser(n, slopes, shift)
    return {"p": p, "q": q, "up": up, "uq": uq}


@claim("eq-6", by="exact", subject=(F(-1, 1), F(1)), sabotage={"the amended right-hand side": (F(-1), F(-1, 2))})
def test_equation_6_as_printed(evidence, subject):
    """P at 0, Q at 3, mass 1/2 each: u(x) = -x minimises the loss -(u(0) - u(3))/2."""
    slope, factor = subject
    evidence.refute(
        refutation(
            "P = δ₀, Q = δ₃: the least loss is −3/2, certified by the plan 0 → 3, and 𝒲 = 3",
            given={"p": [0], "q": [3], "up": [0], "uq": [3 * slope], "factor": factor},
            define=OPTIMAL | {"loss()": "-gain() / 2", "W()": "abs(p[0] - q[0])"},
            hypotheses=IS_MINIMISER,
            conclusion=["loss() == factor * W()"],
        )
    )


@claim(
    "eq-6.amended",
    by="symbolic",
    subject=("1/2", "1/2"),
    sabotage={"unbalanced": ("2/3", "1/3"), "factor forgotten": ("1", "1")},
)
def test_equation_6_amended(evidence, subject):
    a, b = subject
    evidence.certify(
        identity("𝔼[−Y f] = −(P f − Q f)/2", (f"-({a} * p - {b} * q)", "-(p - q)/2"), ("1/2", a), ("1/2", b))
    )
    evidence.assume("Kantorovich–Rubinstein duality")


def classes():
    from hypothesis import strategies as st

    return st.integers(1, 6).flatmap(lambda n: st.tuples(*[st.lists(rationals(), min_size=n, max_size=n)] * 2))


@claim(
    "eq-6.amended",
    by="examples",
    subject=F(1, 2),
    sabotage={"factor 1": F(1), "the printed sign": F(-1, 2)},
)
def test_equation_6_on_examples(evidence, subject):
    """The solver's plan and potential, exact and checked here from scratch."""
    from theory.transport import transport_plan

    def law(both):
        p, q = both
        plan = transport_plan(p, q)
        u = [plan.potential(x) for x in p], [plan.potential(x) for x in q]
        loss = -subject * (sum(u[0]) - sum(u[1])) / len(p)
        points = list(zip([*p, *q], [*u[0], *u[1]], strict=True))
        lipschitz = all(abs(v - w) <= abs(x - y) for x, v in points for y, w in points)
        cost = sum(m * abs(p[i] - q[j]) for i, j, m in zip(plan.sources, plan.targets, plan.masses, strict=True))
        return lipschitz and loss == -cost / 2 == -plan.cost / 2

    evidence.examples("the potential's loss is −𝒲₁/2, exactly", law, classes(), max_examples=100)


UNBOUNDED = Implication(("loss == base - t * gap", "t * gap >= base - bound + 1"), "loss < bound")


@claim("eq-6.minimum", by="symbolic", subject=UNBOUNDED, sabotage={"t not large enough": UNBOUNDED.without(1)})
def test_unbalanced_classes_have_no_minimum(evidence, subject):
    """gap = P(Y = 1) - P(Y = -1) > 0; f + t has the loss base - t gap."""
    for p in (2, 10, 100, 1000):
        evidence.value(f"probability that {p} fair labels are balanced", float(F(comb(p, p // 2), 2**p)))
    evidence.certify(
        identity(
            "f + t: −(a (P f + t) − b (Q f + t)) = base − t (a − b)",
            ("-(a * (p + t) - b * (q + t))", "-(a * p - b * q) - t * (a - b)"),
        )
    )
    evidence.certify(subject.proof("with t ≥ (base − bound + 1)/gap the loss is below any bound"))
    evidence.refute(
        refutation(
            "one atom at 0, P(Y = 1) = 2/3: the constant f = t has the loss −t/3",
            given={"a": F(2, 3), "b": F(1, 3), "bound": -1000, "t": 3003},
            define={"loss(t)": "-(a * t - b * t)"},
            hypotheses=["a + b == 1", "a > 0 and b > 0"],
            conclusion=["loss(t) >= bound"],
        )
    )


@claim(
    "eq-6.minimum.amended",
    by="symbolic",
    subject=(UNBOUNDED, Implication(("gain <= w", "loss == -gain/2"), "loss >= -w/2")),
    sabotage={
        "t not large enough": (UNBOUNDED.without(1), Implication(("gain <= w", "loss == -gain/2"), "loss >= -w/2")),
        "duality not used": (UNBOUNDED, Implication(("loss == -gain/2",), "loss >= -w/2")),
    },
)
def test_a_minimum_for_balanced_classes_only(evidence, subject):
    unbalanced, balanced = subject
    evidence.certify(unbalanced.proof("unbalanced: constants push the loss below any bound"))
    evidence.certify(balanced.proof("balanced: the loss is at least −𝒲₁/2"))
    evidence.assume("Kantorovich–Rubinstein duality")


# --- Proposition 6 ------------------------------------------------------------------------------------------------


@claim(
    "prop-6.plan",
    by="symbolic",
    subject=("4 * i + 3", [F(-1)]),
    sabotage={"pairs two steps apart": ("4 * i + 7", [F(-1)]), "slope 2 between the pairs": ("4 * i + 3", [F(2)])},
)
def test_the_plan(evidence, subject):
    """Partner of 4 i (i = 0, 1, ...), and one potential: 1-Lipschitz between neighbours, hence everywhere."""
    from theory.transport import wasserstein1

    partner, slopes = subject
    evidence.certify(identity("each atom is sent to its partner at distance 3", (f"({partner}) - 4 * i", "3")))
    evidence.certify(
        identity("from one pair to the next: 4 (i + 1) − (4 i + 3) = 1", ("4 * (i + 1) - (4 * i + 3)", "1"))
    )
    evidence.certify(
        instance(
            "n = 5: the potential and the plan certify each other",
            given=described(5, slopes),
            define=OPTIMAL,
            conclusion=[*IS_MINIMISER, "gain() == 3"],
        )
    )
    evidence.fact(
        f"the exact solver agrees for n = 1, …, {LARGEST}",
        all(wasserstein1(*atoms(n)) == 3 for n in range(1, LARGEST + 1)),
    )
    evidence.count(LARGEST)


@claim("prop-6.potential", by="exact", subject=3, sabotage={"the fall": -3})
def test_minimisers_do_not_rise(evidence, subject):
    evidence.refute(
        refutation(
            "n = 2: this minimiser has 3, 0, 1, −2 at 0, 3, 4, 7",
            given=described(2, [F(1)], 3) | {"rise": subject},
            define=OPTIMAL,
            hypotheses=IS_MINIMISER,
            conclusion=["all(b - a == rise for a, b in zip(up, uq))"],
        )
    )


FALLS = Implication(("a1 - b1 <= 3", "a2 - b2 <= 3", "a1 - b1 + a2 - b2 == 6"), "a1 - b1 >= 3")


@claim(
    "prop-6.potential.amended",
    by="symbolic",
    subject=FALLS,
    sabotage={
        "not 1-Lipschitz": FALLS.without(1),
        "a gain below the cost": FALLS._replace(hypotheses=(*FALLS.hypotheses[:2], "a1 - b1 + a2 - b2 == 5")),
    },
)
def test_minimisers_fall_by_3(evidence, subject):
    """b2 - a2 stands for the sum over all other pairs divided by their number."""
    evidence.certify(subject.proof("a mean of numbers at most 3 is 3 only if each is"))
    evidence.certify(Implication(("a - b >= 3", "a - b <= 3"), "b - a <= -3").proof("so f falls by exactly 3"))


@claim(
    "prop-6.free",
    by="symbolic",
    subject=[F(-1), F(0), F(1, 3), F(1)],
    sabotage={"slope 4/3": [F(4, 3)], "slope −2": [F(-2)]},
)
def test_free_segments(evidence, subject):
    for slope in subject:
        evidence.certify(
            instance(
                f"n = 4 with slope {slope} on the free segments",
                given=described(4, [slope]),
                define=OPTIMAL,
                conclusion=IS_MINIMISER,
            )
        )
    evidence.certify(Implication(("s <= 1", "d == 1", "rise == s"), "rise <= d").proof("|f(4i) − f(4i − 1)| ≤ 1"))
    evidence.certify(
        Implication(("sk <= k", "rise == -3 * k + sk", "k >= 1"), "rise <= -2").proof(
            "k pairs further f has fallen by 2k or more: slopes between far atoms are no steeper than −1 and not rising"
        )
    )


@claim("prop-6.monotone", by="exact", subject="a < b", sabotage={"decreasing": "a > b"})
def test_minimisers_do_not_increase(evidence, subject):
    evidence.refute(
        refutation(
            "n = 3, slope 1 on the free segments: 0, −2, −4 on P",
            given=described(3, [F(1)]),
            define=OPTIMAL,
            hypotheses=IS_MINIMISER,
            conclusion=[f"all({subject} for a, b in [[up[0], up[1]], [up[1], up[2]]])"],
        )
    )


STEP = Implication(("q == p - 3", "p2 - q <= 1"), "p2 <= p - 2")


@claim(
    "prop-6.monotone.amended",
    by="symbolic",
    subject=STEP,
    sabotage={"no fall": STEP.without(0), "steps of 3": STEP.concluding("p2 <= p - 3")},
)
def test_minimisers_decrease(evidence, subject):
    evidence.certify(subject.proof("from one atom of P to the next f falls by at least 2 (on Q by the same steps)"))


@claim("prop-6.translate", by="symbolic", subject=("a", "a"), sabotage={"unbalanced": ("a", "b")})
def test_translates(evidence, subject):
    a, b = subject
    evidence.certify(
        identity("the loss of f − T is that of f", (f"-({a} * (p - T) - {b} * (q - T))", f"-({a} * p - {b} * q)"))
    )


@claim("prop-6.count", by="exact", subject=[F(1)], sabotage={"no free segment rises": [F(0)]})
def test_more_than_n_plus_1(evidence, subject):
    evidence.refute(
        refutation(
            "n = 4, slope 1 on the free segments, T = −9/2 between f(7) = −5 and f(8) = −4: 6 of 8 points are right",
            given=described(4, subject) | {"t": F(-9, 2)},
            define=OPTIMAL,
            hypotheses=IS_MINIMISER,
            conclusion=["right(t) <= len(p) + 1"],
        )
    )


COUNT = {
    "far": Implication(("P3 <= Q2 + 1", "Q2 <= Q1 - 2", "Q1 < T", "P3 > T"), "0 > 0"),
    "near": Implication(("k >= i", "l <= i - 1"), "k + n - l >= n + 1"),
    "total": Implication(("k <= l + 2",), "k + n - l <= n + 2"),
}


@claim(
    "prop-6.count.amended",
    by="symbolic",
    subject=COUNT,
    sabotage={
        "steps of 0 on Q": COUNT
        | {"far": COUNT["far"]._replace(hypotheses=("P3 <= Q2 + 1", "Q2 <= Q1", "Q1 < T", "P3 > T"))},
        "at most n + 1": COUNT | {"total": COUNT["total"].concluding("k + n - l <= n + 1")},
    },
)
def test_the_count(evidence, subject):
    """Q1 = f(Q_(l+1)) < T, Q2 = f(Q_(l+2)), P3 = f(P_(l+3))."""
    evidence.certify(subject["far"].proof("P_(l+3) is not above T when Q_(l+1) is below it: k ≤ l + 2"))
    evidence.certify(subject["total"].proof("so at most n + 2 points are right"))
    evidence.certify(subject["near"].proof("T between f(Q_i) and f(P_i): at least n + 1 are right"))


@claim("prop-6.count.amended", by="enumeration", subject=1, sabotage={"one point more": 2, "one point fewer": 0})
def test_the_count_by_the_exact_solver(evidence, subject):
    """Least and greatest accuracy over all minimisers and thresholds, n = 1, ..., 200: computed, not sampled."""
    from theory.transport import accuracy_range

    for n in range(1, LARGEST + 1):
        least, greatest = accuracy_range(*atoms(n))
        most = min(2 * n, n + 1 + subject)
        if n == 1:
            most = 2
        if (least, greatest) != (F(n + 1, 2 * n), F(most, 2 * n)):
            evidence.fact(f"n = {n}: least {least}, greatest {greatest}", False)
            return
    evidence.fact(f"n = 1, …, {LARGEST}: least (n + 1)/2n, greatest (n + 2)/2n (1 for n = 1)", True)
    evidence.count(LARGEST)


@claim("prop-6.choice", by="exact", subject=F(1, 4), sabotage={"ε = 1": F(2, 3)})
def test_the_choice_of_n(evidence, subject):
    evidence.refute(
        refutation(
            "ε = 1/4, n = ⌈1/(2ε)⌉ = 2: this minimiser with T = 1/2 has error 0",
            given=described(2, [F(1)], 3) | {"e": subject, "n": 2, "t": F(1, 2)},
            define=OPTIMAL,
            hypotheses=[*IS_MINIMISER, "n >= 1 / (2 * e)", "n - 1 < 1 / (2 * e)", "n == len(p)"],
            conclusion=["1 - right(t) / (2 * n) > 1/2 - e"],
        )
    )


CHOICE = Implication(("ne > 1", "n > 0", "e * n == ne", "m * n == 1", "m * ne - m > 0", "m * ne == e"), "m < e")


@claim(
    "prop-6.choice.amended",
    by="symbolic",
    subject=CHOICE,
    sabotage={"n = 1/ε": CHOICE._replace(hypotheses=(*CHOICE.hypotheses[:4], "m * ne - m >= 0", "m * ne == e"))},
)
def test_the_amended_choice_of_n(evidence, subject):
    """m = 1/n: from n ε > 1, multiplied by m > 0."""
    evidence.certify(subject.proof("1/n < ε"))
    evidence.certify(Implication(("m < e", "error >= 1/2 - m"), "error > 1/2 - e").proof("error ≥ 1/2 − 1/n > 1/2 − ε"))


@claim(
    "prop-6",
    by="symbolic",
    subject=(COUNT["far"], CHOICE),
    sabotage={
        "steps of 0 on Q": (COUNT["far"]._replace(hypotheses=("P3 <= Q2 + 1", "Q2 <= Q1", "Q1 < T", "P3 > T")), CHOICE),
        "n = 1/ε": (
            COUNT["far"],
            CHOICE._replace(hypotheses=(*CHOICE.hypotheses[:4], "m * ne - m >= 0", "m * ne == e")),
        ),
    },
)
def test_proposition_6(evidence, subject):
    count, choice = subject
    evidence.certify(count.proof("at most n + 2 of 2n points are right"))
    evidence.certify(
        Implication(
            ("right <= n + 2", "m * right <= m * n + 2 * m", "m * n == 1", "2 * error == 2 - m * right"),
            "error >= 1/2 - m",
        ).proof("error ≥ 1/2 − 1/n")
    )
    evidence.certify(choice.proof("1/n < ε for n > 1/ε"))
    evidence.certify(
        identity(
            "the supports are disjoint: 4(i − 1) = 4 j − 1 has no whole solution, as 4(i − 1 − j) = −1",
            ("4 * (i - 1) - (4 * j - 1)", "4 * (i - j) - 3"),
        )
    )


FIGURE_4 = described(20, [F(-1)] * 9 + [F(1)] + [F(-1)] * 10)


@claim(
    "fig-4",
    by="exact",
    subject=FIGURE_4 | {"t": F(-77, 2)},
    sabotage={"no free segment rises": described(20, [F(-1)]) | {"t": F(-77, 2)}},
)
def test_figure_4_as_printed(evidence, subject):
    points = sorted(zip([*subject["p"], *subject["q"]], [*subject["up"], *subject["uq"]], strict=True))
    evidence.figure(
        "curve",
        "A minimiser on Figure 4's forty points: it rises once, from 39 to 40; a threshold there gets 22 right.",
        x=[float(x) for x, _ in points],
        y=[float(u) for _, u in points],
        xlabel="x",
        ylabel="f(x)",
        lines={"T": float(subject["t"])},
    )
    evidence.refute(
        refutation(
            "n = 20, slope +1 on the free segment from 39 to 40, −1 on the others: 22 of 40 points are right",
            given=subject,
            define=OPTIMAL,
            hypotheses=[*IS_MINIMISER, "len(p) == 20"],
            conclusion=["right(t) / 40 <= 525 / 1000"],
        )
    )


@claim(
    "fig-4.amended",
    by="exact",
    subject=(F(21, 40), F(22, 40)),
    sabotage={"the caption": (F(21, 40), F(21, 40)), "every minimiser as good": (F(22, 40), F(22, 40))},
)
def test_figure_4_amended(evidence, subject):
    from theory.transport import accuracy_range, transport_plan

    p, q = atoms(20)
    found = accuracy_range(p, q)
    evidence.value("least accuracy over minimisers with their best threshold", found[0])
    evidence.value("greatest accuracy", found[1])
    evidence.fact("the exact range is the claimed one", tuple(found) == subject)
    evidence.fact("three other answers for the cost: 3", _three_answers(p, q) and transport_plan(p, q).cost == 3)


def _three_answers(p, q):
    """A linear programme, scipy's sorting formula, and POT when it is installed."""
    from importlib.util import find_spec

    import numpy as np
    from scipy.optimize import linprog
    from scipy.stats import wasserstein_distance

    n = len(p)
    cost = np.abs(np.subtract.outer(p, q)).ravel()
    rows = np.concatenate([np.kron(np.eye(n), np.ones(n)), np.kron(np.ones(n), np.eye(n))])
    values = [linprog(cost, A_eq=rows, b_eq=np.full(2 * n, 1 / n)).fun, wasserstein_distance(p, q)]
    if find_spec("ot"):
        import ot

        values.append(ot.emd2_1d(np.array(p, float), np.array(q, float), metric="cityblock"))
    return bool(np.allclose(values, 3, atol=1e-9))


# --- equation 26 --------------------------------------------------------------------------------------------------


@claim("eq-26", by="exact", subject={"p": [0], "q": [0], "e": 1}, sabotage={"P ≠ Q": {"p": [0], "q": [3], "e": 1}})
def test_equation_26_with_equal_measures(evidence, subject):
    """c(x) = 5 has Lipschitz constant 0: it is in the first set when P = Q, and not in the last."""
    evidence.refute(
        refutation(
            "P = Q: constants satisfy the constraint with Lipschitz constant 0: they make up the first set, and none "
            "of them is in the last one, whose members have Lipschitz constant ε = 1",
            given=subject | {"constant": 5, "lip": 0},
            define={"W()": "abs(p[0] - q[0])", "gain()": "constant - constant"},
            hypotheses=["gain() >= e * W()", "e > 0"],
            conclusion=["lip == e"],
        )
    )


SETS = (
    Implication(("gain <= lip * w", "gain >= e * w", "w * lip - w * e == wd", "wd < 0"), "0 > 0"),
    Implication(("gain <= e * w", "gain >= e * w"), "gain - e * w >= 0"),
    Implication(("gain == e * w",), "gain - e * w >= 0"),
)


@claim(
    "eq-26.amended",
    by="symbolic",
    subject=SETS,
    sabotage={"no duality": (SETS[0].without(0), *SETS[1:]), "W = 0 admitted": (SETS[0].without(3), *SETS[1:])},
)
def test_equation_26_amended(evidence, subject):
    """wd = W (Lip f - ε): negative exactly when Lip f < ε, because W > 0."""
    smaller, first, last = subject
    evidence.certify(smaller.proof("Pf − Qf ≥ ε𝒲 forces Lip(f) ≥ ε"))
    evidence.certify(first.proof("so the first set is Lip(f) = ε, Pf − Qf = ε𝒲 …"))
    evidence.certify(
        last.proof("… and its members, like ε times a potential, satisfy the constraint: it is the last set")
    )
    evidence.certify(
        identity(
            "ε times a function with constant 1: gain and Lipschitz constant scale by ε",
            ("e * p - e * q", "e * (p - q)"),
        )
    )
    evidence.assume("Kantorovich–Rubinstein duality")


def train_on_figure_4(scale, device):
    """The KR- and the hinge-trained network on Figure 4's points, moved to be centred at 0."""
    from dataclasses import replace

    from checks.training import TrainingConfig, fit_cached

    points, labels = figure_4_data()
    steps = 3000 if scale == "quick" else 12_000
    common = TrainingConfig(batch=len(points), unit=40.0, steps=600, loss="kr")
    configs = {
        "kr": common,
        "hinge": replace(common, loss="hinge", margin=0.4, steps=steps),
    }
    return {
        loss: fit_cached(points, labels, config, device=device, progress=True).network
        for loss, config in configs.items()
    } | {"points": points, "labels": labels}


def figure_4_data():
    import numpy as np

    p, q = atoms(20)
    return np.array([*p, *q], dtype=float)[:, None] - 39.5, np.repeat([1.0, -1.0], 20)


def best_accuracy(values, labels):
    """The greatest share of right signs over all thresholds between neighbouring values."""
    import numpy as np

    ordered = np.sort(values)
    thresholds = [ordered[0] - 1, *((ordered[1:] + ordered[:-1]) / 2), ordered[-1] + 1]
    return max(float((((values > t) == (labels > 0)) & (values != t)).mean()) for t in thresholds)


@claim(
    "fig-4.networks",
    by="training",
    build=train_on_figure_4,
    sabotage={
        "the two networks exchanged": lambda t: t | {"kr": t["hinge"], "hinge": t["kr"]},
        "half of the KR network": lambda t: t | {"kr": lambda x, f=t["kr"]: f(x) / 2},
        "the labels exchanged": lambda t: t | {"labels": -t["labels"]},
    },
)
def test_networks_on_figure_4(evidence, subject):
    """The losses of the final weights in float64; both networks have a certified constant of at most 1."""
    points, labels = subject["points"], subject["labels"]
    kr, hinge = subject["kr"](points), subject["hinge"](points)
    loss = float((-labels * kr).mean())
    evidence.fact("the KR loss comes within 1 % of the least one, −3/2", -1.5 <= loss <= -1.485)
    accuracy = best_accuracy(kr, labels)
    evidence.fact(
        "the KR network with its best threshold is right at no more than 22 of 40 points", accuracy <= 22 / 40
    )
    evidence.fact("the hinge network is right at all 40 points", bool(((hinge > 0) == (labels > 0)).all()))
    evidence.value("KR loss of the KR network", loss)
    evidence.value("its accuracy with the best threshold", accuracy)
    evidence.value("accuracy of the hinge network", best_accuracy(hinge, labels))
    evidence.count(40, 0)
    order = points[:, 0].argsort()
    for name, values in (("KR", kr), ("hinge", hinge)):
        evidence.figure(
            "curve",
            f"The network trained with the {name} loss, at Figure 4's forty points.",
            x=(points[order, 0] + 39.5).tolist(),
            y=values[order].tolist(),
            xlabel="x",
            ylabel="f(x)",
        )
