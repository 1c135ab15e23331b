"""Training 1-Lipschitz GroupSort2 networks by regression, on the orthogonal group.

Hidden matrices move as W <- W - rate W A, A the orthogonal factor of the momentum of the skew-symmetric
gradient W'G - G'W, and a Newton-Schulz step brings them back; end layers and biases follow Adam. Fast:

- The basis is turned. With u = (a + b)/sqrt2 and v = (a - b)/sqrt2, GroupSort2 is (u, |v|) up to fixed
  rotations, which the matrices around it absorb: an absolute value on half of the coordinates.
- The backward pass is written out: beyond the matrix products, little is left.

Training runs in float32; the result is polished, certified and judged in float64 with true min and max.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor
from tqdm import tqdm

from checks import _cache, _losses, networks
from checks._losses import SQUARED, Rows, rows_of
from checks.networks import LipschitzNetwork
from theory.losses import Loss
from theory.shapes import figure_1

__all__ = ["TrainedNetwork", "TrainingConfig", "figure1_network", "figure1_samples", "fit", "fit_cached"]

Floats = NDArray[np.float64]
State = dict[str, Tensor]

_ADAM = (0.9, 0.99)
_POLAR = (3.4445, -4.7750, 2.0315)  # the quintic of K. Jordan's Muon optimiser,
_POLAR_STEPS = 5  # which brings all but tiny singular values near 1 in so many steps
_STRETCHES = 200  # of the loss curve
_REVIVAL, _HOT, _IDLE = 50, 0.1, 0.02  # every so many steps, while rates are so high: gates that swap so rarely


def _check(name: str, value: object, passed: bool, wanted: str) -> None:
    if not passed:
        raise ValueError(f"{name}={value!r}: must be {wanted}")


@dataclass(frozen=True)
class TrainingConfig:
    """What is trained and how; equal configurations on equal data give equal networks on one machine.

    width, depth: of the hidden layers. steps, batch: how many, of how many rows. rate: angle (radians) by
    which a hidden matrix turns in a step; end_rate: Adam's rate for the first and last matrix; bias_rate: for
    the biases, in units of `unit`; see `fade`. cooling: steps after which the rates have halved. momentum: of
    the hidden matrices. unit: the length that training calls 1; inputs and outputs are divided by it together,
    so slopes do not change. seed: of the initial weights and of the order of the rows.
    loss: "mse", or for labels +-1 an object of `theory.losses`, which sees outputs in the unit of the data.

    Raises:
        ValueError: a number out of its range.
    """

    width: int = 128
    depth: int = 5
    steps: int = 2000
    batch: int = 1024
    rate: float = 0.2
    end_rate: float = 0.02
    bias_rate: float = 0.005
    cooling: float = 400.0
    momentum: float = 0.95
    unit: float = 1.0
    seed: int = 0
    loss: str | Loss = SQUARED

    def __post_init__(self) -> None:
        for name in ("width", "depth", "steps", "batch"):
            _check(name, getattr(self, name), getattr(self, name) >= 1, "at least 1")
        for name in ("rate", "end_rate", "bias_rate", "cooling", "unit"):
            _check(name, getattr(self, name), 0 < getattr(self, name) < math.inf, "positive and finite")
        _check("momentum", self.momentum, 0 <= self.momentum < 1, "in [0, 1)")
        _check("width", self.width, self.width % 2 == 0, "even: GroupSort2 pairs coordinates")
        _check("seed", self.seed, self.seed >= 0, "at least 0")
        _check("loss", self.loss, isinstance(self.loss, Loss) or self.loss == SQUARED, "mse or one of theory.losses")

    def fade(self, step: int) -> float:
        """What the rates are multiplied by at a step.

        The noise of a step grows with its rate and its memory lasts as long as the rate is small: rates fall like
        1/step, soon enough that a long run does not spend itself shaking, and reach 0 at the end.
        """
        return (1.0 - step / self.steps) / (1.0 + step / self.cooling)


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A fitted network and how it came about.

    network: certified norm at most 1. loss (m,): mean squared error of the batches, averaged over equal
    stretches of training, in squared units of the data. mean_absolute_error: over all the data, in float64.
    seconds: spent training, on `device`.
    """

    network: LipschitzNetwork
    config: TrainingConfig
    loss: Floats
    mean_absolute_error: float
    seconds: float
    device: str


FIGURE_1: Mapping[str, TrainingConfig] = {
    "quick": TrainingConfig(steps=6_000, unit=200.0),
    "paper": TrainingConfig(steps=90_000, cooling=6_000.0, unit=200.0),
}
"""The network of Figure 1 at the two scales: five hidden layers of width 128, 160,000 pixels."""


def figure1_network(scale: str = "quick", device: str = "auto", progress: bool = True) -> TrainedNetwork:
    """The network of Figure 1, fitted to its Highest Mountain Function, in pixels; cached.

    Raises:
        ValueError: an unknown scale or device.
    """
    if scale not in FIGURE_1:
        raise ValueError(f"scale={scale!r}: choose one of {sorted(FIGURE_1)}")
    return fit_cached(*figure1_samples(), FIGURE_1[scale], device=device, progress=progress)


def figure1_samples() -> tuple[Floats, Floats]:
    """Pixel centres (160000, 2) of Figure 1, row by row, and the signed distance there (160000,)."""
    layout = figure_1()
    pixels = layout.pixels().reshape(-1, 2)
    return pixels, layout.frontier()(pixels)


def fit_cached(
    x: ArrayLike, y: ArrayLike, config: TrainingConfig, *, device: str = "auto", progress: bool = False
) -> TrainedNetwork:
    """`fit`, cached under the hash of data, configuration, code and torch version; resumes if interrupted."""
    samples = _samples(x, y, config)
    path = _cache.cache_folder() / _key(*samples, config, _device(device))
    result, checkpoint = path.with_suffix(".network"), path.with_suffix(".checkpoint")
    with _cache.alone(path.with_suffix(".lock")):
        if entry := _cache.load(result):
            return _unpacked(entry, config)
        trained = fit(*samples, config, device=device, progress=progress, checkpoint=checkpoint)
        _cache.store(result, *_packed(trained))
        checkpoint.unlink(missing_ok=True)
        return trained


def fit(
    x: ArrayLike,
    y: ArrayLike,
    config: TrainingConfig,
    *,
    device: str = "auto",
    progress: bool = False,
    checkpoint: Path | None = None,
    checkpoint_seconds: float = 20.0,
) -> TrainedNetwork:
    """Fit a 1-Lipschitz network to y (p,) at x (p, n): least squares, or the least loss for labels y.

    device: auto (a GPU when there is one), cpu or cuda. checkpoint: a file to resume from, if it was left by this
    very run, rewritten every checkpoint_seconds; a resumed run gives the network of an uninterrupted one.

    Raises:
        ValueError: shapes that do not match, NaN or infinity, fewer rows than a batch, no such device.
    """
    points, values = _samples(x, y, config)
    where = _device(device)
    with _settings(where):
        run = _Run(points, values, config, where)
        seconds = _trained(run, progress, checkpoint, checkpoint_seconds)
    network = run.network()
    error = float(np.abs(network(points) - values).mean())
    loss = run.losses() * (config.unit**2 if config.loss == SQUARED else 1.0)
    return TrainedNetwork(network, config, loss, error, seconds, where.type)


def _samples(x: ArrayLike, y: ArrayLike, config: TrainingConfig) -> tuple[Floats, Floats]:
    points, values = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if points.ndim != 2 or values.shape != points.shape[:1]:
        raise ValueError(f"x has shape {points.shape} and y {values.shape}: give (p, n) and (p,)")
    if not (np.isfinite(points).all() and np.isfinite(values).all()):
        raise ValueError("x or y holds a number that is not finite: drop those rows")
    _check("batch", config.batch, config.batch <= len(points), f"at most the number of rows, {len(points)}")
    _check("width", config.width, config.width >= points.shape[1], f"at least {points.shape[1]}, x's columns")
    return points, values


def _device(name: str) -> torch.device:
    if name not in ("auto", "cpu", "cuda"):
        raise ValueError(f"device={name!r}: choose auto, cpu or cuda")
    if name == "cuda" and not torch.cuda.is_available():
        raise ValueError("device='cuda': torch finds no GPU here; choose auto or cpu")
    return torch.device("cuda" if name != "cpu" and torch.cuda.is_available() else "cpu")


@contextmanager
def _settings(device: torch.device) -> Iterator[None]:
    """Torch's global settings for a run, given back afterwards.

    One thread: the products are small, and threads that wait for each other at every one of them take a hundred
    times longer when the cores are shared. On a CPU "medium" selects oneDNN's products, up to twice as fast; it is
    kept if they round like float32.
    """
    before = torch.get_float32_matmul_precision(), torch.get_num_threads()
    torch.set_num_threads(1)
    torch.set_float32_matmul_precision("medium" if device.type == "cpu" else "highest")
    if not _rounds_like_float32():
        torch.set_float32_matmul_precision("highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before[0])
        torch.set_num_threads(before[1])


def _rounds_like_float32() -> bool:
    a = torch.linspace(1.0, 2.0, 128 * 1024).reshape(128, 1024)
    product = a[:, :128] @ a
    return bool((product / (a[:, :128].double() @ a.double()) - 1).abs().max() < 1e-5)


# --- the run


class _Run:
    """All that changes is in `state` and `step`; the order of the rows follows from seed and step."""

    def __init__(self, x: Floats, y: Floats, config: TrainingConfig, device: torch.device) -> None:
        self.config, self.device = config, device
        self.name = _key(x, y, config, device)
        self.x = torch.as_tensor(x.T / config.unit, dtype=torch.float32, device=device)
        labels = y / config.unit if config.loss == SQUARED else y
        self.loss_rows = rows_of(config.loss, config.unit)
        self.y = torch.as_tensor(labels, dtype=torch.float32, device=device)
        self.layout = _Layout(x.shape[1], config.width, config.depth)
        self.state = {key: value.to(device) for key, value in _initial(self.layout, config).items()}
        self.rates = self.layout.rates(config).to(device)
        self.step = 0
        self.epoch = -1

    def advance(self) -> None:
        """One step."""
        x, y = self._batch()
        fade = self.config.fade(self.step)
        if fade > _HOT and self.step % _REVIVAL == 0:
            _revive(self.layout, self.state, x)
        loss, small, hidden = _gradients(self.layout, self.state, x, y, self.loss_rows)
        self.step += 1
        self.state["losses"][(self.step - 1) * len(self.state["losses"]) // self.config.steps] += loss
        _adam(self.state, small, self.rates * fade, self.step)
        _retract_ends(self.layout, self.state["small"])
        _turn(self.state, hidden, self.config.momentum, self.config.rate * fade)

    def _batch(self) -> tuple[Tensor, Tensor]:
        epoch, place = divmod(self.step, len(self.y) // self.config.batch)
        if epoch != self.epoch:
            order = _order(len(self.y), self.config.seed, epoch).to(self.device)
            self.shuffled, self.epoch = (self.x[:, order], self.y[order]), epoch
        rows = slice(place * self.config.batch, (place + 1) * self.config.batch)
        return self.shuffled[0][:, rows], self.shuffled[1][rows]

    def save(self, path: Path, seconds: float) -> None:
        """Leave a checkpoint; `seconds` is what the run has cost so far."""
        arrays = {key: value.cpu().numpy() for key, value in self.state.items()}
        _cache.store(path, arrays, {"run": self.name, "step": self.step, "seconds": seconds})

    def resume(self, path: Path) -> float:
        """Take over a checkpoint of this run, if there is one; the seconds it cost."""
        entry = _cache.load(path)
        if entry is None or entry.metadata["run"] != self.name:
            return 0.0
        for key, value in entry.arrays.items():
            self.state[key].copy_(torch.from_numpy(value))
        self.step = int(entry.metadata["step"])
        return float(entry.metadata["seconds"])

    def losses(self) -> Floats:
        """Mean loss of each stretch, (m,)."""
        sums = self.state["losses"].cpu().double().numpy()
        return sums / np.bincount(np.arange(self.config.steps) * len(sums) // self.config.steps)

    def network(self) -> LipschitzNetwork:
        """The network of the present state, in the unit of the data, certified norm at most 1."""
        return _grouped(self.layout, self.state, self.config.unit).normalized()


def _trained(run: _Run, progress: bool, checkpoint: Path | None, every: float) -> float:
    """Run to the end; the seconds it took, those before an interruption included."""
    before = run.resume(checkpoint) if checkpoint else 0.0
    start = saved = time.perf_counter()
    for _ in tqdm(range(run.step, run.config.steps), disable=None if progress else True, desc="training", unit="step"):
        run.advance()
        if checkpoint and (now := time.perf_counter()) - saved > every:
            run.save(checkpoint, before + now - start)
            saved = now
    return before + time.perf_counter() - start


def _order(rows: int, seed: int, epoch: int) -> Tensor:
    """The order in which an epoch visits the rows; what does not fill a batch at its end is left out."""
    generator = torch.Generator().manual_seed(1_000_003 * seed + epoch)
    return torch.randperm(rows, generator=generator)


# --- the parameters


@dataclass(frozen=True)
class _Layout:
    """Where things lie: `hidden` is (depth - 1, width, width); `small` is a vector of everything else.

    In one vector, Adam is a few operations instead of a few for every layer.
    """

    inputs: int
    width: int
    depth: int

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """First matrix, last matrix, hidden biases, last bias."""
        return [(self.width, self.inputs), (1, self.width), *[(self.width, 1)] * self.depth, (1, 1)]

    def views(self, small: Tensor) -> list[Tensor]:
        """The parts of `small` as matrices that share its memory."""
        parts = small.split([rows * columns for rows, columns in self.shapes], dim=-1)
        return [part.unflatten(-1, shape) for part, shape in zip(parts, self.shapes, strict=True)]

    def rates(self, config: TrainingConfig) -> Tensor:
        """The rate of every entry of `small`."""
        return torch.cat(
            [
                torch.full((rows * columns,), config.end_rate if i < 2 else config.bias_rate)
                for i, (rows, columns) in enumerate(self.shapes)
            ]
        )


def _initial(layout: _Layout, config: TrainingConfig) -> State:
    """Random orthogonal matrices; biases of the size of what they are added to."""
    generator = torch.Generator().manual_seed(config.seed)

    def frame(rows: int, columns: int) -> Tensor:
        gaussian = torch.randn(rows, columns, generator=generator, dtype=torch.float64)
        return torch.linalg.qr(gaussian)[0].float()

    first, last = frame(layout.width, layout.inputs), frame(layout.width, 1)
    hidden = [frame(layout.width, layout.width) for _ in range(layout.depth - 1)]
    biases = torch.rand(layout.depth, layout.width, generator=generator) * 2 - 1
    biases *= torch.tensor([0.15] + [0.1] * (layout.depth - 1))[:, None]
    small = torch.cat([first.flatten(), last.flatten(), biases.flatten(), torch.zeros(1)])
    stack = torch.stack(hidden) if hidden else torch.zeros(0, layout.width, layout.width)
    return {
        "hidden": stack,
        "momentum": torch.zeros_like(stack),
        "small": small,
        "mean": torch.zeros_like(small),
        "square": torch.zeros_like(small),
        "losses": torch.zeros(min(_STRETCHES, config.steps)),
    }


def _gradients(layout: _Layout, state: State, x: Tensor, y: Tensor, loss_rows: Rows) -> tuple[Tensor, Tensor, Tensor]:
    """Mean loss at x (n, p), y (p,), and its gradients, shaped like `small` and `hidden`."""
    hidden, (first, last, *biases) = state["hidden"], layout.views(state["small"])
    small_gradient, hidden_gradient = torch.empty_like(state["small"]), torch.empty_like(hidden)
    first_gradient, last_gradient, *bias_gradients = layout.views(small_gradient)
    z = (first @ x).add_(biases[0])
    values, signs = [z], [_fold(z)]
    for weight, bias in zip(hidden, biases[1:-1], strict=True):
        z = (weight @ z).add_(bias)
        values.append(z)
        signs.append(_fold(z))
    losses, slopes = loss_rows((last @ z).add_(biases[-1]), y)
    upward = slopes / y.shape[-1]
    last_gradient.copy_(upward @ z.mT)
    bias_gradients[-1].copy_(upward.sum(-1, keepdim=True))
    upward = _unfold(last.mT @ upward, signs[-1])
    for i in reversed(range(len(hidden))):
        hidden_gradient[i] = upward @ values[i].mT
        bias_gradients[i + 1].copy_(upward.sum(-1, keepdim=True))
        upward = _unfold(hidden[i].mT @ upward, signs[i])
    first_gradient.copy_(upward @ x.mT)
    bias_gradients[0].copy_(upward.sum(-1, keepdim=True))
    return losses.mean(), small_gradient, hidden_gradient


def _fold(z: Tensor) -> Tensor:
    """GroupSort2 in the turned basis, in place: |.| on the second half of the coordinates; their signs."""
    half = z[..., z.shape[-2] // 2 :, :]
    signs = half.sign()
    half.abs_()
    return signs


def _unfold(gradient: Tensor, signs: Tensor) -> Tensor:
    gradient[..., gradient.shape[-2] // 2 :, :].mul_(signs)
    return gradient


def _revive(layout: _Layout, state: State, x: Tensor) -> None:
    """Move the crease of every gate that hardly ever swaps at x (n, p) into the middle of what it sees.

    Such a gate is linear, so nothing pulls its crease back; noisy early steps would lose half of the gates.
    """
    (first, _, *biases), half, z = layout.views(state["small"]), layout.width // 2, x
    for matrix, bias in zip([first, *state["hidden"]], biases[:-1], strict=True):
        z = (matrix @ z).add_(bias)
        folded = z[half:]
        share = (folded > 0).float().mean(1, keepdim=True)
        idle = (share < _IDLE) | (share > 1 - _IDLE)
        shift = torch.where(idle, folded.mean(1, keepdim=True), 0.0)
        bias[half:].sub_(shift)
        folded.sub_(shift).abs_()


def _adam(state: State, gradient: Tensor, rates: Tensor, step: int) -> None:
    mean, square = state["mean"], state["square"]
    mean.lerp_(gradient, 1 - _ADAM[0])
    square.lerp_(gradient * gradient, 1 - _ADAM[1])
    size = (square / (1 - _ADAM[1] ** step)).sqrt_().add_(1e-12)
    state["small"].sub_(rates * mean / size / (1 - _ADAM[0] ** step))


def _retract_ends(layout: _Layout, small: Tensor) -> None:
    """Orthonormal columns for the first matrix, norm 1 for the last."""
    first, last = layout.views(small)[:2]
    for _ in range(2):
        first.copy_(_newton_schulz(first))
    last.div_(last.norm(dim=-1, keepdim=True))


def _newton_schulz(matrix: Tensor) -> Tensor:
    """A step towards the nearest matrix with orthonormal columns; squares the distance."""
    return 1.5 * matrix - 0.5 * matrix @ (matrix.mT @ matrix)


def _turn(state: State, gradient: Tensor, momentum: float, angle: float) -> None:
    hidden, average = state["hidden"], state["momentum"]
    skew = hidden.mT @ gradient
    skew = skew - skew.mT
    average.lerp_(skew, 1 - momentum)
    generator = _polar(torch.lerp(skew, average, momentum))
    hidden.copy_(_newton_schulz(torch.baddbmm(hidden, hidden, generator, alpha=-angle)))


def _polar(skew: Tensor) -> Tensor:
    """Roughly the orthogonal factor of skew-symmetric matrices (m, w, w), itself skew-symmetric.

    S S' S = -S^3 for skew-symmetric S: the odd polynomial needs no transposes.
    """
    a, b, c = _POLAR
    x = skew / (skew.norm(dim=(-2, -1), keepdim=True) + 1e-30)
    for _ in range(_POLAR_STEPS):
        square = torch.bmm(x, x)
        x = torch.baddbmm(x, torch.baddbmm(square, square, square, beta=-b, alpha=c), x, beta=a)
    return (x - x.mT) / 2


def _grouped(layout: _Layout, state: State, unit: float) -> LipschitzNetwork:
    """The same function with GroupSort2, in the unit of the data; matrices polished in float64."""
    first, last, *biases = (part.double().cpu().numpy() for part in layout.views(state["small"]))
    weights = [_nearest_frame(w) for w in (first, *state["hidden"].double().cpu().numpy(), last)]
    before, after = _turns(layout.width)
    turned = [before @ weights[0], *(before @ w @ after.T for w in weights[1:-1]), weights[-1] @ after.T]
    shifts = [*(before @ bias for bias in biases[:-1]), biases[-1]]
    return LipschitzNetwork(turned, [bias[:, 0] * unit for bias in shifts])


def _nearest_frame(matrix: Floats) -> Floats:
    left, _, right = np.linalg.svd(matrix, full_matrices=False)
    return left @ right


def _turns(width: int) -> tuple[Floats, Floats]:
    """(before, after), orthogonal: GroupSort2(before @ t) = after @ (u, |v|) for the halves u, v of t."""
    eye = np.eye(width // 2) / math.sqrt(2.0)
    return np.block([[eye, eye], [eye, -eye]]), np.block([[eye, -eye], [eye, eye]])


# --- the cache


def _key(x: Floats, y: Floats, config: TrainingConfig, device: torch.device) -> str:
    sources = b"".join(Path(module).read_bytes() for module in (__file__, networks.__file__, _losses.__file__))
    return _cache.content_key(
        {
            "config": asdict(config) | {"loss": repr(config.loss)},
            "data": hashlib.sha256(x.tobytes() + y.tobytes()).hexdigest(),
            "code": hashlib.sha256(sources).hexdigest(),
            "torch": torch.__version__,
            "device": device.type,
        }
    )


def _packed(trained: TrainedNetwork) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    layers = zip(trained.network.weights, trained.network.biases, strict=True)
    arrays = {f"{kind}{i}": part for i, (w, b) in enumerate(layers) for kind, part in (("w", w), ("b", b))}
    kept = ("mean_absolute_error", "seconds", "device")
    return {**arrays, "loss": trained.loss}, {name: getattr(trained, name) for name in kept}


def _unpacked(entry: _cache.Entry, config: TrainingConfig) -> TrainedNetwork:
    count = sum(name.startswith("w") for name in entry.arrays)
    network = LipschitzNetwork(*([entry.arrays[f"{kind}{i}"] for i in range(count)] for kind in "wb"))
    return TrainedNetwork(network, config, entry.arrays["loss"], **entry.metadata)
