"""Affine pieces of GroupSort2 and ReLU networks, counted exactly (Béthune et al., proof of Proposition 8)."""

from theory.pieces._count import PieceCount, count_pieces
from theory.pieces._enumerate import Piece, enumerate_pieces
from theory.pieces._errors import PieceLimitExceeded

__all__ = ["Piece", "PieceCount", "PieceLimitExceeded", "count_pieces", "enumerate_pieces"]
