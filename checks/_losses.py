"""Losses to train with, row by row: squared error, and those of `theory.losses` in torch."""

from collections.abc import Callable

import torch
from torch import Tensor

from theory.losses import BCE, Loss, PiecewiseLinear

SQUARED = "mse"
"""The name of the squared error; every other loss is one of the margin."""

Rows = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]


def rows_of(loss: str | Loss, unit: float) -> Rows:
    """A function of output and target (mse) or label +-1 to losses and their derivatives in the output.

    Outputs are in the unit of training; the squared error stays in it, a loss of the margin sees the data's unit.
    """
    if not isinstance(loss, Loss):
        return _squared
    margin_rows = _logistic(loss) if isinstance(loss, BCE) else _piecewise(loss)

    def rows(output: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        value, slope = margin_rows(y * output * unit)
        return value, slope * y * unit

    return rows


def _squared(output: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    error = output - y
    return error.square(), 2.0 * error


def _logistic(loss: BCE) -> Callable[[Tensor], tuple[Tensor, Tensor]]:
    scale = float(loss.temperature)
    return lambda t: (torch.nn.functional.softplus(-scale * t), -scale * torch.sigmoid(-scale * t))


def _piecewise(loss: Loss) -> Callable[[Tensor], tuple[Tensor, Tensor]]:
    assert isinstance(loss, PiecewiseLinear)
    base, jump, margin = (float(number) for number in loss.kink)

    def rows(t: Tensor) -> tuple[Tensor, Tensor]:
        slack = margin - t
        return jump * slack.clamp_min(0.0) - base * t, -(base + jump * (slack > 0))

    return rows
