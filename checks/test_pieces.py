"""The first half of the proof of Proposition 8: how many affine pieces a GroupSort2 network has at most."""

from fractions import Fraction as F
from itertools import permutations, product

import pytest

from checks.foldings import case, chain, folding, grid, odd_points, strokes, zigzag, zigzag_cells
from checks.gates import (
    NETWORK,
    arrangement_bound,
    enumerate_cells,
    hyperplane_regions,
    network,
    paper_bound,
    small_networks,
    used,
)
from checks.witness import Implication, identity, instance, refutation

claim = pytest.mark.claim


def shown(says, *, given, conclusion, define):
    """An instance with the definitions it needs."""
    return instance(says, given=given, conclusion=conclusion, define=used(define, *conclusion))


def refuted(says, *, given, hypotheses, conclusion, define):
    """A refutation with the definitions it needs."""
    needed = used(define, *hypotheses, *conclusion)
    return refutation(says, given=given, hypotheses=hypotheses, conclusion=conclusion, define=needed)


MINMAX = ("m + M == a + b", "M - m == d")
GATE = {
    "identity": (Implication((*MINMAX, "d == b - a"), "m == a"), Implication((*MINMAX, "d == b - a"), "M == b")),
    "transposition": (Implication((*MINMAX, "d == a - b"), "m == b"), Implication((*MINMAX, "d == a - b"), "M == a")),
}
"""m = min(a, b) and M = max(a, b): d = |b - a|."""
EVERYWHERE = tuple(step.concluding("m == a") for step in GATE["transposition"])


def certify_gate(evidence, gate):
    for name, steps in gate.items():
        for step in steps:
            evidence.certify(step.proof(f"one half-plane of a gate: {name}, {step.goal}"))


@claim(
    "prop-8.pieces.gate",
    by="symbolic",
    subject=GATE,
    sabotage={
        "a leaky gate": {
            name: tuple(Implication(("2*m + 2*M == a + b", *step.hypotheses[1:]), step.goal) for step in steps)
            for name, steps in GATE.items()
        },
        "identity everywhere": GATE | {"transposition": EVERYWHERE},
    },
)
def test_a_gate_has_two_pieces(evidence, subject):
    certify_gate(evidence, subject)
    evidence.certify(
        shown(
            "they are different: (0, 1) stays, (1, 0) does not; on the line a = b they agree",
            given={"stay": [0, 1], "move": [1, 0]},
            define={"gate(v)": "[min(v[0], v[1]), max(v[0], v[1])]"},
            conclusion=["gate(stay) == stay", "gate(move) == [move[1], move[0]]", "gate(move) != move"],
        )
    )


@claim("prop-8.pieces.base", by="symbolic", subject="c0 + c1*x", sabotage={"a square": "c0 + c1*x**2"})
def test_depth_0(evidence, subject):
    at = lambda place: subject.replace("x", f"({place})")  # noqa: E731
    evidence.certify(
        identity(
            "f is affine: it maps l p + (1 − l) q to l f(p) + (1 − l) f(q)",
            (at("l*p + (1 - l)*q"), f"l*({at('p')}) + (1 - l)*({at('q')})"),
        )
    )
    evidence.certify(
        shown("the empty product is the root of 2⁰", given={"W": 0}, conclusion=["2**W == 1**2"], define={})
    )


# --- convex cells


SEGMENT = ("d0 + d1*(l*p + (1 - l)*q)", "l*(d0 + d1*p) + (1 - l)*(d0 + d1*q)")
SIDES = (
    Implication(("D == lp + lq", "lp >= 0", "lq >= 0"), "D >= 0"),
    Implication(("D == lp + lq", "lp > 0", "lq > 0"), "D > 0"),
)
COMPOSED = ("c0 + c1*(a0 + a1*x)", "(c0 + c1*a0) + (c1*a1)*x")


@claim(
    "prop-8.pieces.convex.amended",
    by="symbolic",
    subject=(SEGMENT, SIDES, GATE),
    sabotage={
        "a difference that is not affine": (("d0 + d1*(l*p + (1 - l)*q)**2", SEGMENT[1]), SIDES, GATE),
        "one end on the other side": (SEGMENT, (SIDES[0].without(1), SIDES[1]), GATE),
    },
)
def test_cells_are_convex(evidence, subject):
    """D is a gate's difference at l p + (1 - l) q, and lp, lq its weighted values at p and q."""
    segment, sides, gate = subject
    evidence.certify(identity("what is affine stays affine through an affine layer", COMPOSED))
    evidence.certify(identity("an affine difference on a segment", segment))
    for side in sides:
        evidence.certify(side.proof("p and q on one side of a gate: so is what lies between"))
    certify_gate(evidence, gate)


CORNER = network([[[1, 0], [0, 1]], [[0, 1], [0, 0]], [[1, 0]]])
"""(x, y) -> min(0, max(x, y))."""


@claim(
    "prop-8.pieces.convex",
    by="exact",
    subject=(CORNER, [[2, -3], [-3, 2]]),
    sabotage={
        "two points of one cell": (CORNER, [[2, -3], [3, -3]]),
        "a network whose regions are convex": (network([[[1, 0], [0, 1]], [[0, 1]]]), [[2, -3], [3, -3]]),
    },
)
def test_regions_need_not_be_convex(evidence, subject):
    """M = max(x, y), v = min(0, M), d = |M|: v = 0 on the half-planes x >= 1 and y >= 1, which meet."""
    net, (p, q) = subject
    evidence.certify(Implication(("M >= x", "x >= 1"), "M > 0").proof("max(x, y) > 0 where x ≥ 1, likewise y ≥ 1"))
    evidence.certify(Implication(("2*v == M - d", "d == M"), "v == 0").proof("f = 0 where max(x, y) ≥ 0"))
    evidence.refute(
        refuted(
            "min(0, max(x, y)) is 0 on a connected set that holds (2, −3), (1, 1) and (−3, 2), and not in the middle",
            given=net.data | {"p": p, "q": q},
            define=NETWORK,
            hypotheses=["max(p) >= 1 and max(q) >= 1", "f(p) == 0 and f(q) == 0 and f([1, 1]) == 0"],
            conclusion=["f([(s + t)/2 for s, t in zip(p, q)]) == (f(p) + f(q))/2"],
        )
    )


# --- the induction


STEP = Implication(("new <= s * old", "s * old <= s * B"), "new <= s * B")


@claim(
    "prop-8.pieces.induction",
    by="symbolic",
    subject=(COMPOSED, STEP),
    sabotage={
        "a layer that is not affine": (("c0 + c1*(a0 + a1*x)**2", COMPOSED[1]), STEP),
        "no bound for the rest": (COMPOSED, STEP.without(1)),
    },
)
def test_the_induction_step(evidence, subject):
    composed, step = subject
    evidence.certify(identity("a pair of affine maps, one a layer, one the rest, has one composition", composed))
    evidence.certify(step.proof("pairs: their number is at most S times S_K"))


def _tails():
    return small_networks(gates=1, depth=3).filter(lambda net: len(net.weights) > 2)


@claim(
    "prop-8.pieces.induction",
    by="examples",
    subject=lambda s, rest: s * rest,
    sabotage={"the layer forgotten": lambda s, rest: rest, "the rest forgotten": lambda s, rest: s},
)
def test_the_induction_step_on_examples(evidence, subject):
    """First layers of width 2, so that the rest has two inputs and can be enumerated too."""
    from dataclasses import replace

    def law(net):
        first = network([net.weights[0], [[1, 2]]], [net.biases[0], [0]])
        rest = replace(net, weights=net.weights[1:], biases=net.biases[1:])
        whole, layer, tail = (enumerate_cells(part) for part in (net, first, rest))
        cells = whole.cells <= subject(layer.cells, tail.cells)
        return cells and whole.affine_maps <= subject(layer.affine_maps, tail.affine_maps)

    evidence.examples("S_(K+1) ≤ S S_K for cells and for affine maps", law, _tails(), max_examples=50)


FOLDED = network([[[-1], [1]], [[1, 0], [0, 1]], [[0, 1], [0, 0]], [[1, 0]]], [[0, 0], [1, -2], [0, 0], [0]])
"""t -> min(0, max(1 - |t|, |t| - 2))."""
SEVEN = [F(-5, 2), F(-7, 4), F(-5, 4), F(1, 2), F(5, 4), F(7, 4), F(5, 2)]
ON_THE_LINE = NETWORK | {
    "slope(t)": "(f([t + e]) - f([t])) / e",
    "steady(t)": "signs([t]) == signs([t + e]) and inside([t])",
    "bend(s, t)": "f([s]) + slope(s) * (t - s) != f([t])",
}
"""A network with one input: its slope at t, in a cell that holds t and t + e, and whether it bends between s and t."""
SEPARATE = ["all([steady(t) for t in X])", "all([X[i] < X[i+1] and bend(X[i], X[i+1]) for i in range(len(X) - 1)])"]


@claim(
    "prop-8.pieces.induction.regions",
    by="exact",
    subject=(FOLDED, SEVEN),
    sabotage={"one region fewer": (FOLDED, SEVEN[1:]), "a point twice": (FOLDED, [*SEVEN[:2], *SEVEN[1:6]])},
)
def test_the_induction_step_for_regions(evidence, subject):
    net, points = subject
    rest = enumerate_cells(network(net.weights[1:], net.biases[1:]))
    layer = enumerate_cells(network([[[1, 0], [0, 1]], [[1, 2]]]))
    evidence.fact("the whole network has as many regions, exactly", enumerate_cells(net).regions == len(points))
    evidence.value("regions of the rest, z ↦ min(0, max(z₀ + 1, z₁ − 2))", rest.regions)
    evidence.value("regions of the layer", layer.regions)
    evidence.refute(
        refuted(
            "t ↦ min(0, max(1 − |t|, |t| − 2)) is affine on seven intervals; the layer has 2 regions, the rest 3",
            given=net.data | {"X": points, "e": F(1, 100), "layer": layer.regions, "rest": rest.regions},
            define=ON_THE_LINE,
            hypotheses=SEPARATE,
            conclusion=["len(X) <= layer * rest"],
        )
    )


@claim(
    "prop-8.pieces.regions",
    by="examples",
    subject=lambda p: (p.jacobians, p.affine_maps, p.regions, p.cells),
    sabotage={
        "maps and Jacobians exchanged": lambda p: (p.affine_maps, p.jacobians, p.regions, p.cells),
        "regions and maps exchanged": lambda p: (p.jacobians, p.regions, p.affine_maps, p.cells),
        "regions and cells exchanged": lambda p: (p.jacobians, p.affine_maps, p.cells, p.regions),
    },
)
def test_the_order_of_the_counts(evidence, subject):
    known = [FOLDED, chain(2)]

    def law(net):
        counts = [subject(enumerate_cells(one)) for one in (net, *known)]
        return all(a <= b <= c <= d for a, b, c, d in counts)

    evidence.examples("Jacobians ≤ maps ≤ regions ≤ cells", law, small_networks(), max_examples=80)


@claim(
    "prop-8.pieces.regions",
    by="symbolic",
    subject=Implication(("maps <= regions", "regions <= cells", "cells <= bound"), "regions <= bound"),
    sabotage={
        "regions without a cell": Implication(("maps <= regions", "cells <= bound"), "regions <= bound"),
        "the wrong order": Implication(("regions <= maps", "cells <= bound"), "regions <= bound"),
    },
)
def test_regions_are_not_more_than_cells(evidence, subject):
    evidence.certify(subject.proof("every region holds a cell, so the bound for cells bounds regions"))


WIDE = zigzag(1, (2, 1))


@claim(
    "prop-8.pieces.induction.width",
    by="exact",
    subject=WIDE,
    sabotage={"equal widths": chain(2), "the layers exchanged": zigzag(1, (1, 2))},
)
def test_the_printed_width(evidence, subject):
    """The rest has one gate, so it has two cells and two affine maps."""
    pieces = enumerate_cells(subject)
    evidence.fact("the same number of affine maps", pieces.affine_maps == pieces.cells)
    evidence.refute(
        refuted(
            "widths 4 and 2 on the line: six cells, but 2^(w₂/2) times the two cells of the rest is four",
            given=case(subject, pieces.points),
            define=NETWORK,
            hypotheses=["cells(X)"],
            conclusion=["len(X) <= 2**(len(b[1]) / 2) * 2**(len(b[1]) / 2)"],
        )
    )


@claim(
    "prop-8.pieces.induction.width.amended",
    by="symbolic",
    subject=STEP,
    sabotage={"no step": STEP.without(0), "no bound for the rest": STEP.without(1)},
)
def test_the_amended_width(evidence, subject):
    """s = 2^(w_1/2), B the product over the layers after the first."""
    evidence.certify(subject.proof("S_(K+1) ≤ 2^(w₁/2) S_K"))
    evidence.certify(
        shown(
            "the network above: 6 ≤ 2² · 2",
            given=case(WIDE, enumerate_cells(WIDE).points),
            define=NETWORK,
            conclusion=["cells(X)", "len(X) <= 2**(len(b[0]) / 2) * 2**(len(b[1]) / 2)"],
        )
    )


@claim("prop-8.pieces.affine", by="exact", subject=1, sabotage={"a line across the diagonal": -1})
def test_affine_maps_do_not_preserve_the_number(evidence, subject):
    """h = max on R^2 has two pieces; x -> (x, subject * x + 1) is affine."""
    line = network([[[1], [subject]], [[0, 1]]], [[0, 1], [0]])
    plane = network([[[1, 0], [0, 1]], [[0, 1]]])
    pieces = enumerate_cells(plane), enumerate_cells(line)
    found = [(p.cells, p.affine_maps, p.regions) for p in pieces]
    evidence.fact("cells, maps and regions agree, in the plane and on the line", all(len(set(c)) == 1 for c in found))
    evidence.refute(
        refuted(
            "max on ℝ² has two pieces, after x ↦ (x, x + 1) one is left: x + 1 > x",
            given=plane.data | {"Z": [[0, 1], [1, 0]], "slope": subject, "plane": found[0][0], "line": found[1][0]},
            define=NETWORK,
            hypotheses=["cells(Z)", "plane == len(Z)"],
            conclusion=["line == plane"],
        )
    )


@claim(
    "prop-8.pieces.affine.amended",
    by="symbolic",
    subject=(COMPOSED, SEGMENT, [1, -2]),
    sabotage={
        "a map that is not affine": (("c0 + c1*(a0 + a1*x)**2", COMPOSED[1]), SEGMENT, [1, -2]),
        "a line through the corner": (COMPOSED, SEGMENT, [1, -1]),
    },
)
def test_affine_maps_and_pieces(evidence, subject):
    composed, segment, shift = subject
    evidence.certify(identity("the composition with an affine piece is affine", composed))
    evidence.certify(
        identity("affine maps send segments to segments: the preimage of a convex cell is convex", segment)
    )
    plane = network([[[1, 0], [0, 1]], [[0, 1], [0, 0]], [[1, 0]]], [shift, [0, 0], [0]])
    line = network([[[-1], [1]], *plane.weights[1:]], plane.biases)
    across = enumerate_cells(plane), enumerate_cells(line)
    evidence.fact("min(0, max(x + 1, y − 2)) has 3 regions in the plane", across[0].regions == 3)
    evidence.fact("and 4 along t ↦ (−t, t)", across[1].regions == 4)
    evidence.certify(
        shown(
            "the four: 0, 1 − t, t − 2, 0",
            given=line.data | {"X": [F(1, 2), F(5, 4), F(7, 4), F(5, 2)], "e": F(1, 100)},
            define=ON_THE_LINE,
            conclusion=SEPARATE,
        )
    )


# --- Jacobians


def layer(gates):
    """GroupSort2 on R^(2 gates) and a point for each choice of signs."""
    unit = [[int(i == j) for j in range(2 * gates)] for i in range(2 * gates)]
    points = [[v for s in signs for v in ((0, 1) if s else (1, 0))] for signs in product((True, False), repeat=gates)]
    return network([unit, [range(2 * gates)]]).data | {"X": points, "g": gates}


@claim(
    "prop-8.pieces.jacobians.layer",
    by="symbolic",
    subject=(GATE, [layer(g) for g in (2, 4)]),
    sabotage={
        "one gate counted too much": (GATE, [layer(3) | {"g": 4}]),
        "a choice of signs left out": (GATE, [layer(3) | {"X": layer(3)["X"][1:]}]),
        "a leaky gate": ({"leaky": (Implication(("2*m + 2*M == a + b", "M - m == b - a"), "m == a"),)}, [layer(1)]),
    },
)
def test_jacobians_of_one_layer(evidence, subject):
    """Row j of the Jacobian at x is the difference quotient: x and x + e e_j are in one cell."""
    gate, layers = subject
    certify_gate(evidence, gate)
    quotient = {
        "moved(x, j)": "[v + (1/3 if i == j else 0) for i, v in enumerate(x)]",
        "jacobian(x)": "[3 * (s - t) for j in range(len(x)) for s, t in zip(sort2(moved(x, j)), sort2(x))]",
        "straight(x)": "all([signs(moved(x, j)) == signs(x) for j in range(len(x))])",
    }
    for given in layers:
        evidence.certify(
            shown(
                f"{given['g']} gates: signs are chosen independently, and every choice has a Jacobian of its own",
                given=given,
                define=NETWORK | quotient,
                conclusion=[
                    "cells(X) and all([straight(x) for x in X])",
                    "len(X) == 2**g and len(X[0]) == 2*g",
                    "all([s == 0 or s == 1 for x in X for s in jacobian(x)])",
                    "all([n == len(X) for n in [count([jacobian(x) for x in X])]])",
                ],
            )
        )


MAPS = ON_THE_LINE | {
    "slopes()": "[slope(x[0]) for x in X]",
    "maps()": "[[slope(x[0]), f(x) - slope(x[0]) * x[0]] for x in X]",
    "everywhere()": "cells(X) and all([steady(x[0]) for x in X]) and len(X) == 2**len(signs(X[0]))",
}
"""A network with one input and a point in each of its cells, of which there are as many as sign patterns."""


def tent(depth):
    return case(chain(depth), [5 * x for x in odd_points(depth)]) | {"e": 1}


@claim(
    "prop-8.pieces.jacobians.network",
    by="exact",
    subject=tent(3),
    sabotage={"one layer": tent(1), "a cell left out": tent(3) | {"X": tent(3)["X"][1:]}},
)
def test_jacobians_of_a_network(evidence, subject):
    evidence.refute(
        refuted(
            "three layers of width 2 on the line: eight affine maps, with two slopes, 3/5 and 4/5, between them",
            given=subject,
            define=MAPS,
            hypotheses=["everywhere()"],
            conclusion=["count(slopes()) == count(maps())"],
        )
    )


STRICT = {
    "Jacobians < maps": (chain(2), lambda p: p.jacobians < p.affine_maps),
    "maps < regions": (FOLDED, lambda p: p.affine_maps < p.regions),
    "regions < cells": (network([[[1], [2]], [[1, 1]]]), lambda p: p.regions < p.cells),
    "cells < 2^(W/2)": (network([[[1], [1]], [[1, 2]]], [[0, 1], [0]]), lambda p: p.cells < 2),
}


@claim(
    "prop-8.pieces.jacobians.network.amended",
    by="exact",
    subject=STRICT,
    sabotage={
        "a gate that bends": STRICT
        | {"regions < cells": (network([[[1], [2]], [[1, 3]]]), STRICT["regions < cells"][1])},
        "one layer": STRICT | {"Jacobians < maps": (chain(1), STRICT["Jacobians < maps"][1])},
    },
)
def test_the_counts_differ(evidence, subject):
    """The order itself is `prop-8.pieces.regions`."""
    for says, (net, strictly) in subject.items():
        pieces = enumerate_cells(net)
        counts = pieces.jacobians, pieces.affine_maps, pieces.regions, pieces.cells
        evidence.fact(f"{says} happens: Jacobians, maps, regions, cells = {counts}", strictly(pieces))
        evidence.fact(f"{says}: the order", list(counts) == sorted(counts))


# --- the bound


PRODUCT = {
    "rest(v)": "[v[i] for i in range(1, len(v))]",
    "product(v)": "1 if len(v) == 0 else v[0] * product(rest(v))",
}
WIDTHS = [[], [2], [2, 2], [4, 2], [2, 6, 4], [128, 128, 128, 128, 128]]


@claim(
    "prop-8.pieces",
    by="symbolic",
    subject=(STEP, "2**(w/2)", 0),
    sabotage={
        "three pieces a gate": (STEP, "3**(w/2)", 0),
        "the output counted as a neuron": (STEP, "2**(w/2)", 1),
        "no induction step": (STEP.without(0), "2**(w/2)", 0),
    },
)
def test_the_bound(evidence, subject):
    step, pieces, outputs = subject
    evidence.certify(identity("an affine layer keeps affine pieces affine", COMPOSED))
    evidence.certify(identity("a cell lies on one side of each gate, along segments", SEGMENT))
    evidence.certify(step.proof("one layer more multiplies the bound by s = 2^(w/2)"))
    evidence.certify(
        shown(
            "unrolled: the product of the 2^(w_i/2) is the square root of 2^W",
            given={"widths": WIDTHS, "outputs": outputs},
            define=PRODUCT | {"pieces(w)": pieces},
            conclusion=["all([product([pieces(w) for w in v])**2 == 2**(sum(v) + outputs) for v in widths])"],
        )
    )


@claim(
    "prop-8.pieces",
    by="examples",
    subject=paper_bound,
    sabotage={"half the bound": lambda gates: paper_bound(gates) // 2, "W instead of 2^(W/2)": lambda g: 2 * sum(g)},
)
def test_the_bound_on_examples(evidence, subject):
    """The networks drawn, and some that reach the bound."""
    known = [folding(2, (2, 2, 2)), chain(4)]

    def law(net):
        return all(enumerate_cells(one).cells <= subject(one.gates) for one in (net, *known))

    evidence.examples("at most 2^(W/2) cells, exactly counted", law, small_networks(), max_examples=80)


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
    subject=(FOLDS, [folded(*shape) for shape in SHAPES]),
    sabotage={
        "no biases": (FOLDS, [folded(1, (1, 1, 1)) | {"b": [[0, 0]] * 3 + [[0]]}]),
        "points beyond the folds": ((FOLDS[0], FOLDS[1].without(1), *FOLDS[2:]), []),
        "a last layer twice as long": (
            FOLDS,
            [folded(1, (1, 1)) | {"W": [*folding(1, (1, 1)).data["W"][:2], [[0, 2]]]}],
        ),
    },
)
def test_the_bound_is_reached(evidence, subject):
    """v = |u| - p maps each half of (-2p, 2p) onto (-p, p)."""
    folds, cases = subject
    for step in folds:
        evidence.certify(step.proof("v = u − p is a bijection of (0, 2p) with (−p, p)"))
    for given in cases:
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


@claim(
    "prop-8.pieces.tight",
    by="exact",
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


LAYER = Implication(("new <= r * old", "r * old <= r * B"), "new <= r * B")


@claim(
    "prop-8.pieces.arrangement",
    by="symbolic",
    subject=(COMPOSED, LAYER, (1, 1)),
    sabotage={
        "a layer that is not affine": (("c0 + c1*(a0 + a1*x)**2", COMPOSED[1]), LAYER, (1, 1)),
        "more regions than lines allow": (COMPOSED, LAYER.concluding("new <= B"), (1, 1)),
        "Pascal's rule with a term twice": (COMPOSED, LAYER, (1, 2)),
    },
)
def test_the_arrangement_bound(evidence, subject):
    """r(g, d) = sum_(j <= d) C(g, j); a new hyperplane adds as many regions as the others cut it into."""
    composed, layer_step, (same, lower) = subject
    evidence.certify(
        identity("on a cell the gates are affine functions of an affine map of rank at most d_i", composed)
    )
    evidence.certify(layer_step.proof("each of the old cells is cut into at most r"))
    r = hyperplane_regions
    grown = all(r(g + 1, d) == same * r(g, d) + lower * r(g, d - 1) for g in range(20) for d in range(1, 20))
    evidence.fact("r(g + 1, d) = r(g, d) + r(g, d − 1) for g, d < 20", grown)
    evidence.fact("r(g, d) = 2^g for g ≤ d, less for g > d, up to 20",
                  all((r(g, d) == 2**g) == (g <= d) for g in range(20) for d in range(20)))  # fmt: skip
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
def test_the_arrangement_bound_on_examples(evidence, subject):
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
                f"{g} gates in general position on {n} inputs: a point in each of {hyperplane_regions(g, n)} cells",
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
    by="symbolic",
    subject=(STROKE, zigzag_cells),
    sabotage={
        "bends half as sharp": (("-e*(q + 1) + e*(q + 1)", STROKE[1]), zigzag_cells),
        "a stroke more": (STROKE, lambda n, gates: zigzag_cells(n, (gates[0] + 1, *gates[1:]))),
        "the paper's bound": (STROKE, lambda n, gates: paper_bound(gates)),
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
        evidence.fact(f"{n} inputs, {gates} gates: {found.cells} cells in the cube", found.cells == cells(n, gates))
        if gates not in ((3, 2, 2), (1, 3)):
            continue
        evidence.certify(
            shown(
                f"{n} inputs, {gates} gates: a point in each cell",
                given=case(net, found.points) | {"most": cells(n, gates)},
                define=NETWORK,
                conclusion=["cells(X) and len(X) == most", "all([0 < v and v < 1 for x in X for v in x])"],
            )
        )
    evidence.assume("in general position g hyperplanes cut R^d into exactly sum of C(g, j), j ≤ d, regions")


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
    evidence.certify(LAYER.proof("g points cut each interval into at most r = g + 1"))
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


# --- sorting everything


def sorter(n):
    """The GroupSort2 network of n rounds, n even, that sorts n coordinates, and the place of each in its last layer.

    Rounds exchange neighbours (0, 1), (2, 3), ... and (1, 2), (3, 4), ... in turn; in the latter 0 and n - 1 form a
    pair too.
    """
    places = [list(range(n)), [*range(1, n - 1), 0, n - 1]]
    moves = [[[int(s == t) for s in places[(r + 1) % 2]] for t in places[r % 2]] for r in range(n)]
    moves[0] = [[int(i == j) for j in range(n)] for i in range(n)]
    return network([*moves, [range(1, n + 1)]]), places[(n - 1) % 2]


SORTS = {"sorts(x)": "hidden(len(b) - 1, x) == [s[p] for s in [sorted(x)] for p in places]"}


def order(v):
    """The permutation that sorts v, which is the Jacobian of sorting there."""
    return sorted(range(len(v)), key=v.__getitem__)


@claim(
    "prop-8.pieces.braid",
    by="symbolic",
    subject=(order, 4),
    sabotage={
        "sorting in pairs only": (lambda v: [*order(v[:2]), *order(v[2:])], 4),
        "an order and its reverse taken for one": (lambda v: min(order(v), order(v)[::-1]), 4),
        "a round too few": (order, 3),
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
    net, places = sorter(4)
    kept = network([*net.weights[:rounds], net.weights[-1]], [*net.biases[:rounds], [0]])
    evidence.certify(
        shown(
            "four rounds of GroupSort2 sort four coordinates: a cell for each of the 24 orders",
            given=case(kept, list(permutations(range(4)))) | {"places": places},
            define=NETWORK | SORTS,
            conclusion=["cells(X)", "len(X) == 24", "all([sorts(x) for x in X])"],
        )
    )
