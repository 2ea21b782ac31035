"""Quality of connection: how a contact grows from a first conversation to a partnership. Never about clients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date, datetime

Stage = Literal["contact", "exchange", "relationship", "partnership"]
STAGES: tuple[Stage, ...] = ("contact", "exchange", "relationship", "partnership")
Place = Literal["online", "meeting", "call", "referral", "event"]
PLACES: tuple[Place, ...] = ("online", "meeting", "call", "referral", "event")


@dataclass(frozen=True, slots=True)
class ConnectionNote:
    """One touch with a professional contact or organization: when, where, how far it has come, and what comes next."""

    id: str
    account_id: str
    day: date
    who: str
    text: str
    stage: Stage
    place: Place
    by: str
    at: datetime
    next_step: str = ""
    delivery_id: str | None = None
    demo: bool = False
    version: int = 1


def stage_counts(notes: tuple[ConnectionNote, ...]) -> dict[Stage, int]:
    """Return how many contacts stand at each stage now: the latest note of each contact counts."""
    latest: dict[tuple[str, str], ConnectionNote] = {}
    for note in sorted(notes, key=lambda item: (item.day, item.at)):
        latest[note.account_id, note.who.casefold()] = note
    return {stage: sum(note.stage == stage for note in latest.values()) for stage in STAGES}
