"""Evidence in, documents out: the PDF, its figures, the README's table and the `manyfaces` command."""
