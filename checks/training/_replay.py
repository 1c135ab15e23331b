"""Steps on a GPU without the time it takes to ask for each of their hundred small kernels: recorded once, replayed.

A CUDA graph repeats the same kernels on the same memory, so what is recorded takes what changes from step to step from
tensors, and leaves what it finds in tensors that were there before.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import torch

_WARM = 2
"""Calls before the recording: libraries make their workspaces, `Scratch` its memory; the second finds all of it."""


class Replay:
    """A function that is recorded on a GPU after its first calls; elsewhere it is called as it stands.

    Where recording fails, as when a library waits for the GPU in between, it goes on being called, with a warning.
    """

    def __init__(self, function: Callable[[], None], device: torch.device, recordable: bool = True) -> None:
        self._function, self._calls = function, 0
        self._recordable = recordable and device.type == "cuda"
        self._graph: torch.cuda.CUDAGraph | None = None

    def __call__(self) -> None:
        if self._recordable and self._graph is None and self._calls == _WARM:
            self._graph = self._recorded()
        if self._graph is not None:
            self._graph.replay()
        else:
            self._function()
        self._calls += 1

    def _recorded(self) -> torch.cuda.CUDAGraph | None:
        """Nothing is computed meanwhile; other threads may ask the GPU for what they like."""
        graph = torch.cuda.CUDAGraph()
        try:
            with torch.cuda.graph(graph, capture_error_mode="thread_local"):
                self._function()
        except RuntimeError as error:
            self._recordable = False
            warnings.warn(f"a step cannot be recorded ({error}): training is slower", RuntimeWarning, stacklevel=2)
            return None
        return graph
