"""The models whose archives are kept beside, as torch 2.13 writes them; run on the command line, it writes them anew.

Older versions of torch pickle weights. The archives are without traces of the code that made them.
"""

from __future__ import annotations

import json
import tempfile
import warnings
import zipfile
from pathlib import Path
from typing import Any

import torch
from torch import nn

ARCHIVES = Path(__file__).with_name("archives")


class Block(nn.Module):
    """Convolution, normalisation in place, a split, a sum and sorted groups."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4)
        self.relu, self.head = nn.ReLU(inplace=True), nn.Linear(4 * 36, 6)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.relu(self.norm(self.conv(x)))
        a, b = x.chunk(2, dim=1)
        x = torch.cat([torch.max(a, b), a + 2 * b], dim=1)
        x = self.head(x.flatten(1))
        return x.view(-1, 3, 2).sort(dim=2).values.flatten(1)


def filled(module: nn.Module) -> nn.Module:
    """With numbers that every precision has."""
    with torch.no_grad():
        for k, tensor in enumerate([*module.parameters(), *module.buffers()]):
            if tensor.is_floating_point():
                numbers = (torch.arange(tensor.numel()) * 7 + k) % 13
                tensor.copy_((numbers.reshape(tensor.shape) - 6) / 16)
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.running_var.abs_().add_(0.5)
    return module.eval()


def block(dtype: torch.dtype = torch.float32) -> nn.Module:
    return filled(Block()).to(dtype)


def flat() -> nn.Module:
    return filled(nn.Sequential(nn.Flatten(), nn.Linear(2, 2)))


def peers() -> nn.Module:
    from deel import torchlip

    layers = [torchlip.SpectralLinear(4, 6), torchlip.HouseHolder(6), torchlip.GroupSort2(), torchlip.FullSort()]
    module = filled(nn.Sequential(*layers, nn.utils.parametrizations.orthogonal(nn.Linear(6, 3))))
    module.train()(torch.eye(4))
    return module.eval()


MODELS: dict[str, tuple[Any, tuple[int, ...], bool]] = {
    "float32": (block, (4, 1, 6, 6), False),
    "float64": (lambda: block(torch.float64), (4, 1, 6, 6), False),
    "bfloat16": (lambda: block(torch.bfloat16), (4, 1, 6, 6), False),
    "open": (block, (4, 1, 6, 6), True),
    "one": (block, (1, 1, 6, 6), False),
    "flat": (flat, (2, 1, 2), False),
    "peers": (peers, (2, 4), False),
}
"""By the archive's name: the model, the shape of a batch, and whether batches of any size are meant."""


def saved(path: Path, module: nn.Module, shape: tuple[int, ...], open_batch: bool) -> Path:
    x = torch.zeros(shape, dtype=next(module.parameters()).dtype)
    dynamic = ({0: torch.export.Dim("batch")},) if open_batch else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, of tensors that share memory
        torch.export.save(torch.export.export(module, (x,), dynamic_shapes=dynamic), path)
    return path


def files_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(path: Path, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)  # without the time


def main() -> None:
    ARCHIVES.mkdir(exist_ok=True)
    for name, (make, shape, open_batch) in MODELS.items():
        with tempfile.TemporaryDirectory() as folder:
            files = files_of(saved(Path(folder) / f"{name}.pt2", make(), shape, open_batch))
        [text] = [n for n in files if n.endswith("models/model.json")]
        graph = json.loads(files[text])
        for node in graph["graph_module"]["graph"]["nodes"]:
            node["metadata"].pop("stack_trace", None)
        graph["guards_code"] = []
        files[text] = json.dumps(graph, separators=(",", ":")).encode()
        write(ARCHIVES / f"{name}.pt2", files)


if __name__ == "__main__":
    main()
