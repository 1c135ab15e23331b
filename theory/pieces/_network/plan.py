"""The order in which gates are taken, at most 64 a round, and what the words of a vertex or cell say about them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from theory._rationals import over_one_unit
from theory.pieces._network.arrays import Bits, Words
from theory.pieces._network.domain import Domain, sides
from theory.pieces._network.integers import ExactNetwork, Row, forget
from theory.pieces._network.network import Network

WORD = 64
"""Bits of numpy's largest whole number, in which the signs of a round are kept."""

ULP = 2.0**-52
"""Relative: two units of roundoff, or one in the last place of a float64."""

NUDGE = 2.0**10
"""Units of the last place by which numbers are moved at most: so many that two of them hardly ever move alike, which
would cancel where their terms do."""

LEAST = 2.0**-1074
"""The least positive float64: underflow is off by half of it."""

TOLERANCE = 1e-9
"""The first of `TOLERANCES` of `theory.pieces._search`."""


class Round(NamedTuple):
    """Gates first..last - 1 of a hidden layer."""

    layer: int
    first: int
    last: int

    @property
    def gates(self) -> int:
        return self.last - self.first


@dataclass
class Plan:
    """tolerance: a float value up to this part of the gate's largest is not trusted for its sign."""

    network: Network
    domain: Domain
    tolerance: float = TOLERANCE
    _rows: OrderedDict[tuple[int, bytes], list[Row]] = field(
        default_factory=OrderedDict, init=False, repr=False, compare=False
    )
    """What `rows` found, by the words that it was asked for: most vertices of a cell share them."""

    @cached_property
    def rounds(self) -> list[Round]:
        return [
            Round(layer, first, min(first + WORD, self.network.gates(layer)))
            for layer in range(self.network.depth)
            for first in range(0, self.network.gates(layer), WORD)
        ]

    @cached_property
    def nudged(self) -> Network:
        """The network with its numbers moved by up to `NUDGE` units of their last place: what so many times as much
        rounding may make of it."""
        rng = np.random.default_rng(0)
        weights, biases = (
            tuple(part * (1 + ULP * NUDGE * rng.uniform(-1.0, 1.0, part.shape)) for part in parts)
            for parts in (self.network.weights, self.network.biases)
        )
        return Network(weights, biases, self.network.slope)

    @cached_property
    def lost(self) -> list[float]:
        """Of each hidden layer what its gates may lose to underflow: `LEAST` a term, and a cut that made a vertex;
        passed on by the layers."""
        found, before = [], LEAST
        for weight, (rows, _) in zip(self.network.weights, self.network.gate_rows, strict=False):
            terms = sum(weight.shape) + 2
            found.append(2 * LEAST * terms + before * float(np.abs(rows).sum(axis=1).max()))
            before = 2 * LEAST * terms + before * float(np.abs(weight).sum(axis=1).max())
            before = LEAST + before * self.network.stretch if self.network.rounds_slope else before
        return found

    @cached_property
    def exact(self) -> ExactNetwork:
        return ExactNetwork(self.network)

    @property
    def rounded(self) -> bool:
        """Whether the float64 numbers of the network or the box are not those that were given."""
        return self.network.exact is not None or self.domain.exact is not None

    @cached_property
    def whole_ends(self) -> tuple[list[tuple[int, int]], int]:
        """Of a box (low, high) of each input, in integers, and how many of these make 1."""
        low, high = self.domain.ends
        counts, parts = over_one_unit([tuple(low), tuple(high)])
        return list(zip(*counts, strict=True)), parts

    @cached_property
    def sides(self) -> NDArray[np.object_]:
        return sides(self.domain)

    @cached_property
    def _ends(self) -> list[int]:
        """The column of words where each layer begins, and where the last ends; the first column is the domain."""
        return [1 + sum(each.layer < layer for each in self.rounds) for layer in range(self.network.depth + 1)]

    def layer_bits(self, words: Words, layer: int) -> Bits:
        """Bits (count, g) of a layer in words (count, rounds), of which the first is on the domain."""
        return unpack(words[:, self.columns(layer)], self.network.gates(layer))

    def columns(self, layer: int) -> slice:
        """Where the words of a layer are."""
        return slice(self._ends[layer], self._ends[layer + 1])

    def bits(self, words: Words) -> Bits:
        """Bits (count, gates) of all layers, in words (count, 1 + rounds)."""
        none = [np.zeros((len(words), 0), bool)]
        return np.hstack(none + [self.layer_bits(words, layer) for layer in range(self.network.depth)])

    def ties(self, plus: Words, minus: Words, layer: int) -> Iterator[Bits]:
        """`Stage.ties` of the stage that a layer is in, from words (v, rounds) of all layers before it at least.

        Nothing where it is in none, or the first of one of which no layer is known.
        """
        for stage in self.network.stages:
            if stage.first <= layer <= stage.last and self.columns(stage.first).stop <= plus.shape[1]:
                known = [i for i in range(stage.first, stage.last + 1) if self.columns(i).stop <= plus.shape[1]]
                zeros = [~self.layer_bits(plus | minus, i) for i in known]
                yield from stage.ties(zeros, [self.layer_bits(minus, i) for i in known])

    def signs(self, plus: Words, minus: Words) -> NDArray[np.int8]:
        """Signs (count, gates) in words (count, 1 + rounds); 0 where both words have a bit, or neither."""
        return self.bits(plus).astype(np.int8) - self.bits(minus)

    def choices(self, minus: Words) -> NDArray[np.intp]:
        """Of cells of words (count, 1 + rounds) which row of its group each output is, of all layers that were given in
        place of pairs and are done."""
        done = minus.shape[1] - 1
        found = [np.zeros((len(minus), 0), np.intp)]
        for stage in self.network.stages:
            if done < len(self.rounds) and self.rounds[done].layer <= stage.last:
                break
            layers = range(stage.first, stage.last + 1)
            found.append(stage.chosen([self.layer_bits(minus, layer) for layer in layers]))
        return np.hstack(found)

    def words(self, bits: Bits) -> Words:
        """Words (count, 1 + rounds) of bits (count, gates); that of the domain is empty."""
        columns, at = [np.zeros(len(bits), np.uint64)], 0
        for each in self.rounds:
            columns.append(pack(bits[:, at : at + each.gates]))
            at += each.gates
        return np.column_stack(columns)

    def tight(self, plus: Words, minus: Words, known: int | None = None) -> Iterator[Row]:
        """Exact functions that vanish at a vertex, of words (rounds,); of the last round only the first `known`."""
        yield from self.sides[self.zeros(plus, minus, 0)].tolist()
        for i, each in enumerate(self.rounds[: len(plus) - 1]):
            zeros = self.zeros(plus, minus, 1 + i)
            if known is not None and i == len(plus) - 2:
                zeros = zeros[zeros < known]
            if zeros.size:
                rows = self.rows(minus, each.layer)
                yield from (rows[each.first + g] for g in zeros)

    def zeros(self, plus: Words, minus: Words, column: int) -> NDArray[np.intp]:
        """Which sides (column 0) or gates of a round vanish, given words (rounds,)."""
        word = int(plus[column] | minus[column])
        count = self.rounds[column - 1].gates if column else len(self.sides)
        return np.array([g for g in range(count) if not word >> g & 1], dtype=np.intp)

    def rows(self, minus: Words, layer: int) -> list[Row]:
        """Gates (g, n + 1) of a layer as exact functions, given words (rounds,). Not to be changed."""
        key = layer, minus[1 : self._ends[layer]].tobytes()
        if key not in self._rows:
            self._rows[key] = self.exact.gates(self.acting(minus, layer))
            forget(self._rows)
        return self._rows[key]

    def acting(self, minus: Words, layer: int) -> list[Bits]:
        """Which gates of the layers before `layer` act, given words (rounds,)."""
        return [self.layer_bits(minus[None], i)[0] for i in range(layer)]


def unpack(words: Words, count: int) -> Bits:
    """Bits (rows, count) of words (rows, k)."""
    little = np.ascontiguousarray(words, dtype="<u8").view(np.uint8)
    return np.unpackbits(
        little.reshape(len(words), words.shape[1] * WORD // 8), axis=1, bitorder="little", count=count
    ).view(bool)


def pack(bits: Bits) -> Words:
    """Words (rows,) of bits (rows, at most 64)."""
    return pack_all(bits, 1).ravel()


def pack_all(bits: Bits, columns: int) -> Words:
    """Words (rows, columns) of bits (rows, at most 64 a column)."""
    full = np.zeros((len(bits), columns * WORD // 8), np.uint8)
    part = np.packbits(bits, axis=1, bitorder="little")
    full[:, : part.shape[1]] = part
    return full.view("<u8").astype(np.uint64, copy=False)
