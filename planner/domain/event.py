"""Events of a campaign: when and where, how people who cannot simply come take part, when they are reminded, and their calendar lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from planner.domain.errors import Invalid
from planner.domain.schedule import Wall, resolve, zone

if TYPE_CHECKING:
    from collections.abc import Iterator

BEFORE = {"7-days": timedelta(days=7), "1-day": timedelta(days=1), "2-hours": timedelta(hours=2)}
"""When people are reminded, by name, earliest first."""

_FOLD = 73
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


def ics_lines(event: Event, now: datetime) -> tuple[str, ...]:
    """Return the event as the folded lines of an iCalendar VEVENT (RFC 5545), without line ends; a cancelled one says so."""
    start = event.starts_at
    where = event.place or event.online
    lines = [
        "BEGIN:VEVENT",
        f"UID:{event.id}@discreet",
        f"SEQUENCE:{event.version - 1}",
        f"DTSTAMP:{_stamp(now)}",
        f"DTSTART:{_stamp(start)}",
        f"DTEND:{_stamp(start + timedelta(minutes=event.minutes))}",
        f"SUMMARY:{_escaped(event.title)}",
        f"LOCATION:{_escaped(where)}",
        *((f"URL:{event.link}",) if event.link else ()),
        f"STATUS:{'CANCELLED' if event.state == 'cancelled' else 'CONFIRMED'}",
        "END:VEVENT",
    ]
    return tuple(part for line in lines for part in _folded(line))


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, "\\" + sign)
    return " ".join(text.split("\r")).replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Yield the line in pieces of at most 75 octets, the later ones after one blank, no character split."""
    piece, size = "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > _FOLD:
            yield piece
            piece, size = " ", 1
        piece, size = piece + sign, size + width
    yield piece
