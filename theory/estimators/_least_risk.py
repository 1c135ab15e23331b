"""The classifier that no network with that Lipschitz constant beats on its training data."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from theory._types import Floats
from theory.losses import Loss
from theory.risk import LeastRisk, minimize_risk

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

    >>> model = LeastRiskClassifier(lipschitz=1.0, loss="hinge").fit([[0.0], [4.0]], ["a", "b"])
    >>> model.predict([[1.0], [3.0]]).tolist(), model.risks_.tolist()
    (['a', 'b'], [0.0])
    >>> model.certified_radius([[0.0]]).tolist()
    [1.0]
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
            y: (p,), labels of any kind.
            sample_weight: (p,), at least 0; what weighs 0 is left out. 1 each by default.

        Raises:
            ValueError: fewer than two classes, NaN or infinity, an unknown extension, a loss whose least risk these
                weights do not let any function attain (KR of unequal classes); and as `theory.minimize_risk`.
            ArithmeticError: rounding does not allow the tolerance.
        """
        if self.extension not in EXTENSIONS:
            raise ValueError(f"extension={self.extension!r}: use one of {EXTENSIONS}")
        points, labels = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(labels)
        self.classes_, index = np.unique(labels, return_inverse=True)
        weights = _check_sample_weight(sample_weight, points, dtype=np.float64, ensure_non_negative=True)
        counted = weights > 0
        if len(np.unique(index[counted])) < 2:
            raise ValueError(
                "y has one class only among the points that weigh more than 0: give points of at least two"
            )
        points, index, weights = _merged(points[counted], index[counted], weights[counted])
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
        check_is_fitted(self)
        points = validate_data(self, X, reset=False, dtype=np.float64)
        scores = np.column_stack([self._score(found, points) for found in self.solutions_])
        return scores if len(self.solutions_) > 1 else scores[:, 0]

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """The label of the greatest f_k, (m,); `classes_[0]` where a single f is 0."""
        scores = self.decision_function(X)
        return self.classes_[scores.argmax(axis=1) if scores.ndim > 1 else (scores > 0).astype(np.intp)]

    def certified_radius(self, X: ArrayLike) -> Floats:  # noqa: N803
        """How far every point may move without another label, (m,), in the unit of the data.

        |f(x)| / L (Béthune et al., Property 1); of several classes, what the greatest f_k exceeds the next
        by, over 2 L: both are L-Lipschitz.
        """
        scores = self.decision_function(X)
        if scores.ndim == 1:
            return np.abs(scores) / self.lipschitz
        first, second = np.sort(scores, axis=1)[:, [-1, -2]].T
        return (first - second) / (2 * self.lipschitz)

    def _score(self, found: LeastRisk, points: Floats) -> Floats:
        both = found.extend(points)
        if self.extension != "middle":
            return np.asarray(getattr(both, self.extension), dtype=np.float64)
        return np.asarray(both.lower + (both.upper - both.lower) / 2, dtype=np.float64)


def _merged(points: Floats, index: NDArray[np.intp], weights: Floats) -> tuple[Floats, NDArray[np.intp], Floats]:
    """Each point with its label once, sorted, and weights that add up to 1: the answer is the same in any order."""
    rows, place = np.unique(np.column_stack([index, points]), axis=0, return_inverse=True)
    masses = np.bincount(place.ravel(), weights)
    return np.ascontiguousarray(rows[:, 1:]), rows[:, 0].astype(np.intp), masses / masses.sum()
