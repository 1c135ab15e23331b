"""Proof, after the fact, that every sign a complex rests on is right.

A vertex is claimed to be the one point where given gates vanish and all others have given signs. Along these signs
the network is affine, so the point solves n linear equations; the inverse of their float64 matrix bounds how far
from it the float64 vertex is (Krawczyk), hence the sign of every gate that is not too close to zero there. What is
too close, and vertices on more than n gates, are solved in integers.

If all claims are true, exact arithmetic would have taken the same decisions at every step, so it would have found
the same complex: a cut divides the same edges, and a vertex never goes away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property

import numpy as np

from theory._types import Floats
from theory.pieces._lattice.complex import Complex
from theory.pieces._network.arrays import Bits, Ids, Words
from theory.pieces._network.integers import Row
from theory.pieces._network.plan import Plan, unpack
from theory.pieces._network.rounding import BOUND_SLACK, UNDERFLOW, Errors, gamma, pull_back, row_norms
from theory.pieces._network.vertex import locate

VERTICES_AT_ONCE = 4096
"""Vertices whose matrices are held at once: chosen for memory, 3 MB for 9 inputs."""

SMALL_DEFECT = 0.5
"""Above it |I - R A| is left to integers: any bound below 1 proves that A is regular; chosen."""


def certify(plan: Plan, cells: Complex, pause: Callable[[], None] = lambda: None) -> bool:
    """Whether all signs of the complex, on which every round has been run, are proved; False: some are wrong.

    pause: called now and then; it may raise.
    """
    for first in range(0, cells.points.size, VERTICES_AT_ONCE):
        pause()
        for i in _unproved(plan, cells, slice(first, first + VERTICES_AT_ONCE)) + first:
            pause()
            if not _exactly(plan, cells, i):
                return False
    return True


def _exactly(plan: Plan, cells: Complex, i: int) -> bool:
    """Compare the words of vertex i with the signs of integers."""
    plus, minus = cells.past_plus[i], cells.past_minus[i]
    point = locate(plan, plus, minus)
    if point is None:
        return False
    claims = [unpack(words[None, :1], len(plan.sides))[0] for words in (plus, minus)]
    if not _agrees(plan.sides.tolist(), point, *claims):
        return False
    return all(
        _agrees(
            plan.rows(minus, layer),
            point,
            *(plan.layer_bits(words[None], layer)[0] for words in (plus, minus)),
        )
        for layer in range(plan.network.depth)
    )


def _agrees(rows: list[Row], point: Row, plus: Bits, minus: Bits) -> bool:
    values = [sum(c * x for c, x in zip(row, point, strict=True)) for row in rows]
    return all((v > 0) == p and (v < 0) == m for v, p, m in zip(values, plus, minus, strict=True))


def _unproved(plan: Plan, cells: Complex, some: slice) -> Ids:
    """Vertices of the slice, counted from its start, whose signs float64 does not prove: of rounded networks, all."""
    if plan.rounded:
        return np.arange(len(cells.points[some]))
    scale = _scale(plan)
    points = cells.points[some] * np.append(scale, np.ones(plan.domain.dimension))
    points /= np.abs(points).max(axis=1, keepdims=True)
    claims = _Claims(plan, cells.past_plus[some], cells.past_minus[some], scale)
    distance = _distances(plan, claims, points)
    proved = np.isfinite(distance) & claims.sides_hold(points, distance)
    for held in claims.gates_hold(points, distance):
        proved &= held
    return np.flatnonzero(~proved)


def _scale(plan: Plan) -> float:
    """A power of two, at least 1, by which x0 is multiplied and biases divided, so that the box is about 1 wide."""
    low, high = plan.domain.low, plan.domain.high
    sizes = plan.network.biases[:-1] if low is None or high is None else (low, high)
    largest = max([1.0, *(float(np.abs(each).max()) for each in sizes)])
    return float(np.exp2(np.ceil(np.log2(largest))))


class _Claims:
    """Claimed signs of all sides and gates at some vertices, as bits (v, count) a layer; biases divided by `scale`."""

    def __init__(self, plan: Plan, plus: Words, minus: Words, scale: float = 1.0) -> None:
        self.plan, self.scale = plan, scale
        self.network = replace(plan.network, biases=tuple(bias / scale for bias in plan.network.biases))
        layers = range(plan.network.depth)
        self.plus = [plan.layer_bits(plus, layer) for layer in layers]
        self.minus = [plan.layer_bits(minus, layer) for layer in layers]
        self.side_plus, self.side_minus = (unpack(words[:, :1], len(plan.sides)) for words in (plus, minus))

    @cached_property
    def side_rows(self) -> Floats:
        """Scaled by powers of two, so that they are exact."""
        rows = [[int(x) for x in row] for row in self.plan.sides]
        found = np.array([[x / max(map(abs, row[1:]), default=1) if any(row[1:]) else x for x in row] for row in rows])
        found[:, 0] /= self.scale
        return found

    def sides_hold(self, points: Floats, distance: Floats) -> Bits:
        rows = self.side_rows
        # Rows have two entries at most; 2 terms would do.
        error = row_norms(rows) * (distance[:, None] + gamma(4) * np.linalg.norm(points, axis=1)[:, None])
        return _hold(points @ rows.T, error * BOUND_SLACK, self.side_plus, self.side_minus)

    def gates_hold(self, points: Floats, distance: Floats) -> Iterator[Bits]:
        """Of each layer whether all signs at a vertex (v,) are those claimed, its true place being this near."""
        unit, values, errors = points[:, 0], points[:, 1:], Errors.of(self.network)
        layers = zip(self.network.weights[:-1], self.network.biases[:-1], strict=True)
        for layer, (weight, bias) in enumerate(layers):
            size = float(np.sqrt((values**2).sum(axis=1).max())) * BOUND_SLACK + UNDERFLOW
            gates = self.network.gate_rows[layer]
            slope, error = errors.rows(*gates, size)
            computed = values @ gates[0].T + unit[:, None] * gates[1]
            yield _hold(computed, error + slope * distance[:, None], self.plus[layer], self.minus[layer])
            if layer + 1 < self.network.depth:
                values = self.network.apply_gates(values @ weight.T + unit[:, None] * bias, self.minus[layer])
                errors.advance(weight, bias, size)

    def all_bits(self) -> list[tuple[Bits, Bits]]:
        """Of the sides, then of each layer."""
        return [(self.side_plus, self.side_minus), *zip(self.plus, self.minus, strict=True)]

    def gradients(self, layer: int, vertex: Ids, gate: Ids) -> tuple[Floats, Floats]:
        """Gates as functions (k, n + 1) of the homogeneous point, each along the signs at a vertex; their errors.

        Layer -1 stands for the sides.
        """
        if layer < 0:
            return self.side_rows[gate], np.zeros(len(gate))
        rows, shifts = (part[gate] for part in self.network.gate_rows[layer])
        return pull_back(self.network, [minus[vertex] for minus in self.minus[:layer]], rows, shifts)


def _hold(values: Floats, error: Floats, plus: Bits, minus: Bits) -> Bits:
    """Whether each sign is proved to be as claimed, or claimed to be 0, which the equations make true."""
    wrong = (plus & ~(values > error)) | (minus & ~(values < -error))
    return ~np.any(wrong, axis=1)


def _distances(plan: Plan, claims: _Claims, points: Floats) -> Floats:
    """Bounds (v,) of the distance from each point to the vertex it stands for; infinity where there is none."""
    matrix, error, simple = _equations(plan, claims, points)
    distance = np.full(len(points), np.inf)
    if len(simple):
        with np.errstate(all="ignore"):
            distance[simple] = _krawczyk(matrix, error, points[simple])
    distance[~np.isfinite(distance)] = np.inf
    return distance


def _equations(plan: Plan, claims: _Claims, points: Floats) -> tuple[Floats, Floats, Ids]:
    """Matrices (k, n + 1, n + 1), bounds (k, n + 1) of the errors of their rows, and the vertices (k,) they locate.

    These are on exactly n sides or gates that are not idle. The last row fixes the largest coordinate.
    """
    n = points.shape[1] - 1
    idle = [np.zeros(len(plan.sides), bool), *plan.network.idle]
    found = [np.nonzero(~(plus | minus | off)) for off, (plus, minus) in zip(idle, claims.all_bits(), strict=True)]
    simple = np.flatnonzero(np.bincount(np.concatenate([each[0] for each in found]), minlength=len(points)) == n)
    place = np.full(len(points), -1)
    place[simple] = np.arange(len(simple))
    matrix, error = np.zeros((len(simple), n + 1, n + 1)), np.zeros((len(simple), n + 1))
    filled = np.zeros(len(simple), np.intp)
    for layer, (vertex, gate) in enumerate(found, start=-1):
        vertex, gate = vertex[place[vertex] >= 0], gate[place[vertex] >= 0]
        at = place[vertex]
        row = filled[at] + np.arange(len(at)) - np.searchsorted(at, at)
        matrix[at, row], error[at, row] = claims.gradients(layer, vertex, gate)
        filled += np.bincount(at, minlength=len(simple))
    matrix[np.arange(len(simple)), n, np.abs(points[simple]).argmax(axis=1)] = 1.0
    return matrix, error, simple


def _krawczyk(matrix: Floats, error: Floats, points: Floats) -> Floats:
    """|true - given| <= |R| |residual| / (1 - |I - R A|) for the float64 inverse R (Rump 2010, Acta Numerica 19).

    Products of n + 1 terms are off by gamma_(n + 1) times Frobenius norms (Higham 2002, (3.13)); 3 more terms are for
    the difference and the norm that is taken of them.
    """
    n = matrix.shape[1] - 1
    unit = np.exp2(-np.floor(np.log2(np.sqrt((matrix**2).sum(axis=2)))))
    matrix, error = matrix * unit[:, :, None], np.sqrt(((error * unit) ** 2).sum(axis=1))
    inverse = _inverse(matrix)
    residual = np.sqrt(((matrix[:, :n] @ points[:, :, None]) ** 2).sum(axis=(1, 2)))
    size, spread, reach = _frobenius(matrix), _frobenius(inverse), np.sqrt((points**2).sum(axis=1))
    residual += (gamma(n + 4) * size + error) * reach
    defect = _frobenius(np.eye(n + 1) - inverse @ matrix) + (gamma(n + 4) * size + error) * spread
    distance: Floats = spread * residual / (1 - defect * BOUND_SLACK) * BOUND_SLACK
    distance[~(defect < SMALL_DEFECT)] = np.inf
    return distance


def _frobenius(matrices: Floats) -> Floats:
    norms: Floats = BOUND_SLACK * np.sqrt((matrices**2).sum(axis=(1, 2)))
    return norms


def _inverse(matrices: Floats) -> Floats:
    """Of singular ones, something infinite."""
    inverse = np.full_like(matrices, np.inf)
    try:
        inverse[:] = np.linalg.inv(matrices)
    except np.linalg.LinAlgError:
        regular = np.linalg.det(matrices) != 0
        inverse[regular] = np.linalg.inv(matrices[regular])
    return inverse
