"""How checks are shared out among workers, and how far they are."""
