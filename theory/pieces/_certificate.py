"""Proof, after the fact, that every sign a complex rests on is right.

A vertex is claimed to be the one point where given gates vanish and all others have given signs. Along these signs
the network is affine, so the point solves n linear equations; the inverse of their float64 matrix bounds how far
from it the float64 vertex is (Krawczyk), hence the sign of every gate that is not too close to zero there. What is
too close, and vertices on more than n gates, are solved in integers. Vertices of the last layer that lie between two
others, on an edge that one gate alone cuts, need no proof: their signs follow.

If all claims are true, exact arithmetic would have taken the same decisions at every step, so it would have found
the same complex: a cut divides the same edges, and a vertex never goes away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property

import numpy as np

from theory._compiled import installed
from theory._types import Floats
from theory.pieces._lattice.complex import Complex
from theory.pieces._network.arrays import Bits, Ids, Words
from theory.pieces._network.integers import Row
from theory.pieces._network.plan import WORD, Plan, pack_all, unpack
from theory.pieces._network.rounding import BOUND_SLACK, UNDERFLOW, Errors, gamma, layer_lengths, pull_back, row_norms
from theory.pieces._network.vertex import locate

VERTICES_AT_ONCE = 1024
"""Vertices looked at at once: chosen, values of a layer of width 128 stay in a processor's cache, 1 MB."""

SMALL_DEFECT = 0.5
"""Above it |I - R A| is left to integers: any bound below 1 proves that A is regular; chosen."""


def certify(plan: Plan, cells: Complex, pause: Callable[[], None] = lambda: None) -> bool:
    """Whether all signs of the complex, on which every round has been run, are proved; False: some are wrong.

    pause: called now and then; it may raise.
    """
    scaled = _Scaled(plan, cells.compiled and installed())
    asked = np.flatnonzero(~_implied(plan, cells))
    for first in range(0, len(asked), VERTICES_AT_ONCE):
        some = asked[first : first + VERTICES_AT_ONCE]
        pause()
        for i in some[_unproved(scaled, cells, some)]:
            pause()
            if not _exactly(plan, cells, i):
                return False
    return True


def _implied(plan: Plan, cells: Complex) -> Bits:
    """Vertices (v,) all of whose signs follow from those of two others, if these are right.

    Such a one is of the last layer, where a single gate has both signs on the edge that it cut: there it is 0 once. All
    others are affine on the edge, and of one sign, or 0 all along.
    """
    found = (cells.born.view == plan.network.depth - 1) & (cells.parents.view >= 0).all(axis=1)
    some = np.flatnonzero(found)
    u, v = cells.parents[some].T
    plus, minus = (stored[u] | stored[v] for stored in (cells.past_plus, cells.past_minus))
    both = plus & minus
    right = (cells.past_plus[some] == plus & ~both) & (cells.past_minus[some] == minus & ~both)
    found[some] = right.all(axis=1) & (np.bitwise_count(both).sum(axis=1) == 1)
    return found


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


def _unproved(scaled: _Scaled, cells: Complex, some: Ids) -> Ids:
    """Positions in `some` of vertices whose signs float64 does not prove: of rounded networks, all."""
    if scaled.plan.rounded:
        return np.arange(len(some))
    points = cells.points[some] * np.append(scaled.scale, np.ones(scaled.plan.domain.dimension))
    points /= np.abs(points).max(axis=1, keepdims=True)
    claims = _Claims(scaled, cells.past_plus[some], cells.past_minus[some])
    distance = _distances(claims, points)
    proved = np.isfinite(distance) & claims.sides_hold(points, distance)
    for held in claims.gates_hold(points, distance):
        proved &= held
    return np.flatnonzero(~proved)


class _Scaled:
    """The network, its biases divided by a power of two `scale`, at least 1, by which x0 is multiplied: the box is then
    about 1 wide."""

    def __init__(self, plan: Plan, compiled: bool = False) -> None:
        self.plan, self.compiled = plan, compiled
        low, high = plan.domain.low, plan.domain.high
        sizes = plan.network.biases[:-1] if low is None or high is None else (low, high)
        largest = max([1.0, *(float(np.abs(each).max()) for each in sizes)])
        self.scale = float(np.exp2(np.ceil(np.log2(largest))))
        self.network = replace(plan.network, biases=tuple(bias / self.scale for bias in plan.network.biases))

    @cached_property
    def side_rows(self) -> Floats:
        """Scaled by powers of two, so that they are exact."""
        rows = [[int(x) for x in row] for row in self.plan.sides]
        found = np.array([[x / max(map(abs, row[1:]), default=1) if any(row[1:]) else x for x in row] for row in rows])
        found[:, 0] /= self.scale
        return found

    @cached_property
    def gates(self) -> Words:
        """Of each column of words which bits are of sides, or of gates that are not idle."""
        network, sides = self.plan.network, [np.uint64(2 ** len(self.plan.sides) - 1)]
        return np.concatenate(
            [sides, *(pack_all(~idle[None], self._columns(i))[0] for i, idle in enumerate(network.idle))]
        )

    def _columns(self, layer: int) -> int:
        found = self.plan.columns(layer)
        return found.stop - found.start


class _Claims:
    """Claimed signs of all sides and gates at some vertices, as words (v, 1 + rounds)."""

    def __init__(self, scaled: _Scaled, plus: Words, minus: Words) -> None:
        self.scaled, self.network = scaled, scaled.network
        self.plus, self.minus = plus, minus
        self.acting = [scaled.plan.layer_bits(minus, layer) for layer in range(self.network.depth)]

    def sides_hold(self, points: Floats, distance: Floats) -> Bits:
        rows = self.scaled.side_rows
        # Rows have two entries at most; 2 terms would do.
        error = row_norms(rows) * (distance[:, None] + gamma(4) * np.linalg.norm(points, axis=1)[:, None])
        return _hold(points @ rows.T, error * BOUND_SLACK, self.plus[:, :1], self.minus[:, :1])

    def gates_hold(self, points: Floats, distance: Floats) -> Iterator[Bits]:
        """Of each layer whether all signs at a vertex (v,) are those claimed, its true place being this near.

        Where the distance is infinite, the answer is not to be used.
        """
        unit, values, errors = points[:, 0], points[:, 1:], Errors.of(self.network)
        lengths = layer_lengths(self.network)
        near = np.where(np.isfinite(distance), distance, 0.0)
        for layer in range(self.network.depth):
            weight, bias = self.network.weights[layer], self.network.biases[layer]
            size = float(np.sqrt(np.einsum("ij,ij->i", values, values).max())) * BOUND_SLACK + UNDERFLOW
            rows, shifts = self.network.gate_rows[layer]
            slope, error = errors.rows(rows, shifts, size)
            computed = _at(values, unit, rows, shifts)
            yield self._layer_holds(layer, computed, error, slope, near)
            if layer + 1 < self.network.depth:
                made = _at(values, unit, weight, bias) if self.network.paired else computed
                values = self.network.apply_gates(made, self.acting[layer])
                errors.advance(weight, bias, size, lengths[layer])

    def _layer_holds(self, layer: int, values: Floats, error: Floats, slope: Floats, near: Floats) -> Bits:
        columns = self.scaled.plan.columns(layer)
        if self.scaled.compiled:
            from theory.pieces._lattice.loops import held  # numba is slow to import

            return held(values, error, slope, near, self.plus, self.minus, columns.start)
        return _hold(values, error + near[:, None] * slope, self.plus[:, columns], self.minus[:, columns])

    def zeros(self) -> Iterator[tuple[Ids, Ids]]:
        """(vertex, place) of signs of 0: of the sides, then of each layer. Gates that are idle are left out, and those
        that are 0 because gates before them are."""
        words = ~(self.plus | self.minus) & self.scaled.gates
        plan, ties = self.scaled.plan, self._ties
        for layer, columns in enumerate((slice(1), *map(plan.columns, range(self.network.depth))), start=-1):
            some = np.flatnonzero(words[:, columns].any(axis=1))
            vertex, place = np.nonzero(unpack(words[some, columns], WORD * (columns.stop - (columns.start or 0))))
            vertex = some[vertex]
            if layer in ties:
                new = ~ties[layer][vertex, place]
                vertex, place = vertex[new], place[new]
            yield vertex, place

    @property
    def _ties(self) -> dict[int, Bits]:
        """`Plan.ties`, by layer."""
        plan = self.scaled.plan
        return {
            stage.first + i: found
            for stage in plan.network.stages
            for i, found in enumerate(plan.ties(self.plus, self.minus, stage.first))
        }

    def gradients(self, layer: int, vertex: Ids, gate: Ids) -> tuple[Floats, Floats]:
        """Gates as functions (k, n + 1) of the homogeneous point, each along the signs at a vertex; their errors.

        Layer -1 stands for the sides.
        """
        if layer < 0:
            return self.scaled.side_rows[gate], np.zeros(len(gate))
        rows, shifts = (part[gate] for part in self.network.gate_rows[layer])
        return pull_back(self.network, [acting[vertex] for acting in self.acting[:layer]], rows, shifts)


def _at(values: Floats, unit: Floats, rows: Floats, shifts: Floats) -> Floats:
    found: Floats = values @ rows.T
    found += unit[:, None] * shifts
    return found


def _hold(values: Floats, error: Floats, plus: Words, minus: Words) -> Bits:
    """Whether each sign is proved to be as claimed, or claimed to be 0, which the equations make true."""
    above, below = (pack_all(bits, plus.shape[1]) for bits in (values > error, -values > error))
    return ~np.any(plus & ~above | minus & ~below, axis=1)


def _distances(claims: _Claims, points: Floats) -> Floats:
    """Bounds (v,) of the distance from each point to the vertex it stands for; infinity where there is none."""
    matrix, error, simple = _equations(claims, points)
    distance = np.full(len(points), np.inf)
    if len(simple):
        with np.errstate(all="ignore"):
            distance[simple] = _krawczyk(matrix, error, points[simple], claims.scaled.compiled)
    distance[~np.isfinite(distance)] = np.inf
    return distance


def _equations(claims: _Claims, points: Floats) -> tuple[Floats, Floats, Ids]:
    """Matrices (k, n + 1, n + 1), bounds (k, n + 1) of the errors of their rows, and the vertices (k,) they locate.

    These are on exactly n sides or gates, as `zeros` counts them. The last row fixes the largest coordinate.
    """
    n = points.shape[1] - 1
    found = list(claims.zeros())
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


def _krawczyk(matrix: Floats, error: Floats, points: Floats, compiled: bool = False) -> Floats:
    """|true - given| <= |R| |residual| / (1 - |I - R A|) for the float64 inverse R (Rump 2010, Acta Numerica 19).

    Products of n + 1 terms are off by gamma_(n + 1) times Frobenius norms (Higham 2002, (3.13)); 3 more terms are for
    the difference and the norm that is taken of them.
    """
    n = matrix.shape[1] - 1
    unit = np.exp2(-np.floor(np.log2(np.sqrt((matrix**2).sum(axis=2)))))
    matrix, error = matrix * unit[:, :, None], np.sqrt(((error * unit) ** 2).sum(axis=1))
    inverse = _inverse(matrix, compiled)
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


def _inverse(matrices: Floats, compiled: bool) -> Floats:
    """Of singular ones, something infinite."""
    if compiled:
        from theory.pieces._lattice.loops import inverted  # numba is slow to import

        return inverted(matrices)
    inverse = np.full_like(matrices, np.inf)
    try:
        inverse[:] = np.linalg.inv(matrices)
    except np.linalg.LinAlgError:
        regular = np.linalg.det(matrices) != 0
        inverse[regular] = np.linalg.inv(matrices[regular])
    return inverse
