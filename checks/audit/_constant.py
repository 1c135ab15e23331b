"""The Lipschitz constant against what is claimed of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, nextafter, prod, sqrt

import numpy as np

from checks.arrays import Floats
from checks.audit._lines import MACHINE_CHECKED, SUPPORTED, Line, Part, at_least, at_most
from checks.audit._model import Sample, exact_arrays_of
from checks.audit._rules import RULES
from checks.networks import LipschitzBound, SteepPair, lipschitz_bound, singular_bounds, steepest_pair
from checks.networks.graph import Dense, Graph
from theory.norms import SemidefiniteBound, semidefinite_bound
from theory.pieces import LipschitzConstant, lipschitz_constant

CERTIFIED, REFUTED, UNDECIDED = "certified", "refuted", "undecided"
STEEP = 1e-3
"""A gradient of norm 1 - STEEP times the constant counts as preserved."""
FEW_INPUTS, FEW_NEURONS, FEW_PIECES = 4, 64, 20_000
"""Networks up to these are counted piece by piece, on all of R^n: chosen for time, seconds."""
LARGEST_PROGRAMME = 512
"""Inputs and gates of the networks that the programme is solved for: chosen for time, some seconds."""
SMALL_ENTRIES = 2**16
"""Of dense layers whose least singular values are bounded in whole numbers: chosen for time, tenths of a second."""
LOOKED_AT, ENTRIES = 256, 2**24
"""Points whose gradients are looked at, and entries of all of these, at most: chosen for time and memory."""


@dataclass(frozen=True, eq=False)
class Constant(Part):
    """Bounds on the Lipschitz constant, and the verdict on a claim.

    Attributes:
        claim: what is claimed; None for nothing.
        tolerance: by which the constant may exceed it, relative: what rounding of weights explains.
        bound: from the weights, Euclidean norms.
        largest: the same for largest entries.
        programme: the semidefinite bound of a dense network; None for others, and where a pair comes so near the bound
            from the weights that it would tell no more.
        exact: all pieces of a small network, and the steepest of them; None where they were not counted to the end.
        pair: two points that bound it from below.
        steep: share of the points looked at where the gradient's norm is within a thousandth of `target`; None without
            points.
        least: the least singular value of a dense layer, from below, of those that can be looked at; None without any.
            Where gradients keep their norm, layers that do not narrow have none below 1.
    """

    claim: float | None
    tolerance: float
    bound: LipschitzBound
    largest: LipschitzBound
    programme: SemidefiniteBound | None
    exact: LipschitzConstant | None
    pair: SteepPair
    steep: float | None
    least: float | None

    title = "The Lipschitz constant"

    @property
    def lower(self) -> float:
        """A certified lower bound."""
        return self.pair.lower if self.exact is None else max(self.pair.lower, self.exact.lower)

    @property
    def upper(self) -> float:
        """A certified upper bound."""
        others = [other.upper for other in (self.programme, self.exact) if other is not None]
        return min([self.bound.upper, *others])

    @property
    def pairs(self) -> Floats:
        """Upper bounds (K, K) on the constants of differences of outputs."""
        factor = 1.0 if len(self.bound.pairs) == 1 else nextafter(sqrt(2.0), inf)
        return np.minimum(self.bound.pairs, nextafter(factor * self.upper, inf) if factor > 1 else self.upper)

    @property
    def target(self) -> float:
        """What gradients are compared with: the claim where it is certified, else the upper bound."""
        return self.claim if self.claim is not None and self.verdict == CERTIFIED else self.upper

    @property
    def outputs(self) -> int:
        """How many numbers come out of the network."""
        return len(self.bound.pairs)

    @property
    def verdict(self) -> str:
        """On the claim: certified, refuted or undecided."""
        if self.claim is None:
            return UNDECIDED
        allowed = self.claim * (1 + self.tolerance)
        return CERTIFIED if self.upper <= allowed else REFUTED if self.lower > allowed else UNDECIDED

    def _carried(self) -> str:
        """What carries the upper bound."""
        if self.upper == self.bound.upper:
            return "below by two points, above by constants of layers: they multiply, and add in sums"
        if self.exact is not None and self.upper == self.exact.upper:
            return "all affine pieces were counted"
        return "below by two points, above by a semidefinite programme (LipSDP: Fazlyab et al. 2019)"

    def _rules(self) -> tuple[str, ...]:
        if self.upper == self.bound.upper:
            return _of_layers(self.bound)
        return ("pieces",) if self.exact is not None and self.upper == self.exact.upper else ("semidefinite programme",)

    def lines(self) -> tuple[Line, ...]:
        kinds = ("Dense", "Convolution", "TransposedConvolution", "Scaling")
        own = [layer for layer in self.bound.layers if layer.kind in kinds]
        said = [
            Line(
                f"The constant is between {at_least(self.lower, 9)} and {at_most(self.upper, 9)} (Euclidean norms).",
                MACHINE_CHECKED,
                self._carried(),
                self._rules(),
            ),
            Line(
                f"For largest entries it is at most {at_most(self.largest.upper, 6)}.",
                MACHINE_CHECKED,
                rules=_of_layers(self.largest),
            ),
        ]
        if own:
            steepest = max(own, key=lambda layer: layer.constant)
            place = steepest.name or f"of node {steepest.place}"
            said.insert(
                1,
                Line(
                    f"The steepest layer is {steepest.kind} {place}: {at_most(steepest.constant, 9)}.", MACHINE_CHECKED
                ),
            )
        if self.claim is not None:
            allowed = f" of {self.tolerance:g}, relative" if self.tolerance else ""
            words = {
                CERTIFIED: f"is at most {self.claim:g}" + (f", within a tolerance{allowed}" if allowed else ""),
                REFUTED: f"is more than {self.claim:g}" + (f", beyond a tolerance{allowed}" if allowed else ""),
                UNDECIDED: f"may or may not be at most {self.claim:g}: neither is proved",
            }[self.verdict]
            said.insert(0, Line(f"The constant {words}.", MACHINE_CHECKED))
        if self.steep is not None:
            steep = f"At {self.steep:.0%} of the points the gradient's norm is"
            said.append(Line(f"{steep} {self.target:.6g}, up to a thousandth.", SUPPORTED))
        if self.least is not None:
            said.append(Line(f"No singular value of a dense layer is below {at_least(self.least)}.", MACHINE_CHECKED))
        return tuple(said)


def _of_layers(bound: LipschitzBound) -> tuple[str, ...]:
    """The rules of its operations; in graphs an activation goes by its own name."""
    kinds = [layer.kind if layer.kind in RULES else "Activation" for layer in bound.layers]
    blocks = ["transposed block"] if any(k.kind == "Sum" and k.constant == k.constant for k in bound.layers) else []
    pools = ["overlapping maxima"] if {"Gather", "Max"} <= set(kinds) else []
    return tuple(dict.fromkeys(["chain", *kinds, *blocks, *pools]))


def constant_of(
    network: Graph, claim: float | None, tolerance: float, sample: Sample | None, seed: int, time_limit: float
) -> Constant:
    """Both bounds, and how steep the network is at the points."""
    points = None if sample is None else sample.points
    bound = lipschitz_bound(network)
    count = min(LOOKED_AT, ENTRIES // (prod(network.input_shape) * prod(network.output_shape)))
    pair = steepest_pair(network, points, seed=seed, constants=bound.constants)
    known = pair.lower >= bound.upper * (1 - STEEP)
    found = Constant(
        claim,
        tolerance,
        bound,
        lipschitz_bound(network, order=inf),
        None if known else _programme(network, time_limit),
        _enumerated(network, time_limit),
        pair,
        None,
        _least(network),
    )
    if points is None or not count:
        return found
    steep = (_slopes(network, points[:count]) >= found.target * (1 - STEEP)).mean()
    return replace(found, steep=float(steep))


def _programme(network: Graph, time_limit: float) -> SemidefiniteBound | None:
    arrays = exact_arrays_of(network)
    if arrays is None or arrays.activation not in ("relu", "groupsort2") or len(arrays.weights) < 2:
        return None
    gates = sum(map(len, arrays.weights[:-1])) // (2 if arrays.activation == "groupsort2" else 1)
    if gates + arrays.weights[0].shape[1] > LARGEST_PROGRAMME:
        return None
    return semidefinite_bound(arrays.weights, activation=arrays.activation, tolerance=1e-3, time_limit=time_limit / 4)


def _enumerated(network: Graph, time_limit: float) -> LipschitzConstant | None:
    arrays = exact_arrays_of(network)
    if arrays is None or len(arrays[0][0][0]) > FEW_INPUTS or sum(map(len, arrays[0][:-1])) > FEW_NEURONS:
        return None
    weights, biases, activation = arrays
    try:
        found = lipschitz_constant(
            weights,
            biases,
            "all",
            activation=activation,
            certify=True,
            max_pieces=FEW_PIECES,
            time_limit=time_limit / 4,
        )
    except (ArithmeticError, ValueError):  # weights that the count does not take
        return None
    return found if found.exact and found.certified else None


def _least(network: Graph) -> float | None:
    weights = [node.operation.weight for node in network.nodes[1:] if isinstance(node.operation, Dense)]
    found = [singular_bounds(weight).least for weight in weights if 0 < weight.size <= SMALL_ENTRIES]
    return min(found, default=None)


def _slopes(network: Graph, points: Floats) -> Floats:
    """The Euclidean norms of the Jacobians, from the smaller Gram matrices."""
    jacobian = network.jacobian(points)
    wide = jacobian if jacobian.shape[1] <= jacobian.shape[2] else jacobian.transpose(0, 2, 1)
    with np.errstate(over="ignore", invalid="ignore"):
        grams = wide @ wide.transpose(0, 2, 1)
    finite = np.isfinite(grams).all(axis=(1, 2))
    found = np.full(len(grams), inf)
    found[finite] = np.sqrt(np.maximum(np.linalg.eigvalsh(grams[finite])[:, -1], 0.0))
    return found


__all__ = ["CERTIFIED", "REFUTED", "UNDECIDED", "Constant", "constant_of"]
