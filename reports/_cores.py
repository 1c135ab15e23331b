"""How many cores a process may use: not all that there are, where a scheduler or a container allows less."""

from __future__ import annotations

import math
import os
from pathlib import Path

_GROUPS = Path("/sys/fs/cgroup")


def available_cores(groups: Path = _GROUPS) -> int:
    """Those that this process may run on, and no more than the time that its container is given amounts to."""
    allowed = getattr(os, "sched_getaffinity", None)
    cores = len(allowed(0)) if allowed else os.cpu_count() or 1
    return max(1, min(cores, math.ceil(_quota(groups))))


def _quota(groups: Path) -> float:
    """Seconds of processor time a second, from Linux's control groups of version 2 or 1; without a limit, many."""
    try:
        if (groups / "cpu.max").is_file():
            limit, period = (groups / "cpu.max").read_text().split()
        else:
            limit, period = ((groups / "cpu" / f"cpu.cfs_{name}_us").read_text() for name in ("quota", "period"))
        share = float(limit) / float(period)  # version 2 says "max" without a limit, version 1 says -1
    except (OSError, ValueError):
        return 1e6
    return share if share > 0 else 1e6
