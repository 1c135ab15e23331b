"""Layers of deel-torchlip, before and after its export."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from deel import torchlip
from torch import nn

from checks.networks import from_torch
from checks.networks.graph import Dense, Graph

IMAGES = (4, 8, 8)


def seen(*layers: nn.Module) -> nn.Module:
    """Layers that have trained on a batch or two, as their normalisers keep what they computed."""
    torch.manual_seed(0)
    model = torchlip.Sequential(*layers) if len(layers) > 1 else layers[0]
    for _ in range(2):
        model.train()(torch.randn(6, *IMAGES))
    return model.eval()


def kinds(network: Graph) -> list[str]:
    return [getattr(node.operation, "name", type(node.operation).__name__) for node in network.nodes[1:]]


def agrees(model: nn.Module, shape: tuple[int, ...] = IMAGES) -> Graph:
    network = from_torch(model, shape)
    x = torch.from_numpy(np.random.default_rng(5).normal(size=(4, *shape))).float()
    with torch.no_grad():
        assert network(x.double()) == pytest.approx(model(x).double().numpy(), abs=2e-5)
    return network


LAYERS = {
    "GroupSort2": torchlip.GroupSort2(),
    "GroupSort": torchlip.GroupSort(4),
    "FullSort": torchlip.FullSort(),
    "MaxMin": torchlip.MaxMin(),
    "LPReLU": torchlip.LPReLU(),
    "HouseHolder": torchlip.HouseHolder(4, theta_initializer="normal"),
    "Downsampling": torchlip.InvertibleDownSampling(2),
    "Upsampling": torchlip.InvertibleUpSampling(2),
    "Average": torchlip.ScaledAvgPool2d(2),
    "AdaptiveAverage": torchlip.ScaledAdaptiveAvgPool2d((1, 1)),
    "L2": torchlip.ScaledL2NormPool2d(2),
    "AdaptiveL2": torchlip.ScaledAdaptativeL2NormPool2d((1, 1)),
    "SpectralConv": torchlip.SpectralConv2d(4, 6, 3, padding=1),
    "Circular": torchlip.SpectralConv2d(4, 6, 3, padding=1, padding_mode="circular"),
    "FrobeniusConv": torchlip.FrobeniusConv2d(4, 6, 3, padding=1),
    "Transposed": torchlip.SpectralConvTranspose2d(4, 4, 2, stride=2),
    "LayerCentering": torchlip.LayerCentering(4),
    "BatchCentering": torchlip.BatchCentering(4),
    "BatchLipNorm": torchlip.BatchLipNorm(4),
}


@pytest.mark.parametrize("name", LAYERS)
def test_each_layer(name: str) -> None:
    agrees(seen(LAYERS[name]))


def test_a_layer_is_one_operation_where_it_is_one_map() -> None:
    wanted = {"GroupSort2": "Sort", "FullSort": "Sort", "HouseHolder": "Householder", "L2": "Norm", "MaxMin": "Sort"}
    wanted |= {
        "Circular": "Convolution",
        "LayerCentering": "Centre",
        "Downsampling": "",
        "Transposed": "TransposedConvolution",
    }
    for name, kind in wanted.items():
        found = [k for k in kinds(from_torch(seen(LAYERS[name]), IMAGES)) if k not in ("Gather", "Scaling")]
        assert found == [kind] * bool(kind), name


def test_a_classifier_before_and_after_its_export() -> None:
    model = seen(
        torchlip.SpectralConv2d(4, 8, 3, padding=1),
        torchlip.GroupSort2(),
        torchlip.ScaledL2NormPool2d(2),
        nn.Flatten(),
        torchlip.SpectralLinear(128, 16),
        torchlip.FullSort(),
        torchlip.FrobeniusLinear(16, 3),
    )
    network, exported = agrees(model), agrees(model.vanilla_export().eval())
    assert kinds(network) == kinds(exported)
    x = np.random.default_rng(0).normal(size=(5, *IMAGES))
    assert (network(x) == exported(x)).all()


def test_a_coefficient_is_read_as_it_is_delivered() -> None:
    """Of Sequential(..., k_coef_lip=8) linear layers get nothing: the constant stays 1."""
    model = torchlip.Sequential(torchlip.SpectralLinear(4, 4), torchlip.SpectralLinear(4, 4), k_coef_lip=8.0)
    model.train()(torch.randn(3, 4))
    network = agrees(model.eval(), (4,))
    assert all(isinstance(node.operation, Dense) for node in network.nodes[1:])
    assert np.linalg.norm(network.jacobian(np.zeros(4)), 2) == pytest.approx(1.0, abs=1e-4)
