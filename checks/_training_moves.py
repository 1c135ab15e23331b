"""How gradients move parameters: Adam for vectors, turns on the orthogonal group for hidden matrices.

Hidden matrices move as W <- W - rate W A, A the orthogonal factor of the momentum of the skew-symmetric gradient
W'G - G'W, and a Newton-Schulz step brings them back.
"""

from __future__ import annotations

import torch
from torch import Tensor

from checks._training_layout import Layout, State
from checks._training_products import plus_product, product

_ADAM = (0.9, 0.99)
_POLAR = (3.4445, -4.7750, 2.0315)  # the quintic of K. Jordan's Muon optimiser,
_POLAR_STEPS = 5  # which brings all but tiny singular values near 1 in so many steps


def adam(state: State, gradient: Tensor, rates: Tensor, step: int) -> None:
    """One step of `small`, at rates (m, s); steps count from 1."""
    mean, square = state["mean"], state["square"]
    mean.lerp_(gradient, 1 - _ADAM[0])
    square.lerp_(gradient * gradient, 1 - _ADAM[1])
    size = (square / (1 - _ADAM[1] ** step)).sqrt_().add_(1e-12)
    state["small"].sub_(rates * mean / size / (1 - _ADAM[0] ** step))


def retract_ends(layout: Layout, small: Tensor) -> None:
    """Orthonormal columns (or rows, if fewer) for the first matrix, norm 1 for the last."""
    (first, last), _ = layout.parts(small, small[:0])
    for _ in range(2):
        first.copy_(_newton_schulz(first))
    last.div_(last.norm(dim=-1, keepdim=True))


def turn(state: State, gradient: Tensor, momentum: float, angles: Tensor) -> None:
    """One step of `hidden`, by angles (m,)."""
    shape = gradient.shape
    hidden, gradient = state["hidden"].flatten(0, 1), gradient.flatten(0, 1)
    average = state["momentum"].flatten(0, 1)
    skew = product(hidden.mT, gradient)
    skew = skew - skew.mT
    average.lerp_(skew, 1 - momentum)
    generator = _polar(torch.lerp(skew, average, momentum)).view(shape).mul_(angles[:, None, None]).flatten(0, 1)
    hidden.copy_(_newton_schulz(plus_product(1.0, hidden, -1.0, hidden, generator)))


def _newton_schulz(matrix: Tensor) -> Tensor:
    """A step towards the nearest matrix with orthonormal columns, or rows; squares the distance."""
    if matrix.shape[-2] < matrix.shape[-1]:
        return 1.5 * matrix - 0.5 * product(product(matrix, matrix.mT), matrix)
    return 1.5 * matrix - 0.5 * product(matrix, product(matrix.mT, matrix))


def _polar(skew: Tensor) -> Tensor:
    """Roughly the orthogonal factor of skew-symmetric matrices (k, w, w), itself skew-symmetric.

    S S' S = -S^3 for skew-symmetric S: the odd polynomial needs no transposes.
    """
    a, b, c = _POLAR
    x = skew / (skew.norm(dim=(-2, -1), keepdim=True) + 1e-30)
    for _ in range(_POLAR_STEPS):
        square = product(x, x)
        x = plus_product(a, x, 1.0, plus_product(-b, square, c, square, square), x)
    return (x - x.mT) / 2
