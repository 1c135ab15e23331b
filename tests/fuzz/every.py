"""All the targets."""

from tests.fuzz import estimators, hmf, losses, packing, pieces, risk, transport, vc

__all__ = ["estimators", "hmf", "losses", "packing", "pieces", "risk", "transport", "vc"]
