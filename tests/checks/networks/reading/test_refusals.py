"""What is not read is named: which module, which operator, and why."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

from checks.networks import from_torch
from checks.networks._reading._translate import HANDLERS


class Of(nn.Module):
    """A module that is a function."""

    def __init__(self, function: Callable[[torch.Tensor], object]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: torch.Tensor) -> object:
        return self.function(x)


class StraightThrough(torch.autograd.Function):
    @staticmethod
    def forward(_: object, x: torch.Tensor) -> torch.Tensor:
        return x.sign()

    @staticmethod
    def backward(_: object, gradient: torch.Tensor) -> torch.Tensor:
        return gradient


def inside(part: nn.Module) -> nn.Module:
    return nn.Sequential(nn.Linear(4, 4), nn.Sequential(nn.ReLU(), part))


REFUSED = {
    "recurrent": (
        nn.Sequential(nn.Linear(4, 4), nn.LSTM(4, 2, batch_first=True)),
        (3, 4),
        r"module '1' \(LSTM\).*its gates",
    ),
    "layer norm": (inside(nn.LayerNorm(4)), (4,), r"module '1\.1' \(LayerNorm\) calls aten\.layer_norm.*spread"),
    "custom autograd": (inside(Of(StraightThrough.apply)), (4,), r"module '1\.1' \(Of\) calls aten\.sign.*jumps"),
    "product": (inside(Of(lambda x: x * torch.sigmoid(-x) * x)), (4,), "multiplies two arrays"),
    "gated": (inside(nn.GLU()), (4,), "glu is not among the operators"),
    "quotient": (inside(Of(lambda x: x / (1 + x.abs().sum(1, keepdim=True)))), (4,), "divides by an array"),
    "exponential": (inside(Of(torch.exp)), (4,), r"exp\.default: it has no Lipschitz constant"),
    "square": (inside(Of(torch.square)), (4,), "is a square"),
    "root": (inside(Of(lambda x: torch.sqrt(x.abs()))), (4,), "only roots of sums of squares"),
    "comparison": (inside(Of(lambda x: torch.where(x > 0, x, -1.0))), (4,), "calls aten.gt"),
    "rounding": (inside(Of(lambda x: x.to(torch.int64))), (4,), "whole numbers"),
    "branch": (inside(Of(lambda x: x if x.sum() > 0 else -x)), (4,), "decides by the values"),
    "batch mean": (inside(Of(lambda x: x - x.mean(0))), (4,), "axis of the samples"),
    "batch softmax": (inside(nn.Softmax(0)), (4,), "axis of the samples"),
    "batch flip": (inside(Of(lambda x: x.flip(0))), (4,), "mixes the samples"),
    "batch shuffle": (inside(Of(lambda x: x.reshape(4, -1).T.reshape(-1, 4))), (4,), "mixes the samples"),
    "first sample": (inside(Of(lambda x: x[:1].expand(3, 4))), (4,), "mixes the samples"),
    "batch statistics": (inside(nn.BatchNorm1d(4, track_running_stats=False)), (4,), "normalises by the batch"),
    "random": (inside(Of(lambda x: nn.functional.dropout(x, 0.5, training=True))), (4,), "at random"),
    "noise": (inside(Of(lambda x: x + torch.randn(4))), (4,), "draws at random"),
    "written constant": (inside(Of(lambda x: torch.ones(3, 4).mul_(x))), (4,), "writes what depends on the input"),
    "two outputs": (Of(lambda x: (x, x)), (4,), "does not return one tensor"),
    "no input": (Of(lambda x: torch.ones(3, 2)), (4,), "does not depend"),
    "no samples": (Of(lambda x: x.sum()), (4,), "takes all samples"),
    "flat": (Of(lambda x: x.flatten(0)), (4,), "give the samples an axis"),
    "indices": (nn.Embedding(5, 2), (4,), "could not be run"),
    "wrong shape": (nn.Linear(4, 2), (3,), "could not be run"),
    "two inputs": (nn.Bilinear(2, 2, 2), (2,), "could not be run"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_read_is_named(name: str) -> None:
    module, shape, said = REFUSED[name]
    with pytest.raises(ValueError, match=said):
        from_torch(module.eval(), shape)


class InPrecision(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Linear(4, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return self.inner(x).float()


def test_other_precision_is_named() -> None:
    with pytest.raises(ValueError, match=r"\(InPrecision\) calls _enter_autocast: it rounds weights"):
        from_torch(InPrecision().eval(), (4,))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: torch.jit.script(nn.Linear(4, 2)), "module is scripted"),
        (lambda: nn.Sequential(nn.LazyLinear(4)), "module '0' has no weight yet"),
        (lambda: nn.Linear(4, 2, device="meta"), "without numbers, on the meta device"),
        (lambda: nn.Linear(4, 2, dtype=torch.complex64), "complex numbers"),
        (lambda: torch.export.export(nn.Linear(4, 2), (torch.zeros(2, 4),)), r"torch\.export\.save"),
    ],
)
def test_what_is_not_a_module_with_its_weights(make: Callable[[], nn.Module], said: str) -> None:
    module = make()
    with pytest.raises(ValueError, match=said):
        from_torch(module.eval() if isinstance(module, nn.Module) else module, (4,))


def test_a_compiled_module_is_read_as_it_was() -> None:
    assert len(from_torch(torch.compile(nn.Linear(4, 2).eval()), (4,)).nodes) == 2


def test_the_page_lists_what_is_read() -> None:
    page = (Path(__file__).parents[4] / "docs" / "reading.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)`", page))
    assert {name for name in HANDLERS if not name.startswith("_")} <= named


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_named(bad: float) -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.Sequential(nn.ReLU(), nn.Linear(4, 1))).eval()
    with torch.no_grad():
        model[1][1].weight[0, 2] = bad
    with pytest.raises(ValueError, match=r"1\.1\.weight holds NaN or infinity"):
        from_torch(model, (4,))


def test_a_variance_that_is_not_one() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4)).eval()
    model[1].running_var[1] = -1.0
    with pytest.raises(ValueError, match=r"module '1' \(BatchNorm1d\).*running variance is -1"):
        from_torch(model, (4,))


def test_another_result_in_each_call() -> None:
    class Counting(nn.Module):
        calls = 0

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.calls += 1
            return x * self.calls

    with pytest.raises(ValueError, match="another result in each call"):
        from_torch(Counting().eval(), (4,))


@pytest.mark.parametrize(
    ("module", "options", "said"),
    [
        (torch.relu, {"input_shape": (3,)}, "give a torch.nn.Module"),
        (nn.ReLU(), {"input_shape": (0,)}, "positive whole numbers"),
        (nn.ReLU(), {"input_shape": (1.5,)}, "positive whole numbers"),
        (nn.ReLU(), {"example": torch.zeros(3)}, r"give \(samples"),
    ],
)
def test_arguments(module: object, options: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        from_torch(module.eval() if isinstance(module, nn.Module) else module, **options)
