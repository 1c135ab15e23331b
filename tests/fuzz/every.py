"""All the targets."""

from tests.fuzz import hmf, losses, packing, pieces, risk, transport, vc

__all__ = ["hmf", "losses", "packing", "pieces", "risk", "transport", "vc"]
