"""The rules that an audit applies, and the statements of the folklore ledger that carry each.

A rule may certify only where its statements hold there, machine-checked or argued: the tests say so of all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

LEDGER = "folklore"
"""The paper in `checks.papers` whose statements these are."""

RULES: Mapping[str, tuple[str, ...]] = {
    # how the constants of operations are put together
    "chain": ("layers.product",),
    "Sum": ("layers.sum",),
    "Concatenate": ("layers.concatenation.amended",),
    "transposed block": ("layers.residual.transposed",),
    "overlapping maxima": ("layers.pooling.max.amended",),
    "last rows": ("certificates.pairs",),
    "root of two": ("certificates.margin.amended",),
    "pieces": ("layers.pieces",),
    "semidefinite programme": ("layers.lipsdp",),
    # of single operations
    "Activation": ("layers.entrywise", "layers.activations", "layers.gelu.amended"),
    "LeakyReLU": ("layers.entrywise", "layers.activations"),
    "Centre": ("layers.mean",),
    "Convolution": ("layers.padding.amended", "layers.stride", "layers.copies", "layers.largest-entries"),
    "Dense": ("layers.product", "layers.largest-entries"),
    "Gather": ("layers.copies",),
    "Householder": ("layers.householder",),
    "Max": ("layers.sort",),
    "Mean": ("layers.mean", "layers.pooling.average"),
    "Norm": ("layers.pooling.l2",),
    "Scaling": ("layers.diagonal", "layers.batchnorm.amended", "layers.dropout.amended"),
    "Softmax": ("layers.softmax", "layers.softmax.norms", "layers.log-softmax.amended"),
    "Sort": ("layers.sort", "expressiveness.maxmin"),
    "TransposedConvolution": ("layers.transpose",),
    # what is said of points
    "radius of one output": ("certificates.binary", "certificates.float.amended"),
    "radius of several outputs": ("certificates.pairs", "certificates.float.amended"),
    "half of distances": ("certificates.best.amended",),
    "temperature": ("losses.temperature",),
    "margins and cells": ("generalization.cells", "generalization.margin.chosen"),
    "VC dimension": ("generalization.dimension",),
}
"""By the names of the classes in `checks.networks.graph`, where a rule is an operation's."""


def statements_of(rules: Iterable[str]) -> tuple[str, ...]:
    """The ids in the ledger, each once.

    >>> statements_of(["chain", "Dense"])
    ('layers.product', 'layers.largest-entries')
    """
    return tuple(dict.fromkeys(name for rule in rules for name in RULES[rule]))
