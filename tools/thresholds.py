"""Thresholds of the words' scores that writers in no fit have chosen, in place of those that `tools.fit_wording` finds.

Most writers of the fits were asked to write for one rule or another, so a threshold that keeps the precision among them says little of usual
posts. These were read off 4,300 short drafts in no fit (docs/checklist-quality.md): the least at which hardly anything is found beyond it,
more where what is found was right less than three times in four.
"""

from __future__ import annotations

CHOSEN = {
    "advocacy.electioneering": 0.4,
    "advocacy.too-many-asks": 0.4,
    "advocacy.vague-ask": 0.3,
    "boundaries.oversharing": 0.6,
    "boundaries.private-contact": 0.6,
    "boundaries.private-contact/harm": 0.55,
    "boundaries.testimonial": 0.45,
    "boundaries.testimonial/harm": 0.5,
    "claims.individual-advice": 0.68,
    "claims.individual-advice/harm": 0.6,
    "claims.misinformation/harm": 0.6,
    "claims.outcome-guarantee": 0.3,
    "confidentiality.relationship-disclosure": 0.5,
    "confidentiality.searching-clients": 0.36,
    "safety.missing-crisis-resource": 0.5,
    "safety.suicide-messaging": 0.6,
    "safety.suicide-messaging/harm": 0.6,
    "tone.hostile": 0.47,
    "tone.hostile/harm": 0.5,
    "tone.sensational": 0.6,
}
BESIDE = {"confidentiality.relationship-disclosure": 0.5, "confidentiality.searching-clients": 0.32}
"""The same beside a served person who was seen already."""
