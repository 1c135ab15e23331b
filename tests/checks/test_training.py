"""Training at toy size: what is minimised is minimised, what is promised of the result holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from checks import _cache, networks, training
from checks.training import TrainingConfig, fit, fit_cached
from theory.losses import BCE, HKR, KR, Hinge

TINY = TrainingConfig(width=8, depth=3, steps=60, batch=32, unit=10.0)


@pytest.fixture
def samples() -> tuple[np.ndarray, np.ndarray]:
    """Distance to a circle, in a box of side 20."""
    x = np.random.default_rng(0).uniform(-10, 10, size=(256, 2))
    return x, np.linalg.norm(x, axis=1) - 5.0


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(_cache.FOLDER_VARIABLE, str(tmp_path))
    return tmp_path


def same(a: training.TrainedNetwork, b: training.TrainedNetwork) -> bool:
    pairs = zip(a.network.weights + a.network.biases, b.network.weights + b.network.biases, strict=True)
    return all(np.array_equal(u, v) for u, v in pairs) and np.array_equal(a.loss, b.loss)


def test_training_lowers_the_error_and_stays_lipschitz(samples) -> None:
    short, long = fit(*samples, replace(TINY, steps=2)), fit(*samples, replace(TINY, steps=300))
    assert long.mean_absolute_error < 0.3 * short.mean_absolute_error
    assert long.loss[-1] < long.loss[0]
    assert long.mean_absolute_error == pytest.approx(np.abs(long.network(samples[0]) - samples[1]).mean())
    for trained in (short, long):
        assert trained.network.certified_lipschitz() <= 1.0
        assert min(bound.least for bound in trained.network.singular_bounds()) > 1 - 1e-9


EXPECTED = {
    "mse": ("mse", lambda f, y: (f - y).square()),
    "kr": (KR(), lambda f, y: -10.0 * y * f),
    "hinge": (Hinge(1), lambda f, y: torch.relu(1.0 - 10.0 * y * f)),
    "hkr": (HKR(1, 3), lambda f, y: 3.0 * torch.relu(1.0 - 10.0 * y * f) - 10.0 * y * f),
    "bce": (BCE(0.5), lambda f, y: torch.log1p(torch.exp(-5.0 * y * f))),
}
"""What the network gives is in units of 10."""


@pytest.mark.parametrize("name", EXPECTED)
def test_gradients_are_those_of_autograd(samples, name) -> None:
    loss_of, expected_rows = EXPECTED[name]
    config = replace(TINY, loss=loss_of)
    run = training._Run(*samples, config, torch.device("cpu"))
    state = {key: run.state[key].double().requires_grad_() for key in ("small", "hidden")}
    x, y = (torch.tensor(array) for array in (samples[0].T / 10.0, samples[1] / 10.0))
    with torch.no_grad():
        loss, small, hidden = training._gradients(run.layout, state, x, y, run.loss_rows)
    first, last, *biases = run.layout.views(state["small"])
    z = first @ x + biases[0]
    for weight, bias in zip([*state["hidden"], last], biases[1:], strict=True):
        top, bottom = z.split(4)
        z = weight @ torch.cat([top, bottom.abs()]) + bias
    expected = expected_rows(z[0], y).mean()
    expected.backward()
    assert loss.item() == pytest.approx(expected.item(), rel=1e-12)
    assert torch.allclose(small, state["small"].grad, rtol=1e-9, atol=1e-12)
    assert torch.allclose(hidden, state["hidden"].grad, rtol=1e-9, atol=1e-12)


def test_the_turned_basis_is_group_sort(samples) -> None:
    run = training._Run(*samples, TINY, torch.device("cpu"))
    x = run.x[:, :50]
    first, last, *biases = run.layout.views(run.state["small"])
    z = first @ x + biases[0]
    for weight, bias in zip([*run.state["hidden"], last], biases[1:], strict=True):
        training._fold(z)
        z = weight @ z + bias
    assert run.network()(samples[0][:50]) == pytest.approx(10.0 * z[0].numpy(), abs=1e-4)


def test_rates_halve_and_vanish() -> None:
    config = replace(TINY, steps=1000, cooling=10.0)
    assert config.fade(0) == 1.0
    assert config.fade(10) == pytest.approx(0.5, rel=0.02)
    assert config.fade(999) == pytest.approx(1e-5, rel=0.02)


def test_idle_gates_are_revived_and_others_left(samples) -> None:
    run = training._Run(*samples, TINY, torch.device("cpu"))
    _, _, bias, *_ = run.layout.views(run.state["small"])
    bias.zero_()
    bias[4] = 100.0  # the crease of the first gate lies far outside the box
    training._revive(run.layout, run.state, run.x)
    assert abs(bias[4].item()) < 1.0
    assert bias[5:8].count_nonzero() == 0
    swaps = networks._forward(run.network(), samples[0])[1][0].mean(axis=0)
    assert swaps.min() > 0.0 and swaps.max() < 1.0


def test_a_seed_is_a_network(samples) -> None:
    assert same(fit(*samples, TINY), fit(*samples, TINY))
    assert not same(fit(*samples, TINY), fit(*samples, replace(TINY, seed=1)))


def test_every_epoch_visits_every_row_once() -> None:
    orders = [training._order(256, seed, epoch) for seed, epoch in ((0, 3), (0, 4), (1, 3))]
    assert all(sorted(order.tolist()) == list(range(256)) for order in orders)
    assert len({tuple(order.tolist()) for order in orders}) == 3


class Interruption(Exception):
    """What stops a run in these tests."""


@pytest.mark.parametrize("stop", [1, 29, 59])
def test_an_interrupted_run_gives_the_same_network(samples, tmp_path: Path, monkeypatch, stop: int) -> None:
    whole, path, advance = fit(*samples, TINY), tmp_path / "checkpoint", training._Run.advance

    def stopping(run: training._Run) -> None:
        if run.step == stop:
            raise Interruption
        advance(run)

    with monkeypatch.context() as patch:
        patch.setattr(training._Run, "advance", stopping)
        with pytest.raises(Interruption):
            fit(*samples, TINY, checkpoint=path, checkpoint_seconds=0.0)
    entry = _cache.load(path)
    assert entry is not None and entry.metadata["step"] == stop
    other = replace(TINY, seed=1)
    with monkeypatch.context() as patch:  # another run's checkpoint is not taken over
        patch.setattr(training._Run, "save", lambda *_: None)
        assert same(fit(*samples, other, checkpoint=path), fit(*samples, other))
    assert same(fit(*samples, TINY, checkpoint=path), whole)


def test_the_cache_is_used_and_repaired(samples, cache: Path, monkeypatch) -> None:
    first = fit_cached(*samples, TINY)
    (path,) = cache.glob("*.network")
    with monkeypatch.context() as patch:
        patch.delattr(training, "fit")
        again = fit_cached(*samples, TINY)
    assert same(first, again)
    assert (again.config, again.seconds, again.device) == (TINY, first.seconds, first.device)
    path.write_bytes(path.read_bytes()[:-1])
    assert same(first, fit_cached(*samples, TINY))
    assert _cache.load(path) is not None


def test_other_data_or_configuration_is_another_entry(samples, cache: Path) -> None:
    fit_cached(*samples, TINY)
    fit_cached(*samples, replace(TINY, seed=1))
    fit_cached(samples[0], samples[1] + 1.0, TINY)
    assert len(list(cache.glob("*.network"))) == 3
    assert not list(cache.glob("*.checkpoint"))


def test_the_settings_of_torch_are_given_back(samples) -> None:
    before = torch.get_float32_matmul_precision(), torch.get_num_threads()
    fit(*samples, replace(TINY, steps=1))
    assert (torch.get_float32_matmul_precision(), torch.get_num_threads()) == before


def test_any_number_of_inputs_and_one_hidden_layer() -> None:
    x = np.random.default_rng(0).normal(size=(64, 5))
    trained = fit(x, np.abs(x[:, 0]), replace(TINY, depth=1, steps=5))
    assert [weight.shape for weight in trained.network.weights] == [(8, 5), (1, 8)]


def test_figure_1_samples_are_every_pixel_once() -> None:
    x, y = training.figure1_samples()
    assert x.shape == (160_000, 2) and y.shape == (160_000,)
    assert len(np.unique(x, axis=0)) == 160_000
    assert y[np.abs(x).max(axis=1) < 1].min() > 0  # the centre is +1


@pytest.mark.parametrize(
    ("name", "value"),
    [("width", 7), ("width", 0), ("depth", 0), ("steps", 0), ("batch", 0), ("rate", 0.0), ("end_rate", -1.0),
     ("bias_rate", float("nan")), ("cooling", 0.0), ("unit", float("inf")), ("momentum", 1.0), ("seed", -1)],
)  # fmt: skip
def test_bad_configurations_are_named(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name}={value}"):
        replace(TINY, **{name: value})


def test_bad_arguments_are_named(samples) -> None:
    x, y = samples
    with pytest.raises(ValueError, match="scale='huge'"):
        training.figure1_network("huge")
    with pytest.raises(ValueError, match="device='tpu'"):
        fit(x, y, TINY, device="tpu")
    with pytest.raises(ValueError, match=r"give \(p, n\) and \(p,\)"):
        fit(x, y[:-1], TINY)
    with pytest.raises(ValueError, match="not finite"):
        fit(x, np.full(256, np.nan), TINY)
    with pytest.raises(ValueError, match="batch=300"):
        fit(x, y, replace(TINY, batch=300))
    with pytest.raises(ValueError, match="width=8: must be at least 9"):
        fit(np.zeros((256, 9)), y, TINY)
