"""Expressiveness: what ReLU and sorting can and cannot be under constraints on the layers."""
