"""Networks in files: safetensors, which hold numbers and words and can run nothing."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from checks.arrays import Floats
from checks.networks._layers import Layers

_FORMAT = "manyfaces.LipschitzNetwork"
_VERSION = "1"
_GATES = "rows 2j and 2j + 1"  # what GroupSort2 pairs; for readers of the file, and against files of another order


def write(network: Layers, path: str | os.PathLike[str]) -> None:
    """The network at path, atomically: a reader meets the old file or the new one."""
    library = _safetensors()
    arrays = _named(network)
    metadata = {
        "format": _FORMAT,
        "version": _VERSION,
        "activation": network.activation,
        "layers": str(len(network.weights)),
        "pairs": _GATES,
        "sha256": _digest(network.activation, arrays),
    }
    place = Path(path)
    beside = place.with_name(f"{place.name}.{secrets.token_hex(8)}.tmp")
    try:
        beside.write_bytes(library.numpy.save(arrays, metadata))
        os.replace(beside, place)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def read(path: str | os.PathLike[str]) -> tuple[list[Floats], list[Floats], str]:
    """Weights, biases and activation.

    Raises:
        OSError: there is no such file.
        ValueError: another kind of file, or a damaged one.
    """
    library, place = _safetensors(), Path(path)
    with place.open("rb"):  # a file that is missing says so in the system's words
        pass
    try:
        with library.safe_open(place, "numpy") as file:
            metadata = file.metadata() or {}
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  it is no mapping
    except (library.SafetensorError, TypeError, ValueError) as error:
        raise ValueError(
            f"path={str(path)!r} is no whole safetensors file ({error}): give one that `save` wrote"
        ) from None
    if metadata.get("format") != _FORMAT:
        raise ValueError(f"path={str(path)!r} holds tensors but no {_FORMAT}: give a file that `save` wrote")
    if (metadata.get("version"), metadata.get("pairs")) != (_VERSION, _GATES):
        found = f"version {metadata.get('version')!r}, gates of {metadata.get('pairs')!r}"
        raise ValueError(f"path={str(path)!r} has {found}: this reads version {_VERSION!r}, gates of {_GATES!r}")
    activation = metadata.get("activation", "")
    whole = metadata.get("sha256") == _digest(activation, arrays) and all(
        a.dtype == np.float64 for a in arrays.values()
    )
    names = {f"{kind}{i}" for kind in ("weight", "bias") for i in range(len(arrays) // 2)}
    if not whole or set(arrays) != names or metadata.get("layers") != str(len(names) // 2):
        raise ValueError(f"path={str(path)!r} is damaged: its numbers are not those that were saved")
    weights, biases = ([arrays[f"{kind}{i}"] for i in range(len(names) // 2)] for kind in ("weight", "bias"))
    return weights, biases, activation


def _named(network: Layers) -> dict[str, Floats]:
    layers = zip(network.weights, network.biases, strict=True)
    return {
        f"{kind}{i}": np.array(part)
        for i, layer in enumerate(layers)
        for kind, part in zip(("weight", "bias"), layer, strict=True)
    }


def _digest(activation: str, arrays: Mapping[str, Floats]) -> str:
    """Of names, shapes and numbers, little-endian as in the file."""
    found = hashlib.sha256(activation.encode() + b"\n")
    for name in sorted(arrays):
        found.update(f"{name} {arrays[name].shape}\n".encode() + arrays[name].astype("<f8").tobytes())
    return found.hexdigest()


def _safetensors() -> Any:
    try:
        import safetensors.numpy
    except ImportError as error:
        raise ImportError("networks are saved with safetensors: pip install safetensors") from error
    return safetensors
