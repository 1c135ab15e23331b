"""GroupSort2 networks with as many pieces as is known to be possible."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log2

import numpy as np

from theory._entries import shown
from theory._input import whole_number
from theory._types import Floats
from theory.pieces._bounds import carried_dimensions, read_architecture, shares
from theory.pieces._network.rounding import norm_bound

LARGEST_MATRIX = 1 << 27
"""Numbers: chosen for memory, 1 GB."""


def folding_network(input_dim: int, widths: Sequence[int]) -> tuple[list[Floats], list[Floats]]:
    """Weights and biases of a 1-Lipschitz network with `piece_lower_bound(input_dim, widths)` cells over [-1, 1]^n.

    Folds as in Montúfar, Pascanu, Cho and Bengio (2014), for the networks of Béthune et al., Proposition 8. Every layer
    has norm at most 1: its weights are a power of two times small numbers, and norms do not matter to
    cells, since W_i -> c W_i with all biases from there on scaled alike keeps each of them. The readout, one
    output, is a generic one.

    Args:
        input_dim: n >= 1.
        widths: (k,), neurons of each hidden layer, even.

    Returns:
        Weights (w_1, n), ..., (1, w_k) and biases (w_1,), ..., (1,).

    Raises:
        ValueError: an input_dim or a width below 1, odd widths, and matrices too large for memory.

    >>> from theory.pieces import count_pieces
    >>> count_pieces(*folding_network(2, [8, 8]), certify=True).cells
    99
    """
    n, sizes, _ = read_architecture(input_dim, widths, "groupsort2")
    for name, entries in (("input_dim", n * max([n, *sizes])), ("widths", max(sizes, default=1) ** 2)):
        if entries > LARGEST_MATRIX:
            raise ValueError(f"{name} makes a matrix of {shown(entries)} entries: pass at most {LARGEST_MATRIX}")
    read, shift = np.eye(n), np.zeros(n)
    weights, biases = [], []
    for i, (d, width) in enumerate(zip(carried_dimensions(n, sizes), sizes, strict=False)):
        last = i == len(sizes) - 1
        rows, offsets = _arrangement(d, width // 2) if last else _pleats(d, width // 2)
        weights.append(rows @ read)
        biases.append(rows @ shift + offsets)
        if not last:
            read, shift = _unfold(d, width // 2)
    weights.append(np.linspace(1.0, 2.0, sizes[-1] if sizes else n)[None])
    biases.append(np.zeros(1))
    return _lipschitz(weights, biases)


def orthogonal_tower(pairs: int, depth: int) -> tuple[list[Floats], list[Floats]]:
    """A network on R^(2 pairs) whose hidden layers are identity matrices, and which has 2^(W/2) cells on [-1, 1]^n.

    There are depth hidden layers of 2 pairs neurons: W = 2 pairs depth, so the bound of Béthune et al., proof of
    Proposition 8, is attained. A gate turns the difference d of its pair into |d|, and biases centre it before the
    next: |d| - 1, ||d| - 1| - 1/2, ... The readout has norm at most 1; it makes affine maps of different cells
    different.

    Args:
        pairs, depth: at least 1.

    Returns:
        Weights and biases, as `folding_network`.

    Raises:
        ValueError: pairs or depth below 1, or more of both than memory takes.

    >>> from theory.pieces import count_pieces
    >>> count_pieces(*orthogonal_tower(1, 5), certify=True).cells
    32
    """
    pairs, depth = whole_number("pairs", pairs, 1), whole_number("depth", depth, 1)
    width = 2 * pairs
    if width**2 * depth > LARGEST_MATRIX:
        raise ValueError(
            f"pairs={shown(pairs)} and depth={shown(depth)} make more than {LARGEST_MATRIX} weights: pass less of them"
        )
    shifts = [0.0, *(0.5**i for i in range(1, depth))]
    weights = [np.eye(width) for _ in shifts]
    biases = [np.tile([shift, -shift], pairs) for shift in shifts]
    slopes = np.array([[0.5 ** ((depth + 1) * (i // 2)) * (i % 2) for i in range(width)]]) / 2
    return [*weights, slopes], [*biases, np.zeros(1)]


def _creases(count: int) -> Floats:
    return -1.0 + 2.0 * np.arange(1, count + 1) / (count + 1)


def _carried(d: int, gates: int) -> list[int]:
    """For each gate the coordinate whose value its sum carries, -1 when there is nothing to carry.

    Coordinates folded an even number of times have a linear part and wait to be carried. When there are more of them
    than gates, all are folded once or not at all, and the last ones are dropped.
    """
    waiting = [c for c, share in enumerate(shares(d, gates)) if share % 2 == 0][:gates]
    return waiting + [-1] * (gates - len(waiting))


def _pleats(d: int, gates: int) -> tuple[Floats, Floats]:
    """A gate gets s + u and s - u: u is folded, s carried."""
    carried = iter(_carried(d, gates))
    rows, offsets = [], []
    for c, share in enumerate(shares(d, gates)):
        for crease in _creases(share):
            s = next(carried)
            base = np.eye(d)[s] if s >= 0 else np.zeros(d)
            rows += [base - np.eye(d)[c], base + np.eye(d)[c]]
            offsets += [crease, -crease]
    return np.array(rows), np.array(offsets)


def _unfold(d: int, gates: int) -> tuple[Floats, Floats]:
    """The zigzag of each coordinate that is handed on, affine in the sorted pairs:
    (q + 1)(a x + sum_j (-1)^j (|x - t_j| - t_j)) + q, a = 1 for q even, 0 for q odd."""
    read, shift = np.zeros((d, 2 * gates)), np.zeros(d)
    gate = 0
    for c, share in enumerate(shares(d, gates)):
        for j, crease in enumerate(_creases(share), start=1):
            # max - min = 2 |x - t|
            read[c, 2 * gate : 2 * gate + 2] += (share + 1) * (-1) ** j * np.array([-0.5, 0.5])
            shift[c] -= (share + 1) * (-1) ** j * crease
            gate += 1
        shift[c] += share
    for gate, c in enumerate(_carried(d, gates)):
        if c >= 0:
            read[c, 2 * gate : 2 * gate + 2] += (shares(d, gates)[c] + 1) * 0.5
    kept = min(d, 2 * gates)
    return read[:kept], shift[:kept]


def _arrangement(m: int, gates: int) -> tuple[Floats, Floats]:
    """Hyperplanes t^m + sum_j x_j t^j = 0, one a gate: on m of them x is the polynomial with these roots, on m + 1
    there is none, so they are in general position; roots up to 1 / (2m) keep x inside the cube."""
    bits = max(1, ceil(log2(2 * m * max(1, gates))))
    roots = (np.arange(gates) - gates // 2) * 0.5**bits
    rows = np.zeros((2 * gates, m))
    rows[1::2] = roots[:, None] ** np.arange(m)
    offsets = np.zeros(2 * gates)
    offsets[1::2] = roots**m
    return rows, offsets


def _lipschitz(weights: list[Floats], biases: list[Floats]) -> tuple[list[Floats], list[Floats]]:
    scale = 1.0
    for i, weight in enumerate(weights):
        factor = 0.5 ** ceil(log2(norm_bound(weight)))
        scale *= factor
        weights[i], biases[i] = factor * weight, scale * biases[i]
    return weights, biases
