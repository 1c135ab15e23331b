"""Bounded sets of R^n: intervals, boxes, balls, convex polygons and finite sets, all closed.

Coordinates and lengths are ints, Fractions or floats, in any one unit; floats mean their exact binary value.
Volumes are Fractions where they are rational and enclosures (`arb`, see `theory.intervals`) elsewhere.
"""

from theory.sets._sets import Ball, Box, ConvexPolygon, Domain, FiniteSet, Interval

__all__ = ["Ball", "Box", "ConvexPolygon", "Domain", "FiniteSet", "Interval"]
