"""Losses of several outputs: what a search asks of them, and bounds.

Both are functions of the outputs v, K of them, and of the label y: the cross-entropy, the log of the sum over k of
exp(T (v_k - v_y)), and the hinge max(0, m - v_y + max over k != y of v_k) of Crammer and Singer. Both are suprema over
the shares p of the outputs, p >= 0 of sum 1, of T times p.v - v_y (T = 1 for the hinge) plus a concave gain: the
entropy of p, and m (1 - p_y). For a node with masses w of its labels, of sum W, q = W p are the masses of the outputs;
the gain of q is then the greatest over all ways to share it out among the labels.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import inf

import numpy as np
from scipy.special import entr

from theory._scales import LEAST_FLOAT, LEAST_SAFE
from theory._types import Floats, Indices
from theory.losses import BCE, Loss, PiecewiseLinearLoss
from theory.risk._proved_bounds import EPSILON


@dataclass(frozen=True)
class Form(ABC):
    """steepest: T; unit: a size of values that matters."""

    steepest: float
    unit: float

    @abstractmethod
    def size(self, values: Floats) -> float:
        """What rounding of values may change the loss by relative to that, at most; 0 where the change is relative."""

    @abstractmethod
    def above(self, values: Floats, label: Indices) -> Floats:
        """At least the loss, for values (p, K)."""

    @abstractmethod
    def gain_below(self, masses: Floats, least: Floats, most: Floats, main: Indices) -> Floats:
        """At most the gain, (p,), of any q between `least` and `most`, but for the greatest, q[main], which is what
        the others leave of W: all (p, K), least >= 0 and the sum of the others' most at most W."""

    @abstractmethod
    def best(self, masses: Floats) -> Floats:
        """Values, at least 0, at which the sum over labels of masses (p, K) times losses is least, about."""

    @abstractmethod
    def exchange(self, shares: Floats) -> Floats:
        """For labels of these shares (K,) what parts (K, K) of each goes to which output, so that the gain is greatest
        where outputs have the shares of labels: the dual solution of constants."""

    def risk(self, values: Floats, masses: Floats) -> float:
        """The sum over all nodes and labels, about."""
        labels = range(masses.shape[1])
        return sum(float(masses[:, k] @ self.above(values, np.full(len(masses), k))) for k in labels)


class CrossEntropy(Form):
    """steepest is the temperature."""

    def size(self, values: Floats) -> float:
        return 0.0

    def above(self, values: Floats, label: Indices) -> Floats:
        rises = self.steepest * (values - np.take_along_axis(values, label[:, None], axis=1))
        size = np.abs(rises).max(axis=1)
        rises.sort(axis=1)
        top = rises[:, -1]  # of the label itself it is 0
        with np.errstate(under="ignore"):
            found = top + np.log1p(np.exp(rises[:, :-1] - top[:, None]).sum(axis=1))
        return found * (1 + (32 + values.shape[1] + 8 * size) * EPSILON) + values.shape[1] * LEAST_FLOAT

    def gain_below(self, masses: Floats, least: Floats, most: Floats, main: Indices) -> Floats:
        whole = masses.sum(axis=1)
        outputs = masses.shape[1]
        others = np.arange(outputs) != main[:, None]
        rounding = (outputs + 8) * EPSILON
        low = np.where(others, least, 0.0) / whole[:, None]
        high = np.where(others, most, 0.0) / whole[:, None]
        gains = np.minimum(entr(low), entr(high)).sum(axis=1)
        # W - q is what the others have: so small shares keep their digits
        ends = [np.minimum(part.sum(axis=1), 1 - EPSILON) for part in (low, high)]
        rest = np.minimum(*(-(1 - part) * np.log1p(-part) for part in ends))
        size = entr(high).clip(0.0).sum(axis=1) + 2 * high.sum(axis=1) + np.abs(rest)
        return np.asarray(whole * (gains + rest - 4 * rounding * size), dtype=np.float64)

    def best(self, masses: Floats) -> Floats:
        shares = masses / np.maximum(masses.sum(axis=1, keepdims=True), LEAST_SAFE)
        found = np.log(np.maximum(shares, np.finfo(np.float64).tiny)) / self.steepest
        return np.asarray(found - found.min(axis=1, keepdims=True))

    def exchange(self, shares: Floats) -> Floats:
        return np.tile(shares, (len(shares), 1))


class LargestOther(Form):
    """unit is the margin."""

    def size(self, values: Floats) -> float:
        return self.unit + 2 * float(np.abs(values).max())

    def above(self, values: Floats, label: Indices) -> Floats:
        own = np.take_along_axis(values, label[:, None], axis=1)[:, 0]
        rest = values.copy()
        np.put_along_axis(rest, label[:, None], -inf, axis=1)
        other = rest.max(axis=1)
        t = own - other
        back = t + other  # the rounding of t, exactly (Knuth's sum)
        error = (own - back) + ((back - t) - other)
        t = np.where(error < 0, np.nextafter(t, -inf), t)
        lack = np.maximum(self.unit - t, 0.0)
        return lack * (1 + 4 * EPSILON)

    def gain_below(self, masses: Floats, least: Floats, most: Floats, main: Indices) -> Floats:
        outputs = masses.shape[1]
        others = np.arange(outputs) != main[:, None]
        whole = masses.sum(axis=1)
        left = whole * (1 - 4 * outputs * EPSILON) - np.where(others, most, 0.0).sum(axis=1) * (1 + outputs * EPSILON)
        both = masses + np.where(others, least, np.maximum(left, 0.0)[:, None])
        # what is shared out to other labels: W, or twice W less what label k has to keep (Hall's theorem)
        kept = (both @ (1.0 - np.eye(outputs))).min(axis=1)
        return np.asarray(self.unit * np.minimum(kept, whole) * (1 - (4 * outputs + 8) * EPSILON), dtype=np.float64)

    def best(self, masses: Floats) -> Floats:
        """The margin for a label of at least half the masses; where there is none, 0 for all."""
        heavy = 2 * masses >= masses.sum(axis=1, keepdims=True)
        first = np.arange(masses.shape[1]) == heavy.argmax(axis=1)[:, None]
        return np.where(heavy & first, self.unit, 0.0)

    def exchange(self, shares: Floats) -> Floats:
        """Labels as intervals of a circle that turns half around: no other way leaves less of each where it is."""
        ends = np.cumsum(shares)
        starts = ends - shares
        found = np.zeros((len(shares), len(shares)))
        for turn in (-0.5, 0.5):
            low = np.maximum(starts[:, None] + turn, starts)
            found += np.maximum(np.minimum(ends[:, None] + turn, ends) - low, 0.0)
        return np.asarray(found / np.maximum(found.sum(axis=1, keepdims=True), LEAST_SAFE))


def form_of(loss: Loss) -> Form:
    """Of BCE with its temperature, and of a hinge with its margin."""
    if isinstance(loss, BCE):
        return CrossEntropy(float(loss.temperature), 1.0 / float(loss.temperature))
    assert isinstance(loss, PiecewiseLinearLoss)
    return LargestOther(1.0, float(loss.kink[2]))
