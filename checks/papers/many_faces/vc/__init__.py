"""VC dimensions: Section 5."""
