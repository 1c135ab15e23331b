"""Gradients of training: Appendix D."""
