"""Use cases: every rule of the product that is not pure lives here once."""
