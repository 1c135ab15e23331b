"""Table 1, cell by cell."""
