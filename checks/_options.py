"""The plugin's options by what they do: change what a check finds, or only what is run, shown and written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

_SILENT = ("again", "by", "carry", "compare", "json", "only", "progress", "show", "witnesses")


def influences(config: pytest.Config) -> dict[str, Any]:
    """The options that change what checks find: all of the plugin's own except those that are known not to."""
    own = ((name, value) for name, value in sorted(vars(config.option).items()) if name.startswith("claims_"))
    return {name: value for name, value in own if name.removeprefix("claims_") not in _SILENT}


def data(config: pytest.Config) -> dict[str, str]:
    """The paths that ``--claims-data`` gives, by name.

    Raises:
        pytest.UsageError: one is not NAME=PATH.
    """
    parts = [str(given).partition("=") for given in config.getoption("--claims-data")]
    if wrong := ["".join(part) for part in parts if not all(part)]:
        raise pytest.UsageError(f"--claims-data {wrong[0]!r}: give NAME=PATH")
    return {name: path for name, _, path in parts}


def as_given(config: pytest.Config) -> list[str]:
    """Those options as they stand on the command line."""
    return list(_given(influences(config), [str(word) for word in config.invocation_params.args]))


def _given(options: dict[str, Any], words: list[str]) -> Iterator[str]:
    for place, word in enumerate(words):
        name, _, value = word.partition("=")
        option = name.removeprefix("--").replace("-", "_")
        if name.startswith("--") and option in options:
            yield word
            if not value and not isinstance(options[option], bool) and place + 1 < len(words):
                yield words[place + 1]
