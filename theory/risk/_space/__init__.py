"""Least risks of samples in R^n."""
