"""Losses to train with, row by row: squared error, and those of `theory.losses` in torch, many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

import torch
from torch import Tensor

from theory.losses import BCE, BentLoss, Loss, PiecewiseLinearLoss

SQUARED = "mse"
"""The name of the squared error; every other loss is one of the margin."""

_VECTOR = 64  # a multiple of the numbers that any CPU takes at once

Rows = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]


def family(loss: str | Loss) -> str:
    """Losses of one family are one formula with different numbers."""
    if not isinstance(loss, Loss):
        return SQUARED
    for kind, name in _FAMILIES:
        if isinstance(loss, kind):
            return name
    raise ValueError(f"loss={loss!r} has no formula in torch: pass {SQUARED!r} or a loss of theory.losses")


def rows_of(losses: Sequence[str | Loss], scales: Sequence[float], unit: float, device: torch.device) -> Rows:
    """A function of outputs (m, p) and targets or labels (m, p) to losses and their derivatives in the output.

    Network i has losses[i] and gives scales[i] * output, in the unit of training; the squared error stays in that
    unit, a loss of the margin sees the data's. Targets and labels are in the unit of the data.
    """
    factors = torch.tensor(scales, dtype=torch.float32, device=device)[:, None]
    parts, start = [], 0
    for name, group in groupby(losses, key=family):
        members = list(group)
        place = slice(start, start + len(members))
        parts.append((place, _BUILDERS[name](members, factors[place], unit)))
        start = place.stop
    return parts[0][1] if len(parts) == 1 else _joined(parts)


def _joined(parts: Sequence[tuple[slice, Rows]]) -> Rows:
    def rows(output: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        values, slopes = zip(*(part(output[place], y[place]) for place, part in parts), strict=True)
        return torch.cat(values), torch.cat(slopes)

    return rows


def _squared(losses: Sequence[str | Loss], factors: Tensor, unit: float) -> Rows:
    def rows(output: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        error = factors * output - y / unit
        return error.square(), 2.0 * factors * error

    return rows


def _logistic(losses: Sequence[str | Loss], factors: Tensor, unit: float) -> Rows:
    scales = _column(factors, [loss.temperature for loss in losses if isinstance(loss, BCE)])

    def rows(t: Tensor) -> tuple[Tensor, Tensor]:
        count = t.shape[-1]
        # Torch rounds exp differently in what is left over at the end of an array: rows of whole vectors have no end.
        scaled = torch.nn.functional.pad(-scales * t, (0, -count % _VECTOR))
        value, share = torch.nn.functional.softplus(scaled), torch.sigmoid(scaled)
        return value[:, :count], -scales * share[:, :count]

    return _of_margin(rows, factors * unit)


def _piecewise(losses: Sequence[str | Loss], factors: Tensor, unit: float) -> Rows:
    kinks = [loss.kink for loss in losses if isinstance(loss, PiecewiseLinearLoss)]
    base, jump, margin = (_column(factors, [kink[i] for kink in kinks]) for i in range(3))

    def rows(t: Tensor) -> tuple[Tensor, Tensor]:
        slack = margin - t
        return jump * slack.clamp_min(0.0) - base * t, -(base + jump * (slack > 0))

    return _of_margin(rows, factors * unit)


def _bent(losses: Sequence[str | Loss], factors: Tensor, unit: float) -> Rows:
    bends = [loss.bend for loss in losses if isinstance(loss, BentLoss)]
    margin, width, most = (_column(factors, [bend[i] for bend in bends]) for i in range(3))

    def rows(t: Tensor) -> tuple[Tensor, Tensor]:
        slack = (margin - t).clamp_min(0.0)
        slope = torch.minimum(slack / width, most)
        return slope * (slack - width * slope / 2), -slope

    return _of_margin(rows, factors * unit)


def _of_margin(margin_rows: Callable[[Tensor], tuple[Tensor, Tensor]], factors: Tensor) -> Rows:
    def rows(output: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        signed = y * factors
        value, slope = margin_rows(signed * output)
        return value, slope * signed

    return rows


def _column(like: Tensor, numbers: Sequence[object]) -> Tensor:
    return torch.tensor([float(number) for number in numbers], dtype=like.dtype, device=like.device)[:, None]  # type: ignore[arg-type]


_FAMILIES = ((BCE, "logistic"), (PiecewiseLinearLoss, "piecewise"), (BentLoss, "bent"))
_BUILDERS = {SQUARED: _squared, "logistic": _logistic, "piecewise": _piecewise, "bent": _bent}
