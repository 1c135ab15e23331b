"""All the targets."""

from tests.fuzz import estimators, hmf, layers, losses, norms, packing, pieces, risk, transport, vc

__all__ = ["estimators", "hmf", "layers", "losses", "norms", "packing", "pieces", "risk", "transport", "vc"]
