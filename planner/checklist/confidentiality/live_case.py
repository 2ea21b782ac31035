"""Finds live matters and live places: court, removal, discharge, visit or crisis with a near time, and where people are right now."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MATTER = (
    r"(?:hearing|court|trial|tribunal|sentencing|verdict|arraignment|bail|removal|removed|discharge|discharged|home visit|visit|check-in|eviction|bailiffs|placement|"
    r"deportation|detained|arrested|sectioned|section 47|welfare check|well-being check|crisis call|adoption|reunification|mediation|review|docket|ccma)"
)
_NEAR = (
    r"(?:today|tonight|tomorrow|this (?:morning|afternoon|evening)|right now|rn|now|just|in an hour|(?:on |next |this )?(?:mon|tues?|wednes|wed|thurs?|fri|satur|sun)(?:day)?\b"
    r"|the \d{1,2}(?:st|nd|rd|th)|at \d{1,2}(?::\d\d)?(?: ?[ap]\.?m)?)"
)
_LIVE = re.compile(rf"\b{_MATTER}\b[^.!?\n]{{0,60}}\b{_NEAR}\b|\b{_NEAR}\b[^.!?\n]{{0,60}}\b{_MATTER}\b", re.IGNORECASE)
_HERE = re.compile(
    r"\b(?:(?:we're|we are|i'm|i am|im|currently|still|stuck|parked|sitting|standing|waiting|here|live)\s(?:\w+\s){0,3}(?:at|outside|in|on|inside|by|near)\s(?:the|my|a|an|our|[A-Z0-9])"
    r"|(?:at|outside|in|by|on)\s(?:the\s)?[A-Z0-9][^.!?\n]{2,60}\b(?:now|rn|til|till|until|right now|with my|with our|with the)"
    r"|(?:tonight|now|today) at [A-Z][^.!?\n]{2,40}|(?:is|are) (?:with|at) [^.!?\n]{2,40}\bsince\b|(?:selfie|outing)[^.\n]{0,10}[.!]+\s*at\s)[^.!?\n,]{0,40}",
)


@dataclass(frozen=True, slots=True)
class Live:
    """A live matter (`live-case`) or a live place (`location-exposure`): character span on the folded view."""

    rule: str
    start: int
    end: int


def find(text: str) -> tuple[Live, ...]:
    """Return live matters and live places of `text` (folded view); the caller decides whether they are of served people."""
    found = [Live("confidentiality.live-case", *match.span()) for match in _LIVE.finditer(text)]
    found += [Live("confidentiality.location-exposure", *match.span()) for match in _HERE.finditer(text)]
    return tuple(sorted(found, key=lambda one: (one.start, one.end, one.rule)))
