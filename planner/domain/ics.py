"""A calendar in the form of RFC 5545: events with a start and an end, lines folded at 75 octets, texts escaped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WIDTH = 75
_SHOWN = timedelta(minutes=15)
"""A post is a moment; a calendar needs a box to draw."""


@dataclass(frozen=True, slots=True)
class Event:
    """One moment, or a span when it has an `end`: `changed` is when it was last written, `cancelled` strikes it through."""

    uid: str
    start: datetime
    changed: datetime
    title: str
    text: str = ""
    url: str = ""
    cancelled: bool = False
    end: datetime | None = None
    place: str = ""
    sequence: int | None = None


def calendar(name: str, events: Iterable[Event]) -> str:
    """Return the whole calendar as text with CRLF at the end of each line."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Discreet//Content calendar//EN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}",
    ]
    for event in events:
        lines += _event(event)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in folded(line))


def folded(line: str) -> Iterator[str]:
    """Yield the line in pieces of at most 75 octets, each but the first after a blank; no character is cut in two."""
    piece, size = "", 0
    for sign in line:
        octets = len(sign.encode("utf-8", "replace"))
        if size + octets > _WIDTH:
            yield piece
            piece, size = " ", 1
        piece, size = piece + sign, size + octets
    yield piece


def _event(event: Event) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_escaped(event.uid)}",
        f"DTSTAMP:{_stamp(event.changed)}",
        f"DTSTART:{_stamp(event.start)}",
        f"DTEND:{_stamp(event.end or event.start + _SHOWN)}",
        f"SUMMARY:{_escaped(event.title)}",
        f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
    ]
    if event.sequence is not None:
        lines.append(f"SEQUENCE:{event.sequence}")
    if event.place:
        lines.append(f"LOCATION:{_escaped(event.place)}")
    if event.text:
        lines.append(f"DESCRIPTION:{_escaped(event.text)}")
    if event.url:
        lines.append(f"URL:{_one_line(event.url)}")
    return [*lines, "END:VEVENT"]


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(words: str) -> str:
    plain = words.replace("\r\n", "\n").replace("\r", "\n")
    for sign, instead in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        plain = plain.replace(sign, instead)
    return _one_line(plain)


def _one_line(words: str) -> str:
    """Return the words without signs that would end a line or that no calendar takes."""
    return "".join(
        sign for sign in words if sign == "\t" or (sign >= " " and sign not in "\x7f\x85\u2028\u2029" and not "\ud800" <= sign <= "\udfff")
    )
