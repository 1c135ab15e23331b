"""What is looked at while networks train: validation data, functions of the caller's, when to end early.

Each network of a batch has its own looks, its own best and its own end; what becomes of it after its end is not used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checks.arrays import Floats
from checks.networks import LipschitzNetwork
from checks.training._config import TrainingConfig
from checks.training._losses import SQUARED
from checks.training._run import Run
from checks.training._samples import Sample

_LOOKS = (
    50  # of a training, where it is not said how often: a twentieth of a step each on data like the batches; chosen
)

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Validation:
    """How a network did on validation data.

    Attributes:
        step: (k,), steps taken at each look.
        loss: (k,), mean loss then, in (squared) units of the data.
        error: (k,), share of wrong labels; None where there are none.
        best: the step whose weights the network has, that of the least loss, the first of several.

    >>> Validation(np.array([10, 20]), np.array([0.5, 0.25]), None, best=20).loss.min().item()
    0.25
    """

    step: NDArray[np.int64]
    loss: Floats
    error: Floats | None
    best: int


@dataclass(frozen=True, eq=False)
class Progress:
    """What a callback is shown of one network.

    Attributes:
        config: its configuration.
        step: steps taken.
        loss: mean loss of the batches since the last look.
        validation_loss, validation_error: now, or None without validation data.
        network: a function that gives the network as it is now.

    >>> Progress(TrainingConfig(), 100, 0.5, None, None, lambda: None).step
    100
    """

    config: TrainingConfig
    step: int
    loss: float
    validation_loss: float | None
    validation_error: float | None
    network: Callable[[], LipschitzNetwork | None]


Callback = Callable[[Progress], Any]


@dataclass(frozen=True, eq=False)
class Looks:
    """Every so many steps, and at the end: at validation data, with patience of so many looks, and by callbacks."""

    every: int | None = None
    patience: int | None = None
    validation: Sample | None = None
    callbacks: tuple[Callback, ...] = ()

    def __bool__(self) -> bool:
        return self.validation is not None or bool(self.callbacks)

    def steps(self, config: TrainingConfig) -> range:
        """The steps after which is looked, the last one aside."""
        every = self.every or max(1, config.steps // _LOOKS)
        return range(every, config.steps, every)

    def saved_shapes(self, config: TrainingConfig, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
        """What a checkpoint holds besides the state, whose shapes are given."""
        if not self:
            return {}
        best = {} if self.validation is None else {f"best {key}": shapes[key] for key in ("small", "hidden")}
        return best | {"looks": (len(self.steps(config)) + 1, 2), "looked": (4,)}


NO_LOOKS = Looks()


@dataclass(frozen=True, eq=False)
class Found:
    """Of a network: steps taken, its state then, the parameters that are best, and the validation."""

    step: int
    state: Arrays
    best: Arrays
    validation: Validation | None


class Watch:
    """The looks at the networks of a run. ended: of each that has, the steps taken and its state then."""

    def __init__(self, looks: Looks, run: Run) -> None:
        self.looks, self.ended = looks, dict[int, tuple[int, Arrays]]()
        self.due = looks.steps(run.config)
        self.steps = [*self.due, run.config.steps]
        self.validation = None if looks.validation is None else run.tensors(looks.validation)
        count = len(run.configs)
        self.curves = np.zeros((count, len(self.steps), 2), dtype=np.float32)
        self.looked, self.best_look = [0] * count, [-1] * count
        self.best: list[Arrays] = [{} for _ in range(count)]
        self.total = np.zeros(count)

    def look(self, run: Run) -> None:
        """At what is due after this step."""
        if not self.looks or (run.step not in self.due and run.step != run.config.steps):
            return
        judged = None if self.validation is None else run.judge(*self.validation)
        # One after the other, however many networks there are: numpy's sums of a single column go another way.
        totals = run.state["losses"].cpu().double().numpy().cumsum(axis=0)[-1]
        since = run.step - next((step for step in reversed(self.steps) if step < run.step), 0)
        for i in range(len(run.configs)):
            if i not in self.ended and self._over(run, i, (totals[i] - self.total[i]) / since, judged):
                self._end(run, i)
        self.total = totals

    def _end(self, run: Run, i: int) -> None:
        """Network i stays as it is now; one that has diverged is left to be found out."""
        state = {key: array.copy() for key, array in run.saved(i).items()}
        if all(np.isfinite(array).all() for array in state.values()):
            self.ended[i] = run.step, state

    def _over(self, run: Run, i: int, loss: float, judged: tuple[Floats, Floats] | None) -> bool:
        k, config = self.looked[i], run.configs[i]
        self.looked[i] += 1
        loss_there, error_there = None, None
        if judged is not None:
            self.curves[i, k] = [part[i] for part in judged]
            best = np.nan if self.best_look[i] < 0 else self.curves[i, self.best_look[i], 0]
            if np.isnan(best) or self.curves[i, k, 0] < best:
                self.best_look[i], self.best[i] = k, _parameters(run.saved(i))
            loss_there, error_there = float(self.curves[i, k, 0]) * _squares(config), float(self.curves[i, k, 1])
        wait = self.looks.patience
        over = wait is not None and k - self.best_look[i] >= wait
        progress = Progress(config, run.step, loss * _squares(config), loss_there, error_there, partial(run.network, i))
        answers = [callback(progress) for callback in self.looks.callbacks]
        return over or any(isinstance(answer, bool | np.bool_) and answer for answer in answers)

    def saved(self, run: Run, i: int) -> tuple[int, Arrays]:
        """Steps taken, and what a checkpoint holds."""
        step, arrays = self.ended.get(i) or (run.step, run.saved(i))
        if not self.looks:
            return step, arrays
        best = self.best[i] or _parameters(arrays)
        kept = {f"best {key}": array for key, array in best.items()} if self.validation else {}
        looked = [self.looked[i], self.best_look[i], i in self.ended, self.total[i]]
        return step, arrays | kept | {"looks": self.curves[i].copy(), "looked": np.array(looked, dtype=np.float32)}

    def restore(self, run: Run, i: int, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Give network i what was saved."""
        own = {key: array for key, array in arrays.items() if not key.startswith(("best ", "look"))}
        run.restore(i, own)
        if self.looks:
            self.curves[i] = arrays["looks"]
            self.looked[i], self.best_look[i], ended = map(int, arrays["looked"][:3])
            self.total[i] = arrays["looked"][3]
            self.best[i] = {key.removeprefix("best "): a for key, a in arrays.items() if key.startswith("best ")}
            if ended:
                self._end(run, i)

    def outcome(self, run: Run, i: int) -> Found:
        """What became of network i."""
        step, state = self.ended.get(i) or (run.step, run.saved(i))
        if self.looks.validation is None:
            return Found(step, state, state, None)
        curve, config = self.curves[i, : self.looked[i]].astype(np.float64), run.configs[i]
        errors = curve[:, 1] if self.looks.validation.labels(config) else None
        steps = np.array(self.steps[: len(curve)])
        found = Validation(steps, curve[:, 0] * _squares(config), errors, int(steps[self.best_look[i]]))
        return Found(step, state, self.best[i], found)


def _parameters(state: Arrays) -> Arrays:
    return {key: state[key].copy() for key in ("small", "hidden")}


def _squares(config: TrainingConfig) -> float:
    """Squared errors are in the unit of training until they are shown."""
    return config.length**2 if config.loss == SQUARED else 1.0
