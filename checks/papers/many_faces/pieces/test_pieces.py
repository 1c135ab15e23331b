"""The first half of the proof of Proposition 8: how many affine pieces a GroupSort2 network has at most."""

from fractions import Fraction as F
from itertools import product

import pytest

from checks.argument import certify, without
from checks.derive import product as multiplied
from checks.implication import Implication
from checks.papers.many_faces.pieces.rational_networks import (
    NETWORK,
    enumerate_cells,
    network,
    paper_bound,
    small_networks,
)
from checks.papers.many_faces.pieces.steps import (
    AGREE,
    COMPOSED,
    EVERYWHERE,
    GATE,
    MAPS,
    ON_THE_LINE,
    PAIRED,
    PAIRS,
    PRODUCT,
    SEGMENT,
    STEP,
    certify_agreement,
    certify_gate,
    refuted,
    shown,
    tent,
)
from checks.papers.many_faces.pieces.zigzags import case, chain, folding, zigzag
from checks.witness import identity

claim = pytest.mark.claim


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


@claim("prop-8.pieces.gate", by="formal")
def test_a_gate_from_end_to_end(evidence, subject):
    evidence.derive()


@claim("prop-8.pieces.base", by="symbolic", subject="c0 + c1*x", sabotage={"a square": "c0 + c1*x**2"})
def test_depth_0(evidence, subject):
    at = lambda place: subject.replace("x", f"({place})")
    evidence.certify(
        identity(
            "f is affine: it maps l p + (1 − l) q to l f(p) + (1 − l) f(q)",
            (at("l*p + (1 - l)*q"), f"l*({at('p')}) + (1 - l)*({at('q')})"),
        )
    )
    evidence.certify(
        shown("the empty product is the root of 2⁰", given={"W": 0}, conclusion=["2**W == 1**2"], define={})
    )


@claim("prop-8.pieces.base", by="formal")
def test_depth_0_from_end_to_end(evidence, subject):
    evidence.derive()


# --- convex cells


SIDES = (
    Implication(("D == lp + lq", "lp >= 0", "lq >= 0"), "D >= 0"),
    Implication(("D == lp + lq", "lp > 0", "lq > 0"), "D > 0"),
)


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
    subject=(CORNER, [[2, -3], [-4, 2]]),
    sabotage={
        "two points of one cell": (CORNER, [[2, -3], [3, -3]]),
        "a network whose regions are convex": (
            network([[[1, 0], [0, 1]], [[0, 1], [0, 0]], [[0, 1]]]),
            [[2, -3], [3, -3]],
        ),
    },
)
def test_pieces_need_not_be_convex(evidence, subject):
    """M = max(x, y), v = min(0, M), d = |M|: v = 0 on the open half-planes x > 0 and y > 0, which meet.

    So p and q are in one region, on which the map is 0 and the Jacobian too.
    """
    net, (p, q) = subject
    evidence.certify(Implication(("M >= x", "x > 0"), "M > 0").proof("max(x, y) > 0 where x > 0, likewise y > 0"))
    evidence.certify(Implication(("2*v == M - d", "d == M"), "v == 0").proof("f = 0 where max(x, y) ≥ 0"))
    middle = {"middle()": "[(s + t)/2 for s, t in zip(p, q)]"}
    evidence.refute(
        refuted(
            "regions and maps: f = 0 on a connected open set that holds p and q, and not in the middle between them",
            given=net.data | {"p": p, "q": q},
            define=NETWORK | middle,
            hypotheses=["max(p) > 0 and max(q) > 0", "f(p) == 0 and f(q) == 0 and f([1, 1]) == 0"],
            conclusion=["f(middle()) == (f(p) + f(q))/2"],
        )
    )
    weights = dict(zip(("A", "B", "c"), [*net.weights[:2], *net.weights[2]], strict=True))
    evidence.counterexample(
        "Jacobians, and maps: the same at p and q, others in the middle", **weights, p=p, q=q, t=F(1, 3)
    )


# --- the induction


FOLDED = network([[[-1], [1]], [[1, 0], [0, 1]], [[0, 1], [0, 0]], [[1, 0]]], [[0, 0], [1, -2], [0, 0], [0]])
"""t -> min(0, max(1 - |t|, |t| - 2))."""
WIDE = zigzag(1, (2, 1))
FLAT = network([[[1], [1]], [[1, -1], [0, 0], [1, 0], [0, 2]], [[1, 2, 3, 5]]], [[0, 0], [0, 0, 1, 0], [0]])
"""t -> (t, t), a line on which a gate of the second layer is tied, though not near it."""


MOVED = {
    "p > 0 at y, moved by a small vector: still > 0": Implication(("p > 0", "2 * l >= -p"), "p + l > 0"),
    "q < 0 at y′, moved by the same: still < 0": Implication(("q < 0", "2 * l <= -q"), "q + l < 0"),
    "a gate tied on all of M: the same value at y + v and y′ + v": Implication(
        ("p == 0", "q == 0", "pv == p + l", "qv == q + l"), "pv == qv"
    ),
    "patterns over each of S cells are at most as many as cells of the rest": Implication(
        ("cells <= s * most", "s * most <= s * rest"), "cells <= s * rest"
    ),
}
"""p, q: a gate's difference, one affine function, at points y, y' of M; l: what its linear part adds for v."""


@claim(
    "prop-8.pieces.induction",
    by="symbolic",
    subject=(COMPOSED, AGREE, PAIRS, MOVED),
    sabotage={
        "a layer that is not affine": (("c0 + c1*(a0 + a1*x)**2", COMPOSED[1]), AGREE, PAIRS, MOVED),
        "a gate tied at one point": (COMPOSED, (AGREE[0].without(1), AGREE[1]), PAIRS, MOVED),
        "the rest at A x, not sorted": (COMPOSED, AGREE, PAIRS | {"after(x)": "input(0, x)"}, MOVED),
        "the layer's signs left out": (COMPOSED, AGREE, PAIRS | {"pair(x)": "tail(after(x))"}, MOVED),
        "a vector that is not small": (COMPOSED, AGREE, PAIRS, without(MOVED, 0, 1)),
        "a gate tied at one of the points": (COMPOSED, AGREE, PAIRS, without(MOVED, 2, 1)),
        "more patterns than the rest has cells": (COMPOSED, AGREE, PAIRS, without(MOVED, 3, 1)),
    },
)
def test_the_induction_step(evidence, subject):
    composed, agree, pairs, moved = subject
    certify(evidence, moved)
    evidence.certify(identity("a pair of affine maps, one a layer, one the rest, has one composition", composed))
    certify_agreement(evidence, agree)
    for says, net in (("min(0, max(1 − |t|, |t| − 2))", FOLDED), ("widths 4, 2", WIDE), ("two inputs", CORNER)):
        evidence.certify(
            shown(
                f"{says}: the signs of a cell are a pair, the layer's and those of the rest at what the layer gives",
                given=case(net, enumerate_cells(net).points),
                define=pairs,
                conclusion=PAIRED,
            )
        )
    evidence.assume("finitely many closed sets that cover an open set: one of them contains an open part of it")
    evidence.assume("finitely many hyperplanes do not cover a ball: points and small vectors in general position exist")


def _tails():
    return small_networks(gates=1, depth=3).filter(lambda net: len(net.weights) > 2)


@claim(
    "prop-8.pieces.induction",
    by="examples",
    subject=True,
    sabotage={"the layer forgotten": "layer", "the rest forgotten": "rest"},
)
def test_the_induction_step_on_examples(evidence, subject):
    """First layers of width 2, so that the rest has two inputs and can be enumerated too; the ledger's text decides."""
    from dataclasses import replace

    def law(net):
        first = network([net.weights[0], [[1, 2]]], [net.biases[0], [0]])
        rest = replace(net, weights=net.weights[1:], biases=net.biases[1:])
        whole, layer, tail = (enumerate_cells(part) for part in (net, first, rest))
        counts = ("cells", "affine_maps")
        forget = lambda name, number: 1 if subject == name else number
        return all(
            evidence.true_of(
                S=forget("layer", getattr(layer, each)),
                R=forget("rest", getattr(tail, each)),
                most=getattr(tail, each),
                N=getattr(whole, each),
            )
            for each in counts
        )

    def all_hold(net):
        return law(net) and law(FLAT)

    evidence.examples("S_(K+1) ≤ S S_K for cells and for affine maps", all_hold, _tails(), max_examples=50)


@claim("prop-8.pieces.induction", by="formal")
def test_the_induction_step_counts_the_pieces_over_each_of_the_layer(evidence, subject):
    evidence.derive(multiplied("S - 1 >= 0", "R - most >= 0"))


SEVEN = [F(-5, 2), F(-7, 4), F(-5, 4), F(1, 2), F(5, 4), F(7, 4), F(5, 2)]
KINKS = [F(-2), F(-3, 2), F(-1), F(1), F(3, 2), F(2)]
SEPARATE = [
    "all([steady(x[0]) for x in X])",
    "all([s < t and bend(s, t) for i in range(len(X) - 1) for s, t in [[X[i][0], X[i + 1][0]]]])",
]
"""Points of the line, from left to right, in regions of their own."""


@claim(
    "prop-8.pieces.induction.regions",
    by="exact",
    subject=(FOLDED, KINKS),
    sabotage={"one kink fewer": (FOLDED, KINKS[1:]), "a kink twice": (FOLDED, [*KINKS[:2], *KINKS[1:5]])},
)
def test_the_induction_step_for_regions(evidence, subject):
    net, kinks = subject
    rest = enumerate_cells(network(net.weights[1:], net.biases[1:]))
    layer = enumerate_cells(network([[[1, 0], [0, 1]], [[1, 2]]]))
    evidence.fact("the whole network has as many regions, exactly", enumerate_cells(net).regions == len(kinks) + 1)
    evidence.value("regions of the rest, z ↦ min(0, max(z₀ + 1, z₁ − 2))", rest.regions)
    evidence.value("regions of the layer", layer.regions)
    (first, second, *_), (_, shift, *_) = net.weights[1:], net.biases
    evidence.fact("max of two rows, and then min with 0", [*map(list, second)] == [[0, 1], [0, 0]])
    evidence.counterexample(
        "t ↦ min(0, max(1 − |t|, |t| − 2)) is affine on seven intervals; the layer has 2 regions, the rest 3",
        u=[*first[0], shift[0]],
        v=[*first[1], shift[1]],
        T=kinks,
        e=F(1, 10),
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
    subject=(AGREE, SEGMENT, SEVEN),
    sabotage={
        "maps that agree at one point": ((AGREE[0].without(1), AGREE[1]), SEGMENT, SEVEN),
        "cells that are not convex": (AGREE, ("d0 + d1*(l*p + (1 - l)*q)**2", SEGMENT[1]), SEVEN),
        "two points of one region": (AGREE, SEGMENT, [*SEVEN[:3], F(-1, 2), *SEVEN[3:]]),
    },
)
def test_regions_have_a_map_and_a_cell(evidence, subject):
    """The gates' differences on a cell are affine: with the ends of a segment it lies in the interior."""
    agree, segment, points = subject
    certify_agreement(evidence, agree)
    evidence.certify(identity("the interior of a cell is convex, hence connected", segment))
    evidence.assume("a non-empty open set is not covered by finitely many hyperplanes")
    evidence.certify(
        shown(
            "the seven regions of min(0, max(1 − |t|, |t| − 2)): each has a cell of its own",
            given=case(FOLDED, points) | {"e": F(1, 100)},
            define=ON_THE_LINE,
            conclusion=[*SEPARATE, "cells(X)"],
        )
    )


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
    (first, second, (readout,)), (shift, offset, _) = subject.weights, subject.biases
    evidence.counterexample(
        "widths 4 and 2 on the line: six affine maps, five of which are here, but 2^(w₂/2) times the two of the rest "
        "is four",
        A=[row[0] for row in first],
        b=shift,
        B=second,
        d=offset,
        c=readout,
        X=[x for (x,) in pieces.points[:5]],
        t=F(1, 100),
    )


@claim(
    "prop-8.pieces.induction.width.amended",
    by="symbolic",
    subject=PAIRS | {"factor()": "2**(len(b[0]) / 2)"},
    sabotage={
        "the second layer's width": PAIRS | {"factor()": "2**(len(b[1]) / 2)"},
        "half the gates": PAIRS | {"factor()": "2**(len(b[0]) / 4)"},
        "the layer's signs left out": PAIRS | {"factor()": "2**(len(b[0]) / 2)", "pair(x)": "tail(after(x))"},
    },
)
def test_the_amended_width(evidence, subject):
    """The network above, 6 <= 2^2 * 2, and one with all pairs of signs, 4 * 2."""
    for says, net in (("widths 4 and 2 on the line", WIDE), ("widths 4 and 2 in the plane", folding(2, (2, 1)))):
        evidence.certify(
            shown(
                f"{says}: pairs of one of at most 2^(w₁/2) patterns of the layer and one of the rest",
                given=case(net, enumerate_cells(net).points),
                define=subject,
                conclusion=[*PAIRED, "layers() <= factor()", "len(X) <= factor() * tails()"],
            )
        )


@claim("prop-8.pieces.induction.width.amended", by="formal")
def test_the_amended_width_from_the_step(evidence, subject):
    evidence.derive(multiplied("2**(w / 2) - S >= 0", "R > 0"))


@claim("prop-8.pieces.affine", by="exact", subject=1, sabotage={"a line across the diagonal": -1})
def test_affine_maps_do_not_preserve_the_number(evidence, subject):
    """h = max on R^2 has two pieces; x -> (x, subject * x + 1) is affine."""
    line = network([[[1], [subject]], [[0, 1]]], [[0, 1], [0]])
    plane = network([[[1, 0], [0, 1]], [[0, 1]]])
    pieces = enumerate_cells(plane), enumerate_cells(line)
    found = [(p.cells, p.affine_maps, p.regions) for p in pieces]
    evidence.fact("cells, maps and regions agree, in the plane and on the line", all(len(set(c)) == 1 for c in found))
    evidence.impossible(
        says="max on ℝ² has two pieces, after x ↦ (x, x + 1) one is left: x + 1 > x", a=1, b=0, c=subject, d=1
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
            given=case(line, [F(1, 2), F(5, 4), F(7, 4), F(5, 2)]) | {"e": F(1, 100)},
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


ORDER = ("Jacobians", "maps", "regions", "cells", "2^(W/2)")
STRICT = {
    "Jacobians < maps": chain(3),
    "maps < regions": FOLDED,
    "regions < cells": network([[[1], [2]], [[1, 1]]]),
    "cells < 2^(W/2)": network([[[1], [1]], [[1, 2]]], [[0, 1], [0]]),
}


@claim(
    "prop-8.pieces.jacobians.network",
    by="exact",
    subject=(STRICT, tent(3)),
    sabotage={
        "a gate that bends": (STRICT | {"regions < cells": network([[[1], [2]], [[1, 3]]])}, tent(3)),
        "one layer": (STRICT | {"Jacobians < maps": chain(1)}, tent(3)),
        "the points of one layer": (STRICT, tent(1)),
        "a cell left out": (STRICT, tent(3) | {"X": tent(3)["X"][1:]}),
    },
)
def test_the_counts_differ(evidence, subject):
    """The order itself is `prop-8.pieces.regions`."""
    networks, tents = subject
    for says, net in networks.items():
        pieces = enumerate_cells(net)
        counts = [pieces.jacobians, pieces.affine_maps, pieces.regions, pieces.cells, paper_bound(net.gates)]
        low, high = (counts[ORDER.index(name)] for name in says.split(" < "))
        evidence.fact(f"{says} happens: {', '.join(ORDER)} = {counts}", low < high)
        evidence.fact(f"{says}: the order", counts == sorted(counts))
    evidence.certify(
        shown(
            "three layers of width 2 on the line: eight affine maps, with two slopes, 3/5 and 4/5, between them",
            given=tents,
            define=MAPS,
            conclusion=["everywhere()", "count(maps()) == len(X)", "count(slopes()) < count(maps())"],
        )
    )
    evidence.certify(
        shown(
            "min(0, max(1 − |t|, |t| − 2)): seven intervals, five maps",
            given=case(FOLDED, SEVEN) | {"e": F(1, 100)},
            define=MAPS,
            conclusion=[*SEPARATE, "count(maps()) < len(X)"],
        )
    )
    _draw_regions(evidence)


def _draw_regions(evidence):
    ends = [F(t) for t in (-4, -2, F(-3, 2), -1, 1, F(3, 2), 2, 4)]
    evidence.figure(
        "curve",
        "min(0, max(1 − |t|, |t| − 2)) is affine on seven intervals, with five affine maps and three Jacobians.",
        x=[float(t) for t in ends],
        y=[float(min(F(0), max(1 - abs(t), abs(t) - 2))) for t in ends],
        xlabel="t",
        ylabel="f(t)",
    )


# --- the bound


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
