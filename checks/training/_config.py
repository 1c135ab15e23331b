"""What is trained and how, and what a caller may hand in."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike

from checks.arrays import Floats
from checks.networks import ACTIVATIONS
from checks.training._losses import SQUARED
from theory.losses import Loss

ORTHOGONAL, UNCONSTRAINED = "orthogonal", "none"

_WHOLE = ("width", "depth", "steps", "batch", "seed")
_POSITIVE = ("rate", "end_rate", "bias_rate", "cooling", "unit", "lipschitz", "free_rate")


def check(name: str, value: object, passed: bool, wanted: str) -> None:
    """Raise ValueError unless passed."""
    if not passed:
        raise ValueError(f"{name}={value!r}: must be {wanted}")


@dataclass(frozen=True)
class TrainingConfig:
    """What is trained and how; equal configurations on equal data give equal networks on one machine.

    Orthogonal layers and GroupSort2 as in Béthune et al., Section 2.3; the defaults were chosen for Figure 1.

    Args:
        width, depth: of the hidden layers.
        steps, batch: how many, of how many rows.
        rate: angle (radians) by which a hidden matrix turns in a step.
        end_rate: Adam's rate for the first and last matrix, the first one's divided by sqrt(n/2) when there are n > 2
            inputs.
        bias_rate: for the biases, in units of `unit`; see `fade`.
        cooling: steps after which the rates have halved.
        momentum: of the hidden matrices.
        unit: the length that training calls 1; inputs and outputs are divided by it together, so slopes do not change.
        seed: of the initial weights and of the order of the rows.
        loss: "mse", or for labels +-1 an object of `theory.losses`, which sees outputs in the unit of the data.
        lipschitz: the constant L; what is trained is L times a 1-Lipschitz network, the factor in the last layer.
        constraint: "orthogonal", or "none" for an ordinary network, where Adam moves everything at `free_rate` and the
            other rates do not count.
        activation: groupsort2, fullsort or relu.
        free_rate: Adam's rate without a constraint.

    Raises:
        ValueError: a number out of its range, an unknown name.

    >>> TrainingConfig(steps=400).fade(200)
    0.3333333333333333
    """

    width: int = 128
    depth: int = 5
    steps: int = 2000
    batch: int = 1024
    rate: float = 0.2
    end_rate: float = 0.02
    bias_rate: float = 0.005
    cooling: float = 400.0
    momentum: float = 0.95
    unit: float = 1.0
    seed: int = 0
    loss: str | Loss = SQUARED
    lipschitz: float = 1.0
    constraint: str = ORTHOGONAL
    activation: str = "groupsort2"
    free_rate: float = 0.001

    def __post_init__(self) -> None:
        for name in _WHOLE:
            object.__setattr__(self, name, _whole(name, getattr(self, name)))
            check(name, getattr(self, name), getattr(self, name) >= (name != "seed"), f"at least {int(name != 'seed')}")
        for name in (*_POSITIVE, "momentum"):
            object.__setattr__(self, name, float(getattr(self, name)))
        for name in _POSITIVE:
            check(name, getattr(self, name), 0 < getattr(self, name) < math.inf, "positive and finite")
        check("momentum", self.momentum, 0 <= self.momentum < 1, "in [0, 1)")
        check("loss", self.loss, isinstance(self.loss, Loss) or self.loss == SQUARED, "mse or one of theory.losses")
        self._check_kind()

    def _check_kind(self) -> None:
        kinds = (ORTHOGONAL, UNCONSTRAINED)
        check("constraint", self.constraint, self.constraint in kinds, " or ".join(kinds))
        check("activation", self.activation, self.activation in ACTIVATIONS, f"one of {', '.join(ACTIVATIONS)}")
        even = self.width % 2 == 0 or not ACTIVATIONS[self.activation].even
        check("width", self.width, even, "even: GroupSort2 pairs coordinates")
        sensible = self.lipschitz == 1.0 or self.constraint == ORTHOGONAL
        check("lipschitz", self.lipschitz, sensible, "1 when the constraint is none: there is no constant to impose")

    @property
    def free(self) -> bool:
        """Whether nothing is imposed on the weights."""
        return self.constraint == UNCONSTRAINED

    def fade(self, step: int) -> float:
        """What the rates are multiplied by at a step.

        The noise of a step grows with its rate and its memory lasts as long as the rate is small: rates fall like
        1/step, soon enough that a long run does not spend itself shaking, and reach 0 at the end.
        """
        return (1.0 - step / self.steps) / (1.0 + step / self.cooling)


def _whole(name: str, value: object) -> int:
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise ValueError(f"{name}={value!r}: must be a whole number") from None


def samples(x: ArrayLike, y: ArrayLike, configs: Iterable[TrainingConfig]) -> tuple[Floats, Floats]:
    """Points (p, n) and values (p,) that every configuration can be trained on."""
    points, values = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if points.ndim != 2 or not points.size or values.shape != points.shape[:1]:
        raise ValueError(f"x has shape {points.shape} and y {values.shape}: give (p, n) and (p,)")
    if not (np.isfinite(points).all() and np.isfinite(values).all()):
        raise ValueError("x or y holds a number that is not finite: drop those rows")
    for config in configs:
        check("batch", config.batch, config.batch <= len(points), f"at most the number of rows, {len(points)}")
        if config.loss != SQUARED and not (np.abs(values) == 1.0).all():
            raise ValueError(f"loss={config.loss!r} is one of the margin: give labels y of -1 and 1, or loss='mse'")
    return points, values


def device_of(name: str) -> torch.device:
    """The device of that name: auto is a GPU when there is one."""
    if name not in ("auto", "cpu", "cuda"):
        raise ValueError(f"device={name!r}: choose auto, cpu or cuda")
    if name == "cuda" and not torch.cuda.is_available():
        raise ValueError("device='cuda': torch finds no GPU here; choose auto or cpu")
    return torch.device("cuda" if name != "cpu" and torch.cuda.is_available() else "cpu")
