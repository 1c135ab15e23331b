"""The nearest-neighbour classifier with the distance to its frontier."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from theory._types import Floats
from theory.estimators._data import points_and_labels, queried, sorted_classes
from theory.hmf import HighestMountain, MulticlassHighestMountain


class HighestMountainClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """The nearest neighbour's class, and how far a point can move before it changes: no bound, the distance itself.

    Béthune et al., Definitions 1, 3 and 4, and Corollary 3 (amended). Nothing is learnt but the points: of the
    classifiers that are right on all of them, none has a greater least robustness radius.

    Attributes:
        classes_: (K,), the labels, sorted.
        n_features_in_: n.
        mountain_: the function itself, `theory.HighestMountain` for two classes (the second is the positive one) or
            `theory.MulticlassHighestMountain`.

    >>> import numpy as np
    >>> model = HighestMountainClassifier().fit([[0.0], [2.0], [10.0]], ["a", "b", "c"])
    >>> model.predict([[0.5], [8.0]]).tolist(), model.certified_radius([[0.5], [8.0]]).tolist()
    (['a', 'c'], [0.5, 2.0])
    """

    classes_: NDArray[Any]
    n_features_in_: int
    mountain_: HighestMountain | MulticlassHighestMountain

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:  # noqa: N803  the convention
        """Keep the points.

        Args:
            X: (p, n).
            y: (p,), labels of any one kind.

        Raises:
            ValueError: fewer than two classes, a point in two of them, NaN, infinity, masked numbers, integers that
                float64 does not have.
        """
        points, labels = points_and_labels(self, X, y)
        self.classes_, index = sorted_classes(labels)
        sets = [points[index == k] for k in range(len(self.classes_))]
        if len(sets) < 2:
            raise ValueError(f"y has one class only, {self.classes_[0]!r}: give points of at least two")
        self.mountain_ = HighestMountain(sets[1], sets[0]) if len(sets) == 2 else MulticlassHighestMountain(sets)
        return self

    def decision_function(self, X: ArrayLike) -> Floats:  # noqa: N803
        """f(x), (m,) and positive for `classes_[1]`; for K > 2 classes the f_k(x), (m, K)."""
        mountain, points = self._at(X)
        return mountain(points)

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """The nearest neighbour's label, (m,); ties go to the positive class, or the first of several."""
        mountain, points = self._at(X)
        index = mountain.label(points)
        return self.classes_[(index > 0).astype(np.int64) if len(self.classes_) == 2 else index]

    def certified_radius(self, X: ArrayLike) -> Floats:  # noqa: N803
        """How far every point may move before its label changes, (m,), in the unit of the data.

        The distance itself, as accurate as values of `theory.HighestMountain`: rounding may leave it a little above.
        """
        mountain, points = self._at(X)
        return np.abs(mountain.certificate(points).value)

    def gradient(self, X: ArrayLike) -> Floats:  # noqa: N803
        """That of the decision function, (m, n) or (m, K, n); nan where it has a kink."""
        mountain, points = self._at(X)
        return mountain.gradient(points)

    def adversarial(self, X: ArrayLike, overshoot: float = 1e-6) -> Floats:  # noqa: N803
        """Points of another label, (m, n), within (1 + overshoot) times the certified radius."""
        mountain, points = self._at(X)
        return mountain.adversarial(points, overshoot)

    def _at(self, given: ArrayLike) -> tuple[HighestMountain | MulticlassHighestMountain, Floats]:
        check_is_fitted(self)
        return self.mountain_, queried(self, given)
