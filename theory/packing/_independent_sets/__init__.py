"""Largest independent sets of graphs."""
