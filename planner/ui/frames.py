"""From rows to what a chart or a spreadsheet takes, and from code points to the browser's offsets; pure functions."""

from __future__ import annotations

import csv as spreadsheet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import StringIO
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from planner.domain.schedule import zone
from planner.ui import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.domain.metrics import AccountReading
    from planner.domain.petition import SignatureCount
    from planner.services.insights import PostFigures

METRICS = ("likes", "reposts", "replies", "quotes", "comments", "impressions")
_WIDE = 0xFFFF
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
GAP = timedelta(days=10)
"""Readings further apart than this are drawn with a gap between them."""

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class PostLine:
    """One sent post: when (`sent` UTC, `local` in words), where, what about, and each of `METRICS` that was reported."""

    sent: datetime
    local: str
    post: str
    account: str
    purpose: str
    campaign: str
    labels: tuple[str, ...]
    values: Mapping[str, int | None]
    engagement: int | None
    source: str


@dataclass(frozen=True, slots=True)
class Week:
    """The posts of one week: the sum of what was reported (None: nothing was), of how many posts, and how many there were."""

    monday: date
    engagement: int | None
    posts: int
    reported: int


@dataclass(frozen=True, slots=True)
class Point:
    """A count at one time on the wall clock that the chart shows; None is a gap."""

    at: datetime
    value: int | None


def utf16_offsets(text: str) -> tuple[int, ...]:
    """Return for each code point index 0..len(text) its offset in UTF-16 units, as JavaScript counts."""
    return tuple(accumulate((2 if ord(sign) > _WIDE else 1 for sign in text), initial=0))


def from_utf16(text: str, units: int) -> int:
    """Return the code point index for an offset in UTF-16 units; one inside a pair belongs to the character it splits."""
    offsets = utf16_offsets(text)
    return max(index for index, offset in enumerate(offsets) if offset <= max(units, 0))


def posts(rows: Iterable[PostFigures]) -> tuple[PostLine, ...]:
    """Return one line per sent post, in the order given; a figure that was not reported stays missing."""
    return tuple(
        PostLine(
            sent=(at := row.delivery.sent_at or row.delivery.due_at),
            local=words.moment(at, row.account.zone),
            post=row.headline,
            account=row.account.title,
            purpose=row.purpose,
            campaign=row.campaign,
            labels=row.labels,
            values={name: row.values.get(name) for name in METRICS},
            engagement=row.total,
            source=row.source or "",
        )
        for row in rows
    )


def groups(lines: Iterable[PostLine], by: str) -> dict[str, tuple[int | None, ...]]:
    """Return group -> what each of its posts was reported to have got; `by` is `account`, `purpose`, `campaign` or `label`.

    A post with several labels stands in several groups, one without a label in none; the group "" has no name.
    """
    found: dict[str, list[int | None]] = {}
    for line in lines:
        for name in dict.fromkeys(line.labels) if by == "label" else (getattr(line, by),):
            found.setdefault(name, []).append(line.engagement)
    return {name: tuple(values) for name, values in found.items()}


def weekly(lines: Iterable[PostLine]) -> tuple[Week, ...]:
    """Return every week from the first post to the last (UTC), also those without a post or a report."""
    found: dict[date, list[int | None]] = {}
    for line in lines:
        day = line.sent.date()
        found.setdefault(day - timedelta(days=day.weekday()), []).append(line.engagement)
    if not found:
        return ()
    first, last = min(found), max(found)
    mondays = (first + number * _WEEK for number in range((last - first) // _WEEK + 1))
    return tuple(_week(monday, found.get(monday, [])) for monday in mondays)


def _week(monday: date, values: Sequence[int | None]) -> Week:
    known = [value for value in values if value is not None]
    return Week(monday, sum(known) if known else None, len(values), len(known))


def followers(readings: Iterable[AccountReading], zone_name: str) -> tuple[Point, ...]:
    """Return the follower readings in local time, with an empty point wherever nobody read for more than `GAP`."""
    place = zone(zone_name)
    found = [Point(one.taken_at.astimezone(place).replace(tzinfo=None), one.values.get("followers")) for one in readings]
    holes = [Point(after.at - GAP / 2, None) for before, after in pairwise(found) if after.at - before.at > GAP]
    return tuple(sorted((*found, *holes), key=lambda point: point.at))


def signatures(counts: Iterable[SignatureCount]) -> tuple[Point, ...]:
    """Return the signature counts by time (UTC); a reading without a number stays missing."""
    return tuple(Point(count.as_of.replace(tzinfo=None), count.count) for count in counts)


def table(lines: Iterable[PostLine]) -> bytes:
    """Return the posts as CSV, one row each with all its figures."""
    rows = (
        (line.sent, line.local, line.post, line.account, line.purpose, line.campaign, " ".join(line.labels),
         *(line.values[name] for name in METRICS), line.engagement, line.source)
        for line in lines
    )  # fmt: skip
    return csv(("sent", "local", "post", "account", "purpose", "campaign", "labels", *METRICS, "engagement", "source"), rows)


def csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return UTF-8 CSV; what is missing stays empty, and words that a spreadsheet would take for a formula begin with an apostrophe."""
    text = StringIO()
    writer = spreadsheet.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in row] for row in rows)
    return text.getvalue().encode()
