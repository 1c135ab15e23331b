"""How to train a classifier, as measured."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass, replace
from typing import Any

from checks.training._config import TANGENT, TrainingConfig, check
from checks.training._losses import AnyLoss

HELD_OUT, TRAINING = "held-out", "training"

_STRETCH = 1.1
"""Margins asked for in training over those that are wanted: on held-out points they come out smaller."""

_BATCH = {HELD_OUT: 256, TRAINING: 512}  # about: all rows are seen in every pass, in batches of one size
_STEPS, _PASSES = 400, 10
_STRAIGHT = 1e9  # a cooling so long that rates fall in a straight line


def recommended(loss: AnyLoss, rows: int, *, aim: str = HELD_OUT, **changes: Any) -> TrainingConfig:
    """The configuration that did best for that loss on `rows` rows; docs/networks.md has the measurements.

    - The first and last matrix move along their tangents (`optimizer`): at equal steps and shape this alone takes the
      risk from above that of other libraries' networks to below it.
    - Four hidden layers of width 128: then width, depth and the batch, not the rates, are what keeps the risk of
      training from the least one. Rates fall in a straight line.
    - `aim="held-out"`: batches of about 256, and the loss l(t / 1.1) up to a factor, which bends at margins larger by a
      tenth than l does: margins shrink from training to held-out points, and certified radii with them.
    - `aim="training"`: batches of about 512 and l as it is, for a risk of l over the rows as low as it gets; on
      held-out points it is then a little higher.

    Measured on the 1,797 digits of scikit-learn. For other sizes the steps are 400, or ten passes over the rows,
    whichever is more, which is a guess.

    Args:
        loss: as for `TrainingConfig`; KR and "mse" have no margin and stay what they are.
        rows: how many there are to train on.
        aim: "held-out" or "training".
        changes: to any field of the configuration.

    Raises:
        ValueError: another aim, no rows, and as `TrainingConfig`.

    >>> recommended("hinge", 1200).loss, recommended("hinge", 1200, aim="training", lipschitz=2).loss
    (Hinge(margin=1.1), Hinge(margin=1))
    """
    check("aim", aim, aim in _BATCH, " or ".join(_BATCH))
    check("rows", rows, rows >= 1, "at least 1")
    batch = rows // max(1, round(rows / _BATCH[aim]))
    config = TrainingConfig(
        width=128,
        depth=4,
        steps=max(_STEPS, math.ceil(_PASSES * rows / batch)),
        batch=batch,
        rate=0.1,
        end_rate=0.05,
        cooling=_STRAIGHT,
        momentum=0.9,
        unit="auto",
        optimizer=TANGENT,
    )
    config = replace(config, loss=loss, **changes)
    return replace(config, loss=_stretched(config.loss)) if aim == HELD_OUT else config


def _stretched(loss: Any) -> Any:
    """l(t / 1.1), up to a factor: of what a loss is made of, lengths grow and inverse lengths shrink."""
    powers = {"margin": 1, "width": 1, "temperature": -1}
    names = [field.name for field in fields(loss) if field.name in powers] if is_dataclass(loss) else []
    return replace(loss, **{name: getattr(loss, name) * _STRETCH ** powers[name] for name in names}) if names else loss
