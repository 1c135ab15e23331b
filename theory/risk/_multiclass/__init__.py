"""Least risks of samples of several classes, over L-Lipschitz maps into R^K."""
