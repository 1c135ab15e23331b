"""Losses to train with, row by row: squared error, those of `theory.losses` in torch, many at once, and functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from numbers import Real
from typing import Any, TypeAlias

import torch
from torch import Tensor

from theory.losses import BCE, BentLoss, Loss, PiecewiseLinearLoss

SQUARED = "mse"
"""The name of the squared error; every other name is that of a loss of the margin."""

OWN = "own"
"""The family of the caller's functions."""

VECTOR = 64
"""A multiple of the numbers that any CPU takes at once."""

_MILD = 2.0**-20, 2.0**40
"""Slopes between which squares of gradients, a billion times smaller too, are float32's: chosen, with room."""

Rows = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
OwnLoss: TypeAlias = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class CrossEntropy:
    """-log of the label's share in softmax(temperature * f), for two outputs or more; of two, it is the
    `theory.losses.BCE` of that temperature of their difference (Béthune et al., Section 4, of several classes).

    Raises:
        ValueError: a temperature that is not positive and finite.

    >>> CrossEntropy(temperature=4)
    CrossEntropy(temperature=4.0)
    """

    temperature: float = 1.0

    def __post_init__(self) -> None:
        given = self.temperature
        try:
            value = float(given) if isinstance(given, Real) and not isinstance(given, bool) else math.nan
        except OverflowError:
            value = math.inf
        if not 0 < value < math.inf:
            raise ValueError(f"temperature={given!r}: must be a positive number that float64 has")
        object.__setattr__(self, "temperature", value)


AnyLoss: TypeAlias = str | Loss | CrossEntropy | OwnLoss


def family(loss: AnyLoss) -> str:
    """Losses of one family are one formula with different numbers."""
    for kind, name in _FAMILIES:
        if isinstance(loss, kind):
            return name
    if not isinstance(loss, Loss):
        return OWN if callable(loss) else SQUARED
    raise ValueError(f"loss={loss!r} has no formula in torch: pass {SQUARED!r} or a loss of theory.losses")


def rows_of(losses: Sequence[AnyLoss], scales: Sequence[float], unit: float, device: torch.device) -> Rows:
    """A function of outputs (m, p) and targets or labels (m, p) to losses and their derivatives in the output.

    Network i has losses[i] and gives scales[i] * output, in the unit of training; the squared error stays in that
    unit, a loss of the margin sees the data's. Targets and labels are in the unit of the data.
    """
    return margin_rows(losses, torch.tensor(scales, dtype=torch.float32, device=device)[:, None], unit)


def margin_rows(losses: Sequence[AnyLoss], factors: Tensor, unit: float) -> Rows:
    """`rows_of`, with the scales as a column (m, 1)."""
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


def tamed(rows: Rows, slopes: Sequence[float], device: torch.device) -> Rows:
    """Derivatives over a power of two where theirs, up to `slopes`, have squares that float32 would lose: what training
    makes of gradients does not depend on their scale.
    """
    if all(_MILD[0] <= slope <= _MILD[1] for slope in slopes):
        return rows
    powers = [0 if _MILD[0] <= slope <= _MILD[1] else -math.frexp(slope)[1] for slope in slopes]
    factors = torch.tensor([2.0**power for power in powers], dtype=torch.float32, device=device)

    def mild(output: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        values, found = rows(output, y)
        return values, found * factors.view(-1, *[1] * (found.ndim - 1))

    return mild


def own_rows(losses: Sequence[Any], factors: Tensor, unit: float) -> Rows:
    """Functions of the caller's, a network at a time; they see outputs in the data's unit, (p,), or (p, K) of several,
    and targets as they were given.
    """
    scales = [float(factor) * unit for factor in factors[:, 0].cpu()]

    def rows(output: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        found = [_own(*each) for each in zip(losses, scales, output, y, strict=True)]
        values, slopes = zip(*found, strict=True)
        return torch.stack(values), torch.stack(slopes)

    return rows


def _own(loss: OwnLoss, scale: float, output: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    with torch.enable_grad():
        given = (output * scale).mT.detach().requires_grad_() if output.ndim > 1 else (output * scale).requires_grad_()
        values = loss(given, y.mT if y.ndim > 1 else y)
        if not isinstance(values, Tensor) or values.shape != output.shape[-1:]:
            shape = tuple(values.shape) if isinstance(values, Tensor) else type(values).__name__
            raise ValueError(f"loss={loss!r} gives {shape}: a loss for each point, a tensor {tuple(output.shape[-1:])}")
        if not values.requires_grad:
            raise ValueError(f"loss={loss!r} gives what does not depend on the outputs: compute it with torch")
        [slopes] = torch.autograd.grad(values.sum(), given)
    slopes = (slopes.mT if output.ndim > 1 else slopes) * scale
    return values.detach().to(output.dtype), slopes.to(output.dtype)


def _squared(losses: Sequence[Any], factors: Tensor, unit: float) -> Rows:
    def rows(output: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        error = factors * output - y / unit
        return error.square(), 2.0 * factors * error

    return rows


def _logistic(losses: Sequence[Any], factors: Tensor, unit: float) -> Rows:
    scales = column(factors, [loss.temperature for loss in losses if isinstance(loss, BCE)])

    def rows(t: Tensor) -> tuple[Tensor, Tensor]:
        count = t.shape[-1]
        # Torch rounds exp differently in what is left over at the end of an array: rows of whole vectors have no end.
        scaled = torch.nn.functional.pad(-scales * t, (0, -count % VECTOR))
        value, share = torch.nn.functional.softplus(scaled), torch.sigmoid(scaled)
        return value[:, :count], -scales * share[:, :count]

    return _of_margin(rows, factors * unit)


def _piecewise(losses: Sequence[Any], factors: Tensor, unit: float) -> Rows:
    kinks = [loss.kink for loss in losses if isinstance(loss, PiecewiseLinearLoss)]
    base, jump, margin = (column(factors, [kink[i] for kink in kinks]) for i in range(3))

    def rows(t: Tensor) -> tuple[Tensor, Tensor]:
        slack = margin - t
        return jump * slack.clamp_min(0.0) - base * t, -(base + jump * (slack > 0))

    return _of_margin(rows, factors * unit)


def _bent(losses: Sequence[Any], factors: Tensor, unit: float) -> Rows:
    bends = [loss.bend for loss in losses if isinstance(loss, BentLoss)]
    margin, width, most = (column(factors, [bend[i] for bend in bends]) for i in range(3))

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


def column(like: Tensor, numbers: Sequence[object]) -> Tensor:
    """A number for each network, (m, 1)."""
    return torch.tensor([float(number) for number in numbers], dtype=like.dtype, device=like.device)[:, None]  # type: ignore[arg-type]


_FAMILIES: tuple[tuple[type, str], ...] = (
    (BCE, "logistic"),
    (PiecewiseLinearLoss, "piecewise"),
    (BentLoss, "bent"),
    (CrossEntropy, "cross-entropy"),
)
_BUILDERS: dict[str, Callable[..., Rows]] = {
    SQUARED: _squared,
    OWN: own_rows,
    "logistic": _logistic,
    "piecewise": _piecewise,
    "bent": _bent,
}
