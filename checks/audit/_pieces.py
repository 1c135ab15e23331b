"""Affine pieces where people look: between points, on a plane through three, around one."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import Any

import numpy as np

from checks.arrays import Floats
from checks.audit._lines import MACHINE_CHECKED, Line, Part
from checks.audit._model import Sample, arrays_of
from checks.networks.graph import Graph
from theory.pieces import PieceCount, count_pieces

SEGMENTS = 8
SECONDS = 5.0
"""For all counts together, or less where less is allowed: chosen for what they tell."""
MOST = 200_000
"""Pieces that are counted one by one at most: chosen for time."""


@dataclass(frozen=True, eq=False)
class Pieces(Part):
    """Counts of affine pieces.

    Attributes:
        segments: pieces along each of a few segments between points, all exact.
        plane: on the triangle's parallelogram through three points.
        around: in the smallest box around a ball of the radius given, and that radius.
    """

    segments: tuple[int, ...]
    plane: PieceCount | None
    around: tuple[float, PieceCount] | None

    title = "Pieces"

    def lines(self) -> tuple[Line, ...]:
        said = []
        if self.segments:
            least, most = min(self.segments), max(self.segments)
            said.append(
                Line(
                    f"Between two points there are {least} to {most} affine pieces ({len(self.segments)} pairs).",
                    MACHINE_CHECKED,
                    "counted one by one, in exact arithmetic where float64 does not decide",
                )
            )
        if self.plane is not None:
            said.append(Line(f"On a plane through three points: {_words(self.plane)}.", MACHINE_CHECKED))
        if self.around is not None:
            radius, count = self.around
            said.append(Line(f"Within {radius:.3g} of a point in each input: {_words(count)}.", MACHINE_CHECKED))
        return tuple(said)


def _words(count: PieceCount) -> str:
    if count.exact:
        return f"{count.cells} piece{'s' if count.cells != 1 else ''}"
    upper = str(count.upper) if count.upper < 10**12 else f"10^{len(str(count.upper)) - 1} or so"
    return f"at least {count.lower} and at most {upper} pieces"


def pieces_of(network: Graph, sample: Sample, radius: float, time_limit: float, seed: int) -> Pieces:
    """Of dense piecewise affine networks.

    Raises:
        ValueError: others, and points that all coincide.
    """
    arrays = arrays_of(network)
    distinct = np.unique(sample.flat, axis=0)
    if arrays is None:
        raise ValueError("it is for dense networks with ReLU, GroupSort2 or FullSort")
    if len(distinct) < 2:
        raise ValueError("all points coincide")
    weights, biases, activation = arrays
    rng = np.random.default_rng(seed)
    end = monotonic() + min(time_limit, SECONDS)

    def count(share: float, certify: bool = True, **where: Any) -> PieceCount:
        """In a share of the time that is left."""
        left = max(end - monotonic(), 0.1) * share
        return count_pieces(
            weights, biases, activation=activation, certify=certify, time_limit=left, max_pieces=MOST, **where
        )

    pairs = [distinct[rng.choice(len(distinct), 2, replace=False)] for _ in range(SEGMENTS)]
    segments = [found.cells for ends in pairs if (found := count(0.25, through=ends)).exact]
    corners = _corners(distinct, rng)
    plane = None if corners is None else count(0.5, plane=corners)
    around = None
    if 0 < radius < np.inf:
        around = radius, count(1.0, certify=False, around=(distinct[0], radius))
    return Pieces(tuple(map(int, segments)), plane, around)


def _corners(distinct: Floats, rng: np.random.Generator) -> Floats | None:
    """Three points of a plane."""
    if len(distinct) < 3 or distinct.shape[1] < 2:
        return None
    corners = distinct[rng.choice(len(distinct), 3, replace=False)]
    return corners if np.linalg.matrix_rank(corners[1:] - corners[0]) == 2 else None
