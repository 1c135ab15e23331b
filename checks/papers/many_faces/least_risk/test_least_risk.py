"""What least risks over L-Lipschitz functions are: which pairs matter, duality, uniqueness, matchings."""

from fractions import Fraction as F
from typing import Any

import pytest

from checks.implication import Implication
from checks.witness import identity, instance

claim = pytest.mark.claim

EXTENSION = {
    "positive": Implication(("f == vj + Ld", "vi - vj <= Ld"), "f >= vi"),
    "negative": Implication(("f <= vj + L0", "L0 == 0"), "f <= vj"),
    "lipschitz": Implication(
        ("fx <= vj + L * xj", "fz == vj + L * zj", "L * xj <= L * xz + L * zj"), "fx - fz <= L * xz"
    ),
}
"""f(x) = min over label -1 of v_j + L d(x, x_j); xj = d(x, x_j), and z's minimum is attained at j."""


@claim(
    "eq-4.pairs",
    by="symbolic",
    subject=EXTENSION,
    sabotage={
        "the pair left out": EXTENSION | {"positive": EXTENSION["positive"].without(1)},
        "no triangle inequality": EXTENSION | {"lipschitz": EXTENSION["lipschitz"].without(2)},
        "half the constant": EXTENSION | {"lipschitz": EXTENSION["lipschitz"].concluding("2 * (fx - fz) <= L * xz")},
    },
)
def test_opposite_pairs_are_enough(evidence, subject):
    evidence.certify(subject["positive"].proof("at label +1 no value falls"))
    evidence.certify(subject["negative"].proof("at label −1 no value rises"))
    evidence.certify(subject["lipschitz"].proof("the minimum is L-Lipschitz"))


@claim(
    "eq-4.pairs",
    by="examples",
    subject="opposite",
    sabotage={"neighbours of opposite labels only": "neighbours", "half of the pairs": "half"},
)
def test_opposite_pairs_by_linear_programmes(evidence, subject):
    """The least hinge loss with some of the constraints against that with all of them."""
    from hypothesis import strategies as st

    def law(points, code):
        points = sorted(points)
        labels = [1 if code >> i & 1 else -1 for i in range(len(points))]
        everything = [(i, j) for i in range(len(points)) for j in range(len(points)) if i != j]
        opposite = [(i, j) for i, j in everything if labels[i] > 0 > labels[j]]
        chosen = {
            "opposite": opposite,
            "neighbours": [(i, j) for i, j in opposite if abs(i - j) == 1],
            "half": opposite[::2],
        }[subject]
        return abs(least_hinge(points, labels, chosen) - least_hinge(points, labels, everything)) < 1e-7

    points = st.lists(st.integers(0, 12), min_size=4, max_size=7, unique=True)
    evidence.examples("the same least hinge loss", law, points, st.integers(1, 126), max_examples=300)


def least_hinge(points, labels, pairs, margin=2.0, lipschitz=0.5):
    """A linear programme in the values and the losses; the margin is wide enough to make the constraints bite."""
    import numpy as np
    from scipy.optimize import linprog

    p = len(points)
    rows, bounds = [], []
    for i, j in pairs:
        row = np.zeros(2 * p)
        row[i], row[j] = 1, -1
        rows.append(row)
        bounds.append(lipschitz * abs(points[i] - points[j]))
    for i, label in enumerate(labels):
        row = np.zeros(2 * p)
        row[i], row[p + i] = -label, -1
        rows.append(row)
        bounds.append(-margin)
    cost = np.repeat([0.0, 1.0], p)
    solution = linprog(cost, A_ub=np.array(rows), b_ub=bounds, bounds=[(-50, 50)] * p + [(0, None)] * p)
    return float(solution.fun)


ALONG = Implication(("r1 <= L * d1", "r2 <= L * d2", "rise == r1 + r2", "L * d == L * d1 + L * d2"), "rise <= L * d")


@claim(
    "eq-4.neighbours",
    by="symbolic",
    subject=ALONG,
    sabotage={"one pair left out": ALONG.without(1), "not on a line": ALONG.without(3)},
)
def test_all_neighbours_are_enough(evidence, subject):
    evidence.certify(subject.proof("slopes of at most L add up along the line"))
    evidence.certify(
        instance(
            "neighbours of opposite labels alone: values 5, 0, −1 respect the only such pair and are no 1-Lipschitz "
            "function's",
            given={"x": [0, 1, 2], "v": [5, 0, -1], "y": [1, 1, -1], "L": 1},
            conclusion=[
                "all(abs(v[i] - v[i + 1]) <= L * (x[i + 1] - x[i]) for i in range(2) if y[i] != y[i + 1])",
                "v[0] - v[2] > L * (x[2] - x[0])",
            ],
        )
    )


# --- duality ------------------------------------------------------------------------------------------------------

MARGINALS = (
    "(g11 + g12) * f1 + (g21 + g22) * f2 - (g11 + g21) * h1 - (g12 + g22) * h2",
    "g11 * (f1 - h1) + g12 * (f1 - h2) + g21 * (f2 - h1) + g22 * (f2 - h2)",
)
WEAK = {
    "edges": Implication(
        ("g1 * (Ld1 - f1 + h1) >= 0", "g2 * (Ld2 - f2 + h2) >= 0"),
        "g1 * f1 - g1 * h1 + g2 * f2 - g2 * h2 <= g1 * Ld1 + g2 * Ld2",
    ),
    "total": Implication(
        ("w1l1 + a1t1 >= c1", "w2l2 + a2t2 >= c2", "a1t1 + a2t2 <= Lcost"), "w1l1 + w2l2 >= c1 + c2 - Lcost"
    ),
}
"""w1l1, w2l2: weighted losses; c1, c2: weighted conjugates, w l + a t >= c by the definition of the conjugate."""


@claim(
    "eq-4.dual",
    by="symbolic",
    subject=(MARGINALS, WEAK),
    sabotage={
        "one marginal forgotten": ((MARGINALS[0].replace("(g12 + g22) * h2", "g22 * h2"), MARGINALS[1]), WEAK),
        "not Lipschitz": (MARGINALS, WEAK | {"edges": WEAK["edges"].without(0)}),
        "the cost added": (MARGINALS, WEAK | {"total": WEAK["total"].concluding("w1l1 + w2l2 >= c1 + c2 + Lcost")}),
    },
)
def test_every_coupling_is_a_lower_bound(evidence, subject):
    """Two examples of each label stand for any number: f1, f2 of label +1, h1, h2 of label -1."""
    marginals, weak = subject
    evidence.certify(identity("∑ αᵢ tᵢ = ∑ γᵢⱼ (f(xᵢ) − f(xⱼ))", marginals))
    evidence.certify(weak["edges"].proof("a sum over pairs of at most γ L d"))
    evidence.certify(
        weak["total"].proof("w ℓ(t) + α t ≥ w ℓ°(α/w) at each example: the risk is at least the dual value")
    )
    evidence.assume("strong duality of finite convex problems with affine constraints (Rockafellar, Theorem 28.2)")


def rational_examples():
    """Points and labels on the line, both labels occurring."""
    from hypothesis import strategies as st

    numbers = st.fractions(min_value=-9, max_value=9, max_denominator=4)
    labels = st.lists(st.sampled_from([1, -1]), min_size=6, max_size=6).map(lambda y: [1, -1, *y])
    return st.lists(numbers, min_size=2, max_size=8), labels, st.integers(1, 5)


@claim(
    "eq-4.dual",
    by="examples",
    subject=F(1),
    sabotage={"1 % more cost": F(101, 100), "half the cost": F(1, 2)},
)
def test_exact_duality_on_the_line(evidence, subject):
    """Hinge loss in rationals: the values are Lipschitz, the coupling is feasible, and both sides are equal."""
    from theory.losses import Hinge
    from theory.risk import minimize_risk

    def law(points, labels, lipschitz):
        labels = labels[: len(points)]
        constant, loss = F(lipschitz, 2), Hinge(margin=F(3, 2))
        weights: Any = [F(1 + i % 3, 4) for i in range(len(points))]
        least = minimize_risk(points, labels, constant, loss, weights=weights)
        values = list(least.values)
        lipschitz_ok = all(
            abs(v - w) <= constant * abs(x - z)
            for x, v in zip(points, values, strict=True)
            for z, w in zip(points, values, strict=True)
        )
        primal = sum(w * loss.value(y * v) for w, y, v in zip(weights, labels, values, strict=True))
        sent = [F(0)] * len(points)
        cost = F(0)
        for i, j, mass in triples(least):
            if mass < 0 or labels[i] != 1 or labels[j] != -1:
                return False
            sent[i], sent[j] = sent[i] + mass, sent[j] + mass
            cost += mass * abs(points[i] - points[j])
        feasible = all(a <= w for a, w in zip(sent, weights, strict=True))
        return lipschitz_ok and feasible and primal == loss.margin * sum(sent) - subject * constant * cost

    evidence.examples("least risk = dual value, exactly", law, *rational_examples(), max_examples=60)


def triples(least):
    """Point of label +1, point of label -1, and mass, for each entry of the coupling."""
    return list(zip(least.rows.tolist(), least.columns.tolist(), least.masses.tolist(), strict=True))


@claim(
    "eq-4.dual",
    by="samples",
    subject=lambda values: values,
    sabotage={"values 0.1 % off": lambda values: 1.001 * values, "values shifted": lambda values: values + 0.01},
)
def test_duality_in_the_plane(evidence, subject):
    """BCE: the lower bound recomputed from the coupling and the risk from the values meet to 10⁻⁸."""
    import numpy as np
    from scipy.special import entr

    from theory.risk import minimize_risk

    rng, agreements, gaps = evidence.rng(7), [], []
    for p in (2, 10, 40, 120):
        points = rng.normal(size=(p, 2))
        labels = np.where(rng.random(p) < 0.4, 1, -1)
        labels[:2] = 1, -1
        least = minimize_risk(points, labels, 2.0, tolerance=1e-9)
        entries = triples(least)
        sent = np.zeros(p)
        cost = 0.0
        for i, j, mass in entries:
            sent[i] += mass
            sent[j] += mass
            cost += mass * np.linalg.norm(points[i] - points[j])
        share = np.clip(sent * p, 0, 1)
        dual = float((entr(share) + entr(1 - share)).sum() / p - 2.0 * cost)
        values = subject(least.values)
        primal = float(np.logaddexp(0, -labels * values).mean())
        distances = np.linalg.norm(points[:, None] - points[None], axis=2)
        lipschitz = bool((np.abs(values[:, None] - values) <= 2.0 * distances + 1e-9).all())
        gaps.append(primal - dual)
        agreements.append(lipschitz and abs(primal - dual) <= 1e-7 * primal)
    evidence.fact("primal and dual values meet, 2-Lipschitz values", all(agreements))
    evidence.value("largest gap", max(gaps))
    evidence.count(4, 7)


STRICT = Implication(("2 * rm < r1 + r2", "r1 == r2", "rm >= r1"), "0 > 0")


@claim(
    "eq-4.unique",
    by="symbolic",
    subject=(STRICT, ("(1 + a**2) * (1 + b**2) - (1 + a*b) ** 2", "(a - b) ** 2")),
    sabotage={
        "convex only": (STRICT._replace(hypotheses=("2 * rm <= r1 + r2", *STRICT.hypotheses[1:])), None),
        "not minimal": (STRICT.without(2), None),
        "a linear loss": (STRICT, ("(a**2) * (b**2) - (a*b) ** 2", "(a - b) ** 2")),
    },
)
def test_minimisers_agree_on_the_examples(evidence, subject):
    strict, square = subject
    evidence.certify(strict.proof("two minimisers with different values: their mean would be better"))
    evidence.certify(identity("ℓ is strictly convex: exp(ℓ(s) + ℓ(t) − 2 ℓ((s + t)/2)) > 1 for s ≠ t", square))
    evidence.certify(Implication(("f - v <= L * d",), "f <= v + L * d").proof("every extension is below vᵢ + L d"))
    evidence.certify(Implication(("v - f <= L * d",), "f >= v - L * d").proof("and above vᵢ − L d"))
    evidence.certify(EXTENSION["lipschitz"].proof("the minimum of the upper bounds is L-Lipschitz"))


@claim(
    "eq-4.hinge",
    by="examples",
    subject=2,
    sabotage={"profit m in place of 2m": 1, "profit 3m": 3},
)
def test_least_hinge_losses_are_matchings(evidence, subject):
    """scipy's assignment solver against the least hinge loss in rationals."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    from theory.losses import Hinge
    from theory.risk import minimize_risk

    def law(points, labels, lipschitz):
        labels = labels[: len(points)]
        margin = F(3, 2)
        ones: Any = [F(1)] * len(points)
        least = minimize_risk(points, labels, F(lipschitz, 2), Hinge(margin=margin), weights=ones)
        plus = [x for x, y in zip(points, labels, strict=True) if y > 0]
        minus = [x for x, y in zip(points, labels, strict=True) if y < 0]
        profit = [[max(F(0), subject * margin - F(lipschitz, 2) * abs(x - z)) for z in minus] for x in plus]
        rows, columns = linear_sum_assignment(np.array(profit, dtype=float), maximize=True)
        separated = all(F(lipschitz, 2) * abs(x - z) >= 2 * margin for x in plus for z in minus)
        total = sum(profit[i][j] for i, j in zip(rows.tolist(), columns.tolist(), strict=True))
        return least.risk == total and (least.risk == 0) == separated

    evidence.examples("least hinge loss = greatest matching, exactly", law, *rational_examples(), max_examples=80)


MATCHED = (
    Implication(("gain == g * (2*m - Ld)", "g * (2*m - Ld) <= g * profit", "g * profit <= profit"), "gain <= profit"),
    Implication(("ti <= f", "tj <= -h", "f - h <= Ld", "li >= m - ti", "lj >= m - tj"), "li + lj >= 2 * m - Ld"),
)


@claim(
    "eq-4.hinge",
    by="symbolic",
    subject=MATCHED,
    sabotage={
        "not Lipschitz": (MATCHED[0], MATCHED[1].without(2)),
        "more than one": (MATCHED[0].without(2), MATCHED[1]),
    },
)
def test_a_matching_bounds_the_hinge_loss(evidence, subject):
    profit, pair = subject
    evidence.certify(pair.proof("the two ends of a matched pair lose at least 2m − L d"))
    evidence.certify(profit.proof("an edge of weight at most 1 gains at most max(0, 2m − L d)"))
    evidence.assume("total unimodularity of bipartite incidence matrices")
    evidence.certify(
        instance(
            "three points, m = 1, L = 1: 0 (+), 1 (−), 3 (+): one matched pair with profit 1 is the least loss",
            given={"x": [0, 1, 3], "y": [1, -1, 1], "v": [F(1), F(0), F(1)], "m": 1},
            conclusion=[
                "sum([max(0, m - s * a) for s, a in zip(y, v)]) == 2 * m - (x[1] - x[0])",
                "all(abs(v[i] - v[j]) <= abs(x[i] - x[j]) for i in range(3) for j in range(3))",
            ],
        )
    )
