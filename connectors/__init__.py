"""Platform connectors: they know platforms and nothing of the planner."""
