"""Section 2.2: evaluating the Lipschitz constant of a ReLU network exactly solves Max-Cut."""

from fractions import Fraction as F
from itertools import combinations

import pytest

from checks.implication import Implication
from checks.witness import identity

claim = pytest.mark.claim

CUT = Implication(("aa == a", "bb == b", "q == aa - 2*ab + bb"), "q == a + b - 2*ab")


@claim(
    "sec-2.2.np-hard",
    by="symbolic",
    subject=(CUT, ("(a - b)**2", "a**2 - 2*a*b + b**2")),
    sabotage={
        "not indicators": (CUT.without(0), ("(a - b)**2", "a**2 - 2*a*b + b**2")),
        "edges without orientation": (CUT, ("(a + b)**2", "a**2 - 2*a*b + b**2")),
    },
)
def test_gradients_are_cuts(evidence, subject):
    """a, b: whether the ends of an edge are in S; a + b - 2ab is 1 exactly if one of them is."""
    step, square = subject
    evidence.certify(identity("the square of the gradient's entry at an edge", square))
    evidence.certify(step.proof("is 1 for edges that S cuts and 0 for the others: their sum is the size of the cut"))
    evidence.assume("a connected graph has a flow for every divergence of sum 0")
    evidence.assume("a piecewise affine function has the largest norm of its gradients for its Lipschitz constant")
    evidence.assume("Max-Cut is NP-hard (Karp 1972)")


def connected_graphs(size):
    """Every connected graph on 0, ..., size - 1, as a list of edges, each with a spanning tree of edges towards 0."""
    pairs = list(combinations(range(size), 2))
    for count in range(size - 1, len(pairs) + 1):
        for edges in combinations(pairs, count):
            tree, reached = [], {0}
            while True:
                more = next(
                    (
                        (e, u, v)
                        for e, (a, b) in enumerate(edges)
                        for u, v in ((a, b), (b, a))
                        if u in reached and v not in reached
                    ),
                    None,
                )
                if more is None:
                    break
                tree.append(more)
                reached.add(more[2])
            if len(reached) == size:
                yield edges, tree


def flow(edges, tree, wanted):
    """x with D^T x = wanted, on the tree, leaves first; D has +1 at the first end of an edge, -1 at the other."""
    x, rest = [F(0)] * len(edges), list(wanted)
    for e, parent, child in reversed(tree):
        x[e] = rest[child] if edges[e][0] == child else -rest[child]
        rest[parent] += rest[child]
        rest[child] = F(0)
    return x, rest


@claim(
    "sec-2.2.np-hard",
    by="enumeration",
    subject=lambda a, b: a - b,
    sabotage={"edges without orientation": lambda a, b: a + b, "twice as steep": lambda a, b: 2 * (a - b)},
)
def test_every_small_graph(evidence, subject):
    """Every S but the trivial ones is the set of active neurons at some x; the gradient there has the cut's size."""
    graphs, good = 0, True
    for size in (2, 3, 4):
        for edges, tree in connected_graphs(size):
            graphs += 1
            found = 0
            for count in range(1, size):
                for chosen in combinations(range(size), count):
                    wanted = [F(1, count) if v in chosen else F(-1, size - count) for v in range(size)]
                    x, rest = flow(edges, tree, wanted)
                    fed = [sum(x[e] * ((v == a) - (v == b)) for e, (a, b) in enumerate(edges)) for v in range(size)]
                    active = [int(value > 0) for value in fed]
                    good &= not any(rest) and fed == wanted and active == [int(v in chosen) for v in range(size)]
                    found = max(found, sum(subject(active[a], active[b]) ** 2 for a, b in edges))
            cut = max(
                sum((a in s) != (b in s) for a, b in edges) for n in range(size) for s in combinations(range(size), n)
            )
            good &= found == cut
    evidence.fact(f"{graphs} connected graphs: the square of the Lipschitz constant is the maximum cut", good)
    evidence.count(graphs)
