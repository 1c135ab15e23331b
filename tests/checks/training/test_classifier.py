"""The classifier: labels of any kind, certificates that hold, what it refuses."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from checks.networks.attacks import projected
from checks.training import CrossEntropy
from checks.training.estimators import LipschitzClassifier
from theory.estimators import LeastRiskClassifier
from theory.losses import BCE, HKR, Hinge

SMALL = {"width": 16, "depth": 2, "steps": 200, "random_state": 0, "device": "cpu"}


@pytest.fixture
def points() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(120, 2))


def sectors(points: np.ndarray, count: int) -> np.ndarray:
    """Classes around the origin."""
    return ((np.arctan2(*points.T) / np.pi + 1) / 2 * count).astype(int) % count


LABELS = {
    "whole numbers": [3, 7, 11],
    "negative ones": [-5, 0, 5],
    "words": ["fox", "hen", "owl"],
    "objects": np.array(["a", "bb", "ccc"], dtype=object),
    "floats": [0.0, 1.0, 2.0],
}


@pytest.mark.parametrize("kind", LABELS)
@pytest.mark.parametrize("count", [2, 3])
def test_labels_of_any_kind(points, kind: str, count: int) -> None:
    index = sectors(points, count)
    names = np.array(LABELS[kind][:count])
    model = LipschitzClassifier(**SMALL).fit(points, names[index])
    assert model.classes_.tolist() == names.tolist()
    assert model.score(points, names[index]) > 0.85
    plain = LipschitzClassifier(**SMALL).fit(points, index)
    assert np.array_equal(model.decision_function(points), plain.decision_function(points))
    assert model.decision_function(points).shape == ((120,) if count == 2 else (120, 3))
    booleans = LipschitzClassifier(**SMALL).fit(points, index > 0)
    assert booleans.predict(points).dtype == bool


@pytest.mark.parametrize("count", [2, 4])
@pytest.mark.parametrize("lipschitz", [0.3, 1.0, 20.0])
def test_no_attack_within_the_radius(points, count: int, lipschitz: float) -> None:
    model = LipschitzClassifier(lipschitz=lipschitz, **SMALL).fit(points, sectors(points, count))
    assert model.network_.certified_lipschitz() <= lipschitz
    x = np.random.default_rng(1).normal(size=(60, 2))
    radius, label, scores = model.certified_radius(x), model.predict(x), model.decision_function(x)
    assert (radius > 0).mean() > 0.9
    rng = np.random.default_rng(2)
    for _ in range(100):
        step = rng.normal(size=x.shape)
        step /= np.linalg.norm(step, axis=1, keepdims=True)
        assert np.array_equal(model.predict(x + radius[:, None] * step), label)
    if count == 2:
        assert (projected(model.network_, x, radius)[1] > 0).all()
        assert radius == pytest.approx(np.abs(scores) / lipschitz, rel=1e-6)
    else:
        first, second = np.sort(scores, axis=1)[:, [-1, -2]].T
        assert radius == pytest.approx((first - second) / (2**0.5 * lipschitz), rel=1e-6)


def test_no_certificate_beats_the_distance_to_another_class(points) -> None:
    """Balls around two points of different labels do not meet."""
    y = sectors(points, 3)
    model = LipschitzClassifier(**SMALL).fit(points, y)
    right = model.predict(points) == y
    distance = np.linalg.norm(points[:, None] - points, axis=2)
    pairs = model.certified_radius(points)[:, None] + model.certified_radius(points)
    both = right[:, None] & right & (y[:, None] != y)
    assert (pairs[both] <= distance[both] * (1 + 1e-9)).all()


@pytest.mark.parametrize("loss", ["bce", "hinge", HKR(1, 5)], ids=str)
def test_no_network_beats_the_least_risk(points, loss) -> None:
    for count in (2, 3):
        y = sectors(points, count)
        model = LipschitzClassifier(loss=loss, against="rest", batch=120, **SMALL).fit(points, y)
        least = LeastRiskClassifier(loss=loss).fit(points, y)
        assert model.trained_.loss.min() >= least.lower_bounds_.mean() * (1 - 1e-4)


@pytest.mark.parametrize(
    "loss", [BCE(5), Hinge(0.2), CrossEntropy(5), "cross_entropy", "hkr", "squared_hinge"], ids=str
)
@pytest.mark.parametrize("count", [2, 3])
def test_every_loss(points, loss, count: int) -> None:
    y = sectors(points, count)
    model = clone(LipschitzClassifier(loss=loss, **SMALL)).fit(points, y)
    assert model.score(points, y) > 0.8
    assert model.loss == loss, "parameters stay what was given"


def squares(outputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    signs = labels if outputs.ndim == 1 else 2 * torch.nn.functional.one_hot(labels, outputs.shape[1]) - 1
    return (outputs - signs).square().reshape(len(outputs), -1).mean(1)


@pytest.mark.parametrize("count", [2, 3])
def test_a_loss_of_your_own(points, count: int) -> None:
    y = sectors(points, count)
    assert LipschitzClassifier(loss=squares, **SMALL).fit(points, y).score(points, y) > 0.8


def test_order_and_repetition_do_not_count(points) -> None:
    y = sectors(points, 3)
    order = np.random.default_rng(0).permutation(120)
    twice = np.r_[0:120, 0:60]
    weights = np.where(np.arange(120) < 60, 2.0, 1.0)
    model = LipschitzClassifier(**SMALL)
    one = clone(model).fit(points, y).decision_function(points)
    assert np.array_equal(clone(model).fit(points[order], y[order]).decision_function(points), one)
    two = clone(model).fit(points[twice], y[twice]).decision_function(points)
    assert np.array_equal(clone(model).fit(points, y, sample_weight=weights).decision_function(points), two)
    assert np.array_equal(clone(model).fit(points, y, sample_weight=1e300 * weights).decision_function(points), two)
    half = clone(model).fit(points[:60], y[:60]).decision_function(points)
    found = clone(model).fit(points, y, sample_weight=(np.arange(120) < 60).astype(float))
    assert np.array_equal(found.decision_function(points), half)


def test_one_point_in_two_classes_is_no_error() -> None:
    model = LipschitzClassifier(**SMALL).fit([[0.0], [0.0], [1.0]], [0, 1, 1])
    assert model.predict([[5.0]]).tolist() == [1] and model.predict([[0.0]])[0] in (0, 1)


def test_the_network_follows_the_datas_unit(points) -> None:
    """For losses without a scale of their own."""
    y = sectors(points, 2)
    for size in (1e-9, 1e9):
        loss = Hinge(size / 2)
        model = LipschitzClassifier(loss=loss, **SMALL).fit(size * points, y)
        assert model.score(size * points, y) > 0.9
        assert (model.certified_radius(size * points) / size).mean() > 0.2


# --- validation, warm starts, partial fits


def test_points_kept_out_choose_the_network(points) -> None:
    y = sectors(points, 3)
    model = LipschitzClassifier(validation_fraction=0.3, **SMALL).fit(points, y)
    assert model.trained_.validation is not None and model.trained_.steps == 200
    ended = LipschitzClassifier(validation_fraction=0.3, patience=2, loss=BCE(50), **SMALL).fit(points, y)
    assert ended.trained_.steps < 200
    with pytest.raises(ValueError, match="patience=2: must be None without a validation_fraction"):
        LipschitzClassifier(patience=2, **SMALL).fit(points, y)
    for bad in (0.0, 1.0, -1, "a", float("nan")):
        with pytest.raises(ValueError, match=r"validation_fraction=.*: must be between 0 and 1"):
            LipschitzClassifier(validation_fraction=bad, **SMALL).fit(points, y)
    with pytest.raises(ValueError, match="no class of these 2 points has one to spare"):
        LipschitzClassifier(validation_fraction=0.3, **SMALL).fit([[0.0], [1.0]], [0, 1])


def test_warm_starts_go_on(points) -> None:
    y = sectors(points, 3)
    cold = LipschitzClassifier(**SMALL | {"steps": 20}).fit(points, y)
    warm = LipschitzClassifier(warm_start=True, **SMALL | {"steps": 20}).fit(points, y)
    assert warm.trained_.loss.mean() == cold.trained_.loss.mean()
    for _ in range(3):
        warm.fit(points, y)
    losses = cold.trained_.loss.mean(), warm.trained_.loss.mean()
    assert losses[1] < losses[0]
    warm.set_params(width=10).fit(points, y)
    assert warm.network_.weights[0].shape == (10, 2)
    warm.fit(points, sectors(points, 4))
    assert warm.network_.outputs == 4


@pytest.mark.parametrize("count", [2, 3])
def test_partial_fits(points, count: int) -> None:
    y = np.array(["a", "b", "c"])[sectors(points, count)]
    names = ["c", "b", "a"][3 - count :]
    model = LipschitzClassifier(**SMALL | {"steps": 30})
    for start in (0, 40, 80, 0, 40, 80):
        model.partial_fit(points[start : start + 40], y[start : start + 40], classes=names)
    assert model.score(points, y) > 0.8
    one = LipschitzClassifier(**SMALL).partial_fit(points[y == "a"], y[y == "a"], classes=names)
    assert one.predict(points[y == "a"]).tolist() == ["a"] * (y == "a").sum()
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        LipschitzClassifier(**SMALL).partial_fit(points, y)
    with pytest.raises(ValueError, match="labels that are not among the classes"):
        model.partial_fit(points, np.full(120, "z"))
    with pytest.raises(ValueError, match="not the same as on last call"):
        model.partial_fit(points, y, classes=["a", "z"])
    with pytest.raises(ValueError, match="2 features"):
        model.partial_fit(points[:, :1], y)
    for words, classes in {"one class only": ["a"], "no order": np.array(["a", 2.5], dtype=object)}.items():
        with pytest.raises(ValueError, match=words):
            LipschitzClassifier(**SMALL).partial_fit(points[:1], ["a"], classes=classes)
    with pytest.raises(ValueError, match="labels that are not among the classes"):
        LipschitzClassifier(**SMALL).partial_fit(points[:2], [1, 2], classes=["a", "b"])


# --- with the rest of scikit-learn


def test_in_pipelines_and_searches() -> None:
    x, y = load_digits(return_X_y=True)
    x, y = x[:300] / 16, y[:300]
    model = LipschitzClassifier(**SMALL | {"width": 32, "steps": 150})
    assert cross_val_score(model, x, y, cv=3).mean() > 0.8
    assert make_pipeline(StandardScaler(), clone(model)).fit(x, y).score(x, y) > 0.9
    search = GridSearchCV(clone(model), {"lipschitz": [0.001, 2.0], "loss": [Hinge(1)]}, cv=2).fit(x, y)
    assert search.best_params_["lipschitz"] in (0.001, 2.0)
    found = pickle.loads(pickle.dumps(search.best_estimator_))
    assert np.array_equal(found.predict(x), search.predict(x))


# --- what is refused


def test_bad_data_are_named(points) -> None:
    y, model = sectors(points, 2), LipschitzClassifier(**SMALL)
    bad = {
        "one class only": (points, np.ones(120)),
        "one class only among the points": (points, y, (y > 0).astype(float)),
        "NaN": (np.where(points > 1, np.nan, points), y),
        "infinity": (np.where(points > 1, np.inf, points), y),
        "X holds masked entries": (np.ma.masked_greater(points, 1), y),
        "y has masked numbers": (points, np.ma.masked_equal(y, 1)),
        "sample_weight has masked numbers": (points, y, np.ma.masked_equal(np.ones(120), 1)),
        "(?i)negative": (points, y, -np.ones(120)),
        "(?i)inconsistent numbers of samples": (points, y[:-1]),
        "no order": (points, np.array(["a", 2.5] * 60, dtype=object)),
        "Unknown label type": (points, points[:, 0]),
        "unit=.*: training is in float32": (1e300 * points, y),
        "which is no float64": (np.full((120, 2), 2**53 + 1), y),
    }
    for words, given in bad.items():
        with pytest.raises(ValueError, match=words):
            clone(model).set_params(**{"unit": 1.0} if "unit" in words else {}).fit(*given)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lipschitz", 0.0),
        ("loss", "entropy"),
        ("against", "all"),
        ("width", 7),
        ("depth", 0),
        ("steps", 0),
        ("batch", 0),
        ("unit", "meter"),
        ("device", "tpu"),
    ],
)
def test_bad_parameters_are_named(points, name: str, value) -> None:
    with pytest.raises(ValueError, match=f"{name}={value!r}"):
        LipschitzClassifier(**SMALL | {name: value}).fit(points, sectors(points, 3))


def test_a_failed_fit_leaves_the_old_network(points) -> None:
    y = sectors(points, 3)
    model = LipschitzClassifier(**SMALL).fit(points, y)
    before = model.predict(points)
    with pytest.raises(ValueError, match="steps=0"):
        model.set_params(steps=0).fit(points, y > 0)
    assert np.array_equal(model.predict(points), before)
