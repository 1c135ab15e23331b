"""A primal-dual interior point method for the least sum of w h(y z) under |z[i] - z[i + 1]| <= D[i].

h is a loss in normal form. Its masses alpha are variables with barriers of their own at 0 and w (as if h° were a cone),
so that losses hundreds of orders of magnitude apart cost no more steps than equal ones. Newton's systems are networks
of conductors in a row, solved with componentwise accuracy: bounds D many orders of magnitude apart are harmless.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from theory._types import Floats
from theory.losses import NormalForm
from theory.risk._line.conductors import network

TO_BOUNDARY = 0.99
LEAST_CENTRING = 1e-6
SMALLEST_GAP = 1e-290


@dataclass(frozen=True)
class Smooth:
    """The labels and weights of the points, (p,), in the order of the nodes; the first point of each node, (q,); the
    greatest |z[i] - z[i + 1]|, (q - 1,), positive; the loss h of y z."""

    signs: Floats
    weights: Floats
    starts: NDArray[np.intp]
    bounds: Floats
    form: NormalForm

    @cached_property
    def node(self) -> NDArray[np.intp] | None:
        """The node of each point; None where that is its own number."""
        counts = np.diff(np.append(self.starts, len(self.signs)))
        return None if len(self.starts) == len(self.signs) else np.repeat(np.arange(len(self.starts)), counts)

    def sums(self, entries: Floats) -> Floats:
        """Sums over the points of each node, (q,)."""
        return entries if self.node is None else np.add.reduceat(entries, self.starts)

    def at_points(self, node_values: Floats) -> Floats:
        """y z, one entry a point."""
        return self.signs * (node_values if self.node is None else node_values[self.node])

    def at_nodes(self, multipliers: Floats) -> Floats:
        """The sums of y alpha, one entry a node."""
        return self.sums(self.signs * multipliers)


@dataclass(frozen=True)
class State:
    """z (q,): values. Pairs of a multiplier and its slack, products of which tend to 0: (alpha, at_zero) and
    (beta = w - alpha, at_one) for the points, (down, room_down) and (up, room_up) for the edges. gap: their sum."""

    z: Floats
    pairs: tuple[tuple[Floats, Floats], ...]

    @property
    def alpha(self) -> Floats:
        return self.pairs[0][0]

    @property
    def flux(self) -> Floats:
        return self.pairs[2][0] - self.pairs[3][0]

    @property
    def gap(self) -> float:
        return float(sum(np.dot(multiplier, slack) for multiplier, slack in self.pairs))


def states(problem: Smooth) -> Iterator[State]:
    """Better and better states, without end unless rounding stops the progress."""
    state = _start(problem)
    while True:
        yield state
        following = _improved(problem, state)
        if following is None:
            return
        state = following


def divergence(flux: Floats) -> Floats:
    """What flows out of each node, (q,), for a flux along the edges, (q - 1,)."""
    out = np.zeros(len(flux) + 1)
    out[:-1] = flux
    out[1:] -= flux
    return out


def _start(problem: Smooth) -> State:
    """The best constant z, with the exact flux for it."""
    weights, signs, bounds = problem.weights, problem.signs, problem.bounds
    total, positive = weights.sum(), weights[signs > 0].sum()
    negative = weights[signs < 0].sum()
    alpha = np.maximum(weights * np.where(signs > 0, negative, positive) / total, SMALLEST_GAP)
    beta = np.maximum(weights * np.where(signs > 0, positive, negative) / total, SMALLEST_GAP)
    flux = np.cumsum(problem.at_nodes(alpha))[:-1]
    mean = (np.dot(np.abs(flux), bounds) + alpha.sum()) / len(weights)
    pairs = (
        (alpha, mean / alpha),
        (beta, mean / beta),
        (np.maximum(flux, 0) + mean / bounds, bounds),
        (np.maximum(-flux, 0) + mean / bounds, bounds),
    )
    place = problem.form.place
    return State(np.full(len(bounds) + 1, (place(negative, positive) - place(positive, negative)) / 2), pairs)


def _improved(problem: Smooth, state: State) -> State | None:
    """One step of Mehrotra's predictor and corrector; None where no step is possible in floats."""
    if not state.gap > SMALLEST_GAP:
        return None
    with np.errstate(all="ignore"):
        newton = _Newton(problem, state)
        count = sum(len(multiplier) for multiplier, _ in state.pairs)
        nothing = [0.0] * 4
        affine = newton.direction(nothing)
        ahead = _moved(state, affine, min(1.0, _room(state, affine)))
        mean = state.gap / count
        centring = max((ahead.gap / state.gap) ** 3, LEAST_CENTRING) * mean
        second_order = [centring - change * other for change, other in affine.pairs]
        step = newton.direction(second_order)
        length = min(1.0, TO_BOUNDARY * _room(state, step))
        following = _moved(state, step, length)
    sound = length > 1e-8 and np.isfinite(following.gap) and np.isfinite(following.z).all()
    return following if sound else None


def _room(state: State, step: State) -> float:
    """How far a step may go before some multiplier or slack is 0."""
    shrink = 0.0
    for now, change in zip(state.pairs, step.pairs, strict=True):
        for value, difference in zip(now, change, strict=True):
            shrink = max(shrink, float((-difference / value).max(initial=0.0)))
    return 1.0 / shrink if shrink > 0 else np.inf


def _moved(state: State, step: State, length: float) -> State:
    pairs = tuple(
        (one + length * change, other + length * other_change)
        for (one, other), (change, other_change) in zip(state.pairs, step.pairs, strict=True)
    )
    return State(state.z + length * step.z, pairs)


class _Newton:
    """Newton's equations at a state, for any right-hand side of the complementarity products."""

    def __init__(self, problem: Smooth, state: State) -> None:
        self.problem, self.pairs = problem, state.pairs
        (alpha, zero), (beta, one), (down, below), (up, above) = state.pairs
        margins = problem.at_points(state.z)
        self.mismatch = margins - problem.form.place(alpha, beta) - zero + one
        self.imbalance = divergence(down - up) - problem.at_nodes(alpha)
        self.give = 1.0 / (problem.form.bend(alpha, beta) + zero / alpha + one / beta)
        self.link = down / below + up / above
        self.network = network(problem.sums(self.give), self.link)

    def direction(self, targets: list[Any]) -> State:
        """The step towards products equal to the targets."""
        (alpha, zero), (beta, one), (down, below), (up, above) = self.pairs
        lack = [target - m * s for target, (m, s) in zip(targets, self.pairs, strict=True)]
        pull = lack[0] / alpha - lack[1] / beta - self.mismatch
        push = lack[2] / below - lack[3] / above
        fed = self.problem.at_nodes(self.give * pull) - self.imbalance - divergence(push)
        z, fall = self.network.potentials(fed)
        more = self.give * (pull - self.problem.at_points(z))
        return State(
            z,
            (
                (more, (lack[0] - zero * more) / alpha),
                (-more, (lack[1] + one * more) / beta),
                ((lack[2] + down * fall) / below, -fall),
                ((lack[3] - up * fall) / above, fall),
            ),
        )
