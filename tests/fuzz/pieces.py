"""Attacks on theory.pieces: cells by brute force in whole numbers, walls that are gates, rows nearly parallel."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from math import comb

import numpy as np

from tests.fuzz.draws import Rng, chance, exact, pick, shifted, whole
from tests.fuzz.targets import target
from tests.theory.pieces.brute import cells as by_polygons
from tests.theory.pieces.test_extremes import among_ten, brute
from theory.pieces import (
    LipschitzConstant,
    Piece,
    PieceBound,
    PieceCount,
    PieceEstimate,
    PieceLimitExceeded,
    count_pieces,
    enumerate_pieces,
    estimate_pieces,
    folding_network,
    lipschitz_constant,
    orthogonal_tower,
    piece_bound,
    piece_lower_bound,
)

BOXES = ["all", (-1, 1), (1, 2), (0.2485, 0.5338)]
TOO_LARGE = "scale the layers or the box|beyond float64"


def matrix(rng: Rng, rows: int, columns: int, entry) -> list[list]:
    return [[entry(rng) for _ in range(columns)] for _ in range(rows)]


def nearly_parallel(rng: Rng, n: int):
    """Rows an ulp or two apart, then a layer in which they cancel."""
    width, row = pick(rng, [2, 4]), rng.uniform(-2, 2, n).tolist()
    shift = pick(rng, [0.0, 0.1, -0.7])
    first = [[shifted(rng, x) for x in row] for _ in range(width)]
    second = matrix(rng, 2, width, lambda rng: pick(rng, [-1.0, 1.0, 0.1, -0.7, 0.0]))
    biases = [
        [shifted(rng, shift) if shift else 0.0 for _ in range(width)],
        [pick(rng, [0.0, 0.1]) for _ in range(2)],
        [0.0],
    ]
    return [first, second, [[1.0, 1.0]]], biases


def of_extreme_size(rng: Rng, n: int):
    """Layers at the ends of float64's range, most of whose rows cancel."""
    width, sizes = pick(rng, [2, 4]), [2.0 ** pick(rng, [-1070, -1040, -565, -500, 0, top]) for top in (150, 300)]
    entry = lambda rng: whole(rng, -99, 99) / 100
    first, second = matrix(rng, width, n, entry), matrix(rng, 2, width, entry)
    if chance(rng, 0.5):
        first = [first[0]] * width
    if chance(rng, 0.5):
        second = [[*row[:-1], -sum(row[:-1])] for row in second]
    weights = [[[x * size for x in row] for row in layer] for layer, size in zip((first, second), sizes, strict=True)]
    shift = pick(rng, [0.0, 0.5, -0.25])
    return [*weights, [[1.0, -1.0]]], [
        [row[0] * shift for row in weights[0]],
        [pick(rng, [0.0, 5e-324, -1e-200]), 0.0],
        [0.0],
    ]


def of_walls(rng: Rng, n: int):
    """Few small rows, repeated and reversed: gates are multiples of the walls of cells."""
    rows = matrix(rng, 2, n, lambda rng: whole(rng, -1, 1))
    first = [[sign * x for x in rows[i]] for i, sign in (pick(rng, [(0, 1), (0, -2), (1, 1)]) for _ in range(4))]
    second = matrix(rng, 2, 4, lambda rng: pick(rng, [0, 0, 1, -1]))
    biases = [[pick(rng, [0, 0, 1]) for _ in range(width)] for width in (4, 2, 1)]
    return [first, second, matrix(rng, 1, 2, lambda rng: whole(rng, 0, 1))], biases


def of_exact_numbers(rng: Rng, n: int):
    entry = lambda rng: exact(rng, far=False)
    width = pick(rng, [2, 4])
    layers = [matrix(rng, width, n, entry), matrix(rng, 2, width, entry), matrix(rng, 1, 2, entry)]
    return layers, [[entry(rng) for _ in layer] for layer in layers]


def network(rng: Rng, n: int):
    return pick(rng, [nearly_parallel, of_extreme_size, of_walls, of_exact_numbers])(rng, n)


@target(
    count_pieces,
    enumerate_pieces,
    PieceCount,
    Piece,
    PieceLimitExceeded,
    breaks={"count_pieces": lambda found: replace(found, cells=found.cells + 1)},
    refuses=TOO_LARGE,
)
def cells(rng: Rng) -> None:
    n, activation, box = whole(rng, 1, 2), pick(rng, ["groupsort2", "relu"]), pick(rng, BOXES)
    weights, biases = network(rng, n)
    certify = chance(rng, 0.5)
    right = brute(weights, biases, activation, box)
    found = count_pieces(weights, biases, box, activation=activation, certify=certify)
    assert found.certified == certify
    assert (found.cells, found.affine_maps, found.connected_pieces) == (right.cells, right.affine_maps, right.regions)
    listed = list(enumerate_pieces(weights, biases, box, activation=activation, certify=certify))
    assert {tuple((piece.pattern >= 0).tolist()) for piece in listed} == right.signs
    if right.cells > 1:
        stopped = count_pieces(weights, biases, box, activation=activation, max_pieces=right.cells - 1)
        assert stopped.lower <= right.cells <= stopped.upper
        assert not stopped.exact or stopped.cells == right.cells
        begun = enumerate_pieces(weights, biases, box, activation=activation, max_pieces=right.cells - 1)
        with suppress(PieceLimitExceeded):
            for piece in begun:
                assert tuple((piece.pattern >= 0).tolist()) in right.signs


@target(
    count_pieces,
    breaks={"count_pieces": lambda found: replace(found, cells=found.cells + 1)},
    refuses=TOO_LARGE,
)
def cells_of_ten_inputs(rng: Rng) -> None:
    activation, box = pick(rng, ["groupsort2", "relu"]), pick(rng, ["all", (-1, 1)])
    weights, biases = of_walls(rng, whole(rng, 1, 2))
    right = brute(weights, biases, activation, box)
    found = count_pieces(among_ten(weights), biases, box, activation=activation, certify=True)
    assert (found.cells, found.affine_maps, found.connected_pieces) == (right.cells, right.affine_maps, right.regions)


def of_groups(rng: Rng, n: int):
    """A network of one or two layers of any activation, its slope, and a box."""
    name = pick(rng, ["leaky_relu", "abs", "groupsort3", "groupsort4", "fullsort", "maxout2", "maxout3", "maxout4"])
    sized = name[-1].isdigit()
    group = int(name[-1]) if sized else 1
    entry = pick(rng, [lambda rng: whole(rng, -2, 2), lambda rng: exact(rng, far=False), lambda rng: shifted(rng, 0.5)])
    shapes, inputs = [], n
    for _ in range(whole(rng, 1, 2)):
        rows = group * whole(rng, 1, 2) if sized else whole(rng, 1, 3)
        shapes.append((rows, inputs))
        inputs = rows // group if name.startswith("maxout") else rows
    shapes.append((1, inputs))
    weights = [matrix(rng, *shape, entry) for shape in shapes]
    slope = pick(rng, [None, 0.25, -3, 5e-324, Fraction(-1, 3), 1]) if name == "leaky_relu" else None
    return (weights, [[entry(rng) for _ in layer] for layer in weights]), {"activation": name, "slope": slope}


@target(
    count_pieces,
    enumerate_pieces,
    lipschitz_constant,
    breaks={"count_pieces": lambda found: replace(found, cells=found.cells + 1)},
    refuses=TOO_LARGE,
)
def cells_of_activations(rng: Rng) -> None:
    n, box, certify = whole(rng, 1, 2), pick(rng, BOXES[1:]), chance(rng, 0.5)
    layers, kind = of_groups(rng, n)
    right = by_polygons(*layers, kind["activation"], [box] * n, kind["slope"])
    found = count_pieces(*layers, box, **kind, certify=certify)
    assert (found.cells, found.affine_maps) == (len(right.maps), right.affine_maps)
    assert n > 1 or found.connected_pieces == right.regions
    assert len(list(enumerate_pieces(*layers, box, **kind))) == found.cells <= piece_bound_of(layers, kind, n)
    slope = lipschitz_constant(*layers, box, **kind)
    assert Fraction(slope.lower) ** 2 <= right.steepest <= Fraction(slope.upper) ** 2


def piece_bound_of(layers, kind, n: int) -> int:
    return piece_bound(n, [len(bias) for bias in layers[1][:-1]], kind["activation"]).bound


@target(
    estimate_pieces,
    PieceEstimate,
    breaks={"estimate_pieces": lambda found: replace(found, found=found.found + 9, estimate=found.estimate * 99 + 99)},
    refuses=TOO_LARGE,
)
def estimates_of_pieces(rng: Rng) -> None:
    """Means of products that are at least 1 and, with the chances that they have, never beyond 2^gates."""
    layers, kind = of_groups(rng, n := whole(rng, 1, 2))
    cells = count_pieces(*layers, **kind).cells
    found = estimate_pieces(*layers, **kind, descents=whole(rng, 2, 9), seed=whole(rng, 0, 99))
    assert 1 <= found.found <= cells and found.estimate >= 1
    assert found.estimate <= piece_bound_of(layers, kind, n) * 2 ** sum(map(len, layers[1][:-1]))
    assert found.interval[0] >= found.found


@target(
    lipschitz_constant,
    LipschitzConstant,
    breaks={
        "lipschitz_constant": lambda found: replace(
            found, lower=found.upper * (1 + 1e-9), upper=found.upper * (1 + 1e-8) + 1
        )
    },
    refuses=TOO_LARGE,
)
def constants_of_networks(rng: Rng) -> None:
    n, activation, box = whole(rng, 1, 2), pick(rng, ["groupsort2", "relu"]), pick(rng, BOXES)
    weights, biases = network(rng, n)
    steepest = max(sum(x * x for x in cone.map[0][1:]) for cone in brute(weights, biases, activation, box).cones)
    found = lipschitz_constant(weights, biases, box, activation=activation, certify=chance(rng, 0.5))
    assert Fraction(found.lower) ** 2 <= steepest <= Fraction(found.upper) ** 2
    assert found.lower <= found.value <= found.upper
    assert found.upper <= found.lower * (1 + 1e-9) + 1e-300


@target(
    piece_bound,
    piece_lower_bound,
    PieceBound,
    folding_network,
    orthogonal_tower,
    breaks={
        "piece_bound": lambda found: replace(found, arrangement=found.arrangement + 1),
        "piece_lower_bound": lambda found: found + 1,
    },
)
def bounds_of_pieces(rng: Rng) -> None:
    """Zaslavsky's sums; between the bounds lies the count of a folding network, equal to the lower one."""
    n = whole(rng, 1, pick(rng, [2, 6]))
    widths = [2 * whole(rng, 1, 4) for _ in range(whole(rng, 0, 3))]
    found, below, product, dimension = piece_bound(n, widths), piece_lower_bound(n, widths), 1, n
    for width in widths:
        product *= sum(comb(width // 2, k) for k in range(dimension + 1))
        dimension = min(dimension, width)
    assert (found.arrangement, found.paper) == (product, 2 ** (sum(widths) // 2))
    assert 1 <= below <= found.bound and (n > 1 or below == found.bound)
    if n < 3 and below <= 60:
        weights, biases = folding_network(n, widths)
        assert max(np.linalg.norm(weight, 2) for weight in weights) <= 1 + 1e-12
        assert count_pieces(weights, biases, certify=True).cells == below
    pairs, depth = whole(rng, 1, 2), whole(rng, 1, 3)
    if pairs * depth <= 4:
        assert count_pieces(*orthogonal_tower(pairs, depth), certify=True).cells == 2 ** (pairs * depth)
