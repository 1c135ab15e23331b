"""scikit-learn's own tests of the classifier."""

from __future__ import annotations

from typing import Any

import pytest
from sklearn.utils.estimator_checks import estimator_checks_generator

from checks.training.estimators import LipschitzClassifier

NOT_CLAIMED = "check_array_api_input"
"""Arrays of other libraries than numpy: the check skips itself unless scipy is told to take them."""


def conventions() -> list[Any]:
    small = LipschitzClassifier(width=16, depth=2, steps=100, device="cpu")
    return [
        pytest.param(estimator, check, id=f"{number}-{check.func.__name__}")
        for number, (estimator, check) in enumerate(estimator_checks_generator(small))
        if check.func.__name__ != NOT_CLAIMED
    ]


@pytest.mark.parametrize(("estimator", "check"), conventions())
def test_conventions(estimator: Any, check: Any) -> None:
    """Each raises where it does not hold."""
    check(estimator)


def test_there_are_many() -> None:
    assert len(conventions()) > 50
