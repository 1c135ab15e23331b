"""What the options of a run ask for: statements, methods, data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from checks import _options
from checks.ledger import Ledger
from checks.verdict import METHODS


def patterns(config: pytest.Config, ledgers: Iterable[Ledger]) -> list[str]:
    """What ``--claims-only`` asks for.

    Raises:
        pytest.UsageError: a pattern matches no statement.
    """
    wanted = [pattern.strip() for pattern in (config.getoption("--claims-only") or "").split(",") if pattern.strip()]
    known = [entry.id for ledger in ledgers for entry in ledger]
    for pattern in wanted:
        if not any(fnmatchcase(name, pattern) for name in known):
            near = [name for name in known if name.startswith(pattern[:5])]
            raise pytest.UsageError(f"--claims-only {pattern!r} matches no statement; near it: {near}")
    return wanted


def methods(config: pytest.Config) -> list[str]:
    """What ``--claims-by`` asks for.

    Raises:
        pytest.UsageError: there is no such method.
    """
    wanted = [method.strip() for method in (config.getoption("--claims-by") or "").split(",") if method.strip()]
    if unknown := [method for method in wanted if method not in METHODS]:
        raise pytest.UsageError(f"--claims-by {','.join(unknown)!r}: use methods out of {', '.join(METHODS)}")
    return wanted


def check_data(config: pytest.Config, ledgers: Mapping[Path, Ledger]) -> None:
    """Refuse data that no ledger has a name for.

    Raises:
        pytest.UsageError: there are such data.
    """
    known = {name: what for ledger in ledgers.values() for name, what in ledger.paper.get("data", {}).items()}
    if unknown := [name for name in _options.data(config) if name not in known]:
        names = "; ".join(f"{name}: {what}" for name, what in known.items()) or "none"
        places = ", ".join(map(str, ledgers))
        raise pytest.UsageError(f"--claims-data {unknown[0]}=...: [paper.data] of {places} names {names}")
