"""What is looked at while networks train, where they start, when they end."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from checks import store
from checks.networks import LipschitzNetwork
from checks.training import Progress, TrainingConfig, _dispatch, fit, fit_cached, fit_many, fit_many_cached
from checks.training._run import Run
from theory.losses import BCE, KR, Hinge

TINY = TrainingConfig(width=8, depth=2, steps=120, batch=32, unit=10.0, loss=BCE(2))
VARIETY = [replace(TINY, seed=seed, loss=loss) for seed in range(3) for loss in (BCE(2), Hinge(1.0))]


def drawn(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Inside or outside a circle, one label in five turned round: what is learnt by heart is wrong elsewhere."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-10, 10, size=(count, 2))
    return x, np.where(np.linalg.norm(x, axis=1) < 7, 1.0, -1.0) * np.where(rng.uniform(size=count) < 0.2, -1, 1)


@pytest.fixture
def samples() -> tuple[np.ndarray, np.ndarray]:
    return drawn(0, 64)


@pytest.fixture
def held_out() -> tuple[np.ndarray, np.ndarray]:
    return drawn(1, 100)


def same(a, b) -> bool:
    pairs = [*zip(a.network.weights + a.network.biases, b.network.weights + b.network.biases, strict=True)]
    pairs += [(a.loss, b.loss), (a.error, b.error)]
    if (one := a.validation) and (other := b.validation):
        pairs += [(one.step, other.step), (one.loss, other.loss), (one.error, other.error), (one.best, other.best)]
    both = a.config == b.config and a.steps == b.steps and (a.validation is None) == (b.validation is None)
    return both and all(np.array_equal(u, v) for u, v in pairs)


@pytest.mark.parametrize("every", [None, 1, 7, 50, 1000])
def test_the_network_is_the_best_one_that_was_seen(samples, held_out, every) -> None:
    seen: list[Progress] = []
    networks: list[LipschitzNetwork] = []

    def watch(progress: Progress) -> None:
        seen.append(progress)
        networks.append(progress.network())

    trained = fit(*samples, TINY, validation=held_out, every=every, callbacks=[watch])
    found = trained.validation
    step = every or 2
    assert found is not None and found.step.tolist() == [*range(step, 120, step), 120]
    assert [each.step for each in seen] == found.step.tolist()
    assert [each.validation_loss for each in seen] == found.loss.tolist()
    assert [each.validation_error for each in seen] == found.error.tolist()
    best = int(np.argmin(found.loss))
    assert found.best == found.step[best]
    assert all(map(np.array_equal, trained.network.weights, networks[best].weights))
    for k, network in list(enumerate(networks))[:: max(1, len(networks) // 5)]:
        margins = held_out[1] * network(held_out[0])
        assert found.loss[k] == pytest.approx(BCE(2).value(margins).mean(), rel=1e-3)
        assert found.error[k] == pytest.approx((margins <= 0).mean(), abs=0.02)
    assert np.average([each.loss for each in seen], weights=np.diff(found.step, prepend=0)) == pytest.approx(
        trained.loss.mean(), rel=1e-5
    )


def test_looking_changes_nothing(samples, held_out) -> None:
    """Validation chooses among the networks that training goes through."""
    plain, watched = fit(*samples, TINY), fit(*samples, TINY, validation=held_out, callbacks=[lambda _: None])
    assert np.array_equal(plain.loss, watched.loss) and plain.steps == watched.steps == 120
    assert plain.validation is None
    last = fit(*samples, TINY, validation=held_out, every=1000)
    assert all(map(np.array_equal, plain.network.weights, last.network.weights))


@pytest.mark.parametrize("patience", [1, 3])
def test_patience_ends_training(samples, held_out, patience: int) -> None:
    whole = fit(*samples, TINY, validation=held_out, every=2)
    ended = fit(*samples, TINY, validation=held_out, every=2, patience=patience)
    found, all_of_it = ended.validation, whole.validation
    assert ended.steps < 120 and found.step[-1] == ended.steps
    assert np.array_equal(found.loss, all_of_it.loss[: len(found.loss)])
    best = int(np.argmin(found.loss))
    assert len(found.loss) - 1 - best == patience
    waits = [k - int(np.argmin(found.loss[: k + 1])) for k in range(len(found.loss) - 1)]
    assert max(waits) < patience
    assert len(ended.loss) == len(ended.epoch) == ended.steps and np.array_equal(ended.loss, whole.loss[: ended.steps])


def test_a_callback_ends_training(samples) -> None:
    ended = fit(*samples, TINY, callbacks=[lambda progress: progress.step >= 30], every=10)
    assert ended.steps == 30 and len(ended.loss) == 30
    assert ended.network.certified_lipschitz() <= 1
    shown: list[LipschitzNetwork] = []
    fit(*samples, TINY, callbacks=[lambda progress: shown.append(progress.network())], every=10)
    assert all(map(np.array_equal, ended.network.weights, shown[2].weights))
    assert fit(*samples, TINY, callbacks=[lambda _: 7, lambda _: "yes"]).steps == 120


def ends_its_own(progress: Progress) -> bool:
    return progress.step >= 20 * (1 + progress.config.seed)


def test_each_network_of_a_batch_has_its_own_end(samples, held_out) -> None:
    options = {"validation": held_out, "patience": 4, "every": 3}
    together = fit_many(*samples, VARIETY, **options)
    assert len({trained.steps for trained in together}) > 1
    assert all(same(trained, fit(*samples, trained.config, **options)) for trained in together)
    options = {"callbacks": [ends_its_own], "every": 5}
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        together = fit_many(*samples, VARIETY, executor=executor, **options)
    assert [trained.steps for trained in together] == [20, 20, 40, 40, 60, 60]
    assert all(same(trained, fit(*samples, trained.config, **options)) for trained in together)


class Interruption(Exception):
    """What stops a run in these tests."""


@pytest.mark.parametrize("stop", [1, 17, 40])
def test_an_interrupted_batch_knows_what_it_saw(samples, held_out, tmp_path: Path, monkeypatch, stop: int) -> None:
    options = {"validation": held_out, "patience": 6, "every": 3}
    expected, advance = fit_many(*samples, VARIETY, **options), Run.advance

    def stopping(run: Run) -> None:
        if run.step == stop:
            raise Interruption
        advance(run)

    files = {"checkpoints": [tmp_path / str(i) for i in range(len(VARIETY))], "checkpoint_seconds": 0.0}
    with monkeypatch.context() as patch:
        patch.setattr(Run, "advance", stopping)
        with pytest.raises(Interruption):
            fit_many(*samples, VARIETY, **options, **files)
    taken: list[int] = []
    monkeypatch.setattr(Run, "advance", lambda run: (taken.append(run.step), advance(run)))
    assert all(map(same, fit_many(*samples, VARIETY, **options, **files), expected))
    assert taken[0] == stop
    other = fit_many(*samples, VARIETY, validation=held_out, patience=5, every=3, **files)  # another run
    assert not all(map(same, other, expected))


def test_the_cache_keeps_what_was_seen(samples, held_out, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path))
    options = {"validation": held_out, "patience": 4, "every": 3}
    first = fit_many_cached(*samples, VARIETY, **options)
    with monkeypatch.context() as patch:
        patch.delattr(_dispatch, "train")
        assert all(map(same, fit_many_cached(*samples, VARIETY, **options), first))
    trained, train = [], _dispatch.train
    monkeypatch.setattr(_dispatch, "train", lambda job: (trained.append(len(job.configs)), train(job))[1])
    others = [
        options | {"patience": 5},
        options | {"every": 4},
        options | {"validation": (held_out[0], held_out[1], np.arange(1, 101))},
        options | {"start": first[0].network},
        {},
    ]
    for changed in others:
        fit_cached(*samples, VARIETY[0], **changed)
    assert trained == [1] * len(others)


@pytest.mark.parametrize("key", ["best", "validation step", "validation loss", "validation error", "steps"])
def test_entries_of_wrong_validation_count_as_none(samples, held_out, tmp_path: Path, monkeypatch, key: str) -> None:
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path))
    first = fit_cached(*samples, TINY, validation=held_out)
    [path] = tmp_path.glob("*.network")
    entry = store.load(path)
    arrays, metadata = dict(entry.arrays), dict(entry.metadata)
    if key in arrays:
        arrays[key] = arrays[key][1:]
    else:
        metadata[key] = 121
    store.store(path, arrays, metadata)
    assert same(fit_cached(*samples, TINY, validation=held_out), first)


def test_validation_in_many_blocks_and_with_weights(samples, held_out) -> None:
    x, y = drawn(2, 333)
    weights = np.random.default_rng(0).uniform(size=333)
    trained = fit(*samples, TINY, validation=(x, y, weights), every=1000)
    margins = y * trained.network(x)
    assert trained.validation.loss[0] == pytest.approx(np.average(BCE(2).value(margins), weights=weights), rel=1e-3)


def test_validation_of_squares_is_in_the_datas_unit(samples) -> None:
    x, config = samples[0], replace(TINY, loss="mse")
    trained = fit(x, x[:, 0], config, validation=(x, x[:, 0]), every=1000)
    assert trained.validation.error is None
    assert trained.validation.loss[0] == pytest.approx(((trained.network(x) - x[:, 0]) ** 2).mean(), rel=1e-3)
    two = replace(config, outputs=2)
    trained = fit(x, x, two, validation=(x, x), every=1000)
    assert trained.validation.loss[0] == pytest.approx(((trained.network(x) - x) ** 2).sum(axis=1).mean(), rel=1e-3)


# --- where networks start


@pytest.mark.parametrize(
    "kind",
    [
        {},
        {"activation": "relu"},
        {"activation": "fullsort", "lipschitz": 3.0},
        {"constraint": "none"},
        {"constraint": "none", "activation": "relu", "depth": 1},
        {"outputs": 3, "loss": "cross_entropy", "lipschitz": 0.5},
    ],
    ids=str,
)
def test_training_starts_from_a_network(samples, kind) -> None:
    config, x = replace(TINY, **kind), samples[0]
    y = (samples[1] > 0) * 2.0 if "outputs" in kind else samples[1]
    trained = fit(x, y, config)
    still = replace(config, rate=1e-12, end_rate=1e-12, bias_rate=1e-12, free_rate=1e-12, steps=1)
    again = fit(x, y, still, start=trained.network)
    assert again.network(x) == pytest.approx(trained.network(x), abs=1e-3)
    assert again.loss[0] == pytest.approx(trained.loss[-1], rel=0.5)
    batch = fit_many(x, y, [config, replace(config, seed=4)], start=trained.network)
    assert all(same(one, fit(x, y, one.config, start=trained.network)) for one in batch)


def test_a_start_of_another_scale_keeps_its_frames(samples) -> None:
    network = fit(*samples, TINY).network
    steep = LipschitzNetwork([2 * network.weights[0], *network.weights[1:]], network.biases)
    still = replace(TINY, rate=1e-12, end_rate=1e-12, bias_rate=1e-12, steps=1, lipschitz=2.0)
    found = fit(*samples, still, start=steep).network
    assert found.certified_lipschitz() <= 2.0
    for one, other in zip(found.weights[:-1], network.weights, strict=False):
        assert one == pytest.approx(other, abs=1e-5)


def test_bad_starts_are_named(samples) -> None:
    network = fit(*samples, replace(TINY, steps=1)).network
    bad = {
        "start=3: must be a LipschitzNetwork": (TINY, 3),
        "start has weights of shapes": (replace(TINY, width=10), network),
        "start has activation='groupsort2'": (replace(TINY, activation="relu"), network),
        "start has numbers that float32 does not hold": (
            replace(TINY, constraint="none"),
            LipschitzNetwork([1e60 * w for w in network.weights], network.biases),
        ),
    }
    for words, (config, start) in bad.items():
        with pytest.raises(ValueError, match=words):
            fit(*samples, config, start=start)


# --- the unit of the data


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
def test_the_unit_follows_the_data(samples, size: float) -> None:
    x, y = size * samples[0] + 3 * size, samples[1]
    config = replace(TINY, unit="auto", loss=Hinge(size))
    trained = fit(x, y, config)
    spread = np.sqrt(((x - x.mean(axis=0)) ** 2).sum(axis=1).mean())
    assert trained.config.unit == pytest.approx(spread, rel=1e-12)
    assert same(trained, fit(x, y, replace(config, unit=trained.config.unit)))
    [one, other] = fit_many(x, y, [config, replace(config, unit=size)])
    assert same(one, trained) and other.config.unit == size


@pytest.mark.parametrize("outputs", [1, 3])
def test_training_is_the_same_at_any_scale(samples, outputs: int) -> None:
    """Of a loss that has no scale of its own: bit for bit, by powers of two, where squares would leave float32."""
    x, y = samples[0], (samples[1] if outputs == 1 else (samples[1] > 0) * 2.0)
    plain, *scaled = (
        fit(size * x, y, replace(TINY, loss=KR(), outputs=outputs, unit=10.0 * size))
        for size in (1.0, 2.0**-100, 2.0**-40, 2.0**60, 2.0**100)
    )
    for one, size in zip(scaled, (2.0**-100, 2.0**-40, 2.0**60, 2.0**100), strict=True):
        assert all(map(np.array_equal, one.network.weights, scaled[0].network.weights))
        assert np.array_equal(one.loss / size, scaled[0].loss * 2.0**100)
        assert one.loss[:5] / size == pytest.approx(plain.loss[:5], rel=1e-4)
    both = fit_many(x, y, [plain.config, replace(plain.config, lipschitz=2.0**-80)])
    assert same(both[0], plain) and same(both[1], fit(x, y, both[1].config))


def test_points_that_do_not_differ_have_a_unit() -> None:
    config = replace(TINY, unit="auto", batch=4, steps=2, loss="mse")
    for x, unit in ((np.full((4, 2), 7.0), 7.0), (np.zeros((4, 2)), 1.0)):
        assert fit(x, np.zeros(4), config).config.unit == unit
    with pytest.raises(ValueError, match="not finite"):
        fit([[np.nan]] * 4, np.zeros(4), config)
    with pytest.raises(ValueError, match="unit='automatic'"):
        replace(TINY, unit="automatic")


# --- what is refused


def test_bad_looks_are_named(samples, held_out) -> None:
    x, y = held_out
    bad = {
        "patience=3: must be None without validation": {"patience": 3},
        "patience=0: must be at least 1": {"patience": 0, "validation": held_out},
        "every=2.5: must be a whole number": {"every": 2.5, "validation": held_out},
        "callbacks=3: must be a list of functions": {"callbacks": 3},
        "must be a list of functions": {"callbacks": [3]},
        r"validation is a ndarray: must be \(x, y\)": {"validation": x},
        "validation x has shape .* give as many coordinates": {"validation": (x[:, :1], y)},
        "validation x or y holds a number that is not finite": {"validation": (x, np.full(100, np.nan))},
        "give labels validation y of -1 and 1": {"validation": (x, np.zeros(100))},
        "validation x has shape": {"validation": (x, y[:-1])},
        "validation weights": {"validation": (x, y, -np.ones(100))},
    }
    for words, options in bad.items():
        with pytest.raises(ValueError, match=words):
            fit(*samples, TINY, **options)
    with pytest.raises(TypeError):
        fit_cached(*samples, TINY, callbacks=[print])
