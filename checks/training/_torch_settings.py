"""Torch's global settings while networks train, in however many threads at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import torch

_lock = threading.Condition()
_running, _kind = 0, "cpu"
_before: tuple[str, int] = ("highest", 1)


@contextmanager
def settings(device: torch.device) -> Iterator[None]:
    """Those that make the products fast and exact to float32; the last run to end gives the old ones back.

    One thread: the products are small, and threads that wait for each other at every one of them take a hundred
    times longer when the cores are shared. On a CPU "medium" selects oneDNN's products, up to twice as fast; it is
    kept if they round like float32. On a GPU "highest" keeps TF32 out. Torch has one precision for all devices, so
    runs on the GPU wait for those on the CPU to end, and the other way round.
    """
    _enter(device)
    try:
        with torch.no_grad(), torch.autocast(device.type, enabled=False):
            yield
    finally:
        _leave()


def _enter(device: torch.device) -> None:
    global _before, _kind, _running
    with _lock:
        _lock.wait_for(lambda: not _running or _kind == device.type)
        if not _running:
            _kind = device.type
            _before = torch.get_float32_matmul_precision(), torch.get_num_threads()
        torch.set_num_threads(1)  # OpenMP keeps this number for each thread by itself
        if not _running:
            torch.set_float32_matmul_precision("medium" if device.type == "cpu" and _fast_is_exact() else "highest")
        _running += 1


def _leave() -> None:
    global _running
    with _lock:
        _running -= 1
        torch.set_num_threads(_before[1])
        if not _running:
            torch.set_float32_matmul_precision(_before[0])
            _lock.notify_all()


@cache
def _fast_is_exact() -> bool:
    torch.set_float32_matmul_precision("medium")
    return _rounds_like_float32()


def _rounds_like_float32() -> bool:
    a = torch.linspace(1.0, 2.0, 128 * 1024, dtype=torch.float32, device="cpu").reshape(128, 1024)
    for left, right in ((a[:, :128], a), (a[:, :128].reshape(2, 64, 128), a.reshape(2, 64, 1024).mT[:, :128])):
        product = left @ right
        # float32 is off by 128 u = 8e-6 at most here, u = 2^-24; TF32 and bfloat16 round to 2^-11 and 2^-9.
        if (product / (left.double() @ right.double()) - 1).abs().max() > 1e-5:
            return False
    return True
