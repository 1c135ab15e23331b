"""Bounds for the number of affine pieces around Proposition 8: sharper ones, and networks that reach them."""

from fractions import Fraction as F
from itertools import permutations, product

import pytest

from checks.implication import Implication
from checks.papers.many_faces.pieces.rational_networks import (
    NETWORK,
    arrangement_bound,
    enumerate_cells,
    hyperplane_regions,
    network,
    paper_bound,
    small_networks,
)
from checks.papers.many_faces.pieces.steps import (
    COMPOSED,
    EVERYWHERE,
    GATE,
    MAPS,
    ON_THE_LINE,
    PRODUCT,
    SEGMENT,
    certify_gate,
    shown,
    tent,
)
from checks.papers.many_faces.pieces.zigzags import case, chain, folding, grid, strokes, zigzag, zigzag_cells
from checks.witness import identity

claim = pytest.mark.claim

FOLDS = (
    Implication(("u > 0", "u < 2*p", "v == u - p"), "v > -p"),
    Implication(("u > 0", "u < 2*p", "v == u - p"), "v < p"),
    Implication(("v > -p", "v < p", "u == v + p"), "u > 0"),
    Implication(("v > -p", "v < p", "u == v + p"), "u < 2*p"),
)
ORTHOGONAL = NETWORK | {
    "columns(A)": "[[row[j] for row in A] for j in range(len(A[0]))]",
    "frame(A, c)": "all([dot(A[i], A[j]) == (c if i == j else 0) for i in range(len(A)) for j in range(len(A))])",
    "orthogonal(A, c)": "frame(A, c) or frame(columns(A), c)",
}
SHAPES = [(1, (1, 1, 1, 1, 1)), (3, (2, 2, 1)), (4, (1, 2, 2))]


def folded(n, gates):
    return case(folding(n, gates), grid(gates, n)) | {"g": sum(gates)}


@claim(
    "prop-8.pieces.tight",
    by="symbolic",
    subject=FOLDS,
    sabotage={"points beyond the folds": (FOLDS[0], FOLDS[1].without(1), *FOLDS[2:])},
)
def test_folds_are_bijections(evidence, subject):
    """v = |u| - p maps each half of (-2p, 2p) onto (-p, p)."""
    for step in subject:
        evidence.certify(step.proof("v = u − p is a bijection of (0, 2p) with (−p, p)"))


@claim(
    "prop-8.pieces.tight",
    by="samples",
    subject=[folded(*shape) for shape in SHAPES],
    sabotage={
        "no biases": [folded(1, (1, 1, 1)) | {"b": [[0, 0]] * 3 + [[0]]}],
        "a last layer twice as long": [
            folded(1, (1, 1)) | {"W": [*folding(1, (1, 1)).data["W"][:2], [[0, 2]]]},
        ],
    },
)
def test_the_bound_is_reached(evidence, subject):
    for given in subject:
        evidence.certify(
            shown(
                f"widths {[len(b) for b in given['b'][:-1]]}, {len(given['W'][0][0])} inputs: a point in each cell",
                given=given,
                define=ORTHOGONAL,
                conclusion=[
                    "cells(X) and len(X) == 2**g and len(signs(X[0])) == g",
                    "orthogonal(W[0], 2) and all([orthogonal(W[i], 1) for i in range(1, len(W))])",
                ],
            )
        )
    evidence.count(len(subject))


@claim(
    "prop-8.pieces.tight",
    by="samples",
    subject=tent,
    sabotage={
        "two layers for three": lambda k: tent(min(k, 2)),
        "steps of one length": lambda k: tent(k) | {"b": [[0, 0], *[[F(1), F(-1)]] * (k - 1), [0]]},
    },
)
def test_width_2(evidence, subject):
    """Orthogonal layers of width 2 on the line: 2^k affine maps for k = 3 and 5."""
    for depth in (3, 5):
        evidence.certify(
            shown(
                f"{depth} layers of width 2: {2**depth} affine maps, weights orthonormal",
                given=subject(depth) | {"k": depth},
                define=MAPS | ORTHOGONAL,
                conclusion=[
                    "everywhere() and len(X) == 2**k",
                    "count(maps()) == len(X)",
                    "all([orthogonal(A, 1) for A in W])",
                ],
            )
        )
    evidence.count(2)
    _draw_tent(evidence, 4)


def _draw_tent(evidence, depth):
    pieces = enumerate_cells(chain(depth), [(F(-5 * 2**depth), F(5 * 2**depth))])
    ends = sorted({(F(x, x0), piece.map[0]) for piece in pieces.cones for x0, x in piece.rays})
    evidence.figure(
        "curve",
        "Four orthogonal layers of width 2: f(x) − 7x/10 has 16 affine pieces, the most there can be.",
        x=[float(x) for x, _ in ends],
        y=[float(a + b * x - F(7, 10) * x) for x, (a, b) in ends],
        xlabel="x",
        ylabel="f(x) − 7x/10",
    )


# --- arrangements


CUTS = (
    NETWORK
    | PRODUCT
    | {
        "part(i, x)": "gates(input(i, x))",
        "before(i, x)": "[s for j in range(i) for s in part(j, x)]",
        "cut(i, x)": "count([part(i, y) for y in X if before(i, y) == before(i, x)])",
        "d(i)": "min([len(W[j][0]) for j in range(i + 1)])",
        "r(g, d)": "1 if g == 0 or d == 0 else r(g - 1, d) + r(g - 1, d - 1)",
        "most(i)": "r(len(b[i]) / 2, d(i))",
        "bound()": "product([most(i) for i in range(len(b) - 1)])",
    }
)
"""Patterns of layer i on one cell of the layers before it, and how many there are at most: d_i is the smallest of n and
the widths before."""


@claim(
    "prop-8.pieces.arrangement",
    by="symbolic",
    subject=(COMPOSED, CUTS, (1, 1)),
    sabotage={
        "a layer that is not affine": (("c0 + c1*(a0 + a1*x)**2", COMPOSED[1]), CUTS, (1, 1)),
        "a dimension too few": (COMPOSED, CUTS | {"d(i)": "min([len(W[j][0]) for j in range(i + 1)]) - 1"}, (1, 1)),
        "a gate too few": (COMPOSED, CUTS | {"most(i)": "r(len(b[i]) / 2 - 1, d(i))"}, (1, 1)),
        "the last layer forgotten": (
            COMPOSED,
            CUTS | {"bound()": "product([most(i) for i in range(len(b) - 2)])"},
            (1, 1),
        ),
        "Pascal's rule with a term twice": (COMPOSED, CUTS, (1, 2)),
    },
)
def test_the_arrangement_bound(evidence, subject):
    """r(g, d) = sum_(j <= d) C(g, j); a new hyperplane adds as many regions as the others cut it into."""
    composed, cuts, (same, lower) = subject
    evidence.certify(
        identity("on a cell the gates are affine functions of an affine map of rank at most d_i", composed)
    )
    for n, gates in ((1, (2, 3)), (2, (2, 2)), (2, (1, 3))):
        net = zigzag(n, gates)
        evidence.certify(
            shown(
                f"{n} inputs, {gates} gates: every cell of the first layers is cut into at most r(g_i, d_i)",
                given=case(net, enumerate_cells(net).points),
                define=cuts,
                conclusion=[
                    "cells(X) and len(X) <= bound()",
                    "all([cut(i, x) <= most(i) for i in range(len(b) - 1) for x in X])",
                ],
            )
        )
    r = hyperplane_regions
    grown = all(r(g + 1, d) == same * r(g, d) + lower * r(g, d - 1) for g in range(20) for d in range(1, 20))
    evidence.fact("r(g + 1, d) = r(g, d) + r(g, d − 1) for g, d < 20", grown)
    evidence.fact(
        "r(g, d) = 2^g for g ≤ d, less for g > d, up to 20",
        all((r(g, d) == 2**g) == (g <= d) for g in range(20) for d in range(20)),
    )
    evidence.assume("g hyperplanes cut R^d into at most sum of C(g, j), j ≤ d, regions (Schläfli; Buck 1943)")
    figure_1 = (64,) * 5
    evidence.value("Figure 1's network: the paper's bound", float(paper_bound(figure_1)))
    evidence.value("Figure 1's network: the arrangement bound", arrangement_bound(2, figure_1))


@claim(
    "prop-8.pieces.arrangement",
    by="examples",
    subject=arrangement_bound,
    sabotage={
        "a dimension too few": lambda n, gates: arrangement_bound(n - 1, gates),
        "the first layer only": lambda n, gates: arrangement_bound(n, gates[:1]),
        "one less": lambda n, gates: arrangement_bound(n, gates) - 1,
    },
)
def test_arrangements_on_examples(evidence, subject):
    known = [zigzag(1, (2, 3)), folding(2, (2, 2))]

    def law(net):
        return all(enumerate_cells(one).cells <= subject(one.dimension, one.gates) for one in (net, *known))

    evidence.examples("cells within the bound", law, small_networks(gates=3), max_examples=80)


def whitney(rows, rank):
    """Regions of an arrangement in R^n by Whitney's theorem: the sum of (-1)^(|B| - rank B) over central subsets B."""
    from itertools import combinations

    distinct = list(dict.fromkeys(_line(row) for row in rows if any(row[1:])))
    total = 0
    for size in range(len(distinct) + 1):
        for chosen in combinations(distinct, size):
            normals = rank([row[1:] for row in chosen])
            if normals == rank(list(chosen)):
                total += (-1) ** (size - normals)
    return total


def _line(row):
    lead = next(v for v in row[1:] if v)
    return tuple(F(v) / lead for v in row)


def exact_rank(rows):
    from flint import fmpq, fmpq_mat

    if not rows:
        return 0
    return fmpq_mat([[fmpq(F(v).numerator, F(v).denominator) for v in row] for row in rows]).rank()


@claim(
    "prop-8.pieces.zaslavsky",
    by="examples",
    subject=exact_rank,
    sabotage={"general position taken for granted": len, "parallel lines meet": lambda rows: min(len(rows), 2)},
)
def test_one_layer_by_whitney(evidence, subject):
    def law(net):
        weight, bias = net.weights[0], net.biases[0]
        differences = [
            (bias[i + 1] - bias[i], *(b - a for a, b in zip(weight[i], weight[i + 1], strict=True)))
            for i in range(0, len(weight), 2)
        ]
        return enumerate_cells(net).cells == whitney(differences, subject)

    evidence.examples("cells by brute force are Whitney's sum", law, small_networks(depth=1, gates=5), max_examples=120)


@claim(
    "prop-8.pieces.zaslavsky",
    by="symbolic",
    subject=GATE,
    sabotage={"identity everywhere": GATE | {"transposition": EVERYWHERE}},
)
def test_one_layer(evidence, subject):
    certify_gate(evidence, subject)
    evidence.assume("Zaslavsky's theorem: the regions of an arrangement by its characteristic polynomial")
    for n, g in ((1, 4), (2, 6)):
        net = zigzag(n, (g,))
        evidence.certify(
            shown(
                f"n = {n}, {g} gates in general position: a point in each of {hyperplane_regions(g, n)} cells",
                given=case(net, enumerate_cells(net).points) | {"most": hyperplane_regions(g, n)},
                define=NETWORK,
                conclusion=["cells(X)", "len(X) == most"],
            )
        )


# --- constructions


STROKE = ("-e*(q + 1) + 2*e*(q + 1)", "e*(q + 1)")
FORMS = [(1, (2, 3)), (1, (3, 2, 2)), (1, (4, 4, 4)), (2, (1, 3)), (2, (3, 2, 3)), (2, (4, 4)), (2, (5, 3))]


@claim(
    "prop-8.pieces.lower",
    by="samples",
    subject=(STROKE, zigzag_cells),
    sabotage={
        "bends half as sharp": (("-e*(q + 1) + e*(q + 1)", STROKE[1]), zigzag_cells),
        "a stroke more": (STROKE, lambda n, gates: zigzag_cells(n, (gates[0] + 1, *gates[1:]))),
        "the paper's bound": (STROKE, lambda n, gates: paper_bound(gates)),
        "coordinates that no layer carries": (STROKE, lambda n, gates: zigzag_cells(n + 1, gates)),
    },
)
def test_zigzags(evidence, subject):
    """e = (-1)^m: the slope of stroke m, after a bend of 2 (-1)^m (q + 1), is e (q + 1)."""
    stroke, cells = subject
    evidence.certify(identity("each bend reverses the slope", stroke))
    evidence.certify(
        shown(
            "the zigzag with q bends is 0, 1, 0, 1, … at the ends of its strokes, q = 1, …, 8",
            given={"Q": list(range(1, 9))},
            define={
                "even(q)": "1 if integer(q/2) else 0",
                "bends(x, q)": "sum([(-1)**j * (abs(x - j/(q + 1)) - j/(q + 1)) for j in range(1, q + 1)])",
                "zigzag(x, q)": "(q + 1) * (even(q) * x + bends(x, q))",
            },
            conclusion=["all([zigzag(m/(q + 1), q) == 1 - even(m) for q in Q for m in range(q + 2)])"],
        )
    )
    for n, gates in FORMS:
        net = zigzag(n, gates)
        found = enumerate_cells(net, [(0, 1)] * n)
        evidence.fact(f"n = {n}, {gates} gates: {found.cells} cells in the cube", found.cells == cells(n, gates))
        if gates not in ((3, 2, 2), (1, 3)):
            continue
        evidence.certify(
            shown(
                f"n = {n}, {gates} gates: a point in each cell",
                given=case(net, found.points) | {"most": cells(n, gates)},
                define=NETWORK,
                conclusion=["cells(X) and len(X) == most", "all([0 < v and v < 1 for x in X for v in x])"],
            )
        )
    net, gates = zigzag(4, (4, 1, 1)), (4, 1, 1)
    evidence.certify(
        shown(
            "4 inputs, widths 8, 2, 2: a point in each of 64 cells, as many as there are sign patterns",
            given=case(net, points_inside(net, (0, 1))) | {"most": cells(4, gates), "all_signs": paper_bound(gates)},
            define=NETWORK,
            conclusion=[
                "cells(X) and len(X) == most and most == all_signs",
                "all([0 < v and v < 1 for x in X for v in x])",
            ],
        )
    )
    evidence.count(len(FORMS) + 1)
    evidence.assume(
        "in general position g hyperplanes cut R^d into exactly sum of C(g, j), j ≤ d, regions, and an open convex set "
        "into as many if the common flat of any d or fewer of them meets it"
    )


TEETH = {
    "even(m)": "1 if integer(m/2) else 0",
    "middle(m)": "[(2*m + 1) / (2*product(factors))]",
    "ends()": "[f([m/product(factors)]) for m in range(product(factors) + 1)]",
    "line(t)": "[slope(t), f([t]) - slope(t) * t]",
}
"""A zigzag with N strokes on [0, 1]: the middles of the strokes, the values at their ends, the affine map there."""


@claim(
    "prop-8.pieces.line",
    by="symbolic",
    subject=(STROKE, lambda gates: [g + 1 for g in gates]),
    sabotage={
        "bends half as sharp": (("-e*(q + 1) + e*(q + 1)", STROKE[1]), lambda gates: [g + 1 for g in gates]),
        "the paper's bound": (STROKE, lambda gates: [2**g for g in gates]),
        "without the + 1": (STROKE, lambda gates: list(gates)),
    },
)
def test_one_input(evidence, subject):
    """Zigzags after zigzags: N = (g_1 + 1) ... (g_k + 1) strokes, each with a middle in a cell of its own."""
    stroke, factors = subject
    evidence.certify(identity("each bend reverses the slope", stroke))
    for gates in ((2, 3), (1, 1, 1, 1), (3, 1, 2)):
        evidence.certify(
            shown(
                f"gates {gates}: as many cells as the bound allows, on different lines",
                given=strokes(gates).data | {"factors": factors(gates), "e": F(1, 1000)},
                define=ON_THE_LINE | PRODUCT | TEETH,
                conclusion=[
                    "cells([middle(m) for m in range(product(factors))])",
                    "ends() == [1 - even(m) for m in range(product(factors) + 1)]",
                    "all([steady(t) for m in range(product(factors)) for t in middle(m)])",
                    "count([line(t) for m in range(product(factors)) for t in middle(m)]) == product(factors)",
                ],
            )
        )


# --- the Lipschitz constraint


SCALED = ("(c*w)*(p*s) + p*c*b", "(p*c)*(w*s + b)")
COMMUTES = (
    Implication(("m + M == p*a + p*b", "M - m == d", "d == p*b - p*a"), "m == p*a"),
    Implication(("m + M == p*a + p*b", "M - m == d", "d == p*a - p*b"), "m == p*b"),
)


@claim(
    "prop-8.pieces.lipschitz",
    by="symbolic",
    subject=(SCALED, COMMUTES),
    sabotage={
        "biases as they were": (("(c*w)*(p*s) + b", SCALED[1]), COMMUTES),
        "another scale after sorting": (SCALED, tuple(step.concluding("m == a") for step in COMMUTES)),
    },
)
def test_scaling_keeps_cells(evidence, subject):
    """p = c^(i-1) in layer i; s is the output of the layers before."""
    scaled, commutes = subject
    evidence.certify(identity("c W (p s) + p c b = p c (W s + b)", scaled))
    for step in commutes:
        evidence.certify(step.proof("sorting commutes with multiplication by p > 0"))


def rescaled(net, c, powers=True):
    weights = [[[c * v for v in row] for row in weight] for weight in net.weights]
    factors = [c ** (i + 1) if powers else c for i in range(len(weights))]
    return network(weights, [[t * v for v in bias] for t, bias in zip(factors, net.biases, strict=True)])


@claim(
    "prop-8.pieces.lipschitz",
    by="examples",
    subject=rescaled,
    sabotage={
        "biases scaled alike in all layers": lambda net, c: rescaled(net, c, powers=False),
        "a negative factor": lambda net, c: rescaled(net, -c),
    },
)
def test_scaled_networks(evidence, subject):
    known = [zigzag(1, (2, 2)), folding(2, (2, 1))]

    def law(net):
        pairs = [(one, subject(one, F(1, 7))) for one in (net, *known)]
        return all(enumerate_cells(a).signs == enumerate_cells(b).signs for a, b in pairs)

    evidence.examples("the same sign patterns", law, small_networks(), max_examples=60)


# --- counts in more than two dimensions


ARCHITECTURES = [(n, gates) for n in range(1, 6) for k in range(1, 4) for gates in product(range(1, 5), repeat=k)]
"""Numbers of inputs, and gates of up to three layers."""


def rounded(net):
    """Its numbers as floats."""
    import numpy as np

    return [[np.array(part, float) for part in parts] for parts in (net.weights, net.biases)]


def counted(net, box):
    """Cells by theory.pieces, with a certificate, of the network with its numbers rounded to floats."""
    from theory.pieces import count_pieces

    weights, biases = rounded(net)
    return count_pieces(weights, biases, box, certify=True).cells


def points_inside(net, box):
    """A point in each of them, exactly what the floats are."""
    from theory.pieces import enumerate_pieces

    weights, biases = rounded(net)
    return [tuple(map(F, piece.point.tolist())) for piece in enumerate_pieces(weights, biases, box)]


@claim(
    "prop-8.pieces.tight",
    by="samples",
    subject=paper_bound,
    sabotage={
        "one gate more": lambda gates: paper_bound((*gates, 1)),
        "the last layer idle": lambda g: paper_bound(g[:-1]),
    },
)
def test_foldings_in_more_dimensions(evidence, subject):
    for n, gates in ((3, (2, 2, 1)), (3, (3, 3)), (4, (1, 2, 2)), (4, (4, 1, 1))):
        cells = counted(folding(n, gates), "all")
        evidence.fact(f"n = {n}, {gates} gates: {cells} cells, counted with a certificate", cells == subject(gates))
    evidence.count(4)


@claim(
    "prop-8.pieces.lower",
    by="samples",
    subject=zigzag_cells,
    sabotage={
        "the arrangement bound": arrangement_bound,
        "hyperplanes through one point": lambda n, gates: zigzag_cells(n, gates) - 1,
    },
)
def test_zigzags_in_more_dimensions(evidence, subject):
    """Weights that floats round, so that the last layer is in general position only nearly: still the same count."""
    from theory.pieces import piece_lower_bound

    for n, gates in ((3, (3, 4)), (3, (4, 3)), (3, (2, 4)), (3, (1, 3)), (4, (4, 1, 1)), (4, (5, 1, 3))):
        cells = counted(zigzag(n, gates), (0, 1))
        evidence.fact(f"n = {n}, {gates} gates: {cells} cells in the cube", cells == subject(n, gates))
    same = all(piece_lower_bound(n, [2 * g for g in gates]) == subject(n, gates) for n, gates in ARCHITECTURES)
    evidence.fact(f"two implementations agree on {len(ARCHITECTURES)} architectures", same)
    evidence.count(6)


@claim(
    "prop-8.pieces.arrangement",
    by="exact",
    subject=arrangement_bound,
    sabotage={"one less": lambda n, g: arrangement_bound(n, g) - 1, "the paper's bound": lambda n, g: paper_bound(g)},
)
def test_the_library_computes_the_same_bound(evidence, subject):
    from theory.pieces import piece_bound

    widths = [(n, gates, [2 * g for g in gates]) for n, gates in [*ARCHITECTURES, (2, (64,) * 5)]]
    same = all(piece_bound(n, w).arrangement == subject(n, gates) for n, gates, w in widths)
    evidence.fact(f"two implementations agree on {len(widths)} architectures", same)
    evidence.fact("2^(W/2) is never less", all(subject(n, gates) <= paper_bound(gates) for n, gates in ARCHITECTURES))


# --- sorting everything


def sorter(rounds):
    """A GroupSort2 network that sorts four coordinates in three rounds: pairs 01, 23, then 12, 03, then 01, 23."""
    unit = [[int(i == j) for j in range(4)] for i in range(4)]
    turned, back = [unit[i] for i in (1, 2, 0, 3)], [unit[i] for i in (2, 0, 1, 3)]
    return network([*[unit, turned, back][:rounds], [[1, 2, 3, 4]]])


SORTS = {"sorts(x)": "hidden(len(b) - 1, x) == sorted(x)"}


def order(v):
    """The permutation that sorts v, which is the Jacobian of sorting there."""
    return sorted(range(len(v)), key=v.__getitem__)


@claim("prop-8.pieces.braid", by="exact", subject=3, sabotage={"a round too few": 2, "one round": 1})
def test_cells_of_a_sorter(evidence, subject):
    cells = counted(sorter(subject), "all")
    evidence.fact(f"the sorter of four coordinates has {cells} cells over all of R⁴, certified", cells == 24)


@claim(
    "prop-8.pieces.braid",
    by="symbolic",
    subject=(order, 3),
    sabotage={
        "sorting in pairs only": (lambda v: [*order(v[:2]), *order(v[2:])], 3),
        "an order and its reverse taken for one": (lambda v: min(order(v), order(v)[::-1]), 3),
        "a round too few": (order, 2),
    },
)
def test_sorting_all_coordinates(evidence, subject):
    """The points of a certificate are the permutations of 0, ..., 3."""
    from math import factorial

    jacobian, rounds = subject
    evidence.certify(
        identity("a strict order of the coordinates holds on convex sets: x_j − x_i along a segment", SEGMENT)
    )
    for n in range(1, 7):
        found = {tuple(jacobian(point)) for point in permutations(range(n))}
        evidence.fact(f"{n} coordinates: {factorial(n)} different permutations", len(found) == factorial(n))
    evidence.certify(
        shown(
            "three rounds of GroupSort2 sort four coordinates: a cell for each of the 24 orders",
            given=case(sorter(rounds), list(permutations(range(4)))),
            define=NETWORK | SORTS,
            conclusion=["cells(X)", "len(X) == 24", "all([sorts(x) for x in X])"],
        )
    )
