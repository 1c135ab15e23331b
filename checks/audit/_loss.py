"""The loss on the data against the least that any function of the same constant reaches."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import Any

import numpy as np
from scipy.special import logsumexp

from checks.audit._lines import MACHINE_CHECKED, Line, Part, at_least, at_most, number
from checks.audit._model import Sample, evenly
from checks.audit._nearest import FEW_INPUTS, Nearest
from checks.networks.graph import Graph
from theory.losses import Loss, as_loss
from theory.risk import minimize_risk

CROSS_ENTROPY = "cross_entropy"
PRODUCTS, EASY_PRODUCTS = 2**30, 2**33
"""Squares of the numbers of points, times inputs beyond a few, for which the least loss is found, and for which a lower
bound is: chosen for time, some seconds."""


@dataclass(frozen=True, eq=False)
class LossGap(Part):
    """A mean loss, and bounds on the least one.

    Attributes:
        loss: in words.
        lipschitz: the constant of the functions that it is compared with.
        value: the network's, in float64.
        least: some L-Lipschitz function reaches this; None where only the other bound is known.
        lower: no L-Lipschitz function is below this.
        count: of points that this is about: of large samples in many inputs some, evenly spread.
    """

    loss: str
    lipschitz: float
    value: float
    least: float | None
    lower: float
    count: int

    title = "The loss"

    @property
    def gap(self) -> float:
        """What training leaves: the network's loss less the least that is known to be reached, or the lower bound."""
        return self.value - (self.lower if self.least is None else self.least)

    @property
    def fell_short(self) -> str:
        """Which part of the loss is greater: "training", what a better function would save, or "constraint"."""
        return "training" if self.gap > max(self.lower, 0.0) else "constraint"

    def lines(self) -> tuple[Line, ...]:
        reached = "" if self.least is None else f", and one reaches {at_most(self.least)}"
        said = [
            Line(f"The mean {self.loss} of {self.count} points is {number(self.value)}.", MACHINE_CHECKED, "float64"),
            Line(
                f"No function of constant {self.lipschitz:g} has less than {at_least(self.lower)} here{reached}.",
                MACHINE_CHECKED,
                "theory.risk: a coupling of the classes proves it for all functions",
            ),
        ]
        if self.least is None:
            said.append(
                Line(f"At most {at_most(self.gap)} of it is training's; the rest is the constraint's.", MACHINE_CHECKED)
            )
            return tuple(said)
        verdict = {
            "training": f"Training fell short: a better function of this constant would save {at_least(self.gap)}.",
            "constraint": "The constraint did it: most of the loss is there for every function of this constant.",
        }[self.fell_short]
        said.append(Line(verdict, MACHINE_CHECKED))
        return tuple(said)


def loss_named(loss: Any, outputs: int) -> Loss | str:
    """What is meant, of one output or of several.

    Raises:
        ValueError: a loss that is none.
    """
    if outputs == 1:
        return as_loss("bce" if loss is None else loss)
    if isinstance(loss, Loss) or loss not in (None, CROSS_ENTROPY):
        raise ValueError(f"loss={loss!r}: for several classes choose {CROSS_ENTROPY!r}")
    return CROSS_ENTROPY


def loss_of(network: Graph, sample: Sample, lipschitz: float, loss: Loss | str, time_limit: float) -> LossGap:
    """Of the sample, for what `loss_named` gives.

    Raises:
        ValueError: numbers that the solver does not take.
    """
    if sample.flat.shape[1] > FEW_INPUTS:
        most = PRODUCTS if isinstance(loss, Loss) else EASY_PRODUCTS
        sample = sample.take(evenly(len(sample.flat), isqrt(most // sample.flat.shape[1])))
    values = network(sample.points).reshape(len(sample.points), -1)
    if not isinstance(loss, Loss):
        own = values[np.arange(len(values)), sample.labels.astype(int)]
        mean = float(np.mean(logsumexp(values, axis=1) - own))
        return LossGap("cross-entropy", lipschitz, mean, None, _least_cross_entropy(sample, lipschitz), len(values))
    mean = float(np.mean(loss.value(values[:, 0] * sample.labels)))
    found = minimize_risk(sample.flat, sample.labels, lipschitz, loss, tolerance=1e-4, time_limit=time_limit)
    return LossGap(repr(loss), lipschitz, mean, float(found.risk), float(found.lower_bound), len(values))


def _least_cross_entropy(sample: Sample, lipschitz: float) -> float:
    """A lower bound: each point's loss is at least log(1 + exp(-m)) for its least margin m over the other classes, and
    the margins of two points of different classes sum to at most the root of 2 times L times their distance; pairs that
    share no point add up."""
    near = Nearest(sample)
    free = np.ones(len(sample.flat), dtype=bool)
    known = near.partners >= 0
    pairs = zip(near.lengths[known].tolist(), near.rows[known].tolist(), near.partners[known].tolist(), strict=True)
    total = 0.0
    for length, i, j in sorted(pairs):
        if free[i] and free[j]:
            free[[i, j]] = False
            most = np.sqrt(2.0) * (1 + 1e-12) * lipschitz * (length + 1e-300)
            total += 2 * float(np.log1p(np.exp(-most / 2)))
    return total / len(free) * (1 - 1e-12)


__all__ = ["CROSS_ENTROPY", "LossGap", "loss_named", "loss_of"]
