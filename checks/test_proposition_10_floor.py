"""Proposition 10 in numbers: the gradients left on the digits, at the exact minimiser and at a trained network."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from checks.arguments import certify, without
from checks.witness import Implication

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
    """margins: y f at the examples of the minimiser and of the trained network. floors: of all minimisers; by_risk:
    of all functions with the network's risk. bounds: on the least risk."""

    exact: Any
    trained: Any
    floors: Any
    by_risk: Any
    bounds: tuple[float, float]
    risk: float
    certified: float


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


def measure(scale, device):
    """L = T = 1."""
    import numpy as np

    from checks.epochs import SIZES, sample
    from checks.training import TrainingConfig, fit_cached
    from theory._saturation import gradient_floors
    from theory.losses import BCE
    from theory.risk import minimize_risk

    digits = sample("quick", None)
    best = minimize_risk(digits.points, digits.labels, 1.0, tolerance=1e-6)
    config = TrainingConfig(loss=BCE(), **SIZES[scale])
    network = fit_cached(digits.points, digits.labels, config, device=device, progress=True).network
    margins = digits.labels * network(digits.points)
    risk = float(np.logaddexp(0, -margins).mean())
    return Floors(
        digits.labels * best.values, margins, gradient_floors(digits.points, digits.labels, 1.0),
        risk_floors(digits.points, digits.labels, 1.0, risk), (float(best.lower_bound), float(best.risk)), risk,
        network.certified_lipschitz(),
    )  # fmt: skip


@claim(
    "prop-10.floor",
    by="training",
    build=measure,
    sabotage={
        "margins of twice the size": lambda f: replace(f, exact=3 * f.exact, trained=3 * f.trained),
        "six times the floors": lambda f: replace(f, floors=6 * f.floors),
        "the risk's floors a thousandfold": lambda f: replace(f, by_risk=1000 * f.by_risk),
        "a network 1 % too steep": lambda f: replace(f, certified=1.01 * f.certified),
        "a risk not reached": lambda f: replace(f, risk=0.9 * f.bounds[0]),
    },
)
def test_the_floor_on_the_digits(evidence, subject):
    from scipy.special import expit

    exact, trained = expit(-subject.exact), expit(-subject.trained)
    lower, least = subject.bounds
    evidence.fact("the least risk is certified to 10⁻⁶", least - lower <= 1e-6 * least)
    evidence.fact(
        "the exact minimiser is above the minimisers' floor at every example", (exact >= subject.floors).all()
    )
    evidence.fact("the network is certified 1-Lipschitz", subject.certified <= 1)
    evidence.fact("its risk is not below the least", subject.risk >= lower)
    evidence.fact("it is above the floor of its risk at every example", (trained >= subject.by_risk).all())
    evidence.fact("that floor is positive", subject.by_risk.min() > 0)
    evidence.value("least |∂ℓ| of the exact minimiser, of the network", f"{exact.min():.5g}, {trained.min():.5g}")
    least_floors = f"{subject.floors.min():.5g}, {subject.by_risk.min():.5g}"
    evidence.value("least floor of minimisers, of the network's risk", least_floors)
    evidence.value("BCE: least, the network's", f"{least:.5g}, {subject.risk:.5g}")
    evidence.count(len(exact), 0)
