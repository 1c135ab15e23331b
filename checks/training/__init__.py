"""Training 1-Lipschitz networks on the orthogonal group, many in one batch.

Training runs in float32 with a backward pass written by hand; the result is polished, certified and judged in
float64 with true min and max. A network of a batch is the network that trains alone: no product mixes two of them.
"""

from checks.training._config import TrainingConfig
from checks.training._fit import fit, fit_cached, fit_many, fit_many_cached
from checks.training._losses import CrossEntropy
from checks.training._recommended import recommended
from checks.training._results import DivergenceError, TrainedNetwork
from checks.training._watch import Progress, Validation

__all__ = [
    "CrossEntropy",
    "DivergenceError",
    "Progress",
    "TrainedNetwork",
    "TrainingConfig",
    "Validation",
    "fit",
    "fit_cached",
    "fit_many",
    "fit_many_cached",
    "recommended",
]
