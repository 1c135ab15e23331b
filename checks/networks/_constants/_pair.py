"""A lower bound on a network's Lipschitz constant: two points and how far apart their values certainly are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, prod

import numpy as np
from numpy.typing import ArrayLike

from checks.arrays import Floats, floats
from checks.networks.graph import Activation, Graph, LeakyReLU, length_above

UNIT = 2.0**-53
POINTS, LEAST_POINTS, ROUNDS, TURNS = 96, 8, 12, 2
"""So many points are looked at in a round, fewer of large networks; so many rounds, so many steps of power iteration:
all chosen for time, a second for a network of a few hundred neurons."""
ENTRIES = 2**21
"""Of all nodes, for the points of a round: chosen for time, a quarter of a second each time that they are evaluated."""
STEP = 1e-6
"""Of differences that stand for derivatives, in units of the points' size."""
LONGEST, SHORTEST = 4, 12
"""Points move by 2^4 times their size at most, and by 2^-11 at least."""
PROVED = 3
"""The steepest are kept, and proved one time in so many: enclosing takes ten times as long as looking."""
KEPT = 8
"""One point in so many is kept, the steepest."""
SMALLEST, LARGEST = 2.0**-500, 2.0**1000
"""Of what counts as the points' size, so that steps are numbers."""
Constants = Sequence[float | None] | None
LENGTHS = 10.0 ** np.arange(-7, 2)
"""Of steps, in units of the points' size."""


@dataclass(frozen=True, eq=False)
class SteepPair:
    """Two points of float64 numbers and what they prove; see `steepest_pair`.

    Attributes:
        x, y: the points, of the network's input shape.
        lower: certainly |f(x) - f(y)| >= lower |x - y|.
        slope: the quotient as float64 computes it.
        order: of both norms.
    """

    x: Floats
    y: Floats
    lower: float
    slope: float
    order: float

    def __repr__(self) -> str:
        return f"SteepPair(lower={self.lower!r}, slope={self.slope!r}, order={self.order!r})"


@np.errstate(over="ignore", invalid="ignore", under="ignore", divide="ignore")
def steepest_pair(
    network: Graph,
    points: ArrayLike | None = None,
    *,
    order: float = 2,
    seed: int = 0,
    constants: Sequence[float | None] | None = None,
) -> SteepPair:
    """A pair of points between which the network is as steep as a search finds, with a certified lower bound.

    Points are moved where the Jacobian is largest, by power iteration, in rounds; the steepest are joined to points
    along the direction that is stretched most. The bound is that of `Graph.enclose`, rounded down: whatever the search
    does, it holds. It is the network's least Lipschitz constant from below (as in Virmaux and Scaman 2018).

    Args:
        network: read by `from_torch`, or made by hand.
        points: (p, *input_shape), where to begin; None: about the origin.
        order: 2 or inf, as for `lipschitz_bound`.
        seed: of the search.
        constants: of the nodes, such as `LipschitzBound.constants`: the values of deep networks are enclosed closer by
            them, see `Graph.enclose`.

    Raises:
        ValueError: another order, points of another shape, NaN or infinity.

    >>> from checks.networks.graph import Activation, Dense, Graph
    >>> layers = [Dense([[3.0], [-1.0]], [0.0, 0.0]), Activation("relu"), Dense([[1.0, 1.0]], [0.0])]
    >>> 2.99 < steepest_pair(Graph.chain((1,), layers)).lower <= 3
    True
    """
    if order not in (2, inf):
        raise ValueError(f"order={order!r}: choose 2 or inf")
    rng = np.random.default_rng(seed)
    shape, n = network.input_shape, prod(network.input_shape)
    start = np.zeros((1, *shape)) if points is None else floats("points", points)
    if start.shape[1:] != shape or not len(start):
        raise ValueError(f"points has shape {start.shape}: give (p, {', '.join(map(str, shape))}), p >= 1")
    if not np.isfinite(start).all():
        raise ValueError("points hold NaN or infinity: drop those rows")
    start = start.reshape(len(start), n)
    size = min(max(float(np.abs(start).max(initial=0.0)), SMALLEST), LARGEST) if start.any() else 1.0
    count = max(LEAST_POINTS, min(POINTS, ENTRIES // sum(prod(node.shape) for node in network.nodes)))
    held = start[rng.permutation(len(start))[: count // 2]]
    held = np.concatenate([held, held[rng.integers(len(held), size=count - len(held))]])
    held[len(held) // 2 :] += size * rng.normal(size=(len(held) - len(held) // 2, n)) / np.sqrt(n) * 2
    along, best = _units(rng.normal(size=held.shape), order), None
    bends = [node.inputs[0] for node in network.nodes if isinstance(node.operation, Activation | LeakyReLU)]
    for turn in range(ROUNDS):
        steep, along = _steepest(network, held, along, size, order)
        first = np.argsort(-steep)[: count // KEPT]
        if turn % PROVED == PROVED - 1:
            best = _better(best, _pairs(network, held[first], along[first], size, order, constants))
        chosen = first[rng.integers(len(first), size=count - len(first))]
        ways = [along[chosen], rng.normal(size=(len(chosen), n)) / np.sqrt(n)]
        if bends:
            before = Graph(network.nodes[: bends[rng.integers(len(bends))] + 1])
            ways.append(_opening(before, held[chosen], along[chosen], size))
        picked = np.stack(ways)[rng.integers(len(ways), size=len(chosen)), np.arange(len(chosen))]
        lengths = size * 0.5 ** rng.integers(-LONGEST, SHORTEST, size=(len(chosen), 1))
        moved = _moved(held[chosen], lengths * rng.choice([-1, 1], size=lengths.shape) * picked)
        held, along = np.concatenate([held[first], moved]), along[np.concatenate([first, chosen])]
    assert best is not None
    return best


def _steepest(network: Graph, points: Floats, along: Floats, size: float, order: float) -> tuple[Floats, Floats]:
    """How much the Jacobians stretch, about, and unit vectors that they stretch so, from others by power iteration."""
    shape, out = network.input_shape, network.output_shape
    images = points.reshape(-1, *shape)
    if prod(out) <= 1:
        along = network.pullback(images, np.ones((len(points), *out))).reshape(points.shape)
        sizes = _sizes(along, 2 if order == 2 else 1)
        return sizes, _units(along, order)
    values = network(images)
    for _ in range(TURNS):
        pushed = _pushed(network, values, points, along, size)
        given = _units(pushed, 2) if order == 2 else _largest(pushed)
        along = _units(network.pullback(images, given.reshape(-1, *out)).reshape(points.shape), order)
    return _sizes(_pushed(network, values, points, along, size), order) / (STEP * size), along


def _pushed(network: Graph, values: Floats, points: Floats, along: Floats, size: float) -> Floats:
    """How values change by a small step."""
    moved = (points + STEP * size * along).reshape(-1, *network.input_shape)
    return (network(moved) - values).reshape(len(points), -1)


def _opening(before: Graph, points: Floats, along: Floats, size: float) -> Floats:
    """Unit vectors that raise what comes before an activation, most where the steep direction changes it most: gates
    that are shut stretch nothing."""
    images = points.reshape(-1, *before.input_shape)
    through = np.abs(_pushed(before, before(images), points, along, size)).reshape(-1, *before.output_shape)
    return _units(before.pullback(images, through).reshape(points.shape), 2)


def _moved(points: Floats, steps: Floats) -> Floats:
    """Where float64 has numbers for it."""
    moved = points + steps
    return np.where(np.isfinite(moved), moved, points)


def _units(vectors: Floats, order: float) -> Floats:
    """The directions that a gradient grows fastest in, of norm 1."""
    if order == inf:
        return np.sign(np.where(np.isnan(vectors), 0.0, vectors))
    lengths = _sizes(vectors, 2)[:, None]
    return np.divide(vectors, lengths, out=np.zeros(vectors.shape), where=lengths > 0)


def _largest(vectors: Floats) -> Floats:
    found = np.zeros(vectors.shape)
    place = np.abs(vectors).argmax(axis=1)
    rows = np.arange(len(vectors))
    found[rows, place] = np.sign(vectors[rows, place])
    return found


def _sizes(vectors: Floats, order: float) -> Floats:
    """Norms, of numbers that are divided by the largest first, so that no square leaves float64; -1 for none."""
    largest = np.abs(vectors).max(axis=1, initial=0.0)
    scale = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
    found = scale * np.linalg.norm(vectors / scale[:, None], order, axis=1)
    return np.where(np.isfinite(found), found, -1.0)


def _pairs(network: Graph, points: Floats, along: Floats, size: float, order: float, constants: Constants) -> SteepPair:
    """The best pair with a proof, of those that look steepest among all of one length."""
    steps = np.concatenate([size * LENGTHS, -size * LENGTHS[-3:]])
    starts = np.repeat(points, len(steps), axis=0)
    ends = _moved(starts, np.tile(steps, len(points))[:, None] * np.repeat(along, len(steps), axis=0))
    shape = network.input_shape
    value, other = (network(p.reshape(-1, *shape)).reshape(len(p), -1) for p in (points, ends))
    slope = _sizes(other - np.repeat(value, len(steps), axis=0), order) / _sizes(ends - starts, order)
    chosen = np.where(np.isfinite(slope), slope, -1.0).reshape(-1, len(steps)).argmax(axis=0)
    rows = chosen * len(steps) + np.arange(len(steps))
    return _proved(network, starts[rows], ends[rows], order, constants)


def _proved(network: Graph, starts: Floats, ends: Floats, order: float, constants: Constants) -> SteepPair:
    shape, flat = network.input_shape, (len(starts), -1)
    value, error = network.enclose(starts.reshape(-1, *shape), constants=constants)
    other, slip = network.enclose(ends.reshape(-1, *shape), constants=constants)
    apart, unsure = (other - value).reshape(flat), (error + slip).reshape(flat)
    certain = np.maximum(np.abs(apart) * (1 - 4 * UNIT) - unsure * (1 + 4 * UNIT) - 5e-324, 0.0)
    between = np.abs(ends - starts)
    length = (length_above(between) if order == 2 else between.max(axis=1)) * (1 + 4 * UNIT) + 5e-324
    sure = np.isfinite(certain).all(axis=1) & np.isfinite(length)
    lower = np.where(sure, _below(certain, order) / length, 0.0)
    slope = np.where(sure, _sizes(apart, order) / length, 0.0)
    lower = np.where(np.isfinite(lower), np.maximum(np.nextafter(lower, -inf), 0.0), 0.0)
    k = int(lower.argmax())
    return SteepPair(starts[k].reshape(shape), ends[k].reshape(shape), float(lower[k]), float(slope[k]), order)


def _below(vectors: Floats, order: float) -> Floats:
    """Below the norms."""
    found = _sizes(vectors, order)
    return np.maximum(found * (1 - 4 * (vectors.shape[1] + 8) * UNIT) - 5e-324, 0.0)


def _better(one: SteepPair | None, other: SteepPair) -> SteepPair:
    return other if one is None or other.lower > one.lower else one
