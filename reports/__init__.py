"""Evidence in, documents out: the PDF, its figures, the table of verdicts and the `manyfaces` command."""
