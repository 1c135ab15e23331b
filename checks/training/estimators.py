"""A classifier in scikit-learn's conventions: a 1-Lipschitz network with certified radii.

It works in scikit-learn's pipelines and searches, with labels of any one kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from checks.arrays import Floats, floats
from checks.networks import LipschitzNetwork
from checks.training._config import TrainingConfig, check
from checks.training._conversion import shapes_of, uneven
from checks.training._fit import fit
from checks.training._losses import AnyLoss, CrossEntropy
from checks.training._recommended import recommended
from checks.training._results import TrainedNetwork
from theory.losses import BCE

__all__ = ["LipschitzClassifier"]

_MOST_SEED = 2**31 - 1


class LipschitzClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """An L-Lipschitz network, trained to tell classes apart: nothing within the certified radius changes a label.

    Béthune et al., Sections 2.3 and 4, Property 1. Of two classes, the sign of one output; of more, the largest of as
    many outputs. Of two, and of more "against" the "rest", no network has a loss below the least risks that
    `theory.estimators.LeastRiskClassifier` finds.

    Args:
        lipschitz: L, of the whole network, Euclidean norms on both sides.
        loss: a name in `theory.losses.LOSSES`, "cross_entropy", an object of either, or a function of yours, as for
            `TrainingConfig`; it sees outputs in the unit of the data. Of two classes cross-entropy is the BCE.
        against: what losses of the margin see of three classes or more: how far the label's output is above the "next"
            largest one, or every output against the "rest" of the classes; see `TrainingConfig`.
        aim: the least loss on "held-out" points, for which margins a tenth wider are asked for in training, or in
            "training"; see `recommended`, by which rates, steps and batches are chosen.
        width, depth: of the hidden layers, with GroupSort2 between.
        steps, batch: how many, of how many points; of all, where there are fewer. None: as recommended.
        validation_fraction: of the points of every class, kept out of training: the network with the least loss there
            is taken. None: all are trained on, and the last network is taken.
        patience: ends training after so many looks (50 in all) without a lower loss on them.
        warm_start: whether `fit` starts from the network there is, if it has the same shape and classes.
        unit: the length that training calls 1, or "auto".
        image, convolutions: (channels, height, width) of the images that points are, flattened in that order, and
            (channels, kernel) of convolutions before the dense layers; see `TrainingConfig`.
        random_state: of initial weights, of the points' order, and of those kept out.
        device: auto, cpu or cuda.

    Attributes:
        classes_: (K,), the labels, sorted.
        n_features_in_: n.
        network_: the network, with one output for two classes, K for more, in the order of `classes_`: what looks at it
            alone, such as `checks.audit`, wants labels by place, `np.searchsorted(classes_, y)`.
        trained_: how it came about, a `TrainedNetwork`.

    >>> model = LipschitzClassifier(loss="hinge", steps=100, random_state=0)
    >>> model = model.fit([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]], ["a", "b", "c"])
    >>> model.predict([[0.0, 0.0], [5.0, 0.0]]).tolist()
    ['a', 'b']
    >>> bool(0 < model.certified_radius([[5.0, 0.0]])[0] <= 2.5 * 2**0.5), model.network_.certified_lipschitz() <= 1
    (True, True)
    """

    classes_: NDArray[Any]
    n_features_in_: int
    network_: LipschitzNetwork
    trained_: TrainedNetwork

    def __init__(
        self,
        lipschitz: float = 1.0,
        loss: AnyLoss = "bce",
        against: str = "next",
        aim: str = "held-out",
        width: int = 128,
        depth: int = 4,
        steps: int | None = None,
        batch: int | None = None,
        validation_fraction: float | None = None,
        patience: int | None = None,
        warm_start: bool = False,
        unit: float | str = "auto",
        image: tuple[int, int, int] | None = None,
        convolutions: Sequence[tuple[int, int]] = (),
        random_state: Any = None,
        device: str = "auto",
    ) -> None:
        self.lipschitz = lipschitz
        self.loss = loss
        self.against = against
        self.aim = aim
        self.width = width
        self.depth = depth
        self.steps = steps
        self.batch = batch
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.warm_start = warm_start
        self.unit = unit
        self.image = image
        self.convolutions = convolutions
        self.random_state = random_state
        self.device = device

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:  # noqa: N803
        """Train a network.

        Points that agree in coordinates and label count as one, with their weights added, and their order does not
        count.

        Args:
            X: (p, n).
            y: (p,), labels of any one kind.
            sample_weight: (p,), at least 0; what weighs 0 is left out, with its class where nothing else is in it. 1
                each by default.

        Raises:
            ValueError: fewer than two classes, NaN, infinity, masked numbers, integers that float64 does not have,
                numbers that float32 cannot hold in that unit; and as `TrainingConfig`.
            DivergenceError: numbers grew beyond all bounds.
        """
        points, labels, weights = self._opened(X, y, sample_weight, reset=True)
        classes, index = _sorted("y", labels)
        if len(classes) < 2:
            raise ValueError(
                "y has one class only among the points that weigh more than 0: give points of at least two"
            )
        old = vars(self).get("classes_") if self.warm_start else None
        known = old is not None and np.array_equal(old, classes)
        return self._train(points, index, weights, classes, vars(self).get("network_") if known else None)

    def partial_fit(
        self,
        X: ArrayLike,  # noqa: N803
        y: ArrayLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Train on from the network there is, for `steps` more; from a new one where parameters have given it another
        shape since.

        Args:
            X, y, sample_weight: as for `fit`.
            classes: (K,), all the labels there will be; needed at the first call, and the same afterwards if given.

        Raises:
            ValueError: as `fit`; no classes at the first call, other ones later, a label that is not among them.
        """
        first = "network_" not in vars(self)
        if first and classes is None:
            raise ValueError("classes must be passed on the first call to partial_fit: all the labels there will be")
        points, labels, weights = self._opened(X, y, sample_weight, reset=first)
        known = _sorted("classes", np.asarray(classes))[0] if classes is not None else self.classes_
        if len(known) < 2:
            raise ValueError("classes holds one class only: give at least two")
        if not first and not np.array_equal(known, self.classes_):
            raise ValueError(f"classes={classes!r} is not the same as on last call to partial_fit: {self.classes_!r}")
        if not set(labels.tolist()) <= set(known.tolist()):
            raise ValueError(f"y has labels that are not among the classes {known!r}")
        start = None if first else self.network_
        return self._train(points, np.searchsorted(known, labels), weights, known, start)

    def decision_function(self, X: ArrayLike) -> Floats:  # noqa: N803
        """f(x), (m,) and positive for `classes_[1]`; for K > 2 classes the f_k(x), (m, K)."""
        network, points = self._queried(X)
        return network(points)

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """The label of the largest f_k, (m,), the first of several; `classes_[0]` where a single f is 0."""
        scores = self.decision_function(X)
        return self.classes_[scores.argmax(axis=1) if scores.ndim > 1 else (scores > 0).astype(np.intp)]

    def certified_radius(self, X: ArrayLike) -> Floats:  # noqa: N803
        """How far every point may move without another label, (m,), in the unit of the data, rounded down; see
        `LipschitzNetwork.certified_radius`.
        """
        network, points = self._queried(X)
        return network.certified_radius(points)

    def _queried(self, given: ArrayLike) -> tuple[LipschitzNetwork, Floats]:
        check_is_fitted(self)
        self._flat(given)
        points: Floats = validate_data(self, given, reset=False, dtype=np.float64)
        floats("X", given)  # masked numbers and integers beyond float64 are refused, which scikit-learn lets through
        return self.network_, points

    def _flat(self, given: ArrayLike) -> None:
        shape = np.shape(given) if self.image is not None else ()
        if len(shape) > 2:
            raise ValueError(f"X has shape {shape}: give a row for every image, such as X.reshape({shape[0]}, -1)")

    def _opened(
        self, given: ArrayLike, labels: ArrayLike, weights: ArrayLike | None, *, reset: bool
    ) -> tuple[Floats, NDArray[Any], Floats]:
        """(p, n), (p,) and (p,), those of weight 0 left out."""
        for name, value in (("y", labels), ("sample_weight", weights)):
            if np.ma.is_masked(value):
                raise ValueError(f"{name} has masked numbers: leave out the points that they belong to, or fill them")
        self._flat(given)
        points, found = validate_data(self, given, labels, reset=reset, dtype=np.float64)
        floats("X", given)
        _sorted("y", found)
        counted = _check_sample_weight(weights, points, dtype=np.float64, ensure_non_negative=True)
        return points[counted > 0], found[counted > 0], counted[counted > 0]

    def _train(
        self,
        points: Floats,
        index: NDArray[np.intp],
        weights: Floats,
        classes: NDArray[Any],
        start: LipschitzNetwork | None,
    ) -> Self:
        points, index, weights = _merged(points, index, weights)
        rng = check_random_state(self.random_state)
        seed, kept = int(rng.randint(_MOST_SEED)), self._kept_out(index, rng)
        config = self._config(len(classes), len(index) - int(kept.sum()), seed)
        targets = np.where(index > 0, 1.0, -1.0) if len(classes) == 2 else index.astype(np.float64)
        if start is not None and not _same_shape(start, config, points.shape[1]):
            start = None
        self.trained_ = fit(
            points[~kept],
            targets[~kept],
            config,
            weights=weights[~kept],
            validation=(points[kept], targets[kept], weights[kept]) if kept.any() else None,
            patience=self.patience,
            start=start,
            device=self.device,
        )
        self.classes_, self.network_ = classes, self.trained_.network
        return self

    def _config(self, classes: int, rows: int, seed: int) -> TrainingConfig:
        loss = self.loss
        if classes == 2 and (isinstance(loss, CrossEntropy) or loss == "cross_entropy"):
            loss = BCE(loss.temperature) if isinstance(loss, CrossEntropy) else BCE()
        told = {name: getattr(self, name) for name in ("steps", "batch") if getattr(self, name) is not None}
        config = recommended(
            loss,
            rows,
            aim=self.aim,
            width=self.width,
            depth=self.depth,
            unit=self.unit,
            image=self.image,
            convolutions=self.convolutions,
            seed=seed,
            lipschitz=self.lipschitz,
            outputs=1 if classes == 2 else classes,
            against=self.against,
            **told,
        )
        return config if config.batch <= rows else replace(config, batch=rows)

    def _kept_out(self, index: NDArray[np.intp], rng: np.random.RandomState) -> NDArray[np.bool_]:
        """Which points are kept out, of every class the same share, rounded down."""
        kept, share = np.zeros(len(index), dtype=bool), self.validation_fraction
        if share is None:
            check("patience", self.patience, self.patience is None, "None without a validation_fraction")
            return kept
        number = isinstance(share, int | float | np.floating) and 0 < share < 1
        check("validation_fraction", share, number, "between 0 and 1, or None")
        for k in np.unique(index):
            [places] = np.nonzero(index == k)
            kept[rng.permutation(places)[: int(share * len(places))]] = True
        check(
            "validation_fraction",
            share,
            bool(kept.any()),
            f"more: no class of these {len(index)} points has one to spare",
        )
        return kept


def _sorted(name: str, labels: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """The different labels, sorted, and each label's place among them."""
    try:
        check_classification_targets(labels)
        return np.unique(labels, return_inverse=True)
    except TypeError as error:
        raise ValueError(f"{name} has labels of kinds that have no order ({error}): pass all of one kind") from error


def _merged(points: Floats, index: NDArray[np.intp], weights: Floats) -> tuple[Floats, NDArray[np.intp], Floats]:
    """Each point with its label once, sorted: training is the same in any order, and repetition is weight."""
    rows, place = np.unique(np.column_stack([index, points]), axis=0, return_inverse=True)
    scaled = np.ldexp(weights, -np.frexp(weights.max())[1])  # so that no sum overflows
    masses = np.asarray(np.bincount(place.ravel(), scaled), dtype=np.float64)
    return np.ascontiguousarray(rows[:, 1:]), rows[:, 0].astype(np.intp), masses


def _same_shape(start: LipschitzNetwork, config: TrainingConfig, inputs: int) -> bool:
    shapes = [weight.shape for weight in start.weights]
    return shapes == shapes_of(config, inputs) and uneven(start, config) is None
