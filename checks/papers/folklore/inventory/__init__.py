"""The statements of the paper, as data: one TOML file per section, and ``paper.toml`` for the paper itself."""
