"""How much worse than on its sample a classifier may be: the least vacuous of what is proved."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy.stats import beta

from checks.arrays import Floats
from checks.audit._certificates import certified
from checks.audit._constant import Constant
from checks.audit._lines import ARGUED, SUPPORTED, Line, Part, at_most
from checks.audit._model import Sample, arrays_of
from checks.networks.graph import Graph
from theory.packing import lipschitz_generalization_gap
from theory.sets import Box
from theory.vc import generalization_gap, vc_groupsort

DELTA = Fraction(1, 1000)
MARGINS = 8
LARGEST_DIMENSION = 64
"""Of the boxes that are covered: beyond, coverings say nothing for any sample, and cost time."""


@dataclass(frozen=True, eq=False)
class Generalization(Part):
    """Upper bounds on the error on new data, each with probability 99.9 % over the sample.

    Attributes:
        held_out: from points that training has not seen; None without any.
        margin: from the share of small margins and a covering; 1 where that says nothing; None for several classes.
        vc: from the VC dimension of the architecture; likewise.
    """

    held_out: float | None
    margin: float | None
    vc: float | None

    title = "Generalization"

    @property
    def best(self) -> tuple[str, float]:
        """The least bound and its name; ("none", 1.0) where none says anything."""
        known = {"held out": self.held_out, "margin": self.margin, "VC dimension": self.vc}
        named = {name: value for name, value in known.items() if value is not None and value < 1}
        return min(named.items(), key=lambda item: item[1]) if named else ("none", 1.0)

    def lines(self) -> tuple[Line, ...]:
        name = self.best[0]
        said = []
        if self.held_out is not None:
            wrong = at_most(self.held_out, 3, percent=True)
            said.append(
                Line(
                    f"Of new points at most {wrong} get a wrong label, from those held out.",
                    SUPPORTED,
                    "Clopper and Pearson 1934, at 99.9 %: independent points of the same law",
                )
            )
        words = {
            "margin": "margins and a covering of the smallest box around the points (Xu and Mannor 2012)",
            "VC dimension": "the VC dimension of the architecture (Mohri, Rostamizadeh and Talwalkar, corollary 3.9)",
        }
        for key, text in words.items():
            bound = self.margin if key == "margin" else self.vc
            if bound is not None:
                told = f"at most {at_most(bound, 3, percent=True)} are wrong" if bound < 1 else "says nothing"
                rule = "margins and cells" if key == "margin" else "VC dimension"
                said.append(Line(f"By {text}: {told}.", ARGUED, rules=(rule,)))
        if name == "none":
            said.append(Line("No theorem here bounds the error below 1 from the sample alone.", ARGUED))
        return tuple(said)


def generalization_of(
    network: Graph, constant: Constant, sample: Sample, held_out: Sample | None, lipschitz: float
) -> Generalization:
    """From what is held out, from margins, from the architecture."""
    seen = None
    if held_out is not None:
        right = certified(network, constant, held_out)[0] > 0
        wrong = int((~right).sum())
        seen = 1.0 if wrong == len(right) else float(beta.ppf(float(1 - DELTA), wrong + 1, len(right) - wrong)) + 1e-9
    values = network(sample.points).reshape(len(sample.points), -1)
    margin = vc = None
    if values.shape[1] == 1:
        margin = _by_margins(values[:, 0] * sample.labels, sample, lipschitz)
        vc = _by_dimension(network, values[:, 0] * sample.labels)
    return Generalization(seen, margin, vc)


def _by_margins(margins: Floats, sample: Sample, lipschitz: float) -> float:
    """The least over some margins that are fixed by the box alone, so that one bound for each suffices."""
    flat = sample.flat
    low, high = flat.min(axis=0), flat.max(axis=0)
    if flat.shape[1] > LARGEST_DIMENSION or not (high > low).any():
        return 1.0
    with np.errstate(over="ignore"):
        width = float(np.linalg.norm(high - low)) * lipschitz
    if not 0 < width / 2**MARGINS < np.inf:
        return 1.0
    box, least = Box(low, np.maximum(high, np.nextafter(low, np.inf))), 1.0
    for k in range(1, MARGINS + 1):
        m = width / 2**k
        share = float((margins <= m).mean())
        if share < least:
            gap = lipschitz_generalization_gap(box, lipschitz, m, len(flat), DELTA / MARGINS)
            least = min(least, share + gap)
    return least


def _by_dimension(network: Graph, margins: Floats) -> float | None:
    arrays = arrays_of(network)
    if arrays is None or arrays[2] != "groupsort2":
        return None
    weights = arrays[0]
    dimension = vc_groupsort(weights[0].shape[1], [len(weight) for weight in weights[:-1]]).bound
    return min(1.0, float((margins <= 0).mean()) + generalization_gap(dimension, len(margins), DELTA))
