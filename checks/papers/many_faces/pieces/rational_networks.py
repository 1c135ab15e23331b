"""GroupSort2 networks in exact rational arithmetic, and every cell of those with one or two inputs.

A network is z_1 = W_1 x + b_1, z_(i+1) = W_(i+1) GroupSort2(z_i) + b_(i+1), f = z_(k+1); gates pair coordinates 2j and
2j + 1. A gate is unswapped where z_(2j) <= z_(2j+1), ties included, and a cell is the set of a sign pattern of all
gates, counted when it has an interior.

The enumeration is by brute force: cones over polygons, whose rays are whole numbers, are cut by one gate after the
other. It shares nothing with theory.pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise, product
from math import comb, gcd, lcm, prod
from typing import Any, NamedTuple

from checks.verify import names_in

Vector = tuple[Fraction, ...]
Matrix = tuple[Vector, ...]
Ray = tuple[int, ...]


@dataclass(frozen=True)
class GateNetwork:
    """weights: (w_1, n), ..., (m, w_k). biases: (w_1,), ..., (m,). Rationals; floats stand for their exact values."""

    weights: tuple[Matrix, ...]
    biases: tuple[Vector, ...]

    @property
    def dimension(self) -> int:
        """Number of inputs."""
        return len(self.weights[0][0])

    @property
    def gates(self) -> tuple[int, ...]:
        """Number of gates of each hidden layer."""
        return tuple(len(bias) // 2 for bias in self.biases[:-1])

    @property
    def data(self) -> dict[str, Any]:
        """What a witness that uses `NETWORK` is given."""
        return {"W": [[list(row) for row in weight] for weight in self.weights], "b": [list(b) for b in self.biases]}


def network(weights: Iterable[Any], biases: Iterable[Any] | None = None) -> GateNetwork:
    """A network from nested sequences of numbers; biases are 0 unless given."""
    matrices = tuple(tuple(tuple(map(Fraction, row)) for row in weight) for weight in weights)
    if biases is None:
        return GateNetwork(matrices, tuple((Fraction(0),) * len(weight) for weight in matrices))
    return GateNetwork(matrices, tuple(tuple(map(Fraction, bias)) for bias in biases))


NETWORK = {
    "affine(A, c, x)": "[dot(row, x) + t for row, t in zip(A, c)]",
    "sort2(z)": "[t for i in range(len(z) / 2) for t in [min(z[2*i], z[2*i + 1]), max(z[2*i], z[2*i + 1])]]",
    "hidden(i, x)": "x if i == 0 else sort2(affine(W[i - 1], b[i - 1], hidden(i - 1, x)))",
    "f(x)": "affine(W[len(W) - 1], b[len(b) - 1], hidden(len(W) - 1, x))[0]",
    "gates(z)": "[sign(z[2*j + 1] - z[2*j]) for j in range(len(z) / 2)]",
    "input(i, x)": "affine(W[i], b[i], hidden(i, x))",
    "signs(x)": "[s for i in range(len(W) - 1) for s in gates(input(i, x))]",
    "code(x)": "sum([2**i * s for i, s in enumerate(signs(x))])",
    "different(v)": "all([s[i] < s[i + 1] for s in [sorted(v)] for i in range(len(s) - 1)])",
    "inside(x)": "all([s != 0 for s in signs(x)])",
    "cells(X)": "all([inside(x) for x in X]) and different([code(x) for x in X])",
    "count(v)": "len([1 for i in range(len(v)) if not (v[i] in [v[j] for j in range(i)])])",
}
"""A network W, b with one output, in a witness: its value f(x), the signs of its gates in order, one number that stands
for them, whether no gate is tied at x; whether the points X lie in the interiors of different cells; the number of
different items in a list. Two points without a tie and with equal signs are in one cell, as is what lies between."""


def used(define: Mapping[str, str], *expressions: str) -> dict[str, str]:
    """The definitions that the expressions use, directly or through each other."""
    names, known = set().union(*map(names_in, expressions)), dict(define)
    while found := {head: body for head, body in known.items() if head.partition("(")[0] in names}:
        names |= set().union(*map(names_in, found.values()))
        known = {head: body for head, body in known.items() if head not in found}
    return {head: body for head, body in define.items() if head not in known}


# --- cells


class Cone(NamedTuple):
    """A part of a cell: the polygon with the corners (x0, x), at x / x0, or at infinity in direction x when x0 = 0."""

    signs: tuple[bool, ...]
    rays: tuple[Ray, ...]
    map: Matrix


@dataclass(frozen=True)
class Pieces:
    """The cells of a network over a box or all of R^n; True in a sign pattern is an unswapped gate."""

    cones: tuple[Cone, ...]

    @property
    def signs(self) -> set[tuple[bool, ...]]:
        """The sign patterns with an interior."""
        return {cone.signs for cone in self.cones}

    @property
    def cells(self) -> int:
        """How many sign patterns have an interior."""
        return len(self.signs)

    @property
    def affine_maps(self) -> int:
        """How many different affine functions the network is, cell by cell."""
        return len({cone.map for cone in self.cones})

    @property
    def jacobians(self) -> int:
        """How many different gradients (Jacobians) there are."""
        return len({tuple(row[1:] for row in cone.map) for cone in self.cones})

    @property
    def regions(self) -> int:
        """How many components the open set has near whose points the network is affine."""
        return _components(self.cones)

    @property
    def points(self) -> list[tuple[Fraction, ...]]:
        """A point in the interior of each cell."""
        return [_middle(cone.rays) for cone in {cone.signs: cone for cone in self.cones}.values()]


def enumerate_cells(net: GateNetwork, box: Sequence[tuple[Any, Any]] | None = None) -> Pieces:
    """All cells over the box of intervals (low, high), over all of R^n without one; n is 1 or 2."""
    n = net.dimension
    if n > 2:
        raise ValueError(f"the network has {n} inputs: give one with 1 or 2")
    identity = tuple(tuple(Fraction(int(i == j)) for j in range(n + 1)) for i in range(1, n + 1))
    pieces = [Cone((), rays, identity) for rays in _starts(n, box)]
    for weight, bias in zip(net.weights[:-1], net.biases[:-1], strict=True):
        pieces = [cone for piece in pieces for cone in _through(piece._replace(map=_affine(weight, bias, piece.map)))]
    last = net.weights[-1], net.biases[-1]
    return Pieces(tuple(piece._replace(map=_affine(*last, piece.map)) for piece in pieces))


def _starts(n: int, box: Sequence[tuple[Any, Any]] | None) -> Iterator[tuple[Ray, ...]]:
    """The box, or the orthants: cones with a corner each."""
    if box is not None:
        corners = [_primitive((1, *map(Fraction, corner))) for corner in product(*box)]
        yield tuple(corners if n == 1 else [corners[i] for i in (0, 1, 3, 2)])
        return
    apex = (1,) + (0,) * n
    for side in product((1, -1), repeat=n):
        yield apex, *(tuple(side[j] * int(i == j + 1) for i in range(n + 1)) for j in range(n))


def _affine(weight: Matrix, bias: Vector, rows: Matrix) -> Matrix:
    """weight @ rows + bias, each row (constant, gradient)."""
    columns = list(zip(*rows, strict=True))
    product_ = [
        [sum((a * b for a, b in zip(row, column, strict=True)), Fraction(0)) for column in columns] for row in weight
    ]
    return tuple((first + shift, *rest) for (first, *rest), shift in zip(product_, bias, strict=True))


def _through(piece: Cone) -> list[Cone]:
    """A cone cut by the gates of one layer, their swaps applied."""
    parts = [piece._replace(signs=())]
    for low, high in zip(piece.map[::2], piece.map[1::2], strict=True):
        form = _primitive(tuple(b - a for a, b in zip(low, high, strict=True)))
        parts = [half for part in parts for half in _halves(part, form)]
    return [part._replace(signs=piece.signs + part.signs, map=_sorted(piece.map, part.signs)) for part in parts]


def _halves(part: Cone, form: Ray) -> Iterator[Cone]:
    values = [_dot(form, ray) for ray in part.rays]
    if max(values) > 0 or not any(values):
        yield part._replace(signs=(*part.signs, True), rays=_clip(part.rays, form))
    if min(values) < 0:
        yield part._replace(signs=(*part.signs, False), rays=_clip(part.rays, tuple(-entry for entry in form)))


def _sorted(rows: Matrix, signs: Sequence[bool]) -> Matrix:
    pairs = zip(rows[::2], rows[1::2], signs, strict=True)
    return tuple(row for low, high, keep in pairs for row in ((low, high) if keep else (high, low)))


def _clip(rays: tuple[Ray, ...], form: Ray) -> tuple[Ray, ...]:
    """The part of a polygon, corners in cyclic order, where the form is at least 0."""
    kept: list[Ray] = []
    for a, b in zip(rays, (*rays[1:], rays[0]), strict=True):
        at_a, at_b = _dot(form, a), _dot(form, b)
        if at_a >= 0:
            kept.append(a)
        if at_a * at_b < 0:
            kept.append(_primitive(tuple(abs(at_b) * p + abs(at_a) * q for p, q in zip(a, b, strict=True))))
    return tuple(dict.fromkeys(kept))


def _middle(rays: tuple[Ray, ...]) -> tuple[Fraction, ...]:
    unit, *rest = (sum(column) for column in zip(*rays, strict=True))
    return tuple(Fraction(entry, unit) for entry in rest)


def _dot(form: Ray, ray: Ray) -> int:
    return sum(a * b for a, b in zip(form, ray, strict=True))


def _primitive(vector: Sequence[Any]) -> Ray:
    """The shortest vector of whole numbers in the same direction."""
    unit = lcm(*(Fraction(entry).denominator for entry in vector))
    whole = [int(entry * unit) for entry in vector]
    shared = gcd(*whole) or 1
    return tuple(entry // shared for entry in whole)


# --- neighbours


def _components(cones: Sequence[Cone]) -> int:
    parent = list(range(len(cones)))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    for i, j in combinations(range(len(cones)), 2):
        a, b = cones[i], cones[j]
        if a.map == b.map and root(i) != root(j) and (a.signs == b.signs or _share_facet(a.rays, b.rays)):
            parent[root(i)] = root(j)
    return len({root(i) for i in range(len(cones))})


def _share_facet(first: tuple[Ray, ...], second: tuple[Ray, ...]) -> bool:
    common = first
    for form in _facets(second):
        common = _clip(common, form) if common else ()
    return len(common) >= len(first[0]) - 1


def _facets(rays: tuple[Ray, ...]) -> Iterator[Ray]:
    """Forms that are at least 0 on the polygon, one a side."""
    if len(rays[0]) == 2:
        yield from (_towards((-a[1], a[0]), rays) for a in rays)
        return
    for a, b in zip(rays, (*rays[1:], rays[0]), strict=True):
        cross = a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
        yield _towards(cross, rays)


def _towards(form: Ray, rays: tuple[Ray, ...]) -> Ray:
    return form if max(_dot(form, ray) for ray in rays) > 0 else tuple(-entry for entry in form)


# --- bounds


def paper_bound(gates: Sequence[int]) -> int:
    """2^(g_1 + ... + g_k), which is the square root of 2^W for W hidden neurons."""
    return 2 ** sum(gates)


def arrangement_bound(n: int, gates: Sequence[int]) -> int:
    """prod_i sum_(j <= d_i) C(g_i, j) with d_i = min(n, 2 g_1, ..., 2 g_(i-1))."""
    return prod(hyperplane_regions(g, min([n, *(2 * h for h in gates[:i])])) for i, g in enumerate(gates))


def hyperplane_regions(g: int, d: int) -> int:
    """sum_(j <= d) C(g, j): into so many regions at most g hyperplanes cut R^d."""
    return sum(comb(g, j) for j in range(d + 1))


# --- strategies


def small_networks(dimensions: Sequence[int] = (1, 2), depth: int = 2, gates: int = 2) -> Any:
    """Hypothesis strategy: networks with small whole weights, many of them degenerate."""
    from hypothesis import strategies as st

    shapes = st.tuples(st.sampled_from(dimensions), st.lists(st.integers(1, gates), min_size=1, max_size=depth))
    return shapes.flatmap(lambda shape: _of_shape(st, shape[0], shape[1]))


def _of_shape(st: Any, n: int, gates: Sequence[int]) -> Any:
    widths = [n, *(2 * g for g in gates), 1]
    entry = st.integers(-3, 3)

    def filled(*shape: int) -> Any:
        cells = entry
        for size in reversed(shape):
            cells = st.lists(cells, min_size=size, max_size=size)
        return cells

    weights = st.tuples(*(filled(w, v) for v, w in pairwise(widths)))
    biases = st.tuples(*(filled(w) for w in widths[1:]))
    return st.builds(network, weights, biases)
