"""The checklist's headings in words: what a person reads in the place of a rule's id."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

HEADINGS = {
    "privacy": "Privacy",
    "consent": "Informed consent",
    "confidentiality": "Confidentiality",
    "boundaries": "Boundaries",
    "claims": "Claims and sources",
    "tone": "Tone and respect",
    "safety": "Safety",
    "advocacy": "Advocacy",
    "accessibility": "Accessibility",
    "limits": "The platform's limits",
}
_PRIVACY = ("location", "oversharing", "image", "metadata")
_CONSENT = ("consent", "stories", "story", "testimonial")


def group_of(rule: str) -> str:
    """Return the heading under which a rule's findings stand."""
    family, _, name = rule.partition(".")
    if family in ("confidentiality", "boundaries"):
        if any(word in name for word in _PRIVACY):
            return "privacy"
        if any(word in name for word in _CONSENT):
            return "consent"
    return family if family in HEADINGS else "confidentiality"


def named(rules: Iterable[str]) -> str:
    """Return the headings of these rules, each once: `Privacy; Tone and respect`."""
    return "; ".join(dict.fromkeys(HEADINGS[group_of(rule)] for rule in rules))
