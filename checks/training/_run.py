"""Networks of one shape, trained side by side for the same steps; none of them sees the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from checks.arrays import Floats
from checks.networks import LipschitzNetwork
from checks.training import _losses
from checks.training._activations import GATES
from checks.training._backward import gradients, revive
from checks.training._config import TrainingConfig
from checks.training._layout import AXES, initial, layout_of
from checks.training._products import Scratch
from checks.training._schedule import Schedule
from checks.training._updates import adam, retract_ends, turn

_REVIVAL, _HOT = 50, 0.1  # every so many steps, while rates are so high
_INSIDE = 1 - 2.0**-45
"""Frames are multiplied by this, so that their norms, certified to about 1e-14, come out as 1 at most at once."""


def group_of(config: TrainingConfig) -> tuple[object, ...]:
    """Configurations of one group can train in one run."""
    kind = config.constraint, config.activation
    return config.width, config.depth, config.steps, config.batch, *kind, config.unit, config.momentum


class Run:
    """All that changes is in `state` and `step`; the order of the rows follows from seed and step."""

    def __init__(self, x: Floats, y: Floats, configs: Sequence[TrainingConfig], device: torch.device) -> None:
        self.configs, self.device, self.config = configs, device, configs[0]
        self.x = torch.as_tensor(x / self.config.unit, dtype=torch.float32, device=device)
        self.y = torch.as_tensor(y, dtype=torch.float32, device=device)
        losses, scales = [config.loss for config in configs], [config.lipschitz for config in configs]
        self.loss_rows = _losses.rows_of(losses, scales, self.config.unit, device)
        self.layout, self.gate = layout_of(self.config, x.shape[1]), GATES[self.config.activation]
        self.state = {key: value.to(device) for key, value in initial(self.layout, configs).items()}
        self.schedule = Schedule(configs, len(y), device)
        self.rates = torch.stack([self.layout.rates(config) for config in configs]).to(device)
        self.angles = torch.tensor([config.rate for config in configs], dtype=torch.float32, device=device)
        self.scratch = Scratch()
        self.step = 0

    def advance(self) -> None:
        """One step."""
        index, fade = self.schedule.at(self.step)
        x, y = self._batch(index)
        self._revive(x)
        losses, errors, small, hidden = gradients(
            self.layout, self.gate, self.state, x, y, self.loss_rows, self.scratch
        )
        stretch = self.step * len(self.state["losses"]) // self.config.steps
        self.state["losses"][stretch] += losses
        self.state["errors"][stretch] += errors
        self.step += 1
        adam(self.state, small, self.rates, fade, self.step, self.scratch)
        if not self.config.free:
            retract_ends(self.layout, self.state["small"], self.scratch)
            turn(self.state, hidden, self.config.momentum, self.angles * fade, self.scratch)

    def _batch(self, index: Tensor) -> tuple[Tensor, Tensor]:
        """x (m, n, p) and y (m, p)."""
        flat = index.flatten()
        rows = self.scratch("x", (len(flat), self.x.shape[1]), self.x)
        points = torch.index_select(self.x, 0, flat, out=rows).unflatten(0, index.shape)
        count = len(self.configs)
        return points.mT.expand(count, -1, -1), self.y[index].expand(count, -1)

    def _revive(self, x: Tensor) -> None:
        if self.config.free or self.config.activation != "groupsort2" or self.step % _REVIVAL:
            return
        if any(hot := [config.fade(self.step) > _HOT for config in self.configs]):
            revive(self.layout, self.state, x, torch.tensor(hot, device=self.device))

    def finite(self) -> list[bool]:
        """Of each network, whether all its numbers are finite; read back from the device."""
        parts = [self.state[key].isfinite().movedim(axis, 0).flatten(1).all(1) for key, axis in AXES.items()]
        return [bool(finite) for finite in torch.stack(parts).all(0).cpu().numpy()]

    def saved(self, i: int) -> dict[str, NDArray[Any]]:
        """The state of network i."""
        return {key: self.state[key].select(axis, i).cpu().numpy() for key, axis in AXES.items()}

    def restore(self, i: int, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Give network i a state that was saved."""
        for key, axis in AXES.items():
            self.state[key].select(axis, i).copy_(torch.from_numpy(arrays[key]))

    def curves(self, i: int) -> tuple[Floats, Floats, Floats]:
        """Of network i, for every stretch: the epochs at its end, mean loss, mean share of wrong signs; (k,)."""
        sums = [self.state[key][:, i].cpu().double().numpy() for key in ("losses", "errors")]
        lengths = np.bincount(np.arange(self.config.steps) * len(sums[0]) // self.config.steps)
        epochs = np.cumsum(lengths) / (len(self.y) // self.config.batch)
        return epochs, sums[0] / lengths, sums[1] / lengths

    def network(self, i: int) -> LipschitzNetwork:
        """Network i in its present state, in the unit of the data; its certified constant is at most `lipschitz`.

        Orthogonal matrices are polished in float64.
        """
        config = self.configs[i]
        matrices, biases = self.layout.parts(self.state["small"], self.state["hidden"])
        weights = [matrix[i].double().cpu().numpy() for matrix in matrices]
        before, after = self.gate.turns(config.width)
        weights = weights if config.free else [_INSIDE * _nearest_frame(weight) for weight in weights]
        turned = [before @ weights[0], *(before @ w @ after.T for w in weights[1:-1]), weights[-1] @ after.T]
        shifts = [bias[i, :, 0].double().cpu().numpy() * config.unit for bias in biases]
        turned_shifts = [*(before @ shift for shift in shifts[:-1]), shifts[-1]]
        network = LipschitzNetwork(turned, turned_shifts, config.activation)
        return network if config.free else network.dilated(config.lipschitz).normalized(config.lipschitz)


def _nearest_frame(matrix: Floats) -> Floats:
    left, _, right = np.linalg.svd(matrix, full_matrices=False)
    return left @ right
