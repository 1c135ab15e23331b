"""GroupSort2 networks with as many pieces as their widths allow, in exact rational arithmetic.

A gate on (s - u, s + u) gives (s - |u|, s + |u|): it folds the coordinate u and carries s along.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction as F
from itertools import product
from typing import Any

from checks.papers.many_faces.pieces.rational_networks import GateNetwork, hyperplane_regions, network

Rows = list[list[F]]


def chain(depth: int, step: F = F(1)) -> GateNetwork:
    """R -> R with `depth` hidden layers of width 2, all of norm 1: W_1 = (3/5, 4/5)^T, then identities, (0, 1) at last.

    With u_1 = x/5 and u_(i+1) = |u_i| - t_i, t_i = step 2^(depth - i), it is f(x) = (7 x/5 + |u_depth| + sum t_i)/2:
    the pieces of the tent u_depth.
    """
    unit = [[1, 0], [0, 1]]
    shifts = [step * 2 ** (depth - i) / 2 for i in range(1, depth)]
    weights = [[[F(3, 5)], [F(4, 5)]], *[unit] * (depth - 1), [[0, 1]]]
    return network(weights, [[0, 0], *([t, -t] for t in shifts), [0]])


def odd_points(bits: int) -> list[int]:
    """The odd whole numbers below 2^bits in absolute value."""
    return list(range(1 - 2**bits, 2**bits, 2))


# --- folding: 2^(W/2) cells


def folding(n: int, gates: Sequence[int]) -> GateNetwork:
    """R^n -> R with g_i <= min(n, 2 g_1, ..., 2 g_(i-1)) gates in layer i and 2^(g_1 + ... + g_k) cells.

    Coordinate c is folded by the c-th gate of every layer that has so many, at 0 and then at 2^(m-1), ..., 2 when that
    happens m times: all signs occur where coordinates are odd and below 2^m. Hidden layers are orthogonal, the first
    times sqrt 2: what is not needed is identically 0, and completes the matrices.
    """
    left = [sum(g > c for g in gates) for c in range(n)]
    weights: list[Rows] = []
    biases: list[list[F]] = []
    size, reader = n, _unit(n)
    idle: Rows = []
    for i, g in enumerate(gates):
        shifts = [F(2 ** left[c]) if i and sum(h > c for h in gates[:i]) else F(0) for c in range(g)]
        left = [m - (c < g) for c, m in enumerate(left)]
        kept = min(size, 2 * g)
        weights.append(_folded(reader, idle, g, kept))
        biases.append([sign * t for t in shifts for sign in (F(1), F(-1))])
        size, (reader, idle) = kept, _read(g, kept)
    return network([*weights, [[0] * (2 * gates[-1] - 1) + [1]]], [*biases, [0]])


def grid(gates: Sequence[int], n: int) -> list[tuple[int, ...]]:
    """Points where the gates of `folding` show all their sign patterns."""
    return list(product(*(odd_points(sum(g > c for g in gates)) for c in range(n))))


def _unit(size: int) -> Rows:
    return [[F(int(i == j)) for j in range(size)] for i in range(size)]


def _folded(reader: Rows, idle: Rows, g: int, kept: int) -> Rows:
    """Gates on (s - u, s + u): u the first g coordinates, s the others and then what is 0 anyway."""
    carried = [*reader[g:kept], *idle][:g]
    carried += [[F(0)] * len(reader[0])] * (g - len(carried))
    return [
        [s + sign * u for s, u in zip(sums, reader[c], strict=True)]
        for c, sums in enumerate(carried)
        for sign in (-1, 1)
    ]


def _read(g: int, kept: int) -> tuple[Rows, Rows]:
    """The coordinates after sorting, |u| = (b - a)/2 and then s = (a + b)/2, and the s that are 0."""
    pair = {
        sign: [[sign * F(int(j == 2 * c), 2) + F(int(j == 2 * c + 1), 2) for j in range(2 * g)] for c in range(g)]
        for sign in (-1, 1)
    }
    return [*pair[-1], *pair[1][: kept - g]], pair[1][kept - g :]


# --- zigzags


def zigzag(n: int, gates: Sequence[int]) -> GateNetwork:
    """R^n -> R with `zigzag_cells(n, gates)` cells in the cube [0, 1]^n.

    A layer before the last maps each coordinate by a zigzag of q + 1 strokes, each onto [0, 1], with q gates, and
    hands on as many coordinates as it has neurons for; the last layer cuts the cube by hyperplanes in general position.
    """
    weights: list[Rows] = []
    biases: list[list[F]] = []
    before = _unit(n), [F(0)] * n
    for g in gates[:-1]:
        rows, shifts, after = _strokes(len(before[0]), g)
        _append(weights, biases, before, rows, shifts)
        before = after
    _append(weights, biases, before, *_general_position(len(before[0]), gates[-1]))
    return network([*weights, [range(1, 2 * gates[-1] + 1)]], [*biases, [0]])


def strokes(gates: Sequence[int]) -> GateNetwork:
    """R -> R, on [0, 1] a zigzag between 0 and 1 with (g_1 + 1) ... (g_k + 1) strokes of equal length."""
    weights: list[Rows] = []
    biases: list[list[F]] = []
    before = _unit(1), [F(0)]
    for g in gates:
        rows, shifts, after = _strokes(1, g)
        _append(weights, biases, before, rows, shifts)
        before = after
    return network([*weights, before[0]], [*biases, before[1]])


def shares(n: int, g: int) -> list[int]:
    """g gates dealt out to n coordinates, as evenly as can be."""
    return [g // n + (c < g % n) for c in range(n)]


def zigzag_cells(n: int, gates: Sequence[int]) -> int:
    """prod_(i < k) (q_i + 2)^(r_i) (q_i + 1)^(d_i - r_i) * sum_(j <= d_k) C(g_k, j), where g_i = q_i d_i + r_i and
    d_i = min(n, 2 g_1, ..., 2 g_(i-1))."""
    strokes, d = 1, n
    for g in gates[:-1]:
        for share in shares(d, g):
            strokes *= share + 1
        d = min(d, 2 * g)
    return strokes * hyperplane_regions(gates[-1], d)


def _append(
    weights: list[Rows], biases: list[list[F]], before: tuple[Rows, list[F]], rows: Rows, shifts: list[F]
) -> None:
    """The layer rows y + shifts, y = reader z + offset the coordinates that the layers so far give."""
    reader, offset = before
    weights.append(
        [
            [sum((a * b for a, b in zip(row, column, strict=True)), F(0)) for column in zip(*reader, strict=True)]
            for row in rows
        ]
    )
    biases.append(
        [sum((a * b for a, b in zip(row, offset, strict=True)), t) for row, t in zip(rows, shifts, strict=True)]
    )


def _strokes(n: int, g: int) -> tuple[Rows, list[F], tuple[Rows, list[F]]]:
    """One layer of zigzags: its gates as rows over the coordinates, and how the next coordinates read them."""
    owners = [(c, j, share) for c, share in enumerate(shares(n, g)) for j in range(1, share + 1)]
    spare: Iterator[int] = (c for c, share in enumerate(shares(n, g)) if not share)
    rows, shifts = [], []
    reader, offset = [[F(0)] * (2 * g) for _ in range(n)], [F(0)] * n
    for gate, (c, j, share) in enumerate(owners):
        own = j == 1 and share % 2 == 0
        other = c if own else next(spare, None)
        at = F(j, share + 1)
        carried = [F(int(i == other)) for i in range(n)]
        rows += [[s + sign * int(i == c) for i, s in enumerate(carried)] for sign in (-1, 1)]
        shifts += [at, -at]
        _add(reader[c], gate, F((-1) ** j * (share + 1)), difference=True)
        offset[c] -= (-1) ** j * at * (share + 1)
        if other is not None:
            _add(reader[other], gate, F(share + 1) if own else F(1), difference=False)
    kept = min(n, 2 * g)
    return rows, shifts, (reader[:kept], offset[:kept])


def _add(row: list[F], gate: int, factor: F, difference: bool) -> None:
    """Add factor |u| or factor s of a gate to a row over sorted pairs (s - |u|, s + |u|)."""
    row[2 * gate] += factor / (-2 if difference else 2)
    row[2 * gate + 1] += factor / 2


def _general_position(n: int, g: int) -> tuple[Rows, list[F]]:
    """g hyperplanes; any j <= n of them have a common flat of dimension n - j, no n + 1 of them, and it meets the
    inside of the cube."""
    nodes = [F(2 * j - g - 1, 2 * n * g) for j in range(1, g + 1)]
    rows, shifts = [], []
    for p in nodes:
        normal = [p**m for m in range(n)]
        at = p**n / 2**n + sum(normal) / 2
        rows += [[F(0)] * n, normal]
        shifts += [F(0), -at]
    return rows, shifts


def case(net: GateNetwork, points: Sequence[Any]) -> dict[str, Any]:
    """The data of a witness: the network and points, one in each of its cells."""
    return net.data | {"X": [list(point) if isinstance(point, tuple) else [point] for point in points]}
