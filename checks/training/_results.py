"""What comes of training: networks, and which diverged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from checks.arrays import Floats
from checks.networks import LipschitzNetwork
from checks.training._config import TrainingConfig
from checks.training._watch import Validation


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A fitted network and how it came about.

    Attributes:
        network: certified constant at most `config.lipschitz`, if anything was imposed.
        config: what was asked for, with the unit that was used.
        loss: (k,), mean loss of the batches, averaged over equal stretches of training, in (squared) units of the data.
        mean_absolute_error: over all the data, in float64, in the unit of the data; of several outputs over all of
            them, with the values 1 and -1 in the place of labels.
        seconds: spent training on `device`; a batch's are shared out evenly.
        device: cpu or cuda.
        epoch: (k,), passes over the data at the end of each stretch.
        error: (k,), share of wrong labels, ties (0 for one output) being wrong; None for mse, and for a loss of your
            own of targets that are no labels.
        steps: how many were taken; less than `config.steps` where training was ended early.
        validation: how the network did on validation data, or None where there were none.

    >>> from checks.training import fit
    >>> config = TrainingConfig(width=4, depth=1, steps=20, batch=2)
    >>> trained = fit([[0.0], [3.0]], [0.0, 2.0], config, device="cpu")
    >>> trained.network.dimension, trained.loss.shape == trained.epoch.shape, trained.error, trained.steps
    (1, True, None, 20)
    """

    network: LipschitzNetwork
    config: TrainingConfig
    loss: Floats
    mean_absolute_error: float
    seconds: float
    device: str
    epoch: Floats
    error: Floats | None
    steps: int
    validation: Validation | None = None


@dataclass(frozen=True)
class Diverged:
    """A network with numbers that are not finite, noticed after so many steps."""

    config: TrainingConfig
    step: int


Outcome: TypeAlias = TrainedNetwork | Diverged


class DivergenceError(ArithmeticError):
    """Some networks diverged; the others were trained to the end.

    Attributes:
        diverged: each configuration that did, with the step after which it was noticed.
        trained: the networks of the other configurations.
    """

    def __init__(self, diverged: dict[TrainingConfig, int], trained: dict[TrainingConfig, TrainedNetwork]) -> None:
        self.diverged, self.trained = diverged, trained
        config, step = next(iter(diverged.items()))
        super().__init__(
            f"{len(diverged)} of {len(diverged) + len(trained)} networks diverged, the first within {step} steps with "
            f"{config}: lower its rates (rate, end_rate, bias_rate, or free_rate without a constraint); "
            "error.trained has the others"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return DivergenceError, (self.diverged, self.trained)
