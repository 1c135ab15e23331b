"""Types of arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.bool_]

Ids = NDArray[np.intp]

Words = NDArray[np.uint64]
