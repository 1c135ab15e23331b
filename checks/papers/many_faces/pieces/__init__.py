"""Pieces of GroupSort networks: Proposition 8."""
