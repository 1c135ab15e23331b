"""Real data: the digits, and CIFAR-10 from a folder that nobody vouches for."""

from __future__ import annotations

import os
import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from checks.papers.many_faces.experiments.data import cifar10_pair, digits

NAMES = [b"airplane", b"automobile", b"bird", b"cat", b"deer", b"dog", b"frog", b"horse", b"ship", b"truck"]
ROWS = 20
"""Images in a batch of the tiny data set, two of each class."""

IMAGES = np.random.default_rng(0).integers(0, 256, size=(5, ROWS, 3072), dtype=np.uint8)
CLASSES = np.stack([np.random.default_rng(i).permutation(np.arange(ROWS) % 10) for i in range(5)])


def write(path: Path, content: Any, protocol: int = 2) -> None:
    path.write_bytes(pickle.dumps(content, protocol=protocol))


def batch(i: int) -> dict[bytes, Any]:
    labels = [int(label) for label in CLASSES[i]]
    return {b"batch_label": b"of 5", b"labels": labels, b"data": IMAGES[i], b"filenames": [b"x.png"] * ROWS}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "batches.meta", {b"num_cases_per_batch": ROWS, b"label_names": NAMES, b"num_vis": 3072})
    for i in range(5):
        write(tmp_path / f"data_batch_{i + 1}", batch(i))
    return tmp_path


def test_digits() -> None:
    points, labels = digits()
    assert points.shape == (1797, 64) and labels.shape == (1797,)
    assert points.min() == 0.0 and points.max() == 1.0
    assert set(labels.tolist()) == {-1.0, 1.0} and (labels == 1.0).sum() == 901
    assert labels[:10].tolist() == [1.0] * 5 + [-1.0] * 5  # the first ten digits are 0, 1, ..., 9


@pytest.mark.parametrize(("first", "second"), [("dog", "cat"), ("airplane", "truck")])
def test_two_classes_in_their_order(folder: Path, first: str, second: str) -> None:
    points, labels = cifar10_pair(folder, first, second)
    expected = [
        (IMAGES[i, j] / 255.0, 1.0 if name == first.encode() else -1.0)
        for i in range(5)
        for j in range(ROWS)
        if (name := NAMES[CLASSES[i, j]]) in (first.encode(), second.encode())
    ]
    assert len(points) == len(labels) == len(expected) == 20
    assert np.array_equal(points, [image for image, _ in expected])
    assert labels.tolist() == [label for _, label in expected]
    assert points.dtype == labels.dtype == np.float64


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4])
def test_every_protocol_is_read(folder: Path, protocol: int) -> None:
    expected = cifar10_pair(str(folder))
    write(folder / "data_batch_3", batch(2), protocol)
    assert all(np.array_equal(*pair) for pair in zip(cifar10_pair(folder), expected, strict=True))


def test_an_array_by_columns_is_the_same_array(folder: Path) -> None:
    expected = cifar10_pair(folder)
    write(folder / "data_batch_1", batch(0) | {b"data": np.asfortranarray(IMAGES[0])})
    assert all(np.array_equal(*pair) for pair in zip(cifar10_pair(folder), expected, strict=True))


def python_2_string(text: bytes) -> bytes:
    return (b"U" + struct.pack("<B", len(text)) if len(text) < 256 else b"T" + struct.pack("<i", len(text))) + text


def test_the_format_of_python_2(folder: Path) -> None:
    """The distributed files: cPickle's protocol 2, strings of bytes, the old name of numpy's module."""
    expected = cifar10_pair(folder)
    labels = b"]q\x01(" + b"".join(b"K" + bytes([label]) for label in CLASSES[4]) + b"e"
    shape = b"K" + bytes([ROWS]) + b"M" + struct.pack("<H", 3072) + b"\x86"
    dtype = b"cnumpy\ndtype\n" + python_2_string(b"u1") + b"K\x00K\x01\x87R(K\x03" + python_2_string(b"|")
    dtype += b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    data = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85" + python_2_string(b"b") + b"\x87R"
    data += b"(K\x01" + shape + dtype + b"\x89" + python_2_string(IMAGES[4].tobytes()) + b"tb"
    body = python_2_string(b"data") + data + python_2_string(b"labels") + labels
    (folder / "data_batch_5").write_bytes(b"\x80\x02}q\x00(" + body + b"u.")
    assert all(np.array_equal(*pair) for pair in zip(cifar10_pair(folder), expected, strict=True))


class Attack:
    """Runs a command when it is unpickled."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return self.call


@pytest.mark.parametrize("name", ["batches.meta", "data_batch_4"])
@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_code_is_refused_and_not_run(folder: Path, tmp_path: Path, name: str, protocol: int) -> None:
    mark = tmp_path / "was here"
    attack = Attack(os.system, f"touch '{mark}'")
    write(folder / name, batch(3) | {b"data": attack, b"label_names": attack}, protocol)
    with pytest.raises(ValueError, match=rf"{name}: asks for (posix|nt)\.system"):
        cifar10_pair(folder)
    assert not mark.exists()
    pickle.loads((folder / name).read_bytes())
    assert mark.exists()  # the attack was a real one


@pytest.mark.parametrize(
    ("attack", "message"),
    [
        (Attack(eval, "1"), r"asks for (builtins|__builtin__)\.eval"),
        (Attack(getattr, "", "x"), r"asks for (builtins|__builtin__)\.getattr"),
        (np.float64(1.0), r"asks for numpy\.\w+\.multiarray\.scalar"),
        (np.array([{}]), "not of bytes"),
        (np.zeros(3), "not of bytes"),
        (np.zeros(3, dtype="u1,u1"), "not of bytes"),
        (Path("x"), "asks for pathlib"),
    ],
)
def test_other_objects_are_refused(folder: Path, attack: object, message: str) -> None:
    write(folder / "data_batch_2", batch(1) | {b"extra": attack})
    with pytest.raises(ValueError, match=message):
        cifar10_pair(folder)


@pytest.mark.parametrize(
    "text",
    [
        b"\x80\x02cnumpy\ndtype\n}X\x0c\x00\x00\x00__defaults__)sb.",  # changes a function
        b"\x80\x02cnumpy\ndtype\n)\x81.",  # makes an object of it
        b"\x80\x02cnumpy\nndarray\n)R(K\x01)K\x05\x89U\x01atb.",  # an array of a number
        b"\x80\x02Pname\n.",  # asks for a persistent object
        b"\x80\x02]}s.",  # a list as a dictionary
        b"\x80\x02}r\xff\xff\xff\x03.",  # number 2**26 - 1 of the memo, for which a reader takes a gigabyte
        b"}p67108863\n.",
        b"}p-1\n.",
        b"",
        b"not a pickle",
    ],
)
def test_odd_pickles_are_refused(folder: Path, text: bytes) -> None:
    (folder / "data_batch_1").write_bytes(text)
    with pytest.raises(ValueError, match="data_batch_1: is damaged or no pickle of arrays"):
        cifar10_pair(folder)


@pytest.mark.parametrize("share", [0.01, 0.5, 0.999])
@pytest.mark.parametrize("name", ["batches.meta", "data_batch_5"])
def test_truncated_files_are_named(folder: Path, name: str, share: float) -> None:
    text = (folder / name).read_bytes()
    (folder / name).write_bytes(text[: int(share * len(text))])
    with pytest.raises(ValueError, match=f"{name}: is damaged"):
        cifar10_pair(folder)


@pytest.mark.parametrize("name", ["batches.meta", "data_batch_1", "data_batch_5"])
def test_missing_files_are_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ValueError, match=rf"{name}: cannot be read .*cifar-10-batches-py"):
        cifar10_pair(folder)
    (folder / name).mkdir()
    with pytest.raises(ValueError, match=rf"{name}: cannot be read"):
        cifar10_pair(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({b"data": IMAGES[0][:, :-1]}, r"data must be an array \(p, 3072\) of bytes, uint8 \(20, 3071\)"),
        ({b"data": IMAGES[0].ravel()}, "data must be"),
        ({b"data": [1, 2]}, "data must be an array .* list of 2 found"),
        ({b"labels": [0] * 19}, "labels must be a list of 20 numbers, list of 19"),
        ({b"labels": "x" * 20}, "labels must be a list"),
        ({b"labels": [10] * 20}, "from 0 to 9"),
        ({b"labels": [-1] * 20}, "from 0 to 9"),
        ({b"labels": [0.0] * 20}, "from 0 to 9"),
    ],
)
def test_what_does_not_fit_is_named(folder: Path, change: dict[bytes, Any], message: str) -> None:
    write(folder / "data_batch_1", batch(0) | change)
    with pytest.raises(ValueError, match=f"data_batch_1: .*{message}"):
        cifar10_pair(folder)


def test_missing_entries_are_named(folder: Path) -> None:
    write(folder / "data_batch_1", {b"data": IMAGES[0]})
    with pytest.raises(ValueError, match="data_batch_1: has no 'labels'"):
        cifar10_pair(folder)
    write(folder / "data_batch_1", [1, 2])
    with pytest.raises(ValueError, match="must hold a dictionary, list of 2"):
        cifar10_pair(folder)
    write(folder / "batches.meta", {b"label_names": [1, 2]})
    with pytest.raises(ValueError, match="label_names must be a list of names"):
        cifar10_pair(folder)


def test_bad_classes_are_named(folder: Path) -> None:
    with pytest.raises(ValueError, match="first='wolf': choose one of airplane, automobile"):
        cifar10_pair(folder, "wolf")
    with pytest.raises(ValueError, match="second='wolf'"):
        cifar10_pair(folder, "dog", "wolf")
    with pytest.raises(ValueError, match="choose two classes"):
        cifar10_pair(folder, "cat")
    for i in range(5):
        write(folder / f"data_batch_{i + 1}", batch(i) | {b"labels": [3] * ROWS})
    with pytest.raises(ValueError, match="no image of 'dog'"):
        cifar10_pair(folder)
