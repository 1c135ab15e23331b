"""Convolutions in training: they are torch's, one block at every place, and certified as any other layer."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from checks import store
from checks.networks import LipschitzNetwork
from checks.training import CrossEntropy, TrainingConfig, fit, fit_cached, fit_many
from checks.training._backward import gradients
from checks.training._products import Scratch
from checks.training._run import Run
from checks.training._samples import Sample
from checks.training.estimators import LipschitzClassifier
from theory.losses import BCE, Hinge

IMAGE = (2, 12, 6)
CONVOLUTIONS = ((6, 3), (4, 2))  # 4 x 2 places, then 2 x 1
TINY = TrainingConfig(
    width=8, depth=2, steps=30, batch=20, loss=BCE(2), image=IMAGE, convolutions=CONVOLUTIONS, unit=3.0
)
KINDS = [
    {},
    {"optimizer": "tangent"},
    {"activation": "relu"},
    {"activation": "relu", "convolutions": ((5, 2), (1, 3)), "depth": 1},
    {"constraint": "none"},
    {"convolutions": ((20, 6),), "lipschitz": 2.0},
    {"convolutions": ((4, 1), (2, 1), (6, 2))},
    {"outputs": 3, "loss": CrossEntropy(2), "optimizer": "tangent"},
]


@pytest.fixture
def samples() -> tuple[np.ndarray, np.ndarray]:
    """Images with a bright row in the upper half, or in the lower."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(scale=0.3, size=(100, *IMAGE)), np.where(rng.random(100) < 0.5, 1.0, -1.0)
    for image, label in zip(x, y, strict=True):
        image[0, rng.integers(6) + 6 * (label > 0)] += 1.0
    return x.reshape(100, -1), y


def targets(config: TrainingConfig, y: np.ndarray) -> np.ndarray:
    return y if config.outputs == 1 else (y > 0) + 0.0


def by_torch(config: TrainingConfig, run: Run, state: dict[str, Tensor], x: Tensor) -> Tensor:
    """The outputs (K, p) at images (p, c, h, w), in the basis of training."""

    def gate(z: Tensor) -> Tensor:
        half = z.shape[1] // 2
        return z.relu() if config.activation == "relu" else torch.cat([z[:, :half], z[:, half:].abs()], dim=1)

    matrices, biases = run.layout.parts(state["small"], state["hidden"])
    layers = [(matrix[0], bias[0]) for matrix, bias in zip(matrices, biases, strict=True)]
    z = x
    for (_, kernel), (matrix, bias) in zip(config.convolutions, layers, strict=False):
        z = gate(functional.conv2d(z, matrix.unflatten(1, (-1, kernel, kernel)), bias[:, 0], stride=kernel))
    z = z.flatten(1)
    for i, (matrix, bias) in enumerate(layers[len(config.convolutions) :]):
        z = functional.linear(gate(z) if i else z, matrix, bias[:, 0])
    return z.T


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_what_is_trained_is_what_torch_computes(samples, kind) -> None:
    config = replace(TINY, **kind)
    x, y = samples[0], targets(config, samples[1])
    run = Run(Sample(x, y), [config], torch.device("cpu"))
    state = {key: run.state[key].double().requires_grad_() for key in ("small", "hidden")}
    images = torch.tensor(x / config.length).unflatten(1, IMAGE)
    expected = by_torch(config, run, state, images)
    labels = torch.tensor(y, dtype=torch.float64 if config.outputs == 1 else torch.int64)
    factor = config.lipschitz * config.length
    if config.outputs == 1:
        loss = functional.softplus(-2 * factor * labels * expected[0]).mean()
    else:
        loss = functional.cross_entropy(2 * factor * expected.T, labels)
    loss.backward()
    with torch.no_grad():
        losses, _, small, hidden = gradients(
            run.layout, run.gate, state, run.x.double().mT[None], labels[None], run.loss_rows, Scratch()
        )
    assert losses.item() == pytest.approx(loss.item(), rel=1e-6)
    for gradient, name in ((small, "small"), (hidden, "hidden")):
        wanted = state[name].grad if state[name].grad is not None else torch.zeros_like(state[name])
        assert torch.allclose(gradient, wanted, rtol=1e-6, atol=1e-9)
    found = run.network(0)(x).reshape(len(x), config.outputs)
    assert found == pytest.approx(factor * expected.T.detach().numpy(), abs=1e-4)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_networks_are_certified_and_have_one_block_everywhere(samples, kind) -> None:
    config = replace(TINY, **kind)
    trained = fit(samples[0], targets(config, samples[1]), config, device="cpu")
    assert trained.loss[-1] < trained.loss[0]
    network = trained.network
    if not config.free:
        assert network.certified_lipschitz() <= config.lipschitz
        *others, last = network.singular_bounds()
        assert min(bound.least for bound in others) > 1 - 1e-9 and last.least > config.lipschitz * (1 - 1e-9)
    shape, kernels = np.array(IMAGE), [kernel for _, kernel in config.convolutions]
    first = network.weights[0]
    k, even = kernels[0], 2 if config.activation == "groupsort2" else 1
    rows = first.reshape(-1, (shape[1] // k) * (shape[2] // k), even, len(samples[0][0])).swapaxes(1, 2)
    rows = rows.reshape(config.convolutions[0][0], -1, *IMAGE)  # channels, places, image
    blocks, places = [], []
    for place in range(rows.shape[1]):
        nonzero = np.argwhere(rows[:, place].any(axis=(0, 1)))
        (top, left), (bottom, right) = nonzero.min(axis=0), nonzero.max(axis=0)
        assert (top % k, left % k, bottom - top, right - left) == (0, 0, k - 1, k - 1)
        places.append((int(top), int(left)))
        blocks.append(rows[:, place, :, top : bottom + 1, left : right + 1])
    assert all(np.array_equal(block, blocks[0]) for block in blocks)
    height, width = shape[1:] // k  # places row by row, as docs/networks.md says
    tops = [(top // k, left // k) for top, left in places]
    assert tops == [(row, column) for row in range(height) for column in range(width)]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_each_of_a_batch_is_the_network_that_trains_alone(samples, kind) -> None:
    config = replace(TINY, **kind)
    configs = [config, replace(config, seed=1), replace(config, seed=2, rate=0.05)]
    x, y = samples[0], targets(config, samples[1])
    for each, trained in zip(configs, fit_many(x, y, configs, device="cpu"), strict=True):
        alone = fit(x, y, each, device="cpu")
        for one, other in zip(trained.network.weights, alone.network.weights, strict=True):
            assert np.array_equal(one, other)


def test_several_images_to_a_batch_and_looks_at_others(samples) -> None:
    x, y = samples
    trained = fit(x[:60], y[:60], TINY, validation=(x[60:], y[60:]), every=10, device="cpu")
    values = trained.network(x[60:]) * y[60:]
    assert trained.validation is not None
    assert trained.validation.loss.min() == pytest.approx(np.log1p(np.exp(-2 * values)).mean(), rel=1e-4)


def test_the_cache_keeps_them(samples, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path))
    first, again = (fit_cached(*samples, TINY, device="cpu") for _ in range(2))
    assert first.seconds == again.seconds
    other = fit_cached(*samples, replace(TINY, convolutions=((6, 6),)), device="cpu")
    assert other.network.weights[0].shape != first.network.weights[0].shape


@pytest.mark.parametrize("kind", [{}, {"activation": "relu", "convolutions": ((5, 2),)}], ids=str)
def test_training_starts_from_a_network(samples, kind) -> None:
    config = replace(TINY, **kind)
    start = fit(*samples, config, device="cpu").network
    run = Run(Sample(*samples), [config], torch.device("cpu"), start)
    for one, other in zip(run.network(0).weights, start.weights, strict=True):
        assert one == pytest.approx(other, abs=1e-6)
    bent = [weight.copy() for weight in start.weights]
    bent[0][0] *= -1.0
    with pytest.raises(ValueError, match=r"start has weights\[0\] that are no convolution's"):
        fit(*samples, config, start=LipschitzNetwork(bent, start.biases, start.activation), device="cpu")
    shifted = [bias.copy() for bias in start.biases]
    shifted[0][0] += 1.0
    with pytest.raises(ValueError, match=r"start has biases\[0\] that are no convolution's"):
        fit(*samples, config, start=LipschitzNetwork(start.weights, shifted, start.activation), device="cpu")


def test_a_classifier_of_images(samples) -> None:
    x, y = samples
    model = LipschitzClassifier(
        loss=Hinge(0.5), steps=100, width=16, image=IMAGE, convolutions=[(8, 3), (8, 2)], random_state=0
    )
    names = np.where(y > 0, "lower", "upper")
    assert model.fit(x, names).score(x, names) > 0.95
    assert model.network_.certified_lipschitz() <= 1.0
    assert model.network_.weights[0].shape == (8 * 4 * 2, 144)
    warm = model.set_params(warm_start=True, steps=1).fit(x, names)
    assert warm.score(x, names) > 0.9
    dense = LipschitzClassifier(steps=1, width=64, depth=2, random_state=0, warm_start=True).fit(x, names)
    old = dense.network_  # of the shapes of a convolution's, but none
    dense.set_params(depth=1, image=IMAGE, convolutions=[(8, 3)], width=64).fit(x, names)
    shapes = [weight.shape for weight in dense.network_.weights]
    assert shapes == [weight.shape for weight in old.weights]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"image": None}, "image=None: must be (channels, height, width)"),
        ({"image": (1, 8)}, "image=(1, 8): must be 3 whole numbers"),
        ({"image": 8}, "image=8: must be 3 whole numbers"),
        ({"image": (1, 8, 0)}, "image=(1, 8, 0): must be 3 whole numbers, at least 1 each"),
        ({"image": (1, 8, 2.5)}, "image[2]=2.5: must be a whole number"),
        ({"convolutions": ((4, 2.5),)}, "convolutions[0][1]=2.5: must be a whole number"),
        ({"convolutions": 3}, "convolutions=3: must be a list of pairs (channels, kernel)"),
        ({"convolutions": (4, 2)}, "convolutions[0]=4: must be 2 whole numbers"),
        ({"convolutions": ((6, 3), (4, 3))}, "convolutions[1]=(4, 3): must be a kernel that divides the 4 x 2 places"),
        ({"convolutions": ((5, 3),)}, "convolutions[0]=(5, 3): must be of even channels"),
        ({"activation": "fullsort"}, "activation='fullsort': must be another with convolutions"),
    ],
    ids=str,
)
def test_bad_convolutions_are_named(changes, words) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        replace(TINY, **changes)


def test_numbers_may_come_in_arrays() -> None:
    assert replace(TINY, image=np.array(IMAGE), convolutions=np.array(CONVOLUTIONS)) == TINY


def test_images_that_are_not_flat_are_told_how_to_become_so(samples) -> None:
    x = samples[0].reshape(100, *IMAGE)
    with pytest.raises(ValueError, match=re.escape("x has shape (100, 2, 12, 6): give (p, n), such as x.reshape(100,")):
        fit(x, samples[1], TINY)
    model = LipschitzClassifier(steps=1, image=IMAGE).fit(*samples)
    for call in (model.predict, lambda x: model.fit(x, samples[1])):
        with pytest.raises(ValueError, match=re.escape("X has shape (100, 2, 12, 6): give a row for every image")):
            call(x)


def test_points_of_another_size_are_named(samples) -> None:
    with pytest.raises(ValueError, match=re.escape("x has shape (100, 100) and image=(2, 12, 6): give (p, 144)")):
        fit(samples[0][:, :100], samples[1], TINY)
    with pytest.raises(ValueError, match=re.escape("x has shape (100, 100) and image=(2, 12, 6): give (p, 144)")):
        fit(samples[0][:, :100], samples[1], replace(TINY, convolutions=()))
