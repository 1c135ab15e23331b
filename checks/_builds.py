"""Artefacts that checks share: each is built once, timed, and dropped when the last item that needs it is done."""

from __future__ import annotations

import copy
import hashlib
import inspect
import pickle
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from checks import records
from checks._options import data

Build = Callable[..., Any]


def build_name(build: Any) -> str:
    """What a build is called: its module and its name there."""
    kind = build if hasattr(build, "__qualname__") else type(build)
    return f"{kind.__module__}.{kind.__qualname__}"


class ChangedError(RuntimeError):
    """A check or a sabotage changed an object that others examine, too."""


_NO_COPY = (TypeError, ValueError, AttributeError, RuntimeError, copy.Error, pickle.PicklingError)
"""What objects raise that cannot be copied or pickled."""


class Own:
    """A copy of an object for one item alone; the object itself where it has none, and then what it looked like.

    Attributes:
        value: what the item may change.
    """

    def __init__(self, original: Any) -> None:
        self._original, self._before = original, ""
        try:
            self.value = copy.deepcopy(original)
        except _NO_COPY:
            self.value, self._before = original, _digest(original)

    def changed(self) -> bool:
        """Whether the original was changed; never where that cannot be seen, as the object cannot be pickled."""
        return bool(self._before) and _digest(self._original) != self._before


def _digest(value: Any) -> str:
    try:
        return hashlib.sha256(pickle.dumps(value)).hexdigest()
    except _NO_COPY:
        return ""


class Builds:
    """The artefacts of one process.

    A trained network can take as much memory as everything else, so none is kept for items that will not come.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self._made: dict[Build, Any] = {}
        self._left: Counter[Build] = Counter()
        self._timed: list[records.Build] = []

    def expect(self, builds: Iterable[Build]) -> None:
        """Say what will be asked for: a build for each item to come."""
        self._left.update(builds)

    def artefact(self, build: Build) -> Any:
        """What the function builds for (scale, device), a keyword-only argument being handed what its name says:
        one of the options ``--claims-...``, else a path of ``--claims-data``, or None.
        """
        if build not in self._made:
            started, option = time.perf_counter(), self.config.getoption
            parameters = inspect.signature(build).parameters.values()
            asked = [kind.name for kind in parameters if kind.kind is kind.KEYWORD_ONLY]
            paths = data(self.config)
            options = {name: option(name) if name.startswith("claims_") else paths.get(name) for name in asked}
            self._made[build] = build(option("--claims-scale"), option("--claims-device"), **options)
            seconds = round(time.perf_counter() - started, 3)
            self._timed.append({"name": build_name(build), "seconds": seconds})
        return self._made[build]

    def forget(self, build: Build) -> None:
        """Build it anew for those who ask next: it was changed."""
        self._made.pop(build, None)

    def timed(self) -> list[records.Build]:
        """Name and seconds of each artefact built since this was last asked."""
        timed, self._timed = self._timed, []
        return timed

    def done(self, build: Build) -> None:
        """One item that needed it is done."""
        self._left[build] -= 1
        if self._left[build] <= 0:
            self._made.pop(build, None)
