"""Discreet: a content calendar and advocacy planner whose checklist sees a client without a name."""
