"""Consistency of least risks: Section 4."""
