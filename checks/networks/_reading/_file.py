"""Networks from files that hold numbers and words, and can run nothing."""

from __future__ import annotations

import os
import zipfile
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from checks.networks._reading._archive import read_archive
from checks.networks._reading._described import read_described
from checks.networks._reading._program import Program
from checks.networks._reading._translate import translate
from checks.networks.graph import Graph

_CONVERT = (
    "is a pickle, which can run any programme when it is loaded, so it is not: whoever trusts it loads the model with "
    "torch and writes torch.export.save(torch.export.export(model.eval(), (example,)), 'model.pt2')"
)

LARGEST_BATCH = 1 << 26
"""Numbers of a batch, 512 MB: chosen; 400 photographs of 224 x 224 pixels have so many."""


def from_file(path: str | os.PathLike[str]) -> Graph:
    """A network from a file: an archive of `torch.export.save`, or safetensors with a description of what is done with
    them (docs/reading.md gives its form).

    No pickle is loaded, nor the code that a file names: archives are read as text and raw numbers, and of torch's
    operators only those run that work on tensors.

    Args:
        path: to the file; its ending plays no part.

    Raises:
        OSError: there is no such file.
        ValueError: a pickle (with how to convert it), another kind of file, a damaged one; as `from_torch` for what is
            in it.
        ImportError: torch, or for safetensors that library, is not installed.

    >>> import tempfile, torch
    >>> model, example = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh()).eval(), torch.zeros(4, 2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     torch.export.save(torch.export.export(model, (example,)), f"{folder}/model.pt2")
    ...     network = from_file(f"{folder}/model.pt2")
    >>> print(network)
       0 input                  (2,)
       1 Dense                  (3,)               of 0         0
       2 tanh                   (3,)               of 1         1
    """
    place = Path(path)
    with place.open("rb") as file:
        head = file.read(9)
    if head[:2] == b"PK":
        program = _from_zip(place)
    elif head[8:] == b"{" and int.from_bytes(head[:8], "little") < place.stat().st_size:
        program = _from_safetensors(place)
    elif head[:1] == b"\x80":
        raise ValueError(f"{place.name} {_CONVERT}")
    else:
        raise ValueError(
            f"{place.name} is neither an archive of torch.export.save (.pt2) nor safetensors with a description"
        )
    size = program.batch * prod(program.shape)
    if size > LARGEST_BATCH:
        raise ValueError(f"{place.name} is for batches of {size} numbers: export it for fewer samples at once")
    rng = np.random.default_rng(0)
    return translate(program, rng.normal(size=(program.batch, *program.shape)))


def _from_zip(place: Path) -> Program:
    try:
        archive = zipfile.ZipFile(place)
    except zipfile.BadZipFile as error:
        raise ValueError(f"{place.name} is a damaged archive ({error})") from error
    with archive:
        names = archive.namelist()
        if min((info.header_offset for info in archive.infolist()), default=0):
            raise ValueError(f"{place.name} is a damaged archive: its own list of files is not at its end")
        if any(name.endswith("/data.pkl") and name.count("/") == 1 for name in names):
            raise ValueError(f"{place.name} {_CONVERT}")
        if not any("/models/" in name or name == "serialized_exported_program.json" for name in names):
            raise ValueError(f"{place.name} is an archive, but none that torch.export.save writes: give such a one")
        return read_archive(archive)


def _from_safetensors(place: Path) -> Program:
    try:
        import safetensors
    except ImportError as error:
        raise ImportError(f"{place.name} is read with safetensors: pip install safetensors") from error
    try:
        with safetensors.safe_open(place, "pt") as file:
            metadata: dict[str, str] = file.metadata() or {}
            tensors: dict[str, Any] = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  (no mapping)
    except (safetensors.SafetensorError, TypeError, ValueError) as error:
        raise ValueError(f"{place.name} is no whole safetensors file ({error})") from error
    return read_described(place, metadata, tensors)
