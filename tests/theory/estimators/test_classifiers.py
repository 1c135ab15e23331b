"""What the classifiers answer, against the functions that they stand on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_blobs
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from theory import highest_mountain, minimize_risk
from theory.estimators import HighestMountainClassifier, LeastRiskClassifier

SQUARE = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0], [4.0, 4.0]])


def blobs(classes: int, count: int = 60, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    points, labels = make_blobs(count, 2, centers=classes, cluster_std=1.5, random_state=seed)
    return points, np.array(["lion", "mouse", "newt", "owl"])[labels]


def test_two_classes_are_a_highest_mountain() -> None:
    points, labels = blobs(2)
    model = HighestMountainClassifier().fit(points, labels)
    f = highest_mountain(points[labels == "mouse"], points[labels == "lion"])
    queries = np.random.default_rng(0).uniform(-10, 10, (50, 2))
    assert np.array_equal(model.decision_function(queries), f(queries))
    assert np.array_equal(model.predict(queries), np.where(f.label(queries) > 0, "mouse", "lion"))
    assert np.array_equal(model.certified_radius(queries), np.abs(f(queries)))
    assert np.array_equal(model.gradient(queries), f.gradient(queries), equal_nan=True)


@pytest.mark.parametrize("classes", [2, 3, 4])
def test_the_radius_of_the_mountain_is_exact(classes: int) -> None:
    """No direction changes the label within it; the adversarial point, just beyond it, does."""
    points, labels = blobs(classes)
    model = HighestMountainClassifier().fit(points, labels)
    rng = np.random.default_rng(1)
    queries = rng.uniform(-10, 10, (40, 2))
    radius, labels_there = model.certified_radius(queries), model.predict(queries)
    for _ in range(50):
        ways = rng.normal(size=queries.shape)
        ways *= (1 - 1e-9) * (radius / np.linalg.norm(ways, axis=1))[:, None]
        assert np.array_equal(model.predict(queries + ways), labels_there)
    moved = model.adversarial(queries)
    assert (model.predict(moved) != labels_there).all()
    assert (np.linalg.norm(moved - queries, axis=1) <= radius * (1 + 2e-6)).all()


def test_the_jacobian_of_several_classes() -> None:
    points, labels = blobs(4)
    model = HighestMountainClassifier().fit(points, labels)
    queries = np.random.default_rng(2).uniform(-8, 8, (30, 2))
    jacobian = model.gradient(queries)
    assert jacobian.shape == (30, 4, 2)
    step = 1e-6
    for axis in range(2):
        shift = np.eye(2)[axis] * step
        slope = (model.decision_function(queries + shift) - model.decision_function(queries - shift)) / (2 * step)
        there = np.isfinite(jacobian[:, :, axis])
        assert there.mean() > 0.9
        # A kink within a step is met by few queries, if any.
        assert np.isclose(slope[there], jacobian[:, :, axis][there], atol=1e-6).mean() > 0.95


def test_points_of_two_classes_are_refused() -> None:
    with pytest.raises(ValueError, match="is in both"):
        HighestMountainClassifier().fit([[0.0], [0.0], [1.0]], [0, 1, 1])


def test_two_classes_are_a_least_risk() -> None:
    points, labels = blobs(2)
    model = LeastRiskClassifier(lipschitz=0.5).fit(points, labels)
    least = minimize_risk(points, np.where(labels == "mouse", 1, -1), 0.5)
    assert model.lower_bounds_[0] <= least.risk and least.lower_bound <= model.risks_[0]
    assert model.score(points, labels) == np.mean((np.less(0, least.values)) == (labels == "mouse"))


@pytest.mark.parametrize("extension", ["lower", "middle", "upper"])
@pytest.mark.parametrize("classes", [2, 3])
def test_the_radius_of_least_risk_is_kept(classes: int, extension: str) -> None:
    """It is that of an L-Lipschitz function: no point within it has another label."""
    points, labels = blobs(classes, 30)
    model = LeastRiskClassifier(lipschitz=0.7, loss="hinge", extension=extension).fit(points, labels)
    rng = np.random.default_rng(3)
    queries = rng.uniform(-8, 8, (40, 2))
    radius, labels_there = model.certified_radius(queries), model.predict(queries)
    for _ in range(30):
        ways = rng.normal(size=queries.shape)
        ways *= (1 - 1e-9) * (radius / np.linalg.norm(ways, axis=1))[:, None]
        assert np.array_equal(model.predict(queries + ways), labels_there)


def test_weights_are_repetitions() -> None:
    points, labels = blobs(3, 20)
    times = np.random.default_rng(4).integers(0, 4, len(points))
    one = LeastRiskClassifier().fit(points, labels, sample_weight=times)
    other = LeastRiskClassifier().fit(np.repeat(points, times, axis=0), np.repeat(labels, times))
    assert np.array_equal(one.decision_function(points), other.decision_function(points))


def test_what_cannot_be_attained_is_said() -> None:
    labels = [0, 0, 0, 1]
    with pytest.raises(ValueError, match="balances them"):
        LeastRiskClassifier(loss="kr").fit(SQUARE, labels)
    balanced = LeastRiskClassifier(loss="kr").fit(SQUARE, labels, sample_weight=[1, 1, 1, 3])
    assert balanced.risks_[0] == pytest.approx(-(4 + 4 + 4 * np.sqrt(2)) / 6)
    with pytest.raises(ValueError, match="extension='between'"):
        LeastRiskClassifier(extension="between").fit(SQUARE, labels)
    with pytest.raises(ValueError, match="one class only"):
        LeastRiskClassifier().fit(SQUARE, labels, sample_weight=[1, 1, 1, 0])


def test_frames_pipelines_and_searches() -> None:
    points, labels = blobs(2)
    frame = pd.DataFrame(points, columns=["height", "width"])
    model = GridSearchCV(
        make_pipeline(StandardScaler(), LeastRiskClassifier(loss="hinge")),
        {"leastriskclassifier__lipschitz": [0.1, 1.0, 10.0]},
        cv=3,
        error_score="raise",
    ).fit(frame, labels)
    assert list(model.best_estimator_.feature_names_in_) == ["height", "width"]
    assert model.best_score_ > 0.7
