"""Plain layers are the network, and every function that takes a network takes them alike."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from checks.networks import LipschitzNetwork, from_torch
from checks.networks.graph import Activation, Concatenate, Dense, Gather, Graph, Node, Sort, plain_layers
from theory import count_pieces, lipschitz_constant


class Pairs(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.unflatten(1, (-1, 2)).sort(dim=2).values.flatten(1)


class MaxMin(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        a, b = x.chunk(2, dim=1)
        return torch.cat([torch.maximum(a, b), torch.minimum(a, b)], dim=1)


class Sorted(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.sort(dim=1).values


def dense(activation: nn.Module, outputs: int = 1) -> nn.Module:
    torch.manual_seed(0)
    layers = [nn.Linear(2, 6), activation, nn.Linear(6, 4), activation, nn.Linear(4, outputs)]
    return nn.Sequential(*layers).eval()


@pytest.mark.parametrize("activation", [nn.ReLU(), Pairs(), MaxMin(), Sorted()], ids=lambda m: type(m).__name__)
@pytest.mark.parametrize("outputs", [1, 3])
def test_one_network_everywhere(activation: nn.Module, outputs: int) -> None:
    module = dense(activation, outputs)
    network = from_torch(module, (2,))
    plain = plain_layers(network)
    arrays = LipschitzNetwork(*plain)
    x = np.random.default_rng(0).normal(size=(50, 2))
    expected = module.double()(torch.from_numpy(x)).detach().numpy()
    assert network(x) == pytest.approx(expected, abs=1e-13)
    assert arrays(x).reshape(expected.shape) == pytest.approx(expected, abs=1e-13)
    assert arrays.gradient(x).reshape(50, outputs, 2) == pytest.approx(network.jacobian(x), abs=1e-13)
    assert from_torch(arrays.to_torch(), (2,))(x) == pytest.approx(expected, abs=1e-13)
    if plain.activation != "fullsort":
        steepest = lipschitz_constant(plain.weights, plain.biases, activation=plain.activation)
        slopes = np.linalg.norm(network.jacobian(np.random.default_rng(1).uniform(-1, 1, (500, 2))), 2, axis=(1, 2))
        assert slopes.max() <= steepest.upper * (1 + 1e-12)
        assert count_pieces(plain.weights, plain.biases, activation=plain.activation).cells > 1


def test_single_layers_come_out_exactly() -> None:
    module = dense(MaxMin())
    weights = plain_layers(from_torch(module, (2,))).weights
    order = np.arange(6).reshape(2, 3).T.ravel()  # the first half beside the second
    assert weights[0].tolist() == module[0].weight.detach().double().numpy()[order].tolist()
    pairs = module[4].weight.detach().double().numpy()[:, [2, 0, 3, 1]]  # largest come first there
    assert weights[2].tolist() == pairs.tolist()


@pytest.mark.parametrize(
    "activation",
    [nn.LeakyReLU(0.25), nn.PReLU(6), nn.Hardtanh(-1, 1)],
    ids=lambda m: type(m).__name__,
)
def test_leaky_ones_are_relu_of_twice_the_width(activation: nn.Module) -> None:
    module = nn.Sequential(nn.Linear(2, 6), activation, nn.Linear(6, 1)).eval()
    network = from_torch(module, (2,))
    if isinstance(activation, nn.Hardtanh):
        with pytest.raises(ValueError, match="node 2, clamp of '1', is no layer of matrices"):
            plain_layers(network)
        return
    plain, x = plain_layers(network), np.random.default_rng(0).normal(size=(20, 2))
    assert plain.activation == "relu" and [len(w) for w in plain.weights] == [12, 1]
    assert LipschitzNetwork(*plain)(x) == pytest.approx(network(x)[:, 0], abs=1e-14)


def test_small_images_are_written_out() -> None:
    torch.manual_seed(0)
    layers = [nn.Conv2d(1, 4, 3, stride=2, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.AvgPool2d(2), nn.Flatten()]
    module = nn.Sequential(*layers, nn.Linear(16, 4), nn.ReLU(), nn.Linear(4, 2)).eval()
    module[1].running_mean.normal_()
    network = from_torch(module, (1, 8, 8))
    plain, x = plain_layers(network), np.random.default_rng(0).normal(size=(20, 1, 8, 8))
    assert [w.shape for w in plain.weights] == [(64, 64), (4, 64), (2, 4)]
    assert LipschitzNetwork(*plain)(x.reshape(20, 64)) == pytest.approx(network(x), abs=1e-12)


def test_what_is_no_chain_is_refused() -> None:
    nodes = (Node(None, (), (2,)), Node(Activation("relu"), (0,), (2,)), Node(Concatenate(), (0, 1), (4,)))
    repeat = Gather(np.concatenate([np.arange(1 << 13)] * 2), 1 << 13)
    for network, said in [
        (Graph(nodes), "node 2, Concatenate, joins branches"),
        (Graph.chain((2,), [Activation("tanh")]), "node 1, tanh, is no layer"),
        (Graph.chain((2,), [Activation("relu"), Dense(np.eye(2), [0.0, 0.0]), Sort()]), "groupsort2 and relu"),
        (Graph.chain((1 << 13,), [repeat]), "16384 x 8192 entries"),
    ]:
        with pytest.raises(ValueError, match=said):
            plain_layers(network)
