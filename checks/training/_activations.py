"""Activations of batches (..., w, p) in torch, with what their backward pass needs.

With u = (a + b)/sqrt2 and v = (a - b)/sqrt2, GroupSort2 is (u, |v|) up to fixed rotations, which the matrices
around it absorb: in this turned basis it is an absolute value on the last half of the coordinates. Only here has gate
j the coordinates j and j + w/2; in the network that comes out it has 2j and 2j + 1, as everywhere else.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod

import numpy as np
import torch
from torch import Tensor

from checks.arrays import Floats
from checks.training._products import Scratch


class Gate(ABC):
    """An activation; both passes may overwrite what they are given."""

    @abstractmethod
    def forward(self, z: Tensor, name: str, scratch: Scratch) -> tuple[Tensor, Tensor]:
        """Values, and which piece is active, kept under that name."""

    @abstractmethod
    def backward(self, gradient: Tensor, piece: Tensor) -> Tensor:
        """Gradients before the activation, from those after it."""

    def turns(self, width: int) -> tuple[Floats, Floats]:
        """(before, after), orthogonal: the true activation of before @ z is after @ forward(z)."""
        return np.eye(width), np.eye(width)


class _Fold(Gate):
    """GroupSort2 in the turned basis."""

    def forward(self, z: Tensor, name: str, scratch: Scratch) -> tuple[Tensor, Tensor]:
        half = z[..., z.shape[-2] // 2 :, :]
        signs = torch.sign(half, out=scratch(name, half.shape, half))
        half.abs_()
        return z, signs

    def backward(self, gradient: Tensor, piece: Tensor) -> Tensor:
        gradient[..., gradient.shape[-2] // 2 :, :].mul_(piece)
        return gradient

    def turns(self, width: int) -> tuple[Floats, Floats]:
        eye = np.eye(width // 2) / math.sqrt(2.0)
        plus, minus = np.hstack([eye, eye]), np.hstack([eye, -eye])
        return _interleaved(plus, minus), _interleaved(minus, plus)


def _interleaved(even: Floats, odd: Floats) -> Floats:
    """Rows 2j from one, rows 2j + 1 from the other."""
    return np.stack([even, odd], axis=1).reshape(-1, even.shape[1])


class _Sort(Gate):
    """All coordinates in ascending order."""

    def forward(self, z: Tensor, name: str, scratch: Scratch) -> tuple[Tensor, Tensor]:
        values, order = z.sort(dim=-2, stable=True)
        return values, order

    def backward(self, gradient: Tensor, piece: Tensor) -> Tensor:
        return torch.empty_like(gradient).scatter_(-2, piece, gradient)


class _Positive(Gate):
    """max(0, z)."""

    def forward(self, z: Tensor, name: str, scratch: Scratch) -> tuple[Tensor, Tensor]:
        positive = z > 0
        return z.clamp_min_(0.0), positive

    def backward(self, gradient: Tensor, piece: Tensor) -> Tensor:
        return gradient.mul_(piece)


GATES: dict[str, Gate] = {"groupsort2": _Fold(), "fullsort": _Sort(), "relu": _Positive()}
