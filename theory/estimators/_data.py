"""What is handed to a classifier: scikit-learn's conventions first, then the door of all of theory."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

from theory._input import real_array
from theory._types import Array, Floats, Indices


def points_and_labels(model: BaseEstimator, points: Any, labels: Any) -> tuple[Floats, Array]:
    """(p, n) and (p,), for `fit`."""
    refuse_masked("y", labels)
    found, classes = validate_data(model, points, labels, dtype=np.float64)
    real_array("X", points)  # masked numbers and integers beyond float64 are refused, which scikit-learn lets through
    return found, classes


def queried(model: BaseEstimator, points: Any) -> Floats:
    """(m, n), with as many features as in `fit`."""
    found: Floats = validate_data(model, points, reset=False, dtype=np.float64)
    real_array("X", points)
    return found


def sorted_classes(labels: Array) -> tuple[Array, Indices]:
    """The different labels, sorted, and each label's place among them."""
    try:
        check_classification_targets(labels)
        return np.unique(labels, return_inverse=True)
    except TypeError as error:
        raise ValueError(f"y has labels of kinds that have no order ({error}): pass all of one kind") from error


def refuse_masked(name: str, value: Any) -> None:
    """What is behind a mask is no label and no weight."""
    if np.ma.is_masked(value):
        raise ValueError(f"{name} has masked numbers: leave out the points that they belong to, or fill them")
