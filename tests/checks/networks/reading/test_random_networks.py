"""Networks put together at random, branches and all: what is read is torch's function, values and gradients."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from checks.networks import from_torch

POINTWISE = [
    torch.relu,
    torch.tanh,
    torch.abs,
    functional.gelu,
    functional.silu,
    functional.softplus,
    functional.leaky_relu,
    lambda x: 2 - x / 3,
    lambda x: x.clamp(-0.5, 1.5),
    lambda x: functional.elu(x, 0.5),
    lambda x: torch.maximum(x, -x.flip(1)),
    lambda x: x.sort(dim=1, descending=True).values,
    lambda x: x - x.mean(dim=1, keepdim=True),
    lambda x: x.softmax(dim=-1) + x.roll(1, dims=1),
    lambda x: torch.cat([x[:, 1::2], x[:, ::2]], dim=1),
    lambda x: x.flatten(1).view(len(x), -1, 2).sort(dim=2).values.reshape(x.shape),
    lambda x: x.clone().mul_(0.5).add_(x),
    lambda x: torch.stack([x, 2 * x], dim=-1).amax(dim=-1),
    lambda x: (x**2).add(1.0).sqrt(),
    lambda x: torch.sqrt((2 * x) ** 2 * 0.25 + 0.5 * x.flip(1) ** 2),
    lambda x: x[:, [1, 0, *range(2, x.shape[1])]].swapaxes(2, 3).flip(2).swapaxes(2, 3),
    lambda x: x.movedim(1, -1).contiguous().movedim(-1, 1),
]
POOLS = [
    lambda x: functional.max_pool2d(x, 3, 2, 1),
    lambda x: functional.avg_pool2d(x, 2),
    lambda x: functional.lp_pool2d(x, 2, 2),
    lambda x: functional.adaptive_max_pool2d(x, 2),
    lambda x: functional.pixel_unshuffle(functional.pad(x, (0, x.shape[-1] % 2, 0, x.shape[-2] % 2)), 2),
]


class Random(nn.Module):
    """Layers of drawn kinds; a drawn branch is added or concatenated after each."""

    def __init__(self, rng: np.random.Generator, depth: int) -> None:
        super().__init__()
        self.steps, self.layers = [], nn.ModuleList()
        channels = 2
        for _ in range(depth):
            out = int(rng.integers(1, 3)) * 2
            options = {"padding": 1, "bias": bool(rng.integers(2)), "groups": int(rng.choice([1, 2]))}
            mode = str(rng.choice(["zeros", "circular", "reflect"]))
            norm = nn.BatchNorm2d(out)
            norm.running_mean.normal_()
            norm.running_var.uniform_(0.1, 2.0)
            conv = nn.Conv2d(channels, out, 3, padding_mode=mode, **options)
            self.layers.append(nn.Sequential(conv, norm if rng.integers(2) else nn.Identity()))
            join = int(rng.integers(3))
            self.steps.append((int(rng.integers(len(POINTWISE))), join))
            channels = out + (out if join == 1 else 0)
        self.pool = int(rng.integers(len(POOLS)))
        self.head = nn.LazyLinear(3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer, (kind, join) in zip(self.layers, self.steps, strict=True):
            before = layer(x)
            after = POINTWISE[kind](before)
            x = after if join == 0 else torch.cat([before, after], dim=1) if join == 1 else before - 0.5 * after
        return self.head(POOLS[self.pool](x).flatten(1))


@given(st.integers(0, 10**6), st.integers(1, 4))
@settings(max_examples=30)
def test_random_networks(seed: int, depth: int) -> None:
    torch.manual_seed(seed)
    module, shape = Random(np.random.default_rng(seed), depth).eval(), (2, 5, 6)
    module(torch.zeros(1, *shape))
    network = from_torch(module, shape)
    x = torch.randn(3, *shape, dtype=torch.float64, requires_grad=True)
    y = module.double()(x)
    value, bound = network.enclose(x)
    assert value == pytest.approx(y.detach().numpy(), abs=1e-10)
    assert (np.abs(value - y.detach().numpy()) <= 2 * bound).all()
    weights = torch.randn(y.shape, dtype=torch.float64)
    [gradient] = torch.autograd.grad((weights * y).sum(), x)
    assert network.pullback(x, weights) == pytest.approx(gradient.numpy(), abs=1e-9)
