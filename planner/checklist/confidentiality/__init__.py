"""The confidentiality detector: sees that a draft speaks of one particular served person, also without any name in it."""

from planner.checklist.confidentiality.decide import examine

__all__ = ["examine"]
