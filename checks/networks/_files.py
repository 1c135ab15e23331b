"""Networks in files: safetensors, which hold numbers and words and can run nothing."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from checks.arrays import Floats
from checks.networks._layers import Layers
from checks.networks._reading._described import KEY

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
        "pairs": _GATES,
        KEY: json.dumps({"input_shape": [network.dimension], "layers": _described(network)}),
    }
    metadata["sha256"] = _digest(metadata, arrays)
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
    sealed = {name: words for name, words in metadata.items() if name != "sha256"}
    whole = metadata.get("sha256") == _digest(sealed, arrays) and all(a.dtype == np.float64 for a in arrays.values())
    names = {f"{kind}{i}" for kind in ("weight", "bias") for i in range(len(arrays) // 2)}
    if not whole or set(arrays) != names:
        raise ValueError(f"path={str(path)!r} is damaged: its numbers are not those that were saved")
    weights, biases = ([arrays[f"{kind}{i}"] for i in range(len(names) // 2)] for kind in ("weight", "bias"))
    return weights, biases, metadata.get("activation", "")


def _described(network: Layers) -> list[dict[str, Any]]:
    """The layers as `from_file` reads them, and whoever else takes files with a description."""
    found: list[dict[str, Any]] = []
    for i, weight in enumerate(network.weights):
        found.append({"op": "linear", "weight": f"weight{i}", "bias": f"bias{i}"})
        sizes = {"groupsort2": 2, "fullsort": len(weight)}
        size = sizes.get(network.activation)
        found.append({"op": network.activation} if size is None else {"op": "groupsort", "size": size})
    return found[:-1]


def _named(network: Layers) -> dict[str, Floats]:
    layers = zip(network.weights, network.biases, strict=True)
    return {
        f"{kind}{i}": np.array(part)
        for i, layer in enumerate(layers)
        for kind, part in zip(("weight", "bias"), layer, strict=True)
    }


def _digest(metadata: Mapping[str, str], arrays: Mapping[str, Floats]) -> str:
    """Of words, names, shapes and numbers, little-endian as in the file."""
    found = hashlib.sha256(json.dumps(metadata, sort_keys=True).encode() + b"\n")
    for name in sorted(arrays):
        found.update(f"{name} {arrays[name].shape}\n".encode() + arrays[name].astype("<f8").tobytes())
    return found.hexdigest()


def _safetensors() -> Any:
    try:
        import safetensors.numpy
    except ImportError as error:
        raise ImportError("networks are saved with safetensors: pip install safetensors") from error
    return safetensors
