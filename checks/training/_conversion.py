"""The door between training and networks: from float32, the turned basis and the unit of training to float64, gates of
rows 2j and 2j + 1 and the unit of the data, and back.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from checks.arrays import Floats
from checks.networks import LipschitzNetwork
from checks.training._config import TrainingConfig
from checks.training._convolution import stages
from checks.training._forms import forms_of
from checks.training._layout import layout_of, saved_shapes

_INSIDE = 1 - 2.0**-45
"""Frames are multiplied by this, so that their norms, certified to about 1e-14, come out as 1 at most at once."""

_SAME = 1e-9  # of the largest entry: above what float64 loses on the way there and back, far below what training moves


def network_of(config: TrainingConfig, inputs: int, state: Mapping[str, NDArray[Any]]) -> LipschitzNetwork:
    """The network of a state that was saved; its certified constant is at most `lipschitz`.

    Orthogonal matrices are polished in float64; convolutions are written out, a block for every place.
    """
    matrices, shifts = layout_of(config, inputs).parts(*(torch.from_numpy(state[key]) for key in ("small", "hidden")))
    forms = forms_of(config, inputs)
    weights = [matrix.double().numpy() for matrix in matrices]
    weights = weights if config.free else [_INSIDE * _nearest_frame(weight) for weight in weights]
    biases = [shift[:, 0].double().numpy() * config.length for shift in shifts]
    written = [form.written(weight) for form, weight in zip(forms, weights, strict=True)]
    offsets = [form.written_bias(bias) for form, bias in zip(forms, biases, strict=True)]
    network = LipschitzNetwork(written, offsets, config.activation)
    if config.free:
        return network
    dilated = network if config.lipschitz == 1.0 else network.dilated(config.lipschitz)
    return dilated.normalized(config.lipschitz)


def parameters_of(config: TrainingConfig, network: LipschitzNetwork) -> dict[str, NDArray[Any]]:
    """What training starts from: the network's weights, where a constraint is imposed the nearest orthogonal ones."""
    forms = forms_of(config, network.dimension)
    blocks = [form.read(weight) for form, weight in zip(forms, network.weights, strict=True)]
    if not config.free:
        blocks = [_nearest_frame(block) for block in blocks]
    *shifts, end = [form.read_bias(bias) / config.length for form, bias in zip(forms, network.biases, strict=True)]
    shapes = saved_shapes([config], network.dimension)
    small, hidden = (np.zeros(shapes[key], dtype=np.float32) for key in ("small", "hidden"))
    matrices, biases = layout_of(config, network.dimension).parts(torch.from_numpy(small), torch.from_numpy(hidden))
    for part, array in zip((*matrices, *biases), (*blocks, *shifts, end / config.lipschitz), strict=True):
        part.copy_(torch.from_numpy(array.reshape(part.shape)))
    return {"small": small, "hidden": hidden}


def shapes_of(config: TrainingConfig, inputs: int) -> list[tuple[int, int]]:
    """Of the weights of a network of that configuration."""
    convolved = [stage.channels * stage.places for stage in stages(config)]
    sizes = [inputs, *convolved, *[config.width] * config.depth, config.outputs]
    return [(rows, columns) for columns, rows in pairwise(sizes)]


def check_start(start: LipschitzNetwork, config: TrainingConfig, inputs: int) -> None:
    """Whether training with that configuration can start from that network.

    Raises:
        ValueError: other shapes, another activation, weights that are no convolution where there should be one, biases
            or weights beyond float32.
    """
    shapes = [weight.shape for weight in start.weights]
    if shapes != shapes_of(config, inputs):
        raise ValueError(f"start has weights of shapes {shapes}: give a network of {shapes_of(config, inputs)}")
    if start.activation != config.activation:
        raise ValueError(f"start has activation={start.activation!r}: the configuration has {config.activation!r}")
    if (part := uneven(start, config)) is not None:
        raise ValueError(
            f"start has {part} that are no convolution's of {config.convolutions} on {config.image}: give one's, with "
            "equal weights at all places"
        )
    with np.errstate(over="ignore", invalid="ignore"):
        found = parameters_of(config, start)
    if not all(np.isfinite(array).all() for array in found.values()):
        raise ValueError("start has numbers that float32 does not hold in that unit: scale it down")


def uneven(start: LipschitzNetwork, config: TrainingConfig) -> str | None:
    """Which part of a network of the configuration's shapes is no convolution where there should be one."""
    for i, form in enumerate(forms_of(config, start.dimension)[: len(config.convolutions)]):
        weight, bias = start.weights[i], start.biases[i]
        again = form.written(form.read(weight)), form.written_bias(form.read_bias(bias))
        for name, array, other in zip(("weights", "biases"), (weight, bias), again, strict=True):
            if not np.allclose(array, other, rtol=0.0, atol=_SAME * np.abs(array).max()):
                return f"{name}[{i}]"
    return None


def _nearest_frame(matrix: Floats) -> Floats:
    left, _, right = np.linalg.svd(matrix, full_matrices=False)
    return left @ right
