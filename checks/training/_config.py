"""What is trained and how, and what a caller may hand in."""

from __future__ import annotations

import math
import operator
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch

from checks.networks import ACTIVATIONS
from checks.training._losses import OWN, SQUARED, AnyLoss, CrossEntropy, family
from checks.training._outputs import NEXT, REST
from theory.losses import LOSSES, Loss, as_loss

ORTHOGONAL, UNCONSTRAINED = "orthogonal", "none"
AUTO = "auto"
CROSS_ENTROPY = "cross_entropy"
ADAM, TANGENT = "adam", "tangent"

LEAST, MOST = (float(bound) for bound in (np.finfo(np.float32).tiny, np.finfo(np.float32).max))
"""The least and the largest positive number of float32 that has all its digits."""

_WHOLE = ("width", "depth", "steps", "batch", "seed", "outputs")
_MOST_SEED = 10**13  # the seeds of an epoch's order are a million times as large, and torch takes 64 bits
_ROWS = (list, tuple, np.ndarray)  # what a few numbers may come in
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
            "auto": the points' root mean square distance from their mean.
        seed: of the initial weights and of the order of the rows; 10^13 at most.
        loss: "mse" (of several outputs the squared Euclidean distance); or for labels an object of `theory.losses` or
            the name of one, as for `theory.risk`; for labels of several outputs also a `CrossEntropy` or
            "cross_entropy"; or a function, in torch, of outputs (p,) or (p, K) and targets to losses (p,). All but
            "mse" see outputs in the unit of the data.
        lipschitz: the constant L, Euclidean norms on both sides; what is trained is L times a 1-Lipschitz network, the
            factor in the last layer.
        constraint: "orthogonal", or "none" for an ordinary network, where Adam moves everything at `free_rate` and the
            other rates do not count.
        activation: groupsort2, fullsort or relu.
        free_rate: Adam's rate without a constraint.
        outputs: K; of several, labels are 0 to K - 1, and a label's output should be the largest.
        against: what losses of the margin see of several outputs: "next", the least margin f_y - f_j, whose Lipschitz
            constant is sqrt(2) L; or "rest", every output with the sign 1 of its own class and -1 of the others,
            averaged over the outputs, as `theory.estimators.LeastRiskClassifier`.
        optimizer: of the first and last matrix: "adam", or "tangent", which leaves out of their gradients what the
            constraint undoes and turns the first as the hidden ones, by `end_rate` (radians). Better on the digits;
            "adam" is kept for what was trained with it. See `recommended`.
        image: (channels, height, width), where points are images, flattened in that order.
        convolutions: (channels, kernel) of layers before the dense ones, with square kernels, each of which divides
            height and width of what it is given, and strides as long, without padding: one orthogonal matrix
            (channels, kernel^2 * channels before) is applied to every patch. `bias_rate` and the rate of the first
            matrix are theirs, too. Activations, groupsort2 or relu, act at every place by themselves.

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
    unit: float | Literal["auto"] = 1.0
    seed: int = 0
    loss: AnyLoss = SQUARED
    lipschitz: float = 1.0
    constraint: str = ORTHOGONAL
    activation: str = "groupsort2"
    free_rate: float = 0.001
    outputs: int = 1
    against: str = NEXT
    optimizer: str = ADAM
    image: tuple[int, int, int] | None = None
    convolutions: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        for name in _WHOLE:
            object.__setattr__(self, name, _whole(name, getattr(self, name)))
            check(name, getattr(self, name), getattr(self, name) >= (name != "seed"), f"at least {int(name != 'seed')}")
        positive = [name for name in _POSITIVE if getattr(self, name) != AUTO or name != "unit"]
        for name in (*positive, "momentum"):
            object.__setattr__(self, name, _real(name, getattr(self, name)))
        for name in positive:
            value = getattr(self, name)
            check(name, value, 0 < value < math.inf, "positive and finite")
            check(name, value, LEAST <= value <= MOST, f"one of float32's numbers, {LEAST:.2g} to {MOST:.2g}")
        check("seed", self.seed, self.seed <= _MOST_SEED, "at most 10^13")
        check("momentum", self.momentum, 0 <= self.momentum < 1, "in [0, 1)")
        self._read_loss()
        if self.unit != AUTO:
            wanted = f"one of float32's, {LEAST:.2g} to {MOST:.2g}"
            size = self.lipschitz * self.length
            check("lipschitz * unit", size, LEAST <= size <= MOST, wanted)
            check("loss's slope * lipschitz * unit", self.slope, LEAST <= self.slope <= MOST, wanted)
        self._check_kind()
        self._read_convolutions()

    def _read_convolutions(self) -> None:
        image = None if self.image is None else _wholes("image", self.image, 3)
        if not isinstance(self.convolutions, _ROWS):
            raise ValueError(f"convolutions={self.convolutions!r}: must be a list of pairs (channels, kernel)")
        layers = tuple(_wholes(f"convolutions[{i}]", layer, 2) for i, layer in enumerate(self.convolutions))
        object.__setattr__(self, "image", image)
        object.__setattr__(self, "convolutions", layers)
        if not layers:
            return
        check("image", image, image is not None, "(channels, height, width) where there are convolutions")
        sorts = self.activation == "fullsort"
        check("activation", self.activation, not sorts, "another with convolutions: fullsort sorts whole layers")
        _, height, width = image or (0, 0, 0)
        for i, (channels, kernel) in enumerate(layers):
            fits = height % kernel == 0 and width % kernel == 0
            wanted = f"a kernel that divides the {height} x {width} places there are"
            check(f"convolutions[{i}]", (channels, kernel), fits, wanted)
            even = channels % 2 == 0 or not ACTIVATIONS[self.activation].even
            check(f"convolutions[{i}]", (channels, kernel), even, "of even channels: GroupSort2 pairs them")
            height, width = height // kernel, width // kernel

    def _read_loss(self) -> None:
        loss, names = self.loss, (SQUARED, *LOSSES, CROSS_ENTROPY)
        known = loss in names if isinstance(loss, str) else isinstance(loss, Loss) or callable(loss)
        known = known or isinstance(loss, CrossEntropy)
        wanted = f"{', '.join(names)}, an object of theory.losses, a CrossEntropy or a function"
        check("loss", loss, known and not isinstance(loss, type), wanted)
        check("loss", loss, isinstance(loss, Hashable), "hashable, as functions are")
        if isinstance(loss, str) and loss != SQUARED:
            object.__setattr__(self, "loss", CrossEntropy() if loss == CROSS_ENTROPY else as_loss(loss))
        family(self.loss)
        sensible = self.outputs > 1 or not isinstance(self.loss, CrossEntropy)
        check("loss", loss, sensible, "another for one output, such as 'bce': cross-entropy compares several")

    def _check_kind(self) -> None:
        kinds = (ORTHOGONAL, UNCONSTRAINED)
        check("constraint", self.constraint, self.constraint in kinds, " or ".join(kinds))
        check("activation", self.activation, self.activation in ACTIVATIONS, f"one of {', '.join(ACTIVATIONS)}")
        even = self.width % 2 == 0 or not ACTIVATIONS[self.activation].even
        check("width", self.width, even, "even: GroupSort2 pairs coordinates")
        check("against", self.against, self.against in (REST, NEXT), f"{REST} or {NEXT}")
        check("optimizer", self.optimizer, self.optimizer in (ADAM, TANGENT), f"{ADAM} or {TANGENT}")
        sensible = self.optimizer == ADAM or self.constraint == ORTHOGONAL
        check("optimizer", self.optimizer, sensible, "adam when the constraint is none: nothing has a tangent")
        sensible = self.lipschitz == 1.0 or self.constraint == ORTHOGONAL
        check("lipschitz", self.lipschitz, sensible, "1 when the constraint is none: there is no constant to impose")

    @property
    def length(self) -> float:
        """The unit, as a number.

        Raises:
            ValueError: it is "auto": only data can say.
        """
        if isinstance(self.unit, str):
            raise ValueError("unit='auto' is no number before there are data")
        return self.unit

    @property
    def slope(self) -> float:
        """About how steep the loss is in the output of training, which is in its unit; 1 where that is not known."""
        if isinstance(self.loss, Loss):
            return self.loss.steepest * self.lipschitz * self.length
        return self.loss.temperature * self.lipschitz * self.length if isinstance(self.loss, CrossEntropy) else 1.0

    @property
    def own_loss(self) -> bool:
        """Whether the loss is a function of the caller's."""
        return family(self.loss) == OWN

    @property
    def labelled(self) -> bool:
        """Whether targets are labels whatever they look like."""
        return self.loss != SQUARED and not self.own_loss

    @property
    def free(self) -> bool:
        """Whether nothing is imposed on the weights."""
        return self.constraint == UNCONSTRAINED

    @property
    def tangent(self) -> bool:
        """Whether the first and last matrix move along their tangents."""
        return self.optimizer == TANGENT

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


def _wholes(name: str, value: Any, length: int) -> tuple[int, ...]:
    """So many whole numbers from 1 on."""
    wanted = f"{length} whole numbers, at least 1 each"
    check(name, value, isinstance(value, _ROWS) and len(value) == length, wanted)
    found = tuple(_whole(f"{name}[{i}]", each) for i, each in enumerate(value))
    check(name, value, min(found) >= 1, wanted)
    return found


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


def device_of(name: str) -> torch.device:
    """The device of that name: auto is a GPU when there is one."""
    if name not in ("auto", "cpu", "cuda"):
        raise ValueError(f"device={name!r}: choose auto, cpu or cuda")
    if name == "cuda" and not torch.cuda.is_available():
        raise ValueError("device='cuda': torch finds no GPU here; choose auto or cpu")
    return torch.device("cuda" if name != "cpu" and torch.cuda.is_available() else "cpu")
