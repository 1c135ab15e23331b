"""Losses of several outputs, point by point, many networks at once: outputs are (m, K, p), and so are derivatives.

Labels are whole numbers (m, p) from 0 to K - 1. A loss of the margin is either that of every output against the rest,
averaged over the outputs, or that of the least margin, f_y - f_j for the largest other output.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from checks.training._losses import (
    OWN,
    SQUARED,
    VECTOR,
    AnyLoss,
    CrossEntropy,
    Rows,
    column,
    family,
    margin_rows,
    own_rows,
)

REST, NEXT = "rest", "next"


def rows_of_outputs(
    losses: Sequence[Any], scales: Sequence[float], unit: float, device: torch.device, against: str
) -> Rows:
    """A function of outputs (m, K, p) and targets (m, K, p), or labels (m, p), to losses (m, p) and their derivatives.

    Scales and units are those of `rows_of`. Losses are all of the margin, or all of one family: see `kind_of`.
    """
    factors = torch.tensor(scales, dtype=torch.float32, device=device)[:, None]
    if (kind := kind_of(losses[0])) in _BUILDERS:
        return _BUILDERS[kind](losses, factors, unit)
    rows = margin_rows(losses, factors, unit)
    return _against_rest(rows) if against == REST else _against_next(rows)


def kind_of(loss: AnyLoss) -> str:
    """What losses of several outputs must share to train together."""
    name = family(loss)
    return name if name in _BUILDERS else "margin"


def wrong_labels(output: Tensor, labels: Tensor) -> Tensor:
    """Where (m, p) the label's output is not above all others."""
    own = output.gather(1, labels[:, None])[:, 0]
    return own <= output.scatter(1, labels[:, None], -torch.inf).amax(1)


def _against_rest(rows: Rows) -> Rows:
    def all_rows(output: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        signs = torch.full_like(output, -1.0).scatter_(1, labels[:, None], 1.0)
        values, slopes = rows(output.flatten(1), signs.flatten(1))
        count = output.shape[1]
        means = _padded(values.view(output.shape)).sum(1)[:, : labels.shape[-1]] / count
        return means, slopes.view(output.shape) / count

    return all_rows


def _against_next(rows: Rows) -> Rows:
    def next_rows(output: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        own = labels[:, None]
        largest, place = output.scatter(1, own, -torch.inf).max(1, keepdim=True)
        margin = (output.gather(1, own) - largest)[:, 0]
        values, slopes = rows(margin, torch.ones_like(margin))
        upward = torch.zeros_like(output).scatter_(1, own, slopes[:, None])
        return values, upward.scatter_(1, place, -slopes[:, None])

    return next_rows


def _squared(losses: Sequence[Any], factors: Tensor, unit: float) -> Rows:
    """The squared Euclidean distance."""
    scales = factors[:, None]

    def rows(output: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        error = scales * output - y / unit
        return _padded(error.square()).sum(1)[:, : y.shape[-1]], 2.0 * scales * error

    return rows


def _cross_entropy(losses: Sequence[CrossEntropy], factors: Tensor, unit: float) -> Rows:
    scales = (factors * unit * column(factors, [loss.temperature for loss in losses]))[:, None]

    def rows(output: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        scaled = _padded(scales * output)
        scaled = scaled - scaled.amax(1, keepdim=True)
        powers = scaled.exp()
        total = powers.sum(1)
        count, own = labels.shape[-1], labels[:, None]
        values = total.log()[:, :count] - scaled[..., :count].gather(1, own)[:, 0]
        share = (powers / total[:, None])[..., :count].clone()
        return values, scales * share.scatter_add_(1, own, torch.full_like(share[:, :1], -1.0))

    return rows


def _padded(t: Tensor) -> Tensor:
    """Rows of whole vectors: torch rounds exp and sums differently in what is left over at the end."""
    return torch.nn.functional.pad(t, (0, -t.shape[-1] % VECTOR))


_BUILDERS: dict[str, Callable[..., Rows]] = {SQUARED: _squared, OWN: own_rows, "cross-entropy": _cross_entropy}
