"""Least risks of samples on the line."""
