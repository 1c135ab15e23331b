"""The networks of the figures."""
