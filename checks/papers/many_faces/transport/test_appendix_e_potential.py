"""Appendix E made exact: minimisers of BCE are L times Kantorovich potentials between the reweighted classes."""

from fractions import Fraction as F

import pytest

from checks.argument import certify, without
from checks.implication import Implication
from checks.papers.many_faces.entropy.odds import IS_OPTIMAL, IS_TRAINING_SET, NONTRIVIAL, RISK
from checks.witness import instance

claim = pytest.mark.claim

POTENTIAL = {
    "tangents: with g in place of f the loss falls by no more than Σ α y (g − f), here at most 0": Implication(
        ("w1 * g1 >= w1 * l1 - a1 * d1", "w2 * g2 >= w2 * l2 - a2 * d2", "a1 * d1 + a2 * d2 <= 0"),
        "w1 * g1 + w2 * g2 >= w1 * l1 + w2 * l2",
    ),
    "conversely a g with Σ α y (g − f) = A > 0 is better for a small step s towards it": Implication(
        ("after <= before - s * A + s * s * B", "s * s * B < s * A"), "after < before"
    ),
    "unequal masses: a constant is such a direction": Implication(("A == plus - minus", "plus > minus"), "A > 0"),
}


@claim(
    "app-e.potential",
    by="symbolic",
    subject=POTENTIAL,
    sabotage={
        "not a potential": without(POTENTIAL, 0, 2),
        "not convex": without(POTENTIAL, 0, 0),
        "a long step": without(POTENTIAL, 1, 1),
        "equal masses": without(POTENTIAL, 2, 1),
    },
)
def test_optimal_means_potential(evidence, subject):
    certify(evidence, subject)
    evidence.assume("log(1 + exp(−t)) is convex with a second derivative of at most 1/4")
    evidence.assume("Kantorovich–Rubinstein duality")


DUAL = {
    "alpha(i)": "w[i] * slope(u[i], y[i])",
    "cost()": "sum([m * abs(x[i] - x[j]) for i, j, m in plan])",
    "mass(label)": "sum([alpha(i) for i in range(len(x)) if y[i] == label])",
    "power(label)": "product([u[i] ** (scale * alpha(i)) for i in range(len(x)) if y[i] == label])",
}


@claim(
    "app-e.potential",
    by="exact",
    subject={"u": [18, F(9, 10), F(10, 9), F(1, 18)], "q": 20},
    sabotage={
        "another function": {"u": [16, F(8, 10), F(10, 8), F(1, 16)], "q": 20},
        "another constant": {"u": [18, F(9, 10), F(10, 9), F(1, 18)], "q": 19},
    },
)
def test_a_minimiser_that_is_a_potential(evidence, subject):
    """Example 3 with exp(L) = 20: exp(19 Σ α y f) = product of odds to whole powers, against exp(19 L cost)."""
    evidence.certify(
        instance(
            "Σ α y f = L 𝒲₁ of the reweighted classes, both of mass 18/19: the plan along which f falls is optimal",
            given={
                "x": [-2, -1, 1, 2],
                "y": [1, -1, 1, -1],
                "w": [9, 1, 1, 9],
                "scale": 19,
                "plan": [[0, 1, F(9, 19)], [2, 3, F(9, 19)]],
            }
            | subject,
            define=RISK | DUAL,
            hypotheses=[*IS_TRAINING_SET, NONTRIVIAL, *IS_OPTIMAL],
            conclusion=["mass(1) == mass(-1)", "power(1) / power(-1) == q ** (scale * cost())"],
        )
    )


@claim(
    "app-e.potential",
    by="samples",
    subject=lambda slopes, labels: slopes,
    sabotage={
        "the classes as they are": lambda slopes, labels: slopes * 0 + 1,
        "weighted by the right probabilities": lambda slopes, labels: 1 - slopes,
    },
)
def test_computed_minimisers_are_potentials(evidence, subject):
    """Points of the plane with unequal weights: equal masses, and a linear programme's transport cost times L."""
    import numpy as np

    from theory.losses import BCE
    from theory.risk import minimize_risk

    rng, cases, worst = evidence.rng(0), 10, [0.0, 0.0]
    for _ in range(cases):
        labels = np.array([1.0, -1.0, *rng.choice([-1.0, 1.0], 10)])
        points, weights = rng.normal(size=(12, 2)), rng.uniform(0.5, 1.5, 12)
        steep = float(rng.uniform(0.5, 4))
        values = minimize_risk(points, labels, steep, "bce", weights, tolerance=1e-9).values
        alpha = weights * subject(np.abs(BCE().derivative(labels * values)), labels)
        plus, minus = alpha[labels > 0], alpha[labels < 0]
        cost = _transport(points[labels > 0], points[labels < 0], plus, minus * plus.sum() / minus.sum())
        errors = abs(plus.sum() / minus.sum() - 1), abs(alpha @ (labels * values) - steep * cost) / (steep * cost)
        worst = [max(a, float(b)) for a, b in zip(worst, errors, strict=True)]
    evidence.fact("the reweighted classes have equal masses within 10⁻³", worst[0] < 1e-3)
    evidence.fact("Σ α y f is L times the transport cost within 10⁻³", worst[1] < 1e-3)
    evidence.value("greatest relative difference of the masses", worst[0])
    evidence.value("greatest relative difference from L 𝒲₁", worst[1])
    evidence.count(cases, 0)


def _transport(sources, targets, supply, demand):
    """The cost of the best plan between masses of one total, by a linear programme over all pairs."""
    import numpy as np
    from scipy.optimize import linprog

    cost = np.linalg.norm(sources[:, None] - targets, axis=2)
    rows = np.concatenate(
        [np.kron(np.eye(len(supply)), np.ones(len(demand))), np.kron(np.ones(len(supply)), np.eye(len(demand)))]
    )
    return linprog(cost.ravel(), A_eq=rows[:-1], b_eq=np.concatenate([supply, demand])[:-1]).fun
