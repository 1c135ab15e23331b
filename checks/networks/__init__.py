"""Networks as plain arrays: evaluated in float64 with true min and max, their Lipschitz constant certified from
the weights alone, differentiated exactly.

A network is z_1 = W_1 x + b_1, z_i = W_i s(z_{i-1}) + b_i, f = z_k, with s = GroupSort2 unless another activation
is named. A gate of GroupSort2 sorts the coordinates 2j and 2j + 1 into (min, max), as in the paper (Section 2.3), in
`theory.pieces` and in deel-torchlip. Inputs, biases and outputs share one unit (pixels in Figure 1).
"""

from checks.networks._activations import ACTIVATIONS, Activation
from checks.networks._constants import (
    LayerConstant,
    LipschitzBound,
    SteepPair,
    lipschitz_bound,
    steepest_pair,
)
from checks.networks._network import LipschitzNetwork
from checks.networks._reading import from_file, from_torch
from checks.networks._singular_values import SingularBounds, singular_bounds

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "LayerConstant",
    "LipschitzBound",
    "LipschitzNetwork",
    "SingularBounds",
    "SteepPair",
    "from_file",
    "from_torch",
    "lipschitz_bound",
    "singular_bounds",
    "steepest_pair",
]
