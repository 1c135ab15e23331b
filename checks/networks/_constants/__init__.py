"""Lipschitz constants of networks from both sides: from the weights above, from two points below."""

from checks.networks._constants._pair import SteepPair, steepest_pair
from checks.networks._constants._upper import LayerConstant, LipschitzBound, lipschitz_bound

__all__ = ["LayerConstant", "LipschitzBound", "SteepPair", "lipschitz_bound", "steepest_pair"]
