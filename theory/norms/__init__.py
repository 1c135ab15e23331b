"""Lipschitz constants of layers, certified from their weights: what a network's constant is made of.

Constants multiply along a chain, add in sums (x + f(x)), and add in squares where parts that see the same input are
concatenated (Béthune et al., Section 2.3). Bounds hold for the weights as they are; floats mean their exact value.
"""

from theory.norms._activations import activation_slopes
from theory.norms._attention import attention_lipschitz
from theory.norms._bjorck import bjorck_bound
from theory.norms._bounds import NormBounds
from theory.norms._convolution import conv_bound
from theory.norms._matrix import matrix_bound
from theory.norms._normalization import normalization_lipschitz
from theory.norms._pooling import pool_bound
from theory.norms._ratio import norm_ratio
from theory.norms._rounding import forward_error
from theory.norms._semidefinite.bound import SemidefiniteBound, semidefinite_bound
from theory.norms._softmax import softmax_lipschitz

__all__ = [
    "NormBounds",
    "SemidefiniteBound",
    "activation_slopes",
    "attention_lipschitz",
    "bjorck_bound",
    "conv_bound",
    "forward_error",
    "matrix_bound",
    "norm_ratio",
    "normalization_lipschitz",
    "pool_bound",
    "semidefinite_bound",
    "softmax_lipschitz",
]
