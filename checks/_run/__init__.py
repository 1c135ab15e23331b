"""A run of pytest from its collection to its document."""
