"""What is proved of a least risk: all bounds are computed here, and nothing that a search hands in is trusted.

Values become those of an L-Lipschitz map, exactly (Kirszbraun 1934: values on a sample extend to one if they are as
close as its points allow); a flow becomes one whose every node has masses of outputs that are possible.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum

import numpy as np

from theory._scales import LARGEST_FLOAT, LEAST_FLOAT, lengths
from theory._types import Floats, Indices
from theory.risk._multiclass.problem import Problem
from theory.risk._multiclass.search import Candidate
from theory.risk._multiclass.tuning import TUNING
from theory.risk._pace import Pace
from theory.risk._proved_bounds import EPSILON, GAP_ROUNDING, LEAST_GAP, LEAST_MASS, relative_gap, transport_cost

FLUSHED = 2.0**-400
"""Values below this become 0: differences of the others have squares that are normal floats."""
SPARE = 2.0**-40
"""Values are drawn together by so much more than is needed: far above their rounding, far below all tolerances."""
TRIES = 6
"""So often at most, by four times as much each time, before a constant has to do."""
MOST_LOST = 2.0**-10
"""A node whose masses rounding hides by this share or more is given up in a lower bound."""

KEPT = 2.0**-20
"""So much of a node's mass its greatest output keeps at least, where masses are mended."""


@dataclass(frozen=True)
class Primal:
    """values: (p, K) at the nodes, times 2^-exponent floats; risk: at least theirs."""

    values: Floats
    risk: float


@dataclass(frozen=True)
class Dual:
    """The flow (e, K) of pairs (start, end) that proves the bound."""

    start: Indices
    end: Indices
    flow: Floats
    bound: float


@dataclass(frozen=True)
class Bounds:
    """The best values and the best flow; finished: they are close."""

    primal: Primal
    dual: Dual
    finished: bool


def best_bounds(problem: Problem, ways: Iterable[Candidate], exponent: int, tolerance: float, pace: Pace) -> Bounds:
    """Of the candidates up to the first with which they are close, or the last in time, or the last that helps."""
    primal, dual = constant_values(problem, exponent), nothing()
    if problem.outputs == 1:
        return Bounds(primal, dual, finished=True)
    idle = 0
    for candidate in ways:
        gap = primal.risk - dual.bound
        primal = lipschitz_values(problem, candidate, exponent, primal.risk) or primal
        dual = max(dual, risk_below(problem, candidate), key=lambda each: each.bound)
        share = relative_gap(primal.risk, dual.bound)
        pace.at(share, tolerance)
        lost = GAP_ROUNDING * fsum(problem.weights) * problem.form.size(primal.values)
        if share <= tolerance or primal.risk - dual.bound <= lost:
            pace.at(0.0, tolerance)
            return Bounds(primal, dual, finished=True)
        idle = 0 if primal.risk - dual.bound < TUNING.helps * gap else idle + 1
        if idle > TUNING.patience or pace.over:
            break
    return Bounds(primal, dual, finished=False)


def nothing() -> Dual:
    none = np.empty(0, dtype=np.intp)
    return Dual(none, none, np.empty((0, 0)), 0.0)


def risk_above(problem: Problem, values: Floats) -> float:
    """At least the risk of values (p, K) at the nodes; no loss where there is one class."""
    if problem.outputs == 1:
        return 0.0
    losses = problem.form.above(values[problem.node], problem.label)
    terms = problem.weights * losses
    lost = np.count_nonzero((losses > 0) & (terms < LEAST_GAP))
    return fsum(terms) * (1 + 4 * EPSILON) + int(lost) * LEAST_FLOAT


def settled(values: Floats, exponent: int) -> Floats:
    """Near ones that are floats in the caller's unit, 2^exponent of this one, too."""
    with np.errstate(under="ignore", over="ignore"):
        outer = np.ldexp(np.where(np.abs(values) < FLUSHED, 0.0, values), -exponent)
        return np.asarray(np.ldexp(np.clip(outer, -LARGEST_FLOAT, LARGEST_FLOAT), exponent))


def lipschitz_values(problem: Problem, candidate: Candidate, exponent: int, best: float) -> Primal | None:
    """The candidate's values, drawn together until they are as close as they must be; None where the risk is not below
    `best`, or rounding is in the way."""
    ratio = problem.pairs.look(candidate.values, problem.inner, 0.0, 0).ratio if problem.inner else np.inf
    spare = SPARE
    for _ in range(TRIES):
        share = 1.0 if ratio <= 1 - SPARE else (1 - spare) / ratio
        found = min((_drawn(problem, candidate.values, share, exponent, k) for k in (0, 1)), key=lambda each: each.risk)
        if not found.risk < best:
            return None
        if problem.pairs.certified(found.values, problem.inner):
            return found
        ratio = max(ratio, 1.0)
        spare *= 4
    return None


def _drawn(problem: Problem, values: Floats, share: float, exponent: int, way: int) -> Primal:
    """Towards their mean, or towards the best constant."""
    if share == 1.0:
        near = settled(values, exponent)
    else:
        goal = values.mean(axis=0) if way == 0 else problem.form.best(problem.shares[None])[0]
        near = settled(goal + share * (values - goal), exponent)
    return Primal(near, risk_above(problem, near))


def constant_values(problem: Problem, exponent: int) -> Primal:
    best = settled(problem.form.best(problem.shares[None]), exponent)
    values = np.repeat(best, problem.count, axis=0)
    return Primal(values, risk_above(problem, values))


class Ledger:
    """What flows of mass between nodes leave of the masses at each, with what rounding may change."""

    def __init__(self, problem: Problem, masses: Floats, start: Indices, end: Indices, flow: Floats) -> None:
        """flow: (e, K); its last entry is what the others' sum lacks of 0."""
        count = len(masses)
        out = np.zeros_like(masses)
        np.add.at(out, start, flow)
        np.subtract.at(out, end, flow)
        self.masses, self.out, self.whole = masses, out, masses.sum(axis=1)
        nodes = np.concatenate([start, end])
        through = np.bincount(nodes, np.tile(np.abs(flow).sum(axis=1), 2), count)
        degree = np.bincount(nodes, minlength=count)
        self.lost = (degree + 2 * problem.outputs + 8) * EPSILON * through + LEAST_MASS * (degree > 0)
        self.left = masses - out
        self.main = self.left.argmax(axis=1)

    @property
    def others(self) -> np.ndarray:
        return np.arange(self.masses.shape[1]) != self.main[:, None]


def risk_below(problem: Problem, candidate: Candidate) -> Dual:
    """At most the least risk, by duality: the flow, made possible."""
    count, masses = problem.count, problem.masses
    start, end = candidate.codes // count, candidate.codes % count
    flow = _balanced(candidate.flow)
    whole = masses.sum(axis=1)
    ledger = Ledger(problem, masses, start, end, flow)
    alive = (whole >= LEAST_MASS) & (ledger.lost <= MOST_LOST * whole)
    masses = np.where(alive[:, None], masses, 0.0)
    kept = alive[start] & alive[end]
    start, end, flow = start[kept], end[kept], flow[kept]
    if not alive.any():
        return nothing()
    mended = _mended(problem, masses, alive, start, end, flow, candidate.cluster) if len(flow) else (start, end, flow)
    bounds = [_bound(problem, masses, alive, *each) for each in ((start, end, flow), mended) if each is not None]
    return max([nothing(), *(each for each in bounds if each is not None)], key=lambda each: each.bound)


def _balanced(flow: Floats) -> Floats:
    found = flow.copy()
    if flow.shape[1]:
        found[:, -1] = -found[:, :-1].sum(axis=1)
    return found


def _mended(
    problem: Problem,
    masses: Floats,
    alive: np.ndarray,
    start: Indices,
    end: Indices,
    flow: Floats,
    cluster: Indices,
) -> tuple[Indices, Indices, Floats] | None:
    """With more flow, over the first node of each cluster and one node in the middle, to where masses are possible.

    Masses become at least what rounding may hide, and the greatest of the node pays for it. Outputs that have more by
    that, all nodes together, lose the same share of it at each; those that have less get it there.
    """
    ledger = Ledger(problem, masses, start, end, flow)
    whole = np.where(alive, ledger.whole, 1.0)[:, None]
    hub = problem.middle(np.where(alive, ledger.whole, 0.0))
    others, main = ledger.others & alive[:, None], ledger.main[:, None]
    lost, found = ledger.lost, (start, end, flow)
    for _ in range(2):  # what is added is rounded, too
        base = np.where(others, np.maximum(ledger.left, 4 * lost[:, None]), 0.0)
        base *= np.minimum(1.0, (1 - KEPT) * whole / np.maximum(base.sum(axis=1, keepdims=True), LEAST_MASS))
        raised = np.where(others, base - ledger.left, 0.0)
        np.put_along_axis(raised, main, -raised.sum(axis=1, keepdims=True), axis=1)
        np.put_along_axis(base, main, whole - base.sum(axis=1, keepdims=True), axis=1)
        base[~alive] = 0.0
        lack, total = raised.sum(axis=0), base.sum(axis=0)
        change = raised
        if (lack > 0).any():
            cut, wanting = np.maximum(lack, 0.0) / np.maximum(total, LEAST_MASS), np.maximum(-lack, 0.0)
            if not (float(cut.max()) < 1 and wanting.any()):
                return None
            freed = (base * cut).sum(axis=1, keepdims=True)
            change = raised - base * cut + freed * (wanting / wanting.sum())
        more = _routed(change, alive, cluster, hub)
        ends = [np.concatenate(both) for both in zip((start, end, flow), more, strict=True)]
        found = ends[0], ends[1], _balanced(ends[2])
        lost = 2 * Ledger(problem, masses, *found).lost
    return found


def _routed(change: Floats, alive: np.ndarray, cluster: Indices, hub: int) -> tuple[Indices, Indices, Floats]:
    """What each node lacks comes from the hub, by way of the first node of its cluster."""
    nodes = np.flatnonzero(alive)
    first = np.full(int(cluster.max()) + 1, -1)
    first[cluster[nodes[::-1]]] = nodes[::-1]
    first[cluster[hub]] = hub
    head = first[cluster[nodes]]
    inner = nodes[head != nodes]
    sums = np.zeros_like(change)
    np.add.at(sums, head, change[nodes])
    heads = np.unique(head[head != hub])
    start = np.concatenate([np.full(len(heads), hub), first[cluster[inner]]])
    end, flow = np.concatenate([heads, inner]), np.concatenate([sums[heads], change[inner]])
    kept = (flow != 0).any(axis=1)
    return start[kept], end[kept], flow[kept]


def _bound(
    problem: Problem, masses: Floats, alive: np.ndarray, start: Indices, end: Indices, flow: Floats
) -> Dual | None:
    """None where masses are not possible, for all that rounding tells."""
    ledger = Ledger(problem, masses, start, end, flow)
    lost = ledger.lost[:, None] + 4 * EPSILON * np.abs(ledger.left)
    others, outputs = ledger.others, problem.outputs
    least, most = np.where(others, ledger.left - lost, 0.0), np.where(others, ledger.left + lost, 0.0)
    # what is exactly as it was is exactly 0
    least, most = (
        np.where(others & (ledger.out == 0) & (ledger.lost == 0)[:, None], masses, each) for each in (least, most)
    )
    if (least < 0).any() or not (most.sum(axis=1)[alive] <= (1 - 4 * outputs * EPSILON) * ledger.whole[alive]).all():
        return None
    gains = problem.form.gain_below(masses[alive], least[alive], most[alive], ledger.main[alive])
    sizes = lengths(flow) * (1 + (4 * outputs + 8) * EPSILON) + LEAST_FLOAT
    codes = problem.pairs.codes(start, end)
    steep = problem.lipschitz * problem.form.steepest * (1 + 4 * EPSILON)
    cost = transport_cost(steep, problem.pairs.distances(codes), sizes, problem.dimension)
    bound = fsum(gains) - cost
    bound -= 8 * EPSILON * (fsum(np.abs(gains)) + cost) + 4 * len(gains) * LEAST_FLOAT
    return Dual(start, end, flow, bound if bound >= LEAST_GAP else min(bound, 0.0))
