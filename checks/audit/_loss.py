"""The loss on the data against the least that any function of the same constant reaches."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isqrt
from typing import Any

import numpy as np
from scipy.special import logsumexp

from checks.arrays import Floats
from checks.audit._lines import ARGUED, MACHINE_CHECKED, Line, Part, at_least, at_most, number
from checks.audit._model import Sample, evenly
from checks.audit._nearest import FEW_INPUTS
from checks.networks.graph import Graph
from theory.losses import BCE, Hinge, Loss, as_loss
from theory.risk import minimize_multiclass_risk, minimize_risk

CROSS_ENTROPY = "cross_entropy"
PRODUCTS = 2**30
"""Squares of the numbers of points, times inputs beyond a few, for which the least loss is found: chosen for time, some
seconds."""


@dataclass(frozen=True, eq=False)
class LossGap(Part):
    """A mean loss, and bounds on the least one.

    Attributes:
        loss: in words.
        lipschitz: the constant of the functions that it is compared with.
        value: the network's, in float64.
        least: some L-Lipschitz functions reach this, or come as near as one likes.
        lower: no L-Lipschitz function is below this.
        count: of points that this is about: of large samples in many inputs some, evenly spread.
        temperature: of a cross-entropy; 1 for other losses.
    """

    loss: str
    lipschitz: float
    value: float
    least: float
    lower: float
    count: int
    temperature: float = 1.0

    title = "The loss"

    @property
    def gap(self) -> float:
        """What training leaves: the network's loss less the least that is known to be reached."""
        return self.value - self.least

    @property
    def fell_short(self) -> str:
        """Which part of the loss is greater: "training", what a better function would save, or "constraint"."""
        return "training" if self.gap > max(self.lower, 0.0) else "constraint"

    def lines(self) -> tuple[Line, ...]:
        said = [
            Line(f"The mean {self.loss} of {self.count} points is {number(self.value)}.", MACHINE_CHECKED, "float64")
        ]
        if self.least == -inf:
            said.append(Line("Functions of any constant bring it down without end for these labels.", MACHINE_CHECKED))
            return tuple(said)
        if self.lower == -inf:
            known = f"some come as near to {at_most(self.least)} as one likes"
            said.append(Line(f"No lower bound was found for functions of this constant; {known}.", MACHINE_CHECKED))
            return tuple(said)
        said.append(
            Line(
                f"No function of constant {self.lipschitz:g} has less than {at_least(self.lower)} here, "
                f"and some come as near to {at_most(self.least)} as one likes.",
                MACHINE_CHECKED,
                "theory.risk: a flow between the classes proves it for all functions",
            )
        )
        if self.temperature != 1:
            scaled = f"{self.lipschitz * self.temperature:g}"
            told = f"The temperature {self.temperature:g} is part of the constant: as with 1 at a constant of {scaled}."
            said.append(Line(told, ARGUED, "log(1 + exp(-T t)) of f is log(1 + exp(-t)) of T f", ("temperature",)))
        verdict = {
            "training": f"Training fell short: a better function of this constant would save {at_least(self.gap)}.",
            "constraint": f"Most of it is the constraint's: a better function would save {at_least(max(self.gap, 0))}.",
        }[self.fell_short]
        said.append(Line(verdict, MACHINE_CHECKED))
        return tuple(said)


def loss_named(loss: Any, outputs: int) -> Loss:
    """What is meant, of one output or of several.

    Raises:
        ValueError: a loss that is none, or has no form for several classes.
    """
    if outputs == 1:
        return as_loss("bce" if loss is None else loss)
    chosen = as_loss("bce" if loss is None or (isinstance(loss, str) and loss == CROSS_ENTROPY) else loss)
    if not isinstance(chosen, BCE | Hinge):
        raise ValueError(f"loss={loss!r}: for several classes choose {CROSS_ENTROPY!r}, 'hinge', BCE or Hinge")
    return chosen


def loss_of(network: Graph, sample: Sample, lipschitz: float, loss: Loss, time_limit: float) -> LossGap:
    """Of the sample, for what `loss_named` gives: of large samples in many inputs, of some points.

    Raises:
        ValueError: numbers that the solver does not take.
    """
    if sample.flat.shape[1] > FEW_INPUTS:
        sample = sample.take(evenly(len(sample.flat), isqrt(PRODUCTS // sample.flat.shape[1])))
    values = network(sample.points).reshape(len(sample.points), -1)
    temperature = float(loss.temperature) if isinstance(loss, BCE) else 1.0
    if values.shape[1] == 1:
        mean = float(np.mean(loss.value(values[:, 0] * sample.labels)))
        found = minimize_risk(sample.flat, sample.labels, lipschitz, loss, tolerance=1e-4, time_limit=time_limit)
        least = float(found.risk), float(found.lower_bound)
        return LossGap(repr(loss), lipschitz, mean, *least, len(values), temperature)
    several = minimize_multiclass_risk(sample.flat, sample.labels, lipschitz, loss, time_limit=time_limit)
    said = f"cross-entropy of {loss!r}" if isinstance(loss, BCE) else f"multiclass {loss!r}"
    least = float(several.risk), float(several.lower_bound)
    return LossGap(said, lipschitz, _of_classes(values, sample, loss), *least, len(values), temperature)


def _of_classes(values: Floats, sample: Sample, loss: Loss) -> float:
    """The mean cross-entropy, or hinge of the least margin, as `minimize_multiclass_risk` has them."""
    mine = np.arange(len(values)), sample.labels.astype(int)
    ahead = values - values[mine][:, None]
    if isinstance(loss, BCE):
        return float(np.mean(logsumexp(float(loss.temperature) * ahead, axis=1)))
    ahead[mine] = -np.inf
    return float(np.mean(loss.value(-ahead.max(axis=1))))


__all__ = ["CROSS_ENTROPY", "LossGap", "loss_named", "loss_of"]
