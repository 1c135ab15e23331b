"""Networks as graphs of operations, in plain arrays: what `checks.networks.from_torch` reads a model as.

A `Graph` has one `Node` for each operation. All is in float64; what an operation carries of rounding and of errors is
bounded entry by entry, so that a value can be certified.
"""

from checks.networks.graph._activations import KINDS, Activation, LeakyReLU
from checks.networks.graph._convolution import MODES, Convolution, TransposedConvolution
from checks.networks.graph._gather import Concatenate, Gather
from checks.networks.graph._graph import Graph, Node, enclosed_step, length_above
from checks.networks.graph._linear import Centre, Dense, Mean, Scaling, Sum
from checks.networks.graph._norms import Norm, Softmax
from checks.networks.graph._operation import BFLOAT16, FLOAT16, FLOAT32, FLOAT64, Arithmetic, Operation, Shape
from checks.networks.graph._plain import PlainLayers, plain_layers
from checks.networks.graph._sorting import Householder, Max, Sort

__all__ = [
    "BFLOAT16",
    "FLOAT16",
    "FLOAT32",
    "FLOAT64",
    "KINDS",
    "MODES",
    "Activation",
    "Arithmetic",
    "Centre",
    "Concatenate",
    "Convolution",
    "Dense",
    "Gather",
    "Graph",
    "Householder",
    "LeakyReLU",
    "Max",
    "Mean",
    "Node",
    "Norm",
    "Operation",
    "PlainLayers",
    "Scaling",
    "Shape",
    "Softmax",
    "Sort",
    "Sum",
    "TransposedConvolution",
    "enclosed_step",
    "length_above",
    "plain_layers",
]
