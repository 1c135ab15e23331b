"""Least risks for several Lipschitz constants."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any

from numpy.typing import ArrayLike

from theory._entries import entries, shown
from theory._input import plain_number, positive_number
from theory._progress import bar
from theory._types import Array, Number
from theory.losses import Loss
from theory.risk._least import LeastRisk, least_of, supported_loss
from theory.risk._pace import Pace
from theory.risk._sample import read_sample


def risk_path(
    points: ArrayLike,
    labels: ArrayLike,
    lipschitz: Sequence[Number],
    loss: str | Loss = "bce",
    weights: ArrayLike | None = None,
    tolerance: float = 1e-6,
    time_limit: float | None = None,
    progress: bool = False,
) -> list[LeastRisk]:
    """The least risks for several L: what a larger Lipschitz constant can bring on these data, at most.

    Béthune et al., Section 4. As `minimize_risk` for each L, from the least on; in space each search starts from the
    function and the pairs of points that the one before has found.

    Args:
        points, labels, loss, weights, tolerance: as in `minimize_risk`.
        lipschitz: the constants, each greater than 0, in any order.
        time_limit: seconds for all of them together. What is then unfinished has the best bounds reached and `finished`
            False.
        progress: a bar, where tqdm is installed, over the digits that are found in space.

    Returns:
        One `LeastRisk` for each L, in the order given.

    Raises:
        ValueError: no list of constants; else as `minimize_risk`.
        ArithmeticError: as `minimize_risk`.

    >>> found = risk_path([[0, 0], [3, 4]], [1, -1], lipschitz=[0.4, 0.2, 0.1], loss="hinge")
    >>> [round(float(each.risk), 6) for each in found]
    [0.0, 0.5, 0.75]
    """
    chosen = supported_loss(loss)
    constants = [plain_number(f"lipschitz[{k}]", each) for k, each in enumerate(_sequence(lipschitz))]
    for number, each in enumerate(constants):
        positive_number(f"lipschitz[{number}]", each)
    tolerance = positive_number("tolerance", tolerance)
    end = None if time_limit is None else monotonic() + positive_number("time_limit", time_limit)
    answers: dict[int, LeastRisk] = {}
    near = None
    with bar(progress) as advance:
        for place in sorted(range(len(constants)), key=lambda k: float(constants[k])):
            sample = read_sample(points, labels, weights, constants[place], chosen)
            left = None if end is None else max(end - monotonic(), 0.0)
            pace = Pace.of(left, lambda part: advance(part / len(constants)))
            answers[place], last = least_of(sample, chosen, tolerance, pace, near)
            near = last if last.attained else None
    return [answers[place] for place in range(len(constants))]


def _sequence(lipschitz: Any) -> Array:
    given = entries("lipschitz", lipschitz)
    if given.ndim != 1 or not len(given):
        raise ValueError(f"lipschitz={shown(lipschitz)}: pass a list of one constant or more, or call minimize_risk")
    return given
