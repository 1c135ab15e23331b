"""Several outputs and classes: what is minimised is minimised, each network is the one that trains alone."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
import torch
from torch.nn import functional

from checks.training import CrossEntropy, TrainingConfig, fit, fit_cached, fit_many, fit_many_cached
from checks.training._backward import gradients
from checks.training._products import Scratch
from checks.training._run import Run
from checks.training._samples import Sample
from theory.losses import BCE, HKR, KR, Hinge, SmoothHinge, SquaredHinge

CLASSES = 3
TINY = TrainingConfig(width=8, depth=2, steps=60, batch=32, unit=10.0, outputs=CLASSES, loss="bce")


@pytest.fixture
def samples() -> tuple[np.ndarray, np.ndarray]:
    """Rings around 0: three classes."""
    x = np.random.default_rng(0).uniform(-10, 10, size=(256, 2))
    return x, np.digitize(np.linalg.norm(x, axis=1), [5.0, 9.0]).astype(float)


def same(a, b) -> bool:
    pairs = [*zip(a.network.weights + a.network.biases, b.network.weights + b.network.biases, strict=True)]
    pairs += [(a.loss, b.loss), (a.error, b.error)]
    return a.config == b.config and all(np.array_equal(u, v) for u, v in pairs)


def own(outputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The square of the label's output less 1."""
    return (outputs.gather(1, labels[:, None])[:, 0] - 1.0).square()


def _one(loss, t):
    """A loss of theory at tensors of margins."""
    return {
        BCE: lambda: functional.softplus(-loss.temperature * t),
        Hinge: lambda: functional.relu(loss.margin - t),
        KR: lambda: -t,
        HKR: lambda: -t + loss.penalty * functional.relu(loss.margin - t),
        SquaredHinge: lambda: functional.relu(loss.margin - t).square(),
    }[type(loss)]()


def _rest(loss):
    return lambda f, y: _one(loss, f * (2 * functional.one_hot(y, CLASSES) - 1)).mean(1)


def _next(loss):
    def margin(f, y):
        others = [torch.stack([f[i, y[i]] - f[i, j] for j in range(CLASSES) if j != y[i]]).min() for i in range(len(f))]
        return _one(loss, torch.stack(others))

    return margin


EXPECTED = {
    "rest": [(loss, _rest(loss)) for loss in (BCE(2), Hinge(1), KR(), HKR(1, 3), SquaredHinge(1))],
    "next": [(loss, _next(loss)) for loss in (BCE(2), Hinge(1), KR(), HKR(1, 3), SquaredHinge(1))],
}
CASES = [(against, *case) for against, cases in EXPECTED.items() for case in cases]
CASES += [("rest", CrossEntropy(3), lambda f, y: functional.cross_entropy(3 * f, y, reduction="none"))]
CASES += [("rest", own, own)]


def differences(run: Run, state, x, expected, lipschitz: float, weights=None):
    """Gradients by hand less those by autograd, of the largest gradient."""
    matrices, biases = run.layout.parts(state["small"], state["hidden"])
    z = x
    for i, (weight, bias) in enumerate(zip(matrices, biases, strict=True)):
        folded = torch.cat([z[:4], z[4:].abs()]) if i else z
        z = weight[0] @ folded + bias[0]
    value = (expected(10.0 * lipschitz * z.T) * (1.0 if weights is None else weights)).mean()
    return value, torch.autograd.grad(value, [state["small"], state["hidden"]])


@pytest.mark.parametrize(("against", "loss", "expected"), CASES)
@pytest.mark.parametrize("weighted", [False, True])
def test_gradients_are_those_of_autograd(samples, against, loss, expected, weighted) -> None:
    config = replace(TINY, loss=loss, against=against, lipschitz=0.75)
    run = Run(Sample(*samples), [config], torch.device("cpu"))
    run.advance()
    state = {key: run.state[key].double().requires_grad_() for key in ("small", "hidden")}
    x, y = torch.tensor(samples[0].T / 10.0), torch.tensor(samples[1]).long()
    weights = torch.linspace(0, 2, len(y)).double() if weighted else None
    with torch.no_grad():
        losses, errors, small, hidden = gradients(
            run.layout,
            run.gate,
            state,
            x[None],
            y[None],
            run.loss_rows,
            Scratch(),
            weights if weights is None else weights[None],
        )
    value, wanted = differences(run, state, x, lambda f: expected(f, y), 0.75, weights)
    assert losses.item() == pytest.approx(value.item(), rel=1e-6)
    for found, right in zip((small, hidden), wanted, strict=True):
        assert torch.allclose(found, right, rtol=1e-6, atol=1e-9)
    network = run.network(0)
    wrong = (network(samples[0]).argmax(axis=1) != samples[1]) * (1.0 if weights is None else weights.numpy())
    assert errors.item() == pytest.approx(wrong.mean(), abs=1e-2)


def test_squared_errors_of_several_outputs(samples) -> None:
    x = samples[0]
    targets = np.stack([x[:, 0], -x[:, 1], np.ones(len(x))], axis=1)
    config = replace(TINY, loss="mse", lipschitz=2.0, steps=400)
    trained = fit(x, targets, config)
    rest = trained.network(x) - targets
    assert trained.error is None and trained.mean_absolute_error == pytest.approx(np.abs(rest).mean())
    assert trained.loss[-1] == pytest.approx((rest**2).sum(axis=1).mean(), rel=0.5)
    assert trained.loss[-1] < 0.1 * trained.loss[0]
    run = Run(Sample(x, targets), [config], torch.device("cpu"))
    state = {key: run.state[key].double().requires_grad_() for key in ("small", "hidden")}
    given = torch.tensor(x.T / 10.0), torch.tensor(targets.T)
    with torch.no_grad():
        _, _, small, hidden = gradients(
            run.layout, run.gate, state, given[0][None], given[1][None], run.loss_rows, Scratch()
        )
    _, wanted = differences(run, state, given[0], lambda f: (f / 10 - given[1].T / 10).square().sum(1), 2.0)
    assert torch.allclose(small, wanted[0], rtol=1e-6, atol=1e-9) and torch.allclose(
        hidden, wanted[1], rtol=1e-6, atol=1e-9
    )


KINDS = [
    {"loss": Hinge(1.0)},
    {"loss": CrossEntropy(2.0)},
    {"loss": SmoothHinge(), "against": "next"},
    {"loss": CrossEntropy(), "width": 10, "batch": 50, "depth": 1},
    {"loss": own},
    {"loss": BCE(2), "constraint": "none", "activation": "relu"},
    {"loss": HKR(), "activation": "fullsort"},
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind).split(" at 0x")[0])  # no address of a function
def test_a_network_of_a_batch_is_the_network_that_trains_alone(samples, kind) -> None:
    configs = [
        replace(TINY, **kind, seed=seed, rate=rate)
        for seed, rate in ((0, 0.2), (1, 0.1), (2, 0.2), (3, 0.05), (4, 0.2))
    ]
    weights = np.random.default_rng(0).uniform(size=256)
    for given in (None, weights):
        together = fit_many(*samples, configs, weights=given)
        alone = [fit(*samples, config, weights=given) for config in configs]
        assert all(map(same, together, alone))
    for trained in together:
        if trained.config.constraint == "orthogonal":
            assert trained.network.certified_lipschitz() <= 1.0


def test_losses_of_the_margin_mix_in_one_batch(samples) -> None:
    configs = [replace(TINY, loss=loss) for loss in (BCE(2), Hinge(1.0), KR(), CrossEntropy())]
    assert all(same(a, fit(*samples, a.config)) for a in fit_many(*samples, configs))


@pytest.mark.parametrize("loss", [BCE(2), Hinge(2), HKR(2, 4), CrossEntropy(2)], ids=str)
@pytest.mark.parametrize("against", ["rest", "next"])
def test_training_finds_the_classes(samples, loss, against) -> None:
    configs = [replace(TINY, loss=loss, against=against, steps=600, width=16, depth=3, seed=seed) for seed in range(2)]
    for trained in fit_many(*samples, configs):
        network = trained.network
        assert network.certified_lipschitz() <= 1.0 and network.outputs == 3
        assert min(bound.least for bound in network.singular_bounds()) > 1 - 1e-9
        assert (network(samples[0]).argmax(axis=1) == samples[1]).mean() > 0.85
        assert trained.error is not None and trained.error[-1] < 0.2 and trained.loss[-1] < trained.loss[0]
        assert network.certified_radius(samples[0], samples[1]).mean() > 0.3


def test_two_outputs_of_cross_entropy_are_the_entropy_of_their_difference(samples) -> None:
    """Of two outputs, "next" with the BCE is cross-entropy."""
    x, y = samples[0], (samples[1] > 0).astype(float)
    configs = [replace(TINY, outputs=2, loss=loss, against="next", steps=5) for loss in (BCE(2), CrossEntropy(2))]
    entropy, cross = fit_many(x, y, configs)
    assert entropy.loss == pytest.approx(cross.loss, rel=1e-5)
    assert entropy.network(x) == pytest.approx(cross.network(x), abs=1e-3)


@pytest.mark.parametrize(("outputs", "width"), [(12, 4), (4, 4), (2, 2), (40, 8)])
def test_more_outputs_than_neurons(outputs: int, width: int) -> None:
    x = np.random.default_rng(0).normal(size=(64, 3))
    y = np.arange(64) % outputs
    trained = fit(x, y, replace(TINY, outputs=outputs, width=width, unit=1.0, steps=30))
    assert trained.network.outputs == outputs and trained.network.certified_lipschitz() <= 1.0


def test_weights_are_what_repetition_would_be(samples) -> None:
    """Of whole batches; creases of idle gates alone are moved by the points as they are."""
    x, y = samples
    config = replace(TINY, batch=256, steps=1, activation="fullsort")
    weights = 1.0 + (np.arange(256) % 4 == 0)
    rows = np.repeat(np.arange(256), weights.astype(int))
    weighted = fit(x, y, config, weights=weights)
    repeated = fit(x[rows], y[rows], replace(config, batch=len(rows)))
    assert weighted.loss == pytest.approx(repeated.loss, rel=1e-5)
    assert weighted.network(x) == pytest.approx(repeated.network(x), abs=1e-3)
    scaled = fit(x, y, config, weights=1e300 * weights)
    assert same(scaled, weighted)


def test_points_of_no_weight_do_not_count(samples) -> None:
    x, y = samples
    config, kept = replace(TINY, batch=64), np.arange(256) % 2 == 0
    assert same(fit(x, y, config, weights=kept), fit(x[kept], y[kept], config))
    assert same(fit(x, y, config, weights=np.full(256, 3.0)), fit(x, y, config))
    with pytest.raises(ValueError, match="batch=64: must be at most the number of rows, 1"):
        fit(x, y, config, weights=np.arange(256) == 7)


@pytest.mark.parametrize("loss", [KR(), Hinge(1)], ids=str)
def test_weights_of_one_output(samples, loss) -> None:
    x, y = samples[0], np.where(samples[1] > 0, 1.0, -1.0)
    config = replace(TINY, outputs=1, loss=loss, batch=256, steps=1)
    weights = np.where(y > 0, 3.0, 1.0)
    found = fit(x, y, config, weights=weights).loss[0]
    network = fit(x, y, replace(config, rate=1e-12, end_rate=1e-12, bias_rate=1e-12)).network
    assert found == pytest.approx(np.average(loss.value(y * network(x)), weights=weights), rel=1e-4)


def huber(outputs, targets):
    return functional.huber_loss(outputs, targets, reduction="none", delta=0.5)


def test_a_loss_of_your_own_of_one_output(samples) -> None:
    x = samples[0]
    y = np.linalg.norm(x, axis=1) - 5.0
    config = replace(TINY, outputs=1, loss=huber, steps=300)
    trained = fit(x, y, config)
    values = torch.tensor(trained.network(x))
    assert trained.error is None and trained.loss[-1] < 0.5 * trained.loss[0]
    assert trained.loss[-1] == pytest.approx(huber(values, torch.tensor(y)).mean().item(), rel=0.3)
    squares = replace(config, loss=lambda f, t: (f - t).square(), steps=3)
    named = fit(x, y, replace(squares, loss="mse"))
    assert fit(x, y, squares).network(x) == pytest.approx(named.network(x), abs=1e-3)


class Unhashable:
    """A loss with a state that is compared."""

    __hash__ = None  # type: ignore[assignment]

    def __call__(self, outputs, labels):
        return outputs[:, 0]


def test_losses_of_your_own_that_are_none_are_named(samples) -> None:
    bad = {
        "a loss for each point": lambda f, y: f.mean(),
        "computed? *it|compute it with torch": lambda f, y: torch.zeros(len(f)),
        "gives int": lambda f, y: 3,
    }
    for words, loss in bad.items():
        with pytest.raises(ValueError, match=words):
            fit(*samples, replace(TINY, loss=loss))
    for words, loss in {"tensor": torch.nn.CrossEntropyLoss(), "hashable": Unhashable()}.items():
        with pytest.raises(ValueError, match=words):
            fit(*samples, replace(TINY, loss=loss))
    module = fit(*samples, replace(TINY, loss=torch.nn.CrossEntropyLoss(reduction="none")))
    assert module.loss == pytest.approx(fit(*samples, replace(TINY, loss="cross_entropy")).loss, rel=0.02)
    for kept in (fit_cached, lambda *given: fit(*given, checkpoint="a")):
        with pytest.raises(ValueError, match="no function of your own where files are kept"):
            kept(*samples, replace(TINY, loss=own))


def test_the_cache_keeps_several_outputs(samples, tmp_path, monkeypatch) -> None:
    from checks import store
    from checks.training import _dispatch

    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path))
    configs = [TINY, replace(TINY, loss=CrossEntropy()), replace(TINY, against="rest")]
    first = fit_many_cached(*samples, configs, weights=np.ones(256))
    with monkeypatch.context() as patch:
        patch.delattr(_dispatch, "train")
        again = fit_many_cached(*samples, configs, weights=np.ones(256))
    assert all(map(same, first, again))
    assert len(list(tmp_path.glob("*.network"))) == 3
    fit_cached(*samples, TINY, weights=np.arange(256))
    fit_cached(*samples, TINY)
    assert len(list(tmp_path.glob("*.network"))) == 4  # equal weights are none


@pytest.mark.parametrize(
    ("y", "changes", "words"),
    [
        ([0, 1, 3], {}, "whole numbers from 0 to 2"),
        ([0, 1, 0.5], {}, "whole numbers from 0 to 2"),
        ([-1, 1, 1], {}, "whole numbers from 0 to 2"),
        ([0, 1, 2], {"loss": "mse"}, r"give \(3, 3\)"),
        (np.ones((3, 3)), {}, r"give \(3,\)"),
        (np.ones((3, 2)), {"loss": own}, r"give \(3,\) or \(3, 3\)"),
        ([0, 1, 2], {"outputs": 0}, "outputs=0: must be at least 1"),
        ([0, 1, 2], {"against": "all"}, "against='all': must be rest or next"),
        ([1, 1, -1], {"outputs": 1, "loss": "cross_entropy"}, "cross-entropy compares several"),
        ([0, 1, 2], {"loss": Hinge}, "loss="),
        ([0, 1, 2], {"loss": 3}, "loss=3: must be mse, bce"),
    ],
)
def test_bad_classes_are_named(y, changes, words) -> None:
    x = np.zeros((3, 2))
    with pytest.raises(ValueError, match=words):
        fit(x, y, replace(TINY, batch=2, **changes))


@pytest.mark.parametrize("temperature", [0, -1.0, float("inf"), float("nan"), "1", True, None, 10**400])
def test_bad_temperatures_are_named(temperature) -> None:
    with pytest.raises(ValueError, match="temperature="):
        CrossEntropy(temperature)
    assert CrossEntropy(np.float32(2)) == CrossEntropy(2) == CrossEntropy(Fraction(2))
    with pytest.raises(ValueError, match=r"loss's slope \* lipschitz \* unit=1e\+61: must be one of float32's"):
        replace(TINY, loss=CrossEntropy(1e60))


@pytest.mark.parametrize(
    "weights",
    [np.ones(255), -np.ones(256), np.zeros(256), np.full(256, np.nan), np.full(256, np.inf), ["a"] * 256, 1.0],
)
def test_bad_weights_are_named(samples, weights) -> None:
    with pytest.raises(ValueError, match="weights"):
        fit(*samples, TINY, weights=weights)


def test_equal_labels_are_one_class(samples) -> None:
    """Nothing says that every class has points."""
    trained = fit(samples[0], np.zeros(256), replace(TINY, steps=100))
    assert trained.error is not None and trained.error[-1] == 0.0


def test_classes_are_far_apart_in_all_pairs(samples) -> None:
    network = fit(*samples, replace(TINY, steps=200)).network
    found = network.certified_differences()
    for i, j in combinations(range(3), 2):
        assert found[i, j] == pytest.approx(2**0.5, rel=1e-9)
