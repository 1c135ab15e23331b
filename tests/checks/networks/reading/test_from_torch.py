"""Modules of torch are read as what they are: values, gradients, weights, structure."""

from __future__ import annotations

import copy
import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils import parametrizations

from checks.networks import from_torch
from checks.networks.graph import (
    BFLOAT16,
    FLOAT16,
    FLOAT32,
    FLOAT64,
    Arithmetic,
    Convolution,
    Dense,
    Gather,
    Graph,
)


def kinds(network: Graph) -> list[str]:
    return [getattr(node.operation, "name", type(node.operation).__name__) for node in network.nodes[1:]]


def agrees(module: nn.Module, shape: tuple[int, ...], scale: float = 1.0) -> Graph:
    """Read, with values and gradients of the module in float64 at points that reading has not seen."""
    network = from_torch(module, shape)
    twin = copy.deepcopy(module).double().eval()
    x = torch.from_numpy(scale * np.random.default_rng(5).normal(size=(4, *shape))).requires_grad_()
    y = twin(1 * x)
    assert network(x) == pytest.approx(y.detach().numpy(), rel=1e-9, abs=1e-9 * scale)
    weights = torch.from_numpy(np.random.default_rng(6).normal(size=y.shape))
    [gradient] = torch.autograd.grad((weights * y).sum(), x)
    assert network.pullback(x, weights) == pytest.approx(gradient.numpy(), rel=1e-8, abs=1e-8)
    return network


IMAGES = (4, 6, 6)
POINTWISE = [
    nn.ReLU(),
    nn.ReLU(inplace=True),
    nn.ReLU6(),
    nn.LeakyReLU(0.25),
    nn.PReLU(),
    nn.PReLU(4),
    nn.Hardtanh(-0.5, 0.75),
    nn.Tanh(),
    nn.Sigmoid(),
    nn.LogSigmoid(),
    nn.Softsign(),
    nn.ELU(0.5),
    nn.CELU(2.0),
    nn.SELU(),
    nn.GELU(),
    nn.GELU("tanh"),
    nn.SiLU(),
    nn.Mish(),
    nn.Softmax(1),
    nn.LogSoftmax(-1),
    nn.Dropout(),
    nn.Dropout2d(),
    nn.Identity(),
]
STRUCTURE = [
    nn.Flatten(),
    nn.Unflatten(1, (2, 2)),
    nn.PixelShuffle(2),
    nn.PixelUnshuffle(2),
    nn.ChannelShuffle(2),
    nn.ZeroPad2d((1, 0, 2, 1)),
    nn.ConstantPad2d(1, 2.5),
    nn.CircularPad2d(1),
    nn.ReflectionPad2d(2),
    nn.ReplicationPad2d(1),
    nn.Upsample(scale_factor=2),
    nn.Unfold(2, stride=2),
]
POOLS = [
    nn.MaxPool2d(2),
    nn.MaxPool2d(3, 2, 1),
    nn.MaxPool2d(2, 1, dilation=2),
    nn.MaxPool2d(4, 4, ceil_mode=True),
    nn.MaxPool2d(3, 2, 1, ceil_mode=True),
    nn.AvgPool2d(2, 2, ceil_mode=True),
    nn.AvgPool2d(4, 4, ceil_mode=True, count_include_pad=False),
    nn.AvgPool2d(2),
    nn.AvgPool2d(3, 2, 1),
    nn.AvgPool2d(3, 2, 1, count_include_pad=False),
    nn.AvgPool2d(2, divisor_override=3),
    nn.AdaptiveAvgPool2d(1),
    nn.AdaptiveAvgPool2d((4, 5)),
    nn.AdaptiveMaxPool2d((4, 5)),
    nn.LPPool2d(2, 2),
    nn.LPPool2d(2, 3, 1),
]


@pytest.mark.parametrize("module", [*POINTWISE, *STRUCTURE, *POOLS], ids=str)
def test_each_module(module: nn.Module) -> None:
    agrees(module.eval(), IMAGES)


@pytest.mark.parametrize("pool", [nn.MaxPool2d(3, 2, 1), nn.MaxPool2d(2, 1, 1), nn.MaxPool2d(3, 3, 1)], ids=str)
def test_padded_windows_take_no_pixel_more_often_than_unpadded_ones(pool: nn.Module) -> None:
    """Else the constant, which is the root of that, would be too large."""
    network = from_torch(pool.eval(), (2, 9, 9))
    [gather] = [node.operation for node in network.nodes if isinstance(node.operation, Gather)]
    overlap = -(-pool.kernel_size // pool.stride)
    assert gather.multiplicity == overlap**2


def test_softplus_is_read_without_torchs_jump() -> None:
    network = from_torch(nn.Softplus(2.0).eval(), (3,))
    x = np.array([[-1.0, 3.0, 30.0]])
    assert network(x) == pytest.approx(np.log1p(np.exp(2 * x)) / 2, rel=1e-15)
    with pytest.raises(ValueError, match=r"it jumps to x at beta x = 2\.0"):
        from_torch(nn.Softplus(2.0, threshold=2.0).eval(), (3,))


def test_a_window_beyond_the_image_that_counts_in_full_is_named() -> None:
    with pytest.raises(ValueError, match="averages a window that reaches beyond"):
        from_torch(nn.AvgPool2d(4, 4, ceil_mode=True).eval(), IMAGES)


def test_hardsigmoid() -> None:  # torch's own derivative is the float32 nearest to 1/6
    x = np.linspace(-4, 4, 9)
    assert from_torch(nn.Hardsigmoid().eval(), (9,))(x) == pytest.approx(np.clip(x / 6 + 0.5, 0, 1), abs=1e-15)


@given(st.data())
@settings(max_examples=40)
def test_convolutions_of_any_geometry(data: st.DataObject) -> None:
    groups = data.draw(st.sampled_from([1, 2]))
    mode = data.draw(st.sampled_from(["zeros", "zeros", "circular", "reflect", "replicate"]))
    size, dilation = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 2))
    padding = data.draw(st.sampled_from([0, 1, 2, "same", "valid"]))
    stride = 1 if padding == "same" else data.draw(st.integers(1, 3))
    axes = data.draw(st.integers(1, 2))
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups, "padding_mode": mode}
    layer = (nn.Conv1d, nn.Conv2d)[axes - 1](2, 4, size, bias=data.draw(st.booleans()), **options)
    network = agrees(layer.eval(), (2, 7, 6)[: axes + 1])
    assert kinds(network) == ["Convolution"]


@given(st.data())
@settings(max_examples=25)
def test_transposed_convolutions_of_any_geometry(data: st.DataObject) -> None:
    stride, dilation = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 2))
    padding = data.draw(st.integers(0, 1))
    extra = data.draw(st.integers(0, max(stride - 1, min(padding, dilation - 1))))
    layer = nn.ConvTranspose2d(2, 4, data.draw(st.integers(2, 3)), stride, padding, extra, 2, dilation=dilation)
    agrees(layer.eval(), (2, 4, 3))


class Residual(nn.Module):
    """A small network of residual blocks, as images are classified with."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.down = nn.Conv2d(8, 16, 3, stride=2, padding=1)
        self.norm2 = nn.BatchNorm2d(16, affine=False)
        self.short = nn.Conv2d(8, 16, 1, stride=2)
        self.relu = nn.ReLU(inplace=True)
        self.dropout = nn.Dropout(0.5)
        self.head = nn.Linear(16, 5)
        for norm in (self.norm, self.norm2):
            norm.running_mean.normal_()
            norm.running_var.uniform_(1e-4, 2.0)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.relu(self.norm(self.stem(x)))
        y = self.norm2(self.down(x))
        y += self.short(x)
        y = torch.cat([self.relu(y)[:, :8], y[:, 8:] - 1.5], dim=1)
        return self.head(self.dropout(y.mean(dim=(2, 3))))


def test_a_residual_network() -> None:
    torch.manual_seed(0)
    network = agrees(Residual().eval(), (3, 8, 8))
    assert network.output_shape == (5,)
    assert {node.name for node in network.nodes} >= {"stem", "norm", "down", "short", "head"}


def test_overwriting_a_view_is_followed_or_refused() -> None:
    class Overwriting(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y = 2 * x
            half = y[:, :2]
            half.relu_()
            return y

    class Again(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y = 2 * x
            y.relu_()
            return y + x

    class Dropped(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y = 2 * x
            nn.functional.dropout(y, training=False).relu_()
            return y

    class Cloned(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y = 2 * x
            return y.clone().relu_() + y

    with pytest.raises(ValueError, match=r"used after the model itself \(Overwriting\) calls aten.relu_"):
        from_torch(Overwriting().eval(), (4,))
    with pytest.raises(ValueError, match="do without inplace"):
        from_torch(Dropped().eval(), (4,))
    agrees(Again().eval(), (4,))
    agrees(Cloned().eval(), (4,))


def test_sorting_by_any_means_is_one_sort() -> None:
    class MaxMin(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            a, b = x.chunk(2, dim=1)
            return torch.cat([torch.maximum(a, b), torch.minimum(a, b)], dim=1)

    class Groups(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.view(-1, 2, 3).sort(dim=2, descending=True).values.flatten(1)

    for module in (MaxMin(), Groups()):
        network = agrees(module.eval(), (6,))
        assert [kind for kind in kinds(network) if kind != "Gather"] == ["Sort"]


def test_parametrised_weights_are_the_modules_own() -> None:
    torch.manual_seed(0)
    layers = [
        parametrizations.orthogonal(nn.Linear(6, 8)),
        parametrizations.spectral_norm(nn.Linear(8, 8)),
        parametrizations.weight_norm(nn.Linear(8, 8)),
        torch.nn.utils.spectral_norm(nn.Linear(8, 4)),
    ]
    model = nn.Sequential(*layers)
    model.train()(torch.randn(5, 6))  # power iterations, and plain tensors that are computed
    model.eval()
    before = {name: t.clone() for name, t in model.state_dict().items()}
    network = from_torch(model, (6,))
    assert kinds(network) == ["Dense"] * 4
    for layer, node in zip(layers, network.nodes[1:], strict=True):
        assert isinstance(node.operation, Dense)
        weight = layer.weight if layer is not layers[3] else layer.weight_orig / layer_sigma(layer)
        assert node.operation.weight == pytest.approx(weight.detach().double().numpy(), abs=1e-7)
    assert all((before[name] == t).all() for name, t in model.state_dict().items())
    assert network.nodes[1].operation.weight.tolist() == layers[0].weight.detach().double().numpy().tolist()


def layer_sigma(layer: nn.Module) -> torch.Tensor:
    return torch.dot(layer.weight_u, layer.weight_orig @ layer.weight_v)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_weights_of_any_precision_are_exact(dtype: torch.dtype) -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 2)).to(dtype).eval()
    network = from_torch(model, (1, 4, 4))
    [kernel] = [n.operation.kernel for n in network.nodes if isinstance(n.operation, Convolution)]
    assert kernel.tolist() == model[0].weight.detach().double().tolist()


@pytest.mark.parametrize(
    ("dtype", "arithmetic"),
    [(torch.float16, FLOAT16), (torch.bfloat16, BFLOAT16), (torch.float32, FLOAT32), (torch.float64, FLOAT64)],
)
def test_bounds_in_the_arithmetic_of_the_model(dtype: torch.dtype, arithmetic: Arithmetic) -> None:
    """What the model computes in its own precision is as near to the network as the bound says, and not far nearer."""
    torch.manual_seed(0)
    layers = [nn.Conv2d(1, 2, 3), nn.Tanh(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, 4), nn.GELU(), nn.Linear(4, 2)]
    model = nn.Sequential(*layers).to(dtype).eval()
    x = torch.randn(200, 1, 6, 6).to(dtype)
    with torch.no_grad():
        theirs = model(x).double().numpy()
    value, bound = from_torch(model, (1, 6, 6)).enclose(x.double(), arithmetic=arithmetic)
    assert (np.abs(theirs - value) <= bound).all()
    assert bound.max() < 2e4 * arithmetic.unit and np.abs(theirs - value).max() > arithmetic.unit / 16


def test_training_mode_is_left_as_it_was_and_warned_of() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.9)).train()
    with pytest.warns(UserWarning, match="training mode"):
        network = from_torch(model, (3,))
    assert model.training and model[1].training and int(model[1].num_batches_tracked) == 0
    agrees(model.eval(), (3,))
    assert kinds(network)[0] == "Dense"


def test_an_example_gives_the_shape() -> None:
    model = nn.Linear(3, 2).eval()
    assert from_torch(model, example=torch.zeros(1, 3)).output_shape == (2,)
    assert from_torch(model, example=np.zeros((7, 5, 3))).output_shape == (5, 2)
    with pytest.raises(ValueError, match="not both"):
        from_torch(model, (3,), example=np.zeros((1, 3)))


def test_a_dense_first_layer_gives_the_shape() -> None:
    twice = nn.Sequential(nn.Flatten(), nn.utils.parametrizations.orthogonal(nn.Linear(3, 2)), nn.Linear(2, 4)).eval()
    assert from_torch(twice).input_shape == (3,)
    for silent in (nn.Sequential(nn.Conv1d(1, 1, 2), nn.Linear(3, 1)), nn.ReLU(), nn.Sequential(nn.PReLU())):
        with pytest.raises(ValueError, match="give input_shape"):
            from_torch(silent.eval())


def test_reading_needs_no_torch_until_it_reads() -> None:
    code = "import sys, checks.networks; raise SystemExit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
