"""Layers of orthogonium: orthogonal convolutions (AOC), SLL and AOL blocks, dense ones, activations, residuals."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from orthogonium import layers
from orthogonium.layers.conv.AOL import AOLConv2D
from orthogonium.layers.conv.SLL import (
    AOCLipschitzResBlock,
    SDPBasedLipschitzDense,
    SDPBasedLipschitzResBlock,
    SLLxAOCLipschitzResBlock,
)
from orthogonium.layers.residual import AdditiveResidual, ConcatResidual, L2NormResidual, PrescaledAdditiveResidual
from torch import nn

from checks.networks import from_torch
from checks.networks.graph import Convolution, Graph

IMAGES = (4, 8, 8)


def agrees(model: nn.Module, shape: tuple[int, ...]) -> Graph:
    network = from_torch(model.eval(), shape)
    x = torch.from_numpy(np.random.default_rng(5).normal(size=(4, *shape))).float()
    with torch.no_grad():
        assert network(x.double()) == pytest.approx(model(x).double().numpy(), abs=1e-3)  # each call iterates once more
    return network


LAYERS = {
    "AOC": lambda: layers.AdaptiveOrthoConv2d(4, 8, 3),
    "AOC strided": lambda: layers.AdaptiveOrthoConv2d(4, 8, 2, stride=2, padding=0),
    "AOC grouped": lambda: layers.AdaptiveOrthoConv2d(4, 8, 3, groups=2, padding_mode="circular"),
    "AOC transposed": lambda: layers.AdaptiveOrthoConvTranspose2d(4, 4, 3),
    "AOL": lambda: AOLConv2D(4, 6, 3, padding=1),
    "SLL": lambda: SDPBasedLipschitzResBlock(4, 2),
    "SLL x AOC": lambda: SLLxAOCLipschitzResBlock(4, 8, 2),
    "AOC block": lambda: AOCLipschitzResBlock(4, 2, 3),
    "MaxMin": layers.MaxMin,
    "Abs": layers.Abs,
    "HouseHolder": lambda: layers.HouseHolder(4),
    "shuffle": lambda: layers.ChannelShuffle(2, 2),
    "centring": lambda: layers.LayerCentering2D(4),
    "batch centring": lambda: layers.BatchCentering2D(4),
    "additive": lambda: AdditiveResidual(nn.Conv2d(4, 4, 3, padding=1)),
    "prescaled": lambda: PrescaledAdditiveResidual(nn.Conv2d(4, 4, 3, padding=1)),
    "l2": lambda: L2NormResidual(nn.Conv2d(4, 4, 3, padding=1)),
    "concatenating": lambda: ConcatResidual(nn.Conv2d(2, 2, 3, padding=1)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers_of_images(name: str) -> None:
    torch.manual_seed(0)
    network = agrees(LAYERS[name](), IMAGES)
    if name.startswith("AO") and name[3:] in ("", " strided", " grouped"):
        assert [type(node.operation) for node in network.nodes[1:]] == [Convolution]


@pytest.mark.parametrize("name", ["OrthoLinear", "UnitNormLinear", "SLL"])
def test_dense_layers(name: str) -> None:
    torch.manual_seed(0)
    agrees(SDPBasedLipschitzDense(16, 16, 8) if name == "SLL" else getattr(layers, name)(16, 8), (16,))


def test_what_it_has_and_is_not_read_is_named() -> None:
    with pytest.raises(ValueError, match=r"module '0' \(HouseHolder_Order_2\) calls aten.atan2"):
        from_torch(nn.Sequential(layers.HouseHolder_Order_2(4)).eval(), IMAGES)
