"""What the options of a run ask for: statements, methods, data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pytest

from checks import _options
from checks.holding import held
from checks.ledger import Ledger
from checks.naming import chosen, matches
from checks.verdict import METHODS
from manyfaces.places import ledger_path


def patterns(config: pytest.Config, ledgers: Iterable[Ledger]) -> list[str]:
    """What ``--claims-only`` asks for.

    Raises:
        pytest.UsageError: a pattern matches no statement, or is an id that several ledgers have.
    """
    wanted = asked_for(config)
    known = {ledger.name: list(ledger.statements) for ledger in ledgers}
    try:
        chosen(known, wanted if known else [])
    except ValueError as error:
        raise pytest.UsageError(f"--claims-only {error}") from error
    return wanted


def asked_for(config: pytest.Config) -> list[str]:
    """The patterns of ``--claims-only``."""
    return [pattern.strip() for pattern in (config.getoption("--claims-only") or "").split(",") if pattern.strip()]


def passed_over(config: pytest.Config, file: Path) -> bool:
    """Whether a Python file certainly holds none of the checks that ``--claims-only`` asks for."""
    ledger = ledger_path(config, file)
    if ledger is None or _hooked(file.parent, ledger.parent):
        return False
    if not any(file.match(pattern) for pattern in config.getini("python_files")):
        return file.name not in ("__init__.py", "conftest.py")  # it may hold examples, which are no checks
    functions, classes = (tuple(config.getini(f"python_{kind}")) for kind in ("functions", "classes"))
    plain = not any(sign in name for name in (*functions, *classes) for sign in "*?[")
    found = held(file, functions, classes)
    # Of which paper they are is left open: that would need the ledger.
    return (
        plain
        and found.sure
        and not any(matches(name, "", [_bare(each)]) for name in found.checks for each in asked_for(config))
    )


def _bare(pattern: str) -> str:
    return pattern.rpartition(":")[2]


@cache
def _hooked(folder: Path, top: Path) -> bool:
    """Whether a conftest of a ledger's folder, or of one inside it, takes part in the collection by a hook."""
    conftest = folder / "conftest.py"
    if conftest.is_file() and b"pytest_" in conftest.read_bytes():
        return True
    return folder != top and top in folder.parents and _hooked(folder.parent, top)


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
