"""The door between training and networks: from float32, the turned basis and the unit of training to float64, gates of
rows 2j and 2j + 1 and the unit of the data, and back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from checks.arrays import Floats
from checks.networks import LipschitzNetwork
from checks.training._activations import GATES
from checks.training._config import TrainingConfig
from checks.training._layout import layout_of, saved_shapes

_INSIDE = 1 - 2.0**-45
"""Frames are multiplied by this, so that their norms, certified to about 1e-14, come out as 1 at most at once."""


def network_of(config: TrainingConfig, inputs: int, state: Mapping[str, NDArray[Any]]) -> LipschitzNetwork:
    """The network of a state that was saved; its certified constant is at most `lipschitz`.

    Orthogonal matrices are polished in float64.
    """
    matrices, shifts = layout_of(config, inputs).parts(*(torch.from_numpy(state[key]) for key in ("small", "hidden")))
    weights = [matrix.double().numpy() for matrix in matrices]
    before, after = GATES[config.activation].turns(config.width)
    weights = weights if config.free else [_INSIDE * _nearest_frame(weight) for weight in weights]
    turned = [before @ weights[0], *(before @ w @ after.T for w in weights[1:-1]), weights[-1] @ after.T]
    biases = [shift[:, 0].double().numpy() * config.length for shift in shifts]
    network = LipschitzNetwork(turned, [*(before @ bias for bias in biases[:-1]), biases[-1]], config.activation)
    return network if config.free else network.dilated(config.lipschitz).normalized(config.lipschitz)


def parameters_of(config: TrainingConfig, network: LipschitzNetwork) -> dict[str, NDArray[Any]]:
    """What training starts from: the network's weights, where a constraint is imposed the nearest orthogonal ones."""
    before, after = GATES[config.activation].turns(config.width)
    first, *within, last = network.weights
    turned = [before.T @ first, *(before.T @ weight @ after for weight in within), last @ after]
    if not config.free:
        turned = [_nearest_frame(weight) for weight in turned]
    *shifts, end = [bias / config.length for bias in network.biases]
    shapes = saved_shapes([config], network.dimension)
    small, hidden = (np.zeros(shapes[key], dtype=np.float32) for key in ("small", "hidden"))
    matrices, biases = layout_of(config, network.dimension).parts(torch.from_numpy(small), torch.from_numpy(hidden))
    arrays = *turned, *(before.T @ shift for shift in shifts), end / config.lipschitz
    for part, array in zip((*matrices, *biases), arrays, strict=True):
        part.copy_(torch.from_numpy(array.reshape(part.shape)))
    return {"small": small, "hidden": hidden}


def shapes_of(config: TrainingConfig, inputs: int) -> list[tuple[int, ...]]:
    """Of the weights of a network of that configuration."""
    return [(config.width, inputs), *[(config.width,) * 2] * (config.depth - 1), (config.outputs, config.width)]


def check_start(start: LipschitzNetwork, config: TrainingConfig, inputs: int) -> None:
    """Whether training with that configuration can start from that network.

    Raises:
        ValueError: other shapes, another activation, biases or weights beyond float32.
    """
    shapes = [weight.shape for weight in start.weights]
    if shapes != shapes_of(config, inputs):
        raise ValueError(f"start has weights of shapes {shapes}: give a network of {shapes_of(config, inputs)}")
    if start.activation != config.activation:
        raise ValueError(f"start has activation={start.activation!r}: the configuration has {config.activation!r}")
    with np.errstate(over="ignore", invalid="ignore"):
        found = parameters_of(config, start)
    if not all(np.isfinite(array).all() for array in found.values()):
        raise ValueError("start has numbers that float32 does not hold in that unit: scale it down")


def _nearest_frame(matrix: Floats) -> Floats:
    left, _, right = np.linalg.svd(matrix, full_matrices=False)
    return left @ right
