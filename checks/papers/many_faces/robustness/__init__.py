"""Certificates and attacks: Section 3.2."""
