"""Norms and layers: how constants are put together, matrices and convolutions, pooling, normalisation, attention."""
