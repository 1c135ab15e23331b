"""A network as a torch module: plain layers, with nothing of this house in what is exported."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from checks.networks._layers import Layers


class GroupSort2(nn.Module):
    """(min, max) of the coordinates 2j and 2j + 1 of the last axis."""

    def forward(self, z: Tensor) -> Tensor:
        """The same shape as z."""
        a, b = z[..., 0::2], z[..., 1::2]
        return torch.stack([torch.minimum(a, b), torch.maximum(a, b)], dim=-1).flatten(-2)


class FullSort(nn.Module):
    """The last axis in ascending order."""

    def forward(self, z: Tensor) -> Tensor:
        """The same shape as z."""
        return torch.sort(z, dim=-1).values


_MODULES: dict[str, type[nn.Module]] = {"groupsort2": GroupSort2, "fullsort": FullSort, "relu": nn.ReLU}


def module_of(network: Layers, dtype: torch.dtype) -> nn.Sequential:
    """The network as a module, in eval mode.

    Raises:
        ValueError: no type of floating-point numbers, or one that cannot hold a weight.
    """
    if not isinstance(dtype, torch.dtype) or not dtype.is_floating_point:
        raise ValueError(f"dtype={dtype!r}: give one of torch's floating-point types, such as torch.float64")
    modules: list[nn.Module] = []
    for i, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        if i:
            modules.append(_MODULES[network.activation]())
        linear = nn.utils.skip_init(nn.Linear, weight.shape[1], weight.shape[0], dtype=dtype)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(np.array(weight)))
            linear.bias.copy_(torch.from_numpy(np.array(bias)))
        if not all(part.isfinite().all() for part in linear.parameters()):
            raise ValueError(f"dtype={dtype}: too small for weights[{i}] or biases[{i}]; use torch.float64")
        modules.append(linear)
    return nn.Sequential(*modules).eval()
