"""The semidefinite bound: a problem, a barrier method for it, a proof of what it finds."""
