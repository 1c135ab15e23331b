"""A GPU that is not there: every call of torch is watched for tensors that lie on different devices.

All tensors lie on the CPU in truth and are marked with the device they would lie on. No tensor left on the CPU may meet
one on the GPU. The rule is stricter than CUDA's, which takes scalars and some indices from the CPU. Since the tensors
carry values, whatever reads them back runs as it stands. (Torch's own FakeTensorMode carries none, and where torch was
built for the CPU alone its tensors of CUDA can be neither indexed nor copied.)

A CUDA graph is a list of these calls with the tensors that they were given and gave. While it is recorded nothing may
be read back or sent, and memory is afterwards what it was; replayed, the same calls are made again, and what they give
goes where it went.

What this does not show: anything about CUDA's kernels. How they round, whether they repeat, their memory and speed, and
all that concerns streams, drivers or several GPUs need a GPU.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

CPU, CUDA = torch.device("cpu"), torch.device("cuda")

READING = (
    *(Tensor.cpu, Tensor.to, Tensor.numpy, Tensor.__array__, Tensor.item, Tensor.tolist, Tensor.__bool__),
    *(Tensor.__float__, Tensor.__int__, Tensor.nonzero, torch.nonzero, torch.tensor, torch.as_tensor),
)
"""What waits for a GPU, or sends it something."""


class PretendedGraph:
    """Stands in for torch.cuda.CUDAGraph. replays: of all graphs."""

    replays: ClassVar[int] = 0

    def __init__(self) -> None:
        self.calls: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any], list[Tensor]]] = []

    def replay(self) -> None:
        PretendedGraph.replays += 1
        for function, args, kwargs, results in self.calls:
            for result, again in zip(results, _tensors(function(*args, **kwargs)), strict=True):
                if result.untyped_storage().data_ptr() != again.untyped_storage().data_ptr():
                    result.copy_(again)


class _Record:
    """Of the graph that is being recorded, if any, and the memory that was there before."""

    def __init__(self) -> None:
        self.graph: PretendedGraph | None = None
        self.before: dict[int, tuple[torch.UntypedStorage, torch.UntypedStorage]] = {}

    def called(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self.graph is None:
            return function(*args, **kwargs)
        for tensor in _tensors([*args, *kwargs.values()]):
            storage = tensor.untyped_storage()
            self.before.setdefault(storage.data_ptr(), (storage, storage.clone()))
        found = function(*args, **kwargs)
        self.graph.calls.append((function, args, kwargs, _tensors(found)))
        return found

    def refuse(self, function: Callable[..., Any]) -> None:
        if self.graph is not None:
            raise RuntimeError(f"{function.__name__} while a graph is recorded")


_record = _Record()


@contextmanager
def recording(graph: PretendedGraph, capture_error_mode: str) -> Iterator[None]:
    """Stands in for torch.cuda.graph."""
    assert capture_error_mode == "thread_local"
    _record.graph, _record.before = graph, {}
    try:
        yield
    finally:
        _record.graph = None
        for storage, copy in _record.before.values():
            storage.copy_(copy)


class DeviceMismatch(Exception):
    """A call of torch met a tensor of the CPU and one of the GPU."""


class PretendedGPU(TorchFunctionMode):
    """Tensors sent to CUDA stay on the CPU and are marked; a call where marked meets unmarked fails."""

    def __torch_function__(
        self, function: Any, types: object, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        if function == Tensor.device.__get__:
            return _device(args[0])
        if function == Tensor.pin_memory:
            return args[0]
        if function in (Tensor.numpy, Tensor.__array__) and _device(args[0]) == CUDA:
            raise DeviceMismatch("numpy cannot read the memory of a GPU: call cpu() first")
        if function in READING:
            _record.refuse(function)
        if function == Tensor.cpu:
            return _moved(args[0], CPU)
        if function == Tensor.to and isinstance(args[1], str | torch.device):
            return _moved(args[0].to(*args[2:], **kwargs), torch.device(args[1]))
        wanted = kwargs.pop("device", None)
        device = _common_device(function, args, kwargs) if wanted is None else torch.device(wanted)
        return _marked(_record.called(function, args, kwargs), device)


def _device(tensor: Tensor) -> torch.device:
    return CUDA if getattr(tensor, "on_cuda", False) else CPU


def _common_device(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> torch.device:
    """Where the result lies."""
    devices = [_device(tensor) for tensor in _tensors([*args, *kwargs.values()])]
    if len(set(devices)) > 1:
        raise DeviceMismatch(f"{function.__name__} of tensors on {', '.join(map(str, devices))}")
    return devices[0] if devices else CPU


def _tensors(value: Any) -> list[Tensor]:
    if isinstance(value, tuple | list):
        return [tensor for part in value for tensor in _tensors(part)]
    return [value] if isinstance(value, Tensor) else []


def _moved(tensor: Tensor, device: torch.device) -> Tensor:
    """On that device; devices share no memory."""
    return tensor if _device(tensor) == device else _marked(tensor.clone(), device)


def _marked(result: Any, device: torch.device) -> Any:
    for tensor in _tensors(result):
        tensor.on_cuda = device == CUDA
    return result
