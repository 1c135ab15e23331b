"""Cells of small networks of any activation, over an interval or a rectangle, by clipping polygons with Fractions.

Rows of a group are compared in all pairs, which shares nothing with the knock-outs and sorting networks of theory.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Any, NamedTuple

Row = list[Fraction]


class Cells(NamedTuple):
    """maps: of each cell, by what tells it from others. regions: how many are left on an interval when neighbours of
    one map are joined."""

    maps: dict[tuple[Any, ...], tuple[tuple[Fraction, ...], ...]]
    regions: int

    @property
    def affine_maps(self) -> int:
        return len(set(self.maps.values()))

    @property
    def steepest(self) -> Fraction:
        """The greatest squared gradient of the first output."""
        return max(sum((x * x for x in rows[0][1:]), Fraction(0)) for rows in self.maps.values())


def group_of(activation: str, width: int) -> int:
    """Rows that are compared; 0 for an elementwise activation."""
    if activation == "fullsort":
        return width
    name = activation.rstrip("0123456789")
    return int(activation[len(name) :]) if name in ("groupsort", "maxout") else 0


def cells(weights, biases, activation: str, box, slope=None) -> Cells:
    """box: (low, high) of each input."""
    ends = [tuple(map(Fraction, side)) for side in box]
    n = len(ends)
    layers = [
        ([[Fraction(x) for x in row] for row in weight], [Fraction(x) for x in bias])
        for weight, bias in zip(weights, biases, strict=True)
    ]
    if n == 1:
        start = [(ends[0][0],), (ends[0][1],)]
    else:
        (left, right), (low, high) = ends
        start = [(left, low), (right, low), (right, high), (left, high)]
    waiting = [(start, [[Fraction(int(i == j)) for j in range(n + 1)] for i in range(1, n + 1)], 0, ())]
    found, line = {}, []
    while waiting:
        polygon, rows, layer, label = waiting.pop()
        rows = affine(layers[layer], rows)
        if layer == len(layers) - 1:
            found[label] = tuple(map(tuple, rows))
            line.append((min(polygon), found[label]))
            continue
        for part, signs in parted(polygon, gates(rows, activation)):
            told, after = activated(rows, signs, activation, slope)
            waiting.append((part, after, layer + 1, (*label, *told)))
    maps = [map_ for _, map_ in sorted(line)]
    return Cells(found, sum(a != b for a, b in zip(maps, [None, *maps], strict=False)))


def affine(layer, rows: list[Row]) -> list[Row]:
    weight, bias = layer
    columns = list(zip(*rows, strict=True))
    product = [
        [sum((w * x for w, x in zip(line, column, strict=True)), Fraction(0)) for column in columns] for line in weight
    ]
    return [[row[0] + shift, *row[1:]] for row, shift in zip(product, bias, strict=True)]


def gates(rows: list[Row], activation: str) -> list[Row]:
    group = group_of(activation, len(rows))
    if not group:
        return rows
    pairs = [(first + i, first + j) for first in range(0, len(rows), group) for i, j in combinations(range(group), 2)]
    return [[b - a for a, b in zip(rows[i], rows[j], strict=True)] for i, j in pairs]


def parted(polygon, gates: list[Row]):
    waiting = [(polygon, ())]
    while waiting:
        part, signs = waiting.pop()
        if len(signs) == len(gates):
            yield part, signs
            continue
        gate = gates[len(signs)]
        at = [gate[0] + sum(c * x for c, x in zip(gate[1:], point, strict=True)) for point in part]
        sides = {(v > 0) - (v < 0) for v in at} - {0} or {0}
        both = len(sides) == 2
        waiting += [(clip(part, [side * v for v in at]) if both else part, (*signs, side)) for side in sides]


def clip(polygon, values):
    """The part of the polygon, or of the interval, where values are positive."""
    kept = []
    edges = list(zip(polygon, polygon[1:] + polygon[:1], values, values[1:] + values[:1], strict=True))
    for p, q, a, b in edges if len(polygon) > 2 else edges[:1]:
        if a >= 0:
            kept.append(p)
        if a * b < 0:
            kept.append(tuple(x + a / (a - b) * (y - x) for x, y in zip(p, q, strict=True)))
        if len(polygon) == 2 and b >= 0:
            kept.append(q)
    return kept


def activated(rows: list[Row], signs, activation: str, slope) -> tuple[tuple[Any, ...], list[Row]]:
    """What tells the cell from others of its layer, and the outputs."""
    group = group_of(activation, len(rows))
    if not group:
        factor = {"relu": 0, "abs": -1}.get(activation, 0.01 if slope is None else slope)
        return signs, [
            [Fraction(factor) * x for x in row] if s < 0 else row for row, s in zip(rows, signs, strict=True)
        ]
    told, after, rest = [], [], iter(signs)
    for first in range(0, len(rows), group):
        below = [0] * group
        for i, j in combinations(range(group), 2):
            sign = next(rest)
            told.append(sign)
            if sign:
                below[j if sign > 0 else i] += 1
        order = sorted(range(group), key=below.__getitem__)
        if activation.startswith("maxout"):
            top = [i for i in range(group) if below[i] == max(below)]
            told[len(told) - group * (group - 1) // 2 :] = [tuple(top)]
            after.append(rows[first + top[0]])
        else:
            after += [rows[first + i] for i in order]
    return tuple(told), after
