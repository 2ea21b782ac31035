"""Local time made exact: wall clock and zone to UTC, slots, quiet hours, conflicts, stale windows.

A time that does not exist (clocks go forward) becomes the first valid minute after the gap; a time that exists twice
(clocks go back) is the first of the two. Both are said in a remark that the pages show.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from planner.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

Timing = Literal["plain", "time-critical", "evergreen"]

STALE_AFTER: dict[Timing, timedelta] = {
    "plain": timedelta(hours=2),
    "time-critical": timedelta(minutes=15),
    "evergreen": timedelta(hours=24),
}

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MINUTE = timedelta(minutes=1)
_DAYS_AHEAD = 400


def spoken(day: date) -> str:
    """Return a day as sentences say it: `Tue 24 Nov 2026`."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {day:%b} {day.year}"


def spoken_wall(wall: Wall) -> str:
    """Return a local day and time as sentences say them: `Tue 24 Nov 2026, 09:00`."""
    return f"{spoken(wall.day)}, {wall.at.isoformat('minutes')}"


_WALL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?")
_OFFSET = re.compile(r"(?:Z|[+-][0-9]{2}:?[0-9]{2})$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Wall:
    """A reading of a wall clock: a date and a time without a zone."""

    day: date
    at: time

    def __str__(self) -> str:
        """Return ISO form to the minute, `2026-11-24T09:00`."""
        return f"{self.day.isoformat()}T{self.at.isoformat('minutes')}"

    @classmethod
    def parse(cls, text: str) -> Wall:
        """Read `2026-11-24T09:00` (a blank instead of the T is fine); raise Invalid with the form that is wanted.

        A day without a time is refused: nobody who forgets the time means midnight.
        """
        words = text.strip()
        bare = _OFFSET.sub("", words)
        if bare != words and _WALL.fullmatch(bare):
            raise Invalid("time", "Give the time as the account's clock shows it, without an offset: 2026-11-24 09:00.")
        try:
            moment = datetime.fromisoformat(words) if _WALL.fullmatch(words) else None
        except ValueError:
            moment = None
        if moment is None:
            raise Invalid("time", f"“{words[:40]}” is not a time. Write it as 2026-11-24 09:00.")
        return cls(moment.date(), moment.time().replace(second=0))


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment three ways: the wall clock asked for, the IANA zone, and aware UTC. `remark` says what a clock change did."""

    wall: Wall
    zone: str
    utc: datetime
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A weekly span of local time; `day` 0 is Monday. An end not after the start runs over midnight."""

    day: int
    start: time
    end: time


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A weekly posting time of an account, in its zone; `day` 0 is Monday."""

    day: int
    at: time


def zone(name: str) -> ZoneInfo:
    """Return the IANA zone; raise Invalid with an example when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid("zone", f"“{name[:60]}” is not a time zone. Choose an IANA name such as America/Denver.") from None


def resolve(wall: Wall, zone_name: str) -> Moment:
    """Return the moment that a wall clock in a zone means, by the rule in the module's first lines."""
    place = zone(zone_name)
    first = datetime.combine(wall.day, wall.at.replace(fold=0), tzinfo=place)
    try:
        early, late = sorted((first.astimezone(UTC), first.replace(fold=1).astimezone(UTC)))
        back = early.astimezone(place)
    except OverflowError:
        raise Invalid("time", f"{spoken(wall.day)} is too far away for any calendar. Choose another day.") from None
    asked = wall.at.isoformat("minutes")
    if early == late:
        return Moment(wall, zone_name, early)
    if back.replace(tzinfo=None, fold=0) == first.replace(tzinfo=None):
        return Moment(wall, zone_name, early, f"{asked} comes twice that day; the first of the two is used.")
    utc = _after_gap(early, late, place)
    local = local_wall(utc, zone_name)
    got = local.at.isoformat("minutes") if local.day == wall.day else spoken_wall(local)
    return Moment(wall, zone_name, utc, f"{asked} does not exist that day; set to {got}.")


def _after_gap(low: datetime, high: datetime, place: ZoneInfo) -> datetime:
    """Return the first minute after the one change of the clock that lies between two moments."""
    offset = low.astimezone(place).utcoffset()
    while high - low > _MINUTE:
        middle = low + (high - low) / 2
        if middle.astimezone(place).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high.replace(second=0, microsecond=0)


def local_wall(utc: datetime, zone_name: str) -> Wall:
    """Return what a wall clock in the zone shows at `utc`, to the minute."""
    local = utc.astimezone(zone(zone_name))
    return Wall(local.date(), local.time().replace(second=0, microsecond=0, fold=0))


def inside(windows: Sequence[Window], wall: Wall) -> bool:
    """Return whether the wall time lies in one of the weekly windows (start included, end not)."""
    return any(_holds(window, wall) for window in windows)


def _holds(window: Window, wall: Wall) -> bool:
    today, yesterday = wall.day.weekday(), (wall.day.weekday() - 1) % 7
    if window.start < window.end:
        return window.day == today and window.start <= wall.at < window.end
    return (window.day == today and wall.at >= window.start) or (window.day == yesterday and wall.at < window.end)


def upcoming_slots(slots: Collection[Slot], zone_name: str, after: datetime, taken: Collection[datetime]) -> Iterator[Moment]:
    """Yield the account's free slots after a moment, soonest first, for a little over a year; `taken` holds UTC times.

    Slots that a clock change moves onto the same minute are one slot.
    """
    ordered, used = sorted(slots), set(taken)
    start = local_wall(after, zone_name).day
    for step in range(_DAYS_AHEAD):
        day = start + timedelta(days=step)
        for slot in ordered:
            if slot.day == day.weekday():
                moment = resolve(Wall(day, slot.at), zone_name)
                if moment.utc > after and moment.utc not in used:
                    used.add(moment.utc)
                    yield moment


def full_hours(after: datetime, zone_name: str, span: timedelta) -> Iterator[Moment]:
    """Yield the full hours of the local clock in (after, after + span], soonest first; hours that a clock change skips or doubles are left out."""
    start = local_wall(after, zone_name)
    hour = datetime.combine(start.day, start.at.replace(minute=0))
    end = after + span
    while True:
        hour += timedelta(hours=1)
        moment = resolve(Wall(hour.date(), hour.time()), zone_name)
        if moment.utc > end:
            return
        if moment.utc > after and moment.remark is None:
            yield moment


def same_hour(due: datetime, others: Collection[datetime]) -> tuple[datetime, ...]:
    """Return the other times less than an hour away, in order."""
    return tuple(sorted(other for other in others if abs(other - due) < timedelta(hours=1)))


def is_stale(due: datetime, now: datetime, timing: Timing) -> bool:
    """Return whether a post due then is too late to go out now without a person looking at it."""
    return now > due + STALE_AFTER[timing]
