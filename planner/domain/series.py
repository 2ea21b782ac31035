"""Recurrence on the wall clock: which days a series falls on, and at which moments; nothing here schedules anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule

from planner.domain.errors import Invalid
from planner.domain.schedule import Wall, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from planner.domain.schedule import Moment

Every = Literal["day", "week", "month"]
MonthEnd = Literal["last-day", "skip"]
EVERY: tuple[Every, ...] = ("day", "week", "month")
MONTH_ENDS: tuple[MonthEnd, ...] = ("last-day", "skip")
MOST_INTERVAL = 52
MOST_DATES = 500
MOST_GAP = 365
_SHORTEST_MONTH = 28


@dataclass(frozen=True, slots=True)
class Rule:
    """A series from its first wall time on. `days` are weekdays (0 is Monday) of a weekly series; none means the first one's.

    `month_end` says what the 31st means in a shorter month: its last day, or no post that month. Neither ever slides.
    `most` ends it after so many dates; `gap` leaves out a date that comes within so many days of the one before or of the post itself.
    """

    start: Wall
    every: Every
    interval: int = 1
    days: tuple[int, ...] = ()
    month_end: MonthEnd = "last-day"
    until: date | None = None
    most: int | None = None
    gap: int = 0


def check(rule: Rule) -> Rule:
    """Return the rule, or raise Invalid naming what is wrong."""
    if rule.every not in EVERY:
        raise Invalid("every", f"Choose one of: {', '.join(EVERY)}.")
    if not 1 <= rule.interval <= MOST_INTERVAL:
        raise Invalid("interval", f"Choose a whole number from 1 to {MOST_INTERVAL}.")
    if rule.month_end not in MONTH_ENDS:
        raise Invalid("month_end", f"Choose one of: {', '.join(MONTH_ENDS)}.")
    if any(day not in range(7) for day in rule.days) or (rule.days and rule.every != "week"):
        raise Invalid("days", "Weekdays belong to a weekly series: 0 is Monday, 6 is Sunday.")
    if rule.most is not None and not 1 <= rule.most <= MOST_DATES:
        raise Invalid("most", f"Choose a whole number of times from 1 to {MOST_DATES}.")
    if not 0 <= rule.gap <= MOST_GAP:
        raise Invalid("gap", f"Choose a gap from 0 to {MOST_GAP} days.")
    if rule.until is not None and rule.until < rule.start.day:
        raise Invalid("until", "The series ends before it begins. Choose a later last day.")
    return rule


def occurrences(rule: Rule, first: date, last: date) -> Iterator[Wall]:
    """Yield the wall times of the series from `first` to `last`, both included, in order."""
    end = last if rule.until is None else min(last, rule.until)
    begin = max(first, rule.start.day)
    if end < begin:
        return
    # Without a zone on purpose: the rule counts days on the wall; `resolve` alone turns a wall time into a moment.
    found = _days(rule).between(_midnight(begin), _midnight(end), inc=True)
    yield from (Wall(moment.date(), rule.start.at) for moment in found)


def spaced(walls: Iterable[Wall], taken: Iterable[date], gap: int) -> Iterator[Wall]:
    """Yield, in order, the dates that lie at least `gap` days from what is taken already and from the one before."""
    held = set(taken)
    for wall in walls:
        if all(abs((wall.day - day).days) >= gap for day in held):
            held.add(wall.day)
            yield wall


def moments(rule: Rule, zone: str, first: date, last: date) -> tuple[Moment, ...]:
    """Return the exact moments in a zone; a clock change is said in each one's remark."""
    return tuple(resolve(wall, zone) for wall in occurrences(rule, first, last))


def _days(rule: Rule) -> rrule:
    start, day = _midnight(rule.start.day), rule.start.day.day
    if rule.every == "week":
        return rrule(WEEKLY, dtstart=start, interval=rule.interval, byweekday=rule.days or None, count=rule.most)
    if rule.every == "month" and rule.month_end == "last-day" and day > _SHORTEST_MONTH:
        near_end = range(_SHORTEST_MONTH, day + 1)
        return rrule(MONTHLY, dtstart=start, interval=rule.interval, bymonthday=tuple(near_end), bysetpos=-1, count=rule.most)
    return rrule(MONTHLY if rule.every == "month" else DAILY, dtstart=start, interval=rule.interval, count=rule.most)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time())


def horizon(today: date, days: int) -> date:
    """Return the last day that a generator looks at."""
    return today + timedelta(days=days)
