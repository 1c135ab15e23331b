"""Section 3.2: gradient attacks on a trained 1-Lipschitz network and on the exact Highest Mountain Function."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from checks.randomness import stream, streams
from checks.statistics import TRAININGS, spread

claim = pytest.mark.claim

TRAINING = 1_297
"""Digits to train on."""

ATTACKED = {"quick": 50, "paper": 500}
"""How many of the other 500 are attacked, on every network."""

SLACK = 1e-6
"""Attacks stay inside the certified ball by this share of its radius, far more than rounding."""

CAUGHT = 0.9
"""The share of digits whose label attacks change within 1.1 times the radius."""


@dataclass(frozen=True)
class Attacked:
    """A classifier f under attack at x (p, n); constant: its certified Lipschitz constant; seed: of the attacks."""

    f: Any
    x: Any
    constant: float
    accuracy: float
    seed: int
    restarts: int = 4

    def radii(self):
        import numpy as np

        return np.abs(self.f(self.x)) / self.constant

    def changed(self, factor):
        """The share of labels that projected attacks within so many radii change."""
        from checks.networks.attacks import projected

        radius = factor * self.radii()
        return float((projected(self.f, self.x, radius, restarts=self.restarts, seed=self.seed)[1] <= 0).mean())


def split(claims_seed):
    """Training and held-out digits, points and labels."""
    import numpy as np

    from checks.papers.many_faces.experiments.epochs import sample

    digits = sample("quick", None)
    order = np.random.default_rng(stream(0, claims_seed)).permutation(len(digits.labels))
    parts = order[:TRAINING], order[TRAINING:]
    return [(digits.points[part], digits.labels[part]) for part in parts]


def attack_networks(scale, device, *, claims_seed):
    """Networks trained with the hinge loss."""
    from checks.papers.many_faces.experiments.epochs import Case, config
    from checks.training import fit_many_cached
    from theory.losses import Hinge

    (x, y), (unseen, labels) = split(claims_seed)
    seeds, count = streams(TRAININGS, claims_seed), ATTACKED[scale]
    configs = [config(Case(1.0, Hinge(1.0)), seed, scale) for seed in seeds]
    networks = [each.network for each in fit_many_cached(x, y, configs, device=device)]
    right = [float((network(unseen) * labels > 0).mean()) for network in networks]
    return [
        Attacked(network, unseen[:count], network.certified_lipschitz(), accuracy, seed)
        for network, accuracy, seed in zip(networks, right, seeds, strict=True)
    ]


def each(**changes):
    """A sabotage of all networks."""
    return lambda attacked: [replace(a, **{name: new(a) for name, new in changes.items()}) for a in attacked]


@claim(
    "sec-3.2.attacks",
    by="training",
    build=attack_networks,
    sabotage={
        "networks 2 % steeper than certified": each(f=lambda a: a.f.dilated(1.02)),
        "1 % too steep": each(f=lambda a: a.f.dilated(1.01)),
        "half the certified constant": each(constant=lambda a: a.constant / 2),
        "an attack without teeth": each(restarts=lambda a: 0),
        "no certificate to speak of": each(constant=lambda a: 10 * a.constant),
    },
)
def test_attacks_on_networks(evidence, subject):
    import numpy as np

    from checks.networks.attacks import crossing

    radii = [attacked.radii() for attacked in subject]
    walks = [crossing(a.f, a.x) / radius for a, radius in zip(subject, radii, strict=True)]
    evidence.fact("|f(x)| > 0 at all digits", min(radius.min() for radius in radii) > 0)
    evidence.fact("no attack within |f(x)|/L changes a label", all(a.changed(1 - SLACK) == 0 for a in subject))
    evidence.fact("walks across the frontier are never shorter", min(ratio.min() for ratio in walks) >= 1 - SLACK)
    caught = [attacked.changed(1.1) for attacked in subject]
    evidence.trials("attacks within 1.1 |f(x)|/L change nine labels of ten", caught, at_least=CAUGHT)
    evidence.value("held-out digits classified correctly", spread(a.accuracy for a in subject))
    evidence.value("labels changed within 1.02 |f(x)|/L, first network", subject[0].changed(1.02))
    evidence.value("walks across the frontier over |f(x)|/L", spread(np.concatenate(walks)))
    evidence.count(sum(map(len, walks)), 0)
    ratios = np.concatenate(walks)
    counts, edges = np.histogram(ratios[np.isfinite(ratios)], bins=40)
    evidence.figure(
        "histogram",
        "Walks across the frontiers of trained 1-Lipschitz networks, over their certified lower bounds |f(x)|/L, at "
        "held-out digits.",
        edges=edges.tolist(),
        counts=counts.tolist(),
        xlabel="length / certificate",
        ylabel="digits",
    )


@dataclass(frozen=True)
class Peak:
    """A Highest Mountain Function: values |f| (p,) at the points x (p, n), places with another label (p, n), lengths of
    walks along the gradient (p,). label: of points, by the nearest digit."""

    values: Any
    x: Any
    attacked: Any
    walks: Any
    label: Any

    def lengths(self):
        import numpy as np

        return np.linalg.norm(self.attacked - self.x, axis=1)


def attack_mountain(scale, device, *, claims_seed):
    from checks.networks.attacks import crossing
    from theory.hmf import highest_mountain

    (x, y), (unseen, _) = split(claims_seed)
    f = highest_mountain(x[y > 0], x[y < 0])
    return Peak(abs(f(unseen)), unseen, f.adversarial(unseen, overshoot=SLACK), crossing(f, unseen), f.label)


@claim(
    "sec-3.2.attacks.hmf",
    by="samples",
    build=attack_mountain,
    sabotage={
        "values 1 % too small": lambda peak: replace(peak, values=0.99 * peak.values),
        "values 1 % too large": lambda peak: replace(peak, values=1.01 * peak.values),
        "perturbations 1 % too short": lambda peak: replace(peak, attacked=peak.x + 0.99 * (peak.attacked - peak.x)),
        "no perturbation": lambda peak: replace(peak, attacked=peak.x),
    },
)
def test_attacks_on_the_mountain(evidence, subject):
    ratio, walks = subject.lengths() / subject.values, subject.walks / subject.values
    changed = subject.label(subject.attacked) != subject.label(subject.x)
    evidence.fact("the label changes at every digit", changed.all())
    evidence.fact("within |f(x)| (1 + 2 · 10⁻⁶)", ratio.max() <= 1 + 2 * SLACK)
    evidence.fact("and not within |f(x)| (1 − 10⁻⁶)", ratio.min() >= 1 - SLACK)
    evidence.fact("walks along the gradient are never shorter either", walks.min() >= 1 - SLACK)
    evidence.value("perturbation over |f(x)|: least, greatest", f"{ratio.min():.9g}, {ratio.max():.9g}")
    evidence.value("walks along the gradient over |f(x)|", spread(walks))
    evidence.count(len(ratio), 0)
