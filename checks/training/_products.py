"""Products of matrices into memory that is kept, rounded the same however many are multiplied in one call.

On a CPU a library chooses its kernel by the sizes, by how what it is given lies in memory and, in places, by how many
matrices there are. What is handed to it here is chosen so that only the sizes of one matrix are left to decide. On a
GPU no such promise is made, and every detour would cost kernels.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

_SMALL = 4096  # multiplications: where torch changes from one library to another, counted over the whole batch
_ROWS = 4  # one row or column is padded to so many: alone it goes to a kernel of its own, chosen by the batch too


class Scratch:
    """Results by name and shape, overwritten at every step: fresh memory would cost more than the computation."""

    def __init__(self) -> None:
        self._tensors: dict[tuple[object, ...], Tensor] = {}

    def __call__(self, name: str, shape: Sequence[int], like: Tensor, dtype: torch.dtype | None = None) -> Tensor:
        """The tensor of that name and shape, with the device and, if none is given, the dtype of another; made when it
        is first asked for.
        """
        dtype = dtype or like.dtype
        key = name, dtype, *shape
        if key not in self._tensors:
            self._tensors[key] = torch.empty(tuple(shape), dtype=dtype, device=like.device)
        return self._tensors[key]


def is_small(rows: int, between: int, columns: int, device: torch.device) -> bool:
    """Whether matrices (rows, between) and (between, columns) are multiplied in float64."""
    return _on_cpu(device) and rows * between * columns <= _SMALL


def _on_cpu(device: torch.device) -> bool:
    return device.type == "cpu"


def product(a: Tensor, b: Tensor, out: Tensor) -> Tensor:
    """a @ b for (m, p, q) and (m, q, r), matrix by matrix, into `out`.

    Small ones go through float64, where torch has but one library; what is in float64 already saves the way. Where the
    slices of `out` lie apart, as a single one never does, they are written by a copy.
    """
    rows, columns = a.shape[-2], b.shape[-1]
    if is_small(rows, a.shape[-1], columns, out.device) and out.dtype != torch.float64:
        return out.copy_(torch.bmm(a.double(), b.double()))
    if rows == 1 and _on_cpu(out.device):
        return out.copy_(torch.bmm(torch.nn.functional.pad(a, (0, 0, 0, _ROWS - 1)), b)[..., :1, :])
    if columns == 1 and _on_cpu(out.device):
        return out.copy_(torch.bmm(a, torch.nn.functional.pad(b, (0, _ROWS - 1)))[..., :1])
    return torch.bmm(a, b, out=out) if out.is_contiguous() else out.copy_(torch.bmm(a, b))


def plus_product(scale: float, c: Tensor, factor: float, a: Tensor, b: Tensor, out: Tensor) -> Tensor:
    """scale * c + factor * a @ b, into `out`, which is none of them."""
    rows, columns = a.shape[-2], b.shape[-1]
    small = is_small(rows, a.shape[-1], columns, out.device) and out.dtype != torch.float64
    if small or (1 in (rows, columns) and _on_cpu(out.device)):
        return product(a, b, out).mul_(factor).add_(c, alpha=scale)
    if not out.is_contiguous():
        return out.copy_(torch.baddbmm(c, a, b, beta=scale, alpha=factor))
    return torch.baddbmm(c, a, b, beta=scale, alpha=factor, out=out)
