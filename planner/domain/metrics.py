"""Readings of what platforms reported: absent is None, never 0."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

ReadingSource = Literal["api", "hand", "demo"]
COLLECT_AFTER: tuple[timedelta, ...] = (timedelta(hours=1), *(timedelta(days=day) for day in (1, 3, 7, 14, 28)))
"""When the figures of a post are read after it went out; the last one lies before the end of the 30 days that X tells its author more."""

SMALL = 5
"""Below so many reactions a difference between two posts says nothing."""


@dataclass(frozen=True, slots=True)
class PostReading:
    """The figures of one delivery at one time. A metric that was not reported is None; `gone` marks a deleted post."""

    delivery_id: str
    taken_at: datetime
    source: ReadingSource
    values: Mapping[str, int | None]
    gone: bool = False
    raw: str = ""


@dataclass(frozen=True, slots=True)
class AccountReading:
    """The figures of one account at one time."""

    account_id: str
    taken_at: datetime
    source: ReadingSource
    values: Mapping[str, int | None]
    raw: str = ""


def engagement(values: Mapping[str, int | None]) -> int | None:
    """Return the sum of the reported reactions (likes, reposts, replies, quotes, comments), or None when none was reported."""
    known = [values[name] for name in ("likes", "reposts", "replies", "quotes", "comments") if values.get(name) is not None]
    return sum(value for value in known if value is not None) if known else None


def due_collections(sent_at: datetime, taken: tuple[datetime, ...], now: datetime) -> tuple[datetime, ...]:
    """Return the planned reading times that have passed without a reading at or after them."""
    planned = (sent_at + after for after in COLLECT_AFTER)
    return tuple(at for at in planned if at <= now and not any(reading >= at for reading in taken))
