"""Products of matrices whose rounding does not depend on how many others are multiplied in the same call."""

from __future__ import annotations

import torch
from torch import Tensor

_SMALL = 4096  # multiplications: where torch changes from one library to another, counted over the whole batch


def product(a: Tensor, b: Tensor) -> Tensor:
    """a @ b for (m, p, q) and (m, q, r), matrix by matrix.

    Small ones go through float64, where torch has but one library.
    """
    if a.shape[-2] * a.shape[-1] * b.shape[-1] <= _SMALL:
        return torch.bmm(a.double(), b.double()).to(a.dtype)
    return torch.bmm(a, b)


def plus_product(scale: float, c: Tensor, factor: float, a: Tensor, b: Tensor) -> Tensor:
    """scale * c + factor * a @ b."""
    if a.shape[-2] * a.shape[-1] * b.shape[-1] <= _SMALL:
        return scale * c + factor * product(a, b)
    return torch.baddbmm(c, a, b, beta=scale, alpha=factor)
