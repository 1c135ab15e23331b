"""What is trained and how, and what a caller may hand in."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike

from checks.arrays import Floats, floats
from checks.networks import ACTIVATIONS
from checks.training._losses import SQUARED, family
from theory.losses import LOSSES, Loss, as_loss

ORTHOGONAL, UNCONSTRAINED = "orthogonal", "none"

_WHOLE = ("width", "depth", "steps", "batch", "seed")
_MOST_SEED = 10**13  # the seeds of an epoch's order are a million times as large, and torch takes 64 bits
_LEAST, _MOST = (float(bound) for bound in (np.finfo(np.float32).tiny, np.finfo(np.float32).max))
_MOST_SAMPLE = 2.0**60  # float32 has the squares, and sums of many
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
        seed: of the initial weights and of the order of the rows; 10^13 at most.
        loss: "mse", or for labels +-1 an object of `theory.losses` or the name of one, as for `theory.risk`, which sees
            outputs in the unit of the data.
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
            object.__setattr__(self, name, _real(name, getattr(self, name)))
        for name in _POSITIVE:
            value = getattr(self, name)
            check(name, value, 0 < value < math.inf, "positive and finite")
            check(name, value, _LEAST <= value <= _MOST, f"one of float32's numbers, {_LEAST:.2g} to {_MOST:.2g}")
        size = self.lipschitz * self.unit
        check("lipschitz * unit", size, _LEAST <= size <= _MOST, f"one of float32's, {_LEAST:.2g} to {_MOST:.2g}")
        check("seed", self.seed, self.seed <= _MOST_SEED, "at most 10^13")
        check("momentum", self.momentum, 0 <= self.momentum < 1, "in [0, 1)")
        named = isinstance(self.loss, str) and self.loss in (SQUARED, *LOSSES)
        wanted = f"{SQUARED}, {', '.join(LOSSES)} or an object of theory.losses"
        check("loss", self.loss, isinstance(self.loss, Loss) or named, wanted)
        if self.loss != SQUARED:
            object.__setattr__(self, "loss", as_loss(self.loss))
        family(self.loss)
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


def _real(name: str, value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name}={value!r}: must be a number that float64 has") from None


def count(name: str, value: object) -> int | None:
    """A whole number from 1 on, or None."""
    whole = None if value is None else _whole(name, value)
    check(name, value, whole is None or whole >= 1, "at least 1, or None")
    return whole


def samples(x: ArrayLike, y: ArrayLike, configs: Iterable[TrainingConfig]) -> tuple[Floats, Floats]:
    """Points (p, n) and values (p,), which may come as a column, that every configuration can be trained on."""
    points, values = floats("x", x), floats("y", y)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if points.ndim != 2 or not points.size or values.shape != points.shape[:1]:
        raise ValueError(f"x has shape {points.shape} and y {values.shape}: give (p, n) and (p,)")
    if not (np.isfinite(points).all() and np.isfinite(values).all()):
        raise ValueError("x or y holds a number that is not finite: drop those rows")
    for config in configs:
        check("batch", config.batch, config.batch <= len(points), f"at most the number of rows, {len(points)}")
        _check_size("x", points, config)
        _check_size("y", values, config)
        if config.loss != SQUARED and not (np.abs(values) == 1.0).all():
            binary = "2 * y - 1" if np.isin(values, (0.0, 1.0)).all() else "np.where(y > 0, 1, -1)"
            raise ValueError(
                f"loss={config.loss!r} is one of the margin: give labels y of -1 and 1, such as {binary}, or loss='mse'"
            )
    return points, values


def _check_size(name: str, values: Floats, config: TrainingConfig) -> None:
    """That training, which is in float32 and in `unit`, can tell them from infinity and from 0."""
    largest = float(np.abs(values).max())
    if name == "y" and config.loss != SQUARED:
        return
    if largest > min(_MOST_SAMPLE * config.unit, _MOST) or 0 < largest < _LEAST * max(1.0, config.unit):
        raise ValueError(
            f"{name} has size {largest:.3g} and unit={config.unit!r}: training is in float32 and in that unit; "
            f"pass a unit near the size of the data, and scale data beyond {_LEAST:.2g} and {_MOST:.2g}"
        )


def device_of(name: str) -> torch.device:
    """The device of that name: auto is a GPU when there is one."""
    if name not in ("auto", "cpu", "cuda"):
        raise ValueError(f"device={name!r}: choose auto, cpu or cuda")
    if name == "cuda" and not torch.cuda.is_available():
        raise ValueError("device='cuda': torch finds no GPU here; choose auto or cpu")
    return torch.device("cuda" if name != "cpu" and torch.cuda.is_available() else "cpu")
