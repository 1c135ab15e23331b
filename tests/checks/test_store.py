"""The cache: what is stored is read back, what is damaged is not, a failed write leaves the old file."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from checks import store

ARRAYS = {"a": np.arange(6.0).reshape(2, 3), "b": np.array([1, 2], dtype=np.int64)}


def test_round_trip(tmp_path: Path) -> None:
    store.store(tmp_path / "deep" / "entry", ARRAYS, {"seconds": 1.5, "name": "é\n"})
    entry = store.load(tmp_path / "deep" / "entry")
    assert entry is not None
    assert entry.metadata == {"seconds": 1.5, "name": "é\n"}
    assert all(np.array_equal(entry.arrays[name], value) for name, value in ARRAYS.items())


def test_nothing_there(tmp_path: Path) -> None:
    assert store.load(tmp_path / "missing") is None


@pytest.mark.parametrize("place", [0, 70, 90, -1])
def test_a_flipped_byte_is_noticed_wherever_it_is(tmp_path: Path, place: int) -> None:
    path = tmp_path / "entry"
    store.store(path, ARRAYS, {})
    body = bytearray(path.read_bytes())
    body[place] ^= 1
    path.write_bytes(bytes(body))
    assert store.load(path) is None


def _npz(**arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"{}\n",
        b"{}\nPK\x03\x04",
        b"{}\n\x93NUMPY",
        b"{}\n" + np.ones(2).tobytes(),
        b"{}\n" + _npz()[:-9],
        b"{}\n" + _npz(a=np.ones(3)).replace(b"descr", b"desc_"),
        b"{\n" + _npz(),
        b"[1]\n" + _npz(),
        b"\xff\n" + _npz(),
    ],
)
def test_a_file_of_the_right_checksum_that_is_no_entry_counts_as_none(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "entry"
    path.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    assert store.load(path) is None


def test_a_folder_is_no_entry(tmp_path: Path) -> None:
    assert store.load(tmp_path) is None


@pytest.mark.parametrize("length", [0, 10, 64, 65, 200])
def test_a_truncated_file_is_noticed(tmp_path: Path, length: int) -> None:
    path = tmp_path / "entry"
    store.store(path, ARRAYS, {})
    path.write_bytes(path.read_bytes()[:length])
    assert store.load(path) is None


def test_a_write_that_fails_leaves_the_old_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "entry"
    store.store(path, ARRAYS, {"version": 1})

    def full_disk(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(store.os, "replace", full_disk)
    with pytest.raises(OSError, match="disk full"):
        store.store(path, ARRAYS, {"version": 2})
    entry = store.load(path)
    assert entry is not None and entry.metadata == {"version": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["entry"]


_LOCKED = """
import sys, time
from pathlib import Path
from checks import store

lock, log = map(Path, sys.argv[1:])
with store.alone(lock):
    before = log.read_text()
    time.sleep(0.05)
    log.write_text(before + "x")
"""


@pytest.mark.skipif(store.fcntl is None, reason="no locks on Windows")
def test_one_process_at_a_time(tmp_path: Path) -> None:
    lock, log = tmp_path / "deep" / "lock", tmp_path / "log"
    log.write_text("")
    command = [sys.executable, "-c", _LOCKED, str(lock), str(log)]
    processes = [subprocess.Popen(command) for _ in "123"]
    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0]
    assert log.read_text() == "xxx"


def test_objects_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'bad'"):
        store.store(tmp_path / "entry", {"bad": np.array([{}])}, {})
    assert not list(tmp_path.iterdir())


def test_keys_follow_content() -> None:
    assert store.content_key({"a": 1, "b": [2.5]}) == store.content_key({"b": [2.5], "a": 1})
    assert store.content_key({"a": 1}) != store.content_key({"a": 2})
    for bad in (float("nan"), object()):
        with pytest.raises(ValueError, match="not JSON"):
            store.content_key({"a": bad})


def test_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(store.FOLDER_VARIABLE, raising=False)
    assert store.cache_folder() == Path(".cache")
    monkeypatch.setenv(store.FOLDER_VARIABLE, "/elsewhere")
    assert store.cache_folder() == Path("/elsewhere")
