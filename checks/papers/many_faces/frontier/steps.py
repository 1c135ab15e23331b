"""Implications that the proofs of several statements share.

fx = |f(x)| or d(x, frontier), Ax = d(x, A), d = d(x, y); z is a frontier point, xz = d(x, z) and so on.
"""

from checks.implication import Implication

SIGN = Implication(("Bx <= Bz + r", "Az <= Ax + r", "Az == Bz", "Ax == 0", "Bx > 0"), "r > 0")
"""A point x of A is at a positive distance r from each frontier point z, when B keeps off x."""

HALF = Implication(("Bx <= Bz + r", "Az <= Ax + r", "Az == Bz"), "Bx - Ax <= 2 * r")
"""d(x, B) - d(x, A) is at most twice the distance to the frontier."""

SAME = Implication(("fx <= xz", "yz == fy", "xz <= d + yz", "fx >= fy"), "fx - fy <= d")
"""Same side of the frontier: z is nearest to y."""

OPPOSITE = Implication(("fx <= xz", "fy <= zy", "xz + zy == d"), "fx + fy <= d")
"""Opposite sides: z is on the segment."""

COINCIDE = Implication(("E == n2 - 2 * tp + tt", "n2 >= rr", "E <= rr - 2 * tr + tt + o"), "2 * tp >= 2 * tr - o")
"""Moving by t towards a: E = |x + tu - b|^2, n2 = |x - b|^2 >= r^2, p = <u, b - x>, up to o = o(t)."""

EQUAL = Implication(("s == aa + bb - 2 * ab", "aa == 1", "bb == 1", "ab >= 1"), "s <= 0")
"""Unit vectors a, b with inner product at least 1 are equal: s = |a - b|^2."""
