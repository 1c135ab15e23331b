"""Fit one network or many, with or without the cache."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from numpy.typing import ArrayLike

from checks import store
from checks.networks import LipschitzNetwork
from checks.training._config import TrainingConfig, check, count, device_of
from checks.training._conversion import check_start
from checks.training._dispatch import Executor, carry_out, load
from checks.training._jobs import Job, batches, keys
from checks.training._results import Diverged, DivergenceError, Outcome, TrainedNetwork
from checks.training._samples import sample_of, with_units
from checks.training._watch import Callback, Looks

Labelled: TypeAlias = tuple[ArrayLike, ArrayLike] | tuple[ArrayLike, ArrayLike, ArrayLike]

_CHECKPOINT_SECONDS = 20.0  # what an interruption may cost; chosen, saving takes well below a second


def fit(
    x: ArrayLike,
    y: ArrayLike,
    config: TrainingConfig,
    *,
    weights: ArrayLike | None = None,
    validation: Labelled | None = None,
    patience: int | None = None,
    every: int | None = None,
    callbacks: Sequence[Callback] = (),
    start: LipschitzNetwork | None = None,
    device: str = "auto",
    progress: bool = False,
    checkpoint: Path | None = None,
    checkpoint_seconds: float = _CHECKPOINT_SECONDS,
) -> TrainedNetwork:
    """Fit one network to y at x: least squares, or the least loss for labels y; see `fit_many`.

    Args:
        x: (p, n).
        y: (p,), or of several outputs targets (p, K) or labels (p,).
        config: what is trained and how.
        weights, validation, patience, every, callbacks, start: as for `fit_many`.
        device, progress, checkpoint_seconds: as for `fit_many`.
        checkpoint: a file to resume from, if it was left by this very run.

    Raises:
        ValueError: as `fit_many`.
        DivergenceError: as `fit_many`.

    >>> config = TrainingConfig(width=4, depth=1, steps=50, batch=3)
    >>> trained = fit([[0.0], [1.0], [3.0]], [0.0, 1.0, 1.0], config, device="cpu")  # f(0), f(1), f(3)
    >>> bool(trained.loss[-1] < trained.loss[0]), trained.network.certified_lipschitz() <= 1
    (True, True)
    """
    [trained] = fit_many(
        x,
        y,
        [config],
        weights=weights,
        validation=validation,
        patience=patience,
        every=every,
        callbacks=callbacks,
        start=start,
        device=device,
        progress=progress,
        checkpoints=None if checkpoint is None else [checkpoint],
        checkpoint_seconds=checkpoint_seconds,
    )
    return trained


def fit_many(
    x: ArrayLike,
    y: ArrayLike,
    configs: Sequence[TrainingConfig],
    *,
    weights: ArrayLike | None = None,
    validation: Labelled | None = None,
    patience: int | None = None,
    every: int | None = None,
    callbacks: Sequence[Callback] = (),
    start: LipschitzNetwork | None = None,
    device: str = "auto",
    progress: bool = False,
    executor: Executor | None = None,
    at_once: int | None = None,
    checkpoints: Sequence[Path] | None = None,
    checkpoint_seconds: float = _CHECKPOINT_SECONDS,
) -> list[TrainedNetwork]:
    """Fit a network of each configuration to y at x; in the order of configs.

    Configurations that differ in seed, loss, lipschitz, rates and cooling alone train in one batch of at most
    at_once networks; those of other widths, depths, steps, ... in batches of their own. Beside which others a network
    trains changes nothing: on a CPU no bit, on a GPU the rounding of float32.

    The networks of Béthune et al., Section 2.3, the losses of its Sections 4 and 5 and least squares.

    Args:
        x: (p, n).
        y: (p,), or a column (p, 1); of K > 1 outputs targets (p, K) for "mse", labels 0 to K - 1, (p,), for losses of
            labels, either for a function of your own.
        configs: what is trained and how.
        weights: (p,), at least 0, of the points in mean losses; 1 each by default. Only their ratios count, and what
            weighs 0 is left out.
        validation: points and targets, and weights if there are any: at every look the mean loss there is taken, and
            the network that comes out is the one of the least, the first of several.
        patience: end the training of a network after so many looks without a lower validation loss.
        every: steps from one look to the next; a fiftieth of all by default. The last step is looked at, too.
        callbacks: functions of a `Progress`, called at every look for every network that still trains; one that returns
            True ends the training of that network.
        start: a network of the same shapes to start from, its matrices replaced by the nearest orthogonal ones where a
            constraint is imposed, its last layer's scale by that of `lipschitz`; None: random weights.
        device: auto (a GPU when there is one), cpu or cuda.
        progress: a bar.
        executor: anything with submit(...).result(), such as a pool of threads or processes; it is given one task a
            batch.
        at_once: most networks in a batch; None: as many as suit the device.
        checkpoints: a file for each configuration to resume from, if it was left by a run of the same network,
            rewritten every checkpoint_seconds; a resumed run gives the network of an uninterrupted one.
        checkpoint_seconds: see checkpoints.

    Raises:
        ValueError: shapes that do not match, what is no array of real numbers, NaN or infinity, numbers that float32
            cannot hold in that unit, points of another size than the image, fewer rows than a batch, no such device,
            labels other than +1 and -1 (or 0 to K - 1 of several outputs) for a loss of labels, weights below 0 or all
            0, patience without validation data, checkpoints with a loss of your own, fewer than one network at once.
        DivergenceError: some network's numbers are no longer finite, as with rates that are too high; the others are
            trained to the end, and in `trained` of the error.

    >>> from theory.losses import BCE, Hinge
    >>> common = {"width": 4, "depth": 1, "steps": 20, "batch": 2}
    >>> configs = [TrainingConfig(loss=loss, lipschitz=2, **common) for loss in (BCE(), Hinge())]
    >>> one, other = fit_many([[0.0, 0.0], [3.0, 4.0]], [1, -1], configs, device="cpu")
    >>> one.config.loss, other.config.loss, other.network([[0.0, 0.0], [3.0, 4.0]]).shape
    (BCE(temperature=1), Hinge(margin=1), (2,))
    """
    if checkpoints is not None and len(checkpoints) != len(configs):
        raise ValueError(f"{len(checkpoints)} checkpoints for {len(configs)} configurations: give one for each")
    configs = with_units(x, configs)
    if checkpoints is not None:
        _check_lasting(configs)
    first = {config: i for i, config in reversed(list(enumerate(configs)))}
    files = None if checkpoints is None else tuple(Path(checkpoints[i]).absolute() for i in first.values())
    looks = _looks(first, validation, patience, every, callbacks)
    job = _job(x, y, tuple(first), weights, start, looks, device, progress)
    job = replace(job, every=checkpoint_seconds, checkpoints=files)
    trained = dict(zip(first, _done(job, executor, at_once), strict=True))
    return [trained[config] for config in configs]


def fit_cached(
    x: ArrayLike, y: ArrayLike, config: TrainingConfig, *, device: str = "auto", progress: bool = False, **more: Any
) -> TrainedNetwork:
    """`fit`, cached under the hash of data, configuration, code and machine; resumes if interrupted.

    What the cache holds counts if it has the shapes and the certified constant that were asked for; where it cannot be
    written, a warning says so.

    Args:
        x, y, config, device, progress: as for `fit`.
        more: weights, validation, patience, every and start, as for `fit`.

    Raises:
        ValueError: as `fit_many`; a loss of your own, whose code has no name that lasts.
        DivergenceError: as `fit_many`.

    >>> import os
    >>> from tempfile import TemporaryDirectory
    >>> from unittest.mock import patch
    >>> config = TrainingConfig(width=4, depth=1, steps=20, batch=2)
    >>> with TemporaryDirectory() as folder, patch.dict(os.environ, {store.FOLDER_VARIABLE: folder}):
    ...     first, again = (fit_cached([[0.0], [3.0]], [0.0, 2.0], config, device="cpu") for _ in range(2))
    >>> first.seconds == again.seconds  # the second comes from the cache
    True
    """
    return fit_many_cached(x, y, [config], device=device, progress=progress, **more)[0]


def fit_many_cached(
    x: ArrayLike,
    y: ArrayLike,
    configs: Sequence[TrainingConfig],
    *,
    weights: ArrayLike | None = None,
    validation: Labelled | None = None,
    patience: int | None = None,
    every: int | None = None,
    start: LipschitzNetwork | None = None,
    device: str = "auto",
    progress: bool = False,
    executor: Executor | None = None,
    at_once: int | None = None,
) -> list[TrainedNetwork]:
    """`fit_many`, each network cached by itself: those that are missing are trained, and resumed if interrupted; see
    `fit_cached`. If some diverge, the others are cached all the same.

    Args:
        x, y, configs, weights, validation, patience, every, start: as for `fit_many`.
        device, progress, at_once: as for `fit_many`.
        executor: as for `fit_many`; what carries out its tasks must see the cache's folder.

    Raises:
        ValueError: as `fit_many`.
        DivergenceError: as `fit_many`.

    >>> import os
    >>> from tempfile import TemporaryDirectory
    >>> from unittest.mock import patch
    >>> common = {"width": 4, "depth": 1, "steps": 20, "batch": 2}
    >>> configs = [TrainingConfig(seed=seed, **common) for seed in (0, 1, 0)]
    >>> with TemporaryDirectory() as folder, patch.dict(os.environ, {store.FOLDER_VARIABLE: folder}):
    ...     trained = fit_many_cached([[0.0], [3.0]], [0.0, 2.0], configs, device="cpu")
    >>> [each.config.seed for each in trained], trained[0] is trained[2]
    ([0, 1, 0], True)
    """
    folder = store.cache_folder().absolute()
    configs = with_units(x, configs)
    _check_lasting(configs)
    distinct = tuple(dict.fromkeys(configs))
    job = _job(x, y, distinct, weights, start, _looks(distinct, validation, patience, every), device, progress)
    job = replace(job, folder=folder)
    found = {config: load(job, folder, name, config) for name, config in zip(keys(job), distinct, strict=True)}
    missing = job.part([i for i, config in enumerate(distinct) if found[config] is None])
    try:
        found |= zip(missing.configs, _done(missing, executor, at_once), strict=True)
    except DivergenceError as error:
        kept = {config: trained for config, trained in found.items() if trained}
        raise DivergenceError(error.diverged, kept | error.trained) from None
    return [trained for config in configs if (trained := found[config])]


def _job(
    x: ArrayLike,
    y: ArrayLike,
    configs: tuple[TrainingConfig, ...],
    weights: ArrayLike | None,
    start: LipschitzNetwork | None,
    looks: Looks,
    device: str,
    progress: bool,
) -> Job:
    sample = sample_of(x, y, configs, weights)
    if looks.validation is not None and looks.validation.points.shape[1] != sample.points.shape[1]:
        shapes = looks.validation.points.shape, sample.points.shape
        raise ValueError(f"validation x has shape {shapes[0]} and x {shapes[1]}: give as many coordinates")
    if start is not None:
        check("start", start, isinstance(start, LipschitzNetwork), "a LipschitzNetwork")
        for config in configs:
            check_start(start, config, sample.points.shape[1])
    return Job(sample, configs, device_of(device).type, progress, _CHECKPOINT_SECONDS, start=start, looks=looks)


def _looks(
    configs: Iterable[TrainingConfig],
    validation: Labelled | None,
    patience: int | None,
    every: int | None,
    callbacks: Sequence[Callback] = (),
) -> Looks:
    check("patience", patience, patience is None or validation is not None, "None without validation data")
    if not (isinstance(callbacks, list | tuple) and all(map(callable, callbacks))):
        raise ValueError(f"callbacks={callbacks!r}: must be a list of functions")
    sample = None
    if validation is not None:
        if not isinstance(validation, list | tuple) or len(validation) not in (2, 3):
            raise ValueError(f"validation is a {type(validation).__name__}: must be (x, y) or (x, y, weights)")
        x, y, weights = (*validation, None)[:3]
        sample = sample_of(x, y, list(configs), weights, of="validation")
    return Looks(count("every", every), count("patience", patience), sample, tuple(callbacks))


def _check_lasting(configs: Iterable[TrainingConfig]) -> None:
    for config in configs:
        check(
            "loss",
            config.loss,
            not config.own_loss,
            "no function of your own where files are kept: it has no lasting name",
        )


def _done(job: Job, executor: Executor | None, at_once: int | None) -> list[TrainedNetwork]:
    groups = batches(job.configs, job.inputs, job.device, count("at_once", at_once))
    done: dict[int, Outcome] = {}
    for group, networks in zip(groups, carry_out([job.part(group) for group in groups], executor), strict=True):
        done |= zip(group, networks, strict=True)
    outcomes = [done[i] for i in range(len(job.configs))]
    trained = [outcome for outcome in outcomes if isinstance(outcome, TrainedNetwork)]
    if diverged := {outcome.config: outcome.step for outcome in outcomes if isinstance(outcome, Diverged)}:
        raise DivergenceError(diverged, {network.config: network for network in trained})
    return trained
