"""Generalization: VC dimensions, coverings, Rademacher complexities and margins, with their constants."""
