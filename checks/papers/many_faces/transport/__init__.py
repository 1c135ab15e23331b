"""Kantorovich–Rubinstein plans and potentials: Section 4 and Appendix E."""
