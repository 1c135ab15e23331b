"""Affine pieces of GroupSort2 and ReLU networks, counted exactly (Béthune et al., proof of Proposition 8)."""

from theory.pieces._bounds import PieceBound, piece_bound, piece_lower_bound
from theory.pieces._count import PieceCount, count_pieces
from theory.pieces._enumerate import Piece, enumerate_pieces
from theory.pieces._errors import PieceLimitExceeded
from theory.pieces._estimate import PieceEstimate, estimate_pieces
from theory.pieces._foldings import folding_network, orthogonal_tower
from theory.pieces._lipschitz import LipschitzConstant, lipschitz_constant
from theory.pieces._sorting import sorting_gates

__all__ = [
    "LipschitzConstant",
    "Piece",
    "PieceBound",
    "PieceCount",
    "PieceEstimate",
    "PieceLimitExceeded",
    "count_pieces",
    "enumerate_pieces",
    "estimate_pieces",
    "folding_network",
    "lipschitz_constant",
    "orthogonal_tower",
    "piece_bound",
    "piece_lower_bound",
    "sorting_gates",
]
