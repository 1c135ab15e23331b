"""Losses to train with: their values and derivatives at an output, row by row."""

from torch import Tensor


def _squared(output: Tensor, y: Tensor, margin: float) -> tuple[Tensor, Tensor]:
    error = output - y
    return error.square(), 2.0 * error


def _kantorovich_rubinstein(output: Tensor, y: Tensor, margin: float) -> tuple[Tensor, Tensor]:
    return -y * output, (-y).expand_as(output)


def _hinge(output: Tensor, y: Tensor, margin: float) -> tuple[Tensor, Tensor]:
    slack = margin - y * output
    return slack.clamp_min(0.0), -y * (slack > 0)


LOSSES = {"mse": _squared, "kr": _kantorovich_rubinstein, "hinge": _hinge}
"""Functions of output, target (mse) or label +-1 (kr, hinge), and margin, to values and derivatives."""
