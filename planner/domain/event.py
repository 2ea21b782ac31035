"""Events of a campaign: when and where, how people who cannot simply come take part, when they are reminded, and their place in a calendar feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from planner.domain import ics
from planner.domain.errors import Invalid
from planner.domain.schedule import Wall, resolve, zone

if TYPE_CHECKING:
    from datetime import datetime

BEFORE = {"7-days": timedelta(days=7), "1-day": timedelta(days=1), "2-hours": timedelta(hours=2)}
"""When people are reminded, by name, earliest first."""

_LONGEST = 1_000
_FIELDS = ("title", "place", "online", "transport", "mobility", "link", "reason")


@dataclass(frozen=True, slots=True)
class Event:
    """An event. `wall` is its local start as `2026-11-26T18:00` in `zone`; `minutes` its length; the access line has three parts."""

    id: str
    campaign: str
    title: str
    created_by: str
    created_at: datetime
    wall: str
    zone: str
    minutes: int = 60
    place: str = ""
    online: str = ""
    transport: str = ""
    mobility: str = ""
    link: str = ""
    state: Literal["planned", "cancelled"] = "planned"
    reason: str = ""
    version: int = 1

    @property
    def starts_at(self) -> datetime:
        """Return when it starts, aware UTC."""
        return resolve(Wall.parse(self.wall), self.zone).utc


def validate(event: Event) -> None:
    """Raise Invalid when an event cannot be kept."""
    if not event.title:
        raise Invalid("title", "Give the event a title.")
    if not (event.place or event.online):
        raise Invalid("place", "Say where it is: a place, or how to take part online.")
    if event.minutes < 1:
        raise Invalid("minutes", "Say how many minutes it lasts.")
    for name in _FIELDS:
        if len(getattr(event, name)) > _LONGEST:
            raise Invalid(name, f"At most {_LONGEST:,} characters, please.")
    zone(event.zone)
    Wall.parse(event.wall)


def access_missing(event: Event) -> tuple[str, ...]:
    """Return which parts of the access line are missing: `online`, `transport`, `mobility`."""
    return tuple(name for name in ("online", "transport", "mobility") if not getattr(event, name))


def reminders(event: Event, now: datetime) -> dict[str, datetime]:
    """Return name -> moment of the reminders that are still ahead."""
    start = event.starts_at
    return {name: start - before for name, before in BEFORE.items() if start - before > now}


def calendar_entry(event: Event, changed: datetime) -> ics.Event:
    """Return the event for a calendar feed; a cancelled one says so, and each change counts its sequence up."""
    start = event.starts_at
    return ics.Event(
        f"{event.id}@discreet",
        start,
        changed,
        event.title,
        url=event.link,
        cancelled=event.state == "cancelled",
        end=start + timedelta(minutes=event.minutes),
        place=event.place or event.online,
        sequence=event.version - 1,
    )
