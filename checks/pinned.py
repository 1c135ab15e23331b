"""The same bits on every processor: libraries kept to the instructions that all of today's x86 processors have.

Verdicts do not need it; whoever wants to repeat the numbers does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

SETTINGS: Mapping[str, str] = {
    "ATEN_CPU_CAPABILITY": "avx2",  # torch's own kernels
    "ONEDNN_MAX_CPU_ISA": "AVX2",  # its products, without bfloat16 units
    "MKL_CBWR": "COMPATIBLE",  # MKL: one path on processors of every vendor
    "OPENBLAS_CORETYPE": "Haswell",  # numpy's and scipy's linear algebra
    **{f"{library}_NUM_THREADS": "1" for library in ("OMP", "MKL", "OPENBLAS")},  # sums are split up by threads
}
"""Environment variables that the libraries read once, when they are loaded."""


def pin() -> None:
    """Set them for this process and those that it starts.

    Raises:
        ValueError: one of the libraries is loaded already and was not pinned.
    """
    loaded = [name for name in ("torch", "numpy", "scipy") if name in sys.modules]
    if loaded and any(os.environ.get(name) != value for name, value in SETTINGS.items()):
        wanted = " ".join(f"{name}={value}" for name, value in SETTINGS.items())
        raise ValueError(
            f"--claims-pinned: {', '.join(loaded)} is loaded already; run `manyfaces report --pinned`, or set {wanted}"
        )
    os.environ.update(SETTINGS)
