"""My paper, checked statement by statement: its ledger and its checks."""
