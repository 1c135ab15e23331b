"""Layers that sort groups of rows, or take their maxima, as several layers of pairs that are sorted.

The layers in between only pick outputs of the one before, so that no number is rounded. A row that is compared with
none makes a pair with itself, whose gate is idle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from theory._types import Array
from theory.pieces._network.activations import Activation, sorting_steps
from theory.pieces._network.arrays import Bits, Ids


@dataclass(frozen=True, eq=False)
class Stage:
    """A hidden layer as it was given, made of layers first, first + 1, ..., one for each of `picks`.

    group: rows that are compared. greatest: their maximum alone goes on. picks: which outputs of the layer before, at
    first which of the rows given, are the rows of each layer. out: which outputs of the last layer go on.
    """

    group: int
    greatest: bool
    first: int
    picks: tuple[Ids, ...]
    out: Ids

    @property
    def last(self) -> int:
        return self.first + len(self.picks) - 1

    @property
    def merges(self) -> bool:
        """Whether cells of the pairs may differ where those of the layer do not: in what was less than the maximum."""
        return self.greatest and self.group > 2

    @property
    def rows(self) -> Ids:
        """Where the rows given are among those of the first layer."""
        return np.unique(self.picks[0], return_index=True)[1]

    def ties(self, zeros: Sequence[Bits], minus: Sequence[Bits]) -> Iterator[Bits]:
        """Of one layer after the other which gates (c, gates) compare rows that gates before them make equal.

        Such a gate is 0 where those are. zeros, minus: which gates are 0, and which pairs are exchanged, (c, gates) a
        layer. For a layer more than they are of, too, if there is one.
        """
        owner = np.tile(np.arange(self.picks[0].max() + 1), (len(minus[0]), 1))
        equal = owner.copy()  # rows of one number are equal
        for i, picks in enumerate(self.picks[: len(zeros) + 1]):
            pairs = owner[:, picks].reshape(len(owner), len(picks) // 2, 2)
            found = np.equal(*(np.take_along_axis(equal, pairs[:, :, side], axis=1) for side in (0, 1)))
            if i == len(zeros):
                yield found
                return
            vertex, gate = np.nonzero(zeros[i] & (picks[::2] != picks[1::2]))
            turn = np.arange(len(vertex)) - np.searchsorted(vertex, vertex)
            for k in range(int(turn.max(initial=-1)) + 1):  # of each vertex one gate
                at, here = vertex[turn == k], gate[turn == k]
                one, other = (equal[at, pairs[at, here, side]] for side in (0, 1))
                found[at, here] = one == other
                equal[at] = np.where(equal[at] == other[:, None], one[:, None], equal[at])
            yield found
            owner = np.where(minus[i][:, :, None], pairs[:, :, ::-1], pairs).reshape(len(owner), len(picks))

    def chosen(self, minus: Sequence[Bits]) -> Ids:
        """Which row of its group each output is (c, outputs), given which pairs are exchanged, (c, gates) a layer."""
        owner = np.broadcast_to(np.arange(self.picks[0].max() + 1), (len(minus[0]), self.picks[0].max() + 1))
        for picks, exchanged in zip(self.picks, minus, strict=True):
            pairs = owner[:, picks].reshape(len(owner), len(picks) // 2, 2)
            owner = np.where(exchanged[:, :, None], pairs[:, :, ::-1], pairs).reshape(len(owner), len(picks))
        return owner[:, self.out] % self.group


def stage_of(activation: Activation, width: int, first: int) -> Stage:
    """That of a layer of so many rows, its own first layer being `first`."""
    group = activation.group(width)
    steps = _maxima(group) if activation.greatest else _sorts(group)
    groups = np.arange(width // group)[:, None]
    picks, before = [], group
    for step, places in steps:
        picks.append((step + before * groups).ravel())
        before, out = len(step), places
    return Stage(group, activation.greatest, first, tuple(picks), (out + before * groups).ravel())


def _sorts(size: int) -> list[tuple[Ids, Ids]]:
    """Of one group the picks of each step, and where the places are after it."""
    at, found = list(range(size)), []
    for comparisons in [*sorting_steps(size)] or [[]]:
        alone = set(range(size)).difference(*comparisons) if comparisons else set(range(size))
        pairs = [*comparisons, *((place, place) for place in sorted(alone))]
        picks = [at[place] for pair in pairs for place in pair]
        for number, (low, high) in enumerate(pairs):
            at[low], at[high] = 2 * number, 2 * number + (low != high)
        found.append((np.array(picks), np.array(at)))
    return found


def _maxima(size: int) -> list[tuple[Ids, Ids]]:
    """The same for a knock-out: winners go on, one without a partner as well."""
    at, found = list(range(size)), []
    while len(at) > 1:
        picks = [*at, *at[-1:][: len(at) % 2]]
        at = [2 * number + 1 for number in range(len(picks) // 2)]
        found.append((np.array(picks), np.array(at)))
    return found


def widened(matrix: Array, before: Stage | None = None) -> Array:
    """Columns for all outputs of the layer before, 0 for those that do not go on."""
    if before is None:
        return matrix
    found = np.zeros((len(matrix), len(before.picks[-1])), matrix.dtype)
    found[:, before.out] = matrix
    return found


def picking(picks: Ids, inputs: int) -> Array:
    """The matrix that picks."""
    found = np.zeros((len(picks), inputs))
    found[np.arange(len(picks)), picks] = 1.0
    return found
