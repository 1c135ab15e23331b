"""The classifier that no network with that Lipschitz constant beats on its training data."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted

from theory._scales import LEAST_FLOAT
from theory._types import Floats
from theory.estimators._data import points_and_labels, queried, refuse_masked, sorted_classes
from theory.losses import Loss
from theory.risk import LeastRisk, minimize_risk

EPSILON = float(np.finfo(np.float64).eps)
EXTENSIONS = ("middle", "lower", "upper")


class LeastRiskClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A function of least risk among all L-Lipschitz ones, as a classifier with certificates.

    Béthune et al., Section 4 (equations 3 to 5) and Property 1. Several classes: one function each, against all the
    others. Points that agree in coordinates and label count as one, with their weights added.

    Args:
        lipschitz: L > 0, for Euclidean distances.
        loss: a name in `theory.losses.LOSSES` or an object of `theory.losses`.
        tolerance: of the least risks, relative.
        extension: which L-Lipschitz function with the best values on the sample: McShane's, the "lower" or the "upper"
            extreme one, or their "middle".

    Attributes:
        classes_: (K,), the labels, sorted.
        n_features_in_: n.
        solutions_: the `theory.LeastRisk` of `classes_[1]` against `classes_[0]`, or of every class against the others.
        risks_, lower_bounds_: (1,) or (K,), floats: theirs, with weights that add up to 1. No L-Lipschitz function, and
            no network, has a risk below the lower bound.

    >>> model = LeastRiskClassifier(lipschitz=1.0, loss="hinge").fit([[0.0], [2.0]], ["a", "b"])
    >>> model.predict([[0.5], [1.5]]).tolist(), model.risks_.tolist()
    (['a', 'b'], [0.0])
    >>> bool(1 - 1e-9 < model.certified_radius([[0.0]])[0] <= 1)
    True
    """

    classes_: NDArray[Any]
    n_features_in_: int
    solutions_: list[LeastRisk]
    risks_: Floats
    lower_bounds_: Floats

    def __init__(
        self,
        lipschitz: float = 1.0,
        loss: str | Loss = "bce",
        tolerance: float = 1e-6,
        extension: str = "middle",
    ) -> None:
        self.lipschitz = lipschitz
        self.loss = loss
        self.tolerance = tolerance
        self.extension = extension

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:  # noqa: N803
        """Find the least risks.

        Args:
            X: (p, n).
            y: (p,), labels of any one kind.
            sample_weight: (p,), at least 0; what weighs 0 is left out, with its class where nothing else is in it. 1
                each by default.

        Raises:
            ValueError: fewer than two classes, NaN, infinity, masked numbers, integers that float64 does not have, an
                unknown extension, a loss whose least risk these weights do not let any function attain (KR of unequal
                classes); and as `theory.minimize_risk`.
            ArithmeticError: rounding does not allow the tolerance.
        """
        if not isinstance(self.extension, str) or self.extension not in EXTENSIONS:
            raise ValueError(f"extension={self.extension!r}: use one of {EXTENSIONS}")
        points, labels = points_and_labels(self, X, y)
        refuse_masked("sample_weight", sample_weight)
        weights = _check_sample_weight(sample_weight, points, dtype=np.float64, ensure_non_negative=True)
        counted = weights > 0
        self.classes_, index = sorted_classes(labels[counted])
        if len(self.classes_) < 2:
            raise ValueError(
                "y has one class only among the points that weigh more than 0: give points of at least two"
            )
        points, index, weights = _merged(points[counted], index, weights[counted])
        targets = [1] if len(self.classes_) == 2 else range(len(self.classes_))
        self.solutions_ = [
            minimize_risk(points, np.where(index == k, 1, -1), self.lipschitz, self.loss, weights, self.tolerance)
            for k in targets
        ]
        if not all(found.attained for found in self.solutions_):
            raise ValueError(
                f"loss={self.loss!r} has no minimiser where classes weigh so differently: give a sample_weight that "
                "balances them, or another loss"
            )
        self.risks_ = np.array([float(found.risk) for found in self.solutions_])
        self.lower_bounds_ = np.array([float(found.lower_bound) for found in self.solutions_])
        return self

    def decision_function(self, X: ArrayLike) -> Floats:  # noqa: N803
        """f(x), (m,) and positive for `classes_[1]`; for K > 2 classes the f_k(x), (m, K)."""
        scores, _ = self._scores(X)
        return scores if len(self.solutions_) > 1 else scores[:, 0]

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """The label of the greatest f_k, (m,); `classes_[0]` where a single f is 0."""
        scores = self.decision_function(X)
        return self.classes_[scores.argmax(axis=1) if scores.ndim > 1 else (scores > 0).astype(np.intp)]

    def certified_radius(self, X: ArrayLike) -> Floats:  # noqa: N803
        """How far every point may move without another label, (m,), in the unit of the data.

        |f(x)| / L (Béthune et al., Property 1); of several classes, what the greatest f_k exceeds the next
        by, over 2 L: both are L-Lipschitz. Rounded down, by what f(x) here and where the label changes may be off.
        """
        scores, sizes = self._scores(X)
        # The points within the radius have values, and so errors, of at most twice the size.
        off = 3 * (scores_rounding(self.n_features_in_) * sizes + LEAST_FLOAT)
        lipschitz = float(self.solutions_[0].lipschitz)
        if scores.shape[1] == 1:
            spare = np.abs(scores[:, 0]) - off
        else:
            first, second = np.sort(scores, axis=1)[:, [-1, -2]].T
            spare = (first - second - 2 * off) / 2
        return np.maximum(np.nextafter(spare / lipschitz, 0), 0)

    def _scores(self, given: ArrayLike) -> tuple[Floats, Floats]:
        """Of each solution, (m, K) or (m, 1), and of what size the numbers are that add up to them, (m,)."""
        check_is_fitted(self)
        points = queried(self, given)
        scores, sizes = np.empty((2, len(self.solutions_), len(points)))
        for k, found in enumerate(self.solutions_):
            low, high = (np.asarray(one, dtype=np.float64) for one in found.extend(points))
            scores[k] = {"lower": low, "upper": high}.get(self.extension, low + (high - low) / 2)
            sizes[k] = np.abs(low) + np.abs(high) + float(np.abs(found.values).max())
        return scores.T, sizes.max(axis=0)


def scores_rounding(dimension: int) -> float:
    """The relative error of f(x): distances are off by (n + 8) 2^-52 of themselves, and four sums follow."""
    return (dimension + 12) * EPSILON


def _merged(points: Floats, index: NDArray[np.intp], weights: Floats) -> tuple[Floats, NDArray[np.intp], Floats]:
    """Each point with its label once, sorted, and weights that add up to 1: the answer is the same in any order."""
    rows, place = np.unique(np.column_stack([index, points]), axis=0, return_inverse=True)
    masses = np.bincount(place.ravel(), np.ldexp(weights, -np.frexp(weights.max())[1]))  # sums may be beyond float64
    return np.ascontiguousarray(rows[:, 1:]), rows[:, 0].astype(np.intp), masses / masses.sum()
