"""scikit-learn's own tests of an estimator."""

from __future__ import annotations

from typing import Any

import pytest
from sklearn.utils.estimator_checks import estimator_checks_generator

from theory.estimators import HighestMountainClassifier, LeastRiskClassifier

NOT_CLAIMED = "check_array_api_input"
"""Arrays of other libraries than numpy: the check skips itself unless scipy is told to take them."""


def conventions() -> list[Any]:
    return [
        pytest.param(estimator, check, id=f"{type(estimator).__name__}-{number}-{check.func.__name__}")
        for make in (HighestMountainClassifier, LeastRiskClassifier)
        for number, (estimator, check) in enumerate(estimator_checks_generator(make()))
        if check.func.__name__ != NOT_CLAIMED
    ]


@pytest.mark.parametrize(("estimator", "check"), conventions())
def test_conventions(estimator: Any, check: Any) -> None:
    """Each raises where it does not hold."""
    check(estimator)


def test_there_are_many() -> None:
    assert len(conventions()) > 100
