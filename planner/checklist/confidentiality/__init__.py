"""The confidentiality detector: sees that a draft speaks of one particular served person, also without any name in it."""

from planner.checklist.confidentiality.examiner import examine, personal_details, remember

__all__ = ["examine", "personal_details", "remember"]
