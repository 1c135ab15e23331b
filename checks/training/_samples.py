"""What a caller hands in to train on: points, targets or labels, and weights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from checks.arrays import Floats, floats
from checks.training._config import AUTO, LEAST, MOST, TrainingConfig, check
from checks.training._losses import SQUARED

_MOST_SAMPLE = 2.0**60  # float32 has the squares, and sums of many


@dataclass(frozen=True, eq=False)
class Sample:
    """points (p, n), targets (p,) or (p, K), weights (p,) of mean 1, or None where all are equal; none is 0."""

    points: Floats
    targets: Floats
    weights: Floats | None = None

    @property
    def arrays(self) -> list[Floats]:
        """All there are."""
        return [self.points, self.targets, *([] if self.weights is None else [self.weights])]

    def labels(self, config: TrainingConfig) -> bool:
        """Whether targets are classes: +-1, or 0 to K - 1 of several outputs."""
        if config.loss == SQUARED:
            return False
        if config.outputs > 1:
            return self.targets.ndim == 1
        return bool((np.abs(self.targets) == 1.0).all())

    def compared(self, config: TrainingConfig) -> Floats:
        """What values are compared with: the targets, or of K > 1 outputs 1 for the label and -1 elsewhere."""
        if config.outputs == 1 or not self.labels(config):
            return self.targets
        return np.where(np.arange(config.outputs) == self.targets[:, None], 1.0, -1.0)


def sample_of(
    x: ArrayLike,
    y: ArrayLike,
    configs: Sequence[TrainingConfig],
    weights: ArrayLike | None = None,
    of: str = "",
) -> Sample:
    """A sample that every configuration can be trained on, or with `of`, such as "validation", judged by.

    Raises:
        ValueError: see `checks.training.fit_many`.
    """
    before = f"{of} " if of else ""
    points, targets = floats(f"{before}x", x), floats(f"{before}y", y)
    several = {config.outputs for config in configs}
    if targets.ndim == 2 and targets.shape[1] == 1 and several == {1}:
        targets = targets[:, 0]
    if points.ndim > 2:
        raise ValueError(f"{before}x has shape {points.shape}: give (p, n), such as x.reshape({len(points)}, -1)")
    if points.ndim != 2 or not points.size or targets.shape[:1] != points.shape[:1] or targets.ndim not in (1, 2):
        raise ValueError(f"{before}x has shape {points.shape} and y {targets.shape}: give (p, n) and (p,), or (p, K)")
    if not (np.isfinite(points).all() and np.isfinite(targets).all()):
        raise ValueError(f"{before}x or y holds a number that is not finite: drop those rows")
    found = _weights(before, weights, len(points))
    if found is not None:
        counted = found > 0
        points, targets, found = points[counted], targets[counted], found[counted]
        found = None if (found == found[0]).all() else found / found.mean()
    for config in configs:
        if not of:
            check("batch", config.batch, config.batch <= len(points), f"at most the number of rows, {len(points)}")
        _check_targets(before, points, targets, config)
    return Sample(points, targets, found)


def _check_targets(before: str, points: Floats, targets: Floats, config: TrainingConfig) -> None:
    outputs = config.outputs
    shapes: list[tuple[int, ...]] = [(len(points),)] if outputs == 1 or config.loss != SQUARED else []
    shapes += [] if outputs == 1 or config.labelled else [(len(points), outputs)]
    if targets.shape not in shapes:
        wanted = " or ".join(map(str, shapes))
        raise ValueError(
            f"{before}x has shape {points.shape} and y {targets.shape}: give {wanted} "
            f"with loss={config.loss!r}, {outputs=}"
        )
    if config.image is not None and points.shape[1] != math.prod(config.image):
        wanted = f"(p, {math.prod(config.image)}), an image flattened in every row"
        raise ValueError(f"{before}x has shape {points.shape} and image={config.image}: give {wanted}")
    _check_size(f"{before}x", points, config)
    if not config.labelled and not (outputs > 1 and targets.ndim == 1):
        _check_size(f"{before}y", targets, config)
    elif outputs > 1 and not np.isin(targets, np.arange(outputs)).all():
        raise ValueError(f"{before}y holds what is no label: give whole numbers from 0 to {outputs - 1}, {outputs=}")
    elif outputs == 1 and not (np.abs(targets) == 1.0).all():
        binary = "2 * y - 1" if np.isin(targets, (0.0, 1.0)).all() else "np.where(y > 0, 1, -1)"
        raise ValueError(
            f"loss={config.loss!r} is one of the margin: give labels {before}y of -1 and 1, such as {binary}, or "
            "loss='mse'"
        )


def _check_size(name: str, values: Floats, config: TrainingConfig) -> None:
    """That training, which is in float32 and in `unit`, can tell them from infinity and from 0."""
    largest, unit = float(np.abs(values).max()), config.length
    if largest > min(_MOST_SAMPLE * unit, MOST) or 0 < largest < LEAST * max(1.0, unit):
        raise ValueError(
            f"{name} has size {largest:.3g} and unit={unit!r}: training is in float32 and in that unit; "
            f"pass a unit near the size of the data, and scale data beyond {LEAST:.2g} and {MOST:.2g}"
        )


def _weights(before: str, weights: ArrayLike | None, count: int) -> Floats | None:
    if weights is None:
        return None
    found = floats(f"{before}weights", weights)
    if found.shape != (count,):
        raise ValueError(f"{before}weights has shape {found.shape}: give ({count},)")
    if not (np.isfinite(found) & (found >= 0)).all() or not found.any():
        raise ValueError(f"{before}weights must be finite, at least 0, and not all 0")
    return found / found.max()


def with_units(x: Any, configs: Sequence[TrainingConfig]) -> list[TrainingConfig]:
    """The configurations, "auto" replaced by the points' root mean square distance from their mean; where that is 0,
    by the largest coordinate, or by 1.
    """
    if not any(config.unit == AUTO for config in configs):
        return list(configs)
    points = floats("x", x)
    with np.errstate(over="ignore", invalid="ignore"):
        largest = float(np.abs(points).max(initial=0.0))
        scaled = points / largest if 0 < largest < np.inf and points.ndim == 2 else np.zeros((1, 1))
        spread = float(np.sqrt(((scaled - scaled.mean(axis=0)) ** 2).sum(axis=1).mean())) * largest
    unit = next((value for value in (spread, largest) if LEAST <= value <= MOST), 1.0)
    return [replace(config, unit=unit) if config.unit == AUTO else config for config in configs]
