"""Training at toy size: what is minimised is minimised, what is promised of the result holds."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from checks import store
from checks._resume.sources import Sources, trees
from checks.networks import _passes
from checks.training import TrainingConfig, _dispatch, _fit, _jobs, fit, fit_cached, fit_many
from checks.training._backward import gradients, revive
from checks.training._products import Scratch
from checks.training._run import Run
from checks.training._samples import Sample
from checks.training._schedule import order
from theory.losses import BCE, HKR, KR, LOSSES, Hinge

REPOSITORY = Path(_jobs.__file__).parents[2]
TINY = TrainingConfig(width=8, depth=3, steps=60, batch=32, unit=10.0)


@pytest.fixture
def samples() -> tuple[np.ndarray, np.ndarray]:
    """Distance to a circle, in a box of side 20."""
    x = np.random.default_rng(0).uniform(-10, 10, size=(256, 2))
    return x, np.linalg.norm(x, axis=1) - 5.0


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path))
    return tmp_path


def same(a: _fit.TrainedNetwork, b: _fit.TrainedNetwork) -> bool:
    pairs = zip(a.network.weights + a.network.biases, b.network.weights + b.network.biases, strict=True)
    return all(np.array_equal(u, v) for u, v in pairs) and np.array_equal(a.loss, b.loss)


def test_training_lowers_the_error_and_stays_lipschitz(samples) -> None:
    seeds = [replace(TINY, seed=seed) for seed in range(8)]  # a width of 8 leaves much to chance
    short = fit_many(*samples, [replace(config, steps=2) for config in seeds])
    long = fit_many(*samples, [replace(config, steps=300) for config in seeds])
    errors = [np.mean([trained.mean_absolute_error for trained in networks]) for networks in (short, long)]
    assert errors[1] < 0.3 * errors[0]
    for trained in long:
        assert trained.loss[-1] < trained.loss[0]
        deviation = np.abs(trained.network(samples[0]) - samples[1]).mean()
        assert trained.mean_absolute_error == pytest.approx(deviation)
    for trained in short + long:
        assert trained.network.certified_lipschitz() <= 1.0
        assert min(bound.least for bound in trained.network.singular_bounds()) > 1 - 1e-9


EXPECTED = {
    "mse": ("mse", lambda f, y: (f - y / 10.0).square()),
    "kr": (KR(), lambda f, y: -10.0 * y * f),
    "hinge": (Hinge(1), lambda f, y: torch.relu(1.0 - 10.0 * y * f)),
    "hkr": (HKR(1, 3), lambda f, y: 3.0 * torch.relu(1.0 - 10.0 * y * f) - 10.0 * y * f),
    "bce": (BCE(0.5), lambda f, y: torch.log1p(torch.exp(-5.0 * y * f))),
}
"""What the network gives is in units of 10."""

ACTIVATIONS = {
    "groupsort2": lambda z: torch.cat([z[:4], z[4:].abs()]),  # in the turned basis
    "fullsort": lambda z: z.sort(dim=0).values,
    "relu": torch.relu,
}


def one(samples: tuple[np.ndarray, np.ndarray], config: TrainingConfig = TINY) -> Run:
    return Run(Sample(*samples), [config], torch.device("cpu"))


@pytest.mark.parametrize("constraint", ["orthogonal", "none"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", EXPECTED)
def test_gradients_are_those_of_autograd(samples, loss, activation, constraint) -> None:
    loss_of, expected_rows = EXPECTED[loss]
    lipschitz = 1.0 if constraint == "none" else 0.7
    kind = {"activation": activation, "constraint": constraint, "lipschitz": lipschitz}
    run = one(samples, replace(TINY, loss=loss_of, **kind))
    state = {key: run.state[key].double().requires_grad_() for key in ("small", "hidden")}
    x, y = (torch.tensor(array) for array in (samples[0].T / 10.0, np.sign(samples[1])))
    with torch.no_grad():
        losses, errors, small, hidden = gradients(
            run.layout, run.gate, state, x[None], y[None], run.loss_rows, Scratch()
        )
    matrices, biases = run.layout.parts(state["small"], state["hidden"])
    z = x
    for i, (weight, bias) in enumerate(zip(matrices, biases, strict=True)):
        z = weight[0] @ (ACTIVATIONS[activation](z) if i else z) + bias[0]
    expected = expected_rows(lipschitz * z[0], y).mean()
    expected.backward()
    assert losses.item() == pytest.approx(expected.item(), rel=1e-6)
    assert errors.item() == pytest.approx((z[0] * y <= 0).double().mean().item())
    for gradient, name in ((small, "small"), (hidden, "hidden")):
        wanted = state[name].grad if state[name].grad is not None else torch.zeros_like(state[name])
        assert torch.allclose(gradient, wanted, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("constraint", ["orthogonal", "none"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_network_given_is_the_one_trained(samples, activation, constraint) -> None:
    run = one(samples, replace(TINY, activation=activation, constraint=constraint))
    if constraint == "none":  # biases start at 0; polishing would move matrices that have just turned
        run.advance()
    z = run.x[:50].T
    for i, (weight, bias) in enumerate(zip(*run.layout.parts(run.state["small"], run.state["hidden"]), strict=True)):
        z = weight[0] @ (ACTIVATIONS[activation](z) if i else z) + bias[0]
    assert run.network(0)(samples[0][:50]) == pytest.approx(10.0 * z[0].numpy(), abs=1e-4)


def test_rates_halve_and_vanish() -> None:
    config = replace(TINY, steps=1000, cooling=10.0)
    assert config.fade(0) == 1.0
    assert config.fade(10) == pytest.approx(0.5, rel=0.02)
    assert config.fade(999) == pytest.approx(1e-5, rel=0.02)


def test_idle_gates_are_revived_and_others_left(samples) -> None:
    run = one(samples)
    bias = run.layout.parts(run.state["small"], run.state["hidden"])[1][0][0]
    bias.zero_()
    bias[4] = 100.0  # the crease of the first gate lies far outside the box
    revive(run.layout, run.state, run.x.mT[None], torch.tensor([False]))
    assert bias[4] == 100.0
    revive(run.layout, run.state, run.x.mT[None], torch.tensor([True]))
    assert abs(bias[4].item()) < 1.0
    assert bias[5:8].count_nonzero() == 0
    swaps = _passes.forward(run.network(0), samples[0])[1][0].mean(axis=0)
    assert swaps.min() > 0.0 and swaps.max() < 1.0


def test_a_seed_is_a_network(samples) -> None:
    assert same(fit(*samples, TINY), fit(*samples, TINY))
    assert not same(fit(*samples, TINY), fit(*samples, replace(TINY, seed=1)))


def test_every_epoch_visits_every_row_once() -> None:
    orders = [order(256, seed, epoch) for seed, epoch in ((0, 3), (0, 4), (1, 3))]
    assert all(sorted(order.tolist()) == list(range(256)) for order in orders)
    assert len({tuple(order.tolist()) for order in orders}) == 3


class Interruption(Exception):
    """What stops a run in these tests."""


@pytest.mark.parametrize("stop", [1, 29, 59])
def test_an_interrupted_run_gives_the_same_network(samples, tmp_path: Path, monkeypatch, stop: int) -> None:
    whole, path, advance = fit(*samples, TINY), tmp_path / "checkpoint", Run.advance

    def stopping(run: Run) -> None:
        if run.step == stop:
            raise Interruption
        advance(run)

    with monkeypatch.context() as patch:
        patch.setattr(Run, "advance", stopping)
        with pytest.raises(Interruption):
            fit(*samples, TINY, checkpoint=path, checkpoint_seconds=0.0)
    entry = store.load(path)
    assert entry is not None and entry.metadata["step"] == stop
    other = replace(TINY, seed=1)
    with monkeypatch.context() as patch:  # another run's checkpoint is not taken over
        patch.setattr(_jobs, "_save", lambda *_: None)
        assert same(fit(*samples, other, checkpoint=path), fit(*samples, other))
    assert same(fit(*samples, TINY, checkpoint=path), whole)


def test_the_cache_is_used_and_repaired(samples, cache: Path, monkeypatch) -> None:
    first = fit_cached(*samples, TINY)
    (path,) = cache.glob("*.network")
    with monkeypatch.context() as patch:
        patch.delattr(_dispatch, "train")
        again = fit_cached(*samples, TINY)
    assert same(first, again)
    assert (again.config, again.seconds, again.device) == (TINY, first.seconds, first.device)
    path.write_bytes(path.read_bytes()[:-1])
    assert same(first, fit_cached(*samples, TINY))
    assert store.load(path) is not None


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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("width", 7),
        ("width", 0),
        ("depth", 0),
        ("steps", 0),
        ("batch", 0),
        ("rate", 0.0),
        ("end_rate", -1.0),
        ("bias_rate", float("nan")),
        ("cooling", 0.0),
        ("unit", float("inf")),
        ("momentum", 1.0),
        ("seed", -1),
        ("seed", 10**13 + 1),
        ("rate", 1e-60),
        ("lipschitz", 1e60),
        ("lipschitz", 10**400),
        ("unit", 1j),
        ("cooling", None),
        ("free_rate", "fast"),
    ],
)
def test_bad_configurations_are_named(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{name}={value!r}: must be")):
        replace(TINY, **{name: value})


def test_seeds_up_to_the_greatest_train(samples) -> None:
    greatest = [replace(TINY, seed=seed, steps=20) for seed in (10**13, 10**13 - 1)]
    a, b = fit_many(*samples, greatest)
    assert not same(a, b)


@pytest.mark.parametrize("name", LOSSES)
def test_losses_have_their_names(samples, name: str) -> None:
    x, y = samples[0], np.sign(samples[1])
    named, meant = (replace(TINY, loss=loss, steps=2) for loss in (name, LOSSES[name]()))
    assert named == meant and same(fit(x, y, named), fit(x, y, meant))
    with pytest.raises(ValueError, match="loss='entropy': must be mse, bce, hinge"):
        replace(TINY, loss="entropy")


def test_values_may_come_as_a_column(samples) -> None:
    x, y = samples
    config = replace(TINY, steps=2)
    assert same(fit(x, y[:, None], config), fit(x, y, config))
    with pytest.raises(ValueError, match=r"y \(256, 2\): give"):
        fit(x, np.stack([y, y], axis=1), config)


@pytest.mark.parametrize("labels", [[0, 1], [0.0, 1.0], [False, True]], ids=str)
def test_labels_of_other_kinds_are_told_how_to_become_signs(samples, labels) -> None:
    with pytest.raises(ValueError, match=r"labels y of -1 and 1, such as 2 \* y - 1"):
        fit(samples[0], np.resize(labels, len(samples[0])), replace(TINY, loss=KR()))


@pytest.mark.parametrize("size", [1e-320, 1e-46, 1e20, 1e39, 1e300])
def test_data_that_float32_does_not_hold_are_refused(samples, size: float) -> None:
    x, y = samples
    for data, name in (((size * x, y), "x"), ((x, size * y), "y")):
        with pytest.raises(ValueError, match=f"{name} has size .* and unit=1"):
            fit(*data, replace(TINY, unit=1.0))
    if 1e-30 < size < 1e30:
        assert fit(size * x, size * y, replace(TINY, unit=size, steps=2)).network.certified_lipschitz() <= 1


@pytest.mark.parametrize("bad", [1j, "a", None, 2**53 + 1])
def test_data_that_are_not_real_are_refused(samples, bad) -> None:
    x, y = samples
    for name, data in {"x": ([[bad]] * 256, y), "y": (x, [bad] * 256)}.items():
        with pytest.raises(ValueError, match=f"{name} (is no array of real|holds)"):
            fit(*data, TINY)
    with pytest.raises(ValueError, match="x holds masked"):
        fit(np.ma.masked_greater(x, 9), y, TINY)


def test_tensors_are_taken_whatever_they_require(samples) -> None:
    x, y = samples
    plain, tracked = fit(x, y, TINY), fit(torch.tensor(x), torch.nn.Parameter(torch.tensor(y)), TINY)
    for one, other in zip(plain.network.weights, tracked.network.weights, strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("at_once", [2.5, 0, "2"])
def test_a_batch_has_a_whole_number_of_networks(samples, at_once) -> None:
    with pytest.raises(ValueError, match=f"at_once={at_once!r}: must be"):
        fit_many(*samples, [TINY], at_once=at_once)


def test_bad_arguments_are_named(samples) -> None:
    x, y = samples
    with pytest.raises(ValueError, match="device='tpu'"):
        fit(x, y, TINY, device="tpu")
    with pytest.raises(ValueError, match=r"give \(p, n\) and \(p,\)"):
        fit(x, y[:-1], TINY)
    with pytest.raises(ValueError, match="not finite"):
        fit(x, np.full(256, np.nan), TINY)
    with pytest.raises(ValueError, match="batch=300"):
        fit(x, y, replace(TINY, batch=300))
    with pytest.raises(ValueError, match="labels y of -1 and 1"):
        fit(x, y, replace(TINY, loss=KR()))
    with pytest.raises(ValueError, match="constraint='loose'"):
        replace(TINY, constraint="loose")
    with pytest.raises(ValueError, match="activation='tanh'"):
        replace(TINY, activation="tanh")
    with pytest.raises(ValueError, match="no constant to impose"):
        replace(TINY, constraint="none", lipschitz=2.0)


INSIDE = [path.parent.name for path in (REPOSITORY / "checks" / "networks").glob("*/__init__.py")]
OF_OTHERS = re.compile(rf"(checks[./]networks[./]({'|'.join(INSIDE)})|theory[./]norms)\b")
"""What is about networks that others have trained: packages inside `checks.networks`, and what they stand on."""

READ = {
    "checks/_folder.py",
    "checks/arrays.py",
    "checks/machine.py",
    "checks/records.py",
    "checks/store.py",
    "theory/_entries.py",
    "theory/_input.py",
    "theory/_rationals.py",
    "theory/_results.py",
    "theory/_scales.py",
    "theory/_types.py",
    "theory/intervals.py",
}
"""The engine, and what reads and types arguments."""


def test_the_key_of_the_cache_covers_what_training_imports() -> None:
    start, hashed = Path(_jobs.__file__), set(_jobs.sources())
    imported = {path for path in Sources(trees(start)).files([start]) if path.name != "__init__.py"}
    outside = {path.relative_to(REPOSITORY).as_posix() for path in imported - hashed}
    assert len(imported & hashed) > 15
    assert {path for path in outside if not OF_OTHERS.match(path)} <= READ


def test_training_does_not_go_through_networks_of_others() -> None:
    """But for the word under which a saved network describes itself."""
    assert "_reading" in INSIDE and OF_OTHERS.match("checks.networks._reading")
    for path in _jobs.sources():
        text = path.read_text(encoding="utf-8").replace("from checks.networks._reading._described import KEY\n", "")
        for module in re.findall(r"^ *(?:from|import) ([\w.]+)", text, flags=re.MULTILINE):
            assert path.name == "__init__.py" or not OF_OTHERS.match(module), f"{path}: {module}"
