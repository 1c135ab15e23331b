"""What the classifiers refuse, and that what they certify is so to the last unit."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from theory.estimators import HighestMountainClassifier, LeastRiskClassifier

LINE = np.array([[0.0], [1.0], [4.0], [5.0]])
BOTH = [HighestMountainClassifier, LeastRiskClassifier]


@pytest.mark.parametrize("kind", BOTH)
def test_masks_and_long_integers_are_refused(kind: Any) -> None:
    masked = np.ma.array(LINE, mask=[[0], [0], [0], [1]])
    hidden = np.ma.array([0, 0, 1, 1], mask=[0, 0, 0, 1])
    with pytest.raises(ValueError, match="X has masked"):
        kind().fit(masked, [0, 0, 1, 1])
    with pytest.raises(ValueError, match="y has masked"):
        kind().fit(LINE, hidden)
    with pytest.raises(ValueError, match="X has masked"):
        kind().fit(LINE, [0, 0, 1, 1]).predict(masked)
    with pytest.raises(ValueError, match=f"X has the integer {2**60 + 1}"):
        kind().fit(np.array([[2**60], [2**60 + 1]]), [0, 1])
    with pytest.raises(ValueError, match="y has labels of kinds"):
        kind().fit(LINE, np.array(["a", 1, "b", None], dtype=object))


def test_weights_are_refused_or_taken() -> None:
    with pytest.raises(ValueError, match="sample_weight has masked"):
        LeastRiskClassifier().fit(LINE, [0, 0, 1, 1], np.ma.array([1, 1, 1, 1], mask=[0, 0, 0, 1]))
    one = LeastRiskClassifier().fit(LINE, [0, 0, 1, 1])
    for huge in (1e308, 5e-324):
        assert LeastRiskClassifier().fit(LINE, [0, 0, 1, 1], [huge] * 4).risks_ == one.risks_
    doubled = LeastRiskClassifier().fit(np.repeat(LINE, 2, axis=0), np.repeat([0, 0, 1, 1], 2), [1e308] * 8)
    assert doubled.risks_ == one.risks_
    left = LeastRiskClassifier().fit(LINE, [0, 1, 2, 2], [1, 1, 0, 0])
    assert left.classes_.tolist() == [0, 1]
    with pytest.raises(ValueError, match="extension="):
        LeastRiskClassifier(extension=np.array(["middle", "lower"])).fit(LINE, [0, 0, 1, 1])


@pytest.mark.parametrize("extension", ["lower", "middle", "upper"])
@pytest.mark.parametrize("classes", [2, 3])
def test_no_float_within_the_radius_has_another_label(classes: int, extension: str) -> None:
    """On the line, where two neighbouring floats of different labels are found by halving."""
    rng = np.random.default_rng(classes)
    for lipschitz in (0.7, Fraction(1, 3), 1e-140):
        points = rng.normal(size=(6, 1)) * (1 if lipschitz > 1e-9 else 1e140)
        labels = np.array([*range(classes), *rng.integers(0, classes, 6 - classes)])
        model = LeastRiskClassifier(lipschitz, "hinge", extension=extension).fit(points, labels)
        span = np.ptp(points)
        queries = rng.uniform(points.min() - span, points.max() + span, (20, 1))
        radius, there = model.certified_radius(queries), model.predict(queries)
        assert radius.dtype == np.float64
        ends = rng.uniform(points.min() - span, points.max() + span, (20, 1))
        changed = model.predict(ends) != there
        if not changed.any():
            continue
        near, far = queries[changed], ends[changed]
        for _ in range(70):
            middle = near + (far - near) / 2
            same = (model.predict(middle) == there[changed])[:, None]
            near, far = np.where(same, middle, near), np.where(same, far, middle)
        for start, end, reach in zip(queries[changed, 0], far[:, 0], radius[changed], strict=True):
            assert abs(Fraction(start) - Fraction(end)) > Fraction(reach)


def test_the_radius_is_that_of_the_fit() -> None:
    model = LeastRiskClassifier(1.0).fit(LINE, [0, 0, 1, 1])
    radius = model.certified_radius(LINE)
    assert np.array_equal(model.set_params(lipschitz=100.0).certified_radius(LINE), radius)
