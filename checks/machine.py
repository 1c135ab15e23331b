"""Where a run takes place: what of the machine and of its packages may change a result."""

from __future__ import annotations

import os
import platform
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from checks.records import Machine

PACKAGES = ("numpy", "scipy", "sympy", "torch", "hypothesis", "pytest", "python-flint", "scikit-learn")

_SWITCHES = ("ATEN_", "BLIS_", "CUBLAS_", "CUDA_", "DNNL_", "MKL_", "NPY_", "OMP_", "ONEDNN_", "OPENBLAS_", "TORCH_")
"""How the names of environment variables begin by which numerical libraries choose kernels and numbers of threads."""


@cache
def installed(package: str) -> str | None:
    """A package's version; None where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def machine() -> Machine:
    """What the document says of the machine."""
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "packages": {name: installed(name) for name in PACKAGES},
    }


def influences() -> dict[str, Any]:
    """Everything about interpreter, packages and hardware that results may depend on, as data."""
    found = machine()
    return {
        "python": [sys.version, sys.implementation.name, sys.flags.optimize],
        "packages": found["packages"],
        "hardware": [found["system"], found["architecture"], processor(), accelerators()],
        "environment": {name: value for name, value in os.environ.items() if name.startswith(_SWITCHES)},
    }


def processor(info: Path = Path("/proc/cpuinfo")) -> str:
    """What instructions the processor has, where Linux tells; elsewhere its name."""
    try:
        lines = info.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line for line in lines if line.lower().startswith(("flags", "features"))), platform.processor())


def accelerators(folder: Path = Path("/proc/driver/nvidia/gpus")) -> list[str]:
    """The models of the GPUs, where their driver tells."""
    files = sorted(folder.glob("*/information"))
    return [line for file in files for line in file.read_text(errors="replace").splitlines() if "Model" in line]
