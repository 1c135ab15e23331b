"""Run the checks with pytest, undisturbed by whatever project the current folder belongs to."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import checks
from checks.pinned import SETTINGS
from checks.registry import Chosen
from reports._cores import available_cores

CHECKS = Path(checks.__file__).resolve().parent

_MOMENT = 1.0  # seconds

_INI = """[pytest]
addopts = --import-mode=importlib --strict-markers
cache_dir = {cache}
filterwarnings =
    ignore::DeprecationWarning
    ignore:.*jit.*:UserWarning
pythonpath =
{paths}"""


def run_checks(
    meant: Sequence[Chosen],
    *,
    scale: str = "quick",
    device: str = "auto",
    jobs: int | None = None,
    json_path: Path | None = None,
    progress: bool = False,
    carry: bool = False,
    pinned: bool = False,
    options: Iterable[str] = (),
    projects: Iterable[str] = (),
    environment: Mapping[str, str] | None = None,
    python: str = sys.executable,
) -> int:
    """Run the checks of some statements, or of all, in processes of their own.

    Args:
        meant: papers, and which of their statements.
        scale: ``"quick"`` or ``"paper"``.
        device: ``"auto"``, ``"cpu"`` or ``"cuda"``.
        jobs: how many worker processes; None for as many as there are cores, or statements if they are fewer.
        json_path: where the claims document goes.
        progress: whether to say how far the run is, in place of pytest's dots.
        carry: whether to use the records of earlier runs in the place of checks that have not changed.
        pinned: whether the libraries keep to instructions that processors share; see `checks.pinned`.
        options: more options for pytest.
        projects: how the papers were named, for the commands that repeat a check.
        environment: variables beside and before those of this process.
        python: the interpreter; it must have this package.

    Returns:
        pytest's exit code.

    Raises:
        KeyboardInterrupt: the run was interrupted; pytest and its workers have ended.
    """
    ids = [name for each in meant for name in each.ids]
    chosen = [f"--claims-only={','.join(pattern for each in meant for pattern in each.patterns)}"] if ids else []
    folders = [each.paper.folder for each in meant]
    output = [f"--claims-json={json_path.resolve()}"] if json_path else []
    with tempfile.TemporaryDirectory(prefix="manyfaces-") as folder:
        workers = _workers(jobs or min(available_cores(), len(ids) or available_cores()))
        again = shlex.join(["manyfaces", "check", *(f"--project={project}" for project in projects)])
        settings = [*_changed(scale=scale, device=device), f"--claims-again={again}"]
        wanted = [
            *(["-q", "-rN", "--claims-progress"] if progress else []),
            *(["--claims-carry"] if carry else []),
            *(["--claims-pinned"] if pinned else []),
        ]
        command = [python, *_pytest(Path(folder), folders), *workers, *settings, *wanted, *chosen, *output]
        variables = _environment(folder) | dict(environment or {}) | (dict(SETTINGS) if pinned else {})
        with subprocess.Popen([*command, *options, *map(str, folders)], env=variables) as process:
            return _ended(process)


def _ended(process: subprocess.Popen[bytes]) -> int:
    """The exit code, once the process has ended.

    The keys Ctrl-C interrupt pytest as well, and it stops its workers; others that want a program to stop tell that
    program alone, so pytest is told after a moment.
    """
    try:
        return process.wait()
    except KeyboardInterrupt:
        try:
            process.wait(_MOMENT)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT) if os.name == "posix" else process.terminate()
            process.wait()
        raise


def _workers(jobs: int) -> list[str]:
    """The options of pytest-xdist; none for a single process, where a debugger works."""
    return ["-n", str(jobs), "--dist=loadgroup", "--no-loadscope-reorder"] if jobs > 1 else []


def _changed(**options: str) -> list[str]:
    """The plugin's options that are not as usual."""
    usual = {"scale": "quick", "device": "auto"}
    return [f"--claims-{name}={value}" for name, value in options.items() if value != usual[name]]


def _pytest(folder: Path, tests: Sequence[Path]) -> list[str]:
    """pytest's command; ``-P`` keeps a folder named ``checks`` in the current one from being imported.

    A project that the tests belong to has settings of its own. Ours have none, so that they are not run with those of
    whatever project the current folder belongs to.
    """
    others = [place for place in tests if CHECKS not in place.parents]
    if others and len(others) == len(tests):
        return ["-P", "-m", "pytest"]
    ini, common = folder / "pytest.ini", Path(os.path.commonpath(tests))
    paths = "".join(f"    {place}\n" for place in others)
    ini.write_text(_INI.format(cache=Path.cwd() / ".cache" / "pytest", paths=paths), encoding="utf-8")
    cut = CHECKS if not others else common
    return ["-P", "-m", "pytest", f"--config-file={ini}", f"--rootdir={Path.cwd()}", f"--confcutdir={cut}"]


def _environment(folder: str) -> dict[str, str]:
    """One thread for each process: the work is shared out among processes, and sums are added up in one order."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {"HYPOTHESIS_STORAGE_DIRECTORY": folder, **threads, **os.environ}
