"""Attacks on theory.estimators: labels and radii against exact distances, radii of least-risk functions by moving."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from tests.fuzz.draws import Rng, pick, whole
from tests.fuzz.hmf import CLOSE, ROUNDING, apart, asked, root, scaled, square, way_out
from tests.fuzz.risk import NO_ANSWER
from tests.fuzz.targets import target
from theory.estimators import HighestMountainClassifier, LeastRiskClassifier


def lengthened(kind):
    """The class, whose radii are too long."""
    return type(
        kind.__name__, (kind,), {"certified_radius": lambda self, x: kind.certified_radius(self, x) * 1.001 + 1}
    )


def wide(model):
    model.__class__ = lengthened(type(model))
    return model


@target(HighestMountainClassifier, breaks={"HighestMountainClassifier": wide}, refuses=CLOSE)
def mountains_as_classifiers(rng: Rng) -> None:
    sets = apart(rng, whole(rng, 1, 2), whole(rng, 2, 3))
    x = asked(rng, sets)
    rows, place, size = scaled(sets, x)
    if max(np.abs(np.concatenate([*sets, x[None]])).max(), 1e-100) > 1e100:
        return
    labels = np.repeat(np.arange(len(sets)), [len(each) for each in sets])
    model = HighestMountainClassifier().fit(np.concatenate(sets), labels)
    nearest = [min(square(place, a) for a in each) for each in rows]
    own = nearest.index(min(nearest))
    right = root(min(way_out(place, rows[own], c) for k, each in enumerate(rows) if k != own for c in each))
    error = ROUNDING * size + Fraction(1, 2**1060)
    assert abs(Fraction(float(model.certified_radius([x])[0])) - right) <= error or right <= error
    if right > error:
        assert model.predict([x])[0] == own


@target(LeastRiskClassifier, breaks={"LeastRiskClassifier": wide}, refuses=NO_ANSWER + "|has no minimiser|one class")
def least_risks_as_classifiers(rng: Rng) -> None:
    """No point within a certified radius has another label; bounds of the risks are in order."""
    n, count = whole(rng, 1, 2), whole(rng, 2, 8)
    points = rng.integers(-3, 4, (count, n)) * pick(rng, [1.0, 0.1, 1e-3, 1e3])
    labels = np.concatenate([[0, 1], rng.integers(0, whole(rng, 2, 3), count - 2)])
    lipschitz = pick(rng, [0.1, 1.0, 10.0])
    model = LeastRiskClassifier(
        lipschitz, pick(rng, ["bce", "hinge", "squared_hinge"]), extension=pick(rng, ["middle", "lower", "upper"])
    ).fit(points, labels)
    assert (model.lower_bounds_ <= model.risks_).all()
    x = points[whole(rng, 0, count - 1)] + rng.normal(size=n)
    radius = float(model.certified_radius([x])[0])
    if radius > 1e-6:
        ways = rng.normal(size=(8, n))
        ways /= np.linalg.norm(ways, axis=1, keepdims=True)
        assert (model.predict(x + ways * radius * (1 - 1e-9)) == model.predict([x])).all()
    around = model.decision_function(np.array([x, x + 1.0]))
    assert np.abs(around[0] - around[1]).max() <= lipschitz * n**0.5 * (1 + 1e-9) + 1e-12
