"""Networks that several tests count the pieces of."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np


def random_network(sizes: Sequence[int], seed: int, bias: float = 0.3) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Weights and biases of layers of these sizes, the inputs first; normal numbers that keep values' size."""
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=(b, a)) * np.sqrt(2 / a) for a, b in pairwise(sizes)]
    return weights, [bias * rng.normal(size=b) for b in sizes[1:]]
