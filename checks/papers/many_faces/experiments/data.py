"""Real data for training: scikit-learn's digits, and two classes of CIFAR-10 from the user's own copy.

CIFAR-10 comes as pickles, and a pickle can run any code: these are read by an unpickler that knows how to make
arrays of numbers and nothing else.
"""

from __future__ import annotations

import io
import pickle
import pickletools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checks.arrays import Floats

__all__ = ["cifar10_pair", "digits"]


_BATCHES = tuple(f"data_batch_{i}" for i in range(1, 6))
_PIXELS = 3072
_LARGEST = 200_000_000  # bytes: a batch of the original has 31 million
_MEMO = 1_000_000  # entries: a batch of the original has some ten thousand


def digits() -> tuple[Floats, Floats]:
    """Scikit-learn's digits: pixels in [0, 1], (1797, 64), and labels (1797,), +1 for 0-4 and -1 for 5-9."""
    from sklearn.datasets import load_digits

    data = load_digits()
    return data.data / 16.0, np.where(data.target < 5, 1.0, -1.0)


def cifar10_pair(folder: str | Path, first: str = "dog", second: str = "cat") -> tuple[Floats, Floats]:
    """Training images of two classes of CIFAR-10: pixels in [0, 1], (p, 3072), and labels (p,), +1 for first.

    folder: the python version as distributed (A. Krizhevsky, Learning multiple layers of features from tiny images,
    2009), with data_batch_1 to data_batch_5 and batches.meta. Images are in their order there: 10,000 for two
    classes of the whole set.

    Raises:
        ValueError: a file is missing, is not what that version has in its place, or holds anything but arrays,
            numbers and text; a class of another name, or none of its images; the same class twice.
    """
    names = _class_names(Path(folder))
    for name, value in (("first", first), ("second", second)):
        if value not in names:
            raise ValueError(f"{name}={value!r}: choose one of {', '.join(names)}")
    if first == second:
        raise ValueError(f"first={first!r} and second={second!r}: choose two classes")
    batches = [_batch(Path(folder) / name, len(names)) for name in _BATCHES]
    images, classes = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    wanted = {1.0: classes == names.index(first), -1.0: classes == names.index(second)}
    for sign, name in ((1.0, first), (-1.0, second)):
        if not wanted[sign].any():
            raise ValueError(f"folder={str(folder)!r} has no image of {name!r}: give the whole data set")
    either = wanted[1.0] | wanted[-1.0]
    return images[either] / 255.0, np.where(wanted[1.0][either], 1.0, -1.0)


def _class_names(folder: Path) -> list[str]:
    path = folder / "batches.meta"
    names = _entry(path, _unpickled(path), "label_names")
    if not isinstance(names, list) or not names or not all(isinstance(name, bytes | str) for name in names):
        raise ValueError(f"{path}: label_names must be a list of names; use the python version of CIFAR-10")
    return [name.decode("ascii", "replace") if isinstance(name, bytes) else name for name in names]


def _batch(path: Path, count: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Images (p, 3072) and classes (p,) of one file."""
    content = _unpickled(path)
    images, classes = _entry(path, content, "data"), _entry(path, content, "labels")
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8 or images.shape[1:] != (_PIXELS,):
        raise ValueError(f"{path}: data must be an array (p, {_PIXELS}) of bytes, {_seen(images)} found")
    if not isinstance(classes, list) or len(classes) != len(images):
        raise ValueError(f"{path}: labels must be a list of {len(images)} numbers, {_seen(classes)} found")
    if not all(type(label) is int and 0 <= label < count for label in classes):
        raise ValueError(f"{path}: labels must be whole numbers from 0 to {count - 1}")
    return images, np.array(classes, dtype=np.int64)


def _seen(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape}"
    return f"{type(value).__name__} of {len(value)}" if isinstance(value, list) else type(value).__name__


def _entry(path: Path, content: Mapping[Any, Any], name: str) -> Any:
    for key in (name.encode(), name):
        if key in content:
            return content[key]
    raise ValueError(f"{path}: has no {name!r}; use the python version of CIFAR-10")


# --- reading


def _unpickled(path: Path) -> dict[Any, Any]:
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError(f"{path}: has more than {_LARGEST} bytes; use the python version of CIFAR-10")
        text = path.read_bytes()
    except OSError as error:
        reason = error.strerror or error
        raise ValueError(f"{path}: cannot be read ({reason}); give the folder cifar-10-batches-py") from error
    content = _loaded(text, path)
    if not isinstance(content, dict):
        raise ValueError(f"{path}: must hold a dictionary, {_seen(content)} found")
    return {key: value.array if isinstance(value, _Array) else value for key, value in content.items()}


def _loaded(text: bytes, path: Path) -> object:
    try:
        _check_memo(text)
        return _Arrays(io.BytesIO(text), encoding="bytes").load()
    except _Refused as error:
        raise ValueError(
            f"{path}: asks for {error}, which no data set needs; it was not run, do not trust it"
        ) from error
    except Exception as error:  # a damaged pickle can fail in any way
        raise ValueError(f"{path}: is damaged or no pickle of arrays ({error}); download the data set again") from error


def _check_memo(text: bytes) -> None:
    """Refuse numbers of the memo that no writer gives out: the reader makes room for all below, eight bytes each."""
    for operation, number, _ in pickletools.genops(text):
        if operation.name in ("PUT", "BINPUT", "LONG_BINPUT") and not 0 <= int(number or 0) < _MEMO:
            raise pickle.UnpicklingError(f"number {number} in a memo, where at most {_MEMO} are in use")


class _Array:
    """An array of bytes in the making; numpy's own way to fill one in is not called."""

    __slots__ = ("array",)

    def __setstate__(self, state: Any) -> None:
        _, shape, dtype, by_columns, text = state
        if not isinstance(dtype, _Bytes) or not isinstance(text, bytes) or not isinstance(shape, tuple):
            raise pickle.UnpicklingError("an array that is not one of bytes")
        flat = np.frombuffer(text, dtype=np.uint8)
        self.array = flat.reshape(shape[::-1]).T if by_columns else flat.reshape(shape)


class _Bytes:
    """The dtype of bytes."""

    __slots__ = ()

    def __setstate__(self, state: Any) -> None:
        """What numpy keeps about byte order says nothing about bytes."""


def _dtype(name: object, *_: object) -> _Bytes:
    if name not in ("u1", b"u1"):
        raise pickle.UnpicklingError(f"an array of {name!r}, not of bytes")
    return _Bytes()


def _encoded(text: str | bytes, *_: object) -> bytes:
    """How Python 3 writes bytes into pickles that Python 2 can read."""
    return text if isinstance(text, bytes) else text.encode("latin1")


class _Maker:
    """A function that a pickle may call, but not change."""

    __slots__ = ("_function",)

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __call__(self, *arguments: Any) -> Any:
        return self._function(*arguments)

    def __setstate__(self, state: Any) -> None:
        raise pickle.UnpicklingError("a change to a function")


_MAKERS: dict[tuple[str, str], Callable[..., Any]] = {
    ("numpy.core.multiarray", "_reconstruct"): lambda *_: _Array(),
    ("numpy._core.multiarray", "_reconstruct"): lambda *_: _Array(),
    ("numpy", "ndarray"): lambda *_: _Array(),
    ("numpy", "dtype"): _dtype,
    ("_codecs", "encode"): _encoded,
}


class _Arrays(pickle.Unpickler):
    """Makes dictionaries, lists, tuples, text, numbers and arrays of bytes."""

    def find_class(self, module: str, name: str) -> Any:
        """The function of that name, if it is one of those that make arrays."""
        if (module, name) not in _MAKERS:
            raise _Refused(f"{module}.{name}")
        return _Maker(_MAKERS[module, name])


class _Refused(Exception):
    """A pickle asked for something that is not on the list."""
