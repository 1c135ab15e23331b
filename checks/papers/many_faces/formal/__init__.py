"""The main line before the kernel of Rocq: files of definitions and theorems by subject, named as in the ledger."""
