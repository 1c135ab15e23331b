"""Run the checks with pytest, undisturbed by whatever project the current folder belongs to."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import checks

CHECKS = Path(checks.__file__).resolve().parent

_INI = """[pytest]
addopts = --import-mode=importlib --strict-markers
cache_dir = {cache}
filterwarnings =
    ignore::DeprecationWarning
    ignore:.*jit.*:UserWarning
"""


def run_checks(identifiers: Sequence[str] = (), *, scale: str = "quick", device: str = "auto",
               json_path: Path | None = None, options: Iterable[str] = ()) -> int:  # fmt: skip
    """Run the checks of some statements, or of all, in a process of their own.

    Args:
        identifiers: ids or patterns.
        scale: ``"quick"`` or ``"paper"``.
        device: ``"auto"``, ``"cpu"`` or ``"cuda"``.
        json_path: where the claims document goes.
        options: more options for pytest.

    Returns:
        pytest's exit code.
    """
    chosen = [f"--claims-only={','.join(identifiers)}"] if identifiers else []
    output = [f"--claims-json={json_path.resolve()}"] if json_path else []
    with tempfile.TemporaryDirectory(prefix="manyfaces-") as folder:
        settings = [f"--claims-scale={scale}", f"--claims-device={device}", f"--claims-again={_again(scale, device)}"]
        command = [*_pytest(Path(folder)), *settings, *chosen, *output]
        return subprocess.run([*command, *options, str(CHECKS)], env=_environment(folder), check=False).returncode


def _again(scale: str, device: str) -> str:
    """How to repeat the checks of a statement, whose id follows."""
    changed = [f"--{name}={value}" for name, value, usual in (("scale", scale, "quick"), ("device", device, "auto"))
               if value != usual]  # fmt: skip
    return shlex.join(["manyfaces", "check", *changed])


def _pytest(folder: Path) -> list[str]:
    """pytest with an ini of its own; ``-P`` keeps a folder named ``checks`` in the current one from being imported."""
    ini = folder / "pytest.ini"
    ini.write_text(_INI.format(cache=Path.cwd() / ".cache" / "pytest"), encoding="utf-8")
    return [sys.executable, "-P", "-m", "pytest", f"--config-file={ini}", f"--rootdir={Path.cwd()}",
            f"--confcutdir={CHECKS}"]  # fmt: skip


def _environment(folder: str) -> dict[str, str]:
    return {"HYPOTHESIS_STORAGE_DIRECTORY": folder, **os.environ}
