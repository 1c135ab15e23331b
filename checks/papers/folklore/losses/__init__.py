"""Losses: temperatures, margins, Kantorovich and Rubinstein's, and what they say of accuracy and robustness."""
