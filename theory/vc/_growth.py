"""How many dichotomies of N points a GroupSort2 architecture realises, at most.

Layer i has g_i = w_i / 2 gates; a gate sees the sign of the difference u of its two neurons. Once the signs
of all gates before it are known at all N points, u is at each point

- a polynomial of degree i in the parameters up to layer i: P_i of them, counting for layer i the
  differences only, g_i (w_{i-1} + 1). Warren bounds the patterns of N g_i such polynomials;
- affine in x, the same function on all points of one activation region: at most R_i regions before layer i.
  (Points may lie on the boundaries. For the count alone, add small generic numbers to the finitely many
  differences: no 1{u >= 0} changes, and no point is on a hyperplane.) Cover bounds the patterns of each gate
  on each region's points, however u is chosen there. (Lemma 1 of Béthune et al. argues so for the last
  layer.) Of each gate half of them are enough: exchanging its two neurons changes the sign of u and nothing
  else, so u >= 0 at the first point, and the patterns 1{u >= 0} of affine functions come in complementary
  pairs, one of which has a 1 there.

The last layer is a gate without the exchange: N polynomials of degree k + 1 in all P parameters. Ties need no
more care: where u = 0 both branches agree, and 1{u > 0}, which Warren counts, tells the gate's output as well.

Or all layers at once (as Goldberg and Jerrum 1995): for each point and each set of decisions of the gates
before, the differences of a layer and the output are polynomials in the parameters, whose signs tell all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod

from flint import arb

from theory.vc._counting import MANY, least, log2_affine, log2_affine_pieces, log2_polynomials

NEGLIGIBLE = 64
"""Layers with fewer than a share 2^-64 of the last one's regions are counted coarsely: chosen, far below what tells."""


@dataclass(frozen=True)
class Architecture:
    """n inputs, hidden widths (w_1, ..., w_k), each even, and one output."""

    input_dim: int
    widths: tuple[int, ...]

    @cached_property
    def gates(self) -> tuple[int, ...]:
        return tuple(w // 2 for w in self.widths)

    @cached_property
    def fan_in(self) -> tuple[int, ...]:
        """Inputs of each layer, the last layer's included, (k + 1,)."""
        return (self.input_dim, *self.widths)

    @cached_property
    def before(self) -> tuple[int, ...]:
        """P_1, ..., P_k and P: parameters that the gates of each layer, then the output, depend on."""
        found, total = [], 0
        for g, inputs in zip(self.gates, self.fan_in, strict=False):
            found.append(total + g * (inputs + 1))
            total += 2 * g * (inputs + 1)
        return (*found, total + self.fan_in[-1] + 1)

    @cached_property
    def regions(self) -> tuple[int, ...]:
        """R_1 = 1, ..., R_{k+1}: activation regions before each layer, at most."""
        found, dimension = [1], self.input_dim
        for g, w in zip(self.gates, self.widths, strict=True):
            found.append(found[-1] * cells(g, dimension))
            dimension = min(dimension, w)
        return tuple(found)


def cells(hyperplanes: int, dimension: int) -> int:
    """Regions of that many hyperplanes of R^dimension, at most (Schläfli; Zaslavsky 1975)."""
    if dimension >= hyperplanes:
        return 1 << hyperplanes
    total = term = 1
    for k in range(dimension):
        term = term * (hyperplanes - k) // (k + 1)
        total += term
    return total


def log2_sign_patterns(net: Architecture, points: int) -> arb:
    """The polynomial count alone: a product over the layers of Warren's bounds."""
    layers = (
        log2_polynomials(points * g, depth, known)
        for depth, (g, known) in enumerate(zip((*net.gates, 1), net.before, strict=True), 1)
    )
    return sum(layers, arb(0))


def log2_polynomials_at_once(net: Architecture, points: int) -> arb:
    """Warren's bound for one family: differences and outputs for all sets of decisions before them."""
    each = sum(g << sum(net.gates[:i]) for i, g in enumerate((*net.gates, 1)))
    return log2_polynomials(points * each, len(net.gates) + 1, net.before[-1])


def log2_regions(net: Architecture, points: int) -> arb:
    """The count by regions alone."""
    return sum((_by_regions(net, points, layer) for layer in range(len(net.regions))), arb(0))


def log2_by_layers(net: Architecture, points: int) -> arb:
    """The smaller count for every layer."""
    total = arb(0)
    for layer, g in enumerate((*net.gates, 1)):
        polynomials = log2_polynomials(points * g, layer + 1, net.before[layer])
        total += least(polynomials, _by_regions(net, points, layer))
    return total


def _by_regions(net: Architecture, points: int, layer: int) -> arb:
    regions = net.regions[layer]
    coarse = regions < net.regions[-1] >> NEGLIGIBLE
    patterns = log2_affine_pieces(points, net.input_dim, regions, coarse)
    if layer == len(net.gates):
        return patterns
    return net.gates[layer] * (patterns - 1)


def log2_lemma_1(net: Architecture, points: int) -> arb:
    """Lemma 1's own count with B = sqrt(2^W) pieces: B (B - 1) / 2 hyperplanes between them, B classifiers."""
    pieces = 1 << sum(net.gates)
    return pieces * (pieces + 1) // 2 * log2_affine(points, net.input_dim, rough=pieces > MANY)


def pieces_of_the_line(net: Architecture) -> int:
    """Affine pieces of the network on R, at most: each gate folds every piece once."""
    return prod(g + 1 for g in net.gates)


def log2_line(net: Architecture, points: int) -> arb:
    """Input dimension 1: one change of sign a piece and none between, so as many as a polynomial of that degree."""
    return log2_affine(points, pieces_of_the_line(net))
