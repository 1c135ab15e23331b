"""Networks that no one here wrote the constant of: verdicts on them are true."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from deel import torchlip
from orthogonium import layers
from orthogonium.layers.conv.AOL import AOLConv2D
from orthogonium.layers.conv.SLL import AOCLipschitzResBlock, SDPBasedLipschitzDense, SDPBasedLipschitzResBlock
from torch import nn
from torch.nn.utils import parametrizations

from checks.audit import Audit, audit

IMAGES = (4, 8, 8)


def trained(model: nn.Module, shape: tuple[int, ...], steps: int = 10) -> Any:
    """A few steps on labels by two entries."""
    optimiser = torch.optim.Adam(model.parameters(), 1e-2)
    for _ in range(steps):
        x = torch.randn(16, *shape)
        y = torch.sign(x.flatten(1)[:, 0] + 0.3 * x.flatten(1)[:, 1])
        loss = nn.functional.softplus(-y * model(x)[:, 0]).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return model.eval()


def told(model: nn.Module, shape: tuple[int, ...], claim: float = 1.0) -> Audit:
    found = audit(model, input_shape=shape, lipschitz=claim)
    assert found.lower <= found.upper
    assert str(found).startswith(f"Audit: {found.verdict}")
    return found


def torchlip_dense(k: float = 1.0) -> Any:
    torch.manual_seed(0)
    gates = torchlip.GroupSort2
    parts = [torchlip.SpectralLinear(8, 16), gates(), torchlip.SpectralLinear(16, 16), gates()]
    return trained(torchlip.Sequential(*parts, torchlip.FrobeniusLinear(16, 1), k_coef_lip=k), (8,))


def torchlip_images() -> Any:
    torch.manual_seed(0)
    parts = [torchlip.SpectralConv2d(1, 4, 3, padding=1), torchlip.GroupSort2(), torchlip.ScaledL2NormPool2d(2)]
    return trained(torchlip.Sequential(*parts, nn.Flatten(), torchlip.FrobeniusLinear(64, 1)), (1, 8, 8))


def test_torchlip_before_and_after_its_export() -> None:
    for model, shape in ((torchlip_dense(), (8,)), (torchlip_images(), (1, 8, 8))):
        before, after = told(model, shape), told(model.vanilla_export().eval(), shape)
        assert before.verdict == after.verdict == "certified"
        assert before.upper == pytest.approx(after.upper, rel=1e-6)


def test_a_factor_is_what_it_delivers_not_what_is_asked_for() -> None:
    """Each Sequential of torchlip shares its factor among the layers it has: here it delivers less than 8."""
    model = torchlip_dense(8.0)
    assert told(model, (8,), 8.0).verdict == "certified"
    found = told(model, (8,), 1.0)
    assert found.verdict == "refuted"
    assert found.lower > 1.00001


ORTHOGONAL = {
    "AOC": lambda: layers.AdaptiveOrthoConv2d(4, 8, 3),
    "AOC strided": lambda: layers.AdaptiveOrthoConv2d(4, 8, 2, stride=2, padding=0),
    "AOC grouped, circular": lambda: layers.AdaptiveOrthoConv2d(4, 8, 3, groups=2, padding_mode="circular"),
    "AOL": lambda: AOLConv2D(4, 6, 3, padding=1),
    "SLL": lambda: nn.Sequential(SDPBasedLipschitzResBlock(4, 2), SDPBasedLipschitzResBlock(4, 1)),
    "AOC block": lambda: AOCLipschitzResBlock(4, 2, 3),
    "AOC and pooling": lambda: nn.Sequential(layers.AdaptiveOrthoConv2d(4, 8, 3), layers.MaxMin(), nn.MaxPool2d(2)),
}


@pytest.mark.parametrize("name", ORTHOGONAL)
def test_layers_of_orthogonium_keep_their_promise(name: str) -> None:
    torch.manual_seed(1)
    found = told(ORTHOGONAL[name]().eval(), IMAGES)
    assert found.verdict == "certified"
    assert found.lower > 0.9


def test_dense_layers_of_orthogonium() -> None:
    torch.manual_seed(0)
    found = told(nn.Sequential(SDPBasedLipschitzDense(16, 16, 8), SDPBasedLipschitzDense(16, 16, 32)).eval(), (16,))
    assert found.verdict == "certified"
    assert 0.999 < found.lower <= found.upper < 1 + 1e-6
    assert told(layers.OrthoLinear(16, 8).eval(), (16,)).verdict == "certified"


def test_a_last_layer_of_unit_rows() -> None:
    """Each output is 1-Lipschitz, the map is not: radii take rows, so that they are still right."""
    last = nn.Linear(8, 16)
    torch.manual_seed(0)
    with torch.no_grad():
        rows = torch.randn(16, 8)
        last.weight.copy_(rows / rows.norm(dim=1, keepdim=True))
    found = told(nn.Sequential(last).eval(), (8,))
    assert found.verdict == "refuted"
    assert found.constant.pairs.max() < 2 + 1e-5 < np.sqrt(2) * found.upper


def test_orthogonal_parametrisation_of_torch() -> None:
    torch.manual_seed(0)
    parts = [parametrizations.orthogonal(nn.Linear(*size)) for size in ((8, 16), (16, 16), (16, 1))]
    model = nn.Sequential(parts[0], nn.ReLU(), parts[1], nn.ReLU(), parts[2]).eval()
    assert told(model, (8,)).verdict == "certified"


@pytest.mark.parametrize("images", [False, True])
def test_spectral_norms_of_few_steps_are_refuted(images: bool) -> None:
    torch.manual_seed(0)
    layer = nn.Conv2d(4, 4, 3, padding=1) if images else nn.Linear(32, 32)
    shape = IMAGES if images else (32,)
    layer = parametrizations.spectral_norm(layer, n_power_iterations=1)
    layer.train()(torch.randn(1, *shape))
    found = told(nn.Sequential(layer, nn.ReLU()).eval(), shape)
    assert found.verdict == "refuted"


def test_reshaped_kernels_that_are_orthogonal_are_no_orthogonal_convolutions() -> None:
    layer = nn.Conv2d(4, 8, 3, padding=1)
    rows = np.linalg.qr(np.random.default_rng(0).normal(size=(36, 8)))[0].T
    layer.weight.data = torch.from_numpy(rows.reshape(8, 4, 3, 3)).float()
    found = told(nn.Sequential(layer).eval(), IMAGES)
    assert found.verdict == "refuted"
    assert found.upper < 3
    assert told(nn.Sequential(layer).eval(), IMAGES, 3.0).verdict == "certified"


def test_normalisation_by_a_small_variance_is_steep() -> None:
    norm = nn.BatchNorm1d(8)
    norm.running_var.fill_(1e-2)
    torch.manual_seed(0)
    found = told(nn.Sequential(parametrizations.orthogonal(nn.Linear(8, 8)), norm).eval(), (8,))
    assert found.verdict == "refuted"
    assert 9.9 < found.lower <= found.upper < 10


def test_overlapping_maxima() -> None:
    pools = [(nn.MaxPool2d(2), 1.0), (nn.MaxPool2d(2, stride=1), 2.0), (nn.MaxPool2d(3, stride=2, padding=1), 2.0)]
    for pool, exact in pools:
        found = told(nn.Sequential(pool).eval(), (2, 9, 9))
        assert found.verdict == ("certified" if exact == 1 else "refuted")
        assert found.upper == pytest.approx(exact, rel=1e-12)
        assert found.lower == pytest.approx(exact, rel=1e-3)


def test_a_cheater_by_a_thousandth() -> None:
    torch.manual_seed(0)
    parts = [parametrizations.orthogonal(nn.Linear(8, 8)) for _ in range(2)]
    last = nn.Linear(8, 1)
    model = nn.Sequential(parts[0], torchlip.GroupSort2(), parts[1], torchlip.GroupSort2(), last).eval()
    for factor, verdict in ((1.0, "certified"), (1.001, "refuted")):
        with torch.no_grad():
            last.weight.mul_(factor / last.weight.norm())
        assert told(model, (8,)).verdict == verdict


def test_small_singular_values_do_no_harm() -> None:
    torch.manual_seed(0)
    layer, (u, _, v) = nn.Linear(8, 8), torch.linalg.svd(torch.randn(8, 8))
    with torch.no_grad():
        layer.weight.copy_(u @ torch.diag(torch.linspace(1, 0.004, 8)) @ v)
    assert told(nn.Sequential(layer).eval(), (8,)).verdict == "certified"


@pytest.mark.parametrize("kind", [torch.float64, torch.float32, torch.bfloat16, torch.float16])
def test_other_types_of_numbers(kind: torch.dtype) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(parametrizations.orthogonal(nn.Linear(8, 8)), nn.ReLU(), nn.Linear(8, 1))
    nn.utils.parametrize.remove_parametrizations(model[0], "weight")
    with torch.no_grad():
        model[2].weight.mul_(0.9 / model[2].weight.norm())
    found = told(model.to(kind).eval(), (8,))
    assert found.verdict == "certified"
    x = torch.randn(5, 8).to(kind)
    assert audit(model, x, torch.tensor([0, 1, 0, 1, 1]), time_limit=2).certificates is not None


def test_a_model_in_training_is_read_as_in_evaluation() -> None:
    torch.manual_seed(0)
    norm = nn.BatchNorm1d(2)
    norm.running_var.fill_(4.0)
    with pytest.warns(UserWarning, match="training mode"):
        found = audit(nn.Sequential(norm).train(), input_shape=(2,))
    assert found.upper == pytest.approx(0.5, rel=1e-5)


def test_what_is_refused() -> None:
    model = nn.Sequential(nn.Linear(2, 1)).eval()
    for data in (np.zeros((0, 2)), np.full((3, 2), np.nan)):
        with pytest.raises(ValueError, match="points"):
            audit(model, data, np.ones(len(data)))
    with pytest.raises(ValueError, match="inputs of that shape"):
        audit(model, np.zeros((3, 5)), np.ones(3))
    with torch.no_grad():
        model[0].weight.fill_(torch.nan)
    with pytest.raises(ValueError, match="NaN"):
        audit(model)
    with pytest.raises(ValueError, match="input_shape"):
        audit(nn.Sequential(nn.Conv2d(1, 1, 3)).eval())
