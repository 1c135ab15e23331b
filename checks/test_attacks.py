"""Section 3.2: gradient attacks on a trained 1-Lipschitz network and on the exact Highest Mountain Function."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

claim = pytest.mark.claim

TRAINING = 1_297
"""Digits to train on; the other 500 are attacked."""

SLACK = 1e-6
"""Attacks stay inside the certified ball by this share of its radius, far more than rounding."""

CAUGHT = 0.9
"""The share of digits whose label attacks change within 1.1 times the radius."""


@dataclass(frozen=True)
class Attacked:
    """A classifier f under attack at x (p, n); constant: its certified Lipschitz constant."""

    f: Any
    x: Any
    constant: float
    accuracy: float
    restarts: int = 4

    def radii(self):
        import numpy as np

        return np.abs(self.f(self.x)) / self.constant

    def changed(self, factor):
        """The share of labels that projected attacks within so many radii change."""
        from checks.attacks import projected

        return float((projected(self.f, self.x, factor * self.radii(), restarts=self.restarts)[1] <= 0).mean())


def split():
    """Training and held-out digits, points and labels."""
    import numpy as np

    from checks.epochs import sample

    digits = sample("quick", None)
    order = np.random.default_rng(0).permutation(len(digits.labels))
    parts = order[:TRAINING], order[TRAINING:]
    return [(digits.points[part], digits.labels[part]) for part in parts]


def attack_network(scale, device):
    """A network trained with the hinge loss."""
    from checks.epochs import SIZES
    from checks.training import TrainingConfig, fit_cached
    from theory.losses import Hinge

    (x, y), (unseen, labels) = split()
    network = fit_cached(x, y, TrainingConfig(loss=Hinge(1.0), **SIZES[scale]), device=device, progress=True).network
    accuracy = float((network(unseen) * labels > 0).mean())
    return Attacked(network, unseen, network.certified_lipschitz(), accuracy, 4 if scale == "quick" else 20)


@claim(
    "sec-3.2.attacks",
    by="training",
    build=attack_network,
    sabotage={
        "a network 2 % steeper than certified": lambda a: replace(a, f=a.f.dilated(1.02)),
        "1 % too steep": lambda a: replace(a, f=a.f.dilated(1.01)),
        "half the certified constant": lambda a: replace(a, constant=a.constant / 2),
        "an attack without teeth": lambda a: replace(a, restarts=0),
        "no certificate to speak of": lambda a: replace(a, constant=10 * a.constant),
    },
)
def test_attacks_on_a_network(evidence, subject):
    import numpy as np

    from checks.attacks import crossing

    evidence.fact("|f(x)| > 0 at all digits", subject.radii().min() > 0)
    evidence.fact("no attack within |f(x)|/L changes a label", subject.changed(1 - SLACK) == 0)
    evidence.fact("those within 1.1 |f(x)|/L change nine of ten", subject.changed(1.1) >= CAUGHT)
    ratio = crossing(subject.f, subject.x) / subject.radii()
    evidence.fact("walks across the frontier are never shorter", ratio.min() >= 1 - SLACK)
    evidence.value("held-out digits classified correctly", subject.accuracy)
    evidence.value("labels changed within 1.02 |f(x)|/L", subject.changed(1.02))
    evidence.value("shortest walk across the frontier over |f(x)|/L: least, median", spread(ratio))
    evidence.count(len(ratio), 0)
    counts, edges = np.histogram(ratio[np.isfinite(ratio)], bins=40)
    evidence.figure(
        "histogram",
        "Walks across the frontier of a trained 1-Lipschitz network, over their certified lower bound |f(x)|/L: 500 "
        "held-out digits.",
        edges=edges.tolist(), counts=counts.tolist(), xlabel="length / certificate", ylabel="digits",
    )  # fmt: skip


def spread(ratio):
    import numpy as np

    return f"{ratio.min():.8g}, {np.median(ratio):.5g}"


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


def attack_mountain(scale, device):
    from checks.attacks import crossing
    from theory.hmf import highest_mountain

    (x, y), (unseen, _) = split()
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
    evidence.value("walks along the gradient over |f(x)|: least, median", spread(walks))
    evidence.count(len(ratio), 0)
