"""The optimiser that moves the first and last matrix along their tangents, and what is recommended."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch
from torch import Tensor

from checks.training import TrainingConfig, _run, fit, fit_many, recommended
from checks.training._layout import Layout
from checks.training._products import Scratch
from checks.training._run import Run
from checks.training._samples import Sample
from checks.training._tangent import _factor, glide, project_ends
from theory.losses import BCE, HKR, KR, Hinge, SmoothHinge, SquaredHinge

SHAPES = [(24, 5), (24, 24), (6, 20), (18, 1), (64, 64), (4, 2)]
"""Of the first matrix: taller than wide, square, wide, one input."""


def frames(generator: torch.Generator, *shape: int) -> Tensor:
    left, _, right = torch.linalg.svd(torch.randn(*shape, generator=generator), full_matrices=False)
    return left @ right


def nearest(matrix: Tensor) -> Tensor:
    """The frame nearest to a matrix, differentiable where singular values repeat, as those of a frame do."""
    tall = matrix if matrix.shape[-2] >= matrix.shape[-1] else matrix.mT
    gram = tall.mT @ tall
    root = torch.eye(gram.shape[-1], dtype=matrix.dtype).expand_as(gram)
    for _ in range(3):  # Newton and Schulz for the inverse square root, exact at frames
        root = root @ (3.0 * torch.eye(gram.shape[-1], dtype=matrix.dtype) - root @ gram @ root) / 2.0
    found = tall @ root
    return found if tall is matrix else found.mT


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("outputs", [1, 3])
def test_projected_gradients_are_those_through_the_way_back(shape: tuple[int, int], outputs: int) -> None:
    """Of g . W, the gradient that counts is that of g . (the frame nearest to W)."""
    width, inputs = shape
    generator = torch.Generator().manual_seed(0)
    layout = Layout(inputs, width, 1, False, outputs)
    firsts, lasts = frames(generator, 3, width, inputs), frames(generator, 3, outputs, width)
    rest = torch.zeros(3, width + outputs)
    small = torch.cat([firsts.flatten(1), lasts.flatten(1), rest], 1)
    gradient = torch.randn(small.shape, generator=generator)
    expected = gradient.double()
    matrices, _ = layout.parts(small.double(), small[:0])
    for matrix, out in zip(matrices, layout.parts(expected, small[:0])[0], strict=True):
        leaf = matrix.clone().requires_grad_()
        (nearest(leaf) * out).sum().backward()
        out.copy_(leaf.grad)
    project_ends(layout, small, gradient, Scratch())
    assert torch.allclose(gradient.double(), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_the_factor_keeps_directions_and_evens_sizes(shape: tuple[int, int], scale: float) -> None:
    generator = torch.Generator().manual_seed(1)
    matrix = scale * torch.randn(3, *shape, generator=generator)
    left, sizes, right = torch.linalg.svd(matrix, full_matrices=False)
    told = left.mT @ _factor(matrix, Scratch()) @ right.mT
    evened = torch.diagonal(told, dim1=-2, dim2=-1)
    kept = sizes > 0.02 * sizes.amax(-1, keepdim=True)
    assert (evened[kept] > 0.5).all() and (evened < 1.3).all()  # the polynomial's range is 0.68 to 1.13
    assert torch.allclose(told, torch.diag_embed(evened), atol=1e-3)


def test_nothing_to_move_moves_nothing() -> None:
    layout = Layout(3, 8, 1, False, 1)
    small = torch.randn(2, 8 * 3 + 8 + 8 + 1)
    state = {"small": small.clone(), "mean": torch.zeros_like(small)}
    glide(layout, state, torch.tensor([0.1, 0.2]), Scratch())
    assert torch.equal(state["small"], small)


@pytest.fixture
def samples() -> tuple[np.ndarray, np.ndarray]:
    """Two classes on either side of a bent surface in ten dimensions."""
    x = np.random.default_rng(0).normal(size=(256, 10))
    return x, np.sign(np.abs(x[:, :3]).sum(1) - 2.3)


SMALL = TrainingConfig(width=16, depth=2, steps=150, batch=64, loss=Hinge())


def test_it_goes_lower_and_stays_lipschitz(samples) -> None:
    """Gradients off the surface are those of the loss's wish for steeper functions: a hinge has it everywhere."""
    common = [replace(SMALL, seed=seed) for seed in range(6)]
    risks = {}
    for optimizer in ("adam", "tangent"):
        trained = fit_many(*samples, [replace(config, optimizer=optimizer) for config in common], device="cpu")
        risks[optimizer] = np.mean([Hinge().value(each.network(samples[0]) * samples[1]).mean() for each in trained])
        assert all(each.network.certified_lipschitz() <= 1.0 for each in trained)
        assert min(bound.least for each in trained for bound in each.network.singular_bounds()) > 1 - 1e-9
    assert risks["tangent"] < 0.97 * risks["adam"]


def test_the_size_of_the_loss_does_not_count(samples) -> None:
    """Like Adam's steps, those of the first matrix have the size of their rate."""
    config = replace(SMALL, optimizer="tangent", loss="mse")
    runs = [Run(Sample(*samples), [config], torch.device("cpu")) for _ in range(2)]
    runs[1].loss_rows = lambda output, y, rows=runs[0].loss_rows: tuple(2.0**20 * each for each in rows(output, y))
    for run in runs:
        with torch.no_grad():
            for _ in range(3):
                run.advance()
    assert torch.allclose(runs[0].state["small"], runs[1].state["small"], atol=1e-4)


def test_what_moved_by_adam_still_does(samples, monkeypatch: pytest.MonkeyPatch) -> None:
    assert TrainingConfig().optimizer == "adam"
    for name in ("project_ends", "glide"):
        monkeypatch.setattr(_run, name, lambda *_, name=name: pytest.fail(f"{name} is for the other optimiser"))
    fit(*samples, replace(SMALL, steps=2), device="cpu")


@pytest.mark.parametrize(("name", "kind"), [("sgd", {}), ("tangent", {"constraint": "none"}), (None, {})])
def test_other_optimisers_are_named(name, kind: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=re.escape(f"optimizer={name!r}: must be adam")):
        TrainingConfig(optimizer=name, **kind)


# --- what is recommended


def test_margins_are_wider_for_held_out_points_alone() -> None:
    half = Fraction(1, 2)
    for loss in (BCE(4), Hinge(2), HKR(half, 3), SquaredHinge(2), SmoothHinge(2, half)):
        assert recommended(loss, 1000, aim="training").loss == loss
        wider = recommended(loss, 1000).loss
        t = np.linspace(-3.0, 3.0, 41)
        ratio = wider.derivative(1.1 * t) / np.where(loss.derivative(t) == 0.0, 1.0, loss.derivative(t))
        zero = loss.derivative(t) == 0.0
        assert type(wider) is type(loss)
        assert np.ptp(ratio[~zero]) < 1e-9 and (ratio[zero] == 0.0).all()
    assert recommended(KR(), 1000).loss == KR() and recommended("mse", 1000).loss == "mse"


def test_steps_and_batches_follow_the_rows() -> None:
    assert [recommended("bce", rows).batch for rows in (1, 200, 1200)] == [1, 200, 240]
    assert 240 <= recommended("bce", 10**6).batch <= 270
    assert recommended("bce", 1200).steps == 400
    many = recommended("bce", 10**6)
    assert many.steps * many.batch >= 10 * 10**6
    assert recommended("bce", 1200, seed=5, depth=2).depth == 2


@pytest.mark.parametrize(("changes", "named"), [({"aim": "both"}, "aim='both'"), ({"rows": 0}, "rows=0")])
def test_what_cannot_be_recommended_is_named(changes: dict[str, object], named: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{named}: must be")):
        recommended(**({"loss": "hinge", "rows": 10} | changes))


def test_what_is_recommended_trains(samples) -> None:
    config = recommended("hinge", len(samples[0]), steps=5)
    trained = fit(*samples, config, device="cpu")
    assert trained.network.certified_lipschitz() <= 1.0 and trained.config.optimizer == "tangent"
