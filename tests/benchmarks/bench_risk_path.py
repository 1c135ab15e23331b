"""`risk_path` beside one `minimize_risk` for each constant.

`OMP_NUM_THREADS=1 python tests/benchmarks/bench_risk_path.py`: one process, sides in turns.
"""

from __future__ import annotations

from statistics import median
from time import process_time

import numpy as np

from theory.risk import minimize_risk, risk_path

CONSTANTS = np.geomspace(0.2, 3, 12).tolist()
ROUNDS = 3


def main() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(1500, 2))
    labels = np.where(points[:, 0] + 0.5 * rng.normal(size=1500) > 0, 1, -1)
    for loss in ("bce", "hinge"):
        ratios = []
        for _ in range(ROUNDS):
            start = process_time()
            each = [minimize_risk(points, labels, constant, loss) for constant in CONSTANTS]
            middle = process_time()
            path = risk_path(points, labels, CONSTANTS, loss)
            ratios.append((middle - start) / (process_time() - middle))
            assert all(a.lower_bound <= b.risk and b.lower_bound <= a.risk for a, b in zip(each, path, strict=True))
        print(f"{loss}: {len(CONSTANTS)} constants one by one take {median(ratios):.2f} times what the path takes")


if __name__ == "__main__":
    main()
