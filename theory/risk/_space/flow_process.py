"""OR-tools in a process of its own: its HiGHS and that of highspy, which cvxpy loads, break each other in one process.

Run as a program, this file answers graphs with flows, in bytes, until its input ends. A process can be stopped, too.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from importlib.util import find_spec
from threading import Timer
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

TYPES = (np.int32, np.int32, np.int64, np.int64, np.int64)
"""Of starts, ends, greatest flows and costs of the arcs, and of what the nodes send."""
LONGEST_WAIT = 1e6
"""Seconds that a timer can wait for everywhere: eleven days."""


def installed() -> bool:
    return find_spec("ortools") is not None


class FlowProcess(AbstractContextManager["FlowProcess"]):
    """Started when it is first asked."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def flow(self, arrays: Sequence[NDArray[Any]], seconds: float) -> NDArray[np.int64]:
        """The flow of least cost along the arcs. An ArithmeticError: there is none, or not so soon."""
        if self._process is None:
            pipe = subprocess.PIPE
            command = [sys.executable, "-P", __file__]
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        timer = Timer(min(seconds, LONGEST_WAIT), process.kill)
        timer.daemon = True
        timer.start()
        try:
            _write(process.stdin, [np.array([len(arrays[0]), len(arrays[-1])], dtype=np.int64), *arrays])
            [found] = _read(process.stdout, [np.int64], [len(arrays[0])])
        except (EOFError, OSError) as error:
            raise ArithmeticError("OR-tools found no flow") from error
        finally:
            timer.cancel()
        return found

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            with suppress(OSError):  # what is left to write has no reader
                self._process.__exit__(None, None, None)


def _write(stream: Any, arrays: Sequence[NDArray[Any]]) -> None:
    for array in arrays:
        stream.write(array.tobytes())
    stream.flush()


def _read(stream: Any, types: Sequence[Any], counts: Sequence[int]) -> list[NDArray[Any]]:
    found = []
    for kind, count in zip(types, counts, strict=True):
        size = count * np.dtype(kind).itemsize
        data = stream.read(size)
        if len(data) < size:
            raise EOFError
        found.append(np.frombuffer(data, dtype=kind))
    return found


def main(source: BinaryIO, target: BinaryIO) -> None:
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    while True:
        try:
            [(arcs, nodes)] = _read(source, [np.int64], [2])
        except EOFError:
            return
        start, end, most, costs, sent = _read(source, TYPES, [arcs] * 4 + [nodes])
        solver = SimpleMinCostFlow()
        names = solver.add_arcs_with_capacity_and_unit_cost(start, end, most, costs)
        solver.set_nodes_supplies(np.arange(nodes, dtype=np.int32), sent)
        if solver.solve() != solver.OPTIMAL:
            return
        _write(target, [np.asarray(solver.flows(names), dtype=np.int64)])


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
