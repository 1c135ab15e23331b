"""Constants of networks from those of their parts."""

from itertools import pairwise
from statistics import median

import pytest

from checks.derive import have, product, square

claim = pytest.mark.claim


@claim("layers.product", by="formal")
def test_chains(evidence, subject):
    evidence.derive(product("M >= 0", "L * d - e >= 0"))


@claim("layers.product.tight", by="formal")
def test_two_layers_of_norm_one_make_a_constant(evidence, subject):
    evidence.impossible(u=1, v=-1)


@claim("layers.product.tight.amended", by="formal")
def test_every_ratio_occurs(evidence, subject):
    evidence.derive(
        have("t**2 <= 1"),
        square("x[0]"),
        square("x[1]"),
        product("1 - t**2 >= 0", "x[0]**2 >= 0"),
        product("1 - t**2 >= 0", "x[1]**2 >= 0"),
    )


NETWORKS = 80
"""With none that fails, enough for a lower limit of nine in ten at 99.9 %."""


def ratios(scale, device, *, claims_seed):
    """Products of norms over exact constants."""
    import numpy as np

    from checks.randomness import stream
    from theory.pieces import lipschitz_constant

    rng = np.random.default_rng(stream(0, claims_seed))
    found = []
    for _ in range(NETWORKS):
        widths = [2, 8, 8, 8, 1]
        weights = [rng.normal(size=(m, n)) for n, m in pairwise(widths)]
        biases = [rng.normal(size=m) / 10 for m in widths[1:]]
        exact = lipschitz_constant(weights, biases, "all", activation="relu")
        assert exact.exact
        found.append(float(np.prod([np.linalg.norm(w, 2) for w in weights]) / exact.upper))
    return found


@claim(
    "layers.product.measured",
    by="samples",
    build=ratios,
    sabotage={"a product that is the constant": lambda found: [1.0 for _ in found]},
)
def test_products_are_loose(evidence, subject):
    evidence.trials("the product exceeds twice the constant", subject, share="9/10", at_least=2.0)
    evidence.count(len(subject), 0)
    evidence.value("networks", len(subject))
    evidence.value("least", round(min(subject), 1))
    evidence.value("middle", round(median(subject), 1))
    evidence.value("most", round(max(subject), 1))


@claim("layers.sum", by="formal")
def test_sums(evidence, subject):
    evidence.derive(product("abs(a) >= 0", "L * d - e >= 0"), product("abs(b) >= 0", "M * d - r >= 0"))


@claim("layers.residual", by="formal")
def test_twice_the_identity(evidence, subject):
    evidence.counterexample(c=1, x=1, z=0)


@claim("layers.residual.amended", by="formal")
def test_residual_blocks(evidence, subject):
    evidence.derive()


@claim("layers.residual.half", by="formal")
def test_half_of_a_residual_block(evidence, subject):
    evidence.derive(product("t >= 0", "d - e >= 0"))


@claim("layers.residual.transposed", by="formal")
def test_blocks_that_go_back_by_the_transpose(evidence, subject):
    evidence.derive()


@claim("layers.concatenation", by="formal")
def test_two_copies_are_longer(evidence, subject):
    evidence.counterexample(a=1, b=1, x=1, z=0)


@claim("layers.concatenation.amended", by="formal")
def test_branches(evidence, subject):
    evidence.derive(
        product("e >= 0", "L * c - e >= 0"),
        product("L * c - e >= 0", "L * c >= 0"),
        product("r >= 0", "M * d - r >= 0"),
        product("M * d - r >= 0", "M * d >= 0"),
        have("B**2 >= L**2"),
        have("B**2 >= M**2"),
        square("c"),
        square("d"),
        product("B**2 - L**2 >= 0", "c**2 >= 0"),
        product("B**2 - M**2 >= 0", "d**2 >= 0"),
        product("B - L >= 0", "c >= 0"),
        product("B - M >= 0", "d >= 0"),
        have("B >= 0"),
        product("B >= 0", "max(c, d) - c >= 0"),
        product("B >= 0", "max(c, d) - d >= 0"),
    )


@claim("layers.copies", by="formal")
def test_copies(evidence, subject):
    evidence.derive(square("x"), square("y"), product("m - a >= 0", "x**2 >= 0"), product("m - b >= 0", "y**2 >= 0"))


@claim("layers.pieces", by="formal")
def test_segments_through_pieces(evidence, subject):
    evidence.derive()


@claim("layers.lipsdp", by="formal")
def test_diagonal_multipliers(evidence, subject):
    evidence.derive()


@claim("layers.lipsdp.coupled", by="formal")
def test_coupled_neurons(evidence, subject):
    evidence.counterexample(a=0, b=1, c=-1, g="1/2")


@claim("layers.lipsdp.coupled.amended", by="formal")
def test_neurons_at_one_point(evidence, subject):
    evidence.derive()
