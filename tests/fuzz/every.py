"""All the targets."""

from tests.fuzz import estimators, hmf, losses, norms, packing, pieces, risk, transport, vc

__all__ = ["estimators", "hmf", "losses", "norms", "packing", "pieces", "risk", "transport", "vc"]
