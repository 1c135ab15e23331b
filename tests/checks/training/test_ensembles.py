"""Many networks in one batch: each is the network that trains alone, is cached by itself, and carries its L."""

from __future__ import annotations

import errno
import itertools
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
import torch

from checks import machine, store
from checks.training import (
    DivergenceError,
    TrainedNetwork,
    TrainingConfig,
    _dispatch,
    _fit,
    _jobs,
    fit,
    fit_cached,
    fit_many,
    fit_many_cached,
)
from checks.training._jobs import batches
from checks.training._products import plus_product, product
from checks.training._run import Run
from checks.training._samples import Sample
from checks.training._torch_settings import settings
from theory.losses import BCE, HKR, KR, Hinge

TINY = TrainingConfig(width=8, depth=3, steps=60, batch=32)

VARIETY = [
    replace(TINY, loss=KR()),
    replace(TINY, loss=BCE(2), seed=3, lipschitz=4.0),
    replace(TINY, loss=Hinge(0.5), seed=1, rate=0.05, end_rate=0.005),
    replace(TINY, loss=HKR(1, 5), seed=1, lipschitz=0.5, bias_rate=0.01),
    replace(TINY, loss="mse", seed=2, cooling=20.0),
    replace(TINY, loss=BCE(2), seed=3, lipschitz=4.0, rate=0.1, end_rate=0.01, free_rate=0.002),
]
"""All of one group."""

KINDS = [
    {},
    {"width": 10, "batch": 50},
    {"depth": 1},
    {"activation": "fullsort"},
    {"activation": "relu"},
    {"constraint": "none"},
    {"constraint": "none", "activation": "relu"},
    {"optimizer": "tangent"},
    {"optimizer": "tangent", "width": 18, "depth": 1},
]


@pytest.fixture
def samples() -> tuple[np.ndarray, np.ndarray]:
    """Inside or outside a circle."""
    x = np.random.default_rng(0).uniform(-1, 1, size=(256, 2))
    return x, np.where(np.linalg.norm(x, axis=1) < 0.7, 1.0, -1.0)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path))
    return tmp_path


def same(a: TrainedNetwork, b: TrainedNetwork) -> bool:
    """Bit for bit."""
    pairs = [*zip(a.network.weights + a.network.biases, b.network.weights + b.network.biases, strict=True)]
    pairs += [(a.loss, b.loss), (a.epoch, b.epoch), (a.error, b.error)]
    return a.config == b.config and all(np.array_equal(u, v) for u, v in pairs)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_batch_trains_each_network_as_if_alone(samples, kind: dict[str, object]) -> None:
    free = {"lipschitz": 1.0} if kind.get("constraint") else {}
    configs = [replace(config, **kind, **free) for config in VARIETY]
    assert len(batches(configs, 2, "cpu", None)) == 1
    together = fit_many(*samples, configs)
    assert len({trained.network.weights[0].tobytes() for trained in together}) == len(VARIETY)
    for config, trained in zip(configs, together, strict=True):
        assert same(trained, fit(*samples, config))


@pytest.mark.parametrize("inputs", [1, 5, 24])
def test_so_it_does_with_any_number_of_inputs(inputs: int) -> None:
    x = np.random.default_rng(1).normal(size=(100, inputs))
    configs = [replace(config, steps=10) for config in VARIETY]
    for config, trained in zip(configs, fit_many(x, np.sign(x[:, 0]), configs), strict=True):
        assert same(trained, fit(x, np.sign(x[:, 0]), config))
        assert trained.network.dimension == inputs


@pytest.mark.parametrize(
    ("inputs", "rows", "batch"),
    [(5, 100, 64), (7, 100, 63), (8, 101, 101), (64, 513, 513), (1, 513, 500)],  # odd batches, all rows at once
)
@pytest.mark.parametrize(
    "kind",
    [
        {},
        {"optimizer": "tangent"},
        {"depth": 2, "activation": "relu"},
        {"depth": 2, "constraint": "none"},
        {"width": 18, "depth": 2},
    ],
    ids=str,
)
def test_so_it_does_where_matrices_are_thin_and_batches_odd(inputs, rows, batch, kind: dict[str, object]) -> None:
    """Results whose slices lie apart, one-row products beyond 4096 numbers, ends of arrays that fill no vector."""
    x = np.random.default_rng(0).normal(size=(rows, inputs))
    y, base = np.sign(x[:, 0]), TrainingConfig(width=64, depth=1, steps=3, batch=batch, loss=Hinge(1))
    configs = [replace(base, seed=seed, **kind) for seed in range(3)]
    for config, trained in zip(configs, fit_many(x, y, configs, at_once=3), strict=True):
        assert same(trained, fit(x, y, config))


SIZES = [(64, 5, 64), (64, 64, 5), (64, 63, 7), (8, 64, 64), (18, 33, 18)]
SIZES += [(1, 64, 257), (1, 257, 64), (1, 64, 1024), (64, 257, 1), (257, 64, 1)]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("laid", itertools.product((False, True), repeat=4), ids=str)
def test_a_product_is_that_of_each_pair_alone(size: tuple[int, int, int], laid: tuple[bool, ...]) -> None:
    """Whether factors are transposed, and lie apart in memory, and the result does."""
    p, q, r = size
    *turned, apart, strewn = laid
    generator = torch.Generator().manual_seed(0)

    def matrices(rows: int, columns: int, transposed: bool, apart: bool) -> torch.Tensor:
        if transposed:
            return matrices(columns, rows, False, apart).mT
        numbers = torch.randn(3, rows * columns + 37 * apart, generator=generator)
        return numbers[:, 5 * apart :][:, : rows * columns].unflatten(-1, (rows, columns))

    a, b = matrices(p, q, turned[0], apart), matrices(q, r, turned[1], apart)
    c = matrices(p, r, False, False)
    together, sums = (matrices(p, r, False, strewn) for _ in range(2))
    product(a, b, together)
    plus_product(0.3, c, 0.7, a, b, sums)
    for i in range(3):
        one = slice(i, i + 1)
        assert torch.equal(product(a[one], b[one], torch.empty(1, p, r))[0], together[i])
        assert torch.equal(plus_product(0.3, c[one], 0.7, a[one], b[one], torch.empty(1, p, r))[0], sums[i])
    assert torch.allclose(together, a @ b, rtol=1e-5, atol=1e-4)


def test_order_repetition_and_size_of_the_batch_change_nothing(samples) -> None:
    whole = fit_many(*samples, VARIETY)
    backwards = fit_many(*samples, [*VARIETY[::-1], VARIETY[0]], at_once=4)
    for a, b in zip([*whole[::-1], whole[0]], backwards, strict=True):
        assert same(a, b)


def test_configurations_of_other_shapes_train_apart(samples) -> None:
    configs = [replace(TINY, seed=seed, **kind) for seed in range(2) for kind in KINDS]
    count = len(KINDS)
    found = sorted(sorted(batch) for batch in batches(configs, 2, "cpu", None))
    assert found == [[i, i + count] for i in range(count)]
    assert [len(batch) for batch in batches([TINY] * 9, 2, "cpu", 4)] == [4, 4, 1]
    large = [replace(TINY, width=1024, batch=1024)] * 3
    assert len(batches(large, 2, "cpu", None)) == 3
    trained = fit_many(*samples, configs)
    assert [network.config for network in trained] == configs
    assert fit_many(*samples, []) == []


@pytest.mark.parametrize("lipschitz", [0.1, 1.0, 3.0, 100.0])
@pytest.mark.parametrize("activation", ["groupsort2", "fullsort", "relu"])
def test_the_constant_is_kept_and_used(samples, activation: str, lipschitz: float) -> None:
    config = replace(TINY, lipschitz=lipschitz, activation=activation, unit=2.0, loss=KR())
    network = fit(*samples, config).network
    assert lipschitz * (1 - 1e-9) <= network.certified_lipschitz() <= lipschitz
    assert network.activation == activation
    layers = [np.linalg.svd(weight, compute_uv=False) for weight in network.weights]
    assert layers[-1] == pytest.approx([lipschitz], rel=1e-9)
    assert np.concatenate(layers[:-1]) == pytest.approx(1.0, rel=1e-9)
    assert 0.3 * lipschitz < network.slope(samples[0]).max() <= lipschitz * (1 + 1e-12)


def test_dilation_is_the_same_network_on_dilated_data(samples) -> None:
    x, y = samples
    config = replace(TINY, loss=BCE(), steps=20)
    dilated = fit(x, y, replace(config, lipschitz=4.0)).network
    elsewhere = fit(4.0 * x, y, replace(config, unit=4.0)).network
    assert dilated(x) == pytest.approx(elsewhere(4.0 * x), abs=1e-4)


def test_fewer_neurons_than_inputs() -> None:
    x = np.random.default_rng(1).normal(size=(200, 24))
    network = fit(x, np.sign(x[:, 0]), replace(TINY, loss=KR(), steps=200)).network
    assert network.singular_bounds()[0].least > 1 - 1e-9
    assert network.slope(x) == pytest.approx(1.0, rel=1e-9)


def test_unconstrained_networks_learn_and_grow_steep() -> None:
    x = np.random.default_rng(0).uniform(-1, 1, size=(256, 2))
    labels = np.sign(x[:, 0] * x[:, 1])
    config = TrainingConfig(width=32, depth=2, steps=800, batch=64, constraint="none", activation="relu", loss=BCE())
    trained = fit(x, labels, replace(config, free_rate=0.01))
    assert (trained.network(x) * labels > 0).mean() > 0.97
    assert trained.loss[-1] < 0.3 * trained.loss[0]
    assert 1.0 < trained.network.slope(x).max() <= trained.network.certified_lipschitz()


def test_errors_are_counted_in_every_stretch(samples) -> None:
    x, y = samples
    config = replace(TINY, loss=HKR(0.1, 10), steps=400, batch=256, lipschitz=10.0)
    trained, regression = fit_many(x, y, [config, replace(config, loss="mse")])
    assert trained.error is not None and regression.error is None
    assert trained.error.shape == trained.loss.shape == trained.epoch.shape == (200,)
    assert trained.epoch.tolist() == [2.0 * (i + 1) for i in range(200)]
    final = (trained.network(x) * y <= 0).mean()
    assert trained.error[-1] == pytest.approx(final, abs=2 / 256)
    assert trained.error[-1] < 0.25 < trained.error[0]
    rows = HKR(0.1, 10).value(trained.network(x) * y)
    assert trained.loss[-1] == pytest.approx(rows.mean(), rel=0.05)


def test_a_step_of_training_reads_nothing_back(samples, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a GPU each number read back would wait for all that was launched before it."""
    run = Run(Sample(*samples), VARIETY, torch.device("cpu"))
    with settings(run.device):
        run.advance()
        for name in ("item", "tolist", "cpu", "numpy", "__bool__", "__float__", "__int__", "__index__"):
            monkeypatch.setattr(torch.Tensor, name, lambda *_, name=name: pytest.fail(f"{name} waits for the device"))
        while run.step < 60:
            run.advance()
        monkeypatch.undo()
    assert run.state["losses"].isfinite().all()


# --- executors


@contextmanager
def _threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


@contextmanager
def _processes() -> Iterator[Executor]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield pool


@contextmanager
def _dask() -> Iterator[Executor]:
    from dask import config
    from distributed import Client, LocalCluster

    options = {"n_workers": 1, "threads_per_worker": 2, "processes": False, "dashboard_address": None}
    with (
        config.set({"distributed.worker.daemon": False}),
        LocalCluster(**options) as cluster,
        Client(cluster) as client,
    ):
        yield client.get_executor()


@pytest.mark.parametrize("pool", [_threads, _processes, _dask])
def test_executors_give_the_same_and_stay_open(samples, cache: Path, pool) -> None:
    expected = fit_many(*samples, VARIETY)
    before = torch.get_float32_matmul_precision(), torch.get_num_threads()
    with pool() as executor:
        trained = fit_many(*samples, VARIETY, executor=executor, at_once=2)
        cached = fit_many_cached(*samples, VARIETY, executor=executor, at_once=2)
        assert executor.submit(sum, [1, 2]).result() == 3
    assert all(same(*pair) for pair in zip(trained, expected, strict=True))
    assert all(same(*pair) for pair in zip(cached, expected, strict=True))
    assert len([*cache.glob("*.network")]) == len(VARIETY)
    assert not trained[0].network.weights[0].flags.writeable
    assert (torch.get_float32_matmul_precision(), torch.get_num_threads()) == before


# --- the cache


def test_only_missing_networks_are_trained(samples, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = fit_many(*samples, VARIETY)
    fit_cached(*samples, VARIETY[1])
    fit_many_cached(*samples, VARIETY[3:5])
    trained, train = [], _dispatch.train

    def watched(job):
        trained.extend(job.configs)
        return train(job)

    monkeypatch.setattr(_dispatch, "train", watched)
    assert all(same(*pair) for pair in zip(fit_many_cached(*samples, VARIETY), expected, strict=True))
    assert {config.loss for config in trained} == {KR(), Hinge(0.5), BCE(2)} and len(trained) == 3
    damaged = sorted(cache.glob("*.network"))[2]
    damaged.write_bytes(damaged.read_bytes()[:-1])
    trained.clear()
    assert all(same(*pair) for pair in zip(fit_many_cached(*samples, VARIETY), expected, strict=True))
    assert len(trained) == 1
    trained.clear()
    assert all(same(*pair) for pair in zip(fit_many_cached(*samples, VARIETY), expected, strict=True))
    assert not trained


class Interruption(Exception):
    """What stops a run in these tests."""


def test_an_interrupted_batch_resumes_where_it_stopped(samples, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected, advance = fit_many(*samples, VARIETY), Run.advance
    monkeypatch.setattr(_fit, "_CHECKPOINT_SECONDS", 0.0)
    steps: list[int] = []

    def stopping(run: Run, stop: int) -> None:
        if run.step == stop:
            raise Interruption
        steps.append(run.step)
        advance(run)

    for stop, configs in ((20, VARIETY[:4]), (30, VARIETY[2:])):  # some stop at 20, others at 30
        monkeypatch.setattr(Run, "advance", lambda run, stop=stop: stopping(run, stop))
        with pytest.raises(Interruption):
            fit_many_cached(*samples, configs)
    damaged = min(cache.glob("*.checkpoint"))
    damaged.write_bytes(damaged.read_bytes()[:-1])
    steps.clear()
    monkeypatch.setattr(Run, "advance", lambda run: stopping(run, 60))
    assert all(same(*pair) for pair in zip(fit_many_cached(*samples, VARIETY), expected, strict=True))
    assert steps.count(59) >= 2 and steps.count(0) == 1
    assert not [*cache.glob("*.checkpoint")]


def _rewritten(path: Path, arrays=lambda arrays: arrays, metadata=lambda metadata: metadata) -> None:
    """The file with other content and its right checksum."""
    entry = store.load(path)
    assert entry is not None
    store.store(path, arrays(dict(entry.arrays)), metadata(dict(entry.metadata)))


WRONG_ENTRIES = {
    "weights x 10": {"arrays": lambda arrays: {k: v * (10 if k == "w1" else 1) for k, v in arrays.items()}},
    "a wider layer": {"arrays": lambda arrays: arrays | {"w0": np.eye(10, 2), "w1": np.eye(8, 10), "b0": np.zeros(10)}},
    "other inputs": {"arrays": lambda arrays: arrays | {"w0": np.eye(8, 3)}},
    "no layer": {"arrays": lambda arrays: {k: v for k, v in arrays.items() if k != "w2"}},
    "NaN": {"arrays": lambda arrays: arrays | {"w1": np.full((8, 8), np.nan)}},
    "words": {"arrays": lambda arrays: arrays | {"w1": np.full((8, 8), "a")}},
    "a short curve": {"arrays": lambda arrays: arrays | {"loss": arrays["loss"][1:]}},
    "no errors": {"arrays": lambda arrays: {k: v for k, v in arrays.items() if k != "error"}},
    "no seconds": {"metadata": lambda metadata: {k: v for k, v in metadata.items() if k != "seconds"}},
    "seconds in words": {"metadata": lambda metadata: metadata | {"seconds": "1"}},
    "another device": {"metadata": lambda metadata: metadata | {"device": "tpu"}},
    "one thing more": {"metadata": lambda metadata: metadata | {"more": 1}},
    "another network's": {"metadata": lambda metadata: metadata | {"key": "0" * 64}},
}


@pytest.mark.parametrize("wrong", WRONG_ENTRIES)
def test_entries_of_wrong_content_count_as_none(samples, cache: Path, wrong: str) -> None:
    config = replace(TINY, loss=BCE(), steps=20)
    first = fit_cached(*samples, config)
    [path] = cache.glob("*.network")
    _rewritten(path, **WRONG_ENTRIES[wrong])
    assert same(fit_cached(*samples, config), first)
    entry = store.load(path)
    assert entry is not None and entry.metadata["key"] == path.stem and entry.arrays["w1"].shape == (8, 8)


WRONG_CHECKPOINTS = {
    "a wider layer": {"arrays": lambda arrays: arrays | {"hidden": np.zeros((2, 9, 9), dtype=np.float32)}},
    "nothing": {"arrays": lambda arrays: {}},
    "NaN": {"arrays": lambda arrays: arrays | {"small": arrays["small"] * np.float32("nan")}},
    "float64": {"arrays": lambda arrays: arrays | {"small": arrays["small"].astype(float)}},
    "no run": {"metadata": lambda metadata: {"step": 30}},
    "no step": {"metadata": lambda metadata: metadata | {"step": "30"}},
    "a step beyond the end": {"metadata": lambda metadata: metadata | {"step": 61}},
    "no seconds": {"metadata": lambda metadata: metadata | {"seconds": None}},
}


@pytest.mark.parametrize("wrong", WRONG_CHECKPOINTS)
def test_checkpoints_of_wrong_content_count_as_none(samples, tmp_path: Path, monkeypatch, wrong: str) -> None:
    advance, started, path = Run.advance, [], tmp_path / "checkpoint"

    def stopping(run: Run) -> None:
        started.append(run.step)
        if len(started) == 31:
            raise Interruption
        advance(run)

    monkeypatch.setattr(Run, "advance", stopping)
    with pytest.raises(Interruption):
        fit(*samples, TINY, checkpoint=path, checkpoint_seconds=0.0)
    _rewritten(path, **WRONG_CHECKPOINTS[wrong])
    resumed = fit(*samples, TINY, checkpoint=path)
    assert started[31:] == [*range(60)]
    assert same(resumed, fit(*samples, TINY))


def test_a_folder_in_the_place_of_a_file_is_gone_around(samples, cache: Path, tmp_path: Path) -> None:
    first = fit_cached(*samples, TINY)
    [path] = cache.glob("*.network")
    path.unlink()
    path.mkdir()
    with pytest.warns(RuntimeWarning, match="the cache cannot be written .* the network is not kept"):
        assert same(fit_cached(*samples, TINY), first)
    (tmp_path / "folder").mkdir()
    with pytest.warns(RuntimeWarning, match="cannot be written .* an interruption would cost more"):
        assert same(fit(*samples, TINY, checkpoint=tmp_path / "folder", checkpoint_seconds=0.0), first)


def test_a_full_disk_costs_the_copy_and_not_the_network(samples, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = fit_many(*samples, VARIETY[:2])

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(_fit, "_CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(store, "store", full)
    with pytest.warns(RuntimeWarning, match="No space left on device") as caught:
        assert all(map(same, fit_many_cached(*samples, VARIETY[:2]), expected))
    texts = " ".join(str(warning.message) for warning in caught)
    assert "the network is not kept" in texts and "an interruption would cost more" in texts
    monkeypatch.setattr(_fit, "_CHECKPOINT_SECONDS", 60.0)
    monkeypatch.setattr(store, "alone", full)
    with pytest.warns(RuntimeWarning, match="No space left on device") as caught:
        assert all(map(same, fit_many_cached(*samples, VARIETY[:2]), expected))
    assert "without a lock" in " ".join(str(warning.message) for warning in caught)
    assert not [*cache.glob("*.network")]


def test_the_name_of_a_network_holds_what_decides_how_it_rounds(samples, monkeypatch: pytest.MonkeyPatch) -> None:
    job = _jobs.Job(Sample(*samples), (TINY,), "cpu", False, 0.0)
    names = [_jobs.keys(job)]
    assert _jobs.keys(job) == names[0]
    changes = [
        (torch.backends.cpu, "get_cpu_capability", lambda: "another"),
        (machine, "processor", lambda: "flags: another"),
        (machine, "accelerators", lambda: ["another"]),
        (machine, "installed", lambda package: "0"),
    ]
    for owner, name, value in changes:
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, value)
            names.append(_jobs.keys(job))
    for variable in ("ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "MKL_ENABLE_INSTRUCTIONS", "OPENBLAS_CORETYPE"):
        with monkeypatch.context() as patch:
            patch.setenv(variable, "another")
            names.append(_jobs.keys(job))
    gpu = replace(job, device="cuda")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    for model in ("one", "another"):
        monkeypatch.setattr(torch.cuda, "get_device_name", lambda model=model: model)
        names.append(_jobs.keys(gpu))
    assert len({name for [name] in names}) == len(names) == 11
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    assert _jobs.keys(job) == names[0]


# --- networks that diverge


WILD = replace(TINY, rate=3.0, steps=640)
"""Its matrices leave the orthogonal group."""


def test_a_network_that_diverges_is_named_and_the_others_are_kept(samples, cache: Path) -> None:
    tame = [replace(WILD, seed=seed, rate=0.2) for seed in range(2)]
    expected = fit_many(*samples, tame)
    with pytest.raises(DivergenceError, match=r"1 of 3 networks diverged, .* rate=3\.0,.*: lower its rates") as caught:
        fit_many(*samples, [tame[0], WILD, tame[1]])
    assert [*caught.value.diverged] == [WILD] and 0 < caught.value.diverged[WILD] < 640
    assert all(map(same, [caught.value.trained[config] for config in tame], expected))
    fit_cached(*samples, tame[0])
    with pytest.raises(DivergenceError) as caught, _processes() as executor:
        fit_many_cached(*samples, [tame[0], WILD, tame[1]], executor=executor, at_once=2)
    assert all(map(same, [caught.value.trained[config] for config in tame], expected))
    assert len([*cache.glob("*.network")]) == 2 and not [*cache.glob("*.checkpoint")]


def test_a_batch_that_has_diverged_whole_ends_at_the_next_block(samples, tmp_path: Path, monkeypatch) -> None:
    steps, advance, path = [], Run.advance, tmp_path / "checkpoint"
    monkeypatch.setattr(Run, "advance", lambda run: (steps.append(run.step), advance(run)))
    with pytest.raises(DivergenceError):
        fit(*samples, WILD, checkpoint=path, checkpoint_seconds=0.0)
    assert len(steps) < 640 and len(steps) % 64 == 0
    entry = store.load(path)  # the last one that was whole
    assert entry is not None and all(np.isfinite(array).all() for array in entry.arrays.values())


def test_bad_batches_are_named(samples, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at_once=0"):
        fit_many(*samples, VARIETY, at_once=0)
    with pytest.raises(ValueError, match="1 checkpoints for 6"):
        fit_many(*samples, VARIETY, checkpoints=[tmp_path / "a"])
    with pytest.raises(ValueError, match="batch=300"):
        fit_many(*samples, [TINY, replace(TINY, batch=300)])
    if not torch.cuda.is_available():
        with pytest.raises(ValueError, match="torch finds no GPU"):
            fit_many(*samples, VARIETY, device="cuda")
