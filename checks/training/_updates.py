"""How gradients move parameters: Adam for vectors, turns on the orthogonal group for hidden matrices.

Hidden matrices move as W <- W - rate W A, A the orthogonal factor of the momentum of the skew-symmetric gradient
W'G - G'W, and a Newton-Schulz step brings them back.
"""

from __future__ import annotations

import torch
from torch import Tensor

from checks.training._layout import Layout, State
from checks.training._products import Scratch, is_small, plus_product, product

_ADAM = (0.9, 0.99)  # Kingma and Ba 2015; their second number, 0.999, remembers more steps than short runs have
_NO_ZERO = 1e-12  # added to sizes that are divided by: below any gradient that moves a float32, chosen
NO_ZERO_MATRIX = 1e-30
"""The same for norms of whole matrices."""

_END_STEPS = 2
"""Newton-Schulz steps of all but the hidden matrices: an error e becomes 3/2 e^2, so two from 0.01 are float32's
rounding."""

POLAR = (3.4445, -4.7750, 2.0315)
"""The odd quintic of K. Jordan's Muon optimiser."""

POLAR_STEPS = 5
"""In so many it brings all but tiny singular values near 1."""


def corrections(step: int) -> tuple[float, float]:
    """What Adam's averages of gradients and of their squares lack after so many steps, as they start from 0."""
    return 1 - _ADAM[0] ** step, 1 - _ADAM[1] ** step


def adam(state: State, gradient: Tensor, rates: Tensor, fade: Tensor, lacking: Tensor, scratch: Scratch) -> None:
    """One step of `small`, at rates (m, s) that have faded to a share (m,); lacking: the `corrections`, (2,)."""
    mean, square = state["mean"], state["square"]
    size, move = (scratch(name, gradient.shape, gradient) for name in ("size", "move"))
    mean.lerp_(gradient, 1 - _ADAM[0])
    square.lerp_(torch.mul(gradient, gradient, out=size), 1 - _ADAM[1])
    torch.div(square, lacking[1], out=size).sqrt_().add_(_NO_ZERO)
    torch.mul(rates, mean, out=move).mul_(fade[:, None] / lacking[0]).div_(size)
    state["small"].sub_(move)


def retract_ends(layout: Layout, small: Tensor, scratch: Scratch) -> None:
    """Orthonormal columns (or rows, if fewer) for the first matrices, and for the last; a single row has norm 1."""
    (*first, last), _ = layout.parts(small, small[:0])
    for matrix in first if layout.outputs == 1 else (*first, last):
        for _ in range(_END_STEPS):
            _newton_schulz(scratch("end", matrix.shape, matrix).copy_(matrix), matrix, scratch)
    if layout.outputs == 1:
        last.div_(last.norm(dim=-1, keepdim=True))


def turn(state: State, gradient: Tensor, momentum: float, angles: Tensor, scratch: Scratch) -> None:
    """One step of `hidden`, by angles (m,); of small matrices in float64 from beginning to end."""
    arrays = {"hidden": state["hidden"], "gradient": gradient, "momentum": state["momentum"]}
    width = gradient.shape[-1]
    small = is_small(width, width, width, gradient.device)
    hidden, gradient, average = (
        (_doubled(array, name, scratch) if small else array).flatten(0, 1) for name, array in arrays.items()
    )
    if not len(hidden):
        return
    a, b = (scratch(name, hidden.shape, hidden) for name in ("a", "b"))
    product(hidden.mT, gradient, a)
    torch.sub(a, a.mT, out=b)
    average.lerp_(b, 1 - momentum)
    generator, other = _polar(torch.lerp(b, average, momentum, out=a), b, scratch)
    generator.view(state["hidden"].shape).mul_(angles[:, None, None])
    _newton_schulz(plus_product(1.0, hidden, -1.0, hidden, generator, other), hidden, scratch)
    if small:
        state["hidden"].copy_(hidden.view(state["hidden"].shape))
        state["momentum"].copy_(average.view(state["momentum"].shape))


def _doubled(array: Tensor, name: str, scratch: Scratch) -> Tensor:
    """A copy in float64."""
    return scratch(f"{name} in float64", array.shape, array, torch.float64).copy_(array)


def _newton_schulz(matrix: Tensor, out: Tensor, scratch: Scratch) -> None:
    """A step towards the nearest matrix with orthonormal columns, or rows; squares the distance."""
    count, rows, columns = matrix.shape
    least = min(rows, columns)
    gram = scratch("gram", (count, least, least), matrix)
    cubic = scratch("cubic", matrix.shape, matrix)
    if rows < columns:
        product(product(matrix, matrix.mT, gram), matrix, cubic)
    else:
        product(matrix, product(matrix.mT, matrix, gram), cubic)
    torch.mul(matrix, 1.5, out=out).sub_(cubic, alpha=0.5)


def _polar(x: Tensor, other: Tensor, scratch: Scratch) -> tuple[Tensor, Tensor]:
    """Roughly the orthogonal factor of skew-symmetric matrices x (k, w, w), itself skew-symmetric, and memory that
    has become free; x and other are overwritten.

    S S' S = -S^3 for skew-symmetric S: the odd polynomial needs no transposes.
    """
    a, b, c = POLAR
    square, inner = (scratch(name, x.shape, x) for name in ("square", "inner"))
    x.div_(x.norm(dim=(-2, -1), keepdim=True).add_(NO_ZERO_MATRIX))
    for _ in range(POLAR_STEPS):
        product(x, x, square)
        plus_product(-b, square, c, square, square, inner)
        x, other = plus_product(a, x, 1.0, inner, x, other), x
    return torch.sub(x, x.mT, out=other).div_(2.0), x
