"""Where, when and with which options a run took place."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from checks.evidence import SEED
from checks.machine import installed, machine
from checks.records import Circumstances

_GIT_SECONDS = 10  # before git is taken to be stuck: chosen, it takes some milliseconds


def circumstances(config: pytest.Config, ledger: Path, partial: bool) -> Circumstances:
    """What a document says of its run."""
    return {
        "version": installed("manyfaces"),
        "commit": _commit(ledger),
        "machine": machine(),
        "datetime": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": SEED,
        "claims_seed": config.getoption("--claims-seed"),
        "pinned": config.getoption("--claims-pinned"),
        "scale": config.getoption("--claims-scale"),
        "device": config.getoption("--claims-device"),
        "partial": partial,
    }


def _commit(ledger: Path) -> str | None:
    """The commit that holds the ledger; None where git does not track it, as in an installed copy."""
    tracked = _git(ledger.parent, "ls-files", "--", ledger.name)
    return tracked and _git(ledger.parent, "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*")


def _git(folder: Path, *command: str) -> str | None:
    try:
        result = subprocess.run(
            ["git", *command], cwd=folder, capture_output=True, encoding="utf-8", timeout=_GIT_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return result.stdout.strip() or None
