"""Where the parameters of m networks lie, and their initial values.

In the state, `hidden` (depth - 1, m, w, w) are the orthogonal hidden matrices and `small` (m, s) is everything else,
one vector for each network: in one vector, Adam is a few operations instead of a few for every layer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from checks.training._config import TrainingConfig
from checks.training._convolution import flattened, stages

State = dict[str, Tensor]

_FIRST, _OTHERS = 0.15, 0.1  # largest initial biases, in units, of the first layer and the others: chosen for Figure 1
STRETCHES = 200  # of the loss curve: more than a figure can show; chosen

AXES = {"hidden": 1, "momentum": 1, "small": 0, "mean": 0, "square": 0, "losses": 1, "errors": 1}
"""The state, and along which axis its networks lie."""


@dataclass(frozen=True)
class Layout:
    """The shape of a network; free ones have their hidden matrices in `small` too.

    blocks: (channels, columns) of convolutions; inputs: of the first dense layer.
    """

    inputs: int
    width: int
    depth: int
    free: bool
    outputs: int
    blocks: tuple[tuple[int, int], ...] = ()

    @property
    def ends(self) -> list[tuple[int, int]]:
        """Of the matrices that are not hidden: those of convolutions, first and last."""
        return [*self.blocks, (self.width, self.inputs), (self.outputs, self.width)]

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """Of the parts of `small`: the `ends`, hidden matrices if free, biases, first to last."""
        within = [(self.width, self.width)] * (self.depth - 1) * self.free
        channels = [rows for rows, _ in self.blocks]
        return [*self.ends, *within, *[(rows, 1) for rows in (*channels, *[self.width] * self.depth, self.outputs)]]

    def parts(self, small: Tensor, hidden: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Matrices and biases (m, rows, columns), first layer to last, that share the memory of both."""
        pieces = small.split([rows * columns for rows, columns in self.shapes], dim=-1)
        views = [piece.unflatten(-1, shape) for piece, shape in zip(pieces, self.shapes, strict=True)]
        count = len(self.ends)
        (*first, last), others = views[:count], views[count:]
        place = len(others) - len(self.blocks) - self.depth - 1
        within, biases = others[:place], others[place:]
        return [*first, *within, *hidden, last], biases

    def rates(self, config: TrainingConfig) -> Tensor:
        """Adam's rate of every entry of `small`.

        Adam moves each entry by its rate, so the first matrix by rate sqrt(w n) at most, and the last by rate
        sqrt(K w): that must not grow with n or K. Where the first, and those of convolutions, move along their
        tangents, Adam keeps their averages and leaves them in their places.
        """
        *blocks, _ = self.ends
        first = [0.0 if config.tangent else config.end_rate * min(1.0, math.sqrt(2.0 / n)) for _, n in blocks]
        last_rate = config.end_rate / math.sqrt(self.outputs)
        rates = [*first, last_rate, *[config.bias_rate] * (len(self.shapes) - len(self.ends))]
        if self.free:
            rates = [config.free_rate] * len(self.shapes)
        parts = zip(rates, self.shapes, strict=True)
        return torch.cat([torch.full((rows * columns,), rate, dtype=torch.float32) for rate, (rows, columns) in parts])


def layout_of(config: TrainingConfig, inputs: int) -> Layout:
    """The layout of that configuration for points in R^inputs."""
    blocks = tuple((stage.channels, stage.columns) for stage in stages(config))
    return Layout(flattened(config, inputs), config.width, config.depth, config.free, config.outputs, blocks)


def initial(layout: Layout, configs: Sequence[TrainingConfig]) -> State:
    """The state before the first step."""
    networks = [_initial(layout, config) for config in configs]
    hidden = torch.stack([hidden for hidden, _ in networks], dim=1)
    small = torch.stack([small for _, small in networks])
    curve = torch.zeros(min(STRETCHES, configs[0].steps), len(configs), dtype=torch.float32)
    return {
        "hidden": hidden,
        "momentum": torch.zeros_like(hidden),
        "small": small,
        "mean": torch.zeros_like(small),
        "square": torch.zeros_like(small),
        "losses": curve,
        "errors": curve.clone(),
    }


def saved_shapes(configs: Sequence[TrainingConfig], inputs: int) -> dict[str, tuple[int, ...]]:
    """The shape of what a checkpoint holds of a network: the state without the axis of the networks."""
    config = configs[0]
    small = (sum(rows * columns for rows, columns in layout_of(config, inputs).shapes),)
    hidden = (0 if config.free else config.depth - 1, config.width, config.width)
    curve = (min(STRETCHES, config.steps),)
    return {
        key: hidden if key in ("hidden", "momentum") else curve if key in ("losses", "errors") else small
        for key in AXES
    }


def curve_lengths(config: TrainingConfig, taken: int) -> NDArray[np.int64]:
    """How many of the steps taken are in each stretch that has begun."""
    count = min(STRETCHES, config.steps)
    return np.bincount(np.arange(taken) * count // config.steps)


def _initial(layout: Layout, config: TrainingConfig) -> tuple[Tensor, Tensor]:
    """(hidden, small) of one network."""
    generator = torch.Generator().manual_seed(config.seed)
    matrix = _gaussian if layout.free else _frame
    ends = [matrix(rows, columns, config, generator) for rows, columns in layout.ends]
    hidden = [matrix(layout.width, layout.width, config, generator) for _ in range(layout.depth - 1)]
    stack = torch.stack(hidden) if hidden else torch.zeros(0, layout.width, layout.width, dtype=torch.float32)
    channels = sum(rows for rows, _ in layout.blocks)
    if layout.free:
        within = [stack, torch.zeros(channels + layout.depth * layout.width)]
    else:
        within = [*_biases_of_convolutions(config, generator), _biases(layout, generator)]
    flat = torch.cat([part.flatten() for part in (*ends, *within, torch.zeros(layout.outputs))]).float()
    return (stack[:0] if layout.free else stack), flat


def _frame(rows: int, columns: int, config: TrainingConfig, generator: torch.Generator) -> Tensor:
    """A random matrix with orthonormal columns, or rows if it has fewer."""
    tall = torch.randn(max(rows, columns), min(rows, columns), generator=generator, dtype=torch.float64)
    frame = torch.linalg.qr(tall)[0].float()
    return frame if rows >= columns else frame.mT


def _gaussian(rows: int, columns: int, config: TrainingConfig, generator: torch.Generator) -> Tensor:
    """He's initial matrix: a layer keeps the size of what enters it."""
    gain = 2.0 if config.activation == "relu" else 1.0
    return torch.randn(rows, columns, generator=generator, dtype=torch.float32) * math.sqrt(gain / columns)


def _biases_of_convolutions(config: TrainingConfig, generator: torch.Generator) -> list[Tensor]:
    """As those of the first dense layer: of p patches, each has about 1 / sqrt(p) of an image's length."""
    found = stages(config)
    draws = [torch.rand(stage.channels, generator=generator, dtype=torch.float32) * 2 - 1 for stage in found]
    return [draw * (_FIRST / math.sqrt(stage.places)) for draw, stage in zip(draws, found, strict=True)]


def _biases(layout: Layout, generator: torch.Generator) -> Tensor:
    """Of the size of what they are added to."""
    biases = torch.rand(layout.depth, layout.width, generator=generator, dtype=torch.float32) * 2 - 1
    return biases * torch.tensor([_FIRST] + [_OTHERS] * (layout.depth - 1), dtype=torch.float32)[:, None]
