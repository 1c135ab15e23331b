"""A network as its cells see it: layers, domain, exact integers, and what rounding may do."""
