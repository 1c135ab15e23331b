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
}
"""Environment variables that the libraries read once, when they are loaded."""


def pin() -> None:
    """Set them for this process and those that it starts.

    Raises:
        ValueError: torch is loaded already and was not pinned.
    """
    if "torch" in sys.modules and any(os.environ.get(name) != value for name, value in SETTINGS.items()):
        raise ValueError("--claims-pinned: torch is loaded already, so it is too late; run `manyfaces report --pinned`, "
                         f"or set {', '.join(f'{name}={value}' for name, value in SETTINGS.items())}")  # fmt: skip
    os.environ.update(SETTINGS)
