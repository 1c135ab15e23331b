"""Products of matrices into memory that is kept, rounded the same however many are multiplied in one call."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

_SMALL = 4096  # multiplications: where torch changes from one library to another, counted over the whole batch


class Scratch:
    """Results by name and shape, overwritten at every step: fresh memory would cost more than the computation."""

    def __init__(self) -> None:
        self._tensors: dict[tuple[object, ...], Tensor] = {}

    def __call__(self, name: str, shape: Sequence[int], like: Tensor) -> Tensor:
        """The tensor of that name and shape, with the dtype and device of another; made when it is first asked for."""
        key = name, *shape
        if key not in self._tensors:
            self._tensors[key] = torch.empty(tuple(shape), dtype=like.dtype, device=like.device)
        return self._tensors[key]


def product(a: Tensor, b: Tensor, out: Tensor) -> Tensor:
    """a @ b for (m, p, q) and (m, q, r), matrix by matrix, into `out`.

    Small ones go through float64, where torch has but one library.
    """
    if a.shape[-2] * a.shape[-1] * b.shape[-1] <= _SMALL:
        return out.copy_(torch.bmm(a.double(), b.double()))
    return torch.bmm(a, b, out=out)


def plus_product(scale: float, c: Tensor, factor: float, a: Tensor, b: Tensor, out: Tensor) -> Tensor:
    """scale * c + factor * a @ b, into `out`, which is none of them."""
    if a.shape[-2] * a.shape[-1] * b.shape[-1] <= _SMALL:
        return product(a, b, out).mul_(factor).add_(c, alpha=scale)
    return torch.baddbmm(c, a, b, beta=scale, alpha=factor, out=out)
