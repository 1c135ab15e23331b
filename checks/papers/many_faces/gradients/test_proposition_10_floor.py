"""Proposition 10 in numbers: the gradients left on the digits, at the exact minimiser and at a trained network."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from checks.argument import certify, without
from checks.implication import Implication
from checks.randomness import streams
from checks.statistics import TRAININGS, spread

claim = pytest.mark.claim

ARGUMENT = {
    "an example of the other label has a margin of at most L d − t": Implication(
        ("t + u == gap", "gap <= Ld"), "u <= Ld - t"
    ),
    "so the losses of the other label are at least S(t), where e ≥ the sum of all losses": Implication(
        ("others >= S", "e >= others + rest", "rest >= 0"), "S <= e"
    ),
    "S increases: t > s would give S(t) > S(s) = e": Implication(("S <= e", "S > Ss", "Ss == e"), "0 > 0"),
    "t ≤ s leaves a derivative T σ(−T t) of at least T σ(−T s)": Implication(
        ("slope + slope * o == T", "slope * o <= slope * R", "K + K * R == T"), "slope + slope * R >= K + K * R"
    ),
}
"""t, u: margins y f of two examples of opposite labels, gap = |f(x) − f(z)|, S(t) = ∑ w log(1 + exp(T (t − L d)))."""


@claim(
    "prop-10.risk",
    by="symbolic",
    subject=ARGUMENT,
    sabotage={
        "not L-Lipschitz": without(ARGUMENT, 0, 1),
        "losses that may be negative": without(ARGUMENT, 1, 2),
        "S not increasing": without(ARGUMENT, 2, 1),
        "unbounded odds": without(ARGUMENT, 3, 1),
    },
)
def test_the_floor_of_a_low_risk(evidence, subject):
    certify(evidence, subject)
    evidence.assume("log(1 + exp(s)) is increasing, positive, continuous and unbounded; exp is increasing")


@dataclass(frozen=True)
class Floors:
    """exact: margins y f at the examples of the minimiser, (p,). trained: of the networks, (seeds, p). floors: of all
    minimisers, (p,); by_risk: of all functions with the greatest of the networks' risks. bounds: on the least risk.
    reached: the sums S(t) of `prop-10.risk` at the networks' margins t, (seeds, p). risks, certified: of the networks.
    """

    exact: Any
    trained: Any
    floors: Any
    by_risk: Any
    bounds: tuple[float, float]
    reached: Any
    risks: list[float]
    certified: float


def reached(points, labels, lipschitz, margins):
    """The sum over the other label, S(t) = ∑ w log(1 + exp(t − L d)), at t = margins (k, p); (k, p)."""
    import numpy as np
    from scipy.spatial.distance import cdist

    sums = np.empty_like(margins)
    for label in (-1, 1):
        one, other = labels == label, labels == -label
        reach = lipschitz * cdist(points[one], points[other])
        for row, total in zip(margins, sums, strict=True):
            total[one] = np.logaddexp(0, row[one][:, None] - reach).sum(axis=1) / len(labels)
    return sums


def risk_floors(points, labels, lipschitz, risk):
    """For each example a lower bound of |l'| of every L-Lipschitz f with such a BCE, (p,): see `prop-10.risk`."""
    import numpy as np
    from scipy.spatial.distance import cdist
    from scipy.special import expit

    floors = np.empty(len(labels))
    for label in (-1, 1):
        one, other = labels == label, labels == -label
        reach = lipschitz * cdist(points[one], points[other])
        low, high = np.zeros(one.sum()), reach.max(axis=1) + risk * len(labels)
        for _ in range(24):
            middle = (low + high) / 2
            above = np.logaddexp(0, middle[:, None] - reach).sum(axis=1) / len(labels) > risk
            low, high = np.where(above, low, middle), np.where(above, middle, high)
        floors[one] = expit(-high)
    return floors


def measure(scale, device, *, claims_seed):
    """L = T = 1; the networks are those of Figure 3a."""
    import numpy as np

    from checks.papers.many_faces.experiments.epochs import Case, config, sample
    from checks.training import fit_many_cached
    from theory.losses import BCE
    from theory.risk import gradient_floors, minimize_risk

    digits = sample("quick", None)
    best = minimize_risk(digits.points, digits.labels, 1.0, tolerance=1e-6)
    configs = [config(Case(1.0, BCE(), 1.0), seed, scale) for seed in streams(TRAININGS, claims_seed)]
    networks = [each.network for each in fit_many_cached(digits.points, digits.labels, configs, device=device)]
    margins = np.array([digits.labels * network(digits.points) for network in networks])
    risks = np.logaddexp(0, -margins).mean(axis=1).tolist()
    return Floors(
        digits.labels * best.values,
        margins,
        gradient_floors(digits.points, digits.labels, 1.0),
        risk_floors(digits.points, digits.labels, 1.0, max(risks)),
        (float(best.lower_bound), float(best.risk)),
        reached(digits.points, digits.labels, 1.0, margins),
        risks,
        max(network.certified_lipschitz() for network in networks),
    )


@claim(
    "prop-10.floor",
    by="training",
    build=measure,
    sabotage={
        "margins of three times the size": lambda f: replace(f, exact=3 * f.exact),
        "six times the floors": lambda f: replace(f, floors=6 * f.floors),
        "sums ten times as large": lambda f: replace(f, reached=10 * f.reached),
        "no floor": lambda f: replace(f, by_risk=0 * f.by_risk),
        "a network 1 % too steep": lambda f: replace(f, certified=1.01 * f.certified),
        "a risk not reached": lambda f: replace(f, risks=[0.9 * f.bounds[0], *f.risks[1:]]),
    },
)
def test_the_floor_on_the_digits(evidence, subject):
    import numpy as np
    from scipy.special import expit

    exact, trained = expit(-subject.exact), expit(-subject.trained)
    lower, least = subject.bounds
    evidence.fact("the least risk is certified to 10⁻⁶", least - lower <= 1e-6 * least)
    evidence.fact(
        "the exact minimiser is above the minimisers' floor at every example", (exact >= subject.floors).all()
    )
    evidence.fact("every network is certified 1-Lipschitz", subject.certified <= 1)
    evidence.fact("no risk is below the least", min(subject.risks) >= lower)
    says = "S(t) ≤ e at every example of every network: |∂ℓ| is above the floor of its risk e"
    evidence.fact(says, (subject.reached <= np.array(subject.risks)[:, None]).all())
    evidence.fact("that floor is positive, for the greatest of the risks and so for all", subject.by_risk.min() > 0)
    evidence.value("least |∂ℓ| of the exact minimiser", float(exact.min()))
    evidence.value("least |∂ℓ| of the networks", spread(trained.min(axis=1)))
    least_floors = f"{subject.floors.min():.5g}, {subject.by_risk.min():.5g}"
    evidence.value("least floor of minimisers, of the networks' greatest risk", least_floors)
    evidence.value("BCE: least, the networks'", f"{least:.5g}, {spread(subject.risks)}")
    evidence.count(trained.size, 0)
