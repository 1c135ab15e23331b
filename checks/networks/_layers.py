"""The layers of a network, checked: what a `LipschitzNetwork` is made of, and what its parts compute with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from checks.arrays import Floats, floats
from checks.networks._activations import ACTIVATIONS, Activation


@dataclass(frozen=True, eq=False)
class Layers:
    """Weights (w_1, n), (w_2, w_1), ..., (K, w_k), biases (w_1,), ..., (K,), and the activation between; frozen."""

    weights: tuple[Floats, ...]
    biases: tuple[Floats, ...]
    activation: str

    def __init__(
        self, weights: Iterable[ArrayLike], biases: Iterable[ArrayLike], activation: str = "groupsort2"
    ) -> None:
        object.__setattr__(self, "weights", _frozen("weights", weights))
        object.__setattr__(self, "biases", _frozen("biases", biases))
        object.__setattr__(self, "activation", activation)
        if not isinstance(activation, str) or activation not in ACTIVATIONS:
            raise ValueError(f"activation={activation!r}: choose one of {', '.join(ACTIVATIONS)}")
        _check_layers(self.weights, self.biases, self.gates.even)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.weights, self.biases, self.activation)

    @property
    def gates(self) -> Activation:
        """The activation itself."""
        return ACTIVATIONS[self.activation]

    @property
    def dimension(self) -> int:
        """n, the number of inputs."""
        return self.weights[0].shape[1]

    @property
    def outputs(self) -> int:
        """K, the number of outputs."""
        return self.weights[-1].shape[0]


def _frozen(name: str, arrays: Iterable[ArrayLike]) -> tuple[Floats, ...]:
    copies = tuple(floats(f"{name}[{i}]", array).copy() for i, array in enumerate(arrays))
    for copy in copies:
        copy.setflags(write=False)
    return copies


def _check_layers(weights: Sequence[Floats], biases: Sequence[Floats], even: bool) -> None:
    if not weights or len(weights) != len(biases):
        raise ValueError(f"{len(weights)} weights and {len(biases)} biases: give as many, at least one")
    for i, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        _check_layer(i, weight, bias, weights[i - 1].shape[0] if i else None)
    if even and (odd := [i for i, weight in enumerate(weights[:-1]) if weight.shape[0] % 2]):
        raise ValueError(f"weights[{odd[0]}] has an odd number of rows: GroupSort2 needs an even width")


def _check_layer(i: int, weight: Floats, bias: Floats, inputs: int | None) -> None:
    if weight.ndim != 2 or not weight.size or (inputs is not None and weight.shape[1] != inputs):
        raise ValueError(f"weights[{i}] has shape {weight.shape}: give (w, {inputs or 'n'})")
    if bias.shape != weight.shape[:1]:
        raise ValueError(f"biases[{i}] has shape {bias.shape}: give {weight.shape[:1]}")
    if not (np.isfinite(weight).all() and np.isfinite(bias).all()):
        raise ValueError(f"weights[{i}] or biases[{i}] holds a number that is not finite")
