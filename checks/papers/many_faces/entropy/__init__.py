"""Binary cross-entropy under a Lipschitz constant: Section 4."""
