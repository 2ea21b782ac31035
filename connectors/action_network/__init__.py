"""Action Network petitions: the signature count, read only."""
