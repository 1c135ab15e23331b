"""Certificates: what a value and a constant prove of labels, in which norm, and what rounding does to it."""
