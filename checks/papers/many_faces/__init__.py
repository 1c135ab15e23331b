"""The Many Faces of 1-Lipschitz Neural Networks, by Béthune et al."""
