"""Checks of Sections 2.1 to 2.3: what the paper reports of networks, norms and activations."""
